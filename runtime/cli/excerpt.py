"""Source excerpts for people: lines with carets under what is meant, dashes under what belongs to it, and labels.

Source text is untrusted: control characters, bidirectional overrides and terminal escapes are always shown escaped.
Columns are counted in terminal cells, so that carets stand under wide and combining characters too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from compiler.diagnostics import Span
from compiler.syntax.source import Source

if TYPE_CHECKING:
    from rich.text import Text

WIDEST = 110
"""Terminal cells of source shown on one line; longer lines are cut around what is marked."""
NARROWEST = 40
_TAB = "    "
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Unicode categories that draw nothing or steer the terminal. Joiners inside words (Cf) are kept: see ``shown``."""
_JOINERS = {"\u200c", "\u200d"}
_MOST_MARKS = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to underline: ``^`` for what is wrong, ``-`` for what explains it."""

    span: Span
    primary: bool
    style: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A mark's part on one line: characters ``[begin, end)``; ``label`` is written on its last line."""

    begin: int
    end: int
    mark: Mark
    label: str


def shown(text: str) -> str:
    """Text safe to print: what cannot be seen, or would steer a terminal, is written as ``\\u{202e}``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char in _JOINERS or unicodedata.category(char) not in _UNSEEN else f"\\u{{{ord(char):x}}}"
        for char in text
    )


def excerpt(text: Text, source: Source, marks: Sequence[Mark], gutter: int, width: int = WIDEST) -> None:
    """Append the marked lines of one source, each with its underlines; lines between that carry none are left out."""
    width = max(NARROWEST, min(width, WIDEST))
    lines = _strokes(source, marks[:_MOST_MARKS])
    text.append(" " * gutter + " |\n", "blue")
    before = 0
    for number in sorted(lines):
        if before and number == before + 2 and len(source.line(number - 1)) <= width:
            _source_line(text, number - 1, _Cells(source.line(number - 1), 0, width), gutter)
        elif before and number > before + 1:
            text.append(" " * gutter + "...\n", "blue")
        _line(text, source.line(number), number, lines[number], gutter, width)
        before = number


def _strokes(source: Source, marks: Sequence[Mark]) -> dict[int, list[_Stroke]]:
    lines: dict[int, list[_Stroke]] = {}
    for mark in marks:
        first, begin = source.place(min(mark.span.start, len(source.text)))
        last, end = source.place(min(max(mark.span.end, mark.span.start), len(source.text)))
        if last > first and end == 1:  # the span takes in the line's end, and nothing of the next line
            last, end = last - 1, len(source.line(last - 1)) + 1
        if last == first:
            lines.setdefault(first, []).append(_Stroke(begin - 1, end - 1, mark, mark.label))
            continue
        lines.setdefault(first, []).append(_Stroke(begin - 1, len(source.line(first)), mark, ""))
        tail = source.line(last)
        indent = len(tail) - len(tail.lstrip())
        lines.setdefault(last, []).append(_Stroke(min(indent, end - 1), end - 1, mark, mark.label))
    return lines


def _line(text: Text, line: str, number: int, strokes: list[_Stroke], gutter: int, width: int) -> None:
    strokes = sorted(strokes, key=lambda s: (s.begin, not s.mark.primary))
    main = next((s for s in strokes if s.mark.primary), strokes[0])
    cells = _Cells(line, main.begin, width, main.end)
    _source_line(text, number, cells, gutter)
    row: list[tuple[str, str]] = []
    labels: list[tuple[int, _Stroke]] = []
    for stroke in sorted(strokes, key=lambda s: s.mark.primary):  # what is wrong is drawn over what explains it
        begin, end = cells.at(stroke.begin), cells.at(stroke.end)
        begin = min(begin, cells.width)
        end = max(min(end, cells.width), begin + 1)
        row += [(" ", "")] * (end - len(row))
        row[begin:end] = [("^" if stroke.mark.primary else "-", stroke.mark.style)] * (end - begin)
        if stroke.label:
            labels.append((begin, stroke))
    text.append(" " * gutter + " | ", "blue")
    for style, run in groupby(row, key=lambda cell: cell[1]):
        text.append("".join(char for char, _ in run), style or None)
    labels.sort(key=lambda pair: -pair[0])
    if labels and all(cells.at(s.begin) <= labels[0][0] for s in strokes):
        _, stroke = labels.pop(0)
        text.append(f" {shown(stroke.label)}", stroke.mark.style)
    text.append("\n")
    while labels:
        column, stroke = labels.pop(0)
        text.append(" " * gutter + " | ", "blue")
        position = 0
        for other, leader in sorted(labels, key=lambda pair: pair[0]):
            if position <= other < column:
                text.append(" " * (other - position))
                text.append("|", leader.mark.style)
                position = other + 1
        text.append(" " * (column - position) + shown(stroke.label) + "\n", stroke.mark.style)


def _source_line(text: Text, number: int, cells: _Cells, gutter: int) -> None:
    text.append(f"{number:>{gutter}} | ", "blue")
    text.append(cells.text.rstrip() + "\n")


class _Cells:
    """A line as it is printed: a window of at most ``width`` cells around a point, and where each character stands."""

    def __init__(self, line: str, point: int, width: int, until: int = 0) -> None:
        from rich.cells import get_character_cell_size

        point = min(point, len(line))
        nearby = range(max(0, point - 4 * width), min(len(line), point + 4 * width))
        printed = [_TAB if line[i] == "\t" else shown(line[i]) for i in nearby]
        sizes = [sum(map(get_character_cell_size, text)) for text in printed]
        here, total = point - nearby.start, sum(sizes)
        first, last = 0, len(sizes)
        left_out = nearby.start > 0 or nearby.stop < len(line)
        if total > width or left_out:
            marked = sum(sizes[here : max(here, min(until, nearby.stop) - nearby.start)])
            room = max(width // 4, (width - min(marked, width) - 2) // 2)
            first, used = here, 0
            while first > 0 and used + sizes[first - 1] <= room:
                first, used = first - 1, used + sizes[first - 1]
            last = first
            used = 0
            while last < len(sizes) and used + sizes[last] <= width - 2:
                last, used = last + 1, used + sizes[last]
        self.cut_before = nearby.start + first > 0
        self.cut_after = nearby.start + last < len(line)
        self.first, self.last = nearby.start + first, nearby.start + last
        self.text = "…" * self.cut_before + "".join(printed[first:last]) + "…" * self.cut_after
        self._starts = [int(self.cut_before)]
        for size in sizes[first:last]:
            self._starts.append(self._starts[-1] + size)
        self.width = self._starts[-1] + int(self.cut_after)

    def at(self, index: int) -> int:
        """The cell at which a character of the line begins; the window's edge for one outside."""
        if index < self.first:
            return 0
        if index > self.last:
            return self.width
        return self._starts[index - self.first]
