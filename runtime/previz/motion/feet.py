"""Feet on the ground: each foot's ankle, yaw and pitch over time, from the steps of a plan.

A planted foot rolls over fixed contacts: it strikes with the heel, lies flat, then pivots on the
toe joint until it leaves. Between prints the ankle swings from toe-off to heel strike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runtime.previz.motion.curves import F64, ease
from runtime.previz.motion.locomotion import Plan, Step
from runtime.previz.motion.skeleton import Skeleton

TOE_OFF = np.radians(38.0)
HEEL_STRIKE = np.radians(-20.0)


@dataclass(slots=True)
class Foot:
    """``ankle`` (G, 3) world, ``yaw`` (G,) degrees, ``pitch`` (G,) radians (heel up positive), ``down`` (G,) 1 planted."""

    ankle: F64
    yaw: F64
    pitch: F64
    toes: F64
    down: F64
    flat: F64
    """(G,) 1 while the whole sole rests on the ground."""


def trace_foot(plan: Plan, side: str, t: F64, skeleton: Skeleton) -> Foot:
    """One foot's whole path over the times ``t``."""
    steps = [s for s in plan.steps if s.side == side]
    place, yaw0 = plan.feet[side]
    n = len(t)
    foot = Foot(
        np.tile(np.array(place, np.float64) + np.array([0.0, skeleton.ankle, 0.0]), (n, 1)),
        np.full(n, float(yaw0)), np.zeros(n), np.zeros(n), np.ones(n), np.ones(n),
    )  # fmt: skip
    before = Step(side, -1e9, -1e9, place, yaw0, 0.0)
    for i, s in enumerate(steps):
        following = steps[i + 1] if i + 1 < len(steps) else None
        _swing(foot, before, s, t, skeleton)
        _planted(foot, s, following, t, skeleton)
        before = s
    if steps:
        _roll_off(foot, Step(side, -1e9, -1e9, place, yaw0, 0.0), steps[0], t, skeleton)
    return foot


def _planted(foot: Foot, s: Step, following: Step | None, t: F64, k: Skeleton) -> None:
    until = following.lift if following else np.inf
    on = (t >= s.land) & (t < until)
    foot.down[on], foot.yaw[on] = 1.0, s.yaw
    settle = 0.11
    pitch = HEEL_STRIKE * s.stride * (1.0 - 0.75 * s.run) * (1.0 - ease(t[on], s.land, s.land + settle))
    foot.pitch[on] = pitch
    foot.flat[on] = (t[on] >= s.land + (settle if s.stride > 0.02 else 0.0)).astype(float)
    foot.toes[on] = 0.0
    foot.ankle[on] = _rolled(s, pitch, k)
    if following:
        _roll_off(foot, s, following, t, k)


def _roll_off(foot: Foot, s: Step, following: Step, t: F64, k: Skeleton) -> None:
    """Heel rise before the lift, about the toe joint."""
    rise = min(0.34, 0.75 * (following.land - following.lift))
    on = (t >= max(following.lift - rise, s.land + 0.11)) & (t < following.lift)
    pitch = TOE_OFF * _push(following) * ease(t[on], following.lift - rise, following.lift + rise * 0.7) / _AT_LIFT
    foot.pitch[on] = np.maximum(foot.pitch[on], pitch)
    foot.toes[on] = pitch
    foot.flat[on] = 0.0
    foot.ankle[on] = _rolled(s, foot.pitch[on], k)


# How far the heel rise has come at the lift; the rest of it plays while the foot already swings.
_AT_LIFT = float(ease(1.0, 0.0, 1.7))


def _push(following: Step) -> float:
    if following.run:
        return 1.0 + 0.35 * following.run
    return 0.28 + 0.72 * following.stride if following.stride > 0.02 else 0.28


def _swing(foot: Foot, a: Step, b: Step, t: F64, k: Skeleton) -> None:
    on = (t >= b.lift) & (t < b.land)
    u = (t[on] - b.lift) / (b.land - b.lift)
    off, strike = TOE_OFF * _push(b), HEEL_STRIKE * b.stride * (1.0 - 0.75 * b.run)
    start, end = _rolled(a, np.array([off]), k)[0], _rolled(b, np.array([strike]), k)[0]
    s = u * u * (3.0 - 2.0 * u)
    ankle = start + (end - start) * s[:, None]
    far = float(np.hypot(b.place[0] - a.place[0], b.place[2] - a.place[2]))
    lift = 0.022 + 0.05 * min(far, 0.9)
    ankle[:, 1] += lift * 16 * (u * (1 - u)) ** 2
    if b.run:
        # The heel comes up behind early in the swing, then the knee carries the foot through in front.
        ankle[:, 1] += (
            b.run * 0.34 * (k.legs["L"].lower_length / 0.42) * np.sin(np.pi * u**0.82) ** 2 * (1.0 - 0.45 * u)
        )
    pitch = off * (1.0 + 0.35 * np.minimum(u / 0.18, 1.0) * (1 - u)) * (1.0 - ease(u, 0.08, 0.62)) + strike * ease(
        u, 0.45, 0.95
    )
    # The toe tip clears the ground whatever the pitch.
    toe = ankle[:, 1] - np.sin(np.maximum(pitch, 0)) * k.ball - k.ankle * np.cos(pitch)
    floor = a.place[1] + (b.place[1] - a.place[1]) * s
    clear = 0.012 * 16 * (u * (1 - u)) ** 2
    ankle[:, 1] += np.maximum(floor + clear - toe, 0.0)
    foot.ankle[on] = ankle
    turn = (b.yaw - a.yaw + 180.0) % 360.0 - 180.0
    foot.yaw[on] = b.yaw - turn * (1.0 - ease(u, 0.0, 0.95))
    foot.pitch[on] = pitch
    foot.toes[on] = off * (1.0 - ease(u, 0.0, 0.6))
    foot.down[on] = foot.flat[on] = 0.0


def _rolled(s: Step, pitch: F64, k: Skeleton) -> F64:
    """Ankle (N, 3) over the print ``s`` when the foot is pitched about its toe joint or its heel."""
    a = np.radians(s.yaw)
    ahead = np.array([np.sin(a), 0.0, np.cos(a)])
    up = np.where(pitch > 0, k.ankle - k.ball_height, k.ankle)
    back = np.where(pitch > 0, -k.ball, k.heel)
    pivot_ahead, pivot_up = -back, np.where(pitch > 0, k.ball_height, 0.0)
    c, sn = np.cos(pitch), np.sin(pitch)
    z = pivot_ahead + back * c + up * sn
    y = pivot_up + up * c - back * sn
    return np.asarray(np.array(s.place) + z[:, None] * ahead + y[:, None] * np.array([0.0, 1.0, 0.0]))
