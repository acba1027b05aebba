"""Furniture: tables, seats, beds and cupboards. Each builder draws one piece at its standard size into a kit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import Piece
from runtime.previz.scene import Material
from runtime.previz.sets.kit import Kit, Rgb
from runtime.previz.sets.smalls import row_of_books


def table(k: Kit, c: Rgb, piece: Piece) -> None:
    """A square kitchen table: planked top with breadboard ends, apron, tapered legs."""
    k.use(Material.WOOD, c)
    for i in range(5):
        tone = 0.9 + 0.2 * k.rng.random()
        k.use(Material.WOOD, tuple(np.array(c) * tone))
        k.box(0, 0.718, (i - 2) * 0.152, 0.99, 0.032, 0.1505, 0.003)
    k.use(Material.WOOD, tuple(np.array(c) * 0.94))
    for x in (-0.535, 0.535):
        k.box(x, 0.718, 0, 0.079, 0.032, 0.762, 0.004)
    k.use(Material.WOOD, tuple(np.array(c) * 0.8))
    for z in (-0.31, 0.31):
        k.box(0, 0.61, z, 0.94, 0.105, 0.022, 0.002)
    for x in (-0.47, 0.47):
        k.box(x, 0.61, 0, 0.022, 0.105, 0.6, 0.002)
    for x in (-0.48, 0.48):
        for z in (-0.315, 0.315):
            k.box(x, 0, z, 0.068, 0.717, 0.068, 0.005, taper=0.62)


def round_table(k: Kit, c: Rgb, piece: Piece) -> None:
    """A pedestal table: moulded round top on a turned column with three feet."""
    k.use(Material.PLANK, c)
    k.lathe(
        [
            (0, 0.706),
            (0.5, 0.706),
            (0.5, 0.706),
            (0.52, 0.712),
            (0.525, 0.724),
            (0.52, 0.736),
            (0.508, 0.74),
            (0.508, 0.74),
            (0, 0.74),
        ],
        sides=44,
    )
    k.parts[-1].rest = k.parts[-1].positions.copy()  # boards run along x across the whole top
    k.use(Material.WOOD, tuple(np.array(c) * 0.72))
    column = [(0.11, 0.08), (0.12, 0.11), (0.075, 0.15), (0.05, 0.19), (0.062, 0.25), (0.078, 0.33), (0.066, 0.42),
              (0.042, 0.5), (0.05, 0.55), (0.04, 0.6), (0.06, 0.65), (0.16, 0.69), (0.17, 0.706)]  # fmt: skip
    k.lathe(column, sides=20)
    for i in range(3):
        since = k.mark()
        path = np.array([[0, 0.13, 0.05], [0, 0.14, 0.16], [0, 0.09, 0.27], [0, 0.035, 0.35], [0, 0.025, 0.42]])
        k.sweep(path, (0.042, 0.036, 0.03, 0.026, 0.024), 8)
        k.turn(since, 1, 120.0 * i + 30.0)


def desk(k: Kit, c: Rgb, piece: Piece) -> None:
    """A writing desk with two pedestals of drawers, open at the back for knees from either side."""
    k.use(Material.WOOD, c)
    k.box(0, 0.715, 0, 1.4, 0.035, 0.7, 0.006)
    k.box(0, 0.62, -0.3, 0.6, 0.095, 0.02, 0.002)
    for x in (-0.48, 0.48):
        k.use(Material.WOOD, tuple(np.array(c) * 0.85))
        k.box(x, 0.05, 0, 0.4, 0.665, 0.62, 0.004)
        k.box(x, 0, 0, 0.36, 0.05, 0.56, 0)
        for row in range(3):
            k.use(Material.WOOD, tuple(np.array(c) * (0.95 + 0.1 * k.rng.random())))
            k.box(x, 0.085 + row * 0.205, 0.312, 0.35, 0.185, 0.018, 0.004)
            k.use(Material.METAL, (0.36, 0.25, 0.1), 0.35)
            k.ball(x, 0.175 + row * 0.205, 0.333, 0.016, 8)


def chair(k: Kit, c: Rgb, piece: Piece) -> None:
    """A kitchen chair: turned front legs, raked back posts, dished seat, curved slats and stretchers."""
    k.use(Material.WOOD, c)
    leg = [
        (0.013, 0),
        (0.017, 0.03),
        (0.019, 0.14),
        (0.014, 0.16),
        (0.02, 0.18),
        (0.021, 0.3),
        (0.015, 0.33),
        (0.022, 0.36),
        (0.02, 0.43),
    ]
    for x in (-0.178, 0.178):
        k.lathe(leg, (x, 0, 0.185), 10)
        post = np.array(
            [[x, 0, -0.2], [x, 0.22, -0.192], [x, 0.44, -0.185], [x * 0.98, 0.68, -0.205], [x * 0.96, 0.93, -0.225]]
        )
        k.sweep(post, (0.016, 0.02, 0.021, 0.018, 0.013), 8)
        k.rod((x, 0.13, -0.19), (x, 0.13, 0.185), 0.01, sides=6)
        k.rod((x, 0.26, -0.19), (x, 0.24, 0.185), 0.01, sides=6)
    k.rod((-0.178, 0.2, 0.185), (0.178, 0.2, 0.185), 0.011, sides=6)
    k.rod((-0.178, 0.2, -0.192), (0.178, 0.2, -0.192), 0.01, sides=6)
    k.use(Material.WOOD, tuple(np.array(c) * 1.1))
    k.box(0, 0.424, -0.005, 0.42, 0.028, 0.42, 0.01)
    for y, h in ((0.56, 0.05), (0.69, 0.055), (0.83, 0.085)):
        _slat(k, y, h, -0.19 - 0.06 * (y - 0.5))


def _slat(k: Kit, y: float, h: float, z: float) -> None:
    """A back slat bent round the sitter: smooth front and back, thin edges above and below."""
    u = np.linspace(-1, 1, 9)
    x, curve = u * 0.172, z - 0.03 * (1 - u * u)

    def edge(height: float, out: float) -> NDArray[np.float64]:
        return np.stack([x, np.full_like(x, height), curve + out], -1)

    for low, high in (
        (edge(y, 0.007), edge(y + h, 0.003)),
        (edge(y + h, -0.011), edge(y, -0.007)),
        (edge(y + h, 0.003), edge(y + h, -0.011)),
        (edge(y, -0.007), edge(y, 0.007)),
    ):
        k.sheet(np.stack([low, high]))
        k.parts[-1].rest = k.parts[-1].positions + np.array([y * 7.0, 0.0, 0.0])


def stool(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    k.lathe(
        [(0, 0.465), (0.165, 0.465), (0.18, 0.475), (0.178, 0.492), (0.165, 0.5), (0.1, 0.494), (0, 0.49)], sides=24
    )
    for i in range(4):
        a = np.radians(45 + 90 * i)
        x, z = np.sin(a), np.cos(a)
        k.rod((x * 0.18, 0, z * 0.18), (x * 0.11, 0.47, z * 0.11), 0.014, 0.02)
    for i in range(4):
        a, b = np.radians(45 + 90 * i), np.radians(135 + 90 * i)
        k.rod(
            (np.sin(a) * 0.158, 0.16, np.cos(a) * 0.158), (np.sin(b) * 0.158, 0.16, np.cos(b) * 0.158), 0.009, sides=6
        )


def armchair(k: Kit, c: Rgb, piece: Piece) -> None:
    _upholstered(k, c, 0.86, 1)


def sofa(k: Kit, c: Rgb, piece: Piece) -> None:
    _upholstered(k, c, 1.9, 3)


def _upholstered(k: Kit, c: Rgb, width: float, seats: int) -> None:
    """Rounded arms and back round one or more cushions; short turned feet."""
    k.use(Material.FABRIC, c, 0.5)
    inner = width - 0.32
    deep = 0.86
    k.box(0, 0.12, 0.02, width - 0.1, 0.18, deep - 0.1, 0.03)
    for x in (-(width - 0.17) / 2, (width - 0.17) / 2):
        k.box(x, 0.12, 0.03, 0.165, 0.48, deep - 0.08, 0.06)
    since = k.mark()
    k.box(0, 0.12, -0.34, width - 0.04, 0.72 if seats == 1 else 0.64, 0.2, 0.07)
    k.turn(since, 0, -7.0, (0, 0.12, -0.34))
    for i in range(seats):
        w = inner / seats
        x = (i - (seats - 1) / 2) * w
        k.use(Material.FABRIC, tuple(np.array(c) * (1.08 + 0.06 * k.rng.random())), 0.55)
        k.box(x, 0.29, 0.07, w - 0.012, 0.14, 0.66, 0.045)
        since = k.mark()
        k.box(x, 0.42, -0.2, w - 0.02, 0.42, 0.15, 0.06)
        k.turn(since, 0, -11.0, (0, 0.42, -0.2))
    k.use(Material.WOOD, (0.06, 0.03, 0.015))
    for x in (-(width - 0.2) / 2, (width - 0.2) / 2):
        for z in (-0.3, 0.34):
            k.lathe([(0.015, 0), (0.028, 0.05), (0.03, 0.12)], (x, 0, z), 10)


def bench(k: Kit, c: Rgb, piece: Piece) -> None:
    """A slatted bench with iron ends."""
    k.use(Material.WOOD, c)
    for i in range(4):
        k.box(0, 0.425, -0.14 + i * 0.105, 1.48, 0.028, 0.092, 0.005)
    for i in range(3):
        since = k.mark()
        k.box(0, 0.52 + i * 0.11, -0.225 - i * 0.012, 1.48, 0.088, 0.026, 0.005)
        k.turn(since, 0, -9.0, (0, 0.52, -0.225))
    k.use(Material.METAL, (0.03, 0.03, 0.032), 0.5)
    for x in (-0.62, 0.62):
        k.sweep([(x, 0, 0.2), (x, 0.2, 0.17), (x, 0.41, 0.2)], 0.018, 6)
        k.sweep([(x, 0, -0.24), (x, 0.2, -0.18), (x, 0.42, -0.21), (x, 0.84, -0.29)], 0.018, 6)
        k.rod((x, 0.41, 0.21), (x, 0.41, -0.2), 0.016, sides=6)


def bed(k: Kit, c: Rgb, piece: Piece) -> None:
    """A bed with its head at the back: frame, mattress, rumpled blanket turned down, two pillows."""
    wood = (0.15, 0.075, 0.04)
    k.use(Material.WOOD, wood)
    k.box(0, 0.0, -1.02, 1.45, 1.05, 0.05, 0.012)
    k.box(0, 0.0, 1.02, 1.45, 0.6, 0.05, 0.012)
    for x in (-0.69, 0.69):
        k.box(x, 0.2, 0, 0.045, 0.16, 2.02, 0.006)
    k.use(Material.FABRIC, (0.55, 0.53, 0.48), 0.3)
    k.box(0, 0.26, 0, 1.33, 0.22, 1.97, 0.05)
    _blanket(k, c)
    k.use(Material.FABRIC, (0.62, 0.6, 0.55), 0.3)
    for x in (-0.33, 0.33):
        since = k.mark()
        k.ball(x, 0.55, -0.74, 0.3, 16, 0.3)
        for part in k.parts[since:]:
            part.positions = part.positions * [1, 1, 0.66] + [0, 0, -0.25]
        k.turn(since, 1, 8 * k.rng.normal(), (x, 0, -0.74))


def _blanket(k: Kit, c: Rgb) -> None:
    u, v = np.meshgrid(np.linspace(-1, 1, 27), np.linspace(0, 1, 25))
    x = u * 0.86
    over = np.clip(np.abs(x) - 0.67, 0, None)
    z = -0.42 + v * 1.4
    fold = 0.012 * np.sin(v * 17 + 3 * u) * np.sin(u * 5 + 1.3) + 0.008 * np.sin(u * 23 + v * 4 + k.seed)
    y = 0.506 + fold - over * 1.35 + 0.03 * np.exp(-((v - 0.02) ** 2) / 0.004)
    x = np.sign(u) * np.minimum(np.abs(x), 0.72 + 0.012 * np.sin(v * 30 + u) * (over > 0) + over * 0.1)
    k.use(Material.FABRIC, c, 0.45)
    k.sheet(np.stack([x, y, z], -1)[::-1])


def nightstand(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    k.box(0, 0.535, 0, 0.46, 0.025, 0.4, 0.005)
    k.box(0, 0.28, -0.01, 0.42, 0.255, 0.35, 0.003)
    for x in (-0.19, 0.19):
        for z in (-0.165, 0.155):
            k.box(x, 0, z, 0.035, 0.29, 0.035, 0.004, taper=0.7)
    k.box(0, 0.31, 0.17, 0.37, 0.19, 0.016, 0.004)
    k.use(Material.METAL, (0.36, 0.25, 0.1), 0.35)
    k.ball(0, 0.405, 0.188, 0.014, 8)


def wardrobe(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    k.box(0, 0.06, -0.01, 1.16, 1.86, 0.55, 0.006)
    k.box(0, 0, -0.01, 1.1, 0.06, 0.5, 0)
    k.box(0, 1.92, 0, 1.2, 0.08, 0.6, 0.015)
    for x in (-0.285, 0.285):
        k.use(Material.WOOD, tuple(np.array(c) * 1.1))
        k.box(x, 0.1, 0.272, 0.55, 1.78, 0.022, 0.005)
        k.use(Material.WOOD, tuple(np.array(c) * 0.92))
        k.box(x, 1.05, 0.286, 0.4, 0.72, 0.012, 0.006)
        k.box(x, 0.2, 0.286, 0.4, 0.72, 0.012, 0.006)
    k.use(Material.METAL, (0.36, 0.25, 0.1), 0.35)
    for x in (-0.045, 0.045):
        k.ball(x, 1.0, 0.296, 0.014, 8)


def cabinet(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    k.box(0, 0.08, -0.01, 0.96, 0.785, 0.42, 0.005)
    k.box(0, 0.865, 0, 1.0, 0.035, 0.46, 0.008)
    for x in (-0.43, 0.43):
        for z in (-0.17, 0.16):
            k.lathe([(0.018, 0), (0.03, 0.04), (0.024, 0.085)], (x, 0, z), 10)
    for row in range(3):
        for x in (-0.235, 0.235):
            k.use(Material.WOOD, tuple(np.array(c) * (1.0 + 0.12 * k.rng.random())))
            k.box(x, 0.11 + row * 0.25, 0.206, 0.445, 0.23, 0.018, 0.005)
            k.use(Material.METAL, (0.36, 0.25, 0.1), 0.35)
            k.ball(x, 0.225 + row * 0.25, 0.227, 0.014, 8)


def shelf(k: Kit, c: Rgb, piece: Piece) -> None:
    """Two boards on brackets against the wall, filled with books that lean and a gap or two."""
    for y in (0.0, 0.4):
        k.use(Material.WOOD, c)
        k.box(0, y, 0, 1.1, 0.028, 0.235, 0.005)
        k.use(Material.METAL, (0.02, 0.02, 0.02), 0.6)
        for x in (-0.42, 0.42):
            k.box(x, y - 0.12, -0.11, 0.02, 0.12, 0.012, 0.002)
            k.box(x, y - 0.014, -0.02, 0.02, 0.014, 0.18, 0.002)
        row_of_books(k, -0.52, 0.52, y + 0.028, 0.0, 0.33)


def bookcase(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    for x in (-0.535, 0.535):
        k.box(x, 0, 0, 0.03, 2.0, 0.32, 0.004)
    k.box(0, 0.0, -0.15, 1.04, 1.98, 0.012, 0)
    k.box(0, 1.97, 0, 1.1, 0.03, 0.32, 0.004)
    for i in range(5):
        y = 0.06 + i * 0.38
        k.use(Material.WOOD, c)
        k.box(0, y, 0, 1.04, 0.024, 0.29, 0.003)
        row_of_books(k, -0.51, 0.51, y + 0.024, -0.01, 0.33)


def counter(k: Kit, c: Rgb, piece: Piece) -> None:
    """Kitchen cupboards under a wooden top."""
    k.use(Material.WOOD, c)
    k.box(0, 0.1, -0.015, 1.78, 0.76, 0.54, 0.003)
    k.use(Material.WOOD, (0.03, 0.03, 0.03))
    k.box(0, 0, -0.03, 1.76, 0.1, 0.48, 0)
    for i in range(3):
        x = (i - 1) * 0.592
        k.use(Material.WOOD, tuple(np.array(c) * 1.05))
        k.box(x, 0.13, 0.262, 0.575, 0.5, 0.02, 0.005)
        k.box(x, 0.65, 0.262, 0.575, 0.19, 0.02, 0.005)
        k.use(Material.WOOD, tuple(np.array(c) * 0.9))
        k.box(x, 0.19, 0.274, 0.44, 0.38, 0.01, 0.004)
        k.use(Material.METAL, (0.3, 0.27, 0.22), 0.35)
        k.rod((x - 0.05, 0.74, 0.29), (x + 0.05, 0.74, 0.29), 0.007, sides=6)
        k.ball(x + 0.24, 0.5, 0.29, 0.014, 8)
    k.use(Material.WOOD, (0.24, 0.13, 0.065))
    k.box(0, 0.86, 0, 1.8, 0.04, 0.6, 0.008)


def piano(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.PLASTIC, c, 0.25)
    k.box(0, 0.05, -0.13, 1.45, 1.13, 0.34, 0.008)
    k.box(0, 1.18, -0.12, 1.45, 0.04, 0.38, 0.01)
    k.box(0, 0.56, 0.13, 1.45, 0.07, 0.36, 0.008)
    for x in (-0.69, 0.69):
        k.box(x, 0.05, 0.13, 0.07, 0.66, 0.34, 0.01)
        k.box(x, 0, 0.02, 0.07, 0.05, 0.58, 0.01)
    k.use(Material.PLASTIC, (0.66, 0.64, 0.58), 0.3)
    for i in range(36):
        k.box((i - 17.5) * 0.0345, 0.63, 0.19, 0.0325, 0.02, 0.15, 0)
    k.use(Material.PLASTIC, (0.012, 0.012, 0.012), 0.3)
    for i in range(35):
        if i % 7 not in (2, 6):
            k.box((i - 17) * 0.0345, 0.65, 0.16, 0.016, 0.014, 0.09, 0)


PIECES = {
    "table": table, "round table": round_table, "desk": desk, "chair": chair, "stool": stool, "armchair": armchair,
    "sofa": sofa, "bench": bench, "bed": bed, "nightstand": nightstand, "wardrobe": wardrobe, "cabinet": cabinet,
    "shelf": shelf, "bookcase": bookcase, "counter": counter, "piano": piano,
}  # fmt: skip
