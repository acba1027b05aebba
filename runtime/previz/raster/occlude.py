"""How much of a light reaches a point: filtered look-ups in the shadow atlas. Helpers of kernels."""

from __future__ import annotations

# No row of a table is ever named by itself: a view costs two counted references, as much as all the arithmetic here.
import math

from runtime.previz.jit import inline

_NONE = 1e9


@inline
def broad(lights, i, x, y, z):  # type: ignore[no-untyped-def]
    """The map to ask for light ``i`` at a point anywhere: its only one, or the cube's face; -1 for none."""
    first = int(lights[i, 14])
    if first < 0 or lights[i, 15] < 2.0:
        return first
    dx, dy, dz = x - lights[i, 4], y - lights[i, 5], z - lights[i, 6]
    ax, ay, az = abs(dx), abs(dy), abs(dz)
    if ax >= ay and ax >= az:
        return first + (0 if dx > 0.0 else 1)
    if ay >= az:
        return first + (2 if dy > 0.0 else 3)
    return first + (4 if dz > 0.0 else 5)


@inline
def choose(lights, i, maps, x, y, z):  # type: ignore[no-untyped-def]
    """The map to ask for light ``i`` at a point: the fitted one where it reaches, else the cube's face; -1 for none."""
    hero = int(lights[i, 16])
    if hero >= 0:
        w = maps[hero, 8] * x + maps[hero, 9] * y + maps[hero, 10] * z + maps[hero, 11]
        if w > 1e-3:
            u = (maps[hero, 0] * x + maps[hero, 1] * y + maps[hero, 2] * z + maps[hero, 3]) / w
            v = (maps[hero, 4] * x + maps[hero, 5] * y + maps[hero, 6] * z + maps[hero, 7]) / w
            edge = maps[hero, 17] * 0.015
            s = maps[hero, 12] * x + maps[hero, 13] * y + maps[hero, 14] * z + maps[hero, 15]
            if (
                edge < u < maps[hero, 17] - edge
                and edge < v < maps[hero, 17] - edge
                and s > 0.0
                and (maps[hero, 18] == 0.0 or s < 2.0 * maps[hero, 18])
            ):
                return hero
    return broad(lights, i, x, y, z)


@inline
def _gap(atlas, maps, index, u, v, receiver):  # type: ignore[no-untyped-def]
    """Metres by which the nearest caster at texel (u, v) is in front of ``receiver``; hugely negative if none."""
    size = int(maps[index, 17])
    iu, iv = int(u), int(v)
    if u < 0.0 or v < 0.0 or iu >= size or iv >= size:
        return -_NONE
    q = atlas[int(maps[index, 16]) + iv * size + iu]
    if q <= 0.0:
        return -_NONE
    if maps[index, 18] > 0.0:
        return float(q) - receiver
    return receiver - 1.0 / float(q)


@inline
def hard(atlas, maps, index, x, y, z, bias):  # type: ignore[no-untyped-def]
    """One tap, 0 or 1: for air."""
    w = maps[index, 8] * x + maps[index, 9] * y + maps[index, 10] * z + maps[index, 11]
    if w <= 1e-3:
        return 1.0
    u = (maps[index, 0] * x + maps[index, 1] * y + maps[index, 2] * z + maps[index, 3]) / w
    v = (maps[index, 4] * x + maps[index, 5] * y + maps[index, 6] * z + maps[index, 7]) / w
    receiver = (
        maps[index, 12] * x + maps[index, 13] * y + maps[index, 14] * z + maps[index, 15]
        if maps[index, 18] > 0.0
        else w
    )
    return 0.0 if _gap(atlas, maps, index, u, v, receiver) > bias else 1.0


@inline
def soft(atlas, maps, index, radius, x, y, z, nx, ny, nz, slope, angle, taps, softness):  # type: ignore[no-untyped-def]
    """Light that gets through, 0..1, with a penumbra that widens with the caster's distance (Fernando 2005).

    ``radius`` of the light in metres (parallel light: tangent of its half angle); ``slope`` sine of incidence;
    ``angle`` turns the taps per pixel; ``softness`` metres over which hair and the like thin the shadow.
    """
    flat = maps[index, 18] > 0.0
    w = maps[index, 8] * x + maps[index, 9] * y + maps[index, 10] * z + maps[index, 11]
    if w <= 1e-3:
        return 1.0
    texel = maps[index, 19] if flat else maps[index, 19] * w
    # Off the surface along its normal by a texel or so, against self-shadowing at grazing light.
    push = texel * (0.6 + 1.6 * slope) + 0.0004
    x, y, z = x + nx * push, y + ny * push, z + nz * push
    w = maps[index, 8] * x + maps[index, 9] * y + maps[index, 10] * z + maps[index, 11]
    u = (maps[index, 0] * x + maps[index, 1] * y + maps[index, 2] * z + maps[index, 3]) / w
    v = (maps[index, 4] * x + maps[index, 5] * y + maps[index, 6] * z + maps[index, 7]) / w
    receiver = maps[index, 12] * x + maps[index, 13] * y + maps[index, 14] * z + maps[index, 15] if flat else w
    bias = texel * 1.2 + 0.0012 + softness
    search = radius * (0.35 if flat else 0.5)
    if flat:
        search = radius * 1.2
    reach = min(max(search / texel, 1.5), 9.0)
    # Taps leave the surface's own plane as it turns from the light; allow for as much as it falls away beneath them.
    lean = texel * min(slope / math.sqrt(max(1.0 - slope * slope, 0.04)), 3.0)
    cosine, sine = math.cos(angle), math.sin(angle)
    found, total = 0, 0.0
    for i in range(4):
        # Vogel's spiral, turned.
        t = math.sqrt((i + 0.5) * 0.25) * reach
        a, b = _SPIRAL_X[i], _SPIRAL_Y[i]
        gap = _gap(atlas, maps, index, u + t * (a * cosine - b * sine), v + t * (a * sine + b * cosine), receiver)
        if gap > bias + lean * t:
            found += 1
            total += gap
    if found == 0:
        gap = _gap(atlas, maps, index, u, v, receiver)
        if gap <= bias:
            return 1.0
        found, total = 1, gap
    gap = total / found
    if flat:
        width = gap * radius
    else:
        width = gap * radius / max(w - gap, 0.02)
    spread = min(max(width / texel, 1.1), 14.0)
    if found == 4 and spread <= reach and softness == 0.0:
        return 0.0
    lit = 0.0
    for n in range(taps):
        # From all over the spiral in turn: when the first six agree, so will the rest.
        i = n * 5 % taps
        t = math.sqrt((i + 0.5) / taps) * spread
        a, b = _SPIRAL_X[i], _SPIRAL_Y[i]
        g = _gap(atlas, maps, index, u + t * (a * cosine - b * sine), v + t * (a * sine + b * cosine), receiver)
        over = g - bias - lean * t
        if over <= 0.0:
            lit += 1.0
        elif softness > 0.0:
            lit += math.exp(-over / softness)
        if n == 5 and taps > 6 and (lit == 0.0 or lit == 6.0):
            return lit / 6.0
    return lit / taps


_SPIRAL_X = tuple(math.cos(2.39996323 * i) for i in range(16))
_SPIRAL_Y = tuple(math.sin(2.39996323 * i) for i in range(16))
