"""The skeleton: rest stays rest, rotations compose, twists share, reaches reach."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.previz.people import rig
from runtime.previz.people.body import Body
from runtime.previz.pose import BONE, BONES

ANGLES = st.tuples(*[st.floats(-1.4, 1.4) for _ in range(3)]).map(np.array)


def test_rest_pose_is_identity(mara: Body) -> None:
    rotations, translations = rig.fk(mara.joints, rig.rest_pose())
    assert np.array_equal(rotations, np.tile(np.eye(3, dtype=np.float32), (80, 1, 1)))
    assert np.abs(translations).max() == 0.0


def test_yaw_and_place_move_everything(mara: Body) -> None:
    pose = replace(rig.rest_pose((1.0, 0.0, 2.0), 90.0), hip=(0.0, 0.1, 0.0))
    at = rig.heads(mara.joints, *rig.fk(mara.joints, pose))
    rest = mara.joints
    expected = np.stack([rest[:, 2] + 1.0, rest[:, 1] + 0.1, -rest[:, 0] + 2.0], axis=1)
    assert np.allclose(at, expected, atol=1e-5)


def test_children_follow_parents(mara: Body) -> None:
    rotations = np.zeros((80, 3), np.float32)
    rotations[BONE["upperarm01.L"]] = (0.0, 0.0, 0.8)
    at = rig.heads(mara.joints, *rig.fk(mara.joints, replace(rig.rest_pose(), rotations=rotations)))
    moved = np.linalg.norm(at - mara.joints, axis=1) > 1e-4
    below = [name for i, name in enumerate(BONES) if moved[i]]
    assert "wrist.L" in below
    assert all(name.endswith(".L") for name in below)
    for a, b in (("upperarm02.L", "lowerarm01.L"), ("lowerarm02.L", "wrist.L")):
        length = np.linalg.norm(mara.joints[BONE[b]] - mara.joints[BONE[a]])
        assert np.linalg.norm(at[BONE[b]] - at[BONE[a]]) == pytest.approx(length, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(ANGLES, ANGLES)
def test_twist_shared_is_twist_kept(rotation: np.ndarray, axis: np.ndarray) -> None:
    if np.linalg.norm(axis) < 0.1:
        return
    first, second = rig.split_twist(rotation, axis)
    assert np.allclose(rig.matrix(first) @ rig.matrix(second), rig.matrix(rotation), atol=1e-7)
    assert np.linalg.norm(np.cross(second, axis)) < 1e-7


@settings(max_examples=60, deadline=None)
@given(ANGLES)
def test_rotation_vectors_round_trip(rotation: np.ndarray) -> None:
    assert np.allclose(rig.matrix(rig.rotvec(rig.matrix(rotation))), rig.matrix(rotation), atol=1e-9)


def test_half_turn_has_an_axis() -> None:
    turn = np.array([0.0, np.pi, 0.0])
    assert np.allclose(np.abs(rig.rotvec(rig.matrix(turn))), turn, atol=1e-6)
    assert np.linalg.norm(rig.aim([0, 1, 0], [0, -1, 0])) == pytest.approx(np.pi)


@settings(max_examples=60, deadline=None)
@given(ANGLES)
def test_two_bones_reach_what_is_in_reach(target: np.ndarray) -> None:
    distance = float(np.linalg.norm(target))
    if not 0.15 < distance < 0.55:
        return
    upper, lower, hinge = rig.two_bone(np.zeros(3), target, 0.3, 0.27, np.array([0.0, 0.0, -1.0]))
    assert np.allclose(upper * 0.3 + lower * 0.27, target, atol=1e-6)
    assert abs(hinge @ upper) < 1e-6


def test_positive_hinge_turns_flex(mara: Body) -> None:
    frames = rig.local_frames(mara.joints)
    for side in "LR":
        knee = BONE[f"lowerleg01.{side}"]
        turn = rig.matrix(frames[knee, :, 0] * 0.5)
        shin = mara.joints[BONE[f"foot.{side}"]] - mara.joints[knee]
        assert (turn @ shin)[2] < shin[2] - 0.05  # heels go back
        finger = BONE[f"finger3-1.{side}"]
        tip = mara.joints[BONE[f"finger3-3.{side}"]] - mara.joints[finger]
        curled = rig.matrix(frames[finger, :, 0] * 0.8) @ tip
        assert curled[0] * (1 if side == "L" else -1) < tip[0] * (1 if side == "L" else -1)  # towards the palm
