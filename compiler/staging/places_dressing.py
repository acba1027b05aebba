"""Dressing a set: openings cut into walls, pieces put where the writer or a set dresser wants them."""

from __future__ import annotations

from dataclasses import replace

from compiler.meaning.piece_values import Part
from compiler.staging.model import Opening, Piece, Rgb, Vec3
from compiler.staging.places_layout import WALL_YAW, Layout, footprint, is_free, wall_length, wall_point, wall_taken
from compiler.staging.places_phrases import Request
from compiler.staging.places_spots import along_both_walls, find_spot, wall_of
from compiler.staging.places_vocabulary import SMALL_WORDS, OpeningEntry, PieceEntry

CURTAIN_COLOUR: Rgb = (0.2, 0.035, 0.035)


def place_opening(layout: Layout, request: Request, entry: OpeningEntry) -> None:
    """Cuts a window, door or arch into the wall it names (default: windows north, doors west)."""
    wall = wall_of(request) or ("north" if entry.kind == "window" else "west")
    count = max(1, request.count)
    width, height = entry.size
    stretch = request.scale
    width = min(width * (1.0 if request.has("tall") else stretch), wall_length(layout.shell, wall) * 0.8 / count)
    height = min(height * stretch, layout.shell.height - entry.sill - 0.25)
    sill = entry.sill
    if layout.shell.height > 4.0 and entry.kind == "window":
        sill, height = 1.6, min(height * 1.6, layout.shell.height - 2.2)
    curtains = None
    for relation in request.relations:
        if "curtain" in relation.rest:
            curtains = next(
                (layout.vocabulary.colours[w] for w in relation.rest.split() if w in layout.vocabulary.colours),
                CURTAIN_COLOUR,
            )
    if request.has("curtained"):
        curtains = CURTAIN_COLOUR
    for i in range(count):
        at = request.relation("at")
        if at and len(at.numbers) >= 1:
            offset = at.numbers[0] if wall in ("north", "south") else at.numbers[-1]
        else:
            offset = _free_offset(
                layout, wall, width, sill, sill + height, _preferred(layout, entry.kind, wall, i, count)
            )
        kinds = [o for o in layout.openings if o.kind == entry.kind]
        name = entry.kind if not kinds else f"{entry.kind} {len(kinds) + 1}"
        layout.openings.append(
            Opening(entry.kind, wall, _r(offset), _r(width), _r(height), _r(sill), request.name or name, curtains)
        )


def place_piece(layout: Layout, request: Request, entry: PieceEntry, *, must_fit: bool = False) -> bool:
    """Places one request (all of its count). With ``must_fit`` (dressing) it is left out where there is no room."""
    if request.relation("along") and entry.rest == "wall" and layout.interior and along_both_walls(request):
        _line_walls(layout, request, entry)
        return True
    total = max(1, request.count)
    if entry.kind == "strip" and request.relation("along"):
        total = min(6, max(2, round(max(layout.shell.depth, layout.shell.width) / 4.4)))
    placed = False
    for i in range(total):
        spot = find_spot(layout, request, entry, i, total)
        if spot is None or (must_fit and not is_free(layout, footprint(entry, *spot, request.scale), entry)):
            continue
        _add(layout, request, entry, spot)
        placed = True
    return placed


def _add(layout: Layout, request: Request, entry: PieceEntry, spot: tuple[float, float, float, float]) -> None:
    x, y, z, yaw = spot
    plain = " ".join(w for w in request.name.split() if w not in SMALL_WORDS) or entry.name
    same = sum(1 for p in layout.pieces if p.name == plain or p.name.rsplit(" ", 1)[0] == plain)
    # Counted among its own kind, so that what is put in or taken out changes the looks of nothing else.
    number = sum(p.kind == entry.kind for p in layout.pieces)
    dark = request.has("off", "unlit", "dark", "broken", "dead", "extinguished")
    lit_words = any("lit" in r.rest.split() or "light" in r.rest or "lights" in r.rest for r in request.relations)
    lit = entry.glow is not None and not dark
    if entry.kind == "house" or entry.moves:
        lit = lit_words or request.has("lit")
    scale = (request.scale,) * 3
    layout.pieces.append(
        Piece(
            entry.kind,
            plain if same == 0 else f"{plain} {same + 1}",
            (_r(x), _r(y), _r(z)),
            _r((yaw + 180.0) % 360.0 - 180.0),
            (scale[0], scale[1], scale[2]),
            request.colour or entry.colour,
            lit or entry.kind == "rack",
            request.has("open"),
            (layout.seed * 31 + number * 7919 + sum(map(ord, entry.kind))) % 1_000_003,
            *form_of(entry),
        )
    )
    layout.entries.append(entry)
    layout.footprints.append(footprint(entry, x, y, z, yaw, request.scale))


def form_of(entry: PieceEntry) -> tuple[str, Vec3, tuple[Part, ...]]:
    """Model, fit and parts of a kind: how the renderer makes it."""
    if entry.parts:
        return "parts", tuple_ratio(entry.size, entry.built_size), entry.parts
    if entry.model == entry.kind:
        return "", (1.0, 1.0, 1.0), ()
    return entry.model, tuple_ratio(entry.size, entry.built_size), ()


def tuple_ratio(a: Vec3, b: Vec3) -> Vec3:
    return (_r(a[0] / b[0]), _r(a[1] / b[1]), _r(a[2] / b[2]))


def _line_walls(layout: Layout, request: Request, entry: PieceEntry) -> None:
    """Fills the two long walls; rows are numbered from the far (north or west) end: ``rack.1.west``, ``rack.1.east``."""
    shell = layout.shell
    walls = ("west", "east") if shell.depth >= shell.width else ("north", "south")
    length = wall_length(shell, walls[0])
    step = entry.size[0] * request.scale + 0.02
    rows = max(1, int((length - 1.6) / step))
    before = sum(p.kind == entry.kind and p.name.count(".") == 2 for p in layout.pieces) // 2
    for row in range(rows):
        along = (row - (rows - 1) / 2) * step
        for wall in walls:
            x, z = wall_point(shell, wall, along, entry.size[2] * request.scale / 2 + 0.12)
            spot = (x, 0.0, z, WALL_YAW[wall])
            _add(layout, request, entry, spot)
            piece = layout.pieces[-1]
            layout.pieces[-1] = replace(piece, name=f"{entry.name}.{before + row + 1}.{wall}")


def _preferred(layout: Layout, kind: str, wall: str, i: int, count: int) -> float:
    length = wall_length(layout.shell, wall)
    if count > 1:
        return (i - (count - 1) / 2) * length / count
    if layout.shell.kind != "room" or length < 3.6:
        return 0.0
    # Off the middle: the window on a third leaves the other third to the practical light.
    return -0.08 * length if kind == "window" else -0.05 * length


def _free_offset(layout: Layout, wall: str, width: float, low: float, high: float, start: float) -> float:
    """The offset nearest ``start`` where nothing else interrupts the wall between heights ``low`` and ``high``."""
    reach = wall_length(layout.shell, wall) / 2 - width / 2 - 0.15
    for step in range(int(reach / 0.1) + 1):
        for sign in (1, -1):
            offset = start + sign * step * 0.1
            if abs(offset) <= reach and not wall_taken(layout, wall, offset, width, low, high):
                return offset
    return start


def _r(value: float) -> float:
    return round(value, 4) + 0.0
