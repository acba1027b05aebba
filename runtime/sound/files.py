"""Sound that people bring: effects, music and recorded performances from files, brought to the level of what is made here.

A recording comes without the times of its words. They are laid along it where it sounds: each word gets the share of
the sounding time that its letters have of all letters, and none begins inside a silence.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.graph.params import ImportSound, UseRecording
from compiler.staging.model import LineTiming
from compiler.timebase import SAMPLE_RATE
from runtime.edit.media import MediaError, sound_of
from runtime.sound.delivery import colour_path
from runtime.sound.effects import far, levelled
from runtime.sound.filters import fade
from runtime.sound.loudness import decibels, integrated, levels
from runtime.sound.pacing import sounding
from runtime.sound.reading import read
from runtime.sound.score import levelled as levelled_score
from runtime.sound.speech import levelled_line
from runtime.sound.wav import Samples, write_wav

MOST_LINE = 600.0
"""Seconds of a recorded line that are read."""
_RATE = 100
"""Points of a level curve a second."""
_SILENCE = 0.08
"""Of a recording's loud moments: below this it is silent."""
_SEAM = 0.05
"""Seconds over which a loop's end passes into its beginning."""


def import_sound(q: ImportSound, file: Path, out_wav: Path) -> None:
    """Write a file's sound as 48 kHz stereo. Raises ``MediaError``, ``FfmpegError``."""
    samples = sound_of(file, q.begin, q.seconds)
    if q.loop:
        samples = looped(samples, round(q.seconds * SAMPLE_RATE))
    if q.distance > 0.0:
        samples = far(samples, q.distance)
    wave = np.asarray(samples, np.float64)
    write_wav(out_wav, levelled_score(wave) if q.music else levelled(wave, 0.0))


def use_recording(q: UseRecording, file: Path, out_wav: Path, out_json: Path) -> LineTiming:
    """Write a recorded line as a voiced one is written: 48 kHz mono and its times. Raises ``MediaError``, ``FfmpegError``.

    Of its manner only what happens after the throat is done to it: the level, the telephone, the tape.
    """
    words, target = q.words, q.manner.loudness
    samples = sound_of(file, 0.0, MOST_LINE).mean(axis=1).astype(np.float32)
    heard = integrated(samples)
    if not np.isfinite(heard) or heard < -65.0:
        raise MediaError("the recording is silent")
    x = np.asarray(fade(np.asarray(samples, np.float64), 0.003, 0.01), np.float32)
    x = x * decibels(float(np.clip(target - heard, -40.0, 40.0)))
    x = np.asarray(colour_path(np.asarray(x, np.float64), q.manner.effect, 1), np.float32)
    x = levelled_line(x, target)
    loudness = levels(x)
    spans = lay_words(words, loudness)
    seconds = round(len(x) / SAMPLE_RATE, 4)
    write_wav(out_wav, x)
    top = max(float(np.percentile(loudness, 95)), 1e-6) if len(loudness) else 1.0
    facts = {
        "seconds": seconds,
        "words": [[word, a, b] for word, (a, b) in zip(words, spans, strict=True)],
        "phones": _phones(words, spans),
        "loudness": [round(float(v), 4) for v in np.clip(loudness / top, 0.0, 1.0)],
    }
    out_json.write_text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return LineTiming(seconds, spans, True)


def lay_words(words: Sequence[str], loudness: NDArray[np.float32]) -> tuple[tuple[float, float], ...]:
    """(start, end) seconds of each word along a level curve of 100 points a second."""
    if not words:
        return ()
    top = float(np.percentile(loudness, 95)) if len(loudness) else 0.0
    heard = loudness > _SILENCE * top if top > 0 else np.ones(len(loudness), bool)
    if not heard.any():
        heard = np.ones(max(len(loudness), 1), bool)
    places = np.flatnonzero(heard)
    weights = np.array([1.0 + sum(c.isalnum() for c in word) for word in words])
    shares = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum() * len(places)
    spans = []
    for first, last in pairwise(shares):
        begin = places[min(int(first + 0.5), len(places) - 1)] / _RATE
        end = (places[min(max(int(last + 0.5) - 1, int(first + 0.5)), len(places) - 1)] + 1) / _RATE
        spans.append((round(float(begin), 4), round(float(end), 4)))
    return tuple(spans)


def looped(samples: Samples, count: int) -> Samples:
    """``count`` samples of a sound repeated, each end passing into the next beginning."""
    seam = min(int(_SEAM * SAMPLE_RATE), len(samples) // 4)
    if len(samples) >= count or seam < 1:
        return samples[:count]
    rise = np.sin(np.linspace(0.0, np.pi / 2, seam, dtype=np.float32))[:, None]
    body = samples[:-seam].copy()
    body[:seam] = body[:seam] * rise + samples[-seam:] * rise[::-1]
    first = samples[:-seam]
    rest = np.tile(body, (-(-(count - len(first)) // len(body)) + 1, 1))
    return np.concatenate([first, rest])[:count]


def _phones(words: Sequence[str], spans: Sequence[tuple[float, float]]) -> list[list[object]]:
    """Each word's phonemes, evenly along it; what cannot be read is mouthed by its letters."""
    out: list[list[object]] = []
    for spoken, word, (begin, end) in zip(read(" ".join(words)), words, spans, strict=True):
        sounds = sounding(spoken.phonemes) or [c for c in word.lower() if c.isalpha()]
        step = (end - begin) / max(1, len(sounds))
        out += [[ipa, round(begin + i * step, 4), round(begin + (i + 1) * step, 4)] for i, ipa in enumerate(sounds)]
    return out
