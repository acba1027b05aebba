"""Fitting the shared face to one identity: lips that meet, lids that close exactly and slide over the eyeball.

Shape targets were sculpted one by one; added up they part the lips by a millimetre and let a blink overshoot.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from runtime.previz.people.asset import load_asset
from runtime.previz.people.parts import F32, I32, LidGuard, SkinnedPart
from runtime.previz.pose import UNIT

Floats = NDArray[np.float64]

# Lid margins of the left eye, inner corner to outer; the right eye's are their mirror images.
_UPPER_LID = (7767, 7766, 7765, 7748, 7747, 7749, 7750, 7751, 7752)
_LOWER_LID = (7764, 11717, 7763, 7762, 7761, 7760, 7759, 7758, 7757, 7756)
_SEAM = 0.6607
"""Canonical height of the line between the lips."""
_COLUMNS = np.linspace(-0.021, 0.021, 13)


def seal_lips(vertices: Floats, scale: float) -> None:
    """Close the gap other targets left between resting lips, in place; ``vertices`` (V, 3) metres."""
    upper, lower = _lip_edges()
    c = load_asset().vertices.astype(np.float64) * 0.1
    gap = vertices[upper, 1] - vertices[lower, 1] - (c[upper, 1] - c[lower, 1]) * scale + 0.0004
    gap = np.convolve(np.pad(gap, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
    body = slice(*load_asset().groups["body"])
    x, y, z = c[body].T
    near = np.exp(-(((y - _SEAM) / 0.0065) ** 2)) * (z > 0.128) * (np.abs(x) < 0.034)
    near *= np.clip((0.030 - np.abs(x)) / 0.008, 0.0, 1.0)
    side = np.where(y > _SEAM, -0.5, 0.5)
    vertices[body, 1] += side * near * np.clip(np.interp(x, _COLUMNS, gap), -0.0006, 0.005)


def blink_scale(positions: F32, index: I32, delta: F32, left: bool) -> F32:
    """Factor (N,) for one eye's blink deltas so that at weight 1 the upper lid lands on the lower, column by column."""
    upper, lower = _lids(left)
    order = np.argsort(positions[lower, 0])
    floor = np.interp(positions[upper, 0], positions[lower, 0][order], positions[lower, 1][order])
    drop = np.zeros(len(positions), np.float32)
    drop[index] = delta[:, 1]
    falls = -drop[upper]
    use = falls > 0.0025
    gap = positions[upper, 1] - floor + 0.0006
    columns = np.abs(_canonical()[upper, 0])[use]
    factor = np.clip(gap[use] / falls[use], 0.25, 1.4)
    rank = np.argsort(columns)
    return np.asarray(np.interp(np.abs(_canonical()[index, 0]), columns[rank], factor[rank]), np.float32)


def guard_lids(part: SkinnedPart, eyes: list[tuple[F32, float]]) -> LidGuard | None:
    """Which of a part's vertices must stay outside which eyeball, from what its blinks move; None if nothing."""
    found, centres, radii = [], [], []
    for (centre, radius), name in zip(eyes, ("eyeBlinkLeft", "eyeBlinkRight"), strict=True):
        span = slice(int(part.units.start[UNIT[name]]), int(part.units.start[UNIT[name] + 1]))
        index, delta = part.units.index[span], part.units.delta[span]
        away = np.linalg.norm(part.positions[index] - centre, axis=1)
        # Only what lies on the front of the ball: the socket behind it must stay where it is.
        front = part.positions[index, 2] > centre[2] + 0.1 * radius
        keep = (delta[:, 1] < -0.0008) & (away > 1.005 * radius) & (away < 1.6 * radius) & front
        found.append(index[keep])
        centres.append(np.tile(centre, (int(keep.sum()), 1)))
        radii.append(np.clip(away[keep], 1.04 * radius, 1.12 * radius))
    index = np.concatenate(found)
    if not len(index):
        return None
    return LidGuard(
        index.astype(np.int32),
        np.concatenate(centres).astype(np.float32),
        np.concatenate(radii).astype(np.float32),
    )


@lru_cache(maxsize=1)
def _canonical() -> Floats:
    return load_asset().vertices.astype(np.float64) * 0.1


@lru_cache(maxsize=2)
def _lids(left: bool) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    upper, lower = np.array(_UPPER_LID, np.intp), np.array(_LOWER_LID, np.intp)
    if left:
        return upper, lower
    c = _canonical()
    first, last = load_asset().groups["body"]
    flip = c[first:last]

    def mirror(vertices: NDArray[np.intp]) -> NDArray[np.intp]:
        want = c[vertices] * [-1.0, 1.0, 1.0]
        return np.array([np.argmin(((flip - w) ** 2).sum(axis=1)) + first for w in want], np.intp)

    return mirror(upper), mirror(lower)


@lru_cache(maxsize=1)
def _lip_edges() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each column across the mouth, the lowest vertex of the upper lip and the highest of the lower."""
    asset = load_asset()
    c = _canonical()
    upper_lip = asset.target("mouth/mouth-upperlip-volume-incr")[0].astype(np.intp)
    lower_lip = asset.target("mouth/mouth-lowerlip-volume-incr")[0].astype(np.intp)
    up, low = [], []
    for x in _COLUMNS:
        u = upper_lip[(np.abs(c[upper_lip, 0] - x) < 0.0021) & (c[upper_lip, 2] > 0.1405)]
        v = lower_lip[(np.abs(c[lower_lip, 0] - x) < 0.0021) & (c[lower_lip, 2] > 0.1405)]
        up.append(u[np.argmin(c[u, 1])])
        low.append(v[np.argmax(c[v, 1])])
    return np.array(up, np.intp), np.array(low, np.intp)
