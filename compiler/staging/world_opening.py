"""How a scene finds the world: what earlier scenes left, and what its ``scene`` block says of things, hands and clothes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Film, Phrase, Placement, Scene
from compiler.names import misspelling
from compiler.staging.blocking import Dimmed, Stage
from compiler.staging.history import FOREVER
from compiler.staging.model import Act, ActKind
from compiler.staging.places import PlacedSet
from compiler.staging.places_phrases import numbers
from compiler.staging.space import v4, yaw_to
from compiler.staging.world import Deed, DeedKind, Spot, World, WorldState
from compiler.staging.world_scene import SceneWorld
from compiler.staging.world_wardrobe import check_garments

_HELD_BY = re.compile(
    r"^(?:held by|carried by|with|in the hands? of|worn by)\s+(.*)$|^in\s+(.*?)['’]s?\s+hands?$", re.IGNORECASE
)
_HOLDS = re.compile(
    r"^(?:(?:is\s+)?(?:still\s+)?holding|holds|carries|carrying|with|hands? (?:on|around|over))\s+(.*)$", re.IGNORECASE
)
_RIDES = re.compile(
    r"^(?:(?:sitting|seated|sits|driving|at the wheel|waiting)\s*)?(?:in|inside|on|of|aboard)?\s*(.*)$", re.IGNORECASE
)
_ROAD = re.compile(
    r"(?:(?:waiting|parked|standing|driving)\s+)?(?:on|in|along|by|at)\s+(?:the\s+)?(?:road|street|kerb|side of the road|lane)"
)
_OPEN = {"open": 1.0, "wide open": 1.0, "ajar": 0.3, "half open": 0.5, "closed": 0.0, "shut": 0.0, "locked": 0.0}
_LIT = {"on": 1.0, "lit": 1.0, "burning": 1.0, "alight": 1.0, "bright": 1.0, "low": 0.4, "dim": 0.4,
        "off": 0.0, "out": 0.0, "dark": 0.0, "unlit": 0.0, "dead": 0.0, "broken": 0.0}  # fmt: skip


def open_world(
    film: Film, scene: Scene, placed: PlacedSet, before: WorldState, report: Report, stage: Stage
) -> SceneWorld:
    """The world of a scene about to be played, as it finds it, with ``stage.world`` set.

    Call ``settle_things`` once people are placed, ``close_world`` when the scene has been played.
    """
    world = World(before)
    found = SceneWorld(
        world, placed, scene.location, {p.name: p for p in film.props}, film.seed, report, scene.span, stage
    )
    stage.world = found
    found.groups = frozenset(group.name for group in film.groups)
    world.add(Deed(DeedKind.HOUR, _START, _START, words=(scene.time_of_day, *(p.text for p in scene.weather))))
    for line in scene.wardrobe:
        check_garments(line.phrases, report)
        worn = world.before.person(line.key).wears or ()
        world.add(Deed(DeedKind.WEAR, _START, _START, who=line.key, words=(*worn, *(p.text for p in line.phrases))))
    return found


def wears(world: World, who: str) -> tuple[str, ...]:
    """Garments put on since the film began, the scene's own included."""
    return world.at().person(who).wears or ()


def settle_things(stage: Stage, placements: Sequence[Placement], now: Fraction) -> None:
    """Opening states of things and hands, in force from just before ``now``; lights left out stay out."""
    world = stage.world
    if world is None:
        return
    _keep_lights(stage, world, now)
    for placement in placements:
        if placement.entity in stage.bodies:
            _person(stage, world, placement, now)
        elif placement.entity not in world.groups:
            _thing(stage, world, placement, now)
    _hold(stage, world, now)


def hold_from(stage: Stage, who: str, text: str, time: Fraction) -> None:
    """A shot's own ``MARA: holds LETTER``: a prop that was nowhere yet is in hand from ``time`` on."""
    world, match = stage.world, _HOLDS.match(text.strip())
    if world is None or match is None:
        return
    thing = world.find(match[1], who)
    if thing is not None and thing in world.made and world.made[thing].entry.grip and thing in world.props:
        if world.world.at(time).item(thing).known:
            return
        hand = world.free_hand(who, thing)
        world.world.add(Deed(DeedKind.APPEAR, time, time, thing, who, hand=hand, place=world.place))


def close_world(stage: Stage) -> None:
    """Ends a scene: where people stand and how lights burn is kept for the scenes to come."""
    world = stage.world
    if world is None:
        return
    now = max((d.end for d in world.world.deeds), default=_START)
    for name, body in sorted(stage.bodies.items()):
        world.world.add(Deed(DeedKind.STAND, now, now, who=name, place=world.place, stance=body.stance()))
    last: dict[str, Dimmed] = {}
    for cue in stage.lights:
        if cue.light not in last or (cue.start, cue.end) >= (last[cue.light].start, last[cue.light].end):
            last[cue.light] = cue
    for light, cue in sorted(last.items()):
        was = world.world.before.item(f"{world.place}/{light}").level
        if cue.level != (1.0 if was is None else was):
            world.switch(light, cue.level, max(now, cue.end))


_START = Fraction(-(10**6))
"""Before everything: what a scene block says holds from before its first frame."""


def _hold(stage: Stage, world: SceneWorld, now: Fraction) -> None:
    """Whoever comes into the scene with something in hand holds it before them; what has a handle hangs from a straight arm."""
    state = world.state()
    for body in stage.bodies.values():
        for name in state.held_by(body.name):
            if name in world.made and world.made[name].entry.grip not in ("handle", ""):
                act = Act(ActKind.HOLD, 0, 0, hand=state.item(name).hand, value=0.0)
                stage.add_act(body, act, now - 3, Fraction(3, 5), until=FOREVER)


def _keep_lights(stage: Stage, world: SceneWorld, now: Fraction) -> None:
    for light in stage.placed.spec.lights:
        level = world.world.before.item(f"{world.place}/{light.name}").level
        if level is not None and level != 1.0:
            stage.lights.append(Dimmed(light.name, now - 4, now - Fraction(7, 2), level))


def _person(stage: Stage, world: SceneWorld, placement: Placement, now: Fraction) -> None:
    carried = world.state().person(placement.entity).rides
    if carried and any(_AFOOT.search(phrase.text) for phrase in placement.phrases):
        # Who is said to stand somewhere has got out in the meantime.
        world.world.add(Deed(DeedKind.ALIGHT, _START, _START, carried, placement.entity, place=world.place))
    for place, phrase in enumerate(placement.phrases):
        text = " ".join(phrase.text.split())
        if not place:
            _check_place(stage, world, phrase, placement.entity)
        held = _HOLDS.match(text)
        if held is not None and not text.lower().startswith(
            ("hand on", "hands on", "hand over", "hands over", "hands around", "hand around")
        ):
            for words in re.split(r"\s+and\s+", held[1]):
                thing = world.find(words, placement.entity) or world.from_pocket(placement.entity, words)
                if thing is not None and thing in world.made and world.made[thing].entry.grip:
                    world.lift(thing)
                    hand = world.free_hand(placement.entity, thing)
                    world.world.add(
                        Deed(DeedKind.APPEAR, _START, _START, thing, placement.entity, hand=hand, place=world.place)
                    )
                elif (
                    text.lower().startswith(("hold", "carr"))
                    and words.lower() not in _BODY
                    and not _is_person(stage, words)
                ):
                    _unknown(world.report, phrase, placement.entity)
            continue
        ride = _RIDES.match(text)
        thing = world.find(ride[1]) if ride is not None and ride[1] else None
        if (
            thing is not None
            and thing in world.made
            and world.made[thing].entry.seats
            and re.search(r"\b(?:in|inside|aboard|wheel|driving|on)\b", text)
        ):
            _stand_somewhere(world, thing)
            seat = (
                0
                if re.search(r"\b(?:wheel|driv)", text)
                else (1 if re.search(r"\b(?:beside|passenger|front)\b", text) else 2 if "back" in text else 0)
            )
            world.world.add(
                Deed(DeedKind.BOARD, _START, _START, thing, placement.entity, place=world.place, level=float(seat))
            )


def _check_place(stage: Stage, world: SceneWorld, phrase: Phrase, entity: str) -> None:
    """Reports a first phrase that says somebody is somewhere that is not here (``standing at dor``, ``standin at door``)."""
    match = _SOMEWHERE.match(phrase.text.strip())
    if match is None:
        return
    stance, where = (match[1] or "").lower(), re.split(_NO_MORE, match[2])[0].strip().lower()
    near = misspelling(stance, _STANCES) if stance and stance not in _STANCES else ""
    if near:
        world.report(W.UNKNOWN_STATE, phrase.span, text=phrase.text, thing=entity, help=f"did you mean `{near}`?")
        return
    known = not where or numbers(where) or stage.mark(where) or world.find(where) or stage.body(where)
    if known or any(stage.mark(word) or world.find(word) for word in where.split()):
        return
    names = [*stage.placed.marks, *(piece.name for piece in stage.placed.spec.pieces)]
    meant = misspelling(where.removeprefix("the "), names)
    if meant or not stance or stance in _STANCES:
        listed = ", ".join(f"`{name}`" for name in list(dict.fromkeys(names))[:8])
        help_text = f"did you mean `{meant}`?" if meant else f"here are {listed}"
        world.report(W.UNKNOWN_STATE, phrase.span, text=phrase.text, thing=entity, help=help_text)


_STANCES = (
    "standing",
    "sitting",
    "seated",
    "kneeling",
    "lying",
    "waiting",
    "stands",
    "sits",
    "kneels",
    "asleep",
    "leaning",
)
_SOMEWHERE = re.compile(
    r"(?:([a-z]+)\s+)?(?:at|by|on|in|near|beside|behind|before|under|against|next to)\s+(.+)", re.IGNORECASE
)
_NO_MORE = re.compile(r"\b(?:facing|looking|watching|gazing|holds|holding|as an?|with)\b|,", re.IGNORECASE)
_AFOOT = re.compile(r"\b(?:standing|stands|walking|kneeling|lying)\b", re.IGNORECASE)
_BODY = frozenset(
    {"hands", "her hands", "his hands", "hand", "her breath", "his breath", "still", "her head", "his head"}
)


def _is_person(stage: Stage, words: str) -> bool:
    return stage.body(words.removesuffix("'s hand").removesuffix("'s hands")) is not None


def _thing(stage: Stage, world: SceneWorld, placement: Placement, now: Fraction) -> None:
    thing = world.find(placement.entity)
    opening = world.opening(placement.entity) if thing is None else None
    lights = stage.placed.lights(placement.entity)
    if thing is None and opening is None and not lights:
        thing = world.from_pocket(world.place, placement.entity)  # a cup that the set does not have
    for phrase in placement.phrases:
        text = " ".join(phrase.text.lower().split())
        held = _HELD_BY.match(text)
        owner = stage.body(held[1] or held[2]) if held is not None else None
        if text in _OPEN and (opening is not None or (thing is not None and world.made[thing].entry.opens)):
            name = thing if thing is not None else f"{world.place}/{opening.name if opening is not None else ''}"
            world.world.add(Deed(DeedKind.OPENING, _START, _START, name, place=world.place, level=_OPEN[text]))
            if opening is not None:
                world.lifted.add(opening.name)
            elif thing is not None:
                world.lift(thing)
        elif text in _LIT and lights and thing not in world.props:
            for light in lights:
                stage.lights.append(Dimmed(light, now - 3, now - Fraction(5, 2), _LIT[text]))
        elif text in _LIT and thing is not None:
            world.world.add(Deed(DeedKind.SWITCH, _START, _START, thing, place=world.place, level=_LIT[text]))
        elif thing is None:
            _unknown(world.report, phrase, placement.entity)
        elif owner is not None:
            world.lift(thing)
            hand = world.free_hand(owner.name, thing)
            world.world.add(Deed(DeedKind.APPEAR, _START, _START, thing, owner.name, hand=hand, place=world.place))
        elif text.startswith(("facing ", "towards ")):
            _face(stage, world, thing, text.partition(" ")[2])
        elif text in ("gone", "away", "missing", "nowhere"):
            world.lift(thing)
            world.world.add(Deed(DeedKind.PUT, _START, _START, thing, place="nowhere", spot=Spot((0.0, -1000.0, 0.0))))
        elif text in ("here", "present", "parked") or (world.made[thing].entry.moves and _ROAD.fullmatch(text)):
            _stand_somewhere(world, thing)
        elif _is_place(stage, world, text, thing):
            inside = world.container_of(text, thing)
            spot = world.spot_on(text, thing)
            world.lift(thing)
            world.world.add(Deed(DeedKind.PUT, _START, _START, thing, "", inside, place=world.place, spot=spot))
        else:
            _unknown(world.report, phrase, placement.entity)


def _face(stage: Stage, world: SceneWorld, thing: str, words: str) -> None:
    """Turns a thing where it stands: to a compass point, or to what words mean."""
    base = world.where(thing)
    if base is None:
        return
    compass = {"south": 0.0, "east": 90.0, "north": 180.0, "west": -90.0}.get(words.strip())
    point = stage.point(words, base) if compass is None else None
    yaw = compass if compass is not None else (yaw_to(base, point) if point is not None else None)
    if yaw is not None:
        world.lift(thing)
        world.world.add(
            Deed(DeedKind.PUT, _START, _START, thing, place=world.place, spot=Spot(v4(base), round(yaw, 4)))
        )


def _stand_somewhere(world: SceneWorld, thing: str) -> None:
    """A vehicle that nobody placed stands at the road's side."""
    item = world.state().item(thing)
    if item.place == world.place and item.spot is not None:
        return
    if thing in world.home_of:
        return
    spot, yaw = world.arrival(thing)
    world.world.add(Deed(DeedKind.PUT, _START, _START, thing, place=world.place, spot=Spot(v4(spot), round(yaw, 4))))


def _is_place(stage: Stage, world: SceneWorld, text: str, thing: str) -> bool:
    bare = re.sub(r"^(?:standing|lying|parked|waiting|left|is)\s+", "", text)
    bare = re.sub(r"^(?:on top of|on|in|inside|into|at|by|under|beside|next to|near|behind|before)\s+", "", bare)
    if bare in ("floor", "the floor", "ground", "the ground", "road", "the road", "street", "the street"):
        return True
    other = world.find(bare)
    return (other is not None and other != thing) or stage.mark(bare) is not None


def _unknown(report: Report, phrase: Phrase, entity: str) -> None:
    report(
        W.UNKNOWN_STATE, phrase.span, text=phrase.text, thing=entity,
        help="such as `on table`, `held by MARA`, `open`, `off`, `at 0.5 -1`",
    )  # fmt: skip
