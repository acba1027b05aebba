"""Keys, chords and how voices move from one to the next. Pitches are MIDI numbers; nothing sounds here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

MODES = {
    "major": (0, 2, 4, 5, 7, 9, 11), "ionian": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10), "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11), "mixolydian": (0, 2, 4, 5, 7, 9, 10), "harmonic": (0, 2, 3, 5, 7, 8, 11),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
}  # fmt: skip
_NAMES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}


@dataclass(frozen=True, slots=True)
class Key:
    """``tonic`` is a pitch class 0..11; ``scale`` seven steps above it in semitones."""

    tonic: int
    scale: tuple[int, ...]

    def pitch(self, degree: int, octave: int = 4) -> int:
        """MIDI number of a scale degree (0 = tonic, may exceed 6 or be negative) counted from ``octave``."""
        turn, step = divmod(degree, 7)
        return 12 * (octave + 1 + turn) + self.tonic + self.scale[step]

    def degree_of(self, pitch: int) -> int:
        """Nearest scale degree at or below ``pitch``, relative to octave 4."""
        turn, rest = divmod(pitch - 60 - self.tonic, 12)
        return 7 * turn + max(i for i, step in enumerate(self.scale) if step <= rest)

    @property
    def is_minor(self) -> bool:
        return self.scale[2] == 3


@dataclass(frozen=True, slots=True)
class Chord:
    """A root degree and the degrees above it that sound (0, 2, 4 is a triad; 1 a ninth; 3 a suspension)."""

    root: int
    tones: tuple[int, ...] = (0, 2, 4)
    raised_third: bool = False
    """A major third over a minor tonic: the Picardy close."""

    def classes(self, key: Key) -> tuple[int, ...]:
        """Pitch classes that sound."""
        lift = 1 if self.raised_third and key.is_minor else 0
        return tuple((key.pitch(self.root + t) + (lift if t == 2 else 0)) % 12 for t in self.tones)


def key_of(name: str, mode: str) -> Key:
    """``key_of("F#", "dorian")``; unknown names are D, unknown modes minor."""
    name = name.strip() or "D"
    pitch = _NAMES.get(name[0].upper(), 2)
    pitch += sum(1 if c in "#♯" else -1 for c in name[1:] if c in "#♯b♭")
    return Key(pitch % 12, MODES.get(mode.strip().lower(), MODES["minor"]))


def lead(chords: Sequence[Chord], key: Key, centre: int = 60, voices: int = 4) -> list[tuple[int, ...]]:
    """Voicings of ``chords``, each reached from the one before with the least movement.

    Every voice takes a chord tone within an octave and a half of ``centre``; leaps, doubled thirds, clusters in the
    bass and parallel fifths and octaves cost (after the classic rules of part-writing).
    """
    out: list[tuple[int, ...]] = []
    for chord in chords:
        classes = chord.classes(key)
        options = _voicings(classes, centre, voices)
        before = out[-1] if out else None
        out.append(min(options, key=lambda v: (_cost(v, before, classes, centre), v)))
    return out


def _voicings(classes: Sequence[int], centre: int, voices: int) -> list[tuple[int, ...]]:
    spread = (-9, -3, 3, 9) if voices == 4 else tuple(round(-8 + 16 * i / max(1, voices - 1)) for i in range(voices))
    choices = []
    for shift in spread:
        near = [p for p in range(centre + shift - 7, centre + shift + 8) if p % 12 in classes]
        choices.append(near or [centre + shift])
    return [v for v in product(*choices) if all(a < b for a, b in pairwise(v))] or [
        tuple(sorted(c[0] for c in choices))
    ]


def _cost(v: tuple[int, ...], before: tuple[int, ...] | None, classes: Sequence[int], centre: int) -> float:
    heard = {p % 12 for p in v}
    cost = 14.0 * len(set(classes[:4]) - heard) + 0.15 * abs(sum(v) / len(v) - centre)
    cost += 6.0 if v[0] % 12 not in (classes[0], classes[-1] if len(classes) > 2 else classes[0]) else 0.0
    cost += sum(5.0 for a, b in pairwise(v) if b - a < 3 and a < centre)
    cost += sum(2.5 for a, b in pairwise(v) if b - a > 12)
    if before is None:
        return cost
    moves = [b - a for a, b in zip(before, v, strict=True)]
    cost += sum(abs(m) + (4.0 if abs(m) > 5 else 0.0) for m in moves)
    for i in range(len(v)):
        for j in range(i + 1, len(v)):
            gap = (before[j] - before[i]) % 12
            if gap in (0, 7) and (v[j] - v[i]) % 12 == gap and moves[i] and moves[i] == moves[j]:
                cost += 7.0
    return cost
