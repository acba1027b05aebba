"""Breath: a resting rhythm, drawn before speech, overridden by written breaths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.staging.model import Act, ActKind
from runtime.previz.motion.curves import F64, Clock, ease, hashed
from runtime.previz.motion.feelings import Mood


def make_breath(acts: Sequence[Act], clock: Clock, seed: int, mood: Mood) -> tuple[F64, F64]:
    """Chest expansion (G,) 0..1 and air flow (G,) −1 out .. 1 in that the mouth shows (only for written breaths)."""
    t = clock.times
    rate = (0.21 + 0.05 * hashed(seed, 31)) * mood.tempo
    phase = np.cumsum(rate) * clock.step + float(t[0]) * 0.23 + hashed(seed, 32)
    u = phase % 1.0
    # In takes 40 % of the time, out 45 %, then a rest.
    chest = 0.12 + 0.38 * np.where(u < 0.4, 0.5 - 0.5 * np.cos(np.pi * u / 0.4), 1.0 - ease(u, 0.4, 0.88))
    flow = np.zeros_like(t)
    for act in sorted(acts, key=lambda a: (a.start, a.end)):
        if act.kind is ActKind.SPEAK:
            chest = _towards(chest, t, act.start - 0.5, act.start - 0.05, 0.72)
            chest = _towards(chest, t, act.start, max(act.end, act.start + 0.6), 0.15)
            flow += 0.35 * ease(t, act.start - 0.5, act.start - 0.3) * (1 - ease(t, act.start - 0.2, act.start - 0.03))
            chest = _release(chest, t, act.end, seed)
        elif act.kind is ActKind.BREATHE:
            a, b = act.start, max(act.end, act.start + 0.6)
            span = b - a
            match act.style:
                case "in":
                    chest = _towards(chest, t, a, a + span * 0.8, 1.0)
                    flow += ease(t, a, a + 0.2) * (1 - ease(t, a + span * 0.7, b))
                case "held":
                    chest = _towards(chest, t, a, a + min(0.7, span * 0.3), 0.95)
                    flow += ease(t, a, a + 0.15) * (1 - ease(t, a + 0.45, a + 0.7))
                case "out":
                    chest = _towards(chest, t, a - 0.9, a - 0.02, 0.85)
                    chest = _towards(chest, t, a, a + span * 0.9, 0.0)
                    flow -= ease(t, a, a + 0.25) * (1 - ease(t, a + span * 0.6, b))
                case _:
                    half = a + span * 0.48
                    chest = _towards(chest, t, a, half, 1.0)
                    chest = _towards(chest, t, half + 0.05, b, 0.02)
                    flow += ease(t, a, a + 0.25) * (1 - ease(t, half - 0.3, half))
                    flow -= ease(t, half + 0.05, half + 0.35) * (1 - ease(t, b - 0.4, b))
            chest = _release(chest, t, b, seed)
    return np.clip(chest, 0.0, 1.0), np.clip(flow, -1.0, 1.0)


def _towards(chest: F64, t: F64, start: float, end: float, level: float) -> F64:
    w = ease(t, start, end)
    return chest * (1 - w) + level * w


def _release(chest: F64, t: F64, end: float, seed: int) -> F64:
    """From ``end`` on the resting rhythm takes over again."""
    w = ease(t, end, end + 1.2)
    u = ((t - end) * (0.22 + 0.04 * hashed(seed, 33))) % 1.0
    rest = 0.12 + 0.38 * np.where(u < 0.4, 0.5 - 0.5 * np.cos(np.pi * u / 0.4), 1.0 - ease(u, 0.4, 0.88))
    return np.where(t > end, chest * (1 - w) + rest * w, chest)
