"""From samples to work: which points each pixel shades, and its depth, normal and triangle.

Coverage has 2×2 samples a pixel. Where all four see one surface it is shaded once; where they do not,
each surface is shaded and weighted, so that edges are smooth and the inside of things stays cheap.
"""

# mypy: disable-error-code="no-untyped-def, unused-ignore"
from __future__ import annotations

import math

import numpy as np

from runtime.previz.jit import inline, kernel
from runtime.previz.raster.pack import HAIR


@inline
def barycentric(clip, i0, i1, i2, x, y):  # type: ignore[no-untyped-def]
    """Perspective-correct weights of sample (x, y), clamped into the triangle, and the distance along the view axis."""
    w0, w1, w2 = clip[i0, 2], clip[i1, 2], clip[i2, 2]
    x0, y0 = clip[i0, 0] - x * w0, clip[i0, 1] - y * w0
    x1, y1 = clip[i1, 0] - x * w1, clip[i1, 1] - y * w1
    x2, y2 = clip[i2, 0] - x * w2, clip[i2, 1] - y * w2
    e0, e1, e2 = x1 * y2 - y1 * x2, x2 * y0 - y2 * x0, x0 * y1 - y0 * x1
    total = e0 + e1 + e2
    if total < 0.0:
        e0, e1, e2, total = -e0, -e1, -e2, -total
    e0, e1, e2 = max(e0, 0.0), max(e1, 0.0), max(e2, 0.0)
    total = e0 + e1 + e2
    if total <= 1e-300:
        return 1 / 3, 1 / 3, 1 / 3, (w0 + w1 + w2) / 3
    inv = 1.0 / total
    b0, b1, b2 = e0 * inv, e1 * inv, e2 * inv
    return b0, b1, b2, b0 * w0 + b1 * w1 + b2 * w2


@inline
def _alike(ids, nearness, faces, mesh, material, flags, position, ya, xa, yb, xb):  # type: ignore[no-untyped-def]
    """True when two samples may share one shading: one mesh, no step in depth, no crease."""
    a, b = ids[ya, xa], ids[yb, xb]
    if a == b:
        return True
    if a < 0 or b < 0 or mesh[a] != mesh[b] or material[a] != material[b]:
        return False
    qa, qb = nearness[ya, xa], nearness[yb, xb]
    if abs(qa - qb) > 0.012 * max(qa, qb):
        return False
    if flags[mesh[a]] & HAIR:
        return True
    nax, nay, naz = _face_normal(position, faces, a)
    nbx, nby, nbz = _face_normal(position, faces, b)
    dot = nax * nbx + nay * nby + naz * nbz
    return dot > 0.0 and dot * dot > 0.72 * (nax * nax + nay * nay + naz * naz) * (nbx * nbx + nby * nby + nbz * nbz)


@inline
def _face_normal(position, faces, f):  # type: ignore[no-untyped-def]
    i0, i1, i2 = faces[f, 0], faces[f, 1], faces[f, 2]
    ax = np.float64(position[i1, 0]) - position[i0, 0]
    ay = np.float64(position[i1, 1]) - position[i0, 1]
    az = np.float64(position[i1, 2]) - position[i0, 2]
    bx = np.float64(position[i2, 0]) - position[i0, 0]
    by = np.float64(position[i2, 1]) - position[i0, 1]
    bz = np.float64(position[i2, 2]) - position[i0, 2]
    return ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx


@kernel
def resolve(
    ids, nearness, clip, faces, mesh, material, flags, vertex, depth, normal, owner, tri, at, weight, only, area
):  # type: ignore[no-untyped-def]
    """Fill per-pixel ``depth``, ``normal``, ``owner`` (triangle or -1) and the work list; returns its length.

    ``tri`` (N,) triangle or -1 for sky, ``at`` (N, 2) sample coordinates, ``weight`` (N,) share of the pixel.
    ``only``: skip samples that see no triangle (a layer over another picture). ``area``: rows from, to, columns from, to.
    """
    position = vertex
    count = 0
    group = np.empty(4, np.int64)
    for py in range(area[0], area[1]):
        for px in range(area[2], area[3]):
            y, x = py * 2, px * 2
            first = ids[y, x]
            if first == ids[y, x + 1] and first == ids[y + 1, x] and first == ids[y + 1, x + 1]:
                for k in range(4):
                    group[k] = 0
            else:
                for k in range(4):
                    ky, kx = y + (k >> 1), x + (k & 1)
                    found = -1
                    for g in range(k):
                        if group[g] == g and found < 0:
                            gy, gx = y + (g >> 1), x + (g & 1)
                            if _alike(ids, nearness, faces, mesh, material, flags, position, gy, gx, ky, kx):
                                found = g
                    group[k] = k if found < 0 else found
            best, best_weight, best_near = 0, 0.0, np.float32(-1.0)
            for g in range(4):
                if group[g] != g:
                    continue
                share = 0.0
                for k in range(g, 4):
                    if group[k] == g:
                        share += 0.25
                gy, gx = y + (g >> 1), x + (g & 1)
                near = nearness[gy, gx]
                if share > best_weight or (share == best_weight and near > best_near):
                    best, best_weight, best_near = g, share, near
                t = ids[gy, gx]
                if only and t < 0:
                    continue
                if share == 1.0 and t >= 0 and (flags[mesh[t]] & HAIR) and ids[y + 1, x + 1] != t:
                    # Strands are finer than a pixel: two of them make its colour.
                    tri[count], weight[count] = t, 0.5
                    at[count, 0], at[count, 1] = x + 0.5, y + 0.5
                    count += 1
                    tri[count], weight[count] = ids[y + 1, x + 1], 0.5
                    at[count, 0], at[count, 1] = x + 1.5, y + 1.5
                else:
                    tri[count], weight[count] = t, share
                    if share == 1.0:
                        at[count, 0], at[count, 1] = x + 1.0, y + 1.0
                    else:
                        at[count, 0], at[count, 1] = gx + 0.5, gy + 0.5
                count += 1
            t = ids[y + (best >> 1), x + (best & 1)]
            owner[py, px] = t
            if t < 0:
                depth[py, px] = np.inf
                normal[py, px, 0] = 0.0
                normal[py, px, 1] = 0.0
                normal[py, px, 2] = 0.0
            else:
                i0, i1, i2 = faces[t, 0], faces[t, 1], faces[t, 2]
                b0, b1, b2, w = barycentric(clip, i0, i1, i2, x + 1.0, y + 1.0)
                depth[py, px] = w
                n0 = b0 * vertex[i0, 3] + b1 * vertex[i1, 3] + b2 * vertex[i2, 3]
                n1 = b0 * vertex[i0, 4] + b1 * vertex[i1, 4] + b2 * vertex[i2, 4]
                n2 = b0 * vertex[i0, 5] + b1 * vertex[i1, 5] + b2 * vertex[i2, 5]
                inv = 1.0 / math.sqrt(max(n0 * n0 + n1 * n1 + n2 * n2, 1e-20))
                normal[py, px, 0] = n0 * inv
                normal[py, px, 1] = n1 * inv
                normal[py, px, 2] = n2 * inv
    return count
