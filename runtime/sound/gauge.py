"""How loud a film is, from what each stretch of its mix says of itself, so that an edit measures only what it touched.

A mix window keeps, for every 5 ms of it, its K-weighted power and its true peak. Laid end to end they give the film's
loudness (ITU-R BS.1770-4, gated) and the one gain its master needs; no sound is read again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.timebase import SAMPLE_RATE
from runtime.sound.loudness import SILENCE, decibels, integrated_powers, k_power, peaks
from runtime.sound.master import CEILING, eased
from runtime.sound.wav import Samples, stereo

TARGET = -16.0
"""LUFS of a finished film."""
STEP = 0.5
UNIT = SAMPLE_RATE // 200
"""Samples in one unit of a gauge, as nearly as a window divides into units: 5 ms."""
LEAD = SAMPLE_RATE // 4
"""Samples before a window that settle the weighting filters: what lies further back adds less than −200 dB."""
_FLOOR = -200.0


@dataclass(frozen=True, slots=True)
class Gauge:
    """K-weighted power (dB) and true peak (dBTP) of every unit of a stretch, to a hundredth."""

    power: NDArray[np.float32]
    peak: NDArray[np.float32]

    def text(self) -> str:
        """JSON: whole hundredths of a dB."""
        fields = {name: np.rint(values * 100).astype(int).tolist() for name, values in self._fields()}
        return json.dumps(fields, separators=(",", ":"))

    def _fields(self) -> tuple[tuple[str, NDArray[np.float32]], ...]:
        return ("power", self.power), ("peak", self.peak)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a mix comes to: LUFS, dBTP, the gain in dB its master needs, and the LUFS and dBTP that gives it."""

    lufs: float
    peak: float
    gain: float
    mastered: tuple[float, float]


def gauge(samples: Samples, lead: int, count: int) -> Gauge:
    """Of (n, 2) samples, those from ``lead`` on, ``count`` of them; what lies before and behind is context."""
    data = stereo(np.asarray(samples, np.float32))
    units = max(1, round(count / UNIT)) if count else 0
    if not units:
        return Gauge(np.zeros(0, np.float32), np.zeros(0, np.float32))
    edges = np.arange(units) * count // units
    sizes = np.diff(np.append(edges, count))
    power = np.add.reduceat(k_power(data)[lead : lead + count], edges) / sizes
    peak = np.maximum.reduceat(peaks(data)[lead : lead + count], edges)
    return Gauge(_db(power, 10.0), _db(peak, 20.0))


def read_gauge(path: Path) -> Gauge:
    """A gauge as ``Gauge.text`` wrote it."""
    fields = json.loads(path.read_text(encoding="utf-8"))
    power, peak = (np.asarray(np.array(fields[name]) / 100, np.float32) for name in ("power", "peak"))
    return Gauge(power, peak)


def survey(parts: Sequence[Gauge], target: float = TARGET) -> Survey:
    """Loudness, peak and gain of stretches laid end to end.

    The gain, in steps of 0.5 dB, is that whose *limited* track comes nearest to ``target``, for limiting takes loudness
    away; what the limiter would do is worked out unit by unit. A few bytes for every 5 ms of film are held.
    """
    powers = _linear([part.power for part in parts], 10.0)
    tops = _linear([part.peak for part in parts], 20.0)
    lufs = integrated_powers(powers, UNIT)
    peak = max((float(part.peak.max(initial=_FLOOR)) for part in parts), default=_FLOOR)
    best = gain = gain_for(lufs, target)
    nearest, heard = float("inf"), lufs + gain
    for _ in range(6):
        if lufs <= SILENCE + 5.0 or not len(powers):
            break
        factor = float(decibels(gain))
        curve = eased(np.minimum(1.0, float(decibels(CEILING)) / np.maximum(tops * factor, 1e-9)), UNIT)
        reached = integrated_powers(powers * (factor * curve) ** 2, UNIT)
        if abs(reached - target) < nearest:
            best, nearest, heard = gain, abs(reached - target), reached
        step = round((target - reached) / STEP) * STEP
        if step == 0.0:
            break
        gain = float(np.clip(gain + step, -24.0, 24.0))
    return Survey(lufs, peak, best, (heard, min(peak + best, CEILING)))


def gain_for(integrated: float, target: float = TARGET) -> float:
    """Gain in dB, a multiple of 0.5, that brings a mix to ``target``; 0 for silence, never more than ±24."""
    if integrated <= SILENCE + 5.0:
        return 0.0
    return float(np.clip(round((target - integrated) / STEP) * STEP, -24.0, 24.0))


def _db(values: NDArray[np.floating], scale: float) -> NDArray[np.float32]:
    return np.asarray(scale * np.log10(np.maximum(values, 10.0 ** (_FLOOR / scale))), np.float32)


def _linear(parts: Sequence[NDArray[np.float32]], scale: float) -> NDArray[np.float64]:
    joined = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    return np.asarray(10.0 ** (joined.astype(np.float64) / scale))
