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
        "206",
        "unknown-shot",
        "there is no shot called `{name}`",
        "a shot can only repeat or show one that the film has",
    )
    UNKNOWN_DEFINITION = error(
        "207", "unknown-definition", "there is no {kind} called `{name}`", "what it stands for would be missing"
    )
    WRONG_ARGUMENTS = error(
        "208", "wrong-arguments", "`{name}` takes {expected}, and here has {given}", "each slot of a set-up is filled"
    )
    NAME_CLASH = error(
        "209", "name-clash", "`{name}` is both a {kind} and a {other}", "one name in capitals means one thing"
    )
    EXTENDS_CYCLE = error(
        "210", "extends-cycle", "`{name}` extends itself, by way of {chain}", "nothing in a circle can come first"
    )
    NO_SPEECH = error(
        "211", "line-without-speech", "no speech follows this `line`", "a recording is of the next speech in its scene"
    )
    UNKNOWN_SCENE = error(
        "212",
        "unknown-scene",
        "no scene or section is called `{name}`",
        "an edition can only choose among what the film has",
    )
    NOT_DECLARED_THERE = error(
        "214", "not-declared-there", "`{path}` declares no `{name}`", "a selection names what the file declares"
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
    CONTRADICTION = error(
        "306", "contradiction", "`{text}` contradicts `{other}`", "a shot cannot be both, and neither is to be guessed"
    )
    BAD_REQUIREMENT = error(
        "307",
        "bad-requirement",
        "`{text}` is no requirement: {reason}",
        "a requirement that cannot be measured would always seem to be met",
    )
    BAD_TEMPLATE = error(
        "308", "bad-prompt", "this prompt cannot be filled in: {reason}", "a prompt sees its shot and nothing else"
    )
    MISPLACED = error("309", "misplaced", "`{keyword}` cannot stand here: {reason}", "it would direct nothing")
    INCOMPLETE = error("310", "incomplete", "`{keyword}` does not say {what}", "there is nothing to make it from")


class MeaningWarnings:
    """Meaning warnings: the film is made, but perhaps not as meant."""

    NEAR_CUE = warning(
        "251", "near-name", "`{name}` speaks here for the first time", "a misspelt cue becomes a new person"
    )
    UNUSED = warning("252", "unused", "`{name}` is declared and never used", "it may be a misspelling elsewhere")
    SHADOWS = warning(
        "253",
        "empty-shadow",
        "this `{keyword} {name}` hides the library's and says nothing of its own",
        "a declaration replaces the library's of that name; to use that one, only name it",
    )
    SCENE_LATE = warning(
        "254",
        "late-scene",
        "this `scene` stands after something has happened",
        "it says how a scene opens, so what is written above it is played from there",
    )
    NEVER_SAID = warning(
        "255",
        "never-said",
        "nobody says `{word}` in this scene",
        "the cue has nothing to wait for and comes where it is written",
    )
    NEAR_TIME = warning(
        "256", "near-time", "`{text}` is read as part of the place", "a heading's time decides how it is lit"
    )
    NO_RECORD = warning(
        "257",
        "no-rights-record",
        "{what} has no `{record}`",
        "film.toml asks for a record of every borrowed face, voice and picture",
    )
    SAME_NAME = warning(
        "258",
        "name-of-two-kinds",
        "`{name}` is a {kind} and also a {other}",
        "headings keep them apart, but a reader may not",
    )
    NOT_READ = warning(
        "260",
        "setting-not-read",
        "`{key}` is not read here: {reason}",
        "the film is made with the usual value, or with the one before it",
    )
    SAME_NUMBER = warning(
        "259",
        "same-scene-number",
        "two scenes have the number `{number}`",
        "shots, editions and schedules go by a scene's number",
    )
