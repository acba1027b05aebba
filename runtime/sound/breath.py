"""A human breath, close enough to feel: turbulence shaped by a mouth that opens, and the small noises around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.timebase import SAMPLE_RATE
from runtime.sound.filters import Wave, bandpass, drift, highpass, lowpass, noise, resonance

_SR = SAMPLE_RATE
_MOUTH = {
    "in": ((880.0, 260.0, 0.75), (1750.0, 340.0, 1.0), (2750.0, 460.0, 0.7), (4300.0, 900.0, 0.4)),
    "out": ((540.0, 240.0, 1.0), (1380.0, 300.0, 0.85), (2480.0, 420.0, 0.5), (3700.0, 800.0, 0.22)),
}
"""Formants (Hz, bandwidth, level) of a whispered open vowel: narrower drawing in, lower and darker letting go."""


def breath(
    count: int, seed: int, *, phases: Sequence[Sequence[str | float]], every: float = 0.0, size: float = 1.0
) -> Wave:
    """Phases ``[direction, start, seconds]``, ``in`` or ``out``, once or again ``every`` so many seconds; mono.

    ``size`` moves the formants: below 1 a larger throat.
    """
    out = np.zeros(count)
    number = 0
    again = 0.0
    while again == 0.0 or (every and (again + 0.6 * every) * _SR < count):
        for direction, start, seconds in phases:
            first = int((again + float(start)) * _SR)
            length = min(count - first, int(float(seconds) * _SR))
            if length > 1000:
                out[first : first + length] += _phase(str(direction), length, seed + 101 * number, size)
            number += 1
        again += every or float("inf")
    return out


def _phase(direction: str, n: int, seed: int, throat: float) -> Wave:
    u = np.arange(n) / n
    air = noise(n, seed, 0.35)
    mouth = np.zeros(n)
    # The jaw opens into the breath and closes out of it: each resonance crosses between two mouths.
    for hz, width, size in _MOUTH[direction]:
        opening = 1.09 if direction == "out" else 0.93
        hz = hz * throat
        early, late = resonance(air, hz * opening, width), resonance(air, hz / opening, width * 1.1)
        blend = u if direction == "out" else u**1.5
        mouth += size * (early * (1.0 - blend) + late * blend)
    mouth += 0.10 * highpass(air, 5200.0) * (u if direction == "in" else (1 - u) ** 2)
    mouth += 0.14 * bandpass(noise(n, seed + 1, 1.0), 110.0, 420.0)  # the chest
    if direction == "in":
        level = u**0.9 * np.minimum(1.0, (1.0 - u) / 0.16) ** 1.3
    else:
        level = np.minimum(1.0, u / 0.09) ** 1.4 * (1.0 - u) ** 1.55
    flutter = 1.0 + 0.10 * drift(n, 9.0, seed + 2) + 0.07 * drift(n, 23.0, seed + 3)
    out = mouth / max(float(mouth.std()), 1e-9) * level * flutter
    return out + _lips(n, seed + 4, direction)


def _lips(n: int, seed: int, direction: str) -> Wave:
    """The tiny wet parting of lips before air moves; on the way out only a soft onset."""
    out = np.zeros(n)
    if direction == "out":
        t = np.arange(n) / _SR
        return np.asarray(0.25 * lowpass(noise(n, seed, 1.0), 160.0) * np.exp(-(((t - 0.07) / 0.05) ** 2)))
    rng = np.random.default_rng(seed)
    for at in rng.uniform(0.0, 0.035, 3):
        first, m = int(at * _SR), min(n, int(0.012 * _SR))
        t = np.arange(m) / _SR
        tick = np.sin(2 * np.pi * rng.uniform(1500, 3400) * t) * np.exp(-t / 0.0016) * rng.uniform(0.12, 0.3)
        out[first : first + m] += tick[: max(0, n - first)]
    return out
