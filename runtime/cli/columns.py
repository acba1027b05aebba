"""Plain tables for the terminal: as wide as their words, laid out at once however long they are."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Sequence
from unicodedata import combining, east_asian_width

_GAP = "  "


def columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, give: int = -1, right: Collection[int] = ()
) -> str:
    """Rows under a header, left-aligned except for the columns ``right``. Whole wherever it is not read on a terminal; in a
    terminal too narrow for it the column ``give`` is shortened."""
    widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]
    room = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - room
    if room and over > 0 and give >= 0:
        widths[give] = max(width(header[give]), widths[give] - over)
        rows = [[fitted(cell, widths[give]) if at == give else cell for at, cell in enumerate(row)] for row in rows]
    lines = [
        _GAP.join(
            _padded(cell, most, at in right) for at, (cell, most) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (header, *rows)
    ]
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        lines[0] = f"\x1b[2m{lines[0]}\x1b[0m"
    return "\n".join(lines)


def width(text: str) -> int:
    """Columns a text takes in a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def fitted(text: str, most: int) -> str:
    """A text cut to so many columns, with an ellipsis where it was cut."""
    if width(text) <= most:
        return text
    while text and width(text) >= most:
        text = text[:-1]
    return f"{text}…"


def _padded(text: str, most: int, right: bool) -> str:
    room = " " * (most - width(text))
    return room + text if right else text + room
