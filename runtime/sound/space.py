"""Places as reverberation: synthetic stereo impulse responses that decay by frequency, and convolution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.signal import oaconvolve

from compiler.timebase import SAMPLE_RATE
from runtime.sound.filters import Wave, bandpass, highpass, lowpass

_SR = SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Place:
    """``low``, ``mid``, ``high``: seconds to −60 dB at 400 Hz, 1.5 kHz, 5 kHz; ``wet`` level of a voice."""

    low: float
    mid: float
    high: float
    delay: float
    early: float
    wet: float


PLACES = {
    "small room": Place(0.34, 0.32, 0.22, 0.004, 1.0, 0.13),
    "room": Place(0.52, 0.45, 0.3, 0.007, 0.9, 0.14),
    "car": Place(0.12, 0.1, 0.08, 0.002, 1.2, 0.12),
    "hall": Place(2.9, 2.5, 1.3, 0.026, 0.55, 0.24),
    "cave": Place(3.6, 3.0, 1.1, 0.03, 0.6, 0.34),
    "street": Place(0.9, 0.8, 0.4, 0.022, 0.8, 0.07),
    "exterior": Place(0.35, 0.28, 0.12, 0.03, 0.35, 0.035),
    "phone": Place(0.1, 0.1, 0.08, 0.002, 1.0, 0.03),
    "stage": Place(2.5, 2.3, 1.4, 0.022, 0.5, 0.34),
    "far": Place(2.2, 1.8, 0.7, 0.045, 0.25, 0.6),
}
"""``stage`` is for the score, ``far`` for distant sounds."""


def reverberate(x: Wave, place: str, wet: float | None = None, dry: float = 1.0) -> Wave:
    """(n,) or (n, 2) → (n + tail, 2) float32: ``dry`` of the sound and ``wet`` (its place's own unless given) of the place."""
    spec = PLACES.get(place, PLACES["room"])
    response = impulse(place if place in PLACES else "room")
    both = np.repeat(x[:, None], 2, axis=1) if x.ndim == 1 else x
    both = np.asarray(both, np.float32)
    out = np.zeros((len(both) + len(response) - 1, 2), np.float32)
    amount = spec.wet if wet is None else wet
    for side in (0, 1):
        out[:, side] = np.float32(amount) * oaconvolve(both[:, side], response[:, side])
    out[: len(both)] += np.float32(dry) * both
    return out


@lru_cache(maxsize=12)
def impulse(place: str) -> Wave:
    """(n, 2) impulse response of unit energy per channel.

    Noise in three bands, each with its own exponential decay, and a handful of early reflections; the sides
    are decorrelated except below 200 Hz.
    """
    spec = PLACES[place]
    n = int(max(spec.low, spec.mid) * 1.15 * _SR) + int(0.08 * _SR)
    t = np.arange(n) / _SR
    seed = sum(ord(c) * 131**i for i, c in enumerate(place)) % 2**31
    common = np.random.default_rng(seed).standard_normal(n)
    out = np.zeros((n, 2))
    for side in (0, 1):
        rng = np.random.default_rng(seed + 1 + side)
        own = rng.standard_normal(n)
        tail = lowpass(common, 200.0) * np.exp(-6.91 * t / spec.low)
        tail += 0.8 * bandpass(own, 200.0, 900.0) * np.exp(-6.91 * t / (0.5 * (spec.low + spec.mid)))
        tail += 0.8 * bandpass(own, 900.0, 4500.0) * np.exp(-6.91 * t / spec.mid)
        tail += 0.35 * highpass(own, 4500.0) * np.exp(-6.91 * t / spec.high)
        tail *= np.clip((t - spec.delay) / (0.35 * spec.delay + 0.004), 0.0, 1.0)
        tail /= np.sqrt((tail**2).sum())
        early: Wave = np.zeros(n)
        for k in range(9):
            at = int(spec.delay * (0.5 + 0.55 * k + 0.4 * rng.uniform()) * _SR)
            if at < n:
                early[at] += (-1.0 if rng.uniform() < 0.4 else 1.0) * 0.72**k
        early = lowpass(early, 6500.0, order=1)
        early /= max(np.sqrt((early**2).sum()), 1e-9)
        out[:, side] = tail + 0.5 * spec.early * early
        out[:, side] /= np.sqrt((out[:, side] ** 2).sum())
    return np.asarray(out, np.float32)
