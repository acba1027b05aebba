"""Compiles or loads every picture kernel ahead of work, so that the wait is seen once and named."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from compiler.meaning.film import Look
from compiler.staging.model import Fog, Light, LightKind, Sky
from runtime.picture.log import encode_log
from runtime.picture.look import apply_look
from runtime.picture.yuv import to_yuv420
from runtime.previz.raster.clock import clock
from runtime.previz.render import render
from runtime.previz.scene import Camera, FrameScene, Material, Mesh

_STAGES = ("pack", "shadows", "coverage", "resolve", "corners", "shade", "ghosts", "air", "compose", "lens", "look")


def warm(progress: Callable[[str, int, int], None]) -> None:
    """Draw and grade one tiny frame that reaches every kernel. ``progress(stage, done, total)`` as each begins.

    About 20 CPU-seconds the first time on a machine, under a second and a half after that.
    """

    def watch(stage: str) -> None:
        if stage in _STAGES:
            progress(stage, _STAGES.index(stage), len(_STAGES))

    before = clock.watch
    clock.watch = watch
    try:
        passes = render(everything(), (32, 16))
        watch("look")
        encode_log(passes.hdr)
        to_yuv420(apply_look(passes.hdr, Look(), 0, 0))
    finally:
        clock.watch = before
    progress("ready", len(_STAGES), len(_STAGES))


def everything() -> FrameScene:
    """A scene small enough to compile with, and with one of each thing kernels branch on."""
    solid = _card("wall", Material.PLASTER, 0.0)
    glass = _card("pane", Material.PANE, 0.6)
    lights = (
        Light("lamp", LightKind.POINT, (1.0, 0.8, 0.6), 1.0, (0.2, 0.2, 1.0), volumetric=True),
        Light("moon", LightKind.SUN, (0.5, 0.6, 1.0), 0.3, direction=(0.2, -0.4, -0.9)),
    )
    camera = Camera((0.0, 0.0, 1.6), np.eye(3, dtype=np.float32), 50.0, 1.2, 0.6)
    bounds = ((-1.0, -1.0, -1.0), (1.0, 1.0, 2.0))
    return FrameScene([solid], [glass], lights, Sky("night", stars=0.5), Fog(), camera, 0.0, True, bounds)


def _card(name: str, material: Material, z: float) -> Mesh:
    positions = np.array([[-1, -1, z], [1, -1, z], [1, 1, z], [-1, 1, z]], np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    grey = np.full((4, 3), 0.5, np.float32)
    blank = np.zeros((4, 4), np.float32)
    kind = np.full(2, material, np.uint8)
    return Mesh(name, positions, normals, faces, kind, positions.copy(), grey, blank, np.zeros((4, 3), np.float32))
