"""Codes of stills, plates, titles, sound files, editions. E430-E449, W504-W519."""

from __future__ import annotations

from compiler.codes.form import error, warning


class MediaErrors:
    """Media errors: the film cannot be made as written."""

    NESTED_PICTURES = error(
        "430",
        "nested-pictures",
        "`{name}` is itself a {kind} of two shots",
        "two pictures in one frame are as many as can be read",
    )
    EMPTY_EDITION = error(
        "431",
        "empty-edition",
        "the edition `{name}` keeps no scene",
        "a film without a scene cannot be built",
    )


class MediaWarnings:
    """Media warnings: the film is made, but perhaps not as meant."""

    NO_SUCH_LIGHT = warning(
        "504", "no-such-light", "no light of this place is called `{what}`", "the change of light would not be seen"
    )
    TITLE_TOO_SHORT = warning(
        "505", "title-too-short", "this title stands for {seconds} s, too short to be read", "nobody will have read it"
    )
    MISSING_LETTERS = warning(
        "506", "missing-letters", "the shipped fonts have no {letters}", "empty boxes would be shown in their place"
    )
    EDITION_TOO_LONG = warning(
        "507",
        "edition-too-long",
        "the edition `{name}` runs {seconds} s, {over} s over its limit",
        "where an edition goes, its length is usually a rule",
    )
    PLATE_TOO_SHORT = warning(
        "508",
        "plate-too-short",
        "the plate {plate} ends {over} s before this shot does",
        "its last frame would be held until the cut",
    )
