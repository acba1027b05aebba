"""A place's ambience in pieces: they cover it, longer ones share them, and nobody hears where they meet."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph.beds import CROSS, STRIDE, WHOLE, in_pieces, until
from compiler.staging.model import PlacedSound
from compiler.timebase import SAMPLE_RATE
from runtime.sound.effects import sound
from runtime.sound.loudness import integrated
from runtime.sound.mix import Source, mix_window
from runtime.sound.wav import write_wav

SURF = PlacedSound("surf", 2.0, 40.0, -25.0, fade_in=0.8, fade_out=1.5, ambience=True, seed=11)
LENGTHS = st.integers(600, 3_000_000).map(lambda n: n / 10_000)


@given(LENGTHS, st.integers(0, 900_000))
def test_pieces_cover_a_bed_and_cross_as_one(seconds: float, start: int) -> None:
    bed = replace(SURF, start=start / 10_000, seconds=seconds)
    found = in_pieces(bed)
    assert found[0].heard.start == bed.start
    assert found[0].heard.fade_in == bed.fade_in
    last = found[-1].heard
    assert last.fade_out == bed.fade_out
    assert last.start + last.seconds == pytest.approx(bed.start + seconds, abs=2e-4)
    for one, other in pairwise(found):
        assert one.made.seed != other.made.seed
        assert one.heard.seconds == WHOLE
        assert one.heard.start + one.heard.seconds - other.heard.start == pytest.approx(CROSS, abs=2e-4)
        assert one.heard.fade_out == other.heard.fade_in == CROSS
        assert other.heard.seconds > CROSS
    assert all(piece.made.seconds == WHOLE >= piece.heard.seconds for piece in found)


@given(LENGTHS, LENGTHS)
def test_a_longer_bed_has_the_pieces_of_a_shorter(one: float, other: float) -> None:
    short, long = (in_pieces(replace(SURF, seconds=seconds)) for seconds in sorted((one, other)))
    assert [piece.made for piece in long[: len(short)]] == [piece.made for piece in short]
    assert long[: len(short) - 1] == short[:-1]
    # And a pick that leaves less of the long one makes what the short one makes.
    cut = in_pieces(replace(SURF, seconds=max(one, other), part=(0.0, min(one, other))))
    assert [piece.made for piece in cut] == [piece.made for piece in short]
    assert [piece.heard.seconds for piece in cut] == [piece.heard.seconds for piece in short]


@pytest.mark.parametrize(
    "other",
    [
        replace(SURF, ambience=False),
        replace(SURF, file="sea.wav", loop=True),
        replace(SURF, what="church bell"),
        replace(SURF, what="clock ticking"),
        replace(SURF, what="train"),
        replace(SURF, what="something no recipe knows"),
    ],
    ids=lambda sound: sound.what + sound.file,
)
def test_what_would_stumble_stays_whole(other: PlacedSound) -> None:
    (only,) = in_pieces(other)
    assert only.made == only.heard == other
    assert until(other, 5.0) == other


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pieces that are noise of one level, each another."""
    folder = tmp_path_factory.mktemp("beds")
    paths = []
    for number in range(6):
        rng = np.random.default_rng(number)
        paths.append(folder / f"{number}.wav")
        write_wav(paths[-1], (0.05 * rng.standard_normal((round(WHOLE * SAMPLE_RATE), 2))).astype(np.float32))
    return paths


@given(st.integers(20_000, 700_000), st.integers(0, 60_000))
@settings(max_examples=30, deadline=None)
def test_a_window_hears_the_same_wherever_a_piece_stops_after_it(seconds: int, start: int) -> None:
    bed = replace(SURF, start=start / 10_000, seconds=seconds / 10_000)
    found = in_pieces(bed)
    rng = np.random.default_rng(seconds)
    for _ in range(3):
        first, count = int(rng.integers(0, 60 * SAMPLE_RATE)), int(rng.integers(1, SAMPLE_RATE // 4))
        end = (first + count) / SAMPLE_RATE
        heard = [piece.heard for piece in found]
        plain: list[Source] = [(one, _PATHS[i % len(_PATHS)]) for i, one in enumerate(heard)]
        short: list[Source] = [(until(one, end), path) for (one, path) in plain]  # type: ignore[arg-type]
        total = 100 * SAMPLE_RATE
        assert mix_window(plain, first, count, total).tobytes() == mix_window(short, first, count, total).tobytes()


_PATHS: list[Path] = []


@pytest.fixture(autouse=True)
def _known(noise: list[Path]) -> None:
    _PATHS[:] = noise


def test_a_window_far_from_the_end_knows_nothing_of_it() -> None:
    one, other = ([until(piece.heard, 12.0) for piece in in_pieces(replace(SURF, seconds=s))] for s in (14.5, 33.0))
    assert one[0] == other[0]
    # Near the end it does.
    assert until(in_pieces(replace(SURF, seconds=14.5))[0].heard, 16.0).seconds == 14.5


def test_no_dip_and_no_hump_where_pieces_meet(noise: list[Path]) -> None:
    """Noise of one level stays at that level through a crossing: powers add up to one."""
    bed = replace(SURF, start=0.0, seconds=3 * STRIDE, level_db=0.0)
    sources: list[Source] = [(piece.heard, path) for piece, path in zip(in_pieces(bed), noise, strict=False)]
    middle, crossing = (
        integrated(mix_window(sources, round(at * SAMPLE_RATE), round(CROSS * SAMPLE_RATE), 100 * SAMPLE_RATE))
        for at in (STRIDE / 2, STRIDE)
    )
    assert crossing == pytest.approx(middle, abs=0.2)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["surf", "server hum", "room tone", "rain", "wind, muffled"])
def test_pieces_of_a_real_bed_are_about_as_loud(what: str) -> None:
    found = in_pieces(replace(SURF, what=what, seconds=2.5 * STRIDE))
    levels = [integrated(sound(piece.made.what, piece.made.seconds, piece.made.seed)) for piece in found]
    assert max(levels) - min(levels) < 3.0
