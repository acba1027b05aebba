"""Codes of time and of what people do. E240-E249, W501-W503, W701-W719."""

from __future__ import annotations

from compiler.codes.form import warning


class PerformanceErrors:
    """Performance errors: the film cannot be made as written."""


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
