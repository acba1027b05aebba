"""How loud sound is: ITU-R BS.1770-4 gated loudness, true peak by fourfold oversampling, and level curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import firwin, sosfilt, upfirdn

from compiler.timebase import SAMPLE_RATE
from runtime.sound.wav import Samples

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
    power = np.zeros(len(data))
    for channel in data.T:
        power += sosfilt(_K_WEIGHTING, np.ascontiguousarray(channel)) ** 2
    return power


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


def peaks(x: Samples) -> NDArray[np.float32]:
    """True peak at each of (n, channels) samples: the greatest of it and of the three between it and the next."""
    if not len(x):
        return np.zeros(0, np.float32)
    highest = np.zeros(len(x), np.float32)
    for channel in np.asarray(x, np.float32).T:  # one after the other, or the filter strides through memory
        mono = np.ascontiguousarray(channel)
        wide = np.abs(upfirdn(_INTERPOLATION, mono, 4)[_DELAY : _DELAY + 4 * len(mono)]).reshape(-1, 4)
        for phase in range(4):
            np.maximum(highest, wide[:, phase], out=highest)
        np.maximum(highest, np.abs(mono), out=highest)
    return highest


def _oversampled_peak(x: Samples, before: int, after: int) -> float:
    """Peak of (n, channels) leaving out ``before`` and ``after`` samples of context, whose cut ends ring."""
    inner = peaks(x)[before : len(x) - after]
    return float(inner.max()) if len(inner) else 0.0


_DELAY = 40
_INTERPOLATION = np.asarray(4.0 * firwin(2 * _DELAY + 1, 0.25, window=("kaiser", 8.0)), np.float32)
"""Fourfold interpolation, Kaiser window β = 8: passes 20 kHz, delays by ``_DELAY`` of its own samples."""
RISE = float(max(np.abs(_INTERPOLATION[phase::4]).sum() for phase in range(4)))
"""How far above its samples the true peak of any sound can lie, as a factor."""
REACH = _DELAY // 4 + 2
"""Samples on either side that a true peak depends on."""
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


def integrated_powers(powers: NDArray[np.float64], unit: int) -> float:
    """Gated LUFS of K-weighted powers, each the mean of ``unit`` samples; a tenth of a second is whole units."""
    tenth = SAMPLE_RATE // 10 // unit
    whole = len(powers) // tenth
    if whole < 4:
        return _lufs(float(powers.mean())) if len(powers) else SILENCE
    steps = powers[: whole * tenth].reshape(whole, tenth).mean(axis=1)
    return gate(np.convolve(steps, np.full(4, 0.25), mode="valid"))
