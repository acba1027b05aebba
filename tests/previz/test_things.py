"""Things in hands, on their ways and open; crowds as fine as they are seen."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.meaning.film import Look
from compiler.staging.model import (
    Actor,
    CameraKey,
    CameraTrack,
    Crowd,
    Extra,
    PersonSpec,
    Piece,
    StagedShot,
    Stance,
    Thing,
    ThingKey,
)
from compiler.staging.places_vocabulary import vocabulary
from runtime.previz.crowd import crowd_meshes, thinned
from runtime.previz.motion.bake import bake_shot, load_baked, save_baked, slice_window
from runtime.previz.motion.things import Hand, make_things
from runtime.previz.people.parts import SkinnedPart
from runtime.previz.scene import Camera
from runtime.previz.sets.things import OPENERS, thing_meshes, thing_size

N = 48
T = np.arange(N) / 24.0
STILL = np.tile(np.eye(3), (N, 1, 1))


def shot(*things: Thing, actors: tuple[Actor, ...] = ()) -> StagedShot:
    camera = CameraTrack((CameraKey(0.0, (0.0, 1.5, 5.0), (0.0, 1.0, 0.0), 35.0, 4.0, 5.0),))
    return StagedShot(N, 0, 0, (24, 1), (320, 180), None, actors, camera, (), (), Look(), 1, things=things)


def cup(*keys: ThingKey, **more: object) -> Thing:
    return Thing("cup", Piece("cup", "cup", (0.0, 0.0, 0.0), colour=(0.2, 0.2, 0.2)), keys, grip="upright", **more)  # type: ignore[arg-type]


def hand(x: float) -> Hand:
    along = np.tile([0.0, 0.0, 1.0], (N, 1))
    return Hand(np.tile([x, 1.1, 0.3], (N, 1)), along, np.tile([1.0, 0.0, 0.0], (N, 1)))


HANDS = {("MARA", "left"): hand(0.2), ("MARA", "right"): hand(-0.2)}


def test_a_thing_passes_from_the_table_to_the_hand() -> None:
    thing = cup(ThingKey(-2.0, (1.0, 0.75, 0.0)), ThingKey(1.0, holder="MARA", hand="right"))
    (track,) = make_things(shot(thing), T, HANDS, {"MARA": np.zeros(N)})
    assert np.allclose(track.position[:24], (1.0, 0.75, 0.0))
    assert np.linalg.norm(track.position[-1] - [-0.2, 1.1, 0.3]) < 0.15
    steps = np.linalg.norm(np.diff(track.position, axis=0), axis=1)
    assert steps.max() < 0.45, "it is carried over, it does not jump"


def test_a_held_cup_is_upright_and_a_letter_faces_its_reader() -> None:
    thing = cup(ThingKey(-2.0, holder="MARA", hand="right"))
    (track,) = make_things(shot(thing), T, HANDS, {"MARA": np.zeros(N)})
    assert (track.rotation[:, 1, 1] > 0.95).all()
    letter = Thing(
        "letter", Piece("letter", "letter", (0.0, 0.0, 0.0)), (ThingKey(-2.0, holder="MARA"),), grip="pocket"
    )
    (sheet,) = make_things(shot(letter), T, HANDS, {"MARA": np.zeros(N)})
    face, foot = sheet.rotation[0][:, 1], sheet.rotation[0][:, 2]
    assert face[2] < -0.8, "its face is to the one who holds it"
    assert foot[1] < -0.8, "and it is the right way up"


def test_a_car_goes_along_its_way_on_turning_wheels() -> None:
    keys = (ThingKey(0.0, (0.0, 0.0, 0.0)), *(ThingKey(i * 0.25, (0.0, 0.0, i * 1.5), glide=True) for i in range(1, 9)))
    car = Thing("car", Piece("car", "car", (0.0, 0.0, 0.0), colour=(0.2, 0.02, 0.02)), keys, moves="drives")
    (track,) = make_things(shot(car), T, {}, {})
    assert (np.diff(track.position[:, 2]) > -1e-6).all()
    assert np.allclose(track.rotation[:, 2, 2], 1.0, atol=1e-3), "it points where it goes"
    assert track.roll[-1] == pytest.approx(track.position[-1, 2] / 0.33, rel=0.05)
    first, later = (thing_meshes(car, np.zeros(3, np.float32), np.eye(3, dtype=np.float32), 0.0, r) for r in (0.0, 0.7))
    wheels = [i for i, m in enumerate(first) if ".wheel" in m.name]
    assert len(wheels) == 4
    assert all(not np.allclose(first[i].positions, later[i].positions) for i in wheels)
    assert all(
        np.allclose(a.positions, b.positions)
        for i, (a, b) in enumerate(zip(first, later, strict=True))
        if i not in wheels
    )


def test_what_is_thrown_flies_in_an_arc() -> None:
    thing = cup(
        ThingKey(-2.0, (0.0, 1.2, 0.0)),
        ThingKey(0.5, (0.0, 1.2, 0.0)),
        ThingKey(1.0, (0.0, 0.0, 3.0), glide=True, arc=0.5),
    )
    (track,) = make_things(shot(thing), T, {}, {})
    assert track.position[:, 1].max() > 1.2
    assert np.allclose(track.position[-1], (0.0, 0.0, 3.0), atol=1e-3)


@pytest.mark.parametrize("kind", [*sorted(OPENERS), "door leaf", "box"])
def test_what_opens_moves(kind: str) -> None:
    entry = vocabulary().pieces.get(kind)
    scale = (0.9, 2.05, 1.0) if kind == "door leaf" else (1.0, 1.0, 1.0)
    parts = entry.parts if entry else ()
    piece = Piece(
        kind, kind, (0.0, 0.0, 0.0), 0.0, scale, (0.2, 0.1, 0.05), model="parts" if parts else "", parts=parts
    )
    thing = Thing(kind, piece, (ThingKey(-2.0),), opens="door" if entry is None else entry.opens)
    place, turned = np.zeros(3, np.float32), np.eye(3, dtype=np.float32)
    spans = []
    for amount in (0.0, 0.5, 1.0):
        points = np.concatenate([m.positions for m in thing_meshes(thing, place, turned, amount, 0.0)])
        assert np.isfinite(points).all()
        spans.append(np.ptp(points, axis=0))
    assert not np.allclose(spans[0], spans[2], atol=0.02)
    assert not np.allclose(spans[1], spans[2], atol=0.005)


def test_things_of_a_bake_survive_the_disk_and_windows(tmp_path) -> None:  # type: ignore[no-untyped-def]
    near = cup(ThingKey(-2.0, (0.0, 1.0, 0.0)))
    far = Thing("far", Piece("cup", "far", (0.0, 0.0, 0.0)), (ThingKey(-2.0, (80.0, 0.0, 0.0)),))
    crowd = Crowd("CROWD", (PersonSpec("CROWD.1", 3),), (Extra(0, "stand", ((0.0, (0.0, 0.0, -3.0)),)),))
    from dataclasses import replace

    baked = bake_shot(replace(shot(near, far), crowds=(crowd,)), [])
    window = slice_window(baked, 4, 9)
    assert [t.thing.name for t in window.things] == ["cup"], "a window holds only what it can show"
    save_baked(tmp_path / "a.npz", window)
    back = load_baked(tmp_path / "a.npz")
    assert back.things[0].thing == window.things[0].thing
    assert np.array_equal(back.things[0].position, window.things[0].position)
    assert back.crowds == (crowd,)


def test_a_rider_goes_with_the_car() -> None:
    keys = (ThingKey(0.0, (0.0, 0.0, 0.0)), *(ThingKey(i * 0.25, (0.0, 0.0, i * 1.5), glide=True) for i in range(1, 9)))
    car = Thing("TAXI", Piece("car", "TAXI", (0.0, 0.0, 0.0)), keys, moves="drives")
    actor = Actor(PersonSpec("MARA", 2), Stance((0.37, 0.12, 0.0)), rides="TAXI")
    joints = np.zeros((80, 3), np.float32)
    del joints
    baked = bake_shot(shot(car, actors=(actor,)), [])
    offset = baked.actors[0].position - baked.things[0].position
    assert np.abs(offset - offset[0]).max() < 0.1
    assert np.ptp(baked.actors[0].position[:, 2]) > 5.0


def test_a_size_is_that_of_the_thing_as_drawn() -> None:
    w, h, d = thing_size(cup(ThingKey(0.0)))
    assert (w, h, d) == pytest.approx(vocabulary().pieces["cup"].size, abs=0.03)


def grid() -> SkinnedPart:
    from runtime.previz.people.parts import make_part

    n = 24
    x, y = np.meshgrid(np.linspace(0, 0.4, n), np.linspace(0, 0.4, n))
    points = np.stack([x.ravel(), y.ravel(), 0 * x.ravel()], 1).astype(np.float32)
    i = (np.arange(n - 1)[:, None] * n + np.arange(n - 1)).ravel()
    faces = np.concatenate([np.stack([i, i + 1, i + n], 1), np.stack([i + 1, i + n + 1, i + n], 1)]).astype(np.int32)
    return make_part("sheet", points, faces, 10)


def test_thinning_keeps_the_shape() -> None:
    part = grid()
    lean = thinned(part, 0.05)
    assert len(lean.faces) < 0.3 * len(part.faces)
    assert np.ptp(lean.positions, axis=0)[:2] == pytest.approx((0.4, 0.4), abs=0.06)
    assert lean.faces.max() < len(lean.positions)
    assert np.allclose(lean.bone_weight.sum(1), 1.0)


def test_a_crowd_is_drawn_where_the_camera_looks() -> None:
    from runtime.previz.people.person import Person

    person = Person("CROWD.1", np.zeros((80, 3), np.float32), [grid()])
    extras = tuple(
        Extra(0, "stand", ((0.0, (x, 0.0, -6.0)),), 0.0, 0.1 * i) for i, x in enumerate((-1.0, 0.0, 1.0, 60.0))
    )
    crowd = Crowd("CROWD", (PersonSpec("CROWD.1", 3),), extras)
    camera = Camera((0.0, 1.5, 2.0), np.eye(3, dtype=np.float32), 35.0, 4.0, 6.0)
    meshes = crowd_meshes(crowd, {"CROWD.1": person}, camera, 640, 0.5)
    assert {m.name.split("/")[1] for m in meshes} == {"0", "1", "2"}
    assert crowd_meshes(crowd, {}, camera, 640, 0.5) == []
