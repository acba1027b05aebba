"""Two-bone limbs solved for all frames at once: legs from ankles, arms from wrists, with twist shared along them."""

from __future__ import annotations

import numpy as np

from runtime.previz.motion.rotations import (
    F64,
    apply,
    carry,
    matrix,
    split_twist,
    transpose,
    turn_x,
    turn_y,
    unit,
    vector,
)
from runtime.previz.motion.skeleton import SIGN, Skeleton
from runtime.previz.pose import BONE


def two_bone(root: F64, target: F64, pole: F64, upper: float, lower: float) -> tuple[F64, F64, F64]:
    """Directions of both bones and the hinge between them, all (N, 3).

    ``pole`` is where the middle joint goes. Targets out of reach are approached.
    """
    offset = target - root
    far = np.linalg.norm(offset, axis=-1, keepdims=True)
    reach = np.clip(far, abs(upper - lower) + 0.02, (upper + lower) * 0.9992)
    ahead = offset / np.maximum(far, 1e-9)
    bend = unit(pole - ahead * np.sum(pole * ahead, -1, keepdims=True))
    c = np.clip((upper * upper + reach * reach - lower * lower) / (2 * upper * reach), -1.0, 1.0)
    first = ahead * c + bend * np.sqrt(1 - c * c)
    return first, unit(ahead * reach - first * upper), np.cross(bend, ahead)


def solve_leg(
    k: Skeleton, side: str, root: F64, hip: F64, ankle: F64, knee: F64, foot_yaw: F64, pitch: F64, toes: F64, out: F64
) -> None:
    """Writes one leg into rotation vectors ``out`` (N, 80, 3).

    ``root`` (N, 3, 3) is the pelvis, ``hip`` (N, 3) the hip joint, ``ankle`` the goal, all in model
    axes; ``knee`` where the knee points; ``foot_yaw`` radians against the body, ``pitch`` and
    ``toes`` radians.
    """
    leg = k.legs[side]
    upper, lower, hinge = two_bone(hip, ankle, knee, leg.upper_length, leg.lower_length)
    thigh = carry(leg.upper, leg.hinge, upper, hinge)
    shin = carry(leg.lower, leg.hinge, lower, hinge)
    local = transpose(root) @ thigh
    a, b = split_twist(local, leg.upper, 0.5)
    out[:, BONE[f"upperleg01.{side}"]], out[:, BONE[f"upperleg02.{side}"]] = a, b
    rest = np.arctan2(*(k.at(f"toes.{side}") - k.at(f"foot.{side}"))[[0, 2]])
    foot = turn_y(foot_yaw - rest) @ turn_x(pitch)
    # The foot's turn about the shin is made by the shin's own twist bone, the ankle only tips.
    relative = transpose(shin) @ foot
    _, twist = split_twist(relative, leg.lower, 0.7)
    out[:, BONE[f"lowerleg01.{side}"]] = vector(transpose(thigh) @ shin)
    second = matrix(twist)
    out[:, BONE[f"lowerleg02.{side}"]] = twist
    out[:, BONE[f"foot.{side}"]] = vector(transpose(shin @ second) @ foot)
    out[:, BONE[f"toes.{side}"], 0] = -toes


def solve_arm(
    k: Skeleton, side: str, parent: F64, shoulder: F64, wrist: F64, pole: F64, hand: F64, palm: F64, out: F64
) -> None:
    """Writes one arm into ``out``. ``parent`` (N, 3, 3) is the shoulder girdle; ``hand`` and ``palm`` are directions (N, 3)."""
    arm, rest = k.arms[side], k.hands[side]
    upper, lower, hinge = two_bone(shoulder, wrist, pole, arm.upper_length, arm.lower_length)
    high, low = carry(arm.upper, arm.hinge, upper, hinge), carry(arm.lower, arm.hinge, lower, hinge)
    local = transpose(parent) @ high
    a, b = split_twist(local, arm.upper, 0.5)
    out[:, BONE[f"upperarm01.{side}"]], out[:, BONE[f"upperarm02.{side}"]] = a, b
    out[:, BONE[f"lowerarm01.{side}"]] = vector(transpose(high) @ low)
    wanted = carry(rest.direction, rest.palm, hand, palm)
    _, twist = split_twist(transpose(low) @ wanted, arm.lower, 0.62)
    out[:, BONE[f"lowerarm02.{side}"]] = twist
    out[:, BONE[f"wrist.{side}"]] = vector(transpose(low @ matrix(twist)) @ wanted)


def curl_fingers(k: Skeleton, side: str, curl: F64, spread: F64, out: F64) -> None:
    """Bends fingers: ``curl`` (N, 5) radians at the middle joint, thumb first; ``spread`` (N,) radians apart."""
    for finger in range(1, 6):
        ratios = (0.35, 0.7, 0.9) if finger == 1 else (0.8, 1.0, 0.7)
        for joint, ratio in zip((1, 2, 3), ratios, strict=True):
            bone = BONE[f"finger{finger}-{joint}.{side}"]
            out[:, bone] = k.hands[side].curl[bone] * (curl[:, finger - 1] * ratio)[:, None]
        if finger > 1:
            first = BONE[f"finger{finger}-1.{side}"]
            fan = (finger - 3.2) * spread * SIGN[side]
            out[:, first] += k.hands[side].palm * (-fan)[:, None]


def hanging(k: Skeleton, side: str, flex: F64, out: F64, bend: F64, turn_in: F64) -> tuple[F64, F64, F64, F64]:
    """A free arm in chest axes: wrist offset from the shoulder, pole, hand direction and palm, each (N, 3).

    ``flex`` swings it forward, ``out`` away from the body, ``bend`` is the elbow, ``turn_in`` how far
    the forearm bends inward; radians.
    """
    s = SIGN[side]
    arm = k.arms[side]
    down = np.stack([s * np.sin(out), -np.cos(out), np.zeros_like(out)], 1)
    upper = apply(turn_x(-flex), down)
    ahead = apply(turn_x(-flex), np.stack([-s * np.sin(turn_in), np.zeros_like(out), np.cos(turn_in)], 1))
    ahead = unit(ahead - upper * np.sum(ahead * upper, -1, keepdims=True))
    lower = upper * np.cos(bend)[:, None] + ahead * np.sin(bend)[:, None]
    wrist = upper * arm.upper_length + lower * arm.lower_length
    # Palms face the thighs and a little back; the hand continues the forearm, a touch dropped.
    palm = np.tile(unit(np.array([-s * 0.86, 0.0, -0.5])), (len(flex), 1))
    hand = unit(lower + np.array([-s * 0.10, -0.22, -0.06]))
    return wrist, -ahead, hand, palm
