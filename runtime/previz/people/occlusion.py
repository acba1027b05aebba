"""Cavity shade of a resting body: how much open sky each vertex sees, from depth maps seen from all around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import kernel
from runtime.previz.people.parts import F32, I32

_DIRECTIONS = 72
_SIZE = 384


def ambient(positions: F32, normals: F32, faces: I32, radius: float) -> F32:
    """Openness (V,) 1 open .. 0 closed, cosine weighted over the hemisphere of each normal.

    Orthographic depth maps from ``_DIRECTIONS`` Fibonacci directions; ``radius`` metres: occluders further away
    along the ray stop counting, so a shoulder does not darken a cheek.
    """
    k = np.arange(_DIRECTIONS) + 0.5
    tilt, turn = 1.0 - 2.0 * k / _DIRECTIONS, k * np.pi * (1.0 + 5.0**0.5)
    flat = np.sqrt(1.0 - tilt * tilt)
    directions = np.stack([flat * np.cos(turn), tilt, flat * np.sin(turn)], axis=1)
    middle = (positions.min(axis=0) + positions.max(axis=0)) * 0.5
    centred = (positions - middle).astype(np.float64)
    reach = float(np.linalg.norm(centred, axis=1).max()) * 1.001
    seen = np.zeros(len(positions))
    total = np.zeros(len(positions))
    for d in directions:
        side = np.cross(d, [0.0, 1.0, 0.0] if abs(d[1]) < 0.9 else [1.0, 0.0, 0.0])
        side /= np.linalg.norm(side)
        frame = np.stack([side, np.cross(d, side), d])
        view = centred @ frame.T
        view[:, :2] = (view[:, :2] / reach * 0.5 + 0.5) * (_SIZE - 1)
        facing = np.maximum(normals @ d, 0.0)
        _gather(view, _depth_map(view, faces), facing, 2.0 * reach / _SIZE, radius, seen, total)
    return np.where(total > 0.0, seen / np.maximum(total, 1e-9), 1.0).astype(np.float32)


@kernel
def _depth_map(view: NDArray[np.float64], faces: I32) -> NDArray[np.float64]:
    depth = np.full((_SIZE, _SIZE), -1e9)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ax, ay, bx, by, cx, cy = view[a, 0], view[a, 1], view[b, 0], view[b, 1], view[c, 0], view[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-12:
            continue
        x0, x1 = max(int(np.ceil(min(ax, bx, cx))), 0), min(int(max(ax, bx, cx)), _SIZE - 1)
        y0, y1 = max(int(np.ceil(min(ay, by, cy))), 0), min(int(max(ay, by, cy)), _SIZE - 1)
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                u = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
                v = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
                w = 1.0 - u - v
                if u >= -1e-9 and v >= -1e-9 and w >= -1e-9:
                    z = u * view[a, 2] + v * view[b, 2] + w * view[c, 2]
                    if z > depth[y, x]:
                        depth[y, x] = z
    return depth


@kernel
def _gather(view, depth, facing, texel, radius, seen, total):  # type: ignore[no-untyped-def]
    for i in range(view.shape[0]):
        w = facing[i]
        if w <= 0.02:
            continue
        x, y = int(view[i, 0] + 0.5), int(view[i, 1] + 0.5)
        # Bias grows as the surface turns edge-on, where one texel spans more depth.
        bias = texel * (0.7 + 0.5 / (0.2 + w))
        gap = depth[min(max(y, 0), _SIZE - 1), min(max(x, 0), _SIZE - 1)] - view[i, 2] - bias
        total[i] += w
        if gap <= 0.0 or gap > radius:
            seen[i] += w
        else:
            seen[i] += w * min(gap / radius, 1.0) ** 2 * 0.8
