"""Lenses and frames: how much of a body each size shows, where its eyes sit, projection through a Super 35 gate.

Frame coordinates are fractions: u from the left edge, v from the top edge, 0..1 inside the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from compiler.meaning.film import Size
from compiler.staging.model import CameraTrack, Vec3
from compiler.staging.space import add, cross, dot, length, sub, unit

GATE = CameraTrack.SENSOR_WIDTH_MM
"""Width of the sensor in millimetres."""


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
    up = (0.0, 1.0, 0.0) if abs(f[1]) < 0.9995 else (0.0, 0.0, -1.0)
    right = unit(cross(f, up))
    up = cross(right, f)
    if roll:
        c, s = math.cos(math.radians(roll)), math.sin(math.radians(roll))
        right, up = (
            add((right[0] * c, right[1] * c, right[2] * c), up, s),
            add((up[0] * c, up[1] * c, up[2] * c), right, -s),
        )
    return right, up, f


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
    far = length(sub(point, position))
    if far < 1e-3:
        return add(position, (0.0, 0.0, 1.0))  # a camera inside its subject looks past it
    d = unit(sub(point, position))
    yaw, pitch = math.atan2(d[0], d[2]), math.asin(max(-1.0, min(1.0, d[1])))
    forward = d
    for _ in range(8):
        forward = (math.cos(pitch) * math.sin(yaw), math.sin(pitch), math.cos(pitch) * math.cos(yaw))
        now_u, now_v, _ = project(Lensed(position, add(position, forward, far), focal_mm), point, aspect)
        if (abs(now_u - u) < 1e-5 and abs(now_v - v) < 1e-5) or math.isinf(now_u):
            break
        # Screen right is towards smaller yaw: right = forward x up.
        yaw += (u - now_u) * GATE / focal_mm / max(0.2, math.cos(pitch))
        pitch = max(-1.52, min(1.52, pitch + (v - now_v) * GATE / aspect / focal_mm))
    return add(position, forward, far)


def in_frame(camera: Lensed, point: Vec3, aspect: float, margin: float) -> bool:
    """Whether a sphere of ``margin`` metres round ``point`` can touch the picture (conservative pyramid test)."""
    right, up, forward = basis(sub(camera.target, camera.position), camera.roll)
    d = sub(point, camera.position)
    z = dot(d, forward)
    if z < -margin:
        return False
    half_w = GATE / 2 / camera.focal_mm
    half_h = half_w / aspect
    for side, half in ((right, half_w), (up, half_h)):
        lean = math.sqrt(1.0 + half * half)
        if abs(dot(d, side)) - half * max(z, 0.0) > margin * lean:
            return False
    return True
