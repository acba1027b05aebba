"""The composer's promises: it resolves, it meets the cuts, it repeats itself only when asked, and it never fails."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from compiler.staging.model import PlacedMusic
from runtime.sound.composer import compose
from runtime.sound.harmony import Chord, key_of, lead
from runtime.sound.loudness import integrated
from runtime.sound.score import cue

CUE = PlacedMusic("sparse", "D", "minor", 58.0, ("strings", "piano"), 0.0, 40.0, -16.0, 1.0, 3.0, 7, (6.0, 11.4, 27.0))


def test_equal_cues_equal_notes_other_seeds_other_notes() -> None:
    assert compose(CUE) == compose(CUE)
    assert compose(CUE) != compose(replace(CUE, seed=8))


def test_notes_stay_in_the_key_and_the_cue() -> None:
    for mode in ("minor", "major", "dorian", "phrygian", "lydian"):
        piece = compose(replace(CUE, mode=mode, character="tense" if mode == "phrygian" else "sparse"))
        key = key_of("D", mode)
        allowed = {(key.tonic + step) % 12 for step in key.scale}
        for part in piece.parts:
            assert all(note.pitch % 12 in allowed for note in part.notes)
            assert all(0.0 <= note.start < CUE.seconds and note.seconds > 0 for note in part.notes)
            assert all(20 <= note.pitch <= 100 for note in part.notes)


def test_it_comes_home() -> None:
    for seed in range(6):
        piece = compose(replace(CUE, seed=seed))
        bass = next(p for p in piece.parts if p.role == "bass")
        assert max(bass.notes, key=lambda n: n.start).pitch % 12 == 2
        melody = next(p for p in piece.parts if p.role == "melody")
        last = max(n.start for n in melody.notes)
        assert last < CUE.seconds - 2.0


def test_bar_lines_meet_hits_they_can_reach() -> None:
    piece = compose(CUE)
    lines = np.array([at for at, _ in piece.arc])
    met = sum(bool(np.abs(lines - hit).min() < 0.02) for hit in CUE.hits)
    assert met >= 2
    assert (np.diff(lines) > 1.0).all()


@pytest.mark.parametrize("seconds", [0.4, 1.5, 4.0, 9.0])
@pytest.mark.parametrize("character", ["", "drone, swelling", "hopeful warm", "solo tense pulse", "ünïcode"])
def test_any_cue_composes(seconds: float, character: str) -> None:
    cue_ = replace(
        CUE, seconds=seconds, character=character, instruments=(), hits=(0.1, seconds * 2), key="Q", mode="?"
    )
    assert compose(cue_).parts


def test_voices_move_little() -> None:
    chords = [Chord(r, (0, 2, 4)) for r in (0, 5, 2, 6, 0, 3, 4, 0)]
    voicings = lead(chords, key_of("A", "minor"))
    moves = [abs(b - a) for v, w in itertools.pairwise(voicings) for a, b in zip(v, w, strict=True)]
    assert np.mean(moves) < 3.5
    assert max(moves) <= 7


def test_a_short_cue_sounds() -> None:
    short = replace(CUE, seconds=1.5, hits=())
    samples = cue(short)
    assert samples.shape == (72_000, 2)
    assert integrated(samples) == pytest.approx(-20.0, abs=0.5)
    assert np.array_equal(samples, cue(short))
    assert np.abs(samples[:, 0] - samples[:, 1]).max() > 0.005


def test_drums_keep_a_figure_and_lead_into_phrases() -> None:
    piece = compose(replace(CUE, character="driving drums", bpm=132.0))
    (drums,) = (part for part in piece.parts if part.role == "drums")
    assert all(0.0 <= note.start < CUE.seconds + 1 and 27 <= note.pitch <= 87 for note in drums.notes)
    assert len(drums.notes) > 8 * 20
    assert not any(part.role == "drums" for part in compose(CUE).parts)
    loud = cue(replace(CUE, character="driving drums", bpm=132.0, seconds=6.0, hits=()))
    assert np.isfinite(loud).all()
