"""Ways across a set: walking and running to somebody or something, coming in and going out, turning, standing up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from compiler.staging.blocking import RUNNING_PACE, Body, Stage, tidy
from compiler.staging.model import Act, ActKind, Posture, Stance, Vec3
from compiler.staging.performance import Doing
from compiler.staging.places import Mark
from compiler.staging.space import add, flat, heading, mix, ms, r4, turn, v4, yaw_to

ORDINARY_PACE = 1.05
"""Metres per second of an unhurried walk indoors, turns and settling included."""
ARM = 0.85
"""How far from a standing body a hand goes without a step, metres."""


def walk(
    stage: Stage, body: Body, goal: Vec3, yaw: float | None, start: Fraction, tempo: float, run: bool = False
) -> Fraction:
    """Goes to a floor point, standing up first; returns when they are there. ``tempo`` 1 is an ordinary walk or run."""
    start = stand(stage, body, start, tempo) if body.stance().posture is not Posture.STAND else start
    here = body.stance()
    path = stage.floor.walk(here.position, goal)
    far = sum(flat(a, b) for a, b in zip((here.position, *path), path, strict=False))
    if far < 0.12:
        return start if yaw is None else face(stage, body, yaw, start, tempo)
    facing = yaw if yaw is not None else yaw_to(path[-2] if len(path) > 1 else here.position, path[-1])
    # Nobody gets into a run over two or three steps.
    run = run and far > 2.2
    seconds = 0.7 + far / (RUNNING_PACE * min(tempo, 1.6)) if run else 0.5 + far / (ORDINARY_PACE * tempo)
    act = Act(
        ActKind.WALK,
        0,
        0,
        path=tuple(v4(p) for p in path),
        yaw=r4(turn(facing)),
        style="run" if run else "",
        speed=r4(tempo),
    )
    return stage.add_act(body, act, start, ms(round(max(0.9, seconds), 2)), Stance(path[-1], facing))


def goal(stage: Stage, words: str, origin: Vec3, near: float = 1.5) -> tuple[Vec3, float | None] | None:
    """Where to stand for ``words`` and how to face there."""
    other = stage.body(words)
    if other is not None:
        there = other.stance().position
        if flat(there, origin) < near:
            return origin, yaw_to(origin, there)
        spot = stage.floor.near(add(there, heading(yaw_to(there, origin)), min(1.15, near)))
        return spot, yaw_to(spot, there)
    mark = stage.mark(words) if words else None
    if mark is None:
        return None
    yaw: float | None = mark.yaw
    if mark.point is None:
        yaw = None  # a bare spot on the floor: one stays as one came
    elif flat(mark.point, mark.position) > 0.15:
        yaw = yaw_to(mark.position, mark.point)
    if mark.kind == "sit":
        return beside(stage, mark, origin), None
    return stage.floor.near(mark.position), yaw


def come_near(stage: Stage, body: Body, words: str, point: Vec3, start: Fraction, tempo: float) -> Fraction:
    """Walks until ``point`` is within a hand's reach, standing up if it has to be; returns when it is."""
    here = body.stance()
    far = flat(point, here.position)
    if far <= ARM or (here.posture is not Posture.STAND and far <= ARM + 0.35):
        return start
    found = goal(stage, words, here.position, 0.8)
    spot = found[0] if found is not None else here.position
    if flat(spot, point) > ARM:
        spot = stage.floor.near(add((point[0], 0.0, point[2]), heading(yaw_to(point, here.position)), 0.55))
    spot = clear(stage, body, spot, point)
    return walk(stage, body, spot, yaw_to(spot, point), start, tempo)


_ROOM = 0.52
"""Metres that the middles of two people keep from each other."""


def clear(stage: Stage, body: Body, spot: Vec3, point: Vec3 | None = None) -> Vec3:
    """The floor point nearest to ``spot`` where nobody else stands, still within reach of ``point`` if there is one."""
    taken = [b.stance().position for b in stage.bodies.values() if b is not body]
    if all(flat(p, spot) >= _ROOM for p in taken):
        return spot
    tries = [
        stage.floor.near(add(spot, heading(45.0 * turned), far)) for far in (0.55, 0.75, 0.95) for turned in range(8)
    ]
    free = [p for p in tries if all(flat(p, other) >= _ROOM for other in taken)]
    near = [p for p in free if point is None or flat(p, point) <= ARM + 0.1]
    return min(
        near or free or [spot], key=lambda p: (round(flat(p, spot), 3), round(flat(p, body.stance().position), 3))
    )


def travel(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """``walk``, ``run``, ``walk away``, ``back`` and ``follow``."""
    here = body.stance()
    run = doing.act == "run"
    tempo = doing.tempo / 1.6 if run else doing.tempo
    match doing.act:
        case "back":
            spot = stage.floor.near(add(here.position, heading(here.yaw), -0.7))
            return walk(stage, body, spot, here.yaw, start, tempo)
        case "walk away":
            away = [b for b in stage.bodies.values() if b is not body]
            near = min(away, key=lambda b: (flat(b.stance().position, here.position), b.name), default=None)
            yaw = here.yaw if near is None else yaw_to(near.stance().position, here.position)
            return walk(stage, body, _ahead(stage, here, yaw), yaw, start, tempo)
        case "follow" if (other := stage.body(doing.target)) is not None and other is not body:
            there = other.stance()
            spot = stage.floor.near(add(there.position, heading(yaw_to(there.position, here.position)), 1.0))
            run = any(d.act.style == "run" for d in other.did[-3:])
            return walk(stage, body, spot, yaw_to(spot, there.position), start + Fraction(2, 5), tempo, run)
        case _:
            found = goal(stage, doing.target, here.position)
            if found is None:
                far = (6.0, 4.0, 3.0, 2.0, 1.1) if run else (1.1,)
                found = (_ahead(stage, here, here.yaw, far), here.yaw)
            return walk(stage, body, clear(stage, body, found[0]), found[1], start, tempo, run)


def _ahead(stage: Stage, here: Stance, yaw: float, tries: tuple[float, ...] = (4.0, 3.0, 2.0, 1.2)) -> Vec3:
    """A free floor point as far ahead as there is room."""
    far = next((d for d in tries if stage.floor.free(add(here.position, heading(yaw), d))), 0.8)
    return stage.floor.near(add(here.position, heading(yaw), far))


def enter(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Comes in by the door named, else by the set's: whoever has not moved yet, and whoever had left, is outside."""
    door = stage.mark(doing.target) if doing.target else None
    door = door or stage.mark("door") or stage.mark("left")
    if door is not None and not body.did.moves.items:
        goal = body.start
        body.start = tidy(
            Stance(stage.floor.near(door.position), turn(door.yaw + (180.0 if door.kind != "stand" else 0.0)))
        )
        body.enters = start - Fraction(1, 10)
        inwards = (
            goal.position if flat(goal.position, body.start.position) > 1.0 and goal.posture is Posture.STAND else None
        )
        spot = inwards or stage.floor.near(mix(body.start.position, (0.0, body.start.position[1], 0.0), 0.45))
        return walk(stage, body, spot, None, start, doing.tempo)
    if door is not None and body.away and body.away[-1][1] == start:
        here = body.stance().position
        return walk(stage, body, stage.floor.near(mix(here, (0.0, here[1], 0.0), 0.45)), None, start, doing.tempo)
    return start + Fraction(1, 2)


def leave(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Goes out by the door named, else by the set's."""
    door = stage.mark(doing.target) if doing.target else None
    door = door or stage.mark("door") or stage.mark("right")
    end = start + Fraction(1, 2)
    if door is not None:
        run = doing.style == "run"
        tempo = doing.tempo / 1.6 if run else doing.tempo
        end = walk(stage, body, stage.floor.near(door.position), door.yaw, start, tempo, run)
    body.leaves = end
    return end


def beside(stage: Stage, seat: Mark, origin: Vec3) -> Vec3:
    """Where one stands before sitting down: in front of the seat or at its free side, whichever is nearer."""
    spots = [add(seat.position, heading(seat.yaw + a), 0.52) for a in (0.0, 90.0, -90.0)]
    free = [s for s in spots if stage.floor.free(s, 0.2)]
    return min(free or [stage.floor.near(spots[0])], key=lambda s: (round(flat(s, origin), 3), s))


def stand(stage: Stage, body: Body, start: Fraction, tempo: float) -> Fraction:
    """Gets up, if they are not standing."""
    here = body.stance()
    if here.posture is Posture.STAND:
        return start
    spot = here.position
    if here.posture is Posture.SIT:
        spot = _foot_room(body, here)
        spot = (spot[0], stage.floor.ground(spot[0], spot[2]), spot[2])
    act = Act(ActKind.STAND_UP, 0, 0, path=(v4(spot),), yaw=r4(here.yaw), speed=r4(tempo))
    return stage.add_act(body, act, start, ms(1.6 / tempo), Stance(spot, here.yaw))


def _foot_room(body: Body, seated: Stance) -> Vec3:
    """Where a seated person comes to stand: over their feet, a thigh's length before the seat."""
    return add(seated.position, heading(seated.yaw), 0.4 * body.person.height / 1.7)


def face(
    stage: Stage, body: Body, yaw: float, start: Fraction, tempo: float, least: Fraction = Fraction(0)
) -> Fraction:
    """Turns on the spot, unless the body faces that way already."""
    here = body.stance()
    angle = abs(turn(yaw - here.yaw))
    if angle < 12.0:
        return start + least
    seconds = ms(round((0.5 + angle / 150.0) / tempo, 2))
    act = Act(ActKind.TURN, 0, 0, yaw=r4(turn(yaw)), speed=r4(tempo))
    return stage.add_act(body, act, start, seconds, replace(here, yaw=turn(yaw)))
