"""``render_music``: a cue, composed, performed and placed in a hall. One cue is one artifact."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from compiler.staging.model import PlacedMusic
from compiler.timebase import SAMPLE_RATE
from runtime.sound.composer import compose
from runtime.sound.filters import Wave, fade, highpass, shelf
from runtime.sound.instruments import air, perform
from runtime.sound.loudness import decibels, integrated
from runtime.sound.space import reverberate
from runtime.sound.wav import Samples, write_wav

REFERENCE = -20.0
"""Integrated LUFS of every rendered cue; its placement level is relative to speech, which is levelled the same."""
_PEAK = 0.8


def render_music(m: PlacedMusic, out_wav: Path) -> None:
    """Write the cue as 48 kHz stereo, ``m.seconds`` long. Level, start and fades are the mix's; the rest is here."""
    write_wav(out_wav, cue(m))


def cue(m: PlacedMusic) -> Samples:
    """(n, 2) samples of the cue ``m``."""
    count = max(1, round(m.seconds * SAMPLE_RATE))
    piece = compose(m)
    dry = np.zeros((count, 2), np.float32)
    wet = np.zeros((count, 2), np.float32)
    for index, part in enumerate(piece.parts):
        sound, send = perform(part, piece, count, m.seed * 101 + index)
        dry += sound
        wet += send * sound
    dry += air(count, piece, m.seed)
    hall = reverberate(highpass(wet, 140.0), "stage", dry=0.0)[:count]
    out: Wave = 0.85 * dry + hall
    out = shelf(shelf(out, 160.0, -1.5, high=False), 3000.0, 1.5)
    return levelled(fade(out, 0.03, 0.25))


def levelled(x: Wave) -> Samples:
    """``x`` at ``REFERENCE`` as a whole, as far as its peaks allow."""
    wave = np.asarray(x, np.float32)
    wave = wave * decibels(float(np.clip(REFERENCE - integrated(wave), -60.0, 60.0)))
    peak = float(np.abs(wave).max()) if len(wave) else 0.0
    return np.asarray(wave * min(1.0, _PEAK / max(peak, 1e-9)), np.float32)
