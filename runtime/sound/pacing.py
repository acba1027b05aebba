"""The time line of a spoken line: which phoneme sounds when, trimming, joining, and pauses to the delivery."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from runtime.sound.reading import PAUSES, ReadWord
from runtime.sound.voices import UNIT, VOICE_RATE, Spoken
from runtime.sound.wav import Samples

_IPA = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "T": "ɾ",
    "ʤ": "dʒ", "ʧ": "tʃ", "ᵊ": "ə", "ᵻ": "ɪ",
}  # fmt: skip
"""The models' one-letter diphthongs and affricates in IPA."""
_LABELS_LATE = 0.045
_STRESS, _LENGTH = frozenset("ˈˌ"), frozenset("ːʰʲ̃")
_QUIET = frozenset(' "“”()') | PAUSES
_PAUSE_SECONDS = {"…": 0.6, "—": 0.4, ".": 0.42, "!": 0.4, "?": 0.45, ";": 0.28, ":": 0.28, ",": 0.2}
"""Shortest silence after a mark, at the reference pace."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One sounding phoneme; ``word`` is the index of the written word it belongs to. Times in seconds."""

    ipa: str
    start: float
    end: float
    word: int


@dataclass(frozen=True, slots=True)
class Track:
    """24 kHz sound and its phones."""

    samples: Samples
    phones: tuple[Phone, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / VOICE_RATE

    def then(self, other: Track, gap: float) -> Track:
        """This, ``gap`` seconds of nothing, the other."""
        silence = np.zeros(int(gap * VOICE_RATE), np.float32)
        offset = self.seconds + len(silence) / VOICE_RATE
        return Track(np.concatenate([self.samples, silence, other.samples]), self.phones + _moved(other.phones, offset))

    def scaled(self, samples: Samples, factor: float) -> Track:
        """The same phones over ``samples`` whose time runs ``factor`` times as long."""
        return Track(samples, tuple(replace(p, start=p.start * factor, end=p.end * factor) for p in self.phones))


def sounding(phonemes: str) -> list[str]:
    """The phonemes of a read word in IPA, without stress, length and pause marks."""
    return [_IPA.get(c, c) for c in phonemes if c not in _STRESS and c not in _LENGTH and c not in _QUIET]


def track_of(spoken: Spoken, owners: tuple[int, ...]) -> Track:
    """Phones from the model's unit counts; stress marks lend theirs to the vowel after, length marks to that before."""
    phones: list[Phone] = []
    at = int(spoken.units[0])
    pending: int | None = None
    for letter, units, owner in zip(spoken.phonemes, spoken.units[1:], owners, strict=False):
        start, at = at, at + int(units)
        if letter in _STRESS:
            pending = start if pending is None else pending
        elif letter in _LENGTH and phones:
            phones[-1] = replace(phones[-1], end=at * UNIT / VOICE_RATE)
        elif letter in _QUIET:
            pending = None
        else:
            begin = start if pending is None else pending
            phones.append(Phone(_IPA.get(letter, letter), begin * UNIT / VOICE_RATE, at * UNIT / VOICE_RATE, owner))
            pending = None
    # Measured on both models: sound runs two units ahead of its labels.
    return Track(spoken.samples, _moved(tuple(phones), -_LABELS_LATE))


def trim(track: Track) -> Track:
    """Cut the silence the model puts around a line, keeping 30 ms before the first sound and 140 ms of release.

    The model lends its closing silence to the last phoneme, half a second at times; that phone ends with its sound.
    """
    if not track.phones:
        return track
    step = VOICE_RATE // 200
    count = len(track.samples) // step
    rms = np.sqrt((track.samples[: count * step].reshape(count, step).astype(np.float64) ** 2).mean(axis=1))
    loud = np.flatnonzero(rms > 0.02 * max(float(rms.max()), 1e-6)) if count else np.zeros(0, int)
    first, last = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, count)
    begin = max(0, min(first * step, int(track.phones[0].start * VOICE_RATE)) - int(0.03 * VOICE_RATE))
    begin = max(begin, int((track.phones[0].start - 0.16) * VOICE_RATE))
    stop = max(last * step / VOICE_RATE, track.phones[-1].start + 0.05)
    end = min(len(track.samples), int((stop + 0.14) * VOICE_RATE))
    phones = (*track.phones[:-1], replace(track.phones[-1], end=min(track.phones[-1].end, stop + 0.02)))
    tail = track.samples[begin:end].copy()
    release = min(len(tail), int(0.06 * VOICE_RATE))
    if release:
        tail[-release:] *= np.linspace(1.0, 0.0, release, dtype=np.float32)
    return Track(tail, _moved(phones, -begin / VOICE_RATE))


def stretch_pauses(track: Track, words: tuple[ReadWord, ...], scale: float) -> Track:
    """Give every pause mark at least its silence, by opening the quietest instant of the gap. Never shortens."""
    for k in range(len(track.phones) - 1, 0, -1):
        before, after = track.phones[k - 1], track.phones[k]
        if before.word == after.word:
            continue
        marks = [c for c in words[before.word].phonemes[-3:] if c in _PAUSE_SECONDS]
        wanted = max((_PAUSE_SECONDS[c] for c in marks), default=0.0) * scale
        missing = wanted - (after.start - before.end)
        if marks and missing > 0.02:
            track = _open(track, k, missing)
    return track


def add_pauses(track: Track, pauses: tuple[tuple[int, float], ...]) -> Track:
    """Opens (word, seconds) of silence before words; one before the first or after the last sound is none."""
    for word, seconds in sorted(pauses, reverse=True):
        k = next((i for i, p in enumerate(track.phones) if p.word >= word), 0)
        if k > 0 and seconds > 0:
            track = _open(track, k, seconds)
    return track


def word_spans(track: Track, count: int) -> tuple[tuple[float, float], ...]:
    """(start, end) of each of ``count`` words; a silent word has no length and sits where the one before ended."""
    spans: list[tuple[float, float]] = []
    at = 0.0
    for index in range(count):
        own = [p for p in track.phones if p.word == index]
        start, end = (own[0].start, own[-1].end) if own else (at, at)
        spans.append((round(start, 4), round(end, 4)))
        at = end
    return tuple(spans)


def _open(track: Track, k: int, seconds: float) -> Track:
    """Insert silence between phones ``k - 1`` and ``k``."""
    low = max(0, int((track.phones[k - 1].end - 0.03) * VOICE_RATE))
    high = min(len(track.samples), int((track.phones[k].start + 0.02) * VOICE_RATE))
    width = VOICE_RATE // 100
    power = np.concatenate([[0.0], np.cumsum(track.samples[low:high].astype(np.float64) ** 2)])
    at = low + width // 2 + int(np.argmin(power[width:] - power[:-width])) if len(power) > width else (low + high) // 2
    ramp = np.linspace(1.0, 0.0, width, dtype=np.float32)
    head, tail = track.samples[:at].copy(), track.samples[at:].copy()
    head[-width:] *= ramp[-len(head) :] if len(head) < width else ramp
    tail[:width] *= ramp[::-1][: len(tail)]
    gap = np.zeros(round(seconds * VOICE_RATE), np.float32)
    offset = len(gap) / VOICE_RATE
    cut = at / VOICE_RATE
    before = tuple(replace(p, end=min(p.end, cut)) if p.end > cut else p for p in track.phones[:k])
    after = tuple(replace(p, start=max(p.start, cut)) for p in track.phones[k:])
    return Track(np.concatenate([head, gap, tail]), before + _moved(after, offset))


def _moved(phones: tuple[Phone, ...], offset: float) -> tuple[Phone, ...]:
    return tuple(replace(p, start=max(0.0, p.start + offset), end=max(0.0, p.end + offset)) for p in phones)
