"""Takes of a performance: other choices, the same shot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from compiler.staging.model import Act, ActKind, Actor, CameraKey, CameraTrack, Posture, Stance
from runtime.previz.motion.bake import BakedShot, bake_shot
from runtime.previz.motion.readings import read_actor
from runtime.previz.pose import BONE, UNIT
from tests.previz.motion.test_bake import ELIAS, MARA, SIT, WALK, joints, shot, skeleton, track

TAKES = (1, 2, 3, 4)
STANDS = Actor(MARA, Stance((0.0, 0.0, 0.0)), (Act(ActKind.LOOK, -2.0, -1.5, target=(0.0, 1.5, 4.0)),))


def takes(*actors: Actor, **more: object) -> list[BakedShot]:
    speeches = more.pop("speeches", ())
    return [bake_shot(shot(*actors, **more), speeches, joints, take) for take in TAKES]  # type: ignore[arg-type]


def arrays(baked: BakedShot) -> list[bytes]:
    found = [baked.camera_position.tobytes(), baked.camera_rotation.tobytes()]
    return found + [a.rotations.tobytes() + a.face.tobytes() + a.hip.tobytes() for a in baked.actors]


def test_takes_differ_and_each_is_its_own_again() -> None:
    first, second = takes(STANDS, frames=96), takes(STANDS, frames=96)
    assert [arrays(b) for b in first] == [arrays(b) for b in second]
    assert len({b"".join(arrays(b)) for b in first}) == len(TAKES)
    assert {b.count for b in first} == {96}
    plain = bake_shot(shot(STANDS, frames=96), (), joints)
    assert arrays(plain) == arrays(first[0])


def test_takes_of_another_shot_are_others() -> None:
    one, other = takes(STANDS, frames=48)[1], takes(STANDS, frames=48, seed=4)[1]
    assert arrays(one) != arrays(other)


def test_a_take_is_seen_as_acting_not_as_noise() -> None:
    """Heads are carried otherwise by degrees, not by fractions of one, and never thrown about."""
    baked = takes(STANDS, frames=96)
    heads = [np.array([skeleton(b, f)[1][BONE["head"]] for f in range(0, 96, 6)]) for b in baked]
    for other in heads[1:]:
        turned = np.einsum("nij,nkj->nik", heads[0], other)
        degrees = np.degrees(np.arccos(np.clip((np.trace(turned, axis1=1, axis2=2) - 1) / 2, -1, 1)))
        assert 2.0 < degrees.max() < 50.0
        assert np.median(degrees) > 1.0


@pytest.mark.parametrize(
    "actor",
    [
        Actor(MARA, Stance((0.0, 0.0, -1.2)), (WALK,)),
        Actor(MARA, Stance((0.0, 0.0, 0.0)), (SIT,)),
        STANDS,
        Actor(ELIAS, Stance((0.0, 0.0, 0.0), posture=Posture.KNEEL)),
    ],
    ids=["walks", "sits", "stands", "kneels"],
)
def test_marks_and_feet_are_the_same_in_every_take(actor: Actor) -> None:
    baked = takes(actor)
    for other in baked[1:]:
        assert np.abs(other.actors[0].position - baked[0].actors[0].position).max() < 1e-4
        assert np.abs(other.actors[0].yaw - baked[0].actors[0].yaw).max() < 1e-3
    for frame in (0, 30, 71):
        reached = [skeleton(b, frame, spec=actor.person)[0] for b in baked]
        for place in reached[1:]:
            for foot in ("foot.L", "foot.R"):
                if actor.start.posture is not Posture.KNEEL:
                    assert np.linalg.norm(place[BONE[foot]] - reached[0][BONE[foot]]) < 0.015
            assert np.linalg.norm(place[BONE["head"]] - reached[0][BONE["head"]]) < 0.09


def test_hands_are_where_they_hold_in_every_take() -> None:
    """A hand that has reached something is on it; what a take does with its back must not pull it off."""
    reach = Act(ActKind.REACH, 0.3, 1.2, target=(0.15, 1.05, 0.5), hand="right", value=0.0)
    baked = takes(Actor(MARA, Stance((0.0, 0.0, 0.0)), (reach,)))
    wrists = [skeleton(b, 60)[0][BONE["wrist.R"]] for b in baked]
    for wrist in wrists[1:]:
        assert np.linalg.norm(wrist - wrists[0]) < 0.012


def test_lips_are_the_lines() -> None:
    said = track("p a m a o u f i b a p e m i", 4)
    speaks = replace(STANDS, acts=(*STANDS.acts, Act(ActKind.SPEAK, 0.4, 1.8, line=0)))
    baked = takes(speaks, speeches=(said,))
    jaws = [b.actors[0].face[:, UNIT["jawOpen"]] for b in baked]
    assert jaws[0].max() > 0.2
    for jaw in jaws[1:]:
        assert np.abs(jaw - jaws[0]).max() < 0.02


def test_a_locked_off_camera_stays_and_an_operator_breathes_anew() -> None:
    still = takes(STANDS)
    assert len({b.camera_rotation.tobytes() + b.camera_position.tobytes() for b in still}) == 1
    key = CameraKey(0.0, (0.0, 1.4, 4.0), (0.0, 1.2, 0.0), 35.0, 2.8, 4.0)
    held = takes(STANDS, camera=(0.0, 1.4, 4.0))
    assert held[0].count == still[0].count
    by_hand = [
        bake_shot(replace(shot(STANDS), camera=CameraTrack((key,), handheld=0.35)), (), joints, t) for t in TAKES
    ]
    assert len({b.camera_rotation.tobytes() for b in by_hand}) == len(TAKES)
    for b in by_hand:
        assert np.abs(b.camera_position - np.array(key.position)).max() < 0.012
        assert np.abs(b.camera_rotation - still[0].camera_rotation).max() < np.radians(0.5)


def test_nobody_looks_away_at_a_cut_or_from_what_the_text_has_them_look_at() -> None:
    seconds = 8.0
    looks = Act(ActKind.LOOK, 4.0, 4.4, target=(1.0, 1.0, 1.0))
    shut = Act(ActKind.CLOSE_EYES, 6.0, 6.8)
    actor = replace(STANDS, acts=(*STANDS.acts, looks, shut))
    seen = 0
    for seed in range(40):
        read, reading = read_actor(actor, seed, seconds, 2)
        moved = next(a for a in read.acts if a.kind is ActKind.LOOK and a.start > 0)
        assert abs(moved.start - 4.0) < 0.25
        assert read.acts[-1] == shut
        for glance in reading.glances:
            seen += 1
            assert glance.start >= 0.7
            assert glance.start + glance.seconds <= seconds - 0.7
            assert not glance.start - 0.2 < moved.start < glance.start + glance.seconds
            assert glance.start + glance.seconds <= 6.0 or glance.start >= 6.8
    assert seen >= 40


def test_what_the_text_times_is_not_retimed() -> None:
    """Steps, seats, hands, lines, written breaths and gestures that sound keep their very moments."""
    fixed = (
        WALK, SIT, Act(ActKind.REACH, 1.0, 1.6, target=(0.1, 1.0, 0.4)), Act(ActKind.SPEAK, 1.0, 2.0, line=0),
        Act(ActKind.BREATHE, 1.1, 2.0, style="deep"), Act(ActKind.GESTURE, 1.0, 1.8, style="knock"),
        Act(ActKind.GESTURE, 1.0, 1.8, style="clap"), Act(ActKind.HOLD, 0.5, 1.0, hand="both"), Act(ActKind.TURN, 0.6, 1.2, yaw=40.0),
    )  # fmt: skip
    for take in (2, 3, 7):
        read, _ = read_actor(replace(STANDS, acts=fixed), 11, 5.0, take)
        assert read.acts == fixed
