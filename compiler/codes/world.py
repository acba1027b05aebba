"""Codes of places, props, groups and pieces. E250-E259, W341-W342, W720-W739."""

from __future__ import annotations

from compiler.codes.form import warning


class WorldErrors:
    """World errors: the film cannot be made as written."""


class WorldWarnings:
    """World warnings: the film is made, but perhaps not as meant."""

    UNKNOWN_PIECE = warning(
        "341",
        "unknown-piece",
        "nothing in the library is called `{phrase}`",
        "a set is built from known pieces, so this phrase adds nothing to the picture",
    )
    UNKNOWN_LIGHT = warning(
        "342",
        "unknown-light",
        "no light is meant by `{phrase}`",
        "only lamps of the set, sun, moon, key, fill, rim, colours and levels change the light",
    )
