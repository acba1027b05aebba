"""What people wear from a scene on: ``wardrobe MARA: yellow raincoat`` over what they were cast in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Character, Phrase
from compiler.staging.casting import cast_person
from compiler.staging.casting_words import people
from compiler.staging.model import GarmentSpec, PersonSpec

_LAYERS: dict[str, frozenset[str]] = {
    "outer": frozenset({"long coat", "coat", "jacket", "cardigan", "raincoat"}),
    "top": frozenset({"roll-neck", "knit", "shirt", "t-shirt"}),
    "legs": frozenset({"trousers", "jeans", "skirt", "shorts"}),
    "feet": frozenset({"boots", "shoes"}),
    "whole": frozenset({"dress"}),
}
_OFF = re.compile(r"^(?:no|without|takes? off|minus)\s+(?:(?:the|a|her|his|their)\s+)?(.*)")


def dressed(character: Character, person: PersonSpec, wears: Sequence[str], seed: int) -> PersonSpec:
    """``person`` with the garments of ``wears`` put on, each in place of what it covers the same part with.

    ``no coat`` takes a garment off. Words that mean no garment change nothing.
    """
    garments = list(person.garments)
    for text in wears:
        bare = _OFF.match(text.lower())
        if bare is not None:
            gone = {g.kind for g in _meant(character, bare[1], seed)}
            garments = [g for g in garments if g.kind not in gone and not _same_layer(g.kind, gone, "outer")]
            continue
        new = _meant(character, text, seed)
        layers = {_layer(g.kind) for g in new}
        if "whole" in layers:
            layers |= {"top", "legs"}
        if layers & {"top", "legs"}:
            layers.add("whole")
        garments = [g for g in garments if _layer(g.kind) not in layers] + new
    needed = cast_person(replace(character, wears=()), seed).garments
    for layer in ("top", "legs", "feet"):
        have = {_layer(g.kind) for g in garments}
        if layer not in have and not ("whole" in have and layer != "feet"):
            garments += [g for g in needed if _layer(g.kind) == layer]
    order = {g.kind: i for i, g in enumerate(person.garments)}
    return replace(
        person, garments=tuple(sorted(garments, key=lambda g: (_rank(g.kind), order.get(g.kind, 99), g.kind)))
    )


def check_garments(phrases: Sequence[Phrase], report: Report) -> None:
    """Warns about phrases that name nothing the wardrobe has."""
    for phrase in phrases:
        bare = _OFF.match(phrase.text.lower())
        text = bare[1] if bare is not None else phrase.text.lower()
        if text.strip() and not people().find("garment", text):
            report(
                W.UNKNOWN_GARMENT,
                phrase.span,
                text=phrase.text,
                help="such as `yellow raincoat`, `black dress`, `no coat`",
            )


def _meant(character: Character, text: str, seed: int) -> list[GarmentSpec]:
    if not people().find("garment", text.lower()):
        return []
    bare = Character(character.name, seed=character.seed)
    usual = {g.kind for g in cast_person(bare, seed).garments}
    found = cast_person(replace(bare, wears=(Phrase(text),)), seed).garments
    named = {row["kind"] for _, row in people().find("garment", text.lower())}
    return [g for g in found if g.kind in named or (g.kind not in usual and _layer(g.kind) == "outer")]


def _layer(kind: str) -> str:
    return next((layer for layer, kinds in _LAYERS.items() if kind in kinds), kind)


def _same_layer(kind: str, gone: set[str], layer: str) -> bool:
    """``no coat`` also takes off a jacket: whatever is worn on that layer."""
    return _layer(kind) == layer and any(_layer(g) == layer for g in gone)


def _rank(kind: str) -> int:
    return ["outer", "whole", "top", "legs", "feet"].index(_layer(kind)) if _layer(kind) in _LAYERS else 9
