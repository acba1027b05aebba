"""Hairstyles: how each kind of scalp hair leaves the skin, flows, falls and ends. Curves only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runtime.previz.people.hair_fields import scalp_field
from runtime.previz.people.hair_strands import Floats, Roots, Skin, clump, grow, off_skin, scatter, take

DOWN = np.array([0.0, -1.0, 0.0])


@dataclass(slots=True)
class Growth:
    """Curves of one style. ``loose`` (N,) 0..1 how free of the skull; ``sway`` (N,) how far tips follow the spring."""

    roots: Roots
    curves: Floats
    width: Floats
    loose: Floats
    sway: Floats
    curl: float = 0.45
    turn: Floats | None = None
    broad: float = 1.5
    """How much broader the first strands are than ``width``; the last are three quarters of it."""
    core: tuple[Floats, float] | None = None
    """A bun's centre and radius: a solid to be filled in under its strands."""


def style_of(name: str) -> Callable[[Skin, float, int], Growth] | None:
    """The maker of a named style; ``None`` for the bald. Unknown names are cropped."""
    return {"bald": None, "crop": crop, "side": side, "bob": bob, "long": long, "curly": curly, "bun": bun}.get(
        name, crop
    )


def crop(skin: Skin, recede: float, seed: int) -> Growth:
    """Short all over: lies away from the whorl, brushed up and aside at the front, close at sides and nape."""
    roots = _scalp(skin, 4800, recede, seed, 0.016)
    whorl = _at(skin, (0.012, 0.848, -0.035))
    c, r = roots.canonical, roots.chance
    top = np.clip((c[:, 1] - 0.775) / 0.05, 0, 1)
    front = np.clip((c[:, 2] - 0.045) / 0.085, 0, 1) * top
    length = (0.019 + 0.019 * top + 0.004 * front) * (0.7 + 0.6 * r[:, 1]) * _edge(roots, 0.5, 0.022)
    drift = _wander(c, seed) * 0.5
    aside = np.array([0.9, -0.05, 0.35])

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        away = _along(p - whorl, n)
        fall = _along(np.broadcast_to(DOWN, p.shape), n)
        brushed = _along(np.broadcast_to(aside, p.shape), n) + n * 0.08
        want = away * (0.75 * top + 0.25)[:, None] + fall * (0.9 * (1 - top))[:, None]
        want = want * (1 - front)[:, None] + brushed * front[:, None]
        return _unit(want + np.cross(n, want) * drift[:, None] + (r[:, 2:5] - 0.5) * 0.34 + n * 0.10)

    curves = grow(skin, roots, length, 4, flow, 0.0012 + 0.006 * r[:, 5] * (0.4 + 0.6 * top), lift=0.55)
    curves = clump(curves, 0.15 + 0.35 * r[:, 6], 420)
    width = (0.0013 + 0.0013 * r[:, 7]) * _edge(roots, 0.22, 0.02)
    return Growth(roots, curves, width, np.zeros(len(roots)), np.full(len(roots), 0.12), broad=1.2)


def side(skin: Skin, recede: float, seed: int) -> Growth:
    """Parted on the left and swept over, longer on top; lifted off the forehead rather than hanging on it."""
    roots = _scalp(skin, 2300, recede, seed, 0.014)
    c, r = roots.canonical, roots.chance
    part = 0.034
    top = np.clip((c[:, 1] - 0.785) / 0.035, 0, 1)
    over = (c[:, 0] < part) * top
    front = np.clip((c[:, 2] - 0.075) / 0.05, 0, 1)
    length = (
        (0.024 + 0.052 * top * np.where(c[:, 0] < part, 1.0, 0.45)) * (0.72 + 0.5 * r[:, 1]) * _edge(roots, 0.6, 0.018)
    )
    drift = _wander(c, seed) * 0.35

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        sweep = np.stack([np.full(len(p), -1.0), 0.25 - 0.7 * t, -0.30 - 0.35 * front], axis=1)
        back = np.stack([np.sign(c[:, 0]) * 0.2, np.full(len(p), -1.0), np.full(len(p), -0.55)], axis=1)
        want = _along(sweep, n) * over[:, None] + _along(back, n) * (1 - over)[:, None]
        rise = (over * (0.75 * front + 0.25) * (1 - t) ** 1.5)[:, None] * n
        return _unit(want + rise + np.cross(n, want) * drift[:, None] + (r[:, 2:5] - 0.5) * 0.30)

    layer = 0.0012 + (0.003 + 0.013 * over) * r[:, 5]
    curves = grow(skin, roots, length, 6, flow, layer, hug=0.12, lift=0.5)
    curves = clump(curves, 0.25 + 0.35 * r[:, 6], 260)
    width = (0.0032 + 0.003 * r[:, 7]) * _edge(roots, 0.22, 0.02)
    return Growth(roots, curves, width, np.zeros(len(roots)), 0.10 + 0.15 * over)


def bob(skin: Skin, recede: float, seed: int) -> Growth:
    """To the jaw, parted a little off centre, turned under at the ends."""
    return _falling(skin, recede, seed, end=0.632, spread=0.016, count=1500, points=8, part=0.018, under=0.55)


def long(skin: Skin, recede: float, seed: int) -> Growth:
    """Down over the shoulder blades, parted in the middle."""
    return _falling(skin, recede, seed, end=0.47, spread=0.075, count=1350, points=10, part=0.004, under=0.0)


def curly(skin: Skin, recede: float, seed: int) -> Growth:
    """A halo of loose coils."""
    roots = _scalp(skin, 950, recede, seed, 0.012)
    r = roots.chance
    length = (0.055 + 0.035 * r[:, 1]) * _edge(roots, 0.45, 0.03)
    mid = _at(skin, (0.0, 0.775, 0.0), inside=True)

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        out = _unit(p - mid)
        return _unit(out + DOWN * (0.15 + 0.75 * t)[:, None] + (r[:, 2:5] - 0.5) * 0.9)

    points = 12
    curves = grow(skin, roots, length, points, flow, 0.002 + 0.004 * r[:, 5], lift=0.6)
    curves = clump(curves, 0.15 + 0.2 * r[:, 6], 200)
    along = np.linspace(0, 1, points)
    phase = r[:, 7] * 2 * np.pi
    turns = length / 0.021
    angle = phase[:, None] + turns[:, None] * along[None] * 2 * np.pi * np.where(r[:, 2] < 0.5, 1, -1)[:, None]
    tangent = np.gradient(curves, axis=1)
    u = np.cross(tangent, [0.31, 0.2, 0.93])
    u /= np.maximum(np.linalg.norm(u, axis=2, keepdims=True), 1e-9)
    v = _unit(np.cross(tangent, u))
    radius = ((0.0045 + 0.003 * r[:, 3])[:, None] * np.clip(along * 5, 0, 1))[:, :, None]
    curves = curves + radius * (np.cos(angle)[:, :, None] * u + np.sin(angle)[:, :, None] * v)
    width = 0.0036 + 0.0028 * r[:, 6]
    return Growth(roots, curves, width, np.zeros(len(roots)), np.full(len(roots), 0.3), 0.6, broad=2.2)


def bun(skin: Skin, recede: float, seed: int) -> Growth:
    """Combed back close to the skull into a knot low on the crown, a few wisps out at temples and nape."""
    roots = _scalp(skin, 1500, recede, seed, 0.010)
    c, r = roots.canonical, roots.chance
    knot = _at(skin, (0.0, 0.790, -0.09))
    _, n = off_skin(skin, knot[None], np.zeros(1), 0.0)
    radius = 0.034 * skin.scale
    centre = knot + n[0] * radius * 0.62
    goal = knot + n[0] * radius * 0.30
    reach = np.linalg.norm(roots.place - goal, axis=1)
    drift = _wander(c, seed) * 0.10

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        want = goal - p
        near = np.linalg.norm(want, axis=1, keepdims=True)
        want = np.where(near < 0.03, want, _along(want, n))
        # Crown and sides fall a little before they are drawn back: combed, not stretched.
        sag = DOWN * (0.25 * np.sin(np.pi * t) * (np.abs(c[:, 0]) > 0.03))[:, None]
        return _unit(_unit(want) + sag + np.cross(n, _unit(want)) * drift[:, None] + (r[:, 2:5] - 0.5) * 0.06)

    layer = 0.0015 + 0.0075 * r[:, 5] * np.clip((c[:, 1] - 0.70) / 0.05, 0.3, 1)
    # Geodesics over the skull are longer than chords.
    curves = grow(skin, roots, reach * 1.10 + 0.004, 8, flow, layer, hug=0.5, lift=0.25)
    curves = clump(curves, 0.10 + 0.25 * r[:, 6], 150, 0.1)
    width = (0.0030 + 0.0034 * r[:, 7]) * _edge(roots, 0.18, 0.018)
    combed = Growth(roots, curves, width, np.zeros(len(roots)), np.zeros(len(roots)))
    coil = _coil(skin, roots, centre, n[0], radius, 260, seed)
    wisps = _wisps(skin, roots, seed)
    return _join([combed, coil, wisps], (centre, radius))


def _coil(skin: Skin, roots: Roots, centre: Floats, axis: Floats, radius: float, count: int, seed: int) -> Growth:
    """Locks wound round the knot: tilted great-circle arcs on a flattened ball."""
    dice = np.random.Generator(np.random.PCG64(seed + 77))
    # Bound where the knot sits: hair of the nape would follow the neck.
    high_up = np.flatnonzero((roots.canonical[:, 1] > 0.77) & (roots.canonical[:, 2] < 0.03))
    mine = take(roots, high_up[dice.integers(0, len(high_up), count)])
    u = _unit(np.cross(axis, [0.0, 1.0, 0.0]) + 1e-9)
    v = np.cross(axis, u)
    start = dice.random(count) * 2 * np.pi
    sweep = 1.5 + 1.3 * dice.random(count)
    # Inner turns sit higher on the ball: a spiral, seen from behind.
    high = dice.random(count)
    t = np.linspace(0, 1, 8)
    turn = start[:, None] + sweep[:, None] * t
    lift = (high[:, None] * 1.85 - 0.40) + 0.35 * (t - 0.5) + 0.10 * np.sin(turn * 2 + start[:, None])
    size = radius * (1.0 + 0.06 * (dice.random(count)[:, None] - 0.3) + 0.05 * np.sin(6 * lift))
    ring = np.cos(lift)[:, :, None] * (np.cos(turn)[:, :, None] * u + np.sin(turn)[:, :, None] * v)
    curves = centre + size[:, :, None] * (ring + 0.78 * np.sin(lift)[:, :, None] * axis)
    return Growth(mine, curves, 0.0045 + 0.003 * dice.random(count), np.zeros(count), np.zeros(count))


def _wisps(skin: Skin, roots: Roots, seed: int) -> Growth:
    """Fine short hairs the comb missed, at temples and nape."""
    c, r = roots.canonical, roots.chance
    low = (np.abs(c[:, 0]) > 0.045) & (c[:, 2] > 0.02) | (c[:, 1] < 0.69)
    pick = np.flatnonzero((roots.inside < 0.012) & low & (r[:, 3] < 0.55))[:70]
    mine = take(roots, pick)
    d = mine.chance
    length = 0.014 + 0.045 * d[:, 1] ** 2

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        back = np.array([0.0, -0.55, -0.5])
        return _unit(
            _along(np.broadcast_to(back, p.shape), n)
            + n * 0.25 * (1 - t)[:, None]
            + DOWN * 0.5 * t[:, None]
            + (d[:, 2:5] - 0.5) * 0.9
        )

    curves = grow(skin, mine, length, 6, flow, 0.001 + 0.004 * d[:, 5], lift=0.5)
    return Growth(mine, curves, 0.0007 + 0.0005 * d[:, 7], np.zeros(len(pick)), np.full(len(pick), 0.5))


def _falling(
    skin: Skin,
    recede: float,
    seed: int,
    *,
    end: float,
    spread: float,
    count: int,
    points: int,
    part: float,
    under: float,
) -> Growth:
    roots = _scalp(skin, count, recede, seed, 0.010)
    c, r = roots.canonical, roots.chance
    side_of = np.where(c[:, 0] + 0.004 * (r[:, 2] - 0.5) > part, 1.0, -1.0)
    # Long enough to go over the skull to the ends' height, the ends ragged by ``spread``.
    over = 0.045 * np.clip((c[:, 1] - 0.78) / 0.06, 0, 1)
    length = (c[:, 1] - end + over + spread * (r[:, 1] - 0.6)) * skin.scale
    length = np.maximum(length, 0.02) * _edge(roots, 0.75, 0.01)
    front = np.clip((c[:, 2] - 0.045) / 0.05, 0, 1)
    drift = _wander(c, seed) * 0.18
    eyes = skin.body.positions[skin.body.span("eye.L")].mean(axis=0)
    face = abs(float(eyes[0])) * 1.75

    def flow(p: Floats, n: Floats, t: Floats) -> Floats:
        outward = np.stack([side_of, 0.10 - 0.3 * t, -0.25 - 0.45 * front], axis=1)
        # On the crown it follows the skull outwards and down; where the skull turns under, it hangs.
        steep = np.clip((0.55 - n[:, 1]) / 0.45, 0, 1)[:, None]
        fall = _along(np.broadcast_to(DOWN, p.shape), n) * 0.6 + DOWN * 0.6
        want = (_along(outward, n) * 0.8 + 0.35 * _along(np.broadcast_to(DOWN, p.shape), n)) * (
            1 - steep
        ) + fall * steep
        # Keep off the face: whatever would hang before the eyes goes out to the temple.
        inside = np.clip((face - np.abs(p[:, 0])) / 0.02, 0, 1) * np.clip((p[:, 2] - eyes[2] + 0.05) / 0.03, 0, 1)
        want = want + np.stack([side_of * inside * 1.6, 0 * inside, -inside], axis=1)
        tip = np.clip((t - 0.7) / 0.3, 0, 1) * under
        want = want - n * tip[:, None] * np.array([1.0, 0.0, 1.0])
        return _unit(want + np.cross(n, want) * drift[:, None] + (r[:, 3:6] - 0.5) * 0.16)

    layer = 0.002 + 0.010 * r[:, 6] * np.clip(roots.inside / 0.02, 0.2, 1)
    curves = grow(skin, roots, length, points, flow, layer, hug=0.30, lift=0.12)
    curves = clump(curves, 0.15 + 0.3 * r[:, 7], 240)
    width = (0.0034 + 0.0032 * r[:, 0]) * _edge(roots, 0.22, 0.016)
    sway = np.clip(length / 0.30, 0, 1)
    return Growth(roots, curves, width, np.ones(len(roots)), sway)


# --- shared -----------------------------------------------------------------------------------


def _scalp(skin: Skin, count: int, recede: float, seed: int, soft: float) -> Roots:
    return scatter(skin, lambda c: scalp_field(c, recede) - _ragged(c, seed), count, soft, seed)


def _ragged(c: Floats, seed: int) -> Floats:
    """A hairline is not a line: it wanders by a few millimetres."""
    s = float(seed % 97)
    return np.asarray(0.0022 * (np.sin(c[:, 0] * 170 + s) + np.sin(c[:, 0] * 411 + c[:, 1] * 300 + 2.1 * s)))


def _edge(roots: Roots, least: float, over: float) -> Floats:
    """Short and fine at the hairline, full ``over`` metres inside it."""
    return np.asarray(least + (1 - least) * np.clip(roots.inside / over, 0, 1))


def _wander(c: Floats, seed: int) -> Floats:
    """Smooth -1..1 over the head: neighbouring strands drift together."""
    s = float(seed % 89)
    a = np.sin(c @ np.array([61.0, 47.0, 83.0]) + s) + np.sin(c @ np.array([-97.0, 121.0, 55.0]) + 1.7 * s)
    return np.asarray(a * 0.5)


def _at(skin: Skin, canonical: tuple[float, float, float], inside: bool = False) -> Floats:
    """The place on this head of a canonical point: of its nearest skin, or carried along inside the skull."""
    gap = np.linalg.norm(skin.canonical[skin.near] - np.array(canonical), axis=1)
    at = skin.near[np.argsort(gap, kind="stable")[: 200 if inside else 1]]
    if not inside:
        return np.asarray(skin.place[at[0]])
    shift = (skin.place[at] - skin.canonical[at] * skin.scale).mean(axis=0)
    return np.asarray(np.array(canonical) * skin.scale + shift)


def _along(d: Floats, n: Floats) -> Floats:
    """Directions laid onto the skin's tangent planes."""
    return _unit(d - n * (d * n).sum(axis=1, keepdims=True))


def _unit(v: Floats) -> Floats:
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9))


def _join(parts: list[Growth], core: tuple[Floats, float]) -> Growth:
    """Several growths as one; curves with fewer points are resampled to the most."""
    most = max(p.curves.shape[1] for p in parts)

    def resample(curves: NDArray[np.float64]) -> Floats:
        at = np.linspace(0, curves.shape[1] - 1, most)
        low = np.minimum(at.astype(int), curves.shape[1] - 2)
        f = (at - low)[None, :, None]
        return np.asarray(curves[:, low] * (1 - f) + curves[:, low + 1] * f)

    roots = [p.roots for p in parts]
    names = ("corner", "share", "place", "normal", "canonical", "inside", "chance")
    joined = Roots(*(np.concatenate([getattr(r, name) for r in roots]) for name in names))
    # All but the last growth (wisps) are shuffled together, so that a prefix thins them alike.
    last = len(parts[-1].roots)
    order = np.random.Generator(np.random.PCG64(len(joined))).permutation(len(joined) - last)
    order = np.concatenate([order, np.arange(len(joined) - last, len(joined))])
    return Growth(
        take(joined, order),
        np.concatenate([resample(p.curves) for p in parts])[order],
        np.concatenate([p.width for p in parts])[order],
        np.concatenate([p.loose for p in parts])[order],
        np.concatenate([p.sway for p in parts])[order],
        core=core,
    )


__all__ = ["Growth", "style_of"]
