"""Rewriting a source by edits on spans: whatever an edit does not name stays as it was, to the last space."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.diagnostics import Edit, Span
from compiler.syntax.source import Source


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What a rewriting wants: edits by source name, and what it says of them."""

    edits: dict[str, tuple[Edit, ...]]
    summary: str = ""

    def __bool__(self) -> bool:
        return any(self.edits.values())


NOTHING = Rewrite({})


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made. Two edits of one place keep their order; edits never overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        if edit.span.start < position:
            raise ValueError(f"edits overlap at {edit.span}")
        pieces += (text[position : edit.span.start], edit.text)
        position = edit.span.end
    return "".join([*pieces, text[position:]])


def insert(at: int, text: str, file: str) -> Edit:
    """An edit that puts ``text`` at an offset."""
    return Edit(Span(at, at, file), text)


def line_ending(source: Source) -> str:
    """The ending most lines of a source have; LF for one line."""
    crlf = source.text.count("\r\n")
    lf, cr = source.text.count("\n") - crlf, source.text.count("\r") - crlf
    return max((lf, 2, "\n"), (crlf, 1, "\r\n"), (cr, 0, "\r"))[2]
