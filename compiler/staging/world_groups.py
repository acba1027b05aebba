"""Groups: many people of few bodies, spread over the free floor, who stand, walk, run, look, cheer and part as one.

Everything a member is comes from the group's seed and the member's number, so that adding people changes nobody who is
there already, and from scene time, so that moving a scene changes none of its pictures.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from compiler.meaning.film import Action, Character, Film, Group, Phrase, Placement, Scene, Shot
from compiler.staging.blocking import Stage
from compiler.staging.casting import cast_person
from compiler.staging.model import Crowd, Extra, PersonSpec, Rgb, Vec3
from compiler.staging.movement import Moment
from compiler.staging.paths import FRONTS
from compiler.staging.places_ground import ROAD_HALF
from compiler.staging.space import add, chance, flat, heading, ms, r4, turn, v4, yaw_to

BODIES = 5
"""Distinct people a group is made of; dye, height and gait make them many."""
EYES = 1.58
_PACE, _RUN = 1.25, 3.2
_BACK, _AHEAD = -44.0, 15.0
"""The stretch of a street passers-by walk, metres along it."""
_WALKERS = re.compile(r"\b(?:passers?-?by|pedestrians?|commuters?|shoppers?|walkers?|tourists?|traffic)\b")
_KIND = re.compile(
    r"\b(?:wo)?m[ae]n\b|\bboys?\b|\bgirls?\b|\blad(?:y|ies)\b|\b(?:aged?|years?|twenties|thirties|forties|fifties|sixties)\b|\bchild|\bold\b|\byoung\b|\bnuns?\b|\bmonks?\b"
)
"""Words that say what kind of people a group is made of; without them it is men and women of all ages."""
_CLOTHES: tuple[Rgb, ...] = (
    (1.0, 1.0, 1.0), (0.7, 0.75, 0.9), (1.25, 1.05, 0.85), (0.55, 0.5, 0.5), (1.1, 0.8, 0.75), (0.8, 1.0, 0.85),
    (0.45, 0.5, 0.62), (1.35, 1.3, 1.2), (0.9, 0.72, 0.55),
)  # fmt: skip


@dataclass(slots=True)
class Member:
    """One of a group in play. ``stroll`` is metres per second along a street for those who only pass."""

    number: int
    body: int
    height: float
    tint: Rgb
    phase: float
    spot: Vec3
    yaw: float
    stroll: float = 0.0
    way: list[tuple[Fraction, Vec3]] = field(default_factory=list)
    does: list[tuple[Fraction, str, float | None]] = field(default_factory=list)
    """(from when, what, facing)."""


@dataclass(slots=True)
class Troupe:
    """A group in one scene. ``begins`` is the first moment of the scene on its clock."""

    group: Group
    bodies: tuple[PersonSpec, ...]
    members: list[Member]
    begins: Fraction
    along: float = 0.0
    """The street's yaw, for those who stroll."""

    def at(self, member: Member, t: Fraction) -> Vec3:
        """Floor point of a member at a time of the scene's clock."""
        if member.way and t >= member.way[0][0]:
            for (a, p), (b, q) in zip(member.way, member.way[1:], strict=False):
                if t <= b:
                    part = float((t - a) / (b - a)) if b > a else 1.0
                    return (p[0] + (q[0] - p[0]) * part, p[1] + (q[1] - p[1]) * part, p[2] + (q[2] - p[2]) * part)
            return member.way[-1][1]
        if not member.stroll:
            return member.spot
        far = member.stroll * float(t - self.begins)
        return _strolled(member.spot, far, self.along)

    def eyes(self, t: Fraction) -> tuple[Vec3, ...]:
        """Eye points of eight who stand together, about the middle: what a camera frames when the group is its subject."""
        points = [(m.number, add(self.at(m, t), (0.0, EYES * m.height, 0.0))) for m in self.members]
        xs, zs = sorted(p[0] for _, p in points), sorted(p[2] for _, p in points)
        middle = (xs[len(xs) // 2], 0.0, zs[len(zs) // 2])
        core = min(points, key=lambda row: (round(flat(row[1], middle), 3), row[0]))[1]
        near = sorted(points, key=lambda row: (round(flat(row[1], core), 3), row[0]))
        return tuple(v4(p) for _, p in near[:8])


def gather(film: Film, scene: Scene, stage: Stage, now: Fraction) -> dict[str, Troupe]:
    """The groups of a scene, by name: placed in its block, subject of a shot, or named in its action."""
    found: dict[str, Troupe] = {}
    for group in film.groups:
        placement = next((p for p in scene.placements if p.entity == group.name), None)
        if placement is None and not _named(group.name, scene):
            continue
        found[group.name] = _troupe(film, group, placement, stage, now)
    return found


def act(
    stage: Stage, troupe: Troupe, what: str, target: str, start: Fraction, tempo: float = 1.0
) -> tuple[Fraction, Fraction]:
    """Has a whole group do one act of the lexicon, each a little apart from the next; when it begins and ends."""
    seed = troupe.group.seed
    point = stage.point(target, (0.0, 0.0, 0.0)) if target else None
    end = start + ms(0.8)
    for member in troupe.members:
        late = ms(round(0.7 * chance(seed, member.number, "late", what), 2))
        begin = start + late
        here = troupe.at(member, begin)
        match what:
            case "walk" | "run" | "enter" | "follow" | "exit" | "walk away" | "back" | "part" | "fall back":
                goal = _goal(stage, troupe, member, what, here, point)
                pace = (_RUN if what == "run" else _PACE) * tempo * (0.85 + 0.3 * chance(seed, member.number, "pace"))
                takes = ms(round(max(0.6, flat(here, goal) / pace), 2))
                kept = [row for row in member.way if row[0] < begin] or [(begin - Fraction(1, 100), here)]
                member.way = [*kept, (begin, here), (begin + takes, v4(goal))]
                if what == "part" and point is None:
                    member.does.append((begin + takes, "stand", yaw_to(goal, here)))
                elif point is not None and what not in ("exit", "walk away"):
                    member.does.append((begin + takes, "stand", yaw_to(goal, point)))
                end = max(end, begin + takes)
            case "look" | "turn":
                facing = member.yaw + 180.0 if point is None else yaw_to(here, point)
                _halt(troupe, member, begin, here)
                member.does.append((begin, "look", facing))
                end = max(end, begin + ms(0.9))
            case "gesture" | "emote" | "cheer":
                _halt(troupe, member, begin, here)
                member.does.append((begin, "cheer", yaw_to(here, point) if point is not None else None))
                end = max(end, begin + ms(2.0))
            case "sit":
                member.does.append((begin, "sit", None))
            case _:
                _halt(troupe, member, begin, here)
                member.does.append((begin, "stand", None))
    return start, end


def crowds_in_shot(stage: Stage, start: Fraction, end: Fraction, near: Sequence[Moment]) -> tuple[Crowd, ...]:
    """Groups as one shot shows them: members that come near the picture, in its own seconds."""
    world = stage.world
    if world is None:
        return ()
    found = []
    for name in sorted(world.troupes):
        troupe = world.troupes[name]
        extras = []
        for member in troupe.members:
            if any(seen.holds(add(troupe.at(member, t), (0.0, 0.9, 0.0)), 1.2) for t, seen in near):
                extras.append(_extra(troupe, member, start, end))
        if extras:
            used = sorted({e.body for e in extras})
            index = {body: i for i, body in enumerate(used)}
            bodies = tuple(troupe.bodies[b] for b in used)
            moved = tuple(
                Extra(index[e.body], e.does, e.path, e.yaw, e.phase, e.height, e.tint, e.since) for e in extras
            )
            found.append(Crowd(name, bodies, moved))
    return tuple(found)


# --- who and where -----------------------------------------------------------------------------


def _troupe(film: Film, group: Group, placement: Placement | None, stage: Stage, now: Fraction) -> Troupe:
    about = " ".join([*(p.text for p in group.description), *(p.text for p in placement.phrases if placement)] if placement
                     else [p.text for p in group.description]).lower()  # fmt: skip
    bodies = tuple(_cast(film, group, i) for i in range(min(BODIES, group.count)))
    spec = stage.placed.spec
    street = not spec.interior and spec.terrain.kind == "street"
    stays = re.search(r"\b(?:stand|wait|watch|stare|look|sit|gather|line|queue|crowd round|still)", about) is not None
    strolls = street and not stays and (_WALKERS.search(about) is not None or "walk" in about or placement is None)
    troupe = Troupe(group, bodies, [], now, spec.terrain.yaw)
    seed = group.seed
    centre, reach = _area(stage, placement, about)
    facing = _faced(stage, about)
    taken: list[Vec3] = [b.start.position for b in stage.bodies.values()]
    spots = _spots(stage, seed, centre, reach, street, taken)
    for number in range(group.count):
        spot = next(spots)
        yaw = _yaw_at(stage, spot, facing, chance(seed, number, "yaw"))
        member = Member(
            number, int(chance(seed, number, "body") * len(bodies)) % len(bodies),
            round(0.945 + 0.11 * chance(seed, number, "height"), 4),
            _CLOTHES[int(chance(seed, number, "tint") * len(_CLOTHES)) % len(_CLOTHES)] if not group.wears else (1.0, 1.0, 1.0),
            round(chance(seed, number, "phase"), 4), v4(spot), r4(turn(yaw)),
        )  # fmt: skip
        if strolls and chance(seed, number, "strolls") < 0.86:
            way = 1.0 if chance(seed, number, "way") < 0.5 else -1.0
            member.stroll = round(way * (0.95 + 0.6 * chance(seed, number, "pace")), 3)
        if "cheer" in about or "applaud" in about:
            member.does.append((now - 10, "cheer", None))
        if re.search(r"\bsit", about):
            member.does.append((now - 10, "sit", None))
        troupe.members.append(member)
    return troupe


def _cast(film: Film, group: Group, number: int) -> PersonSpec:
    words = tuple(p for p in group.description if not _WALKERS.search(p.text.lower()))
    if not any(_KIND.search(p.text.lower()) for p in words):
        who, age = ("woman", "man")[number % 2], (34, 47, 23, 63, 29)[number % BODIES]
        words = (*words, Phrase(f"a {who} of {age}"))
    person = Character(f"{group.name}.{number + 1}", words, group.wears, seed=f"{group.seed}/{number}", declared=False)
    return cast_person(person, film.seed)


def _named(name: str, scene: Scene) -> bool:
    pattern = re.compile(rf"\b{re.escape(name)}\b", re.IGNORECASE)
    for item in scene.items:
        if isinstance(item, Shot) and name in item.subjects:
            return True
        if isinstance(item, Action) and pattern.search(item.text):
            return True
    return False


def _area(stage: Stage, placement: Placement | None, about: str) -> tuple[Vec3 | None, float]:
    """The middle and radius a placement means; ``None`` = anywhere the place has room."""
    for phrase in placement.phrases if placement else ():
        text = re.sub(r"^(?:standing|waiting|gathered|sitting|walking|spread)\s+", "", phrase.text.lower())
        match = re.match(r"^(?:around|round|at|by|near|behind|before|in front of|along|on|in|beside)\s+(.*)", text)
        if match is None:
            continue
        body = stage.body(match[1])
        if body is not None:
            behind = 180.0 if text.startswith("behind") else 0.0
            away = 2.5 if not text.startswith(("around", "round")) else 0.0
            return add(body.start.position, heading(body.start.yaw + behind), away), 2.2
        mark = stage.mark(match[1])
        if mark is not None and not re.search(r"\b(?:pavement|street|road|ground|floor)\b", match[1]):
            point = mark.point if text.startswith(("around", "round")) and mark.point else mark.position
            return (point[0], 0.0, point[2]), 2.4 if stage.placed.spec.interior else 4.0
    return None, 0.0


def _faced(stage: Stage, about: str) -> Vec3 | None:
    match = re.search(
        r"\b(?:watching|facing|looking at|staring at|around|round|listening to)\s+(?:the\s+)?([\w' -]+)", about
    )
    return stage.point(match[1], (0.0, 0.0, 0.0)) if match else None


def _spots(
    stage: Stage, seed: str, centre: Vec3 | None, reach: float, street: bool, taken: list[Vec3]
) -> Iterator[Vec3]:
    """Free floor points without end: a low-discrepancy scatter (Roberts' R2 sequence) that keeps people apart."""
    a, b = chance(seed, "x"), chance(seed, "z")
    shell, terrain = stage.placed.spec.shell, stage.placed.spec.terrain
    along, across = heading(terrain.yaw), heading(terrain.yaw + 90.0)
    used = list(taken)
    i, gap, missed = 0, 0.62, 0
    while True:
        i += 1
        u, v = (a + i * 0.7548776662) % 1.0, (b + i * 0.5698402910) % 1.0
        if centre is not None:
            angle, far = 2 * math.pi * u, math.sqrt(v) * reach + 0.7
            spot = (centre[0] + far * math.sin(angle), 0.0, centre[2] + far * math.cos(angle))
        elif stage.placed.spec.interior:
            spot = ((u - 0.5) * (shell.width - 0.9), 0.0, (v - 0.5) * (shell.depth - 0.9))
        elif street:
            side = 1.0 if u < 0.5 else -1.0
            off = side * (ROAD_HALF + 0.45 + (u * 2 % 1.0) * (FRONTS - ROAD_HALF - 1.0))
            go = _BACK + v * (_AHEAD - _BACK - 7.0)
            spot = (across[0] * off + along[0] * go, 0.0, across[2] * off + along[2] * go)
        else:
            angle, far = math.pi * (0.15 + 0.7 * u), 3.2 + 10.0 * v
            spot = (far * math.cos(angle), 0.0, -far * math.sin(angle))
        missed += 1
        if missed > 60:
            gap, missed = gap * 0.8, 0  # too many for the room: closer together, then
        if any(flat(spot, other) < gap for other in used) or not (stage.floor.free(spot, 0.2) or gap < 0.2):
            continue
        missed = 0
        spot = (spot[0], stage.floor.ground(spot[0], spot[2]), spot[2])
        used.append(spot)
        yield spot


def _yaw_at(stage: Stage, spot: Vec3, facing: Vec3 | None, luck: float) -> float:
    if facing is not None:
        return yaw_to(spot, facing) + (luck - 0.5) * 16.0
    bodies = list(stage.bodies.values())
    if bodies and luck < 0.6:
        return yaw_to(spot, bodies[0].start.position) + (luck - 0.3) * 60.0
    return luck * 360.0


def _strolled(spot: Vec3, far: float, yaw: float) -> Vec3:
    """``far`` metres along the street from ``spot``, coming round again at its ends."""
    along = heading(yaw)
    at = spot[0] * along[0] + spot[2] * along[2]
    span = _AHEAD - _BACK
    moved = (at + far - _BACK) % span + _BACK
    return add(spot, along, moved - at)


def _goal(stage: Stage, troupe: Troupe, member: Member, what: str, here: Vec3, point: Vec3 | None) -> Vec3:
    seed, n = troupe.group.seed, member.number
    spread = 1.2 + 0.16 * math.sqrt(len(troupe.members)) * 2.0 * chance(seed, n, "ring")
    if what == "part":
        axis = next(iter(stage.bodies.values())).start.position if stage.bodies else (0.0, 0.0, 0.0)
        side = 1.0 if here[0] >= axis[0] else -1.0
        step = max(0.0, 1.7 - abs(here[0] - axis[0])) + 0.5
        return stage.floor.near((here[0] + side * step, here[1], here[2]))
    if what in ("exit", "walk away", "back", "fall back") or point is None:
        far = {"exit": 26.0, "walk away": 12.0, "back": 1.4, "fall back": 1.6}.get(what, 9.0 if what == "run" else 5.0)
        away = member.yaw + (180.0 if what in ("back", "fall back", "exit", "walk away") else 0.0)
        if not stage.placed.spec.interior and stage.placed.spec.terrain.kind == "street":
            away = troupe.along + (0.0 if math.cos(math.radians(away - troupe.along)) > 0 else 180.0)
        goal = add(here, heading(away), far)
        return (
            (goal[0], stage.floor.ground(goal[0], goal[2]), goal[2])
            if stage.floor.inside(goal, 0.2)
            else stage.floor.near(goal)
        )
    angle = 360.0 * chance(seed, n, "angle")
    goal = add((point[0], 0.0, point[2]), heading(angle), spread)
    return stage.floor.near(goal)


def _halt(troupe: Troupe, member: Member, begin: Fraction, here: Vec3) -> None:
    """Who strolls stands still from ``begin`` on, a step further."""
    if not member.stroll and not member.way:
        return
    stop = begin + Fraction(1, 2)
    there = troupe.at(member, stop) if member.stroll and not member.way else here
    kept = [row for row in member.way if row[0] < begin] or [(begin - Fraction(1, 100), here)]
    member.way = [*kept, (begin, here), (stop, v4(there))]


def _extra(troupe: Troupe, member: Member, start: Fraction, end: Fraction) -> Extra:
    """A member in seconds of a shot: where it goes while the shot lasts, and what it does when it does not go."""
    path = [(r4(float(t - start)), v4(p)) for t, p in _way(troupe, member, start, end)]
    said = [row for row in member.does if row[0] < end]
    does, facing, since = ("stand", None, -100.0)
    if said:
        since, does, facing = r4(max(-100.0, float(said[-1][0] - start))), said[-1][1], said[-1][2]
    if since < -3.0:
        since = -100.0
    yaw = member.yaw if facing is None else facing
    if facing is None and len(path) > 1 and flat(path[-1][1], path[-2][1]) > 0.05:
        yaw = yaw_to(path[-2][1], path[-1][1])
    return Extra(member.body, does, tuple(path), r4(turn(yaw)), member.phase, member.height, member.tint, since)


def _way(troupe: Troupe, member: Member, start: Fraction, end: Fraction) -> list[tuple[Fraction, Vec3]]:
    margin = Fraction(2)
    if member.way and end >= member.way[0][0]:
        rows = [row for row in member.way if start - margin < row[0] < end + margin]
        first = (start - margin, troupe.at(member, start - margin))
        last = (end + margin, troupe.at(member, end + margin))
        found = [first, *[r for r in rows if first[0] < r[0] < last[0]], last]
        return found if any(flat(p, found[0][1]) > 0.02 for _, p in found) else [found[0]]
    if not member.stroll:
        return [(start, member.spot)]
    here = troupe.at(member, start)
    step = member.stroll * float(end - start)
    # Nobody comes round again in mid-picture: they walk on.
    return [(start, here), (end, add(here, heading(troupe.along), step))]
