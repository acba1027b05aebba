"""Things that stand outdoors: trees, houses, a lighthouse, rocks, fences, cars, boats."""

from __future__ import annotations

import itertools

import numpy as np

from compiler.staging.model import Piece
from runtime.previz.scene import Material
from runtime.previz.sets.kit import GLOW, Kit, Rgb, icosphere, smooth_normals


def fence(k: Kit, c: Rgb, piece: Piece) -> None:
    """Weathered posts, no two upright, with two rails."""
    k.use(Material.WOOD, c)
    xs = np.linspace(-2.9, 2.9, 6)
    tops = []
    for x in xs:
        since = k.mark()
        h = k.rng.uniform(0.95, 1.1)
        k.use(Material.WOOD, tuple(np.array(c) * k.rng.uniform(0.8, 1.2)))
        k.rod((x, -0.25, 0), (x, h, 0), 0.055, 0.045, 7)
        k.turn(since, 2, k.rng.normal() * 3.0, (x, 0, 0))
        k.turn(since, 0, k.rng.normal() * 3.0, (x, 0, 0))
        tops.append(h)
    for i in range(5):
        for y in (0.42, 0.82):
            sag = k.rng.normal() * 0.03
            k.use(Material.WOOD, tuple(np.array(c) * k.rng.uniform(0.8, 1.1)))
            k.rod((xs[i] - 0.08, y + sag, 0.055), (xs[i + 1] + 0.08, y - sag, 0.055), 0.026, 0.022, 5)


def lamp_post(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.METAL, c, 0.45)
    k.lathe(
        [(0.14, 0), (0.15, 0.05), (0.12, 0.3), (0.085, 0.5), (0.09, 0.54), (0.06, 0.6), (0.045, 3.6), (0.05, 3.8)],
        sides=14,
    )
    k.sweep([(0, 3.75, 0), (0.05, 4.05, 0), (0.2, 4.2, 0), (0.36, 4.2, 0), (0.42, 4.12, 0)], 0.025, 7)
    k.lathe([(0.19, 4.0 - 0.02), (0.17, 4.05), (0.05, 4.13), (0, 4.14)], (0.42, 0, 0), 16)
    k.use(Material.EMISSIVE, (1.0, 0.72, 0.4), 9.0 if piece.lit else 0.0, GLOW)
    k.ball(0.42, 3.955, 0, 0.095, 14)


def tree(k: Kit, c: Rgb, piece: Piece) -> None:
    """A broad tree or a fir, by seed: bent trunk, boughs, clumps of leaves; fewer of them far from the acting ground."""
    near = np.hypot(piece.position[0], piece.position[2]) < 8.5
    k.use(Material.WOOD, (0.055, 0.04, 0.03))
    if piece.seed % 3 == 0:
        _fir(k, c, near)
        return
    sway = k.rng.normal(size=2) * 0.22
    t = np.linspace(0, 1, 7)
    trunk = np.stack([sway[0] * t**2, -0.3 + 3.9 * t, sway[1] * t**2], 1)
    k.sweep(trunk, 0.17 * (1 - 0.62 * t) + 0.06 * np.exp(-t * 14), 9 if near else 6)
    clumps = 9 if near else 5
    for i in range(clumps):
        a = i * 2.4 + k.rng.uniform(0, 0.8)
        start = trunk[3 + i % 3]
        reach, rise = k.rng.uniform(0.7, 1.5), k.rng.uniform(1.0, 2.4)
        end = start + np.array([np.sin(a) * reach, rise, np.cos(a) * reach])
        mid = start + np.array([np.sin(a) * reach * 0.6, rise * 0.35, np.cos(a) * reach * 0.6])
        k.use(Material.WOOD, (0.055, 0.04, 0.03))
        k.sweep(np.stack([start, mid, end]), (0.06, 0.04, 0.015), 5)
        _leaves(k, c, end, k.rng.uniform(0.7, 1.15), 2 if near else 1)
    _leaves(k, c, trunk[-1] + np.array([0, 1.5, 0]), 1.25, 2 if near else 1)


def _fir(k: Kit, c: Rgb, near: bool) -> None:
    k.rod((0, -0.3, 0), (0, 6.3, 0), 0.16, 0.02, 8)
    tiers = 12 if near else 8
    sides = 18 if near else 10
    for i in range(tiers):
        t = i / (tiers - 1)
        y, r = 1.0 + 4.9 * t, 1.75 * (1 - t) ** 0.85 + 0.16
        drop = 0.5 * (1 - t) + 0.15
        a = np.linspace(0, 2 * np.pi, sides + 1)
        jag = 1 + 0.22 * np.cos(a * (sides // 2) + i) + 0.1 * k.rng.normal(size=sides + 1)
        jag[-1] = jag[0]
        ring = np.stack([np.sin(a) * r * jag, y - drop * (0.6 + 0.4 * jag), np.cos(a) * r * jag], 1)
        inner = np.stack([np.sin(a) * 0.05, np.full_like(a, y + 0.55), np.cos(a) * 0.05], 1)
        k.use(Material.FOLIAGE, tuple(np.array(c) * k.rng.uniform(0.6, 1.0) * [0.8, 1.0, 0.9]), layer="leaves")
        k.sheet(np.stack([ring, (ring + inner) / 2 + [0, -0.05, 0], inner])[::-1][:, ::-1])


def _leaves(k: Kit, c: Rgb, at: np.ndarray, r: float, detail: int) -> None:
    """A dark mass of foliage with sprays of leaves standing off it, which break its outline."""
    points, faces = icosphere(detail)
    bump = 1 + 0.24 * k.rng.normal(size=len(points)).clip(-1.3, 1.3)
    p = points * bump[:, None] * r * [0.9, 0.62, 0.9] + at
    tone = k.rng.uniform(0.6, 1.35)
    k.use(Material.FOLIAGE, tuple(np.array(c) * tone * 0.7))
    k.add(p, smooth_normals(p, faces), faces, oriented=False)
    n = 95 if detail > 1 else 26
    out = k.rng.normal(size=(n, 3))
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    middle = at + out * r * k.rng.uniform(0.85, 1.3, (n, 1)) * [1.0, 0.75, 1.0]
    along = k.rng.normal(size=(n, 3)) + out * 0.6 - [0.0, 0.35, 0.0]
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(along, k.rng.normal(size=(n, 3)))
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-9)
    long = k.rng.uniform(0.1, 0.24, (n, 1)) * (1.0 if detail > 1 else 1.7)
    leaf = np.stack(
        [middle - along * long, middle + side * long * 0.45, middle + along * long, middle - side * long * 0.45], 1
    )
    k.use(Material.FOLIAGE, tuple(np.array(c) * tone * 1.2), layer="leaves")
    k.quads(leaf)
    k.parts[-1].normals = np.repeat(out, 4, 0)


def bush(k: Kit, c: Rgb, piece: Piece) -> None:
    """A tuft of dune grass and twigs."""
    n = 70
    a, lean = k.rng.uniform(0, 2 * np.pi, n), k.rng.uniform(0.08, 0.55, n)
    root = k.rng.normal(size=(n, 2)) * 0.16
    tall = k.rng.uniform(0.4, 0.85, n)
    for i in range(n):
        t = np.array([0.0, 0.4, 0.75, 1.0])
        reach = lean[i] * t**1.8
        y = tall[i] * (t - 0.15 * t**3) - 0.03
        line = np.stack([root[i, 0] + np.sin(a[i]) * reach, y, root[i, 1] + np.cos(a[i]) * reach], 1)
        half = np.array([0.008, 0.009, 0.006, 0.0006])[:, None] * np.array([np.cos(a[i]), 0, -np.sin(a[i])])
        k.use(Material.FOLIAGE, tuple(np.array(c) * k.rng.uniform(0.6, 1.8)), layer="leaves")
        k.sheet(np.stack([line - half, line + half], 1))


def house(k: Kit, c: Rgb, piece: Piece) -> None:
    """A small plastered house: gabled slate roof, chimney, door, four windows of which one is lit."""
    k.use(Material.PLASTER, c)
    k.box(0, -1.2, 0, 6.0, 3.95, 4.4, 0.02)
    k.prism([(-2.2, 2.75), (2.2, 2.75), (0, 4.55)], 6.0)
    k.turn(k.mark() - 3, 1, 90.0)
    for side in (-1.0, 1.0):
        k.use(Material.STONE, (0.045, 0.048, 0.055))
        slope = np.degrees(np.arctan2(1.8, 2.2))
        for row in range(7):
            start = k.mark()
            k.box(0, 0, 0, 6.5, 0.045, 0.46, 0.008)
            k.turn(start, 0, slope + 2.5)
            t = (row + 0.5) / 7
            k.shift(start, y=2.62 + 1.98 * t, z=2.5 - 2.5 * t)
            if side < 0:
                k.turn(start, 1, 180.0)
    k.use(Material.STONE, (0.13, 0.1, 0.085))
    k.box(-1.9, 3.5, 0.0, 0.62, 1.5, 0.62, 0.02)
    k.box(-1.9, 5.0, 0.0, 0.72, 0.1, 0.72, 0.02)
    k.box(0, -1.3, 0, 6.1, 1.45, 4.5, 0.02)
    k.use(Material.WOOD, (0.06, 0.1, 0.11))
    k.box(-0.4, 0.0, 2.2, 0.95, 2.05, 0.09, 0.012)
    k.use(Material.STONE, (0.2, 0.19, 0.18))
    k.box(-0.4, -0.2, 2.5, 1.5, 0.2, 0.7, 0.03)
    for x, lit in ((1.3, piece.lit), (-2.0, False)):
        _house_window(k, x, 1.0, 2.21, lit)
    for side in (-1.0, 1.0):
        start = k.mark()
        _house_window(k, 0.9 * side, 1.0, 3.01, piece.lit)
        k.turn(start, 1, 90.0 * side)


def _house_window(k: Kit, x: float, y: float, z: float, lit: bool) -> None:
    w, h = 0.95, 1.15
    k.use(Material.WOOD, (0.5, 0.48, 0.43))
    for sx in (-w / 2, 0.0, w / 2):
        k.box(x + sx, y, z + 0.02, 0.07 if sx else 0.045, h, 0.08, 0.008)
    for sy in (0.0, h * 0.5, h - 0.06):
        k.box(x, y + sy, z + 0.02, w, 0.06 if sy != h * 0.5 else 0.04, 0.075, 0.008)
    k.box(x, y - 0.07, z + 0.06, w + 0.2, 0.07, 0.2, 0.012)
    pane = [
        [
            (x - w / 2, y, z + 0.012),
            (x + w / 2, y, z + 0.012),
            (x + w / 2, y + h, z + 0.012),
            (x - w / 2, y + h, z + 0.012),
        ]
    ]
    if lit:
        k.use(Material.EMISSIVE, (1.0, 0.58, 0.24), 2.4, GLOW)
        k.quads(pane)
        # Curtains inside darken its sides, so the light reads as a room and not as a panel.
        k.use(Material.EMISSIVE, (0.8, 0.32, 0.1), 0.9, GLOW)
        for side in (-1.0, 1.0):
            a, b = sorted((x + side * w / 2, x + side * w * 0.27))
            k.quads([[(a, y, z + 0.016), (b, y, z + 0.016), (b, y + h, z + 0.016), (a, y + h, z + 0.016)]])
    else:
        k.use(Material.GLASS, (0.015, 0.018, 0.024), 0.08)
        k.quads(pane)


def lighthouse(k: Kit, c: Rgb, piece: Piece) -> None:
    red = (0.32, 0.035, 0.03)
    edges = np.linspace(0.0, 12.6, 6)
    for i, (a, b) in enumerate(itertools.pairwise(edges)):
        k.use(Material.PLASTER, c if i % 2 == 0 else red)
        k.lathe([(2.3 - 0.075 * a, a - (1.0 if i == 0 else 0)), (2.3 - 0.075 * b, b)], sides=32)
    k.use(Material.METAL, (0.04, 0.04, 0.045), 0.5)
    k.lathe([(1.35, 12.5), (1.8, 12.75), (1.8, 12.9), (0.0, 12.9)], sides=32)
    for y in (13.35, 13.8):
        a = np.linspace(0, 2 * np.pi, 33)
        k.sweep(np.stack([1.74 * np.sin(a), 0 * a + y, 1.74 * np.cos(a)], 1), 0.022, 5)
    for i in range(16):
        a = i * np.pi / 8
        k.rod((1.74 * np.sin(a), 12.9, 1.74 * np.cos(a)), (1.74 * np.sin(a), 13.8, 1.74 * np.cos(a)), 0.02, sides=5)
    for i in range(10):
        a = i * np.pi / 5
        k.rod((1.08 * np.sin(a), 12.9, 1.08 * np.cos(a)), (1.08 * np.sin(a), 15.5, 1.08 * np.cos(a)), 0.035, sides=5)
    k.lathe([(1.3, 15.4), (1.25, 15.5), (0.7, 16.2), (0.15, 16.6), (0.12, 16.7), (0.2, 16.8), (0, 17.0)], sides=24)
    k.use(Material.EMISSIVE, (1.0, 0.85, 0.58), 10.0 if piece.lit else 0.0, GLOW)
    k.ball(0, 14.3, 0, 0.55, 16, 1.3)
    k.use(Material.WOOD, (0.05, 0.06, 0.07))
    k.box(0, 0, 2.28, 1.0, 2.1, 0.14, 0.02)
    k.use(
        Material.EMISSIVE if piece.lit else Material.GLASS,
        (1.0, 0.6, 0.28) if piece.lit else (0.02, 0.02, 0.02),
        1.5,
        GLOW if piece.lit else "",
    )
    k.quads([[(-0.3, 5.0, 1.96), (0.3, 5.0, 1.96), (0.3, 5.9, 1.89), (-0.3, 5.9, 1.89)]])


def rock(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.ROCK, c)
    k.boulder(0, 0.22, 0, (1.6, 1.3, 1.3), 3)
    k.boulder(0.72, 0.04, 0.36, (0.5, 0.4, 0.42), 2)


def rocks(k: Kit, c: Rgb, piece: Piece) -> None:
    """A reef: one big rock, its fellows, and a litter of stones."""
    for i, (x, z, s) in enumerate(
        ((-0.9, 0.0, 2.4), (0.9, -0.5, 1.9), (1.9, 0.5, 1.2), (-2.0, 0.7, 1.1), (0.2, 0.9, 0.9))
    ):
        k.use(Material.ROCK, tuple(np.array(c) * k.rng.uniform(0.75, 1.2)))
        k.boulder(x, 0.12 * s, z, (s, s * k.rng.uniform(0.7, 1.1), s * k.rng.uniform(0.7, 0.95)), 3 if i < 2 else 2)
    for _ in range(9):
        a, r, s = k.rng.uniform(0, 6.28), k.rng.uniform(1.4, 2.6), k.rng.uniform(0.15, 0.45)
        k.use(Material.ROCK, tuple(np.array(c) * k.rng.uniform(0.7, 1.4)))
        k.boulder(np.sin(a) * r, 0.02, np.cos(a) * r * 0.6, (s * 1.3, s * 0.8, s), 1)


def cliff(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.ROCK, c)
    for i in range(8):
        x = -11 + i * 3.1
        k.boulder(
            x,
            2.2,
            k.rng.uniform(-2, 2),
            (k.rng.uniform(6, 9), k.rng.uniform(9, 15), k.rng.uniform(7, 10)),
            3 if i % 2 else 2,
        )


def boat(k: Kit, c: Rgb, piece: Piece) -> None:
    """A clinker rowing boat, bow towards +z."""
    z = np.linspace(-1.75, 1.8, 13)
    t = np.clip((z + 1.75) / 3.55, 0, 1)
    beam = 0.66 * np.sin(np.pi * np.clip(0.28 + 0.72 * t, 0, 1)) ** 0.7 + 0.01
    keel = 0.04 + 0.3 * np.clip(t - 0.75, 0, 1) ** 2 * 8
    gunwale = 0.5 + 0.1 * (2 * t - 1) ** 2
    a = np.linspace(-1, 1, 11)
    x = np.sign(a)[None] * np.abs(a[None]) ** 0.6 * beam[:, None]
    y = keel[:, None] + (gunwale - keel)[:, None] * np.abs(a[None]) ** 1.8
    hull = np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], -1)
    k.use(Material.WOOD, c, layer="cloth")
    k.sheet(hull[:, ::-1])
    k.use(Material.WOOD, (0.2, 0.12, 0.07))
    for side in (0, -1):
        k.sweep(hull[:, side], 0.024, 6)
    for zz in (-0.9, 0.1, 0.95):
        w = float(np.interp(zz, z, beam)) * 1.8
        k.box(0, 0.36, zz, w, 0.03, 0.22, 0.006)
    k.box(0, 0.1, -1.74, 0.9, 0.42, 0.035, 0.005, taper=0.5)


def grave(k: Kit, c: Rgb, piece: Piece) -> None:
    k.use(Material.STONE, c)
    a = np.linspace(0, np.pi, 12)
    arch = np.stack([0.28 * np.cos(a), 0.6 + 0.28 * np.sin(a)], 1)
    since = k.mark()
    k.prism(np.concatenate([[[-0.28, -0.2], [0.28, -0.2]], arch]), 0.12)
    k.turn(since, 0, -4.0)
    k.box(0, 0, 0, 0.7, 0.09, 0.28, 0.02)


PIECES = {
    "fence": fence, "lamp post": lamp_post, "tree": tree, "bush": bush, "house": house,
    "lighthouse": lighthouse, "rock": rock, "rocks": rocks, "cliff": cliff, "boat": boat, "grave": grave,
}  # fmt: skip
