"""A recut timeline: film time closes over what is not shown, sync sound goes with its picture, nothing else is touched."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.lower_takes import strips
from compiler.graph.recut import LEAST, captioned, recut
from compiler.staging.model import PlacedMusic, PlacedSound, PlacedSpeech, Timeline
from compiler.staging.model_takes import Piece, Takes
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate
from compiler.timebase import SAMPLE_RATE, FrameRate
from runtime.sound.parts import FADE, part_of
from runtime.sound.wav import write_wav
from tests.takes.films import TAKEN

RATE = FrameRate()
FACTS = Facts({}, {})


def timeline() -> Timeline:
    film, _, report = check_text(TAKEN)
    assert film is not None, report.items
    return stage_film(film, estimate, Report())


LINE = timeline()
ADA = next(shot for shot in LINE.shots if shot.name == "ada")
FRAMES = ADA.shot.frames
ZERO = ADA.first_frame + ADA.shot.head


@st.composite
def pieces(draw: st.DrawFn) -> tuple[Piece, ...]:
    ends = sorted(draw(st.sets(st.integers(0, FRAMES), min_size=2, max_size=6)))
    kept = [(a, b) for a, b in pairwise(ends) if draw(st.booleans())] or [(ends[0], ends[1])]
    return tuple(Piece(draw(st.integers(1, 4)), a, b - a) for a, b in kept)


@st.composite
def heard(draw: st.DrawFn) -> Timeline:
    """The film with sounds and lines anywhere."""
    starts = draw(st.lists(st.integers(0, 12_000), max_size=5))
    sounds = tuple(
        PlacedSound(f"sound {n}", at / 1000, draw(st.integers(100, 6000)) / 1000, -20.0, ambience=draw(st.booleans()))
        for n, at in enumerate(starts)
    )
    return replace(LINE, sounds=tuple(sorted(sounds, key=lambda s: (s.start, s.what, s.seconds))))


def cut(line: Timeline, shown: tuple[Piece, ...]) -> Timeline:
    return recut(line, {"ada": Takes(shown)}, FACTS, RATE)


@given(pieces())
def test_film_time_closes_over_what_is_not_shown(shown: tuple[Piece, ...]) -> None:
    now = cut(LINE, shown)
    gone = FRAMES - sum(piece.count for piece in shown)
    assert now.frames == LINE.frames - gone
    at = 0
    for before, after in zip(LINE.shots, now.shots, strict=True):
        assert after.shot is before.shot, "nothing is staged anew"
        assert after.first_frame == at
        at += after.shot.head + after.frames
    assert at == now.frames


@given(pieces(), heard())
def test_what_is_heard_goes_with_its_picture(shown: tuple[Piece, ...], line: Timeline) -> None:
    """Every moment of an effect that is in the cut is heard beside the very frame it was heard beside."""
    now = cut(line, shown)
    kept = [(0, ZERO)] + [(ZERO + q.first, ZERO + q.end) for q in shown] + [(ZERO + FRAMES, 10**6)]
    moved: list[tuple[Fraction, Fraction, Fraction]] = []
    at = Fraction(0)
    for a, b in kept:
        begin, end = RATE.seconds(a), RATE.seconds(b)
        moved.append((begin, end, at))
        at += end - begin

    def now_at(old: Fraction) -> Fraction | None:
        return next((new + old - a for a, b, new in moved if a <= old < b), None)

    for sound in line.sounds:
        parts = [s for s in now.sounds if s.what == sound.what]
        begin, end = (
            Fraction(round(sound.start * 1000), 1000),
            Fraction(round((sound.start + sound.seconds) * 1000), 1000),
        )
        through = begin < RATE.seconds(ZERO) and end > RATE.seconds(ZERO + FRAMES)
        if sound.ambience or through:
            assert len(parts) <= 1, "a bed is one"
            continue
        for part in parts:
            first, last = part.part or (0.0, sound.seconds)
            assert 0 <= first < last <= sound.seconds + 1e-6
            assert last - first >= float(LEAST) - 1e-4 or part.part is None
            middle = Fraction(first + (last - first) / 2) + begin
            there = now_at(middle)
            assert there is not None, "what is outside is cut"
            assert abs(float(there) - (part.start + (last - first) / 2)) < 0.002
        total = sum((s.part or (0.0, sound.seconds))[1] - (s.part or (0.0, sound.seconds))[0] for s in parts)
        inside = sum((max(Fraction(0), min(end, b) - max(begin, a)) for a, b, _ in moved), Fraction(0))
        assert abs(total - float(inside)) <= float(LEAST) * (len(shown) + 1) + 0.01


@given(pieces())
def test_a_bed_and_music_close_over_the_gap(shown: tuple[Piece, ...]) -> None:
    now = cut(LINE, shown)
    gone = float(RATE.seconds(FRAMES - sum(piece.count for piece in shown)))
    (before,), (after,) = LINE.music, now.music
    assert isinstance(after, PlacedMusic)
    assert after.seconds == before.seconds, "it is composed as it was"
    heard_for = after.part[1] - after.part[0] if after.part else after.seconds
    assert abs(before.seconds - gone - heard_for) < 0.002
    beds = [(a, b) for a, b in zip(LINE.sounds, now.sounds, strict=False) if a.ambience and b.ambience]
    assert beds
    for a, b in beds:
        assert abs(a.seconds - gone - (b.part[1] if b.part else b.seconds)) < 0.002


@given(pieces())
def test_pieces_are_shown_frame_for_frame(shown: tuple[Piece, ...]) -> None:
    now = next(s for s in cut(LINE, shown).shots if s.name == "ada")
    windows = tuple(p.Window(first, min(48, FRAMES - first)) for first in range(0, FRAMES, 48))
    frames = [(take, frame) for take, w in strips(now, windows) for frame in range(w.first, w.first + w.count)]
    assert frames == [(q.take, frame) for q in shown for frame in range(q.first, q.end)]


def test_a_composite_that_covers_the_shot_moves_nothing() -> None:
    now = cut(LINE, (Piece(2, 0, 50), Piece(3, 50, FRAMES - 50)))
    assert (now.frames, now.speeches, now.sounds, now.music) == (LINE.frames, LINE.speeches, LINE.sounds, LINE.music)


def test_a_line_is_cut_at_its_words_and_so_are_its_captions() -> None:
    (speech,) = LINE.speeches
    timing = estimate(speech.line)
    begin = round((speech.start + (timing.words[3][0] + timing.words[2][1]) / 2) * 24) - ZERO
    (now,) = cut(LINE, (Piece(1, begin, FRAMES - begin),)).speeches
    assert isinstance(now, PlacedSpeech)
    assert now.part is not None
    read, times = captioned(now, timing)
    assert read.caption == " ".join(speech.caption.split()[3:])
    assert len(times.words) == len(timing.words) - 3
    assert 0 <= times.words[0][0] < 0.5
    assert captioned(speech, timing) == (speech, timing)


def test_a_voice_over_is_never_cut() -> None:
    (speech,) = LINE.speeches
    over = replace(LINE, speeches=(replace(speech, voice_over=True),))
    (now,) = cut(over, (Piece(1, 0, 30),)).speeches
    assert now.part is None


def test_cut_sound_has_no_click_and_no_fade_where_it_was_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    write_wav(path, np.ones(SAMPLE_RATE, np.float32))
    fade = round(FADE * SAMPLE_RATE)
    middle = part_of(path, 0.25, 0.75)
    assert len(middle) == SAMPLE_RATE // 2
    assert middle[0] < 0.01
    assert middle[-1] < 0.01
    assert np.all(middle[fade:-fade] == 1.0)
    assert np.max(np.abs(np.diff(middle))) < 0.01
    assert part_of(path, 0.0, 0.5)[0] == 1.0
    assert part_of(path, 0.5, 1.0)[-1] == 1.0
    assert part_of(path, 0.5, 3.0)[-1] == 1.0
    assert not part_of(path, 5.0, 6.0).any()
