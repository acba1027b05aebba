"""Measures: right against an independent computation, within bounds, and moved the way their names say."""

from __future__ import annotations

import dataclasses
import math
import tracemalloc
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from compiler.graph import params as p
from runtime.judge.framing import Framing
from runtime.judge.measures import exposure, measure, stability, steepness
from runtime.judge.ranking import remarks
from runtime.judge.scores import WEIGHTS, Scores, from_plain, to_plain
from runtime.judge.view import Frame8, viewed
from tests.judge.frames import RATE, brief, composed, figure, lit_from_one_side, moving, textured

clips = st.tuples(st.integers(1, 7), st.integers(1, 9), st.integers(2, 6)).flatmap(
    lambda shape: arrays(np.uint8, (shape[2], shape[0], shape[1], 3), elements=st.integers(0, 255))
)
few = settings(max_examples=25, deadline=None)


def flicker_by_hand(frames: Frame8) -> float:
    """VBench's temporal flickering, as it is written down: one value after another, in plain Python."""
    pairs = []
    for before, after in pairwise(frames):
        values = [abs(int(a) - int(b)) for a, b in zip(before.ravel(), after.ravel(), strict=True)]
        pairs.append(math.fsum(values) / len(values))
    raw = (255.0 - math.fsum(pairs) / len(pairs)) / 255.0
    return (raw - 0.6293) / (1.0 - 0.6293)


@few
@given(clips)
def test_stability_is_the_published_formula(frames: Frame8) -> None:
    found = measure(iter(frames), brief(len(frames))).stability
    assert found == pytest.approx(min(1.0, max(0.0, flicker_by_hand(frames))), abs=1e-9)


@few
@given(clips)
def test_every_measure_is_a_number_from_0_to_1(frames: Frame8) -> None:
    scores = measure(iter(frames), brief(len(frames), composed=composed(0, 1)))
    for name in WEIGHTS:
        value = getattr(scores, name)
        assert value is None or 0.0 <= value <= 1.0, name
    assert 0.0 <= scores.score <= 1.0
    assert from_plain(to_plain(scores)) is not None


@few
@given(clips)
def test_a_clip_run_backwards_or_mirrored_flickers_as_much(frames: Frame8) -> None:
    asked = brief(len(frames))
    forwards = measure(iter(frames), asked)
    for other in (frames[::-1], frames[:, :, ::-1]):
        again = measure(iter(np.ascontiguousarray(other)), asked)
        assert again.stability == pytest.approx(forwards.stability, abs=1e-12)
        assert (again.level, again.crushed, again.blown) == pytest.approx(
            (forwards.level, forwards.crushed, forwards.blown)
        )


def test_a_picture_that_stands_is_perfectly_stable_and_noise_is_not() -> None:
    still = [textured(3)] * 12
    assert measure(iter(still), brief(12, moves=False)).stability == 1.0
    rng = np.random.default_rng(5)
    noisy = [rng.integers(0, 256, still[0].shape, dtype=np.uint8) for _ in range(6)]
    assert measure(iter(noisy), brief(6)).stability == pytest.approx(0.1, abs=0.02)
    assert stability(255.0) == 0.0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 50), st.floats(0.4, 4.0))
def test_blur_lowers_sharpness_and_more_blur_lowers_it_more(seed: int, sigma: float) -> None:
    grey = cv2.cvtColor(textured(seed), cv2.COLOR_RGB2GRAY)
    once = cv2.GaussianBlur(grey, (0, 0), sigma)
    twice = cv2.GaussianBlur(grey, (0, 0), sigma * 1.6)
    assert steepness(grey) > steepness(once) > steepness(twice)
    # Brighter all over is not sharper; a copy that is turned over is as sharp.
    assert steepness(np.minimum(grey, 200) + np.uint8(40)) == pytest.approx(steepness(np.minimum(grey, 200)))
    assert steepness(np.ascontiguousarray(grey[::-1])) == pytest.approx(steepness(grey))


def test_a_background_out_of_focus_is_no_fault() -> None:
    picture = cv2.cvtColor(textured(8), cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(picture, (0, 0), 5.0)
    portrait = soft.copy()
    portrait[20:60, 60:110] = picture[20:60, 60:110]
    assert steepness(portrait) > 0.65 * steepness(picture) > 2 * steepness(soft)


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 30), st.integers(7, 16))
def test_a_stuck_frame_is_found_at_its_place(at: int, held: int) -> None:
    frames = list(moving(48))
    frames[at : at + held] = [frames[at]] * held
    scores = measure(iter(frames), brief(48))
    assert scores.frozen == ((at + 1, held - 1),)
    assert scores.score < measure(moving(48), brief(48)).score
    assert measure(iter(frames), brief(48, moves=False)).frozen == ()


def test_animation_on_twos_is_no_freeze() -> None:
    frames = [frame for frame in moving(24) for _ in range(2)]
    assert measure(iter(frames), brief(48)).frozen == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 30), st.integers(1, 16))
def test_black_is_found_at_its_place(at: int, long: int) -> None:
    frames = list(moving(48))
    frames[at : at + long] = [np.full_like(frames[0], 2)] * long
    scores = measure(iter(frames), brief(48))
    assert scores.black == ((at, long),)
    assert scores.score < measure(moving(48), brief(48)).score


def test_frames_that_are_frozen_and_black_are_lost_once() -> None:
    scores = Scores(10, stability=1.0, frozen=((2, 4),), black=((2, 4),))
    assert scores.score == pytest.approx(0.6)


def test_clipping_is_told_by_kind() -> None:
    frame = textured(4)
    crushed, blown = frame.copy(), frame.copy()
    crushed[:9], blown[:18] = 0, 255
    dark, light = (measure(iter([f, f]), brief(2, moves=False)) for f in (crushed, blown))
    assert (dark.crushed, dark.blown) == pytest.approx((0.1, 0.0))
    assert (light.crushed, light.blown) == pytest.approx((0.0, 0.2))
    assert dark.clipping == pytest.approx(1 - 0.1 / 0.25)
    assert light.clipping is not None
    assert light.clipping < dark.clipping < 1.0


@few
@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_exposure_falls_to_both_sides_of_grey(a: float, b: float) -> None:
    low, high = sorted((a, b))
    if high <= 0.46:
        assert exposure(low) <= exposure(high)
    if low >= 0.47:
        assert exposure(low) >= exposure(high)
    assert 0.0 <= exposure(a) <= 1.0


def test_faces_are_what_is_exposed_for() -> None:
    """A lit face in a dark room is not underexposed."""
    night = (figure(2) * 0.35).astype(np.uint8)
    left, top, right, bottom = 66, 12, 94, 44
    night[top:bottom, left:right] = figure(2)[top:bottom, left:right]
    asked, without = brief(2, moves=False, composed=composed(0)), brief(2, moves=False)
    with_faces, whole = measure(iter([night, night]), asked), measure(iter([night, night]), without)
    assert with_faces.level is not None
    assert whole.level is not None
    assert with_faces.level > 2 * whole.level


def framed(place: Callable[[int], Frame8]) -> Framing:
    found = Framing()
    for seed in range(3):
        found.add(place(seed), composed(0)[0].sitters)
    return found


def test_a_figure_in_its_place_is_well_framed() -> None:
    found = framed(figure)
    assert found.score() == pytest.approx(1.0, abs=0.05)
    assert found.offset() == pytest.approx((0.0, 0.0), abs=0.03)


@pytest.mark.parametrize(("dx", "dy"), [(0.08, 0.0), (-0.1, 0.0), (0.15, 0.0), (0.0, 0.1), (0.09, -0.1)])
def test_a_figure_out_of_its_place_is_not_and_where_it_went_is_told(dx: float, dy: float) -> None:
    found = framed(lambda seed: figure(seed, dx, dy))
    score = found.score()
    assert score is not None
    assert score < 0.8
    assert found.offset() == pytest.approx((dx, dy), abs=0.04)


def test_further_out_is_worse_and_nobody_there_is_worst() -> None:
    scores = [framed(lambda seed, dx=dx: figure(seed, dx)).score() for dx in (0.0, 0.05, 0.07, 0.12)]  # type: ignore[misc]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] - scores[-1] > 0.7  # type: ignore[operator]
    grey = framed(lambda seed: np.full_like(figure(seed), 90)).score()
    assert grey == 0.0


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("shadow", [0.25, 0.35])
def test_somebody_lit_from_one_side_is_found_in_their_place(shadow: float, left: bool) -> None:
    found = framed(lambda seed: lit_from_one_side(seed, shadow, left))
    score = found.score()
    assert score is not None
    assert score > 0.93
    assert found.offset() == pytest.approx((0.0, 0.0), abs=0.12)


def test_nobody_composed_is_not_zero() -> None:
    """A measure that does not apply leaves the others their weight."""
    assert Framing().score() is None
    assert Scores(4, stability=0.8, sharpness=0.8).score == pytest.approx(0.8)
    assert Scores(4).score == 0.0
    assert measure(iter([]), brief(0)).score == 0.0
    one = measure(iter([textured(1)]), brief(1))
    assert one.stability is None
    assert one.score > 0


def test_remarks_say_what_sets_a_take_apart() -> None:
    takes = {
        1: Scores(48, 0.97, 0.30, 0.9, 1.0, 0.95, level=0.4),
        2: Scores(48, 0.97, 0.36, 0.9, 0.9, 0.95, level=0.4, blown=0.02),
        3: Scores(48, 0.97, 0.30, 0.9, 1.0, 0.3, ((24, 12),), (), 0.4, offset=(0.12, -0.01)),
    }
    assert remarks(takes, RATE) == {
        1: "",
        2: "2 % blown out; sharpest",
        3: "frozen 1.00s–1.50s; framed 12 % right",
    }
    assert remarks({1: Scores(0)}, RATE) == {1: "no frames"}


def test_scores_are_read_back_and_nothing_else_is() -> None:
    scores = Scores(48, 0.97, 0.3, None, 1.0, 0.5, ((4, 8),), ((0, 2),), 0.41, 0.01, 0.02, (0.1, -0.05))
    assert from_plain(to_plain(scores)) == scores
    plain = to_plain(scores)
    assert isinstance(plain, dict)
    for broken in (None, 3, "x", [], {}, {**plain, "frames": -1}, {**plain, "frozen": [[0, 99]]}, {**plain, "offset": [1]},
                   {**plain, "measures": {"stability": 7}}, {**plain, "black": 3}, {**plain, "measures": {"stability": True}}):  # fmt: skip
        assert from_plain(broken) is None, broken


def test_numbers_that_are_none_never_leave() -> None:
    wild = dataclasses.replace(Scores(2, stability=float("nan")), level=float("inf"))
    plain = to_plain(wild)
    assert isinstance(plain, dict)
    assert plain["level"] is None
    assert plain["measures"]["stability"] is None  # type: ignore[index, call-overload]


def test_memory_does_not_grow_with_the_clip() -> None:
    def most(count: int) -> int:
        tracemalloc.start()
        try:
            measure(moving(count), brief(count))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most(4)
    assert most(120) < 1.3 * most(12)


def test_the_view_is_monotone_and_keeps_grey() -> None:
    codes = np.repeat(np.arange(1024, dtype=np.uint16)[None, :, None], 3, 2)
    shown = viewed(codes)[0, :, 0].astype(int)
    assert (np.diff(shown) >= 0).all()
    assert (shown[0], shown[-1]) == (0, 255)
    from runtime.picture.log import encode_log

    grey = viewed(encode_log(np.full((1, 1, 3), 0.18, np.float32)))
    assert abs(int(grey[0, 0, 0]) - 118) <= 3  # 18 % on an sRGB screen


def test_brief_of_a_shot_holds_its_people(tmp_path: Path) -> None:
    from compiler.diagnostics import Report
    from compiler.front import load_film
    from compiler.graph.facts import Facts
    from compiler.graph.judged import judge_params
    from compiler.staging.stage import stage_film
    from tests.e2e.films import TALK

    path = tmp_path / "talk.film"
    path.write_text(TALK)
    film, _, _ = load_film(path)
    assert film is not None
    shots = {s.name: s.shot for s in stage_film(film, Facts({}, {}).line, Report()).shots}
    made = judge_params(shots["ada"], (p.Window(0, 144),))
    assert made.moves
    assert len(made.composed) == 9
    for view in made.composed:
        left, top, right, bottom = view.sitters[0].head
        assert 0.0 < left < right < 1.0
        assert -0.1 < top < bottom < 1.0
        assert 0.25 < bottom - top < 1.0  # a close-up
    assert judge_params(shots["ada"], (p.Window(0, 144),)) == made
