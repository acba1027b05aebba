"""Titles: words over the picture, and cards on black, set in the fonts the project ships.

Sizes follow the picture's height, and nothing that stands still leaves the title-safe area (90 % of the width, 86 %
of the height). Each style is data: its lines' type, where it stands, what lies under it, how it comes and goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import Overlay
from runtime.picture.typesetting import Coverage, Line, set_lines, wrapped
from stdlib.letters import ITALIC, SANS, SERIF

Picture = NDArray[np.uint8]

_INK = (0.955, 0.94, 0.905)
"""A warm paper white, as an optical title is."""
_RULE = (0.83, 0.62, 0.33)
"""The thin rule of a lower third: brass."""
_FADE = 0.7
_SAFE_X, _SAFE_Y = 0.05, 0.07


@dataclass(frozen=True, slots=True)
class _Type:
    """Type of a line: font, size as a share of the picture's height, tracking in ems, leading; set in capitals or not."""

    font: str
    size: float
    tracking: float = 0.0
    leading: float = 1.32
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    first: _Type
    rest: _Type
    x: float = 0.5
    """0 left edge of the safe area, 0.5 the middle, 1 its right edge."""
    y: float = 0.5
    """Where the block's middle stands, 0 top .. 1 foot."""
    shadow: float = 0.0
    """How much the picture is darkened round the letters."""
    rule: bool = False


_STYLES = {
    "super": _Style(_Type(ITALIC, 0.068, 0.035), _Type(ITALIC, 0.0544, 0.035), y=0.84, shadow=0.55),
    "card": _Style(_Type(SERIF, 0.105, 0.10), _Type(ITALIC, 0.0546, 0.04), y=0.485),
    "credit": _Style(_Type(SANS, 0.0302, 0.22, capitals=True), _Type(SERIF, 0.072, 0.06), shadow=0.4),
    "lower third": _Style(
        _Type(SERIF, 0.074, 0.02, 1.24), _Type(SANS, 0.0315, 0.16, 1.5, capitals=True), 0.0, 0.86, 0.6, True
    ),
    "caption": _Style(_Type(SANS, 0.036, 0.2, 1.55, capitals=True), _Type(ITALIC, 0.05, 0.02, 1.3), 0.0, 0.885, 0.55),
    "crawl": _Style(_Type(SERIF, 0.062, 0.04, 1.5), _Type(SERIF, 0.052, 0.03, 1.5), shadow=0.35),
}
_ALONE = _Type(SERIF, 0.072, 0.06)
"""A credit of one line is a name without a role."""
_CENTRES = {"top": 0.14, "bottom": 0.86, "centre": 0.5, "center": 0.5, "middle": 0.5}
_SIDES = {"left": 0.0, "right": 1.0}


def draw_overlay(rgb8: Picture, overlay: Overlay, t: float, size: tuple[int, int]) -> Picture:
    """``rgb8`` (H, W, 3) with ``overlay`` as it stands at shot second ``t``; ``rgb8`` itself outside its time.

    ``size`` (width, height) is the picture's. Fades in and out over 0.7 s, less when the overlay is short; a crawl
    runs up through the whole picture instead.
    """
    if not overlay.start <= t < overlay.end:
        return rgb8
    style = _STYLES.get(overlay.style, _STYLES["super"])
    if overlay.style == "crawl":
        return _crawl(rgb8, overlay, t, size, style)
    level = _level(overlay, t)
    if level <= 0.0:
        return rgb8
    made = _block(overlay.text, overlay.style, overlay.place, size)
    out = _inked(rgb8, made.ink, made.shade * np.float32(style.shadow), (made.x, made.y), level, _INK)
    if style.rule:
        _draw_rule(out, made, overlay, t, level)
    return out


def card(text: str, size: tuple[int, int]) -> Picture:
    """``text`` alone on black, (H, W, 3): the first line large, the rest smaller in italics."""
    black = np.zeros((size[1], size[0], 3), np.uint8)
    return draw_overlay(black, Overlay(text, 0.0, 1e6, "card"), 1e3, size)


@dataclass(frozen=True, slots=True)
class _Block:
    """Set type and where its top left corner stands; ``rule`` is x, y and length of its rule."""

    ink: Coverage
    shade: NDArray[np.float32]
    x: int
    y: int
    rule: tuple[int, int, int]


@lru_cache(maxsize=8)
def _block(text: str, style_name: str, place: str, size: tuple[int, int]) -> _Block:
    style = _STYLES.get(style_name, _STYLES["super"])
    width, height = size
    lines = _lines(text, style_name, style, size)
    words = place.replace("-", " ").lower().split()
    side = next((_SIDES[w] for w in words if w in _SIDES), 0.5 if words else style.x)
    middle = next((_CENTRES[w] for w in words if w in _CENTRES), style.y)
    align = "left" if side < 0.25 else "right" if side > 0.75 else "centre"
    ink = set_lines(lines, align, (1 - 2 * _SAFE_X) * width)
    h, w = ink.shape
    margin = 0.25 * max(line.size for line in lines)
    x = (_SAFE_X * width - margin) + side * ((1 - 2 * _SAFE_X) * width + 2 * margin - w)
    lowest = (1 - _SAFE_Y) * height - h + margin
    y = min(max(middle * height - h / 2, _SAFE_Y * height - margin), max(lowest, 0.0))
    # The shade reaches past the letters: a margin round them, cut off at the picture's edge.
    pad = round(height * 0.05)
    padded = np.pad(ink, pad)
    blur = cv2.GaussianBlur(padded.astype(np.float32), (0, 0), max(height * 0.012, 0.8))
    shade = np.clip(blur * (2.2 / 255.0), 0.0, 1.0)
    if style.rule:
        # A soft plate besides, so that thin letters hold on a restless picture.
        plate = np.zeros(padded.shape, np.float32)
        plate[pad : pad + h, pad : pad + w] = 0.42
        shade = np.maximum(shade, cv2.GaussianBlur(plate, (0, 0), height * 0.03))
    rule_y = round(y + lines[0].size * lines[0].leading * (1.06 if len(lines) > 1 else 1.0))
    long = round(min(w - 2 * margin, height * 0.62))
    rule_x = round(x + margin + (w - 2 * margin - long) * side)
    return _Block(padded, np.asarray(shade, np.float32), round(x) - pad, round(y) - pad, (rule_x, rule_y, long))


def _lines(text: str, style_name: str, style: _Style, size: tuple[int, int]) -> list[Line]:
    """The lines of a title in their type, shrunk together when they are too many for the picture."""
    width, height = size
    written = [" ".join(line.split()) for line in text.split("\n")]
    written = [line for line in written if line or style_name == "crawl"] or [""]
    kinds = [style.first, *([style.rest] * (len(written) - 1))]
    if style_name == "credit" and len(written) == 1:
        kinds = [_ALONE]
    lines = []
    for line, kind in zip(written, kinds, strict=True):
        shown = line.upper() if kind.capitals else line
        lines.append(Line(shown, kind.font, kind.size * height, kind.tracking, kind.leading))
    if style_name in ("super", "caption"):
        lines = [piece for line in lines for piece in wrapped(line, (1 - 2 * _SAFE_X) * width)]
    tall = sum(line.size * line.leading for line in lines)
    most = (1 - 2 * _SAFE_Y) * height
    if tall > most and style_name != "crawl":
        part = most / tall
        lines = [Line(line.text, line.font, line.size * part, line.tracking, line.leading) for line in lines]
    return lines


def _inked(
    rgb8: Picture,
    ink: Coverage,
    shade: NDArray[np.float32],
    at: tuple[int, int],
    level: float,
    colour: Sequence[float],
) -> Picture:
    """``ink`` (h, w) laid on a copy of the picture with its corner ``at`` (x, y), its shade under it."""
    out = rgb8.copy()
    height, width = rgb8.shape[:2]
    x0, y0 = max(at[0], 0), max(at[1], 0)
    x1, y1 = min(at[0] + ink.shape[1], width), min(at[1] + ink.shape[0], height)
    if x1 <= x0 or y1 <= y0:
        return out
    part = (slice(y0 - at[1], y1 - at[1]), slice(x0 - at[0], x1 - at[0]))
    under = rgb8[y0:y1, x0:x1].astype(np.float32)
    under *= 1.0 - shade[part][..., None] * np.float32(level)
    alpha = ink[part].astype(np.float32)[..., None] * np.float32(level / 255.0)
    paint = np.array(colour, np.float32) * np.float32(255.0)
    out[y0:y1, x0:x1] = np.rint(under + (paint - under) * alpha).astype(np.uint8)
    return out


def _draw_rule(out: Picture, made: _Block, overlay: Overlay, t: float, level: float) -> None:
    """A hair line that is drawn out under the name as it comes, in place."""
    x, y, long = made.rule
    u = min(1.0, (t - overlay.start) / 0.9)
    drawn = round(long * (1.0 - (1.0 - u) ** 3))
    thick = max(1, round(out.shape[0] * 0.0035))
    if drawn < 1 or not 0 <= y < out.shape[0]:
        return
    stretch = out[y : y + thick, max(x, 0) : x + drawn].astype(np.float32)
    paint = np.array(_RULE, np.float32) * np.float32(255.0)
    out[y : y + thick, max(x, 0) : x + drawn] = np.rint(stretch + (paint - stretch) * np.float32(level)).astype(
        np.uint8
    )


def _crawl(rgb8: Picture, overlay: Overlay, t: float, size: tuple[int, int], style: _Style) -> Picture:
    """A roll of lines, from below the picture to above it over the overlay's time; moved by parts of a pixel."""
    ink = _roll(overlay.text, size)
    height = size[1]
    travel = height + ink.shape[0]
    top = height - travel * (t - overlay.start) / max(overlay.end - overlay.start, 1e-6)
    whole = int(np.floor(top))
    moved = cv2.warpAffine(
        ink,
        np.array([[1.0, 0.0, 0.0], [0.0, 1.0, top - whole]]),
        (ink.shape[1], ink.shape[0] + 1),
        flags=cv2.INTER_LINEAR,
    )
    x = (size[0] - ink.shape[1]) // 2
    shade = np.clip(cv2.GaussianBlur(moved.astype(np.float32), (0, 0), max(height * 0.012, 0.8)) * (2.2 / 255.0), 0, 1)
    return _inked(
        rgb8, np.asarray(moved, np.uint8), np.asarray(shade * style.shadow, np.float32), (x, whole), 1.0, _INK
    )


@lru_cache(maxsize=2)
def _roll(text: str, size: tuple[int, int]) -> Coverage:
    lines = _lines(text, "crawl", _STYLES["crawl"], size)
    return np.pad(set_lines(lines, "centre", (1 - 2 * _SAFE_X) * size[0]), round(size[1] * 0.03))


def _level(overlay: Overlay, t: float) -> float:
    fade = max(min(_FADE, (overlay.end - overlay.start) / 3), 1e-6)
    x = min(1.0, (t - overlay.start) / fade, (overlay.end - t) / fade)
    return x * x * (3 - 2 * x)
