"""Ground outdoors: shore with its sea, street with its fronts, hill, field, snow and cliff, fine where people act.

The coarse profile is the one staging stands people on (``compiler.staging.places_ground``); a test holds them equal.
"""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Terrain
from runtime.previz.scene import Material, Mesh
from runtime.previz.sets.kit import F64, Kit
from runtime.previz.sets.street import build_street

WATERLINE, SEA_LEVEL = 9.0, -0.25
CLIFF_EDGE, CLIFF_DROP = 6.0, 24.0
ROAD_HALF, PAVEMENT = 3.3, 0.12


def build_terrain(terrain: Terrain) -> list[Mesh]:
    """Static meshes of the land: ``ground``, ``sea``, ``foam``, ``facades`` …"""
    match terrain.kind:
        case "none":
            return []
        case "shore":
            return [*_land(terrain, 104, 210.0), *_sea(terrain, WATERLINE - 2.5, SEA_LEVEL), *_foam(terrain)]
        case "cliff":
            return [*_land(terrain, 110, 160.0), *_sea(terrain, CLIFF_EDGE + 1.0, -CLIFF_DROP + 1.0)]
        case "street":
            return build_street(terrain)
        case _:
            return _land(terrain, 86, 260.0)


def height(terrain: Terrain, x: F64, z: F64) -> F64:
    """Coarse height in metres at (x, z), arrays."""
    yaw = np.radians(terrain.yaw)
    seaward = x * np.sin(yaw) + z * np.cos(yaw)
    match terrain.kind:
        case "shore":
            wet = -0.05 * (seaward - 4.0) - 0.3 * _smooth(10.0, 30.0, seaward)
            return np.where(seaward > 4.0, wet, 2.6 * _smooth(8.0, 28.0, -seaward))
        case "hill":
            return -7.0 * _smooth(6.0, 60.0, np.hypot(x, z))
        case "cliff":
            return -CLIFF_DROP * _smooth(CLIFF_EDGE, CLIFF_EDGE + 2.5, seaward)
        case "street":
            across = np.abs(x * np.cos(yaw) - z * np.sin(yaw))
            return np.where(across > ROAD_HALF, PAVEMENT, 0.0)
        case _:
            return np.zeros_like(x)


def fbm(x: F64, z: F64, seed: int, octaves: int = 4) -> F64:
    """Smooth value noise in about [-1, 1], summed over octaves; an integer hash, the same everywhere."""
    total, gain = np.zeros_like(x), 1.0
    for octave in range(octaves):
        xi, zi = np.floor(x).astype(np.int64), np.floor(z).astype(np.int64)
        fx, fz = x - xi, z - zi
        fx, fz = fx * fx * (3 - 2 * fx), fz * fz * (3 - 2 * fz)
        a, b = _hash(xi, zi, seed + octave), _hash(xi + 1, zi, seed + octave)
        c, d = _hash(xi, zi + 1, seed + octave), _hash(xi + 1, zi + 1, seed + octave)
        total += gain * ((a * (1 - fx) + b * fx) * (1 - fz) + (c * (1 - fx) + d * fx) * fz)
        x, z, gain = x * 2.03 + 17.1, z * 2.03 - 9.7, gain * 0.5
    return total


def _hash(x: np.ndarray, z: np.ndarray, seed: int) -> F64:
    h = (x * 374761393 + z * 668265263 + seed * 1442695041) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    unit: F64 = ((h ^ (h >> 16)) & 0xFFFF) / 32767.5 - 1.0
    return unit


def _land(terrain: Terrain, n: int, reach: float) -> list[Mesh]:
    """A height field whose cells grow from a hand's breadth at the origin to metres at the rim."""
    t = np.linspace(-1, 1, n)
    line = 9.0 * t + (reach - 9.0) * np.sign(t) * np.abs(t) ** 4
    u, v = np.meshgrid(line, line[::-1])
    yaw = np.radians(terrain.yaw)
    x, z = u * np.cos(yaw) + v * np.sin(yaw), -u * np.sin(yaw) + v * np.cos(yaw)
    far = np.hypot(u, v)
    y = height(terrain, x, z)
    rough = {"shore": 0.35, "hill": 0.6, "field": 0.5, "snow": 0.5, "cliff": 0.4}.get(terrain.kind, 0.3)
    y = y + rough * fbm(u * 0.09, v * 0.09, terrain.seed) * _smooth(7.0, 26.0, far)
    y = y + 0.012 * fbm(u * 1.3, v * 1.3, terrain.seed + 5)
    base = np.array(terrain.colour)
    tone = 1.0 + 0.18 * fbm(u * 0.35, v * 0.35, terrain.seed + 9)
    paint = base * tone[..., None]
    k = Kit(terrain.seed)
    material = {"shore": Material.SAND, "snow": Material.SNOW}.get(terrain.kind, Material.GRASS)
    attr = np.zeros((*u.shape, 4))
    if terrain.kind == "shore":
        wet = _smooth(WATERLINE - 4.2, WATERLINE - 1.0, v + 0.6 * fbm(u * 0.2, v * 0.05, terrain.seed + 2))
        attr[..., 0] = wet
        paint = paint * (1.0 - 0.62 * wet[..., None])
        y = y + 0.5 * np.maximum(fbm(u * 0.12, v * 0.2, terrain.seed + 3), 0) * _smooth(9.0, 18.0, -v)
        y = y + 0.01 * np.sin(v * 9 + 1.5 * np.sin(u * 0.9)) * (1 - wet) * _smooth(3.0, 6.0, far)
        clump = fbm(u * 0.3, v * 0.3, terrain.seed + 4) + 0.35 * fbm(u * 1.4, v * 1.4, terrain.seed + 6)
        grass = _smooth(-0.05, 0.55, clump) * _smooth(9.0, 14.0, -v)
        paint = paint + (np.array([0.1, 0.1, 0.05]) * tone[..., None] - paint) * grass[..., None]
    if terrain.kind == "cliff":
        steep = (v > CLIFF_EDGE - 0.3)[..., None]
        paint = np.where(steep, np.array([0.1, 0.095, 0.09]) * tone[..., None], paint)
    k.use(material, terrain.colour)
    k.sheet(np.stack([u, y, v], -1))
    part = k.parts[-1]
    part.rest, part.colour, part.attr = part.positions.copy(), np.clip(paint, 0, 1).reshape(-1, 3), attr.reshape(-1, 4)
    mesh = k.meshes("ground", yaw=terrain.yaw)[0]
    if terrain.kind == "cliff":
        mesh.material = np.where(v.reshape(-1)[mesh.faces].max(1) > CLIFF_EDGE, Material.ROCK, material).astype(
            np.uint8
        )
    return [mesh]


def _sea(terrain: Terrain, start: float, level: float) -> list[Mesh]:
    """Water from ``start`` metres seaward to the horizon, tessellated where the camera is near."""
    u = 12.0 * (t := np.linspace(-1, 1, 57)) + 1400.0 * np.sign(t) * np.abs(t) ** 4
    v = start + (s := np.linspace(0, 1, 45)) * 14.0 + 1700.0 * s**4
    gu, gv = np.meshgrid(u, v[::-1])
    k = Kit(terrain.seed)
    k.use(Material.WATER, (0.012, 0.03, 0.036))
    k.sheet(np.stack([gu, np.full_like(gu, level), gv], -1))
    mesh = k.meshes("sea", yaw=terrain.yaw)[0]
    mesh.normals[:] = (0.0, 1.0, 0.0)
    mesh.rest[:] = mesh.positions
    mesh.casts_shadow = False
    return [mesh]


def _foam(terrain: Terrain) -> list[Mesh]:
    """Lines of foam where small waves break and die on the sand: thin ribbons of broken width."""
    k = Kit(terrain.seed)
    u = np.concatenate([np.linspace(-60, -14, 40)[:-1], np.linspace(-14, 14, 121), np.linspace(14, 60, 40)[1:]])
    for i, (out, wide, white) in enumerate(
        ((WATERLINE + 0.25, 0.13, 0.5), (WATERLINE + 1.6, 0.2, 0.42), (WATERLINE + 4.4, 0.16, 0.3))
    ):
        line = out + 0.5 * fbm(u * 0.13, u * 0 + i, terrain.seed + i) + 0.12 * fbm(u * 0.9, u * 0 + i, terrain.seed + 7)
        half = wide * np.clip(0.45 + 0.9 * fbm(u * 0.55, u * 0 + 3.3 * i, terrain.seed + 11), 0.02, 1.4)
        y = np.maximum(SEA_LEVEL, -0.05 * (line - 4.0)) + 0.012
        grid = np.stack([np.stack([u, y, line + half], -1), np.stack([u, y, line - half], -1)])
        k.use(Material.SNOW, (white, white * 1.02, white * 1.04))
        k.sheet(grid)
    mesh = k.meshes("foam", yaw=terrain.yaw)[0]
    mesh.normals[:] = (0.0, 1.0, 0.0)
    mesh.casts_shadow = False
    return [mesh]


def _smooth(low: float, high: float, value: F64) -> F64:
    t: F64 = np.clip((value - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)
