"""Speech made visible: mouth shapes from phoneme times, and what the head and brows do on stressed words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.previz.motion.curves import F64, bump, ease, hashed
from runtime.previz.people.face import viseme
from runtime.previz.pose import FACE_UNITS, UNIT

F32 = NDArray[np.float32]

LEAD = 0.05
"""Seconds by which lips run ahead of the sound."""


@dataclass(frozen=True, slots=True)
class SpokenTrack:
    """What a voice did: phones (ipa, start, end) and words (text, start, end) in seconds, ``loudness`` (N,) each 1/100 s."""

    phones: tuple[tuple[str, float, float], ...]
    words: tuple[tuple[str, float, float], ...]
    loudness: F32


def load_track(path: Path) -> SpokenTrack:
    """Reads a speech artifact's JSON: ``seconds``, ``words``, ``phones``, ``loudness``. Raises ``KeyError``, ``ValueError``."""
    data = json.loads(path.read_text("utf-8"))
    return SpokenTrack(
        tuple((str(p), float(a), float(b)) for p, a, b in data["phones"]),
        tuple((str(w), float(a), float(b)) for w, a, b in data["words"]),
        np.asarray(data["loudness"], np.float32),
    )


_SHAPES = {
    "PP": "m b p", "FF": "f v", "TH": "θ ð", "DD": "t d ɾ ʔ", "kk": "k g ɡ h ŋ j x", "CH": "tʃ dʒ ʃ ʒ ʧ ʤ",
    "SS": "s z", "nn": "n l ɫ", "RR": "ɹ r ɝ ɚ ɜ", "aa": "a ɑ æ ʌ ɐ ɒ", "E": "e ɛ ə ᵊ", "ih": "i ɪ ᵻ y ɨ", "oh": "o ɔ",
    "ou": "u ʊ w",
}  # fmt: skip
_VISEME = {phone: name for name, phones in _SHAPES.items() for phone in phones.split()}
_CLOSED = ("PP", "FF")
# How strongly a shape insists against its neighbours, and how far beyond its own time it reaches, seconds.
_DOMINANCE = {
    "PP": (3.0, 0.035), "FF": (2.6, 0.035), "TH": (1.1, 0.04), "DD": (0.65, 0.035), "kk": (0.45, 0.035), "CH": (1.5, 0.06),
    "SS": (1.0, 0.04), "nn": (0.55, 0.035), "RR": (0.9, 0.06), "aa": (1.0, 0.055), "E": (0.75, 0.05), "ih": (0.9, 0.05),
    "oh": (1.3, 0.07), "ou": (1.5, 0.08),
}  # fmt: skip
_VOWEL_LETTERS = set("aeiouɑæʌɐɒɛəɪᵻɨɔʊɜɝɚy")


@dataclass(slots=True)
class Talking:
    """``mouth`` (N, 52) weights, ``speaking`` (N,) how much speech owns the mouth, ``closed`` (N,) lips shut.

    ``nod`` (N, 3) yaw, pitch, roll in radians and ``brow`` (N,) are what stressed words do.
    """

    mouth: F64
    speaking: F64
    closed: F64
    nod: F64
    brow: F64


def silent(count: int) -> Talking:
    return Talking(
        np.zeros((count, len(FACE_UNITS))), np.zeros(count), np.zeros(count), np.zeros((count, 3)), np.zeros(count)
    )


def articulate(track: SpokenTrack, start: float, t: F64, seed: int, wide: float = 1.0, until: float = 1e9) -> Talking:
    """A line that begins at shot time ``start``, on the frame times ``t`` (N,); who is cut off stops at ``until``.

    Coarticulation is dominance blending (Cohen and Massaro 1993); closures win outright for at least
    one frame; the jaw follows loudness.
    """
    out = silent(len(t))
    sounds = _sounds(track)
    if not sounds or not len(t):
        return out
    now = t - start + LEAD
    strength = np.array([_DOMINANCE[n][0] for n, _, _ in sounds])
    reach = np.array([_DOMINANCE[n][1] for n, _, _ in sounds])
    begin, end = np.array([a for _, a, _ in sounds]), np.array([b for _, _, b in sounds])
    middle, half = (begin + end) / 2, np.maximum((end - begin) / 2 - 0.012, 0.005)
    beyond = np.maximum(np.abs(now[:, None] - middle) - half, 0.0)
    dominance = strength * np.exp(-((beyond / reach) ** 2))
    shapes = np.array([viseme(n) for n, _, _ in sounds], np.float64)
    rest = 0.08
    mouth = dominance @ shapes / (dominance.sum(1) + rest)[:, None]

    loud = _loudness(track, now)
    shut = np.zeros(len(t))
    lip = np.zeros(len(t))
    for i, (name, _, _) in enumerate(sounds):
        if name in _CLOSED:
            c = np.exp(-((beyond[:, i] / 0.03) ** 2))
            nearest = int(np.argmin(np.abs(now - middle[i])))
            if t[0] <= start - LEAD + middle[i] <= t[-1]:
                c[nearest] = 1.0
            shut = np.maximum(shut, c)
            if name == "PP":
                lip = np.maximum(lip, c)
    jaw = UNIT["jawOpen"]
    mouth[:, jaw] *= (0.42 + 0.62 * loud) * wide * (1 - shut)
    for unit_name in (
        "mouthLowerDownLeft",
        "mouthLowerDownRight",
        "mouthUpperUpLeft",
        "mouthUpperUpRight",
        "tongueOut",
        "mouthFunnel",
    ):
        mouth[:, UNIT[unit_name]] *= 1 - lip
    closure = np.asarray(viseme("PP"), np.float64)
    mouth = mouth * (1 - lip[:, None]) + np.maximum(mouth, closure) * lip[:, None]
    first, last = sounds[0][1], sounds[-1][2]
    out.mouth, out.closed = mouth, shut
    out.speaking = ease(now, first - 0.18, first) * (1 - ease(now, last, last + 0.28))
    # A lip press (a swallow, a decision) just before the first word.
    press = 0.5 * bump(now, first - 0.55, first - 0.12, 0.5)
    for unit_name in ("mouthPressLeft", "mouthPressRight", "mouthRollLower"):
        out.mouth[:, UNIT[unit_name]] += press
    _stress(out, track, now, seed, wide)
    if until < start - LEAD + last - 0.05:
        heard = 1.0 - ease(t, until - 0.03, until + 0.12)
        out.mouth *= heard[:, None]
        out.nod *= heard[:, None]
        out.closed, out.speaking, out.brow = out.closed * heard, out.speaking * heard, out.brow * heard
    return out


def _stress(out: Talking, track: SpokenTrack, now: F64, seed: int, soft: float) -> None:
    """Nods and brows on words louder than the line's middle, and a slow sway of the head with the phrase."""
    levels = [_mean_loudness(track, a, b) for _, a, b in track.words]
    if not levels:
        return
    middle = float(np.median(levels))
    for i, ((_, a, b), level) in enumerate(zip(track.words, levels, strict=True)):
        long = b - a > 0.16
        if not long or level < middle or hashed(seed, 61, i) < 0.15:
            continue
        force = soft * (0.6 + 0.4 * hashed(seed, 62, i)) * min(1.0, 0.5 + 2.0 * (level - middle))
        peak = a + min(0.12, (b - a) * 0.4)
        out.nod[:, 1] += 0.055 * force * bump(now, peak - 0.17, peak + 0.36, 0.36)
        out.nod[:, 0] += (hashed(seed, 63, i) - 0.5) * 0.07 * force * bump(now, peak - 0.2, b + 0.5, 0.4)
        if hashed(seed, 64, i) < 0.55:
            out.brow = np.maximum(out.brow, force * bump(now, peak - 0.16, b + 0.22, 0.4))
    first, last = track.words[0][1], track.words[-1][2]
    phrase = ease(now, first - 0.2, first + 0.5) * (1 - ease(now, last - 0.1, last + 0.8))
    for i, (_, a, b) in enumerate(track.words):
        pause = track.words[i + 1][1] - b if i + 1 < len(track.words) else 0.0
        if pause > 0.25 or i % 5 == 4:
            out.nod[:, 2] += (hashed(seed, 65, i) - 0.5) * 0.06 * bump(now, a - 0.3, b + 1.1, 0.45)
    out.nod[:, 1] -= 0.02 * phrase


def _sounds(track: SpokenTrack) -> list[tuple[str, float, float]]:
    """(viseme, start, end); diphthongs are two vowels, marks and unknown signs are left out."""
    out: list[tuple[str, float, float]] = []
    for phone, a, b in track.phones:
        plain = phone.strip("ˈˌː̩ ").lower() if phone not in ("I", "Y") else phone
        if plain in _VISEME:
            out.append((_VISEME[plain], a, b))
            continue
        parts = [_VISEME[c] for c in plain if c in _VISEME and (c in _VOWEL_LETTERS or len(plain) > 1)]
        for i, name in enumerate(parts):
            out.append((name, a + (b - a) * i / len(parts), a + (b - a) * (i + 1) / len(parts)))
    return out


def _loudness(track: SpokenTrack, now: F64) -> F64:
    if not len(track.loudness):
        return np.full(len(now), 0.7)
    level = np.asarray(track.loudness, np.float64)
    level = level / max(float(np.quantile(level, 0.95)), 1e-6)
    kernel = np.hanning(11)[1:-1]
    level = np.convolve(np.clip(level, 0, 1.2), kernel / kernel.sum(), "same")
    return np.asarray(np.clip(np.interp(now, np.arange(len(level)) / 100.0, level), 0.0, 1.1))


def _mean_loudness(track: SpokenTrack, a: float, b: float) -> float:
    part = track.loudness[int(a * 100) : max(int(b * 100), int(a * 100) + 1)]
    top = max(float(np.quantile(track.loudness, 0.95)), 1e-6) if len(track.loudness) else 1.0
    return float(part.mean()) / top if len(part) else 0.5
