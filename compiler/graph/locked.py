"""Lengths that are pinned: what a line of ``film.lock`` says, whom it speaks of, and how far a voice may be from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from compiler.diagnostics import Span
from compiler.graph.codec import Writer, quoted
from compiler.graph.keys import digest
from compiler.graph.sources import Files
from compiler.staging.model import LineTiming, SpokenLine

LONGEST, SHORTEST = 4 / 3, 3 / 4
"""How much longer and shorter a line may be made to fit its slot: as far as speech still sounds like somebody speaking."""
AS_IT_IS = 0.02
"""Seconds a line and its words may be off their slot and be used as they are: half a frame of film."""
KEY_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Locked:
    """How long a line is in the cut, and where its words lie in it, (start, end) seconds."""

    seconds: float
    words: tuple[tuple[float, float], ...]
    said: str = field(default="", compare=False)
    """Who says it and how it begins, for people."""
    span: Span | None = field(default=None, compare=False)
    """Where it stands in film.lock."""

    @property
    def timing(self) -> LineTiming:
        return LineTiming(self.seconds, self.words, True)


def line_key(line: SpokenLine, files: Files) -> str:
    """What a line is pinned under: its words, voice and manner, and a recording's bytes; never a tool or a machine."""
    writer = Writer()
    recorded = quoted(files.get(line.recording, "")) if line.recording else '""'
    return digest(f'{{"file":{recorded},"kind":"line","line":{writer.text(line)}}}')[:KEY_DIGITS]


def can_fit(measured: LineTiming, locked: Locked) -> bool:
    """Whether a line as it was spoken here can be brought to its slot."""
    if measured.seconds <= 0.0 or len(measured.words) != len(locked.words):
        return False
    return SHORTEST <= locked.seconds / measured.seconds <= LONGEST or _off(measured, locked) <= AS_IT_IS


def as_it_is(measured: LineTiming, locked: Locked) -> bool:
    """Whether a line as it was spoken here lies in its slot already."""
    return len(measured.words) == len(locked.words) and _off(measured, locked) <= AS_IT_IS


def _off(measured: LineTiming, locked: Locked) -> float:
    """The largest distance, seconds, between the ends and the words of the two."""
    starts = max(
        (abs(a - b) for a, b in zip(_starts(measured.words), _starts(locked.words), strict=False)), default=0.0
    )
    return max(starts, abs(measured.seconds - locked.seconds))


def _starts(words: Sequence[tuple[float, float]]) -> list[float]:
    return [start for start, _ in words]
