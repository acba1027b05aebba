"""Where the camera can stand: the search over azimuths for a place inside the walls that sees its subject well.

Every candidate is scored for angle, lens, light across the face, what stands in the way and depth behind the subject;
the best one wins, ties by order. A camera depends on its own shot and the blocking only, never on another shot's lens.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from compiler.staging.blocking import Body, Stage
from compiler.staging.lens import GATE
from compiler.staging.model import LightKind, Vec3
from compiler.staging.places import Mark
from compiler.staging.space import add, distance, dot, flat, heading, sub, turn, unit

_DEPTH = 0.36
"""What six metres of depth behind a subject are worth."""
_GRAIN = 80.0 / 2**18
"""Metres to which the distance to a wall is told."""
WALL = 0.25
"""Metres a camera keeps from walls."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a camera is wanted to do: look at ``point`` from ``yaw`` degrees, ``lift`` degrees up, at ``far`` metres."""

    point: Vec3
    yaw: float
    far: float
    focal_mm: float
    shortest_mm: float
    lift: float = 0.0
    height: float | None = None
    """Camera height over the ground where it is wanted at one; else from ``lift``."""
    fixed_lens: bool = False
    roam: float = 48.0
    """Degrees the search may leave ``yaw`` to either side."""
    subjects: tuple[str, ...] = ()
    sides: tuple[float, ...] = ()
    """Alternatives to ``yaw`` (the other three-quarter), each with equal right."""
    line: tuple[Vec3, Vec3, float] | None = None
    """The 180° line: two floor points and the side (+1, -1) to stay on."""
    hidden: tuple[str, ...] = ()
    """Bodies that are not in the picture (whose eyes the camera is)."""
    light: bool = True
    tolerance: float = 1.4
    """How much tighter than its size a written lens may show it before the lens gives way."""


@dataclass(frozen=True, slots=True)
class Spot:
    position: Vec3
    focal_mm: float
    fits: bool
    """False when the lens asked for cannot show the size asked for in this room."""


def find_spot(wish: Wish, stage: Stage, at: Fraction) -> Spot:
    """The best camera position for a wish with the blocking as it is at ``at``."""
    best: tuple[float, Spot] | None = None
    bodies = [
        (b, stage.eyes(b, at)) for n, b in sorted(stage.bodies.items()) if n not in wish.hidden and stage.here(b, at)
    ]
    search = _Search(
        wish,
        stage,
        bodies,
        key_light(stage, wish.point) if wish.light else None,
        math.cos(math.radians(wish.lift)) if wish.height is None else 1.0,
        _headroom(stage, wish),
        stage.floor.inside(wish.point, WALL),
        stage.placed.marks.get("sea") if wish.far > 4.0 else None,
    )
    for base in (wish.yaw, *wish.sides):
        for step in _offsets(wish.roam):
            away = abs(step) / 26.0
            if best is not None and away - _DEPTH > best[0]:
                break  # nothing further off can be worth it
            found = _try(search, turn(base + step), math.inf if best is None else best[0] - away)
            if found is not None and (best is None or found[0] + away < best[0] - 1e-6):
                best = (found[0] + away, found[1])
    assert best is not None
    return best[1]


def key_light(stage: Stage, point: Vec3) -> Vec3 | None:
    """Unit floor direction from ``point`` towards its strongest light, if one stands out from the side."""
    best, found = 0.0, None
    for light in stage.placed.spec.lights:
        if light.kind is LightKind.SKY or light.intensity <= 0:
            continue
        level = light.intensity * max(light.colour)
        if light.kind is LightKind.SUN:
            towards = (-light.direction[0], 0.0, -light.direction[2])
        else:
            towards = sub(light.position, point)
            level /= max(0.25, dot(towards, towards))
        if light.people_only:
            level *= 0.7
        if level > best and math.hypot(towards[0], towards[2]) > 1e-3:
            best, found = level, unit((towards[0], 0.0, towards[2]))
    return found


@cache
def _offsets(roam: float) -> tuple[float, ...]:
    steps = [0.0]
    angle = 8.0
    while angle <= roam:
        steps += [angle, -angle]
        angle += 8.0
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _Search:
    """A search for one wish: all that is the same in every direction."""

    wish: Wish
    stage: Stage
    bodies: list[tuple[Body, Vec3]]
    """Who is in the picture, and where their eyes are."""
    key: Vec3 | None
    """The way to the key light, when it counts."""
    level: float
    """Metres over the floor for each metre of distance."""
    headroom: float
    inside: bool
    """Whether a camera could stand where it looks."""
    sea: Mark | None


def _try(search: _Search, yaw: float, worst: float) -> tuple[float, Spot] | None:
    """Cost and place in one direction; ``None`` as soon as it is certain to cost more than ``worst``."""
    wish, stage, key, level = search.wish, search.stage, search.key, search.level
    way = heading(yaw)
    far, focal, cost, fits = wish.far, wish.focal_mm, 0.0, True
    can = min(_reach(search, way) / max(level, 1e-3), search.headroom)
    if far > can:
        can = max(can, 0.35)
        shrunk = focal * can / far
        if wish.fixed_lens:
            tighter = far / can
            fits = tighter <= wish.tolerance
            focal = focal if fits else max(wish.shortest_mm, shrunk)
            cost += 2.2 * math.log2(tighter)
        else:
            focal = max(shrunk, wish.shortest_mm)
            cost += 1.1 * math.log2(wish.focal_mm / focal) + 3.0 * max(0.0, math.log2(wish.shortest_mm / shrunk))
        far = can
    if cost - _DEPTH > worst:
        return None
    position = add(wish.point, way, far * level)
    position = (position[0], _camera_height(wish, stage, position, far), position[2])
    if key is not None:
        # Light across the face, from the far side: best when the camera is some 90 to 130 degrees from the key.
        apart = math.degrees(math.acos(max(-1.0, min(1.0, dot(way, key)))))
        cost += 0.8 * abs(apart - 105.0) / 90.0
    if wish.line is not None and side_of(wish.line[0], wish.line[1], position) * wish.line[2] < 0:
        cost += 2.5
    if cost - _DEPTH > worst:
        return None
    cost += _in_the_way(wish, position, focal, stage, search.bodies)
    cost -= _DEPTH / 6.0 * min(6.0, _depth_behind(stage, wish.point, way))
    sea = search.sea
    if sea is not None and sea.point is not None:
        # Where there is a sea, a wide shot looks out to it.
        cost += 0.9 * (1.0 + dot(way, unit((sea.point[0] - wish.point[0], 0.0, sea.point[2] - wish.point[2]))))
    return cost, Spot(position, focal, fits)


def side_of(a: Vec3, b: Vec3, p: Vec3) -> float:
    """On which side of the line from a to b a point lies: its sign."""
    return (b[0] - a[0]) * (p[2] - a[2]) - (b[2] - a[2]) * (p[0] - a[0])


def _camera_height(wish: Wish, stage: Stage, position: Vec3, far: float) -> float:
    ground = stage.floor.surface(position[0], position[2])
    y = ground + wish.height if wish.height is not None else wish.point[1] + far * math.sin(math.radians(wish.lift))
    top = ground + 400.0
    if stage.placed.spec.interior and stage.placed.spec.shell.kind != "none":
        top = stage.placed.spec.shell.height - 0.18
    return min(max(y, ground + 0.22), top)


def _reach(search: _Search, way: Vec3) -> float:
    """How far from the point a camera can stand in one direction, inside the walls."""
    wish, stage = search.wish, search.stage
    if not stage.placed.spec.interior and stage.floor.inside(add(wish.point, way, wish.far + 1.0), WALL):
        return 400.0
    if not search.inside:
        return _reach_outside(stage, wish, way)
    return min(math.floor(stage.floor.exit(wish.point, way, WALL) / _GRAIN) * _GRAIN, 80.0 - _GRAIN)


def _reach_outside(stage: Stage, wish: Wish, way: Vec3) -> float:
    """The same from a point nearer to a wall than a camera goes: what lies beyond may be free again."""
    low, high = 0.0, 80.0
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if stage.floor.inside(add(wish.point, way, middle), WALL) else (low, middle)
    return low


def _headroom(stage: Stage, wish: Wish) -> float:
    """How far a raised or lowered camera can go before it meets the ceiling or the ground."""
    rise = math.sin(math.radians(wish.lift))
    if wish.height is not None or abs(wish.lift) < 30.0:
        return 400.0  # a gentle angle flattens out instead
    if rise < 0:
        return (wish.point[1] - stage.floor.ground(wish.point[0], wish.point[2]) - 0.22) / -rise
    if not stage.placed.spec.interior:
        return 400.0
    return (stage.placed.spec.shell.height - 0.2 - wish.point[1]) / rise


def _depth_behind(stage: Stage, point: Vec3, way: Vec3) -> float:
    if not stage.placed.spec.interior:
        return 6.0
    far, shell = 0.0, stage.placed.spec.shell
    if shell.kind in ("none", "round room"):
        while far < 6.0 and stage.floor.inside(add(point, way, -far - 0.5), 0.0):
            far += 0.5
        return far
    across, along = shell.width / 2, shell.depth / 2
    while (
        far < 6.0 and abs(point[0] - way[0] * (far + 0.5)) <= across and abs(point[2] - way[2] * (far + 0.5)) <= along
    ):
        far += 0.5
    return far


def _in_the_way(wish: Wish, position: Vec3, focal_mm: float, stage: Stage, bodies: list[tuple[Body, Vec3]]) -> float:
    """Cost of furniture and people at the lens or between it and the subject."""
    cost = 0.0
    x, y, z = position
    boxes = stage.floor.things
    for box in boxes:
        if (
            abs(x - box.x) < box.half_x + 0.22
            and abs(z - box.z) < box.half_z + 0.22
            and box.base - 0.15 < y < box.top + 0.15
        ):
            cost += 6.0
    dx, dy, dz = wish.point[0] - x, wish.point[1] - y, wish.point[2] - z
    for part in (0.25, 0.45, 0.65, 0.82):
        px, py, pz = p = (x + dx * part, y + dy * part, z + dz * part)
        if distance(p, wish.point) < 0.3:
            continue
        if py < stage.floor.surface(px, pz) + 0.05:
            cost += 2.0  # a dune between them
        for box in boxes:
            if abs(px - box.x) < box.half_x and abs(pz - box.z) < box.half_z and box.base < py < box.top:
                cost += 1.2
    sight = math.sqrt(dx * dx + dy * dy + dz * dz)
    ahead = unit((dx, dy, dz))
    for body, eyes in bodies:
        if y < eyes[1] + 0.6 and flat(position, eyes) < 0.55:
            cost += 6.0
        if body.name in wish.subjects:
            continue
        t = (eyes[0] - x) * ahead[0] + (eyes[1] - y) * ahead[1] + (eyes[2] - z) * ahead[2]
        if 0.0 < t < sight - 0.3:
            near = (x + ahead[0] * t, y + ahead[1] * t, z + ahead[2] * t)
            beside = flat(near, eyes)
            if beside < 0.36 and near[1] < eyes[1] + 0.25:
                cost += 2.0
            elif wish.subjects and beside - 0.25 < t * GATE / 2 / focal_mm:
                cost += 0.9  # a stranger's back at the edge of somebody's own shot
    return cost
