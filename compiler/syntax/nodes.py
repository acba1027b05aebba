"""Syntax nodes: a screenplay with directions, as written. Every node has a span; none knows what it means.

Spans are positions, not content: two trees are equal when they say the same, wherever it stands. In a line of screenplay
comments are blanked, not cut out, so that its characters keep their distances; in directives runs of blanks are one space.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeAlias

from compiler.diagnostics import Span

_first = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text and where it stands."""

    text: str
    span: Span = field(compare=False)
    breaks: tuple[tuple[int, int], ...] = field(default=(), compare=False, repr=False)
    """(index, characters of the source left out up to it), in order: where the text was run together."""

    def at(self, index: int) -> int:
        """The offset in the source of a character of the text."""
        if not self.breaks:
            return self.span.start + index
        place = bisect_right(self.breaks, index, key=_first)
        return self.span.start + index + (self.breaks[place - 1][1] if place else 0)


@dataclass(frozen=True, slots=True)
class TitlePage:
    """(key, value) pairs; the lines of a value are joined by LF."""

    entries: tuple[tuple[str, Text], ...]
    span: Span = field(compare=False)
    written: str = ""
    """This element as written, line endings LF, when comments stand inside it; "" when none do. So in every element."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A scene heading; ``number`` without its ``#`` marks, ``text`` without the dot that forces it."""

    text: str
    number: str
    forced: bool
    span: Span = field(compare=False)
    written: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A paragraph of action, its lines as written: indentation kept, tabs as four spaces, forcing ``!`` taken off."""

    lines: tuple[Text, ...]
    span: Span = field(compare=False)
    forced: bool = False
    written: str = ""
    joined: bool = field(default=False, compare=False)
    """It goes on with the paragraph of the action before it, which a directing note has parted."""


@dataclass(frozen=True, slots=True)
class Parenthetical:
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SpeechLine:
    """A spoken or sung line; "" is an empty line that two spaces keep inside the speech."""

    text: str
    lyric: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A cue and what follows it. ``name`` and ``extensions`` are split; ``dual`` marks a caret.

    A directive that happens at a word is one of the parts: it stands after the line it is written in.
    """

    name: str
    extensions: tuple[str, ...]
    parts: tuple[Parenthetical | SpeechLine | Directive, ...]
    dual: bool
    forced: bool
    span: Span = field(compare=False)
    name_span: Span = field(compare=False, default=Span(0, 0))
    written: str = ""


@dataclass(frozen=True, slots=True)
class Lyric:
    text: str
    span: Span = field(compare=False)
    written: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    text: str
    forced: bool
    span: Span = field(compare=False)
    written: str = ""


@dataclass(frozen=True, slots=True)
class Centered:
    text: str
    span: Span = field(compare=False)
    written: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    level: int
    text: str
    span: Span = field(compare=False)
    written: str = ""


@dataclass(frozen=True, slots=True)
class Synopsis:
    text: str
    span: Span = field(compare=False)
    written: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    span: Span = field(compare=False)
    written: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A note or a boneyard; ``text`` is what stands between its marks, line endings LF.

    ``inside``: it stands within the element before it, whose ``written`` has it.
    """

    text: str
    boneyard: bool
    span: Span = field(compare=False)
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A property line of a block: ``key``, optional time of day, value.

    A value that goes on over further lines has them all in ``lines``, the first being what stands on the key's own line,
    perhaps nothing; ``value`` is those lines joined by single spaces. ``span`` covers key and value.
    """

    key: str
    when: str
    value: Text
    span: Span = field(compare=False)
    lines: tuple[Text, ...] = ()

    @property
    def key_span(self) -> Span:
        """Where the key stands."""
        return Span(self.span.start, self.span.start + len(self.key), self.span.file)


@dataclass(frozen=True, slots=True)
class Directive:
    """``keyword phrase, phrase, …`` with its block: properties, and description for the rest.

    ``head`` is everything after the keyword, its lines joined by single spaces; ``note`` is true for one written as a note,
    ``inside`` for one that stands within the element before it.
    """

    keyword: str
    head: Text
    properties: tuple[Property, ...]
    description: tuple[Text, ...]
    note: bool
    span: Span = field(compare=False)
    inside: bool = False
    written: str = ""


Element: TypeAlias = (
    TitlePage
    | Heading
    | Action
    | Dialogue
    | Lyric
    | Transition
    | Centered
    | Section
    | Synopsis
    | PageBreak
    | Comment
    | Directive
)


@dataclass(frozen=True, slots=True)
class Screenplay:
    """A parsed source: its elements in written order.

    Every comment and every directing note is an element, but for those that are parts of a speech. One that stands
    within an element follows it and says ``inside``; the spans of the others never overlap, and nothing but white space
    stands between them. ``seams`` says for each element how it is joined to the one before: an empty line (two line
    feeds), a line end, or on the same line; () when nothing is known.
    """

    elements: tuple[Element, ...]
    seams: tuple[str, ...] = field(default=(), compare=False, repr=False)
