"""Sound from files: every kind is read, levelled like what is made here, repeated without a click; recordings get words."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from compiler.graph.params import ImportSound, UseRecording
from compiler.timebase import SAMPLE_RATE
from runtime.edit.media import MediaError
from runtime.sound.effects import far
from runtime.sound.files import import_sound, lay_words, looped, use_recording
from runtime.sound.loudness import integrated
from runtime.sound.wav import read_wav, write_wav


def tone(seconds: float, hz: float = 300.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE)).astype(np.float32)


def encoded(path: Path, codec: str, samples: np.ndarray) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None], "fltp", "mono")
        frame.sample_rate = SAMPLE_RATE
        resampler = av.AudioResampler(
            stream.format, "mono", SAMPLE_RATE, frame_size=stream.codec_context.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp3", "libmp3lame"), ("a.flac", "flac"), ("a.ogg", "libopus"), ("a.wav", "pcm_s16le")]
)
def test_every_kind_is_read_and_levelled(tmp_path: Path, name: str, codec: str) -> None:
    source = encoded(tmp_path / name, codec, tone(1.0))
    import_sound(ImportSound(0.0, 9.0), source, tmp_path / "out.wav")
    found = read_wav(tmp_path / "out.wav")
    assert found.shape[1] == 2
    assert len(found) / SAMPLE_RATE == pytest.approx(1.0, abs=0.08)
    assert integrated(found) == pytest.approx(-20.0, abs=1.5)


def test_a_loop_has_the_length_asked_for_and_no_click() -> None:
    stereo = np.repeat(tone(0.5, 311.0)[:, None], 2, axis=1)
    found = looped(stereo, 2 * SAMPLE_RATE)
    assert found.shape == (2 * SAMPLE_RATE, 2)
    assert np.abs(np.diff(found[:, 0])).max() < 3 * np.abs(np.diff(stereo[:, 0])).max()
    assert looped(stereo, 100).shape == (100, 2)


def test_what_is_far_is_duller() -> None:
    noise = np.random.default_rng(1).standard_normal((SAMPLE_RATE, 2)).astype(np.float32) * 0.1
    spectrum = [np.abs(np.fft.rfft(x[:, 0])) for x in (noise, far(noise, 80.0))]
    high = [s[9000:].sum() / s[:3000].sum() for s in spectrum]
    assert high[1] < 0.4 * high[0]


def test_a_recording_becomes_a_line(tmp_path: Path) -> None:
    gap = np.zeros(SAMPLE_RATE // 2, np.float32)
    write_wav(tmp_path / "take.wav", np.concatenate([gap, tone(0.8), gap, tone(0.8), gap]))
    words = ("Hello", "there", "old", "friend.")
    timing = use_recording(UseRecording(words), tmp_path / "take.wav", tmp_path / "out.wav", tmp_path / "out.json")
    assert timing.exact
    assert timing.seconds == pytest.approx(3.1, abs=0.01)
    assert len(timing.words) == 4
    assert timing.words[0][0] == pytest.approx(0.5, abs=0.03), "nothing is said before it sounds"
    assert timing.words[-1][1] == pytest.approx(2.6, abs=0.03)
    assert not any(1.35 < start < 1.75 for start, _ in timing.words), "no word begins in the silence"
    assert all(a < b for a, b in timing.words)
    facts = json.loads((tmp_path / "out.json").read_text())
    assert [w[0] for w in facts["words"]] == list(words)
    assert len(facts["phones"]) >= 10
    assert integrated(read_wav(tmp_path / "out.wav")) == pytest.approx(-20.0, abs=1.0)


def test_words_never_overlap() -> None:
    rng = np.random.default_rng(3)
    for count in (1, 2, 7, 40):
        loudness = np.abs(rng.standard_normal(rng.integers(5, 300))).astype(np.float32)
        spans = lay_words(["word"] * count, loudness)
        assert len(spans) == count
        assert all(a[0] <= b[0] for a, b in pairwise(spans))
        assert all(0 <= a < b <= len(loudness) / 100 + 0.02 for a, b in spans)
    assert lay_words((), np.ones(10, np.float32)) == ()


def test_silence_is_no_recording(tmp_path: Path) -> None:
    write_wav(tmp_path / "empty.wav", np.zeros(SAMPLE_RATE, np.float32))
    with pytest.raises(MediaError, match="silent"):
        use_recording(UseRecording(("Hi",)), tmp_path / "empty.wav", tmp_path / "o.wav", tmp_path / "o.json")
