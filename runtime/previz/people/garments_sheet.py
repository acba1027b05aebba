"""Sheets: pieces of cloth surface as plain arrays, refined, clipped along fields and split into border loops.

Every vertex carries its place on this body, its canonical place and its bone weights, and every
operation here is linear in all of them, so a cut made once in canonical space fits everybody.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from runtime.previz.people.parts import F32, I32, U8

N_BONES = 80
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(slots=True)
class Sheet:
    """``data`` (V, 6 + 80): place, canonical place, bone weights. ``faces`` (F, 3), or (F, 4) before ``split``."""

    data: Floats
    faces: Ints

    @property
    def place(self) -> Floats:
        return self.data[:, :3]

    @property
    def canonical(self) -> Floats:
        return self.data[:, 3:6]

    @property
    def weights(self) -> Floats:
        return self.data[:, 6:]


def dense_weights(index: U8, weight: F32) -> Floats:
    """(V, 8) indices and weights to (V, 80)."""
    out = np.zeros((len(index), N_BONES))
    np.add.at(out, (np.arange(len(index))[:, None], index), weight)
    return out


def sparse_weights(weights: Floats) -> tuple[U8, F32]:
    """(V, 80) to the eight largest per vertex, descending, rows summing to one."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :8]
    top = np.maximum(np.take_along_axis(weights, order, axis=1), 0.0)
    top /= np.maximum(top.sum(axis=1, keepdims=True), 1e-9)
    return order.astype(np.uint8), top.astype(np.float32)


def compact(sheet: Sheet) -> Sheet:
    """Drop vertices no face uses, keeping order."""
    used = np.zeros(len(sheet.data), bool)
    used[sheet.faces.ravel()] = True
    new = np.cumsum(used) - 1
    return Sheet(sheet.data[used], new[sheet.faces])


def refine(sheet: Sheet) -> Sheet:
    """One Catmull-Clark step of a quad sheet; borders refine as cubic curves (Catmull and Clark, 1978)."""
    quads, data = sheet.faces, sheet.data
    n = len(data)
    ends = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
    low, high = ends.min(axis=1), ends.max(axis=1)
    keys, first, inverse, count = np.unique(low * n + high, return_index=True, return_inverse=True, return_counts=True)
    a, b = low[first], high[first]
    centre = data[quads].mean(axis=1)
    middle = (data[a] + data[b]) * 0.5
    around = np.zeros_like(middle)
    np.add.at(around, inverse, np.tile(centre, (4, 1)))
    inner = count == 2
    edge = np.where(inner[:, None], (middle + around / np.maximum(count, 1)[:, None]) * 0.5, middle)

    valence = np.bincount(quads.ravel(), minlength=n).astype(float)
    f = np.zeros_like(data)
    np.add.at(f, quads.ravel(), np.repeat(centre, 4, axis=0))
    r = np.zeros_like(data)
    spokes = np.zeros(n)
    for end in (a, b):
        np.add.at(r, end, middle)
        np.add.at(spokes, end, 1.0)
    k = np.maximum(valence, 1.0)[:, None]
    moved = (f / k + 2.0 * r / np.maximum(spokes, 1.0)[:, None] + (k - 3.0) * data) / k
    rim = ~inner
    on_rim = np.zeros(n, bool)
    on_rim[a[rim]] = on_rim[b[rim]] = True
    curve = np.zeros_like(data)
    np.add.at(curve, a[rim], data[b[rim]])
    np.add.at(curve, b[rim], data[a[rim]])
    moved = np.where(on_rim[:, None], data * 0.75 + curve * 0.125, moved)

    m, q = len(keys), len(quads)
    e = inverse.reshape(4, q).T + n
    c = np.arange(q) + n + m
    faces = np.concatenate([np.stack([quads[:, i], e[:, i], c, e[:, i - 1]], axis=1) for i in range(4)])
    return Sheet(np.concatenate([moved, edge, centre]), faces)


def split(sheet: Sheet) -> Sheet:
    """Quads to triangles along the shorter diagonal, so that folds are not combed one way."""
    q, p = sheet.faces, sheet.place
    short = np.linalg.norm(p[q[:, 0]] - p[q[:, 2]], axis=1) <= np.linalg.norm(p[q[:, 1]] - p[q[:, 3]], axis=1)
    first = np.where(short[:, None], q[:, [0, 1, 2]], q[:, [0, 1, 3]])
    second = np.where(short[:, None], q[:, [0, 2, 3]], q[:, [1, 2, 3]])
    return Sheet(sheet.data, np.concatenate([first, second]))


def edges(faces: Ints) -> tuple[Ints, Ints]:
    """Edges (E, 2), low vertex first, each once and in order, and how many faces have each (E,)."""
    width = faces.shape[1]
    ends = np.concatenate([faces[:, [k, (k + 1) % width]] for k in range(width)]).astype(np.int64)
    base = int(faces.max()) + 1 if len(faces) else 1
    # One integer sorts far faster than a row of two.
    keys, count = np.unique(ends.min(axis=1) * base + ends.max(axis=1), return_counts=True)
    return np.stack([keys // base, keys % base], axis=1), count


def clip(sheet: Sheet, field: Floats) -> tuple[Sheet, Floats]:
    """Keep where ``field`` (V,) > 0, cutting triangles on the zero line; vertices near it snap onto it.

    Snapping (a quarter of an edge) avoids slivers along hems. Returns the kept sheet and, for each kept
    vertex, the pair of old vertices and the share it came from, as (V, 3): old, old, share of the second.
    """
    faces, n = sheet.faces, len(sheet.data)
    ends, _ = edges(faces)
    f = field.copy()
    fa, fb = f[ends[:, 0]], f[ends[:, 1]]
    cross = (fa > 0) != (fb > 0)
    t = np.where(cross, fa / np.where(cross, fa - fb, 1.0), 0.5)
    origin = np.stack([np.arange(n), np.arange(n), np.zeros(n)], axis=1)
    for near, far, share in ((0, 1, t), (1, 0, 1.0 - t)):
        hit = cross & (share < 0.3)
        origin[ends[hit, near], 1] = ends[hit, far]
        origin[ends[hit, near], 2] = share[hit]
        f[ends[hit, near]] = 0.0
    snapped = f == 0.0
    fa, fb = f[ends[:, 0]], f[ends[:, 1]]
    cross = fa * fb < 0
    t = fa[cross] / (fa[cross] - fb[cross])
    cut = ends[cross]
    origin = np.concatenate([origin, np.stack([cut[:, 0], cut[:, 1], t], axis=1)])
    a, b, s = origin[:, 0].astype(int), origin[:, 1].astype(int), origin[:, 2:3]
    data = sheet.data[a] * (1.0 - s) + sheet.data[b] * s
    new = {(int(i), int(j)): n + k for k, (i, j) in enumerate(cut)}

    inside = f > 0
    kept = [faces[(inside[faces] | snapped[faces]).all(axis=1) & inside[faces].any(axis=1)]]
    mixed = faces[inside[faces].any(axis=1) & (~inside[faces] & ~snapped[faces]).any(axis=1)]
    extra: list[tuple[int, int, int]] = []
    for tri in mixed.tolist():
        ring: list[int] = []
        for k in range(3):
            i, j = tri[k], tri[(k + 1) % 3]
            if f[i] >= 0:
                ring.append(i)
            if f[i] * f[j] < 0:
                ring.append(new[(min(i, j), max(i, j))])
        extra += [(ring[0], ring[k], ring[k + 1]) for k in range(1, len(ring) - 1)]
    kept.append(np.array(extra, int).reshape(-1, 3))
    all_faces = np.concatenate(kept)
    used = np.zeros(len(data), bool)
    used[all_faces.ravel()] = True
    renumber = np.cumsum(used) - 1
    return Sheet(data[used], renumber[all_faces]), np.asarray(origin[used], np.float64)


def borders(faces: Ints) -> list[Ints]:
    """Border loops as ordered vertex rings, each running with its faces' winding, longest first."""
    width = faces.shape[1]
    ends = np.concatenate([faces[:, [k, (k + 1) % width]] for k in range(width)]).astype(np.int64)
    base = int(faces.max()) + 1 if len(faces) else 1
    single = ~np.isin(ends[:, 0] * base + ends[:, 1], ends[:, 1] * base + ends[:, 0])
    follow: dict[int, list[int]] = defaultdict(list)
    for a, b in ends[single].tolist():
        follow[a].append(b)
    loops: list[Ints] = []
    for start in sorted(follow):
        while follow[start]:
            ring, at = [start], follow[start].pop()
            while at != start and follow[at]:
                ring.append(at)
                at = follow[at].pop()
            if at == start and len(ring) > 2:
                loops.append(np.array(ring))
    return sorted(loops, key=len, reverse=True)


def normals(place: Floats, faces: Ints) -> Floats:
    """Area-weighted unit vertex normals (V, 3) of a triangle mesh."""
    p = place[faces]
    face = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    n = len(place)
    # Nine histograms are several times faster than one scattered add.
    out = np.stack([sum(np.bincount(faces[:, k], face[:, i], n) for k in range(3)) for i in range(3)], axis=1)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12))


def smooth(values: Floats, faces: Ints, rounds: int, amount: float = 0.5) -> Floats:
    """Umbrella smoothing of per-vertex values (V, k); border vertices follow their border only, so hems stay put."""
    ends, times = edges(faces)
    rim = np.zeros(len(values), bool)
    rim[ends[times == 1]] = True
    low, high = ends[:, 0], ends[:, 1]
    to_low = (times == 1) | ~rim[low]
    to_high = (times == 1) | ~rim[high]
    into = np.concatenate([low[to_low], high[to_high]])
    source = np.concatenate([high[to_low], low[to_high]])
    n = len(values)
    share = 1.0 / np.maximum(np.bincount(into, minlength=n), 1)[into]
    step = csr_matrix((share, (into, source)), shape=(n, n))
    out = values.copy()
    for _ in range(rounds):
        out += amount * (step @ out - out)
    return out


__all__ = [
    "I32",
    "Sheet",
    "borders",
    "clip",
    "compact",
    "dense_weights",
    "edges",
    "normals",
    "refine",
    "smooth",
    "sparse_weights",
    "split",
]
