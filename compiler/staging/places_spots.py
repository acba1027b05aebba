"""Where a piece goes: written coordinates and relations to the letter, else the first free place a dresser would choose."""

from __future__ import annotations

import math

from compiler.staging.places_ground import WATERLINE, ground_height
from compiler.staging.places_layout import (
    WALL_YAW,
    Layout,
    footprint,
    hash_unit,
    is_free,
    is_inside,
    rest_height,
    wall_length,
    wall_point,
    wall_taken,
)
from compiler.staging.places_phrases import WALLS, Request
from compiler.staging.places_vocabulary import PieceEntry

_TOP_SPOTS = (
    (0.05, -0.12), (-0.5, 0.35), (0.5, 0.3), (-0.55, -0.35), (0.6, -0.4), (0.0, 0.7), (-0.15, 0.0), (0.9, 0.0), (-0.9, 0.0),
    (0.0, -0.9), (0.0, 0.95), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7), (0.35, 0.9), (-0.35, -0.9), (0.95, 0.35),
)  # fmt: skip
_SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))


def find_spot(
    layout: Layout, request: Request, entry: PieceEntry, i: int, total: int
) -> tuple[float, float, float, float] | None:
    at = request.relation("at")
    turn = _facing(layout, request)
    if at and len(at.numbers) >= 2:
        x, z = at.numbers[0] + i * (entry.size[0] + 0.15) * request.scale, at.numbers[-1]
        y = at.numbers[1] if len(at.numbers) == 3 else rest_height(layout, entry, x, z)
        return x, y, z, turn if turn is not None else _natural_yaw(layout, entry, x, z)
    if entry.rest == "ceiling":
        return _ceiling_spot(layout, request, entry, i, total)
    on = request.relation("on", "on top of")
    wall = wall_of(request)
    if on and not wall:
        holder = layout.index(on.rest)
        if holder is not None and layout.entries[holder].holds is not None:
            return _top_spot(layout, holder, entry)
    if (
        not layout.interior
        and request.relation("around", "in the", "along", "near")
        and not wall
        and not _anchor(layout, request)
    ):
        return _scatter(layout, entry, i)
    if wall or entry.rest == "hung":
        return _wall_spot(layout, request, entry, wall)
    corner = next((r for r in request.relations if "corner" in r.rest), None)
    if corner:
        return _corner_spot(layout, entry, corner.rest)
    if entry.rest == "top":
        anchor = _anchor(layout, request)
        holder = anchor if anchor is not None and layout.entries[anchor].holds is not None else _first_holder(layout)
        if holder is not None:
            return _top_spot(layout, holder, entry)
    around = _around(layout, request, entry, i)
    if around is not None:
        return (*around[:3], turn) if turn is not None else around
    if layout.interior and entry.rest == "wall":
        return _wall_spot(layout, request, entry, "")
    if not layout.interior:
        if layout.terrain.kind == "shore" and entry.kind in ("rock", "rocks"):
            return _by_water(layout, sum(e.kind == entry.kind for e in layout.entries))
        return _scatter(layout, entry, i)
    x, z = _free_floor(layout, entry)
    return x, 0.0, z, turn if turn is not None else _natural_yaw(layout, entry, x, z)


def along_both_walls(request: Request) -> bool:
    along = request.relation("along")
    return along is not None and ("both" in along.rest or along.rest in ("walls", "the walls", "each wall", ""))


def wall_of(request: Request) -> str:
    for relation in request.relations:
        if "wall" in relation.rest or relation.word in ("to the", "against"):
            for word in relation.rest.replace("-", " ").split():
                if word in WALLS:
                    return word
                if word in ("left", "right", "back", "far"):
                    return {"left": "west", "right": "east"}.get(word, "north")
    return ""


def _wall_spot(
    layout: Layout, request: Request, entry: PieceEntry, wall: str
) -> tuple[float, float, float, float] | None:
    width, height, depth = (s * request.scale for s in entry.size)
    low = entry.hang if entry.rest == "hung" else 0.0
    for choice in [wall] if wall else ["east", "west", "north", "south"]:
        reach = wall_length(layout.shell, choice) / 2 - width / 2 - 0.05
        if reach < 0 and not wall:
            continue
        start = 0.0
        order = [start + sign * step * 0.1 for step in range(max(1, int(reach / 0.1) + 1)) for sign in (1, -1)]
        if entry.rest == "wall":
            order.sort(key=lambda o: (o + reach, o))  # cupboards start in the far corner, so rows grow along the wall
        for offset in order:
            x, z = wall_point(layout.shell, choice, offset, depth / 2 + 0.015)
            yaw = WALL_YAW[choice]
            box = footprint(entry, x, low, z, yaw, request.scale)
            if not wall_taken(layout, choice, offset, width, low, low + height) and is_free(layout, box, entry):
                return x, low, z, yaw
        if wall:
            x, z = wall_point(layout.shell, choice, start, depth / 2 + 0.015)
            return x, low, z, WALL_YAW[choice]
    return None


def _corner_spot(layout: Layout, entry: PieceEntry, words: str) -> tuple[float, float, float, float]:
    named = words.replace("-", " ").split()
    side_x = 1.0 if "east" in named or "right" in named else -1.0
    side_z = 1.0 if "south" in named or "near" in named else -1.0
    shrink = 0.7 if layout.shell.kind == "round room" else 1.0
    x = side_x * (layout.shell.width / 2 * shrink - entry.size[0] / 2 - 0.08)
    z = side_z * (layout.shell.depth / 2 * shrink - entry.size[2] / 2 - 0.08)
    yaw = 0.0 if side_z < 0 else 180.0
    return x, 0.0, z, yaw + (-25.0 if side_x * side_z < 0 else 25.0) * (entry.mark == "sit")


def _anchor(layout: Layout, request: Request) -> int | None:
    for relation in request.relations:
        if (
            relation.word not in ("with", "called", "named", "facing", "on", "holding")
            and relation.rest
            and not relation.numbers
        ):
            found = layout.index(relation.rest)
            if found is not None:
                return found
    return None


def _around(layout: Layout, request: Request, entry: PieceEntry, i: int) -> tuple[float, float, float, float] | None:
    """Beside, opposite, in front of, behind, under something; seats without a word go round the first table."""
    words = {r.word for r in request.relations}
    anchor = _anchor(layout, request)
    opposite = bool(words & {"opposite", "across from"})
    if anchor is not None and opposite and layout.entries[anchor].mark == "sit":
        anchor = _table_near(layout, anchor)
    if anchor is None and (opposite or (entry.mark == "sit" and entry.kind in ("chair", "stool"))):
        anchor = layout.last_anchor
        if anchor is None:
            anchor = next((j for j, e in enumerate(layout.entries) if e.holds is not None and e.rest == "floor"), None)
    if anchor is None:
        return None
    base, box = layout.pieces[anchor], layout.footprints[anchor]
    if "under" in words or entry.flat:
        return box.x, 0.0, box.z, 0.0
    front = (round(math.sin(math.radians(base.yaw))), round(math.cos(math.radians(base.yaw))))
    tuck = 0.0 if entry.mark != "sit" else 0.02
    sides = list(_SIDES)
    if layout.entries[anchor].rest == "wall" or {"in front of", "behind"} & words:
        sides = (
            [(-front[0], -front[1]), front]
            if "behind" in words
            else [front, (front[1], front[0]), (-front[1], -front[0])]
        )
    if words & {"left of", "to the left of"}:
        sides = [(-1, 0)]
    if words & {"right of", "to the right of"}:
        sides = [(1, 0)]
    for name, side in (("north", (0, -1)), ("south", (0, 1)), ("east", (1, 0)), ("west", (-1, 0))):
        if words & {f"{name} of", f"to the {name} of"}:
            sides = [side]
    if opposite:
        taken = _seat_side(layout, anchor)
        sides = [(-taken[0], -taken[1]), *sides]
    along = 0.0
    if layout.entries[anchor].rest == "wall" and not {"in front of", "behind"} & words and entry.mark != "sit":
        sides = [(front[1], front[0]), (-front[1], -front[0])]  # at its side, backs in one line
        along = 1.0
    layout.last_anchor = anchor
    for dx, dz in sides:
        yaw = math.degrees(math.atan2(-dx, -dz)) if entry.mark == "sit" else base.yaw
        probe = footprint(entry, 0.0, 0.0, 0.0, yaw, request.scale)
        x = box.x + dx * (box.half_x + probe.half_x + tuck) + along * front[0] * (probe.half_x - box.half_x)
        z = box.z + dz * (box.half_z + probe.half_z + tuck) + along * front[1] * (probe.half_z - box.half_z)
        spot = (x, rest_height(layout, entry, x, z), z, yaw)
        if is_inside(layout, footprint(entry, *spot, request.scale)) and is_free(
            layout, footprint(entry, *spot, request.scale), entry
        ):
            return spot
    return None


def _table_near(layout: Layout, seat: int) -> int | None:
    box = layout.footprints[seat]
    tables = [j for j, e in enumerate(layout.entries) if e.holds is not None and e.rest in ("floor", "wall")]
    return min(
        tables, key=lambda j: math.hypot(layout.footprints[j].x - box.x, layout.footprints[j].z - box.z), default=None
    )


def _seat_side(layout: Layout, anchor: int) -> tuple[int, int]:
    box = layout.footprints[anchor]
    for j in reversed(range(len(layout.pieces))):
        if layout.entries[j].mark == "sit":
            dx, dz = layout.footprints[j].x - box.x, layout.footprints[j].z - box.z
            if math.hypot(dx, dz) < 2.0:
                return (round(math.copysign(1, dx)), 0) if abs(dx) > abs(dz) else (0, round(math.copysign(1, dz)))
    return 1, 0


def _first_holder(layout: Layout) -> int | None:
    holders = [j for j, e in enumerate(layout.entries) if e.holds is not None and e.rest in ("floor", "wall")]
    return min(holders, key=lambda j: ("table" not in layout.entries[j].kind, j), default=None)


def _top_spot(layout: Layout, holder: int, entry: PieceEntry) -> tuple[float, float, float, float]:
    """The first free place on a top; on a crowded one, the place with the most air about it."""
    piece, holding = layout.pieces[holder], layout.entries[holder]
    half_x = holding.size[0] * piece.scale[0] / 2 - entry.size[0] / 2 - 0.05
    half_z = holding.size[2] * piece.scale[2] / 2 - entry.size[2] / 2 - 0.05
    if holding.kind == "round table":
        half_x, half_z = half_x * 0.85, half_z * 0.85
    yaw = math.radians(piece.yaw)
    top = piece.position[1] + (holding.holds or 0.0) * piece.scale[1]
    turn = (hash_unit(layout.seed, len(layout.pieces)) - 0.5) * 50.0 if entry.glow is None else 0.0
    others = [f for f in layout.footprints if abs(f.base - top) < 0.02]
    best, most = (piece.position[0], top, piece.position[2], piece.yaw), -math.inf
    for fx, fz in _TOP_SPOTS:
        lx, lz = fx * max(half_x, 0.0), fz * max(half_z, 0.0)
        x = piece.position[0] + lx * math.cos(yaw) + lz * math.sin(yaw)
        z = piece.position[2] - lx * math.sin(yaw) + lz * math.cos(yaw)
        spot = (x, top, z, piece.yaw + turn)
        box = footprint(entry, *spot)
        if not any(box.hits(f, 0.02) for f in layout.footprints):
            return spot
        air = min(
            max(abs(f.x - x) - f.half_x - box.half_x, abs(f.z - z) - f.half_z - box.half_z) for f in (others or [box])
        )
        if air > most:
            best, most = spot, air
    return best


def _ceiling_spot(
    layout: Layout, request: Request, entry: PieceEntry, i: int, total: int
) -> tuple[float, float, float, float]:
    """Base points of ceiling pieces; hanging ones carry their height as drop. Strips and trays line the long axis."""
    shell = layout.shell
    top = shell.height if layout.interior else 3.0
    anchor = _anchor(layout, request)
    x, z = (layout.footprints[anchor].x, layout.footprints[anchor].z) if anchor is not None else (0.0, 0.0)
    if entry.kind in ("pendant",):
        return x, top - entry.size[1], z, 0.0
    number = sum(1 for e in layout.entries if e.kind == entry.kind)
    if shell.kind == "corridor" or shell.depth > 8.0:
        spread = shell.depth / max(total, 1)
        z = (i - (total - 1) / 2) * spread
        x = 0.0 if entry.kind == "strip" else (-1.0 if number % 2 == 0 else 1.0) * shell.width * 0.16
    return x, top - 0.04, z, 0.0


def _natural_yaw(layout: Layout, entry: PieceEntry, x: float, z: float) -> float:
    """Seats face the nearest table, houses and benches the middle, the rest the south, where the audience is."""
    if entry.mark == "sit" and entry.kind in ("chair", "stool", "armchair"):
        near = [f for f, e in zip(layout.footprints, layout.entries, strict=True) if e.holds is not None]
        near = [f for f in near if math.hypot(f.x - x, f.z - z) < 1.6]
        if near:
            f = min(near, key=lambda f: math.hypot(f.x - x, f.z - z))
            return math.degrees(math.atan2(f.x - x, f.z - z))
    if entry.rest == "ground" and entry.kind in ("house", "boat") and math.hypot(x, z) > 3.0:
        return math.degrees(math.atan2(-x, -z)) + (12.0 if entry.kind == "house" else 70.0)
    if entry.kind in ("rock", "rocks", "bush", "tree"):
        return (x * 53.0 + z * 97.0) % 360.0
    return 0.0


def _facing(layout: Layout, request: Request) -> float | None:
    facing = request.relation("facing", "towards", "toward")
    if facing is None:
        return None
    for word in facing.rest.split():
        if word in WALLS:
            return {"south": 0.0, "east": 90.0, "north": 180.0, "west": -90.0}[word]
    return None


def _free_floor(layout: Layout, entry: PieceEntry) -> tuple[float, float]:
    limit = min(layout.shell.width, layout.shell.depth) / 2 - max(entry.size[0], entry.size[2]) / 2 - 0.2
    for ring in range(8):
        radius = ring * max(limit, 0.4) / 7
        for step in range(8 if ring else 1):
            angle = math.radians(step * 45.0 + 200.0)
            x, z = radius * math.sin(angle), radius * math.cos(angle)
            if is_free(layout, footprint(entry, x, 0.0, z, 0.0), entry, 0.1):
                return x, z
    return 0.0, 0.0


def _scatter(layout: Layout, entry: PieceEntry, i: int) -> tuple[float, float, float, float] | None:
    """A natural-looking scatter that leaves the acting ground (5 m) and the view towards it free."""
    near, far = (5.0, 26.0) if entry.size[1] > 2.0 else (3.2, 15.0)
    for attempt in range(24):
        key = i * 41 + attempt * 7 + sum(map(ord, entry.kind))
        angle = (0.618034 * (i + attempt * 0.37) + 0.21 * hash_unit(layout.seed, key)) * 2 * math.pi
        radius = near + (far - near) * math.sqrt(hash_unit(layout.seed, key + 1))
        x, z = radius * math.sin(angle), radius * math.cos(angle)
        if z > 2.0 and abs(x) < 0.45 * z + 1.5:
            continue  # the camera's side stays open
        y = ground_height(layout.terrain, x, z)
        if y > -0.2 and is_free(layout, footprint(entry, x, y, z, 0.0), entry, 0.4):
            return x, y, z, hash_unit(layout.seed, key + 2) * 360.0
    return None


def _by_water(layout: Layout, number: int) -> tuple[float, float, float, float]:
    """Rocks lie where the waves left them: along the waterline, to either side of the people."""
    along = (-8.5, 11.0, -16.0, 5.5)[number % 4] + 9.0 * (number // 4)
    out = WATERLINE + (-1.2, 1.0, 0.4, 2.6)[number % 4]
    yaw = math.radians(layout.terrain.yaw)
    x, z = out * math.sin(yaw) + along * math.cos(yaw), out * math.cos(yaw) - along * math.sin(yaw)
    return x, ground_height(layout.terrain, x, z), z, along * 37.0
