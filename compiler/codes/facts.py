"""Codes of what a plan rests on: film.lock. E480-E484, W530-W534."""

from __future__ import annotations

from compiler.codes.form import warning


class FactsErrors:
    """Facts errors: the film cannot be made as written."""


class FactsWarnings:
    """Facts warnings: the film is made, but perhaps not as meant."""

    BEYOND_LOCK = warning(
        "530",
        "beyond-lock",
        "“{said}” takes {new} s here and {old} s in film.lock",
        "that is too far to be fitted without being heard, so the film is cut to the new length, on this machine only",
    )
    LOCK_UNUSABLE = warning(
        "531",
        "unusable-lock",
        "film.lock is not used: {why}",
        "lines last as long as they take on this machine, and another may cut the film otherwise",
    )
    LOCK_LINE = warning(
        "532",
        "unusable-lock-line",
        "this line of film.lock is not used: {why}",
        "what it pinned lasts as long as it takes on this machine",
    )
    LOCK_CONFLICT = warning(
        "533",
        "lock-conflict",
        "film.lock holds a merge that was not finished ({count} places)",
        "both sides are read; where they disagree on a line, the first is taken",
    )
