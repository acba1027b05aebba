"""Syntax nodes: a screenplay with directions, as written. Every node has a span; none knows what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from compiler.diagnostics import Span


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text and where it stands."""

    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class TitlePage:
    """(key, value) pairs; the lines of a value are joined by LF."""

    entries: tuple[tuple[str, Text], ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    number: str
    forced: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Action:
    """A paragraph of action, its lines as written."""

    lines: tuple[Text, ...]
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Parenthetical:
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class SpeechLine:
    text: str
    lyric: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A cue and what follows it. ``name`` and ``extensions`` are split; ``dual`` marks a caret."""

    name: str
    extensions: tuple[str, ...]
    parts: tuple[Parenthetical | SpeechLine | Directive, ...]
    dual: bool
    forced: bool
    span: Span = field(compare=False)
    name_span: Span = field(compare=False, default=Span(0, 0))


@dataclass(frozen=True, slots=True)
class Lyric:
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Transition:
    text: str
    forced: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Centered:
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Section:
    level: int
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Synopsis:
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class PageBreak:
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Comment:
    """A note or a boneyard; ``text`` is what stands between its marks."""

    text: str
    boneyard: bool
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Property:
    """A property line of a block: ``key``, optional time of day, value."""

    key: str
    when: str
    value: Text
    span: Span = field(compare=False)

    @property
    def key_span(self) -> Span:
        """Where the key stands."""
        return Span(self.span.start, self.span.start + len(self.key), self.span.file)


@dataclass(frozen=True, slots=True)
class Directive:
    """``keyword phrase, phrase, …`` with its block: properties, and description for the rest.

    ``head`` is everything after the keyword; ``note`` is true for one written as a note.
    """

    keyword: str
    head: Text
    properties: tuple[Property, ...]
    description: tuple[Text, ...]
    note: bool
    span: Span = field(compare=False)


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
    """A parsed source: its elements in written order; comments stand where they begin."""

    elements: tuple[Element, ...]
