"""Things on every frame: at rest, in hands that move, along their ways, opening; and people carried by what drives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import StagedShot, Thing, ThingKey
from runtime.previz.motion.curves import F64
from runtime.previz.motion.figure import Figure
from runtime.previz.motion.rotations import apply, matrix, transpose, turn_x, turn_y, turn_z, unit, vector
from runtime.previz.motion.skeleton import fk
from runtime.previz.pose import BONE

F32 = NDArray[np.float32]
BLEND = 0.22
"""Seconds in which a thing passes from a table to a hand or from hand to hand."""
WHEEL = 0.33
"""Radius in metres that turns way into roll; builders scale it to their own."""
_GRIP = 0.78
"""Where a hand closes, from the wrist, as a share of the way to the knuckles."""


@dataclass(frozen=True, slots=True)
class ThingTrack:
    """One thing on N frames: base centre (N, 3), columns of ``rotation`` (N, 3, 3) its own axes, ``opening`` 0..1, ``roll`` radians."""

    thing: Thing
    position: F32
    rotation: F32
    opening: F32
    roll: F32


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand on N frames in the world: grip point (N, 3), the way fingers point and the palm faces (N, 3)."""

    grip: F64
    along: F64
    palm: F64


Hands = Mapping[tuple[str, str], Hand]


def hands_of(shot: StagedShot, figures: Sequence[Figure]) -> dict[tuple[str, str], Hand]:
    """Both hands of everybody who holds something in ``shot``, by (name, left or right)."""
    holders = {key.holder for thing in shot.things for key in thing.keys if key.holder}
    found: dict[tuple[str, str], Hand] = {}
    for figure in figures:
        name = figure.actor.person.name
        if name not in holders:
            continue
        place, yaw = figure.clock.frames(figure.trunk.place), figure.clock.frames(figure.trunk.yaw)
        world, heads = fk(figure.skeleton, figure.rotations, figure.clock.frames(figure.trunk.hip))
        frame = turn_y(np.radians(yaw))
        for side, word in (("L", "left"), ("R", "right")):
            rest = figure.skeleton.hands[side]
            wrist = BONE[f"wrist.{side}"]
            along = apply(frame, apply(world[:, wrist], rest.direction))
            palm = apply(frame, apply(world[:, wrist], rest.palm))
            point = place + apply(frame, heads[:, wrist])
            found[name, word] = Hand(point + along * (rest.length * _GRIP) + palm * 0.03, along, palm)
    return found


def make_things(shot: StagedShot, t: F64, hands: Hands, yaws: Mapping[str, F64]) -> tuple[ThingTrack, ...]:
    """Every thing of ``shot`` at times ``t`` (N,); ``yaws`` are the facings (N,) in degrees of those who hold."""
    return tuple(_track(thing, t, hands, yaws) for thing in shot.things)


def carried(track_position: F64, track_yaw: F64, carrier: ThingTrack) -> tuple[F64, F64]:
    """Position (N, 3) and yaw (N,) in the world of somebody whose place is in the carrier's own space."""
    rotation = carrier.rotation.astype(np.float64)
    turned = np.degrees(np.arctan2(rotation[:, 0, 2], rotation[:, 2, 2]))
    return carrier.position + apply(rotation, track_position), track_yaw + turned


def _track(thing: Thing, t: F64, hands: Hands, yaws: Mapping[str, F64]) -> ThingTrack:
    size = _size(thing)
    keys = thing.keys
    position, rotation = np.empty((len(t), 3)), np.empty((len(t), 3, 3))
    starts = np.array([k.time for k in keys])
    state = np.clip(np.searchsorted(starts, t, side="right") - 1, 0, len(keys) - 1)
    glides = _glides(keys)
    for i, key in enumerate(keys):
        rows = state == i
        if not rows.any():
            continue
        p, r = _at_key(thing, keys, i, t, hands, yaws, size, glides)
        position[rows], rotation[rows] = p[rows], r[rows]
        if i == 0 or key.glide:
            continue
        # Passing between hand and table is spread over a moment, so that neither jumps to the other.
        fresh = rows & (t < key.time + BLEND)
        if fresh.any() and (keys[i - 1].holder or key.holder):
            before, turned = _at_key(thing, keys, i - 1, t, hands, yaws, size, glides)
            part = np.clip((t[fresh] - key.time) / BLEND, 0.0, 1.0)
            part = part * part * (3 - 2 * part)
            position[fresh] = before[fresh] + (p[fresh] - before[fresh]) * part[:, None]
            rotation[fresh] = turned[fresh] @ matrix(vector(transpose(turned[fresh]) @ r[fresh]) * part[:, None])
    roll = np.zeros(len(t))
    if thing.moves:
        step = np.linalg.norm(np.diff(position[:, [0, 2]], axis=0), axis=1)
        roll[1:] = np.cumsum(step) / WHEEL
    opening = _opening(thing, t)
    return ThingTrack(thing, _round(position, 4), _round(rotation, 5), _round(opening, 3), _round(roll, 3))


def _at_key(
    thing: Thing, keys: tuple[ThingKey, ...], i: int, t: F64, hands: Hands, yaws: Mapping[str, F64],
    size: tuple[float, float, float], glides: Callable[[int, F64], tuple[F64, F64, F64]],
) -> tuple[F64, F64]:  # fmt: skip
    """Pose of a thing at all of ``t`` as if key ``i`` were in force throughout."""
    key = keys[i]
    n = len(t)
    if key.holder:
        held = _held(thing, key, hands, yaws, size, n)
        if held is not None:
            return held
        return np.tile([0.0, -1000.0, 0.0], (n, 1)), np.tile(np.eye(3), (n, 1, 1))
    if i + 1 < len(keys) and keys[i + 1].glide:
        place, heading, spin = glides(i, t)
        turned = turn_y(np.radians(heading) if thing.moves else np.full(n, np.radians(key.yaw)))
        return place, turned @ turn_x(spin) @ turn_z(spin * 0.6)
    yaw = key.yaw
    if key.glide and thing.moves:
        _, heading, _ = glides(i - 1, np.array([key.time]))
        yaw = float(heading[0])
    return np.tile(key.position, (n, 1)).astype(float), np.tile(turn_y(np.radians(yaw)), (n, 1, 1))


def _held(
    thing: Thing, key: ThingKey, hands: Hands, yaws: Mapping[str, F64], size: tuple[float, float, float], n: int
) -> tuple[F64, F64] | None:
    """In a hand: the thing's axes follow how such a thing is held."""
    left, right = hands.get((key.holder, "left")), hands.get((key.holder, "right"))
    hand = left if key.hand == "left" else right
    if hand is None or left is None or right is None:
        return None
    up = np.tile([0.0, 1.0, 0.0], (n, 1))
    facing = np.radians(yaws.get(key.holder, np.zeros(n)))
    ahead = np.stack([np.sin(facing), np.zeros(n), np.cos(facing)], 1)
    w, h, d = size
    match thing.grip if key.hand != "both" else "hands":
        case "hands":
            middle = (left.grip + right.grip) / 2
            base = middle + ahead * (d / 2 * 0.6) - up * (h * 0.5)
            return base, _axes(up, ahead)
        case "flat":
            toward = unit(hand.along * [1.0, 0.0, 1.0] + ahead * 0.2)
            return hand.grip + toward * (d * 0.22) + up * 0.012, _axes(up, toward)
        case "handle":
            return hand.grip - up * (h * 0.98), _axes(up, ahead)
        case "ear":
            lift = unit(hand.along)
            return hand.grip - lift * (h * 0.5) + hand.palm * 0.015, _axes(lift, -hand.palm)
        case "pocket":
            # Small things lie along the hand. What is read stands up from it, its face to the eyes, while the hand is raised.
            base, axes = hand.grip + hand.along * (d * 0.42) + hand.palm * 0.012, _axes(-hand.palm, hand.along)
            if d < 0.12:
                return base, axes
            read = _axes(unit(0.5 * up - ahead), -up)
            part = np.clip((hand.along[:, 1] + 0.8) / 0.5, 0.0, 1.0)
            part = (part * part * (3 - 2 * part))[:, None]
            lifted = hand.grip - read[..., 2] * (d * 0.4)
            return base + (lifted - base) * part, axes @ matrix(vector(transpose(axes) @ read) * part)
        case _:
            # Upright things stay upright as far as a wrist can make them.
            lean = unit(up + 0.12 * np.cross(hand.along, hand.palm))
            outward = unit(hand.palm * [1.0, 0.0, 1.0] + ahead * 1e-3)
            return hand.grip + outward * (min(w, d) * 0.36) - lean * (h * 0.5), _axes(lean, ahead)


def _axes(up: F64, ahead: F64) -> F64:
    """Rotations (N, 3, 3) with +y along ``up`` and +z as near ``ahead`` as that leaves."""
    y = unit(up)
    z = unit(ahead - y * np.sum(ahead * y, -1, keepdims=True))
    return np.stack([np.cross(y, z), y, z], axis=-1)


def _glides(keys: tuple[ThingKey, ...]) -> Callable[[int, F64], tuple[F64, F64, F64]]:
    """Position, heading in degrees and spin along the run of gliding keys that a key begins or continues."""

    def run(i: int) -> tuple[int, int]:
        first, last = i, i
        while keys[first].glide and first > 0:
            first -= 1
        while last + 1 < len(keys) and keys[last + 1].glide:
            last += 1
        return first, last

    def at(i: int, t: F64) -> tuple[F64, F64, F64]:
        first, last = run(i)
        rows = [j for j in range(first, last + 1) if j == first or keys[j].time > keys[j - 1].time + 1e-4]
        times = np.array([keys[j].time for j in rows])
        points = np.array([keys[j].position for j in rows], dtype=float)
        if len(rows) < 2:
            return np.tile(points[0], (len(t), 1)), np.full(len(t), keys[first].yaw), np.zeros(len(t))
        now = np.clip(t, times[0], times[-1])
        place, speed = _smooth(times, points, now)
        arc = max((keys[j].arc for j in range(first, last + 1)), default=0.0)
        part = (now - times[0]) / max(float(times[-1] - times[0]), 1e-6)
        place[:, 1] += 4.0 * arc * part * (1.0 - part)
        heading = np.degrees(np.arctan2(speed[:, 0], speed[:, 2]))
        still = np.hypot(speed[:, 0], speed[:, 2]) < 0.05
        if still.any():
            # A thing that stands points the way it came, or the way it will go.
            going = np.nonzero(~still)[0]
            probe = _smooth(times, points, np.linspace(times[0], times[-1], 65))[1]
            moving = np.nonzero(np.hypot(probe[:, 0], probe[:, 2]) > 0.05)[0]
            for j in np.nonzero(still)[0]:
                if len(moving):
                    k = moving[0] if part[j] < 0.5 else moving[-1]
                    heading[j] = np.degrees(np.arctan2(probe[k, 0], probe[k, 2]))
                elif len(going):
                    heading[j] = heading[going[0]]
                else:
                    heading[j] = keys[first].yaw
        spin = part * 7.0 if arc else np.zeros(len(t))
        return place, heading, spin

    return at


def _smooth(times: F64, points: F64, now: F64) -> tuple[F64, F64]:
    """A Catmull-Rom curve through timed points: positions and velocities (N, 3)."""
    tangents = (
        np.gradient(points, times, axis=0)
        if len(times) > 2
        else np.repeat((points[-1:] - points[:1]) / max(float(times[-1] - times[0]), 1e-6), len(times), 0)
    )
    i = np.clip(np.searchsorted(times, now, side="right") - 1, 0, len(times) - 2)
    span = np.maximum(times[i + 1] - times[i], 1e-6)
    s = ((now - times[i]) / span)[:, None]
    a, b, u, v = points[i], points[i + 1], tangents[i] * span[:, None], tangents[i + 1] * span[:, None]
    place = (2 * s**3 - 3 * s**2 + 1) * a + (s**3 - 2 * s**2 + s) * u + (-2 * s**3 + 3 * s**2) * b + (s**3 - s**2) * v
    speed = (6 * s**2 - 6 * s) * (a - b) + (3 * s**2 - 4 * s + 1) * u + (3 * s**2 - 2 * s) * v
    return place, speed / span[:, None]


def _opening(thing: Thing, t: F64) -> F64:
    if not thing.opening:
        return np.zeros(len(t))
    times, values = np.array([row[0] for row in thing.opening]), np.array([row[1] for row in thing.opening])
    value = np.interp(t, times, values)
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-6:
        return np.asarray(value)
    part = (value - low) / (high - low)
    return np.asarray(low + (high - low) * part * part * (3 - 2 * part))


def _size(thing: Thing) -> tuple[float, float, float]:
    """Measured on the meshes that are drawn, so that a hand closes on the thing as it is."""
    from runtime.previz.sets.things import thing_size

    return thing_size(thing)


def without_future(track: ThingTrack, first: int, last: int) -> ThingTrack:
    """Rows ``first`` .. ``last - 1`` of a track, its keys forgotten: a window knows poses, not plans."""
    rows = {name: getattr(track, name)[first:last].copy() for name in ("position", "rotation", "opening", "roll")}
    return replace(track, thing=replace(track.thing, keys=(), opening=()), **rows)


def _round(values: F64, decimals: int) -> F32:
    return (np.round(values, decimals) + 0.0).astype(np.float32)
