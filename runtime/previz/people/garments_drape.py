"""Draping: cloth let down over a body until it hangs, once, when a person is dressed.

Position-based dynamics (Müller et al., 2007) with edge and bend distances against an offset of the
surface beneath, which gives drag lines, stacked sleeves and breaks no noise function would.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from runtime.previz.jit import kernel
from runtime.previz.people.garments_sheet import edges

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def drape(
    place: Floats,
    rest: Floats,
    faces: Ints,
    under: Floats,
    under_normals: Floats,
    clearance: float,
    *,
    slack: Floats,
    hold: Floats,
    bend: float,
    rounds: int = 14,
    steps: int = 5,
    sweeps: int = 8,
) -> Floats:
    """Where cloth comes to rest.

    ``place`` (V, 3) is where it starts, ``rest`` (V, 3) the shape its edge lengths are cut from, ``slack`` (E,)
    multiplies them in the order of ``garments_sheet.edges``. ``under`` (U, 3) with unit ``under_normals`` is what it lies on, kept
    ``clearance`` metres away. ``hold`` (V,) 0 free .. 1 sewn to its start. Deterministic.
    """
    ends, _ = edges(faces)
    lengths = np.linalg.norm(rest[ends[:, 0]] - rest[ends[:, 1]], axis=1) * slack
    across = _bend_pairs(faces)
    spans = np.linalg.norm(rest[across[:, 0]] - rest[across[:, 1]], axis=1)
    tree = cKDTree(under)
    x = place.copy()
    old = place.copy()
    for _ in range(rounds):
        gap, near = tree.query(x, k=3)
        w = np.asarray(1.0 / (gap + 0.004))
        w /= w.sum(axis=1, keepdims=True)
        point = np.einsum("vk,vki->vi", w, under[near])
        normal = np.einsum("vk,vki->vi", w, under_normals[near])
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        _relax(x, old, place, hold, ends, lengths, across, spans, bend, point, normal, clearance, steps, sweeps)
    return x


def _bend_pairs(faces: Ints) -> Ints:
    """Opposite corners of triangles that share an edge."""
    ends = np.sort(np.concatenate([faces[:, [k, (k + 1) % 3]] for k in range(3)]), axis=1)
    apex = np.concatenate([faces[:, (k + 2) % 3] for k in range(3)])
    key = ends[:, 0] * (int(faces.max()) + 1) + ends[:, 1]
    order = np.argsort(key, kind="stable")
    key, apex = key[order], apex[order]
    twin = key[1:] == key[:-1]
    return np.stack([apex[:-1][twin], apex[1:][twin]], axis=1)


@kernel
def _relax(
    x: Floats,
    old: Floats,
    start: Floats,
    hold: Floats,
    ends: Ints,
    lengths: Floats,
    across: Ints,
    spans: Floats,
    bend: float,
    point: Floats,
    normal: Floats,
    clearance: float,
    steps: int,
    sweeps: int,
) -> None:
    """``steps`` of falling, each followed by ``sweeps`` over all distances; ``x`` and ``old`` (V, 3) in place."""
    n = x.shape[0]
    fall = 0.0005
    for _ in range(steps):
        for v in range(n):
            for i in range(3):
                step = (x[v, i] - old[v, i]) * 0.9
                if step > 0.01:
                    step = 0.01
                if step < -0.01:
                    step = -0.01
                old[v, i] = x[v, i]
                x[v, i] += step
            x[v, 1] -= fall
        for _ in range(sweeps):
            for e in range(ends.shape[0]):
                _pull(x, ends[e, 0], ends[e, 1], lengths[e], 0.5, 0.5)
            for e in range(across.shape[0]):
                _pull(x, across[e, 0], across[e, 1], spans[e], 0.5 * bend, 0.5 * bend)
            for v in range(n):
                if hold[v] > 0.0:
                    for i in range(3):
                        x[v, i] += (start[v, i] - x[v, i]) * hold[v]
                d = 0.0
                for i in range(3):
                    d += (x[v, i] - point[v, i]) * normal[v, i]
                if d < clearance and d > -0.06:
                    for i in range(3):
                        x[v, i] += normal[v, i] * (clearance - d)
                        # Wool on wool hardly slides.
                        old[v, i] += (x[v, i] - old[v, i]) * 0.5


@kernel
def _pull(x: Floats, a: int, b: int, length: float, push: float, squeeze: float) -> None:
    dx = x[b, 0] - x[a, 0]
    dy = x[b, 1] - x[a, 1]
    dz = x[b, 2] - x[a, 2]
    now = np.sqrt(dx * dx + dy * dy + dz * dz)
    if now < 1e-9:
        return
    k = (now - length) / now * (push if now > length else squeeze)
    x[a, 0] += dx * k
    x[a, 1] += dy * k
    x[a, 2] += dz * k
    x[b, 0] -= dx * k
    x[b, 1] -= dy * k
    x[b, 2] -= dz * k
