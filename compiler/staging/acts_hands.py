"""What hands do: reaching, taking, putting down, giving, opening, and the small movements with a thing in the hand.

A thing changes hands, place or state through ``Stage.world``; where there is none, only the movement is played.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from compiler.staging.acts_travel import come_near, face, goal, walk
from compiler.staging.blocking import Body, Dimmed, Stage
from compiler.staging.history import FOREVER
from compiler.staging.model import Act, ActKind, Posture, Vec3
from compiler.staging.performance import Doing
from compiler.staging.space import add, flat, heading, mix, ms, r4, turn, v4, yaw_to

_LETS_GO = 0.1
"""Seconds a hand rests on what it takes or leaves."""
_BY_BOTH = frozenset({"read"})


def hands(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Plays one act of the hands from ``start`` on; returns when it is done."""
    match doing.act:
        case "take" | "catch":
            return _take(stage, body, doing, start)
        case "hold":
            return _hold(stage, body, doing, start)
        case "put":
            return _put(stage, body, doing, start)
        case "give":
            return _give(stage, body, doing, start)
        case "throw":
            return _throw(stage, body, doing, start)
        case "open" | "close":
            return _hinge(stage, body, doing, start)
        case "switch":
            return _switch(stage, body, doing, start)
        case "reach" | "touch":
            return _reach(stage, body, doing, start)
        case "use":
            return _use(stage, body, doing, start)
        case "gesture":
            return _gesture(stage, body, doing, start)
        case _:
            return start + ms(doing.seconds)


def _target(stage: Stage, body: Body, words: str) -> Vec3 | None:
    """The point a hand goes to for words: a thing's, or a person's forearm."""
    other = stage.body(words) if words else None
    if other is not None:
        there = other.stance()
        return add(there.position, (0.0, 1.15 if there.posture is Posture.STAND else 0.9, 0.0))
    return stage.point(words, body.stance().position) if words else None


def _touch(
    stage: Stage, body: Body, point: Vec3, start: Fraction, seconds: float, hand: str, tempo: float, rest: float
) -> Fraction:
    """A hand goes to ``point``, rests ``rest`` seconds (0 = stays) and comes back; returns when it is there."""
    here = body.stance()
    if here.posture is Posture.STAND and abs(turn(yaw_to(here.position, point) - here.yaw)) > 60.0:
        start = face(stage, body, yaw_to(here.position, point), start, tempo)
    stage.look(body, start - Fraction(1, 5), point, "", held=ms(seconds) + Fraction(6, 5))
    stage.release(body, start, (ActKind.REACH,))
    act = Act(ActKind.REACH, 0, 0, target=v4(point), hand=hand, value=r4(rest), speed=r4(tempo))
    until = FOREVER if rest == 0.0 else start + ms(seconds + rest + 0.8)
    return stage.add_act(body, act, start, ms(seconds), until=until)


def _take(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """The hand closes on the thing, and keeps it."""
    other = stage.body(doing.object) if doing.object else None
    world = stage.world
    if world is not None and other is not None and doing.target:
        gift = replace(doing, subject=other.name, act="give", object=doing.target, target=body.name)
        return _give(stage, other, gift, max(start, other.free_at))
    point = _target(stage, body, doing.target)
    if stage.body(doing.target) is not None:
        return _reach(stage, body, replace(doing, act="touch"), start)
    hand = ""
    if point is not None:
        start = come_near(stage, body, doing.target, point, start, doing.tempo)
        if world is not None:
            thing = world.find(doing.target, body.name, start)
            hand = world.free_hand(body.name, thing, start) if thing else ""
        one = "right" if hand == "both" else hand
        contact = _touch(stage, body, point, start, doing.seconds, one, doing.tempo, _LETS_GO)
        if hand == "both":
            _touch(stage, body, point, start, doing.seconds, "left", doing.tempo, _LETS_GO)
    else:
        contact = start + ms(doing.seconds)
    taken = None if world is None else world.pick_up(body.name, doing.target, contact, hand, doing.span)
    if taken is not None and world is not None:
        _keep(stage, body, world.state(contact).item(taken).hand or "right", contact)
    return contact + Fraction(2, 5)


def _keep(stage: Stage, body: Body, hand: str, start: Fraction, style: str = "") -> None:
    """The hand stays before the body with what it holds."""
    _empty(stage, body, hand, start)
    act = Act(ActKind.HOLD, 0, 0, hand=hand, style=style, value=0.0)
    stage.add_act(body, act, start, Fraction(3, 5), until=FOREVER)


def _empty(stage: Stage, body: Body, hand: str, start: Fraction) -> None:
    """The hand holds nothing from ``start`` on."""
    body.did.end(lambda did: did.act.kind is ActKind.HOLD and hand in (did.act.hand, "both", ""), start)


def _hold(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Keeps a thing before the body; takes it first if it is not in the hand."""
    world = stage.world
    if world is None or stage.body(doing.target) is not None:
        return _reach(stage, body, replace(doing, act="touch", value=2.0), start)
    thing = world.find(doing.target, body.name, start)
    if thing is None or world.holder(thing, start) != body.name:
        start = _take(stage, body, replace(doing, act="take"), start)
        thing = world.find(doing.target, body.name, start)
        if thing is None or world.holder(thing, start) != body.name:
            return start
    style = "up" if " up" in f" {doing.text.lower()}" else ""
    _keep(stage, body, world.state(start).item(thing).hand or "right", start, style)
    return start + ms(doing.seconds)


def _put(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Puts a thing down where it is to stand: the hand goes there with it, and comes back without."""
    world = stage.world
    where = doing.target or "floor"
    if world is None:
        return _reach(stage, body, replace(doing, act="touch", target=doing.target or doing.object, value=0.3), start)
    thing = world.find(doing.object, body.name, start)
    if thing is None:
        return start + ms(doing.seconds)
    if world.holder(thing, start) != body.name:
        start = _take(stage, body, replace(doing, act="take", target=doing.object, object=""), start)
    hand = world.state(start).item(thing).hand
    spot = world.spot_on(where, thing, body.name, start).position if doing.target else None
    if spot is None:
        here = body.stance()
        near = stage.mark("table")
        top = near.point if near is not None and near.point is not None else None
        if top is not None and flat(top, here.position) <= 1.0:
            where, spot = "table", top
        else:
            spot = add(here.position, heading(here.yaw), 0.45)
    start = come_near(stage, body, doing.target, spot, start, doing.tempo)
    contact = start + ms(doing.seconds)
    landed = world.put_down(body.name, doing.object, where, contact) or spot
    one = "right" if hand == "both" else hand
    reached = _touch(stage, body, add(landed, (0.0, 0.06, 0.0)), start, doing.seconds, one, doing.tempo, _LETS_GO)
    _empty(stage, body, hand, reached)
    return reached + Fraction(1, 2)


def _give(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """One hand offers, the other takes: they meet half way, and the thing changes hands there."""
    world, other = stage.world, stage.body(doing.target)
    if other is None or other is body:
        return start + ms(doing.seconds)
    thing = None if world is None else world.find(doing.object, body.name, start)
    if world is not None and thing is not None and world.holder(thing, start) != body.name and _in_scene(stage, thing):
        start = _take(stage, body, replace(doing, act="take", target=doing.object, object=""), start)
    there = other.stance()
    if flat(there.position, body.stance().position) > 1.15:
        found = goal(stage, doing.target, body.stance().position, 0.95)
        if found is not None:
            start = walk(stage, body, found[0], found[1], start, doing.tempo)
    start = max(start, other.free_at)
    here = body.stance()
    for one, two in ((body, other), (other, body)):
        if one.stance().posture is Posture.STAND:
            start = max(
                start, face(stage, one, yaw_to(one.stance().position, two.stance().position), start, doing.tempo)
            )
    low = min(0.72 * body.person.height if here.posture is Posture.STAND else 0.95, 1.12)
    low = min(low, 0.95 if there.posture is not Posture.STAND else 1.12)
    middle = mix(here.position, there.position, 0.5)
    point = (middle[0], middle[1] + low, middle[2])
    meet = start + ms(doing.seconds * 0.62)
    given = None if world is None else world.give(body.name, doing.object, other.name, meet, doing.span)
    state = None if world is None or given is None else world.state(meet).item(given)
    before = "right"
    for d in body.did.kept(ActKind.HOLD):
        before = "right" if d.act.hand == "both" else d.act.hand
    taker = "right" if state is None or state.hand in ("both", "") else state.hand
    _touch(stage, body, point, start, doing.seconds * 0.55, before, doing.tempo, doing.seconds * 0.12)
    late = start + ms(doing.seconds * 0.22)
    _touch(stage, other, point, late, doing.seconds * 0.4, taker, doing.tempo, _LETS_GO)
    if given is not None and state is not None:
        _empty(stage, body, before, meet)
        _keep(stage, other, state.hand or "right", meet)
    other.free_at = max(other.free_at, meet + Fraction(3, 5))
    return start + ms(doing.seconds)


def _in_scene(stage: Stage, thing: str) -> bool:
    return stage.world is not None and stage.world.where(thing) is not None


def _throw(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """The arm goes back and forward; the thing leaves the hand at two thirds of it, and whoever it is for catches it."""
    world = stage.world
    if world is not None:
        thing = world.find(doing.object, body.name, start)
        if thing is not None and world.holder(thing, start) != body.name and _in_scene(stage, thing):
            start = _take(stage, body, replace(doing, act="take", target=doing.object, object=""), start)
    point = _target(stage, body, doing.target)
    here = body.stance()
    if point is not None and here.posture is Posture.STAND:
        start = face(stage, body, yaw_to(here.position, point), start, doing.tempo)
    leaves = start + ms(doing.seconds * 0.62)
    lands = None if world is None else world.throw(body.name, doing.object, doing.target, leaves)
    _empty(stage, body, "", leaves)
    act = Act(ActKind.GESTURE, 0, 0, style="throw", hand="right", target=None if point is None else v4(point))
    end = stage.add_act(body, act, start, ms(doing.seconds))
    catcher = stage.body(doing.target) if doing.target else None
    if catcher is not None and lands is not None:
        reach = Act(ActKind.GESTURE, 0, 0, style="catch", hand="right")
        stage.add_act(catcher, reach, lands - Fraction(1, 2), Fraction(9, 10))
        stage.look(catcher, start, None, body.name, held=lands - start)
        _keep(stage, catcher, "right", lands)
        catcher.free_at = max(catcher.free_at, lands + Fraction(2, 5))
    return max(end, lands or end)


def _hinge(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """A hand goes to a door, a lid, a book, and it opens or shuts while the hand is on it."""
    point = _target(stage, body, doing.target)
    if point is None:
        return start + ms(doing.seconds)
    start = come_near(stage, body, doing.target, point, start, doing.tempo)
    contact = _touch(stage, body, point, start, 0.7 / doing.tempo, "", doing.tempo, doing.seconds * 0.6)
    takes = ms(doing.seconds * (0.45 if "slam" in doing.text.lower() else 0.9))
    if stage.world is not None:
        if doing.act == "open":
            stage.world.open(doing.target, contact, takes, who=body.name)
        else:
            stage.world.close(doing.target, contact, takes, who=body.name)
    return contact + takes


def _switch(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """A hand goes to a lamp, and its light changes as it gets there."""
    point = _target(stage, body, doing.target)
    contact = start + Fraction(1, 2)
    if point is not None:
        start = come_near(stage, body, doing.target, point, start, doing.tempo)
        contact = _touch(stage, body, point, start, doing.seconds, "", doing.tempo, 0.25)
    for name in stage.placed.lights(doing.target):
        stage.lights.append(Dimmed(name, contact, contact + Fraction(1, 4), doing.value))
        if stage.world is not None:
            stage.world.switch(name, doing.value, contact, Fraction(1, 4))
    return contact + Fraction(1, 4)


def _reach(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """A hand goes to the target, and stays (``reach``) or comes back after ``value`` seconds (``touch``)."""
    point = _target(stage, body, doing.target)
    if point is None:
        return start + ms(doing.seconds)
    start = come_near(stage, body, doing.target, point, start, doing.tempo)
    stays = doing.act == "reach"
    end = _touch(stage, body, point, start, doing.seconds, "", doing.tempo, 0.0 if stays else doing.value)
    other = stage.body(doing.target)
    if other is not None and doing.style == "shake":
        here, there = body.stance().position, other.stance().position
        middle = mix(here, there, 0.5)
        meet = (middle[0], middle[1] + 1.0, middle[2])
        for one in (body, other):
            _touch(stage, one, meet, start, doing.seconds, "right", doing.tempo, doing.value)
    return end


def _use(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """Something done with what is in the hand: drinking, eating, reading, writing, pouring, knocking."""
    world = stage.world
    words = doing.object if doing.style == "pour" and doing.object else doing.target
    point = _target(stage, body, doing.target)
    if doing.style in ("knock", "write") and point is not None:
        start = come_near(stage, body, doing.target, point, start, doing.tempo)
    elif world is not None and words and doing.style in ("drink", "eat", "read", "pour"):
        thing = world.find(words, body.name, start)
        if thing is not None and world.holder(thing, start) != body.name and _in_scene(stage, thing):
            start = _take(stage, body, replace(doing, act="take", target=words, object="", seconds=1.2), start)
    hand = next((d.act.hand for d in reversed(body.did.kept(ActKind.HOLD))), "right")
    if point is not None and doing.style in ("knock", "write", "pour"):
        stage.look(body, start, point, "", held=ms(doing.seconds))
    act = Act(
        ActKind.GESTURE,
        0,
        0,
        style=doing.style,
        hand="" if doing.style in _BY_BOTH else "right" if hand == "both" else hand,
        target=None if point is None or doing.style not in ("knock", "write", "pour") else v4(point),
        speed=r4(doing.tempo),
    )
    if doing.style in ("read", "write") and point is None:
        stage.look(body, start, stage.aside(body, -0.5, 0.6, 0.0), "", held=ms(doing.seconds))
    elif doing.style == "read":
        stage.look(body, start, stage.aside(body, -0.28, 0.5, 0.0), "", held=ms(doing.seconds))
    return stage.add_act(body, act, start, ms(doing.seconds))


def _gesture(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    point = stage.point(doing.target, body.stance().position) if doing.target else None
    other = stage.body(doing.target) if doing.target else None
    if point is not None:
        stage.look(body, start, point, other.name if other else "", held=Fraction(2))
    act = Act(
        ActKind.GESTURE, 0, 0, style=doing.style, target=None if point is None else v4(point), speed=r4(doing.tempo)
    )
    return stage.add_act(body, act, start, ms(doing.seconds))
