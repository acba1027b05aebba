"""Where the solved camera has its people: a box round every head and body, told from the staged acts alone.

What a performance adds (a lean, a turned head, a step's bounce) is left out: every take, and a picture generated from the
shot's description, is held to the same composition. Whoever rides in something or lies is not told.
"""

from __future__ import annotations

from dataclasses import dataclass

from compiler.staging.blocking import along, ridden
from compiler.staging.casting_body import eye_height
from compiler.staging.lens import GATE, Lensed, project
from compiler.staging.model import Act, ActKind, Actor, Posture, StagedShot, Stance, Vec3
from compiler.staging.movement import at_time
from compiler.staging.space import add, heading, mix, turn

Box = tuple[float, float, float, float]
"""Left, top, right, bottom; 0..1 of the picture's width and height."""
_HEAD = (0.095, 0.135)
"""Half the width and half the height of a head of somebody 1.7 m tall, metres, hair counted."""
_SHOULDERS = 0.25
_MOVES = (ActKind.WALK, ActKind.TURN, ActKind.SIT, ActKind.STAND_UP, ActKind.RIDE)


@dataclass(frozen=True, slots=True)
class Sitting:
    name: str
    head: Box
    body: Box
    depth: float
    """Metres from the camera."""


def sitting(shot: StagedShot, seconds: float) -> tuple[Sitting, ...]:
    """Who is before the camera at a time of the shot, the nearest first; handheld sway left out."""
    camera = at_time(shot.camera.keys, seconds)
    aspect = shot.size[0] / shot.size[1]
    found = [
        box
        for actor in shot.actors
        if actor.visible and not actor.rides and actor.ghost < 0.5
        if (box := _boxed(camera, actor, seconds, aspect)) is not None
    ]
    return tuple(sorted(found, key=lambda s: s.depth))


def _boxed(camera: Lensed, actor: Actor, seconds: float, aspect: float) -> Sitting | None:
    stance, eyes = _body_at(actor, seconds)
    if stance.posture is Posture.LIE:
        return None
    tall = actor.person.height / 1.7
    head = _round(camera, add(eyes, heading(stance.yaw), -0.09 * tall), _HEAD[0] * tall, _HEAD[1] * tall, aspect)
    if head is None:
        return None
    points = [add(eyes, (0.0, -0.22 * tall, 0.0)), add(stance.position, (0.0, 0.12, 0.0))]
    if stance.posture is Posture.SIT:
        points[1] = add(stance.position, (0.0, stance.seat_height, 0.0))
    boxes = [head, *(_round(camera, at, _SHOULDERS * tall, 0.1, aspect) for at in points)]
    known = [box for box in boxes if box is not None]
    body = (
        min(b[0] for b in known),
        head[1],
        max(b[2] for b in known),
        max(b[3] for b in known),
    )
    return Sitting(actor.person.name, head, body, project(camera, eyes, aspect)[2])


def _round(camera: Lensed, point: Vec3, across: float, up: float, aspect: float) -> Box | None:
    """The box round something at a point, or ``None`` behind the camera or at the lens."""
    u, v, z = project(camera, point, aspect)
    if z < 0.2:
        return None
    scale = camera.focal_mm / GATE / z
    return u - across * scale, v - up * scale * aspect, u + across * scale, v + up * scale * aspect


def _body_at(actor: Actor, now: float) -> tuple[Stance, Vec3]:
    """Stance and the point between the eyes; rising and sitting are blended."""
    here = actor.start
    for act in sorted((a for a in actor.acts if a.kind in _MOVES), key=lambda a: (a.start, a.end)):
        if act.start >= now:
            break
        after = _after(here, act)
        if act.end <= now:
            here = after
            continue
        part = (now - act.start) / (act.end - act.start)
        if act.kind is ActKind.WALK and act.path:
            here = along(here, act, now - act.start, act.end - act.start)
        elif act.kind is ActKind.RIDE and act.path:
            here = ridden(here, act, part)
        else:
            eased = part * part * (3 - 2 * part)
            yaw = here.yaw + turn(after.yaw - here.yaw) * part
            between = Stance(mix(here.position, after.position, eased), yaw, after.posture, after.seat_height)
            return between, mix(_eyes(actor, here), _eyes(actor, after), eased)
    return here, _eyes(actor, here)


def _after(here: Stance, act: Act) -> Stance:
    match act.kind:
        case ActKind.SIT:
            return Stance(act.path[0] if act.path else here.position, act.yaw, Posture.SIT, act.value)
        case ActKind.STAND_UP:
            return Stance(here.position, here.yaw, Posture.STAND, here.seat_height)
        case ActKind.TURN:
            return Stance(here.position, act.yaw, here.posture, here.seat_height)
        case _:
            at = act.path[-1] if act.path else here.position
            return Stance(at, act.yaw, here.posture, here.seat_height)


def _eyes(actor: Actor, stance: Stance) -> Vec3:
    height = eye_height(actor.person, stance.posture, stance.seat_height)
    ahead = 0.16 if stance.posture is Posture.SIT else 0.1
    return add(add(stance.position, (0.0, height, 0.0)), heading(stance.yaw), ahead)
