"""What set phrases may name: pieces (``stdlib/pieces.film`` and a film's own), openings and places (``stdlib/places.toml``).

Only words and numbers live here; where things go is ``places_layout``, how they are lit ``places_light``.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any

from compiler.meaning.film import PieceKind
from compiler.meaning.library import library
from compiler.meaning.piece_values import (
    PAINTS,
    Part,
    Shine,
    read_colour,
    read_count,
    read_glow,
    read_length,
    read_part,
    read_point,
    read_size,
)
from compiler.staging.model import Rgb, Vec3

SMALL_WORDS = frozenset({
    "a", "an", "the", "of", "her", "his", "their", "its", "my", "our", "your", "this", "that", "these", "those",
    "some", "one", "single", "lone", "same", "old", "big", "little"
})  # fmt: skip


_GENERAL = frozenset({"room", "field"})
"""What ``ROOM 9`` or ``EXTERIOR`` alone says: nothing that another part of the heading could not say better."""
_PART_OF_PLACE = re.compile(r"\s+[-–—/]\s+")

Glow = Shine
"""What a lit piece shines with."""


MEMORY = 4096
"""Readings that a vocabulary remembers."""


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
    opens: str = ""
    """lid, cover, drawer, doors, door; "" = it does not."""
    grip: str = ""
    """How a hand holds it: upright, flat, handle, ear, hands, pocket; "" = too large or fixed."""
    moves: str = ""
    """drives, rides, floats, flies, rolls; "" = it stays."""
    seats: int = 0
    """How many people it carries."""
    model: str = ""
    """The renderer's builder; its own kind, or that of the piece it is like."""
    built_size: Vec3 = (0.5, 0.5, 0.5)
    """The size the builder makes before it is scaled."""
    parts: tuple[Part, ...] = ()
    example: str = ""
    """Set phrases that place it."""

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
    memory: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """Phrases that were read (``places_phrases.read_phrase``): the same ones come again with every scene of a place."""
    _kinds: dict[tuple[str, bool], PlaceEntry | None] = field(default_factory=dict, repr=False, compare=False)

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
        """The kind of place the words of ``text`` speak of; the longest word that fits, the latest of equals.

        Of a heading's parts (``GAS STATION - BATHROOM``) the last one that names a kind of place says where one is.
        """
        for part in [*reversed(_PART_OF_PLACE.split(text)), text]:
            found = self._named_place(part, interior)
            if found is not None and found.kind not in _GENERAL:
                return found
        fallback = "room" if interior else "field"
        return next(p for p in self.places if p.kind == fallback)

    def _named_place(self, text: str, interior: bool) -> PlaceEntry | None:
        key = (text, interior)
        if key not in self._kinds:
            if len(self._kinds) > MEMORY:
                self._kinds.clear()
            self._kinds[key] = self._find_place(text, interior)
        return self._kinds[key]

    def _find_place(self, text: str, interior: bool) -> PlaceEntry | None:
        padded = " " + " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split()) + " "
        best: tuple[int, int, PlaceEntry] | None = None
        for entry in self.places:
            if (entry.shell is not None) is not interior:
                continue
            for word in entry.words:
                where = max(padded.rfind(f" {word} "), padded.rfind(f" {word}s "))
                if where >= 0 and (best is None or (len(word), where) > best[:2]):
                    best = (len(word), where, entry)
        return best[2] if best is not None else None


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


def vocabulary(pieces: tuple[PieceKind, ...] = ()) -> Vocabulary:
    """The vocabulary in force: a film's pieces (``Film.pieces``), which hold the library's; without any, the library alone."""
    if not pieces:
        return _library()
    own = tuple(p for p in pieces if not p.span.file.startswith("stdlib:"))
    return _library() if not own else _with_own(own)


@lru_cache(maxsize=1)
def _library() -> Vocabulary:
    data = tomllib.loads(resources.files("stdlib").joinpath("places.toml").read_text(encoding="utf-8"))
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
    pieces: dict[str, PieceEntry] = {}
    for kind in library().definitions.pieces.values():
        pieces[kind.name] = _entry(kind, pieces)
    by_word = {w: kind for kind, o in openings.items() for w in o.words}
    by_word |= {w: kind for kind, p in pieces.items() for w in p.words}
    return Vocabulary(pieces, openings, places, PAINTS, by_word)


@lru_cache(maxsize=16)
def _with_own(own: tuple[PieceKind, ...]) -> Vocabulary:
    base = _library()
    pieces, by_word = dict(base.pieces), dict(base.by_word)
    for kind in own:
        pieces[kind.name] = _entry(kind, pieces)
        by_word |= dict.fromkeys(pieces[kind.name].words, kind.name)
    return Vocabulary(pieces, base.openings, base.places, base.colours, by_word)


def _entry(kind: PieceKind, known: Mapping[str, PieceEntry]) -> PieceEntry:
    """A checked definition as staging uses it: what it says, else what the piece it is ``like`` says, else what is usual."""
    said: dict[str, str] = {}
    for prop in kind.properties:
        text = ", ".join(p.text for p in prop.phrases)
        said[prop.key] = f"{said[prop.key]}, {text}" if prop.key in said else text
    base = known.get(said.get("like", "").lower(), _USUAL)
    parts = _parts(said.get("parts", ""))
    changes: dict[str, Any] = {k: said[k] for k in ("rest", "mark", "opens", "grip", "moves") if k in said}
    changes |= {k: v for k in _LENGTHS if k in said and (v := read_length(said[k])) is not None}
    if "size" in said:
        changes["size"] = read_size(said["size"]) or base.size
    elif parts:
        changes["size"] = _extent(parts)
    if "point" in said:
        changes["point"] = read_point(said["point"])
    elif parts or "size" in said:
        changes["point"] = None
    if "colour" in said:
        changes["colour"] = read_colour(said["colour"]) or base.colour
    if "glow" in said:
        shine = read_glow([p.strip() for p in said["glow"].split(",")])
        changes["glow"] = shine if isinstance(shine, Glow) else None
    if "flat" in said:
        changes["flat"] = said["flat"] == "yes"
    if "seats" in said:
        changes["seats"] = read_count(said["seats"]) or 0
    if "example" in said:
        changes["example"] = said["example"]
    words = [w.strip() for w in said.get("words", "").split(",")]
    model = base.model if "like" in said and not parts else kind.name
    built = _extent(parts) if parts else changes.get("size", base.size)
    changes["built_size"] = base.built_size if model != kind.name else built
    entry = replace(base, kind=kind.name, words=(kind.name, *(w for w in words if w and w != kind.name)), **changes)
    return replace(entry, model=model, parts=parts or (base.parts if model != kind.name else ()))


def _parts(text: str) -> tuple[Part, ...]:
    found = [read_part(p.strip()) for p in text.split(",") if p.strip()]
    return tuple(part for parts in found if not isinstance(parts, str) for part in parts)


def _extent(parts: tuple[Part, ...]) -> Vec3:
    """Width, height and depth of the box round all parts, centred on the base centre."""
    corners = [corner for part in parts for corner in _corners(part)]
    wide = max(2 * abs(x) for x, _, _ in corners)
    high = max(y for _, y, _ in corners)
    deep = max(2 * abs(z) for _, _, z in corners)
    return (round(wide, 4), round(max(high, 0.01), 4), round(deep, 4))


def _corners(part: Part) -> Iterator[Vec3]:
    """The corners of a part's box, turned about its base centre and set in its place."""
    ahead, aside = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[part.axis]
    cos, sin = math.cos(math.radians(part.turn)), math.sin(math.radians(part.turn))
    for x, y, z in product((-0.5, 0.5), (0.0, 1.0), (-0.5, 0.5)):
        corner = [x * part.size[0], y * part.size[1], z * part.size[2]]
        a, b = corner[ahead], corner[aside]
        corner[ahead], corner[aside] = a * cos - b * sin, a * sin + b * cos
        yield (corner[0] + part.at[0], corner[1] + part.at[1], corner[2] + part.at[2])


_LENGTHS = ("hang", "holds", "seat", "stand", "trunk")
_USUAL = PieceEntry("", (), (0.5, 0.5, 0.5), "floor", (0.2, 0.1, 0.05), "touch")
