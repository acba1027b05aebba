"""What the camera shows: projected eyes, heads and feet for sizes, angles and postures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from compiler.meaning.film import Height, Lens, Move, MoveKind, Placement, Relation, Side, Size
from compiler.staging.casting import body_landmarks, eye_height
from compiler.staging.lens import FRAMING, Lensed, aim, project
from compiler.staging.model import Actor, StagedShot, Vec3
from compiler.staging.movement import at_time
from compiler.staging.paths import floor_of
from compiler.staging.space import add, heading

from .conftest import phrases, scene, shot, staged
from .storyboard import stance_of

ASPECT = 960 / 402
CLOSE = (Size.MEDIUM, Size.MEDIUM_CLOSE_UP, Size.CLOSE_UP, Size.EXTREME_CLOSE_UP)


def eyes_of(actor: Actor, t: float) -> Vec3:
    s = stance_of(actor, t)
    height = s.position[1] + eye_height(actor.person, s.posture, s.seat_height)
    return add((s.position[0], height, s.position[2]), heading(s.yaw), 0.12)


def one(placement: str, **slots: object) -> StagedShot:
    s = scene(shot("a", seconds=Fraction(3), **slots), placements=(Placement("MARA", phrases(placement)),))  # type: ignore[arg-type]
    return staged(s).shots[0].shot


@pytest.mark.parametrize("placement", ["sitting at table", "standing at window", "standing at 1.2 1.0"])
@pytest.mark.parametrize("size", [*CLOSE, Size.COWBOY, Size.FULL, Size.WIDE])
def test_eyes_lie_on_their_line(size: Size, placement: str) -> None:
    staged_shot = one(placement, size=size, subjects=("MARA",))
    camera, actor = at_time(staged_shot.camera.keys, 1.5), staged_shot.actors[0]
    u, v, depth = project(camera, eyes_of(actor, 1.5), ASPECT)
    assert depth > 0.3
    assert 0.25 < u < 0.75
    assert abs(v - FRAMING[size].eye_line) < 0.09
    floor = floor_of(staged_shot.set)  # type: ignore[arg-type]
    assert floor.inside(camera.position, 0.2)


@pytest.mark.parametrize("size", CLOSE)
def test_heads_are_whole_where_they_should_be(size: Size) -> None:
    staged_shot = one("standing at window", size=size, subjects=("MARA",))
    camera, actor = at_time(staged_shot.camera.keys, 1.5), staged_shot.actors[0]
    eyes = eyes_of(actor, 1.5)
    scale = actor.person.height / 1.7
    crown, chin = (
        project(camera, add(eyes, (0, 0.13 * scale, 0)), ASPECT),
        project(camera, add(eyes, (0, -0.13 * scale, 0)), ASPECT),
    )
    assert chin[1] < (1.25 if size is Size.EXTREME_CLOSE_UP else 0.9)
    if size in (Size.MEDIUM, Size.MEDIUM_CLOSE_UP):
        assert 0.02 < crown[1] < 0.3
    if size is Size.CLOSE_UP:
        assert -0.05 < crown[1] < 0.15
    assert body_landmarks(actor.person).eye > 1.3


@pytest.mark.parametrize("side", [None, Side.FRONT, Side.PROFILE, Side.LEFT, Side.RIGHT, Side.BEHIND])
@pytest.mark.parametrize("height", [Height.EYE, Height.LOW, Height.HIGH, Height.ABOVE])
def test_angles_keep_the_face_in_frame(side: Side | None, height: Height) -> None:
    staged_shot = one("standing at 1.2 1.0", size=Size.MEDIUM, subjects=("MARA",), side=side, height=height)
    camera, actor = at_time(staged_shot.camera.keys, 1.5), staged_shot.actors[0]
    eyes = eyes_of(actor, 1.5)
    u, v, _ = project(camera, eyes, ASPECT)
    assert 0.2 < u < 0.8
    assert 0.1 < v < 0.65
    if height is Height.LOW:
        assert camera.position[1] < eyes[1] - 0.1
    if height in (Height.HIGH, Height.ABOVE):
        assert camera.position[1] > eyes[1] + 0.1


def test_left_and_right_are_the_persons_own() -> None:
    across = heading(90.0)
    for side, sign in ((Side.LEFT, 1), (Side.RIGHT, -1)):
        s = one("standing at 0 1.3, facing near end", size=Size.MEDIUM, subjects=("MARA",), side=side)
        actor = s.actors[0]
        left = heading(actor.start.yaw + 90.0)
        offset = sum(a * (b - c) for a, b, c in zip(left, s.camera.keys[0].position, actor.start.position, strict=True))
        assert offset * sign > 0
    assert across[0] == pytest.approx(1.0)


def test_the_lens_asked_for_is_the_lens() -> None:
    assert (
        one("sitting at table", size=Size.CLOSE_UP, subjects=("MARA",), lens=Lens(85, 1.8)).camera.keys[0].focal_mm
        == 85
    )
    assert (
        one("sitting at table", size=Size.CLOSE_UP, subjects=("MARA",), lens=Lens(85, 1.8)).camera.keys[0].f_stop == 1.8
    )


def test_a_push_in_ends_tighter_and_keeps_its_subject() -> None:
    s = one("sitting at table", size=Size.CLOSE_UP, subjects=("MARA",), moves=(Move(MoveKind.PUSH_IN),))
    eyes = eyes_of(s.actors[0], 1.0)
    first, last = s.camera.keys[0], s.camera.keys[-1]
    far = [sum((a - b) ** 2 for a, b in zip(k.position, eyes, strict=True)) ** 0.5 for k in (first, last)]
    assert far[1] < far[0] - 0.1
    for t in (0.0, 1.5, 3.0):
        u, v, _ = project(at_time(s.camera.keys, t), eyes, ASPECT)
        assert 0.3 < u < 0.7
        assert 0.3 < v < 0.55


@pytest.mark.parametrize("kind", [k for k in MoveKind if k is not MoveKind.FOLLOW])
def test_every_move_stays_in_the_room(kind: MoveKind) -> None:
    s = one(
        "sitting at table",
        size=Size.MEDIUM,
        subjects=("MARA",),
        moves=(Move(kind, "left" if kind is MoveKind.PAN else ""),),
    )
    floor = floor_of(s.set)  # type: ignore[arg-type]
    assert all(floor.inside(k.position, 0.1) and 0.1 < k.position[1] < 2.7 for k in s.camera.keys)
    assert [k.time for k in s.camera.keys] == sorted(k.time for k in s.camera.keys)


def two(**slots: object) -> StagedShot:
    s = scene(
        shot("a", seconds=Fraction(3), **slots),  # type: ignore[arg-type]
        placements=(
            Placement("MARA", phrases("standing at 0.9 1.2, facing ELIAS")),
            Placement("ELIAS", phrases("standing at -0.6 1.2, facing MARA")),
        ),
    )
    return staged(s).shots[0].shot


def test_over_the_shoulder_shows_face_and_shoulder() -> None:
    s = two(size=Size.MEDIUM, relation=Relation.OVER_SHOULDER, subjects=("MARA", "ELIAS"))
    camera = at_time(s.camera.keys, 1.0)
    by_name = {a.person.name: project(camera, eyes_of(a, 1.0), ASPECT) for a in s.actors}
    assert by_name["MARA"][2] < by_name["ELIAS"][2]
    assert 0.2 < by_name["ELIAS"][0] < 0.8
    assert abs(by_name["MARA"][0] - 0.5) > abs(by_name["ELIAS"][0] - 0.5)
    assert -0.1 < by_name["MARA"][0] < 1.1


def test_a_two_shot_shows_both() -> None:
    s = two(size=Size.MEDIUM, relation=Relation.TWO_SHOT, subjects=("ELIAS", "MARA"))
    camera = at_time(s.camera.keys, 1.0)
    for actor in s.actors:
        u, v, _ = project(camera, eyes_of(actor, 1.0), ASPECT)
        assert 0.05 < u < 0.95
        assert 0.05 < v < 0.7


def test_both_singles_are_on_one_side_of_the_line() -> None:
    a = two(size=Size.CLOSE_UP, subjects=("MARA",)).camera.keys[0].position
    b = two(size=Size.CLOSE_UP, subjects=("ELIAS",)).camera.keys[0].position
    assert (a[2] - 1.2) * (b[2] - 1.2) > 0


def test_pov_leaves_its_owner_out() -> None:
    s = two(relation=Relation.POV, subjects=("MARA",))
    assert [a.person.name for a in s.actors] == ["ELIAS"]


def test_aim_is_exact() -> None:
    target = aim((0, 1, 3), (0.4, 1.6, 0), 0.31, 0.4, 50, ASPECT)
    u, v, _ = project(Lensed((0, 1, 3), target, 50), (0.4, 1.6, 0), ASPECT)
    assert (u, v) == pytest.approx((0.31, 0.4), abs=1e-4)
