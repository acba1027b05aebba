"""Hair that moves with the face: brows, lashes and beards, rooted in skin and carried by its face units."""

from __future__ import annotations

import numpy as np

from runtime.previz.people.body import Body
from runtime.previz.people.hair_fields import beard_field, brow_field
from runtime.previz.people.hair_strands import Floats, Ints, Roots, Skin, clump, grow, scatter
from runtime.previz.people.parts import UnitDeltas

_BEARDS = {"stubble": (700, 0.0028, 3), "short": (3400, 0.012, 4), "full": (2600, 0.042, 6)}


def brows(skin: Skin, seed: int, heavy: float) -> tuple[Roots, Floats, Floats]:
    """Roots, curves and widths of both brows; ``heavy`` 0..1 thickens them."""
    roots = scatter(skin, brow_field, int(230 + 170 * heavy), 0.0016, seed + 11)
    x = roots.canonical[:, 0]
    sign, ax, d = np.sign(x), np.abs(x), roots.chance
    out = np.clip((ax - 0.012) / 0.030, 0, 1)
    rise = np.interp(ax, [0.010, 0.022, 0.038, 0.052], [1.1, 0.55, 0.05, -0.45])

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        want = np.stack([sign * (0.35 + 0.65 * out), rise - 0.25 * t, -0.25 * out], axis=1)
        want = want - n * (want * n).sum(axis=1, keepdims=True)
        want = want / np.maximum(np.linalg.norm(want, axis=1, keepdims=True), 1e-9)
        return np.asarray(want + (d[:, 2:5] - 0.5) * 0.45 + n * 0.12)

    length = (0.0058 + 0.0035 * d[:, 1]) * np.interp(ax, [0.010, 0.018, 0.056], [0.7, 1.0, 0.75])
    curves = grow(skin, roots, length, 4, flow, 0.0004 + 0.0009 * d[:, 5], hug=0.35, lift=0.25)
    return roots, curves, 0.00065 + 0.00045 * d[:, 7]


def beard(skin: Skin, kind: str, seed: int) -> tuple[Roots, Floats, Floats] | None:
    """Roots, curves and widths of a beard; ``None`` for the clean-shaven."""
    if kind not in _BEARDS:
        return None
    count, longest, points = _BEARDS[kind]
    roots = scatter(skin, beard_field, count, 0.0065, seed + 23)
    c, d = roots.canonical, roots.chance
    chin = np.clip((0.655 - c[:, 1]) / 0.05, 0, 1) * np.clip((c[:, 2] - 0.05) / 0.06, 0, 1)
    lip = (c[:, 1] > 0.664) & (np.abs(c[:, 0]) < 0.035)
    length = longest * (0.6 + 0.55 * d[:, 1]) * (0.45 + 0.55 * chin) * np.clip(0.35 + roots.inside / 0.015, 0, 1)
    length = np.where(lip, np.minimum(length, 0.012 if kind == "full" else 0.008), length)

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        want = np.stack([np.sign(c[:, 0]) * np.where(lip, 0.8, 0.12), np.full(len(p), -1.0), 0.25 * chin], axis=1)
        want = want - 0.8 * n * (want * n).sum(axis=1, keepdims=True)
        return np.asarray(want + n * (0.35 * (1 - t))[:, None] + (d[:, 2:5] - 0.5) * 0.5)

    curves = grow(skin, roots, length, points, flow, 0.0006 + 0.004 * d[:, 5] * min(1.0, longest / 0.02), lift=0.5)
    if kind == "full":
        curves = clump(curves, 0.3 + 0.4 * d[:, 6], 130)
    fine = {"stubble": 0.0003, "short": 0.00075, "full": 0.0011}[kind]
    width = fine + fine * 0.9 * d[:, 7]
    return roots, curves, width


def lashes(body: Body, seed: int) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """Lash strands from the lash helpers: two bound vertices (N, 2), share of the second, curves, widths, outwards."""
    dice = np.random.Generator(np.random.PCG64(seed + 31))
    span = body.span("lashes")
    bound, share, curves, widths = [], [], [], []
    for side in ("L", "R"):
        centre = body.positions[body.span(f"eye.{side}")].astype(np.float64).mean(axis=0)
        ids = np.arange(span.start, span.stop)
        p = body.positions[ids].astype(np.float64)
        ids, p = ids[np.sign(p[:, 0]) == np.sign(centre[0])], p[np.sign(p[:, 0]) == np.sign(centre[0])]
        far = np.linalg.norm(p - centre, axis=1)
        for upper in (True, False):
            lid = (p[:, 1] > np.median(p[:, 1])) == upper
            # The inner half of the helper lies on the lid's edge, the outer half is its fringe.
            edge = lid & (far <= np.quantile(far[lid], 0.4))
            line = ids[edge][np.argsort(p[edge, 0], kind="stable")]
            xs = body.positions[line, 0].astype(np.float64)
            many = 34 if upper else 16
            at = np.linspace(xs[0], xs[-1], many) + (dice.random(many) - 0.5) * 0.0006
            k = np.clip(np.searchsorted(xs, at) - 1, 0, len(line) - 2)
            f = np.clip((at - xs[k]) / np.maximum(xs[k + 1] - xs[k], 1e-6), 0, 1)[:, None]
            root = body.positions[line[k]] * (1 - f) + body.positions[line[k + 1]] * f
            out = root - centre
            out /= np.linalg.norm(out, axis=1, keepdims=True)
            fan = np.clip((root[:, 0] - centre[0]) / 0.015, -1, 1) * 0.5
            up = 1.0 if upper else -1.0
            length = (0.0070 if upper else 0.0036) * (0.75 + 0.4 * dice.random(many))
            d0 = out + np.stack([fan, 0 * fan + up * (0.05 if upper else 0.3), 0 * fan], axis=1)
            d1 = out * 0.6 + np.stack([fan, 0 * fan + up * 0.75, 0 * fan], axis=1)
            t = np.linspace(0, 1, 4)[None, :, None]
            curve = root[:, None] + length[:, None, None] * (d0[:, None] * t + (d1 - d0)[:, None] * t**2 * 0.5)
            bound.append(np.stack([line[k], line[k + 1]], axis=1))
            share.append(f[:, 0])
            curves.append(curve)
            widths.append(np.full(many, 0.00042 if upper else 0.0003))
    all_curves = np.concatenate(curves)
    outward = np.zeros_like(all_curves)
    outward[:, :, 1] = 1.0
    outward[:, :, 2] = 0.5
    # Shuffled, broad ones first: a thinned prefix must not lose one eye's lashes.
    order = dice.permutation(len(all_curves))
    width = np.concatenate(widths)[order] * np.linspace(1.6, 0.8, len(order))
    return np.concatenate(bound)[order], np.concatenate(share)[order], all_curves[order], width, outward[order]


def ride(body: Body, corner: Ints, share: Floats, strand: Ints) -> UnitDeltas:
    """Face units of strand vertices: the mix (N, k) of body vertices their strand (V,) is rooted on."""
    units = body.units
    used = np.unique(corner)
    back = np.full(len(body.positions), -1, np.int64)
    back[used] = np.arange(len(used))
    starts, index, delta = [0], [], []
    for u in range(52):
        span = slice(int(units.start[u]), int(units.start[u + 1]))
        mine = back[units.index[span]]
        moved = np.zeros((len(used), 3))
        moved[mine[mine >= 0]] = units.delta[span][mine >= 0]
        of_strand = np.einsum("nk,nki->ni", share, moved[back[corner]])
        which = np.flatnonzero(np.abs(of_strand[strand]).max(axis=1) > 2e-6)
        index.append(which.astype(np.int32))
        delta.append(of_strand[strand[which]].astype(np.float32))
        starts.append(starts[-1] + len(which))
    return UnitDeltas(np.array(starts, np.int32), np.concatenate(index), np.concatenate(delta))


__all__ = ["beard", "brows", "lashes", "ride"]
