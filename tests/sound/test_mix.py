"""Windows join without a seam, music gives way to speech, and the master is as loud as it must be."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from compiler.staging.model import PlacedMusic, PlacedSound, PlacedSpeech, SpokenLine, VoiceSpec
from runtime.sound.filters import noise
from runtime.sound.gauge import LEAD, Gauge, gain_for, gauge, read_gauge, survey
from runtime.sound.loudness import integrated, true_peak
from runtime.sound.master import CEILING, CONTEXT, limit_curve, master
from runtime.sound.mix import Source, mix_window, window_sources
from runtime.sound.wav import length, read_wav, write_wav

TOTAL = 8 * 48_000
SPEECH = PlacedSpeech(SpokenLine("x", VoiceSpec((("jm_kumo", 1.0),))), "A", 2.5, pan=-0.4, room="small room")
SOUND = PlacedSound("wind", 0.5, 6.5, -10.0, pan=0.3, fade_in=0.5, fade_out=1.0, ambience=True)
MUSIC = PlacedMusic("sparse", "D", "minor", 60.0, ("piano",), 0.0, 8.0, -8.0, 1.0, 2.0, 1)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, ...]:
    folder = tmp_path_factory.mktemp("mix")
    tone = np.sin(np.arange(8 * 48_000) * 0.03).astype(np.float32) * np.float32(0.14)
    voice = (noise(70_000, 1, 1.0) * 0.12).astype(np.float32)
    both = np.stack([noise(7 * 48_000, s, 1.0) * 0.1 for s in (2, 3)], axis=1).astype(np.float32)
    for name, data in (("voice", voice), ("wind", both), ("music", np.stack([tone, tone], axis=1))):
        write_wav(folder / f"{name}.wav", data)
    late = replace(SPEECH, start=5.6, pan=0.4, room="hall")
    return (
        (SPEECH, folder / "voice.wav"), (late, folder / "voice.wav"), (SOUND, folder / "wind.wav"),
        (MUSIC, folder / "music.wav"),
    )  # fmt: skip


@pytest.mark.parametrize(
    "cuts", [(0, TOTAL), (0, 1, 100_001, 240_000, 240_007, TOTAL), (0, 96_000, 192_000, 288_000, TOTAL)]
)
def test_windows_joined_are_the_whole(sources: tuple[Source, ...], cuts: tuple[int, ...]) -> None:
    whole = mix_window(sources, 0, TOTAL, TOTAL)
    parts = [mix_window(sources, a, b - a, TOTAL) for a, b in itertools.pairwise(cuts)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_a_window_needs_only_its_sources(sources: tuple[Source, ...]) -> None:
    whole = mix_window(sources, 0, TOTAL, TOTAL)
    for start in range(0, TOTAL, 48_000):
        needed = [sources[i] for i in window_sources(sources, start, 48_000)]
        assert np.array_equal(mix_window(needed, start, 48_000, TOTAL), whole[start : start + 48_000])


def test_the_end_is_cut_to_the_film(sources: tuple[Source, ...]) -> None:
    assert mix_window(sources, TOTAL - 10, 100, TOTAL).shape == (10, 2)
    assert mix_window(sources, TOTAL + 5, 100, TOTAL).shape == (0, 2)


def test_music_gives_way_before_the_first_word(sources: tuple[Source, ...]) -> None:
    music_only = mix_window(sources[3:], 0, TOTAL, TOTAL)
    silent = [(SPEECH, sources[0][1].with_name("silence.wav")), sources[3]]
    write_wav(silent[0][1], np.zeros(length(sources[0][1]), np.float32))
    under = mix_window(silent, 0, TOTAL, TOTAL)
    ratio = np.abs(under[:, 0]).reshape(-1, 4800).max(axis=1) / np.abs(music_only[:, 0]).reshape(-1, 4800).max(axis=1)
    assert ratio[20] == pytest.approx(1.0, abs=0.01)
    assert ratio[25] == pytest.approx(0.5, abs=0.03)
    assert ratio[55] == pytest.approx(1.0, abs=0.01)


def test_pan_keeps_power(sources: tuple[Source, ...]) -> None:
    left = mix_window([(replace(SOUND, pan=-1.0), sources[2][1])], 0, TOTAL, TOTAL)
    assert np.abs(left[:, 1]).max() < 1e-6
    assert np.abs(left[:, 0]).max() > 0.01


def test_the_master_reaches_its_loudness(sources: tuple[Source, ...], tmp_path: Path) -> None:
    paths, gauges = [], []
    for k, start in enumerate(range(0, TOTAL, 100_000)):
        paths.append(tmp_path / f"{k}.wav")
        count = min(100_000, TOTAL - start)
        heard = mix_window(sources, start - LEAD, LEAD + count + 64, TOTAL)
        write_wav(paths[-1], heard[LEAD : LEAD + count])
        (tmp_path / "gauge.json").write_text(gauge(heard, LEAD, count).text())
        gauges.append(read_gauge(tmp_path / "gauge.json"))
    found = survey(gauges)
    assert found.gain % 0.5 == 0.0
    master(paths, found.gain, tmp_path / "film.wav")
    film = read_wav(tmp_path / "film.wav")
    assert len(film) == TOTAL
    assert integrated(film) == pytest.approx(-16.0, abs=0.6)
    assert true_peak(film) <= CEILING + 0.1
    assert found.mastered == pytest.approx((integrated(film), true_peak(film)), abs=0.3)


def test_windows_mastered_apart_join(tmp_path: Path) -> None:
    """Each with its neighbours on either side, limited hard: the same as in one go."""
    sound = noise(2 * 480_000, 7, 1.0).reshape(-1, 2).astype(np.float32) * np.float32(0.3)
    sound[::9973] *= 3
    edges = [0, 100_000, 104_000, 250_001, len(sound)]
    paths = [tmp_path / f"{k}.wav" for k in range(4)]
    for path, (a, b) in zip(paths, itertools.pairwise(edges), strict=True):
        write_wav(path, sound[a:b])
    master(paths, 9.0, tmp_path / "whole.wav")
    whole = read_wav(tmp_path / "whole.wav")
    assert limit_curve(sound * np.float32(2.8), 0.78).min() < 0.7, "it must have something to do"
    for k, (a, b) in enumerate(itertools.pairwise(edges)):
        first = max(k - 1, 0)
        master(paths[first : k + 2], 9.0, tmp_path / "part.wav", start=a - edges[first], count=b - a)
        assert np.abs(read_wav(tmp_path / "part.wav") - whole[a:b]).max() < 1e-6
    assert CONTEXT < 2000, "a window of one film frame is context enough"


def test_loudness_is_measured_in_pieces() -> None:
    """However a track is cut, its gauges give the loudness and the true peak of the whole."""
    t = np.arange(20 * 48_000) / 48_000
    sound = (0.2 * np.sin(2 * np.pi * (90 + 40 * t) * t) * (0.2 + np.sin(t / 3) ** 2))[:, None] * [1.0, 0.7]
    sound = np.asarray(sound + 0.01 * noise(2 * len(t), 3, 1.0).reshape(-1, 2), np.float32)
    sound[400_000:520_000] = 0
    exact = integrated(sound), true_peak(sound)
    for cuts in ((0, 960_000), (0, 480_000, 960_000), (0, 2_000, 31_234, 400_007, 700_001, 960_000)):
        gauges: list[Gauge] = []
        for a, b in itertools.pairwise(cuts):
            lead = min(a, LEAD)
            gauges.append(gauge(sound[a - lead : b + 64], lead, b - a))
        found = survey(gauges)
        assert (found.lufs, found.peak) == pytest.approx(exact, abs=0.05)


def test_a_scene_sounds_the_same_wherever_it_is_cut_in(sources: tuple[Source, ...]) -> None:
    later = [(replace(p, start=(round(p.start * 48_000) + 86_003) / 48_000), path) for p, path in sources]
    moved = [(replace(p, start=(round(p.start * 48_000) - 86_003) / 48_000), path) for p, path in later]
    assert moved == list(sources), "times in whole samples survive being moved"


def test_loud_clicks_stay_below_the_ceiling(tmp_path: Path) -> None:
    x = np.zeros((48_000, 2), np.float32)
    x[1000::7000] = 0.9
    x[20_000:20_040, 0] = 0.99
    write_wav(tmp_path / "x.wav", x)
    master([tmp_path / "x.wav"], 12.0, tmp_path / "y.wav")
    assert true_peak(read_wav(tmp_path / "y.wav")) < -1.5


def test_loudness_of_a_reference_tone(tmp_path: Path) -> None:
    """BS.1770: a 997 Hz sine at −20 dBFS in both channels measures −20 + 3.01 − 3.01 LUFS."""
    tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(5 * 48_000) / 48_000)
    both = np.stack([tone, tone], axis=1).astype(np.float32)
    assert integrated(both) == pytest.approx(-20.0, abs=0.1)
    assert true_peak(both) == pytest.approx(-20.0, abs=0.1)


def test_silence_is_left_alone() -> None:
    assert gain_for(-70.0) == 0.0
    assert gain_for(-19.8) == 4.0
