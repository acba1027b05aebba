"""Screenplay text to plain words: emphasis marks out, escapes resolved, spaces collapsed."""

from __future__ import annotations

import re

_MARK = re.compile(r"\\[*_]|\*{1,3}|_")


def plain(text: str) -> str:
    """Emphasis marks removed, escapes resolved, spaces collapsed; one pass, whatever the marks."""
    if "*" not in text and "_" not in text:
        return " ".join(text.split())
    marks = list(_MARK.finditer(text))
    open_at: dict[str, int] = {}
    dropped = [False] * len(marks)
    for index, mark in enumerate(marks):
        kind = mark[0]
        if kind[0] == "\\":
            continue
        opens = mark.end() < len(text) and not text[mark.end()].isspace()
        closes = mark.start() > 0 and not text[mark.start() - 1].isspace()
        if closes and kind in open_at:
            dropped[open_at.pop(kind)] = dropped[index] = True
        elif opens:
            open_at[kind] = index
    pieces: list[str] = []
    position = 0
    for mark, drop in zip(marks, dropped, strict=True):
        pieces.append(text[position : mark.start()])
        pieces.append("" if drop else mark[0].removeprefix("\\"))
        position = mark.end()
    return " ".join("".join([*pieces, text[position:]]).split())
