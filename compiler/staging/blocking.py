"""Blocking: where everybody stands, and when they do what, simulated along a scene.

A ``Stage`` is one scene being played. ``place`` sets people down, ``perform`` and ``speak`` advance them on the film's
clock, and ``actors`` cuts out what one shot sees of it in the shot's own seconds. All times are exact fractions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from compiler.meaning.film import Placement
from compiler.staging.model import Act, ActKind, Actor, LightCue, PersonSpec, Posture, Stance, Vec3
from compiler.staging.paths import Floor, floor_of
from compiler.staging.performance import Doing
from compiler.staging.places import Mark, PlacedSet
from compiler.staging.space import add, chance, flat, heading, mix, ms, r4, turn, v4, yaw_to

ORDINARY_PACE = 1.05
"""Metres per second of an unhurried walk indoors, turns and settling included."""
LONG_AGO = Fraction(3, 2)
"""What was finished this long before a shot is told to it as finished exactly then: older history cannot change a picture."""
FOREVER = Fraction(10**6)
Eye = Callable[[PersonSpec, Posture, float], float]
"""Eye height over the floor in metres for a person, a posture and the height of the seat."""


@dataclass(frozen=True, slots=True)
class Did:
    """An act on the film's clock. ``after`` is the stance it leaves; ``until`` is how long its effect stays."""

    act: Act
    start: Fraction
    end: Fraction
    after: Stance | None = None
    until: Fraction | None = None
    speech: int = -1


@dataclass(slots=True)
class Body:
    """One person in a scene."""

    name: str
    person: PersonSpec
    start: Stance
    did: list[Did] = field(default_factory=list)
    free_at: Fraction = Fraction(0)
    enters: Fraction | None = None
    leaves: Fraction | None = None
    ghost: float = 0.0
    gaze_held: Fraction = Fraction(-1)
    """Until when a written look outranks looking at whoever speaks."""

    def stance(self) -> Stance:
        """Where the body is after all it has done so far."""
        return next((d.after for d in reversed(self.did) if d.after is not None), self.start)


@dataclass(frozen=True, slots=True)
class Dimmed:
    """A light cue on the film's clock."""

    light: str
    start: Fraction
    end: Fraction
    level: float


@dataclass(slots=True)
class Stage:
    """One scene in play. ``eye`` gives eye height over the floor for a person, posture and seat height."""

    placed: PlacedSet
    eye: Eye
    seed: int
    floor: Floor = field(init=False)
    bodies: dict[str, Body] = field(default_factory=dict)
    lights: list[Dimmed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.floor = floor_of(self.placed.spec)

    # --- opening positions ------------------------------------------------------------------

    def place(
        self, name: str, person: PersonSpec, words: Placement | None, before: Stance | None, now: Fraction
    ) -> Body:
        """Sets a person down by their placement, else where they were last here, else somewhere sensible."""
        stance, ghost = before, 0.0
        if words is not None:
            text = ", ".join(p.text for p in words.phrases)
            stance = self._placed(text, before)
            if re.search(r"\b(memory|ghost|projection|apparition|hologram|spirit|vision)\b", text, re.IGNORECASE):
                ghost = 0.45
        if stance is None:
            stance = self._default(len(self.bodies))
        body = Body(name, person, _tidy(stance), ghost=ghost, free_at=now)
        self.bodies[name] = body
        if words is not None:
            self._opening_state(body, ", ".join(p.text for p in words.phrases), now)
        return body

    def settle(self, now: Fraction, undirected: set[str]) -> None:
        """After everybody is placed: people nobody directed face one another."""
        for name in sorted(undirected):
            body = self.bodies[name]
            others = [b for b in self.bodies.values() if b is not body]
            if others and body.start.posture is Posture.STAND and not body.did:
                near = min(others, key=lambda b: (flat(b.start.position, body.start.position), b.name))
                body.start = replace(body.start, yaw=r4(yaw_to(body.start.position, near.start.position)))

    def _placed(self, text: str, before: Stance | None) -> Stance:
        plain = text.lower()
        posture = Posture.STAND
        for word, kind in (
            ("sit", Posture.SIT),
            ("seated", Posture.SIT),
            ("kneel", Posture.KNEEL),
            ("lying", Posture.LIE),
            ("asleep", Posture.LIE),
        ):
            if re.search(rf"\b{word}", plain):
                posture = kind
        where = re.split(r"\b(?:facing|looking|watching|gazing|holds|holding|as an?|with)\b|,", plain)[0]
        where = re.sub(
            r"^\W*(?:standing|stands|sitting|sits|seated|kneeling|kneels|lying|waiting|alone|still)*\s*(?:alone|still)?\s*",
            "",
            where,
        ).strip()
        mark = self.placed.find(where) if where else None
        if posture is Posture.SIT:
            seat = mark if mark is not None and mark.kind == "sit" else self.placed.seat(where)
            if seat is not None:
                stance = Stance(seat.position, seat.yaw, Posture.SIT, seat.seat_height)
            else:
                stance = Stance(self.floor.near(mark.position if mark else (0.0, 0.0, 0.0)), 0.0, Posture.KNEEL)
        elif mark is not None:
            spot = self.floor.near(self._apart(mark.position))
            # To stand at a window or a door is to stand there facing the room unless told otherwise.
            yaw = yaw_to(spot, mark.point) if mark.kind in ("touch", "look") and mark.point else mark.yaw
            stance = Stance(spot, yaw, posture)
        else:
            stance = (
                replace(before, posture=posture)
                if before is not None
                else replace(self._default(len(self.bodies)), posture=posture)
            )
        facing = re.search(
            r"\b(?:facing|looking (?:at|out|to|towards?)|watching|gazing (?:at|out)|turned to)\s+(?:of |at |out )?([\w' -]+)",
            plain,
        )
        if facing and stance.posture is not Posture.SIT:
            point = self.point(facing[1], stance.position)
            if point is not None:
                stance = replace(stance, yaw=yaw_to(stance.position, point))
        return stance

    def _opening_state(self, body: Body, text: str, now: Fraction) -> None:
        plain = text.lower()
        looking = re.search(
            r"\b(?:facing|looking|watching|gaz(?:es?|ing))\s+(?:(?:at|out|of|to|towards?|into)\s+)*([\w' -]+)", plain
        )
        if looking and (point := self.point(looking[1], body.start.position)) is not None:
            self._look(body, now - 2, point, "", held=Fraction(3))
        elif looking and looking[1].startswith("down"):
            self._look(body, now - 2, self._aside(body, -0.9, 0.6), "", held=Fraction(3))
        if "eyes closed" in plain or "asleep" in plain:
            self._add(body, Act(ActKind.CLOSE_EYES, 0, 0), now - 2, Fraction(1, 2), until=FOREVER)
        touching = re.search(r"\bhands? (?:on|around|over)\s+([\w' -]+)", plain)
        if touching and (point := self.point(touching[1], body.start.position)) is not None:
            self._add(body, Act(ActKind.REACH, 0, 0, target=v4(point), value=0.0), now - 3, Fraction(1), until=FOREVER)

    def _default(self, index: int) -> Stance:
        """The n-th undirected person: around the middle of the room, near the table if there is one."""
        centre = self.placed.find("table") or self.placed.find("centre")
        middle = centre.point or centre.position if centre is not None else (0.0, 0.0, 0.0)
        side = -1.0 if index % 2 == 0 else 1.0
        spot = add((middle[0], 0.0, middle[2]), (side * 0.85, 0.0, 0.75 + 0.5 * (index // 2)))
        position = self.floor.near(self._apart(spot))
        return Stance(position, yaw_to(position, (middle[0], 0.0, position[2] + 0.4)), Posture.STAND)

    def _apart(self, point: Vec3) -> Vec3:
        """A point moved aside when somebody already stands there."""
        for body in self.bodies.values():
            if flat(body.stance().position, point) < 0.55:
                return add(point, (0.7, 0.0, 0.35))
        return point

    # --- what happens -----------------------------------------------------------------------

    def perform(self, doing: Doing, now: Fraction) -> tuple[Fraction, Fraction]:
        """Plays one doing no earlier than ``now``; returns when it begins and ends."""
        if doing.thing:
            return self._light(doing, now)
        body = self.bodies[doing.subject]
        start = max(now, body.free_at)
        match doing.act:
            case "enter":
                end = self._enter(body, doing, start)
            case "exit":
                end = self._exit(body, doing, start)
            case "walk" | "back":
                end = self._walk_to(body, doing, start)
            case "sit":
                end = self._sit(body, doing, start)
            case "stand":
                end = self._stand(body, start, doing.tempo)
            case "kneel" | "lie":
                end = self._lower(body, doing, start)
            case "turn" | "turn away":
                end = self._turn(body, doing, start)
            case "look" | "look up" | "look down" | "look away":
                end = self._gaze(body, doing, start)
            case "reach" | "touch":
                end = self._reach(body, doing, start)
            case "gesture":
                end = self._gesture(body, doing, start)
            case "emote":
                end = start + ms(doing.seconds)
                self._feel(body, doing.style, doing.value, start, end)
            case "breathe":
                end = self._add(
                    body, Act(ActKind.BREATHE, 0, 0, style=doing.style, speed=r4(doing.tempo)), start, ms(doing.seconds)
                )
            case "close eyes":
                end = self._add(body, Act(ActKind.CLOSE_EYES, 0, 0), start, ms(doing.seconds), until=FOREVER)
            case "open eyes":
                end = self._open_eyes(body, start, ms(doing.seconds))
            case _:
                end = start + ms(doing.seconds)
        if doing.act not in ("look", "look up", "look down", "emote", "close eyes"):
            body.free_at = max(body.free_at, end)
        return start, end + ms(doing.hold)

    def speak(self, name: str, index: int, start: Fraction, seconds: Fraction, manner: str, to: str) -> None:
        """A person speaks line ``index``; they look at whom they speak to, glancing away once in a long line."""
        body = self.bodies[name]
        end = start + seconds
        body.did.append(Did(Act(ActKind.SPEAK, 0, 0, style=manner), start, end, speech=index))
        body.free_at = max(body.free_at, start)
        if body.gaze_held <= start and to:
            self._regard(body, to, start - Fraction(1, 5))
            if seconds > Fraction(7, 2) and to:
                away = start + seconds * Fraction(2, 5) + ms(round(chance(self.seed, name, index), 1) * 0.6)
                self._look(body, away, self._aside(body, -0.35, 1.6, 0.55 if chance(name, index) < 0.5 else -0.55), "")
                self._regard(body, to, min(away + Fraction(11, 10), end - Fraction(3, 10)))
        for other in self.bodies.values():
            if other is not body and other.gaze_held <= start and self.here(other, start):
                self._regard(other, name, start + ms(0.15 + round(0.35 * chance(self.seed, other.name, index), 2)))

    def hear(self, source: Vec3, start: Fraction) -> None:
        """Everybody looks where a voice without a body comes from, unless a written look holds."""
        for other in self.bodies.values():
            if other.gaze_held <= start and self.here(other, start):
                self._look(other, start + ms(0.3 + round(0.3 * chance(self.seed, other.name), 2)), source, "")

    def feel(self, name: str, feeling: tuple[str, float], start: Fraction) -> None:
        self._feel(self.bodies[name], feeling[0], feeling[1], start, start + Fraction(4, 5))

    def here(self, body: Body, t: Fraction) -> bool:
        """Whether the person is in the place at ``t``."""
        return (body.enters is None or t >= body.enters) and (body.leaves is None or t < body.leaves)

    def point(self, words: str, origin: Vec3) -> Vec3 | None:
        """What a target's words mean as a point to look at or touch: a person's eyes, or a mark's point."""
        body = self.body(words)
        if body is not None:
            return self.eyes(body, FOREVER)
        mark = self.placed.find(words) if words.strip() else None
        return None if mark is None else (mark.point or add(mark.position, (0.0, 1.4, 0.0)))

    def body(self, words: str) -> Body | None:
        plain = re.sub(r"^(?:at|to|the)\s+", "", words.strip().lower()).removesuffix("'s face").removesuffix("'s eyes")
        return next(
            (b for n, b in self.bodies.items() if n.lower() == plain or (" " in n and n.lower().split()[0] == plain)),
            None,
        )

    # --- acts -------------------------------------------------------------------------------

    def _add(
        self,
        body: Body,
        act: Act,
        start: Fraction,
        seconds: Fraction,
        after: Stance | None = None,
        until: Fraction | None = None,
    ) -> Fraction:
        body.did.append(Did(act, start, start + seconds, None if after is None else _tidy(after), until))
        return start + seconds

    def _walk(self, body: Body, goal: Vec3, yaw: float | None, start: Fraction, tempo: float) -> Fraction:
        start = self._stand(body, start, tempo) if body.stance().posture is not Posture.STAND else start
        here = body.stance()
        path = self.floor.walk(here.position, goal)
        far = sum(flat(a, b) for a, b in zip((here.position, *path), path, strict=False))
        if far < 0.12:
            return start
        facing = yaw if yaw is not None else yaw_to(path[-2] if len(path) > 1 else here.position, path[-1])
        seconds = ms(round(max(0.9, 0.5 + far / (ORDINARY_PACE * tempo)), 2))
        act = Act(ActKind.WALK, 0, 0, path=tuple(v4(p) for p in path), yaw=r4(turn(facing)), speed=r4(tempo))
        return self._add(body, act, start, seconds, Stance(path[-1], facing))

    def _goal(self, words: str, origin: Vec3) -> tuple[Vec3, float | None] | None:
        """Where to stand for ``words`` and how to face there."""
        other = self.body(words)
        if other is not None:
            there = other.stance().position
            back = heading(yaw_to(there, origin))
            return self.floor.near(add(there, back, 1.15)), None
        mark = self.placed.find(words) if words else None
        if mark is None:
            return None
        yaw = yaw_to(mark.position, mark.point) if mark.point and flat(mark.point, mark.position) > 0.15 else mark.yaw
        if mark.kind == "sit":
            return self._beside(mark, origin), None
        return self.floor.near(mark.position), yaw

    def _walk_to(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        here = body.stance()
        if doing.act == "back":
            spot = self.floor.near(add(here.position, heading(here.yaw), -0.7))
            return self._walk(body, spot, here.yaw, start, doing.tempo)
        goal = self._goal(doing.target, here.position)
        if goal is None:
            goal = (self.floor.near(add(here.position, heading(here.yaw), 1.1)), here.yaw)
        return self._walk(body, goal[0], goal[1], start, doing.tempo)

    def _enter(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        door = self.placed.find(doing.target) if doing.target else None
        door = door or self.placed.find("door") or self.placed.find("left")
        if door is not None and not any(d.after for d in body.did):
            goal = body.start
            body.start = _tidy(
                Stance(self.floor.near(door.position), turn(door.yaw + (180.0 if door.kind != "stand" else 0.0)))
            )
            body.enters = start - Fraction(1, 10)
            inwards = (
                goal.position
                if flat(goal.position, body.start.position) > 1.0 and goal.posture is Posture.STAND
                else None
            )
            spot = inwards or self.floor.near(mix(body.start.position, (0.0, body.start.position[1], 0.0), 0.45))
            return self._walk(body, spot, None, start, doing.tempo)
        return start + Fraction(1, 2)

    def _exit(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        door = self.placed.find(doing.target) if doing.target else None
        door = door or self.placed.find("door") or self.placed.find("right")
        end = start + Fraction(1, 2)
        if door is not None:
            end = self._walk(body, self.floor.near(door.position), door.yaw, start, doing.tempo)
        body.leaves = end
        return end

    def _beside(self, seat: Mark, origin: Vec3) -> Vec3:
        """Where one stands before sitting down: in front of the seat or at its free side, whichever is nearer."""
        spots = [add(seat.position, heading(seat.yaw + a), 0.52) for a in (0.0, 90.0, -90.0)]
        free = [s for s in spots if self.floor.free(s, 0.2)]
        return min(free or [self.floor.near(spots[0])], key=lambda s: (round(flat(s, origin), 3), s))

    def _sit(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        here = body.stance()
        if here.posture is Posture.SIT:
            return start
        seat = self._seat(doing.target, here.position)
        if seat is None:
            return self._add(body, Act(ActKind.TURN, 0, 0, yaw=here.yaw), start, Fraction(1, 2))
        spot = self._beside(seat, here.position)
        if flat(here.position, spot) > 0.35:
            start = self._walk(body, spot, seat.yaw, start, doing.tempo)
        act = Act(
            ActKind.SIT,
            0,
            0,
            path=(v4(seat.position),),
            yaw=r4(seat.yaw),
            value=r4(seat.seat_height),
            speed=r4(doing.tempo),
        )
        return self._add(
            body, act, start, ms(doing.seconds or 1.7), Stance(seat.position, seat.yaw, Posture.SIT, seat.seat_height)
        )

    def _seat(self, words: str, origin: Vec3) -> Mark | None:
        """The seat meant, or the nearest to what is named, that nobody sits on."""
        taken = {b.stance().position for b in self.bodies.values() if b.stance().posture is Posture.SIT}
        mark = self.placed.find(words) if words else None
        if mark is not None and mark.kind == "sit" and v4(mark.position) not in taken:
            return mark
        near = (mark.point or mark.position) if mark is not None else origin
        seats = [m for m in self.placed.marks.values() if m.kind == "sit" and v4(m.position) not in taken]
        return min(
            seats,
            key=lambda m: (round(flat(m.position, near), 2), round(flat(m.position, origin), 2), m.name),
            default=None,
        )

    def _stand(self, body: Body, start: Fraction, tempo: float) -> Fraction:
        here = body.stance()
        if here.posture is Posture.STAND:
            return start
        spot = here.position
        if here.posture is Posture.SIT:
            spot = add(here.position, heading(here.yaw), 0.34)
            spot = (spot[0], self.floor.ground(spot[0], spot[2]), spot[2])
        act = Act(ActKind.STAND_UP, 0, 0, path=(v4(spot),), yaw=r4(here.yaw), speed=r4(tempo))
        return self._add(body, act, start, ms(1.6 / tempo), Stance(spot, here.yaw))

    def _lower(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        goal = self._goal(doing.target, body.stance().position) if doing.target else None
        if goal is not None:
            start = self._walk(body, goal[0], goal[1], start, doing.tempo)
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
        return self._add(body, act, start, ms(doing.seconds), Stance(here.position, here.yaw, posture, 0.0))

    def _turn(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        here = body.stance()
        point = self.point(doing.target, here.position)
        if point is None and doing.act == "turn away":
            near = min(
                (b for b in self.bodies.values() if b is not body),
                key=lambda b: (flat(b.stance().position, here.position), b.name),
                default=None,
            )
            yaw = here.yaw + 120.0 if near is None else yaw_to(here.position, near.stance().position) + 150.0
        elif point is None:
            yaw = here.yaw + 180.0
        else:
            yaw = yaw_to(here.position, point) + (150.0 if doing.act == "turn away" else 0.0)
            if doing.act == "turn":
                other = self.body(doing.target)
                self._look(body, start, point, other.name if other else "", held=Fraction(3))
        if here.posture is not Posture.STAND:
            return start + ms(doing.seconds)
        angle = abs(turn(yaw - here.yaw))
        if angle < 12.0:
            return start + Fraction(2, 5)
        seconds = ms(round((0.5 + angle / 150.0) / doing.tempo, 2))
        return self._add(
            body,
            Act(ActKind.TURN, 0, 0, yaw=r4(turn(yaw)), speed=r4(doing.tempo)),
            start,
            seconds,
            replace(here, yaw=turn(yaw)),
        )

    def _gaze(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        here = body.stance()
        other = self.body(doing.target)
        point = self.point(doing.target, here.position) if doing.target else None
        if point is None:
            up, far, side = {
                "look up": (0.9, 2.0, 0.3),
                "look down": (-0.75, 0.7, 0.0),
                "look away": (-0.15, 2.0, 1.6),
            }.get(doing.act, (0.0, 3.0, 0.9))
            point = self._aside(body, up, far, side)
        elif (
            here.posture is Posture.STAND
            and doing.act != "look away"
            and abs(turn(yaw_to(here.position, point) - here.yaw)) > 70.0
        ):
            self._turn(body, replace(doing, act="turn"), start)  # further than a neck goes
        elif doing.act == "look away":
            point = self._aside(body, -0.1, 2.0, 1.4)
        end = start + ms(doing.seconds)
        self._look(
            body,
            start,
            point,
            other.name if other and doing.act != "look away" else "",
            held=end - start + ms(doing.hold) + Fraction(5, 2),
            tempo=doing.tempo,
        )
        return end

    def _reach(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        here = body.stance()
        point = self.point(doing.target, here.position)
        other = self.body(doing.target)
        if other is not None:
            point = add(other.stance().position, (0.0, 1.15 if other.stance().posture is Posture.STAND else 0.9, 0.0))
        if point is None:
            return start + ms(doing.seconds)
        if flat(point, here.position) > 0.85 and here.posture is Posture.STAND:
            goal = self._goal(doing.target, here.position)
            if goal is not None:
                start = self._walk(body, goal[0], yaw_to(goal[0], point), start, doing.tempo)
        self._look(body, start - Fraction(1, 5), point, "", held=Fraction(5, 2))
        stays = doing.act == "reach"
        act = Act(ActKind.REACH, 0, 0, target=v4(point), value=0.0 if stays else r4(doing.value), speed=r4(doing.tempo))
        return self._add(
            body,
            act,
            start,
            ms(doing.seconds),
            until=FOREVER if stays else start + ms(doing.seconds + doing.value + 0.8),
        )

    def _gesture(self, body: Body, doing: Doing, start: Fraction) -> Fraction:
        point = self.point(doing.target, body.stance().position) if doing.target else None
        other = self.body(doing.target)
        if point is not None:
            self._look(body, start, point, other.name if other else "", held=Fraction(2))
        act = Act(
            ActKind.GESTURE, 0, 0, style=doing.style, target=None if point is None else v4(point), speed=r4(doing.tempo)
        )
        return self._add(body, act, start, ms(doing.seconds))

    def _open_eyes(self, body: Body, start: Fraction, seconds: Fraction) -> Fraction:
        body.did = [
            replace(d, until=start) if d.act.kind is ActKind.CLOSE_EYES and (d.until or d.end) > start else d
            for d in body.did
        ]
        return start + seconds

    def _feel(self, body: Body, style: str, value: float, start: Fraction, end: Fraction) -> None:
        self._add(body, Act(ActKind.EMOTE, 0, 0, style=style, value=r4(value)), start, end - start, until=FOREVER)

    def _regard(self, body: Body, name: str, start: Fraction) -> None:
        if name in self.bodies:
            self._look(body, start, None, name)
        else:
            point = self.point(name, body.stance().position)
            if point is not None:
                self._look(body, start, point, "")

    def _look(
        self, body: Body, start: Fraction, point: Vec3 | None, at: str, held: Fraction = Fraction(0), tempo: float = 1.0
    ) -> None:
        act = Act(ActKind.LOOK, 0, 0, target=None if point is None else v4(point), at=at, speed=r4(tempo))
        body.did.append(Did(act, start, start + ms(round(0.5 / tempo, 2)), until=FOREVER))
        if held:
            body.gaze_held = max(body.gaze_held, start + held)

    def _aside(self, body: Body, up: float, far: float, side: float = 0.25) -> Vec3:
        here = body.stance()
        eyes = self.eyes(body, FOREVER)
        ahead = heading(here.yaw)
        across = heading(here.yaw + 90.0)
        return add(add(add(eyes, ahead, far), across, side * far * 0.5), (0.0, up, 0.0))

    def _light(self, doing: Doing, now: Fraction) -> tuple[Fraction, Fraction]:
        names = self.placed.lights(doing.subject)
        start, each = now, ms(doing.seconds)
        apart = Fraction(0)
        if len(names) > 1:
            # One after another, but never slower than a scene can wait for.
            apart = ms(min(0.4, 5.0 / len(names)) if doing.style else 0.1)
        for i, name in enumerate(names):
            begin = start + apart * i
            back = doing.hold < 0
            self.lights.append(Dimmed(name, begin, begin + each, doing.value))
            if back:
                self.lights.append(Dimmed(name, begin + each, begin + each * 2, 1.0))
        return start, start + each * (2 if doing.hold < 0 else 1) + apart * max(0, len(names) - 1)

    # --- what a shot sees -------------------------------------------------------------------

    def stance_at(self, body: Body, t: Fraction) -> Stance:
        """The stance at ``t``, walks and seats taken part way (over the floor; posture changes half way)."""
        here = body.start
        for d in body.did:
            if d.after is None or d.start >= t:
                continue
            if d.end <= t:
                here = d.after
                continue
            part = float((t - d.start) / (d.end - d.start))
            if d.act.kind is ActKind.WALK:
                return _along(here, d.act.path, part, d.after.yaw)
            spot = mix(here.position, d.after.position, part)
            yaw = here.yaw + turn(d.after.yaw - here.yaw) * part
            posture, seat = (here.posture, here.seat_height) if part < 0.5 else (d.after.posture, d.after.seat_height)
            return Stance(spot, yaw, posture, seat)
        return here

    def eyes(self, body: Body, t: Fraction) -> Vec3:
        """World point between the eyes at ``t``; rising and sitting are blended."""
        here = body.start
        for d in body.did:
            if d.after is None or d.start >= t:
                continue
            if d.start < t < d.end and d.act.kind in (ActKind.SIT, ActKind.STAND_UP):
                part = float((t - d.start) / (d.end - d.start))
                part = part * part * (3 - 2 * part)
                return mix(self._eyes_of(body, here), self._eyes_of(body, d.after), part)
            here = d.after
        return self._eyes_of(body, self.stance_at(body, t))

    def _eyes_of(self, body: Body, s: Stance) -> Vec3:
        height = self.eye(body.person, s.posture, s.seat_height)
        return add(
            (s.position[0], s.position[1] + height, s.position[2]),
            heading(s.yaw),
            0.1 if s.posture is not Posture.SIT else 0.14,
        )

    def gaze(self, body: Body, t: Fraction) -> Vec3 | None:
        """The point looked at around ``t``, if any."""
        for d in sorted(body.did, key=lambda d: d.start, reverse=True):
            if d.act.kind is ActKind.LOOK and d.start <= t:
                if d.act.target is not None:
                    return d.act.target
                other = self.bodies.get(d.act.at)
                return None if other is None else self.eyes(other, t)
        return None

    def actor(self, body: Body, start: Fraction, end: Fraction, lines: dict[int, int], speaks: bool) -> Actor:
        """What a shot over [start, end) on the film's clock needs to know of a body, in seconds from ``start``."""
        moving = [d for d in body.did if d.after is not None]
        before = body.start
        for d in moving:
            if d.end <= start - LONG_AGO:
                before = d.after or before
        acts = [a for d in body.did if (a := self._local(d, body, start, end, lines, speaks)) is not None]
        acts = _last_held(acts)
        acts.sort(key=lambda a: (a.start, a.end, a.kind.value, a.style))
        return Actor(body.person, before, tuple(acts), True, r4(body.ghost))

    def _local(
        self, d: Did, body: Body, start: Fraction, end: Fraction, lines: dict[int, int], speaks: bool
    ) -> Act | None:
        """One act in shot time, or ``None`` when it cannot be seen there."""
        if d.start >= end:
            return None
        if d.act.kind is ActKind.SPEAK:
            if d.end <= start or not speaks or d.speech not in lines:
                return None
            return replace(d.act, start=_rel(d.start, start), end=_rel(d.end, start), line=lines[d.speech])
        until = d.end if d.until is None else d.until
        if d.after is not None:
            until = max(until, d.end + LONG_AGO)
        if until <= start:
            return None
        first, last = d.start, d.end
        if last < start - LONG_AGO:
            first, last = start - LONG_AGO - Fraction(1, 2), start - LONG_AGO
        act = replace(d.act, start=_rel(first, start), end=_rel(last, start))
        if d.act.kind is ActKind.CLOSE_EYES and d.until is not None:
            act = replace(act, end=_rel(min(d.until, end + 2), start))
        if d.act.kind is ActKind.REACH and d.until not in (None, FOREVER) and last < start:
            act = replace(act, start=_rel(d.start, start), end=_rel(d.end, start))
        return act

    def light_cues(self, start: Fraction, end: Fraction) -> tuple[LightCue, ...]:
        """Light cues of a shot; a cue long past is told as the level it left."""
        found: list[LightCue] = []
        settled: dict[str, float] = {}
        for cue in sorted(self.lights, key=lambda c: (c.start, c.light)):
            if cue.start >= end:
                continue
            if cue.end <= start - LONG_AGO:
                settled[cue.light] = cue.level
            else:
                found.append(LightCue(cue.light, _rel(cue.start, start), _rel(cue.end, start), r4(cue.level)))
        past = [LightCue(n, -2.0, -1.5, r4(v)) for n, v in sorted(settled.items())]
        return (*past, *found)


def _last_held(acts: list[Act]) -> list[Act]:
    """Of looks and emotions over before the shot only the last one counts, and of hands the last reach."""
    kept: list[Act] = []
    for kind in (ActKind.LOOK, ActKind.EMOTE):
        past = [a for a in acts if a.kind is kind and a.end <= -float(LONG_AGO)]
        ordered = sorted(past, key=lambda a: a.end)
        kept += ordered[-1:]
    others = [a for a in acts if not (a.kind in (ActKind.LOOK, ActKind.EMOTE) and a.end <= -float(LONG_AGO))]
    return kept + others


def _along(here: Stance, path: tuple[Vec3, ...], part: float, yaw: float) -> Stance:
    points = (here.position, *path)
    legs = [flat(a, b) for a, b in zip(points, path, strict=False)]
    left = part * sum(legs)
    for a, b, leg in zip(points, path, legs, strict=False):
        if left <= leg and leg > 0:
            return Stance(mix(a, b, left / leg), yaw_to(a, b))
        left -= leg
    return Stance(path[-1], yaw)


def _rel(t: Fraction, start: Fraction) -> float:
    return r4(float(t - start))


def _tidy(s: Stance) -> Stance:
    return Stance(v4(s.position), r4(turn(s.yaw)), s.posture, r4(s.seat_height))
