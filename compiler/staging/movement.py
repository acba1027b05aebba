"""Camera movement: moves as smooth changes of a composed camera over the shot, baked into keys.

A move passes through the composition rather than starting there: a push ends tighter by as much as it began wider.
The aim is solved anew at every key, so a moving camera keeps its subject where the composition put it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import accumulate, pairwise, repeat, zip_longest

from compiler.meaning.film import Move, MoveKind, Speed
from compiler.staging.lens import Lensed, Pyramid, across, aim
from compiler.staging.model import CameraKey, Vec3
from compiler.staging.space import add, apart, distance, mix, r4, sub, turn, v4

_STEP = 0.25
"""Seconds between baked keys."""
_PACE = {Speed.SLOW: 0.6, Speed.NORMAL: 1.0, Speed.FAST: 1.8}


@dataclass(frozen=True, slots=True)
class Ridden:
    """Where what carries the camera is at one time, and the way it faces in degrees."""

    time: float
    position: Vec3
    yaw: float


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
    inside: Callable[[Vec3], bool]
    ceiling: float
    ground: Callable[[float, float], float]
    subject_at: list[tuple[float, Vec3]] | None = None
    """The way of what is framed, in shot time; ``None`` when it stays."""
    followed_at: list[tuple[float, Vec3]] | None = None
    """The way of what the camera keeps its distance to; ``None`` = what is framed."""
    ridden_at: list[Ridden] | None = None
    """The way of what the camera is mounted on; its place at ``at`` is where the composition was found."""
    at: float = 0.0
    """Shot time of the composition."""
    focus_at: Callable[[float], Vec3] | None = None
    """Where focus lies over time; ``None`` = ``focus_point``, moved with the subject."""
    rack_to: Callable[[float], Vec3] | None = None
    """Where focus goes in the middle of the shot."""
    goals: tuple[Vec3 | None, ...] = ()
    """For each move the point it goes to, if it names one."""
    centre: Vec3 | None = None
    """What an orbit goes round; ``None`` = what is framed."""
    aimed: list[tuple[tuple[Vec3, Vec3, float], Vec3]] = field(default_factory=list, repr=False, compare=False)
    """From where, at what and with which lens was aimed last, and the target found."""
    goes_on: bool = False
    """Whether the shot begins where the one before it ended: moves then leave the composition instead of passing it."""


@dataclass(slots=True)
class _State:
    """A camera's distance from its composition. One for every key: nothing changes it once it is found."""

    dolly: float = 0.0
    """Metres towards the subject."""
    truck: float = 0.0
    crane: float = 0.0
    pan: float = 0.0
    tilt: float = 0.0
    orbit: float = 0.0
    zoom: float = 1.0
    aims: tuple[tuple[Vec3, float], ...] = ()
    """Points the aim is on its way to, and how much of the way is done."""


_UNMOVED = _State()
_ARRIVES = (MoveKind.PAN, MoveKind.TILT, MoveKind.CRANE)
"""Moves that end at the composition; the others pass through it."""
_TRAVELS = (MoveKind.PUSH_IN, MoveKind.PULL_OUT, MoveKind.DOLLY, MoveKind.TRUCK, MoveKind.CRANE, MoveKind.ORBIT)
_TURNED = (MoveKind.PAN, MoveKind.TILT, MoveKind.ORBIT)


def move_camera(film: Filming, moves: tuple[Move, ...], then: bool) -> tuple[tuple[CameraKey, ...], str, float]:
    """Keys in shot time, their ease, and how handheld the camera is (0..1)."""
    handheld = max((0.35 * _PACE[m.speed] for m in moves if m.kind is MoveKind.HANDHELD), default=0.0)
    run = _run(film, moves, then)
    if run is None:
        return (_key(film, _UNMOVED, 0.0, film.point, film.position),), "smooth", handheld
    count = max(2, math.ceil(run.whole / _step(run.moving, run.whole)) + 1)
    thinned = tuple(_thinned([run.key(run.first + run.whole * i / (count - 1)) for i in range(count)]))
    return thinned, "smooth" if len(thinned) > 2 else "linear", handheld


def ends(film: Filming, moves: tuple[Move, ...], then: bool) -> tuple[Lensed, Lensed]:
    """The camera as the shot begins and as it ends: what a cut is judged by, without the way between."""
    run = _run(film, moves, then)
    keys = (
        [_key(film, _UNMOVED, 0.0, film.point, film.position)] if run is None else [run.key(0.0), run.key(film.seconds)]
    )
    first, last = keys[0], keys[-1]
    return (
        Lensed(first.position, first.target, first.focal_mm, first.roll),
        Lensed(last.position, last.target, last.focal_mm, last.roll),
    )


def _run(film: Filming, moves: tuple[Move, ...], then: bool) -> _Run | None:
    """How a camera moves; ``None`` when it stands."""
    standing = (MoveKind.STATIC, MoveKind.HANDHELD, MoveKind.FOLLOW, MoveKind.MOUNTED)
    moving = [(m, g) for m, g in zip_longest(moves, film.goals) if m is not None and m.kind not in standing]
    kinds = {m.kind for m in moves}
    held = MoveKind.STATIC in kinds or (kinds & {MoveKind.PAN, MoveKind.TILT} and MoveKind.FOLLOW not in kinds)
    path = None if held else film.subject_at
    followed = (film.followed_at or film.subject_at) if MoveKind.FOLLOW in kinds else None
    if not moving and path is None and followed is None and film.ridden_at is None and not _refocuses(film):
        return None
    first, whole = 0.0, max(film.seconds, 1e-3)
    anchors = _anchors(film, moving, then, first, whole)
    smooth = _smoothed(path) if path is not None else None
    beside = _smoothed(followed) if followed is not None else None
    return _Run(film, moving, anchors, then, first, whole, smooth, beside)


@dataclass(frozen=True, slots=True)
class _Run:
    """A camera under way: where it is at any time between its handles."""

    film: Filming
    moving: list[tuple[Move, Vec3 | None]]
    anchors: list[float]
    then: bool
    first: float
    whole: float
    smooth: list[tuple[float, Vec3]] | None
    beside: list[tuple[float, Vec3]] | None

    def key(self, t: float) -> CameraKey:
        film, beside = self.film, self.beside
        state = _state(film, self.moving, self.anchors, self.then, t, self.first, self.whole)
        point = film.point if self.smooth is None else _sample(self.smooth, t)
        base = film.position
        if beside is not None:
            base = add(base, sub(_sample(beside, t), _sample(beside, film.at) if film.followed_at else film.point))
            base = (base[0], film.position[1], base[2])
        if film.ridden_at is not None:
            base, point = _carried(film, t, point)
        return _key(film, state, t, point, base)


def share_done(film: Filming, moves: tuple[Move, ...], then: bool) -> float:
    """Part of the way that written amounts take the camera which the room lets it go, 0..1."""
    moving = [(m, g) for m, g in zip_longest(moves, film.goals) if m is not None and m.kind in _TRAVELS]
    if not any(m.amount is not None for m, _ in moving):
        return 1.0
    first, whole = 0.0, max(film.seconds, 1e-3)
    anchors = _anchors(film, moving, then, first, whole)
    ends = [_state(film, moving, anchors, then, t, first, whole) for t in (first, first + whole)]
    free = [_position(film, s, film.point, film.position)[0] for s in ends]
    kept = [_kept_inside(film, p) for p in free]
    wanted = distance(*free)
    return 1.0 if wanted < 1e-3 else min(1.0, distance(*kept) / wanted)


def _refocuses(film: Filming) -> bool:
    return film.rack_to is not None or film.focus_at is not None


def _step(moving: list[tuple[Move, Vec3 | None]], whole: float) -> float:
    """Seconds between keys: short enough that no turn of the camera is cut into corners."""
    degrees = sum(abs(m.amount or 0.0) for m, _ in moving if m.kind in _TURNED)
    shortest = min((float(m.end - (m.start or 0)) for m, _ in moving if m.end is not None), default=whole)
    return max(0.04, min(_STEP, 4.0 * min(shortest, whole) / degrees if degrees > 60.0 else _STEP, shortest / 6.0))


def _anchors(
    film: Filming, moving: list[tuple[Move, Vec3 | None]], then: bool, first: float, whole: float
) -> list[float]:
    """For each move the part of its way at which the camera stands at the composition.

    A written amount is kept where the room allows it at all: when the usual way meets a wall or the subject, the move
    ends at the composition, or begins there.
    """
    usual = [0.0 if film.goes_on or goal is not None else 1.0 if m.kind in _ARRIVES else 0.5 for m, goal in moving]
    if film.goes_on or not any(m.amount is not None for m, _ in moving):
        return usual
    for anchors in (usual, [1.0 if g is None else 0.0 for _, g in moving], [0.0] * len(moving)):
        if all(_stands(film, _state(film, moving, anchors, then, t, first, whole)) for t in (first, first + whole)):
            return anchors
    return usual


def _stands(film: Filming, s: _State) -> bool:
    """Whether a camera can be there: within the walls, between ground and ceiling, before its subject."""
    position, _ = _position(film, s, film.point, film.position)
    low, high = film.ground(position[0], position[2]) + 0.2, film.ceiling
    clear = low - 1e-6 <= position[1] <= high + 1e-6 and (film.inside(position) or not film.inside(film.position))
    return clear and distance(film.position, film.point) - s.dolly > 0.25


def _state(
    film: Filming,
    moving: list[tuple[Move, Vec3 | None]],
    anchors: list[float],
    then: bool,
    t: float,
    first: float,
    whole: float,
) -> _State:
    state = _State()
    for i, ((move, goal), anchor) in enumerate(zip(moving, anchors, strict=True)):
        if move.start is not None or move.end is not None:
            start = first if move.start is None else float(move.start)
            end = first + whole if move.end is None else float(move.end)
            part = max(0.0, min(1.0, (t - start) / max(end - start, 1e-3)))
        elif then:
            part = max(0.0, min(1.0, (t - first) / whole * len(moving) - i))
        else:
            part = (t - first) / whole
        done = eased(part)
        if goal is not None and move.kind not in (MoveKind.ORBIT, MoveKind.TRUCK):
            state.aims = (*state.aims, (goal, done))
            if move.kind in (MoveKind.PAN, MoveKind.TILT):
                continue
        _apply(film, state, move, done - anchor)
    return state


def eased(p: float) -> float:
    """Ease in and out with a long even middle, as a dolly grip does: acceleration over the first and last fifth."""
    a = 0.22
    top = 1.0 / (1.0 - a)
    if p < a:
        return top * p * p / (2 * a)
    if p > 1.0 - a:
        return 1.0 - top * (1.0 - p) ** 2 / (2 * a)
    return top * (p - a / 2)


def _apply(film: Filming, s: _State, move: Move, part: float) -> None:
    """Adds one move at ``part`` of its way, from its composition on (negative = still to come)."""
    far = distance(film.position, film.point)
    stretch = min(1.4, max(0.5, film.seconds / 5.0))
    sign = -1.0 if move.direction in ("left", "down", "out", "back") else 1.0
    match move.kind:
        case MoveKind.PUSH_IN:
            s.dolly += _amount(move, "m", min(0.3 * far, 1.6), stretch) * part
        case MoveKind.PULL_OUT:
            s.dolly -= _amount(move, "m", min(0.34 * far, 2.0), stretch) * part
        case MoveKind.DOLLY if move.direction in ("left", "right"):
            s.truck += sign * _amount(move, "m", min(0.3 * far, 1.2), stretch) * part
        case MoveKind.DOLLY:
            s.dolly += sign * _amount(move, "m", min(0.3 * far, 1.6), stretch) * part
        case MoveKind.TRUCK:
            s.truck += sign * _amount(move, "m", min(0.35 * far, 1.5), stretch) * part
        case MoveKind.CRANE:
            s.crane += sign * _amount(move, "m", min(0.6 * far, 1.6), stretch) * part
        case MoveKind.PAN:
            s.pan += sign * _amount(move, "deg", 22.0, stretch) * part
        case MoveKind.TILT:
            s.tilt += sign * _amount(move, "deg", 14.0, stretch) * part
        case MoveKind.ORBIT:
            s.orbit += sign * _amount(move, "deg", 22.0, stretch) * part
        case MoveKind.ZOOM:
            if move.amount and move.unit in ("x", "mm"):
                ratio = (
                    move.amount if move.unit == "x" else max(move.amount / film.focal_mm, film.focal_mm / move.amount)
                )
            else:
                ratio = 1.0 + 0.3 * _PACE[move.speed] * stretch
            s.zoom *= ratio ** (part * (-1.0 if move.direction == "out" else 1.0))
        case _:
            pass


def _amount(move: Move, unit: str, usual: float, stretch: float) -> float:
    """How far a move goes, metres or degrees: as written, else what is usual at its pace in a shot of that length."""
    if move.amount is not None and move.unit in (unit, ""):
        return move.amount
    return usual * _PACE[move.speed] * stretch


def _position(film: Filming, s: _State, point: Vec3, base: Vec3) -> tuple[Vec3, Vec3]:
    """Where the moves take a camera that would stand at ``base``, walls or none; and its right."""
    position = base
    if s.orbit:
        a, (x, _, z) = math.radians(s.orbit), film.centre or point
        dx, dz = position[0] - x, position[2] - z
        position = (
            x + dx * math.cos(a) + dz * math.sin(a),
            position[1],
            z - dx * math.sin(a) + dz * math.cos(a),
        )
    right, forward = across(sub(point, position))
    position = add(add(position, forward, s.dolly), right, s.truck)
    return (position[0], position[1] + s.crane, position[2]), right


def _key(film: Filming, s: _State, t: float, point: Vec3, base: Vec3) -> CameraKey:
    aimed = point
    for goal, part in s.aims:
        aimed = mix(aimed, goal, part)
    position, right = _position(film, s, aimed, base)
    position = _kept_inside(film, position)
    focal = film.focal_mm * s.zoom
    target = _aimed(film, position, aimed, focal)
    if s.truck:  # half a truck is felt as sliding past, half is held by the head
        loose = aim(add(position, right, -s.truck), aimed, film.u, film.v, focal, film.aspect)
        target = mix(target, add(loose, right, s.truck), 0.45)
    if s.pan or s.tilt:
        target = _turned(position, target, s.pan, s.tilt)
    sharp = add(film.focus_point, sub(point, film.point)) if film.focus_at is None else film.focus_at(t)
    for goal, part in s.aims:
        sharp = mix(sharp, goal, part)
    focus = distance(position, sharp)
    if film.rack_to is not None:
        part = eased(max(0.0, min(1.0, (t / max(film.seconds, 0.1) - 0.35) / 0.3)))
        focus += (distance(position, film.rack_to(t)) - focus) * part
    return CameraKey(r4(t), v4(position), v4(target), r4(focal), r4(film.f_stop), r4(max(0.2, focus)), r4(film.roll))


def _aimed(film: Filming, position: Vec3, point: Vec3, focal_mm: float) -> Vec3:
    """The target of a key, found once while a camera stays where it is and only turns."""
    known = film.aimed[0] if film.aimed else None
    if known is None or known[0] != (position, point, focal_mm):
        known = (position, point, focal_mm), aim(position, point, film.u, film.v, focal_mm, film.aspect)
        film.aimed[:] = [known]
    return known[1]


def _carried(film: Filming, t: float, point: Vec3) -> tuple[Vec3, Vec3]:
    """Camera and aim of a mounted camera: both stand still in the frame of what carries them."""
    assert film.ridden_at is not None
    here, there = _riding(film.ridden_at, t), _riding(film.ridden_at, film.at)
    angle = math.radians(turn(here.yaw - there.yaw))

    def moved(p: Vec3) -> Vec3:
        d = sub(p, there.position)
        x = d[0] * math.cos(angle) + d[2] * math.sin(angle)
        return add(here.position, (x, d[1], d[2] * math.cos(angle) - d[0] * math.sin(angle)))

    return moved(film.position), moved(film.point)


def _riding(path: list[Ridden], t: float) -> Ridden:
    if t <= path[0].time:
        return path[0]
    for a, b in pairwise(path):
        if t <= b.time:
            p = (t - a.time) / max(b.time - a.time, 1e-9)
            return Ridden(t, mix(a.position, b.position, p), a.yaw + turn(b.yaw - a.yaw) * p)
    return path[-1]


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


Moment = tuple[Fraction, Pyramid]
"""A time of a scene, and what a shot's camera sees then."""


def moments(keys: tuple[CameraKey, ...], start: Fraction, end: Fraction, aspect: float) -> list[Moment]:
    """Nine times of a shot from ``start``, its own zero, to ``end``, each with what its camera sees."""
    times = accumulate(repeat((end - start) / 8, 8), initial=start)
    if len(keys) == 1:
        still = Pyramid(at_time(keys, 0.0), aspect)
        return [(t, still) for t in times]
    return [(t, Pyramid(at_time(keys, apart(start, t)), aspect)) for t in times]


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
