"""What things do of their own, and people who are carried by them: lights, doors, cars."""

from __future__ import annotations

from fractions import Fraction

from compiler.staging.acts_travel import travel, walk
from compiler.staging.blocking import Body, Dimmed, Stage
from compiler.staging.model import Act, ActKind, Posture, Stance
from compiler.staging.performance import Doing
from compiler.staging.space import add, heading, ms, r4, turn, v4
from compiler.staging.world_scene import seat_of


def thing(stage: Stage, doing: Doing, now: Fraction) -> tuple[Fraction, Fraction]:
    """Plays what a thing does from ``now`` on; returns when it begins and ends."""
    world = stage.world
    match doing.act:
        case "light":
            return _light(stage, doing, now)
        case "open" | "close" if world is not None:
            opened = world.open if doing.act == "open" else world.close
            opened(doing.subject, now, ms(doing.seconds))
        case "drive" if world is not None:
            vehicle = world.find(doing.subject, "", now)
            times = world.drive(doing.subject, doing.target, now, doing.tempo)
            if times is not None and vehicle is not None:
                _carry(stage, vehicle, times)
                return times
        case _:
            pass
    return now, now + ms(doing.seconds or 1.0)


def ride(stage: Stage, body: Body, doing: Doing, start: Fraction) -> Fraction:
    """``board``, ``alight`` and ``drive``: getting into something that carries people, out of it, and off with it."""
    world = stage.world
    if world is None:
        return travel(stage, body, doing, start)
    riding = world.state(start).person(body.name).rides
    match doing.act:
        case "board":
            return _board(stage, body, doing.target, start, doing.tempo)
        case "alight":
            spot = world.alight(body.name, start)
            if spot is None:
                return start + Fraction(1, 2)
            here = body.stance()
            act = Act(ActKind.STAND_UP, 0, 0, path=(v4(spot),), yaw=r4(here.yaw), speed=r4(doing.tempo))
            return stage.add_act(body, act, start, ms(1.8 / doing.tempo), Stance(spot, here.yaw))
        case _:
            vehicle = riding or world.find(doing.object or doing.target or "car", body.name, start)
            if vehicle is None:
                return travel(stage, body, doing, start)
            if not riding:
                start = _board(stage, body, vehicle, start, doing.tempo)
            means_it = world.find(doing.target, body.name, start) == vehicle if doing.target else True
            times = world.drive(vehicle, "" if means_it else doing.target, start, doing.tempo)
            if times is None:
                return start + Fraction(1)
            _carry(stage, vehicle, times)
            return times[1]


_CUSHION = 0.3
"""Height of a seat over the floor under the feet of somebody who rides, metres."""
_STEP = Fraction(1, 6)


def _carry(stage: Stage, vehicle: str, times: tuple[Fraction, Fraction]) -> None:
    """Whoever rides in it goes where it goes."""
    world = stage.world
    if world is None:
        return
    start, end = times
    for name in world.state(start).riders(vehicle):
        body = stage.bodies.get(name)
        count = max(1, int((end - start) / _STEP) + 1)
        points = [world.carried(name, start + (end - start) * i / count) for i in range(1, count + 1)]
        path = tuple(v4(p.position) for p in points if p is not None)
        last = points[-1]
        if body is None or last is None:
            continue
        act = Act(ActKind.RIDE, 0, 0, path=path, yaw=r4(last.yaw))
        stage.add_act(body, act, start, end - start, Stance(path[-1], last.yaw, Posture.SIT, _CUSHION))
        body.free_at = max(body.free_at, start)


def _board(stage: Stage, body: Body, words: str, start: Fraction, tempo: float) -> Fraction:
    """Walks to its side and gets in; from then on its seat carries them."""
    world = stage.world
    assert world is not None
    thing = world.find(words, body.name, start)
    base = world.where(thing, start) if thing is not None else None
    if thing is not None and base is not None and thing in world.made:
        # Beside the seat, on its own side of the vehicle: nobody climbs over a bonnet.
        seat_x, _, seat_z = seat_of(world.made[thing], len(world.state(start).riders(thing)))
        yaw = world.yaw(thing, start)
        out = seat_x + (0.75 if seat_x >= 0 else -0.75)
        spot = add(add((base[0], 0.0, base[2]), heading(yaw + 90.0), out), heading(yaw), seat_z)
        start = walk(stage, body, stage.floor.near(spot), yaw, start, tempo)
    begin, end = start, start + ms(1.6 / tempo)
    if world.board(body.name, words, end) is None:
        return start
    riding = world.riding(body.name, end)
    if riding is not None:
        _, seat, yaw = riding
        floor = (seat[0], seat[1] - _CUSHION, seat[2])
        act = Act(ActKind.SIT, 0, 0, path=(v4(floor),), yaw=r4(turn(yaw)), value=_CUSHION, speed=r4(tempo))
        stage.add_act(body, act, begin, end - begin, Stance(floor, yaw, Posture.SIT, _CUSHION))
    return end


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
        if stage.world is not None and not back:
            stage.world.switch(name, doing.value, begin, each)
        if back:
            stage.lights.append(Dimmed(name, begin + each, begin + each * 2, 1.0))
    return start, start + each * (2 if doing.hold < 0 else 1) + apart * max(0, len(names) - 1)
