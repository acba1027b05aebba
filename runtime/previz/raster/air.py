"""What lies between: occlusion of ambient light in corners, and shadowed light in the air."""

# mypy: disable-error-code="assignment, no-untyped-def, unused-ignore"
# ruff: noqa: RUF046 (compiled, math.floor gives a float)
from __future__ import annotations

import math

import numpy as np

from runtime.previz.jit import kernel
from runtime.previz.raster.noise import noise
from runtime.previz.raster.occlude import broad, hard
from runtime.previz.raster.sky import dome


@kernel
def corners(depth, normal, focal, basis, out):  # type: ignore[no-untyped-def]
    """Half-resolution ambient occlusion into ``out`` (h/2, w/2), 1 open: eight taps within 0.4 m, then a 4×4 box.

    Taps turn on a 4×4 tile of angles, which the box takes out again without blurring across steps in depth.
    """
    height, width = depth.shape
    h, w = out.shape
    raw = np.ones((h, w), np.float32)
    turn_x, turn_y = np.empty((16, 8), np.float64), np.empty((16, 8), np.float64)
    for a in range(16):
        for k in range(8):
            theta = a * (6.2831853 / 16.0) + 0.13 + k * 2.39996
            turn_x[a, k] = (k + 0.7) / 8.0 * math.cos(theta)
            turn_y[a, k] = (k + 0.7) / 8.0 * math.sin(theta)
    for j in range(h):
        for i in range(w):
            y, x = min(j * 2 + 1, height - 1), min(i * 2 + 1, width - 1)
            z = np.float64(depth[y, x])
            if z > 1e6:
                continue
            nx, ny, nz = np.float64(normal[y, x, 0]), np.float64(normal[y, x, 1]), np.float64(normal[y, x, 2])
            ax = basis[0, 0] * nx + basis[0, 1] * ny + basis[0, 2] * nz
            ay = basis[1, 0] * nx + basis[1, 1] * ny + basis[1, 2] * nz
            az = basis[2, 0] * nx + basis[2, 1] * ny + basis[2, 2] * nz
            cx, cy = (x + 0.5 - width * 0.5) / focal * z, -(y + 0.5 - height * 0.5) / focal * z
            reach = min(max(0.4 * focal / z, 3.0), width * 0.09)
            metres = reach * z / focal
            angle = (i & 3) * 4 + (j & 3)
            dark = 0.0
            for k in range(8):
                tx, ty = int(x + reach * turn_x[angle, k]), int(y + reach * turn_y[angle, k])
                if tx < 0 or ty < 0 or tx >= width or ty >= height:
                    continue
                tz = np.float64(depth[ty, tx])
                if tz > 1e6:
                    continue
                dx = (tx + 0.5 - width * 0.5) / focal * tz - cx
                dy = -(ty + 0.5 - height * 0.5) / focal * tz - cy
                dz = z - tz
                d2 = dx * dx + dy * dy + dz * dz + 1e-8
                d = math.sqrt(d2)
                above = (dx * ax + dy * ay + dz * az) / d
                dark += max(above - 0.12, 0.0) * max(0.0, 1.0 - d / (metres * 1.3))
            raw[j, i] = max(0.0, 1.0 - dark * 0.36)
    for j in range(h):
        for i in range(w):
            z = np.float64(depth[min(j * 2 + 1, height - 1), min(i * 2 + 1, width - 1)])
            if z > 1e6:
                out[j, i] = 1.0
                continue
            total, weight = 0.0, 0.0
            for dj in range(-2, 2):
                for di in range(-2, 2):
                    a, b = min(max(j + dj, 0), h - 1), min(max(i + di, 0), w - 1)
                    tz = np.float64(depth[min(a * 2 + 1, height - 1), min(b * 2 + 1, width - 1)])
                    if abs(tz - z) < 0.04 * z + 0.02:
                        total += raw[a, b]
                        weight += 1.0
            out[j, i] = total / weight if weight > 0.0 else raw[j, i]


@kernel
def fog(depth, focal, eye, basis, lights, maps, atlas, sky, table, box, air, out, reach):  # type: ignore[no-untyped-def]
    """Quarter-resolution light scattered towards the eye, (h, w, 4): radiance and transmittance.

    ``box`` (2, 3) bounds the air indoors; ``air``: density per metre, height of the layer (0 = even), colour rgb,
    interior 0/1, seconds. ``reach`` (h, w): the depth each ray was marched to, for upsampling.
    """
    height, width = depth.shape
    h, w = out.shape[0], out.shape[1]
    density, layer, interior, seconds = air[0], air[1], air[5] > 0.5, air[6]
    steps = 11
    for j in range(h):
        for i in range(w):
            y, x = min(j * 4 + 2, height - 1), min(i * 4 + 2, width - 1)
            z = np.float64(depth[y, x])
            reach[j, i] = z
            cx, cy = (x + 0.5 - width * 0.5) / focal, -(y + 0.5 - height * 0.5) / focal
            dx = basis[0, 0] * cx + basis[1, 0] * cy - basis[2, 0]
            dy = basis[0, 1] * cx + basis[1, 1] * cy - basis[2, 1]
            dz = basis[0, 2] * cx + basis[1, 2] * cy - basis[2, 2]
            long = math.sqrt(dx * dx + dy * dy + dz * dz)
            dx, dy, dz = dx / long, dy / long, dz / long
            t1 = z * long
            t0 = 0.0
            if interior:
                t1 = min(t1, 60.0)
                for k in range(3):
                    o = eye[k]
                    d = dx if k == 0 else (dy if k == 1 else dz)
                    if abs(d) < 1e-9:
                        if o < box[0, k] or o > box[1, k]:
                            t1 = -1.0
                        continue
                    a, b = (box[0, k] - o) / d, (box[1, k] - o) / d
                    t0, t1 = max(t0, min(a, b)), min(t1, max(a, b))
            far = t1
            if not interior:
                t1 = min(t1, 60.0)
            r, g, b = 0.0, 0.0, 0.0
            through = 1.0
            if t1 > t0:
                step = (t1 - t0) / steps
                jitter = ((i & 3) * 5 + (j & 3) * 11) % 16 / 16.0 + 0.03
                for n in range(steps):
                    t = t0 + (n + jitter) * step
                    px, py, pz = eye[0] + dx * t, eye[1] + dy * t, eye[2] + dz * t
                    d = density
                    if layer > 0.0:
                        d *= math.exp(-max(py, 0.0) / layer)
                    wisps = noise(table, px * 0.8 + seconds * 0.05, py * 1.1 - seconds * 0.03, pz * 0.8)
                    d *= 1.0 + 0.55 * wisps
                    fall = d * step
                    fall = 1.0 / (1.0 + fall * (1.0 + 0.5 * fall))
                    sr, sg, sb = 0.0, 0.0, 0.0
                    for m in range(lights.shape[0]):
                        kind = int(lights[m, 0])
                        if kind == 3:
                            if interior:
                                k = 0.5
                                sr, sg, sb = sr + lights[m, 1] * k, sg + lights[m, 2] * k, sb + lights[m, 3] * k
                            continue
                        if lights[m, 17] < 0.5:
                            continue
                        if kind == 2:
                            toward = -(lights[m, 7] * dx + lights[m, 8] * dy + lights[m, 9] * dz)
                            k = 4.2 if interior else 0.8
                        else:
                            lx, ly, lz = lights[m, 4] - px, lights[m, 5] - py, lights[m, 6] - pz
                            d2 = lx * lx + ly * ly + lz * lz
                            inv = 1.0 / math.sqrt(d2 + 1e-9)
                            toward = (lx * dx + ly * dy + lz * dz) * inv
                            k = 0.34 / (d2 + 0.04)
                            if kind == 1:
                                cone = -(lx * lights[m, 7] + ly * lights[m, 8] + lz * lights[m, 9]) * inv
                                if cone < lights[m, 10]:
                                    continue
                                k *= min(1.0, (cone - lights[m, 10]) / (lights[m, 11] - lights[m, 10] + 1e-6))
                            if k * max(lights[m, 1], lights[m, 2], lights[m, 3]) < 0.002:
                                continue
                        # Haze throws light mostly onward.
                        k *= 0.55 + 1.1 * max(toward, 0.0) ** 4
                        which = broad(lights, m, px, py, pz)
                        if which >= 0:
                            k *= hard(atlas, maps, which, px, py, pz, 0.02)
                        sr, sg, sb = sr + lights[m, 1] * k, sg + lights[m, 2] * k, sb + lights[m, 3] * k
                    k = through * (1.0 - fall)
                    if interior:
                        r, g, b = r + sr * air[2] * k, g + sg * air[3] * k, b + sb * air[4] * k
                    else:
                        r, g, b = r + (air[2] + sr) * k, g + (air[3] + sg) * k, b + (air[4] + sb) * k
                    through *= fall
            if not interior and 60.0 < far < 1e6:
                # Beyond the march the haze is even and takes the colour of the sky at the horizon.
                rest = min(far, 4000.0) - 60.0
                py = eye[1] + dy * 60.0
                d = density
                if layer > 0.0:
                    slope = abs(dy) / layer
                    d *= math.exp(-max(py, 0.0) / layer)
                    rest = rest if slope < 1e-6 else (1.0 - math.exp(-min(slope * rest, 30.0))) / slope
                fall = math.exp(-d * rest)
                hr, hg, hb = dome(sky, table, dx, max(dy, 0.015), dz, 0.01, False)
                k = through * (1.0 - fall)
                r, g, b = r + hr * k, g + hg * k, b + hb * k
                through *= fall
            out[j, i, 0], out[j, i, 1], out[j, i, 2], out[j, i, 3] = r, g, b, through


@kernel
def compose(count, tri, at, weight, radiance, glass_count, glass_at, glass_weight, glass_radiance,
            depth, air, reach, gain, out):  # type: ignore[no-untyped-def]  # fmt: skip
    """Points into pixels: weighted surfaces, glass over them, air over both, times ``gain``, into ``out`` (H, W, 3).

    Points of the glass layer that are no glass are passed over: ``veil.haunt`` has them.
    """
    height, width = depth.shape
    h, w = reach.shape
    for y in range(height):
        for x in range(width):
            for k in range(3):
                out[y, x, k] = 0.0
    for s in range(count):
        y, x = int(at[s, 1] * 0.5), int(at[s, 0] * 0.5)
        for k in range(3):
            out[y, x, k] += weight[s] * radiance[s, k]
    for s in range(glass_count):
        y, x = int(glass_at[s, 1] * 0.5), int(glass_at[s, 0] * 0.5)
        edge = np.float64(glass_radiance[s, 3])
        if edge >= 0.0:
            continue
        # Glass dims what is behind it by -1 - edge, and adds what it mirrors.
        share = np.float64(glass_weight[s])
        for k in range(3):
            out[y, x, k] = out[y, x, k] * (1.0 + (edge + 1.0) * share) + glass_radiance[s, k] * share
    for y in range(height):
        fy = (y - 2.0) * 0.25
        j0 = min(max(int(math.floor(fy)), 0), h - 1)
        j1 = min(j0 + 1, h - 1)
        ty = min(max(fy - j0, 0.0), 1.0)
        for x in range(width):
            fx = (x - 2.0) * 0.25
            i0 = min(max(int(math.floor(fx)), 0), w - 1)
            i1 = min(i0 + 1, w - 1)
            tx = min(max(fx - i0, 0.0), 1.0)
            z = min(np.float64(depth[y, x]), 1e4)
            total, r, g, b, a = 0.0, 0.0, 0.0, 0.0, 0.0
            for c in range(4):
                j, i = (j1 if c > 1 else j0), (i1 if c & 1 else i0)
                k = (ty if c > 1 else 1.0 - ty) * (tx if c & 1 else 1.0 - tx)
                # Air in front of another depth than this pixel's hardly counts.
                gap = abs(min(np.float64(reach[j, i]), 1e4) - z) / (0.1 * z + 0.05)
                k = k / (1.0 + gap * gap * 8.0) + 1e-5
                total += k
                r, g, b, a = r + k * air[j, i, 0], g + k * air[j, i, 1], b + k * air[j, i, 2], a + k * air[j, i, 3]
            inv = 1.0 / total
            out[y, x, 0] = (out[y, x, 0] * a * inv + r * inv) * gain
            out[y, x, 1] = (out[y, x, 1] * a * inv + g * inv) * gain
            out[y, x, 2] = (out[y, x, 2] * a * inv + b * inv) * gain


@kernel
def soften(air, reach):  # type: ignore[no-untyped-def]
    """Takes the 4×4 tile of jittered starts out of the marched air, in place, not across steps in depth."""
    h, w = reach.shape
    copy = air.copy()
    for j in range(h):
        for i in range(w):
            z = min(np.float64(reach[j, i]), 1e4)
            total, r, g, b, a = 0.0, 0.0, 0.0, 0.0, 0.0
            for dj in range(-2, 2):
                for di in range(-2, 2):
                    y, x = min(max(j + dj, 0), h - 1), min(max(i + di, 0), w - 1)
                    if abs(min(np.float64(reach[y, x]), 1e4) - z) < 0.2 * z + 0.1:
                        total += 1.0
                        r, g, b, a = r + copy[y, x, 0], g + copy[y, x, 1], b + copy[y, x, 2], a + copy[y, x, 3]
            if total > 0.0:
                inv = 1.0 / total
                air[j, i, 0], air[j, i, 1], air[j, i, 2], air[j, i, 3] = r * inv, g * inv, b * inv, a * inv
