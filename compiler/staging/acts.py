"""Doing what the prose says: each act of the lexicon as timed acts of a body, with the walk or turn it takes first."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from compiler.staging.blocking import FOREVER, Body, Dimmed, Stage, tidy
from compiler.staging.model import Act, ActKind, Posture, Stance, Vec3
from compiler.staging.performance import Doing
from compiler.staging.places import Mark
from compiler.staging.space import add, flat, heading, mix, ms, r4, turn, v4, yaw_to

ORDINARY_PACE = 1.05
"""Metres per second of an unhurried walk indoors, turns and settling included."""


def perform(stage: Stage, doing: Doing, now: Fraction) -> tuple[Fraction, Fraction]:
    """Plays one doing no earlier than ``now``; returns when it begins and ends."""
    if doing.thing:
        return _light(stage, doing, now)
    body = stage.bodies[doing.subject]
    start = max(now, body.free_at)
    body.leaves = None  # whoever goes on acting has not left
    match doing.act:
        case "enter":
            end = _enter(stage, body, doing, start)
        case "exit":
            end = _exit(stage, body, doing, start)
        case "walk" | "back" | "walk away":
            end = _walk_to(stage, body, doing, start)
        case "sit":
            end = _sit(stage, body, doing, start)
        case "stand":
            end = _stand(stage, body, start, doing.tempo)
        case "kneel" | "lie":
            end = _lower(stage, body, doing, start)
        case "turn" | "turn away":
            end = _turn(stage, body, doing, start)
        case "look" | "look up" | "look down" | "look away":
            end = _gaze(stage, body, doing, start)
        case "reach" | "touch":
            end = _reach(stage, body, doing, start)
        case "gesture":
            end = _gesture(stage, body, doing, start)
        case "emote":
            end = start + ms(doing.seconds)
            stage.change_face(body, doing.style, doing.value, start, end)
        case "breathe":
            end = stage.add_act(
                body, Act(ActKind.BREATHE, 0, 0, style=doing.style, speed=r4(doing.tempo)), start, ms(doing.seconds)
            )
        case "close eyes":
            end = stage.add_act(body, Act(ActKind.CLOSE_EYES, 0, 0), start, ms(doing.seconds), until=FOREVER)
        case "open eyes":
            end = _open_eyes(stage, body, start, ms(doing.seconds))
        case _:
            end = start + ms(doing.seconds)
    if doing.act not in ("look", "look up", "look down", "emote", "close eyes"):
        body.free_at = max(body.free_at, end)
    return start, end + ms(doing.hold)


def _walk(stage: Stage, body: Body, goal: Vec3, yaw: float | None, start: Fraction, tempo: float) -> Fraction:
    start = _stand(stage, body, start, tempo) if body.stance().posture is not Posture.STAND else start
    here = body.stance()
    path = stage.floor.walk(here.position, goal)
    far = sum(flat(a, b) for a, b in zip((here.position, *path), path, strict=False))
    if far < 0.12:
        return start if yaw is None else _face(stage, body, yaw, start, tempo)
    facing = yaw if yaw is not None else yaw_to(path[-2] if len(path) > 1 else here.position, path[-1])
    seconds = ms(round(max(0.9, 0.5 + far / (ORDINARY_PACE * tempo)), 2))
    act = Act(ActKind.WALK, 0, 0, path=tuple(v4(p) for p in path), yaw=r4(turn(facing)), speed=r4(tempo))
    return stage.add_act(body, act, start, seconds, Stance(path[-1], facing))


def _goal(stage: Stage, words: str, origin: Vec3) -> tuple[Vec3, float | None] | None:
    """Where to stand for ``words`` and how to face there."""
    other = stage.body(words)
    if other is not None:
        there = other.stance().position
        if flat(there, origin) < 1.5:
            return origin, yaw_to(origin, there)
        spot = stage.floor.near(add(there, heading(yaw_to(there, origin)), 1.15))
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
        return _beside(stage, mark, origin), None
    return stage.floor.near(mark.position), yaw


def _walk_to(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    here = body.stance()
    if doing.act == "back":
        spot = stage.floor.near(add(here.position, heading(here.yaw), -0.7))
        return _walk(stage, body, spot, here.yaw, start, doing.tempo)
    if doing.act == "walk away":
        away = [b for b in stage.bodies.values() if b is not body]
        near = min(away, key=lambda b: (flat(b.stance().position, here.position), b.name), default=None)
        yaw = here.yaw if near is None else yaw_to(near.stance().position, here.position)
        far = next((d for d in (4.0, 3.0, 2.0, 1.2) if stage.floor.free(add(here.position, heading(yaw), d))), 0.8)
        return _walk(stage, body, stage.floor.near(add(here.position, heading(yaw), far)), yaw, start, doing.tempo)
    goal = _goal(stage, doing.target, here.position)
    if goal is None:
        goal = (stage.floor.near(add(here.position, heading(here.yaw), 1.1)), here.yaw)
    return _walk(stage, body, goal[0], goal[1], start, doing.tempo)


def _enter(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    door = stage.mark(doing.target) if doing.target else None
    door = door or stage.mark("door") or stage.mark("left")
    if door is not None and not any(d.after for d in body.did):
        goal = body.start
        body.start = tidy(
            Stance(stage.floor.near(door.position), turn(door.yaw + (180.0 if door.kind != "stand" else 0.0)))
        )
        body.enters = start - Fraction(1, 10)
        inwards = (
            goal.position if flat(goal.position, body.start.position) > 1.0 and goal.posture is Posture.STAND else None
        )
        spot = inwards or stage.floor.near(mix(body.start.position, (0.0, body.start.position[1], 0.0), 0.45))
        return _walk(stage, body, spot, None, start, doing.tempo)
    return start + Fraction(1, 2)


def _exit(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    door = stage.mark(doing.target) if doing.target else None
    door = door or stage.mark("door") or stage.mark("right")
    end = start + Fraction(1, 2)
    if door is not None:
        end = _walk(stage, body, stage.floor.near(door.position), door.yaw, start, doing.tempo)
    body.leaves = end
    return end


def _beside(stage: Stage, seat: Mark, origin: Vec3) -> Vec3:
    """Where one stands before sitting down: in front of the seat or at its free side, whichever is nearer."""
    spots = [add(seat.position, heading(seat.yaw + a), 0.52) for a in (0.0, 90.0, -90.0)]
    free = [s for s in spots if stage.floor.free(s, 0.2)]
    return min(free or [stage.floor.near(spots[0])], key=lambda s: (round(flat(s, origin), 3), s))


def _sit(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    here = body.stance()
    if here.posture is Posture.SIT:
        return start
    seat = _seat(stage, doing.target, here.position)
    if seat is None:
        return stage.add_act(body, Act(ActKind.TURN, 0, 0, yaw=here.yaw), start, Fraction(1, 2))
    spot = _beside(stage, seat, here.position)
    if flat(here.position, spot) > 0.35:
        start = _walk(stage, body, spot, seat.yaw, start, doing.tempo)
    act = Act(
        ActKind.SIT,
        0,
        0,
        path=(v4(seat.position),),
        yaw=r4(seat.yaw),
        value=r4(seat.seat_height),
        speed=r4(doing.tempo),
    )
    return stage.add_act(
        body, act, start, ms(doing.seconds or 1.7), Stance(seat.position, seat.yaw, Posture.SIT, seat.seat_height)
    )


def _seat(stage: Stage, words: str, origin: Vec3) -> Mark | None:
    """The seat meant, or the nearest to what is named, that nobody sits on."""
    taken = {b.stance().position for b in stage.bodies.values() if b.stance().posture is Posture.SIT}
    mark = stage.mark(words) if words else None
    if mark is not None and mark.kind == "sit" and v4(mark.position) not in taken:
        return mark
    near = (mark.point or mark.position) if mark is not None else origin
    seats = [m for m in stage.placed.marks.values() if m.kind == "sit" and v4(m.position) not in taken]
    return min(
        seats,
        key=lambda m: (round(flat(m.position, near), 2), round(flat(m.position, origin), 2), m.name),
        default=None,
    )


def _stand(stage: Stage, body: Body, start: Fraction, tempo: float) -> Fraction:
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


def _lower(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    goal = _goal(stage, doing.target, body.stance().position) if doing.target else None
    if goal is not None:
        start = _walk(stage, body, goal[0], goal[1], start, doing.tempo)
    here = body.stance()
    posture = Posture.KNEEL if doing.act == "kneel" else Posture.LIE
    act = Act(
        ActKind.SIT,
        0,
        0,
        path=(v4(here.position),),
        yaw=r4(here.yaw),
        value=0.0,
        style=posture.value,
        speed=r4(doing.tempo),
    )
    return stage.add_act(body, act, start, ms(doing.seconds), Stance(here.position, here.yaw, posture, 0.0))


def _turn(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    here = body.stance()
    point = stage.point(doing.target, here.position)
    if point is None and doing.act == "turn away":
        near = min(
            (b for b in stage.bodies.values() if b is not body),
            key=lambda b: (flat(b.stance().position, here.position), b.name),
            default=None,
        )
        yaw = here.yaw + 120.0 if near is None else yaw_to(here.position, near.stance().position) + 150.0
    elif point is None:
        yaw = here.yaw + 180.0
    else:
        yaw = yaw_to(here.position, point) + (150.0 if doing.act == "turn away" else 0.0)
        if doing.act == "turn":
            other = stage.body(doing.target)
            stage.look(body, start, point, other.name if other else "", held=Fraction(3))
    if here.posture is not Posture.STAND:
        return start + ms(doing.seconds)
    return _face(stage, body, yaw, start, doing.tempo, Fraction(2, 5))


def _face(
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


def _gaze(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    here = body.stance()
    other = stage.body(doing.target)
    point = stage.point(doing.target, here.position) if doing.target else None
    if point is None:
        up, far, side = {
            "look up": (0.9, 2.0, 0.3),
            "look down": (-0.75, 0.7, 0.0),
            "look away": (-0.15, 2.0, 1.6),
        }.get(doing.act, (0.0, 3.0, 0.9))
        point = stage.aside(body, up, far, side)
    elif (
        here.posture is Posture.STAND
        and doing.act != "look away"
        and abs(turn(yaw_to(here.position, point) - here.yaw)) > 70.0
    ):
        _turn(stage, body, replace(doing, act="turn"), start)  # further than a neck goes
    elif doing.act == "look away":
        point = stage.aside(body, -0.1, 2.0, 1.4)
    end = start + ms(doing.seconds)
    stage.look(
        body,
        start,
        point,
        other.name if other and doing.act != "look away" else "",
        held=end - start + ms(doing.hold) + Fraction(5, 2),
        tempo=doing.tempo,
    )
    return end


def _reach(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    here = body.stance()
    point = stage.point(doing.target, here.position)
    other = stage.body(doing.target)
    if other is not None:
        point = add(other.stance().position, (0.0, 1.15 if other.stance().posture is Posture.STAND else 0.9, 0.0))
    if point is None:
        return start + ms(doing.seconds)
    if flat(point, here.position) > 0.85 and here.posture is Posture.STAND:
        goal = _goal(stage, doing.target, here.position)
        if goal is not None:
            start = _walk(stage, body, goal[0], yaw_to(goal[0], point), start, doing.tempo)
    stage.look(body, start - Fraction(1, 5), point, "", held=Fraction(5, 2))
    stays = doing.act == "reach"
    stage.release(body, start)
    act = Act(ActKind.REACH, 0, 0, target=v4(point), value=0.0 if stays else r4(doing.value), speed=r4(doing.tempo))
    return stage.add_act(
        body,
        act,
        start,
        ms(doing.seconds),
        until=FOREVER if stays else start + ms(doing.seconds + doing.value + 0.8),
    )


def _gesture(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    point = stage.point(doing.target, body.stance().position) if doing.target else None
    other = stage.body(doing.target)
    if point is not None:
        stage.look(body, start, point, other.name if other else "", held=Fraction(2))
    act = Act(
        ActKind.GESTURE, 0, 0, style=doing.style, target=None if point is None else v4(point), speed=r4(doing.tempo)
    )
    return stage.add_act(body, act, start, ms(doing.seconds))


def _open_eyes(stage: Stage, body: Body, start: Fraction, seconds: Fraction) -> Fraction:
    body.did = [
        replace(d, until=start) if d.act.kind is ActKind.CLOSE_EYES and (d.until or d.end) > start else d
        for d in body.did
    ]
    return start + seconds


def _light(stage: Stage, doing: Doing, now: Fraction) -> tuple[Fraction, Fraction]:
    names = stage.placed.lights(doing.subject)
    start, each = now, ms(doing.seconds)
    apart = Fraction(0)
    if len(names) > 1:
        # One after another, but never slower than a scene can wait for.
        apart = ms(min(0.4, 5.0 / len(names)) if doing.style else 0.1)
    for i, name in enumerate(names):
        begin = start + apart * i
        back = doing.hold < 0
        stage.lights.append(Dimmed(name, begin, begin + each, doing.value))
        if back:
            stage.lights.append(Dimmed(name, begin + each, begin + each * 2, 1.0))
    return start, start + each * (2 if doing.hold < 0 else 1) + apart * max(0, len(names) - 1)
