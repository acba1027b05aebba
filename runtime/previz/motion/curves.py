"""Time, easing, springs and hash noise: the arithmetic every layer of motion is made of.

Layers are evaluated on a clock that subdivides frames into equal steps of about 1/96 s and begins
before the shot, so that springs have settled when the first frame is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, exp, sin, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]

PRE_ROLL = 1.5
"""Seconds simulated before the first frame."""


@dataclass(frozen=True, slots=True)
class Clock:
    """``times`` (G,) seconds of shot time; every ``sub``-th from ``skip`` on is a frame."""

    times: F64
    step: float
    sub: int
    skip: int

    def frames(self, values: F64) -> F64:
        """The rows of a (G, ...) array that are frames."""
        return values[self.skip :: self.sub]


def make_clock(fps: tuple[int, int], first: int, last: int) -> Clock:
    """A clock for frames ``first`` .. ``last`` (inclusive, may be negative) at a rational rate."""
    frame = fps[1] / fps[0]
    sub = max(1, ceil(frame * 96 - 1e-9))
    before = ceil(PRE_ROLL / frame)
    index = np.arange((first - before) * sub, last * sub + 1).astype(np.float64)
    return Clock(np.asarray(index * (frame / sub), np.float64), frame / sub, sub, before * sub)


def ease(t: ArrayLike, start: float, end: float) -> F64:
    """Minimum-jerk step 0 → 1 between two times (Flash and Hogan 1985)."""
    u = np.clip((np.asarray(t, np.float64) - start) / max(end - start, 1e-6), 0.0, 1.0)
    return u * u * u * (10.0 + u * (6.0 * u - 15.0))


def glide(t: ArrayLike, start: float, end: float) -> F64:
    """Step 0 → 1 whose speed is a raised cosine: half-overlapping steps add up to constant speed."""
    u = np.clip((np.asarray(t, np.float64) - start) / max(end - start, 1e-6), 0.0, 1.0)
    return u - np.sin(2 * np.pi * u) / (2 * np.pi)


def bump(t: ArrayLike, start: float, end: float, rise: float = 0.5) -> F64:
    """0 → 1 → 0 between two times, its top at ``rise`` of the way."""
    top = start + (end - start) * rise
    return ease(t, start, top) * (1.0 - ease(t, top, end))


def hold(t: ArrayLike, start: float, rise: float, end: float, fall: float) -> F64:
    """0 → 1 during ``rise`` seconds from ``start``, held, 1 → 0 during ``fall`` seconds from ``end``."""
    return ease(t, start, start + rise) * (1.0 - ease(t, end, end + fall))


def spring(target: F64, step: float, hertz: float, damping: float) -> F64:
    """A damped spring (ζ < 1) that follows ``target`` (G, C), solved exactly for a target held over each step."""
    w = 2 * np.pi * hertz
    wd = w * sqrt(1.0 - damping * damping)
    decay, c, s = exp(-damping * w * step), cos(wd * step), sin(wd * step)
    a11 = decay * (c + damping * w / wd * s)
    a12 = decay * s / wd
    a21 = -decay * w * w / wd * s
    a22 = decay * (c - damping * w / wd * s)
    out = np.empty_like(target)
    x = target[0].copy()
    v = np.zeros_like(x)
    for i in range(len(target)):
        e = x - target[i]
        x, v = target[i] + a11 * e + a12 * v, a21 * e + a22 * v
        out[i] = x
    return out


def smooth(values: F64, step: float, sigma: float) -> F64:
    """Gaussian smoothing of (G,) or (G, C) over time, edges held."""
    radius = max(1, round(3 * sigma / step))
    k = np.exp(-0.5 * (np.arange(-radius, radius + 1) * step / sigma) ** 2)
    k /= k.sum()
    flat = values.reshape(len(values), -1)
    padded = np.concatenate([np.repeat(flat[:1], radius, 0), flat, np.repeat(flat[-1:], radius, 0)])
    out = np.stack([np.convolve(padded[:, i], k, "valid") for i in range(flat.shape[1])], axis=1)
    return out.reshape(values.shape)


def hashed(seed: int, *keys: int) -> float:
    """A number in [0, 1) from integers: SplitMix64 (Steele et al. 2014) folded over the keys."""
    x = seed & _MASK
    for key in keys:
        x = (x ^ (key & _MASK)) * 0x9E3779B97F4A7C15 & _MASK
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
        x ^= x >> 31
    return (x >> 11) / float(1 << 53)


def noise(seed: int, channel: int, t: F64, hertz: float) -> F64:
    """Smooth noise in −1 .. 1 with about ``hertz`` turns a second; absolute in time."""
    u = t * hertz + 1000.0
    k = np.floor(u).astype(np.int64)
    low = int(k.min()) - 1
    count = int(k.max()) - low + 4
    knots = np.array([hashed(seed, channel, low + i) * 2 - 1 for i in range(count)])
    f, i = u - k, k - low
    a, b, c, d = knots[i - 1], knots[i], knots[i + 1], knots[i + 2]
    return np.asarray(b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a))))


def occasions(seed: int, channel: int, first: float, last: float, low: float, high: float) -> list[float]:
    """Hash-timed moments ``low`` .. ``high`` seconds apart on average, the same whatever window asks for them."""
    cell = (low + high) / 2
    room = (high - low) / cell / 2
    k0, k1 = int(np.floor(first / cell)) - 1, int(np.ceil(last / cell)) + 1
    moments = [(k + 0.5 + (hashed(seed, channel, k) - 0.5) * room) * cell for k in range(k0, k1)]
    return [m for m in moments if first <= m <= last]


_MASK = (1 << 64) - 1
