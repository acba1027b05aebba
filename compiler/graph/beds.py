"""A place's ambience in pieces on a grid of its own, joined by crossfades: when a shot is longer, only what is added is made.

A piece is made whole whatever of it is heard, from a seed of its own, so it depends neither on how long the place is in the
picture nor on what a pick leaves of that. Only sounds that are alike everywhere are cut so: what ticks or strikes would
stumble where two pieces meet.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from compiler.staging.model import PlacedSound
from stdlib.sounds import catalogue, recipe_of

STRIDE = 15.0
"""Seconds from one piece to the next."""
CROSS = 1.5
"""Seconds over which one piece goes over into the next."""
WHOLE = STRIDE + CROSS
"""Seconds of a piece."""
_NEXT = 0.02
"""Seconds past its end that a window of the mix may ask for levels."""
_ALIKE = frozenset({"noise", "surge", "grains", "hum", "chirps", "cries", "babble"})
"""Kinds of layers that are noise and chance: any stretch of them may follow any other."""


class Bed(NamedTuple):
    """One piece of an ambience: what is ``made``, and what is ``heard`` of it, where and how long."""

    made: PlacedSound
    heard: PlacedSound


@lru_cache(maxsize=4096)
def in_pieces(sound: PlacedSound) -> tuple[Bed, ...]:
    """The pieces of a sound; one, as it is, of whatever is no ambience, comes from a file or is not alike everywhere."""
    part = sound.part
    if not sound.ambience or sound.file or not _alike(sound.what) or (part is not None and part[0] != 0.0):
        return (Bed(sound, sound),)
    seconds = sound.seconds if part is None else part[1]
    count = max(1, ceil(round((seconds - CROSS) / STRIDE, 6)))
    found = []
    for number in range(count):
        own = replace(sound, seconds=WHOLE, seed=(sound.seed + 15_485_863 * number) % 2**31, part=None)
        first, last = number * STRIDE, number == count - 1
        heard = replace(
            own,
            start=round(sound.start + first, 4),
            seconds=round(seconds - first, 4) if last else WHOLE,
            fade_in=CROSS if number else sound.fade_in,
            fade_out=sound.fade_out if last else CROSS,
        )
        found.append(Bed(own, heard))
    return tuple(found)


def until(heard: PlacedSound, end: float) -> PlacedSound:
    """A piece as far as it is heard before second ``end``: where it stops later on makes no difference there."""
    if not heard.ambience or heard.file or heard.part is not None or heard.seconds > WHOLE or not _alike(heard.what):
        return heard
    if min(heard.seconds - heard.fade_out, STRIDE) < end - heard.start + _NEXT:
        return heard
    return replace(heard, seconds=WHOLE, fade_out=CROSS)


@lru_cache(maxsize=512)
def _alike(what: str) -> bool:
    name = recipe_of(what)
    if not name:
        return False
    recipe = catalogue()["recipe"][name]
    return "once" not in recipe and all(layer["kind"] in _ALIKE for layer in recipe["layers"])
