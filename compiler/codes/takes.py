"""Codes of takes, picks and requirements. E470-E479, W520-W529."""

from __future__ import annotations

from compiler.codes.form import error, warning


class TakesErrors:
    """Takes errors: the film cannot be made as written."""

    BAD_PICKS = error(
        "470",
        "unreadable-picks",
        "film.picks.toml cannot be read: {reason}",
        "without the director's picks another film would be made",
    )
    BAD_PICK = error(
        "471",
        "bad-pick",
        "`{text}` cannot be picked: {reason}",
        "a pick is a take's number, or stretches of takes",
    )
    PICK_ORDER = error(
        "472",
        "pick-order",
        "the stretch `{text}` begins before `{other}` has ended",
        "a shot goes on in time whichever take shows it, and its sound with it",
    )
    PICKED_TWICE = error("473", "picked-twice", "`{shot}` is picked twice", "one cut has one version of a shot")


class TakesWarnings:
    """Takes warnings: the film is made, but perhaps not as meant."""

    TAKES_ALIKE = warning(
        "520",
        "takes-alike",
        "every take of this shot would be the same: {reason}",
        "takes differ in what people do in front of a camera, so one take is made",
    )
    UNKNOWN_PICK = warning(
        "521", "unknown-pick", "no shot of this film is called `{shot}`", "what was picked for it is not in the cut"
    )
    UNKNOWN_WORD = warning(
        "522", "unknown-word-in-picks", "a pick does not say `{key}`", "a misspelt word would silently do nothing"
    )
    BEYOND_TAKES = warning(
        "523",
        "pick-beyond-takes",
        "take {take} of `{shot}` is picked, and the shot asks for {asked}",
        "the take is made for this pick alone",
    )
    PICK_CHANGED = warning(
        "524",
        "pick-of-another-picture",
        "`{shot}` is no longer the shot that was looked at when take {take} was picked",
        "the pick holds by its number, and that take is now another picture",
    )
    PICK_OUTSIDE = warning(
        "525",
        "pick-outside-shot",
        "the stretch `{text}` lies outside `{shot}`, which is {seconds} s long",
        "only what there is of a shot can be shown",
    )
    NOT_MEASURED = warning(
        "526",
        "not-measured",
        "`{measure}` is not measured {where}",
        "nobody can tell whether the requirement is met, and `film build --strict` takes it for unmet",
    )
    NOT_MET = warning(
        "527",
        "requirement-not-met",
        "{what}: {wanted} is required, and {best}",
        "`film build --strict` fails until it is met",
    )
    PICK_BY_PLACE = warning(
        "528",
        "pick-by-place",
        "the shot `{shot}` is picked by its place in the film",
        "once a shot is put in before it, another shot is in that place",
    )
