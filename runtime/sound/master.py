"""From mix windows to the finished track: one gain, and a look-ahead limiter, any stretch of it by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import oaconvolve

from compiler.timebase import SAMPLE_RATE
from runtime.sound.loudness import REACH, RISE, decibels, peaks
from runtime.sound.wav import Samples, WavWriter, length, read_span, stereo

CEILING = -2.1
"""dBTP the limiter keeps below: what AAC may add is left above it, under −1."""
_AHEAD, _HOLD = int(0.005 * SAMPLE_RATE), int(0.012 * SAMPLE_RATE)
CONTEXT = 2 * (_AHEAD + _HOLD) + 64
"""Samples before and behind a stretch that its limiting depends on."""
_BLOCK = 10 * SAMPLE_RATE


def master(
    windows: Sequence[Path],
    gain_db: float,
    out_wav: Path,
    ceiling_db: float = CEILING,
    start: int = 0,
    count: int | None = None,
) -> None:
    """Apply ``gain_db`` and a true-peak limiter to samples ``start`` .. ``start + count`` of ``windows`` laid end to end.

    Peaks are found on the fourfold oversampled signal; the gain that keeps them below ``ceiling_db`` is spread over
    the milliseconds around. What comes out at a sample depends on ``CONTEXT`` samples on either side and on nothing else,
    so stretches made apart join as if they had been made as one. Memory is bounded.
    """
    gain, ceiling = decibels(gain_db), float(decibels(ceiling_db))
    track = Joined(windows)
    end = track.length if count is None else min(track.length, start + count)
    with WavWriter(out_wav, max(0, end - start)) as out:
        for first in range(start, end, _BLOCK):
            last = min(first + _BLOCK, end)
            low = max(0, first - CONTEXT)
            piece = track.read(low, min(track.length, last + CONTEXT)) * gain
            curve = limit_curve(piece, ceiling)[first - low : last - low]
            out.write(np.asarray(piece[first - low : last - low] * curve[:, None], np.float32))


class Joined:
    """WAV files laid end to end; only what is asked for is read."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._edges = [0, *accumulate(length(path) for path in paths)]
        self.length = self._edges[-1]

    def read(self, first: int, last: int) -> Samples:
        """Samples ``first`` .. ``last``, (n, 2) float32."""
        parts = [np.zeros((0, 2), np.float32)]
        for path, (begin, end) in zip(self._paths, pairwise(self._edges), strict=True):
            low, high = max(first, begin), min(last, end)
            if high > low:
                parts.append(stereo(read_span(path, low - begin, high - low)))
        return np.concatenate(parts)


def limit_curve(x: Samples, ceiling: float) -> NDArray[np.float64]:
    """Gain per sample of (n, 2) samples that keeps their true peak below ``ceiling``.

    The least gain needed nearby, smoothed by a window no longer than that neighbourhood: the gain has always
    arrived when the peak does.
    """
    needed = np.ones(len(x))
    for first, last in _loud(x, ceiling):
        low, high = max(0, first - REACH), min(len(x), last + REACH)
        found = peaks(x[low:high])[first - low : last - low]
        needed[first:last] = np.minimum(1.0, ceiling / np.maximum(found, 1e-9))
    return eased(needed, 1)


def _loud(x: Samples, ceiling: float) -> list[tuple[int, int]]:
    """Stretches outside which no peak can reach ``ceiling``, however the samples lie: nothing is oversampled there."""
    hop = 256
    tops = np.abs(x).max(axis=1, initial=0.0)
    tops = np.append(tops, np.zeros(-len(tops) % hop, tops.dtype)).reshape(-1, hop).max(axis=1)
    hot = tops * RISE >= ceiling
    near = hot.copy()
    near[1:] |= hot[:-1]
    near[:-1] |= hot[1:]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(np.int8), [0]])))
    return [(int(a) * hop, min(int(b) * hop, len(x))) for a, b in edges.reshape(-1, 2)]


def eased(needed: NDArray[np.floating[Any]], step: int) -> NDArray[np.float64]:
    """The gain that has arrived wherever it is ``needed``; one value every ``step`` samples."""
    if not len(needed) or needed.min() >= 1.0:
        return np.ones(len(needed))
    # The neighbourhood reaches _AHEAD + half the smoothing forward and _HOLD behind.
    ahead, size = _AHEAD // step, (_AHEAD + _HOLD) // step
    least = minimum_filter1d(needed.astype(np.float64), size=2 * size + 1, mode="nearest")
    window = np.hanning(2 * ahead + 3)[1:-1]
    return oaconvolve(np.pad(least, ahead, mode="edge"), window / window.sum(), mode="valid")
