"""Little scenes with answers one can work out by hand."""

from __future__ import annotations

import numpy as np

from compiler.staging.model import Fog, Light, LightKind, Sky
from runtime.previz.scene import F32, Camera, FrameScene, Material, Mesh

SIZE = (64, 40)
LAMP = Light("lamp", LightKind.POINT, (1.0, 0.9, 0.8), 3.0, (0.6, 1.9, 1.2), radius=0.02)


def sphere(name: str = "ball", centre: tuple[float, float, float] = (0.0, 1.0, 0.0), radius: float = 0.5) -> Mesh:
    n = 24
    a, b = np.meshgrid(np.linspace(0, np.pi, n + 1), np.linspace(0, 2 * np.pi, 2 * n + 1), indexing="ij")
    normals = np.stack([np.sin(a) * np.sin(b), np.cos(a), np.sin(a) * np.cos(b)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(n), np.arange(2 * n), indexing="ij")
    k, w = (i * (2 * n + 1) + j).ravel(), 2 * n + 1
    faces = np.concatenate([np.stack([k, k + w, k + w + 1], 1), np.stack([k, k + w + 1, k + 1], 1)])
    return mesh(name, normals * radius + np.array(centre), normals, faces)


def floor(half: float = 4.0) -> Mesh:
    points = np.array([[-half, 0, half], [half, 0, half], [half, 0, -half], [-half, 0, -half]])
    return mesh("floor", points, np.tile([0.0, 1.0, 0.0], (4, 1)), np.array([[0, 1, 2], [0, 2, 3]]))


def mesh(name: str, points: F32, normals: F32, faces: F32, material: Material = Material.PAPER, **more: object) -> Mesh:
    n = len(points)
    p = np.ascontiguousarray(points, np.float32)
    return Mesh(
        name,
        p,
        np.ascontiguousarray(normals, np.float32),
        np.ascontiguousarray(faces, np.int32),
        np.full(len(faces), material, np.uint8),
        p.copy(),
        np.full((n, 3), 0.5, np.float32),
        np.zeros((n, 4), np.float32),
        np.zeros((n, 3), np.float32),
        **more,  # type: ignore[arg-type]
    )


def camera(position: tuple[float, float, float] = (0.0, 1.0, 3.0), f_stop: float = 1e4, focus: float = 3.0) -> Camera:
    """Looking along -z."""
    return Camera(position, np.eye(3, dtype=np.float32), 30.0, f_stop, focus)


def scene(static: list[Mesh], moving: list[Mesh], lights: tuple[Light, ...] = (LAMP,), **more: object) -> FrameScene:
    values: dict[str, object] = {"camera": camera(), "fog": Fog(0.0), "seconds": 0.0, "interior": True} | more
    return FrameScene(static, moving, lights, Sky("night"), **values)  # type: ignore[arg-type]
