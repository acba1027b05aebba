"""The state of the world, carried through the whole film: where things and people are, in whose hands, open, lit, worn.

A ``WorldState`` is a pure fold over ``Deed``s: the same deeds give the same state, whoever asks and however often. Nothing
here knows geometry, sets or pictures; ``world_scene`` turns acts into deeds, ``world_shot`` what one shot sees of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from types import MappingProxyType

from compiler.staging.model import Stance, Vec3
from compiler.staging.space import floated


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing rests: its base centre and the way it faces, in one place."""

    position: Vec3
    yaw: float = 0.0


class DeedKind(str, Enum):
    APPEAR = "appear"
    """A thing is at a spot or in a hand, without anybody's doing."""
    TAKE = "take"
    PUT = "put"
    GIVE = "give"
    THROW = "throw"
    OPENING = "opening"
    """A thing, door or lid goes to ``level`` open, 0 shut .. 1 wide."""
    SWITCH = "switch"
    """A light goes to ``level`` of its own."""
    DRIVE = "drive"
    """A thing goes along ``way`` from ``start`` to ``end``."""
    BOARD = "board"
    ALIGHT = "alight"
    WEAR = "wear"
    STAND = "stand"
    """A person is in a place, in a stance."""
    HOUR = "hour"
    """A scene's time of day and weather."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One change of the world on the scene's clock. ``thing`` is a prop's name, or ``PLACE/piece`` for a piece of a set."""

    kind: DeedKind
    start: Fraction
    end: Fraction
    thing: str = ""
    who: str = ""
    to: str = ""
    """Taker of a gift; container of what is put into something."""
    hand: str = ""
    place: str = ""
    spot: Spot | None = None
    level: float = 0.0
    way: tuple[tuple[Fraction, Vec3], ...] = ()
    """(time, point): the way of a drive or a throw."""
    arc: float = 0.0
    words: tuple[str, ...] = ()
    """Garments of a WEAR; time of day and weather of an HOUR."""
    stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """The state of one thing."""

    place: str = ""
    """Where it is when nobody holds it; "" = it has not appeared yet."""
    spot: Spot | None = None
    holder: str = ""
    hand: str = ""
    inside: str = ""
    """The thing it lies in."""
    open: float = 0.0
    level: float | None = None
    """Light level; ``None`` = as the set says."""

    @property
    def known(self) -> bool:
        """Whether it has been anywhere."""
        return bool(self.place or self.holder or self.inside)


@dataclass(frozen=True, slots=True)
class Presence:
    """The state of one person."""

    place: str = ""
    stance: Stance | None = None
    wears: tuple[str, ...] | None = None
    """Garments put on since the film began; ``None`` = as cast."""
    rides: str = ""
    """The thing that carries them."""
    seat: int = 0


@dataclass(frozen=True, slots=True)
class WorldState:
    """Everything that outlasts a shot. Maps are never changed in place."""

    items: Mapping[str, Item] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[str, Presence] = field(default_factory=lambda: MappingProxyType({}))
    hour: str = ""
    weather: tuple[str, ...] = ()

    def item(self, name: str) -> Item:
        return self.items.get(name, _NO_ITEM)

    def person(self, name: str) -> Presence:
        return self.people.get(name, _NOBODY)

    def held_by(self, who: str) -> tuple[str, ...]:
        """Names of the things a person holds, in order of name."""
        return tuple(sorted(n for n, i in self.items.items() if i.holder == who))

    def riders(self, thing: str) -> tuple[str, ...]:
        """Who is carried by a thing, in order of seat."""
        found = [(p.seat, n) for n, p in self.people.items() if p.rides == thing]
        return tuple(n for _, n in sorted(found))


_PLACING = frozenset({DeedKind.APPEAR, DeedKind.TAKE, DeedKind.PUT, DeedKind.GIVE, DeedKind.THROW, DeedKind.DRIVE})
"""What changes where a thing is."""
_NO_ITEM = Item()
_NOBODY = Presence()


def after(state: WorldState, deed: Deed) -> WorldState:
    """The world once ``deed`` is done."""
    item = state.item(deed.thing)
    match deed.kind:
        case DeedKind.APPEAR | DeedKind.PUT | DeedKind.THROW:
            if deed.who and deed.kind is DeedKind.APPEAR:
                return _with_item(
                    state, deed.thing, replace(item, holder=deed.who, hand=deed.hand, spot=None, inside="")
                )
            moved = replace(item, place=deed.place, spot=deed.spot, holder="", hand="", inside=deed.to)
            return _with_item(state, deed.thing, moved)
        case DeedKind.TAKE:
            return _with_item(state, deed.thing, replace(item, holder=deed.who, hand=deed.hand, spot=None, inside=""))
        case DeedKind.GIVE:
            return _with_item(state, deed.thing, replace(item, holder=deed.to, hand=deed.hand, spot=None, inside=""))
        case DeedKind.OPENING:
            return _with_item(state, deed.thing, replace(item, open=deed.level))
        case DeedKind.SWITCH:
            return _with_item(state, deed.thing, replace(item, level=deed.level))
        case DeedKind.DRIVE:
            return _with_item(state, deed.thing, replace(item, place=deed.place, spot=deed.spot, holder="", inside=""))
        case DeedKind.BOARD:
            taken = {state.person(n).seat for n in state.riders(deed.thing) if n != deed.who}
            seat = int(deed.level) if int(deed.level) not in taken else next(n for n in range(99) if n not in taken)
            return _with_person(state, deed.who, replace(state.person(deed.who), rides=deed.thing, seat=seat))
        case DeedKind.ALIGHT:
            return _with_person(state, deed.who, replace(state.person(deed.who), rides="", seat=0))
        case DeedKind.WEAR:
            return _with_person(state, deed.who, replace(state.person(deed.who), wears=deed.words))
        case DeedKind.STAND:
            return _with_person(state, deed.who, replace(state.person(deed.who), place=deed.place, stance=deed.stance))
        case DeedKind.HOUR:
            return replace(state, hour=deed.words[0] if deed.words else "", weather=deed.words[1:])


def replay(deeds: Iterable[Deed], state: WorldState = WorldState()) -> WorldState:
    """The state after ``deeds``, in order of when they begin; of equals, as they were written."""
    for deed in sorted(deeds, key=lambda d: d.start):
        state = after(state, deed)
    return state


def _with_item(state: WorldState, name: str, item: Item) -> WorldState:
    return replace(state, items=MappingProxyType({**state.items, name: item}))


def _with_person(state: WorldState, name: str, person: Presence) -> WorldState:
    return replace(state, people=MappingProxyType({**state.people, name: person}))


@dataclass(slots=True)
class Course:
    """Deeds of one sort done to one thing in a scene, in order of time."""

    deeds: list[Deed] = field(default_factory=list)
    _begins: list[float] = field(default_factory=list)
    _ends: list[float] = field(default_factory=list)
    """When all up to each are done."""

    def add(self, deed: Deed) -> None:
        self.deeds.append(deed)
        self._begins.append(float(deed.start))
        self._ends.append(max(float(deed.end), self._ends[-1] if self._ends else float(deed.end)))

    def between(self, settled: Fraction, end: Fraction) -> list[Deed]:
        """Those that begin before ``end``, less all done by ``settled`` but the last of them."""
        first = max(bisect_left(self._ends, float(settled) - 1e-6) - 1, 0)
        return [d for d in self.deeds[first : bisect_right(self._begins, float(end))] if d.start < end]


@dataclass(slots=True)
class Courses:
    """What was done to one thing in a scene: where it was put, how far it was opened, how bright it was made."""

    places: Course = field(default_factory=Course)
    openings: Course = field(default_factory=Course)
    levels: Course = field(default_factory=Course)
    where: set[str] = field(default_factory=set)
    """Places in which it was done."""


@dataclass(slots=True)
class World:
    """A scene's deeds so far. ``before`` is the state in which it begins."""

    before: WorldState = field(default_factory=WorldState)
    deeds: list[Deed] = field(default_factory=list)
    _starts: list[float] = field(default_factory=list, init=False, repr=False, compare=False)
    _states: list[WorldState] = field(default_factory=list, init=False, repr=False, compare=False)
    """The state after each deed in order of time: asked for many times a shot, and made once."""
    _done: int = field(default=0, init=False, repr=False, compare=False)
    _courses: dict[str, Courses] = field(default_factory=dict, init=False, repr=False, compare=False)
    _told: int = field(default=0, init=False, repr=False, compare=False)
    """How many deeds ``_courses`` holds."""

    def add(self, deed: Deed) -> None:
        self.deeds.append(deed)

    def at(self, time: Fraction | None = None) -> WorldState:
        """The state at a time of the current scene; ``None`` = after all that was done in it."""
        if self._done != len(self.deeds):
            self._catch_up()
        index = len(self._states) if time is None else bisect_right(self._starts, floated(time))
        return self._states[index - 1] if index else self.before

    def _catch_up(self) -> None:
        """Takes in deeds that were added; one that begins before the last means all anew."""
        fresh = self.deeds[self._done :]
        starts = [float(d.start) for d in fresh]
        late = sorted(starts) == starts and (not self._starts or not starts or starts[0] >= self._starts[-1])
        if not late or self._done > len(self.deeds):
            self._starts, self._states = [], []
            fresh = sorted(self.deeds, key=lambda d: d.start)
        state = self._states[-1] if self._states else self.before
        for deed in fresh:
            state = after(state, deed)
            self._starts.append(float(deed.start))
            self._states.append(state)
        self._done = len(self.deeds)

    def done_to(self, thing: str) -> Courses:
        """What is done to a thing in the current scene."""
        if self._told != len(self.deeds):
            self._told, self._courses = len(self.deeds), {}
            for deed in sorted(self.deeds, key=lambda d: d.start):
                courses = self._courses.setdefault(deed.thing, Courses())
                courses.where.add(deed.place)
                match deed.kind:
                    case DeedKind.OPENING:
                        courses.openings.add(deed)
                    case DeedKind.SWITCH:
                        courses.levels.add(deed)
                    case _ if deed.kind in _PLACING:
                        courses.places.add(deed)
        return self._courses.get(thing) or Courses()

    def next_scene(self) -> World:
        """The world of the scene after this one, which finds what was done in this; this one stays as it was played."""
        return World(self.at())
