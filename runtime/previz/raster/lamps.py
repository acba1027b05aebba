"""Lights as a table of numbers, and the shadow maps they cast, static geometry's kept between frames."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import Light, LightKind
from runtime.previz.raster.cover import draw, visible
from runtime.previz.raster.pack import CASTS, GHOST, HAIR, PERSON, Packed, Packer, Span
from runtime.previz.raster.views import CUBE, frame, parallel, perspective
from runtime.previz.scene import F32, FrameScene

F64 = NDArray[np.float64]

KIND, RGB, POSITION, DIRECTION, OUTER, INNER, RADIUS, PEOPLE, MAP, FACES, HERO, VOLUME = (
    0,
    1,
    4,
    7,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
    17,
)
"""Columns of the light table."""
OFFSET, SIZE, FAR, TEXEL = 16, 17, 18, 19
"""Columns of the map table after the 4×4 view: place in the atlas, side, far plane (parallel, else 0), texel size."""
_CUBE, _WIDE, _FITTED = 320, 1024, 1024
_SPREAD = 1.0 + 3.0 / _CUBE
"""Cube faces see a texel and a half past their edges, so that filters find neighbours."""


@dataclass(slots=True)
class ShadowCache:
    """Geometry layout and shadow depths of what stands still, from one frame to the next.

    Hand the same object to every frame of a window; it never changes what a frame looks like, only its cost.
    """

    packer: Packer = field(default_factory=Packer)
    maps: dict[tuple[bytes, int, float], F32] = field(default_factory=dict)
    """Depths of static casters by view and size."""
    fitted: dict[tuple[bytes, int, float], F32] = field(default_factory=dict)
    """The same for views that follow the hero: only the last two, since they seldom come back once they have moved."""
    generation: int = -1
    buffers: dict[str, NDArray[Any]] = field(default_factory=dict)
    grain: list[int] = field(default_factory=list)
    grain_of: int = -2


@dataclass(slots=True)
class Lamps:
    """``table`` (L, 18), ``maps`` (M, 20) and ``atlas`` (flat) as the shading kernels read them."""

    table: F64
    maps: F64
    atlas: F32


def light_up(scene: FrameScene, packed: Packed, cache: ShadowCache, clip: F64) -> Lamps:
    """The tables for this frame, with shadow maps drawn."""
    if cache.generation != cache.packer.generation:
        cache.maps.clear()
        cache.fitted.clear()
        cache.generation = cache.packer.generation
    lights = [light for light in scene.lights if light.intensity > 1e-5 and max(light.colour) > 0]
    table = np.zeros((len(lights), 18))
    views: list[tuple[F64, int, float, float, bool]] = []
    nearest: list[float] = []
    fitted = _fitted(scene, lights, packed)
    for row, light in zip(table, lights, strict=True):
        _describe(row, light)
        if not light.shadows or light.kind is LightKind.SKY:
            continue
        row[MAP] = len(views)
        match light.kind:
            case LightKind.POINT:
                row[FACES] = 6
                centre = np.array(light.position)
                for right, up, forward in CUBE:
                    x, y, z = np.array(right, np.float64), np.array(up, np.float64), np.array(forward, np.float64)
                    view = perspective(centre, x, y, z, _CUBE / (2 * _SPREAD), _CUBE, _CUBE)
                    views.append((view, _CUBE, 0.0, 2 * _SPREAD / _CUBE, False))
            case LightKind.SPOT:
                row[FACES] = 1
                views.append(_spot_view(light))
            case _:
                row[FACES] = 1
                views.append(_sun_view(scene, light))
        if light.name in fitted:
            row[HERO] = len(views)
            views.append(fitted[light.name])
        # A lamp is about as big as its light: its wick and wires stand inside it.
        limit = math.inf if light.kind is LightKind.SUN else 1.0 / max(1.8 * light.radius, 0.02)
        nearest += [limit] * (len(views) - len(nearest))
    maps = np.zeros((len(views), 20))
    total = sum(size * size for _, size, _, _, _ in views)
    atlas = cache.buffers.get("atlas")
    if atlas is None or len(atlas) < total:
        atlas = cache.buffers["atlas"] = np.empty(max(total, 1), np.float32)
    offset = 0
    static = [s for s in packed.spans[: packed.static_count] if s.flags & CASTS and not s.flags & GHOST]
    moving = [s for s in packed.spans[packed.static_count :] if s.flags & CASTS and not s.flags & GHOST]
    for row, limit, (view, size, far, texel, once) in zip(maps, nearest, views, strict=True):
        row[:16] = view.ravel()
        row[16:] = offset, size, far, texel
        target = atlas[offset : offset + size * size].reshape(size, size)
        offset += size * size
        target[:] = _static_depth(cache, packed, static, view, size, clip, limit, keep=not once)
        draw(packed, moving, view, clip, target, None, thin=0.75 if once else 0.5, cull=False, nearest=limit)
    return Lamps(table, maps, atlas)


def _static_depth(
    cache: ShadowCache, packed: Packed, static: list[Span], view: F64, size: int, clip: F64, limit: float, *, keep: bool
) -> F32:
    key = (view.tobytes(), size, limit)
    store, most = (cache.maps, 40) if keep else (cache.fitted, 2)
    found = store.get(key)
    if found is None:
        found = np.zeros((size, size), np.float32)
        draw(packed, static, view, clip, found, None, cull=False, nearest=limit)
        while len(store) >= most:
            store.pop(next(iter(store)))
        store[key] = found
    return found


def _describe(row: F64, light: Light) -> None:
    row[KIND] = {LightKind.POINT: 0, LightKind.SPOT: 1, LightKind.SUN: 2, LightKind.SKY: 3}[light.kind]
    row[RGB : RGB + 3] = np.array(light.colour) * light.intensity
    row[POSITION : POSITION + 3] = light.position
    way = np.array(light.direction, np.float64)
    row[DIRECTION : DIRECTION + 3] = way / max(float(np.linalg.norm(way)), 1e-9)
    half = math.radians(light.cone_deg) / 2
    row[OUTER], row[INNER] = math.cos(half), math.cos(half * 0.6)
    row[RADIUS] = max(light.radius, 0.004)
    row[PEOPLE], row[VOLUME] = light.people_only, light.volumetric
    row[MAP], row[HERO] = -1, -1


def _spot_view(light: Light) -> tuple[F64, int, float, float, bool]:
    forward = np.array(light.direction) / np.linalg.norm(light.direction)
    right, up = frame(forward)
    spread = math.tan(math.radians(min(light.cone_deg, 140.0)) / 2) * 1.05
    view = perspective(np.array(light.position), right, up, forward, _WIDE / 2 / (2 * spread), _WIDE // 2, _WIDE // 2)
    return view, _WIDE // 2, 0.0, 2 * spread / (_WIDE // 2), False


def _sun_view(scene: FrameScene, light: Light) -> tuple[F64, int, float, float, bool]:
    forward = np.array(light.direction) / np.linalg.norm(light.direction)
    if scene.interior:
        low, high = np.array(scene.bounds[0]), np.array(scene.bounds[1])
        centre, half = (low + high) / 2, float(np.linalg.norm(high - low)) / 2 * 1.02
    else:
        # What the camera looks at, moved in whole steps so that the static map serves many frames.
        ahead = -np.asarray(scene.camera.rotation, np.float64)[2]
        reach = 0.5 * min(max(scene.camera.focus, 3.0), 24.0)
        half = 2.0 ** math.ceil(math.log2(reach * 1.6 + 4.0))
        step = half / 4
        centre = np.round((np.array(scene.camera.position) + ahead * reach * 1.2) / step) * step
    return parallel(centre, forward, half, 4 * half, _WIDE), _WIDE, 4 * half, 2 * half / _WIDE, False


def _fitted(scene: FrameScene, lights: list[Light], packed: Packed) -> dict[str, tuple[F64, int, float, float, bool]]:
    """Maps about the part of the hero in the picture, for the two lights strongest there."""
    people = [s for s in packed.spans if s.flags & PERSON and not s.flags & (GHOST | HAIR)]
    hero = [s for s in people if scene.hero and s.name.startswith(scene.hero)] or people[:1]
    if not hero:
        return {}
    ball = _in_picture(scene, packed, hero)
    if ball is None:
        return {}
    centre, radius = ball
    strength: list[tuple[float, Light]] = []
    for light in lights:
        if light.shadows and light.kind is not LightKind.SKY:
            gap = float(np.linalg.norm(np.array(light.position) - centre))
            fall = 1.0 if light.kind is LightKind.SUN else 1.0 / max(gap, 0.3) ** 2
            strength.append((light.intensity * fall, light))
    strength.sort(key=lambda pair: -pair[0])
    views = {}
    for level, light in strength[:2]:
        if level < 0.25 * strength[0][0]:
            continue
        if light.kind is LightKind.SUN:
            forward = np.array(light.direction) / np.linalg.norm(light.direction)
            far = 12.0
            view = parallel(centre, forward, radius, far, _FITTED)
            views[light.name] = (view, _FITTED, far, 2 * radius / _FITTED, True)
            continue
        toward = centre - np.array(light.position)
        gap = float(np.linalg.norm(toward))
        if gap < radius * 1.15:
            continue
        forward = toward / gap
        right, up = frame(forward)
        spread = math.tan(math.asin(min(radius / gap, 0.95)))
        view = perspective(np.array(light.position), right, up, forward, _FITTED / (2 * spread), _FITTED, _FITTED)
        views[light.name] = (view, _FITTED, 0.0, 2 * spread / _FITTED, True)
    return views


def _in_picture(scene: FrameScene, packed: Packed, hero: list[Span]) -> tuple[F64, float] | None:
    """A ball, in coarse steps against shimmer, about the hero's points inside a slightly widened frame."""
    points = np.concatenate([packed.position[s.v0 : s.v1 : 16] for s in hero]).astype(np.float64)
    camera = scene.camera
    seen = (points - np.array(camera.position)) @ np.asarray(camera.rotation, np.float64).T
    slope = camera.sensor_mm / 2 / camera.focal_mm * 1.25
    inside = (
        (seen[:, 2] < -0.05)
        & (np.abs(seen[:, 0]) < -seen[:, 2] * slope)
        & (np.abs(seen[:, 1]) < -seen[:, 2] * slope * 0.6)
    )
    if inside.sum() < 8:
        return None
    kept = points[inside]
    low, high = kept.min(0), kept.max(0)
    radius = float(np.linalg.norm(high - low)) / 2 + 0.06
    radius = 1.2 ** math.ceil(math.log(radius, 1.2))
    step = radius / 16
    return np.round((low + high) / 2 / step) * step, radius


__all__ = ["Lamps", "ShadowCache", "light_up", "visible"]
