"""Pieces drawn as far open as they are: lids that turn up, drawers that slide, doors that swing, books that lie open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from compiler.staging.model import Piece
from runtime.previz.scene import Material
from runtime.previz.sets import furniture, smalls
from runtime.previz.sets.kit import Kit, Rgb
from runtime.previz.sets.parts import built_of_parts

Corner = tuple[float, float, float]
_DARK = (0.012, 0.01, 0.009)


def crate(k: Kit, c: Rgb, piece: Piece, amount: float) -> None:
    smalls.crate(k, c, piece)
    lid = _within(k, (-1, 0.434, -1), (1, 1, 1))
    _turn(k, lid, 0, -112.0 * amount, (0.0, 0.438, -0.222))
    k.use(Material.PLASTER, _DARK)
    k.box(0, 0.431, 0, 0.55, 0.002, 0.4, 0)


def book(k: Kit, c: Rgb, piece: Piece, amount: float) -> None:
    """Lying open in the middle: two leaves of pages on the boards, the spine between."""
    turn = 178.0 * amount
    for half, angle in ((0, 0.0), (1, turn)):
        since = k.mark()
        k.use(Material.FABRIC, c, 0.1)
        k.box(0.08, 0, 0, 0.16, 0.003, 0.23, 0.001)
        k.use(Material.PAPER, (0.58, 0.52, 0.4))
        k.box(0.077, 0.003, 0, 0.15, 0.014, 0.222, 0.001)
        k.use(Material.PAPER, (0.16, 0.15, 0.14))
        for row in range(11):
            wide = 0.118 if row % 5 != 4 else 0.07
            k.box(0.072 - (0.118 - wide) / 2, 0.0172, -0.085 + row * 0.0165, wide, 0.0003, 0.0024, 0)
        if half:
            k.turn(since, 2, angle, (0.0, 0.017 if angle < 90 else 0.004, 0.0))
    k.use(Material.FABRIC, tuple(np.array(c) * 0.8), 0.1)
    k.box(0, 0, 0, 0.03, 0.004, 0.23, 0.001)


def nightstand(k: Kit, c: Rgb, piece: Piece, amount: float) -> None:
    furniture.nightstand(k, c, piece)
    _drawer(k, (-1, 0.29, 0.158), (1, 0.52, 1), 0.24 * amount, (0.0, 0.31, 0.36, 0.17), 0.165, c)


def cabinet(k: Kit, c: Rgb, piece: Piece, amount: float) -> None:
    furniture.cabinet(k, c, piece)
    _drawer(k, (-0.47, 0.6, 0.19), (0, 0.86, 1), 0.28 * amount, (-0.235, 0.62, 0.42, 0.2), 0.2, c)


def desk(k: Kit, c: Rgb, piece: Piece, amount: float) -> None:
    furniture.desk(k, c, piece)
    _drawer(k, (0.25, 0.48, 0.3), (0.75, 0.71, 1), 0.38 * amount, (0.48, 0.5, 0.33, 0.17), 0.31, c)


def wardrobe(k: Kit, c: Rgb, piece: Piece, amount: float) -> None:
    furniture.wardrobe(k, c, piece)
    for side in (-1.0, 1.0):
        low, high = ((-0.6, 0.05, 0.258), (-0.001, 1.95, 1)) if side < 0 else ((0.001, 0.05, 0.258), (0.6, 1.95, 1))
        _turn(k, _within(k, low, high), 1, side * 108.0 * amount, (side * 0.56, 0.0, 0.262))
    k.use(Material.PLASTER, _DARK)
    k.box(0, 0.1, 0.266, 1.08, 1.78, 0.001, 0)


def parts_open(k: Kit, c: Rgb, piece: Piece, amount: float) -> None:
    """The highest part is the lid: it turns up about its back edge."""
    built_of_parts(k, c, piece)
    top = max(range(len(k.parts)), key=lambda i: (float(k.parts[i].positions[:, 1].max()), i))
    points = k.parts[top].positions
    hinge = (0.0, float(points[:, 1].min()), float(points[:, 2].min()))
    w, d = float(np.ptp(points[:, 0])), float(np.ptp(points[:, 2]))
    middle = (float(points[:, 0].mean()), float(points[:, 2].mean()))
    _turn(k, [top], 0, -110.0 * amount, hinge)
    k.use(Material.PLASTER, _DARK)
    k.box(middle[0], hinge[1], middle[1], w * 0.9, 0.001, d * 0.88, 0)


def _drawer(
    k: Kit, low: Corner, high: Corner, out: float, hole: tuple[float, float, float, float], face: float, c: Rgb
) -> None:
    """Slides the front that lies between two corners out, with a box behind it and a dark ``hole`` (x, y, width, height)."""
    front = _within(k, low, high)
    for i in front:
        k.parts[i].positions = k.parts[i].positions + np.array([0.0, 0.0, out])
    x, y, w, h = hole
    k.use(Material.PLASTER, _DARK)
    k.box(x, y, face, w, h, 0.004, 0)
    k.use(Material.WOOD, tuple(np.array(c) * 0.8))
    for side in (-1.0, 1.0):
        k.box(x + side * (w / 2 - 0.008), y + 0.02, face + out / 2, 0.012, h * 0.72, out, 0.001)
    k.box(x, y + 0.02, face + out / 2, w - 0.02, 0.01, out, 0)


def _within(k: Kit, low: Corner, high: Corner) -> list[int]:
    found = []
    for i, part in enumerate(k.parts):
        if (part.positions.min(0) >= np.array(low) - 1e-6).all() and (
            part.positions.max(0) <= np.array(high) + 1e-6
        ).all():
            found.append(i)
    return found


def _turn(k: Kit, parts: list[int], axis: int, degrees: float, pivot: Corner) -> None:
    chosen = [k.parts[i] for i in parts]
    rest = [p for i, p in enumerate(k.parts) if i not in set(parts)]
    k.parts = [*rest, *chosen]
    k.turn(len(rest), axis, degrees, pivot)


OPENERS: Mapping[str, Callable[[Kit, Rgb, Piece, float], None]] = {
    "crate": crate, "book": book, "nightstand": nightstand, "cabinet": cabinet, "desk": desk, "wardrobe": wardrobe,
}  # fmt: skip
