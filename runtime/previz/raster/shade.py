"""Shading: the light that leaves each point of the work list towards the camera."""

# ruff: noqa: SIM109 (comparisons compile to jumps, tuples to loops)
from __future__ import annotations

import math

import numpy as np

from runtime.previz.jit import inline, kernel
from runtime.previz.raster.noise import fade, noise, noise4, smooth
from runtime.previz.raster.occlude import broad, choose, soft
from runtime.previz.raster.pack import GHOST, PERSON, TWO_SIDED
from runtime.previz.raster.resolve import barycentric
from runtime.previz.raster.sky import dome
from runtime.previz.raster.surface import (
    CLOTH,
    EMISSIVE,
    EYE,
    FABRIC,
    FOLIAGE,
    GLASS,
    GRASS,
    HAIR,
    METAL,
    PANE,
    PAPER,
    SAND,
    SKIN,
    SNOW,
    TILE,
    WATER,
    building,
    bump,
    woven,
)
from runtime.previz.raster.water import sea

_LEAST = 0.0005
"""Light weaker than this is left out; what is stronger loses as much."""


@inline
def _ggx(nh, nv, nl, vh, rough, f0):  # type: ignore[no-untyped-def]
    """Specular lobe times nl: GGX, Schlick Fresnel, Smith visibility in Hammon's approximation."""
    a = rough * rough
    a2 = a * a
    d = nh * nh * (a2 - 1.0) + 1.0
    ndf = a2 / (math.pi * d * d + 1e-9)
    visible = 0.5 / (nl * (nv * (1.0 - a) + a) + nv * (nl * (1.0 - a) + a) + 1e-6)
    k = 1.0 - vh
    k2 = k * k
    return ndf * visible * (f0 + (1.0 - f0) * k2 * k2 * k) * nl


@inline
def _lobe(tl, tv, power):  # type: ignore[no-untyped-def]
    """Kajiya and Kay's cone of light about a strand."""
    s = math.sqrt(max(1.0 - tl * tl, 0.0)) * math.sqrt(max(1.0 - tv * tv, 0.0)) - tl * tv
    return max(s, 0.0) ** power


@kernel
def shade(  # type: ignore[no-untyped-def]
    count, tri, at, clip, faces, mesh, material, flags, grain, vertex,
    lights, maps, atlas, sky, table, occlusion, eye, basis, box, options, out,
):  # fmt: skip
    """Fill ``out`` (N, 4) with radiance and rim (how edge-on the surface is) for the first ``count`` points.

    ``eye`` (3,); ``basis`` (3, 3) camera axes; ``options``: focal in samples, width, height in samples, radians per
    pixel, interior 0/1, seconds, sea level glitter; ``occlusion`` (h/2, w/2) 1 open.
    """
    focal, sw, sh, pixel, interior = options[0], options[1], options[2], options[3], options[4] > 0.5
    seconds = options[5]
    oh, ow = occlusion.shape
    light_count = lights.shape[0]
    for s in range(count):
        t = tri[s]
        sx, sy = np.float64(at[s, 0]), np.float64(at[s, 1])
        if t < 0:
            cx, cy = (sx - sw * 0.5) / focal, -(sy - sh * 0.5) / focal
            dx = basis[0, 0] * cx + basis[1, 0] * cy - basis[2, 0]
            dy = basis[0, 1] * cx + basis[1, 1] * cy - basis[2, 1]
            dz = basis[0, 2] * cx + basis[1, 2] * cy - basis[2, 2]
            inv = 1.0 / math.sqrt(dx * dx + dy * dy + dz * dz)
            r, g, b = dome(sky, table, dx * inv, dy * inv, dz * inv, pixel, True)
            out[s, 0], out[s, 1], out[s, 2], out[s, 3] = r, g, b, 0.0
            continue
        i0, i1, i2 = faces[t, 0], faces[t, 1], faces[t, 2]
        b0, b1, b2, _ = barycentric(clip, i0, i1, i2, sx, sy)
        px = b0 * vertex[i0, 0] + b1 * vertex[i1, 0] + b2 * vertex[i2, 0]
        py = b0 * vertex[i0, 1] + b1 * vertex[i1, 1] + b2 * vertex[i2, 1]
        pz = b0 * vertex[i0, 2] + b1 * vertex[i1, 2] + b2 * vertex[i2, 2]
        nx = b0 * vertex[i0, 3] + b1 * vertex[i1, 3] + b2 * vertex[i2, 3]
        ny = b0 * vertex[i0, 4] + b1 * vertex[i1, 4] + b2 * vertex[i2, 4]
        nz = b0 * vertex[i0, 5] + b1 * vertex[i1, 5] + b2 * vertex[i2, 5]
        rx = b0 * vertex[i0, 6] + b1 * vertex[i1, 6] + b2 * vertex[i2, 6]
        ry = b0 * vertex[i0, 7] + b1 * vertex[i1, 7] + b2 * vertex[i2, 7]
        rz = b0 * vertex[i0, 8] + b1 * vertex[i1, 8] + b2 * vertex[i2, 8]
        cr = b0 * vertex[i0, 9] + b1 * vertex[i1, 9] + b2 * vertex[i2, 9]
        cg = b0 * vertex[i0, 10] + b1 * vertex[i1, 10] + b2 * vertex[i2, 10]
        cb = b0 * vertex[i0, 11] + b1 * vertex[i1, 11] + b2 * vertex[i2, 11]
        t0 = b0 * vertex[i0, 12] + b1 * vertex[i1, 12] + b2 * vertex[i2, 12]
        t1 = b0 * vertex[i0, 13] + b1 * vertex[i1, 13] + b2 * vertex[i2, 13]
        t2 = b0 * vertex[i0, 14] + b1 * vertex[i1, 14] + b2 * vertex[i2, 14]
        t3 = b0 * vertex[i0, 15] + b1 * vertex[i1, 15] + b2 * vertex[i2, 15]
        inv = 1.0 / math.sqrt(max(nx * nx + ny * ny + nz * nz, 1e-16))
        nx, ny, nz = nx * inv, ny * inv, nz * inv
        vx, vy, vz = eye[0] - px, eye[1] - py, eye[2] - pz
        distance = math.sqrt(vx * vx + vy * vy + vz * vz)
        inv = 1.0 / max(distance, 1e-6)
        vx, vy, vz = vx * inv, vy * inv, vz * inv
        mat = int(material[t])
        flag = flags[mesh[t]]
        nv = nx * vx + ny * vy + nz * vz
        if nv < 0.0 and (flag & TWO_SIDED) and mat != HAIR:
            nx, ny, nz, nv = -nx, -ny, -nz, -nv
        gx, gy, gz = nx, ny, nz
        rim = 1.0 - min(max(nv, 0.0), 1.0)
        person = (flag & PERSON) != 0
        foot = pixel * distance
        if mat == EMISSIVE:
            edge = 0.72 + 0.28 * max(nv, 0.0)
            k = t0 * edge
            out[s, 0], out[s, 1], out[s, 2], out[s, 3] = cr * k, cg * k, cb * k, rim
            continue
        if mat == PANE or (mat == GLASS and (flag & GHOST) != 0):
            facing = max(nv, 0.0)
            k = 0.04 + 0.96 * (1.0 - facing) ** 5
            r, g, b = 0.0, 0.0, 0.0
            if interior and mat == PANE:
                # Old panes are a little misty and take the dome's brightness, more towards the foot.
                mist = 0.10 + 0.05 * noise(table, rx * 7.0, ry * 7.0, rz * 7.0) + 0.10 * (1.0 - facing)
                r, g, b = sky[6] * mist, sky[7] * mist, sky[8] * mist
            elif not interior:
                d2 = 2.0 * facing
                r, g, b = dome(sky, table, d2 * nx - vx, max(d2 * ny - vy, 0.0), d2 * nz - vz, pixel, False)
                r, g, b = r * k, g * k, b * k
            for i in range(light_count):
                if lights[i, 0] > 1.5 or lights[i, 13] > 0.5:
                    continue
                lx, ly, lz = lights[i, 4] - px, lights[i, 5] - py, lights[i, 6] - pz
                d2 = lx * lx + ly * ly + lz * lz
                if d2 < 0.06:
                    # The lamp inside its own globe.
                    continue
                inv = 1.0 / math.sqrt(d2 + 1e-6)
                ux, uy, uz = lx * inv + vx, ly * inv + vy, lz * inv + vz
                inv = 1.0 / math.sqrt(max(ux * ux + uy * uy + uz * uz, 1e-9))
                nh = max((nx * ux + ny * uy + nz * uz) * inv, 0.0)
                spark = (nh**600.0 * 1.5 + rim * rim * rim * 0.02) / max(d2, 0.1)
                r, g, b = r + lights[i, 1] * spark, g + lights[i, 2] * spark, b + lights[i, 3] * spark
            out[s, 0], out[s, 1], out[s, 2], out[s, 3] = r, g, b, -1.0 - k
            continue
        if mat == WATER:
            r, g, b = sea(
                sky, table, lights, maps, atlas, px, py, pz, cr, cg, cb, t0, vx, vy, vz, distance, foot, seconds
            )
            out[s, 0], out[s, 1], out[s, 2], out[s, 3] = r, g, b, 0.0
            continue
        # --- what it is made of ---
        rough, f0, sheen, wrap, gloss, cavity = 0.7, 0.04, 0.0, 0.0, 1.0, 1.0
        hx, hy, hz = 0.0, 0.0, 0.0
        shift, wet, single = 0.0, 0.0, 1.0
        if mat == SKIN:
            cavity = min(max(t3, 0.0), 1.0) if t3 > 0.0 else 0.35
            lip = min(max(t0, 0.0), 1.0)
            f2, f3 = fade(foot, 560.0), fade(foot, 900.0)
            if t2 > 0.02:
                # Lines run across the forehead and out from the eyes: long in x, short in y.
                w0, ax, ay, az = noise4(table, rx * 22.0 + 5.0, ry * 170.0, rz * 22.0)
                _, bx, by, bz = noise4(table, rx * 60.0, ry * 330.0, rz * 60.0)
                k = min(t2, 1.0) * fade(foot, 170.0)
                kb = 0.55 * min(t2, 1.0) * fade(foot, 330.0)
                nx, ny, nz = bump(
                    nx,
                    ny,
                    nz,
                    (ax * 0.16 * k + bx * 0.08 * kb),
                    (ay * k * 0.36 + by * kb * 0.32),
                    az * 0.16 * k + bz * 0.08 * kb,
                    1.0,
                )
                cavity *= 1.0 - 0.22 * k * max(0.0, -w0 - 0.15)
            # Light that has been inside skin has forgotten its pores: it sees the normal as it is here.
            hx, hy, hz = nx, ny, nz
            p0 = 0.5 * noise(table, rx * 130.0, ry * 130.0, rz * 130.0) + noise(table, rx * 36.0, ry * 36.0, rz * 36.0)
            p1, bx, by, bz = noise4(table, rx * 400.0, ry * 400.0, rz * 400.0)
            p2, ex, ey, ez = noise4(table, rx * 780.0, ry * 780.0, rz * 780.0)
            p3 = noise(table, rx * 1500.0, ry * 1500.0, rz * 1500.0) * fade(foot, 1500.0)
            k1, k2 = 0.045 * f2 * (1.0 - 0.5 * lip), 0.15 * f3
            nx, ny, nz = bump(nx, ny, nz, bx * k1 + ex * k2, by * k1 + ey * k2, bz * k1 + ez * k2, 1.0)
            if lip > 0.05:
                _, ax, ay, az = noise4(table, rx * 900.0, ry * 120.0, rz * 200.0)
                k = 0.16 * lip * f2
                nx, ny, nz = bump(nx, ny, nz, ax * k, ay * k * 0.2, az * k * 0.2, 1.0)
            # Pores are pits: darker, and never shining.
            pit = max(p1 - 0.22, 0.0) * f2 + 0.8 * max(p2 - 0.12, 0.0) * f3 + 0.5 * max(p3, 0.0)
            tone = 1.0 + 0.05 * p0 - 0.18 * pit
            cr, cg, cb = cr * tone, cg * (tone + 0.07 * p0 - 0.06 * pit), cb * (tone + 0.08 * p0 - 0.07 * pit)
            # Skin in folds sees itself: red survives longest.
            cr, cg, cb = cr * (0.30 + 0.70 * cavity), cg * (0.16 + 0.84 * cavity), cb * (0.13 + 0.87 * cavity)
            rough = min(max(0.50 + 0.08 * p1 * f2 + 0.04 * p0 - 0.18 * lip, 0.2), 0.8)
            grit = 0.5 - p2 * 1.1 * f3 - p1 * 0.6 * f2 - p3 * 0.8
            gloss = (0.16 + 0.92 * min(max(grit, 0.0), 1.6)) * cavity * cavity * (1.0 + 1.0 * lip)
            f0 = 0.028
        elif mat == HAIR:
            hx = b0 * vertex[i0, 16] + b1 * vertex[i1, 16] + b2 * vertex[i2, 16]
            hy = b0 * vertex[i0, 17] + b1 * vertex[i1, 17] + b2 * vertex[i2, 17]
            hz = b0 * vertex[i0, 18] + b1 * vertex[i1, 18] + b2 * vertex[i2, 18]
            inv = 1.0 / math.sqrt(max(hx * hx + hy * hy + hz * hz, 1e-16))
            hx, hy, hz = hx * inv, hy * inv, hz * inv
            # Strands finer than a pixel differ less: what shows there is their mean.
            single = 0.25 + 0.75 * fade(foot, 500.0)
            t1 = 0.5 + (t1 - 0.5) * single
            shift = (t1 - 0.5) * 0.22 + 0.06 * noise(table, rx * 300.0, ry * 300.0, rz * 300.0) * fade(foot, 300.0)
            root = 0.42 + 0.58 * smooth(0.0, 0.45, t0)
            tone = (0.72 + 0.56 * t1) * root
            cr, cg, cb = cr * tone, cg * tone, cb * tone
        elif mat == EYE:
            across = math.sqrt(rx * rx + ry * ry)
            rough, f0 = 0.24, 0.03
            # The iris lies below the cornea: look it up where the bent ray meets it.
            rr = 1.0 if across < 0.001 else across
            if rz > 0.0 and across < 0.44:
                around = math.atan2(ry, rx)
                iris = across / 0.40
                fibre = noise(table, math.cos(around) * 9.0 + 20.0, math.sin(around) * 9.0, iris * 2.2)
                fine = noise(table, math.cos(around) * 26.0, math.sin(around) * 26.0 + 9.0, iris * 3.0) * fade(
                    foot, 2600.0
                )
                collar = smooth(0.50, 0.40, iris) * smooth(0.26, 0.38, iris)
                k = (0.72 + 0.55 * fibre + 0.45 * fine + 0.55 * collar) * (0.55 + 0.75 * smooth(0.3, 0.75, iris))
                k *= 1.0 - 0.80 * smooth(0.80, 1.0, iris)
                pupil = smooth(0.30, 0.36, iris)
                k = max(k, 0.04) * pupil * 2.1
                white = smooth(0.95, 1.10, iris)
                warm = 0.35 * collar
                ir, ig, ib = cr * k * (1.0 + warm), cg * k, cb * k * (1.0 - 0.5 * warm)
                cr, cg, cb = ir + (0.50 - ir) * white, ig + (0.455 - ig) * white, ib + (0.425 - ib) * white
            else:
                vein = smooth(0.10, 0.0, abs(noise(table, rx * 7.0, ry * 9.0, rz * 5.0))) * smooth(0.45, 0.95, across)
                blood = 0.25 * smooth(0.5, 1.0, across) + 0.35 * vein * smooth(0.5, 0.9, across)
                cr, cg, cb = 0.52 - 0.06 * blood, 0.47 - 0.24 * blood, 0.44 - 0.24 * blood
            # Lids and lashes shade the ball from above and at the corners.
            cavity = (0.40 + 0.60 * smooth(0.62, 0.02, ry)) * (0.45 + 0.55 * smooth(0.95, 0.40, across))
            cr, cg, cb = cr * cavity, cg * cavity, cb * cavity
            gloss = 0.0 * rr
        elif mat == CLOTH or mat == FABRIC:
            tone, rough, f0, sheen, nx, ny, nz = woven(mat, table, rx, ry, rz, nx, ny, nz, t0, foot)
            if mat == CLOTH:
                cavity = min(max(t1, 0.0), 1.0) if t1 > 0.0 else 1.0
                tone *= 0.35 + 0.65 * cavity
            else:
                sheen = 0.2 + 0.6 * t0
                wrap = 0.25
            cr, cg, cb = cr * tone, cg * tone, cb * tone
        else:
            axis = grain[mesh[t]]
            wet = min(max(t0, 0.0), 1.0) if mat == SAND else 0.0
            tone, warm, rough, f0, nx, ny, nz = building(mat, table, rx, ry, rz, nx, ny, nz, t0, axis, foot)
            cr, cg, cb = cr * tone * (1.0 + warm), cg * tone, cb * tone * (1.0 - warm)
            if wet > 0.0:
                # Wet sand lies flatter and mirrors.
                rough = rough + (0.24 - rough) * wet
                nx, ny, nz = nx + (gx - nx) * wet * 0.75, ny + (gy - ny) * wet * 0.75, nz + (gz - nz) * wet * 0.75
            if mat == PAPER or mat == FOLIAGE or mat == GRASS or mat == SNOW:
                wrap = 0.3
        nv = max(nx * vx + ny * vy + nz * vz, 0.03)
        # --- ambient ---
        oy, ox = min(int(sy * 0.25), oh - 1), min(int(sx * 0.25), ow - 1)
        open_ = np.float64(occlusion[oy, ox])
        r, g, b = 0.0, 0.0, 0.0
        up = 0.55 + 0.45 * ny
        turn = 52.9829189 * ((0.06711056 * math.floor(sx * 0.5) + 0.00583715 * math.floor(sy * 0.5)) % 1.0)
        turn = (turn - math.floor(turn)) * 6.2831853
        taps = 14 if person else 9
        # How far past the terminator light still shows.
        floor = -wrap if wrap > 0.0 else (-0.15 if sheen > 0.0 else 0.0)
        if mat == SKIN:
            floor = -0.36
        elif mat == HAIR:
            floor = -2.0
        for i in range(light_count):
            kind = int(lights[i, 0])
            wx, wy, wz = px, py, pz
            lr, lg, lb = lights[i, 1], lights[i, 2], lights[i, 3]
            if kind == 3:
                if mat == SAND and wet > 0.01:
                    k = (0.02 + 0.98 * (1.0 - nv) ** 5) * wet * open_
                    d2 = 2.0 * nv
                    er, eg, eb = dome(sky, table, d2 * nx - vx, abs(d2 * ny - vy) + 0.03, d2 * nz - vz, 0.01, False)
                    r, g, b = r + er * k, g + eg * k, b + eb * k
                k = up * open_
                r += cr * lr * k
                g += cg * lg * k
                b += cb * lb * k
                if mat == EYE or mat == TILE or mat == METAL or mat == GLASS:
                    k = (f0 + (1.0 - f0) * (1.0 - nv) ** 5) * open_ * (1.0 - rough)
                    if mat == METAL:
                        r += cr * lr * k * 2.0
                        g += cg * lg * k * 2.0
                        b += cb * lb * k * 2.0
                    else:
                        r, g, b = r + lr * k * 2.0, g + lg * k * 2.0, b + lb * k * 2.0
                continue
            if lights[i, 13] > 0.5 and not person:
                continue
            if kind == 2:
                lx, ly, lz = -lights[i, 7], -lights[i, 8], -lights[i, 9]
                reach = 1.0
                if interior:
                    # A shell's walls are thin: light must not creep in along their seams.
                    wx = min(max(px, box[0, 0] + 0.05), box[1, 0] - 0.05)
                    wy = min(max(py, box[0, 1] + 0.05), box[1, 1] - 0.05)
                    wz = min(max(pz, box[0, 2] + 0.05), box[1, 2] - 0.05)
            else:
                lx, ly, lz = lights[i, 4] - px, lights[i, 5] - py, lights[i, 6] - pz
                d2 = lx * lx + ly * ly + lz * lz
                far = max(d2 + lights[i, 12] * lights[i, 12] * 0.5, 0.01)
                strong = max(lr, lg, lb)
                if strong <= _LEAST * far:
                    continue
                if kind == 0 and interior:
                    # One bounce, roughly: a lamp fills its room with a little light that has forgotten where it came from.
                    if person:
                        k = 0.022 / (0.8 + d2 * 0.35) * open_ * (0.8 - 0.2 * ny) * cavity
                    else:
                        k = 0.035 / (0.8 + d2 * 0.35) * open_ * (0.75 + 0.25 * ny)
                    r, g, b = r + cr * lr * k, g + cg * lg * k, b + cb * lb * k
                if floor == 0.0 and nx * lx + ny * ly + nz * lz <= 0.0:
                    continue
                inv = 1.0 / math.sqrt(max(d2, 1e-8))
                lx, ly, lz = lx * inv, ly * inv, lz * inv
                # Reaches nothing in the end, and not by a step.
                reach = 1.0 / far - _LEAST / strong
                if kind == 1:
                    cone = -(lx * lights[i, 7] + ly * lights[i, 8] + lz * lights[i, 9])
                    if cone <= lights[i, 10]:
                        continue
                    reach *= smooth(lights[i, 10], lights[i, 11], cone)
            nl = nx * lx + ny * ly + nz * lz
            gl = gx * lx + gy * ly + gz * lz
            if mat != HAIR and (gl < floor - 0.1 or nl <= floor):
                continue
            lit = 1.0
            which = choose(lights, i, maps, wx, wy, wz) if person else broad(lights, i, wx, wy, wz)
            if which >= 0:
                if mat == HAIR:
                    lit = soft(atlas, maps, which, lights[i, 12], px, py, pz, lx, ly, lz, 0.5, turn, 4, 0.006)
                else:
                    slope = math.sqrt(max(1.0 - gl * gl, 0.0))
                    # Skin and thin cloth let a little light past the terminator: there their own shadow is pushed back.
                    past = smooth(0.25, -0.15, gl) * (0.006 if mat == SKIN else (0.004 if floor < 0.0 else 0.0))
                    qx, qy, qz = wx + lx * past, wy + ly * past, wz + lz * past
                    thin = past * 1.2 + (0.0007 if mat == SKIN else 0.0)
                    lit = soft(atlas, maps, which, lights[i, 12], qx, qy, qz, gx, gy, gz, slope, turn, taps, thin)
            elif person:
                # Rims and fills cast no shadows: keep them out of mouths, ears and folds.
                lit = open_ * (0.15 + 0.85 * cavity)
            if lit <= 0.002:
                continue
            ir, ig, ib = lr * reach, lg * reach, lb * reach
            ux, uy, uz = lx + vx, ly + vy, lz + vz
            inv = 1.0 / math.sqrt(max(ux * ux + uy * uy + uz * uz, 1e-9))
            ux, uy, uz = ux * inv, uy * inv, uz * inv
            nh = max(nx * ux + ny * uy + nz * uz, 0.0)
            vh = max(vx * ux + vy * uy + vz * uz, 0.0)
            if mat == SKIN:
                # Light wraps by channel, and a shadow's edge lets red through first.
                ml = hx * lx + hy * ly + hz * lz
                wr = max((ml + 0.22 * (nl - ml) + 0.34) / 1.34, 0.0)
                wg = max((ml + 0.45 * (nl - ml) + 0.16) / 1.16, 0.0)
                wb = max((ml + 0.60 * (nl - ml) + 0.09) / 1.09, 0.0)
                sr = lit**0.75
                r += cr * ir * sr * wr * (0.35 + 0.65 * wr)
                g += cg * ig * lit * wg * (0.5 + 0.5 * wg)
                b += cb * ib * lit * wb * (0.55 + 0.45 * wb)
                if nl > 0.0:
                    k = 0.62 * _ggx(nh, nv, nl, vh, rough, f0) + 0.38 * _ggx(nh, nv, nl, vh, rough * 0.62, f0)
                    k = min(k * math.pi * gloss * 0.8, 1.2) * lit
                    r, g, b = r + ir * k, g + ig * k, b + ib * k
            elif mat == HAIR:
                tx, ty, tz = hx + gx * shift, hy + gy * shift, hz + gz * shift
                tl = tx * lx + ty * ly + tz * lz
                tv = tx * vx + ty * vy + tz * vz
                diffuse = math.sqrt(max(1.0 - tl * tl, 0.0)) * min(max(0.55 + 0.45 * gl, 0.05), 1.0)
                first = _lobe(tl + 0.09, tv, 25.0 + 65.0 * single) * (0.04 + 0.06 * single)
                second = _lobe(tl - 0.11, tv, 18.0) * 0.85
                # Against the light a strand glows with its own colour.
                through = max(-(lx * vx + ly * vy + lz * vz), 0.0) ** 3 * 1.1
                k = 0.62 * diffuse + second + through
                r += ir * lit * (cr * k + first)
                g += ig * lit * (cg * k + first)
                b += ib * lit * (cb * k + first)
            elif mat == EYE:
                k = max((gl + 0.25) / 1.25, 0.0) * lit
                r, g, b = r + cr * ir * k, g + cg * ig * k, b + cb * ib * k
                nh = max(gx * ux + gy * uy + gz * uz, 0.0)
                # The wet cornea mirrors the lamp itself: small, sharp and bright.
                spark = smooth(0.9975, 0.9992, nh) * 1.6 + nh**500.0 * 0.5
                k = spark * min(1.0, lit * 1.5) / max(reach, 0.35) * reach
                r, g, b = r + ir * k, g + ig * k, b + ib * k
            else:
                k = max((nl + wrap) / (1.0 + wrap), 0.0) * lit
                if mat == METAL:
                    diffuse = k * 0.12
                    r, g, b = r + cr * ir * diffuse, g + cg * ig * diffuse, b + cb * ib * diffuse
                    if nl > 0.0:
                        k = _ggx(nh, nv, nl, vh, rough, f0) * math.pi * lit
                        r, g, b = r + cr * ir * k * 1.3, g + cg * ig * k * 1.3, b + cb * ib * k * 1.3
                else:
                    r, g, b = r + cr * ir * k, g + cg * ig * k, b + cb * ib * k
                    if nl > 0.0 and rough < 0.84:
                        k = _ggx(nh, nv, nl, vh, rough, f0) * math.pi * lit
                        r, g, b = r + ir * k, g + ig * k, b + ib * k
                    if sheen > 0.0:
                        # Fibres standing off the cloth catch grazing light.
                        k = sheen * (1.0 - nv) ** 4 * max(nl + 0.15, 0.0) * lit * 0.55
                        r += ir * k * (0.35 + cr)
                        g += ig * k * (0.35 + cg)
                        b += ib * k * (0.35 + cb)
                        k = sheen * (1.0 - nv) ** 3 * max(-(lx * vx + ly * vy + lz * vz), 0.0) * lit * 0.25
                        r, g, b = r + ir * k * cr, g + ig * k * cg, b + ib * k * cb
        out[s, 0], out[s, 1], out[s, 2], out[s, 3] = r, g, b, rim
