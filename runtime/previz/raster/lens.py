"""Depth of field from lens arithmetic: circle of confusion f²/(N(s−f))·|d−s|/d, gathered at half resolution.

A sample lends its light to a pixel only when its own circle reaches it, so nothing sharp smears into a blur
behind it, and near things melt over what lies beyond (after Jimenez 2014). The iris is a little oval.
"""

# ruff: noqa: RUF046 (compiled, math.floor gives a float)
from __future__ import annotations

import math

import numpy as np

from runtime.previz.jit import kernel
from runtime.previz.scene import F32, Camera

_TAPS = (12, 24, 44)
"""Taps for circles under 2.5 and 6 half pixels, and beyond."""
_TILE = 8


def focus(hdr: F32, depth: F32, camera: Camera, full: int = 0) -> F32:
    """``hdr`` as the lens sees it; returns ``hdr`` itself when nothing is blurred by as much as half a pixel.

    ``full``: width in pixels of the whole picture when ``hdr`` is a part of it.
    """
    height, width = depth.shape
    full = full or width
    metres = camera.focal_mm / 1000.0
    subject = max(camera.focus, metres * 2.0)
    # Radius in pixels of the circle of a point at infinity.
    limit = metres * metres / (max(camera.f_stop, 0.7) * (subject - metres)) / (camera.sensor_mm / 1000.0) * full / 2
    most = full * 0.022
    h, w = (height + 1) // 2, (width + 1) // 2
    small = np.empty((h, w, 4), np.float32)
    widest = halve(hdr, depth, limit, subject, most, small)
    if widest < 0.3:
        return hdr
    far = np.empty((h, w), np.float32)
    reach(small, far)
    blurred = np.empty((h, w, 5), np.float32)
    gather(small, far, _taps(), blurred)
    out = np.empty_like(hdr)
    blend(hdr, depth, limit, subject, most, small, blurred, out)
    return out


def _taps() -> F32:
    spirals = []
    for count in _TAPS:
        turn = np.arange(count) * 2.39996323
        radius = np.sqrt((np.arange(count) + 0.5) / count)
        spirals.append(np.stack([radius * np.cos(turn) * 0.88, radius * np.sin(turn) * 1.1, radius], 1))
    return np.concatenate(spirals).astype(np.float32)


@kernel
def halve(hdr, depth, limit, subject, most, small):  # type: ignore[no-untyped-def]
    """Half size into ``small``: colour, and the circle's radius in half pixels, negative in front of the focus."""
    height, width = depth.shape
    h, w = small.shape[0], small.shape[1]
    widest = 0.0
    for j in range(h):
        for i in range(w):
            y0, x0 = j * 2, i * 2
            y1, x1 = min(y0 + 1, height - 1), min(x0 + 1, width - 1)
            # The nearest of the four decides, so that thin foreground keeps its own blur.
            z = min(depth[y0, x0], depth[y0, x1], depth[y1, x0], depth[y1, x1])
            z = min(np.float64(z), 1e6)
            c = limit * (z - subject) / z
            c = min(max(c, -most), most)
            small[j, i, 3] = c * 0.5
            widest = max(widest, abs(c) * 0.5)
            for k in range(3):
                small[j, i, k] = 0.25 * (hdr[y0, x0, k] + hdr[y0, x1, k] + hdr[y1, x0, k] + hdr[y1, x1, k])
    return widest


@kernel
def reach(small, far):  # type: ignore[no-untyped-def]
    """The widest circle that could touch each pixel: the largest near it, by tiles and their neighbours."""
    h, w = far.shape
    th, tw = (h + _TILE - 1) // _TILE, (w + _TILE - 1) // _TILE
    tiles = np.zeros((th, tw), np.float32)
    for j in range(h):
        for i in range(w):
            c = abs(small[j, i, 3])
            if c > tiles[j // _TILE, i // _TILE]:
                tiles[j // _TILE, i // _TILE] = c
    spread = np.zeros((th, tw), np.float32)
    for j in range(th):
        for i in range(tw):
            m = np.float32(0.0)
            for b in range(max(j - 1, 0), min(j + 2, th)):
                for a in range(max(i - 1, 0), min(i + 2, tw)):
                    m = max(m, tiles[b, a])
            spread[j, i] = m
    for j in range(h):
        for i in range(w):
            far[j, i] = spread[j // _TILE, i // _TILE]


@kernel
def gather(small, far, taps, out):  # type: ignore[no-untyped-def]
    """Blurred colour (h, w, 3), share covered by nearer blur, and own radius, into ``out`` (h, w, 5)."""
    h, w = far.shape
    for j in range(h):
        for i in range(w):
            own = np.float64(small[j, i, 3])
            mine = abs(own)
            radius = max(np.float64(far[j, i]), mine)
            out[j, i, 4] = own
            if radius < 0.4:
                for k in range(3):
                    out[j, i, k] = small[j, i, k]
                out[j, i, 3] = 0.0
                continue
            if radius < 2.5:
                first, n = 0, 12
            elif radius < 6.0:
                first, n = 12, 24
            else:
                first, n = 36, 44
            size = max(mine, 0.5)
            weight = 1.0 / (size * size)
            # The pixel itself stands for the taps that would fall within half a pixel of it.
            weight *= max(1.0, n * 0.25 / (radius * radius))
            r, g, b = weight * small[j, i, 0], weight * small[j, i, 1], weight * small[j, i, 2]
            total, front = weight, 0.0
            for t in range(first, first + n):
                fy, fx = j + 0.5 + taps[t, 1] * radius, i + 0.5 + taps[t, 0] * radius
                y, x = int(math.floor(fy)), int(math.floor(fx))
                y, x = min(max(y, 0), h - 1), min(max(x, 0), w - 1)
                c = np.float64(small[y, x, 3])
                away = taps[t, 2] * radius
                s = abs(c)
                if c > own + 0.3:
                    # Behind this pixel: it shows no further than this pixel itself is blurred.
                    s = min(s, mine)
                k = min(max(s - away + 0.75, 0.0), 1.0)
                if k <= 0.0:
                    continue
                size = max(s, 0.5)
                k /= size * size
                r, g, b = r + k * small[y, x, 0], g + k * small[y, x, 1], b + k * small[y, x, 2]
                total += k
                if c < own - 0.5 and c < -0.5:
                    front += k * size * size
            inv = 1.0 / total
            out[j, i, 0], out[j, i, 1], out[j, i, 2] = r * inv, g * inv, b * inv
            out[j, i, 3] = min(1.0, front * 1.6 / n)


@kernel
def blend(hdr, depth, limit, subject, most, small, blurred, out):  # type: ignore[no-untyped-def]
    """Full resolution: sharp where the circle is under a pixel, else the half-size blur of like-blurred neighbours."""
    height, width = depth.shape
    h, w = small.shape[0], small.shape[1]
    for y in range(height):
        fy = (y - 0.5) * 0.5
        j0 = int(math.floor(fy))
        ty = fy - j0
        for x in range(width):
            z = min(np.float64(depth[y, x]), 1e6)
            c = min(max(limit * (z - subject) / z, -most), most)
            fx = (x - 0.5) * 0.5
            i0 = int(math.floor(fx))
            tx = fx - i0
            total, r, g, b, front = 0.0, 0.0, 0.0, 0.0, 0.0
            for q in range(4):
                j, i = min(max(j0 + (q >> 1), 0), h - 1), min(max(i0 + (q & 1), 0), w - 1)
                k = (ty if q > 1 else 1.0 - ty) * (tx if q & 1 else 1.0 - tx)
                front += k * blurred[j, i, 3]
                # Own circle at half size; a neighbour in focus must not lend its light to a blur.
                gap = abs(np.float64(blurred[j, i, 4]) - c * 0.5)
                if blurred[j, i, 3] < 0.05:
                    k /= 1.0 + 4.0 * gap * gap
                k += 1e-6
                total += k
                r, g, b = r + k * blurred[j, i, 0], g + k * blurred[j, i, 1], b + k * blurred[j, i, 2]
            inv = 1.0 / total
            a = min(max((abs(c) - 0.5) / 1.0, 0.0), 1.0)
            a = max(a, front)
            out[y, x, 0] = hdr[y, x, 0] + (r * inv - hdr[y, x, 0]) * a
            out[y, x, 1] = hdr[y, x, 1] + (g * inv - hdr[y, x, 1]) * a
            out[y, x, 2] = hdr[y, x, 2] + (b * inv - hdr[y, x, 2]) * a
