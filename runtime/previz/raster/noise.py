"""Lattice value noise for procedural surfaces and air, and integer hashes. All helpers of kernels.

Values are looked up in a small table of random numbers instead of hashing eight corners each time.
"""

from __future__ import annotations

import math

import numpy as np

from runtime.previz.jit import inline
from runtime.previz.scene import F32

_SIDE = 32


def make_table() -> F32:
    """(32³,) float32 in [-1, 1]: one octave of noise, repeating every 32 cells."""
    return np.random.default_rng(20117).uniform(-1.0, 1.0, _SIDE**3).astype(np.float32)


TABLE = make_table()


@inline
def hash1(a, b, c):  # type: ignore[no-untyped-def]
    """Three integers to [0, 1)."""
    h = (a * 73856093) ^ (b * 19349663) ^ (c * 83492791)
    h &= 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    h = ((h ^ (h >> 12)) * 0x297A2D39) & 0xFFFFFFFF
    h ^= h >> 15
    return (h & 0xFFFFFF) * (1.0 / 16777216.0)


@inline
def noise4(table, x, y, z):  # type: ignore[no-untyped-def]
    """Value in [-1, 1] and its gradient (v, gx, gy, gz)."""
    fx, fy, fz = math.floor(x), math.floor(y), math.floor(z)
    u, v, w = x - fx, y - fy, z - fz
    ix, iy, iz = int(fx), int(fy), int(fz)
    x0, x1 = ix & 31, (ix + 1) & 31
    y0, y1 = (iy & 31) << 5, ((iy + 1) & 31) << 5
    z0, z1 = (iz & 31) << 10, ((iz + 1) & 31) << 10
    a = np.float64(table[x0 + y0 + z0])
    b = np.float64(table[x1 + y0 + z0])
    c = np.float64(table[x0 + y1 + z0])
    d = np.float64(table[x1 + y1 + z0])
    e = np.float64(table[x0 + y0 + z1])
    f = np.float64(table[x1 + y0 + z1])
    g = np.float64(table[x0 + y1 + z1])
    h = np.float64(table[x1 + y1 + z1])
    du, dv, dw = 6.0 * u * (1.0 - u), 6.0 * v * (1.0 - v), 6.0 * w * (1.0 - w)
    u, v, w = u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v), w * w * (3.0 - 2.0 * w)
    k1, k2, k3 = b - a, c - a, e - a
    k4, k5, k6 = a - b - c + d, a - c - e + g, a - b - e + f
    k7 = b - a + c - d + e - f - g + h
    value = a + k1 * u + k2 * v + k3 * w + k4 * u * v + k5 * v * w + k6 * w * u + k7 * u * v * w
    gx = du * (k1 + k4 * v + k6 * w + k7 * v * w)
    gy = dv * (k2 + k5 * w + k4 * u + k7 * w * u)
    gz = dw * (k3 + k6 * u + k5 * v + k7 * u * v)
    return value, gx, gy, gz


@inline
def noise(table, x, y, z):  # type: ignore[no-untyped-def]
    """Value in [-1, 1]."""
    return noise4(table, x, y, z)[0]


@inline
def fade(footprint, frequency):  # type: ignore[no-untyped-def]
    """How much of a pattern of ``frequency`` per metre survives at ``footprint`` metres per pixel, 1 .. 0."""
    return min(1.0, max(0.0, 1.6 - 2.4 * footprint * frequency))


@inline
def smooth(a, b, x):  # type: ignore[no-untyped-def]
    """Hermite step from ``a`` to ``b``."""
    t = min(1.0, max(0.0, (x - a) / (b - a)))
    return t * t * (3.0 - 2.0 * t)
