"""Directive heads to phrases of typed words, through ``film.lark``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, cast

from compiler.diagnostics import Span
from compiler.syntax.nodes import Text

if TYPE_CHECKING:
    from lark import Lark, Token, Tree


@dataclass(frozen=True, slots=True)
class Word:
    """One lexeme. ``kind`` is the grammar's terminal: STRING, MEASURE, NAME, WORD …"""

    kind: str
    text: str
    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class PhraseNode:
    """The words between two commas."""

    words: tuple[Word, ...]
    span: Span = field(compare=False)

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Head:
    """A directive's head: its label (a shot's name) and phrases."""

    label: Word | None
    phrases: tuple[PhraseNode, ...]


def parse_head(text: Text) -> Head:
    """Parse a directive's head. Total: the grammar has a terminal for every character."""
    if not text.text.strip():
        return Head(None, ())
    base, file = text.span.start, text.span.file
    tree = _parser().parse(text.text)
    label: Word | None = None
    phrases: list[PhraseNode] = []
    for child in tree.children:
        if child.data == "label":  # type: ignore[union-attr]
            label = _words(child, base, file)[0]  # type: ignore[arg-type]
            continue
        for phrase in child.children:  # type: ignore[union-attr]
            if getattr(phrase, "data", "") == "phrase":
                words = _words(phrase, base, file)  # type: ignore[arg-type]
                phrases.append(PhraseNode(words, words[0].span.join(words[-1].span)))
    return Head(label, tuple(phrases))


def split_phrases(text: Text) -> tuple[Text, ...]:
    """Comma-separated phrases of free text, each with its own span."""
    parts = []
    position = 0
    for part in text.text.split(","):
        lead = len(part) - len(part.lstrip())
        stripped = part.strip()
        if stripped:
            begin = text.span.start + position + lead
            parts.append(Text(" ".join(stripped.split()), Span(begin, begin + len(stripped), text.span.file)))
        position += len(part) + 1
    return tuple(parts)


def _words(tree: Tree[Token], base: int, file: str) -> tuple[Word, ...]:
    words = []
    for token in cast("list[Token]", tree.children):
        start = base + (token.start_pos or 0)
        words.append(Word(token.type, str(token), Span(start, start + len(token), file)))
    return tuple(words)


@cache
def _parser() -> Lark:
    from lark import Lark

    grammar = resources.files("compiler.syntax").joinpath("film.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False, propagate_positions=False)
