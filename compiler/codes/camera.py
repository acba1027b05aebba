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
        "{who} speaks on screen {how}",
        "nobody knows where the voice comes from",
    )
    SIZE_DOES_NOT_FIT = warning(
        "604",
        "size-does-not-fit",
        "at {mm:g} mm this size does not fit in {place}; a shorter lens was taken",
        "the camera would stand behind a wall",
    )
    THIRTY_DEGREES = warning(
        "605",
        "thirty-degrees",
        "the camera goes only {angle}° round {what} and keeps its size",
        "a cut by less than thirty degrees looks like a stumble, not like another view",
    )
    EYELINE = warning(
        "606",
        "eyeline-mismatch",
        "{one} and {two} look at each other, and both look to the {way} of the picture",
        "two faces seem to meet only when one looks left and the other right",
    )
    SCREEN_DIRECTION = warning(
        "607",
        "screen-direction",
        "{who} goes {before} in the shot before this one and {after} here",
        "whoever changes direction at a cut seems to have turned back",
    )
    UNREADABLE = warning(
        "608",
        "unreadable-shot",
        "{what} needs {need} s to be read, and is seen for {seconds} s",
        "an eye that has not found what to look at when the picture is gone has seen nothing",
    )
    SUBJECT_NOT_THERE = warning(
        "609",
        "subject-not-there",
        "this shot is of {who}, who {how}",
        "the picture would be of an empty place",
    )
    MOVE_CUT_SHORT = warning(
        "610",
        "move-cut-short",
        "there is no room in {place} for `{move}` of {amount}: the camera goes {done}",
        "a camera does not go through walls",
    )
