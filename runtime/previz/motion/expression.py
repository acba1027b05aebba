"""The whole face of every frame: feeling, speech, lids, blinks and breath, put together without over-opening."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compiler.staging.model import Act, ActKind
from runtime.previz.motion.curves import F64, ease, hashed, noise, occasions
from runtime.previz.motion.speech import Talking
from runtime.previz.people.face import emotion
from runtime.previz.pose import FACE_UNITS, UNIT

_MOUTH = np.array([u.startswith(("mouth", "jaw", "tongue")) for u in FACE_UNITS])
_JAW_LIMIT = 0.85


def make_face(
    acts: Sequence[Act],
    weights: dict[str, F64],
    talking: Talking,
    eyes: F64,
    flow: F64,
    t: F64,
    seed: int,
    asked: list[float],
) -> F64:
    """Face weights (N, 52). ``eyes`` (N, 2) yaw (left positive) and pitch (down positive) in the head, radians; ``flow`` (N,) air."""
    rest = np.asarray(emotion("neutral"), np.float64)
    feeling = np.tile(rest, (len(t), 1))
    for name, w in weights.items():
        feeling += w[:, None] * (np.asarray(emotion(name), np.float64) - rest)
    live = 0.035 * noise(seed, 71, t, 0.3) + 0.02
    _add(feeling, "browInnerUp", live)
    _add(feeling, "mouthPress", 0.03 * noise(seed, 72, t, 0.25))
    _add(feeling, "eyeSquint", 0.03 * noise(seed, 73, t, 0.4))
    share = np.where(_MOUTH[None, :], 1.0 - 0.5 * talking.speaking[:, None], 1.0)
    # The resting lips' own press would hold every vowel shut.
    share = np.where(_MOUTH[None, :] & (rest[None, :] > 0), 1.0 - talking.speaking[:, None], share)
    face = feeling * share + talking.mouth
    face[:, UNIT["jawOpen"]] *= 1.0 - talking.closed
    _breathe(face, flow, talking)
    _add(face, "browOuterUp", 0.28 * talking.brow)
    _add(face, "browInnerUp", 0.22 * talking.brow)
    _look(face, eyes)
    face = np.clip(face, 0.0, 1.0)
    face[:, UNIT["jawOpen"]] = np.minimum(face[:, UNIT["jawOpen"]], _JAW_LIMIT)
    _lids(face, acts, t, seed, asked)
    return face


def _add(face: F64, stem: str, amount: F64) -> None:
    for name in (stem, f"{stem}Left", f"{stem}Right"):
        if name in UNIT:
            face[:, UNIT[name]] += amount


def _breathe(face: F64, flow: F64, talking: Talking) -> None:
    """Lips part on a drawn breath and round on a long one let out."""
    free = 1.0 - talking.speaking
    drawn, let_out = np.maximum(flow, 0) * free, np.maximum(-flow, 0) * free
    face[:, UNIT["jawOpen"]] += 0.13 * drawn + 0.10 * let_out
    face[:, UNIT["mouthFunnel"]] += 0.16 * let_out
    face[:, UNIT["mouthPucker"]] += 0.30 * let_out
    for name in ("mouthPressLeft", "mouthPressRight", "mouthRollLower"):
        face[:, UNIT[name]] *= 1.0 - np.minimum(drawn + let_out, 1.0)
    _add(face, "noseSneer", 0.06 * drawn)


def _look(face: F64, eyes: F64) -> None:
    """Lids follow the eyes."""
    yaw, pitch = eyes[:, 0] / np.radians(30.0), eyes[:, 1] / np.radians(24.0)
    face[:, UNIT["eyeLookOutLeft"]] += np.maximum(yaw, 0)
    face[:, UNIT["eyeLookInRight"]] += np.maximum(yaw, 0)
    face[:, UNIT["eyeLookInLeft"]] += np.maximum(-yaw, 0)
    face[:, UNIT["eyeLookOutRight"]] += np.maximum(-yaw, 0)
    _add(face, "eyeLookDown", np.maximum(pitch, 0))
    _add(face, "eyeLookUp", np.maximum(-pitch, 0))


def _lids(face: F64, acts: Sequence[Act], t: F64, seed: int, asked: list[float]) -> None:
    """Partial blinks are capped (half-shut eyes read as drunk); real blinks and closed eyes go all the way."""
    blink = np.zeros_like(t)
    moments = sorted([*asked, *occasions(seed, 74, float(t[0]) - 1, float(t[-1]), 2.0, 6.0)]) if len(t) else []
    last = -1e9
    for m in moments:
        if m - last < 0.7:
            continue
        last = m
        down, shut, up = 0.075, 0.035, 0.15 + 0.05 * hashed(seed, 75, int(m * 100))
        b = ease(t, m, m + down) * (1 - ease(t, m + down + shut, m + down + shut + up))
        # A blink shorter than the frame interval would otherwise slip between two frames.
        near = int(np.argmin(np.abs(t - (m + down + shut / 2))))
        if abs(t[near] - (m + down + shut / 2)) < 0.03:
            b[near] = max(b[near], 0.96)
        blink = np.maximum(blink, b)
    closed = np.zeros_like(t)
    for act in acts:
        if act.kind is ActKind.CLOSE_EYES:
            slow = min(0.45, max((act.end - act.start) * 0.5, 0.15))
            closed = np.maximum(closed, ease(t, act.start, act.start + slow) * (1 - ease(t, act.end, act.end + 0.4)))
    for side in ("Left", "Right"):
        i = UNIT[f"eyeBlink{side}"]
        lowered, squint = face[:, UNIT[f"eyeLookDown{side}"]], face[:, UNIT[f"eyeSquint{side}"]]
        limit = np.maximum(0.42 - 0.42 * lowered - 0.25 * squint, 0.0)
        partial = np.where(face[:, i] >= 0.7, face[:, i], np.minimum(face[:, i], limit))
        full = np.maximum(blink, closed)
        for other in ("eyeWide", "eyeLookDown", "eyeLookUp", "eyeSquint"):
            face[:, UNIT[f"{other}{side}"]] *= 1.0 - 0.8 * full
        face[:, i] = partial + (1.0 - partial) * full
