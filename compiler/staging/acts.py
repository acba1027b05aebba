"""Doing what the prose says: each act of the lexicon as timed acts of a body, with the walk or turn it takes first."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from compiler.staging.acts_hands import hands
from compiler.staging.acts_things import ride, thing
from compiler.staging.acts_travel import beside, clear, enter, face, goal, leave, stand, travel, walk
from compiler.staging.blocking import Body, Stage
from compiler.staging.history import FOREVER
from compiler.staging.model import Act, ActKind, Posture, Stance, Vec3
from compiler.staging.performance import Doing
from compiler.staging.places import Mark
from compiler.staging.space import add, flat, heading, ms, r4, turn, v4, yaw_to

_WAITS_FOR_NOBODY = ("look", "look up", "look down", "look away", "emote", "close eyes", "open eyes")
"""Acts that leave the body free for the next."""


_CHEERS = ("clap", "wave", "raise hand", "laugh", "joy")
"""What a crowd does with its arms up."""


def perform(stage: Stage, doing: Doing, now: Fraction) -> tuple[Fraction, Fraction]:
    """Plays one doing no earlier than ``now``; returns when it begins and ends."""
    if doing.thing:
        return thing(stage, doing, now)
    body = stage.bodies.get(doing.subject)
    if body is None:
        return _together(stage, doing, now)
    start = max(now, body.free_at)
    body.come_back(start)
    end = _act(stage, body, doing, start)
    if doing.act not in _WAITS_FOR_NOBODY:
        body.free_at = max(body.free_at, end)
    return start, end + ms(doing.hold)


def _together(stage: Stage, doing: Doing, now: Fraction) -> tuple[Fraction, Fraction]:
    """A group does it as one; nobody of that name here leaves the time it would have taken."""
    if stage.world is not None:
        what = "cheer" if doing.style in _CHEERS else "stand" if doing.act in ("gesture", "emote") else doing.act
        times = stage.world.group_act(doing.subject, what, doing.target, now, doing.tempo)
        if times is not None:
            return times
    return now, now + ms(doing.seconds or 1.0)


def _act(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    match doing.act:
        case "enter":
            return enter(stage, body, doing, start)
        case "exit":
            return leave(stage, body, doing, start)
        case "walk" | "run" | "back" | "walk away" | "follow":
            return travel(stage, body, doing, start)
        case "board" | "alight" | "drive":
            return ride(stage, body, doing, start)
        case "sit":
            return _sit(stage, body, doing, start)
        case "stand":
            return stand(stage, body, start, doing.tempo)
        case "kneel" | "lie" | "fall":
            return _lower(stage, body, doing, start)
        case "turn" | "turn away":
            return _turn(stage, body, doing, start)
        case "lean":
            return _lean(stage, body, doing, start)
        case "embrace":
            return _embrace(stage, body, doing, start)
        case "look" | "look up" | "look down" | "look away":
            return _gaze(stage, body, doing, start)
        case "emote":
            end = start + ms(doing.seconds)
            stage.change_face(body, doing.style, doing.value, start, end)
            return end
        case "breathe":
            act = Act(ActKind.BREATHE, 0, 0, style=doing.style, speed=r4(doing.tempo))
            return stage.add_act(body, act, start, ms(doing.seconds))
        case "close eyes":
            return stage.add_act(body, Act(ActKind.CLOSE_EYES, 0, 0), start, ms(doing.seconds), until=FOREVER)
        case "open eyes":
            return _open_eyes(stage, body, start, ms(doing.seconds))
        case "wait" | "stop":
            return _wait(stage, body, doing, start)
        case _:
            return hands(stage, body, doing, start)


def _wait(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Stays; who waits or stands at something goes there first, if they are not there."""
    found = goal(stage, doing.target, body.stance().position) if doing.target and doing.act == "wait" else None
    if found is not None and body.stance().posture is Posture.STAND and flat(found[0], body.stance().position) > 1.2:
        start = walk(stage, body, clear(stage, body, found[0]), found[1], start, doing.tempo)
    return start + ms(doing.seconds)


def _sit(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    here = body.stance()
    if here.posture is Posture.SIT:
        return start
    seat = _seat(stage, doing.target, here.position)
    if seat is None:
        return stage.add_act(body, Act(ActKind.TURN, 0, 0, yaw=here.yaw), start, Fraction(1, 2))
    spot = beside(stage, seat, here.position)
    if flat(here.position, spot) > 0.35:
        start = walk(stage, body, spot, seat.yaw, start, doing.tempo)
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


def _lower(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    posture = Posture.KNEEL if doing.act == "kneel" else Posture.LIE
    if body.stance().posture is posture:
        return start
    found = goal(stage, doing.target, body.stance().position) if doing.target else None
    if found is not None:
        start = walk(stage, body, found[0], found[1], start, doing.tempo)
    here = body.stance()
    if here.posture is Posture.SIT and doing.act == "fall":
        here = replace(here, position=stage.floor.near(add(here.position, heading(here.yaw), 0.5)))
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
    return face(stage, body, yaw, start, doing.tempo, Fraction(2, 5))


def _lean(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Leans to somebody or something near, until the body moves on."""
    here = body.stance()
    point = stage.point(doing.target, here.position) if doing.target else None
    if point is not None and doing.style != "back":
        if flat(point, here.position) > 1.4:
            found = goal(stage, doing.target, here.position, 1.0)
            if found is not None:
                start = walk(stage, body, found[0], yaw_to(found[0], point), start, doing.tempo)
                here = body.stance()
        elif here.posture is Posture.STAND and abs(turn(yaw_to(here.position, point) - here.yaw)) > 50.0:
            start = face(stage, body, yaw_to(here.position, point), start, doing.tempo)
    stage.release(body, start, (ActKind.LEAN,))
    act = Act(
        ActKind.LEAN,
        0,
        0,
        target=v4(point if point is not None else add(here.position, heading(here.yaw), 1.0)),
        style=doing.style,
        value=0.0,
        speed=r4(doing.tempo),
    )
    return stage.add_act(body, act, start, ms(doing.seconds), until=FOREVER)


_CLOSE = 0.36
"""Metres between the middles of two people who hold each other: the depth of two chests."""
_ASIDE = 0.07
"""How far each stands to one side, so that two heads pass."""


def _embrace(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Goes up to somebody; both put their arms around each other, each to the right of the other's head."""
    other = stage.body(doing.target) if doing.target else _nearest(stage, body)
    if other is None or other is body:
        return start + ms(doing.seconds)
    start = max(start, other.free_at)
    if other.stance().posture is not Posture.STAND:
        start = max(start, stand(stage, other, start, 1.0))
    there, here = other.stance(), body.stance()
    way = yaw_to(there.position, here.position)
    spot = add(add(there.position, heading(way), _CLOSE), heading(way + 90.0), 2 * _ASIDE)
    turned = face(stage, other, way, start, 1.1)
    near = add(spot, heading(way), 0.35)
    start = walk(stage, body, stage.floor.near(near), turn(way + 180.0), start, doing.tempo)
    start = max(start, turned)
    step = Act(ActKind.WALK, 0, 0, path=(v4(spot),), yaw=r4(turn(way + 180.0)), speed=r4(doing.tempo))
    start = stage.add_act(body, step, start, Fraction(9, 10), Stance(spot, turn(way + 180.0)))
    reach, held = Fraction(1), ms(max(0.6, doing.seconds - 1.6))
    for one, two in ((body, other), (other, body)):
        begin = start - Fraction(1, 2)
        stage.release(one, begin)
        chest = add(two.stance().position, (0.0, 0.74 * two.person.height, 0.0))
        act = Act(ActKind.EMBRACE, 0, 0, target=v4(chest), at=two.name, value=r4(float(held)), speed=r4(doing.tempo))
        end = stage.add_act(one, act, begin, reach, until=begin + reach + held + 1)
        stage.look(one, begin, add(chest, heading(one.stance().yaw), 1.5), "", held=reach + held)
        one.free_at = max(one.free_at, end + held + Fraction(3, 4))
    return start - Fraction(1, 2) + reach + held + Fraction(3, 4)


def _nearest(stage: Stage, body: Body) -> Body | None:
    here = body.stance().position
    others = (b for b in stage.bodies.values() if b is not body)
    return min(others, key=lambda b: (flat(b.stance().position, here), b.name), default=None)


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


def _open_eyes(stage: Stage, body: Body, start: Fraction, seconds: Fraction) -> Fraction:
    body.did.open_eyes(start)
    return start + seconds
