"""Cars, vans and bicycles: bodies one can look into and wheels that turn by themselves. Front towards +z."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from compiler.staging.model import Piece
from runtime.previz.scene import Material
from runtime.previz.sets.kit import F64, GLOW, PANE, SOLID, Kit, Rgb

ROLL_RADIUS = 0.33
"""Metres of way per radian of a track's roll (``motion.things.WHEEL``)."""
Wheel = Callable[[Kit, float, float], None]
_RING = np.array(
    [[-0.9, 0.0], [-1.0, 0.1], [-1.0, 0.55], [-0.97, 0.75], [-0.88, 0.93], [-0.6, 1.0], [0.6, 1.0], [0.88, 0.93],
     [0.97, 0.75], [1.0, 0.55], [1.0, 0.1], [0.9, 0.0]]
)  # fmt: skip


def car_body(k: Kit, c: Rgb, piece: Piece) -> None:
    """A saloon of no make: lofted body, glasshouse with pillars, seats and a wheel inside, lamps, plates, seams."""
    z = np.array([-2.15, -2.12, -1.95, -1.7, -1.2, -0.6, 0.1, 0.7, 1.2, 1.7, 2.0, 2.1, 2.15])
    top = np.array([0.56, 0.76, 0.88, 0.92, 0.94, 0.94, 0.94, 0.93, 0.89, 0.82, 0.74, 0.66, 0.52])
    wide = np.array([0.72, 0.79, 0.84, 0.87, 0.885, 0.89, 0.89, 0.885, 0.88, 0.86, 0.81, 0.76, 0.68])
    _loft(k, c, z, top, wide, 0.22)
    _arches(k, ((-1.34, 0.4), (1.36, 0.4)), 0.885, 0.33)
    cab_z = np.array([-1.78, -1.22, -0.62, 0.1, 0.42, 1.06])
    cab_top = np.array([0.93, 1.3, 1.415, 1.42, 1.37, 0.92])
    cab_wide = np.array([0.72, 0.63, 0.62, 0.63, 0.635, 0.75])
    _glasshouse(k, cab_z, cab_top, cab_wide, 0.9, piece.open)
    k.use(Material.METAL, c, 0.2)
    k.box(0, 1.395, -0.26, 1.16, 0.035, 0.92, 0.016)
    for x in (-1.0, 1.0):
        _pillar(k, c, (x * 0.735, 0.92, 1.0), (x * 0.61, 1.4, 0.24), 0.034)
        _pillar(k, c, (x * 0.79, 0.92, -0.42), (x * 0.615, 1.4, -0.36), 0.045)
        _pillar(k, c, (x * 0.72, 0.92, -1.68), (x * 0.6, 1.39, -0.76), 0.055)
        _seams(k, x, ((-1.02, 0.3), (-0.42, 0.3), (0.62, 0.3)), 0.887, 0.92)
        k.use(Material.METAL, (0.35, 0.35, 0.36), 0.25)
        for zz in (-0.62, 0.18):
            k.box(x * 0.892, 0.78, zz, 0.02, 0.03, 0.17, 0.008)
        k.use(Material.METAL, c, 0.2)
        k.box(x * 0.93, 0.93, 0.74, 0.16, 0.11, 0.08, 0.03)
        k.use(Material.METAL, (0.02, 0.02, 0.022), 0.4)
        k.box(x * 0.875, 0.25, 0.0, 0.03, 0.09, 1.9, 0.01)
    _cabin(k, (0.08, -0.78), 0.36, 0.3)
    _lamps(k, piece.lit, front=2.09, rear=-2.12, half=0.6, height=0.58)
    k.use(Material.METAL, (0.02, 0.02, 0.022), 0.35)
    k.box(0, 0.46, 2.1, 0.7, 0.12, 0.07, 0.02)
    k.use(Material.METAL, (0.5, 0.5, 0.5), 0.2)
    for y in (0.485, 0.52, 0.555):
        k.box(0, y, 2.13, 0.66, 0.012, 0.02, 0.004)
    for zz in (2.12, -2.13):
        k.use(Material.METAL, (0.02, 0.02, 0.022), 0.5)
        k.box(0, 0.28, zz, 1.42, 0.13, 0.1, 0.04)
        k.use(Material.PAPER, (0.6, 0.58, 0.4))
        k.box(0, 0.32 if zz > 0 else 0.6, zz + (0.05 if zz > 0 else -0.012), 0.46, 0.1, 0.012, 0.003)


def taxi_body(k: Kit, c: Rgb, piece: Piece) -> None:
    """A saloon with a lit sign on its roof and a chequered band."""
    car_body(k, c, piece)
    if piece.lit:
        k.use(Material.EMISSIVE, (1.0, 0.82, 0.5), 1.4, GLOW)
    else:
        k.use(Material.PLASTIC, (0.5, 0.42, 0.25), 0.3)
    k.box(0, 1.435, -0.2, 0.44, 0.11, 0.13, 0.02)
    k.use(Material.METAL, (0.02, 0.02, 0.02), 0.5)
    k.box(0, 1.42, -0.2, 0.5, 0.02, 0.17, 0.006)
    for x in (-1.0, 1.0):
        for i in range(16):
            tone = (0.02, 0.02, 0.02) if i % 2 else (0.6, 0.58, 0.52)
            k.use(Material.PLASTIC, tone, 0.3)
            k.box(x * 0.889, 0.63, -0.9 + i * 0.1, 0.012, 0.05, 0.1, 0)
            k.use(Material.PLASTIC, (0.6, 0.58, 0.52) if i % 2 else (0.02, 0.02, 0.02), 0.3)
            k.box(x * 0.889, 0.68, -0.9 + i * 0.1, 0.012, 0.05, 0.1, 0)


def van_body(k: Kit, c: Rgb, piece: Piece) -> None:
    """A delivery van: a tall box with a short nose."""
    z = np.array([-2.4, -2.38, -2.0, -1.0, 0.4, 1.1, 1.35, 1.9, 2.25, 2.38, 2.42])
    top = np.array([2.0, 2.08, 2.14, 2.16, 2.16, 2.1, 1.3, 1.14, 1.0, 0.82, 0.6])
    wide = np.array([0.9, 0.94, 0.95, 0.96, 0.96, 0.955, 0.95, 0.93, 0.89, 0.84, 0.76])
    _loft(k, c, z, top, wide, 0.24)
    _arches(k, ((-1.5, 0.42), (1.62, 0.42)), 0.955, 0.36)
    k.use(Material.GLASS, (0.012, 0.014, 0.016), 0.06)
    k.quads([[(-0.8, 1.3, 1.375), (0.8, 1.3, 1.375), (0.72, 1.98, 1.16), (-0.72, 1.98, 1.16)]])
    for x in (-1.0, 1.0):
        corners = [(x * 0.966, 1.25, 1.2), (x * 0.966, 1.25, 0.45), (x * 0.955, 1.85, 0.45), (x * 0.955, 1.85, 1.02)]
        k.quads([corners if x < 0 else corners[::-1]])
    for x in (-1.0, 1.0):
        _seams(k, x, ((0.38, 0.3), (1.28, 0.3)), 0.957, 1.25)
        k.use(Material.METAL, (0.02, 0.02, 0.022), 0.5)
        k.box(x * 0.965, 0.62, -0.4, 0.02, 0.07, 3.4, 0.008)
        k.box(x * 1.05, 1.35, 1.22, 0.14, 0.26, 0.08, 0.03)
        k.box(x * 0.957, 1.3, -0.5, 0.012, 0.012, 1.7, 0)
    _lamps(k, piece.lit, front=2.33, rear=-2.39, half=0.68, height=0.72)
    k.use(Material.METAL, (0.02, 0.02, 0.022), 0.5)
    for zz in (2.38, -2.4):
        k.box(0, 0.3, zz, 1.66, 0.18, 0.12, 0.04)
    k.box(0, 0.24, -2.385, 0.012, 1.85, 0.012, 0)


def bicycle_body(k: Kit, c: Rgb, piece: Piece) -> None:
    """A roadster: diamond frame, mudguards, saddle, upright bars."""
    k.use(Material.METAL, c, 0.25)
    crank, seat, head = (0.0, 0.29, -0.08), (0.0, 0.84, -0.24), (0.0, 0.82, 0.36)
    rear, front = (0.0, 0.34, -0.54), (0.0, 0.34, 0.55)
    low = (0.0, 0.68, 0.4)
    for a, b in ((crank, seat), (seat, head), (crank, low), (head, low)):
        k.rod(a, b, 0.015)
    for x in (-0.055, 0.055):
        for a, b in ((crank, rear), (seat, rear)):
            k.rod(a, (x, b[1], b[2]), 0.008)
        k.rod((x, 0.68, 0.41), (x, front[1], front[2]), 0.01)
    k.use(Material.METAL, (0.35, 0.35, 0.36), 0.2)
    k.rod(head, (0, 0.98, 0.3), 0.012)
    k.sweep([(-0.28, 1.0, 0.12), (-0.27, 1.02, 0.26), (0, 0.98, 0.32), (0.27, 1.02, 0.26), (0.28, 1.0, 0.12)], 0.011)
    k.rod((-0.16, 0.29, -0.08), (0.16, 0.29, -0.08), 0.012)
    k.use(Material.PLASTIC, (0.015, 0.015, 0.015), 0.6)
    k.box(0.16, 0.2, -0.08, 0.09, 0.025, 0.07, 0.005)
    k.box(-0.16, 0.36, -0.08, 0.09, 0.025, 0.07, 0.005)
    for x in (-0.28, 0.28):
        k.rod((x, 1.0, 0.12), (x, 0.99, 0.02), 0.016)
    k.use(Material.PLASTIC, (0.05, 0.025, 0.012), 0.5)
    k.sweep([(0, 0.91, -0.4), (0, 0.92, -0.28), (0, 0.9, -0.12)], (0.085, 0.07, 0.025), 10)
    k.use(Material.METAL, (0.3, 0.3, 0.3), 0.3)
    k.rod(seat, (0, 0.9, -0.26), 0.013)


def tyre(k: Kit, radius: float, side: float) -> None:
    """A car's wheel about the origin, axle along x, its face outward to ``side``."""
    since = k.mark()
    r = radius / 0.33
    k.use(Material.PLASTIC, (0.014, 0.014, 0.015), 0.8)
    k.lathe(
        [
            (0.2 * r, -0.1),
            (0.3 * r, -0.1),
            (0.325 * r, -0.08),
            (0.33 * r, 0),
            (0.325 * r, 0.08),
            (0.3 * r, 0.1),
            (0.2 * r, 0.1),
        ],
        sides=26,
    )
    k.use(Material.METAL, (0.1, 0.1, 0.105), 0.5)
    k.lathe([(0.205 * r, 0.03), (0.05 * r, 0.04), (0, 0.04)], sides=16)
    k.use(Material.METAL, (0.4, 0.4, 0.41), 0.25)
    k.lathe([(0.185 * r, 0.085), (0.21 * r, 0.1), (0.215 * r, 0.085)], sides=22)
    k.lathe([(0.055 * r, 0.05), (0.05 * r, 0.088), (0, 0.092)], sides=12)
    for i in range(5):
        spoke = k.mark()
        k.box(0.12 * r, 0.06, 0, 0.15 * r, 0.03, 0.05 * r, 0.008)
        k.turn(spoke, 1, 72.0 * i)
    k.turn(since, 2, -90.0 * side)


def spoked(k: Kit, radius: float, side: float) -> None:
    """A bicycle's wheel about the origin."""
    since = k.mark()
    a = np.linspace(0, 2 * np.pi, 33)
    k.use(Material.PLASTIC, (0.015, 0.015, 0.016), 0.7)
    k.sweep(np.stack([radius * np.cos(a), 0 * a, radius * np.sin(a)], 1), 0.018, 8)
    k.use(Material.METAL, (0.4, 0.4, 0.41), 0.2)
    k.sweep(np.stack([(radius - 0.025) * np.cos(a), 0 * a, (radius - 0.025) * np.sin(a)], 1), 0.009, 6)
    for i in range(14):
        t = 2 * np.pi * i / 14
        lift = 0.025 if i % 2 else -0.025
        k.rod(
            (0.02 * np.cos(t + 1), lift, 0.02 * np.sin(t + 1)), (0.31 * np.cos(t), 0, 0.31 * np.sin(t)), 0.0022, sides=4
        )
    k.rod((0, -0.05, 0), (0, 0.05, 0), 0.018)
    k.turn(since, 2, -90.0 * side)


def _loft(k: Kit, c: Rgb, z: F64, top: F64, wide: F64, low: float) -> None:
    body = np.stack(
        [
            _RING[None, :, 0] * wide[:, None],
            low + _RING[None, :, 1] * (top - low)[:, None],
            np.broadcast_to(z[:, None], (len(z), len(_RING))),
        ],
        -1,
    )
    k.use(Material.METAL, c, 0.2)
    k.sheet(body[::-1])
    n = len(_RING)
    for end in (0, -1):
        flat = np.tile([0, 0, -1.0 if end == 0 else 1.0], (n, 1))
        k.add(body[end], flat, np.array([(0, i, i + 1) for i in range(1, n - 1)]))
    k.use(Material.METAL, (0.012, 0.012, 0.013), 0.7)
    k.box(0, low - 0.04, float(z.mean()), float(wide.max()) * 1.6, 0.05, float(np.ptp(z)) * 0.96, 0.01)


def _arches(k: Kit, wheels: tuple[tuple[float, float], ...], half: float, y: float) -> None:
    """Dark half discs on the flanks, where the wheels stand in the body."""
    for x in (-1.0, 1.0):
        for z, r in wheels:
            since = k.mark()
            k.use(Material.PLASTIC, (0.008, 0.008, 0.009), 0.9)
            k.lathe([(r, 0.0), (0, 0.0)], sides=26)
            k.turn(since, 2, -90.0 * x)
            k.shift(since, x * (half + 0.004), y + 0.02, z)


def _glasshouse(k: Kit, z: F64, top: F64, wide: F64, low: float, clear: bool) -> None:
    """Windows all round: dark and shining, or ``clear`` when there is somebody to be seen behind them."""
    ring = np.array([[-1.22, 0.0], [-1.0, 0.9], [-0.9, 0.99], [0.9, 0.99], [1.0, 0.9], [1.22, 0.0]])
    cab = np.stack(
        [
            np.clip(ring[None, :, 0] * wide[:, None], -0.83, 0.83),
            low + ring[None, :, 1] * (top - low)[:, None],
            np.broadcast_to(z[:, None], (len(z), 6)),
        ],
        -1,
    )
    if clear:
        k.use(Material.PANE, (0.03, 0.035, 0.04), 0.05, PANE)
    else:
        k.use(Material.GLASS, (0.012, 0.014, 0.016), 0.08)
    k.sheet(cab[::-1])


def _pillar(k: Kit, c: Rgb, a: tuple[float, float, float], b: tuple[float, float, float], r: float) -> None:
    k.use(Material.METAL, c, 0.2)
    k.rod(a, b, r, r * 0.85, sides=6)


def _seams(k: Kit, x: float, lines: tuple[tuple[float, float], ...], half: float, top: float) -> None:
    k.use(Material.METAL, (0.01, 0.01, 0.011), 0.8)
    for z, low in lines:
        k.box(x * half, low, z, 0.008, top - low - 0.02, 0.008, 0)


def _cabin(k: Kit, rows: tuple[float, ...], wide: float, floor: float) -> None:
    """Seats, dashboard and steering wheel (on the left): dark, but there."""
    k.use(Material.FABRIC, (0.03, 0.028, 0.026), 0.2)
    for z in rows:
        for x in (-wide, wide):
            k.box(x, floor + 0.02, z, 0.5, 0.16, 0.5, 0.05)
            since = k.mark()
            k.box(x, floor + 0.16, z - 0.24, 0.48, 0.62, 0.12, 0.05)
            k.turn(since, 0, -12.0, (x, floor + 0.16, z - 0.24))
    k.use(Material.PLASTIC, (0.018, 0.018, 0.02), 0.6)
    k.box(0, 0.72, 0.72, 1.4, 0.22, 0.3, 0.06)
    since = k.mark()
    a = np.linspace(0, 2 * np.pi, 25)
    k.sweep(np.stack([0.18 * np.cos(a), 0 * a, 0.18 * np.sin(a)], 1), 0.014, 6)
    k.turn(since, 0, -62.0)
    k.shift(since, wide, 0.92, 0.5)


def _lamps(k: Kit, lit: bool, front: float, rear: float, half: float, height: float) -> None:
    for x in (-half, half):
        if lit:
            k.use(Material.EMISSIVE, (1.0, 0.9, 0.7), 8.0, GLOW)
        else:
            k.use(Material.METAL, (0.55, 0.55, 0.56), 0.08, SOLID)
        k.box(x, height, front, 0.28, 0.13, 0.07, 0.03)
        if lit:
            k.use(Material.EMISSIVE, (1.0, 0.05, 0.02), 2.6, GLOW)
        else:
            k.use(Material.PLASTIC, (0.16, 0.008, 0.008), 0.2, SOLID)
        k.box(x * 1.08, height + 0.1, rear, 0.26, 0.12, 0.05, 0.02)
        k.use(Material.PLASTIC, (0.4, 0.14, 0.01), 0.25, SOLID)
        k.box(x * 1.24, height, front - 0.03, 0.07, 0.1, 0.06, 0.02)


_CAR_WHEELS = tuple(((x, 0.33, z), 0.33, tyre) for x in (-0.8, 0.8) for z in (-1.34, 1.36))
_VAN_WHEELS = tuple(((x, 0.36, z), 0.36, tyre) for x in (-0.86, 0.86) for z in (-1.5, 1.62))
_CYCLE_WHEELS = tuple(((0.0, 0.34, z), 0.34, spoked) for z in (-0.54, 0.55))
BODIES: Mapping[str, Callable[[Kit, Rgb, Piece], None]] = {
    "car": car_body, "taxi": taxi_body, "van": van_body, "bicycle": bicycle_body,
}  # fmt: skip
WHEELS: Mapping[str, tuple[tuple[tuple[float, float, float], float, Wheel], ...]] = {
    "car": _CAR_WHEELS, "taxi": _CAR_WHEELS, "van": _VAN_WHEELS, "bicycle": _CYCLE_WHEELS,
}  # fmt: skip


def _standing(kind: str) -> Callable[[Kit, Rgb, Piece], None]:
    def draw(k: Kit, c: Rgb, piece: Piece) -> None:
        BODIES[kind](k, c, piece)
        for hub, radius, wheel in WHEELS[kind]:
            since = k.mark()
            wheel(k, radius, 1.0 if hub[0] >= 0 else -1.0)
            k.shift(since, *hub)

    return draw


PIECES = {kind: _standing(kind) for kind in BODIES}
"""Vehicles that stand in a set, wheels and all."""
