"""Comments back among the elements: each exactly where it was written, directing notes at their word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from compiler.diagnostics import Span
from compiler.syntax import nodes as n
from compiler.syntax.lines import TIMED

_LINE_END = re.compile(r"\r\n?|\n")
PARAGRAPH = "\n\n"
"""The seam between paragraphs."""


def weave(
    elements: Sequence[n.Element], notes: Sequence[n.Comment | n.Directive], text: str, masked: str, base: int
) -> list[n.Element]:
    """Elements and comments in one order. ``text`` is the source from offset ``base`` on, ``masked`` without comments.

    A comment between elements is an element. One within an element follows it, marked ``inside``, and the element keeps
    itself as ``written``. A directive that happens in time divides the action it stands in, and is a part of the speech
    it stands in.
    """
    woven: list[n.Element] = []
    at, count = 0, len(notes)
    for element in elements:
        begin = at
        start = _content_start(element)
        while at < count and notes[at].span.start < start:
            at += 1
        woven.extend(notes[begin:at])
        if isinstance(element, n.Action) and at > begin and notes[at - 1].span.end > element.span.start:
            element = _cut(element, notes[at - 1].span.end)
        begin = at
        while at < count and notes[at].span.start < element.span.end:
            at += 1
        if at > begin:
            woven.extend(_within(element, notes[begin:at], text, masked, base))
        else:
            woven.append(element)
    woven.extend(notes[at:])
    return woven


def seams(elements: Sequence[n.Element], text: str, base: int) -> tuple[str, ...]:
    """How each element is joined to the one before it: see ``Screenplay.seams``."""
    joins: list[str] = []
    end = -1
    for element in elements:
        if isinstance(element, n.Comment | n.Directive) and element.inside:
            joins.append("")
            continue
        span = element.span
        gap = PARAGRAPH if end < 0 else text[end - base : span.start - base]
        if gap != PARAGRAPH:
            gap = _seam(gap, isinstance(element, n.Comment))
        joins.append(gap)
        end = span.end
    return tuple(joins)


def _seam(gap: str, comment: bool) -> str:
    ends = len(_LINE_END.findall(gap))
    if ends == 0:
        return " " if gap else ""
    if ends > 1:
        return PARAGRAPH
    indent = _LINE_END.split(gap)[-1].replace("\t", "    ") if comment else ""
    return "\n" + indent


def _content_start(element: n.Element) -> int:
    """Where an element's first word or mark stands; an action's indentation is its own, but comes before it."""
    if isinstance(element, n.Action) and not element.forced:
        first = element.lines[0]
        return first.span.end - len(first.text.lstrip())
    return element.span.start


def _cut(action: n.Action, start: int) -> n.Action:
    """An action without the blanked comment its first line begins with."""
    first = action.lines[0]
    begin = max(start, first.span.end - len(first.text.lstrip()))
    kept = n.Text(first.text.lstrip(), Span(begin, first.span.end, first.span.file))
    return replace(action, lines=(kept, *action.lines[1:]), span=Span(begin, action.span.end, action.span.file))


def _within(
    element: n.Element, notes: Sequence[n.Comment | n.Directive], text: str, masked: str, base: int
) -> list[n.Element]:
    if isinstance(element, n.Action):
        return _in_action(element, notes, text, masked, base)
    inner: list[n.Element] = []
    parts: list[n.Directive] = []
    for note in notes:
        if isinstance(element, n.Dialogue) and isinstance(note, n.Directive) and note.keyword in TIMED:
            parts.append(note)
        else:
            inner.append(replace(note, inside=True))
    written = _written(element.span, text, base)
    if isinstance(element, n.Dialogue) and parts:
        ordered = tuple(sorted((*element.parts, *parts), key=lambda part: part.span.start))
        return [replace(element, parts=ordered, written=written), *inner]
    return [replace(element, written=written), *inner]  # type: ignore[arg-type]


def _in_action(
    action: n.Action, notes: Sequence[n.Comment | n.Directive], text: str, masked: str, base: int
) -> list[n.Element]:
    """An action as the pieces between the directives that happen in it, each piece with its own comments."""
    if not any(isinstance(note, n.Directive) and note.keyword in TIMED for note in notes):
        return [
            replace(action, written=_written(action.span, text, base)),
            *(replace(note, inside=True) for note in notes),
        ]
    pieces: list[n.Element] = []
    held: list[n.Comment | n.Directive] = []
    begin, line = action.span.start, 0
    for note in (*notes, None):
        if note is not None and not (isinstance(note, n.Directive) and note.keyword in TIMED):
            held.append(note)
            continue
        stop = action.span.end if note is None else note.span.start
        taken, line = _taken(action, line, begin, stop, masked, base)
        if taken:
            start = taken[0].span.start
            forced = start > base and masked[start - base - 1] == "!" and start > begin
            span = Span(start - forced, taken[-1].span.end, action.span.file)
            pieces.extend(other for other in held if other.span.start < span.start)
            inner = [replace(other, inside=True) for other in held if span.start <= other.span.start < span.end]
            joined = any(isinstance(piece, n.Action) for piece in pieces)
            pieces.append(n.Action(taken, span, forced, _written(span, text, base) if inner else "", joined))
            pieces.extend(inner)
            pieces.extend(other for other in held if other.span.start >= span.end)
        else:
            pieces.extend(held)
        held = []
        if note is not None:
            pieces.append(note)
            begin = note.span.end
    return pieces


def _taken(action: n.Action, at: int, begin: int, stop: int, masked: str, base: int) -> tuple[tuple[n.Text, ...], int]:
    """The lines of an action between two offsets, and the first line that goes on after them."""
    taken: list[n.Text] = []
    file = action.span.file
    while at < len(action.lines):
        span = action.lines[at].span
        first, last = max(begin, span.start), min(stop, span.end)
        if first < last or begin < span.start == span.end <= stop:
            piece = masked[first - base : last - base].rstrip()
            if not taken and begin > action.span.start and masked[first - base - 1] != "!":
                first += len(piece) - len(piece.lstrip())
                piece = piece.lstrip()
            if piece or span.start == span.end:
                taken.append(n.Text(piece.replace("\t", "    "), Span(first, first + len(piece), file)))
        if span.end > stop:
            break
        at += 1
    return tuple(taken), at


def _written(span: Span, text: str, base: int) -> str:
    return _LINE_END.sub("\n", text[span.start - base : span.end - base])


def uncommented(text: n.Text, comments: Sequence[Span]) -> str:
    """A text without the blanks that its comments left, one space standing where two words would meet."""
    if len(text.text) != text.span.end - text.span.start:
        return " ".join(text.text.split())  # tabs have been widened: offsets no longer hold
    pieces: list[str] = []
    position = text.span.start
    for span in comments:
        if span.end <= position or span.start >= text.span.end:
            continue
        pieces.append(text.text[position - text.span.start : max(position, span.start) - text.span.start])
        position = min(span.end, text.span.end)
    pieces.append(text.text[position - text.span.start :])
    joined = pieces[0]
    for piece in pieces[1:]:
        apart = joined[-1:].isspace() or piece[:1].isspace()
        joined = f"{joined.rstrip()} {piece.lstrip()}" if apart else joined + piece
    return joined.strip() if len(pieces) > 1 and not pieces[0].strip() else joined.rstrip()
