"""Moves, focus and joins: amounts to the degree and the centimetre, times to the frame; any slots at all give a camera."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.meaning.film import (
    Height,
    Lens,
    Move,
    MoveKind,
    Placement,
    Relation,
    Side,
    Size,
    Speed,
)  # fmt: skip
from compiler.staging.lens import FRAMING, Lensed, basis, project
from compiler.staging.model import CameraKey, StagedShot, Vec3
from compiler.staging.space import distance, flat, length, sub, turn, yaw_to
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

from .conftest import phrases, scene, shot, staged

FIELD = """\
character MARA
    a woman of sixty

character ELIAS
    a man of sixty

EXT. FIELD - DAY

scene
    MARA: standing at 0 0, facing ELIAS
    ELIAS: standing at 2 0, facing MARA

{shots}

MARA
Here.
"""


def shots(text: str) -> list[StagedShot]:
    film, _, report = check_text(FIELD.format(shots=text), "t.film")
    assert film is not None, report.items
    return [s.shot for s in stage_film(film, estimate, report).shots]


def yaw(k: CameraKey) -> float:
    return yaw_to(k.position, k.target)


def pitch(k: CameraKey) -> float:
    d = sub(k.target, k.position)
    return math.degrees(math.asin(d[1] / length(d)))


def turned(keys: tuple[CameraKey, ...], value: str) -> float:
    """Degrees gone round from key to key, so that more than half a turn counts whole."""
    angles = [yaw(k) if value == "yaw" else pitch(k) for k in keys]
    return sum(turn(b - a) for a, b in itertools.pairwise(angles))


@pytest.mark.parametrize(("words", "degrees"), [("left 30deg", 30.0), ("right 90deg", -90.0), ("left 400deg", 400.0)])
def test_a_pan_turns_as_far_as_it_says(words: str, degrees: float) -> None:
    keys = shots(f"shot medium of MARA, pan {words}, 6s")[0].camera.keys
    assert turned(keys, "yaw") == pytest.approx(degrees, abs=0.01)
    assert len({k.position for k in keys}) == 1


@pytest.mark.parametrize(("words", "degrees"), [("up 20deg", 20.0), ("down 15deg", -15.0)])
def test_a_tilt_turns_as_far_as_it_says(words: str, degrees: float) -> None:
    keys = shots(f"shot medium of MARA, tilt {words}, 4s")[0].camera.keys
    assert turned(keys, "pitch") == pytest.approx(degrees, abs=0.01)


@pytest.mark.parametrize(
    ("words", "metres"),
    [
        ("dolly in 1m", 1.0),
        ("dolly out 150cm", 1.5),
        ("truck left 2m", 2.0),
        ("crane up 3m", 3.0),
        ("push in 0.8m", 0.8),
    ],
)
def test_a_travel_goes_as_far_as_it_says(words: str, metres: float) -> None:
    keys = shots(f"shot medium of MARA, {words}, 50mm, 4s")[0].camera.keys
    assert distance(keys[0].position, keys[-1].position) == pytest.approx(metres, abs=2e-3)


def test_an_orbit_goes_round_and_keeps_its_distance() -> None:
    made = shots("shot medium of MARA, orbit left 60deg, 5s")[0]
    keys, centre = made.camera.keys, (0.1, 0.0, 0.0)
    angles = [yaw_to(centre, k.position) for k in keys]
    assert abs(turn(angles[-1] - angles[0])) == pytest.approx(60.0, abs=2.0)
    assert max(flat(k.position, centre) for k in keys) - min(flat(k.position, centre) for k in keys) < 0.2


def test_a_zoom_is_of_the_lens_alone() -> None:
    keys = shots("shot medium of MARA, zoom in 2x, 4s")[0].camera.keys
    assert keys[-1].focal_mm / keys[0].focal_mm == pytest.approx(2.0, abs=1e-3)
    assert len({k.position for k in keys}) == 1


def test_moves_have_their_own_times() -> None:
    keys = shots("shot medium of MARA, pan left 30deg from 1s to 2s, 4s")[0].camera.keys
    assert all(abs(turn(yaw(k) - yaw(keys[0]))) < 0.02 for k in keys if k.time <= 1.0)
    assert yaw(at_key(keys, 2.0)) == pytest.approx(yaw(keys[-1]), abs=0.1)
    both = shots("shot medium of MARA, pan left 20deg then tilt up 10deg, 4s")[0].camera.keys
    half = at_key(both, 2.0)
    assert turn(yaw(half) - yaw(both[0])) == pytest.approx(20.0, abs=0.5)
    assert pitch(half) == pytest.approx(pitch(both[0]), abs=0.5)


def at_key(keys: tuple[CameraKey, ...], t: float) -> CameraKey:
    return min(keys, key=lambda k: abs(k.time - t))


def test_following_keeps_the_distance() -> None:
    film = shots("shot full of MARA, follow MARA, 5s\n\nMara walks to -6 0.")[0]
    far = [distance(k.position, k.target) for k in film.camera.keys]
    assert distance(film.camera.keys[0].position, film.camera.keys[-1].position) > 2.0
    assert max(far) - min(far) < 0.6


def test_a_mounted_camera_rides() -> None:
    text = """\
prop TAXI
    kind: car

EXT. STREET - DAY

shot wide of TAXI, mounted on TAXI, 5s

The taxi drives away.
"""
    film, _, report = check_text(text, "t.film")
    assert film is not None, report.items
    keys = stage_film(film, estimate, report).shots[0].shot.camera.keys
    assert distance(keys[0].position, keys[-1].position) > 1.0
    assert distance(keys[0].position, keys[0].target) == pytest.approx(
        distance(keys[-1].position, keys[-1].target), abs=0.05
    )


def test_focus_goes_from_one_to_the_other() -> None:
    made = shots("shot medium of MARA, rack focus from MARA to ELIAS, 40mm, 6s")[0]
    keys = made.camera.keys
    assert made.camera.focus_on == ""
    first, last = distance(keys[0].position, (0.1, 1.5, 0.0)), distance(keys[-1].position, (1.9, 1.6, 0.0))
    assert keys[0].focus == pytest.approx(first, abs=0.25)
    assert keys[-1].focus == pytest.approx(last, abs=0.25)
    assert shots("shot medium of MARA, focus on ELIAS, 4s")[0].camera.focus_on in ("ELIAS", "")


def test_a_shot_that_continues_begins_where_the_last_one_ended() -> None:
    first, second = shots("shot medium of MARA, push in 0.5m, 3s\n\nshot continues, pan left 20deg, 3s")[:2]
    end, begin = first.camera.keys[-1], second.camera.keys[0]
    assert distance(end.position, begin.position) < 1e-3
    assert turn(yaw(begin) - yaw(end)) == pytest.approx(0.0, abs=0.05)
    assert turned(second.camera.keys, "yaw") == pytest.approx(20.0, abs=0.01)
    glide = shots("shot medium of MARA, 3s\n\nshot close-up of ELIAS, continues, 3s")
    assert distance(glide[0].camera.keys[-1].position, glide[1].camera.keys[0].position) < 1e-3
    assert distance(glide[1].camera.keys[0].position, glide[1].camera.keys[-1].position) > 0.1


def test_a_match_lies_where_the_last_frame_had_it() -> None:
    first, second = shots("shot close-up of MARA, 3s\n\nshot of ELIAS, match MARA, 3s")[:2]
    places = []
    for made, eyes in ((first, (0.1, 1.5, 0.0)), (second, (1.9, 1.6, 0.0))):
        k = made.camera.keys[-1]
        places.append(project(Lensed(k.position, k.target, k.focal_mm), eyes, made.size[0] / made.size[1]))
    assert places[0][0] == pytest.approx(places[1][0], abs=0.06)


def test_an_anamorphic_lens_sees_wide() -> None:
    plain, wide = (shots(f"shot medium of MARA, 50mm{extra}, 3s")[0].camera.keys[0] for extra in ("", ", anamorphic"))
    assert wide.focal_mm == pytest.approx(plain.focal_mm * 5 / 9, abs=1e-3)
    assert wide.f_stop < plain.f_stop


SOLE = {Size.MEDIUM_CLOSE_UP: 0.72, Size.MEDIUM: 0.58, Size.COWBOY: 0.36, Size.FULL: 0.0}
"""The lowest part of a body each size shows, as a part of its height."""


@pytest.mark.parametrize("size", SOLE)
def test_sizes_show_the_body_they_promise(size: Size) -> None:
    """The bottom edge lies within a twelfth of the body of its landmark, and the top of the head is in the picture."""
    made = shots(f"shot {size.value} of MARA, front, 4s")[0]
    person = next(a.person for a in made.actors if a.person.name == "MARA")
    k, aspect = made.camera.keys[0], made.size[0] / made.size[1]
    camera = Lensed(k.position, k.target, k.focal_mm)
    crown = project(camera, (0.0, person.height, 0.0), aspect)[1]
    edge: Vec3 = (0.0, SOLE[size] * person.height, 0.0)
    assert 0.0 <= crown < 0.3
    tall = abs(project(camera, (0.0, 0.0, 0.0), aspect)[1] - crown)
    assert abs(project(camera, edge, aspect)[1] - 1.0) / tall < 1 / 12


_MOVE = st.builds(
    Move,
    st.sampled_from(MoveKind),
    st.sampled_from(["", "in", "out", "left", "right", "up", "down"]),
    st.one_of(st.none(), st.floats(0.01, 500, allow_nan=False)),
    st.sampled_from(["", "m", "deg", "x", "mm"]),
    st.sampled_from(Speed),
    st.sampled_from(["", "MARA", "ELIAS", "table", "nothing"]),
    st.one_of(st.none(), st.fractions(0, 3, max_denominator=10)),
    st.one_of(st.none(), st.fractions(0, 9, max_denominator=10)),
)
_LENS = st.builds(
    Lens,
    st.one_of(st.none(), st.floats(4, 1200)),
    st.one_of(st.none(), st.floats(0.7, 64)),
    st.booleans(),
    st.sampled_from(["", "MARA", "lamp", "nothing"]),
    st.sampled_from(["", "ELIAS", "table"]),
)
_SLOTS = st.fixed_dictionaries({
    "size": st.one_of(st.none(), st.sampled_from(Size)),
    "subjects": st.lists(st.sampled_from(["MARA", "ELIAS", "table", "the keeper", "nothing"]), max_size=3).map(tuple),
    "relation": st.sampled_from(Relation),
    "height": st.sampled_from(Height),
    "side": st.one_of(st.none(), st.sampled_from(Side)),
    "dutch_deg": st.floats(-45, 45),
    "lens": _LENS,
    "moves": st.lists(_MOVE, max_size=3).map(tuple),
    "moves_then": st.booleans(),
    "seconds": st.one_of(st.none(), st.fractions(Fraction(1, 24), 12, max_denominator=24)),
    "match": st.sampled_from(["", "MARA"]),
    "continues": st.booleans(),
    "detail": st.sampled_from(["", "hands", "left eye"]),
})  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(_SLOTS, min_size=1, max_size=3), st.booleans())
def test_any_slots_give_a_camera_and_no_complaint_is_an_exception(slots: list[dict[str, object]], two: bool) -> None:
    people = [Placement("MARA", phrases("sitting at table")), Placement("ELIAS", phrases("standing at window"))]
    items = [shot(f"s{i}", **s) for i, s in enumerate(slots)]  # type: ignore[arg-type]
    timeline = staged(scene(*items, placements=tuple(people[: 1 + two])), report=Report())
    for timed in timeline.shots:
        for k in timed.shot.camera.keys:
            values = (*k.position, *k.target, k.focal_mm, k.f_stop, k.focus, k.roll, k.time)
            assert all(math.isfinite(v) for v in values)
            assert k.focal_mm > 0
            assert k.focus > 0
            assert distance(k.position, k.target) > 1e-3
            assert all(math.isfinite(x) for row in basis(sub(k.target, k.position), k.roll) for x in row)
        times = [k.time for k in timed.shot.camera.keys]
        assert times == sorted(times)


def test_the_framing_table_is_of_bodies() -> None:
    heights = [FRAMING[s].height for s in (Size.EXTREME_CLOSE_UP, Size.CLOSE_UP, Size.MEDIUM, Size.COWBOY, Size.FULL)]
    assert heights == sorted(heights)
