"""What hands do: reaches, gestures and rests as goals for the wrist, blended over the hanging arm."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Act, ActKind, Actor
from runtime.previz.motion.curves import F64, hold
from runtime.previz.motion.gestures import gesture_goals
from runtime.previz.motion.goals import SHAPES, Goal, Scene
from runtime.previz.motion.posture import act_weight, to_model
from runtime.previz.motion.rotations import apply, frame, matrix, transpose, unit, vector
from runtime.previz.motion.skeleton import SIGN, Skeleton

_NAMES = {"L": "left", "R": "right"}


def make_goals(actor: Actor, k: Skeleton, side: str, scene: Scene) -> list[Goal]:
    """Everything one hand is asked to do, in the order it takes over."""
    goals = [_on_thigh(actor, k, side, scene)] if scene.sit.max() > 0 else []
    for act in sorted(actor.acts, key=lambda a: (a.start, a.end)):
        if act.kind is ActKind.REACH and act.target is not None and _hand_of(act, actor, scene) == side:
            goals.append(_reach(act, k, side, scene))
        elif act.kind is ActKind.GESTURE:
            goals += gesture_goals(act, k, side, scene, _hand_of(act, actor, scene))
        elif act.kind is ActKind.HOLD and act.hand in ("both", _NAMES[side]):
            goals.append(_hold(act, k, side, scene))
        elif act.kind is ActKind.EMBRACE and act.target is not None:
            goals.append(_embrace(act, k, side, scene))
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


def _hold(act: Act, k: Skeleton, side: str, scene: Scene) -> Goal:
    """A thing in the hand, forearm level before the body; held up, it is before the face."""
    s = SIGN[side]
    both = act.hand == "both"
    if act.style == "up":
        at = scene.head_at + apply(scene.head, np.array([s * 0.12, -0.13, 0.36]) * k.scale)
    else:
        at = scene.chest_at + apply(scene.chest, np.array([s * (0.13 if both else 0.16), -0.25, 0.27]) * k.scale)
    hand = apply(scene.chest, unit(np.array([-s * (0.15 if both else 0.42), 0.10, 0.9])))
    palm = apply(scene.chest, unit(np.array([-s * 0.9, 0.45 if both else 0.12, 0.1])))
    pole = apply(scene.chest, unit(np.array([s * 0.35, -0.9, -0.35])))
    return Goal(act_weight(act, scene.times), at, pole, hand, palm, "grip", lift=0.04)


def _embrace(act: Act, k: Skeleton, side: str, scene: Scene) -> Goal:
    """An arm around somebody: outside their side, the hand flat on their back, one high and one low."""
    s = SIGN[side]
    chest = to_model(np.array(act.target), scene.place, scene.yaw)
    ahead = unit((chest - scene.chest_at) * np.array([1.0, 0.0, 1.0]))
    across = np.stack([ahead[:, 2], np.zeros(len(ahead)), -ahead[:, 0]], 1)
    high = 0.10 if side == "R" else -0.06
    at = chest + ahead * 0.135 * k.scale + across * (s * 0.10) + np.array([0.0, high, 0.0])
    hand = unit(across * (-s * 0.95) + np.array([0.0, 0.22 if side == "R" else -0.12, 0.0]) + ahead * 0.05)
    palm = -ahead
    pole = unit(across * (s * 1.0) + np.array([0.0, -0.45, 0.0]))
    return Goal(
        act_weight(act, scene.times), at - hand * k.hands[side].length * 0.6, pole, hand, palm, "flat", lift=0.12
    )
