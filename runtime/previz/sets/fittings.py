"""What is built in: windows and doors in their holes, curtains, sinks and stoves, racks and their cables."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Opening, Piece
from runtime.previz.scene import Material
from runtime.previz.sets.kit import F64, PANE, Kit, Rgb

WALL_THICK = 0.22
_PAINT: Rgb = (0.42, 0.4, 0.35)


def window(k: Kit, o: Opening) -> None:
    """A casement in its hole: sill board, frame, mullions, panes. The wall's inner face is z = 0, outside is -z."""
    w, h, s = o.width, o.height, o.sill
    k.use(Material.WOOD, _PAINT)
    k.box(0, s - 0.035, 0.02, w + 0.16, 0.035, 0.2, 0.008)
    k.box(0, s - 0.11, 0.012, w + 0.1, 0.075, 0.02, 0.004)
    k.box(0, s + h, 0.012, w + 0.2, 0.09, 0.026, 0.005)
    for x in (-(w / 2 + 0.04), w / 2 + 0.04):
        k.box(x, s, 0.012, 0.08, h, 0.024, 0.005)
    z = -WALL_THICK * 0.55
    for x in (-(w / 2 - 0.025), w / 2 - 0.025):
        k.box(x, s, z, 0.05, h, 0.055, 0.006)
    for y in (s, s + h - 0.05):
        k.box(0, y, z, w - 0.1, 0.05, 0.055, 0.006)
    columns = max(2, round(w / 0.65))
    rows = max(2, round(h / 0.46))
    for i in range(1, columns):
        x = -w / 2 + w * i / columns
        k.box(x, s + 0.05, z, 0.05 if i * 2 == columns else 0.026, h - 0.1, 0.045, 0.005)
    for j in range(1, rows):
        k.box(0, s + h * j / rows - 0.012, z, w - 0.1, 0.024, 0.035, 0.004)
    k.use(Material.METAL, (0.3, 0.22, 0.1), 0.35)
    k.rod((0.035, s + h * 0.45, z + 0.04), (0.035, s + h * 0.45 + 0.1, z + 0.045), 0.006, sides=6)
    k.use(Material.PANE, (0.75, 0.8, 0.85), 0.05, PANE)
    k.quads(
        [
            [
                (-w / 2 + 0.04, s + 0.04, z),
                (w / 2 - 0.04, s + 0.04, z),
                (w / 2 - 0.04, s + h - 0.04, z),
                (-w / 2 + 0.04, s + h - 0.04, z),
            ]
        ]
    )


def curtain_rail(k: Kit, o: Opening) -> None:
    k.use(Material.METAL, (0.25, 0.16, 0.06), 0.4)
    y, reach = o.sill + o.height + 0.14, o.width / 2 + 0.36
    k.rod((-reach, y, 0.09), (reach, y, 0.09), 0.011, sides=8)
    for x in (-reach, reach):
        k.ball(x, y, 0.09, 0.022, 10)
        k.rod((x * 0.93, y, 0.0), (x * 0.93, y, 0.09), 0.008, sides=6)


def curtains(k: Kit, o: Opening, colour: Rgb, breath: float) -> None:
    """A pair of drawn-back curtains in deep folds, hemmed below the sill. ``breath`` -1..1 is how the air moves them."""
    top = o.sill + o.height + 0.13
    low = max(0.06, o.sill - 0.42) if o.sill > 0.3 else 0.04
    u, v = np.meshgrid(np.linspace(0, 1, 45), np.linspace(0, 1, 15))
    for side in (-1.0, 1.0):
        gather = 0.4 - 0.1 * np.exp(-(((v - 0.62) / 0.22) ** 2))
        x = side * (o.width / 2 + 0.32 - u * gather)
        fold = np.sin(u * 2 * np.pi * 6.5 + 0.7 * np.sin(v * 4.0 + side) + k.seed % 7)
        deep = 0.018 + 0.022 * np.clip(v * 3, 0, 1)
        sway = breath * 0.045 * v**2 * (0.4 + 0.6 * u) * (1.0 + 0.4 * np.sin(v * 5 + side + u * 4))
        z = 0.092 + fold * deep + 0.012 * np.sin(u * 40 + v * 9) * v + sway
        y = top - v * (top - low) + 0.012 * np.sin(u * 9) * v
        grid = np.stack([x, y, z], -1)
        flat = np.stack([x * 0 + side * u * 1.3, y, 0 * z], -1)
        k.use(Material.FABRIC, colour, 0.4, "cloth")
        k.sheet(grid if side > 0 else grid[::-1], flat if side > 0 else flat[::-1])


def door(k: Kit, o: Opening) -> None:
    """Architrave and threshold, and a panelled leaf unless that is drawn by itself."""
    w, h = o.width, o.height
    k.use(Material.WOOD, (0.2, 0.12, 0.065))
    for x in (-(w / 2 + 0.045), w / 2 + 0.045):
        k.box(x, 0, 0.012, 0.09, h + 0.09, 0.03, 0.006)
    k.box(0, h, 0.012, w + 0.18, 0.09, 0.032, 0.006)
    k.box(0, 0, -WALL_THICK / 2, w, 0.015, WALL_THICK, 0.003)
    if o.leaf:
        door_leaf(k, w, h, 0.0)
    else:
        # What lies behind an open door is dark, not the end of the world.
        k.use(Material.PLASTER, (0.012, 0.011, 0.01))
        k.box(0, 0, -WALL_THICK - 1.2, w + 1.6, h + 0.5, 0.05, 0)
        for x in (-(w / 2 + 0.4), w / 2 + 0.4):
            k.box(x, 0, -WALL_THICK - 0.6, 0.05, h + 0.3, 1.2, 0)
        k.box(0, h + 0.05, -WALL_THICK - 0.6, w + 0.8, 0.05, 1.2, 0)
        k.box(0, -0.03, -WALL_THICK - 0.6, w + 0.8, 0.03, 1.3, 0)


def door_leaf(k: Kit, w: float, h: float, ajar: float) -> None:
    """A panelled leaf with a brass handle in an opening ``w`` by ``h``; ``ajar`` degrees open into the room."""
    since = k.mark()
    leaf = w - 0.012
    z = -0.045
    k.use(Material.WOOD, (0.17, 0.095, 0.05))
    for x in (-(leaf / 2 - 0.055), leaf / 2 - 0.055):
        k.box(x, 0.012, z, 0.11, h - 0.02, 0.04, 0.004)
    for y, rail in ((0.012, 0.2), (0.92, 0.13), (h - 0.125, 0.115)):
        k.box(0, y, z, leaf - 0.22, rail, 0.04, 0.004)
    k.box(0, 0.2, z, 0.1, h - 0.3, 0.04, 0.004)
    k.use(Material.WOOD, (0.15, 0.082, 0.043))
    half = (leaf - 0.32) / 2
    for x in (-(half / 2 + 0.05), half / 2 + 0.05):
        for y, high in ((0.21, 0.72), (1.045, h - 1.165)):
            k.box(x, y, z, half + 0.01, high, 0.018, 0)
            k.box(x, y + 0.05, z, half - 0.09, high - 0.1, 0.032, 0.012)
    x = leaf / 2 - 0.06
    for face in (1.0, -1.0):
        k.use(Material.METAL, (0.36, 0.24, 0.09), 0.3)
        k.box(x, 0.92, z + face * 0.022, 0.04, 0.19, 0.006, 0.002)
        path = [(x, 1.03, 0.024), (x, 1.03, 0.06), (x - 0.03, 1.03, 0.066), (x - 0.11, 1.028, 0.064)]
        k.sweep([(px, py, z + face * pz) for px, py, pz in path], 0.009, 8)
    if ajar:
        # A leaf turns about its hinge, at the edge of the frame on the room's side.
        k.turn(since, 1, -ajar, (-leaf / 2, 0, z + 0.02))


def sink(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    k.box(0, 0.1, -0.015, 0.98, 0.68, 0.54, 0.003)
    for x in (-0.245, 0.245):
        k.use(Material.WOOD, tuple(np.array(c) * 1.05))
        k.box(x, 0.13, 0.262, 0.475, 0.62, 0.02, 0.005)
        k.use(Material.METAL, (0.3, 0.27, 0.22), 0.35)
        k.ball(x * 0.15, 0.6, 0.285, 0.014, 8)
    k.use(Material.PLASTIC, (0.6, 0.59, 0.55), 0.25)
    rim = 0.07
    k.box(0, 0.78, -0.25 + rim / 2 - 0.02, 1.0, 0.12, rim, 0.012)
    k.box(0, 0.78, 0.3 - rim / 2, 1.0, 0.12, rim, 0.012)
    for x in (-(0.5 - rim / 2), 0.5 - rim / 2):
        k.box(x, 0.78, 0.015, rim, 0.12, 0.46, 0.012)
    k.box(0, 0.78, 0.015, 0.86, 0.02, 0.46, 0)
    k.use(Material.METAL, (0.5, 0.48, 0.44), 0.18)
    a = np.linspace(0, np.pi, 8)
    arc = np.stack([0 * a, 1.08 + 0.1 * np.sin(a), -0.14 - 0.1 * np.cos(a)], 1)
    k.sweep(np.concatenate([[[0, 0.9, -0.24]], arc, [[0, 1.02, -0.04]]]), 0.012, 8)
    for x in (-0.1, 0.1):
        k.lathe([(0.014, 0), (0.014, 0.05), (0.03, 0.055), (0.03, 0.066), (0, 0.07)], (x, 0.9, -0.23), 10)


def stove(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.PLASTIC, c, 0.3)
    k.box(0, 0.06, 0, 0.6, 0.84, 0.58, 0.01)
    k.box(0, 0, -0.02, 0.56, 0.06, 0.5, 0)
    k.use(Material.METAL, (0.3, 0.29, 0.28), 0.35)
    k.box(0, 0.8, 0.29, 0.58, 0.08, 0.015, 0.003)
    k.rod((-0.22, 0.71, 0.325), (0.22, 0.71, 0.325), 0.011, sides=8)
    for x in (-0.22, 0.22):
        k.rod((x, 0.71, 0.285), (x, 0.71, 0.325), 0.008, sides=6)
    k.use(Material.GLASS, (0.008, 0.008, 0.009), 0.1)
    k.box(0, 0.26, 0.288, 0.4, 0.34, 0.012, 0.004)
    k.use(Material.PLASTIC, (0.55, 0.53, 0.48), 0.35)
    for i in range(5):
        since = k.mark()
        k.lathe([(0.02, 0), (0.018, 0.02), (0, 0.022)], sides=12)
        k.turn(since, 0, 90.0)
        k.shift(since, x=-0.2 + 0.1 * i, y=0.84, z=0.297)
    k.use(Material.METAL, (0.02, 0.02, 0.021), 0.55)
    for x in (-0.14, 0.14):
        for z in (-0.13, 0.13):
            k.lathe([(0.1, 0.0), (0.1, 0.012), (0.085, 0.014), (0.03, 0.006), (0, 0.012)], (x, 0.9, z), 18)


def rack(k: Kit, c: Rgb, piece: Piece) -> None:
    """A server cabinet: dark frame, stacked units with slots and handles, patch cables. Its lights are ``rack_lights``."""
    k.use(Material.PLASTIC, c, 0.45)
    for x in (-0.385, 0.385):
        k.box(x, 0, 0, 0.03, 2.15, 0.95, 0.004)
    k.box(0, 2.1, 0, 0.74, 0.05, 0.95, 0.004)
    k.box(0, 0, 0, 0.74, 0.08, 0.95, 0.004)
    k.box(0, 0.08, -0.05, 0.73, 2.02, 0.8, 0)
    shade = np.array(c)
    for y, h in rack_units(piece.seed):
        k.use(Material.PLASTIC, tuple(shade * k.rng.uniform(1.0, 2.6)), 0.4)
        k.box(0, y + 0.004, 0.385, 0.7, h - 0.008, 0.09, 0)
    k.use(Material.PLASTIC, (0.06, 0.062, 0.066), 0.35)
    for x in (-0.36, 0.36):
        k.box(x, 0.09, 0.462, 0.02, 2.0, 0.018, 0.003)
    for _ in range(3):
        x, y = k.rng.uniform(-0.28, 0.28), k.rng.uniform(0.5, 1.9)
        hue = ((0.02, 0.06, 0.12), (0.12, 0.08, 0.01), (0.03, 0.03, 0.03))[int(k.rng.integers(3))]
        k.use(Material.PLASTIC, hue, 0.5)
        drop = k.rng.uniform(0.15, 0.4)
        k.sweep(
            [(x, y, 0.43), (x + 0.03, y - drop * 0.4, 0.485), (x + 0.1, y - drop, 0.475), (x + 0.12, y - drop, 0.43)],
            0.006,
            5,
        )


def rack_units(seed: int) -> list[tuple[float, float]]:
    """Bottom and height of each unit in the cabinet."""
    rng = np.random.default_rng((seed & 0x7FFFFFFF) + 17)
    units, y = [], 0.1
    while y < 2.0:
        h = float(rng.choice([0.0889, 0.0889, 0.1778, 0.2667]))
        h = min(h, 2.09 - y)
        units.append((y, h))
        y += h
    return units


def rack_lights(seed: int) -> tuple[F64, F64]:
    """LED quads (N, 4, 3) on a cabinet's face in its own space, and their colours (N, 3): mostly teal, some amber."""
    rng = np.random.default_rng((seed & 0x7FFFFFFF) + 29)
    centres, colours, sizes = [], [], []
    palette = np.array([[0.16, 0.9, 0.95], [0.12, 0.55, 1.0], [0.3, 1.0, 0.5], [1.0, 0.5, 0.1], [1.0, 0.12, 0.06]])
    for y, h in rack_units(seed):
        tint = palette[int(rng.choice(5, p=[0.46, 0.3, 0.1, 0.11, 0.03]))]
        count = int(rng.integers(3, 14)) if rng.random() < 0.9 else 0
        start = -0.31 if rng.random() < 0.5 else 0.31 - count * 0.022
        for i in range(count):
            if rng.random() < 0.16:
                continue
            centres.append((start + i * 0.022, y + min(h, 0.0889) * 0.5, 0.4318))
            colours.append(tint * rng.uniform(0.5, 1.2))
            sizes.append((0.0068, 0.0055))
        if rng.random() < 0.22:
            centres.append((rng.uniform(-0.1, 0.1), y + h * 0.5, 0.4318))
            colours.append(palette[0] * 0.5)
            sizes.append((0.07, 0.0065))
    if not centres:
        return np.zeros((0, 4, 3)), np.zeros((0, 3))
    c, s = np.array(centres), np.array(sizes)
    corner = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=float)
    quads = np.repeat(c[:, None], 4, 1)
    quads[:, :, :2] += corner[None] * s[:, None]
    return quads, np.array(colours)


def cable_tray(k: Kit, c: Rgb, piece: Piece) -> None:
    """A ladder tray under the ceiling with a bundle of cables."""
    k.use(Material.METAL, c, 0.45)
    for x in (-0.19, 0.19):
        k.box(x, -0.06, 0, 0.012, 0.06, 4.0, 0)
    for i in range(14):
        k.box(0, -0.06, -1.9 + i * 0.29, 0.38, 0.012, 0.025, 0)
    for i in range(6):
        z = np.linspace(-2.0, 2.0, 9)
        line = -0.13 + 0.052 * i + 0.012 * np.sin(z * 2 + i)
        k.use(Material.PLASTIC, ((0.02, 0.02, 0.022), (0.02, 0.05, 0.1), (0.09, 0.06, 0.01))[i % 3], 0.5)
        k.sweep(np.stack([line, -0.03 + 0.01 * np.sin(z * 3 + i * 2), z], 1), 0.017, 6)


def column(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.STONE, c)
    k.box(0, 0, 0, 0.4, 0.14, 0.4, 0.015)
    k.lathe(
        [(0.17, 0.14), (0.185, 0.17), (0.16, 0.2), (0.15, 0.24), (0.14, 2.42), (0.16, 2.46), (0.185, 2.54)], sides=24
    )
    k.box(0, 2.54, 0, 0.4, 0.16, 0.4, 0.015)


PIECES = {"sink": sink, "stove": stove, "rack": rack, "cable tray": cable_tray, "column": column}
