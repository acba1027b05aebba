"""What set phrases may name: pieces, openings, places and paints, read from ``stdlib/pieces.toml``.

Only words and numbers live here; where things go is ``places_layout``, how they are lit ``places_light``.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from compiler.staging.model import Rgb, Vec3

SMALL_WORDS = frozenset({
    "a", "an", "the", "of", "her", "his", "their", "its", "my", "our", "your", "this", "that", "these", "those",
    "some", "one", "single", "lone", "same", "old", "big", "little"
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Glow:
    """What a lit piece shines with, relative to its base centre."""

    at: Vec3
    colour: Rgb
    intensity: float
    radius: float
    flicker: float


@dataclass(frozen=True, slots=True)
class PieceEntry:
    """One kind of set piece. ``size`` is width, height, depth in metres with the front towards +z."""

    kind: str
    words: tuple[str, ...]
    size: Vec3
    rest: str
    colour: Rgb
    mark: str
    holds: float | None = None
    seat: float = 0.0
    hang: float = 0.0
    point: Vec3 | None = None
    stand: float = 0.42
    flat: bool = False
    trunk: float = 0.0
    """Width that blocks the way, when less than the size (a tree's trunk); 0 = all of it."""
    glow: Glow | None = None

    @property
    def name(self) -> str:
        return self.words[0]


@dataclass(frozen=True, slots=True)
class OpeningEntry:
    kind: str
    words: tuple[str, ...]
    size: tuple[float, float]
    sill: float


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A kind of place: its shell or terrain and how it is dressed when the writer says nothing."""

    kind: str
    words: tuple[str, ...]
    shell: Mapping[str, Any] | None
    terrain: Mapping[str, Any] | None
    set: tuple[str, ...]
    dress: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    pieces: Mapping[str, PieceEntry]
    openings: Mapping[str, OpeningEntry]
    places: tuple[PlaceEntry, ...]
    colours: Mapping[str, Rgb]
    by_word: Mapping[str, str] = field(repr=False)
    """Every word or word group → kind of piece or opening."""

    def find(self, words: list[str]) -> tuple[str, str, list[str]] | None:
        """Kind, the words that named it and the words left over; the longest match nearest the end wins."""
        for length in range(min(4, len(words)), 0, -1):
            for end in range(len(words), length - 1, -1):
                group = words[end - length : end]
                for form in (" ".join(group), " ".join([*group[:-1], singular(group[-1])])):
                    if form in self.by_word:
                        return self.by_word[form], form, words[: end - length] + words[end:]
        return None

    def nearest(self, words: list[str]) -> list[str]:
        """Up to three known piece names that resemble ``words``."""
        found: list[str] = []
        for word in [" ".join(words), *reversed(words)]:
            for near in difflib.get_close_matches(singular(word), self.by_word, n=3, cutoff=0.6):
                if near not in found:
                    found.append(near)
        return found[:3]

    def place(self, text: str, interior: bool) -> PlaceEntry:
        """The kind of place the words of ``text`` speak of; the longest word that fits, the latest of equals."""
        padded = " " + " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split()) + " "
        best: tuple[int, int, PlaceEntry] | None = None
        for entry in self.places:
            if (entry.shell is not None) is not interior:
                continue
            for word in entry.words:
                where = max(padded.rfind(f" {word} "), padded.rfind(f" {word}s "))
                if where >= 0 and (best is None or (len(word), where) > best[:2]):
                    best = (len(word), where, entry)
        if best is not None:
            return best[2]
        fallback = "room" if interior else "field"
        return next(p for p in self.places if p.kind == fallback)


def singular(word: str) -> str:
    """``shelves`` → ``shelf``, ``boxes`` → ``box``, ``chairs`` → ``chair``; other words unchanged."""
    if word.endswith("ves"):
        return word[:-3] + "f"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
        return word[:-1]
    return word


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The standard vocabulary, read once."""
    data = tomllib.loads(resources.files("stdlib").joinpath("pieces.toml").read_text(encoding="utf-8"))
    pieces = {kind: _piece(kind, entry) for kind, entry in data["piece"].items()}
    openings = {
        kind: OpeningEntry(kind, tuple(e["words"]), (e["size"][0], e["size"][1]), e["sill"])
        for kind, e in data["opening"].items()
    }
    places = tuple(
        PlaceEntry(
            kind,
            tuple(e["words"]),
            e.get("shell"),
            e.get("terrain"),
            tuple(e.get("set", ())),
            tuple(e.get("dress", ())),
        )
        for kind, e in data["place"].items()
    )
    by_word = {w: kind for kind, o in openings.items() for w in o.words}
    by_word |= {w: kind for kind, p in pieces.items() for w in p.words}
    colours = {name: _triple(rgb) for name, rgb in data["colour"].items()}
    return Vocabulary(pieces, openings, places, colours, by_word)


def _piece(kind: str, entry: Mapping[str, Any]) -> PieceEntry:
    glow = entry.get("glow")
    return PieceEntry(
        kind,
        tuple(entry["words"]),
        _triple(entry["size"]),
        entry["rest"],
        _triple(entry["colour"]),
        entry["mark"],
        entry.get("holds"),
        entry.get("seat", 0.0),
        entry.get("hang", 0.0),
        _triple(entry["point"]) if "point" in entry else None,
        entry.get("stand", 0.42),
        entry.get("flat", False),
        entry.get("trunk", 0.0),
        Glow(_triple(glow["at"]), _triple(glow["colour"]), glow["intensity"], glow["radius"], glow["flicker"])
        if glow
        else None,
    )


def _triple(values: list[float]) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))
