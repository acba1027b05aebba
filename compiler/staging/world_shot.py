"""What one shot sees of the world: the set without what was moved, the things that are held, moved or open, who is carried.

A thing enters a shot when it comes near the picture or somebody in it holds it; nothing later than the shot enters it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from compiler.meaning.piece_values import Shine
from compiler.staging.blocking import LONG_AGO, Body, Stage
from compiler.staging.model import (
    HEAD_LAMPS,
    ActKind,
    Actor,
    Light,
    LightKind,
    Opening,
    Piece,
    Posture,
    SetSpec,
    Stance,
    Thing,
    ThingKey,
    Vec3,
)
from compiler.staging.movement import Moment
from compiler.staging.places_layout import WALL_YAW, wall_point
from compiler.staging.space import add, heading, r4, turn, v4
from compiler.staging.world import Deed, DeedKind, Item
from compiler.staging.world_scene import SceneWorld, seat_of
from compiler.staging.world_things import Made, size_of

NEAR = 0.7
"""Metres outside the frame within which a thing still enters a shot, by its shadow."""
_SETTLED = -2.0


def set_in_shot(stage: Stage, spec: SetSpec, things: Sequence[Thing] = ()) -> SetSpec:
    """``spec``, the set of a scene as a shot lights it, without the pieces and door leaves that are things of its shots.

    Lamps among the ``things`` that the set does not know shine too, from wherever they are.
    """
    world = stage.world
    if world is None:
        return spec
    have = {light.name for light in spec.lights}
    lamps = tuple(_lamp(world, t) for t in things if t.piece.lit and t.name not in have and _glow(world, t) is not None)
    lamps += tuple(_beam(t) for t in things if t.piece.lit and t.moves == "drives")
    if lamps and (spec.sky.time != "day" or spec.interior):
        spec = replace(spec, lights=(*spec.lights, *lamps))
    if not world.lifted:
        return spec
    pieces = tuple(p for p in spec.pieces if p.name not in world.lifted)
    openings = tuple(replace(o, leaf=False) if o.name in world.lifted else o for o in spec.shell.openings)
    return replace(spec, pieces=pieces, shell=replace(spec.shell, openings=openings))


def _glow(world: SceneWorld, thing: Thing) -> Shine | None:
    entry = world.placed.words.pieces.get(thing.piece.kind)
    return entry.glow if entry is not None else None


def _lamp(world: SceneWorld, thing: Thing) -> Light:
    """The light of a lamp that was brought here; where the renderer finds its glow, there it shines from."""
    glow = _glow(world, thing)
    assert glow is not None
    x, y, z = thing.keys[0].position if thing.keys[0].position != _NOWHERE else (0.0, 1.0, 0.0)
    return Light(
        thing.name, LightKind.POINT, glow.colour, glow.intensity, v4((x, y + glow.at[1], z)), radius=glow.radius,
        flicker=glow.flicker,
    )  # fmt: skip


def _beam(thing: Thing) -> Light:
    """The head lamps of what drives, as one light between them; the renderer moves and turns it with the thing."""
    key = thing.keys[0]
    ahead = heading(key.yaw)
    x, y, z = add(key.position, ahead, 2.3)
    return Light(
        f"{thing.name}{HEAD_LAMPS}", LightKind.SPOT, (1.0, 0.86, 0.64), 26.0, v4((x, y + 0.62, z)),
        v4((ahead[0], -0.07, ahead[2])), cone_deg=64.0, radius=0.16, volumetric=True,
    )  # fmt: skip


def things_in_shot(
    stage: Stage,
    start: Fraction,
    end: Fraction,
    near: Sequence[Moment],
    seen: Collection[str],
) -> tuple[Thing, ...]:
    """Things of a shot over [start, end), looked for in what its camera sees; ``seen`` are the people in it."""
    world = stage.world
    if world is None:
        return ()
    found = []
    for name in sorted(world.made):
        if not _present(world, name):
            continue
        thing = _thing(world, name, start, end)
        if thing is not None and _shows(world, thing, name, near, seen):
            found.append(thing)
    for opening in stage.placed.spec.shell.openings:
        if opening.name in world.lifted:
            leaf = _leaf(world, opening, start, end)
            if _point_shows(leaf.keys[0].position, 1.6, near):
                found.append(leaf)
    return tuple(found)


def rider_in_shot(stage: Stage, actor: Actor, body: Body, start: Fraction, end: Fraction) -> Actor:
    """``actor`` sitting in what carries them all through the shot; unchanged for everybody else."""
    world = stage.world
    if world is None:
        return actor
    thing = world.state(start).person(body.name).rides
    if not thing or thing not in world.made or world.state(end).person(body.name).rides != thing:
        return actor
    seat = seat_of(world.made[thing], world.state(start).person(body.name).seat)
    stays = {ActKind.WALK, ActKind.TURN, ActKind.SIT, ActKind.STAND_UP, ActKind.LOOK, ActKind.REACH, ActKind.RIDE}
    acts = tuple(a for a in actor.acts if a.kind not in stays)
    return replace(actor, start=_seated(seat), acts=acts, rides=_shown(world, thing))


def _seated(seat: Vec3) -> Stance:
    return Stance(v4((seat[0], seat[1] - 0.3, seat[2])), 0.0, Posture.SIT, 0.3)


def _present(world: SceneWorld, name: str) -> bool:
    """Whether a thing is drawn by itself in this scene."""
    home = world.home_of.get(name)
    if home is not None:
        return home in world.lifted
    item = world.state().item(name)
    was = world.world.before.item(name)
    return (
        bool(item.holder or was.holder)
        or world.place in (item.place, was.place)
        or world.place in world.world.done_to(name).where
    )


def _thing(world: SceneWorld, name: str, start: Fraction, end: Fraction) -> Thing | None:
    made = world.made[name]
    done, long_ago = world.world.done_to(name), start - LONG_AGO
    was = world.world.before.item(name)
    first = _key(world, name, made, was, _SETTLED)
    keys: list[ThingKey] = [] if first is None else [first]
    for deed in done.places.between(long_ago, end):
        keys = _moved(world, name, deed, keys, start, end)
    opening = _swing(done.openings.between(long_ago, end), [(_SETTLED, r4(was.open))] if was.open else [], start)
    levels = done.levels.between(long_ago, end)
    level = levels[-1].level if levels else was.level
    if not keys:
        return None
    keys.sort(key=lambda k: k.time)
    if all(k.holder == "" and k.position == _NOWHERE for k in keys):
        return None
    piece = replace(made.piece, name=_shown(world, name), position=(0.0, 0.0, 0.0), yaw=0.0)
    if level is not None and level <= 0.0:
        piece = replace(piece, lit=False)
    entry = made.entry
    if entry.seats and (world.state(start).riders(name) or world.state(end).riders(name)):
        piece = replace(piece, open=True)  # its windows are seen through
    dark = world.placed.spec.sky.time in ("dusk", "night", "dawn")
    used = (world.ways.get(name) or piece.open) if level is None else level > 0.0
    if entry.moves == "drives" and dark and used:
        piece = replace(piece, lit=True)
    return Thing(piece.name, piece, tuple(keys), tuple(opening), entry.opens, entry.grip, entry.moves)


def _moved(
    world: SceneWorld, name: str, deed: Deed, keys: list[ThingKey], start: Fraction, end: Fraction
) -> list[ThingKey]:
    """A thing's keys once a deed has put it elsewhere."""
    settled = deed.end <= start - LONG_AGO
    at = _SETTLED if settled else _rel(deed.start, start)
    if deed.kind not in (DeedKind.DRIVE, DeedKind.THROW):
        key = _fixed(world, deed, at)
        return [key] if settled or not keys else [*keys, key]
    rows = [(t, p) for t, p in deed.way if t < end + 1]
    if settled or not rows:
        return [_fixed(world, deed, _SETTLED)]
    if keys and keys[-1].holder and deed.kind is DeedKind.THROW:
        keys = [*keys, ThingKey(at, rows[0][1])]
    elif not keys or deed.kind is DeedKind.DRIVE:
        keys = [*keys, ThingKey(at, rows[0][1], _yaw_in(world, name, deed))]
    arc = deed.arc if deed.kind is DeedKind.THROW else 0.0
    yaw = r4(turn(deed.spot.yaw)) if deed.spot is not None else 0.0
    return keys + [ThingKey(_rel(t, start), p, yaw, glide=True, arc=r4(arc)) for t, p in rows[1:]]


def _swing(deeds: Iterable[Deed], before: list[tuple[float, float]], start: Fraction) -> list[tuple[float, float]]:
    """How far a thing is open, by shot time, after ``deeds``."""
    swing = before
    for deed in deeds:
        level = r4(deed.level)
        if deed.end <= start - LONG_AGO:
            swing = [(_SETTLED, level)]
        else:
            now = swing[-1][1] if swing else 0.0
            swing = [*swing, (_rel(deed.start, start), now), (_rel(deed.end, start), level)]
    return swing


_NOWHERE: Vec3 = (0.0, -1000.0, 0.0)
"""Where a thing is before it appears, and while it is inside another that is shut."""


def _key(world: SceneWorld, name: str, made: Made, item: Item, at: float) -> ThingKey | None:
    """Where the scene finds a thing: in a hand, at its spot, where the set dresser put it, or nowhere yet."""
    if item.holder:
        return ThingKey(at, holder=item.holder, hand=item.hand)
    if item.inside:
        return ThingKey(at, _NOWHERE)
    if item.spot is not None and item.place == world.place:
        return ThingKey(at, item.spot.position, r4(item.spot.yaw))
    if name in world.home_of and not item.known:
        return ThingKey(at, made.piece.position, r4(made.piece.yaw))
    return ThingKey(at, _NOWHERE)


def _fixed(world: SceneWorld, deed: Deed, at: float) -> ThingKey:
    if deed.kind is DeedKind.GIVE:
        return ThingKey(at, holder=deed.to, hand=deed.hand)
    if deed.kind is DeedKind.TAKE or (deed.kind is DeedKind.APPEAR and deed.who):
        return ThingKey(at, holder=deed.who, hand=deed.hand)
    if deed.kind is DeedKind.PUT and deed.to:
        around = world.made[deed.to].entry
        if around.opens == "lid" or around.moves == "drives":
            return ThingKey(at, _NOWHERE)
    spot = deed.spot
    return ThingKey(at, _NOWHERE) if spot is None else ThingKey(at, spot.position, r4(turn(spot.yaw)))


def _yaw_in(world: SceneWorld, name: str, deed: Deed) -> float:
    way = next((w for w in world.ways.get(name, ()) if w.start == deed.start), None)
    return r4(turn(way.yaw_in)) if way is not None else 0.0


def _leaf(world: SceneWorld, opening: Opening, start: Fraction, end: Fraction) -> Thing:
    """A door's leaf as a thing on its hinges; its width and height ride in the scale."""
    name = f"{world.place}/{opening.name}"
    x, z = wall_point(world.placed.spec.shell, opening.wall, opening.offset, 0.0)
    yaw = WALL_YAW[opening.wall]
    was = world.world.before.item(name).open
    deeds = world.world.done_to(name).openings.between(start - LONG_AGO, end)
    swing = _swing(deeds, [(_SETTLED, r4(was))], start)
    piece = Piece("door leaf", opening.name, (0.0, 0.0, 0.0), 0.0, (opening.width, opening.height, 1.0))
    return Thing(opening.name, piece, (ThingKey(_SETTLED, v4((x, 0.0, z)), yaw),), tuple(swing), "door")


def _shows(world: SceneWorld, thing: Thing, name: str, near: Sequence[Moment], seen: Collection[str]) -> bool:
    if any(k.holder in seen for k in thing.keys):
        return True
    radius = NEAR + max(size_of(world.made[name])) / 2
    for t, sight in near:
        if world.holder(name, t):
            continue
        point = world.where(name, t)
        item = world.state(t).item(name)
        away = item.place not in ("", world.place) or (item.inside and not world.pose(name, t))
        if point is None or away:
            continue
        if sight.holds(point, radius):
            return True
    return False


def _point_shows(point: Vec3, radius: float, near: Sequence[Moment]) -> bool:
    middle = (point[0], point[1] + 1.0, point[2])
    return any(sight.holds(middle, radius) for _, sight in near)


def _shown(world: SceneWorld, name: str) -> str:
    """The name a thing has in masks: a prop's own, a piece's as the set calls it."""
    return name if name in world.props else name.rpartition("/")[2]


def _rel(t: Fraction, start: Fraction) -> float:
    return r4(float(t - start))
