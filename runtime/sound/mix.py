"""The mix: every sound of the film at its place, level and distance, in windows that join without a seam.

A window is a pure function of the placements and the sources: nothing carries over from the window before, so a changed
line re-mixes only what it touches, and the windows laid end to end are the whole mix, sample for sample.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, sin
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import PlacedMusic, PlacedSound, PlacedSpeech
from compiler.timebase import SAMPLE_RATE
from runtime.sound.filters import Wave, highpass, shelf
from runtime.sound.space import PLACES, reverberate
from runtime.sound.wav import Samples, length, read_span, read_wav

Placed = PlacedSpeech | PlacedSound | PlacedMusic
Source = tuple[Placed, Path]

GRID = 240
"""Samples between points of every level curve (5 ms); between them levels are joined by lines."""
DUCK_MUSIC, DUCK_AMBIENCE, DUCK_EFFECT = -6.0, -4.0, -1.0
"""How far, in dB, each gives way while somebody speaks."""
LIFT_MUSIC, LIFT_AMBIENCE = 3.0, 1.5
"""How far above its written level each stands when nobody does; a score alone may be larger than under words."""
_BEFORE, _AFTER = 0.35, 0.9
"""Seconds over which they give way before the first word and come back after the last."""
_MERGE = 1.1
"""Pauses shorter than this do not let the music up."""
_TAIL = 3.2
"""Seconds of reverberation kept after a line."""


@dataclass(frozen=True, slots=True)
class _Talk:
    """A stretch of film time, in seconds, in which somebody speaks."""

    start: float
    end: float


def mix_window(sources: Sequence[Source], start: int, count: int, total: int) -> Samples:
    """Samples ``start`` .. ``start + count`` of a mix ``total`` samples long, as (count, 2) float32.

    Speech is the reference (its WAVs are levelled to −20 LUFS); sounds and music sit at their ``level_db`` below or
    above it and give way to speech, looking ahead along the placements. Sources are summed in the order given.
    """
    count = max(0, min(count, total - start))
    out = np.zeros((count, 2))
    talks = _talks(sources)
    for placed, path in sources:
        begin = round(placed.start * SAMPLE_RATE)
        if begin >= start + count or not path_reaches(placed, path, begin, start):
            continue
        match placed:
            case PlacedSpeech():
                _add(out, _voice(placed, path), begin, start)
            case PlacedSound():
                depth = DUCK_AMBIENCE if placed.ambience else DUCK_EFFECT
                _add_span(out, placed, path, begin, start, talks, depth)
            case PlacedMusic():
                _add_span(out, placed, path, begin, start, talks, DUCK_MUSIC)
    return np.asarray(_rounded(out), np.float32)


def window_sources(sources: Sequence[Source], start: int, count: int) -> list[int]:
    """Indices of the sources a window can depend on: those heard in it, and speech near enough to duck them."""
    begin, end = start / SAMPLE_RATE - _AFTER - _MERGE, (start + count) / SAMPLE_RATE + _BEFORE + _MERGE
    kept = []
    for index, (placed, path) in enumerate(sources):
        stop = placed.start + (length(path) / SAMPLE_RATE) + (_TAIL if isinstance(placed, PlacedSpeech) else 0.0)
        if placed.start < end and stop > begin:
            kept.append(index)
    return kept


def path_reaches(placed: Placed, path: Path, begin: int, start: int) -> bool:
    """False if the source has ended, tail and all, before ``start``."""
    tail = int(_TAIL * SAMPLE_RATE) if isinstance(placed, PlacedSpeech) else 0
    return begin + length(path) + tail > start


def duck(talks: Sequence[_Talk], seconds: float) -> float:
    """How much of the way down things are at a moment, 0..1: eased before speech, held, eased back after."""
    most = 0.0
    for talk in talks:
        if talk.start - _BEFORE < seconds < talk.end + _AFTER:
            rise = (seconds - talk.start + _BEFORE) / _BEFORE
            fall = (talk.end + _AFTER - seconds) / _AFTER
            t = min(1.0, rise, fall)
            most = max(most, 0.5 - 0.5 * cos(pi * max(0.0, t)))
    return most


def _talks(sources: Sequence[Source]) -> list[_Talk]:
    """Speech as stretches, short pauses closed."""
    spans = sorted(
        (p.start, p.start + min(length(path) / SAMPLE_RATE, p.until or 1e9))
        for p, path in sources
        if isinstance(p, PlacedSpeech)
    )
    merged: list[_Talk] = []
    for begin, end in spans:
        if merged and begin - merged[-1].end < _MERGE:
            merged[-1] = _Talk(merged[-1].start, max(merged[-1].end, end))
        else:
            merged.append(_Talk(begin, end))
    return merged


def _cut_off(dry: Wave, seconds: float) -> Wave:
    """A voice that stops in the middle of a word: what is left rings out in the room."""
    end = min(len(dry), round(seconds * SAMPLE_RATE))
    fall = min(end, round(0.06 * SAMPLE_RATE))
    cut = dry.copy()
    cut[end - fall : end] *= np.linspace(1.0, 0.0, fall)
    cut[end:] = 0.0
    return cut


def _voice(placed: PlacedSpeech, path: Path) -> Wave:
    """A line in its room, panned: (n + tail, 2). Depends on the line and its room only, so windows agree about it."""
    dry: Wave = np.asarray(read_wav(path), np.float64)
    if placed.until:
        dry = _cut_off(dry, placed.until)
    if placed.voice_over or placed.room not in PLACES:
        close = shelf(dry, 180.0, 1.5, high=False) if placed.voice_over else dry
        wet = reverberate(close, "small room", wet=0.035)
    else:
        wet = reverberate(dry, placed.room)
        if placed.room == "exterior":
            wet = highpass(wet, 110.0, order=1)
    limit = len(dry) + int(_TAIL * SAMPLE_RATE)
    return np.asarray(wet[:limit] * _pan(0.7 * placed.pan))


def _add(out: Wave, sound: Wave, begin: int, start: int) -> None:
    low, high = max(begin, start), min(begin + len(sound), start + len(out))
    if high > low:
        out[low - start : high - start] += sound[low - begin : high - begin]


def _add_span(
    out: Wave, placed: PlacedSound | PlacedMusic, path: Path, begin: int, start: int, talks: list[_Talk], depth: float
) -> None:
    """Add the part of a stereo source that falls in the window, under its level curve."""
    size = length(path)
    last = min(size, round(placed.seconds * SAMPLE_RATE)) if _is_long(placed) else size
    low, high = max(begin, start), min(begin + last, start + len(out))
    if high <= low:
        return
    samples = np.asarray(read_span(path, low - begin, high - low), np.float64)
    if samples.ndim == 1:
        samples = np.repeat(samples[:, None], 2, axis=1)
    first, end = placed.start, placed.start + last / SAMPLE_RATE
    lift = LIFT_MUSIC if isinstance(placed, PlacedMusic) else LIFT_AMBIENCE if placed.ambience else 0.0
    gain = 10.0 ** ((placed.level_db + lift) / 20.0)

    def level(point: int) -> float:
        at = point * GRID / SAMPLE_RATE
        rise = _ramp(at - first, placed.fade_in)
        fall = _ramp(end - at, placed.fade_out)
        return float(gain * rise * fall * 10.0 ** (depth * duck(talks, at) / 20.0))

    curve = _levels(level, low, high)
    pan = placed.pan if isinstance(placed, PlacedSound) else 0.0
    out[low - start : high - start] += samples * curve[:, None] * (_pan(pan) if pan else 1.0)


def _is_long(placed: PlacedSound | PlacedMusic) -> bool:
    """Music and ambiences end where they are placed to; a single sound may ring on."""
    return isinstance(placed, PlacedMusic) or placed.ambience or placed.fade_out > 0.0


def _levels(level: Callable[[int], float], low: int, high: int) -> NDArray[np.float64]:
    """A level curve for samples ``low`` .. ``high``, from grid points that do not depend on the window."""
    first, last = low // GRID, -(-high // GRID)
    points = np.array([level(point) for point in range(first, last + 1)])
    at = np.arange(low, high)
    index = at // GRID - first
    part = (at % GRID) / GRID
    return np.asarray(points[index] + (points[index + 1] - points[index]) * part)


def _ramp(seconds: float, fade: float) -> float:
    """Equal-power fade: 0 at the end, 1 ``fade`` seconds in."""
    if seconds <= 0.0:
        return 0.0 if fade > 0.0 else 1.0
    return sin(0.5 * pi * min(1.0, seconds / fade)) if fade > 0.0 else 1.0


@lru_cache(maxsize=256)
def _pan(pan: float) -> NDArray[np.float64]:
    """Equal-power gains of left and right, one in the middle."""
    angle = (max(-1.0, min(1.0, pan)) + 1.0) * pi / 4.0
    return np.asarray(np.array([cos(angle), sin(angle)]) * np.sqrt(2.0), np.float64)


def _rounded(x: Wave) -> Wave:
    """A static bus curve: straight to 0.6, then bending gently, never past 1. Being memoryless, it knows no window."""
    knee, top = 0.6, 1.0
    size = np.abs(x)
    over = np.maximum(0.0, size - knee) / (top - knee)
    return np.asarray(np.where(size > knee, np.copysign(knee + (top - knee) * over / (1.0 + over), x), x))
