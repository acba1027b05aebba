"""Where somebody looks: eyes leave first, the head follows some frames later, the chest last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from compiler.staging.model import ActKind, Actor
from runtime.previz.motion.curves import F64, Clock, bump, ease, hashed, noise, occasions, spring
from runtime.previz.motion.feelings import Mood
from runtime.previz.motion.posture import Trunk, to_model
from runtime.previz.motion.readings import Reading
from runtime.previz.motion.rotations import unit
from runtime.previz.motion.skeleton import Skeleton

EYE_YAW = np.radians(22.0)
EYE_PITCH = np.radians(18.0)


@dataclass(frozen=True, slots=True)
class Aim:
    """One thing looked at: ``weight`` (G,) by which it takes over the eyes, ``point`` (G, 3) in the world or an actor's name."""

    weight: F64
    point: F64
    at: str


@dataclass(slots=True)
class Gaze:
    """``head`` (G, 3) yaw, pitch, roll in model axes; ``chest`` (G,) extra chest yaw; eyes are aimed when heads are known."""

    head: F64
    chest: F64
    aims: list[Aim]
    jitter: F64
    """(G, 2) yaw and pitch of small saccades, radians."""
    blinks: list[float]
    """Moments at which a large gaze shift asks for a blink."""


def make_gaze(
    actor: Actor,
    skeleton: Skeleton,
    clock: Clock,
    trunk: Trunk,
    mood: Mood,
    reading: Reading,
    eyes_of: Callable[[str], F64 | None],
) -> Gaze:
    """``eyes_of(name)``: about where another actor's eyes are, (G, 3) world, or ``None``."""
    t, seed = clock.times, reading.seed
    pivot = trunk.place + np.array([0.0, 1.0, 0.0]) * trunk.eye_height(skeleton)[:, None]
    # Undirected eyes go where the body is about to face, and the head leads every turn.
    ahead = round(0.32 / clock.step)
    coming = np.concatenate([trunk.yaw[ahead:], np.repeat(trunk.yaw[-1:], ahead)])[: len(t)]
    wander = 0.07 * _glances(seed, 41, t)
    yaw = np.radians(np.clip(coming - trunk.yaw, -75, 75)) + wander
    pitch = 0.03 + 0.05 * trunk.stride + 0.6 * mood.bow + 0.5 * np.abs(wander)
    heading = np.radians(trunk.yaw) + yaw
    front = np.stack([np.sin(heading) * np.cos(pitch), -np.sin(pitch), np.cos(heading) * np.cos(pitch)], 1)
    aims = [Aim(np.ones_like(t), pivot + 4.0 * front, "")]
    head_yaw, head_pitch, chest = yaw.copy(), pitch.copy(), np.zeros_like(t)
    blinks: list[float] = []
    for act in sorted((a for a in actor.acts if a.kind is ActKind.LOOK), key=lambda a: (a.start, a.end)):
        other = eyes_of(act.at) if act.at else None
        if other is None and act.target is None:
            continue
        point = other if other is not None else np.tile(np.array(act.target, np.float64), (len(t), 1))
        local = to_model(point, pivot, trunk.yaw)
        goal_yaw = np.arctan2(local[:, 0], local[:, 2])
        goal_pitch = np.arctan2(-local[:, 1], np.maximum(np.hypot(local[:, 0], local[:, 2]), 0.05))
        # Behind the back the head cannot follow: it stays at its limit until the body turns.
        k = int(np.clip(np.searchsorted(t, act.start), 0, len(t) - 1))
        jump = float(np.hypot(goal_yaw[k] - head_yaw[k], goal_pitch[k] - head_pitch[k]))
        tempo = max(act.speed, 0.4)
        lag, takes = 0.12 + 0.06 * hashed(seed, 42, int(act.start * 100)), (0.34 + jump / 4.2) / tempo
        aims.append(Aim(ease(t, act.start, act.start + 0.05 + 0.03 * jump), point, act.at if other is not None else ""))
        w = ease(t, act.start + lag, act.start + lag + takes)
        head_yaw = head_yaw * (1 - w) + goal_yaw * w
        head_pitch = head_pitch * (1 - w) + goal_pitch * w
        late = ease(t, act.start + lag + 0.13, act.start + lag + 0.2 + takes * 1.4)
        chest = chest * (1 - late) + goal_yaw * late
        if jump > 0.3 and hashed(seed, 43, int(act.start * 100)) < 0.8:
            blinks.append(act.start + 0.01)
    for glance in reading.glances:
        away, back = glance.start, glance.start + glance.seconds
        heading, pitch = np.radians(trunk.yaw) + head_yaw + glance.yaw, head_pitch + glance.pitch
        front = np.stack([np.sin(heading) * np.cos(pitch), -np.sin(pitch), np.cos(heading) * np.cos(pitch)], 1)
        aims.append(Aim(ease(t, away, away + 0.08) * (1 - ease(t, back, back + 0.09)), pivot + 4.0 * front, ""))
        w = glance.head * ease(t, away + 0.09, away + 0.45) * (1 - ease(t, back + 0.06, back + 0.5))
        head_yaw, head_pitch = head_yaw + w * glance.yaw, head_pitch + w * glance.pitch
        if hashed(seed, 56, int(away * 100)) < 0.4:
            blinks.append(away + 0.01)
    # Eyes keep the last few degrees; beyond a third of a right angle the chest comes along.
    share = np.sign(head_yaw) * np.maximum(np.abs(head_yaw) - 0.06, 0) * 0.88
    turned = np.sign(chest) * np.clip((np.abs(chest) - 0.35) * 0.45, 0.0, 0.36)
    # Eyes take the first quarter of a radian up or down, so that a face bent over a table is still seen.
    bowed = np.sign(head_pitch) * np.maximum(np.abs(head_pitch) * 0.42, np.abs(head_pitch) - 0.26)
    head = np.stack(
        [
            np.clip(share, -1.22, 1.22) + 0.012 * noise(seed, 44, t, 0.35),
            np.clip(bowed, -0.6, 0.62)
            + mood.bow * (1 - np.clip(head_pitch / 0.7, 0, 0.8))
            + 0.010 * noise(seed, 45, t, 0.4)
            + reading.chin,
            0.05 * share
            + mood.tilt * (1 if actor.person.seed & 2 else -1)
            + 0.016 * noise(seed, 46, t, 0.21)
            + reading.tilt,
        ],
        1,
    )
    head[:, 1] += 0.05 * np.abs(np.gradient(head[:, 0], clock.step)).clip(0, 2) / 2  # a turn dips through its middle
    head += reading.nods * gesture_head(actor, t) + reading.restless * _settling(seed, t)
    return Gaze(
        spring(head, clock.step, 3.6 * reading.quick, 0.68),
        spring(turned[:, None], clock.step, 2.4, 0.7)[:, 0],
        aims,
        _saccades(seed, t),
        blinks,
    )


def gesture_head(actor: Actor, t: F64) -> F64:
    """(G, 3) yaw, pitch, roll of nods, shakes and bows."""
    out = np.zeros((len(t), 3))
    for act in actor.acts:
        if act.kind is not ActKind.GESTURE:
            continue
        a, b = act.start, max(act.end, act.start + 0.6)
        span = b - a
        match act.style:
            case "nod":
                count = max(1, round(span / 0.55))
                for i in range(count):
                    s = a + span * i / count
                    out[:, 1] += (0.21 * 0.8**i) * bump(t, s, s + span / count, 0.45)
                out[:, 1] -= 0.05 * bump(t, a - 0.14, a + 0.1, 0.6)
            case "shake":
                count = max(2, round(span / 0.38))
                u = np.clip((t - a) / span, 0, 1)
                out[:, 0] += 0.24 * np.sin(np.pi * u * count) * np.sin(np.pi * u) ** 0.8
                out[:, 1] += 0.05 * bump(t, a, b)
            case "bow head":
                out[:, 1] += 0.42 * ease(t, a, a + min(span, 1.0)) * (1 - ease(t, b + 1.2, b + 2.2))
            case "shrug":
                out[:, 2] += 0.12 * bump(t, a, b, 0.4)
            case _:
                out[:, 1] += 0.05 * bump(t, a, b, 0.3)
    return out


def aim_eyes(aims: list[Aim], rows: slice, eyes: F64, others: Callable[[str], F64 | None]) -> F64:
    """World directions (N, 3) from the eyes' middle (N, 3) to what is looked at on the frames ``rows``."""
    direction = np.zeros_like(eyes)
    for aim in aims:
        point = others(aim.at) if aim.at else None
        target = aim.point[rows] if point is None else point
        w = aim.weight[rows][:, None]
        direction = unit(direction * (1 - w) + unit(target - eyes) * w)
    return direction


def _saccades(seed: int, t: F64) -> F64:
    """Small jumps of fixation, a degree or so, held for a third of a second to a second and a half."""
    out = np.zeros((len(t), 2))
    now = np.zeros(2)
    for moment in occasions(seed, 47, float(t[0]), float(t[-1]), 0.35, 1.3):
        k = int(moment * 100)
        big = 2.2 if hashed(seed, 48, k) < 0.18 else 1.0
        goal = np.radians([(hashed(seed, 49, k) - 0.5) * 1.7 * big, (hashed(seed, 50, k) - 0.5) * 1.1 * big])
        out += (goal - now) * ease(t, moment, moment + 0.035)[:, None]
        now = goal
    return out


def _settling(seed: int, t: F64) -> F64:
    """(G, 3) small changes of how the head is carried, every few seconds: nobody holds a head still."""
    out, now = np.zeros((len(t), 3)), np.zeros(3)
    for moment in occasions(seed, 51, float(t[0]), float(t[-1]), 1.6, 4.2):
        k = int(moment * 100)
        goal = (np.array([hashed(seed, 52 + i, k) for i in range(3)]) - 0.5) * np.radians([5.0, 3.4, 5.5])
        out += (goal - now) * ease(t, moment, moment + 0.6 + 0.5 * hashed(seed, 55, k))[:, None]
        now = goal
    return out


def _glances(seed: int, channel: int, t: F64) -> F64:
    """Idle wandering of the gaze, −1 .. 1, in slow steps."""
    out = np.zeros_like(t)
    now = 0.0
    for moment in occasions(seed, channel, float(t[0]), float(t[-1]), 1.8, 4.5):
        goal = hashed(seed, channel, 7, int(moment * 100)) * 2 - 1
        out += (goal - now) * ease(t, moment, moment + 0.25)
        now = goal
    return out
