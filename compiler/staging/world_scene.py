"""One scene of the world: acts become deeds here, with the hands, tops, hinges and ways they take.

``Stage.world`` is a ``SceneWorld``. Acts call ``pick_up``, ``put_down``, ``give``, ``throw``, ``open``, ``close``, ``switch``,
``board``, ``alight`` and ``drive``; questions of where things are go to ``where``, ``point``, ``held_by`` and ``spot_on``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from compiler.codes import W
from compiler.diagnostics import Report, Span
from compiler.meaning.film import Prop
from compiler.staging.model import Opening, Posture, Stance, Vec3
from compiler.staging.places import Mark, PlacedSet
from compiler.staging.space import add, flat, heading, ms, turn, v4, yaw_to
from compiler.staging.world import Deed, DeedKind, Item, Spot, World, WorldState
from compiler.staging.world_drive import Way, drive_way, way_pose
from compiler.staging.world_spots import FLOOR, ON, spot_on
from compiler.staging.world_things import Made, make, make_prop, plain, portable, size_of

if TYPE_CHECKING:
    from compiler.staging.blocking import Body, Stage
    from compiler.staging.world_groups import Troupe


@dataclass(slots=True)
class SceneWorld:
    """The things of one scene in play. ``placed`` is its set as it was dressed, before anything was moved."""

    world: World
    placed: PlacedSet
    place: str
    props: Mapping[str, Prop]
    seed: int
    report: Report = field(default_factory=Report)
    span: Span | None = None
    """What is being acted, for warnings."""
    stage: Stage | None = None
    made: dict[str, Made] = field(default_factory=dict)
    """Every thing of this scene that is or may be drawn by itself, by name."""
    homes: dict[str, str] = field(default_factory=dict)
    """Name of a piece of the set → the thing it is (``PLACE/cup``)."""
    home_of: dict[str, str] = field(default_factory=dict)
    """The same the other way round."""
    lifted: set[str] = field(default_factory=set)
    """Pieces and openings of the set that are drawn as things of the shot."""
    ways: dict[str, list[Way]] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    """Names of the film's groups."""
    troupes: dict[str, Troupe] = field(default_factory=dict)
    """Groups of the scene, by name."""
    film_begins: Fraction = Fraction(0)
    """When the film begins, on the scene's clock."""
    _told: tuple[WorldState, bool] | None = field(default=None, init=False, repr=False)
    """The last state that was asked about, and whether anybody rides in it."""

    def __post_init__(self) -> None:
        entries = self.placed.words.pieces
        for piece in self.placed.spec.pieces:
            name = f"{self.place}/{piece.name}"
            self.homes[piece.name] = name
            self.home_of[name] = piece.name
            entry = entries.get(piece.kind)
            if entry is not None:
                self.made[name] = Made(entry, piece)
        for name, prop in self.props.items():
            self.made[name] = make_prop(prop, self.placed.words, self.seed)
        state = self.world.before
        for piece_name, name in self.homes.items():
            item = state.items.get(name)
            if item is not None and (item.known or item.open):
                self.lifted.add(piece_name)
        for opening in self.placed.spec.shell.openings:
            if opening.kind == "door" and state.item(f"{self.place}/{opening.name}").open:
                self.lifted.add(opening.name)
        for name in state.items:
            if name not in self.made and (found := self._remade(name)) is not None:
                self.made[name] = found

    # --- what and where ------------------------------------------------------------------------

    def find(self, words: str, who: str = "", time: Fraction | None = None) -> str | None:
        """The thing that words mean here: a prop, what ``who`` holds, what has been brought here, a piece of the set."""
        text = plain(words)
        if not text:
            return None
        for name in self.props:
            low = name.lower()
            if text in (low, low.removeprefix("the ")):
                return name
        state = self.world.at(time)
        held = state.held_by(who) if who else ()
        for name in held:
            if self._means(text, name):
                return name
        if text in ("it", "them", "this", "that") and held:
            return held[-1]
        present = [n for n, i in state.items.items() if self._present(i) and n not in held]
        for name in sorted(present, key=lambda n: (n not in self.props, n)):
            if self._means(text, name) and name in self.made:
                return name
        mark = self.placed.find(text)
        if mark is not None and mark.name in self.homes:
            return self.homes[mark.name]
        return next((n for n in sorted(self.props) if self._means(text, n)), None)

    def opening(self, words: str) -> Opening | None:
        """The door or window that words mean."""
        mark = self.placed.find(plain(words))
        if mark is None:
            return None
        return next((o for o in self.placed.spec.shell.openings if o.name == mark.name), None)

    def is_thing(self, words: str) -> bool:
        """Whether words mean a thing of the world or a piece of this set."""
        return self.find(words) is not None or self.opening(words) is not None

    def state(self, time: Fraction | None = None) -> WorldState:
        return self.world.at(time)

    def held_by(self, who: str, time: Fraction | None = None) -> tuple[str, ...]:
        """Names of what a person holds."""
        return self.world.at(time).held_by(who)

    def holder(self, thing: str, time: Fraction | None = None) -> str:
        return self.world.at(time).item(thing).holder

    def where(self, thing: str, time: Fraction | None = None) -> Vec3 | None:
        """World point of a thing's base centre; of a held one, about where the hand is. ``None`` when it is not here."""
        state = self.world.at(time)
        item = state.item(thing)
        if item.holder:
            return self._hand(item.holder, time)
        if item.inside:
            return self.where(item.inside, time)
        moving = self.pose(thing, time)
        if moving is not None:
            return moving[0]
        if item.spot is not None:
            return item.spot.position if item.place == self.place else None
        piece = self.made.get(thing)
        return piece.piece.position if piece is not None and thing in self.home_of else None

    def pose(self, thing: str, time: Fraction | None) -> tuple[Vec3, float] | None:
        """Position and yaw of a thing that goes along a way, at a time; ``None`` when it does not move in this scene.

        This is what a camera mounted on it, and people carried by it, follow.
        """
        ways = self.ways.get(thing)
        if not ways:
            return None
        return way_pose(ways, ways[-1].end if time is None else time)

    def yaw(self, thing: str, time: Fraction | None = None) -> float:
        moving = self.pose(thing, time)
        if moving is not None:
            return moving[1]
        item = self.world.at(time).item(thing)
        if item.spot is not None:
            return item.spot.yaw
        return self.made[thing].piece.yaw if thing in self.made else 0.0

    def point(self, words: str, time: Fraction | None = None, who: str = "") -> Vec3 | None:
        """What to look at or reach for when words mean a thing: its middle, where it is now. ``None`` when it never moved."""
        thing = self.find(words, who, time)
        if thing is None or (thing in self.home_of and thing not in self.world.at(time).items):
            return None
        base = self.where(thing, time)
        if base is None:
            return None
        return add(base, (0.0, size_of(self.made[thing])[1] * 0.55, 0.0)) if thing in self.made else base

    def mark(self, words: str, time: Fraction | None = None) -> Mark | None:
        """Where to stand for a thing that is not where the set has it (a prop put down, a car that drove); ``None`` for others."""
        thing = self.find(words, "", time)
        if thing is None or thing not in self.made or self.stage is None:
            return None
        if thing in self.home_of and thing not in self.world.at(time).items:
            return None
        base, item = self.where(thing, time), self.world.at(time).item(thing)
        if base is None or item.holder:
            return None
        size, yaw = size_of(self.made[thing]), self.yaw(thing, time)
        point = add(base, (0.0, size[1] * 0.6, 0.0))
        side = size[0] / 2 + 0.45 if size[1] > 0.5 else 0.45
        spot = self.stage.floor.near(add((base[0], 0.0, base[2]), heading(yaw + 90.0), side))
        return Mark(plain(words), spot, yaw_to(spot, base), "touch", 0.0, v4(point), size)

    def span_of(self, span: Span | None) -> Span | None:
        return span or self.span

    # --- hands ---------------------------------------------------------------------------------

    def pick_up(self, who: str, words: str, time: Fraction, hand: str = "", span: Span | None = None) -> str | None:
        """``who`` has the thing in hand from ``time`` on; its name, or ``None`` when words mean nothing that can be carried.

        A thing of the library that is nowhere yet is taken from a pocket; a declared prop that is nowhere yet is warned about.
        """
        thing = self.find(words, who, time) or self.from_pocket(who, words)
        if thing is None or thing not in self.made or not portable(self.made[thing].entry):
            return None
        state = self.world.at(time)
        other = state.item(thing).holder
        if other == who:
            return thing
        if other and (thing in self.props or (thing in self.home_of and self._present(state.item(thing)))):
            # Of small things that nobody placed (a key) there may well be two; what stands about is put back off screen.
            self.report(
                W.HELD_TWICE,
                self.span_of(span),
                who=who,
                prop=thing.rpartition("/")[2],
                other=other,
                help=f"let {other} give it, or put it down first",
            )
        if thing in self.props and not state.item(thing).known:
            self.report(
                W.PROP_UNSEEN, self.span_of(span), prop=thing, help=f"place it in the scene block: `{thing}: on table`"
            )
        self.lift(thing)
        self.world.add(
            Deed(DeedKind.TAKE, time, time, thing, who, hand=hand or self.free_hand(who, thing, time), place=self.place)
        )
        return thing

    def put_down(self, who: str, words: str, where: str, time: Fraction) -> Vec3 | None:
        """The thing stands at ``where`` (a top, the floor, inside something that opens) from ``time`` on; the point, or ``None``."""
        thing = self.find(words, who, time)
        if thing is None or thing not in self.made:
            return None
        inside = self.container_of(where, thing)
        spot = self.spot_on(where, thing, who, time)
        self.lift(thing)
        self.world.add(Deed(DeedKind.PUT, time, time, thing, who, inside, place=self.place, spot=spot))
        return spot.position

    def give(self, who: str, words: str, to: str, time: Fraction, span: Span | None = None) -> str | None:
        """``to`` has the thing from ``time`` on, out of the hand of ``who``."""
        thing = self.find(words, who, time) or self.from_pocket(who, words)
        if thing is None or thing not in self.made or not portable(self.made[thing].entry):
            return None
        if not self.holder(thing, time):
            self.pick_up(who, words, max(self.film_begins, time - Fraction(3, 2)), span=span)
        self.lift(thing)
        hand = self.free_hand(to, thing, time)
        self.world.add(Deed(DeedKind.GIVE, time, time, thing, who, to, hand, self.place))
        return thing

    def throw(self, who: str, words: str, at: str, time: Fraction) -> Fraction | None:
        """The thing flies from the hand to ``at`` (a person catches it; else it lands); when it gets there, or ``None``."""
        thing = self.find(words, who, time) or self.from_pocket(who, words)
        if thing is None or thing not in self.made:
            return None
        self.lift(thing)
        start = add(self._hand(who, time), (0.0, 0.35, 0.0))
        catcher = self.stage.body(at) if self.stage is not None and at else None
        body = self.body_of(who)
        yaw = body.stance().yaw if body is not None else 0.0
        if catcher is not None:
            goal = self._hand(catcher.name, time)
        elif at and at not in FLOOR:
            goal = self.spot_on(at, thing, who, time).position
        else:
            goal = self.ground(add(start, heading(yaw), 2.6))
        far = math.dist(start, goal)
        lands = time + ms(round(0.35 + far * 0.11, 2))
        way = ((time, v4(start)), (lands, v4(goal)))
        arc = round(0.12 + far * 0.1, 4)
        self.world.add(
            Deed(DeedKind.THROW, time, lands, thing, who, place=self.place, spot=Spot(v4(goal), 0.0), way=way, arc=arc)
        )
        if catcher is not None:
            hand = self.free_hand(catcher.name, thing, time)
            self.world.add(Deed(DeedKind.TAKE, lands, lands, thing, catcher.name, hand=hand, place=self.place))
        return lands

    def free_hand(self, who: str, thing: str, time: Fraction | None = None) -> str:
        """The hand for a thing: both for what takes both, the right one unless it is taken."""
        if thing in self.made and self.made[thing].entry.grip == "hands":
            return "both"
        state = self.world.at(time)
        taken = {state.item(n).hand for n in state.held_by(who) if n != thing}
        return "left" if taken & {"right", "both"} and "left" not in taken else "right"

    # --- doors, lids, lights -------------------------------------------------------------------

    def open(
        self, words: str, time: Fraction, seconds: Fraction = Fraction(1), amount: float = 1.0, who: str = ""
    ) -> str | None:
        """A door, lid, drawer or book goes to ``amount`` open over ``seconds``; its name, or ``None`` when it does not open."""
        thing = self.find(words, who, time)
        if thing is not None and thing in self.made and self.made[thing].entry.opens:
            self.lift(thing)
        else:
            opening = self.opening(words)
            if opening is None or opening.kind != "door":
                return None
            thing = f"{self.place}/{opening.name}"
            self.lifted.add(opening.name)
        self.world.add(Deed(DeedKind.OPENING, time, time + seconds, thing, who, place=self.place, level=amount))
        return thing

    def close(self, words: str, time: Fraction, seconds: Fraction = Fraction(1), who: str = "") -> str | None:
        """As ``open``, to shut."""
        return self.open(words, time, seconds, 0.0, who)

    def switch(self, light: str, level: float, time: Fraction, seconds: Fraction = Fraction(0)) -> None:
        """A light of the set is at ``level`` from then on; ``Stage.lights`` has the cue, this keeps it for later scenes."""
        self.world.add(
            Deed(DeedKind.SWITCH, time, time + seconds, f"{self.place}/{light}", place=self.place, level=level)
        )

    # --- ways ----------------------------------------------------------------------------------

    def board(self, who: str, words: str, time: Fraction, seat: int = 0) -> str | None:
        """``who`` is carried by the thing from ``time`` on; its name, or ``None`` when it carries nobody."""
        thing = self.find(words, "", time)
        if thing is None or thing not in self.made or not self.made[thing].entry.seats:
            return None
        self.lift(thing)
        self.world.add(Deed(DeedKind.BOARD, time, time, thing, who, place=self.place, level=float(seat)))
        return thing

    def alight(self, who: str, time: Fraction) -> Vec3 | None:
        """``who`` gets out; where they stand then, beside their seat."""
        thing = self.world.at(time).person(who).rides
        if not thing:
            return None
        place, yaw = self.where(thing, time) or (0.0, 0.0, 0.0), self.yaw(thing, time)
        self.world.add(Deed(DeedKind.ALIGHT, time, time, thing, who, place=self.place))
        side = 90.0 if self.world.before.person(who).seat % 2 == 0 else -90.0
        width = size_of(self.made[thing])[0] if thing in self.made else 1.8
        return self.ground(add(place, heading(yaw + side), width / 2 + 0.5))

    def drive(self, words: str, to: str, time: Fraction, tempo: float = 1.0) -> tuple[Fraction, Fraction] | None:
        """The thing goes to ``to`` (words, coordinates; "" = away, out of the picture); when it begins and ends, or ``None``."""
        thing = self.find(words, "", time)
        if thing is None or thing not in self.made or not self.made[thing].entry.moves:
            return None
        self.lift(thing)
        ways = self.ways.setdefault(thing, [])
        start = max(time, ways[-1].end) if ways else time
        here, yaw = self.where(thing, start), self.yaw(thing, start)
        if here is None:
            here, yaw = self.arrival(thing)
        goal, facing = self._destination(to, here, yaw, thing)
        way = drive_way(here, yaw, goal, facing, start, tempo, self.made[thing].entry.moves)
        ways.append(way)
        spot = Spot(v4(way.points[-1][1]), round(turn(way.yaw_out), 4))
        self.world.add(Deed(DeedKind.DRIVE, start, way.end, thing, place=self.place, spot=spot, way=way.points))
        return start, way.end

    def arrival(self, thing: str) -> tuple[Vec3, float]:
        """Where something that drives stands when nobody said: on the free side of the road, come from the north, heading south."""
        yaw = self.placed.spec.terrain.yaw
        side = 1.6 if self.placed.spec.terrain.kind == "street" else 2.4
        return self.ground(add(add((0.0, 0.0, 0.0), heading(yaw - 90.0), side), heading(yaw), -12.0)), yaw

    def riding(self, who: str, time: Fraction) -> tuple[str, Vec3, float] | None:
        """Thing, world seat point and yaw of somebody who is carried at ``time``; ``None`` for whoever is on their feet."""
        person = self.world.at(time).person(who)
        if not person.rides or person.rides not in self.made:
            return None
        base, yaw = self.where(person.rides, time), self.yaw(person.rides, time)
        if base is None:
            return None
        x, y, z = seat_of(self.made[person.rides], person.seat)
        across, ahead = heading(yaw + 90.0), heading(yaw)
        return (
            person.rides,
            (base[0] + across[0] * x + ahead[0] * z, base[1] + y, base[2] + across[2] * x + ahead[2] * z),
            yaw,
        )

    def carried(self, who: str, time: Fraction) -> Stance | None:
        """The stance of somebody who is carried at ``time``, for eyes and cameras; ``None`` for everybody else."""
        if not self.ways and not self._anybody_rides():
            return None
        found = self.riding(who, time)
        if found is None:
            return None
        _, seat, yaw = found
        return Stance(v4((seat[0], seat[1] - 0.3, seat[2])), round(yaw, 4), Posture.SIT, 0.3)

    def _anybody_rides(self) -> bool:
        last = self.world.at()
        if self._told is None or self._told[0] is not last:
            self._told = last, any(p.rides for p in last.people.values())
        return self._told[1]

    # --- groups --------------------------------------------------------------------------------

    def group_act(
        self, name: str, what: str, target: str, start: Fraction, tempo: float = 1.0
    ) -> tuple[Fraction, Fraction] | None:
        """A group does an act of the lexicon (walk, run, stand, look, cheer, part …); ``None`` when no such group is here."""
        from compiler.staging.world_groups import act

        troupe = self.troupes.get(name)
        return None if troupe is None or self.stage is None else act(self.stage, troupe, what, target, start, tempo)

    def crowd_eyes(self, name: str, time: Fraction) -> tuple[Vec3, ...]:
        """Eyes of a group's people near its middle at a time; empty when it is not here."""
        troupe = self.troupes.get(name)
        return () if troupe is None else troupe.eyes(time)

    # --- places --------------------------------------------------------------------------------

    def spot_on(self, where: str, thing: str, who: str = "", time: Fraction | None = None) -> Spot:
        """Where a thing comes to rest for words such as ``on the table``; see ``world_spots.spot_on``."""
        return spot_on(self, where, thing, who, time)

    def _destination(self, to: str, here: Vec3, yaw: float, thing: str) -> tuple[Vec3, float | None]:
        text = ON.sub("", " ".join(to.lower().split()))
        if text and text not in ("away", "off", "out", "past"):
            other = self.stage.body(text) if self.stage is not None else None
            if other is not None:
                return self._short_of(other.stance().position, here, 3.0), None
            name = self.find(text)
            made = self.made.get(name) if name is not None and name != thing else None
            base = self.where(name) if name is not None and made is not None else None
            if made is not None and base is not None:
                return self._short_of(base, here, max(size_of(made)[2], size_of(made)[0]) / 2 + 3.0), None
            mark = self.placed.find(text)
            if mark is not None and flat(mark.position, here) > 1.0:
                return mark.point if mark.point is not None and mark.kind == "look" and flat(
                    mark.point, here
                ) < 60.0 else mark.position, None
        return add(here, heading(yaw), 34.0), None

    def _short_of(self, there: Vec3, here: Vec3, far: float) -> Vec3:
        """A point ``far`` metres before ``there``; on a street in the lane one is in already."""
        terrain = self.placed.spec.terrain
        if self.placed.spec.interior or terrain.kind != "street":
            return add(there, heading(yaw_to(there, here)), far)
        along = heading(terrain.yaw)
        ahead = (there[0] - here[0]) * along[0] + (there[2] - here[2]) * along[2]
        return add(here, along, math.copysign(max(0.0, abs(ahead) - far), ahead))

    def container_of(self, where: str, thing: str) -> str:
        """The thing that ``in the bag`` or ``in the car`` means; "" for everything that carries on top."""
        match = re.match(r"^\s*(?:back\s+)?(?:in|into|inside)\s+(.*)", where.lower())
        if match is None:
            return ""
        found = self.find(match[1])
        made = self.made.get(found) if found else None
        return (
            found
            if made is not None
            and found is not None
            and found != thing
            and (made.entry.opens in ("lid", "drawer", "doors") or made.entry.moves == "drives")
            else ""
        )

    # --- helpers -------------------------------------------------------------------------------

    def _present(self, item: Item) -> bool:
        """Whether a thing is in this place: lying here, or in the hand of somebody who is in the scene."""
        if item.holder:
            return self.stage is None or item.holder in self.stage.bodies
        return item.place == self.place

    def lift(self, thing: str) -> None:
        if thing in self.home_of:
            self.lifted.add(self.home_of[thing])

    def from_pocket(self, who: str, words: str) -> str | None:
        """A small thing of the library that nobody placed: it is taken from a pocket."""
        found = self.placed.words.find(plain(words).split())
        entry = self.placed.words.pieces.get(found[0]) if found is not None else None
        if found is None or entry is None or not entry.grip:
            return None
        name = f"{who}/{entry.kind}"
        colour = next((self.placed.words.colours[w] for w in found[2] if w in self.placed.words.colours), None)
        self.made.setdefault(name, make(entry, name, self.seed, name, colour))
        return name

    def _remade(self, name: str) -> Made | None:
        """A thing brought here from another place or out of a pocket."""
        owner, _, rest = name.partition("/")
        found = self.placed.words.find(rest.split()) if rest else None
        entry = self.placed.words.pieces.get(found[0]) if found is not None else None
        return make(entry, name, self.seed, name) if entry is not None and owner else None

    def _means(self, text: str, name: str) -> bool:
        """Whether words mean a thing: its name's last words, or a noun of its kind."""
        own = name.rpartition("/")[2].lower()
        if text == own or own.endswith(f" {text}") or text.endswith(f" {own}"):
            return True
        made = self.made.get(name)
        if made is None:
            return False
        found = self.placed.words.find(text.split())
        return found is not None and found[0] == made.entry.kind

    def body_of(self, who: str) -> Body | None:
        return self.stage.bodies.get(who) if self.stage is not None and who else None

    def _hand(self, who: str, time: Fraction | None) -> Vec3:
        """About where a hand holds something: before the chest."""
        body = self.body_of(who)
        if body is None or self.stage is None:
            return (0.0, 1.1, 0.0)
        here = body.stance() if time is None else self.stage.stance_at(body, time)
        up = {Posture.SIT: 0.85, Posture.KNEEL: 0.75, Posture.LIE: 0.35}.get(here.posture, 1.12)
        return add(add(here.position, heading(here.yaw), 0.32), (0.0, up * body.person.height / 1.7, 0.0))

    def before(self, who: str, time: Fraction | None) -> Vec3 | None:
        body = self.body_of(who)
        if body is None:
            return None
        here: Stance = body.stance()
        return add(here.position, heading(here.yaw), 0.45)

    def ground(self, point: Vec3) -> Vec3:
        y = self.stage.floor.ground(point[0], point[2]) if self.stage is not None else 0.0
        return (point[0], y, point[2])


def seat_of(made: Made, seat: int) -> Vec3:
    """Seat point in a vehicle's own space (x to its left, z ahead): the driver first, then beside, then behind."""
    width, height, depth = size_of(made)
    if made.entry.moves == "rides":
        return (0.0, height * 0.8, -depth * 0.12 - 0.25 * seat)
    if made.entry.moves != "drives":
        return (0.0, 0.3, depth * (0.1 - 0.25 * seat))
    row, side = divmod(seat, 2)
    return (width * (0.21 if side == 0 else -0.21), 0.42 * height / 1.42, depth * (0.0 - 0.21 * row))
