"""The standard library's vocabulary: every stdlib/*.film, parsed and typed once per process, in scope of every film."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TypeVar

from compiler.diagnostics import Diagnostic, Report
from compiler.meaning import film as f
from compiler.meaning.define_camera import coverage, setup
from compiler.meaning.define_piece import piece
from compiler.meaning.define_verb import delivery, verb
from compiler.meaning.looks import look
from compiler.meaning.scope import FileUse
from compiler.syntax.nodes import Directive
from compiler.syntax.parser import parse
from compiler.syntax.source import Source, make_source

DEFINING = ("look", "verb", "delivery", "piece", "setup", "coverage")
"""Keywords that define vocabulary; a later definition of a name replaces an earlier one."""
_LETTERS = re.compile(r"[^\W\d_]+")
K = TypeVar("K", f.Look, f.Verb, f.Delivery, f.PieceKind, f.Setup, f.Coverage)
Definition = f.Look | f.Verb | f.Delivery | f.PieceKind | f.Setup | f.Coverage


@dataclass(slots=True)
class Definitions:
    """Vocabulary by keyword and name, in the order in force."""

    looks: dict[str, f.Look] = field(default_factory=dict)
    verbs: dict[str, f.Verb] = field(default_factory=dict)
    deliveries: dict[str, f.Delivery] = field(default_factory=dict)
    pieces: dict[str, f.PieceKind] = field(default_factory=dict)
    setups: dict[str, f.Setup] = field(default_factory=dict)
    coverages: dict[str, f.Coverage] = field(default_factory=dict)

    def copy(self) -> Definitions:
        return Definitions(
            dict(self.looks),
            dict(self.verbs),
            dict(self.deliveries),
            dict(self.pieces),
            dict(self.setups),
            dict(self.coverages),
        )

    def define(
        self, directive: Directive, report: Report, files: list[FileUse] | None = None, *, trusted: bool = False
    ) -> Definition | None:
        """Type a defining directive and put it in force, last of its kind; ``None`` when it could not be typed.

        Of a ``trusted`` one, which tests have checked, the phrases of its shots are not read again.
        """
        match directive.keyword:
            case "look":
                return _put(self.looks, look(directive, self.looks, report, files))
            case "verb":
                return _put(self.verbs, verb(directive, report))
            case "delivery":
                return _put(self.deliveries, delivery(directive, report))
            case "piece":
                return _put(self.pieces, piece(directive, report))
            case "setup":
                return _put(self.setups, setup(directive, report, trusted=trusted))
            case "coverage":
                return _put(self.coverages, coverage(directive, report, trusted=trusted))
        return None

    def named(self, keyword: str) -> dict[str, Definition]:
        """The table of a keyword."""
        tables: dict[str, dict[str, Definition]] = {
            "look": {**self.looks}, "verb": {**self.verbs}, "delivery": {**self.deliveries}, "piece": {**self.pieces},
            "setup": {**self.setups}, "coverage": {**self.coverages},
        }  # fmt: skip
        return tables[keyword]


@dataclass(frozen=True, slots=True)
class Library:
    """The library's definitions, its sources by name (``stdlib:looks``), and what is wrong with it (nothing)."""

    definitions: Definitions
    sources: MappingProxyType[str, Source]
    diagnostics: tuple[Diagnostic, ...]
    noun_words: frozenset[str]


@cache
def library() -> Library:
    """Everything in stdlib/*.film, modules in order of name. Treat as frozen."""
    definitions, report = Definitions(), Report()
    sources: dict[str, Source] = {}
    for entry in sorted(resources.files("stdlib").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".film"):
            continue
        name = f"stdlib:{entry.name.removesuffix('.film')}"
        sources[name] = make_source(name, entry.read_text(encoding="utf-8"))
        for element in parse(sources[name], report).elements:
            if isinstance(element, Directive):
                definitions.define(element, report, trusted=True)
    nouns = piece_nouns(definitions.pieces.values())
    return Library(definitions, MappingProxyType(sources), tuple(report.items), nouns)


def piece_nouns(pieces: Iterable[f.PieceKind]) -> frozenset[str]:
    """Every word of the names that pieces go by."""
    words: set[str] = set()
    for kind in pieces:
        words.update(kind.name.replace("-", " ").split())
        for prop in kind.properties:
            if prop.key == "words":
                words.update(word for phrase in prop.phrases for word in phrase.text.lower().split())
    return frozenset(words)


@lru_cache(maxsize=4096)
def dressed_with(text: str) -> frozenset[str]:
    """Words of what a set dresser puts into places of the kinds that ``text`` speaks of (stdlib/places.toml)."""
    padded = " " + " ".join(_LETTERS.findall(text.lower())) + " "
    words: set[str] = set()
    for names, things in _dressings():
        if any(f" {name} " in padded for name in names):
            words |= things
    return frozenset(words)


@cache
def _dressings() -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    data = tomllib.loads(resources.files("stdlib").joinpath("places.toml").read_text(encoding="utf-8"))
    return tuple(
        (tuple(entry["words"]), frozenset(_LETTERS.findall(" ".join([*entry.get("set", ()), *entry.get("dress", ())]))))
        for entry in data["place"].values()
    )


def _put(table: dict[str, K], made: K | None) -> K | None:
    if made is not None:
        table.pop(made.name, None)  # the newest stands last, whichever it replaces
        table[made.name] = made
    return made
