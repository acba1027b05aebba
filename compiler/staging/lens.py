"""Lenses and frames: how much of a body each size shows, where its eyes sit, projection through a Super 35 gate.

Frame coordinates are fractions: u from the left edge, v from the top edge, 0..1 inside the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from math import asin, atan2, cos, isinf, sin, sqrt

from compiler.meaning.film import Size
from compiler.staging.model import CameraTrack, Vec3
from compiler.staging.space import add, cross, dot, sub, unit

GATE = CameraTrack.SENSOR_WIDTH_MM
"""Width of the sensor in millimetres."""
_UPRIGHT = 0.9995
"""The height of a unit vector from which on it goes straight up or down."""


@dataclass(frozen=True, slots=True)
class Framing:
    """A size for a person of 1.7 m: metres of picture height at the subject, where the eyes sit, the lens."""

    height: float
    eye_line: float
    focal_mm: float
    shortest_mm: float
    f_stop: float
    lead: float
    """Room left in front of the face, as a fraction of the width, for a full profile."""


FRAMING = {
    Size.EXTREME_WIDE: Framing(9.5, 0.56, 24, 18, 5.6, 0.2),
    Size.WIDE: Framing(3.3, 0.36, 24, 17, 4.0, 0.18),
    Size.FULL: Framing(2.15, 0.235, 32, 20, 3.5, 0.14),
    Size.COWBOY: Framing(1.34, 0.31, 40, 25, 2.8, 0.14),
    Size.MEDIUM: Framing(0.94, 0.35, 50, 28, 2.8, 0.13),
    Size.MEDIUM_CLOSE_UP: Framing(0.62, 0.38, 75, 35, 2.2, 0.12),
    Size.CLOSE_UP: Framing(0.385, 0.415, 85, 45, 2.0, 0.1),
    Size.EXTREME_CLOSE_UP: Framing(0.2, 0.44, 100, 60, 2.8, 0.06),
    Size.INSERT: Framing(0.45, 0.5, 60, 32, 2.8, 0.0),
}
"""Body fractions after common usage (close-up hair to collar, medium close-up chest, medium waist, cowboy mid-thigh),
with the eyes near the upper third."""


@dataclass(frozen=True, slots=True)
class Lensed:
    """A camera at one moment: where it is, what it points at, roll in degrees and focal length."""

    position: Vec3
    target: Vec3
    focal_mm: float
    roll: float = 0.0


def gate_height(aspect: float) -> float:
    """Height of the exposed sensor in millimetres."""
    return GATE / aspect


def back_off(height: float, focal_mm: float, aspect: float) -> float:
    """Distance in metres at which ``height`` metres fill the frame's height."""
    return height * focal_mm / gate_height(aspect)


def basis(forward: Vec3, roll: float = 0.0) -> tuple[Vec3, Vec3, Vec3]:
    """Right, up and forward unit vectors; straight up or down takes north as up."""
    f = unit(forward)
    up = (0.0, 1.0, 0.0) if abs(f[1]) < _UPRIGHT else (0.0, 0.0, -1.0)
    right = unit(cross(f, up))
    up = cross(right, f)
    if roll:
        c, s = math.cos(math.radians(roll)), math.sin(math.radians(roll))
        right, up = (
            add((right[0] * c, right[1] * c, right[2] * c), up, s),
            add((up[0] * c, up[1] * c, up[2] * c), right, -s),
        )
    return right, up, f


def across(forward: Vec3) -> tuple[Vec3, Vec3]:
    """Right and forward of ``basis``, for whoever needs no more of it."""
    x, y, z = forward
    size = sqrt(x * x + y * y + z * z)
    if size >= 1e-9:
        x, y, z = x / size, y / size, z / size
        if abs(y) < _UPRIGHT:
            size = sqrt(z * z + x * x)
            return (-z / size, 0.0, x / size), (x, y, z)
    right, _, ahead = basis(forward)
    return right, ahead


def project(camera: Lensed, point: Vec3, aspect: float) -> tuple[float, float, float]:
    """(u, v, depth in metres) of a world point; depth is negative behind the camera."""
    right, up, forward = basis(sub(camera.target, camera.position), camera.roll)
    d = sub(point, camera.position)
    z = dot(d, forward)
    if abs(z) < 1e-6:
        return (math.inf, math.inf, z)
    scale = camera.focal_mm / GATE / z
    return 0.5 + dot(d, right) * scale, 0.5 - dot(d, up) * scale * aspect, z


def aim(position: Vec3, point: Vec3, u: float, v: float, focal_mm: float, aspect: float) -> Vec3:
    """The target that brings ``point`` to (u, v) of the frame, as far away as the point is."""
    px, py, pz = position
    dx, dy, dz = point[0] - px, point[1] - py, point[2] - pz
    far = sqrt(dx * dx + dy * dy + dz * dz)
    if far < 1e-3:
        return add(position, (0.0, 0.0, 1.0))  # a camera inside its subject looks past it
    ahead = (dx / far, dy / far, dz / far)
    yaw, pitch = atan2(ahead[0], ahead[2]), asin(max(-1.0, min(1.0, ahead[1])))
    per_mm = focal_mm / GATE
    for _ in range(8):
        # A camera's every key is found here, so ``project`` is written out: the same operations in the same order.
        level, rise = cos(pitch), sin(pitch)
        ahead = (level * sin(yaw), rise, level * cos(yaw))
        fx, fy, fz = px + ahead[0] * far - px, py + rise * far - py, pz + ahead[2] * far - pz
        size = sqrt(fx * fx + fy * fy + fz * fz)
        fx, fy, fz = fx / size, fy / size, fz / size
        if abs(fy) >= _UPRIGHT:
            now_u, now_v, _ = project(Lensed(position, add(position, ahead, far), focal_mm), point, aspect)
        else:
            z = dx * fx + dy * fy + dz * fz
            if abs(z) < 1e-6:
                break
            size = sqrt(fz * fz + fx * fx)
            rx, rz = -fz / size, fx / size
            scale = per_mm / z
            now_u = 0.5 + (dx * rx + dz * rz) * scale
            now_v = 0.5 - (dx * -(rz * fy) + dy * (rz * fx - rx * fz) + dz * (rx * fy)) * scale * aspect
        if (abs(now_u - u) < 1e-5 and abs(now_v - v) < 1e-5) or isinf(now_u):
            break
        # Screen right is towards smaller yaw: right = forward x up.
        yaw += (u - now_u) * GATE / focal_mm / max(0.2, cos(pitch))
        pitch = max(-1.52, min(1.52, pitch + (v - now_v) * GATE / aspect / focal_mm))
    return add(position, ahead, far)


class Pyramid:
    """What a camera sees at one moment, to be asked about many points."""

    __slots__ = ("_ahead", "_lean", "_place", "_right", "_rise", "_tall", "_up", "_wide")

    def __init__(self, camera: Lensed, aspect: float) -> None:
        self._place = camera.position
        self._right, self._up, self._ahead = basis(sub(camera.target, camera.position), camera.roll)
        self._wide = GATE / 2 / camera.focal_mm
        self._tall = self._wide / aspect
        self._lean, self._rise = sqrt(1.0 + self._wide * self._wide), sqrt(1.0 + self._tall * self._tall)

    def holds(self, point: Vec3, margin: float) -> bool:
        """Whether a sphere of ``margin`` metres round ``point`` can touch the picture (conservative pyramid test)."""
        x, y, z = point[0] - self._place[0], point[1] - self._place[1], point[2] - self._place[2]
        far = x * self._ahead[0] + y * self._ahead[1] + z * self._ahead[2]
        if far < -margin:
            return False
        near = max(far, 0.0)
        side, up = self._right, self._up
        if abs(x * side[0] + y * side[1] + z * side[2]) - self._wide * near > margin * self._lean:
            return False
        return not abs(x * up[0] + y * up[1] + z * up[2]) - self._tall * near > margin * self._rise


def in_frame(camera: Lensed, point: Vec3, aspect: float, margin: float) -> bool:
    """Whether a sphere of ``margin`` metres round ``point`` can touch the picture of a camera."""
    return Pyramid(camera, aspect).holds(point, margin)
