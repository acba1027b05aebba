"""Ways across a set: which floor is taken by furniture, where a body can stand, and the shortest walk across.

Shortest paths run over the corners of the grown footprints (a visibility graph, searched by Dijkstra's method).
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

from compiler.staging.model import SetSpec, Vec3
from compiler.staging.places_ground import SEA_LEVEL, ground_height
from compiler.staging.places_layout import Footprint, footprint
from compiler.staging.places_vocabulary import Vocabulary, vocabulary
from compiler.staging.space import flat

FRONTS = 6.4
"""Metres from the middle of a street to its house fronts (``runtime.previz.sets.street``)."""
BODY = 0.27
"""Half the width a standing body needs, metres."""

_ROUND = tuple((math.sin(angle), math.cos(angle)) for angle in (math.radians(step * 22.5) for step in range(16)))
"""Sixteen ways round a point."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What stands on the floor of a set. ``blocks`` stop walkers; ``tall`` also stop cameras and eyes (over 0.3 m)."""

    spec: SetSpec
    blocks: tuple[Footprint, ...]
    things: tuple[Footprint, ...]
    """Every piece, also those on tables: what a lens must not touch."""

    def free(self, point: Vec3, radius: float = BODY) -> bool:
        """Whether a body of ``radius`` can stand at ``point``."""
        if not self.inside(point, radius):
            return False
        x, _, z = point
        for b in self.blocks:  # noqa: SIM110 - asked tens of thousands of times: ``any`` takes three times as long
            if abs(x - b.x) < b.half_x + radius and abs(z - b.z) < b.half_z + radius:
                return False
        return True

    def inside(self, point: Vec3, margin: float) -> bool:
        """Whether a point lies within the walls, ``margin`` metres from them."""
        shell = self.spec.shell
        if shell.kind == "round room":
            if math.hypot(point[0], point[2]) > shell.width / 2 - margin:
                return False
        elif shell.kind != "none" and (
            abs(point[0]) > shell.width / 2 - margin or abs(point[2]) > shell.depth / 2 - margin
        ):
            return False
        return self.spec.interior or self._outdoors(point, margin)

    def exit(self, point: Vec3, way: Vec3, margin: float) -> float:
        """Metres from a point inside, along a unit floor direction, to where ``inside`` ends; at most 80."""
        shell, far = self.spec.shell, 80.0
        if shell.kind == "round room":
            radius, along = shell.width / 2 - margin, point[0] * way[0] + point[2] * way[2]
            inner = radius * radius - point[0] * point[0] - point[2] * point[2] + along * along
            far = min(far, math.sqrt(max(inner, 0.0)) - along)
        elif shell.kind != "none":
            for at, go, half in ((point[0], way[0], shell.width / 2), (point[2], way[2], shell.depth / 2)):
                if abs(go) > 1e-9:
                    far = min(far, (math.copysign(half - margin, go) - at) / go)
        if not self.spec.interior and self.spec.terrain.kind == "street":
            yaw = math.radians(self.spec.terrain.yaw)
            for sine, cosine, low, high in (
                (-math.sin(yaw), math.cos(yaw), margin - FRONTS, FRONTS - margin),
                (math.cos(yaw), math.sin(yaw), -80.0, 60.0),
            ):
                at, go = point[0] * cosine + point[2] * sine, way[0] * cosine + way[2] * sine
                if abs(go) > 1e-9:
                    far = min(far, ((high if go > 0 else low) - at) / go)
        return max(far, 0.0)

    def _outdoors(self, point: Vec3, margin: float) -> bool:
        """Whether a point outdoors is where one can be: between the house fronts of a street."""
        if self.spec.terrain.kind != "street":
            return True
        yaw = math.radians(self.spec.terrain.yaw)
        across = point[0] * math.cos(yaw) - point[2] * math.sin(yaw)
        along = point[0] * math.sin(yaw) + point[2] * math.cos(yaw)
        return abs(across) <= FRONTS - margin and -80.0 < along < 60.0

    def ground(self, x: float, z: float) -> float:
        return 0.0 if self.spec.interior else ground_height(self.spec.terrain, x, z)

    def surface(self, x: float, z: float) -> float:
        """Height of the ground or of the water over it."""
        ground = self.ground(x, z)
        return max(ground, SEA_LEVEL) if self.spec.terrain.kind == "shore" else ground

    def near(self, point: Vec3) -> Vec3:
        """The free standing point nearest to ``point``."""
        for ring in range(24):
            for sine, cosine in _ROUND if ring else _ROUND[:1]:
                x, z = point[0] + ring * 0.12 * sine, point[2] + ring * 0.12 * cosine
                if self.free((x, 0.0, z)):
                    return (x, self.ground(x, z), z)
        return point

    def walk(self, start: Vec3, end: Vec3) -> tuple[Vec3, ...]:
        """Floor points after ``start`` up to ``end``, around the furniture; straight when there is no way.

        Who stands where a piece is (between chair and table) steps out to the nearest free floor first.
        """
        if any(_holds(b, start[0], start[2], 0.02) for b in self.blocks):
            out = self.near(start)
            if flat(out, start) > 0.02 and not any(_holds(b, out[0], out[2], 0.02) for b in self.blocks):
                return (out, *self.walk(out, end)) if flat(out, end) > 0.05 else (end,)
        blocks = [(b, _grown(b, start, end)) for b in self.blocks if _gap(b, start, end) < 2.5]
        blocks = [(b, grow) for b, grow in blocks if grow > 0.0]
        if not any(_crosses(b, grow, start, end) for b, grow in blocks):
            return (end,)
        nodes = [start, end]
        for b, _ in blocks:
            for sx, sz in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
                corner = (b.x + sx * (b.half_x + BODY + 0.06), 0.0, b.z + sz * (b.half_z + BODY + 0.06))
                if self.inside(corner, BODY) and not any(_holds(o, corner[0], corner[2], grow) for o, grow in blocks):
                    nodes.append(corner)
        way = _shortest(nodes, blocks)
        return (*((p[0], self.ground(p[0], p[2]), p[2]) for p in way[:-1]), end)


def floor_of(spec: SetSpec, words: Vocabulary | None = None) -> Floor:
    """Reads the footprints of a set's pieces from the vocabulary (the library's unless another is given)."""
    entries = (words or vocabulary()).pieces
    blocks, things = [], []
    for piece in spec.pieces:
        entry = entries.get(piece.kind)
        if entry is None:
            continue
        x, y, z = piece.position
        box = footprint(entry, x, y, z, piece.yaw, max(piece.scale[0], piece.scale[2]))
        if entry.flat or box.half_x > 40.0:
            continue
        things.append(box)
        ground = 0.0 if spec.interior else ground_height(spec.terrain, x, z)
        if box.base < ground + 1.2 and box.top > ground + 0.25 and y < ground + 0.5:
            blocks.append(box)
    return Floor(spec, tuple(blocks), tuple(things))


def _holds(b: Footprint, x: float, z: float, grow: float) -> bool:
    return abs(x - b.x) < b.half_x + grow and abs(z - b.z) < b.half_z + grow


def _grown(b: Footprint, start: Vec3, end: Vec3) -> float:
    """How far to keep from a piece: a body's width, less where the way begins or ends close to it; 0 inside it."""
    clear = (max(abs(p[0] - b.x) - b.half_x, abs(p[2] - b.z) - b.half_z) - 0.005 for p in (start, end))
    return max(0.0, min(BODY, *clear))


def _crosses(b: Footprint, grow: float, start: Vec3, end: Vec3) -> bool:
    """Whether the segment meets the footprint grown on all sides (slab test)."""
    low, high = 0.0, 1.0
    for centre, half, s, e in ((b.x, b.half_x + grow, start[0], end[0]), (b.z, b.half_z + grow, start[2], end[2])):
        d = e - s
        if abs(d) < 1e-9:
            if abs(s - centre) >= half:
                return False
            continue
        t0, t1 = (centre - half - s) / d, (centre + half - s) / d
        low, high = max(low, min(t0, t1)), min(high, max(t0, t1))
    return low < high - 1e-9


def _gap(b: Footprint, start: Vec3, end: Vec3) -> float:
    """Distance of a footprint's centre from the segment, less its size."""
    dx, dz = end[0] - start[0], end[2] - start[2]
    size = dx * dx + dz * dz
    t = 0.0 if size < 1e-9 else max(0.0, min(1.0, ((b.x - start[0]) * dx + (b.z - start[2]) * dz) / size))
    return math.hypot(b.x - start[0] - t * dx, b.z - start[2] - t * dz) - max(b.half_x, b.half_z)


def _shortest(nodes: list[Vec3], blocks: list[tuple[Footprint, float]]) -> list[Vec3]:
    """Nodes from the first to the second, the first left out; ``[second]`` when they are not joined."""
    best = {0: 0.0}
    before: dict[int, int] = {}
    queue = [(0.0, 0)]
    while queue:
        cost, i = heapq.heappop(queue)
        if i == 1:
            way = [1]
            while before[way[-1]] != 0:
                way.append(before[way[-1]])
            return [nodes[n] for n in reversed(way)]
        if cost > best[i]:
            continue
        for j in range(1, len(nodes)):
            step = cost + flat(nodes[i], nodes[j])
            if (
                j != i
                and step < best.get(j, math.inf) - 1e-9
                and not any(_crosses(b, grow, nodes[i], nodes[j]) for b, grow in blocks)
            ):
                best[j], before[j] = step, i
                heapq.heappush(queue, (step, j))
    return [nodes[1]]
