"""Strands: roots scattered over skin, curves grown over the head by flow fields, and ribbons made of the curves.

Each strand is one run of vertices and one run of triangles. Runs are in hashed order, so any prefix is
the same head of hair, thinner; ``thin_hair`` widens its ribbons to cover as before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from runtime.previz.people.body import Body
from runtime.previz.people.garments_sheet import dense_weights, normals
from runtime.previz.people.parts import SkinnedPart
from runtime.previz.pose import BONE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Skin:
    """The body's surface as hair needs it: places, normals, canonical places, triangles, and who is nearest."""

    body: Body
    place: Floats
    canonical: Floats
    normal: Floats
    faces: Ints
    tree: cKDTree
    near: Ints
    """Vertices the tree was built of."""
    scale: float


@dataclass(slots=True)
class Roots:
    """Where strands stand: (N, 3) corners and shares on the skin, and place, normal, canonical and field there."""

    corner: Ints
    share: Floats
    place: Floats
    normal: Floats
    canonical: Floats
    inside: Floats
    chance: Floats
    """(N, 8) uniform 0..1, the strand's own dice."""

    def __len__(self) -> int:
        return len(self.place)


def skin_of(body: Body) -> Skin:
    """The head, neck and shoulders of a body."""
    place = body.positions.astype(np.float64)
    canonical = body.canonical.astype(np.float64)
    faces = body.faces("body").astype(np.int64)
    n = normals(place, faces)
    near = np.unique(faces[(canonical[faces][:, :, 1] > 0.40).all(axis=1)])
    stretch = float(np.ptp(place[near, 1]) / np.ptp(canonical[near, 1]))
    return Skin(body, place, canonical, n, faces, cKDTree(place[near]), near, stretch)


def scatter(skin: Skin, field: Callable[[Floats], Floats], count: int, soft: float, seed: int) -> Roots:
    """About ``count`` roots over the skin where ``field`` is positive, sparser within ``soft`` metres of its edge."""
    f = field(skin.canonical)
    faces = skin.faces[(f[skin.faces] > -0.5).all(axis=1) & (f[skin.faces] > 0).any(axis=1)]
    p = skin.place[faces]
    area = np.linalg.norm(np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]), axis=1)
    dice = np.random.Generator(np.random.PCG64(seed))
    # Stratified along the faces' summed area, twice as many as wanted, then thinned at the edge.
    many = int(count * 1.6) + 8
    along = (np.arange(many) + dice.random(many)) / many * area.sum()
    which = np.minimum(np.searchsorted(np.cumsum(area), along), len(faces) - 1)
    u, v = dice.random(many), dice.random(many)
    flip = u + v > 1
    u, v = np.where(flip, 1 - u, u), np.where(flip, 1 - v, v)
    share = np.stack([1 - u - v, u, v], axis=1)
    corner = faces[which]
    canonical = np.einsum("nk,nki->ni", share, skin.canonical[corner])
    inside = field(canonical)
    chance = dice.random((many, 8))
    keep = np.flatnonzero((inside > 0) & (chance[:, 0] < 0.12 + 0.88 * np.clip(inside / soft, 0, 1)))
    keep = dice.permutation(keep)[:count]
    corner, share = corner[keep], share[keep]
    normal = np.einsum("nk,nki->ni", share, skin.normal[corner])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    place = np.einsum("nk,nki->ni", share, skin.place[corner])
    return Roots(corner, share, place, normal, canonical[keep], inside[keep], chance[keep])


def take(roots: Roots, which: NDArray[np.bool_] | Ints) -> Roots:
    """A subset of roots."""
    return Roots(
        roots.corner[which], roots.share[which], roots.place[which], roots.normal[which],
        roots.canonical[which], roots.inside[which], roots.chance[which],
    )  # fmt: skip


def grow(
    skin: Skin,
    roots: Roots,
    length: Floats,
    points: int,
    flow: Callable[[Floats, Floats, Floats], Floats],
    layer: Floats,
    *,
    hug: float = 0.0,
    lift: float = 0.0,
) -> Floats:
    """Curves (N, points, 3) of ``length`` (N,) metres.

    ``flow(place, normal, t)`` gives wanted directions (N, 3) at share ``t`` of the length. Curves keep ``layer`` (N,)
    metres off the skin, are pulled back to it by ``hug`` 0..1, and leave it steeper by ``lift`` at the root.
    """
    out = np.empty((len(roots), points, 3))
    p = roots.place - roots.normal * 0.001
    out[:, 0] = p
    seg = (length / (points - 1))[:, None]
    direction = roots.normal * lift
    n = roots.normal
    for k in range(1, points):
        t = np.full(len(p), (k - 1) / (points - 1))
        want = flow(p, n, t)
        stiff = 0.45 if k > 1 else 0.0
        direction = direction * stiff + want + roots.normal * (lift * max(0.0, 1.0 - k / 2.0))
        direction = direction / np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
        p = p + direction * seg
        p, n = off_skin(skin, p, layer * min(1.0, k / 2.0), hug)
        out[:, k] = p
    return out


def off_skin(skin: Skin, p: Floats, layer: Floats, hug: float) -> tuple[Floats, Floats]:
    """Points moved to at least ``layer`` off the skin (back by ``hug`` if beyond), with the skin's normals."""
    gap, at = skin.tree.query(p, k=4)
    gap = np.asarray(gap)
    w = np.asarray(1.0 / (gap + 0.003) ** 2)
    w /= w.sum(axis=1, keepdims=True)
    ids = skin.near[at]
    n = np.einsum("nk,nki->ni", w, skin.normal[ids])
    n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-9)
    foot = np.einsum("nk,nki->ni", w, skin.place[ids])
    s = ((p - foot) * n).sum(axis=1)
    close = gap[:, 0] < 0.06
    move = np.where(close, np.maximum(layer - s, 0.0) - hug * np.maximum(s - layer, 0.0), 0.0)
    return p + n * move[:, None], n


def clump(curves: Floats, amount: Floats, groups: int, start: float = 0.25) -> Floats:
    """Draw strands towards the strand that leads their clump, more and more towards the tips."""
    lead = np.arange(min(groups, len(curves)))
    _, mine = cKDTree(curves[lead, 0]).query(curves[:, 0])
    guide = curves[lead[mine]]
    k = curves.shape[1]
    t = np.clip((np.arange(k) / (k - 1) - start) / (1 - start), 0, 1)[None, :, None]
    # A strand keeps its own root and its own length: it bends towards the guide's shape.
    shaped = curves[:, :1] * (1 - t) + guide[:, :1] * t + (guide - guide[:, :1])
    return np.asarray(curves + (shaped - curves) * t * amount[:, None, None])


@dataclass(slots=True)
class Ribbons:
    """Ribbon vertices of N strands, ``2 (points - 1) + 1`` each, root to one-point tip."""

    place: Floats
    normal: Floats
    tangent: Floats
    along: Floats
    strand: Ints
    faces: Ints
    per_strand: int
    """Triangles of each strand."""


def ribbons(curves: Floats, width: Floats, outward: Floats, curl: float = 0.45, turn: Floats | None = None) -> Ribbons:
    """Tapered strips along curves (N, K, 3); ``width`` (N,) at the root; ``outward`` (N, K, 3) the way they face.

    Edge normals lean apart by ``curl`` so that a flat strip shades like a lock. ``turn`` (N,) radians rolls strips.
    """
    n, k, _ = curves.shape
    tangent = np.gradient(curves, axis=1)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=2, keepdims=True), 1e-9)
    side = np.cross(tangent, outward)
    side /= np.maximum(np.linalg.norm(side, axis=2, keepdims=True), 1e-9)
    face = np.cross(side, tangent)
    if turn is not None:
        c, s = np.cos(turn)[:, None, None], np.sin(turn)[:, None, None]
        side, face = side * c + face * s, face * c - side * s
    t = np.arange(k) / (k - 1)
    half = width[:, None] * (0.5 * np.minimum(1.0, 0.55 + 2.0 * t) * np.clip(1 - t**1.7, 0, 1) ** 0.7)
    left = curves - side * half[:, :, None]
    right = curves + side * half[:, :, None]
    pair = np.stack([left, right], axis=2)[:, :-1].reshape(n, 2 * (k - 1), 3)
    place = np.concatenate([pair, curves[:, -1:]], axis=1)
    lean = np.stack([face - side * curl, face + side * curl], axis=2)[:, :-1].reshape(n, 2 * (k - 1), 3)
    normal = np.concatenate([lean, face[:, -1:]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-9)
    twice = np.concatenate([np.repeat(tangent[:, :-1], 2, axis=1), tangent[:, -1:]], axis=1)
    along = np.concatenate([np.repeat(t[:-1], 2), [1.0]])
    m = 2 * (k - 1) + 1
    quads = []
    for r in range(k - 2):
        a = 2 * r
        quads += [(a, a + 1, a + 3), (a, a + 3, a + 2)]
    quads.append((m - 3, m - 2, m - 1))
    one = np.array(quads)
    faces = (one[None] + (np.arange(n) * m)[:, None, None]).reshape(-1, 3)
    return Ribbons(
        place.reshape(-1, 3),
        normal.reshape(-1, 3),
        twice.reshape(-1, 3),
        np.tile(along, n),
        np.repeat(np.arange(n), m),
        faces,
        len(one),
    )


def head_weights(canonical_y: Floats, depth: Floats) -> Floats:
    """Weights (V, 80) of loose hair by height: skull to the jaw, then neck, then shoulders, so that turning heads
    drag long hair over the shoulders instead of through them. ``depth`` 0 on the scalp .. 1 hanging free."""
    out = np.zeros((len(canonical_y), 80))
    free = np.clip(depth, 0, 1)
    knots = [0.40, 0.47, 0.53, 0.60, 0.66]
    table = {
        "head": [0.10, 0.20, 0.38, 0.72, 1.0],
        "neck03": [0.05, 0.12, 0.22, 0.18, 0.0],
        "neck01": [0.20, 0.28, 0.25, 0.10, 0.0],
        "spine01": [0.65, 0.40, 0.15, 0.0, 0.0],
    }
    for bone, values in table.items():
        value = np.interp(canonical_y, knots, values)
        out[:, BONE[bone]] = value * free + (1.0 - free) * (bone == "head")
    return out


def root_weights(skin: Skin, roots: Roots) -> Floats:
    """Weights (N, 80) of the skin the strands stand on."""
    index, weight = skin.body.bone_index[roots.corner], skin.body.bone_weight[roots.corner]
    flat = dense_weights(index.reshape(-1, 8), weight.reshape(-1, 8)).reshape(-1, 3, 80)
    return np.asarray(np.einsum("nk,nkb->nb", roots.share, flat))


def thin_hair(part: SkinnedPart, share: float) -> SkinnedPart:
    """A prefix of a hair part's strands, its ribbons widened to cover what the others did (by at most 2.2).

    Works on parts made by ``build_hair``: ``attr[:, 2]`` counts strands from 0, ``attr[:, 3]`` is how far, metres, a
    vertex lies to its strand's side, signed. Solid parts come back unchanged.
    """
    strand = part.attr[:, 2]
    count = int(strand.max()) + 1 if len(strand) else 0
    if not part.is_hair or count < 2 or share >= 1.0:
        return part
    kept = max(1, int(count * share))
    vertices = int(np.searchsorted(strand, kept))
    faces = part.faces[part.faces[:, 0] < vertices]
    wider = np.float32(min(1.0 / max(share, 1e-3), 2.2) ** 0.75 - 1.0)
    side = np.cross(part.tangent[:vertices], part.normals[:vertices]) if part.normals is not None else None
    place = part.positions[:vertices].copy()
    if side is not None:
        side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
        place += side * (part.attr[:vertices, 3] * wider)[:, None]
    keep = part.units.index < vertices
    units = part.units
    if len(units.index):
        counts = [int(keep[units.start[u] : units.start[u + 1]].sum()) for u in range(52)]
        units = type(units)(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), units.index[keep], units.delta[keep]
        )
    first = slice(0, vertices)
    return replace(
        part,
        positions=place,
        faces=faces,
        material=part.material[: len(faces)],
        bone_index=part.bone_index[first],
        bone_weight=part.bone_weight[first],
        canonical=part.canonical[first],
        rest=part.rest[first],
        colour=part.colour[first],
        attr=part.attr[first],
        tangent=part.tangent[first],
        normals=None if part.normals is None else part.normals[first],
        sway=None if part.sway is None else part.sway[first],
        breath=None if part.breath is None else part.breath[first],
        units=units,
    )


__all__ = [
    "Ribbons", "Roots", "Skin", "clump", "grow", "head_weights", "off_skin", "ribbons", "root_weights",
    "scatter", "skin_of", "take", "thin_hair",
]  # fmt: skip
