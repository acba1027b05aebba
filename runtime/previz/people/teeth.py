"""Two rows of teeth in their gums, set along the arches of the body's teeth helpers and moved as those are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from runtime.previz.people.asset import load_asset
from runtime.previz.people.body import Body
from runtime.previz.people.parts import F32, N_UNITS, SkinnedPart, UnitDeltas, make_part
from runtime.previz.pose import BONE
from runtime.previz.scene import Material

Floats = NDArray[np.float64]

# Canonical millimetres from the middle to the last molar: biting edge and gum line of each jaw.
_EDGES = {
    "teeth.upper": (
        ((0, 660, 146.8), (8.9, 660.4, 146.4), (17.4, 662, 141.2), (22.1, 664, 134.2), (25.4, 665.7, 126),
         (28.4, 667.6, 117.3), (29.7, 668.8, 110.4), (31.1, 670.4, 103.9)),
        ((0, 679.1, 151.1), (7.8, 679.2, 150.8), (16.1, 680.1, 145.4), (21, 681.1, 137), (24.8, 682.2, 129),
         (28.2, 682.7, 119.9), (29.2, 682.6, 112.8), (30.6, 683.4, 105.8)),
    ),
    "teeth.lower": (
        ((0, 659.3, 146.7), (9.1, 659.6, 146.2), (17.7, 661.2, 141.3), (22.2, 663.1, 134), (25.6, 664.9, 125.8),
         (28.4, 666.5, 116.9), (29.2, 668, 110.1), (30.6, 669.4, 103.5)),
        ((0, 641.9, 142.7), (9.7, 642.8, 142.4), (19, 645, 137.6), (23.5, 647.5, 131.1), (26.4, 650.2, 122.8),
         (28.7, 653.2, 114.1), (29.2, 654.9, 107.4), (30.6, 657.1, 101.2)),
    ),
}  # fmt: skip
_WIDTHS = {"teeth.upper": (8.7, 6.8, 7.9, 7.2, 7.0, 10.2), "teeth.lower": (5.6, 6.1, 7.0, 7.2, 7.2, 10.8)}
_CROWN = 0.5
"""Share of the helper's height that is tooth; the rest is gum."""
_U = np.array([-1.0, -0.72, 0.0, 0.72, 1.0])
_V = np.array([0.0, 0.0, 0.12, 0.55, 1.0])


@dataclass(frozen=True, slots=True)
class _Row:
    """Layout of one jaw: how each new vertex hangs on the helper's vertices."""

    helpers: NDArray[np.intp]
    """(C,) template vertices: biting edge, then gum line, along the arch."""
    hang: Floats
    """(V, C) rows summing to one."""
    inward: Floats
    """(V,) metres towards the tongue."""
    faces: NDArray[np.int32]
    gum: NDArray[np.bool_]
    """(F,)"""
    shade: Floats
    """(V,) 1 bright .. 0 dark."""


def build_teeth(body: Body) -> SkinnedPart:
    """Both rows as one part, TEETH and (gums) TONGUE by face."""
    years = min(max((body.spec.age - 20.0) / 60.0, 0.0), 1.0)
    ivory = np.array([0.50, 0.45, 0.36]) * (1.0 - years) + np.array([0.40, 0.33, 0.22]) * years
    pink = np.array([0.26, 0.08, 0.075])
    positions, canonical, faces, material, colour, dense = [], [], [], [], [], []
    count = 0
    for name in _EDGES:
        row = _row(name)
        where = row.hang @ body.positions[row.helpers]
        towards = _inwards(where)
        positions.append(where + towards * (row.inward * body.scale)[:, None])
        canonical.append(row.hang @ body.canonical[row.helpers])
        faces.append(row.faces + count)
        material.append(np.where(row.gum, Material.TONGUE, Material.TEETH))
        gums = np.zeros(len(row.hang), bool)
        gums[row.faces[row.gum]] = True
        colour.append(np.where(gums[:, None], pink, ivory) * row.shade[:, None])
        dense.append(np.einsum("vc,ucx->uvx", row.hang, _unit_moves(body, row.helpers)))
        count += len(row.hang)
    bones = np.zeros((count, 8), np.uint8)
    bones[:, 0] = BONE["head"]
    part = make_part(
        "teeth",
        np.concatenate(positions).astype(np.float32),
        np.concatenate(faces),
        Material.TEETH,
        bone_index=bones,
        canonical=np.concatenate(canonical),
        colour=np.concatenate(colour),
        units=_sparse(np.concatenate(dense, axis=1)),
        casts_shadow=False,
    )
    part.material = np.concatenate(material).astype(np.uint8)
    return part


@lru_cache(maxsize=2)
def _row(name: str) -> _Row:
    asset = load_asset()
    first, last = asset.groups[name]
    helper = asset.vertices[first:last].astype(np.float64) * 0.1
    lines = []
    for line in _EDGES[name]:
        half = np.array(line) / 1000.0
        full = np.concatenate([(half * [-1.0, 1.0, 1.0])[:0:-1], half])
        lines.append(np.array([np.argmin(((helper - p) ** 2).sum(axis=1)) for p in full]))
    helpers = np.concatenate(lines) + first
    n = len(lines[0])
    edge = helper[lines[0]]
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(edge[:, [0, 2]], axis=0), axis=1))])
    middle = steps[n // 2]
    widths = np.array(_WIDTHS[name]) / 1000.0
    sign = 1.0 if name == "teeth.upper" else -1.0
    hang: list[Floats] = []
    inward: list[float] = []
    faces: list[tuple[int, int, int]] = []
    gum: list[bool] = []
    shade: list[float] = []

    def vertex(s: float, height: float, depth: float, light: float) -> None:
        weights = np.zeros(2 * n)
        at = np.clip(np.interp(middle + s, steps, np.arange(n)), 0.0, n - 1.000001)
        i, f = int(at), at - int(at)
        for k, w in ((i, 1.0 - f), (i + 1, f)):
            weights[k] += w * (1.0 - height)
            weights[n + k] += w * height
        hang.append(weights)
        inward.append(depth)
        shade.append(light * (0.35 + 0.65 * float(np.clip(1.0 - abs(s) / 0.045, 0.0, 1.0))))

    def grid(base: int, rows: int, columns: int, is_gum: bool) -> None:
        for r in range(rows - 1):
            for c in range(columns - 1):
                a, b, d, e = (base + r * columns + c, base + r * columns + c + 1, base + (r + 1) * columns + c, 0)
                e = d + 1
                quad = ((a, b, e), (a, e, d)) if sign > 0 else ((a, e, b), (a, d, e))
                faces.extend(quad)
                gum.extend((is_gum, is_gum))

    for side in (-1.0, 1.0):
        start = 0.0
        for tooth, width in enumerate(widths):
            centre, base = side * (start + width / 2), len(hang)
            start += width
            for row, v in enumerate(_V):
                for u in _U:
                    corner = abs(u) ** 4
                    # Incisors have square corners, canines come to a point, molars are blunt.
                    point = (0.05, 0.07, 0.15, 0.08, 0.05, 0.03)[tooth] * corner
                    depth = 0.0013 * corner + (0.0026 if row == 0 else 0.0006 * (1.0 - v) ** 2)
                    narrow = 0.96 - 0.10 * v
                    bright = (0.55 if abs(u) == 1.0 else 1.0) * (0.85 if row == 0 else 1.0)
                    vertex(centre + u * width / 2 * narrow, _CROWN * v + point * (1.0 - v), depth + 0.0012, bright)
            grid(base, len(_V), len(_U), False)
    base = len(hang)
    reach = np.linspace(-widths.sum(), widths.sum(), 57)
    bounds = np.concatenate([[0.0], np.cumsum(widths)])
    for height, depth in ((0.0, 0.0016), (0.10, 0.0006), (1.0, 0.0)):
        for s in reach:
            k = min(int(np.searchsorted(bounds, abs(s), side="right")), len(widths)) - 1
            arch = np.cos(np.pi * ((abs(s) - bounds[k]) / widths[k] - 0.5)) ** 0.5 if abs(s) < bounds[-1] else 0.0
            edge_of_gum = _CROWN * (0.80 + 0.13 * arch)
            vertex(float(s), edge_of_gum + (1.0 - edge_of_gum) * height, depth + 0.0008, 0.9 if height else 0.6)
    grid(base, 3, len(reach), True)
    return _Row(helpers, np.array(hang), np.array(inward), np.array(faces, np.int32), np.array(gum), np.array(shade))


def _inwards(points: Floats) -> Floats:
    """Unit horizontal directions towards the middle of the mouth."""
    out = np.stack([-points[:, 0], np.zeros(len(points)), points[:, 2].max() - 0.03 - points[:, 2]], axis=1)
    return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True))


def _unit_moves(body: Body, helpers: NDArray[np.intp]) -> F32:
    """Displacements (52, C, 3) of the helper vertices under each face unit."""
    units = body.units
    place = np.full(len(body.positions), -1, np.int64)
    out = np.zeros((N_UNITS, len(helpers), 3), np.float32)
    for u in range(N_UNITS):
        place[:] = -1
        span = slice(int(units.start[u]), int(units.start[u + 1]))
        place[units.index[span]] = np.arange(span.start, span.stop)
        at = place[helpers]
        out[u, at >= 0] = units.delta[at[at >= 0]]
    return out


def _sparse(dense: Floats) -> UnitDeltas:
    moved = np.abs(dense).max(axis=2) > 1e-7
    unit, index = np.nonzero(moved)
    counts = np.bincount(unit, minlength=N_UNITS)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return UnitDeltas(start, index.astype(np.int32), dense[unit, index].astype(np.float32))
