"""Blocking: where everybody stands, and when they do what, simulated along a scene.

A ``Stage`` is one scene being played on its own clock, in exact fractions of seconds. ``opening`` sets people down,
``acts`` has them do things, ``slices`` cuts out what one shot sees; here is what all three build on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from compiler.staging.history import FOREVER, Did, History
from compiler.staging.model import Act, ActKind, PersonSpec, Posture, Rgb, SpokenLine, Stance, Vec3
from compiler.staging.paths import Floor, floor_of
from compiler.staging.places import Mark, PlacedSet
from compiler.staging.space import add, chance, flat, floated, heading, mix, ms, r4, turn, v4, yaw_to
from compiler.staging.voicing import articulation

if TYPE_CHECKING:
    from compiler.staging.world_scene import SceneWorld

ORDINARY_PACE = 1.05
"""Metres per second of an unhurried walk indoors, turns and settling included."""
LONG_AGO = Fraction(3, 2)
"""What ended longer before a shot than this is told to it as ended just then: older history changes no picture."""
HELD = (ActKind.REACH, ActKind.HOLD, ActKind.LEAN, ActKind.EMBRACE)
"""Acts that stay until something ends them; ``value`` is how long, 0 = until then."""
RUNNING_PACE = 3.3
"""Metres per second of a run, steps to gather speed and to stop included."""
Eye = Callable[[PersonSpec, Posture, float], float]
"""Eye height over the floor in metres for a person, a posture and the height of the seat."""


@dataclass(slots=True)
class Body:
    """One person in a scene."""

    name: str
    person: PersonSpec
    start: Stance
    did: History = field(default_factory=History)
    free_at: Fraction = Fraction(0)
    enters: Fraction | None = None
    leaves: Fraction | None = None
    away: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    """From when to when they had left, for whoever came back."""
    ghost: float = 0.0
    gaze_held: Fraction = -FOREVER
    """Until when a written look outranks looking at whoever speaks."""
    heights: dict[tuple[Posture, float], float] = field(default_factory=dict, repr=False)
    """Eye heights that have been asked for, by posture and seat."""
    stances: dict[float, Stance] | None = field(default=None, repr=False, compare=False)
    """Stances that have been asked for, by time, while nothing changes any more (see ``Stage.remember``)."""
    eyes: dict[float, Vec3] = field(default_factory=dict, repr=False, compare=False)
    """The same of eyes."""

    def come_back(self, start: Fraction) -> bool:
        """Whoever goes on after having left is here again from ``start`` on; whether they had left."""
        gone, self.leaves = self.leaves, None
        if gone is not None and gone < start:
            self.away.append((gone, start))
        return gone is not None

    def missing(self, begin: Fraction, end: Fraction) -> str:
        """How somebody is not here from ``begin`` to ``end`` at all: ``late`` or ``gone``; "" for who is."""
        if self.enters is not None and self.enters >= end:
            return "late"
        gone = (self.leaves is not None and self.leaves <= begin) or any(a <= begin and end <= b for a, b in self.away)
        return "gone" if gone else ""

    def stance(self) -> Stance:
        """Where the body is after all it has done so far."""
        moves = self.did.moves.items
        return (moves[-1].after if moves else None) or self.start


@dataclass(frozen=True, slots=True)
class Dimmed:
    """A light cue on the scene's clock."""

    light: str
    start: Fraction
    end: Fraction
    level: float
    colour: Rgb | None = None
    flicker: float | None = None


@dataclass(slots=True)
class Stage:
    """One scene in play. ``eye`` gives eye height over the floor for a person, posture and seat height."""

    placed: PlacedSet
    eye: Eye
    seed: int
    floor: Floor = field(init=False)
    bodies: dict[str, Body] = field(default_factory=dict)
    lights: list[Dimmed] = field(default_factory=list)
    world: SceneWorld | None = None
    sides: dict[tuple[str, ...], float] = field(default_factory=dict, repr=False)
    """The side of the line that cameras keep to, by whom the line runs between."""
    """What is where, in whose hands, open or alight; ``None`` where nothing can change."""

    def __post_init__(self) -> None:
        self.floor = floor_of(self.placed.spec, self.placed.words)

    def speak(self, name: str, index: int, line: SpokenLine, start: Fraction, seconds: Fraction, to: str) -> None:
        """A person speaks line ``index``; they look at whom they speak to, glancing away once in a long line."""
        body = self.bodies[name]
        body.come_back(start)
        end = start + seconds
        body.did.append(Did(Act(ActKind.SPEAK, 0, 0, value=articulation(line.manner)), start, end, speech=index))
        body.free_at = max(body.free_at, start)
        if body.gaze_held <= start and to:
            self.regard(body, to, start - Fraction(1, 5))
            if seconds > Fraction(7, 2) and to:
                away = start + seconds * Fraction(2, 5) + ms(round(chance(self.seed, name, line.text), 1) * 0.6)
                self.look(
                    body, away, self.aside(body, -0.35, 1.6, 0.55 if chance(name, line.text) < 0.5 else -0.55), ""
                )
                self.regard(body, to, min(away + Fraction(11, 10), end - Fraction(3, 10)))
        for other in self.bodies.values():
            if other is not body and other.gaze_held <= start and self.here(other, start):
                self.regard(other, name, start + ms(0.15 + round(0.35 * chance(self.seed, other.name, line.text), 2)))

    def hear(self, source: Vec3, start: Fraction) -> None:
        """Everybody looks where a voice without a body comes from, unless a written look holds."""
        for other in self.bodies.values():
            if other.gaze_held <= start and self.here(other, start):
                self.look(other, start + ms(0.3 + round(0.3 * chance(self.seed, other.name), 2)), source, "")

    def feel(self, name: str, feeling: tuple[str, float], start: Fraction) -> None:
        self.change_face(self.bodies[name], feeling[0], feeling[1], start, start + Fraction(4, 5))

    def here(self, body: Body, t: Fraction) -> bool:
        """Whether the person is in the place at ``t``."""
        return (
            (body.enters is None or t >= body.enters)
            and (body.leaves is None or t < body.leaves)
            and not any(left <= t < back for left, back in body.away)
        )

    def mark(self, words: str) -> Mark | None:
        """The mark called ``words``: by its own name first, else what the set makes of them."""
        plain = re.sub(r"^(?:(?:at|by|in|on|to|the|her|his|their)\s+)+", "", words.strip().lower())
        if not plain:
            return None
        if self.world is not None and (moved := self.world.mark(plain)) is not None:
            return moved
        return self.placed.marks.get(plain) or self.placed.find(plain)

    def point(self, words: str, origin: Vec3) -> Vec3 | None:
        """What a target's words mean as a point to look at or touch: a person's eyes, or a mark's point."""
        body = self.body(words)
        if body is not None:
            return self.eyes(body, FOREVER)
        if self.world is not None and words and (moved := self.world.point(words)) is not None:
            return moved
        mark = self.mark(words)
        return None if mark is None else (mark.point or add(mark.position, (0.0, 1.4, 0.0)))

    def body(self, words: str) -> Body | None:
        plain = re.sub(r"^(?:at|to|the)\s+", "", words.strip().lower()).removesuffix("'s face").removesuffix("'s eyes")
        return next(
            (b for n, b in self.bodies.items() if n.lower() == plain or (" " in n and n.lower().split()[0] == plain)),
            None,
        )

    def add_act(
        self,
        body: Body,
        act: Act,
        start: Fraction,
        seconds: Fraction,
        after: Stance | None = None,
        until: Fraction | None = None,
    ) -> Fraction:
        if after is not None and act.kind is not ActKind.TURN:
            self.release(body, start)
        body.did.append(Did(act, start, start + seconds, None if after is None else tidy(after), until))
        return start + seconds

    def release(
        self, body: Body, start: Fraction, kinds: tuple[ActKind, ...] = (ActKind.REACH, ActKind.LEAN, ActKind.EMBRACE)
    ) -> None:
        """Lets go of whatever a hand still rests on or a body leans to, as the body moves off or reaches elsewhere."""
        body.did.end(lambda did: did.act.kind in kinds, start)

    def change_face(self, body: Body, style: str, value: float, start: Fraction, end: Fraction) -> None:
        self.add_act(body, Act(ActKind.EMOTE, 0, 0, style=style, value=r4(value)), start, end - start, until=FOREVER)

    def regard(self, body: Body, name: str, start: Fraction) -> None:
        if name in self.bodies:
            self.look(body, start, None, name)
        else:
            point = self.point(name, body.stance().position)
            if point is not None:
                self.look(body, start, point, "")

    def look(
        self, body: Body, start: Fraction, point: Vec3 | None, at: str, held: Fraction = Fraction(0), tempo: float = 1.0
    ) -> None:
        act = Act(ActKind.LOOK, 0, 0, target=None if point is None else v4(point), at=at, speed=r4(tempo))
        body.did.append(Did(act, start, start + ms(round(0.5 / tempo, 2)), until=FOREVER))
        if held:
            body.gaze_held = max(body.gaze_held, start + held)

    def aside(self, body: Body, up: float, far: float, side: float = 0.25) -> Vec3:
        here = body.stance()
        eyes = self.eyes(body, FOREVER)
        ahead = heading(here.yaw)
        across = heading(here.yaw + 90.0)
        return add(add(add(eyes, ahead, far), across, side * far * 0.5), (0.0, up, 0.0))

    def stance_at(self, body: Body, t: Fraction) -> Stance:
        """The stance at ``t``, walks and seats taken part way (over the floor; posture changes half way)."""
        now = floated(t)
        if body.stances is None:
            return self._stance_at(body, t, now)
        known = body.stances.get(now)
        if known is None:
            known = body.stances[now] = self._stance_at(body, t, now)
        return known

    def remember(self) -> None:
        """The scene has been played, and is looked at: where everybody is at a time is found once."""
        for body in self.bodies.values():
            body.stances, body.eyes = {}, {}

    def forget(self) -> None:
        """The scene has been looked at."""
        for body in self.bodies.values():
            body.stances, body.eyes = None, {}

    def _stance_at(self, body: Body, t: Fraction, now: float) -> Stance:
        if self.world is not None and (carried := self.world.carried(body.name, t)) is not None:
            return carried
        here, moves = self._settled(body, now)
        for d in moves:
            if d.after is None or d.begin >= now:
                continue
            if d.finish <= now:
                here = d.after
                continue
            part = (now - d.begin) / (d.finish - d.begin)
            if d.act.kind is ActKind.RIDE:
                return ridden(here, d.act, part)
            if d.act.kind is ActKind.WALK:
                return along(here, d.act, now - d.begin, d.finish - d.begin)
            spot = mix(here.position, d.after.position, part)
            yaw = here.yaw + turn(d.after.yaw - here.yaw) * part
            posture, seat = (here.posture, here.seat_height) if part < 0.5 else (d.after.posture, d.after.seat_height)
            return Stance(spot, yaw, posture, seat)
        return here

    def _settled(self, body: Body, now: float) -> tuple[Stance, list[Did]]:
        """The stance that all moves over before ``now`` have left, and those that may be going on."""
        moves = body.did.moves
        first, last = moves.around(now, now)
        return (moves.items[first - 1].after if first else None) or body.start, moves.items[first:last]

    def eyes(self, body: Body, t: Fraction) -> Vec3:
        """World point between the eyes at ``t``; rising and sitting are blended."""
        now = floated(t)
        if body.stances is None:
            return self._eyes_at(body, t, now)
        known = body.eyes.get(now)
        if known is None:
            known = body.eyes[now] = self._eyes_at(body, t, now)
        return known

    def _eyes_at(self, body: Body, t: Fraction, now: float) -> Vec3:
        here, moves = self._settled(body, now)
        for d in moves:
            if d.after is None or d.begin >= now:
                continue
            if now < d.finish and d.act.kind in (ActKind.SIT, ActKind.STAND_UP):
                part = (now - d.begin) / (d.finish - d.begin)
                part = part * part * (3 - 2 * part)
                return mix(self._eyes_of(body, here), self._eyes_of(body, d.after), part)
            here = d.after
        stance = self.stance_at(body, t)
        eyes = self._eyes_of(body, stance)
        return eyes if t == FOREVER else self._head_at(body, t, eyes, stance)

    def face_yaw(self, body: Body, stance: Stance, t: Fraction) -> float:
        """The yaw of a face: the body's, turned towards what it looks at as far as a neck goes."""
        gaze = self.gaze(body, t)
        if gaze is None or flat(gaze, stance.position) < 0.2:
            return stance.yaw
        return turn(stance.yaw + max(-60.0, min(60.0, turn(yaw_to(stance.position, gaze) - stance.yaw))) * 0.8)

    def _head_at(self, body: Body, t: Fraction, eyes: Vec3, stance: Stance) -> Vec3:
        """Eyes moved by what a head turn and a far reach do to them."""
        neck = add(eyes, heading(stance.yaw), -0.1)
        eyes = add(neck, heading(self.face_yaw(body, stance, t)), 0.12)
        now = floated(t)
        for d in body.did.reaches.between(now, now):
            if d.act.target is None or d.begin >= now:
                continue
            if d.until is None or now < float(d.until):
                far = flat(d.act.target, stance.position)
                lean = max(0.0, min(0.18, (far - 0.3) * 0.6)) * min(1.0, (now - d.begin) / (d.finish - d.begin))
                way = heading(yaw_to(stance.position, d.act.target))
                return add((eyes[0], eyes[1] - 0.35 * lean, eyes[2]), way, lean)
        return eyes

    def _eyes_of(self, body: Body, s: Stance) -> Vec3:
        height = body.heights.get((s.posture, s.seat_height))
        if height is None:
            height = body.heights[s.posture, s.seat_height] = self.eye(body.person, s.posture, s.seat_height)
        ahead = 0.1 if s.posture is not Posture.SIT else 0.16
        return add((s.position[0], s.position[1] + height, s.position[2]), heading(s.yaw), ahead)

    def gaze(self, body: Body, t: Fraction) -> Vec3 | None:
        """The point looked at around ``t``, if any."""
        last = body.did.look_at(floated(t) + 1e-9)
        if last is None:
            return None
        if last.act.target is not None:
            return last.act.target
        other = self.bodies.get(last.act.at)
        # Where they stand, not where their head has turned: two who look at each other must not chase one another.
        return None if other is None else self._eyes_of(other, self.stance_at(other, t))


def along(here: Stance, act: Act, now: float, seconds: float) -> Stance:
    """Where a walker is ``now`` seconds into a walk: turned first, then step by step, then turned to the end.

    The shares of time are those the feet take (``runtime.previz.motion.locomotion``), so that a camera follows the body.
    """
    points = (here.position, *act.path)
    legs = [flat(a, b) for a, b in pairwise(points)]
    total = sum(legs)
    if total < 0.06:
        return Stance(act.path[-1], here.yaw + turn(act.yaw - here.yaw) * min(1.0, now / seconds))
    first = yaw_to(points[0], points[1])
    last = yaw_to(points[-2], points[-1])
    turn_in, turn_out = turn(first - here.yaw), turn(act.yaw - last)
    pivots_in = ceil(abs(turn_in) / 65) if abs(turn_in) > 50 else 0
    pivots_out = ceil((abs(turn_out) - 40) / 65) if abs(turn_out) > 50 else 0
    if act.style == "run":
        pivots_in, pivots_out = min(pivots_in, 1), min(pivots_out, 1)
    steps = max(
        1, min(round(total / (1.15 if act.style == "run" else 0.6)), int(seconds / 0.3) - 1 - pivots_in - pivots_out)
    )
    beat = seconds / (steps + 1 + pivots_in + pivots_out)
    begins, ends = pivots_in * beat, (pivots_in + steps + 1) * beat
    if now < begins:
        return Stance(here.position, here.yaw + turn_in * now / begins)
    if now >= ends:
        return Stance(act.path[-1], last + turn_out * (now - ends) / max(seconds - ends, 1e-6))
    left = total * max(0.0, min(1.0, (now - begins) / (ends - begins)))
    for (a, b), leg in zip(pairwise(points), legs, strict=True):
        if left <= leg and leg > 0:
            return Stance(mix(a, b, left / leg), yaw_to(a, b))
        left -= leg
    return Stance(act.path[-1], last)


def ridden(here: Stance, act: Act, part: float) -> Stance:
    """Where somebody who rides is when ``part`` of the way's time is over."""
    points = (here.position, *act.path)
    at = part * len(act.path)
    k = min(int(at), len(act.path) - 1)
    yaw = here.yaw + turn(act.yaw - here.yaw) * part
    return Stance(mix(points[k], points[k + 1], at - k), yaw, here.posture, here.seat_height)


def tidy(s: Stance) -> Stance:
    return Stance(v4(s.position), r4(turn(s.yaw)), s.posture, r4(s.seat_height))
