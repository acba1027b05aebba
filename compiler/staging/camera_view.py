"""What a camera is solved for and what comes of it; and the line of a scene, which both composition and grammar keep to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from compiler.meaning.film import Shot, Size
from compiler.staging.blocking import Body, Stage
from compiler.staging.framing import Spot, key_light, side_of
from compiler.staging.model import CameraTrack, Vec3
from compiler.staging.places import Mark
from compiler.staging.space import add, dot, flat, floated, heading, mix, yaw_to
from compiler.staging.world_things import size_of as size_of_thing

OPEN = (Size.EXTREME_WIDE, Size.WIDE)
"""Sizes that promise a view rather than a measure: in a small room they are what the lens gives."""


def nobody_there(name: str, at: Fraction) -> tuple[Vec3, ...]:
    """There is no group in the shot."""
    return ()


@dataclass(frozen=True, slots=True)
class View:
    """What a camera is solved for: the stage, all that is seen of the shot on the scene's clock, the picture's shape."""

    stage: Stage
    start: Fraction
    seconds: float
    aspect: float
    speaker: str = ""
    """Who speaks first in the shot, if anybody on screen does."""
    talk_at: Fraction | None = None
    before: Solved | None = None
    """The shot before this one in its scene, as solved: what ``continues`` goes on from and ``match`` lines up with."""
    crowd_at: Callable[[str, Fraction], tuple[Vec3, ...]] = nobody_there
    """Eyes of a group's people at a time."""

    def mark_at(self, name: str, at: Fraction) -> Mark | None:
        """A thing that is held, has been moved or moves, as it is at a time; ``None`` for all that the set keeps in place."""
        world = self.stage.world
        thing = None if world is None else world.find(name, "", at)
        if world is None or thing is None or thing not in world.made:
            return None
        if thing in world.home_of and thing not in world.state(at).items and thing not in world.ways:
            return None
        base = world.where(thing, at)
        if base is None:
            return None
        size = size_of_thing(world.made[thing])
        return Mark(name, base, world.yaw(thing, at), "look", 0.0, add(base, (0.0, size[1] * 0.55, 0.0)), size)


@dataclass(frozen=True, slots=True)
class Solved:
    """A camera's whole way through a shot."""

    track: CameraTrack
    hidden: tuple[str, ...] = ()
    """People whose eyes the camera is, or who stand in its way: not in the picture."""
    end: float = 0.0
    """Shot time of its last frame."""
    stage: Stage | None = None
    size: Size | None = None
    placed_at: tuple[float, float] = (0.5, 0.5)
    """Where in the picture its subject lies."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A composition: the point framed, where it lies in the picture, and the camera that does it."""

    point: Vec3
    u: float
    v: float
    spot: Spot
    follow: Body | None = None
    focus: str = ""
    focus_point: Vec3 | None = None
    hidden: tuple[str, ...] = ()
    travels: bool = False
    moving: str = ""
    """The thing that is framed, when things move."""


def size_of(shot: Shot) -> Size:
    """The shot's size, or what it means to give none."""
    if shot.size is not None:
        return shot.size
    return Size.WIDE if shot.establishing or not shot.subjects else Size.MEDIUM


def partner(stage: Stage, body: Body, at: Fraction) -> Body | None:
    """Whom somebody looks at, if at anybody."""
    look = body.did.look_at(floated(at) + 1e-9)
    other = None if look is None else stage.bodies.get(look.act.at)
    return other if other is not body else None


def scene_line(stage: Stage, at: Fraction, between: tuple[Body, ...] = ()) -> tuple[Vec3, Vec3, float] | None:
    """The 180° line: between two people, else the scene's first two, else from the only one to what they face.

    Its side is settled by the opening positions alone: where a camera has room and the key light falls across. With
    more than two people every pair has a line of its own, the same whoever of the two is seen.
    """
    people = line_of(stage, at, between)
    if not people:
        return None
    a = people[0]
    if len(people) > 1:
        first, second = a.start.position, people[1].start.position
        now = (stage.stance_at(a, at).position, stage.stance_at(people[1], at).position)
    else:
        first = a.start.position
        second = add(first, heading(a.start.yaw), 1.0)
        here = stage.stance_at(a, at)
        now = (here.position, add(here.position, heading(here.yaw), 1.0))
    if flat(first, second) < 0.05:
        return None
    names = (a.name, *(b.name for b in people[1:2]))
    good = stage.sides.get(names)
    if good is None:
        good = stage.sides[names] = _good_side(stage, first, second)
    return now[0], now[1], good


def line_of(stage: Stage, at: Fraction, between: tuple[Body, ...] = ()) -> tuple[Body, ...]:
    """The people a line runs between, by name: two of those given, else the one given and whom they look at."""
    people = sorted(stage.bodies.values(), key=lambda b: b.name)
    if len(people) > 2 and between:
        pair = [*between[:2]]
        if len(pair) < 2 and (other := partner(stage, pair[0], at)) is not None:
            pair.append(other)
        if len(pair) == 2 and pair[0] is not pair[1]:
            return tuple(sorted(pair, key=lambda b: b.name))
        return (pair[0], next(b for b in people if b is not pair[0]))
    return tuple(people[:2])


def clear_side(a: Vec3, b: Vec3, camera: Vec3) -> int:
    """The side of a line a camera is on: +1, -1, or 0 within ten degrees of the line, where both sides meet."""
    middle = mix(a, b, 0.5)
    off = side_of(a, b, camera) / max(flat(a, b) * flat(middle, camera), 1e-6)
    return 0 if abs(off) < 0.17 else int(math.copysign(1, off))


def _good_side(stage: Stage, first: Vec3, second: Vec3) -> float:
    """The side of a line, +1 or -1, where a camera has room and the key light falls across."""
    middle = mix(first, second, 0.5)
    across = heading(yaw_to(first, second) + 90.0)
    score = {}
    for side in (1.0, -1.0):
        way = (across[0] * side, 0.0, across[2] * side)
        room = 0.0
        while room < 6.0 and stage.floor.inside(add(middle, way, room + 0.25), 0.25):
            room += 0.25
        key = key_light(stage, add(middle, (0.0, 1.3, 0.0)))
        light = 0.0 if key is None else -dot(way, key)
        score[side_of(first, second, add(middle, way)) > 0] = min(room, 4.0) / 4.0 + 0.7 * light
    return 1.0 if score.get(True, -9.0) >= score.get(False, -9.0) else -1.0
