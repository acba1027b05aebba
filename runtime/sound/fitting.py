"""A voiced line fitted to its slot: longer or shorter at the same pitch, its words where the cut has them.

Time is stretched by waveform-similarity overlap-add (Verhelst and Roelands 1993): the sound is laid again in overlapping
pieces, each taken where it goes on best from the one before, near where the map of time says. The map runs through the
beginnings of the words, which is why no filter of one tempo serves.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.graph.params import FitSpeech
from compiler.timebase import SAMPLE_RATE
from runtime.sound.speech import mouth
from runtime.sound.wav import Samples, read_wav, write_wav

_PIECE = 1440
"""Samples of a piece, 30 ms: two periods of the lowest voice."""
_HOP = _PIECE // 2
_SEARCH = 480
"""Samples a piece may be taken off its place: half a period of the lowest voice."""
_COARSE = 3
"""Every how many samples pieces are compared."""
_FASTEST = 2.0
"""How much faster or slower than it was spoken any stretch between two words may run."""

F64 = NDArray[np.float64]


def fit_speech(q: FitSpeech, audio: Path, phones: Path, out_wav: Path, out_json: Path) -> None:
    """Write a line as ``speech.speak`` writes one, ``q.seconds`` long. Raises ``ValueError`` for files that are no line's."""
    samples = read_wav(audio)
    told = json.loads(phones.read_text("utf-8"))
    count = round(q.seconds * SAMPLE_RATE)
    spoken = [(float(a), float(b)) for _, a, b in told["words"]]
    came, goes = anchors(spoken, q.words, len(samples) / SAMPLE_RATE, q.seconds)
    fitted = stretched(samples, came * SAMPLE_RATE, goes * SAMPLE_RATE, count)

    def moved(rows: Sequence[tuple[str, float, float]]) -> list[list[object]]:
        return [[what, *(round(float(np.interp(t, came, goes)), 4) for t in (a, b))] for what, a, b in rows]

    facts = {
        "seconds": round(len(fitted) / SAMPLE_RATE, 4),
        "words": moved(told["words"]),
        "phones": moved(told["phones"]),
        "loudness": [round(float(v), 4) for v in mouth(fitted)],
    }
    write_wav(out_wav, fitted)
    out_json.write_text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def anchors(
    spoken: Sequence[tuple[float, float]], words: Sequence[tuple[float, float]], came: float, goes: float
) -> tuple[F64, F64]:
    """The map of time from a line as it was spoken, ``came`` seconds long, to its slot, as two rising rows of seconds.

    It goes through the beginning of each word, but through none that would make the speech between two words run
    more than twice as fast or slow.
    """
    points = [(0.0, 0.0)]
    for (at, end), (to, _) in zip(spoken, words, strict=False):
        if end > at and _runs(points[-1], (at, to)) and _runs((at, to), (came, goes)):
            points.append((at, to))
    points.append((came, goes))
    return np.array([a for a, _ in points]), np.array([b for _, b in points])


def _runs(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether speech can run from one point of the map to another."""
    came, goes = other[0] - one[0], other[1] - one[1]
    return came > 0.0 and came / _FASTEST <= goes <= came * _FASTEST


def stretched(x: Samples, came: F64, goes: F64, count: int) -> Samples:
    """``count`` samples of mono sound; what was at sample ``came[i]`` is heard at ``goes[i]``."""
    pad = _PIECE + _SEARCH
    source = np.concatenate([np.zeros(pad), np.asarray(x, np.float64), np.zeros(2 * pad)])
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(_PIECE) + 0.5) / _PIECE)
    out = np.zeros(count + 2 * _PIECE)
    last = len(source) - _PIECE - _SEARCH - 1
    before: int | None = None
    for begin in range(0, count + _HOP, _HOP):  # a piece's middle lies at sample ``begin`` of the slot
        middle = float(np.interp(begin, goes, came)) + max(0.0, begin - goes[-1])
        place = min(max(round(middle) - _HOP + pad, _SEARCH), last)
        if before is not None:
            place = _best(source, source[before + _HOP : before + _HOP + _PIECE], place)
        out[begin : begin + _PIECE] += source[place : place + _PIECE] * window
        before = min(place, last - _HOP)
    return np.asarray(out[_HOP : _HOP + count], np.float32)


def _best(source: F64, wanted: F64, place: int) -> int:
    """Where near ``place`` the sound goes on most like ``wanted``, what would have followed the piece before."""
    near = source[place - _SEARCH : place + _SEARCH + _PIECE : _COARSE]
    like = np.correlate(near, wanted[::_COARSE], "valid")
    power = np.concatenate([[0.0], np.cumsum(near * near)])
    size = len(wanted[::_COARSE])
    power = power[size:] - power[:-size]
    top = float(power.max())
    if top < 1e-7:
        return place
    score = like / np.sqrt(power + 1e-3 * top)
    return place - _SEARCH + _COARSE * int(np.argmax(score))
