"""Camera movement: moves as smooth changes of a composed camera over the shot, baked into keys.

A move passes through the composition rather than starting there: a push ends tighter by as much as it began wider.
The aim is solved anew at every key, so a moving camera keeps its subject where the composition put it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from compiler.meaning.film import Move, MoveKind, Speed
from compiler.staging.lens import Lensed, aim, basis
from compiler.staging.model import CameraKey, Vec3
from compiler.staging.space import add, distance, mix, r4, sub, v4

_STEP = 0.25
"""Seconds between baked keys."""
_PACE = {Speed.SLOW: 0.6, Speed.NORMAL: 1.0, Speed.FAST: 1.8}


@dataclass(frozen=True, slots=True)
class Filming:
    """A composed camera and what it may do: ``point`` is kept at (u, v) of the frame from ``position``."""

    position: Vec3
    point: Vec3
    u: float
    v: float
    focal_mm: float
    f_stop: float
    focus_point: Vec3
    aspect: float
    roll: float
    seconds: float
    head: float
    tail: float
    inside: Callable[[Vec3], bool]
    ceiling: float
    ground: Callable[[float, float], float]
    subject_at: list[tuple[float, Vec3]] | None = None
    rack_to: Vec3 | None = None


@dataclass(frozen=True, slots=True)
class _State:
    """A camera's distance from its composition."""

    dolly: float = 0.0
    """Metres towards the subject."""
    truck: float = 0.0
    crane: float = 0.0
    pan: float = 0.0
    tilt: float = 0.0
    orbit: float = 0.0
    zoom: float = 1.0


def move_camera(film: Filming, moves: tuple[Move, ...], then: bool) -> tuple[tuple[CameraKey, ...], str, float]:
    """Keys in shot time, their ease, and how handheld the camera is (0..1)."""
    handheld = max((0.35 * _PACE[m.speed] for m in moves if m.kind is MoveKind.HANDHELD), default=0.0)
    moving = [m for m in moves if m.kind not in (MoveKind.STATIC, MoveKind.HANDHELD)]
    locked = any(m.kind is MoveKind.STATIC for m in moves)
    follows = any(m.kind is MoveKind.FOLLOW for m in moving)
    moving = [m for m in moving if m.kind is not MoveKind.FOLLOW]
    path = None if locked else film.subject_at
    if not moving and path is None and film.rack_to is None:
        return (_key(film, _State(), 0.0, film.point, film.position),), "smooth", handheld
    first, last = -film.head, film.seconds + film.tail
    whole = max(last - first, 1e-3)
    count = max(2, math.ceil(whole / _STEP) + 1)
    keys = []
    smooth = _smoothed(path) if path is not None else None
    for i in range(count):
        t = first + whole * i / (count - 1)
        state = _state(film, moving, then, (t - first) / whole)
        point = film.point if smooth is None else _sample(smooth, t)
        base = film.position
        if smooth is not None and follows:
            base = add(film.position, sub(point, film.point))
            base = (base[0], film.position[1], base[2])
        keys.append(_key(film, state, t, point, base))
    thinned = tuple(_thinned(keys))
    return thinned, "smooth" if len(thinned) > 2 else "linear", handheld


def _state(film: Filming, moves: list[Move], then: bool, part: float) -> _State:
    state = _State()
    for i, move in enumerate(moves):
        if then:
            p = max(0.0, min(1.0, part * len(moves) - i))
        else:
            p = part
        state = _apply(film, state, move, _eased(p) - 0.5)
    return state


def _eased(p: float) -> float:
    """Ease in and out with a long even middle, as a dolly grip does: acceleration over the first and last fifth."""
    a = 0.22
    top = 1.0 / (1.0 - a)
    if p < a:
        return top * p * p / (2 * a)
    if p > 1.0 - a:
        return 1.0 - top * (1.0 - p) ** 2 / (2 * a)
    return top * (p - a / 2)


def _apply(film: Filming, s: _State, move: Move, part: float) -> _State:
    """Adds one move at ``part`` of its way (-0.5 .. 0.5, 0 = the composition)."""
    far = distance(film.position, film.point)
    pace = _PACE[move.speed]
    stretch = min(1.4, max(0.5, film.seconds / 5.0))

    def metres(usual: float) -> float:
        if move.amount is not None and move.unit in ("m", ""):
            return move.amount
        return usual * pace * stretch

    def degrees(usual: float) -> float:
        if move.amount is not None and move.unit in ("deg", ""):
            return move.amount
        return usual * pace * stretch

    sign = -1.0 if move.direction in ("left", "down", "out", "back") else 1.0
    match move.kind:
        case MoveKind.PUSH_IN:
            return replace(s, dolly=s.dolly + metres(min(0.3 * far, 1.6)) * part)
        case MoveKind.PULL_OUT:
            return replace(s, dolly=s.dolly - metres(min(0.34 * far, 2.0)) * part)
        case MoveKind.DOLLY if move.direction in ("left", "right"):
            return replace(s, truck=s.truck + sign * metres(min(0.3 * far, 1.2)) * part)
        case MoveKind.DOLLY:
            return replace(s, dolly=s.dolly + sign * metres(min(0.3 * far, 1.6)) * part)
        case MoveKind.TRUCK:
            return replace(s, truck=s.truck + sign * metres(min(0.35 * far, 1.5)) * part)
        case MoveKind.CRANE:
            return replace(s, crane=s.crane + sign * metres(min(0.6 * far, 1.6)) * (part - 0.5))
        case MoveKind.PAN:
            # A pan or tilt arrives at the composition.
            return replace(s, pan=s.pan + sign * degrees(22.0) * (part - 0.5))
        case MoveKind.TILT:
            return replace(s, tilt=s.tilt + sign * degrees(14.0) * (part - 0.5))
        case MoveKind.ORBIT:
            return replace(s, orbit=s.orbit + sign * degrees(22.0) * part)
        case MoveKind.ZOOM:
            ratio = (move.amount / film.focal_mm) if move.amount and move.unit == "mm" else 1.0 + 0.3 * pace * stretch
            return replace(s, zoom=s.zoom * ratio ** (part * (-1.0 if move.direction == "out" else 1.0)))
        case _:
            return s


def _key(film: Filming, s: _State, t: float, point: Vec3, base: Vec3) -> CameraKey:
    position = base
    if s.orbit:
        a = math.radians(s.orbit)
        dx, dz = position[0] - point[0], position[2] - point[2]
        position = (
            point[0] + dx * math.cos(a) + dz * math.sin(a),
            position[1],
            point[2] - dx * math.sin(a) + dz * math.cos(a),
        )
    right, _, forward = basis(sub(point, position))
    position = add(add(position, forward, s.dolly), right, s.truck)
    position = (position[0], position[1] + s.crane, position[2])
    position = _kept_inside(film, position)
    focal = film.focal_mm * s.zoom
    target = aim(position, point, film.u, film.v, focal, film.aspect)
    if s.truck:  # half a truck is felt as sliding past, half is held by the head
        loose = aim(add(position, right, -s.truck), point, film.u, film.v, focal, film.aspect)
        target = mix(target, add(loose, right, s.truck), 0.45)
    if s.pan or s.tilt:
        target = _turned(position, target, s.pan, s.tilt)
    focus_point = add(film.focus_point, sub(point, film.point))
    if film.rack_to is not None:
        part = _eased(max(0.0, min(1.0, (t / max(film.seconds, 0.1) - 0.35) / 0.3)))
        near = distance(position, focus_point)
        focus = near + (distance(position, film.rack_to) - near) * part
    else:
        focus = distance(position, focus_point)
    return CameraKey(r4(t), v4(position), v4(target), r4(focal), r4(film.f_stop), r4(max(0.2, focus)), r4(film.roll))


def _turned(position: Vec3, target: Vec3, pan: float, tilt: float) -> Vec3:
    d = sub(target, position)
    far = distance(position, target)
    yaw = math.atan2(d[0], d[2]) - math.radians(pan)  # right on screen is towards smaller yaw
    pitch = math.asin(max(-1.0, min(1.0, d[1] / max(far, 1e-6)))) + math.radians(tilt)
    return add(position, (math.cos(pitch) * math.sin(yaw), math.sin(pitch), math.cos(pitch) * math.cos(yaw)), far)


def _kept_inside(film: Filming, position: Vec3) -> Vec3:
    """Pulled back towards the composition until it is within the walls, under the ceiling and over the ground."""
    y = min(max(position[1], film.ground(position[0], position[2]) + 0.2), film.ceiling)
    position = (position[0], y, position[2])
    if film.inside(position) or not film.inside(film.position):
        return position
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if film.inside(mix(film.position, position, middle)) else (low, middle)
    return mix(film.position, position, low)


def _smoothed(path: list[tuple[float, Vec3]]) -> list[tuple[float, Vec3]]:
    """An operator's following: a path averaged over about a second, height steadier than the floor."""
    points = [p for _, p in path]
    for _ in range(3):
        padded = [points[0], *points, points[-1]]
        points = [
            tuple((padded[i][k] + 2 * padded[i + 1][k] + padded[i + 2][k]) / 4 for k in range(3))  # type: ignore[misc]
            for i in range(len(points))
        ]
    return [(t, p) for (t, _), p in zip(path, points, strict=True)]


def _sample(path: list[tuple[float, Vec3]], t: float) -> Vec3:
    if t <= path[0][0]:
        return path[0][1]
    for (t0, p0), (t1, p1) in pairwise(path):
        if t <= t1:
            return mix(p0, p1, (t - t0) / max(t1 - t0, 1e-9))
    return path[-1][1]


def _thinned(keys: list[CameraKey]) -> list[CameraKey]:
    """Leaves out keys on the straight line between their neighbours."""
    kept = [keys[0]]
    for i in range(1, len(keys) - 1):
        a, b, c = kept[-1], keys[i], keys[i + 1]
        part = (b.time - a.time) / max(c.time - a.time, 1e-9)
        straight = (
            distance(mix(a.position, c.position, part), b.position) < 2e-4
            and distance(mix(a.target, c.target, part), b.target) < 2e-4
            and abs(a.focal_mm + (c.focal_mm - a.focal_mm) * part - b.focal_mm) < 1e-3
            and abs(a.focus + (c.focus - a.focus) * part - b.focus) < 1e-3
        )
        if not straight:
            kept.append(b)
    return [*kept, keys[-1]]


def at_time(keys: tuple[CameraKey, ...], t: float) -> Lensed:
    """The camera between keys, linearly: what framing tests and frustum tests look through."""
    if t <= keys[0].time or len(keys) == 1:
        k = keys[0]
        return Lensed(k.position, k.target, k.focal_mm, k.roll)
    for a, b in pairwise(keys):
        if t <= b.time:
            p = (t - a.time) / max(b.time - a.time, 1e-9)
            return Lensed(
                mix(a.position, b.position, p),
                mix(a.target, b.target, p),
                a.focal_mm + (b.focal_mm - a.focal_mm) * p,
                a.roll,
            )
    k = keys[-1]
    return Lensed(k.position, k.target, k.focal_mm, k.roll)
