"""Eyeballs with a bulging cornea, and the teeth and tongue behind the lips."""

from __future__ import annotations

import numpy as np

from runtime.previz.people.body import Body, fit_sphere
from runtime.previz.people.parts import F32, I32, SkinnedPart, UnitDeltas, make_part
from runtime.previz.pose import BONE
from runtime.previz.scene import Material

_AROUND = 28
_RINGS = np.radians([0, 3, 6, 10, 14, 18, 21, 24, 27, 31, 36, 44, 54, 66, 80, 95, 112])
_IRIS = np.radians(24.0)
_BULGE = 0.055


def build_eyes(body: Body) -> SkinnedPart:
    """Both eyeballs as one part. ``rest`` is the unit sphere, +z through the pupil; the eye bones turn them."""
    sphere, faces = _ball()
    angle = np.arccos(np.clip(sphere[:, 2], -1.0, 1.0))
    # A spherical cap of smaller radius sits on the ball out to the limbus.
    cap = np.clip(1.0 - (angle / _IRIS) ** 2, 0.0, 1.0)
    ball = sphere * (1.0 + _BULGE * cap)[:, None].astype(np.float32)
    n = len(sphere)
    positions, index = [], []
    for side, name in enumerate(("eye.L", "eye.R")):
        centre, radius = eye_ball(body, name)
        positions.append(ball * np.float32(radius) + centre)
        index.append(np.full(n, BONE[name]))
        faces = faces if side == 0 else np.concatenate([faces, faces + n])
    bone_index = np.zeros((2 * n, 8), np.uint8)
    bone_index[:, 0] = np.concatenate(index)
    centre_canonical = np.concatenate(
        [np.tile(body.canonical[body.span(e)].mean(axis=0), (n, 1)) for e in ("eye.L", "eye.R")]
    )
    return make_part(
        "eyes",
        np.concatenate(positions),
        faces,
        Material.EYE,
        bone_index=bone_index,
        rest=np.concatenate([sphere, sphere]),
        canonical=centre_canonical,
        colour=np.tile(np.array(body.spec.eyes, np.float32), (2 * n, 1)),
    )


def eye_ball(body: Body, name: str) -> tuple[F32, float]:
    """Rest centre (3,) and radius in metres of ``eye.L`` or ``eye.R``."""
    centre, radius = fit_sphere(body.positions[body.span(name)].astype(np.float64))
    return centre.astype(np.float32), radius


def build_mouth(body: Body) -> SkinnedPart:
    """Teeth and tongue, moved by the face units like the lips around them."""
    groups = ("teeth.lower", "teeth.upper", "tongue")
    keep = np.concatenate([np.arange(*body.groups[g]) for g in groups])
    back = np.full(len(body.positions), -1, np.int64)
    back[keep] = np.arange(len(keep))
    faces = [body.faces(g) for g in groups]
    material = np.concatenate(
        [
            np.full(len(f), Material.TONGUE if g == "tongue" else Material.TEETH)
            for g, f in zip(groups, faces, strict=True)
        ]
    )
    canonical = body.canonical[keep]
    tooth = (keep < body.groups["tongue"][0]) | (keep >= body.groups["tongue"][1])
    depth = np.clip((0.150 - canonical[:, 2]) / 0.035, 0.0, 1.0)[:, None]
    years = min(max((body.spec.age - 20.0) / 60.0, 0.0), 1.0)
    ivory = np.array([0.62, 0.56, 0.46]) * (1.0 - years) + np.array([0.46, 0.38, 0.26]) * years
    # Deeper is darker: no light map reaches the back of a mouth.
    colour = np.where(tooth[:, None], ivory, np.array([0.30, 0.09, 0.08])) * (1.0 - 0.75 * depth)
    part = make_part(
        "mouth",
        body.positions[keep],
        back[np.concatenate(faces)].astype(np.int32),
        Material.TEETH,
        bone_index=body.bone_index[keep],
        bone_weight=body.bone_weight[keep],
        canonical=canonical,
        colour=colour,
        units=select_units(body.units, keep, len(body.positions)),
        casts_shadow=False,
    )
    part.material = material.astype(np.uint8)
    return part


def select_units(units: UnitDeltas, keep: I32, total: int) -> UnitDeltas:
    """The face units of a subset of vertices, renumbered to the subset's order."""
    back = np.full(total, -1, np.int32)
    back[keep] = np.arange(len(keep), dtype=np.int32)
    inside = back[units.index]
    kept = inside >= 0
    counts = np.add.reduceat(np.append(kept, 0), units.start)[:-1] if len(units.index) else np.zeros(52, int)
    counts = np.where(np.diff(units.start) > 0, counts, 0)
    return UnitDeltas(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), inside[kept], np.ascontiguousarray(units.delta[kept])
    )


def _ball() -> tuple[F32, I32]:
    """Front of a unit sphere, denser at the cornea: vertices and triangles, counter-clockwise from outside."""
    turn = np.arange(_AROUND) * (2.0 * np.pi / _AROUND)
    points = [np.array([[0.0, 0.0, 1.0]])]
    for angle in _RINGS[1:]:
        points.append(
            np.stack([np.sin(angle) * np.cos(turn), np.sin(angle) * np.sin(turn), np.full(_AROUND, np.cos(angle))], 1)
        )
    faces = [[0, 1 + i, 1 + (i + 1) % _AROUND] for i in range(_AROUND)]
    for ring in range(len(_RINGS) - 2):
        a, b = 1 + ring * _AROUND, 1 + (ring + 1) * _AROUND
        for i in range(_AROUND):
            j = (i + 1) % _AROUND
            faces += [[a + i, b + i, b + j], [a + i, b + j, a + j]]
    return np.concatenate(points).astype(np.float32), np.array(faces, np.int32)
