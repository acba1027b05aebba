"""A set while it is being dressed: its shell, what stands in it, what is free.

Geometry only: ``places_spots`` chooses places in it, ``places_dressing`` fills it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from compiler.staging.model import Opening, Piece, Shell, Terrain
from compiler.staging.places_ground import ground_height
from compiler.staging.places_vocabulary import SMALL_WORDS, PieceEntry, Vocabulary

WALL_YAW = {"north": 0.0, "west": 90.0, "south": 180.0, "east": -90.0}
"""Facing of a thing whose back is to that wall."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a piece covers on the floor: an axis-aligned box, with its height above the floor."""

    x: float
    z: float
    half_x: float
    half_z: float
    base: float
    top: float

    def hits(self, other: Footprint, gap: float = 0.0) -> bool:
        return (
            abs(self.x - other.x) < self.half_x + other.half_x + gap
            and abs(self.z - other.z) < self.half_z + other.half_z + gap
            and self.base < other.top - 1e-3
            and other.base < self.top - 1e-3
        )


@dataclass(slots=True)
class Layout:
    """A set while it is being dressed. ``entries`` and ``footprints`` run parallel to ``pieces``."""

    shell: Shell
    terrain: Terrain
    interior: bool
    vocabulary: Vocabulary
    seed: int
    openings: list[Opening] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    entries: list[PieceEntry] = field(default_factory=list)
    footprints: list[Footprint] = field(default_factory=list)
    last_anchor: int | None = None

    def index(self, words: str) -> int | None:
        """The placed piece ``words`` speak of, by name, then by kind; the latest of equals."""
        plain = " ".join(w for w in words.split() if w not in SMALL_WORDS)
        for i in reversed(range(len(self.pieces))):
            if self.pieces[i].name == plain:
                return i
        found = self.vocabulary.find(plain.split())
        if found is None:
            return None
        same = [i for i, p in enumerate(self.pieces) if p.kind == found[0]]
        if same:
            return same[0]
        loose = [i for i, e in enumerate(self.entries) if found[1] in e.words or found[1].split()[-1] in e.kind.split()]
        return loose[0] if loose else None


def footprint(entry: PieceEntry, x: float, y: float, z: float, yaw: float, scale: float = 1.0) -> Footprint:
    """The floor box of a piece of this kind at a place; rugs cover nothing, trees only their trunk."""
    wide, high, deep = (s * scale for s in entry.size)
    if entry.trunk:
        wide = deep = entry.trunk
    cos, sin = abs(math.cos(math.radians(yaw))), abs(math.sin(math.radians(yaw)))
    top = y if entry.flat else y + high
    return Footprint(x, z, (wide * cos + deep * sin) / 2, (wide * sin + deep * cos) / 2, y, top)


def wall_length(shell: Shell, wall: str) -> float:
    return shell.width if wall in ("north", "south") else shell.depth


def wall_point(shell: Shell, wall: str, offset: float, away: float) -> tuple[float, float]:
    """The floor point ``away`` metres in front of a wall, ``offset`` along it; round rooms follow their curve."""
    if shell.kind == "round room":
        radius = shell.width / 2
        inward = math.sqrt(max(0.0, radius * radius - offset * offset)) - away
        half_x = half_z = inward
    else:
        half_x, half_z = shell.width / 2 - away, shell.depth / 2 - away
    match wall:
        case "north":
            return offset, -half_z
        case "south":
            return offset, half_z
        case "east":
            return half_x, offset
        case _:
            return -half_x, offset


def wall_taken(layout: Layout, wall: str, offset: float, width: float, low: float, high: float) -> bool:
    for o in layout.openings:
        margin = 0.12 + (0.3 if o.curtains else 0.0)
        if (
            o.wall == wall
            and abs(o.offset - offset) < (o.width + width) / 2 + margin
            and o.sill < high
            and low < o.sill + o.height
        ):
            return True
    probe_x, probe_z = wall_point(layout.shell, wall, offset, 0.1)
    half = (width / 2, 0.1) if wall in ("north", "south") else (0.1, width / 2)
    probe = Footprint(probe_x, probe_z, half[0], half[1], low, high)
    return any(probe.hits(f, 0.04) for f in layout.footprints)


def is_inside(layout: Layout, box: Footprint) -> bool:
    half_x, half_z = layout.shell.width / 2 + 0.01, layout.shell.depth / 2 + 0.01
    return not layout.interior or (abs(box.x) + box.half_x <= half_x and abs(box.z) + box.half_z <= half_z)


def is_free(layout: Layout, box: Footprint, entry: PieceEntry, gap: float = 0.0) -> bool:
    if entry.flat:
        return True
    if layout.interior:
        for o in layout.openings:
            if o.kind != "window" and entry.rest in ("floor", "wall"):
                x, z = wall_point(layout.shell, o.wall, o.offset, 0.45)
                if box.hits(Footprint(x, z, 0.5, 0.5, 0.0, 2.0)):
                    return False
    return not any(box.hits(f, gap - 0.01) for f in layout.footprints)


def rest_height(layout: Layout, entry: PieceEntry, x: float, z: float) -> float:
    if entry.rest == "hung":
        return entry.hang
    if entry.rest == "ceiling":
        return layout.shell.height - entry.size[1]
    return 0.0 if layout.interior else ground_height(layout.terrain, x, z)


def hash_unit(seed: int, index: int) -> float:
    """A number in [0, 1) from two integers, the same everywhere (Wang's integer mix)."""
    x = (seed * 0x9E3779B1 + index * 0x85EBCA6B) & 0xFFFFFFFF
    x = ((x ^ 61) ^ (x >> 16)) * 9 & 0xFFFFFFFF
    x = (x ^ (x >> 4)) * 0x27D4EB2D & 0xFFFFFFFF
    return ((x ^ (x >> 15)) & 0xFFFFFF) / 0x1000000
