"""Small things that stand on furniture, hang on walls or lie on the floor."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Piece
from runtime.previz.scene import Material
from runtime.previz.sets.kit import CLEAR, GLOW, Kit, Rgb

_BINDINGS = (
    (0.16, 0.03, 0.025), (0.03, 0.09, 0.07), (0.04, 0.06, 0.17), (0.24, 0.16, 0.07), (0.07, 0.035, 0.025),
    (0.36, 0.32, 0.23), (0.05, 0.05, 0.055), (0.14, 0.12, 0.03), (0.1, 0.03, 0.07), (0.06, 0.12, 0.15),
    (0.22, 0.21, 0.19), (0.09, 0.1, 0.05),
)  # fmt: skip


def row_of_books(k: Kit, left: float, right: float, y: float, z: float, clear: float) -> None:
    """Books from ``left`` to ``right`` standing at height ``y`` under ``clear`` metres; some lean, a gap stays open."""
    x = left
    while x < right - 0.02:
        if k.rng.random() < 0.05:
            x += k.rng.uniform(0.03, 0.1)
            continue
        thick = k.rng.uniform(0.018, 0.048)
        tall = min(clear - 0.03, k.rng.uniform(0.19, 0.29))
        deep = k.rng.uniform(0.12, 0.17)
        if x + thick > right:
            break
        since = k.mark()
        tone = k.rng.uniform(0.55, 1.35)
        binding = np.array(_BINDINGS[int(k.rng.integers(len(_BINDINGS)))]) * tone
        k.use(Material.PAPER if k.rng.random() < 0.3 else Material.FABRIC, tuple(binding), 0.1)
        k.box(x + thick / 2, y, z, thick, tall, deep, 0.002)
        if thick > 0.03:
            k.use(Material.METAL, (0.4, 0.28, 0.1), 0.4)
            for band in (0.78, 0.84):
                k.box(x + thick / 2, y + tall * band, z + deep / 2 + 0.0002, thick * 0.8, 0.004, 0.0015, 0)
        lean = k.rng.uniform(5, 13) if k.rng.random() < 0.12 and x > left + 0.1 else 0.0
        if lean:
            k.turn(since, 2, lean, (x, y, z))
            k.shift(since, x=tall * np.sin(np.radians(lean)))
            x += tall * np.sin(np.radians(lean))
        x += thick + 0.0015


def kettle(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.METAL, c, 0.28)
    k.lathe(
        [(0, 0), (0.08, 0), (0.088, 0.01), (0.088, 0.06), (0.075, 0.12), (0.045, 0.155), (0.02, 0.163), (0.0, 0.165)],
        sides=24,
    )
    k.sweep([(0.075, 0.06, 0), (0.11, 0.09, 0), (0.128, 0.14, 0)], (0.018, 0.012, 0.009), 8)
    k.use(Material.PLASTIC, (0.012, 0.012, 0.012), 0.4)
    k.ball(0, 0.172, 0, 0.013, 8)
    a = np.linspace(0, np.pi, 9)
    k.sweep(np.stack([0.075 * np.cos(a), 0.15 + 0.085 * np.sin(a), 0 * a], 1), 0.008, 6)


def cup(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.PLASTIC, c, 0.3)
    k.lathe(
        [
            (0, 0),
            (0.03, 0),
            (0.034, 0.004),
            (0.041, 0.045),
            (0.042, 0.09),
            (0.0395, 0.09),
            (0.0385, 0.045),
            (0.03, 0.012),
            (0, 0.012),
        ],
        sides=22,
    )
    k.use(Material.PLASTIC, (0.03, 0.014, 0.006), 0.1)
    k.disc(0, 0.07, 0, 0.0385, 22)
    k.use(Material.PLASTIC, c, 0.3)
    a = np.linspace(-1.35, 1.35, 8)
    k.sweep(np.stack([0.039 + 0.025 * np.cos(a), 0.046 + 0.026 * np.sin(a), 0 * a], 1), 0.0048, 6)


def bottle(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.GLASS, c, 0.1)
    k.lathe(
        [
            (0, 0),
            (0.036, 0),
            (0.038, 0.01),
            (0.038, 0.17),
            (0.03, 0.205),
            (0.014, 0.235),
            (0.013, 0.29),
            (0.016, 0.29),
            (0.016, 0.3),
            (0, 0.3),
        ],
        sides=18,
    )
    k.use(Material.PAPER, (0.5, 0.45, 0.34))
    k.lathe([(0.0385, 0.06), (0.0385, 0.14)], sides=18)


def glass(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.GLASS, c, 0.05, CLEAR)
    k.lathe([(0.026, 0.006), (0.031, 0.11)], sides=16)
    k.use(Material.GLASS, (0.1, 0.045, 0.012), 0.05)
    k.lathe([(0, 0), (0.026, 0), (0.028, 0.04), (0, 0.04)], sides=16)


def plate(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.PLASTIC, c, 0.25)
    k.lathe([(0, 0), (0.07, 0), (0.118, 0.018), (0.12, 0.022), (0.112, 0.021), (0.068, 0.006), (0, 0.006)], sides=26)


def book(k: Kit, c: Rgb, piece: Piece) -> None:
    _volume(k, c, 0.0, 0.16, 0.034, 0.23)


def books(k: Kit, c: Rgb, piece: Piece) -> None:
    y = 0.0
    for i in range(4):
        since = k.mark()
        thick = k.rng.uniform(0.022, 0.038)
        tone = _BINDINGS[int(k.rng.integers(len(_BINDINGS)))] if i else c
        _volume(k, tone, y, k.rng.uniform(0.14, 0.17), thick, k.rng.uniform(0.19, 0.23))
        k.turn(since, 1, k.rng.uniform(-16, 16))
        y += thick


def _volume(k: Kit, c: Rgb, y: float, w: float, h: float, d: float) -> None:
    k.use(Material.FABRIC, c, 0.1)
    k.box(0, y, 0, w, 0.003, d, 0.001)
    k.box(0, y + h - 0.003, 0, w, 0.003, d, 0.001)
    k.box(-w / 2 + 0.002, y, 0, 0.004, h, d, 0.001)
    k.use(Material.PAPER, (0.58, 0.52, 0.4))
    k.box(0.001, y + 0.003, 0, w - 0.01, h - 0.006, d - 0.008, 0)


def letter(k: Kit, c: Rgb, piece: Piece) -> None:
    """A sheet that has been folded twice and will not lie flat, with written lines."""
    z = np.linspace(0.105, -0.105, 25)
    curl = 0.0012 + 0.003 * np.abs(np.sin(np.clip((z + 0.105) / 0.21, 0, 1) * 3 * np.pi)) ** 1.5
    x = np.linspace(-0.075, 0.075, 5)
    grid = np.stack(np.broadcast_arrays(x[None], curl[:, None], z[:, None]), -1)
    k.use(Material.PAPER, c)
    k.sheet(grid)
    k.use(Material.PAPER, (0.03, 0.035, 0.07))
    for i in range(12):
        zc = -0.073 + i * 0.012
        w = 0.116 if i % 4 != 3 else 0.066
        y = float(np.interp(-zc, -z, curl)) + 0.0008
        k.quads(
            [
                [
                    (-0.058, y, zc + 0.0009),
                    (-0.058 + w, y, zc + 0.0009),
                    (-0.058 + w, y, zc - 0.0009),
                    (-0.058, y, zc - 0.0009),
                ]
            ]
        )


def photo_frame(k: Kit, c: Rgb, piece: Piece) -> None:
    """A small standing frame leaning on its strut, with a faded portrait of a man and a woman by the sea."""
    since = k.mark()
    _frame(k, c, 0.18, 0.225, 0.018, 0.016)
    _portrait(k, 0.148, 0.193, 0.016, 0.0105)
    k.turn(since, 0, -14.0)
    k.use(Material.WOOD, (0.03, 0.02, 0.012))
    k.rod((0, 0.15, -0.045), (0, 0.0, -0.095), 0.006, sides=5)


def picture(k: Kit, c: Rgb, piece: Piece) -> None:
    """A framed seascape behind a mount."""
    _frame(k, c, 0.52, 0.66, 0.035, 0.03)
    k.use(Material.PAPER, (0.52, 0.49, 0.42))
    k.quads([[(-0.225, 0.04, 0.0), (0.225, 0.04, 0.0), (0.225, 0.62, 0.0), (-0.225, 0.62, 0.0)]])
    u, v = np.meshgrid(np.linspace(-0.165, 0.165, 15), np.linspace(0.12, 0.54, 19))
    t = (v - 0.12) / 0.42
    sky = np.array([0.3, 0.34, 0.36]) + (t[..., None] - 0.4) * np.array([-0.2, -0.12, 0.05])
    sea = np.array([0.05, 0.1, 0.12]) + (0.06 * np.sin(v * 190 + 3 * np.sin(u * 30)))[..., None]
    land = (t < 0.55 + 0.12 * np.exp(-(((u - 0.09) / 0.06) ** 2))) & (u > 0.0) & (t > 0.38)
    paint = np.where((t < 0.42)[..., None], sea, sky)
    paint = np.where(land[..., None], np.array([0.06, 0.05, 0.04]), paint)
    k.use(Material.PAPER, (1, 1, 1))
    _painted(k, u, v, 0.002, paint)


def _portrait(k: Kit, w: float, h: float, y: float, z: float) -> None:
    u, v = np.meshgrid(np.linspace(-w / 2, w / 2, 23), np.linspace(0, h, 29))
    t = v / h
    paint = np.broadcast_to(np.array([0.34, 0.3, 0.22]), (*u.shape, 3)) * (0.75 + 0.5 * t[..., None])
    for x, top, hair in ((-0.022, 0.66, 0.05), (0.024, 0.58, 0.3)):
        body = (np.abs(u - x) < 0.033 - 0.02 * np.clip((t - 0.3) * 3, 0, 1)) & (t < 0.45)
        head = ((u - x) / 0.0145) ** 2 + ((t - top + 0.06) * h / 0.021) ** 2 < 1
        crown = head & (t > top - 0.03)
        paint = np.where(body[..., None], np.array([0.07, 0.06, 0.055]), paint)
        paint = np.where(head[..., None], np.array([0.48, 0.36, 0.26]), paint)
        paint = np.where(crown[..., None], np.array([hair, hair * 0.85, hair * 0.7]), paint)
    k.use(Material.PAPER, (1, 1, 1))
    _painted(k, u, v + y, z, paint)


def _painted(k: Kit, u: np.ndarray, v: np.ndarray, z: float, paint: np.ndarray) -> None:
    points = np.stack([u, v, np.full_like(u, z)], -1).reshape(-1, 3)
    rows, columns = u.shape
    i = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1)
    faces = np.concatenate([np.stack([i, i + 1, i + columns + 1], 1), np.stack([i, i + columns + 1, i + columns], 1)])
    k.add(points, np.tile([0.0, 0.0, 1.0], (len(points), 1)), faces, colour=np.clip(paint, 0, 1).reshape(-1, 3))


def _frame(k: Kit, c: Rgb, w: float, h: float, border: float, deep: float) -> None:
    k.use(Material.WOOD, c)
    z = deep / 2 - 0.005
    for y in (0.0, h - border):
        k.box(0, y, z - deep / 2 + 0.005, w, border, deep, 0.004)
    for x in (-(w - border) / 2, (w - border) / 2):
        k.box(x, border, z - deep / 2 + 0.005, border, h - 2 * border, deep, 0.004)
    k.use(Material.WOOD, (0.03, 0.02, 0.015))
    k.box(0, 0.004, -deep / 2 - 0.001, w - 0.01, h - 0.008, 0.004, 0)


def mirror(k: Kit, c: Rgb, piece: Piece) -> None:
    _frame(k, c, 0.5, 0.8, 0.04, 0.03)
    k.use(Material.METAL, (0.5, 0.52, 0.54), 0.06)
    k.quads([[(-0.215, 0.035, 0.002), (0.215, 0.035, 0.002), (0.215, 0.765, 0.002), (-0.215, 0.765, 0.002)]])


def rug(k: Kit, c: Rgb, piece: Piece) -> None:
    """A worn woven rug: border bands, a field of diamonds, fringes at the short ends."""
    u, v = np.meshgrid(np.linspace(-1, 1, 45), np.linspace(-1, 1, 31))
    base = np.array(c)
    edge = np.maximum(np.abs(u) * 1.15 - 0.15, np.abs(v))
    diamond = (np.abs(((u * 4) % 1) - 0.5) + np.abs(((v * 3) % 1) - 0.5)) < 0.3
    worn = 0.8 + 0.25 * np.sin(u * 7 + 1) * np.sin(v * 5 + 2) + 0.1 * k.rng.random(u.shape)
    paint = np.broadcast_to(base, (*u.shape, 3)).copy()
    paint[diamond] = base * 0.45 + np.array([0.09, 0.06, 0.03])
    paint[(edge > 0.72) & (edge < 0.79)] = np.array([0.3, 0.24, 0.14])
    paint[edge > 0.9] = base * 0.5
    paint *= worn[..., None]
    y = 0.008 + 0.003 * np.sin(u * 3 + 2) * np.sin(v * 4)
    y = np.where((np.abs(u) > 0.999) | (np.abs(v) > 0.999), 0.001, y)
    points = np.stack([u * 1.12, y, -v * 0.8], -1)
    k.use(Material.FABRIC, c, 0.35)
    since = k.mark()
    k.sheet(points)
    k.parts[since].colour = np.clip(paint.reshape(-1, 3), 0, 1)
    k.use(Material.FABRIC, (0.34, 0.28, 0.18), 0.2)
    z = np.linspace(-0.78, 0.78, 53)
    for side in (-1.0, 1.0):
        x0, x1 = side * 1.12, side * (1.15 + 0.0)
        lines = [
            [(x0, 0.004, a - 0.006), (x0, 0.004, a + 0.006), (x1, 0.002, a + 0.009), (x1, 0.002, a - 0.003)] for a in z
        ]
        k.quads([q if side < 0 else q[::-1] for q in (q[::-1] for q in lines)], (0.0, 1.0, 0.0))


def clock(k: Kit, c: Rgb, piece: Piece) -> None:
    """A wall clock that says four minutes to midnight."""
    since = k.mark()
    k.use(Material.WOOD, c)
    k.lathe([(0.16, 0.0), (0.16, 0.04), (0.15, 0.062), (0.138, 0.062), (0.134, 0.045)], sides=36)
    k.use(Material.PAPER, (0.6, 0.56, 0.46))
    k.disc(0, 0.045, 0, 0.135, 36)
    k.use(Material.METAL, (0.012, 0.012, 0.012), 0.5)
    for i in range(12):
        part = k.mark()
        k.box(0, 0.046, -0.117, 0.006 if i % 3 else 0.011, 0.002, 0.018, 0)
        k.turn(part, 1, -30.0 * i)
    for angle, length, wide in ((24.0 + 0.0, 0.105, 0.006), (2.0, 0.072, 0.009)):
        part = k.mark()
        k.box(0, 0.049, -length / 2 + 0.012, wide, 0.002, length, 0)
        k.turn(part, 1, angle)
    k.turn(since, 0, 90.0)
    k.shift(since, y=0.16, z=-0.035)


def radio(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    k.box(0, 0, 0, 0.36, 0.21, 0.16, 0.018)
    k.use(Material.FABRIC, (0.22, 0.16, 0.08), 0.1)
    k.box(-0.07, 0.03, 0.077, 0.18, 0.15, 0.008, 0.003)
    k.use(Material.WOOD, tuple(np.array(c) * 0.6))
    for i in range(6):
        k.box(-0.07, 0.045 + i * 0.023, 0.082, 0.18, 0.006, 0.008, 0.001)
    k.use(Material.EMISSIVE, (1.0, 0.6, 0.25), 0.5, GLOW)
    k.quads([[(0.045, 0.12, 0.0815), (0.155, 0.12, 0.0815), (0.155, 0.165, 0.0815), (0.045, 0.165, 0.0815)]])
    k.use(Material.PLASTIC, (0.5, 0.42, 0.28), 0.35)
    for x in (0.065, 0.135):
        since = k.mark()
        k.lathe([(0.018, 0), (0.018, 0.012), (0.015, 0.015), (0, 0.015)], sides=14)
        k.turn(since, 0, 90.0)
        k.shift(since, x=x, y=0.07, z=0.08)


def phone(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.PLASTIC, c, 0.25)
    k.box(0, 0, 0, 0.17, 0.075, 0.19, 0.02, taper=1.15)
    k.sweep(
        [(-0.105, 0.105, -0.03), (-0.06, 0.125, -0.03), (0.06, 0.125, -0.03), (0.105, 0.105, -0.03)],
        (0.02, 0.014, 0.014, 0.02),
        8,
    )
    k.use(Material.METAL, (0.4, 0.38, 0.34), 0.3)
    k.lathe([(0.055, 0.0), (0.05, 0.01), (0, 0.01)], (0, 0.075, 0.03), 20)


def crate(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, tuple(np.array(c) * 0.5))
    k.box(0, 0.01, 0, 0.56, 0.42, 0.41, 0)
    for i in range(4):
        for z in (-0.21, 0.21):
            k.use(Material.WOOD, tuple(np.array(c) * k.rng.uniform(0.8, 1.15)))
            k.box(0, 0.008 + i * 0.11, z, 0.59, 0.1, 0.015, 0.003)
        for x in (-0.288, 0.288):
            k.use(Material.WOOD, tuple(np.array(c) * k.rng.uniform(0.8, 1.15)))
            k.box(x, 0.008 + i * 0.11, 0, 0.015, 0.1, 0.41, 0.003)
    for i in range(3):
        k.use(Material.WOOD, tuple(np.array(c) * k.rng.uniform(0.85, 1.2)))
        k.box(0, 0.435, (i - 1) * 0.15, 0.6, 0.015, 0.145, 0.003)


def barrel(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.WOOD, c)
    y = np.linspace(0, 0.85, 9)
    r = 0.225 + 0.05 * np.sin(np.pi * y / 0.85)
    k.lathe(
        np.concatenate([[[0, 0]], np.stack([r, y], 1), [[r[-1] - 0.02, 0.85], [r[-1] - 0.02, 0.82], [0, 0.82]]]),
        sides=24,
    )
    k.use(Material.METAL, (0.06, 0.05, 0.045), 0.6)
    for h in (0.1, 0.28, 0.57, 0.75):
        rr = 0.228 + 0.05 * np.sin(np.pi * h / 0.85)
        k.lathe([(rr, h - 0.02), (rr + 0.004, h - 0.018), (rr + 0.004, h + 0.018), (rr, h + 0.02)], sides=24)


def plant(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.TILE, (0.3, 0.11, 0.05))
    k.lathe(
        [(0, 0), (0.1, 0), (0.14, 0.22), (0.155, 0.22), (0.155, 0.26), (0.135, 0.26), (0.13, 0.23), (0, 0.23)], sides=20
    )
    k.use(Material.FOLIAGE, c, layer="leaves")
    for i in range(26):
        a, tip, high = i * 2.4, k.rng.uniform(0.12, 0.23), k.rng.uniform(0.35, 0.8)
        t = np.linspace(0, 1, 5)
        reach = tip * t**1.4
        y = 0.23 + (high - 0.23) * np.sin(t * 1.9) / np.sin(1.9) * 1.0
        wide = 0.03 * np.sin(np.pi * np.clip(t, 0.03, 0.99)) + 0.002
        along = np.stack([np.sin(a) * reach, y, np.cos(a) * reach], 1)
        side = np.array([np.cos(a), 0.0, -np.sin(a)])
        k.use(Material.FOLIAGE, tuple(np.array(c) * k.rng.uniform(0.6, 1.4)), layer="leaves")
        k.sheet(np.stack([along - side * wide[:, None], along + side * wide[:, None]], 1))


PIECES = {
    "kettle": kettle, "cup": cup, "bottle": bottle, "glass": glass, "plate": plate, "book": book, "books": books,
    "letter": letter, "photo frame": photo_frame, "picture": picture, "mirror": mirror, "rug": rug, "clock": clock,
    "radio": radio, "phone": phone, "crate": crate, "barrel": barrel, "plant": plant,
}  # fmt: skip
