"""Codes of time and of what people do. E240-E249, W501-W503, W701-W719."""

from __future__ import annotations

from compiler.codes.form import error, warning


class PerformanceErrors:
    """Performance errors: the film cannot be made as written."""

    BAD_PATTERN = error(
        "240",
        "bad-pattern",
        "`{text}` is no sentence pattern: {reason}",
        "a sentence is found in the prose by its pattern, so a wrong one finds nothing",
    )
    UNKNOWN_ACT = error(
        "241", "unknown-act", "there is no act called `{name}`", "a body can only do what the engine can move"
    )
    VERB_CYCLE = error(
        "242", "verb-cycle", "doing `{name}` comes back to itself: {chain}", "nobody would ever be done with it"
    )
    UNKNOWN_DOING = error(
        "243",
        "unknown-doing",
        "`{text}` is no sentence of the lexicon",
        "`does` composes a verb from sentences that are understood already",
    )
    VERB_INCOMPLETE = error(
        "244", "incomplete-definition", "`{name}` does not say {what}", "a definition must be found, and do something"
    )
    UNKNOWN_STYLE = error("245", "unknown-style", "`{name}` is no {what}", "a misspelt style would silently do nothing")


class PerformanceWarnings:
    """Performance warnings: the film is made, but perhaps not as meant."""

    DIALOGUE_TOO_LONG = warning(
        "501",
        "dialogue-too-long",
        "the dialogue is {over} s longer than this shot{how}",
        "words are never cut: they go on over the next shot",
    )
    SHOT_TOO_SHORT = warning(
        "502",
        "shot-too-short",
        "a shot of {seconds} s is too short to read",
        "an eye needs ten frames to find a picture",
    )
    SPEECH_PAST_SCENE = warning(
        "503",
        "speech-past-scene",
        "{who} is still speaking {over} s after the scene has ended",
        "a voice that runs on into another place is heard as belonging there",
    )
    TRANSITION_TOO_LONG = warning(
        "701",
        "transition-too-long",
        "a {kind} of {seconds} s does not fit into the shot before it; it was made {left} s",
        "both shots must be seen on their own for a while, or neither is",
    )
    TRANSITIONS_OVERLAP = warning(
        "702",
        "transitions-overlap",
        "the transitions into and out of this shot overlap by {over} s",
        "the shot would never be seen by itself",
    )
    SHOT_VERY_LONG = warning(
        "703", "shot-very-long", "this shot runs for {minutes} minutes", "a slip of a unit makes seconds of frames"
    )
    UNKNOWN_DIRECTION = warning(
        "704", "unknown-direction", "`{text}` is nothing that {who} can do here", "the direction would be lost"
    )
    CUE_NEVER_COMES = warning(
        "705",
        "cue-never-comes",
        "nobody in this scene does what `when {what}` waits for",
        "a cue that waits for what never happens is not heard or seen when it was meant",
    )
