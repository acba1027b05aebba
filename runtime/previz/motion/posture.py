"""The trunk over the feet: pelvis height and tilt, spine and chest, from a plan and its two traced feet.

Everything here is a curve on the clock; joints are solved later. Gait needs no phase of its own: the
distance between the feet, seen along the facing, turns the pelvis, counters the chest and swings the arms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compiler.staging.model import Act, ActKind, Actor, Posture
from runtime.previz.motion.curves import F64, Clock, bump, ease, hashed, noise, occasions, smooth, spring
from runtime.previz.motion.feelings import Mood
from runtime.previz.motion.feet import Foot, trace_foot
from runtime.previz.motion.locomotion import Plan, make_plan
from runtime.previz.motion.readings import Reading
from runtime.previz.motion.rotations import apply, transpose, turn_x, turn_y, turn_z
from runtime.previz.motion.skeleton import SIDES, Skeleton


@dataclass(slots=True)
class Trunk:
    """Curves (G,) on the clock; angles in radians, metres in model axes."""

    place: F64
    yaw: F64
    """Degrees, unwrapped."""
    hip: F64
    """(G, 3) offset of the root."""
    pelvis: F64
    """(G, 3) yaw, pitch, roll of the root bone."""
    chest: F64
    """(G, 3) yaw, pitch, roll of the chest against the model axes."""
    swing: F64
    """(G,) distance between the feet along the facing, left in front positive."""
    stride: F64
    """(G,) 0 standing .. 1 walking."""
    sit: F64
    kneel: F64
    lie: F64
    feet: dict[str, Foot]
    breath: F64
    run: F64
    """(G,) 0 .. 1 running."""

    def eye_height(self, skeleton: Skeleton) -> F64:
        """(G,) height of the eyes over the floor point, leaning left out."""
        return np.asarray(skeleton.eyes[1] + self.hip[:, 1] - self.lie * 0.6 * skeleton.eyes[1])


def make_trunk(actor: Actor, skeleton: Skeleton, clock: Clock, reading: Reading, mood: Mood, breath: F64) -> Trunk:
    """Root, pelvis and chest of one actor. ``breath`` (G,) lifts the chest."""
    t, seed = clock.times, reading.seed
    plan = make_plan(actor, skeleton)
    feet = {side: trace_foot(plan, side, t, skeleton) for side in SIDES}
    place, yaw = plan.body(t)
    if plan.rides:
        _carry_feet(plan, feet, t)
    sit, kneel, lie = (plan.weight(p, t) for p in (Posture.SIT, Posture.KNEEL, Posture.LIE))
    stand = np.clip(1.0 - sit - kneel - lie, 0.0, 1.0)
    facing = np.radians(yaw)
    ahead = np.stack([np.sin(facing), np.zeros_like(t), np.cos(facing)], 1)
    swing = smooth(np.sum((feet["L"].ankle - feet["R"].ankle) * ahead, 1), clock.step, 0.05) * stand
    speed = (
        np.linalg.norm(np.gradient(place[:, [0, 2]], clock.step, axis=0), axis=1) if len(t) > 1 else np.zeros_like(t)
    )
    stride = smooth(np.clip(speed / 0.9, 0.0, 1.0), clock.step, 0.08) * stand
    run = np.asarray(smooth(np.clip((speed - 1.75) / 0.7, 0.0, 1.0), clock.step, 0.1) * stand)
    idle = reading.weight * _idle_weight(actor, plan, t, seed) * stand * (1.0 - stride)
    support = smooth(feet["L"].down - feet["R"].down, clock.step, 0.11) * stand

    lean = _lean(plan, t)
    reach = _reach_lean(actor, skeleton, t, place, yaw, sit)
    leaning = _lean_to(actor, t, place, yaw)
    old = min(max((actor.person.age - 55.0) / 30.0, 0.0), 1.0)
    sway = reading.restless * (noise(seed, 11, t, 0.22) * 0.014 + _settling(seed, t))
    free = _free(actor, t) * (1.0 - lie)
    pelvis = np.stack(
        [
            -0.15 * swing * (1 - 0.35 * run) + 0.05 * idle,
            0.02 * stride + 0.06 * run - 0.13 * sit * (1 - np.clip(lean / 0.4, 0, 1)) + 0.46 * lean,
            0.035 * support * np.clip(stride * 1.5, 0.3, 1.0) + 0.05 * idle,
        ],
        1,
    )
    chest = np.stack(
        [
            0.13 * swing * (1 + 0.2 * run)
            + 0.03 * idle
            + 0.5 * sway
            + reach[:, 1]
            + leaning[:, 1]
            + reading.turned * free,
            0.015
            + 0.05 * stride
            + 0.15 * run
            + leaning[:, 0]
            + 0.03 * sit
            + 0.11 * old
            + lean
            + mood.stoop
            + reach[:, 0]
            + 0.4 * sway
            - 0.022 * breath
            + reading.lean * free,
            -0.035 * idle + 0.012 * noise(seed, 12, t, 0.17) - 0.015 * support + leaning[:, 2],
        ],
        1,
    )
    pelvis = spring(pelvis, clock.step, 4.5, 0.8)
    chest = spring(chest, clock.step, 3.2, 0.62)

    hip = np.zeros((len(t), 3))
    hip[:, 0] = (0.016 * support * (1 - 0.3 * stride) + 0.026 * idle) * skeleton.scale
    hip[:, 2] = -0.16 * np.maximum(chest[:, 1], 0.0) * stand - 0.02 * stand * 0.3
    hip[:, 1] = _height(plan, skeleton, t, sit, kneel, lie)
    pelvis[:, 1] -= lie * np.pi / 2
    chest[:, 1] = chest[:, 1] * (1 - lie) - lie * np.pi / 2
    hip[:, 1] += (_bounce(feet, clock) - 0.03 * skeleton.scale) * run
    hip[:, 1] -= _drop(skeleton, clock, place, facing, hip, pelvis, feet, swing) * np.clip(stand * 1.3, 0, 1)
    return Trunk(place, yaw, hip, pelvis, chest, swing, stride, sit, kneel, lie, feet, breath, run)


def _idle_weight(actor: Actor, plan: Plan, t: F64, seed: int) -> F64:
    """Which leg carries a standing body, −1 right .. 1 left, changing every ten seconds or so."""
    level = 0.75 if actor.person.seed & 1 else -0.75
    out = np.full(t.shape, level)
    for moment in occasions(seed, 21, float(t[0]), float(t[-1]), 7.0, 15.0):
        target = (0.55 + 0.4 * hashed(seed, 22, int(moment * 10))) * (-1 if level > 0 else 1)
        out += (target - level) * ease(t, moment, moment + 1.5)
        level = target
    # While feet step, weight is the gait's business.
    busy = np.zeros_like(t)
    for s in plan.steps:
        busy = np.maximum(busy, ease(t, s.lift - 0.35, s.lift) * (1 - ease(t, s.land, s.land + 0.8)))
    return out * (1.0 - busy)


def _free(actor: Actor, t: F64) -> F64:
    """(G,) 1 while a body touches nothing with its hands: only then is its bearing its own."""
    busy = np.zeros_like(t)
    for act in actor.acts:
        if act.kind in (ActKind.REACH, ActKind.EMBRACE, ActKind.LEAN, ActKind.RIDE):
            busy = np.maximum(busy, act_weight(act, t))
    return 1.0 - busy


def _settling(seed: int, t: F64) -> F64:
    """(G,) small shifts of the trunk every four to nine seconds, radians."""
    out, now = np.zeros_like(t), 0.0
    for moment in occasions(seed, 23, float(t[0]), float(t[-1]), 3.5, 8.0):
        goal = (hashed(seed, 24, int(moment * 100)) - 0.5) * 0.05
        out += (goal - now) * ease(t, moment, moment + 1.1)
        now = goal
    return out


def _lean(plan: Plan, t: F64) -> F64:
    """Trunk pitch of sitting down and standing up: forward before the weight moves."""
    out = np.zeros_like(t)
    for c in plan.changes:
        if c.posture is Posture.SIT:
            if c.by > 0:
                out += 0.62 * bump(t, c.start - 0.05, c.end + 0.25, 0.55)
            else:
                out += 0.72 * bump(t, c.start - 0.25, c.end, 0.42)
        else:
            out += 0.3 * bump(t, c.start, c.end, 0.5)
    return out


def _reach_lean(actor: Actor, skeleton: Skeleton, t: F64, place: F64, yaw: F64, sit: F64) -> F64:
    """(G, 2) chest pitch and yaw that help a hand to what lies beyond the arm."""
    out = np.zeros((len(t), 2))
    arm = skeleton.arms["L"]
    length = arm.upper_length + arm.lower_length
    for act in actor.acts:
        if act.kind is not ActKind.REACH or act.target is None:
            continue
        local = to_model(np.array(act.target), place, yaw)
        height = skeleton.at("upperarm01.L")[1] - sit * 0.42 * skeleton.scale
        far = np.hypot(local[:, 2] - 0.02, local[:, 1] - height) - 0.80 * length
        w = act_weight(act, t)
        out[:, 0] += w * np.clip(far * 1.7, 0.0, 0.6)
        out[:, 1] += w * np.clip(np.arctan2(local[:, 0], np.maximum(local[:, 2], 0.2)) * 0.22, -0.25, 0.25)
    return out


def _lean_to(actor: Actor, t: F64, place: F64, yaw: F64) -> F64:
    """(G, 3) chest yaw and pitch as (pitch, yaw, roll) of leaning to something, back, or into somebody's arms."""
    out = np.zeros((len(t), 3))
    for act in actor.acts:
        if act.kind not in (ActKind.LEAN, ActKind.EMBRACE) or act.target is None:
            continue
        w = act_weight(act, t)
        if act.kind is ActKind.EMBRACE:
            out += w[:, None] * np.array([0.1, 0.0, 0.05])
        elif act.style == "back":
            out += w[:, None] * np.array([-0.2, 0.0, 0.0])
        else:
            local = to_model(np.array(act.target), place, yaw)
            side = np.clip(np.arctan2(local[:, 0], np.maximum(local[:, 2], 0.15)), -1.2, 1.2)
            out[:, 0] += w * 0.36 * np.cos(side)
            out[:, 1] += w * 0.35 * side
            out[:, 2] -= w * 0.22 * np.sin(side)
    return out


def _carry_feet(plan: Plan, feet: dict[str, Foot], t: F64) -> None:
    """Feet on the floor of what drives go with it, and turn with it about the seat."""
    far, turned = plan.carried(t)
    seat = plan.body(t)[0] - far
    spin = turn_y(np.radians(turned))
    for foot in feet.values():
        foot.ankle = seat + far + apply(spin, foot.ankle - seat)
        foot.yaw = foot.yaw + turned


def _bounce(feet: dict[str, Foot], clock: Clock) -> F64:
    """(G,) metres a running body rises while both feet are in the air and sinks over a planted one."""
    down = np.maximum(feet["L"].down, feet["R"].down)
    return np.asarray((0.5 - smooth(down, clock.step, 0.055)) * 0.075)


def act_weight(act: Act, t: F64) -> F64:
    """How far a reach has come: eased in over its time, out after ``value`` seconds if that is not zero."""
    w = ease(t, act.start, max(act.end, act.start + 0.45))
    return w * (1.0 - ease(t, act.end + act.value, act.end + act.value + 0.75)) if act.value > 0 else w


def to_model(points: F64, place: F64, yaw: F64) -> F64:
    """World points (3,) or (N, 3) in model axes of bodies at ``place`` (N, 3) facing ``yaw`` (N,) degrees."""
    return apply(transpose(turn_y(np.radians(yaw))), points - place)


def _height(plan: Plan, k: Skeleton, t: F64, sit: F64, kneel: F64, lie: F64) -> F64:
    leg = k.legs["L"]
    rest = k.hip[1]
    standing = k.ankle + 0.9935 * (leg.upper_length + leg.lower_length)
    seated = plan.seat(t) + 0.09 * k.scale
    kneeling, lying = leg.upper_length + 0.055, 0.085 * k.scale
    up = standing * np.clip(1 - sit - kneel - lie, 0, 1)
    return np.asarray(up + seated * sit + kneeling * kneel + lying * lie - rest)


def _drop(
    k: Skeleton, clock: Clock, place: F64, facing: F64, hip: F64, pelvis: F64, feet: dict[str, Foot], swing: F64
) -> F64:
    """How much lower the pelvis must be for both ankles to be within reach; smooth, never too little."""
    root = euler(pelvis)
    base = k.at("root")
    over = np.zeros(len(facing))
    for side in SIDES:
        leg = k.legs[side]
        joint = base + hip + apply(root, k.at(f"upperleg01.{side}") - base)
        ankle = to_model(feet[side].ankle, place, np.degrees(facing))
        reach = (0.9945 - 0.0035 * np.clip(np.abs(swing) / 0.25, 0, 1)) * (leg.upper_length + leg.lower_length)
        flat = np.minimum(np.hypot(joint[:, 0] - ankle[:, 0], joint[:, 2] - ankle[:, 2]), reach * 0.95)
        # A swinging leg is bent anyway; it must not pull the pelvis down.
        need = joint[:, 1] - ankle[:, 1] - np.sqrt(reach * reach - flat * flat)
        over = np.maximum(over, np.where(feet[side].down > 0.5, need, need - 0.004))
    radius = max(1, round(0.055 / clock.step))
    padded = np.concatenate([np.repeat(over[:1], radius), over, np.repeat(over[-1:], radius)])
    widest = np.max(np.lib.stride_tricks.sliding_window_view(padded, 2 * radius + 1), axis=1)
    return smooth(widest, clock.step, 0.02)


def euler(angles: F64) -> F64:
    """(N, 3) yaw, pitch, roll to matrices: yaw outermost."""
    return turn_y(angles[:, 0]) @ turn_x(angles[:, 1]) @ turn_z(angles[:, 2])
