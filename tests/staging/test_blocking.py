"""Where people are and what they do, as single shots are told it."""

from __future__ import annotations

import math
from fractions import Fraction

from compiler.meaning.film import Action, Placement, Property, Size, Speech
from compiler.staging.model import ActKind, Posture
from compiler.staging.paths import BODY, floor_of
from compiler.staging.places import place_set

from .conftest import KITCHEN, phrases, scene, shot, staged


def test_walks_go_round_the_table() -> None:
    floor = floor_of(place_set(KITCHEN, (), "night", True, 1).spec)
    start, end = floor.near((-1.5, 0.0, 0.2)), floor.near((1.3, 0.0, -0.1))
    way = floor.walk(start, end)
    assert len(way) > 1
    points = [start, *way]
    for a, b in zip(points, way, strict=False):
        for i in range(21):
            p = tuple(a[k] + (b[k] - a[k]) * i / 20 for k in range(3))
            assert floor.free(p, BODY - 0.02)  # type: ignore[arg-type]


def test_sitting_down_far_away_walks_there_first() -> None:
    s = scene(
        shot("a", Size.WIDE),
        Action("Mara sits at the table."),
        placements=(Placement("MARA", phrases("standing at door")),),
    )
    (actor,) = staged(s).shots[0].shot.actors
    kinds = [a.kind for a in actor.acts if a.kind in (ActKind.WALK, ActKind.SIT)]
    assert kinds == [ActKind.WALK, ActKind.SIT]
    assert actor.start.posture is Posture.STAND


def test_state_carries_over_the_cut() -> None:
    s = scene(
        shot("a", Size.WIDE, seconds=Fraction(1)),
        Action("Mara stands up and walks to the window."),
        shot("b", Size.FULL, "MARA", seconds=Fraction(20)),
        shot("c", Size.MEDIUM, "MARA"),
    )
    a, b, c = (x.shot for x in staged(s).shots)
    assert a.actors[0].start.posture is Posture.SIT
    assert any(act.start < 0 < act.end for act in b.actors[0].acts)
    assert c.actors[0].start.posture is Posture.STAND
    assert not any(act.kind is ActKind.WALK for act in c.actors[0].acts)


def test_people_come_back_where_they_were() -> None:
    first = scene(shot("a", Size.WIDE), Action("Mara walks to the window."), key="1")
    between = scene(shot("b", Size.WIDE), key="2", location="ARCHIVE", placements=())
    again = scene(shot("c", Size.WIDE, "MARA"), Action("Mara nods."), key="3", placements=())
    shots = {s.name: s.shot for s in staged(first, between, again).shots}
    there = shots["a"].actors[0].acts
    end = next(a for a in there if a.kind is ActKind.WALK).path[-1]
    assert math.dist(shots["c"].actors[0].start.position, end) < 0.01


def test_undirected_people_stand_free_and_face_each_other() -> None:
    s = scene(Speech("MARA", "Hello."), Speech("ELIAS", "Hello."), placements=())
    t = staged(s)
    floor = floor_of(t.shots[0].shot.set)  # type: ignore[arg-type]
    people = {a.person.name: a.start for x in t.shots for a in x.shot.actors}
    assert set(people) == {"MARA", "ELIAS"}
    for name, stance in people.items():
        other = people["ELIAS" if name == "MARA" else "MARA"]
        assert floor.free(stance.position, 0.2)
        towards = math.degrees(
            math.atan2(other.position[0] - stance.position[0], other.position[2] - stance.position[2])
        )
        assert abs((towards - stance.yaw + 180) % 360 - 180) < 5


def test_listeners_look_at_the_speaker() -> None:
    s = scene(shot("a", Size.WIDE), Speech("MARA", "Listen to me."), Speech("ELIAS", "I am."), placements=())
    (picture,) = (x.shot for x in staged(s).shots)
    for actor in picture.actors:
        looks = [a.at for a in actor.acts if a.kind is ActKind.LOOK]
        assert {"MARA": "ELIAS", "ELIAS": "MARA"}[actor.person.name] in looks


def test_eyes_turn_to_a_voice_from_a_thing() -> None:
    s = scene(shot("a", Size.MEDIUM, "MARA"), Speech("THE KEEPER", "One recording.", off_screen=True))
    (actor,) = staged(s).shots[0].shot.actors
    assert any(a.kind is ActKind.LOOK and a.target is not None for a in actor.acts)


def test_lights_go_out_and_stay_out() -> None:
    s = scene(
        shot("a", Size.WIDE),
        Action("The lamp goes out."),
        shot("b", Size.WIDE, seconds=Fraction(9)),
        shot("c", Size.CLOSE_UP, "MARA"),
    )
    a, _, c = (x.shot for x in staged(s).shots)
    assert a.light_cues
    assert a.light_cues[0].level == 0.0
    assert [q.end < 0 for q in c.light_cues] == [True] * len(c.light_cues)
    assert {q.light for q in c.light_cues} == {q.light for q in a.light_cues}
    assert {q.light for q in a.light_cues} <= {light.name for light in a.set.lights} | {p.name for p in a.set.pieces}  # type: ignore[union-attr]


def test_a_shots_block_directs_its_people() -> None:
    override = Property("MARA", phrases("gaze window", "smiles"))
    (picture,) = (x.shot for x in staged(scene(shot("a", Size.MEDIUM, "MARA", overrides=(override,)))).shots)
    kinds = {a.kind for a in picture.actors[0].acts}
    assert {ActKind.LOOK, ActKind.EMOTE} <= kinds


def test_a_hand_lets_go_when_its_body_moves_off() -> None:
    s = scene(
        shot("a", Size.MEDIUM, "MARA"),
        Action("Mara reaches for the cup."),
        shot("b", Size.WIDE),
        Action("Mara stands up and walks to the window."),
        shot("c", Size.FULL, "MARA", seconds=Fraction(9)),
        shot("d", Size.CLOSE_UP, "MARA"),
    )
    a, b, _, d = (x.shot.actors[0].acts for x in staged(s).shots)
    assert [x.value for x in a if x.kind is ActKind.REACH] == [0.0]
    assert [x.value > 0 for x in b if x.kind is ActKind.REACH] == [True]
    assert not [x for x in d if x.kind is ActKind.REACH]
