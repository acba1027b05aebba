"""Directive heads to phrases of typed words: one precompiled scanner, built from the terminals of ``film.lark``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import pairwise

from compiler.diagnostics import Span
from compiler.syntax.nodes import Text

_TERMINAL = re.compile(r"^([A-Z]+)\.(\d+): /(.*)/$", re.MULTILINE)
_FREE = re.compile(r'"[^"\r\n]*"|\([^()\r\n]*\)|[^,"(]+|["(]')
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Word:
    """One lexeme. ``kind`` is the grammar's terminal: STRING, ARGUMENTS, MEASURE, NAME, WORD …"""

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
        """The words, with a single space where they stand apart."""
        words = self.words
        if len(words) == 1:
            return words[0].text
        parts = [words[0].text]
        for before, word in pairwise(words):
            parts += ("" if _touch(before, word) else " ", word.text)
        return "".join(parts)


def _touch(before: Word, word: Word) -> bool:
    """Whether two words stand together in the source, like the three of `3/4`. Parentheses are never part of a word."""
    return word.kind != "ARGUMENTS" and 0 < before.span.end == word.span.start


@dataclass(frozen=True, slots=True)
class Head:
    """A directive's head: its label (a shot's name) and phrases."""

    label: Word | None
    phrases: tuple[PhraseNode, ...]


def parse_head(text: Text, names: re.Pattern[str] | None = None) -> Head:
    """Parse a directive's head. Total: what fits no terminal is a MARK of one character.

    ``names`` finds names that are one word whatever they hold: ``DR. OKAFOR``, ``WOMAN WITH DOG``.

    A comma within a string or within parentheses divides nothing; a parenthesis and what it holds are one word of kind
    ARGUMENTS.
    """
    file, at = text.span.file, text.at
    label: Word | None = None
    phrases: list[PhraseNode] = []
    words: list[Word] = []
    for kind, lexeme, start in _lexemes(text.text, names):
        begin = at(start)
        if kind == "COMMA":
            if words:
                phrases.append(PhraseNode(tuple(words), words[0].span.join(words[-1].span)))
                words = []
            continue
        if kind == "LABEL":
            label = Word(kind, lexeme, Span(begin, begin + len(lexeme), file))
            continue
        if (
            kind == "NAME"
            and not lexeme.isascii()
            and " " not in lexeme
            and any(map(str.islower, lexeme.removesuffix("'s")))
        ):
            kind = "WORD"  # a regular expression knows no lower case beyond a to z
        words.append(Word(kind, lexeme, Span(begin, begin + len(lexeme), file)))
    if words:
        phrases.append(PhraseNode(tuple(words), words[0].span.join(words[-1].span)))
    return Head(label, tuple(phrases))


def _lexemes(text: str, names: re.Pattern[str] | None) -> Iterator[tuple[str, str, int]]:
    """(terminal, text, offset) of every lexeme."""
    if names is None or not (named := list(names.finditer(text))):
        yield from ((found.lastgroup or "COMMA", found[0], found.start()) for found in _scanner().finditer(text))
        return
    position = 0
    while match := _scanner().search(text, position):
        while named and named[0].start() < position:
            del named[0]  # inside a string, or among arguments
        if named and named[0].start() <= match.start():
            name = named.pop(0)
            yield "NAME", name[0], name.start()
            position = name.end()
        else:
            yield match.lastgroup or "COMMA", match[0], match.start()
            position = match.end()


def split_phrases(text: Text) -> tuple[Text, ...]:
    """Comma-separated phrases of free text, each with its own span and with single spaces.

    Commas and spaces within a string, and commas within parentheses, are the phrase's own.
    """
    whole = text.text
    if '"' not in whole and "(" not in whole:
        return _split_plain(text)
    parts: list[Text] = []
    pieces: list[str] = []
    begin = position = 0

    def close() -> None:
        lead = len(whole[begin:position]) - len(whole[begin:position].lstrip())
        stripped = whole[begin:position].strip()
        if stripped:
            parts.append(_phrase(text, "".join(pieces).strip(), begin + lead, len(stripped)))
        pieces.clear()

    while position < len(whole):
        match = _FREE.match(whole, position)
        if match is None:
            close()
            position += 1
            begin = position
            continue
        piece = match[0]
        pieces.append(piece if piece[0] == '"' else _SPACES.sub(" ", piece))
        position = match.end()
    close()
    return tuple(parts)


def _split_plain(text: Text) -> tuple[Text, ...]:
    parts = []
    position = 0
    for part in text.text.split(","):
        stripped = part.strip()
        if stripped:
            begin = position + len(part) - len(part.lstrip())
            parts.append(_phrase(text, " ".join(stripped.split()), begin, len(stripped)))
        position += len(part) + 1
    return tuple(parts)


def _phrase(text: Text, phrase: str, begin: int, length: int) -> Text:
    return Text(phrase, Span(text.at(begin), text.at(begin + length - 1) + 1, text.span.file))


@cache
def _scanner() -> re.Pattern[str]:
    """Every terminal as one alternation, the highest number first; a label stands at the very beginning only."""
    grammar = resources.files("compiler.syntax").joinpath("film.lark").read_text(encoding="utf-8")
    terminals = sorted(_TERMINAL.findall(grammar), key=lambda t: -int(t[1]))
    parts = [
        rf"(?P<{name}>{_ungrouped(pattern) if name != 'LABEL' else r'(?<!.)' + _ungrouped(pattern)})"
        for name, _, pattern in terminals
    ]
    return re.compile("|".join([",", *parts]))


def _ungrouped(pattern: str) -> str:
    """The pattern without capturing groups, so that the last group of a match is its terminal."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)
