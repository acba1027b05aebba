"""The library's pieces, read from ``stdlib/pieces.film`` once per process."""

from __future__ import annotations

from functools import cache
from importlib import resources

from compiler.diagnostics import Report
from compiler.meaning.define_piece import piece
from compiler.meaning.film import PieceKind
from compiler.syntax.nodes import Directive
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source


@cache
def library_pieces() -> tuple[PieceKind, ...]:
    """Every piece of the standard library, in file order."""
    report = Report()
    text = resources.files("stdlib").joinpath("pieces.film").read_text(encoding="utf-8")
    elements = parse(make_source("stdlib:pieces", text), report).elements
    found = [piece(e, report) for e in elements if isinstance(e, Directive) and e.keyword == "piece"]
    return tuple(kind for kind in found if kind is not None)


@cache
def piece_words() -> frozenset[str]:
    """Every single word of the names the library's pieces go by."""
    words: set[str] = set()
    for kind in library_pieces():
        words.update(kind.name.replace("-", " ").split())
        for prop in kind.properties:
            if prop.key == "words":
                words.update(w for phrase in prop.phrases for w in phrase.text.split())
    return frozenset(words)
