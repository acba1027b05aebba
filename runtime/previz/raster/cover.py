"""Coverage: which triangle is nearest at each sample. Serves the camera, and every shadow map.

Homogeneous edge functions (Olano and Greer 1997) need no clipping at the near plane. Edges are set
up in float64 relative to the triangle's own box, and each row's run of samples is solved for, with
a tolerance far below a sample, so that neighbours sharing an edge leave no hole.
"""

# mypy: disable-error-code="assignment, no-untyped-def, unused-ignore"
# ruff: noqa: RUF046 (compiled, math.floor gives a float)
from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import kernel
from runtime.previz.raster.pack import HAIR, TWO_SIDED, Packed, Span
from runtime.previz.scene import F32, I32

F64 = NDArray[np.float64]


def draw(
    packed: Packed,
    spans: list[Span],
    view: F64,
    clip: F64,
    nearness: F32,
    ids: I32 | None,
    *,
    thin: float = 1.0,
    cull: bool = True,
    nearest: float = math.inf,
) -> None:
    """Draw ``spans`` seen through ``view`` into ``nearness`` (H, W), larger is nearer, and triangle ids.

    ``view`` (4, 4) rows give, for a world point, sample x·w, sample y·w, w and s; nearness is s/w (perspective:
    s = 1; parallel: w = 1 and s grows towards the light). ``clip`` (V, 4) is filled for the spans drawn.
    ``thin`` draws only that part of each head of hair: strands are ordered by hash, a prefix is thinner hair. The
    strands that stay are widened to cover what the others did.
    What is nearer than ``nearest`` is not there: a lamp's own works do not stand in its light.
    """
    height, width = nearness.shape
    target = ids if ids is not None else _NO_IDS
    for span in spans:
        if span.f1 == span.f0 or not visible(span, view, width, height):
            continue
        last = span.f1
        if thin < 1.0 and span.flags & HAIR:
            last = span.f0 + int((span.f1 - span.f0) * thin)
            transform_wide(packed.vertex, span.v0, span.v1, view, np.float32(thin**-0.75 - 1.0), clip)
        else:
            transform(packed.position, span.v0, span.v1, view, clip)
        two_sided = not cull or bool(span.flags & TWO_SIDED)
        cover(clip, packed.faces, span.f0, last, nearness, target, two_sided, ids is not None, np.float32(nearest))


_NO_IDS: I32 = np.zeros((1, 1), np.int32)


def visible(span: Span, view: F64, width: int, height: int) -> bool:
    """False when the box of ``span`` lies wholly outside one side of the view."""
    low, high = span.low, span.high
    x, y, w = view[0], view[1], view[2]
    for plane in (x, w * width - x, y, w * height - y, w):
        if float(np.maximum(plane[:3] * low, plane[:3] * high).sum() + plane[3]) < 0.0:
            return False
    return True


@kernel
def transform(position, v0, v1, view, clip):  # type: ignore[no-untyped-def]
    """Fill ``clip`` rows v0..v1 with ``view`` times the positions."""
    for i in range(v0, v1):
        x = np.float64(position[i, 0])
        y = np.float64(position[i, 1])
        z = np.float64(position[i, 2])
        for k in range(4):
            clip[i, k] = view[k, 0] * x + view[k, 1] * y + view[k, 2] * z + view[k, 3]


@kernel
def transform_wide(vertex, v0, v1, view, wider, clip):  # type: ignore[no-untyped-def]
    """``transform`` for hair: each vertex moves further to its strand's side by ``wider`` times attr[3]."""
    for i in range(v0, v1):
        v = vertex[i]
        sx, sy, sz = v[17] * v[5] - v[18] * v[4], v[18] * v[3] - v[16] * v[5], v[16] * v[4] - v[17] * v[3]
        k = v[15] * wider / math.sqrt(max(sx * sx + sy * sy + sz * sz, np.float32(1e-12)))
        x, y, z = np.float64(v[0] + sx * k), np.float64(v[1] + sy * k), np.float64(v[2] + sz * k)
        for c in range(4):
            clip[i, c] = view[c, 0] * x + view[c, 1] * y + view[c, 2] * z + view[c, 3]


@kernel
def cover(clip, faces, f0, f1, nearness, ids, two_sided, write_ids, nearest):  # type: ignore[no-untyped-def]
    """Rasterise faces f0..f1; a sample keeps the largest nearness, the earlier triangle on a tie."""
    height, width = nearness.shape
    near = 1e-3
    a = np.empty(3, np.float64)
    b = np.empty(3, np.float64)
    c = np.empty(3, np.float64)
    inv = np.empty(3, np.float64)
    for f in range(f0, f1):
        i0, i1, i2 = faces[f, 0], faces[f, 1], faces[f, 2]
        x0, y0, w0 = clip[i0, 0], clip[i0, 1], clip[i0, 2]
        x1, y1, w1 = clip[i1, 0], clip[i1, 1], clip[i1, 2]
        x2, y2, w2 = clip[i2, 0], clip[i2, 1], clip[i2, 2]
        lx, hx, ly, hy = 1e30, -1e30, 1e30, -1e30
        if w0 > near and w1 > near and w2 > near:
            r0, r1, r2 = 1.0 / w0, 1.0 / w1, 1.0 / w2
            lx = min(x0 * r0, x1 * r1, x2 * r2)
            hx = max(x0 * r0, x1 * r1, x2 * r2)
            ly = min(y0 * r0, y1 * r1, y2 * r2)
            hy = max(y0 * r0, y1 * r1, y2 * r2)
        else:
            if w0 <= near and w1 <= near and w2 <= near:
                continue
            # The box of the part in front: its own vertices there, and where edges cross the near plane.
            for e in range(3):
                if e == 0:
                    xa, ya, wa, xb, yb, wb = x0, y0, w0, x1, y1, w1
                elif e == 1:
                    xa, ya, wa, xb, yb, wb = x1, y1, w1, x2, y2, w2
                else:
                    xa, ya, wa, xb, yb, wb = x2, y2, w2, x0, y0, w0
                if wa > near:
                    lx, hx = min(lx, xa / wa), max(hx, xa / wa)
                    ly, hy = min(ly, ya / wa), max(hy, ya / wa)
                if (wa > near) != (wb > near):
                    t = (near - wa) / (wb - wa)
                    sx, sy = (xa + t * (xb - xa)) / near, (ya + t * (yb - ya)) / near
                    lx, hx = min(lx, sx), max(hx, sx)
                    ly, hy = min(ly, sy), max(hy, sy)
        # First and last sample centre (i + 0.5) inside the box.
        if hx < 0.0 or hy < 0.0 or lx > width or ly > height:
            continue
        bx0 = max(0, int(math.ceil(max(lx, 0.0) - 0.5 - 1e-6)))
        by0 = max(0, int(math.ceil(max(ly, 0.0) - 0.5 - 1e-6)))
        bx1 = min(width - 1, int(math.floor(min(hx, width + 1.0) - 0.5 + 1e-6)))
        by1 = min(height - 1, int(math.floor(min(hy, height + 1.0) - 0.5 + 1e-6)))
        if bx1 < bx0 or by1 < by0:
            continue
        ox, oy = bx0 + 0.5, by0 + 0.5
        x0 -= ox * w0
        x1 -= ox * w1
        x2 -= ox * w2
        y0 -= oy * w0
        y1 -= oy * w1
        y2 -= oy * w2
        a[0], b[0], c[0] = y1 * w2 - w1 * y2, w1 * x2 - x1 * w2, x1 * y2 - y1 * x2
        a[1], b[1], c[1] = y2 * w0 - w2 * y0, w2 * x0 - x2 * w0, x2 * y0 - y2 * x0
        a[2], b[2], c[2] = y0 * w1 - w0 * y1, w0 * x1 - x0 * w1, x0 * y1 - y0 * x1
        det = x0 * a[0] + y0 * b[0] + w0 * c[0]
        # The image's y runs down, so counter-clockwise in the world is a negative determinant here.
        if det == 0.0 or (det > 0.0 and not two_sided):
            continue
        inv_det = 1.0 / det
        for e in range(3):
            a[e] *= inv_det
            b[e] *= inv_det
            c[e] *= inv_det
            inv[e] = 1.0 / a[e] if a[e] != 0.0 else 0.0
        s0, s1, s2 = clip[i0, 3], clip[i1, 3], clip[i2, 3]
        qx = a[0] * s0 + a[1] * s1 + a[2] * s2
        qy = b[0] * s0 + b[1] * s1 + b[2] * s2
        qc = c[0] * s0 + c[1] * s1 + c[2] * s2
        span = np.float64(bx1 - bx0)
        for y in range(by0, by1 + 1):
            dy = np.float64(y - by0)
            left, right = 0.0, span
            for e in range(3):
                v = b[e] * dy + c[e]
                if a[e] > 0.0:
                    left = max(left, -v * inv[e] - 1e-7)
                elif a[e] < 0.0:
                    right = min(right, -v * inv[e] + 1e-7)
                elif v < 0.0:
                    right = -1.0
            if left > right:
                continue
            first = int(math.ceil(left))
            last = int(math.floor(right))
            base = qy * dy + qc
            for i in range(first, last + 1):
                q = np.float32(qx * i + base)
                if nearness[y, bx0 + i] < q < nearest:
                    nearness[y, bx0 + i] = q
                    if write_ids:
                        ids[y, bx0 + i] = f
