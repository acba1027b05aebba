"""Skin as scalar fields of the template: tone, lips, blush, lids, stubble, blotches, wrinkles and cavity shade.

Written once in canonical space, right for every identity, pose and expression, with no textures.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from runtime.previz.people.asset import load_asset
from runtime.previz.people.body import Body, canonical_positions, triangles
from runtime.previz.people.parts import F32, SkinnedPart
from runtime.previz.people.skinning import vertex_normals
from runtime.previz.pose import BONE, BONES, UNIT

Floats = NDArray[np.float64]
_MOUTH_BACK = 642
"""A vertex on the back wall of the mouth."""


def skin_colour(body: Body, occlusion: F32, scalp: F32 | None = None) -> tuple[F32, F32]:
    """Colour (V, 3) and attr (V, 4: lips, blush, wrinkle, cavity) over all template vertices.

    ``occlusion`` (V,) 1 open .. 0 closed comes from ``occlusion.ambient``; ``scalp`` (V,) darkens hair roots.
    """
    spec = body.spec
    c = canonical_positions().astype(np.float64)
    years = float(np.clip((spec.age - 30.0) / 50.0, 0.0, 1.0))
    tone = np.array(spec.skin, np.float64)
    # Deep skin varies less in hue between its regions and carries less visible blood.
    pale = float(np.clip((tone.mean() - 0.08) / 0.28, 0.0, 1.0))
    lips = lip_mask()
    blush = _blush(c) * (0.45 + 0.55 * pale)
    wrinkle = _wrinkles(c) * years**1.2
    colour = np.tile(tone, (len(c), 1))
    shift = np.zeros_like(colour)
    red, dark = np.array([0.10, -0.16, -0.16]), np.array([-0.30, -0.36, -0.34])
    shift += (0.8 * blush)[:, None] * red
    shift += (0.55 * _lids(c))[:, None] * np.array([-0.14, -0.26, -0.22])
    shift += (_under_eyes(c) * (0.35 + 0.4 * years))[:, None] * np.array([-0.20, -0.22, -0.10])
    wet = _waterline(c)
    knuckles, nails = hand_fields()
    shift += knuckles[:, None] * np.array([-0.05, -0.22, -0.20])
    shift += nails[:, None] * np.array([0.10, -0.02, 0.02])
    shift += (0.5 * _hands(c))[:, None] * np.array([0.02, -0.14, -0.16])
    shift += (_stubble_zone(c) * spec.gender * (0.22 if spec.age > 16 else 0.0))[:, None] * np.array(
        [-0.42, -0.30, -0.20]
    )
    mottle = _noise(c * 95.0, spec.seed) * 0.5 + _noise(c * 260.0, spec.seed + 1) * 0.5
    shift += (mottle * (0.07 + 0.07 * years))[:, None] * np.array([0.35, 1.0, 0.9])
    spots = np.clip((_noise(c * 190.0, spec.seed + 2) - 0.55) * 4.0, 0.0, 1.0) * _sun(c)
    shift += (spots * years**2 * 0.5)[:, None] * dark
    # Old skin loses blood and gains yellow.
    shift += years * np.array([-0.03, -0.01, -0.07])
    colour *= np.clip(1.0 + shift, 0.15, 1.6)
    lip = np.array([0.98, 0.62, 0.60]) * (1.0 - years * 0.15) if pale > 0.3 else np.array([0.95, 0.70, 0.72])
    strength = (0.95 - 0.22 * years) * (1.0 - 0.35 * spec.gender)
    colour *= 1.0 - (lips * strength)[:, None] * (1.0 - lip)
    colour *= 1.0 - wet[:, None] * (1.0 - np.array([0.96, 0.60, 0.58]))
    inside = mouth_interior()
    colour = colour * (1.0 - inside[:, None]) + inside[:, None] * np.array([0.16, 0.03, 0.025])
    if scalp is not None:
        roots = np.array(spec.hair.colour) * (1.0 - spec.hair.grey) + np.array([0.35, 0.34, 0.33]) * spec.hair.grey
        k = (np.clip(scalp, 0.0, 1.0) * 0.75)[:, None]
        colour = colour * (1.0 - k) + k * (0.45 * roots + 0.25 * tone)
    attr = np.stack(
        [
            np.maximum(lips, np.maximum(0.6 * wet, 0.3 * nails)),
            blush,
            wrinkle,
            occlusion.astype(np.float64) ** 1.5 * (1.0 - 0.8 * inside),
        ],
        axis=1,
    )
    return np.clip(colour, 0.004, 0.9).astype(np.float32), np.clip(attr, 0.0, 1.0).astype(np.float32)


def fold_fields(age: float) -> F32:
    """(V, 3) over all template vertices: where raised brows, a frown and smiling eyes crease the skin, by age."""
    c = canonical_positions().astype(np.float64)
    depth = 0.22 + 0.5 * float(np.clip((age - 25.0) / 45.0, 0.0, 1.0))
    raised = _blob(c, 0.0, 0.783, 0.13, 0.050, 0.020, 0.06)
    frown = _blob(c, 0.006, 0.752, 0.15, 0.011, 0.017, 0.03) + 0.6 * _blob(c, 0.0, 0.728, 0.16, 0.010, 0.010, 0.03)
    smiling = _blob(c, 0.055, 0.727, 0.11, 0.014, 0.017, 0.03) + 0.5 * _blob(c, 0.030, 0.712, 0.135, 0.016, 0.006, 0.03)
    return (np.stack([raised, frown, smiling], axis=1) * depth).astype(np.float32)


def creased(part: SkinnedPart, face: F32) -> F32:
    """The part's attr (V, 4) with its wrinkles deepened by what the face does; the array itself where nothing folds."""
    if part.folds is None:
        return part.attr

    def pair(stem: str) -> float:
        return 0.5 * float(face[UNIT[f"{stem}Left"]] + face[UNIT[f"{stem}Right"]])

    drive = np.array(
        [
            max(float(face[UNIT["browInnerUp"]]), pair("browOuterUp")),
            max(pair("browDown"), 0.7 * pair("noseSneer")),
            max(pair("cheekSquint"), 0.8 * pair("eyeSquint"), 0.7 * pair("mouthSmile")),
        ],
        np.float32,
    )
    if float(drive.max()) < 0.02:
        return part.attr
    out = part.attr.copy()
    out[:, 2] = np.minimum(out[:, 2] + part.folds @ drive, 1.0)
    return out


@lru_cache(maxsize=1)
def lip_mask() -> Floats:
    """(V,) 1 on the vermilion: wherever the lip volume targets push, which is exact for this topology."""
    asset = load_asset()
    out = np.zeros(len(asset.vertices))
    for name in ("mouth/mouth-upperlip-volume-incr", "mouth/mouth-lowerlip-volume-incr"):
        index, value = asset.target(name)
        size = np.linalg.norm(value, axis=1)
        out[index] = np.maximum(out[index], _smooth(0.10, 0.42, size / size.max()))
    return np.asarray(out * _smooth(0.143, 0.147, canonical_positions()[:, 2].astype(np.float64)))


@lru_cache(maxsize=1)
def mouth_interior() -> Floats:
    """(V,) 1 on the bag of the mouth: all that a walk from its back wall reaches without crossing the lips."""
    asset = load_asset()
    quads = asset.quads["body"]
    edges = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    ends = np.concatenate([edges, edges[:, ::-1]])
    lips = np.zeros(len(asset.vertices), bool)
    for name in ("mouth/mouth-upperlip-volume-incr", "mouth/mouth-lowerlip-volume-incr"):
        lips[asset.target(name)[0]] = True
    c = canonical_positions()
    # The lip targets fade out at the corners of the mouth: close the ring there.
    lips |= (np.abs(c[:, 0]) > 0.0215) & (c[:, 2] > 0.1385)
    inside = np.zeros(len(asset.vertices), bool)
    inside[_MOUTH_BACK] = True
    for _ in range(64):
        reached = ends[inside[ends[:, 0]], 1]
        fresh = reached[~inside[reached] & ~lips[reached]]
        if not len(fresh):
            break
        inside[fresh] = True
    return inside.astype(np.float64)


@lru_cache(maxsize=1)
def hand_fields() -> tuple[Floats, Floats]:
    """Knuckles and finger nails, (V,) each, from the template's own finger bones."""
    asset = load_asset()
    c = canonical_positions()
    sums = np.add.reduceat(c[asset.joint_vertices].astype(np.float64), asset.joint_start[:-1], axis=0)
    ends = sums / np.diff(asset.joint_start)[:, None]
    heads, tails = ends[: len(BONES)], ends[len(BONES) :]
    normals = np.zeros_like(c)
    vertex_normals(c, triangles(asset.quads["body"]), normals)
    knuckles, nails = np.zeros(len(c)), np.zeros(len(c))
    for side, sign in (("L", 1.0), ("R", -1.0)):
        hand = np.flatnonzero((c[:, 0] * sign > 0.40) & (np.arange(len(c)) < asset.groups["body"][1]))
        p = c[hand].astype(np.float64)
        wrist, index, little = (heads[BONE[f"{b}.{side}"]] for b in ("wrist", "finger2-1", "finger5-1"))
        back = np.cross(index - wrist, little - wrist) * sign
        for finger in range(1, 6):
            head, tail = heads[BONE[f"finger{finger}-3.{side}"]], tails[BONE[f"finger{finger}-3.{side}"]]
            along = (tail - head) / np.linalg.norm(tail - head)
            # A nail looks away from the palm, square to its own finger; the thumb's looks sideways.
            up = back / np.linalg.norm(back) if finger > 1 else -np.cross(along, back) * sign
            up = up - along * (up @ along)
            up /= np.linalg.norm(up)
            facing = normals[hand] @ up
            t = (p - head) @ along / np.linalg.norm(tail - head)
            near = np.linalg.norm(p - head - np.clip(t, 0, 1.2)[:, None] * (tail - head), axis=1) < 0.013
            nail = near * _smooth(0.36, 0.48, t) * _smooth(0.70, 0.85, facing)
            nails[hand] = np.maximum(nails[hand], nail)
            for joint in (1, 2, 3):
                at = heads[BONE[f"finger{finger}-{joint}.{side}"]]
                spot = np.exp(-(((p - at) ** 2).sum(axis=1)) / 0.011**2) * _smooth(0.2, 0.7, normals[hand] @ up)
                knuckles[hand] = np.maximum(knuckles[hand], spot * (0.9 if joint < 3 else 0.6))
    return knuckles, nails


# --- regions ----------------------------------------------------------------------------------


def _blob(c: Floats, x: float, y: float, z: float, sx: float, sy: float, sz: float) -> Floats:
    """Gaussian ellipsoid, mirrored to both sides of the body."""
    dx, dy, dz = (np.abs(c[:, 0]) - x) / sx, (c[:, 1] - y) / sy, (c[:, 2] - z) / sz
    return np.asarray(np.exp(-(dx * dx + dy * dy + dz * dz)))


def _blush(c: Floats) -> Floats:
    return np.clip(
        0.9 * _blob(c, 0.044, 0.690, 0.125, 0.020, 0.016, 0.035)
        + 0.75 * _blob(c, 0.0, 0.696, 0.165, 0.014, 0.012, 0.02)
        + 0.5 * _blob(c, 0.0, 0.612, 0.135, 0.022, 0.012, 0.03)
        + 0.85 * _blob(c, 0.078, 0.715, 0.02, 0.02, 0.035, 0.03)
        + 0.30 * _blob(c, 0.0, 0.56, 0.06, 0.06, 0.04, 0.06),
        0.0,
        1.0,
    )


def _lids(c: Floats) -> Floats:
    """Both lids: a ring about the eye, nearer than a brow."""
    d = np.hypot((np.abs(c[:, 0]) - 0.031) / 0.019, (c[:, 1] - 0.730) / 0.0125)
    return np.asarray((1.0 - _smooth(0.75, 1.25, d)) * _smooth(0.10, 0.115, c[:, 2]))


def _waterline(c: Floats) -> Floats:
    """Inner margins of the lids and the pink corner by the nose: wet skin that touches the eye."""
    away = np.sqrt((np.abs(c[:, 0]) - 0.03078) ** 2 + (c[:, 1] - 0.72841) ** 2 + (c[:, 2] - 0.12453) ** 2) / 0.01495
    front = _smooth(0.1285, 0.1315, c[:, 2])
    return np.asarray((1.0 - _smooth(1.045, 1.085, away)) * front)


def _under_eyes(c: Floats) -> Floats:
    return _blob(c, 0.027, 0.7135, 0.135, 0.015, 0.0065, 0.03)


def _stubble_zone(c: Floats) -> Floats:
    """Beard shadow: jaw, chin, upper lip; not the cheeks, not the lips."""
    jaw = _smooth(0.040, 0.075, c[:, 2]) * (1.0 - _smooth(0.672, 0.700, c[:, 1] + 0.15 * np.abs(c[:, 0])))
    throat = _smooth(0.575, 0.60, c[:, 1])
    return np.asarray(jaw * throat * (1.0 - lip_mask()))


def _hands(c: Floats) -> Floats:
    return np.asarray(_smooth(0.435, 0.48, np.abs(c[:, 0])))


def _sun(c: Floats) -> Floats:
    """Where years of daylight leave spots: forehead, cheeks, backs of hands, chest above the neckline."""
    return np.asarray(
        np.clip(_smooth(0.66, 0.70, c[:, 1]) + _hands(c) + 0.5 * _blob(c, 0.0, 0.52, 0.08, 0.09, 0.05, 0.08), 0, 1)
    )


def _wrinkles(c: Floats) -> Floats:
    """Where skin folds with years: forehead, frown, crow's feet, lips, cheeks, neck, hands."""
    forehead = _blob(c, 0.0, 0.785, 0.13, 0.055, 0.022, 0.06)
    feet = _blob(c, 0.056, 0.727, 0.11, 0.013, 0.016, 0.03)
    around_lips = _blob(c, 0.0, 0.660, 0.15, 0.034, 0.020, 0.03) * (1.0 - 0.6 * lip_mask())
    cheeks = _blob(c, 0.045, 0.672, 0.12, 0.022, 0.030, 0.04)
    neck = _blob(c, 0.0, 0.575, 0.06, 0.06, 0.030, 0.07)
    return np.clip(
        0.75 * forehead + 0.65 * feet + 0.6 * around_lips + 0.3 * cheeks + 0.6 * neck + 0.55 * _hands(c) + 0.02,
        0.0,
        1.0,
    )


def _smooth(low: float, high: float, value: Floats) -> Floats:
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def _noise(p: Floats, seed: int) -> Floats:
    """Value noise −1..1 at points (V, 3), trilinear, from an integer hash."""
    cell = np.floor(p).astype(np.int64)
    f = p - cell
    f = f * f * (3.0 - 2.0 * f)
    out = np.zeros(len(p))
    for corner in range(8):
        step = np.array([corner & 1, corner >> 1 & 1, corner >> 2 & 1])
        at = (cell + step).astype(np.uint64)
        h = at[:, 0] * np.uint64(0x9E3779B97F4A7C15) + at[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
        h += at[:, 2] * np.uint64(0x165667B19E3779F9) + np.uint64((seed * 0x27D4EB2F165667C5) & 0xFFFFFFFFFFFFFFFF)
        h ^= h >> np.uint64(29)
        h *= np.uint64(0xBF58476D1CE4E5B9)
        h ^= h >> np.uint64(32)
        weight = np.prod(np.where(step, f, 1.0 - f), axis=1)
        out += weight * ((h >> np.uint64(11)).astype(np.float64) / 2.0**53)
    return out * 2.0 - 1.0
