"""Where people stand in a staged picture: as it is drawn, whatever light there is; and what their places are worth."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.judged import judge_params
from compiler.staging.model import StagedShot
from compiler.staging.stage import stage_film
from runtime.judge.composed import LEEWAY, OF_HEAD, Placed
from runtime.judge.measures import measure
from runtime.judge.standing import Stood, standing, stood
from runtime.judge.tasks import judge_take
from runtime.previz.motion.bake import BakedShot, bake_shot, camera_at, pose_at, save_baked, slice_window
from runtime.previz.motion.skeleton import make_skeleton
from runtime.previz.people.person import Person, build_person, person_meshes, save_person
from runtime.schedule.table import TaskContext
from tests.e2e.films import TALK
from tests.judge.frames import RATE, SIZE, brief, textured
from tests.takes.films import TAKEN

HEAD, BODY = (0.45, 0.3, 0.55, 0.6), (0.35, 0.3, 0.65, 1.0)
TALL = HEAD[3] - HEAD[1]
SITTER = p.Sitter(HEAD, BODY, 0, "ADA")
WIDE = 16 / 9


@cache
def staged(name: str = "ada") -> StagedShot:
    film, _, _ = check_text(TAKEN if name == "ada" else TALK)
    assert film is not None
    return next(s.shot for s in stage_film(film, Facts({}, {}).line, Report()).shots if s.name == name)


@cache
def ada() -> Person:
    return build_person(staged().actors[0].person)


@cache
def performed(take: int) -> BakedShot:
    return bake_shot(staged(), [], take=take)


@pytest.mark.parametrize("take", [1, 2, 3])
def test_a_head_is_where_it_is_drawn(take: int) -> None:
    """Against the eyes as the renderer is given them, which the box knows nothing of."""
    shot, baked = staged(), performed(take)
    made = judge_params(shot, (p.Window(0, shot.frames),))
    found = stood([baked], {"ADA": make_skeleton(ada().joints)}, made.composed)
    assert len(found) == len(made.composed) == 9
    for view in made.composed:
        camera, pose = camera_at(baked, view.performed), pose_at(baked, 0, view.performed)
        eyes = next(mesh for mesh in person_meshes(ada(), pose) if mesh.name.endswith("/eyes"))
        local = np.asarray(camera.rotation) @ (eyes.positions.mean(0) - np.asarray(camera.position))
        scale = camera.focal_mm / camera.sensor_mm / -local[2]
        u, v = 0.5 + local[0] * scale, 0.5 - local[1] * scale * shot.size[0] / shot.size[1]
        left, top, right, bottom = found[view.frame]["ADA"].head
        assert left < u < right
        assert abs(v - (top + bottom) / 2) < 0.15 * (bottom - top)
        assert found[view.frame]["ADA"].depth == pytest.approx(-local[2], abs=0.15)


def test_the_composed_take_is_in_its_place_and_so_is_another_reading() -> None:
    shot = staged()
    made = judge_params(shot, (p.Window(0, shot.frames),))
    bodies = {"ADA": make_skeleton(ada().joints)}
    for take in (1, 2, 3):
        placed, where = Placed(), stood([performed(take)], bodies, made.composed)
        for view in made.composed:
            placed.add(view.sitters, where[view.frame], shot.size[0] / shot.size[1])
        assert placed.score() == pytest.approx(1.0, abs=0.01), take


def test_a_camera_that_points_elsewhere_is_found_out_as_far_as_it_does() -> None:
    shot, baked = staged(), performed(1)
    made = judge_params(shot, (p.Window(0, shot.frames),))
    bodies = {"ADA": make_skeleton(ada().joints)}
    scores = []
    for metres in (0.0, 0.06, 0.12, 0.2):
        aside = baked.camera_position + metres * baked.camera_rotation[:, 0]
        placed, where = Placed(), stood([replace(baked, camera_position=aside)], bodies, made.composed)
        for view in made.composed:
            placed.add(view.sitters, where[view.frame], shot.size[0] / shot.size[1])
        scores.append(placed.score())
        offset = placed.offset()
        assert offset is not None
        depth = where[made.composed[0].frame]["ADA"].depth
        moved = metres * float(baked.focal[0]) / 24.9 / depth
        assert offset[0] == pytest.approx(-moved, abs=0.06)
    assert scores == sorted(scores, reverse=True)
    assert scores[0] - scores[-1] > 0.3  # type: ignore[operator]


def test_light_and_what_is_worn_change_nothing_of_it() -> None:
    """What made the earlier measure lean to the lit side of a face: nothing of a picture is asked."""
    where = {0: {"ADA": Stood(HEAD, 2.0)}, 1: {"ADA": Stood(HEAD, 2.0)}}
    asked = brief(2, composed=tuple(p.Composition(f, (SITTER,), f) for f in (0, 1)))
    lit = textured(1)
    lit[:, : SIZE[0] // 2] = 12
    for picture in (textured(1), lit, lit[:, ::-1], np.full_like(lit, 90)):
        scores = measure([np.ascontiguousarray(picture)] * 2, asked, where)
        assert scores.framing == 1.0
        assert scores.offset == (0.0, 0.0)


def test_faces_are_exposed_for_where_they_are() -> None:
    """Somebody who leans out of a composed box does not make their take dark."""
    picture = np.full((SIZE[1], SIZE[0], 3), 40, np.uint8)
    picture[:, SIZE[0] // 2 :] = 150
    there = (0.6, 0.3, 0.7, 0.6)
    asked = brief(2, composed=(p.Composition(0, (SITTER,)),))
    known = measure([picture, picture], asked, {0: {"ADA": Stood(there, 2.0)}})
    assert known.level == pytest.approx(150 / 255, abs=0.01)


def place(*people: p.Sitter, where: dict[str, Stood]) -> float:
    placed = Placed()
    placed.add(people, where, WIDE)
    score = placed.score()
    assert score is not None
    return score


def moved(dx: float, dy: float = 0.0, grown: float = 1.0) -> Stood:
    """``dx`` and ``dy`` in heights of the picture."""
    left, top, right, bottom = HEAD
    x, y = (left + right) / 2 + dx / WIDE, (top + bottom) / 2 + dy
    across, down = (right - left) / 2 * grown, (bottom - top) / 2 * grown
    return Stood((x - across, y - down, x + across, y + down), 2.0)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 0.6), st.floats(0.0, 0.6), st.floats(0.0, 6.28))
def test_further_from_the_mark_is_never_better(a: float, b: float, way: float) -> None:
    near, far = sorted((a, b))
    worth = [place(SITTER, where={"ADA": moved(d * np.cos(way), d * np.sin(way))}) for d in (near, far)]
    assert worth[0] >= worth[1] - 1e-9
    assert 0.0 <= worth[1] <= 1.0


def test_within_the_leeway_every_place_is_as_good() -> None:
    leeway = max(LEEWAY, OF_HEAD * TALL)
    assert [place(SITTER, where={"ADA": moved(d * leeway)}) for d in (0.0, 0.5, -0.95)] == [1.0] * 3
    assert place(SITTER, where={"ADA": moved(1.5 * leeway)}) < 1.0
    assert place(SITTER, where={"ADA": moved(0.4)}) < 0.3


def test_a_head_of_another_size_cut_off_or_hidden_is_worth_less() -> None:
    assert place(SITTER, where={"ADA": moved(0.0, 0.0, 1.15)}) == 1.0
    assert place(SITTER, where={"ADA": moved(0.0, 0.0, 2.0)}) < 0.5
    assert place(SITTER, where={"ADA": moved(0.0, -0.5)}) < 0.2
    nearer = p.Sitter((0.7, 0.2, 0.9, 0.8), (0.6, 0.2, 1.0, 1.0), 0, "TOM")
    behind = replace(SITTER, nearness=1)
    clear = {"ADA": moved(0.0), "TOM": Stood(nearer.head, 1.0)}
    assert place(nearer, behind, where=clear) == 1.0
    before = {"ADA": moved(0.0), "TOM": Stood((0.45, 0.2, 0.65, 0.8), 1.0)}
    assert place(behind, where=clear) == 1.0
    assert place(behind, where=before) < 0.2, "hidden"
    assert place(SITTER, where={"ADA": moved(0.0), "TOM": Stood((0.4, 0.2, 0.6, 0.8), 9.0)}) == 1.0, "stands behind"


def test_somebody_who_is_not_there_is_worth_nothing_and_nobody_composed_is_no_measure() -> None:
    assert place(SITTER, where={}) == 0.0
    assert place(SITTER, where={"TOM": moved(0.0)}) == 0.0
    nobody = Placed()
    nobody.add((), {"ADA": moved(0.0)}, WIDE)
    nobody.add((p.Sitter((0.45, 0.3, 0.46, 0.32), (0.44, 0.3, 0.47, 0.4), 0, "ADA"),), {}, WIDE)
    assert (nobody.score(), nobody.offset()) == (None, None)


def test_the_judge_reads_the_windows_of_a_performance(tmp_path: Path) -> None:
    """Cut into windows it says the same; and a clip alone is looked at, as a picture nobody staged is."""
    from runtime.edit.clip import ClipWriter

    shot, baked = staged(), performed(2)
    made = replace(judge_params(shot, (p.Window(0, 3),)), size=SIZE)
    save_person(ada(), tmp_path / "ada.npz")
    paths = []
    for first, last in ((0, 47), (48, 95), (96, 143)):
        paths.append(tmp_path / f"w{first}.npz")
        save_baked(paths[-1], slice_window(baked, first, last))
    whole = stood([baked], {"ADA": make_skeleton(ada().joints)}, made.composed)
    assert standing(paths, [tmp_path / "ada.npz"], made.composed) == whole
    assert set(standing(paths[:1], [tmp_path / "ada.npz"], made.composed)) == {
        view.frame for view in made.composed if view.performed < 48
    }
    with ClipWriter(tmp_path / "clip.mkv", SIZE, RATE) as clip:
        for frame in range(144):
            clip.write(np.full((SIZE[1], SIZE[0], 3), 400 + frame, np.uint16))

    def judged(name: str, inputs: dict[str, tuple[Path, ...]]) -> object:
        found = judge_take(
            TaskContext(made, {"clip": (tmp_path / "clip.mkv",), **inputs}, {}, {"scores": tmp_path / name})
        )
        assert isinstance(found, dict)
        return found["measures"]["framing"]  # type: ignore[index, call-overload]

    assert judged("known.json", {"bake": tuple(paths), "person": (tmp_path / "ada.npz",)}) == pytest.approx(
        1.0, abs=0.01
    )
    assert judged("seen.json", {}) == 0.0
