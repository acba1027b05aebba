"""The dome: gradient, sun or moon with its glow, stars as points, cloud; painted from a row of numbers."""

# ruff: noqa: RUF046 (compiled, math.floor gives a float)
from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import LightKind, Sky
from runtime.previz.jit import inline
from runtime.previz.raster.noise import hash1, noise, smooth
from runtime.previz.scene import FrameScene

F64 = NDArray[np.float64]

SUN, ZENITH, HORIZON, GLOW, DISC, CLOUD_RGB, CLOUD, STARS, EDGE, TIGHT, SECONDS = 0, 3, 6, 9, 12, 15, 18, 19, 20, 21, 22
"""Columns of the sky row: direction to sun or moon, colours, cover, stars, cosine of the disc, glow tightness, time."""

_COLOURS: dict[str, tuple[tuple[float, ...], ...]] = {
    # zenith, horizon, glow about the sun, disc, cloud
    "day": ((0.13, 0.29, 0.66), (0.52, 0.66, 0.84), (0.9, 0.75, 0.5), (40.0, 36.0, 28.0), (0.9, 0.92, 0.95)),
    "dawn": ((0.06, 0.085, 0.2), (0.62, 0.36, 0.25), (1.5, 0.6, 0.22), (12.0, 6.0, 2.2), (0.75, 0.36, 0.3)),
    "dusk": ((0.045, 0.055, 0.16), (0.52, 0.24, 0.17), (1.3, 0.42, 0.14), (9.0, 3.6, 1.2), (0.5, 0.2, 0.2)),
    "night": ((0.0032, 0.0062, 0.016), (0.016, 0.027, 0.055), (0.05, 0.07, 0.11), (5.0, 5.2, 5.6), (0.022, 0.03, 0.05)),
}


def sky_row(scene: FrameScene) -> F64:
    """(24,) float64 for ``dome``."""
    sky: Sky = scene.sky
    row = np.zeros(24)
    azimuth, elevation = math.radians(sky.azimuth), math.radians(sky.elevation)
    row[SUN : SUN + 3] = (
        math.sin(azimuth) * math.cos(elevation),
        math.sin(elevation),
        math.cos(azimuth) * math.cos(elevation),
    )
    colours = _COLOURS.get(sky.time, _COLOURS["day"])
    row[ZENITH:CLOUD] = np.array(colours, np.float64).ravel()
    if sky.time == "dawn" and any(x.kind is LightKind.SUN for x in scene.lights):
        row[GLOW : GLOW + 3] *= 1.0 + 0.6 * max(0.0, 1.0 - sky.elevation / 12.0)
    row[CLOUD], row[STARS] = sky.cloud, sky.stars
    row[EDGE] = math.cos(math.radians(0.62))
    row[TIGHT] = 90.0 if sky.time == "night" else 14.0
    row[SECONDS] = scene.seconds
    return row


@inline
def dome(sky, table, x, y, z, pixel, points):  # type: ignore[no-untyped-def]
    """Radiance from unit direction (x, y, z). ``pixel``: radians per pixel; ``points``: with stars and the disc."""
    up = max(y, 0.0)
    k = 1.0 - (1.0 - up) ** 6.0
    haze = math.exp(-up * 9.0)
    r = sky[HORIZON] + (sky[ZENITH] - sky[HORIZON]) * k
    g = sky[HORIZON + 1] + (sky[ZENITH + 1] - sky[HORIZON + 1]) * k
    b = sky[HORIZON + 2] + (sky[ZENITH + 2] - sky[HORIZON + 2]) * k
    to_sun = x * sky[SUN] + y * sky[SUN + 1] + z * sky[SUN + 2]
    c = max(to_sun, 0.0)
    flat = 0.5 + 0.5 * to_sun
    # A wide glow hugging the horizon below the sun, and a tight one about it.
    wide = flat**6 * (0.25 + 0.75 * haze)
    tight = c ** sky[TIGHT]
    near = wide * 0.5 + tight * 0.8
    r += sky[GLOW] * near
    g += sky[GLOW + 1] * near
    b += sky[GLOW + 2] * near
    clear = 1.0
    if sky[CLOUD] > 0.01 and y > 0.015:
        s = 1.0 / (y + 0.09)
        u, v = x * s + sky[SECONDS] * 0.004, z * s
        n = noise(table, u * 0.9, 7.3, v * 1.6) * 0.55 + noise(table, u * 2.3, 3.1, v * 4.1) * 0.28
        n += noise(table, u * 5.7, 1.7, v * 9.9) * 0.14 + noise(table, u * 13.0, 5.2, v * 21.0) * 0.07
        cover = smooth(0.55 - 1.1 * sky[CLOUD], 1.0 - 0.9 * sky[CLOUD], n) * smooth(0.01, 0.12, y) * 0.85
        lit = 0.6 + 0.5 * n + 2.2 * near
        r += (sky[CLOUD_RGB] * lit - r) * cover
        g += (sky[CLOUD_RGB + 1] * lit - g) * cover
        b += (sky[CLOUD_RGB + 2] * lit - b) * cover
        clear = 1.0 - cover
    if points:
        if to_sun > 0.9:
            # The moon's disc has an edge as soft as a pixel and a hint of seas.
            across = math.acos(min(to_sun, 1.0))
            size = math.acos(sky[EDGE])
            disc = smooth(size + pixel, size - pixel, across)
            if disc > 0.0:
                seas = 0.82 + 0.22 * noise(table, x * 220.0, y * 220.0, z * 220.0)
                disc *= seas * (0.35 + 0.65 * clear)
                r += sky[DISC] * disc
                g += sky[DISC + 1] * disc
                b += sky[DISC + 2] * disc
        if sky[STARS] > 0.01 and y > 0.0:
            light = _star(x, y, z, pixel) * sky[STARS] * clear * clear * smooth(0.0, 0.25, y)
            r += light * 0.95
            g += light
            b += light * 1.12
    if y < 0.0:
        dark = 1.0 / (1.0 - y * 6.0)
        r, g, b = r * dark, g * dark, b * dark
    return r, g, b


@inline
def _star(x, y, z, pixel):  # type: ignore[no-untyped-def]
    """Points on the faces of a cube cut into cells; most are faint, and each is about a pixel wide."""
    ax, ay, az = abs(x), abs(y), abs(z)
    if ax >= ay and ax >= az:
        face, u, v = (0 if x > 0 else 1), y / ax, z / ax
    elif ay >= az:
        face, u, v = 2, x / ay, z / ay
    else:
        face, u, v = (4 if z > 0 else 5), x / az, y / az
    cells = 42.0
    cu, cv = int(math.floor(u * cells)), int(math.floor(v * cells))
    chance = hash1(cu + 500, cv + 900, face)
    if chance > 0.62:
        return 0.0
    su = (cu + 0.15 + 0.7 * hash1(cu + 77, cv, face + 10)) / cells
    sv = (cv + 0.15 + 0.7 * hash1(cu, cv + 77, face + 20)) / cells
    magnitude = hash1(cu + 13, cv + 31, face + 30)
    du, dv = (u - su) / pixel, (v - sv) / pixel
    distance = du * du + dv * dv
    if distance > 6.0:
        return 0.0
    return math.exp(-distance * 1.9) * (0.012 + 0.5 * magnitude**9)
