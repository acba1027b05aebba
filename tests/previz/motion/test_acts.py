"""Running, riding, holding, embracing and hands at work, on the skeleton."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.meaning.acting import GESTURES
from compiler.meaning.film import Look
from compiler.staging.model import Act, ActKind, Actor, CameraKey, CameraTrack, PersonSpec, Posture, StagedShot, Stance
from runtime.previz.motion.bake import BakedShot, bake_shot, pose_at
from runtime.previz.people.body import rest_joints
from runtime.previz.people.rig import fk, heads
from runtime.previz.pose import BONE

MARA = PersonSpec("MARA", seed=7, gender=0.1, age=37, height=1.64)
ELIAS = PersonSpec("ELIAS", seed=12, gender=0.9, age=40, height=1.8)
REST = {p: rest_joints(p) for p in (MARA, ELIAS)}


def bake(*actors: Actor, frames: int = 96) -> BakedShot:
    track = CameraTrack((CameraKey(0.0, (0.0, 1.4, 4.0), (0.0, 1.2, 0.0), 35.0, 2.8, 4.0),))
    return bake_shot(
        StagedShot(frames, 0, 0, (24, 1), (640, 268), None, actors, track, (), (), Look(), 3), (), lambda p: REST[p]
    )


def joints(baked: BakedShot, frame: int, actor: int, person: PersonSpec) -> np.ndarray:
    """World heads (80, 3) of the bones."""
    rotations, translations = fk(REST[person], pose_at(baked, actor, frame))
    return np.asarray(heads(REST[person], rotations, translations))


def test_nobody_squats_to_run_fast_or_to_stop() -> None:
    for far, seconds in ((6.0, 2.64), (12.0, 4.45)):
        run = Act(ActKind.WALK, 0.0, seconds, path=((0.0, 0.0, far),), style="run")
        track = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (run,)), frames=round(24 * (seconds + 0.8))).actors[0]
        assert (track.hip[:, 1] + track.position[:, 1]).min() > -0.22


def test_a_run_leaves_the_ground_and_ends_where_it_was_sent() -> None:
    run = Act(ActKind.WALK, 0.0, 2.6, path=((0.0, 0.0, 6.0),), style="run")
    baked = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (run,)))
    assert np.allclose(baked.actors[0].position[-1], (0.0, 0.0, 6.0), atol=2e-3)
    ankle = REST[MARA][BONE["foot.L"], 1]
    path = np.array([joints(baked, f, 0, MARA) for f in range(10, 50)])
    lower = np.minimum(path[:, BONE["foot.L"], 1], path[:, BONE["foot.R"], 1])
    assert lower.max() > ankle + 0.03
    toes = np.minimum(path[:, BONE["toes.L"], 1], path[:, BONE["toes.R"], 1])
    assert toes.min() > REST[MARA][BONE["toes.L"], 1] - 0.03


def test_who_rides_keeps_their_feet_with_them() -> None:
    ride = Act(ActKind.RIDE, 0.0, 3.0, path=((0.0, 0.0, 2.0), (0.0, 0.0, 6.0), (0.0, 0.0, 12.0)))
    baked = bake(Actor(MARA, Stance((0.0, 0.0, 0.0), 0.0, Posture.SIT, 0.3), (ride,)))
    assert np.allclose(baked.actors[0].position[-1], (0.0, 0.0, 12.0), atol=2e-3)
    before, after = (joints(baked, f, 0, MARA) for f in (0, 80))
    for bone in ("foot.L", "foot.R", "lowerleg01.L"):
        offset = before[BONE[bone]] - before[BONE["root"]]
        assert np.abs(after[BONE[bone]] - after[BONE["root"]] - offset).max() < 0.04


def test_an_embrace_puts_hands_behind_the_other() -> None:
    gap = 0.36
    one = Actor(
        MARA,
        Stance((0.07, 0.0, 0.0), 0.0),
        (Act(ActKind.EMBRACE, 0.0, 1.0, target=(-0.07, 1.3, gap), at="ELIAS", value=0.0),),
    )
    two = Actor(
        ELIAS,
        Stance((-0.07, 0.0, gap), 180.0),
        (Act(ActKind.EMBRACE, 0.0, 1.0, target=(0.07, 1.2, 0.0), at="MARA", value=0.0),),
    )
    baked = bake(one, two)
    for index, person in enumerate((MARA, ELIAS)):
        at = joints(baked, 60, index, person)
        for side in "LR":
            ahead = at[BONE[f"wrist.{side}"], 2] - at[BONE["root"], 2]
            local = ahead if index == 0 else -ahead
            assert local > 0.25


@pytest.mark.parametrize("hand", ["left", "right", "both"])
def test_what_is_held_is_before_the_body(hand: str) -> None:
    baked = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (Act(ActKind.HOLD, 0.0, 0.6, hand=hand, value=0.0),)))
    at = joints(baked, 60, 0, MARA)
    chest = at[BONE["spine01"]]
    for side, name in (("L", "left"), ("R", "right")):
        wrist = at[BONE[f"wrist.{side}"]]
        assert bool(wrist[2] > chest[2] + 0.15) is (hand in (name, "both"))


@pytest.mark.parametrize("style", GESTURES)
def test_every_gesture_moves_somebody(style: str) -> None:
    still = bake(Actor(MARA, Stance((0.0, 0.0, 0.0))), frames=60).actors[0].rotations
    act = Act(ActKind.GESTURE, 0.2, 2.2, style=style)
    moved = bake(Actor(MARA, Stance((0.0, 0.0, 0.0)), (act,)), frames=60).actors[0].rotations
    assert np.abs(moved - still).max() > 0.1
    assert np.isfinite(moved).all()
