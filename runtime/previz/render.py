"""One frame of a scene to the public passes: the embedded picture backend's only door.

Coverage at 2×2 samples → points to shade → corners, shadows, light → air → wet streets → lens. Pure: the same scene
and size give the same bits on the same machine, whatever the cache already holds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.previz.raster import air, lens, veil, wet
from runtime.previz.raster.clock import stage
from runtime.previz.raster.cover import draw
from runtime.previz.raster.lamps import KIND, VOLUME, ShadowCache, light_up
from runtime.previz.raster.noise import TABLE
from runtime.previz.raster.pack import GHOST, HAIR, Packed, Span
from runtime.previz.raster.resolve import resolve
from runtime.previz.raster.shade import shade
from runtime.previz.raster.sky import sky_row
from runtime.previz.raster.views import camera_view
from runtime.previz.scene import F32, FrameScene, Material, Passes

F64 = NDArray[np.float64]
__all__ = ["ShadowCache", "render"]

_KEPT = ("brows", "lashes", "beard")
"""Hair that a face cannot do without: drawn whole at any distance."""


def render(
    scene: FrameScene,
    size: tuple[int, int],
    cache: ShadowCache | None = None,
    *,
    extra: frozenset[str] = frozenset(),
) -> Passes:
    """Draw ``scene`` at ``size`` (width, height). Hand one ``cache`` to all frames of a window.

    ``extra`` may ask for ``"masks"``: coverage (H, W) 0..1 of each object name.
    """
    width, height = size
    cache = cache if cache is not None else ShadowCache()
    with stage("pack"):
        packed = cache.packer.pack(scene.static, scene.moving)
        clip = _buffer(cache, "clip", (len(packed.position), 4), np.float64)
    with stage("shadows"):
        lamps = light_up(scene, packed, cache, clip)
    sw, sh = width * 2, height * 2
    view = camera_view(scene.camera, sw, sh)
    nearness = _buffer(cache, "nearness", (sh, sw), np.float32)
    ids = _buffer(cache, "ids", (sh, sw), np.int32)
    with stage("coverage"):
        nearness[:] = 0.0
        ids[:] = -1
        for thin, spans in _by_detail(scene, packed, view, width, ghosts=False):
            draw(packed, spans, view, clip, nearness, ids, thin=thin)
    depth = np.empty((height, width), np.float32)
    normal = np.empty((height, width, 3), np.float32)
    owner = np.empty((height, width), np.int32)
    with stage("resolve"):
        work = _resolve(packed, ids, nearness, clip, depth, normal, owner, cache, "", only=False)
    basis = np.ascontiguousarray(scene.camera.rotation, np.float64)
    eye = np.array(scene.camera.position, np.float64)
    focal = sw * scene.camera.focal_mm / scene.camera.sensor_mm
    with stage("corners"):
        occlusion = np.ones(((height + 1) // 2, (width + 1) // 2), np.float32)
        air.corners(depth, normal, focal / 2, basis, occlusion)
    sky = sky_row(scene)
    box = np.array(scene.bounds, np.float64)
    grain = _grain(cache, packed)
    options = np.array([focal, sw, sh, 2.0 / focal, float(scene.interior), scene.seconds])

    def shaded(points: tuple[int, NDArray[np.int32], F32, F32], name: str, occlusion: F32) -> F32:
        count, tri, at, _ = points
        radiance = _buffer(cache, name, (max(count, 1), 4), np.float32)
        shade(
            count, tri, at, clip, packed.faces, packed.mesh, packed.material, packed.flags, grain, packed.vertex,
            lamps.table, lamps.maps, lamps.atlas, sky, TABLE, occlusion, eye, basis, box, options, radiance,
        )  # fmt: skip
        return radiance

    with stage("shade"):
        radiance = shaded(work, "radiance", occlusion)
    ghosts = (0, work[1][:1], work[2][:1], work[3][:1])
    ghost_radiance, ghost_depth, memories = radiance[:1], depth, False
    if packed.flags.any() and (packed.flags & GHOST).any():
        with stage("ghosts"):
            ids2 = _buffer(cache, "ids2", (sh, sw), np.int32)
            near2 = _buffer(cache, "near2", (sh, sw), np.float32)
            ids2[:] = -1
            near2[:] = nearness
            for thin, spans in _by_detail(scene, packed, view, width, ghosts=True):
                draw(packed, spans, view, clip, near2, ids2, thin=thin)
            ghost_depth, normal2 = np.full_like(depth, np.inf), normal.copy()
            ghosts = _resolve(
                packed, ids2, near2, clip, ghost_depth, normal2, np.empty_like(owner), cache, "2", only=True
            )
            if ghosts[0]:
                kinds = packed.material[ghosts[1][: ghosts[0]]]
                memories = bool(((kinds != Material.PANE) & (kinds != Material.GLASS)).any())
                corners = occlusion
                if memories:
                    # What stands in a memory's own folds darkens it, not what is behind.
                    corners = np.ones_like(occlusion)
                    air.corners(ghost_depth, normal2, focal / 2, basis, corners)
                ghost_radiance = shaded(ghosts, "radiance2", corners)
    with stage("air"):
        thick = np.zeros(((height + 3) // 4, (width + 3) // 4, 4), np.float32)
        reach = np.empty(thick.shape[:2], np.float32)
        numbers = np.array(
            [scene.fog.density, scene.fog.height, *scene.fog.colour, float(scene.interior), scene.seconds]
        )
        shining = lamps.table[lamps.table[:, VOLUME] + (lamps.table[:, KIND] == 3) > 0]
        air.fog(depth, focal / 2, eye, basis, shining, lamps.maps, lamps.atlas, sky, TABLE, box, numbers, thick, reach)
        air.soften(thick, reach)
    with stage("compose"):
        hdr = np.empty((height, width, 3), np.float32)
        air.compose(
            work[0], work[1], work[2], work[3], radiance, ghosts[0], ghosts[2], ghosts[3], ghost_radiance,
            depth, thick, reach, 2.0**scene.camera.exposure, hdr,
        )  # fmt: skip
    if (packed.material == Material.ASPHALT).any():
        with stage("wet"):
            amount = wet.WETNESS.get(scene.sky.time, 0.3)
            wet.mirror(
                depth, owner, packed.faces, packed.material, packed.vertex, eye, basis, focal / 2, sky, TABLE,
                2.0**scene.camera.exposure, amount, hdr.copy(), hdr,
            )  # fmt: skip
    with stage("lens"):
        hdr = lens.focus(hdr, depth, scene.camera)
    if memories:
        with stage("ghosts"):
            layer = np.zeros((height, width, 4), np.float32)
            seen = packed.mesh[ghosts[1][: ghosts[0]]]
            opacity, shine = packed.opacity[seen], np.where(packed.flags[seen] & HAIR, 0.2, 0.55)
            veil.haunt(
                ghosts[0], ghosts[2], ghosts[3], ghost_radiance, opacity, shine,
                ghost_depth, thick, reach, 2.0**scene.camera.exposure, layer,
            )  # fmt: skip
            veil.lay_over(hdr, layer, ghost_depth, scene.camera)
    names, objects = _names(packed)
    index = np.where(owner >= 0, objects[packed.mesh[np.maximum(owner, 0)]], -1).astype(np.int32)
    masks: dict[str, F32] = {}
    if "masks" in extra:
        seen = np.where(ids >= 0, objects[packed.mesh[np.maximum(ids, 0)]], -1).reshape(height, 2, width, 2)
        masks = {name: (seen == i).mean(axis=(1, 3), dtype=np.float32) for i, name in enumerate(names)}
    return Passes(hdr, depth, normal, index, names, masks=masks)


def _by_detail(
    scene: FrameScene, packed: Packed, view: F64, width: int, *, ghosts: bool
) -> list[tuple[float, list[Span]]]:
    """Spans to draw, hair apart with the share of its strands that its size in the picture deserves."""
    rest: list[Span] = []
    out: list[tuple[float, list[Span]]] = [(1.0, rest)]
    for span in packed.spans:
        if bool(span.flags & GHOST) != ghosts:
            continue
        if not span.flags & HAIR or span.name.endswith(_KEPT):
            rest.append(span)
            continue
        w = max(float(view[2, :3] @ ((span.low + span.high) / 2) + view[2, 3]), 0.2)
        across = width * scene.camera.focal_mm / scene.camera.sensor_mm * 0.2 / w
        out.append((min(1.0, max(0.25, across / 140.0)), [span]))
    return out


def _resolve(
    packed: Packed, ids: NDArray[np.int32], nearness: F32, clip: F64,
    depth: F32, normal: F32, owner: NDArray[np.int32], cache: ShadowCache, tag: str, *, only: bool,
) -> tuple[int, NDArray[np.int32], F32, F32]:  # fmt: skip
    most = ids.size
    tri = _buffer(cache, "tri" + tag, (most,), np.int32)
    at = _buffer(cache, "at" + tag, (most, 2), np.float32)
    weight = _buffer(cache, "weight" + tag, (most,), np.float32)
    area = np.array([0, depth.shape[0], 0, depth.shape[1]])
    if only:
        rows, columns = (np.flatnonzero((ids >= 0).any(axis=k)) // 2 for k in (1, 0))
        if not len(rows):
            return 0, tri, at, weight
        area = np.array([rows[0], rows[-1] + 1, columns[0], columns[-1] + 1])
    count = resolve(
        ids, nearness, clip, packed.faces, packed.mesh, packed.material, packed.flags, packed.vertex,
        depth, normal, owner, tri, at, weight, only, area,
    )  # fmt: skip
    return int(count), tri, at, weight


def _buffer(cache: ShadowCache, name: str, shape: tuple[int, ...], kind: type[np.generic]) -> NDArray[Any]:
    """Scratch memory kept between frames; contents are whatever the last frame left."""
    size = math.prod(shape)
    kept = cache.buffers.get(name)
    if kept is None or kept.size < size:
        kept = cache.buffers[name] = np.empty(int(size * 1.1) + 16, kind)
    return kept[:size].reshape(shape)


def _grain(cache: ShadowCache, packed: Packed) -> NDArray[np.int32]:
    """Longest rest axis of each mesh, along which its wood grows."""
    kept = cache.grain if cache.grain_of == cache.generation else []
    for span in packed.spans[len(kept) : packed.static_count]:
        kept.append(_axis(packed, span))
    cache.grain, cache.grain_of = kept, cache.generation
    return np.array(kept + [0] * (len(packed.spans) - len(kept)), np.int32)


def _axis(packed: Packed, span: Span) -> int:
    if span.v1 == span.v0:
        return 0
    rest = packed.vertex[span.v0 : span.v1, 6:9]
    return int(np.argmax(rest.max(0) - rest.min(0)))


def _names(packed: Packed) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    names = list(dict.fromkeys(span.name for span in packed.spans))
    place = {name: i for i, name in enumerate(names)}
    return tuple(names), np.array([place[span.name] for span in packed.spans] or [0], np.int32)
