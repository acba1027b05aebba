"""From mix windows to the finished track: measured, raised or lowered by one gain, limited, encoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import oaconvolve

from compiler.timebase import SAMPLE_RATE
from runtime.sound.loudness import FINE, SILENCE, Meter, decibels, integrated_powers, peaks
from runtime.sound.wav import Samples, WavWriter, length, read_wav

TARGET = -16.0
"""LUFS of a finished film."""
STEP = 0.5
CEILING = -2.1
"""dBTP the limiter keeps below: what AAC may add is left above it, under −1."""
_AHEAD, _HOLD = int(0.005 * SAMPLE_RATE), int(0.012 * SAMPLE_RATE)
_CONTEXT = 2 * (_AHEAD + _HOLD) + 64
_BLOCK = 10 * SAMPLE_RATE


def loudness(paths: Sequence[Path]) -> tuple[float, float]:
    """(integrated LUFS, true peak dBTP) of WAVs laid end to end, by BS.1770-4; silence is −70."""
    meter = Meter()
    for path in paths:
        meter.feed(read_wav(path))
    return meter.integrated(), meter.true_peak()


def gain_for(integrated: float, target: float = TARGET) -> float:
    """Gain in dB, a multiple of 0.5, that brings a mix to ``target``; 0 for silence, never more than ±24."""
    if integrated <= SILENCE + 5.0:
        return 0.0
    return float(np.clip(round((target - integrated) / STEP) * STEP, -24.0, 24.0))


@dataclass(frozen=True, slots=True)
class Survey:
    """What one pass over a mix finds: LUFS, dBTP, the gain in dB its master needs, and the LUFS and dBTP that gives it."""

    lufs: float
    peak: float
    gain: float
    mastered: tuple[float, float]


def survey(windows: Sequence[Path], target: float = TARGET) -> Survey:
    """Measure WAVs laid end to end, and choose the gain in one reading of them.

    The gain, in steps of 0.5 dB, is that whose *limited* track comes nearest to ``target``, for limiting takes loudness
    away. What the limiter would do is worked out a millisecond at a time from powers and true peaks.
    """
    meter = Meter(peak=False)
    highest: list[NDArray[np.float32]] = []
    for before, block, after in _blocks(windows):
        meter.feed(block)
        found = peaks(np.concatenate([before, block, after]))[len(before) : len(before) + len(block)]
        found = np.concatenate([found, np.zeros(-len(found) % FINE, np.float32)])
        highest.append(found.reshape(-1, FINE).max(axis=1))
    lufs = meter.integrated()
    tops = np.concatenate(highest) if highest else np.zeros(0, np.float32)
    peak = float(20.0 * np.log10(max(float(tops.max(initial=0.0)), 1e-7)))
    gain = gain_for(lufs, target)
    powers = meter.powers()
    tops = tops[: len(powers)]
    best, nearest, heard = gain, float("inf"), lufs + gain
    for _ in range(6):
        if lufs <= SILENCE + 5.0 or not len(powers):
            break
        factor = float(decibels(gain))
        curve = _eased(np.minimum(1.0, float(decibels(CEILING)) / np.maximum(tops * factor, 1e-9)), FINE)
        reached = integrated_powers(powers * (factor * curve) ** 2)
        if abs(reached - target) < nearest:
            best, nearest, heard = gain, abs(reached - target), reached
        step = round((target - reached) / STEP) * STEP
        if step == 0.0:
            break
        gain = float(np.clip(gain + step, -24.0, 24.0))
    return Survey(lufs, peak, best, (heard, min(peak + best, CEILING)))


def choose_gain(windows: Sequence[Path], target: float = TARGET) -> float:
    """The gain of ``survey``."""
    return survey(windows, target).gain


def master(
    windows: Sequence[Path],
    gain_db: float,
    out_wav: Path,
    ceiling_db: float = CEILING,
    start: int = 0,
    count: int | None = None,
) -> None:
    """Apply ``gain_db`` and a look-ahead true-peak limiter to ``windows`` laid end to end; write one stereo WAV.

    Peaks are found on the fourfold oversampled signal; the gain that keeps them below ``ceiling_db`` is spread over
    the milliseconds around. Works in blocks with context, so memory is bounded and the result depends on no block size.
    ``start`` and ``count`` keep only that stretch of the joined windows.
    """
    total = sum(length(path) for path in windows)
    end = total if count is None else min(total, start + count)
    with WavWriter(out_wav, max(0, end - start)) as out:
        at = 0
        for piece in _limited(windows, gain_db, ceiling_db):
            out.write(piece[max(0, start - at) : max(0, end - at)])
            at += len(piece)


def _limited(windows: Sequence[Path], gain_db: float, ceiling_db: float) -> Iterator[Samples]:
    gain, ceiling = decibels(gain_db), float(decibels(ceiling_db))
    for before, block, after in _blocks(windows):
        piece = np.concatenate([before, block, after]) * gain
        limited = piece * limit_curve(piece, ceiling)[:, None]
        yield np.asarray(limited[len(before) : len(before) + len(block)], np.float32)


def limit_curve(x: Samples, ceiling: float) -> NDArray[np.float64]:
    """Gain per sample of (n, 2) samples that keeps their true peak below ``ceiling``.

    The least gain needed nearby, smoothed by a window no longer than that neighbourhood: the gain has always
    arrived when the peak does.
    """
    needed = np.minimum(1.0, ceiling / np.maximum(peaks(x), 1e-9))
    return _eased(needed, 1)


def _eased(needed: NDArray[np.floating[Any]], step: int) -> NDArray[np.float64]:
    """The gain that has arrived wherever it is ``needed``; one value every ``step`` samples."""
    if not len(needed) or needed.min() >= 1.0:
        return np.ones(len(needed))
    # The neighbourhood reaches _AHEAD + half the smoothing forward and _HOLD behind.
    ahead, size = _AHEAD // step, (_AHEAD + _HOLD) // step
    least = minimum_filter1d(needed.astype(np.float64), size=2 * size + 1, mode="nearest")
    window = np.hanning(2 * ahead + 3)[1:-1]
    return oaconvolve(np.pad(least, ahead, mode="edge"), window / window.sum(), mode="valid")


def encode_aac(wav: Path, out_m4a: Path, bitrate: str = "256k") -> None:
    """AAC in an MP4 box, the same bytes every time. Raises ``FfmpegError``."""
    from runtime.edit.ffmpeg import EXACT, run, source

    codec = ("-map", "0:a:0", "-c:a", "aac", "-b:a", bitrate, "-ac", "2", "-ar", str(SAMPLE_RATE), "-threads", "1")
    run([*source(wav, "wav", "-threads", "1"), *codec, *EXACT, "-f", "mp4", f"file:{out_m4a}"])


def _blocks(windows: Sequence[Path]) -> Iterator[tuple[Samples, Samples, Samples]]:
    """(context before, block, context after) over the whole track."""
    before = np.zeros((0, 2), np.float32)
    held = np.zeros((0, 2), np.float32)
    for path in windows:
        held = np.concatenate([held, read_wav(path)])
        while len(held) >= _BLOCK + _CONTEXT:
            yield before, held[:_BLOCK], held[_BLOCK : _BLOCK + _CONTEXT]
            before = held[_BLOCK - _CONTEXT : _BLOCK]
            held = held[_BLOCK:]
    if len(held):
        yield before, held, held[:0]
