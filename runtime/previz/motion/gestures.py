"""Gestures: what one or both hands do for a moment, as goals in the frames of head and chest."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Act
from runtime.previz.motion.curves import F64, hold
from runtime.previz.motion.goals import Goal, Scene
from runtime.previz.motion.posture import to_model
from runtime.previz.motion.rotations import apply, unit
from runtime.previz.motion.skeleton import SIGN, Skeleton


def gesture_goals(act: Act, k: Skeleton, side: str, scene: Scene, name: str) -> list[Goal]:
    """What a gesture asks of the hand ``side``; ``name`` is the hand that does what one hand does."""
    s, t = SIGN[side], scene.times
    chosen = name
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
            return _busy(act, k, side, scene, chosen)


def _busy(act: Act, k: Skeleton, side: str, scene: Scene, chosen: str) -> list[Goal]:
    """Hands at work: drinking, eating, writing, reading, knocking, throwing, catching, pouring, clapping and the like."""
    s, t = SIGN[side], scene.times
    a, b = act.start, max(act.end, act.start + 0.8)
    long = b - a
    head, chest = (scene.head, scene.head_at), (scene.chest, scene.chest_at)

    def at(frame: tuple[F64, F64], x: float, y: float, z: float) -> F64:
        return np.asarray(frame[1] + apply(frame[0], np.array([s * x, y, z]) * k.scale))

    def way(frame: tuple[F64, F64], x: float, y: float, z: float) -> F64:
        return apply(frame[0], unit(np.array([s * x, y, z])))

    def goal(weight: F64, where: F64, hand: F64, palm: F64, shape: str, lift: float = 0.05) -> Goal:
        return Goal(weight, where, way(chest, 0.5, -0.85, -0.25), hand, palm, shape, lift)

    def target(x: float, y: float, z: float, up: float = 0.0) -> F64:
        if act.target is None:
            return at(chest, x, y, z)
        return np.asarray(to_model(np.array(act.target), scene.place, scene.yaw) + np.array([0.0, up, 0.0]))

    whole = hold(t, a, min(0.6, 0.35 * long), b - 0.5, 0.5)
    both = act.style in ("clap", "cross arms", "hand to face", "read")
    if not both and side != chosen:
        return []
    match act.style:
        case "drink" | "eat":
            sip = hold(t, a, 0.4 * long, b - 0.4 * long, 0.38 * long)
            where = at(head, 0.035, -0.075, 0.175)
            return [goal(sip, where, way(head, -0.66, 0.66, 0.2), way(head, -0.55, 0.1, -0.8), "grip")]
        case "read":
            where = at(chest, 0.13, -0.10, 0.33)
            return [goal(whole, where, way(chest, -0.15, 0.55, 0.8), way(chest, -0.75, 0.5, -0.4), "grip")]
        case "write":
            wag = np.stack([np.sin(t * 9.0) * 0.012 + ((t - a) % 1.9) * 0.03, 0 * t, np.sin(t * 13.0) * 0.008], 1)
            point = target(0.06, -0.36, 0.36)
            hand = unit(way(chest, -0.35, -0.2, 0.9) + 0 * point)
            where = point - hand * k.hands[side].length * 1.2 + np.array([0.0, 0.035, 0.0]) + s * wag * whole[:, None]
            return [goal(whole, where, hand, way(chest, -0.5, -0.85, 0.0), "grip", 0.02)]
        case "knock":
            point = target(0.12, 0.12, 0.52)
            hand = unit(way(chest, -0.1, 0.25, 0.95) + 0 * point)
            beat = np.maximum(0.0, np.sin((t - a - 0.45) * 2 * np.pi * 3.0)) * ((t > a + 0.45) & (t < a + 0.45 + 1.0))
            where = point - hand * (k.hands[side].length * 0.9 + 0.09 - 0.09 * beat[:, None])
            return [goal(whole, where, hand, way(chest, -0.55, -0.3, 0.75), "soft fist")]
        case "throw":
            back = hold(t, a, 0.42 * long, a + 0.46 * long, 0.16 * long)
            out = hold(t, a + 0.46 * long, 0.16 * long, a + 0.72 * long, 0.3 * long)
            up = goal(
                back, at(chest, 0.36, 0.18, -0.12), way(chest, 0.1, 0.9, -0.4), way(chest, -0.2, 0.3, 0.9), "grip"
            )
            far = at(chest, 0.16, 0.12, 0.56)
            return [up, goal(out, far, way(chest, -0.1, 0.15, 0.98), way(chest, -0.1, -0.95, 0.2), "flat", 0.0)]
        case "catch":
            where = at(chest, 0.10, -0.02, 0.42)
            return [goal(whole, where, way(chest, -0.2, 0.75, 0.6), way(chest, -0.2, 0.2, 0.95), "cup", 0.02)]
        case "pour":
            point = target(0.08, -0.2, 0.42, 0.24)
            hand = unit(way(chest, -0.75, -0.1, 0.6) + 0 * point)
            return [goal(whole, point - hand * 0.08, hand, way(chest, -0.25, -0.9, 0.3), "grip")]
        case "clap":
            open_ = 0.06 + 0.07 * (0.5 + 0.5 * np.cos((t - a) * 2 * np.pi * 2.6))
            side_by = apply(scene.chest, np.array([s, 0.0, 0.0])) * open_[:, None]
            where = at(chest, 0.0, -0.13, 0.27) + side_by
            return [goal(whole, where, way(chest, -0.08, 0.6, 0.8), way(chest, -1.0, 0.0, 0.05), "flat", 0.02)]
        case "cross arms":
            low = -0.15 if side == "L" else -0.12
            where = at(chest, -0.07, low, 0.165 if side == "L" else 0.205)
            return [goal(whole, where, way(chest, -0.97, 0.12, -0.05), way(chest, 0.0, -0.25, -0.95), "relaxed", 0.05)]
        case "hand to face":
            where = at(head, 0.075, -0.115, 0.135)
            return [goal(whole, where, way(head, -0.22, 0.95, 0.05), way(head, -0.25, 0.05, -0.95), "flat", 0.04)]
        case "raise hand":
            where = at(chest, 0.22, 0.36, 0.16)
            return [goal(whole, where, way(chest, 0.02, 1.0, 0.05), way(chest, -0.1, 0.0, 1.0), "flat", 0.04)]
        case _:
            return []
