"""Memories: people one sees through. A layer of light and cover of its own, with its own depth, laid over the picture
after the lens has drawn what is behind, so that a memory is as sharp as the place it stands in.
"""

# mypy: disable-error-code="assignment, no-untyped-def, unused-ignore"
# ruff: noqa: RUF046 (compiled, math.floor gives a float)
from __future__ import annotations

import math

import numpy as np

from runtime.previz.jit import kernel
from runtime.previz.raster import lens
from runtime.previz.scene import F32, Camera


def lay_over(hdr: F32, layer: F32, depth: F32, camera: Camera) -> None:
    """Lay ``layer`` (H, W, 4), light and cover, over ``hdr`` in place. ``depth`` (H, W) is the layer's, inf where it is bare."""
    rows, columns = (np.flatnonzero((layer[..., 3] > 0.0).any(axis=k)) for k in (1, 0))
    if not len(rows):
        return
    height, width = depth.shape
    edge = 2 * int(width * 0.012) + 2
    y0, y1 = max(int(rows[0]) - edge, 0) & ~1, min(int(rows[-1]) + 1 + edge, height)
    x0, x1 = max(int(columns[0]) - edge, 0) & ~1, min(int(columns[-1]) + 1 + edge, width)
    part, away = layer[y0:y1, x0:x1], depth[y0:y1, x0:x1]
    bare = ~np.isfinite(away)
    # Around its outline the layer lies as far away as it does on average: its edge melts as the rest of it does.
    away = np.where(bare, np.float32(np.mean(away[~bare], dtype=np.float64)), away)
    light = lens.focus(np.ascontiguousarray(part[..., :3]), away, camera, width)
    cover = lens.focus(np.repeat(part[..., 3:], 3, axis=2), away, camera, width)
    over(hdr, y0, x0, light, cover)


@kernel
def over(hdr, y0, x0, light, cover):  # type: ignore[no-untyped-def]
    """``light`` (h, w, 3) over ``hdr`` from (y0, x0), in place; what is bright behind it is held back the most."""
    for j in range(light.shape[0]):
        for i in range(light.shape[1]):
            a = min(max(cover[j, i, 0], np.float32(0.0)), np.float32(1.0))
            if a <= 0.0:
                continue
            y, x = y0 + j, x0 + i
            peak = max(hdr[y, x, 0], hdr[y, x, 1], hdr[y, x, 2])
            k = (np.float32(1.0) - a) / (np.float32(1.0) + np.float32(6.0) * a * peak)
            for c in range(3):
                hdr[y, x, c] = hdr[y, x, c] * k + light[j, i, c]


@kernel
def haunt(count, at, weight, radiance, opacity, shine, depth, air, reach, gain, out):  # type: ignore[no-untyped-def]
    """Points of memories into ``out`` (H, W, 4), through as much of the marched ``air`` as lies before them.

    ``opacity`` and ``shine`` (how much its outline glows) per point; ``depth`` (H, W) the layer's own;
    ``air``, ``reach`` as ``air.fog`` leaves them.
    """
    height, width = depth.shape
    h, w = reach.shape
    for s in range(count):
        edge = np.float64(radiance[s, 3])
        if edge < 0.0:
            continue
        share = np.float64(weight[s])
        y, x = int(at[s, 1] * 0.5), int(at[s, 0] * 0.5)
        # The body is nearly there, so that a face reads; its outline thins and shines.
        thin = 1.0 - opacity[s]
        bright = edge * edge
        body = share * (1.0 - thin * thin) * (1.0 - 0.35 * bright)
        glow = bright * edge * share * shine[s]
        # Half remembered: colours a little towards the blue of the light that carries them, and brighter than life
        # where it is dim.
        r, g, b = np.float64(radiance[s, 0]), np.float64(radiance[s, 1]), np.float64(radiance[s, 2])
        grey = 0.3 * r + 0.6 * g + 0.1 * b
        lift = body * 2.2 / (1.0 + 3.5 * grey)
        r, g, b = r + (grey - r) * 0.30, g + (grey - g) * 0.30, b + (grey - b) * 0.30
        out[y, x, 0] += r * lift * 0.92 + glow * 0.07 + body * 0.006
        out[y, x, 1] += g * lift * 1.00 + glow * 0.13 + body * 0.011
        out[y, x, 2] += b * lift * 1.16 + glow * 0.22 + body * 0.019
        out[y, x, 3] += body
    for y in range(height):
        fy = (y - 2.0) * 0.25
        j0 = min(max(int(math.floor(fy)), 0), h - 1)
        j1 = min(j0 + 1, h - 1)
        ty = min(max(fy - j0, 0.0), 1.0)
        for x in range(width):
            cover = np.float64(out[y, x, 3])
            if cover <= 0.0:
                continue
            fx = (x - 2.0) * 0.25
            i0 = min(max(int(math.floor(fx)), 0), w - 1)
            i1 = min(i0 + 1, w - 1)
            tx = min(max(fx - i0, 0.0), 1.0)
            z = min(np.float64(depth[y, x]), 1e4)
            r, g, b, a = 0.0, 0.0, 0.0, 0.0
            for c in range(4):
                j, i = (j1 if c > 1 else j0), (i1 if c & 1 else i0)
                k = (ty if c > 1 else 1.0 - ty) * (tx if c & 1 else 1.0 - tx)
                part = min(z / max(min(np.float64(reach[j, i]), 1e4), 0.01), 1.0)
                through = max(np.float64(air[j, i, 3]), 1e-4) ** part
                k_in = k * (1.0 - through) / max(1.0 - np.float64(air[j, i, 3]), 1e-4)
                r, g, b, a = r + k_in * air[j, i, 0], g + k_in * air[j, i, 1], b + k_in * air[j, i, 2], a + k * through
            out[y, x, 0] = (out[y, x, 0] * a + r * cover) * gain
            out[y, x, 1] = (out[y, x, 1] * a + g * cover) * gain
            out[y, x, 2] = (out[y, x, 2] * a + b * cover) * gain
