"""Colour tables: a film's own ``.cube`` file, and a palette made into one; applied to graded pictures, code value to code value.

Reads the text form that colourists exchange (Adobe's Cube LUT specification 1.0), one- or three-dimensional; numbers
that are not finite, tables that are too large or too short are refused.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import kernel

Table = NDArray[np.float32]
"""(N, N, N, 3): what a colour becomes, indexed by red, green and blue, all 0..1."""

MOST_BYTES = 64 << 20
MOST_SIDE, MOST_CURVE = 65, 65_536
_SIDE = 17
_PULL = 0.45
"""How far colours go towards the palette's."""


class LutError(ValueError):
    """A LUT file that cannot be used; the message says why."""

    trouble = "bad input"


@lru_cache(maxsize=4)
def read_cube(path: Path) -> Table:
    """The table of a ``.cube`` file. Raises ``LutError``."""
    if path.stat().st_size > MOST_BYTES:
        raise LutError(f"it is larger than {MOST_BYTES >> 20} MB")
    size, curve = 0, False
    low, high = np.zeros(3), np.ones(3)
    rows: list[str] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        text = line.partition("#")[0].strip()
        head, _, rest = text.partition(" ")
        match head:
            case "":
                continue
            case "LUT_3D_SIZE" | "LUT_1D_SIZE":
                curve = head == "LUT_1D_SIZE"
                size = int(rest) if rest.strip().isdecimal() and len(rest) < 8 else 0
            case "DOMAIN_MIN":
                low = _numbers([rest])[0]
            case "DOMAIN_MAX":
                high = _numbers([rest])[0]
            case _ if head[0].isalpha():
                continue
            case _:
                rows.append(text)
                if len(rows) > MOST_SIDE**3:
                    raise LutError(f"it has more than {MOST_SIDE}³ colours")
    most = MOST_CURVE if curve else MOST_SIDE
    if not 2 <= size <= most or len(rows) != (size if curve else size**3):
        raise LutError(f"it says {size} steps and has {len(rows)} rows")
    if not (high > low).all():
        raise LutError("its domain is empty")
    values = np.clip(_numbers(rows), 0.0, 1.0)
    table = _from_curve(values) if curve else values.reshape(size, size, size, 3).transpose(2, 1, 0, 3)
    if (low != 0.0).any() or (high != 1.0).any():
        table = _over_domain(table, low, high)
    return np.ascontiguousarray(table, np.float32)


@lru_cache(maxsize=8)
def palette_table(palette: tuple[tuple[float, float, float], ...]) -> Table:
    """Colours drawn towards the nearest of ``palette`` (linear Rec.709), each keeping its own lightness.

    Only hue and strength of colour move, more where there is some: greys stay grey and skin stays skin.
    """
    from runtime.picture.scan import encoded

    wanted = _opponent(encoded(np.array(palette, np.float64)))[:, 1:]
    side = np.linspace(0.0, 1.0, _SIDE)
    grid = np.stack(np.meshgrid(side, side, side, indexing="ij"), axis=-1)
    light = _opponent(grid)
    chroma = light[..., 1:]
    near = np.exp(-((chroma[..., None, :] - wanted) ** 2).sum(-1) / (2 * 0.18**2)) + 1e-4
    goal = (near[..., None] * wanted).sum(-2) / near.sum(-1)[..., None]
    strength = np.hypot(chroma[..., 0], chroma[..., 1])[..., None]
    pull = _PULL * strength / (strength + 0.06)
    moved = np.concatenate([light[..., :1], chroma + (goal - chroma) * pull], axis=-1)
    return np.ascontiguousarray(np.clip(_rgb(moved), 0.0, 1.0), np.float32)


def through(rgb8: NDArray[np.uint8], table: Table) -> NDArray[np.uint8]:
    """``rgb8`` (H, W, 3) through ``table``, interpolated between its eight nearest colours, dithered to 8 bits."""
    out = np.empty_like(rgb8)
    _through(rgb8, table, out)
    return out


def _numbers(rows: list[str]) -> NDArray[np.float64]:
    """(n, 3). Raises ``LutError``."""
    try:
        values = np.array([[float(v) for v in row.split()[:3]] for row in rows], np.float64)
    except ValueError as error:
        raise LutError("a row is no three numbers") from error
    if values.ndim != 2 or values.shape[1] != 3 or not np.isfinite(values).all():
        raise LutError("a row is no three numbers")
    return values


def _from_curve(values: NDArray[np.float64]) -> NDArray[np.float64]:
    at = np.linspace(0.0, 1.0, 33)
    steps = np.linspace(0.0, 1.0, len(values))
    r, g, b = (np.interp(at, steps, values[:, k]) for k in range(3))
    return np.stack(np.meshgrid(r, g, b, indexing="ij"), axis=-1)


def _over_domain(
    table: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same table over 0..1."""
    size = len(table)
    for axis in range(3):
        at = np.clip((np.linspace(0, 1, size) - low[axis]) / (high[axis] - low[axis]), 0, 1) * (size - 1)
        first = np.minimum(at.astype(int), size - 2)
        part = (at - first).reshape([-1 if k == axis else 1 for k in range(3)] + [1])
        table = np.take(table, first, axis) * (1 - part) + np.take(table, first + 1, axis) * part
    return table


def _opponent(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    light = rgb @ np.array([0.2126, 0.7152, 0.0722])
    return np.stack([light, (rgb[..., 2] - light) / 1.8556, (rgb[..., 0] - light) / 1.5748], axis=-1)


def _rgb(opponent: NDArray[np.float64]) -> NDArray[np.float64]:
    light, cb, cr = (opponent[..., k] for k in range(3))
    return np.stack([light + 1.5748 * cr, light - 0.187324 * cb - 0.468124 * cr, light + 1.8556 * cb], axis=-1)


@kernel
def _through(rgb, table, out):  # type: ignore[no-untyped-def]
    last = table.shape[0] - 1
    scale = np.float32(last / 255.0)
    one = np.float32(1.0)
    for y in range(rgb.shape[0]):
        for x in range(rgb.shape[1]):
            r, g, b = (
                np.float32(rgb[y, x, 0]) * scale,
                np.float32(rgb[y, x, 1]) * scale,
                np.float32(rgb[y, x, 2]) * scale,
            )
            i, j, k = min(int(r), last - 1), min(int(g), last - 1), min(int(b), last - 1)
            u, v, w = r - np.float32(i), g - np.float32(j), b - np.float32(k)
            dither = np.float32(0.5) + (np.float32((x * 7 + y * 13) & 15) - np.float32(7.5)) * np.float32(0.03)
            for c in range(3):
                near = (table[i, j, k, c] * (one - w) + table[i, j, k + 1, c] * w) * (one - v) + (
                    table[i, j + 1, k, c] * (one - w) + table[i, j + 1, k + 1, c] * w
                ) * v
                far = (table[i + 1, j, k, c] * (one - w) + table[i + 1, j, k + 1, c] * w) * (one - v) + (
                    table[i + 1, j + 1, k, c] * (one - w) + table[i + 1, j + 1, k + 1, c] * w
                ) * v
                value = (near * (one - u) + far * u) * np.float32(255.0) + dither
                out[y, x, c] = np.uint8(min(max(value, np.float32(0.0)), np.float32(255.0)))
