"""What hands do: reaches, gestures and rests as goals for the wrist, blended over the hanging arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compiler.staging.model import Act, ActKind, Actor
from runtime.previz.motion.curves import F64, hold
from runtime.previz.motion.posture import act_weight, to_model
from runtime.previz.motion.rotations import apply, frame, matrix, transpose, unit, vector
from runtime.previz.motion.skeleton import SIGN, Skeleton

SHAPES: dict[str, tuple[float, float, float, float, float]] = {
    "relaxed": (0.18, 0.28, 0.36, 0.44, 0.5),
    "flat": (0.05, 0.10, 0.10, 0.12, 0.15),
    "touch": (0.15, 0.12, 0.22, 0.32, 0.42),
    "point": (0.5, 0.04, 1.2, 1.3, 1.35),
    "soft fist": (0.5, 0.95, 1.0, 1.05, 1.1),
    "cup": (0.2, 0.42, 0.45, 0.5, 0.55),
}
"""Curl of thumb, index, middle, ring and little finger, radians at the middle joint."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What hands may go to, per frame in model axes: head and chest frames, hips and knees, the body's place."""

    times: F64
    place: F64
    yaw: F64
    head: F64
    head_at: F64
    chest: F64
    chest_at: F64
    hips: dict[str, F64]
    knees: dict[str, F64]
    shoulders: dict[str, F64]
    sit: F64


@dataclass(slots=True)
class Goal:
    """A wrist goal with its weight (N,): ``wrist``, ``pole``, ``hand``, ``palm`` (N, 3) and finger ``curl`` (5,)."""

    weight: F64
    wrist: F64
    pole: F64
    hand: F64
    palm: F64
    shape: str
    lift: float = 0.0
    """Metres the path bows out in front and up on its way."""


def make_goals(actor: Actor, k: Skeleton, side: str, scene: Scene) -> list[Goal]:
    """Everything one hand is asked to do, in the order it takes over."""
    goals = [_on_thigh(actor, k, side, scene)] if scene.sit.max() > 0 else []
    for act in sorted(actor.acts, key=lambda a: (a.start, a.end)):
        if act.kind is ActKind.REACH and act.target is not None and _hand_of(act, actor, scene) == side:
            goals.append(_reach(act, k, side, scene))
        elif act.kind is ActKind.GESTURE:
            goals += _gesture(act, actor, k, side, scene)
    return goals


def blend(goals: list[Goal], wrist: F64, pole: F64, hand: F64, palm: F64, curl: F64) -> tuple[F64, F64, F64, F64, F64]:
    """Lets each goal take over in turn; directions are blended and made unit again."""
    for g in goals:
        w = g.weight[:, None]
        arc = 4 * g.weight * (1 - g.weight) * g.lift
        wrist = wrist * (1 - w) + g.wrist * w
        wrist[:, 2] += arc
        wrist[:, 1] += arc * 0.25
        pole = unit(pole * (1 - w) + g.pole * w)
        # Hands turn along the shortest arc: blended directions would flip where palms face opposite ways.
        start, end = frame(hand, palm), frame(g.hand, g.palm)
        turned = start @ matrix(vector(transpose(start) @ end) * w)
        palm, hand = turned[..., 0], turned[..., 1]
        curl = curl * (1 - w) + np.array(SHAPES[g.shape]) * w
    return wrist, pole, hand, palm, curl


def raised(actor: Actor, t: F64) -> F64:
    """(N,) how far shoulders are shrugged by gestures."""
    out = np.zeros_like(t)
    for act in actor.acts:
        if act.kind is ActKind.GESTURE and act.style == "shrug":
            out += 0.24 * hold(t, act.start, 0.3, max(act.end - 0.45, act.start + 0.4), 0.45)
    return out


def _hand_of(act: Act, actor: Actor, scene: Scene) -> str:
    if act.hand in ("left", "right"):
        return act.hand[0].upper()
    if act.target is None:
        return "L" if actor.person.seed % 5 == 0 else "R"
    k = int(np.clip(np.searchsorted(scene.times, act.end), 0, len(scene.times) - 1))
    return (
        "L" if float(to_model(np.array(act.target), scene.place[k : k + 1], scene.yaw[k : k + 1])[0, 0]) > 0.03 else "R"
    )


def _reach(act: Act, k: Skeleton, side: str, scene: Scene) -> Goal:
    s = SIGN[side]
    point = to_model(np.array(act.target), scene.place, scene.yaw)
    shoulder = scene.shoulders[side]
    towards = unit(point - shoulder)
    flat = unit(towards * np.array([1.0, 0.0, 1.0]))
    low = np.clip((shoulder[:, 1] - point[:, 1]) / 0.35, 0.0, 1.0)[:, None]
    # A thing below the shoulder is touched palm down, one in front of it palm forward.
    hand = unit(flat * low + towards * (1 - low) + np.array([0.0, -0.12, 0.0]) * low)
    palm = unit(np.array([-s * 0.25, -1.0, 0.1]) * low + (towards + np.array([-s * 0.4, -0.25, 0.0])) * (1 - low))
    wrist = point - hand * (k.hands[side].length * 1.55) + np.array([0.0, 0.03, 0.0]) * low
    pole = unit(np.array([s * 0.55, -0.8, -0.35]) + 0 * point)
    return Goal(act_weight(act, scene.times), wrist, pole, hand, palm, "touch", lift=0.05)


def _on_thigh(actor: Actor, k: Skeleton, side: str, scene: Scene) -> Goal:
    s = SIGN[side]
    hip, knee = scene.hips[side], scene.knees[side]
    far = 0.60 + 0.08 * ((actor.person.seed >> (3 if side == "L" else 5)) % 3)
    along = unit(knee - hip)
    palm_at = hip + (knee - hip) * far + np.array([-s * 0.012, 0.098, 0.0]) * k.scale
    hand = unit(along + np.array([-s * 0.38, -0.1, 0.0]))
    wrist = palm_at - hand * k.hands[side].length * 0.75 + np.array([0.0, 0.018, 0.0])
    up = np.array([0.0, 1.0, 0.0])
    palm = unit(-up + hand * np.sum(hand * up, -1, keepdims=True) + np.array([-s * 0.12, 0.0, 0.0]))
    pole = unit(np.array([s * 0.3, -0.35, -0.9]) + 0 * hip)
    w = np.clip(scene.sit, 0, 1)
    weight = w * w * (3 - 2 * w)
    return Goal(weight, wrist, pole, hand, palm, "relaxed")


def _gesture(act: Act, actor: Actor, k: Skeleton, side: str, scene: Scene) -> list[Goal]:
    s, t = SIGN[side], scene.times
    chosen = _hand_of(act, actor, scene)
    a, b = act.start, max(act.end, act.start + 0.8)
    rise = min(0.62, (b - a) * 0.45)
    weight = hold(t, a, rise, b - 0.15, 0.6)
    length = k.hands[side].length

    def local(axes: F64, origin: F64, x: float, y: float, z: float) -> F64:
        return np.asarray(origin + apply(axes, np.array([s * x, y, z]) * k.scale))

    def turned(axes: F64, x: float, y: float, z: float) -> F64:
        return apply(axes, unit(np.array([s * x, y, z])))

    pole = turned(scene.chest, 0.6, -0.75, -0.25)
    match act.style:
        case "hand to mouth" if side == chosen:
            hand = turned(scene.head, -0.75, 0.62, 0.15)
            at = local(scene.head, scene.head_at, 0.005, -0.035, 0.15)
            return [
                Goal(weight, at - hand * length * 1.3, pole, hand, turned(scene.head, -0.2, 0.1, -1.0), "cup", 0.05)
            ]
        case "hand to chest" if side == chosen:
            hand = turned(scene.chest, -0.93, 0.3, 0.2)
            at = local(scene.chest, scene.chest_at, -0.02, 0.03, 0.165)
            return [
                Goal(weight, at - hand * length * 0.9, pole, hand, turned(scene.chest, -0.1, 0.05, -1.0), "flat", 0.06)
            ]
        case "wave" if side == chosen:
            wag = np.sin((t - a) * 2 * np.pi * 2.1)[:, None] * 0.38
            hand = unit(turned(scene.chest, 0.1, 1.0, 0.12) + wag * turned(scene.chest, 1.0, 0.0, 0.0))
            at = local(scene.chest, scene.chest_at, 0.33, 0.20, 0.22) + wag * 0.06 * turned(scene.chest, 1.0, 0.0, 0.0)
            return [Goal(weight, at, pole, hand, turned(scene.chest, -0.15, 0.0, 1.0), "flat", 0.05)]
        case "point" if side == chosen:
            goal = np.array(act.target) if act.target is not None else None
            ahead = turned(scene.chest, 0.15, 0.02, 1.0)
            point = ahead if goal is None else unit(to_model(goal, scene.place, scene.yaw) - scene.shoulders[side])
            far = (k.arms[side].upper_length + k.arms[side].lower_length) * 0.93
            palm = unit(
                np.array([-s * 0.7, -0.7, 0.0])
                - point * np.sum(point * np.array([-s * 0.7, -0.7, 0.0]), -1, keepdims=True)
            )
            return [
                Goal(
                    weight,
                    scene.shoulders[side] + point * far,
                    turned(scene.chest, 0.7, -0.7, 0.0),
                    point,
                    palm,
                    "point",
                    0.04,
                )
            ]
        case "open hands" | "shrug":
            high = 0.0 if act.style == "open hands" else -0.05
            hand = turned(scene.chest, 0.5, 0.05, 0.85)
            at = local(scene.chest, scene.chest_at, 0.27, -0.20 + high, 0.26)
            return [
                Goal(
                    weight,
                    at,
                    turned(scene.chest, 0.35, -0.85, -0.4),
                    hand,
                    turned(scene.chest, -0.1, 1.0, 0.15),
                    "flat",
                    0.02,
                )
            ]
        case _:
            return []
