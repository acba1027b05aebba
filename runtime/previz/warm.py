"""Compiles or loads every picture kernel ahead of work, so that the wait is seen once and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from compiler.meaning.film import Look
from compiler.staging.model import Fog, Light, LightKind, Sky
from runtime.picture.log import decode_log, encode_log
from runtime.picture.look import apply_look
from runtime.picture.yuv import to_yuv420
from runtime.previz.people.occlusion import ambient
from runtime.previz.people.parts import LidGuard, SkinnedPart, UnitDeltas
from runtime.previz.people.rig import fk, rest_pose
from runtime.previz.people.skinning import pose_part
from runtime.previz.pose import BONES
from runtime.previz.raster.clock import clock
from runtime.previz.render import render
from runtime.previz.scene import Camera, FrameScene, Material, Mesh

_STAGES = (
    "people",
    "pack",
    "shadows",
    "coverage",
    "resolve",
    "corners",
    "shade",
    "ghosts",
    "air",
    "compose",
    "wet",
    "lens",
    "look",
)


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
        watch("people")
        _somebody()
        passes = render(everything(), (32, 16))
        watch("look")
        to_yuv420(apply_look(decode_log(encode_log(passes.hdr)), Look(), 0, 0))
    finally:
        clock.watch = before
    progress("ready", len(_STAGES), len(_STAGES))


def everything() -> FrameScene:
    """A scene small enough to compile with, and with one of each thing kernels branch on."""
    solid = _card("wall", Material.PLASTER, 0.0)
    glass = _card("pane", Material.PANE, 0.6)
    memory = replace(_card("memory/hair", Material.HAIR, 0.7), is_hair=True, opacity=0.5)
    memory.positions[:, 0] += 1.0
    # As small as it is here, its hair is thinned: a quarter of it must still be there.
    memory.faces, memory.material = np.tile(memory.faces, (4, 1)), np.tile(memory.material, 4)
    lights = (
        Light("lamp", LightKind.POINT, (1.0, 0.8, 0.6), 1.0, (0.2, 0.2, 1.0), volumetric=True),
        Light("moon", LightKind.SUN, (0.5, 0.6, 1.0), 0.3, direction=(0.2, -0.4, -0.9)),
    )
    road = _card("road", Material.ASPHALT, 0.3)
    camera = Camera((0.0, 0.0, 1.6), np.eye(3, dtype=np.float32), 50.0, 1.2, 0.6)
    bounds = ((-1.0, -1.0, -1.0), (1.0, 1.0, 2.0))
    return FrameScene([solid, road], [glass, memory], lights, Sky("night", stars=0.5), Fog(), camera, 0.0, True, bounds)


def _somebody() -> None:
    """Poses the least a person can be: a triangle of skin, and one of hair."""
    joints = np.zeros((len(BONES), 3), np.float32)
    pose = rest_pose()
    pose.face[0] = 1.0
    rotations, translations = fk(joints, pose)
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    up = np.tile(np.array([0, 0, 1], np.float32), (3, 1))
    faces = np.array([[0, 1, 2]], np.int32)
    first = np.zeros(1, np.int32)
    starts = np.ones(len(pose.face) + 1, np.int32)
    starts[0] = 0
    weights = np.zeros((3, 8), np.float32)
    weights[:, 0] = 1.0
    skin = SkinnedPart(
        name="skin",
        positions=corners,
        faces=faces,
        material=np.full(1, Material.SKIN, np.uint8),
        bone_index=np.zeros((3, 8), np.uint8),
        bone_weight=weights,
        canonical=corners,
        rest=corners,
        colour=corners,
        attr=np.zeros((3, 4), np.float32),
        tangent=up,
        units=UnitDeltas(starts, first, corners[:1]),
        lids=LidGuard(first, corners[:1], np.ones(1, np.float32)),
    )
    pose_part(skin, rotations, translations, pose)
    pose_part(replace(skin, is_hair=True, normals=up, lids=None), rotations, translations, pose)
    ambient(corners, up, faces, 0.1)


def _card(name: str, material: Material, z: float) -> Mesh:
    positions = np.array([[-1, -1, z], [1, -1, z], [1, 1, z], [-1, 1, z]], np.float32)
    normals = np.tile(np.array([0, 0, 1], np.float32), (4, 1))
    faces = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    grey = np.full((4, 3), 0.5, np.float32)
    blank = np.zeros((4, 4), np.float32)
    kind = np.full(2, material, np.uint8)
    return Mesh(name, positions, normals, faces, kind, positions.copy(), grey, blank, np.zeros((4, 3), np.float32))
