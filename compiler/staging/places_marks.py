"""Marks of a placed set: where a person sits, stands, touches and looks, and how a writer's words find them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.staging.model import SetSpec, Vec3
from compiler.staging.places_ground import WATERLINE, ground_height
from compiler.staging.places_layout import WALL_YAW, Footprint, Layout, wall_point
from compiler.staging.places_phrases import WALLS, Request, numbers
from compiler.staging.places_vocabulary import MEMORY, SMALL_WORDS, Vocabulary, singular, vocabulary

BODY_RADIUS = 0.24
_LEADING = frozenset({
    "at", "by", "to", "on", "in", "near", "beside", "next", "from", "towards", "toward", "into", "behind",
    "before", "against", "over"
})  # fmt: skip
_ALIKE = {"picture": "photo frame", "photo frame": "picture", "table": "round table", "round table": "table",
          "book": "books", "books": "book", "rock": "rocks", "rocks": "rock", "shelf": "bookcase", "bookcase": "shelf"}  # fmt: skip
_OTHER = frozenset({
    "empty", "other", "second", "opposite", "unoccupied", "another"
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """A place for a body or an eye. ``kind``: stand, sit, touch, look.

    ``position`` is the floor (or seat) point under the person and ``yaw`` their facing there in degrees;
    ``point`` is what they look at or touch; ``size`` its width, height and depth in metres, for framing.
    """

    name: str
    position: Vec3
    yaw: float = 0.0
    kind: str = "stand"
    seat_height: float = 0.0
    point: Vec3 | None = None
    size: Vec3 = (0.5, 0.5, 0.5)


@dataclass(frozen=True, slots=True)
class PlacedSet:
    """A dressed, lit set with its marks. ``exposure`` is what a camera operator would set for it, in stops.

    ``groups`` names lights that go together (``racks`` → every row) for light cues.
    """

    spec: SetSpec
    marks: Mapping[str, Mark]
    exposure: float = 0.0
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Vocabulary = field(default_factory=vocabulary, repr=False, compare=False)
    """What set phrases may name here."""
    _found: dict[str, Mark | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Words that have been looked up: the same few come again and again."""

    def find(self, words: str) -> Mark | None:
        """The mark a writer means by ``words`` (``the empty chair``, ``far end``, ``0.5 -1``); ``None`` when nothing fits."""
        if words not in self._found:
            if len(self._found) > MEMORY:
                self._found.clear()
            self._found[words] = find_mark(self, words)
        return self._found[words]

    def seat(self, words: str = "") -> Mark | None:
        """Where somebody sits down: the seat ``words`` name, or the one nearest to what they name (``table``)."""
        mark = self.find(words) if words else None
        if mark is not None and mark.kind == "sit":
            return mark
        seats = [m for m in self.marks.values() if m.kind == "sit"]
        x, _, z = mark.point or mark.position if mark is not None else (0.0, 0.0, 0.0)
        return min(
            seats, key=lambda m: (round(math.hypot(m.position[0] - x, m.position[2] - z), 2), m.name), default=None
        )

    def lights(self, words: str) -> tuple[str, ...]:
        """Names for LightCue that ``words`` mean (``lamp``, ``racks``, ``rack 3``, ``lights``); empty when none."""
        return find_lights(self, words)


def find_mark(placed: PlacedSet, words: str) -> Mark | None:
    """See ``PlacedSet.find``."""
    spot = numbers(words)
    if spot:
        x, z = spot[0], spot[-1]
        y = 0.0 if placed.spec.interior else round(ground_height(placed.spec.terrain, x, z), 4)
        return Mark(words.strip(), (x, y, z), 180.0 if z > 1.0 else 0.0)
    text = "".join(c if c.isalnum() or c in "-. " else " " for c in words.lower().replace("'s", ""))
    if text.strip() in placed.marks:
        return placed.marks[text.strip()]
    if (side := _SIDE_OF.fullmatch(text.strip())) is not None and (
        found := _beside(placed, *side.groups())
    ) is not None:
        return found
    split = [w.strip(".") for w in text.split()]
    while split and (split[0] in SMALL_WORDS or split[0] in _LEADING):
        split = split[1:]
    plain = [w for w in split if w not in SMALL_WORDS]
    if not plain:
        return None
    for form in (" ".join(plain), " ".join([*plain[:-1], singular(plain[-1])]), "-".join(plain), ".".join(plain)):
        if form in placed.marks:
            return placed.marks[form]
    return _by_noun(placed, plain) or _by_general_word(placed, plain)


_SIDE_OF = re.compile(
    r"(?:(?:the|a|her|his|in|on|at|by)\s+)*(.+?)\s+(?:to the\s+)?(north|south|east|west) of (?:the\s+)?(.+)"
)
_COMPASS = {"north": (0.0, -1.0), "south": (0.0, 1.0), "east": (1.0, 0.0), "west": (-1.0, 0.0)}


def _beside(placed: PlacedSet, what: str, side: str, anchor: str) -> Mark | None:
    """``chair east of table``: of the things called so, the one that lies furthest to that side of the other."""
    middle = find_mark(placed, anchor)
    noun = singular(what.split()[-1])
    if middle is None:
        return None
    x, _, z = middle.point or middle.position
    way = _COMPASS[side]
    found: list[tuple[float, str]] = []
    for mark in placed.marks.values():
        if mark.name != middle.name and noun in mark.name.replace(".", " ").split():
            px, _, pz = mark.point or mark.position
            along = (px - x) * way[0] + (pz - z) * way[1]
            if along > 0.2 and along >= 0.7 * math.hypot(px - x, pz - z):
                found.append((along, mark.name))
    return placed.marks[min(found)[1]] if found else None


def find_lights(placed: PlacedSet, words: str) -> tuple[str, ...]:
    """See ``PlacedSet.lights``."""
    plain = " ".join(w for w in words.lower().split() if w not in SMALL_WORDS)
    names = tuple(light.name for light in placed.spec.lights)
    for form in (plain, plain.replace(" ", "."), singular(plain), plain.replace(" row", "").replace("row ", "rack.")):
        if form in placed.groups:
            return placed.groups[form]
        if form in names:
            return (form,)
    if plain in ("lights", "everything", "all lights", "all"):
        return tuple(dict.fromkeys(n for group in placed.groups.values() for n in group)) or names
    mark = find_mark(placed, plain)
    return (mark.name,) if mark is not None and (mark.name in names or mark.name in placed.groups) else ()


def make_marks(layout: Layout, written: list[Request], sea: str) -> dict[str, Mark]:
    """All marks of a finished layout; written ``mark`` phrases come last and win."""
    marks: dict[str, Mark] = {}
    for mark in _room_marks(layout) if layout.interior else _land_marks(layout, sea):
        marks[mark.name] = mark
    for opening in layout.openings:
        x, z = wall_point(layout.shell, opening.wall, opening.offset, 0.62)
        px, pz = wall_point(layout.shell, opening.wall, opening.offset, 0.0)
        window = opening.kind == "window"
        height = opening.sill + (opening.height * 0.5 if window else 1.0)
        stand = _free_near(layout, x, z)
        yaw = WALL_YAW[opening.wall] + (180.0 if window else 0.0)
        kind = "look" if window else "stand"
        size = (opening.width, opening.height, 0.1)
        marks[opening.name] = Mark(opening.name, stand, _turn(yaw), kind, 0.0, _v(px, height, pz), size)
    for i in range(len(layout.pieces)):
        mark = _piece_mark(layout, i)
        marks[mark.name] = mark
    for request in written:
        at = next((r for r in request.relations if len(r.numbers) >= 2), None)
        if at is not None:
            x, z = at.numbers[0], at.numbers[-1]
            y = 0.0 if layout.interior else ground_height(layout.terrain, x, z)
            marks[request.mark] = Mark(request.mark, _v(x, y, z))
    return marks


def _by_noun(placed: PlacedSet, plain: list[str]) -> Mark | None:
    found = placed.words.find(plain)
    if found is None:
        return None
    kind, noun, left = found
    if kind in _ALIKE and not any(p.kind == kind for p in placed.spec.pieces):
        kind = _ALIKE[kind]
    names = [p.name for p in placed.spec.pieces if p.kind == kind]
    names += [o.name for o in placed.spec.shell.openings if o.kind == kind]
    if not names:
        names = [p.name for p in placed.spec.pieces if noun.split()[-1] in p.kind.split()]
    if not names and kind == "lamp":
        glowing = {light.name for light in placed.spec.lights}
        names = [p.name for p in placed.spec.pieces if p.name in glowing]
    if not names:
        return None
    pick = 1 if _OTHER & set(left) and len(names) > 1 else 0
    pick = {"third": 2, "fourth": 3, "last": len(names) - 1}.get(next(iter(left), ""), pick)
    if any(w in left for w in ("left", "right")):
        ordered = sorted(names, key=lambda n: placed.marks[n].position[0], reverse="right" in left)
        return placed.marks[ordered[0]]
    return placed.marks[names[min(pick, len(names) - 1)]]


def _by_general_word(placed: PlacedSet, plain: list[str]) -> Mark | None:
    for word in plain:
        word = {"center": "centre", "middle": "centre", "end": "far end", "ocean": "sea", "water": "sea", "back": "far end",
                "front": "near end", "far": "far end", "near": "near end", "east": "right", "west": "left",
                "north": "far end", "south": "near end", "ceiling": "up", "sky": "up", "stars": "up", "floor": "down",
                "ground": "down", "shore": "sea", "waterline": "water's edge", "edge": "water's edge",
                "wall": "north wall", "walls": "north wall"}.get(word, word)  # fmt: skip
        if word in placed.marks:
            return placed.marks[word]
    return None


def _piece_mark(layout: Layout, i: int) -> Mark:
    piece, entry, box = layout.pieces[i], layout.entries[i], layout.footprints[i]
    x, y, z = piece.position
    scale = piece.scale
    size = (entry.size[0] * scale[0], entry.size[1] * scale[1], entry.size[2] * scale[2])
    px, py, pz = entry.point or (0.0, entry.size[1] * (1.0 if entry.holds is not None else 0.55), 0.0)
    point = _local(piece.position, piece.yaw, (px * scale[0], py * scale[1], pz * scale[2]))
    if entry.mark == "sit":
        if entry.kind == "bed":
            seat = _local(piece.position, piece.yaw, (size[0] / 2 - 0.28, 0.0, 0.15))
            inside = abs(seat[0]) < layout.shell.width / 2 - 0.5
            side = 1.0 if inside else -1.0
            seat = _local(piece.position, piece.yaw, (side * (size[0] / 2 - 0.28), 0.0, 0.15))
            return Mark(piece.name, seat, _turn(piece.yaw + 90.0 * side), "sit", entry.seat, point, size)
        return Mark(piece.name, _v(x, y, z), piece.yaw, "sit", _r(entry.seat * scale[1]), point, size)
    base = box
    if entry.rest == "top":  # stand at what carries it, not in it
        under = [
            f
            for f in layout.footprints
            if f.top > 0.3 and abs(f.top - y) < 0.02 and abs(f.x - x) <= f.half_x and abs(f.z - z) <= f.half_z
        ]
        base = under[0] if under else box
    reach = entry.stand if entry.mark != "stand" else 0.0
    yaw = math.radians(piece.yaw)
    front = (math.sin(yaw), math.cos(yaw))
    ways = [front, (0.0, 1.0), (front[1], front[0]), (1.0, 0.0), (-1.0, 0.0), (0.0, -1.0)]
    if entry.flat:
        return Mark(piece.name, _free_near(layout, x, z), 0.0, "stand", 0.0, point, size)
    for dx, dz in ways:
        sx = base.x + dx * (base.half_x + reach)
        sz = base.z + dz * (base.half_z + reach)
        if _stands_free(layout, sx, sz):
            break
    else:
        sx, _, sz = _free_near(
            layout, base.x + front[0] * (base.half_x + reach), base.z + front[1] * (base.half_z + reach)
        )
    facing = math.degrees(math.atan2(point[0] - sx, point[2] - sz))
    ground = 0.0 if layout.interior else ground_height(layout.terrain, sx, sz)
    return Mark(piece.name, _v(sx, ground, sz), _turn(facing), entry.mark, 0.0, point, size)


def _room_marks(layout: Layout) -> list[Mark]:
    half_x, half_z = layout.shell.width / 2 - 0.7, layout.shell.depth / 2 - 0.7
    if layout.shell.kind == "round room":
        half_x, half_z = half_x * 0.9, half_z * 0.9
    height = layout.shell.height
    spots = {
        "left": (-half_x, 0.25 * half_z, 90.0), "right": (half_x, 0.25 * half_z, -90.0), "centre": (0.0, 0.0, 0.0),
        "far end": (0.0, -half_z, 0.0), "near end": (0.0, half_z, 180.0),
        "north-west corner": (-half_x, -half_z, 45.0), "north-east corner": (half_x, -half_z, -45.0),
        "corner": (half_x, -half_z, -45.0), "up": (0.0, 0.0, 0.0), "down": (0.0, 0.0, 0.0),
    }  # fmt: skip
    size = (1.0, 1.7, 1.0)
    marks = []
    for name, (x, z, yaw) in spots.items():
        free = _free_near(layout, x, z)
        point = (free[0], {"up": height, "down": 0.0}.get(name, 1.4), free[2])
        marks.append(Mark(name, free, yaw, "look" if name in ("up", "down") else "stand", 0.0, point, size))
    for wall in WALLS:
        x, z = wall_point(layout.shell, wall, 0.0, 0.7)
        px, pz = wall_point(layout.shell, wall, 0.0, 0.0)
        name = f"{wall} wall"
        marks.append(
            Mark(name, _free_near(layout, x, z), _turn(WALL_YAW[wall] + 180.0), "look", 0.0, _v(px, 1.4, pz), size)
        )
    return marks


def _land_marks(layout: Layout, sea: str) -> list[Mark]:
    size = (1.0, 1.7, 1.0)
    spots = {
        "left": (-5.0, 0.0, 90.0), "right": (5.0, 0.0, -90.0), "centre": (0.0, 0.0, 0.0), "far end": (0.0, -8.0, 0.0),
        "near end": (0.0, 4.0, 180.0),
    }  # fmt: skip
    marks = []
    for name, (x, z, yaw) in spots.items():
        free = _free_near(layout, x, z)
        y = ground_height(layout.terrain, free[0], free[2])
        marks.append(Mark(name, _v(free[0], y, free[2]), yaw, "stand", 0.0, _v(free[0], y + 1.4, free[2]), size))
    marks.append(Mark("up", (0.0, 0.0, 0.0), 180.0, "look", 0.0, (0.0, 40.0, -60.0), size))
    marks.append(Mark("down", (0.0, 0.0, 0.0), 180.0, "look", 0.0, (0.0, 0.0, -1.2), size))
    yaw = layout.terrain.yaw
    away = (math.sin(math.radians(yaw)), math.cos(math.radians(yaw)))
    if sea:
        edge = (WATERLINE - 1.2) if layout.terrain.kind == "shore" else 4.6
        y = ground_height(layout.terrain, away[0] * edge, away[1] * edge)
        stand = _free_near(layout, away[0] * edge, away[1] * edge)
        point = _v(away[0] * 200.0, 1.2, away[1] * 200.0)
        for name in ("sea", "water's edge", "horizon"):
            marks.append(Mark(name, _v(stand[0], y, stand[2]), _turn(yaw), "look", 0.0, point, (60.0, 2.0, 60.0)))
    else:
        marks.append(Mark("horizon", (0.0, 0.0, 0.0), 180.0, "look", 0.0, (0.0, 1.5, -200.0), (60.0, 2.0, 60.0)))
    return marks


def _stands_free(layout: Layout, x: float, z: float) -> bool:
    """Whether a standing body at (x, z) is inside the room and touches no furniture."""
    if layout.interior:
        half_x, half_z = layout.shell.width / 2 - BODY_RADIUS, layout.shell.depth / 2 - BODY_RADIUS
        if abs(x) > half_x or abs(z) > half_z:
            return False
        if layout.shell.kind == "round room" and math.hypot(x, z) > half_x:
            return False
    body = Footprint(
        x, z, BODY_RADIUS, BODY_RADIUS, 0.05 - 1e3 * (not layout.interior), 1.8 + 1e3 * (not layout.interior)
    )
    return not any(body.hits(f) for f, e in zip(layout.footprints, layout.entries, strict=True) if not e.flat)


def _free_near(layout: Layout, x: float, z: float) -> Vec3:
    """The free standing point nearest to (x, z), searched in rings of 0.15 m."""
    for ring in range(20):
        for step in range(12 if ring else 1):
            angle = math.radians(step * 30.0)
            cx, cz = x + ring * 0.15 * math.sin(angle), z + ring * 0.15 * math.cos(angle)
            if _stands_free(layout, cx, cz):
                return _v(cx, 0.0, cz)
    return _v(x, 0.0, z)


def _local(origin: Vec3, yaw_deg: float, offset: Vec3) -> Vec3:
    yaw = math.radians(yaw_deg)
    cos, sin = math.cos(yaw), math.sin(yaw)
    return _v(
        origin[0] + offset[0] * cos + offset[2] * sin,
        origin[1] + offset[1],
        origin[2] - offset[0] * sin + offset[2] * cos,
    )


def _turn(degrees: float) -> float:
    return _r((degrees + 180.0) % 360.0 - 180.0)


def _r(value: float) -> float:
    return round(value, 4) + 0.0


def _v(x: float, y: float, z: float) -> Vec3:
    return (_r(x), _r(y), _r(z))
