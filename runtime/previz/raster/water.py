"""The sea: waves as a stack of travelling swells, mirror of the sky, a glittering path of moon or sun, foam at the shore."""

from __future__ import annotations

import math

from runtime.previz.jit import inline
from runtime.previz.raster.noise import fade, noise, noise4, smooth
from runtime.previz.raster.occlude import choose, hard
from runtime.previz.raster.sky import dome

_WAVES = (
    # direction x, z, wavelength in metres, slope
    (0.16, 0.99, 9.0, 0.045),
    (-0.42, 0.91, 5.1, 0.05),
    (0.62, 0.78, 2.9, 0.055),
    (-0.1, 0.995, 1.7, 0.06),
    (-0.79, 0.61, 0.93, 0.06),
    (0.45, 0.89, 0.51, 0.055),
)


@inline
def sea(sky, table, lights, maps, atlas, px, py, pz, cr, cg, cb, shore, vx, vy, vz, distance, foot, seconds):  # type: ignore[no-untyped-def]
    """Radiance of the water at a point. ``shore`` 0 open sea .. 1 where it laps the land."""
    # At grazing view a pixel covers much more water along the view than across it.
    span = foot / max(vy, 0.04)
    sx, sz, lost = 0.0, 0.0, 0.0
    sway = noise(table, px * 0.07, seconds * 0.05, pz * 0.07)
    for i in range(6):
        wave = _WAVES[i]
        k = 6.2831853 / wave[2]
        keep = fade(span * 0.5, 1.0 / wave[2])
        phase = k * (wave[0] * px + wave[1] * pz) - math.sqrt(9.81 * k) * seconds + 2.5 * sway * (1 + i % 2)
        slope = wave[3] * math.cos(phase) * keep
        sx += wave[0] * slope
        sz += wave[1] * slope
        lost += wave[3] * wave[3] * 0.5 * (1.0 - keep * keep)
    keep = fade(span * 0.5, 3.0)
    n1, ax, _, az = noise4(table, px * 2.1 + seconds * 0.5, seconds * 0.7, pz * 2.6 - seconds * 0.3)
    n2, bx, _, bz = noise4(table, px * 6.3 - seconds * 0.8, seconds * 1.3, pz * 7.7 + seconds * 0.5)
    sx += (0.05 * ax + 0.045 * bx) * keep
    sz += (0.05 * az + 0.045 * bz) * keep
    lost += 0.0035 * (1.0 - keep * keep)
    calm = 0.45 + 0.55 * smooth(-0.4, 0.5, noise(table, px * 0.045 + seconds * 0.02, 3.0, pz * 0.028))
    sx, sz, lost = sx * calm, sz * calm, lost * calm * calm
    inv = 1.0 / math.sqrt(sx * sx + sz * sz + 1.0)
    nx, ny, nz = -sx * inv, inv, -sz * inv
    nv = nx * vx + ny * vy + nz * vz
    if nv < 0.02:
        # A wave face seen from behind is hidden by the one before it.
        nv = 0.02
    k = 1.0 - nv
    k2 = k * k
    fresnel = 0.02 + 0.98 * k2 * k2 * k
    fresnel *= 1.0 / (1.0 + 6.0 * math.sqrt(lost))
    d2 = 2.0 * nv
    rx, ry, rz = d2 * nx - vx, d2 * ny - vy, d2 * nz - vz
    ry = abs(ry) + 0.25 * math.sqrt(lost)
    inv = 1.0 / math.sqrt(rx * rx + ry * ry + rz * rz)
    r, g, b = dome(sky, table, rx * inv, ry * inv, rz * inv, 0.01, False)
    deep = 0.25 + 0.75 * smooth(0.0, 1.0, 0.5 + 0.5 * n1 * keep)
    hr, hg, hb = sky[6] * 0.5 + sky[3] * 0.5, sky[7] * 0.5 + sky[4] * 0.5, sky[8] * 0.5 + sky[5] * 0.5
    r, g, b = r * fresnel, g * fresnel, b * fresnel
    body = (1.0 - fresnel) * deep * 1.2
    r, g, b = r + cr * hr * body, g + cg * hg * body, b + cb * hb * body
    foam = 0.0
    if shore > 0.002:
        wash = 0.5 + 0.5 * math.sin(seconds * 0.55 + 1.5 * noise(table, px * 0.12, 1.0, pz * 0.12) + shore * 5.0)
        lace = (
            noise(table, px * 1.7, seconds * 0.15, pz * 1.7) * 0.6
            + noise(table, px * 5.9, seconds * 0.3, pz * 5.9) * 0.4
        )
        lace += 0.35 * noise(table, px * 17.0, seconds * 0.5, pz * 17.0) * fade(span, 9.0)
        foam = smooth(0.55, 1.05, shore * (0.75 + 0.45 * wash) + 0.35 * lace)
    crest = smooth(0.62, 0.95, n2 * 0.5 + sz * 3.0 + 0.4 * sway) * 0.25 * keep
    foam = min(1.0, foam + crest * calm)
    for i in range(lights.shape[0]):
        kind = int(lights[i, 0])
        if lights[i, 13] > 0.5:
            continue
        lr, lg, lb = lights[i, 1], lights[i, 2], lights[i, 3]
        if kind == 3:
            k = foam * 0.75
            r, g, b = r + lr * k, g + lg * k, b + lb * k
            continue
        lit = 1.0
        if kind == 2:
            lx, ly, lz = -lights[i, 7], -lights[i, 8], -lights[i, 9]
        else:
            lx, ly, lz = lights[i, 4] - px, lights[i, 5] - py, lights[i, 6] - pz
            gap2 = lx * lx + ly * ly + lz * lz
            inv = 1.0 / math.sqrt(gap2 + 1e-6)
            lx, ly, lz = lx * inv, ly * inv, lz * inv
            lit = 1.0 / max(gap2, 0.05)
            if kind == 1:
                cone = -(lx * lights[i, 7] + ly * lights[i, 8] + lz * lights[i, 9])
                lit *= smooth(lights[i, 10], lights[i, 11], cone)
            if lit * max(lr, lg, lb) < 0.0005:
                continue
            # A lamp's path on the water is far brighter than what it lights.
            lit *= 2.0
        which = choose(lights, i, maps, px, py, pz)
        if which >= 0:
            lit *= hard(atlas, maps, which, px, py + 0.03, pz, 0.05)
        if lit <= 0.0 or ly <= 0.0:
            continue
        ux, uy, uz = lx + vx, ly + vy, lz + vz
        inv = 1.0 / math.sqrt(ux * ux + uy * uy + uz * uz + 1e-9)
        ux, uy, uz = ux * inv, uy * inv, uz * inv
        nh = max(nx * ux + ny * uy + nz * uz, 0.0)
        a2 = 0.0016 + 2.2 * lost
        d = nh * nh * (a2 - 1.0) + 1.0
        vh = 1.0 - max(vx * ux + vy * uy + vz * uz, 0.0)
        k = a2 / (3.14159 * d * d) * (0.02 + 0.98 * vh**5) * 0.25 / max(nv, 0.12) * lit * 3.0
        # Crests glint one by one: the smooth lobe is broken into sparkles near the camera.
        glint = noise(table, px * 9.0 + seconds * 2.0, seconds * 3.0, pz * 9.0)
        k *= 1.0 + keep * (1.6 * max(glint, -0.5))
        k = min(k, 60.0)
        w = foam * 0.7 * max(ly, 0.0) * lit
        r, g, b = r + lr * (k + w), g + lg * (k + w), b + lb * (k + w)
    return r, g, b
