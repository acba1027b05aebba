"""Titles: words over the picture, and cards on black, set in the fonts the project ships.

Text is laid out letter by letter with tracking, so that a title breathes; sizes follow the picture's height, and
nothing leaves the title-safe area (90 % of the width, 86 % of the height).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from compiler.staging.model import Overlay

Picture = NDArray[np.uint8]

_FONTS = Path(__file__).resolve().parents[2] / "stdlib" / "fonts"
_INK = (0.955, 0.94, 0.905)
"""A warm paper white, as an optical title is."""
_FADE = 0.7


@dataclass(frozen=True, slots=True)
class _Style:
    font: str
    small: str
    """Font of all lines but the largest; credits put the role in it."""
    height: float
    """Type size as a share of the picture's height."""
    tracking: float
    """Extra space between letters, in ems."""
    centre: float
    """Where the block's middle stands, 0 top .. 1 foot."""
    shadow: bool


_STYLES = {
    "super": _Style("EBGaramond-Italic.otf", "EBGaramond-Italic.otf", 0.068, 0.035, 0.84, True),
    "card": _Style("EBGaramond-Regular.otf", "EBGaramond-Italic.otf", 0.105, 0.10, 0.485, False),
    "credit": _Style("EBGaramond-Regular.otf", "Inter-Regular.otf", 0.072, 0.06, 0.5, False),
}


def draw_overlay(rgb8: Picture, overlay: Overlay, t: float, size: tuple[int, int]) -> Picture:
    """``rgb8`` (H, W, 3) with ``overlay`` as it stands at shot second ``t``; ``rgb8`` itself outside its time.

    ``size`` (width, height) is the picture's. Fades in and out over 0.7 s, less when the overlay is short.
    """
    level = _level(overlay, t)
    if level <= 0.0:
        return rgb8
    ink, shade = _letters(overlay.text, overlay.style, size)
    alpha = ink.astype(np.float32)[..., None] * np.float32(level / 255.0)
    under = rgb8.astype(np.float32)
    if _style(overlay.style).shadow:
        under *= 1.0 - shade.astype(np.float32)[..., None] * np.float32(0.55 * level / 255.0)
    colour = np.array(_INK, np.float32) * np.float32(255.0)
    out: Picture = np.rint(under + (colour - under) * alpha).astype(np.uint8)
    return out


def card(text: str, size: tuple[int, int]) -> Picture:
    """``text`` alone on black, (H, W, 3): the first line large, the rest smaller in italics."""
    black = np.zeros((size[1], size[0], 3), np.uint8)
    return draw_overlay(black, Overlay(text, 0.0, 1e6, "card"), 1e3, size)


def _style(name: str) -> _Style:
    return _STYLES.get(name, _STYLES["super"])


def _level(overlay: Overlay, t: float) -> float:
    if t < overlay.start or t >= overlay.end:
        return 0.0
    fade = max(min(_FADE, (overlay.end - overlay.start) / 3), 1e-6)
    x = min(1.0, (t - overlay.start) / fade, (overlay.end - t) / fade)
    return x * x * (3 - 2 * x)


@lru_cache(maxsize=8)
def _letters(text: str, style_name: str, size: tuple[int, int]) -> tuple[Picture, Picture]:
    """Coverage of the ink and of the soft shade beneath it, (H, W) uint8 each."""
    style = _style(style_name)
    width, height = size
    # Drawn at double size and averaged: the letters sit evenly wherever tracking puts them.
    scale = 2
    image = Image.new("L", (width * scale, height * scale))
    draw = ImageDraw.Draw(image)
    lines = _lines(text, style_name)
    room = 0.9 * width * scale
    sizes = [style.height * share * height * scale for _, _, share, _ in lines]
    for i, (line, font, _, tracking) in enumerate(lines):
        wide = _measure(line, font, sizes[i], tracking)
        sizes[i] *= min(1.0, room / max(wide, 1.0))
    leading = [s * 1.32 for s in sizes]
    block = sum(leading)
    if block > 0.86 * height * scale:
        shrink = 0.86 * height * scale / block
        sizes, leading, block = [s * shrink for s in sizes], [s * shrink for s in leading], block * shrink
    middle = min(style.centre * height * scale, 0.93 * height * scale - block / 2)
    y = middle - block / 2
    for (line, font, _, tracking), point, step in zip(lines, sizes, leading, strict=True):
        x = (width * scale - _measure(line, font, point, tracking)) / 2
        face = _face(font, point)
        for letter, advance in _advances(line, font, point, tracking):
            draw.text((x, y + step * 0.76), letter, fill=255, font=face, anchor="ls")
            x += advance
        y += step
    ink = np.asarray(image.resize((width, height), Image.Resampling.BOX), np.uint8)
    import cv2

    blur = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), max(height * 0.012, 0.8))
    return ink, np.clip(blur * 2.2, 0, 255).astype(np.uint8)


def _lines(text: str, style_name: str) -> list[tuple[str, str, float, float]]:
    """(line, font, share of the style's size, tracking) from the top."""
    style = _style(style_name)
    lines = [line.strip() for line in text.split("\n") if line.strip()] or [""]
    match style_name:
        case "card":
            first = [(lines[0], style.font, 1.0, style.tracking)]
            return first + [(line, style.small, 0.52, 0.04) for line in lines[1:]]
        case "credit" if len(lines) > 1:
            first = [(lines[0].upper(), style.small, 0.42, 0.22)]
            return first + [(line, style.font, 1.0, style.tracking) for line in lines[1:]]
        case _:
            return [(line, style.font, 1.0 if i == 0 else 0.8, style.tracking) for i, line in enumerate(lines)]


def _advances(line: str, font: str, point: float, tracking: float) -> list[tuple[str, float]]:
    """Letters with what each moves the pen, kerned by the pair."""
    face = _face(font, point)
    out = []
    for i, letter in enumerate(line):
        after = line[i + 1 : i + 2]
        pair = face.getlength(letter + after) - face.getlength(after) if after else face.getlength(letter)
        out.append((letter, pair + (tracking * point if after else 0.0)))
    return out


def _measure(line: str, font: str, point: float, tracking: float) -> float:
    return sum(advance for _, advance in _advances(line, font, point, tracking))


@lru_cache(maxsize=32)
def _face(font: str, point: float) -> ImageFont.FreeTypeFont:
    # The basic layout engine is always there; the other one depends on how Pillow was built.
    return ImageFont.truetype(str(_FONTS / font), round(point, 2), layout_engine=ImageFont.Layout.BASIC)
