"""Emphasis: ``*italic*``, ``**bold**``, ``***both***``, ``_underline_``, and ``\\`` before a mark that is only a mark."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(r"\\[*_\\]|\*{1,3}|_")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False


def emphasis_runs(text: str) -> tuple[Run, ...]:
    """The runs of one line of text, in order, neighbours differing in style; one linear pass.

    A mark opens when something other than a space follows and closes when something other than a space stands before
    it. A mark whose other half is missing is itself. Emphasis never runs over a line end: give one line at a time.
    """
    if not text:
        return ()
    if "*" not in text and "_" not in text and "\\" not in text:
        return (Run(text),)
    units = _units(text)
    pairs = _pairs(text, units)
    runs: list[Run] = []
    styles = {"**": False, "*": False, "_": False}
    pending: list[str] = []

    def close() -> None:
        if pending:
            runs.append(Run("".join(pending), styles["**"], styles["*"], styles["_"]))
            pending.clear()

    position = 0
    for index, (start, end, mark) in enumerate(units):
        pending.append(text[position:start])
        position = end
        if mark.startswith("\\"):
            pending.append(mark[1:])
        elif not pairs[index]:
            pending.append(mark)
        else:
            pending = [piece for piece in pending if piece]
            close()
            styles[mark] = not styles[mark]
    pending = [piece for piece in [*pending, text[position:]] if piece]
    close()
    return tuple(runs)


def plain(text: str) -> str:
    """Text with its emphasis marks taken off and its escapes resolved, line by line; white space is kept."""
    if "*" not in text and "_" not in text and "\\" not in text:
        return text
    return "\n".join("".join(run.text for run in emphasis_runs(line)) for line in text.split("\n"))


def _units(text: str) -> list[tuple[int, int, str]]:
    """Marks with their places; three asterisks are two marks, the inner one second where they open."""
    units: list[tuple[int, int, str]] = []
    for match in _MARK.finditer(text):
        start, end, mark = match.start(), match.end(), match[0]
        if mark == "***":
            opens = end < len(text) and not text[end].isspace()
            first = "**" if opens else "*"
            units.append((start, start + len(first), first))
            units.append((start + len(first), end, "*" if opens else "**"))
        else:
            units.append((start, end, mark))
    return units


def _pairs(text: str, units: list[tuple[int, int, str]]) -> list[bool]:
    """Which marks have their other half."""
    paired = [False] * len(units)
    open_at: dict[str, int] = {}
    for index, (start, end, mark) in enumerate(units):
        if mark.startswith("\\"):
            continue
        last = end
        while last < len(text) and text[last] in "*_":
            last += 1
            if last - end > 3:
                break
        before = start
        while before > 0 and text[before - 1] in "*_" and start - before < 3:
            before -= 1
        opens = last < len(text) and not text[last].isspace()
        closes = before > 0 and not text[before - 1].isspace()
        if closes and mark in open_at:
            paired[open_at.pop(mark)] = paired[index] = True
        elif opens:
            open_at[mark] = index
    return paired
