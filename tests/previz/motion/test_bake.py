"""Baked motion: deterministic, on its feet, looking where it should, shutting its lips in time."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from compiler.meaning.film import Look
from compiler.staging.model import (
    Act,
    ActKind,
    Actor,
    CameraKey,
    CameraTrack,
    Light,
    LightCue,
    LightKind,
    PersonSpec,
    Posture,
    SetSpec,
    Shell,
    StagedShot,
    Stance,
)
from runtime.previz.motion.bake import (
    BakedShot,
    SpokenTrack,
    bake_shot,
    camera_at,
    lights_at,
    load_baked,
    pose_at,
    save_baked,
    slice_window,
)
from runtime.previz.motion.rotations import matrix, vector
from runtime.previz.people.body import rest_joints
from runtime.previz.people.rig import fk, heads
from runtime.previz.pose import BONE, FACE_UNITS, UNIT

MARA = PersonSpec("MARA", seed=7, gender=0.1, age=67, height=1.64)
ELIAS = PersonSpec("ELIAS", seed=12, gender=0.9, age=60, height=1.8)


@lru_cache(maxsize=4)
def joints(spec: PersonSpec) -> np.ndarray:
    return rest_joints(spec)


def shot(
    *actors: Actor, frames: int = 72, camera: tuple[float, float, float] = (0.0, 1.4, 4.0), **more: object
) -> StagedShot:
    keys = (CameraKey(0.0, camera, (0.0, 1.2, 0.0), 35.0, 2.8, 4.0),)
    base = StagedShot(frames, 0, 0, (24, 1), (640, 268), None, actors, CameraTrack(keys), (), (), Look(), 3)
    return replace(base, **more)


def bake(*actors: Actor, speeches: tuple[SpokenTrack, ...] = (), **more: object) -> BakedShot:
    return bake_shot(shot(*actors, **more), speeches, joints)


def skeleton(baked: BakedShot, frame: int, actor: int = 0, spec: PersonSpec = MARA) -> tuple[np.ndarray, np.ndarray]:
    rest = joints(spec)
    rotations, translations = fk(rest, pose_at(baked, actor, frame))
    return heads(rest, rotations, translations), rotations


WALK = Act(ActKind.WALK, 0.2, 2.8, path=((0.0, 0.0, 0.2), (0.8, 0.0, 0.9)), yaw=70.0)
SIT = Act(ActKind.SIT, 0.2, 1.9, path=((0.0, 0.0, -0.5),), yaw=0.0, value=0.45)


def track(phones: str, words: int = 2) -> SpokenTrack:
    """Phones of 0.1 s each, separated by spaces."""
    parts = phones.split()
    spans = tuple((p, 0.1 * i, 0.1 * (i + 1)) for i, p in enumerate(parts))
    each = len(parts) / words * 0.1
    said = tuple((f"w{i}", i * each, (i + 1) * each) for i in range(words))
    return SpokenTrack(spans, said, np.full(len(parts) * 10, 0.5, np.float32))


def test_the_same_shot_gives_the_same_bytes(tmp_path: Path) -> None:
    paths = []
    for name in ("a", "b"):
        baked = bake(Actor(MARA, Stance((0.0, 0.0, -1.2)), (WALK,)))
        paths.append(tmp_path / name)
        save_baked(paths[-1], baked)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    again = load_baked(paths[0])
    assert again.count == 72
    assert np.array_equal(again.actors[0].rotations, baked.actors[0].rotations)
    assert again.size == (640, 268)


def test_handles_only_add_frames() -> None:
    actor = Actor(MARA, Stance((0.0, 0.0, -1.2)), (WALK,))
    plain, handled = bake(actor), bake(actor, head=6, tail=8)
    assert handled.first == -6
    assert handled.count == 86
    inner = slice_window(handled, 0, 71).actors[0]
    assert np.abs(inner.rotations - plain.actors[0].rotations).max() < 0.05
    assert np.abs(inner.position - plain.actors[0].position).max() < 1e-3


def test_slices_of_slices_are_slices() -> None:
    baked = bake(Actor(MARA, Stance((0.0, 0.0, -1.2)), (WALK,)))
    once = slice_window(baked, 20, 30)
    twice = slice_window(slice_window(baked, 10, 40), 20, 30)
    for field in ("rotations", "face", "position", "talk"):
        assert np.array_equal(getattr(once.actors[0], field), getattr(twice.actors[0], field))
    with pytest.raises(ValueError, match="not within"):
        slice_window(baked, 60, 80)


def test_a_changed_word_is_not_seen_from_behind_or_before_it() -> None:
    def said(phones: str, camera: tuple[float, float, float]) -> BakedShot:
        actor = Actor(MARA, Stance((0.0, 0.0, 0.0)), (Act(ActKind.SPEAK, 1.0, 2.2, line=0),))
        return bake(actor, speeches=(track(phones),), camera=camera)

    one, two = "m ɑ m ɑ t u s i l ɑ m u", "m ɑ m ɑ t u s i n oʊ b aɪ"
    for camera, same in (((0.0, 1.4, -3.0), True), ((0.0, 1.4, 3.0), False)):
        a, b = (slice_window(said(p, camera), 40, 60).actors[0] for p in (one, two))
        assert (
            all(np.array_equal(getattr(a, f), getattr(b, f)) for f in ("rotations", "face", "talk", "breath")) is same
        )
    a, b = (slice_window(said(p, (0.0, 1.4, 3.0)), 0, 20).actors[0] for p in (one, two))
    assert np.array_equal(a.face, b.face)


@pytest.mark.parametrize("fps", [(24, 1), (24000, 1001), (30, 1)])
def test_walking_ends_where_it_was_sent(fps: tuple[int, int]) -> None:
    baked = bake(Actor(MARA, Stance((0.0, 0.0, -1.2)), (WALK,)), fps=fps, frames=96)
    assert np.allclose(baked.actors[0].position[-1], (0.8, 0.0, 0.9), atol=2e-3)
    assert abs(baked.actors[0].yaw[-1] - 70.0) < 0.1


def test_feet_stay_planted_and_above_the_floor() -> None:
    baked = bake(Actor(MARA, Stance((0.0, 0.0, -1.2)), (WALK,)))
    rest = joints(MARA)
    for side in "LR":
        ankle, toes = BONE[f"foot.{side}"], BONE[f"toes.{side}"]
        path = np.array([skeleton(baked, f)[0] for f in range(baked.count)])
        down = path[:, ankle, 1] < rest[ankle, 1] + 0.006
        assert path[:, toes, 1].min() > rest[toes, 1] - 0.012
        assert path[:, ankle, 1].min() > rest[ankle, 1] - 0.012
        for run in np.split(np.arange(len(down)), np.flatnonzero(np.diff(down.astype(int))) + 1):
            if down[run[0]]:
                places = path[run, ankle][:, [0, 2]]
                assert np.linalg.norm(places - np.median(places, axis=0), axis=1).max() < 0.015


def test_knees_bend_forwards_and_never_pop() -> None:
    turn = Act(ActKind.TURN, 3.0, 4.3, yaw=-60.0)
    nod = Act(ActKind.GESTURE, 4.4, 5.4, style="nod")
    baked = bake(Actor(MARA, Stance((0.0, 0.0, -1.2)), (WALK, turn, nod)), frames=140)
    r = baked.actors[0].rotations.astype(np.float64)
    step = np.linalg.norm(vector(np.swapaxes(matrix(r[:-1]), -1, -2) @ matrix(r[1:])), axis=-1)
    eyes = [BONE["eye.L"], BONE["eye.R"]]
    assert np.degrees(np.delete(step, eyes, axis=1).max()) < 25.0  # a swinging knee passes 500 degrees a second
    assert np.isfinite(r).all()
    # Knees flex about +x only.
    assert r[:, BONE["lowerleg01.L"], 0].min() > -0.05


def test_a_seated_pelvis_rests_on_its_seat() -> None:
    baked = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (SIT,)))
    where, _ = skeleton(baked, 70)
    hip = (where[BONE["upperleg01.L"]] + where[BONE["upperleg01.R"]]) / 2
    assert 0.45 + 0.05 < hip[1] < 0.45 + 0.13
    assert abs(hip[2] + 0.5) < 0.09
    knee = where[BONE["lowerleg01.L"]]
    assert knee[2] > hip[2] + 0.25
    already, _ = skeleton(bake(Actor(MARA, Stance((0.0, 0.0, -0.5), 0.0, Posture.SIT)), frames=2), 0)
    assert np.abs(already[BONE["root"]] - where[BONE["root"]]).max() < 0.05


@pytest.mark.parametrize("target", [(1.2, 1.4, 2.0), (-2.0, 0.8, 1.0), (0.3, 2.0, 3.0)])
def test_eyes_reach_what_is_looked_at(target: tuple[float, float, float]) -> None:
    look = Act(ActKind.LOOK, 0.2, 0.7, target=target)
    baked = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (look,)))
    for frame in (50, 60, 70):
        where, turned = skeleton(baked, frame)
        eye = BONE["eye.L"]
        want = np.array(target) - where[eye]
        have = turned[eye] @ np.array([0.0, 0.0, 1.0])
        assert np.degrees(np.arccos(np.clip(have @ want / np.linalg.norm(want), -1, 1))) < 3.0


def test_two_people_meet_eyes() -> None:
    a = Actor(MARA, Stance((0.0, 0.0, 0.0), 0.0), (Act(ActKind.LOOK, 0.0, 0.5, at="ELIAS"),))
    b = Actor(ELIAS, Stance((0.5, 0.0, 1.4), 180.0), (Act(ActKind.LOOK, 0.0, 0.5, at="MARA"),))
    baked = bake(a, b)
    mine, turned = skeleton(baked, 60)
    theirs, _ = skeleton(baked, 60, 1, ELIAS)
    want = (theirs[BONE["eye.L"]] + theirs[BONE["eye.R"]]) / 2 - mine[BONE["eye.R"]]
    have = turned[BONE["eye.R"]] @ np.array([0.0, 0.0, 1.0])
    assert np.degrees(np.arccos(have @ want / np.linalg.norm(want))) < 3.0


def test_lips_close_on_m_b_p_and_open_on_vowels() -> None:
    actor = Actor(MARA, Stance((0.0, 0.0, 0.0)), (Act(ActKind.SPEAK, 1.0, 2.2, line=0),))
    baked = bake(actor, speeches=(track("ɑ m ɑ b ɑ p ɑ f ɑ"),))
    jaw = baked.actors[0].face[:, UNIT["jawOpen"]]
    press = baked.actors[0].face[:, UNIT["mouthPressLeft"]]
    for i in (1, 3, 5):
        frame = round((1.0 + 0.1 * i + 0.05 - 0.05) * 24)
        near = slice(frame - 1, frame + 2)
        assert jaw[near].min() < 0.03
        assert press[near].max() > 0.4
    assert jaw[24:46].max() > 0.25


def test_eyes_blink_and_close() -> None:
    act = Act(ActKind.CLOSE_EYES, 4.0, 6.0)
    face = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (act,)), frames=144).actors[0].face
    lid = face[:, UNIT["eyeBlinkLeft"]]
    assert lid[110:140].min() > 0.97
    assert (lid[:90] > 0.9).any()
    assert np.median(lid[:90]) < 0.3
    assert face.shape[1] == len(FACE_UNITS)
    assert face.min() >= 0.0
    assert face.max() <= 1.0


def test_hands_reach_and_hang() -> None:
    target = (-0.3, 1.0, 0.45)
    reach = Act(ActKind.REACH, 0.5, 1.3, target=target, value=0.0)
    baked = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (reach,)))
    where, _ = skeleton(baked, 60)
    finger = where[BONE["finger2-3.R"]]
    assert np.linalg.norm(finger - np.array(target)) < 0.09
    before, _ = skeleton(baked, 5)
    for side, sign in (("L", 1), ("R", -1)):
        wrist, hip = before[BONE[f"wrist.{side}"]], before[BONE[f"upperleg01.{side}"]]
        assert 0.07 < sign * (wrist[0] - hip[0]) < 0.22  # beside the thigh, neither in it nor in an A
        assert wrist[1] < before[BONE[f"lowerarm01.{side}"]][1] - 0.15


def test_camera_focus_and_lights() -> None:
    lamp = Light("lamp", LightKind.POINT, (1.0, 0.8, 0.6), 2.0)
    place = SetSpec("KITCHEN", True, Shell(), lights=(lamp,))
    base = shot(Actor(MARA, Stance((0.0, 0.0, 0.0))), light_cues=(LightCue("lamp", 1.0, 2.0, 0.0),))
    baked = bake_shot(replace(base, set=place, camera=replace(base.camera, focus_on="MARA", handheld=0.5)), (), joints)
    assert lights_at(baked, 0, place)[0].intensity == pytest.approx(2.0)
    assert lights_at(baked, 60, place)[0].intensity == pytest.approx(0.0, abs=1e-3)
    camera = camera_at(baked, 30)
    assert 3.7 < camera.focus < 4.0
    assert np.allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-4)
    assert camera.rotation[2] @ (np.array(camera.position) - (0.0, 1.2, 0.0)) > 3.5
    # Operators are never quite still.
    assert np.ptp(baked.camera_rotation[:, 0], axis=0).max() > 1e-4


def test_unseen_people_are_blank() -> None:
    baked = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), visible=False))
    assert not slice_window(baked, 0, 10).actors[0].rotations.any()
    behind = bake(Actor(MARA, Stance((0.0, 0.0, 9.0))))
    part = slice_window(behind, 0, 10).actors[0]
    assert not part.face.any()
    assert part.rotations.any()


def test_cameras_on_uneven_keys_neither_jerk_nor_overshoot() -> None:
    times = (0.0, 0.25, 0.5, 2.0, 2.25, 3.0)
    keys = tuple(
        CameraKey(t, (0.0, 1.4, 4.0 - t * t * (9 - 2 * t) / 27), (0.0, 1.2, 0.0), 35.0, 2.8, 4.0) for t in times
    )
    base = shot(Actor(MARA, Stance((0.0, 0.0, 0.0))))
    z = bake_shot(replace(base, camera=CameraTrack(keys)), (), joints).camera_position[:, 2].astype(np.float64)
    assert np.all(np.diff(z) <= 1e-4)
    assert np.abs(np.diff(z, 2)).max() * 24 * 24 < 1.0
