"""Notes ``[[ ]]`` and boneyard ``/* */``: found first, blanked to spaces, so that every other offset stays true.

Line ends within a comment are blanked too: the line it begins on goes on behind it, as if the comment were not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.syntax.nodes import Comment

_OPEN = re.compile(r"\[\[|/\*")
_LINE_END = re.compile(r"\r\n?|\n")
_EMPTY_LINE = re.compile(r"(?>\r\n?|\n) ?(?=[\r\n])")
_MOST_REPORTS = 20
"""Unclosed comments reported one by one; a file with more has one mistake, not hundreds."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Text with comments blanked and the comments themselves, in order."""

    text: str
    comments: tuple[Comment, ...]


def mask_comments(text: str, file: str, report: Report, base: int = 0) -> Masked:
    """Blank out every comment, in one linear scan. ``base`` is added to every span.

    A note ends at the first ``]]``, a boneyard at the first ``*/``: neither nests. A note that would run over an empty
    line is not a note (two spaces keep an empty line inside), and is reported. An unclosed boneyard runs to the end
    and is reported.
    """
    match = _OPEN.search(text)
    if match is None:
        return Masked(text, ())
    pieces: list[str] = []
    comments: list[Comment] = []
    position = reported = 0
    close = {"[[": text.find("]]"), "/*": text.find("*/")}
    empty = _next_empty(text, 0)
    while match:
        begin, mark = match.start(), match[0]
        note = mark == "[["
        if 0 <= close[mark] < begin + 2:
            close[mark] = text.find("]]" if note else "*/", begin + 2)
        end = close[mark]
        if note and empty < begin:
            empty = _next_empty(text, begin)
        if end < 0 or (note and empty < end):
            reported += 1
            if reported <= _MOST_REPORTS:
                _report_unclosed(text, begin, note, end >= 0, file, base, report)
            if note:
                match = _OPEN.search(text, begin + 2)
                continue
            end = len(text)
        stop = min(end + 2, len(text))
        pieces.append(text[position:begin])
        pieces.append(" " * (stop - begin))
        inner = _LINE_END.sub("\n", text[begin + 2 : end])
        comments.append(Comment(inner, not note, Span(base + begin, base + stop, file)))
        position = stop
        match = _OPEN.search(text, stop)
    pieces.append(text[position:])
    return Masked("".join(pieces), tuple(comments))


def _next_empty(text: str, position: int) -> int:
    match = _EMPTY_LINE.search(text, position)
    return match.start() if match else len(text)


def _report_unclosed(text: str, begin: int, note: bool, later: bool, file: str, base: int, report: Report) -> None:
    ends = "]]" if note else "*/"
    line_end = _LINE_END.search(text, begin)
    at = base + (line_end.start() if line_end else len(text))
    help_text = f"close it with `{ends}`"
    if later:
        help_text += ", or put two spaces on each empty line inside it"
    fix = Fix(f"close it at the end of its line with `{ends}`", (Edit(Span(at, at, file), ends),))
    span = Span(base + begin, base + begin + 2, file)
    report(E.UNCLOSED, span, what="note" if note else "boneyard", help=help_text, fix=fix)
