"""Feelings as curves: how strongly each named emotion shows, and what it does to posture and tempo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from compiler.staging.model import Act, ActKind
from runtime.previz.motion.curves import F64, ease
from runtime.previz.people.face import EMOTIONS

_ALIASES = {
    "laugh": "smile", "joy": "smile", "happy": "smile", "happiness": "smile", "calm": "neutral", "": "neutral",
    "sad": "sadness", "sorrow": "grief", "angry": "anger", "afraid": "fear", "tired": "weary", "hope": "hopeful",
    "tenderness": "tender", "surprised": "surprise", "worry": "fear", "crying": "grief",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Bearing:
    """What an emotion at full strength does to the body, radians; ``tempo`` multiplies breath."""

    stoop: float = 0.0
    bow: float = 0.0
    tilt: float = 0.0
    shoulders: float = 0.0
    tempo: float = 1.0


_BEARINGS = {
    "smile": _Bearing(-0.02, -0.02, 0.03, 0.0, 1.1),
    "sadness": _Bearing(0.09, 0.13, 0.03, -0.05, 0.85),
    "anger": _Bearing(0.05, 0.05, 0.0, 0.06, 1.5),
    "fear": _Bearing(-0.06, -0.03, 0.0, 0.11, 1.8),
    "disgust": _Bearing(-0.05, -0.06, 0.06, 0.03, 1.0),
    "surprise": _Bearing(-0.06, -0.07, 0.0, 0.07, 1.3),
    "contempt": _Bearing(-0.03, -0.08, 0.05, 0.0, 0.95),
    "grief": _Bearing(0.15, 0.22, 0.04, 0.03, 1.35),
    "tender": _Bearing(0.02, 0.03, 0.08, -0.03, 0.85),
    "weary": _Bearing(0.10, 0.09, 0.02, -0.07, 0.8),
    "hopeful": _Bearing(-0.03, -0.05, 0.03, 0.0, 1.1),
}


@dataclass(slots=True)
class Mood:
    """``weights`` name → (G,) strength; ``stoop``, ``bow``, ``tilt``, ``shoulders`` (G,) radians; ``tempo`` (G,)."""

    weights: dict[str, F64]
    stoop: F64
    bow: F64
    tilt: F64
    shoulders: F64
    tempo: F64


def make_mood(acts: Sequence[Act], t: F64) -> Mood:
    """Every EMOTE takes over from the one before within 0.4 to 0.8 s; the body follows the face a little late."""
    weights: dict[str, F64] = {}
    late: dict[str, F64] = {}
    for act in sorted((a for a in acts if a.kind is ActKind.EMOTE), key=lambda a: (a.start, a.end)):
        name = act.style.strip().lower()
        name = _ALIASES.get(name, name)
        rise = min(max(act.end - act.start, 0.4), 0.8)
        for table, delay in ((weights, 0.0), (late, 0.18)):
            take = ease(t, act.start + delay, act.start + delay + rise * (1 + delay))
            for other in table:
                table[other] = table[other] * (1 - take)
            if name in EMOTIONS and name != "neutral":
                table[name] = table.get(name, np.zeros_like(t)) + take * act.value
    zero = np.zeros_like(t)
    mood = Mood(weights, zero, zero.copy(), zero.copy(), zero.copy(), np.ones_like(t))
    for name, w in late.items():
        b = _BEARINGS.get(name, _Bearing())
        mood.stoop = mood.stoop + b.stoop * w
        mood.bow = mood.bow + b.bow * w
        mood.tilt = mood.tilt + b.tilt * w
        mood.shoulders = mood.shoulders + b.shoulders * w
        mood.tempo = mood.tempo * (1 + (b.tempo - 1) * w)
    return mood
