"""Notes ``[[ ]]`` and boneyard ``/* */``: found first, blanked to spaces, so that every other offset stays true."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.syntax.nodes import Comment

_OPEN = re.compile(r"\[\[|/\*")
_BLANK_LINE = re.compile(r"(?>\r\n?|\n){2}")


@dataclass(frozen=True, slots=True)
class Masked:
    """Text with comments blanked (line endings kept) and the comments themselves, in order."""

    text: str
    comments: tuple[Comment, ...]


def mask_comments(text: str, file: str, report: Report) -> Masked:
    """Blank out every comment, in one linear scan.

    A note ends at ``]]``; one that would run over an empty line is not a note (Fountain: use two spaces to
    keep an empty line inside), and is reported. An unclosed boneyard runs to the end and is reported.
    """
    pieces: list[str] = []
    comments: list[Comment] = []
    position = 0
    close = {"[[": text.find("]]"), "/*": text.find("*/")}
    while match := _OPEN.search(text, position):
        begin, mark = match.start(), match[0]
        ends = "]]" if mark == "[[" else "*/"
        if 0 <= close[mark] < begin + 2:
            close[mark] = text.find(ends, begin + 2)
        end = close[mark]
        broken = mark == "[[" and end >= 0 and _BLANK_LINE.search(text, begin, end) is not None
        if end < 0 or broken:
            what = "note" if mark == "[[" else "boneyard"
            report(E.UNCLOSED, Span(begin, begin + 2, file), what=what, help=f"close it with `{ends}`")
            if mark == "[[":
                pieces.append(text[position : begin + 2])
                position = begin + 2
                continue
            end = len(text)
        stop = min(end + 2, len(text))
        pieces.append(text[position:begin])
        pieces.append(_blank(text[begin:stop]))
        comments.append(Comment(text[begin + 2 : end], mark == "/*", Span(begin, stop, file)))
        position = stop
    pieces.append(text[position:])
    return Masked("".join(pieces), tuple(comments))


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)
