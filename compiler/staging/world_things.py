"""Things as they look: from a ``prop``, a piece of a set or a bare noun to the piece that is drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from compiler.meaning.film import Prop
from compiler.meaning.piece_values import read_colour
from compiler.staging.model import Piece, Rgb, Vec3
from compiler.staging.places_dressing import form_of
from compiler.staging.places_marks import PlacedSet
from compiler.staging.places_vocabulary import PieceEntry, Vocabulary, singular
from compiler.staging.space import chance, r4

_OWNER = re.compile(
    r"^(?:(?:the|a|an|his|her|their|its|my|your|our|this|that|these|those|one|some)\s+|[\w.-]+['’]s\s+)+"
)
PLAIN_KIND = "box"
"""What a prop is that no word says more about."""


@dataclass(frozen=True, slots=True)
class Made:
    """A thing made ready: its entry in the vocabulary and the piece that is drawn, placed nowhere."""

    entry: PieceEntry
    piece: Piece


def plain(words: str) -> str:
    """Lower-case words without articles and owners: ``Mara's old letter`` → ``old letter``."""
    text = " ".join(words.lower().replace("’", "'").split()).strip(" .,;:!?")
    return _OWNER.sub("", text)


def kind_of_prop(prop: Prop, words: Vocabulary) -> str | None:
    """The kind a prop is: as written, else what its description or its name names; ``None`` for a written kind nobody knows."""
    if prop.kind:
        if prop.kind in words.pieces:
            return prop.kind
        found = words.find(prop.kind.split())
        return found[0] if found is not None and found[0] in words.pieces else None
    for text in (*(p.text for p in prop.description), prop.name):
        found = words.find([w for w in re.split(r"[^\w'-]+", text.lower()) if w])
        if found is not None and found[0] in words.pieces:
            return found[0]
    return PLAIN_KIND


def make_prop(prop: Prop, words: Vocabulary, seed: int) -> Made:
    """The piece a prop looks like; ``colour``, else a colour its description names, else its kind's own."""
    entry = words.pieces[kind_of_prop(prop, words) or PLAIN_KIND]
    colour: Rgb | None = read_colour(prop.colour) if prop.colour else _named_colour(prop, words)
    made = make(entry, prop.name, seed, prop.seed or prop.name, colour)
    if prop.size is None:
        return made
    scale = (r4(prop.size[0] / entry.size[0]), r4(prop.size[1] / entry.size[1]), r4(prop.size[2] / entry.size[2]))
    return Made(entry, replace(made.piece, scale=scale))


def make(entry: PieceEntry, name: str, seed: int, own: str, colour: Rgb | None = None) -> Made:
    """A thing of a kind. ``own`` gives it its own grain and wear."""
    model, fit, parts = form_of(entry)
    lit = entry.glow is not None
    piece = Piece(
        entry.kind, name, (0.0, 0.0, 0.0), 0.0, (1.0, 1.0, 1.0), colour or entry.colour, lit, False,
        int(chance(seed, own) * 1_000_003), model, fit, parts,
    )  # fmt: skip
    return Made(entry, piece)


def size_of(made: Made) -> Vec3:
    """Width, height and depth in metres."""
    w, h, d = made.entry.size
    a, b, c = made.piece.scale
    return (w * a, h * b, d * c)


def portable(entry: PieceEntry) -> bool:
    """Whether a person can carry it."""
    return bool(entry.grip) or entry.rest == "top"


def in_a_pocket(words: str, placed: PlacedSet) -> bool:
    """Whether words name a small thing of the library, which anybody may have about them though nobody placed it."""
    split = plain(words).split()
    found = placed.words.find(split) if 0 < len(split) <= 4 else None
    entry = placed.words.pieces.get(found[0]) if found is not None else None
    return (
        found is not None
        and entry is not None
        and bool(entry.grip)
        and singular(split[-1]) == singular(found[1].split()[-1])
    )


def _named_colour(prop: Prop, words: Vocabulary) -> Rgb | None:
    for phrase in prop.description:
        for word in re.split(r"[^\w]+", phrase.text.lower()):
            if word in words.colours:
                return words.colours[word]
    return None
