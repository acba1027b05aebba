"""The full-fidelity view: a source as its elements and what stands between them, to the last character."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.diagnostics import Span
from compiler.syntax import nodes as n
from compiler.syntax.source import Source


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a source: an element, or (``element`` is ``None``) the white space between two."""

    text: str
    span: Span
    element: n.Element | None


def pieces(source: Source, screenplay: n.Screenplay) -> Iterator[Piece]:
    """The whole source in order: joining the texts gives it back, byte for byte (after ``source.mark``)."""
    position = 0
    for element in screenplay.elements:
        if isinstance(element, n.Comment | n.Directive) and element.inside:
            continue
        span = element.span
        if span.start > position:
            yield Piece(source.text[position : span.start], Span(position, span.start, source.name), None)
        yield Piece(source.text[span.start : span.end], span, element)
        position = span.end
    if position < len(source.text):
        yield Piece(source.text[position:], Span(position, len(source.text), source.name), None)


def children(node: n.Element | n.Parenthetical | n.SpeechLine | n.Property) -> tuple[Span, ...]:
    """The spans of what a node is made of, in order; each lies within the node's own."""
    match node:
        case n.TitlePage():
            return tuple(value.span for _, value in node.entries)
        case n.Action():
            return tuple(line.span for line in node.lines)
        case n.Dialogue():
            return (node.name_span, *(part.span for part in node.parts))
        case n.Directive():
            inner = [text.span for text in node.description] + [item.span for item in node.properties]
            return (node.head.span, *sorted(inner))
        case n.Property():
            return (node.key_span, node.value.span, *(line.span for line in node.lines))
        case _:
            return ()
