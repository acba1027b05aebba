"""A city street: wet asphalt, kerbs, pavements and two rows of house fronts with some windows lit."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Terrain
from runtime.previz.scene import Material, Mesh
from runtime.previz.sets.kit import GLOW, Kit, rotation

ROAD_HALF, PAVEMENT = 3.3, 0.12
FRONT = 6.4
"""Metres from the middle of the road to the house fronts."""
_BRICKS = (
    (0.16, 0.075, 0.05),
    (0.2, 0.17, 0.13),
    (0.12, 0.11, 0.105),
    (0.23, 0.2, 0.15),
    (0.13, 0.07, 0.055),
    (0.09, 0.1, 0.1),
)


def build_street(terrain: Terrain) -> list[Mesh]:
    """Runs along the terrain's yaw, both ways from the origin; closed to the south, and far off to the north by a low
    house, over which the sky stands."""
    meshes: list[Mesh] = []
    road = Kit(terrain.seed)
    z = np.concatenate([np.linspace(45, 10, 8), np.linspace(8, -20, 15), np.linspace(-26, -95, 12)])
    x = np.linspace(-ROAD_HALF, ROAD_HALF, 9)
    gx, gz = np.meshgrid(x, z)
    grid = np.stack([gx, 0.02 * (1 - (gx / ROAD_HALF) ** 2) * 0.0 + 0 * gx, gz], -1)
    road.use(Material.ASPHALT, terrain.colour, 0.65)
    road.sheet(grid, grid)
    road.use(Material.ASPHALT, (0.3, 0.29, 0.26), 0.3)
    marks = [
        [(-0.06, 0.004, a), (0.06, 0.004, a), (0.06, 0.004, a - 1.6), (-0.06, 0.004, a - 1.6)]
        for a in np.arange(40.0, -90.0, -4.0)
    ]
    road.quads(marks)
    for side in (-1.0, 1.0):
        road.use(Material.STONE, (0.2, 0.195, 0.185))
        road.box(side * (ROAD_HALF + 0.07), 0, -25, 0.14, PAVEMENT, 140, 0.015)
        road.use(Material.STONE, (0.105, 0.102, 0.096), 0.8)
        a, b = sorted((side * (ROAD_HALF + 0.14), side * FRONT))
        slab = [
            [(a, PAVEMENT, c), (b, PAVEMENT, c), (b, PAVEMENT, c - 7), (a, PAVEMENT, c - 7)]
            for c in np.arange(45.0, -95.0, -7.0)
        ]
        road.quads(slab)
    meshes += road.meshes("ground", yaw=terrain.yaw)
    rng = np.random.default_rng((terrain.seed & 0x7FFFFFFF) + 3)
    for side in (-1.0, 1.0):
        at, number = 30.0, 0
        while at > -80.0:
            wide, floors = float(rng.uniform(7.0, 11.0)), int(rng.integers(3, 6))
            front = Kit(int(rng.integers(1 << 30)))
            _front(front, wide, floors)
            meshes += front.meshes(
                f"facade.{'w' if side < 0 else 'e'}{number}", (side * FRONT, 0.0, at - wide / 2), -90.0 * side
            )
            at -= wide
            number += 1
    for side in (-1.0, 1.0):
        near = Kit(terrain.seed + (11 if side < 0 else 12))
        _front(near, 16.0, 4)
        meshes += near.meshes(f"facade.{'w' if side < 0 else 'e'}s", (side * FRONT, 0.0, 38.0), -90.0 * side)
    south = Kit(terrain.seed + 13)
    _front(south, 18.0, 3)
    meshes += south.meshes("facade.south", (0.0, 0.0, 46.0), 180.0)
    end = Kit(terrain.seed + 5)
    _front(end, 18.0, 1)
    meshes += end.meshes("facade.end", (0.0, 0.0, -82.0), 0.0)
    if terrain.yaw:
        m = rotation(1, terrain.yaw).astype(np.float32)
        for mesh in meshes:
            if mesh.name.startswith("facade"):
                mesh.positions, mesh.normals = mesh.positions @ m.T, mesh.normals @ m.T
    return meshes


def _front(k: Kit, wide: float, floors: int) -> None:
    """One house front facing +z with its wall at z = 0: ground floor, windows with sills and lintels, cornice."""
    brick = np.array(_BRICKS[int(k.rng.integers(len(_BRICKS)))]) * k.rng.uniform(0.75, 1.1)
    high = 3.4 + floors * 3.0
    k.use(Material.STONE, tuple(brick), 0.7)
    k.box(0, 0, -3.0, wide, high, 6.0, 0.03)
    k.use(Material.STONE, tuple(brick * 1.25 + 0.02))
    k.box(0, high - 0.35, 0.08, wide, 0.3, 0.42, 0.04)
    k.box(0, 3.25, 0.03, wide, 0.22, 0.16, 0.03)
    columns = max(2, int(wide / 2.3))
    for i in range(columns):
        x = (i + 0.5) / columns * wide - wide / 2
        for floor in range(floors):
            y = 4.15 + floor * 3.0
            lit = k.rng.random() < 0.2
            _window(k, x, y, 1.05, 1.65, lit, brick)
        if i == 0:
            k.use(Material.WOOD, (0.05, 0.035, 0.03))
            k.box(x, 0.12, 0.0, 1.1, 2.4, 0.1, 0.02)
            k.use(Material.STONE, tuple(brick * 1.3 + 0.02))
            k.box(x, 2.55, 0.06, 1.5, 0.2, 0.25, 0.02)
        else:
            _window(k, x, 0.95, 1.5, 1.75, k.rng.random() < 0.16, brick)


def _window(k: Kit, x: float, y: float, w: float, h: float, lit: bool, brick: np.ndarray) -> None:
    k.use(Material.STONE, tuple(brick * 1.3 + 0.025))
    k.box(x, y - 0.12, 0.05, w + 0.24, 0.12, 0.2, 0)
    k.box(x, y + h, 0.02, w + 0.2, 0.2, 0.1, 0)
    k.use(Material.WOOD, (0.3, 0.29, 0.26))
    for sx in (-w / 2, w / 2):
        k.box(x + sx, y, 0.02, 0.08, h, 0.07, 0)
    k.box(x, y, 0.02, 0.05, h, 0.06, 0)
    k.box(x, y + h * 0.62, 0.02, w, 0.05, 0.06, 0)
    if lit:
        warm = np.array([1.0, 0.58, 0.25]) * k.rng.uniform(0.55, 1.1)
        if k.rng.random() < 0.2:
            warm = np.array([0.45, 0.62, 1.0]) * 0.6
        k.use(Material.EMISSIVE, tuple(warm), 0.9, GLOW)
    else:
        k.use(Material.GLASS, (0.012, 0.015, 0.02), 0.1)
    k.quads([[(x - w / 2, y, 0.015), (x + w / 2, y, 0.015), (x + w / 2, y + h, 0.015), (x - w / 2, y + h, 0.015)]])
