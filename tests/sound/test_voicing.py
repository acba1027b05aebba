"""Voices from words, deliveries from manners, and an estimate that stays near what was measured."""

from __future__ import annotations

import pytest

from compiler.meaning.film import Character, Phrase
from compiler.staging.model import PersonSpec, SpokenLine, VoiceSpec
from compiler.staging.voicing import delivery_of, estimate, knows, manner_of, room_of, voice_of, voice_pitch

MAN = VoiceSpec((("jf_alpha", 0.1), ("jm_kumo", 0.9)))
MACHINE = VoiceSpec((("heart", 1.0),), rate=0.95, pitch=-3.0, engine="machine")

# Lengths the packaged models gave these lines, in seconds.
MEASURED = (
    ("The archive closes at midnight. You may keep one.", MACHINE, 3.227),
    ("Mara.", MAN, 0.755),
    ("You kept the light on. All this time.", MACHINE, 2.417),
    ("Do you remember the summer the boats came in early, and your father sang all the way home?", MACHINE, 4.706),
)


def character(name: str, voice: str = "", seed: str = "") -> Character:
    return Character(name=name, voice=tuple(Phrase(v.strip()) for v in voice.split(",") if v), seed=seed)


def voice(name: str, words: str = "", gender: float = 0.0, age: float = 40.0) -> VoiceSpec:
    return voice_of(character(name, words), PersonSpec(name, 1, gender=gender, age=age))


@pytest.mark.parametrize("gender", [0.0, 0.5, 1.0])
def test_blends_are_convex(gender: float) -> None:
    for name in ("MARA", "ELIAS", "ÅSE", "李", "Ö", "the keeper", "A" * 300):
        blend = voice(name, gender=gender).blend
        assert sum(weight for _, weight in blend) == pytest.approx(1.0)
        assert all(0.0 < weight <= 1.0 for _, weight in blend)


def test_undirected_voices_differ_and_persist() -> None:
    names = ("MARA", "ANA", "INES", "RUTH", "NORA", "LENA", "ODA", "TOVE")
    voices = [voice(name) for name in names]
    assert len(set(voices)) == len(names)
    assert voices == [voice(name) for name in names]


def test_words_direct() -> None:
    plain, low = voice("MARA"), voice("MARA", "low, breathy, slow")
    assert voice_pitch(low) < voice_pitch(plain)
    assert low.rate < plain.rate
    assert low.breath > plain.breath
    assert voice("MARA", "british").british
    assert voice_pitch(voice("X", gender=1.0)) < 0.75 * voice_pitch(voice("X", gender=0.0))
    assert voice("X", age=80).rate < voice("X", age=30).rate


def test_a_machine_by_words() -> None:
    keeper = voice("KEEPER", "calm machine, low")
    assert keeper.engine == "machine"
    assert voice("KEEPER", "warm").engine == "kokoro"


@pytest.mark.parametrize(
    ("manner", "delivery"),
    [
        (("whispering",), "whisper"),
        (("softly, to herself",), "soft"),
        (("over the phone",), "phone"),
        (("beat", "tired"), "tired"),
        (("recording",), "recording"),
        (("looking away",), ""),
        ((), ""),
    ],
)
def test_deliveries(manner: tuple[str, ...], delivery: str) -> None:
    assert delivery_of(manner) == delivery


def test_rooms() -> None:
    assert room_of(False, "a shore at dawn") == "exterior"
    assert room_of(True, "a long dark corridor of server racks") == "hall"
    assert room_of(True, "") == "room"


@pytest.mark.parametrize(("text", "spec", "seconds"), MEASURED)
def test_estimate_is_near(text: str, spec: VoiceSpec, seconds: float) -> None:
    timing = estimate(SpokenLine(text, spec))
    assert not timing.exact
    assert timing.seconds == pytest.approx(seconds, rel=0.14)


@pytest.mark.parametrize("text", ["", "…", "--", "Mara.", "!?", "Привет, мир.", "7", "a" * 5000, "I—I know. " * 40])
def test_estimate_never_fails(text: str) -> None:
    timing = estimate(SpokenLine(text, MAN, manner_of(("whispering",))))
    assert timing.seconds > 0.0
    assert len(timing.words) == len(text.split())
    assert all(0.0 <= a <= b <= timing.seconds for a, b in timing.words)
    assert all(a[1] <= b[0] + 1e-9 for a, b in zip(timing.words, timing.words[1:], strict=False))


def test_knows() -> None:
    assert knows("distant foghorn")
    assert knows("Waves on the shore, low")
    assert knows("his breath, before he says her name")
    assert not knows("the colour of regret")
