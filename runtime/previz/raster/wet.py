"""Wet streets: the picture mirrored in the film of water on asphalt, marched through the picture's own depth.

Screen-space reflection: a ray leaves the road at the mirror angle and is followed over the depth buffer until it passes
behind something; what is there is what the road shows, drawn long by the roughness of the stones under the water.
"""

# mypy: disable-error-code="assignment, no-untyped-def, unused-ignore"
from __future__ import annotations

import math

import numpy as np

from runtime.previz.jit import kernel
from runtime.previz.raster.noise import noise, noise4, smooth
from runtime.previz.raster.sky import dome
from runtime.previz.raster.surface import ASPHALT

WETNESS = {"night": 1.0, "dusk": 1.0, "dawn": 0.85, "day": 0.3}
"""How much of a road's own wetness shows: streets are hosed before a night shoot and dry in the sun."""


@kernel
def mirror(depth, owner, faces, material, vertex, eye, basis, focal, sky, table, gain, amount, seen, out):  # type: ignore[no-untyped-def]
    """Add to ``out`` (H, W, 3) what wet asphalt reflects of ``seen``, a copy of it.

    ``depth`` (H, W) along the view, ``owner`` (H, W) triangles; ``focal`` in pixels; ``gain`` is the exposure already in
    ``seen``; ``amount`` 0..1 scales the wetness that asphalt carries in its first attribute.
    """
    height, width = depth.shape
    half_w, half_h = width * 0.5, height * 0.5
    for y in range(height):
        for x in range(width):
            t = owner[y, x]
            if t < 0 or material[t] != ASPHALT:
                continue
            z = np.float64(depth[y, x])
            cx, cy = (x + 0.5 - half_w) / focal, -(y + 0.5 - half_h) / focal
            dx = basis[0, 0] * cx + basis[1, 0] * cy - basis[2, 0]
            dy = basis[0, 1] * cx + basis[1, 1] * cy - basis[2, 1]
            dz = basis[0, 2] * cx + basis[1, 2] * cy - basis[2, 2]
            px, py, pz = eye[0] + dx * z, eye[1] + dy * z, eye[2] + dz * z
            inv = 1.0 / math.sqrt(dx * dx + dy * dy + dz * dz)
            dx, dy, dz = dx * inv, dy * inv, dz * inv
            if dy > -0.004:
                continue
            # Puddles lie where the road does; between them it is only damp.
            n = noise(table, px * 0.33, 4.1, pz * 0.33) + 0.45 * noise(table, px * 1.3, 9.7, pz * 1.3)
            pool = smooth(-0.15, 0.55, n)
            wet = amount * vertex[faces[t, 0], 12] * (0.3 + 0.95 * pool)
            if wet < 0.01:
                continue
            foot = z / focal
            calm = 1.0 / (1.0 + foot * 90.0)
            _, wx, _, wz = noise4(table, px * 5.0, 2.3, pz * 5.0)
            rough = 0.16 - 0.125 * pool
            r, g, b = 0.0, 0.0, 0.0
            turn = 52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1.0)
            turn -= math.floor(turn)
            for tap in range(4):
                # Stones tilt the film towards and away from the eye most of all, for it is seen so flat.
                tilt = ((tap + turn) * 0.25 - 0.5) * rough
                flat = 1.0 / math.sqrt(dx * dx + dz * dz + 1e-9)
                nx = wx * 0.006 * calm + dx * flat * tilt
                nz = wz * 0.006 * calm + dz * flat * tilt
                inv = 1.0 / math.sqrt(1.0 + nx * nx + nz * nz)
                nx, ny, nz = nx * inv, inv, nz * inv
                nv = -(dx * nx + dy * ny + dz * nz)
                if nv < 0.004:
                    nv = 0.004
                rx, ry, rz = dx + 2.0 * nv * nx, dy + 2.0 * nv * ny, dz + 2.0 * nv * nz
                ry = max(ry, 0.012)
                k = (0.02 + 0.98 * (1.0 - nv) ** 5) * wet * 0.25
                far, last = 0.12, 0.0
                fx, fy = -1, -1
                for _ in range(24):
                    qx, qy, qz = px + rx * far - eye[0], py + ry * far - eye[1], pz + rz * far - eye[2]
                    w = -(basis[2, 0] * qx + basis[2, 1] * qy + basis[2, 2] * qz)
                    if w < 0.05:
                        break
                    sx = (basis[0, 0] * qx + basis[0, 1] * qy + basis[0, 2] * qz) / w * focal + half_w
                    sy = half_h - (basis[1, 0] * qx + basis[1, 1] * qy + basis[1, 2] * qz) / w * focal
                    ix, iy = int(sx), int(sy)
                    if sx < 0.0 or sy < 0.0 or ix >= width or iy >= height:
                        # What stands at the edge of the picture is taken to go on beyond it.
                        fx, fy = min(max(ix, 0), width - 1), min(max(iy, 0), height - 1)
                        break
                    there = np.float64(depth[iy, ix])
                    if there < w:
                        if w - there < (far - last) * 1.1 + 0.35:
                            fx, fy = ix, iy
                            break
                    elif there > 1e6:
                        fx, fy = ix, iy
                    last = far
                    far *= 1.33
                if fx >= 0 and np.float64(depth[fy, fx]) < 1e6:
                    er, eg, eb = np.float64(seen[fy, fx, 0]), np.float64(seen[fy, fx, 1]), np.float64(seen[fy, fx, 2])
                elif fx >= 0:
                    er, eg, eb = dome(sky, table, rx, ry, rz, 0.01, False)
                    er, eg, eb = er * gain, eg * gain, eb * gain
                else:
                    er, eg, eb = dome(sky, table, rx, ry, rz, 0.01, False)
                    er, eg, eb = er * gain * 0.25, eg * gain * 0.25, eb * gain * 0.25
                r, g, b = r + min(er, 9.0) * k, g + min(eg, 9.0) * k, b + min(eb, 9.0) * k
            out[y, x, 0] += r
            out[y, x, 1] += g
            out[y, x, 2] += b
