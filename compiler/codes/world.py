"""Codes of places, props, groups and pieces. E250-E259, W341-W342, W720-W739."""

from __future__ import annotations

from compiler.codes.form import error, warning


class WorldErrors:
    """World errors: the film cannot be made as written."""

    INCOMPLETE_PIECE = error(
        "250",
        "incomplete-piece",
        "the piece `{name}` has no {what}",
        "a piece is built and placed by its size and parts",
    )
    BAD_PART = error(
        "251",
        "bad-part",
        "`{text}` is no part of a piece: {reason}",
        "every part is a form, its measures and its place",
    )
    UNKNOWN_KIND = error(
        "252", "unknown-kind", "no piece is called `{kind}`", "what a thing looks like and can do is said by its kind"
    )
    BAD_COUNT = error(
        "253", "bad-count", "`{text}` is no number of people: {reason}", "a group is staged person by person"
    )


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
    PROP_UNSEEN = warning(
        "720",
        "prop-unseen",
        "`{prop}` is used here before it has been anywhere",
        "the audience cannot know a thing that was never put into the scene",
    )
    ALIKE = warning(
        "721",
        "people-alike",
        "`{one}` and `{other}` look much alike",
        "whoever the audience cannot tell apart, it cannot follow",
    )
    WARDROBE_JUMP = warning(
        "722",
        "wardrobe-jump",
        "`{who}` has changed clothes while no time has passed",
        "a CONTINUOUS scene goes on in the same moment",
    )
    LIGHT_JUMP = warning(
        "723",
        "light-jump",
        "the light of `{place}` changes while no time has passed",
        "a CONTINUOUS scene goes on in the same moment",
    )
    HELD_TWICE = warning(
        "724",
        "held-twice",
        "`{who}` takes `{prop}`, which `{other}` is holding",
        "a thing is in one place; it changes hands here without being given",
    )
    UNKNOWN_STATE = warning(
        "725",
        "unknown-state",
        "`{text}` says nothing about `{thing}` that can be staged",
        "a state is a place, a hand that holds it, open or closed, on or off",
    )
    UNKNOWN_ANCHOR = warning(
        "727",
        "unknown-anchor",
        "nothing here is called `{anchor}`",
        "`{text}` stands by it, so it is put wherever there is room",
    )
    UNKNOWN_GARMENT = warning(
        "726",
        "unknown-garment",
        "nothing to wear is meant by `{text}`",
        "people are dressed in garments the wardrobe knows",
    )
