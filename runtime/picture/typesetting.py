"""Words set in type: lines of the project's fonts, tracked and kerned letter by letter, as coverage.

Nothing here knows of titles or time; sizes are pixels.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from stdlib.letters import ITALIC, SANS, SERIF, letters_of

Coverage = NDArray[np.uint8]

_FONTS = Path(__file__).resolve().parents[2] / "stdlib" / "fonts"
_OVER = 2
"""Drawn at this many times the size and averaged: the letters sit evenly wherever tracking puts them."""
_SUBSTITUTES = {SERIF: (SANS,), ITALIC: (SERIF, SANS), SANS: (SERIF,)}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type: ``size`` of the type in pixels, ``tracking`` in ems, ``leading`` in sizes to the next line."""

    text: str
    font: str
    size: float
    tracking: float = 0.0
    leading: float = 1.32


def set_lines(lines: Sequence[Line], align: str, room: float) -> Coverage:
    """(h, w) uint8 coverage of ``lines`` under one another; ``align``: left, centre, right. Wider ones shrink to ``room``."""
    fitted = [_fitted(line, room) for line in lines]
    widths = [measure(line) for line in fitted]
    steps = [line.size * line.leading for line in fitted]
    margin = 0.25 * max((line.size for line in fitted), default=1.0)
    width = max(1, round(max(widths, default=1.0) + 2 * margin))
    height = max(1, round(sum(steps) + margin))
    image = Image.new("L", (width * _OVER, height * _OVER))
    draw = ImageDraw.Draw(image)
    y = 0.0
    for line, wide, step in zip(fitted, widths, steps, strict=True):
        slack = {"left": 0.0, "right": 1.0}.get(align, 0.5)
        x = margin + (width - 2 * margin - wide) * slack
        for letter, font, advance in _advances(line):
            at = (x * _OVER, (y + step * 0.76) * _OVER)
            draw.text(at, letter, fill=255, font=_face(font, line.size * _OVER), anchor="ls")
            x += advance
        y += step
    return np.asarray(image.resize((width, height), Image.Resampling.BOX), np.uint8)


def measure(line: Line) -> float:
    """Width of a line in pixels."""
    return sum(advance for _, _, advance in _advances(line))


def wrapped(line: Line, room: float) -> list[Line]:
    """The line broken between words where it is wider than ``room``."""
    words = line.text.split()
    out: list[Line] = []
    current = ""
    for word in words:
        longer = f"{current} {word}".strip()
        if current and measure(Line(longer, line.font, line.size, line.tracking)) > room:
            out.append(Line(current, line.font, line.size, line.tracking, line.leading))
            current = word
        else:
            current = longer
    return [*out, Line(current, line.font, line.size, line.tracking, line.leading)]


def _fitted(line: Line, room: float) -> Line:
    wide = measure(line)
    if wide <= room:
        return line
    return Line(line.text, line.font, line.size * room / wide, line.tracking, line.leading)


def _advances(line: Line) -> list[tuple[str, str, float]]:
    """Letters with their fonts and what each moves the pen, kerned by the pair where the font is the same."""
    letters = _clusters(unicodedata.normalize("NFC", line.text))
    fonts = [_font_of(letter, line.font) for letter in letters]
    out = []
    for i, (letter, font) in enumerate(zip(letters, fonts, strict=True)):
        face = _face(font, line.size)
        last = i + 1 == len(letters)
        if last or fonts[i + 1] != font:
            wide = face.getlength(letter)
        else:
            wide = face.getlength(letter + letters[i + 1]) - face.getlength(letters[i + 1])
        out.append((letter, font, wide + (0.0 if last else line.tracking * line.size)))
    return out


def _clusters(text: str) -> list[str]:
    """Letters with the marks that stand on them."""
    out: list[str] = []
    for char in text:
        if out and unicodedata.combining(char):
            out[-1] += char
        elif unicodedata.category(char) not in ("Cf", "Cc"):
            out.append(char)
    return out


def _font_of(letter: str, font: str) -> str:
    if letter.isascii() or ord(letter[0]) in letters_of(font):
        return font
    return next((other for other in _SUBSTITUTES.get(font, ()) if ord(letter[0]) in letters_of(other)), font)


@lru_cache(maxsize=64)
def _face(font: str, point: float) -> ImageFont.FreeTypeFont:
    # The basic layout engine is always there; the other one depends on how Pillow was built.
    return ImageFont.truetype(str(_FONTS / font), max(round(point, 2), 1.0), layout_engine=ImageFont.Layout.BASIC)
