"""The 4×4 views that ``cover.draw`` takes: the camera's, and those of lights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runtime.previz.scene import Camera

F64 = NDArray[np.float64]

CUBE: tuple[tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]], ...] = (
    ((0, 0, -1), (0, 1, 0), (1, 0, 0)),
    ((0, 0, 1), (0, 1, 0), (-1, 0, 0)),
    ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
    ((1, 0, 0), (0, 0, 1), (0, -1, 0)),
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((-1, 0, 0), (0, 1, 0), (0, 0, -1)),
)
"""Right, up and forward of the faces +x −x +y −y +z −z of a cube map."""


def camera_view(camera: Camera, width: int, height: int) -> F64:
    """View of ``camera`` onto ``width`` by ``height`` square samples; rows x·w, y·w, w, 1."""
    right, up, back = np.asarray(camera.rotation, np.float64)
    focal = width * camera.focal_mm / camera.sensor_mm
    return perspective(np.asarray(camera.position, np.float64), right, up, -back, focal, width, height)


def perspective(position: F64, right: F64, up: F64, forward: F64, focal: float, width: int, height: int) -> F64:
    """Pinhole at ``position``; ``focal`` in samples."""
    rows = np.zeros((4, 4))
    rows[0, :3] = right * focal + forward * (width / 2)
    rows[1, :3] = -up * focal + forward * (height / 2)
    rows[2, :3] = forward
    rows[:, 3] = -rows[:, :3] @ position
    rows[3, 3] = 1.0
    return rows


def parallel(centre: F64, forward: F64, half: float, far: float, size: int) -> F64:
    """Square parallel view of ``size`` samples spanning ±``half`` about ``centre``; s = far − depth past centre."""
    right, up = frame(forward)
    scale = size / (2 * half)
    rows = np.zeros((4, 4))
    rows[0, :3], rows[1, :3], rows[3, :3] = right * scale, -up * scale, -forward
    rows[:, 3] = -rows[:, :3] @ centre
    rows[0, 3] += size / 2
    rows[1, 3] += size / 2
    rows[3, 3] += far
    rows[2] = (0, 0, 0, 1)
    return rows


def frame(forward: F64) -> tuple[F64, F64]:
    """A right and an up axis to go with a unit ``forward``."""
    aside = np.array([0.0, 1.0, 0.0]) if abs(forward[1]) < 0.95 else np.array([0.0, 0.0, 1.0])
    right = np.cross(forward, aside)
    right /= np.linalg.norm(right)
    return right, np.cross(right, forward)
