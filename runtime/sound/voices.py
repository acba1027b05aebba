"""Phonemes in, 24 kHz sound and the length of every phoneme out: by the packaged speech models, in a sandboxed child.

The child is this process's own and stays while it lives, because a model takes longer to load than a line to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from runtime.sandbox.box import Module, Sandbox
from runtime.sandbox.limits import Limits
from runtime.sandbox.resident import Answer, Resident
from runtime.sound.wav import Samples

VOICE_RATE = 24_000
UNIT = 600
"""Samples in one unit of phoneme length (25 ms)."""
_LIMITS = Limits(wall=300, memory=4 << 30, output=1 << 20)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Sound of one phoneme string. ``units``: one per phoneme, plus one before and one after."""

    phonemes: str
    samples: Samples
    units: NDArray[np.int64]


def say(phonemes: str, blend: Sequence[tuple[str, float]], speed: float) -> Spoken:
    """Kokoro-82M (int8) with a convex blend of style tables. Unknown phoneme letters are dropped.

    The style row is chosen by length, as the model was trained. Raises ``ValueError`` if nothing is speakable.
    """
    return _spoken(_models().ask(["say", phonemes, list(blend), speed]))


def say_level(phonemes: str, speed: float, pitch: float, liveliness: float, seed: int) -> Spoken:
    """The small vocoder model with its melody in hand: F0 is drawn towards its median and moved.

    ``pitch`` in semitones (formants stay), ``liveliness`` 0 (monotone) .. 1 (as read).
    """
    return _spoken(_models().ask(["say_level", phonemes, speed, pitch, liveliness, seed]))


def _spoken(answer: Answer) -> Spoken:
    told, data = answer
    fields = cast(dict[str, Any], told)
    return Spoken(str(fields["phonemes"]), np.frombuffer(data, np.float32), np.array(fields["units"], np.int64))


@cache
def _models() -> Resident:
    return Resident(Sandbox(limits=_LIMITS), Module("runtime.sound.models"))
