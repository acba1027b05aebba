"""The set builder's workshop: bevelled boxes, lathed and swept forms, cloth and rock, gathered into meshes.

A ``Kit`` collects parts in the piece's own space (front towards +z, base centre at the origin), each with a material, a
colour and its rest coordinates; ``meshes`` joins them by layer and places them in the world. Everything is vectorised
numpy and depends on nothing but its arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from runtime.previz.scene import Material, Mesh

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Rgb = tuple[float, float, float]

SOLID = ""
GLOW = "glow"
"""Shines, moves with light cues, casts no shadow."""
PANE = "pane"
"""Window glass: casts no shadow."""
CLEAR = "clear"
"""Lamp glass: thin, casts no shadow."""
INSIDE = "inside"
"""What hangs inside a lamp, where its light is: casts no shadow."""


@dataclass(slots=True)
class Part:
    positions: F64
    normals: F64
    faces: I64
    rest: F64
    material: int
    colour: F64
    attr: F64
    tangent: F64
    layer: str


@dataclass(slots=True)
class Kit:
    """Parts of one piece and the paint in hand. ``seed`` feeds ``rng`` draws that make each piece its own."""

    seed: int = 0
    parts: list[Part] = field(default_factory=list)
    material: Material = Material.WOOD
    colour: Rgb = (0.2, 0.1, 0.05)
    attr: float = 0.5
    layer: str = SOLID
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed & 0x7FFFFFFF)

    def use(self, material: Material, colour: Sequence[float], attr: float = 0.5, layer: str = SOLID) -> Kit:
        """Picks the material, colour and first attribute (roughness, sheen, radiance) for the parts that follow."""
        self.material, self.colour, self.attr, self.layer = material, (colour[0], colour[1], colour[2]), attr, layer
        return self

    # --- forms ------------------------------------------------------------------------------

    def box(
        self, x: float, y: float, z: float, w: float, h: float, d: float, bevel: float = 0.005, taper: float = 1.0
    ) -> Kit:
        """A box centred on (x, z) standing on y. ``taper`` scales its foot; bevelled edges catch the light."""
        half = np.array([w, h, d]) / 2
        b = min(bevel, 0.45 * float(half.min()))
        corners = np.array([[i, j, k] for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)], dtype=float)
        points, normals = [], []
        for axis in range(3):
            inset = np.full(3, b)
            inset[axis] = 0.0
            points.append(corners * (half - inset))
            normal = np.zeros((8, 3))
            normal[:, axis] = corners[:, axis]
            normals.append(normal)
        position, normal = np.concatenate(points), np.concatenate(normals)
        if taper != 1.0:
            foot = 1.0 + (taper - 1.0) * (0.5 - position[:, 1] / h)
            position[:, [0, 2]] *= foot[:, None]
        faces = _BOX_FLAT if b <= 0 else _BOX_BEVELLED
        return self.add(position + np.array([x, y + h / 2, z]), normal, faces, grain=int(np.argmax(half)))

    def lathe(
        self,
        profile: ArrayLike,
        at: tuple[float, float, float] = (0.0, 0.0, 0.0),
        sides: int = 20,
        stretch: tuple[float, float] = (1.0, 1.0),
        turns: float = 1.0,
    ) -> Kit:
        """Revolves ``profile`` rows (radius, height, from bottom to top outside) about the upright axis through ``at``.

        A repeated row makes a crease. ``stretch`` scales x and z; ``turns`` < 1 leaves it open.
        """
        rows = np.asarray(profile, dtype=float)
        step = np.diff(rows, axis=0)
        slope = np.zeros_like(rows)
        lengths = np.linalg.norm(step, axis=1)
        unit = step / np.maximum(lengths, 1e-9)[:, None]
        slope[:-1] += unit * (lengths > 1e-9)[:, None]
        slope[1:] += unit * (lengths > 1e-9)[:, None]
        angle = np.linspace(0, 2 * np.pi * turns, sides + 1)
        cos, sin = np.cos(angle), np.sin(angle)
        position = np.stack(
            [
                rows[:, :1] * sin * stretch[0],
                np.repeat(rows[:, 1:], sides + 1, 1),
                rows[:, :1] * cos * stretch[1],
            ],
            -1,
        )
        outward = np.stack([slope[:, 1], -slope[:, 0]], -1)
        outward /= np.maximum(np.linalg.norm(outward, axis=1), 1e-9)[:, None]
        normal = np.stack(
            [
                outward[:, :1] * sin / stretch[0],
                np.repeat(outward[:, 1:], sides + 1, 1),
                outward[:, :1] * cos / stretch[1],
            ],
            -1,
        )
        normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9)
        faces = grid_faces(len(rows), sides + 1)
        position = position.reshape(-1, 3) + at
        return self.add(position, normal.reshape(-1, 3), _drop_slivers(position, faces), grain=1)

    def rod(self, a: ArrayLike, b: ArrayLike, r: float, r_end: float | None = None, sides: int = 8) -> Kit:
        """A straight round bar from ``a`` to ``b`` with closed ends."""
        start, end = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
        return self.sweep(np.stack([start, end]), (r, r if r_end is None else r_end), sides)

    def sweep(self, path: ArrayLike, radius: ArrayLike, sides: int = 8) -> Kit:
        """A round tube along ``path`` (N, 3) with closed ends; ``radius`` may vary along it."""
        points = np.asarray(path, dtype=float)
        radii = np.broadcast_to(np.asarray(radius, dtype=float), (len(points),))
        along = np.gradient(points, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        helper = np.array([0.0, 0.0, 1.0]) if abs(along[0, 1]) > 0.7 else np.array([0.0, 1.0, 0.0])
        side = np.cross(along, helper)
        side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
        up = np.cross(side, along)
        angle = np.linspace(0, 2 * np.pi, sides + 1)
        ring = side[:, None] * np.cos(angle)[None, :, None] + up[:, None] * np.sin(angle)[None, :, None]
        position = points[:, None] + ring * radii[:, None, None]
        faces = grid_faces(len(points), sides + 1)[:, ::-1]
        self.add(position.reshape(-1, 3), ring.reshape(-1, 3), faces, tangent=np.repeat(along, sides + 1, 0), grain=1)
        for i, sign in ((0, -1.0), (-1, 1.0)):
            if radii[i] > 1e-4:
                cap = np.concatenate([points[i][None], position[i]])
                fan = np.stack([np.zeros(sides, int), np.arange(1, sides + 1), np.arange(2, sides + 2)], 1)
                flat = np.repeat((along[i] * sign)[None], len(cap), 0)
                self.add(cap, flat, fan)
        return self

    def ball(self, x: float, y: float, z: float, r: float, sides: int = 14, squash: float = 1.0) -> Kit:
        """A ball centred at (x, y, z); ``squash`` scales its height."""
        a = np.linspace(-np.pi / 2, np.pi / 2, max(5, sides // 2 + 1))
        return self.lathe(np.stack([r * np.cos(a), r * squash * np.sin(a)], 1), (x, y, z), sides)

    def disc(self, x: float, y: float, z: float, r: float, sides: int = 20, up: bool = True) -> Kit:
        rows = [(r, 0.0), (0.0, 0.0)] if up else [(0.0, 0.0), (r, 0.0)]
        return self.lathe(rows, (x, y, z), sides)

    def quads(self, corners: ArrayLike, normals: ArrayLike | None = None) -> Kit:
        """Flat quads (N, 4, 3), counter-clockwise from outside."""
        c = np.asarray(corners, dtype=float).reshape(-1, 4, 3)
        if normals is None:
            n = np.cross(c[:, 1] - c[:, 0], c[:, 2] - c[:, 0])
            n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-12)
        else:
            n = np.broadcast_to(np.asarray(normals, dtype=float), (len(c), 3))
        faces = quad_faces(len(c))
        return self.add(c.reshape(-1, 3), np.repeat(n, 4, 0), faces)

    def sheet(self, grid: F64, rest: F64 | None = None) -> Kit:
        """A smooth surface through ``grid`` (rows, columns, 3); outside is where rows × columns turn counter-clockwise."""
        rows, columns = grid.shape[:2]
        normal = np.cross(np.gradient(grid, axis=1), np.gradient(grid, axis=0))
        normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
        flat = None if rest is None else rest.reshape(-1, 3)
        return self.add(
            grid.reshape(-1, 3), normal.reshape(-1, 3), grid_faces(rows, columns), rest=flat, oriented=False
        )

    def prism(self, outline: ArrayLike, depth: float, at: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Kit:
        """A convex outline (N, 2) in x, y, counter-clockwise, drawn out by ``depth`` about ``at`` along z."""
        shape = np.asarray(outline, dtype=float)
        n = len(shape)
        front = np.column_stack([shape, np.full(n, depth / 2)]) + at
        back = np.column_stack([shape, np.full(n, -depth / 2)]) + at
        fan = np.stack([np.zeros(n - 2, int), np.arange(1, n - 1), np.arange(2, n)], 1)
        self.add(front, np.tile([0.0, 0.0, 1.0], (n, 1)), fan, oriented=False)
        self.add(back, np.tile([0.0, 0.0, -1.0], (n, 1)), fan[:, ::-1], oriented=False)
        after = np.roll(np.arange(n), -1)
        return self.quads(np.stack([front, back, back[after], front[after]], 1))

    def boulder(self, x: float, y: float, z: float, size: tuple[float, float, float], detail: int = 2) -> Kit:
        """A rock: a ball of triangles dented by a few random planes, then roughened; facets stay, edges soften."""
        points, faces = icosphere(detail)
        planes = self.rng.normal(size=(11, 3))
        planes /= np.linalg.norm(planes, axis=1, keepdims=True)
        reach = self.rng.uniform(0.62, 0.95, 11)
        over = points @ planes.T
        radius = np.min(np.where(over > 1e-6, reach / np.maximum(over, 1e-6), 9.0), axis=1)
        radius = np.minimum(radius, 1.0) * (1.0 + 0.05 * np.sin(points @ np.array([7.0, 5.0, 9.0]) + self.seed))
        position = points * radius[:, None] * (np.array(size) / 2) + [x, y, z]
        return self.add(position, smooth_normals(position, faces), faces, oriented=False)

    def add(
        self,
        positions: F64,
        normals: F64,
        faces: I64,
        *,
        rest: F64 | None = None,
        tangent: F64 | None = None,
        grain: int = 0,
        colour: F64 | None = None,
        oriented: bool = True,
    ) -> Kit:
        """Takes any triangles. ``oriented`` turns faces to agree with their normals."""
        if oriented:
            faces = _agree(positions, normals, faces)
        if rest is None:
            # Grain runs along rest x: the part's long axis goes there, and each part is cut from another plank.
            rest = np.roll(positions, -grain, axis=1) + len(self.parts) * np.array([1.9, 0.31, 0.17])
        if tangent is None:
            tangent = np.zeros_like(positions)
            tangent[:, grain] = 1.0
        paint = np.tile(np.array(self.colour), (len(positions), 1)) if colour is None else colour
        attr = np.zeros((len(positions), 4))
        attr[:, 0] = self.attr
        self.parts.append(Part(positions, normals, faces, rest, int(self.material), paint, attr, tangent, self.layer))
        return self

    # --- arranging --------------------------------------------------------------------------

    def mark(self) -> int:
        """The number of parts so far, to turn or shift what comes after."""
        return len(self.parts)

    def turn(self, since: int, axis: int, degrees: float, pivot: ArrayLike = (0.0, 0.0, 0.0)) -> Kit:
        """Rotates parts made since ``since`` about ``axis`` (0 x, 1 y, 2 z) through ``pivot``."""
        m = rotation(axis, degrees)
        for part in self.parts[since:]:
            part.positions = (part.positions - np.asarray(pivot)) @ m.T + np.asarray(pivot)
            part.normals, part.tangent = part.normals @ m.T, part.tangent @ m.T
        return self

    def shift(self, since: int, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Kit:
        for part in self.parts[since:]:
            part.positions = part.positions + np.array([x, y, z])
        return self

    def meshes(
        self,
        name: str,
        position: tuple[float, float, float] = (0.0, 0.0, 0.0),
        yaw: float = 0.0,
        scale: tuple[float, float, float] = (1.0, 1.0, 1.0),
    ) -> list[Mesh]:
        """One mesh per layer, in the world: ``name``, ``name.glow``, ``name.pane`` …"""
        m, s = rotation(1, yaw), np.array(scale)
        layers: dict[str, list[Part]] = {}
        for part in self.parts:
            layers.setdefault(part.layer, []).append(part)
        meshes = []
        for layer, parts in layers.items():
            counts = np.cumsum([0, *(len(p.positions) for p in parts)])
            normals = np.concatenate([p.normals for p in parts]) / s @ m.T
            normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
            tangent = np.concatenate([p.tangent for p in parts]) * s @ m.T
            tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
            meshes.append(
                Mesh(
                    name=f"{name}.{layer}" if layer else name,
                    positions=_f32(np.concatenate([p.positions for p in parts]) * s @ m.T + np.array(position)),
                    normals=_f32(normals),
                    faces=np.ascontiguousarray(
                        np.concatenate([p.faces + c for p, c in zip(parts, counts, strict=False)]), dtype=np.int32
                    ),
                    material=np.concatenate([np.full(len(p.faces), p.material, np.uint8) for p in parts]),
                    rest=_f32(np.concatenate([p.rest * s for p in parts])),
                    colour=_f32(np.concatenate([p.colour for p in parts])),
                    attr=_f32(np.concatenate([p.attr for p in parts])),
                    tangent=_f32(tangent),
                    two_sided=layer in ("cloth", "leaves"),
                    casts_shadow=layer not in (GLOW, PANE, CLEAR, INSIDE),
                )
            )
        return meshes


def rotation(axis: int, degrees: float) -> F64:
    """(3, 3) turning about one axis; about y it takes +z towards +x, as yaw does."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    if axis == 0:
        return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    if axis == 1:
        return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def grid_faces(rows: int, columns: int) -> I64:
    """Two triangles per cell of a grid of vertices, wound so that row × column turns outward for ``lathe`` and ``sheet``."""
    i = np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)
    i = i.reshape(-1)
    return np.concatenate([np.stack([i, i + 1, i + columns + 1], 1), np.stack([i, i + columns + 1, i + columns], 1)])


def quad_faces(count: int) -> I64:
    """Two triangles for each of ``count`` runs of four vertices."""
    base = np.arange(count)[:, None] * 4
    return np.concatenate([base + np.array([0, 1, 2]), base + np.array([0, 2, 3])])


def smooth_normals(positions: F64, faces: I64) -> F64:
    """Area-weighted vertex normals of a welded mesh."""
    p = positions[faces]
    face = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    normals = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(normals, faces[:, corner], face)
    smooth: F64 = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return smooth


def icosphere(detail: int) -> tuple[F64, I64]:
    """Unit sphere of 20·4^detail triangles, welded."""
    g = (1 + 5**0.5) / 2
    points = [(-1.0, g, 0.0), (1.0, g, 0.0), (-1.0, -g, 0.0), (1.0, -g, 0.0), (0.0, -1.0, g), (0.0, 1.0, g)]
    points += [(0.0, -1.0, -g), (0.0, 1.0, -g)]
    points += [(g, 0.0, -1.0), (g, 0.0, 1.0), (-g, 0.0, -1.0), (-g, 0.0, 1.0)]
    vertices = [np.array(p, dtype=float) / np.linalg.norm(p) for p in points]
    faces = [(0, 11, 5), (0, 5, 1), (0, 1, 7), (0, 7, 10), (0, 10, 11), (1, 5, 9), (5, 11, 4), (11, 10, 2), (10, 7, 6)]
    faces += [(7, 1, 8), (3, 9, 4), (3, 4, 2), (3, 2, 6), (3, 6, 8), (3, 8, 9), (4, 9, 5), (2, 4, 11), (6, 2, 10)]
    faces += [(8, 6, 7), (9, 8, 1)]
    for _ in range(detail):
        middle: dict[tuple[int, int], int] = {}

        def halfway(a: int, b: int, middle: dict[tuple[int, int], int] = middle) -> int:
            key = (min(a, b), max(a, b))
            if key not in middle:
                centre = vertices[a] + vertices[b]
                vertices.append(centre / np.linalg.norm(centre))
                middle[key] = len(vertices) - 1
            return middle[key]

        split = []
        for a, b, c in faces:
            ab, bc, ca = halfway(a, b), halfway(b, c), halfway(c, a)
            split += [(a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca)]
        faces = split
    return np.array(vertices), np.array(faces)


def _agree(positions: F64, normals: F64, faces: I64) -> I64:
    """Winds each face counter-clockwise as seen against its vertices' mean normal."""
    p = positions[faces]
    face = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    wrong = (face * normals[faces].sum(1)).sum(1) < 0
    return np.where(wrong[:, None], faces[:, ::-1], faces)


def _drop_slivers(positions: F64, faces: I64) -> I64:
    p = positions[faces]
    area = np.linalg.norm(np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]), axis=1)
    kept: I64 = faces[area > 1e-12]
    return kept


def _box_faces() -> tuple[I64, I64]:
    """Faces over 24 vertices: three copies of the eight corners, one per axis; flat sides, then bevels and corners."""

    def corner(i: int, j: int, k: int) -> int:
        return i * 4 + j * 2 + k

    flat, bevel = [], []
    for axis in range(3):
        for sign in (0, 1):
            loop = []
            for a, b in ((0, 0), (1, 0), (1, 1), (0, 1)):
                index = [0, 0, 0]
                index[axis], index[(axis + 1) % 3], index[(axis + 2) % 3] = sign, a, b
                loop.append(axis * 8 + corner(*index))
            flat += [(loop[0], loop[1], loop[2]), (loop[0], loop[2], loop[3])]
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        for a in (0, 1):
            for b in (0, 1):
                ends = []
                for t in (0, 1):
                    index = [0, 0, 0]
                    index[axis], index[u], index[v] = t, a, b
                    ends.append(corner(*index))
                q = (u * 8 + ends[0], u * 8 + ends[1], v * 8 + ends[1], v * 8 + ends[0])
                bevel += [(q[0], q[1], q[2]), (q[0], q[2], q[3])]
    bevel += [(c, 8 + c, 16 + c) for c in range(8)]
    return np.array(flat), np.array(flat + bevel)


_BOX_FLAT, _BOX_BEVELLED = _box_faces()


def _f32(values: F64) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, dtype=np.float32)
