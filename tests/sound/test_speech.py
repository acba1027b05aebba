"""A line spoken by the packaged models: times that fit, level, and the same bytes again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from compiler.staging.model import SpokenLine, VoiceSpec
from compiler.staging.voicing import manner_of
from runtime.sound.loudness import integrated, true_peak
from runtime.sound.reading import is_speakable, plain, read
from runtime.sound.speech import _chunks, speak
from runtime.sound.wav import read_wav

MACHINE = VoiceSpec((("heart", 1.0),), rate=0.95, pitch=-3.0, engine="machine")
WOMAN = VoiceSpec((("jf_alpha", 0.5), ("jf_nezumi", 0.2), ("jm_kumo", 0.3)), pitch=-1.0)


def spoken(folder: Path, line: SpokenLine, name: str = "a") -> tuple[dict[str, list[list[float]]], np.ndarray, float]:
    timing = speak(line, folder / f"{name}.wav", folder / f"{name}.json")
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    assert timing.exact
    assert facts["seconds"] == timing.seconds
    assert [[a, b] for _, a, b in facts["words"]] == [list(w) for w in timing.words]
    return facts, read_wav(folder / f"{name}.wav"), timing.seconds


def test_a_line_of_the_large_voice(tmp_path: Path) -> None:
    facts, samples, seconds = spoken(tmp_path, SpokenLine("You kept it.", WOMAN))
    assert abs(len(samples) - seconds * 48_000) < 3
    assert integrated(samples) == pytest.approx(-20.0, abs=1.0)
    assert true_peak(samples) < -3.0
    assert [w[0] for w in facts["words"]] == ["You", "kept", "it."]
    assert {"k", "ɛ", "p", "t"} <= {p[0] for p in facts["phones"]}
    # What is called a phone sounds: the middle of every vowel is louder than the ends of the file.
    rms = np.array(facts["loudness"])
    vowels = [p for p in facts["phones"] if p[0] in "ɛuɪiə"]
    assert min(rms[int((p[1] + p[2]) * 50)] for p in vowels) > 3.0 * max(rms[0], rms[-1])
    assert 0.0 <= rms.min() <= rms.max() <= 1.0


def test_the_machine_speaks_the_same_bytes_twice(tmp_path: Path) -> None:
    line = SpokenLine("The archive closes at midnight.", MACHINE)
    spoken(tmp_path, line, "a")
    spoken(tmp_path, line, "b")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_deliveries_change_sound_not_words(tmp_path: Path) -> None:
    plain_facts, loud, _ = spoken(tmp_path, SpokenLine("Good evening.", MACHINE))
    soft_facts, low, _ = spoken(tmp_path, SpokenLine("Good evening.", MACHINE, manner_of(("whispering",))))
    assert integrated(low) < integrated(loud) - 3.0
    assert [p[0] for p in plain_facts["phones"]] == [p[0] for p in soft_facts["phones"]]


@pytest.mark.parametrize("text", ["", "…", "--", "!?", "漢字", "🌊", "(beat)"])
def test_lines_without_words_are_short_silence(tmp_path: Path, text: str) -> None:
    facts, samples, seconds = spoken(tmp_path, SpokenLine(text, WOMAN))
    assert 0.3 < seconds < 1.0
    assert facts["phones"] == []
    assert len(facts["words"]) == len(text.split())
    assert not samples.any()


@pytest.mark.parametrize(
    "text",
    [
        "It was 7:30 on May 3rd, 1984.",
        "Dr. Hale paid $12 — twice.",
        "NO! She'd never… (beat) go, would she?",
        'É a 50% "lie"',
    ],
)
def test_every_written_word_is_read(text: str) -> None:
    words = read(text)
    assert [w.text for w in words] == text.split()
    assert all(is_speakable(w.phonemes) for w in words if any(c.isalnum() for c in w.text) and "beat" not in w.text)


def test_long_text_is_cut_between_sentences() -> None:
    words = read("I never thought the sea could be so still, my love, not once in all these years. " * 12)
    chunks = _chunks(words)
    assert len(chunks) > 3
    assert all(len(c.phonemes) <= 330 for c in chunks)
    assert all(len(c.owner) == len(c.phonemes) for c in chunks)
    assert all(c.phonemes.endswith((".", ",")) for c in chunks)


def test_typography_becomes_reading_text() -> None:
    assert plain("*I* kept --- it...") == "I kept — it…"
    assert plain("WHERE is he?") == "Where is he?"
