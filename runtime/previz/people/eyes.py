"""Eyeballs with a bulging cornea, and the tongue."""

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


def build_tongue(body: Body) -> SkinnedPart:
    """The tongue, moved by the face units like the lips around it."""
    keep = np.arange(*body.groups["tongue"])
    canonical = body.canonical[keep]
    # Deeper is darker: no light map reaches the back of a mouth.
    depth = np.clip((0.145 - canonical[:, 2]) / 0.035, 0.0, 1.0)[:, None]
    return make_part(
        "tongue",
        body.positions[keep],
        body.faces("tongue") - keep[0],
        Material.TONGUE,
        bone_index=body.bone_index[keep],
        bone_weight=body.bone_weight[keep],
        canonical=canonical,
        colour=np.array([0.22, 0.065, 0.06]) * (1.0 - 0.75 * depth),
        units=select_units(body.units, keep.astype(np.int32), len(body.positions)),
        casts_shadow=False,
    )


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
