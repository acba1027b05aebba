"""Pieces of the finished track join as one encode: bit for bit, to the sample, whatever the film's rate."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.graph.soundgrid import AAC_BEHIND, AAC_FRAME, AAC_LEAD, aac_frames, piece_frames
from compiler.timebase import FrameRate
from runtime.edit.ffmpeg import output, source
from runtime.sound.aac import encode_piece
from runtime.sound.adts import adts_frames
from runtime.sound.filters import noise
from runtime.sound.wav import Samples, write_wav

RATE = 48_000


def programme(seconds: float, seed: int = 1) -> Samples:
    """Speech-like bursts, chords, noise, clicks and a silence: what makes an encoder change its mind."""
    n = int(seconds * RATE)
    t = np.arange(n) / RATE
    voice = sum(np.sin(2 * np.pi * 140 * k * t + 2 * np.sin(2 * np.pi * 3 * t)) / k for k in range(1, 20))
    voice = voice * (0.5 + 0.5 * np.sin(2 * np.pi * 4 * t)) ** 2
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220.0, 277.2, 329.6)) * (np.sin(2 * np.pi * t / 7) > 0)
    sound = np.stack([0.08 * voice + 0.05 * chord, 0.06 * voice + 0.07 * chord], axis=1)
    sound += 0.03 * noise(2 * n, seed, 0.5).reshape(n, 2) * (np.sin(2 * np.pi * t / 3) > 0)[:, None]
    for click in range(RATE // 3, n - 300, RATE // 2):
        sound[click : click + 200] += 0.5 * noise(200, click, 0.0)[:, None] * np.exp(-np.arange(200) / 40)[:, None]
    sound[int(0.55 * n) : int(0.62 * n)] = 0.0
    return np.asarray(np.clip(sound, -0.9, 0.9), np.float32)


def encode_in_pieces(sound: Samples, folder: Path, size: int, window: int = 300_007) -> list[Path]:
    """As lowering asks for it: windows of any length, pieces of ``size`` frames on the film's grid."""
    edges = [*range(0, len(sound), window), len(sound)]
    windows = []
    for k, (a, b) in enumerate(pairwise(edges)):
        windows.append(folder / f"w{k}.wav")
        write_wav(windows[-1], sound[a:b])
    frames, pieces = aac_frames(len(sound)), []
    for first in range(0, frames, size):
        lead = min(AAC_LEAD, first)
        low = (first - lead) * AAC_FRAME
        high = min(len(sound), (first + size + AAC_BEHIND) * AAC_FRAME)
        near = [k for k, (a, b) in enumerate(pairwise(edges)) if b > low and a < high]
        pieces.append(folder / f"p{first}.aac")
        kept = [windows[k] for k in near]
        encode_piece(kept, pieces[-1], low - edges[near[0]], min(size, frames - first), lead, high - low)
    return pieces


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_pieces_are_bit_for_bit_one_encode(tmp_path: Path, seed: int) -> None:
    sound = programme(15.1, seed)
    write_wav(tmp_path / "all.wav", sound)
    encode_piece([tmp_path / "all.wav"], tmp_path / "all.aac", 0, aac_frames(len(sound)), 0, len(sound))
    pieces = encode_in_pieces(sound, tmp_path, 250)
    assert len(pieces) == 3
    assert b"".join(path.read_bytes() for path in pieces) == (tmp_path / "all.aac").read_bytes()


def test_a_piece_that_is_not_run_up_would_be_heard(tmp_path: Path) -> None:
    """The control: without the run-up the same frames come out otherwise, so the test above can fail."""
    sound = programme(12.0)
    write_wav(tmp_path / "all.wav", sound)
    encode_piece([tmp_path / "all.wav"], tmp_path / "all.aac", 0, aac_frames(len(sound)), 0, len(sound))
    encode_piece([tmp_path / "all.wav"], tmp_path / "cold.aac", 250 * AAC_FRAME, 100, 0, 110 * AAC_FRAME)
    whole = list(adts_frames(tmp_path / "all.aac"))[250:350]
    assert list(adts_frames(tmp_path / "cold.aac")) != whole


def test_what_is_heard_is_what_was_mixed(tmp_path: Path) -> None:
    """Decoded, the joined pieces lie on the mix to the sample, and its noise is as low at the joins as elsewhere."""
    sound = programme(16.0)
    pieces = encode_in_pieces(sound, tmp_path, 250)
    (tmp_path / "film.aac").write_bytes(b"".join(path.read_bytes() for path in pieces))
    raw = output([*source(tmp_path / "film.aac", "aac"), "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"], 1 << 28)
    heard = np.frombuffer(raw, np.float32).reshape(-1, 2)[AAC_FRAME : AAC_FRAME + len(sound)]
    error = heard - sound
    level = 10 * np.log10(np.square(error).mean())
    assert level < -40
    joins = [first * AAC_FRAME for first in range(250, aac_frames(len(sound)), 250)]
    at_joins = [10 * np.log10(np.square(error[join - 2048 : join + 2048]).mean() + 1e-12) for join in joins]
    assert max(at_joins) < level + 12


@given(st.sampled_from(["24", "25", "30", "50", "60", "23.976", "29.97", "12", "48", "120"]))
def test_the_grid(text: str) -> None:
    """Pieces are of about ten seconds and end on a film frame where that can be."""
    rate = FrameRate.parse(text)
    samples = piece_frames(rate) * AAC_FRAME
    assert 4.5 <= samples / RATE <= 16
    if rate.fps.denominator == 1:
        assert (Fraction(samples, RATE) * rate.fps).denominator == 1
    assert piece_frames(rate) > AAC_LEAD


@given(st.integers(0, 10**9))
def test_frames_hold_all_samples_and_what_primes_them(samples: int) -> None:
    frames = aac_frames(samples)
    assert not samples or (frames - 1) * AAC_FRAME >= samples > (frames - 2) * AAC_FRAME
