"""Parts of sounds: what a picked stretch leaves of a line or an effect, let in and let go so that no cut is heard as a click."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from compiler.graph.params import CutSound
from compiler.timebase import SAMPLE_RATE
from runtime.schedule.table import TaskContext
from runtime.sound.wav import Samples, read_span, write_wav

FADE = 0.03
"""Seconds over which a cut sound comes and goes: shorter clicks, longer eats the word beside it."""


def cut_sound(task: TaskContext) -> None:
    """Write the part of a sound that is kept."""
    q = task.params
    assert isinstance(q, CutSound)
    write_wav(task.outputs["audio"], part_of(task.inputs["audio"][0], q.begin, q.end))


def part_of(path: Path, begin: float, end: float) -> Samples:
    """Samples of a sound between two of its seconds, faded where it was cut and not where it begins or ends by itself.

    A part that lies behind the sound's end is one silent sample: there is nothing to hear, and a file must hold something.
    """
    first, last = round(begin * SAMPLE_RATE), round(end * SAMPLE_RATE)
    found = read_span(path, first, last - first + 1)
    goes_on, found = len(found) > last - first, found[: last - first]
    if not len(found):
        return np.zeros((1, *found.shape[1:]), np.float32)
    fade = min(round(FADE * SAMPLE_RATE), len(found) // 2)
    level = np.ones(len(found), np.float32)
    ramp = np.sin(0.5 * np.pi * (np.arange(fade, dtype=np.float64) + 0.5) / max(fade, 1)).astype(np.float32)
    if first > 0:
        level[:fade] *= ramp
    if goes_on and fade:
        level[-fade:] *= ramp[::-1]
    return np.asarray(found * (level if found.ndim == 1 else level[:, None]), np.float32)
