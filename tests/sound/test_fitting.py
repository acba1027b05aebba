"""Speech fitted to its slot: exactly as long, at its own pitch, its words where the cut has them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.graph.params import FitSpeech
from compiler.staging.model import SpokenLine, VoiceSpec
from compiler.timebase import SAMPLE_RATE
from runtime.sound.fitting import anchors, fit_speech, stretched
from runtime.sound.speech import speak
from runtime.sound.wav import Samples, read_wav, write_wav


def tone(seconds: float, hz: float = 170.0) -> Samples:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(0.3 * sum(np.sin(2 * np.pi * hz * k * t) / k for k in (1, 2, 3)), np.float32)


def pitch(x: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 1 << 19))
    return float(np.argmax(spectrum) * SAMPLE_RATE / (1 << 19))


@pytest.mark.parametrize("factor", [0.75, 0.9, 1.0, 1.1, 4 / 3])
def test_a_tone_keeps_its_pitch_and_level(factor: float) -> None:
    x = tone(1.2)
    count = round(len(x) * factor)
    y = stretched(x, np.array([0.0, len(x)]), np.array([0.0, count]), count)
    assert len(y) == count
    inner = y[2400:-2400]
    assert abs(pitch(inner) - 170.0) < 1.5
    assert np.sqrt((inner**2).mean()) == pytest.approx(np.sqrt((x[2400:-2400] ** 2).mean()), rel=0.05)
    # no seam is heard: nothing jumps further than the tone itself does
    assert np.abs(np.diff(inner)).max() < 1.6 * np.abs(np.diff(x)).max()


def test_what_needs_no_stretching_is_left_as_it_is() -> None:
    x = tone(0.7) * np.random.default_rng(3).uniform(0.9, 1.0, round(0.7 * SAMPLE_RATE)).astype(np.float32)
    y = stretched(x, np.array([0.0, len(x)]), np.array([0.0, len(x)]), len(x))
    assert np.abs(y[1500:-1500] - x[1500:-1500]).max() < 1e-6


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 0.4), st.floats(0.0, 0.5)), max_size=8),
    st.lists(st.tuples(st.floats(0.0, 0.4), st.floats(0.0, 0.5)), max_size=8),
    st.floats(0.75, 4 / 3),
)
def test_the_map_of_time_rises_and_nothing_runs_too_fast(
    one: list[tuple[float, float]], other: list[tuple[float, float]], factor: float
) -> None:
    def spans(steps: list[tuple[float, float]]) -> tuple[list[tuple[float, float]], float]:
        at, found = 0.05, []
        for gap, size in steps:
            found.append((at + gap, at + gap + size))
            at += gap + size
        return found, at + 0.1

    (spoken, came), (words, _) = spans(one), spans(other)
    goes = came * factor
    a, b = anchors(spoken, [w for w in words if w[1] <= goes], came, goes)
    assert (a[0], b[0]) == (0.0, 0.0)
    assert (a[-1], b[-1]) == (came, goes)
    rates = np.diff(b) / np.diff(a)
    assert (np.diff(a) > 0).all()
    assert (rates >= 0.5 - 1e-9).all()
    assert (rates <= 2.0 + 1e-9).all()


def _bursts(path: Path, starts: list[float], seconds: float) -> None:
    """A line whose words are bursts of tone that begin at ``starts``."""
    x = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    for start in starts:
        burst = tone(0.15)
        at = round(start * SAMPLE_RATE)
        x[at : at + len(burst)] = burst
    write_wav(path, x)


def test_words_come_where_the_cut_has_them(tmp_path: Path) -> None:
    starts, wanted = [0.1, 0.5, 0.9, 1.3], [0.1, 0.42, 0.95, 1.5]
    _bursts(tmp_path / "a.wav", starts, 1.6)
    words = [[w, s, s + 0.15] for w, s in zip("abcd", starts, strict=True)]
    told = {"seconds": 1.6, "words": words, "phones": [["a", s, s + 0.15] for s in starts], "loudness": [1.0]}
    (tmp_path / "a.json").write_text(json.dumps(told))
    q = FitSpeech(1.8, tuple((w, w + 0.15) for w in wanted))
    fit_speech(q, tmp_path / "a.wav", tmp_path / "a.json", tmp_path / "b.wav", tmp_path / "b.json")
    y, found = read_wav(tmp_path / "b.wav"), json.loads((tmp_path / "b.json").read_text())
    assert len(y) == round(1.8 * SAMPLE_RATE)
    assert found["seconds"] == 1.8
    assert [w[1] for w in found["words"]] == pytest.approx(wanted, abs=1e-3)
    assert [w[1] for w in found["phones"]] == pytest.approx(wanted, abs=1e-3)
    loud = np.abs(y) > 0.05
    heard = np.flatnonzero(
        loud
        & ~np.concatenate([np.zeros(4000, bool), np.lib.stride_tricks.sliding_window_view(loud, 4000).any(axis=1)])[
            : len(loud)
        ]
    )
    assert len(heard) == 4
    assert heard / SAMPLE_RATE == pytest.approx(wanted, abs=0.03)
    assert len(found["loudness"]) == 180


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 5000), st.floats(0.75, 4 / 3))
def test_any_length_is_met_to_the_sample(tmp_path: Path, samples: int, factor: float) -> None:
    x = tone(1.0)[:samples]
    count = round(samples * factor)
    y = stretched(x, np.array([0.0, max(1.0, len(x))]), np.array([0.0, max(1.0, count)]), count)
    assert len(y) == count
    assert np.isfinite(y).all()
    assert np.abs(y).max(initial=0.0) <= 1.2 * np.abs(x).max(initial=0.0) + 1e-9


@pytest.mark.slow
def test_a_spoken_line_is_fitted_and_stays_itself(tmp_path: Path) -> None:
    line = SpokenLine("Is anybody out there tonight?", VoiceSpec((("jm_kumo", 1.0),)))
    timing = speak(line, tmp_path / "a.wav", tmp_path / "a.json")
    goes = round(timing.seconds * 1.2, 4)
    words = tuple((round(a * 1.2, 4), round(b * 1.2, 4)) for a, b in timing.words)
    fit_speech(FitSpeech(goes, words), tmp_path / "a.wav", tmp_path / "a.json", tmp_path / "b.wav", tmp_path / "b.json")
    x, y = read_wav(tmp_path / "a.wav"), read_wav(tmp_path / "b.wav")
    assert len(y) == round(goes * SAMPLE_RATE)
    one, other = (np.abs(np.fft.rfft(s, 1 << 18)).reshape(-1)[:40000] for s in (x, y))
    bands = [np.log(1e-3 + s.reshape(400, -1).sum(axis=1)) for s in (one, other)]
    assert np.corrcoef(*bands)[0, 1] > 0.97
