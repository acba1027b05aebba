"""Captions: wrapped, timed on words, named when the speaker is not seen, never on top of one another."""

from __future__ import annotations

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.staging.model import LineTiming, PlacedSpeech, SpokenLine, VoiceSpec
from runtime.edit.captions import LINES, WIDTH, srt, wrap

VOICE = VoiceSpec((("jm_kumo", 1.0),))


def placed(text: str, start: float, seconds: float, **more: object) -> tuple[PlacedSpeech, LineTiming]:
    count = len(text.split())
    words = tuple((i * seconds / count, (i + 0.9) * seconds / count) for i in range(count))
    return PlacedSpeech(SpokenLine(text, VOICE), "Mara", start, **more), LineTiming(seconds, words, True)  # type: ignore[arg-type]


def test_one_line() -> None:
    speech, timing = placed("You kept the light on.", 3.0, 1.6)
    assert srt([speech], [timing]) == "1\n00:00:03,000 --> 00:00:04,918\nYou kept the light on.\n"


def test_a_voice_over_is_named() -> None:
    speech, timing = placed("Good evening.", 0.0, 1.0, voice_over=True)
    assert "MARA: Good evening." in srt([speech], [timing])


def test_long_speech_breaks_at_sentences() -> None:
    text = "The archive closes at midnight. You may keep one recording, and one only. Everything not chosen will be erased."
    speech, timing = placed(text, 10.0, 8.0)
    out = srt([speech], [timing])
    assert out.count("-->") == 2
    assert "\n\n2\n" in out


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=200), max_size=5))
def test_any_text_makes_sound_captions(texts: list[str]) -> None:
    pairs = [placed(t, 2.0 * i, 1.9) for i, t in enumerate(texts) if t.split()]
    out = srt([p for p, _ in pairs], [t for _, t in pairs])
    stamps = [
        tuple(map(_seconds, line.split(" --> ")))
        for line in out.splitlines()
        if re.match(r"\d\d:\d\d:\d\d,\d{3} --> ", line)
    ]
    assert all(a < b for a, b in stamps)
    assert all(b[0] >= a[0] for a, b in itertools.pairwise(stamps))


def test_two_lines_of_forty_two() -> None:
    text = "He always hated this kettle and the sound it made in the mornings of winter."
    lines = wrap(text).split("\n")
    assert len(lines) <= LINES
    assert all(len(line) <= WIDTH for line in lines)


def _seconds(stamp: str) -> float:
    h, m, s = stamp.replace(",", ".").split(":")
    return int(h) * 3600 + int(m) * 60 + float(s)
