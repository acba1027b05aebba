"""Codes of names, values and units. E201-E239, E301-E339, W251-W279."""

from __future__ import annotations

from compiler.codes.form import error, warning


class MeaningErrors:
    """Meaning errors: the film cannot be made as written."""

    UNKNOWN_NAME = error(
        "201", "unknown-name", "nobody and nothing here is called `{name}`", "a shot can only show what the film knows"
    )
    DUPLICATE = error("202", "duplicate-name", "`{name}` is declared twice", "one name means one thing")
    UNKNOWN_LOOK = error(
        "203", "unknown-look", "there is no look called `{name}`", "the grade of every frame depends on it"
    )
    DUPLICATE_SHOT = error(
        "204", "duplicate-shot", "two shots are called `{name}`", "picks and caches go by the shot's name"
    )
    BAD_SHOT_NAME = error(
        "205", "bad-shot-name", "`{name}` cannot be a shot's name", "names are kebab-case and no vocabulary word"
    )
    UNKNOWN_SHOT = error(
        "206", "unknown-shot", "there is no shot called `{name}`", "`as NAME` repeats an earlier set-up"
    )
    UNKNOWN_PHRASE = error(
        "301", "unknown-phrase", "`{text}` means nothing in a `{keyword}`", "a typo never becomes a guess"
    )
    BAD_LENS = error("302", "bad-lens", "`{text}` is no lens: {reason}", "the framing is solved from the focal length")
    BAD_VALUE = error("303", "bad-value", "`{text}` is no {expected}", "each value has a unit type")
    TWICE = error("304", "slot-filled-twice", "{slot} is given twice: `{text}`", "each part of a shot is said once")
    OUT_OF_RANGE = error(
        "305", "out-of-range", "{what} of `{text}` is out of range: {reason}", "such a value makes no film"
    )


class MeaningWarnings:
    """Meaning warnings: the film is made, but perhaps not as meant."""

    NEAR_CUE = warning(
        "251", "near-name", "`{name}` speaks here for the first time", "a misspelt cue becomes a new person"
    )
    UNUSED = warning("252", "unused", "`{name}` is declared and never used", "it may be a misspelling elsewhere")
