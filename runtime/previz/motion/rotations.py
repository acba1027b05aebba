"""Rotation algebra over whole arrays of frames: (..., 3, 3) matrices and (..., 3) vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]


def turn_x(angle: ArrayLike) -> F64:
    """Rotation about +x by radians: +y towards +z (a bow of the head is positive)."""
    return _about(angle, 1, 2)


def turn_y(angle: ArrayLike) -> F64:
    """Rotation about +y by radians: +z towards +x (a turn to the body's left is positive)."""
    return _about(angle, 2, 0)


def turn_z(angle: ArrayLike) -> F64:
    """Rotation about +z by radians: +x towards +y (the left side goes up)."""
    return _about(angle, 0, 1)


def matrix(vector: F64) -> F64:
    """Rotation vectors (..., 3) to matrices, Rodrigues' formula."""
    angle = np.linalg.norm(vector, axis=-1)[..., None, None]
    k = np.zeros((*vector.shape[:-1], 3, 3))
    x, y, z = vector[..., 0], vector[..., 1], vector[..., 2]
    k[..., 0, 1], k[..., 0, 2], k[..., 1, 2] = -z, y, -x
    k[..., 1, 0], k[..., 2, 0], k[..., 2, 1] = z, -y, x
    a = np.where(angle < 1e-6, 1.0 - angle * angle / 6, np.sin(angle) / np.maximum(angle, 1e-12))
    b = np.where(angle < 1e-4, 0.5 - angle * angle / 24, (1.0 - np.cos(angle)) / np.maximum(angle * angle, 1e-12))
    return np.asarray(np.eye(3) + a * k + b * (k @ k))


def vector(rotation: F64) -> F64:
    """Matrices (..., 3, 3) to rotation vectors (..., 3), angle in [0, π], by the largest quaternion part."""
    m = rotation
    d0, d1, d2 = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    q = np.stack([1 + d0 + d1 + d2, 1 + d0 - d1 - d2, 1 - d0 + d1 - d2, 1 - d0 - d1 + d2], -1)
    best = np.argmax(q, -1)
    w = np.stack([q[..., 0], m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]], -1)
    x = np.stack([w[..., 1], q[..., 1], m[..., 1, 0] + m[..., 0, 1], m[..., 0, 2] + m[..., 2, 0]], -1)
    y = np.stack([w[..., 2], m[..., 1, 0] + m[..., 0, 1], q[..., 2], m[..., 2, 1] + m[..., 1, 2]], -1)
    z = np.stack([w[..., 3], m[..., 0, 2] + m[..., 2, 0], m[..., 2, 1] + m[..., 1, 2], q[..., 3]], -1)
    rows = np.stack([w, x, y, z], -2)
    out = np.take_along_axis(rows, best[..., None, None], -2)[..., 0, :]
    out = out / np.linalg.norm(out, axis=-1, keepdims=True)
    out = np.where(out[..., :1] < 0, -out, out)
    sine = np.linalg.norm(out[..., 1:], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, out[..., :1])
    return np.asarray(out[..., 1:] * np.where(sine < 1e-9, 2.0, angle / np.maximum(sine, 1e-12)))


def unit(v: F64) -> F64:
    """Directions of length one; zero stays zero."""
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12))


def frame(direction: F64, side: F64) -> F64:
    """Orthonormal frames with columns (side made orthogonal, direction, their cross product)."""
    d = unit(direction)
    s = unit(side - d * np.sum(side * d, -1, keepdims=True))
    return np.stack([s, d, np.cross(s, d)], axis=-1)


def carry(rest_direction: F64, rest_side: F64, direction: F64, side: F64) -> F64:
    """Rotations that take one rest frame (direction, side) to frames (..., 3), (..., 3)."""
    return frame(direction, side) @ frame(rest_direction, rest_side).T


def split_twist(rotation: F64, axis: F64, share: float) -> tuple[F64, F64]:
    """Rotation vectors of a bone and of the twist bone behind it, which takes ``share`` of the twist about ``axis`` (3,)."""
    v = vector(rotation)
    angle = np.linalg.norm(v, axis=-1, keepdims=True)
    along = np.sum(v * axis, -1, keepdims=True) / np.maximum(angle, 1e-12)
    twist = 2 * np.arctan2(np.sin(angle / 2) * along, np.cos(angle / 2))
    second = axis * (twist * share)
    return vector(rotation @ np.swapaxes(matrix(second), -1, -2)), second


def apply(rotation: F64, v: ArrayLike) -> F64:
    """Rotate (..., 3) vectors by (..., 3, 3) matrices."""
    return np.asarray(np.einsum("...ij,...j->...i", rotation, np.asarray(v, np.float64)))


def transpose(rotation: F64) -> F64:
    return np.swapaxes(rotation, -1, -2)


def _about(angle: ArrayLike, i: int, j: int) -> F64:
    a = np.asarray(angle, np.float64)
    out = np.zeros((*a.shape, 3, 3))
    out[..., :, :] = np.eye(3)
    out[..., i, i] = out[..., j, j] = np.cos(a)
    out[..., i, j], out[..., j, i] = -np.sin(a), np.sin(a)
    return out
