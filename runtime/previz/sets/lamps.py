"""Practical lights: what shines lives on the ``glow`` layer, so that a light cue dims it with its light."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Piece
from runtime.previz.scene import Material
from runtime.previz.sets.kit import CLEAR, GLOW, INSIDE, Kit, Rgb

FLAME: Rgb = (1.0, 0.55, 0.2)


def keeper(k: Kit, c: Rgb, piece: Piece) -> None:
    """A clear glass orb on a brass base; inside it hangs a glowing core with a turning filament."""
    # Brass by lamplight. The whole orb shines, not its middle: a stand that cast hard shadows would sit in its own.
    k.use(Material.PLASTIC, c, 0.26, INSIDE)
    k.lathe(
        [(0, 0), (0.082, 0), (0.086, 0.006), (0.086, 0.014), (0.074, 0.02), (0.066, 0.034), (0.05, 0.05), (0.032, 0.066),
         (0.026, 0.08), (0.034, 0.092), (0.05, 0.104), (0.059, 0.118), (0.062, 0.128), (0.056, 0.128), (0.05, 0.118), (0, 0.112)],
        sides=32,
    )  # fmt: skip
    k.use(Material.PLASTIC, tuple(np.array(c) * 1.2), 0.25, INSIDE)
    k.lathe([(0.066, 0.034), (0.07, 0.037), (0.066, 0.041)], sides=32)
    for i in range(3):
        since = k.mark()
        k.sweep(
            [(0, 0.122, 0.06), (0, 0.15, 0.079), (0, 0.18, 0.0925), (0, 0.2, 0.0965)], (0.006, 0.005, 0.0036, 0.002), 6
        )
        k.turn(since, 1, 120.0 * i + 40.0)
    # Three wires hold the globe from the claws to its cap; too thin for shadows, they draw the sphere when it is dark.
    rise = np.radians(np.linspace(-12, 86, 15))
    for i in range(3):
        since = k.mark()
        k.sweep(np.stack([0 * rise, 0.215 + 0.0985 * np.sin(rise), 0.0985 * np.cos(rise)], 1), 0.0013, 5)
        k.turn(since, 1, 120.0 * i + 40.0)
    around = np.linspace(0, 2 * np.pi, 41)
    k.sweep(np.stack([0.0985 * np.sin(around), 0 * around + 0.215, 0.0985 * np.cos(around)], 1), 0.0011, 5)
    k.lathe([(0.014, 0.307), (0.017, 0.311), (0.012, 0.318), (0.006, 0.324), (0, 0.33)], sides=14)
    # Lit, the glow is the whole globe; unlit, one sees glass and wires, and in them a dark bead in a coil.
    k.use(Material.GLASS, (0.8, 0.82, 0.8), 0.05, CLEAR)
    k.ball(0, 0.215, 0, 0.0975, 30)
    k.use(Material.PLASTIC, (0.09, 0.06, 0.035), 0.3, INSIDE)
    k.ball(0, 0.205, 0, 0.015, 12)
    k.rod((0, 0.112, 0), (0, 0.192, 0), 0.0028, sides=6)
    t = np.linspace(0, 1, 33)
    r = 0.036 * np.sin(np.pi * np.clip(t, 0.06, 0.94))
    k.sweep(np.stack([r * np.cos(t * 18), 0.165 + 0.095 * t, r * np.sin(t * 18)], 1), 0.0014, 4)
    if not piece.lit:
        return
    k.use(Material.EMISSIVE, (1, 1, 1), 1.0, GLOW)
    since = k.mark()
    k.ball(0, 0.215, 0, 0.1002, 44)
    ball = k.parts[since]
    p = (ball.positions - [0, 0.215, 0]) / 0.1002
    # A core low in the orb, and veils of light that turn about it.
    around = np.arctan2(p[:, 0], p[:, 2])
    veil = 0.5 + 0.5 * np.sin(3 * around + 5.0 * p[:, 1] + 1.7 * np.sin(2 * around + 4 * p[:, 1]))
    core = np.exp(-((p[:, 1] + 0.12) ** 2) / 0.22)
    level = 0.3 + 1.3 * core * (0.6 + 0.4 * veil) + 0.6 * veil**2 * (1 - 0.5 * np.abs(p[:, 1]))
    warm = np.array([1.0, 0.43, 0.11]) + core[:, None] * np.array([0.0, 0.19, 0.17])
    ball.colour = warm * level[:, None]


def lamp(k: Kit, c: Rgb, piece: Piece) -> None:
    """An oil lamp: brass font on a foot, burner, tall glass chimney, flame."""
    k.use(Material.METAL, c, 0.32)
    k.lathe(
        [(0, 0), (0.078, 0), (0.08, 0.008), (0.05, 0.02), (0.026, 0.036), (0.022, 0.05), (0.04, 0.066), (0.068, 0.09),
         (0.076, 0.115), (0.066, 0.14), (0.036, 0.156), (0.028, 0.165), (0.034, 0.172), (0.034, 0.185), (0.026, 0.19), (0, 0.19)],
        sides=28,
    )  # fmt: skip
    k.rod((0.03, 0.175, 0), (0.062, 0.175, 0), 0.003, sides=6)
    k.ball(0.066, 0.175, 0, 0.009, 8, 0.5)
    k.use(Material.GLASS, (0.8, 0.82, 0.8), 0.05, CLEAR)
    k.lathe([(0.03, 0.186), (0.042, 0.215), (0.047, 0.245), (0.041, 0.285), (0.03, 0.32), (0.026, 0.415)], sides=24)
    k.use(Material.METAL, c, 0.32)
    k.lathe([(0.03, 0.183), (0.034, 0.186), (0.034, 0.192), (0.03, 0.195)], sides=20)
    _flame(k, 0.192, 0.062, 0.014, 8.0 if piece.lit else 0.0)


def _flame(k: Kit, y: float, h: float, r: float, radiance: float) -> None:
    if radiance <= 0:
        return
    t = np.linspace(0, 1, 9)
    body = r * np.sin(np.pi * t**0.62) * (1 - 0.25 * t) + 1e-4
    k.use(Material.EMISSIVE, (1.0, 0.62, 0.24), radiance, GLOW)
    k.lathe(np.stack([body, y + h * t], 1), sides=12)


def desk_lamp(k: Kit, c: Rgb, piece: Piece) -> None:
    """A small lamp with a pleated shade, lit from within."""
    k.use(Material.METAL, (0.3, 0.2, 0.08), 0.35)
    k.lathe([(0, 0), (0.075, 0), (0.078, 0.01), (0.045, 0.024), (0.016, 0.04), (0.012, 0.1), (0.022, 0.14), (0.028, 0.17),
             (0.018, 0.2), (0.009, 0.23), (0.009, 0.3)], sides=20)  # fmt: skip
    _shade(k, c, 0.24, 0.44, 0.13, 0.085, 1.4 if piece.lit else 0.0)


def floor_lamp(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.METAL, (0.05, 0.045, 0.04), 0.4)
    k.lathe([(0, 0), (0.15, 0), (0.155, 0.012), (0.1, 0.022), (0.016, 0.035), (0.011, 0.05), (0.011, 1.4)], sides=20)
    _shade(k, c, 1.26, 1.6, 0.21, 0.13, 1.4 if piece.lit else 0.0)


def _shade(k: Kit, c: Rgb, low: float, high: float, wide: float, narrow: float, radiance: float) -> None:
    """Cloth shade: glows softly when lit (glow layer), plain fabric when not; the bulb shows from below."""
    rows = [(wide, low), (wide * 0.97, low + 0.01), (narrow * 1.02, high - 0.01), (narrow, high)]
    if radiance > 0:
        warm = tuple(np.array([1.0, 0.72, 0.42]) * (0.55 + np.array(c)))
        k.use(Material.EMISSIVE, warm, radiance, GLOW)
        k.lathe(rows, sides=28)
        k.use(Material.EMISSIVE, (1.0, 0.75, 0.45), 5.0, GLOW)
        k.ball(0, (low + high) / 2 - 0.02, 0, 0.03, 10)
        inner = [(narrow - 0.004, high - 0.01), (wide - 0.006, low + 0.005)]
        k.use(Material.EMISSIVE, (1.0, 0.75, 0.45), 2.0, GLOW)
        k.lathe(inner, sides=28)
    else:
        k.use(Material.FABRIC, c, 0.3)
        k.lathe(rows, sides=28)
        k.lathe([(narrow - 0.004, high), (wide - 0.004, low)], sides=28)


def pendant(k: Kit, c: Rgb, piece: Piece) -> None:
    """An enamel shade on a cord; its base centre is the rim, the cord runs to the ceiling."""
    k.use(Material.PLASTIC, c, 0.3)
    k.lathe([(0.2, 0.05), (0.2, 0.06), (0.17, 0.1), (0.1, 0.145), (0.05, 0.165), (0.035, 0.2), (0, 0.205)], sides=30)
    k.use(Material.PLASTIC, (0.6, 0.58, 0.52), 0.4)
    k.lathe([(0, 0.16), (0.05, 0.158), (0.1, 0.138), (0.165, 0.095), (0.197, 0.053)], sides=30)
    k.use(Material.PLASTIC, (0.02, 0.02, 0.02), 0.6)
    k.rod((0, 0.2, 0), (0, 0.9, 0), 0.005, sides=6)
    k.use(Material.EMISSIVE, (1.0, 0.74, 0.44), 8.0 if piece.lit else 0.0, GLOW)
    k.ball(0, 0.075, 0, 0.032, 12)


def candle(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.METAL, (0.3, 0.19, 0.07), 0.35)
    k.lathe(
        [(0, 0), (0.045, 0), (0.05, 0.008), (0.05, 0.014), (0.02, 0.01), (0.012, 0.02), (0.016, 0.05), (0.02, 0.055)],
        sides=18,
    )
    k.use(Material.PLASTIC, c, 0.6)
    k.lathe([(0.011, 0.04), (0.0125, 0.06), (0.0115, 0.2), (0.0115, 0.203), (0.009, 0.2), (0, 0.198)], sides=14)
    k.sweep([(0.011, 0.2, 0), (0.0135, 0.18, 0), (0.0135, 0.14, 0.001)], (0.002, 0.003, 0.0015), 5)
    k.use(Material.PAPER, (0.02, 0.015, 0.01))
    k.rod((0, 0.197, 0), (0.001, 0.213, 0), 0.0012, sides=4)
    _flame(k, 0.212, 0.048, 0.0085, 10.0 if piece.lit else 0.0)


def fireplace(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.STONE, c)
    for x in (-0.56, 0.56):
        k.box(x, 0, 0, 0.36, 1.08, 0.46, 0.012)
    k.box(0, 0.78, 0, 0.78, 0.3, 0.46, 0.012)
    k.box(0, 0, 0.06, 1.5, 0.05, 0.6, 0.012)
    k.use(Material.WOOD, (0.12, 0.06, 0.03))
    k.box(0, 1.08, 0.0, 1.5, 0.12, 0.5, 0.015)
    k.use(Material.STONE, (0.015, 0.014, 0.013))
    k.box(0, 0.05, -0.2, 0.76, 0.74, 0.05, 0)
    k.use(Material.WOOD, (0.05, 0.025, 0.012))
    for x, z, a in ((-0.1, 0.0, 20.0), (0.12, 0.04, -25.0), (0.0, -0.06, 5.0)):
        since = k.mark()
        k.rod((-0.24, 0.13, 0), (0.24, 0.13, 0), 0.05, 0.045, 8)
        k.turn(since, 1, a)
        k.shift(since, x=x, z=z)
    if piece.lit:
        k.use(Material.EMISSIVE, (1.0, 0.22, 0.04), 2.0, GLOW)
        for i in range(7):
            k.ball(-0.2 + 0.065 * i, 0.09, 0.05 * np.sin(i * 2.1), 0.032, 8, 0.7)
        for i in range(6):
            since = k.mark()
            _flame(k, 0.14, k.rng.uniform(0.16, 0.34), k.rng.uniform(0.03, 0.05), 4.0)
            k.shift(since, x=-0.2 + 0.08 * i, z=k.rng.uniform(-0.07, 0.07))


def screen(k: Kit, c: Rgb, piece: Piece) -> None:
    """A monitor on a foot; lit, it shows rows of text."""
    k.use(Material.PLASTIC, c, 0.45)
    k.box(0, 0, 0, 0.24, 0.014, 0.18, 0.004)
    k.box(0, 0.014, -0.02, 0.05, 0.14, 0.03, 0.004)
    k.box(0, 0.1, 0.0, 0.58, 0.36, 0.035, 0.008)
    if not piece.lit:
        k.use(Material.GLASS, (0.01, 0.011, 0.012), 0.1)
        k.quads([[(-0.27, 0.12, 0.0182), (0.27, 0.12, 0.0182), (0.27, 0.44, 0.0182), (-0.27, 0.44, 0.0182)]])
        return
    k.use(Material.EMISSIVE, (0.1, 0.2, 0.32), 1.0, GLOW)
    k.quads([[(-0.27, 0.12, 0.0182), (0.27, 0.12, 0.0182), (0.27, 0.44, 0.0182), (-0.27, 0.44, 0.0182)]])
    k.use(Material.EMISSIVE, (0.5, 0.8, 1.0), 1.6, GLOW)
    lines = []
    for i in range(15):
        y, x0 = 0.415 - i * 0.019, -0.245 + 0.03 * int(k.rng.integers(3))
        x1 = x0 + k.rng.uniform(0.08, 0.4)
        lines.append(
            [(x0, y, 0.0186), (min(x1, 0.25), y, 0.0186), (min(x1, 0.25), y + 0.007, 0.0186), (x0, y + 0.007, 0.0186)]
        )
    k.quads(lines)


def strip(k: Kit, c: Rgb, piece: Piece) -> None:
    """A tube light under its tray; the base is its upper face, at the ceiling."""
    k.use(Material.METAL, (0.2, 0.2, 0.21), 0.5)
    k.box(0, -0.045, 0, 0.16, 0.045, 1.5, 0.006)
    k.use(Material.EMISSIVE, (0.7, 0.87, 1.0), 3.0 if piece.lit else 0.02, GLOW)
    k.rod((0, -0.06, -0.71), (0, -0.06, 0.71), 0.017, sides=8)


PIECES = {
    "keeper": keeper, "lamp": lamp, "desk lamp": desk_lamp, "floor lamp": floor_lamp, "pendant": pendant,
    "candle": candle, "fireplace": fireplace, "screen": screen, "strip": strip,
}  # fmt: skip
