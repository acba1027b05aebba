"""What each material is made of at a point: procedural colour, bump and gloss, in rest space so that nothing swims."""

from __future__ import annotations

import math

from runtime.previz.jit import inline
from runtime.previz.raster.noise import fade, hash1, noise, noise4, smooth

# The values of ``scene.Material``, spelled out because kernels need plain integers.
PLASTER, PLANK, WOOD, STONE, TILE, METAL, GLASS, EMISSIVE, PAPER, FABRIC, CLOTH, SKIN, EYE, HAIR = range(14)
TEETH, TONGUE, WATER, SAND, GRASS, ROCK, SNOW, ASPHALT, PLASTIC, FOLIAGE, PANE = range(14, 25)


@inline
def bump(nx, ny, nz, gx, gy, gz, k):  # type: ignore[no-untyped-def]
    """The normal tilted against gradient ``g`` by ``k``."""
    along = gx * nx + gy * ny + gz * nz
    x, y, z = nx - k * (gx - along * nx), ny - k * (gy - along * ny), nz - k * (gz - along * nz)
    inv = 1.0 / math.sqrt(max(x * x + y * y + z * z, 1e-12))
    return x * inv, y * inv, z * inv


@inline
def _line(x, width, foot):  # type: ignore[no-untyped-def]
    """Share of the pixel covered by a groove of half ``width`` at distance ``x`` from its middle."""
    return min(1.0, max(0.0, (width - x) / max(foot, 1e-5) + 0.5)) * min(1.0, 2.0 * width / max(foot, 1e-5))


@inline
def building(mat, table, rx, ry, rz, nx, ny, nz, attr0, grain, foot):  # type: ignore[no-untyped-def]
    """Hard materials: (shade, warmth, roughness, f0, normal). ``shade`` and ``warmth`` modulate the vertex colour."""
    shade, warm, rough, f0 = 1.0, 0.0, 0.7, 0.04
    if mat == PLASTER:
        n = noise(table, rx * 1.3, ry * 1.3, rz * 1.3)
        v, gx, gy, gz = noise4(table, rx * 9.0, ry * 9.0, rz * 9.0)
        f2 = fade(foot, 47.0)
        v2, hx, hy, hz = 0.0, 0.0, 0.0, 0.0
        if f2 > 0.0:
            v2, hx, hy, hz = noise4(table, rx * 47.0, ry * 47.0, rz * 47.0)
        shade = 1.0 + 0.20 * n + 0.07 * v + 0.06 * v2 * f2
        warm = 0.08 * n
        k = 0.022 * fade(foot, 11.0)
        nx, ny, nz = bump(nx, ny, nz, gx * k + hx * 0.05 * f2, gy * k + hy * 0.05 * f2, gz * k + hz * 0.05 * f2, 1.0)
        rough = 0.85
    elif mat == PLANK:
        across = rz if abs(ny) > 0.6 else ry
        board = math.floor(across / 0.135)
        local = across / 0.135 - board
        bi = int(board)
        tone = hash1(bi, 17, 3)
        offset = hash1(bi, 5, 9) * 2.1
        piece = math.floor((rx + offset) / 2.1)
        joint = (rx + offset) / 2.1 - piece
        tone2 = hash1(bi, int(piece), 41)
        f = fade(foot, 70.0)
        g1 = noise(table, rx * 1.6 + tone * 31.0, across * 22.0, tone2 * 31.0)
        g2 = noise(table, rx * 5.0 + tone2 * 31.0, across * 120.0, tone * 31.0) * f
        gap = _line(min(local, 1.0 - local) * 0.135, 0.0022, foot)
        gap = max(gap, _line(min(joint, 1.0 - joint) * 2.1, 0.0018, foot))
        shade = (0.78 + 0.44 * tone2 + 0.16 * g1 + 0.13 * g2) * (1.0 - 0.8 * gap)
        warm = 0.12 * (tone - 0.5) + 0.05 * g1
        rough = 0.42 + 0.12 * g1 + 0.1 * tone
        # Boards cup a little, which breaks up highlights along them.
        cup = (local - 0.5) * 0.05
        if abs(ny) > 0.6:
            nz += cup
        else:
            ny += cup
        nx += 0.02 * g2
        inv = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz)
        nx, ny, nz = nx * inv, ny * inv, nz * inv
    elif mat == WOOD:
        ax, ay, az = rx, ry, rz
        if grain == 1:
            ax, ay, az = ry, rz, rx
        elif grain == 2:
            ax, ay, az = rz, rx, ry
        f = fade(foot, 110.0)
        bend = noise(table, ax * 1.3, ay * 4.0, az * 4.0)
        ring = noise(table, ax * 0.9 + 3.0, (ay + bend * 0.02) * 32.0, (az + bend * 0.02) * 32.0)
        fine = noise(table, ax * 6.0, ay * 180.0, az * 180.0) * f
        shade = 1.0 + 0.26 * ring + 0.13 * fine
        warm = 0.07 * ring
        rough = 0.38 + 0.1 * ring + 0.06 * fine
        nx, ny, nz = nx + 0.025 * fine, ny + 0.025 * ring, nz + 0.02 * fine
        inv = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz)
        nx, ny, nz = nx * inv, ny * inv, nz * inv
    elif mat == TILE:
        u, v = rx, rz
        if abs(ny) < 0.6:
            u, v = (rz if abs(nx) > 0.6 else rx), ry
        cu, cv = math.floor(u / 0.22), math.floor(v / 0.22)
        lu, lv = u / 0.22 - cu, v / 0.22 - cv
        grout = max(_line(min(lu, 1.0 - lu) * 0.22, 0.002, foot), _line(min(lv, 1.0 - lv) * 0.22, 0.002, foot))
        tone = hash1(int(cu), int(cv), 7)
        n = noise(table, rx * 5.0, ry * 5.0, rz * 5.0)
        shade = (0.88 + 0.2 * tone + 0.08 * n) * (1.0 - 0.5 * grout)
        rough = 0.2 + 0.1 * tone + 0.06 * n + 0.4 * grout
        nx, nz = nx + (tone - 0.5) * 0.016, nz + (hash1(int(cu), int(cv), 8) - 0.5) * 0.016
    elif mat == METAL:
        n = noise(table, rx * 30.0, ry * 30.0, rz * 30.0)
        shade = 1.0 + 0.06 * n
        rough = max(0.12, attr0 if attr0 > 0.01 else 0.4) + 0.05 * n
        f0 = 0.75
    elif mat == PAPER:
        shade, rough = 1.0 + 0.05 * noise(table, rx * 40.0, ry * 40.0, rz * 40.0), 0.8
    elif mat == PLASTIC:
        rough = max(0.12, attr0 if attr0 > 0.01 else 0.4)
    elif mat == GLASS:
        rough, f0 = 0.12, 0.06
    elif mat == TEETH:
        rough, f0 = 0.22, 0.05
    elif mat == TONGUE:
        rough, shade = 0.28, 1.0 + 0.1 * noise(table, rx * 600.0, ry * 600.0, rz * 600.0)
    else:
        # Rough ground and stone share a stack of octaves.
        n1, ax, ay, az = noise4(table, rx * 0.7, ry * 0.7, rz * 0.7)
        n2, gx, gy, gz = noise4(table, rx * 4.3, ry * 4.3, rz * 4.3)
        n3, hx, hy, hz = noise4(table, rx * 23.0, ry * 23.0, rz * 23.0)
        f2, f3 = fade(foot, 4.3), fade(foot, 23.0)
        n2, n3 = n2 * f2, n3 * f3
        k2, k3 = 0.12 * f2, 0.12 * f3
        rough = 0.85
        if mat == STONE:
            u = rx + rz
            row = math.floor(ry / 0.24)
            u += 0.5 * 0.46 * (int(row) & 1)
            cell = math.floor(u / 0.46)
            lu, lv = u / 0.46 - cell, ry / 0.24 - row
            if abs(ny) > 0.7:
                cell, row = math.floor(rx / 0.5), math.floor(rz / 0.5)
                lu, lv = rx / 0.5 - cell, rz / 0.5 - row
            grout = max(_line(min(lu, 1.0 - lu) * 0.46, 0.006, foot), _line(min(lv, 1.0 - lv) * 0.24, 0.006, foot))
            shade = (0.8 + 0.35 * hash1(int(cell), int(row), 5) + 0.2 * n2 + 0.18 * n3) * (1.0 - 0.55 * grout)
            warm = 0.1 * n1
            rough = 0.75
        elif mat == SAND:
            # Wind ripples come in patches and stay shallow: a low sun makes much of them.
            patch = fade(foot, 12.0) * smooth(-0.1, 0.6, n1)
            wave = (rx * 0.6 + rz + 0.55 * n2) * 42.0 + 3.0 * n1
            shade = 1.0 + 0.14 * n1 + 0.09 * n2 + 0.1 * n3 + 0.03 * math.sin(wave) * patch
            speck = noise(table, rx * 240.0, ry * 240.0, rz * 240.0) * fade(foot, 240.0)
            shade += 0.14 * speck
            nz += 0.035 * math.cos(wave) * patch
            k2, k3 = 0.07, 0.07 * f3
        elif mat == GRASS:
            blade = noise(table, rx * 90.0, ry * 25.0, rz * 90.0) * fade(foot, 90.0)
            shade = 0.85 + 0.3 * n1 + 0.25 * n2 + 0.25 * n3 + 0.4 * blade
            warm = 0.2 * n1
            k3 = 0.25 * f3
        elif mat == ROCK:
            strata = noise(table, rx * 0.8, ry * 6.0 + 2.0 * n1, rz * 0.8)
            crack = smooth(0.0, 0.18, abs(n2 + 0.5 * n3))
            shade = (0.85 + 0.3 * n1 + 0.2 * strata + 0.2 * n3) * (0.6 + 0.4 * crack)
            k2, k3 = 0.3 * f2, 0.22 * f3
            rough = 0.62 + 0.2 * n2
        elif mat == SNOW:
            shade = 1.0 + 0.05 * n1 + 0.04 * n2
            k2, k3 = 0.05, 0.04 * f3
            rough = 0.6
        elif mat == ASPHALT:
            speck = noise(table, rx * 150.0, ry * 150.0, rz * 150.0) * fade(foot, 150.0)
            shade = 0.9 + 0.2 * n1 + 0.1 * n2 + 0.35 * speck
            rough = 0.46 + 0.22 * n1
        else:
            shade = 0.9 + 0.25 * n1 + 0.3 * n2 + 0.2 * n3
        nx, ny, nz = bump(nx, ny, nz, gx * k2 + hx * k3, gy * k2 + hy * k3, gz * k2 + hz * k3, 1.0)
    return max(shade, 0.05), warm, min(max(rough, 0.08), 1.0), f0, nx, ny, nz


@inline
def woven(mat, table, rx, ry, rz, nx, ny, nz, weave, foot):  # type: ignore[no-untyped-def]
    """Cloth and fabric: (shade, roughness, f0, sheen, normal). ``weave`` as in ``Material.CLOTH``."""
    kind = int(weave + 0.5) if mat == CLOTH else 2
    u, v = (rx + rz * 0.8), ry
    sheen, rough, f0 = 0.35, 0.85, 0.03
    n, gx, gy, gz = noise4(table, rx * 38.0, ry * 38.0, rz * 38.0)
    f = fade(foot, 38.0)
    shade = 1.0 + 0.07 * n * f + 0.06 * noise(table, rx * 7.0, ry * 7.0, rz * 7.0)
    k = 0.05 * f
    nx, ny, nz = bump(nx, ny, nz, gx, gy, gz, k)
    if kind == 0:
        fuzz, hx, hy, hz = noise4(table, rx * 420.0, ry * 420.0, rz * 420.0)
        f = fade(foot, 420.0)
        shade += 0.16 * fuzz * f
        nx, ny, nz = bump(nx, ny, nz, hx, hy, hz, 0.09 * f)
        sheen = 0.6
    elif kind == 1:
        # Columns of stitches: each leans one way on the left half and the other on the right.
        f = fade(foot, 160.0)
        cu = u * 150.0
        side = cu - math.floor(cu)
        lean = abs(side - 0.5)
        row = v * 120.0 + lean * 1.1
        stitch = math.sin(row * 6.2832)
        groove = smooth(0.5, 0.36, lean)
        shade *= 1.0 - f * (1.0 - (0.62 + 0.38 * groove) * (0.86 + 0.16 * stitch))
        ny += 0.28 * f * math.cos(row * 6.2832)
        inv = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz)
        nx, ny, nz = nx * inv, ny * inv, nz * inv
        sheen = 0.55
    elif kind == 3:
        f = fade(foot, 500.0)
        shade += 0.22 * f * math.sin((u * 1.0 + v * 1.6) * 1900.0) + 0.12 * noise(table, rx * 14.0, ry * 5.0, rz * 14.0)
        sheen = 0.2
    elif kind == 4:
        crease, hx, hy, hz = noise4(table, rx * 130.0, ry * 130.0, rz * 130.0)
        nx, ny, nz = bump(nx, ny, nz, hx, hy, hz, 0.14 * fade(foot, 130.0))
        shade *= 0.95 + 0.1 * crease
        rough, f0, sheen = 0.38, 0.045, 0.0
    else:
        f = fade(foot, 330.0)
        thread = math.sin(u * 2100.0) * math.sin(v * 2100.0)
        slub = noise(table, u * 30.0, v * 500.0, 0.0) + noise(table, u * 500.0, v * 30.0, 9.0)
        shade += f * (0.12 * thread + (0.16 if kind == 5 else 0.07) * slub)
        sheen = 0.3
    return max(shade, 0.1), rough, f0, sheen, nx, ny, nz
