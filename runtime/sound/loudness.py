"""How loud sound is: ITU-R BS.1770-4 gated loudness, true peak by fourfold oversampling, and level curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly, sosfilt

from compiler.timebase import SAMPLE_RATE
from runtime.sound.wav import Samples, stereo

_K_WEIGHTING = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)
"""Head shelf and revised low-frequency B curve of BS.1770-4 at 48 kHz."""
SILENCE = -70.0


def integrated(samples: Samples, gated: bool = True) -> float:
    """Integrated loudness in LUFS of (n,) or (n, 2); ``SILENCE`` for nothing. A mono signal counts as one channel.

    Sounds shorter than one 400 ms block are measured whole.
    """
    power = k_power(samples)
    block, hop = int(0.4 * SAMPLE_RATE), int(0.1 * SAMPLE_RATE)
    if len(power) < block or not gated:
        return _lufs(float(power.mean())) if len(power) else SILENCE
    return gate(block_means(power, block, hop))


def k_power(samples: Samples) -> NDArray[np.float64]:
    """K-weighted instantaneous power, channels summed, shape (n,)."""
    data = np.asarray(samples, np.float64)
    if data.ndim == 1:
        data = data[:, None]
    weighted = sosfilt(_K_WEIGHTING, data, axis=0)
    return np.asarray((weighted**2).sum(axis=1), np.float64)


def block_means(power: NDArray[np.float64], block: int, hop: int) -> NDArray[np.float64]:
    """Means of overlapping blocks."""
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - block + 1, hop)
    return np.asarray((sums[starts + block] - sums[starts]) / block, np.float64)


def gate(blocks: NDArray[np.float64]) -> float:
    """The two gates of BS.1770: absolute −70 LUFS, relative −10 LU."""
    loud = blocks[blocks > 10.0 ** ((-70.0 + 0.691) / 10.0)]
    if not len(loud):
        return SILENCE
    kept = loud[loud > loud.mean() * 0.1]
    return _lufs(float(kept.mean()))


def true_peak(samples: Samples) -> float:
    """Peak in dBTP after fourfold oversampling."""
    data = samples if samples.ndim == 2 else samples[:, None]
    peak = 0.0
    for start in range(0, len(data), _PIECE):  # piecewise, so that memory does not grow with the film
        before, after = min(start, _EDGE), _EDGE if start + _PIECE + _EDGE < len(data) else 0
        piece = data[start - before : start + _PIECE + _EDGE]
        peak = max(peak, _oversampled_peak(piece, before, after))
    return float(20.0 * np.log10(max(peak, 1e-7)))


def _oversampled_peak(x: Samples, before: int, after: int) -> float:
    """Peak of (n, channels) leaving out ``before`` and ``after`` samples of context, whose cut ends ring."""
    wide = resample_poly(np.asarray(x, np.float64), 4, 1, axis=0, window=("kaiser", 8.0))
    inner = wide[4 * before : len(wide) - 4 * after]
    return float(np.abs(inner).max()) if len(inner) else 0.0


_EDGE = 64
_PIECE = 8 * SAMPLE_RATE


def levels(samples: Samples, rate: float = 100.0, sample_rate: int = SAMPLE_RATE) -> NDArray[np.float32]:
    """Root mean square per step of 1/``rate`` seconds."""
    step = int(sample_rate / rate)
    count = -(-len(samples) // step)
    padded = np.zeros(count * step, np.float64)
    padded[: len(samples)] = samples
    return np.asarray(np.sqrt((padded.reshape(count, step) ** 2).mean(axis=1)), np.float32)


def decibels(gain_db: float) -> np.float32:
    """Linear factor of a gain in dB."""
    return np.float32(10.0 ** (gain_db / 20.0))


def _lufs(power: float) -> float:
    return float(-0.691 + 10.0 * np.log10(power)) if power > 1e-10 else SILENCE


class Meter:
    """Loudness and true peak of a track fed piece by piece, as if it had been measured whole."""

    def __init__(self) -> None:
        self._state = np.zeros((2, 2, 2))
        self._steps: list[float] = []
        self._rest = np.zeros(0)
        self._peak = 0.0
        self._last = np.zeros((0, 2), np.float32)

    def feed(self, samples: Samples) -> None:
        """Measure the next (n, 2) samples."""
        data = stereo(np.asarray(samples, np.float32))
        if not len(data):
            return
        weighted, self._state = sosfilt(_K_WEIGHTING, np.asarray(data, np.float64), axis=0, zi=self._state)
        power = np.concatenate([self._rest, (weighted**2).sum(axis=1)])
        step = SAMPLE_RATE // 10
        whole = len(power) // step
        self._steps += power[: whole * step].reshape(whole, step).mean(axis=1).tolist()
        self._rest = power[whole * step :]
        joined = np.concatenate([self._last, data])
        before = min(len(self._last), _EDGE)
        if len(joined) > 2 * _EDGE:
            self._peak = max(self._peak, _oversampled_peak(joined, before, _EDGE))
            joined = joined[-2 * _EDGE :]
        self._last = joined

    def integrated(self) -> float:
        """Gated LUFS so far; tracks under 400 ms are measured whole."""
        steps = np.array(self._steps)
        if len(steps) < 4:
            parts = np.concatenate([np.repeat(steps, SAMPLE_RATE // 10), self._rest])
            return _lufs(float(parts.mean())) if len(parts) else SILENCE
        return gate(np.convolve(steps, np.full(4, 0.25), mode="valid"))

    def true_peak(self) -> float:
        """dBTP so far."""
        end = _oversampled_peak(self._last, min(len(self._last), _EDGE), 0) if len(self._last) else 0.0
        return float(20.0 * np.log10(max(self._peak, end, 1e-7)))
