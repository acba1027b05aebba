"""What motion knows of a body: lengths, contact points and rest frames, read off its 80 rest joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runtime.previz.motion.rotations import F64, matrix, unit
from runtime.previz.pose import BONE, BONES, PARENTS

SIDES = ("L", "R")
SIGN = {"L": 1.0, "R": -1.0}


@dataclass(frozen=True, slots=True)
class Limb:
    """One arm or leg at rest: directions (3,), hinge (3,), lengths in metres."""

    upper: F64
    lower: F64
    hinge: F64
    upper_length: float
    lower_length: float


@dataclass(frozen=True, slots=True)
class Hand:
    """``direction`` wrist to middle knuckle and ``palm`` normal at rest; finger curl axes by bone index."""

    direction: F64
    palm: F64
    curl: dict[int, F64]
    length: float


@dataclass(frozen=True, slots=True)
class Skeleton:
    joints: F64
    legs: dict[str, Limb]
    arms: dict[str, Limb]
    hands: dict[str, Hand]
    scale: float
    """Height against a 1.67 m body."""
    ankle: float
    """Height of the ankle over the sole."""
    ball: float
    """Toe joint in front of the ankle."""
    ball_height: float
    heel: float
    """Heel behind the ankle."""
    hip: F64
    """Middle of the hip joints."""
    eyes: F64
    """Middle of the eyes."""
    hip_width: float
    """Half the width of the clothed hips."""

    def at(self, bone: str) -> F64:
        return np.asarray(self.joints[BONE[bone]])


def make_skeleton(joints: NDArray[np.float32] | F64) -> Skeleton:
    """``joints`` (80, 3): rest bone heads in the body's own axes, metres."""
    j = np.asarray(joints, np.float64)
    legs, arms, hands = {}, {}, {}
    for s in SIDES:
        legs[s] = _limb(j, f"upperleg01.{s}", f"lowerleg01.{s}", f"foot.{s}", np.array([1.0, 0.0, 0.0]))
        arms[s] = _limb(j, f"upperarm01.{s}", f"lowerarm01.{s}", f"wrist.{s}", None)
        hands[s] = _hand(j, s)
    eyes = (j[BONE["eye.L"]] + j[BONE["eye.R"]]) / 2
    ankle, toes = j[BONE["foot.L"]], j[BONE["toes.L"]]
    hips = (j[BONE["upperleg01.L"]] + j[BONE["upperleg01.R"]]) / 2
    scale = float(eyes[1] / 1.556)
    return Skeleton(
        joints=j,
        legs=legs,
        arms=arms,
        hands=hands,
        scale=scale,
        ankle=float(ankle[1]),
        ball=float(np.hypot(*(toes - ankle)[[0, 2]])),
        ball_height=float(toes[1]),
        heel=0.058 * scale,
        hip=hips,
        eyes=eyes,
        hip_width=float(abs(j[BONE["upperleg01.L"]][0])) + 0.085 * scale,
    )


def fk(skeleton: Skeleton, rotations: F64, hip: F64) -> tuple[F64, F64]:
    """Model-space bone rotations (N, 80, 3, 3) and heads (N, 80, 3) of poses (N, 80, 3) with root offsets (N, 3)."""
    local = matrix(rotations)
    world, heads = np.empty_like(local), np.empty_like(rotations)
    for b, parent in enumerate(PARENTS):
        step(skeleton, local[:, b], hip, b, parent, world, heads)
    return world, heads


def step(skeleton: Skeleton, local: F64, hip: F64, b: int, parent: int, world: F64, heads: F64) -> None:
    """Forward kinematics of one bone for all frames; its parent must be done."""
    if parent < 0:
        world[:, b] = local
        heads[:, b] = skeleton.joints[b] + hip
    else:
        world[:, b] = world[:, parent] @ local
        heads[:, b] = heads[:, parent] + world[:, parent] @ (skeleton.joints[b] - skeleton.joints[parent])


def chain(*names: str) -> tuple[tuple[int, int], ...]:
    """(bone, parent) pairs by name."""
    return tuple((BONE[n], PARENTS[BONE[n]]) for n in names)


def _limb(j: F64, root: str, middle: str, end: str, hinge: F64 | None) -> Limb:
    a, b, c = j[BONE[root]], j[BONE[middle]], j[BONE[end]]
    upper, lower = unit(b - a), unit(c - b)
    # Legs are all but straight at rest: their hinge is the body's own left-right axis.
    axis = np.cross(upper, lower) if hinge is None else hinge
    axis = unit(axis - upper * float(axis @ upper))
    return Limb(upper, lower, axis, float(np.linalg.norm(b - a)), float(np.linalg.norm(c - b)))


def _hand(j: F64, s: str) -> Hand:
    wrist, knuckle = j[BONE[f"wrist.{s}"]], j[BONE[f"finger3-1.{s}"]]
    index, little = j[BONE[f"finger2-1.{s}"]], j[BONE[f"finger5-1.{s}"]]
    palm = unit(np.cross(index - wrist, little - wrist)) * -SIGN[s]
    curl = {}
    for finger in range(1, 6):
        for joint in range(1, 4):
            bone = BONE[f"finger{finger}-{joint}.{s}"]
            follow = bone + 1 if joint < 3 else bone
            before = bone if joint < 3 else bone - 1
            along = unit(j[follow] - j[before])
            # The thumb closes across the palm towards the little finger, the rest into the palm.
            into = unit(palm * 0.5 + unit(little - index)) if finger == 1 else palm
            curl[bone] = unit(np.cross(along, into))
    assert BONES[BONE[f"finger2-1.{s}"] + 1] == f"finger2-2.{s}"
    return Hand(unit(knuckle - wrist), palm, curl, float(np.linalg.norm(knuckle - wrist)))
