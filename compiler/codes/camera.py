"""Codes of set-ups, coverage and film grammar. E260-E269, W601-W639."""

from __future__ import annotations

from compiler.codes.form import error, warning


class CameraErrors:
    """Camera errors: the film cannot be made as written."""

    BAD_PARAMETER = error(
        "260",
        "bad-parameter",
        "`{name}` cannot be a parameter here: {reason}",
        "a set-up's parameters are what a shot fills in",
    )
    UNKNOWN_SLOT = error(
        "261",
        "unknown-slot",
        "`{slot}` is no {what}",
        "nothing would be filled in, and the shot would have no subject",
    )
    NO_SHOT = error(
        "262",
        "no-shot",
        "`{keyword} {name}` says no shot",
        "a set-up or a rule of coverage is the phrases of a shot",
    )


class CameraWarnings:
    """Camera warnings: the film is made, but perhaps not as meant."""

    LINE_CROSSED = warning(
        "601",
        "line-crossed",
        "the camera crosses the line between this shot and the one before it",
        "on the other side of the line people change places on screen and seem to look away from each other",
    )
    JUMP_CUT = warning(
        "602",
        "jump-cut",
        "this shot shows {what} from nearly the same place and size as the one before it",
        "less than 30 degrees or a size apart, a cut looks like a mistake",
    )
    NOT_IN_SCENE = warning(
        "603",
        "speaks-unseen",
        "{who} speaks on screen without having entered the scene",
        "nobody knows where the voice comes from",
    )
    SIZE_DOES_NOT_FIT = warning(
        "604",
        "size-does-not-fit",
        "at {mm:g} mm this size does not fit in {place}; a shorter lens was taken",
        "the camera would stand behind a wall",
    )
