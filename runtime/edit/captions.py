"""Subtitles: what is said, when, by whom if it is not plain to see; as SubRip text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compiler.staging.model import LineTiming, PlacedSpeech

WIDTH, LINES = 42, 2
MIN_SECONDS, LINGER, GAP = 1.1, 0.35, 2 / 24
READING_SPEED = 17.0
"""Characters a second that can be read with ease (the broadcasters' usual figure)."""


@dataclass(frozen=True, slots=True)
class Caption:
    start: float
    end: float
    text: str


def srt(speeches: Sequence[PlacedSpeech], timings: Sequence[LineTiming]) -> str:
    """SubRip text of ``speeches``, each with the timing of its line; film time from the placements.

    Voices over or off screen carry the speaker's name in capitals.
    """
    cues = [cue for speech, timing in zip(speeches, timings, strict=True) for cue in captions(speech, timing)]
    cues.sort(key=lambda cue: (cue.start, cue.end))
    blocks = []
    for number, cue in enumerate(_readable(cues), 1):
        blocks.append(f"{number}\n{_stamp(cue.start)} --> {_stamp(cue.end)}\n{cue.text}\n")
    return "\n".join(blocks)


def captions(speech: PlacedSpeech, timing: LineTiming) -> list[Caption]:
    """The captions of one speech: pieces of at most two lines that begin and end on their own words."""
    text = " ".join((speech.caption or speech.line.text).split())
    if not any(c.isalnum() for c in text):
        return []
    spoken = speech.line.text.split()
    words = text.split()
    timed = timing.words if len(words) == len(spoken) == len(timing.words) else _evenly(len(words), timing.seconds)
    name = f"{speech.character.upper()}: " if speech.voice_over or _off_screen(speech) else ""
    out = []
    for first, last in _pieces(words, len(name)):
        start, end = timed[first][0], timed[last][1]
        if speech.until:
            if start >= speech.until:
                break
            end = min(end, speech.until)
        label = name if first == 0 else ""
        out.append(Caption(speech.start + start, speech.start + end, wrap(label + " ".join(words[first : last + 1]))))
    return out


def wrap(text: str) -> str:
    """At most two lines, the break where the halves are most even, the upper rather shorter."""
    if len(text) <= WIDTH:
        return text
    words = text.split()
    best = min(range(1, len(words)), key=lambda k: _imbalance(words, k), default=1)
    if len(words) == 1:
        return text
    return " ".join(words[:best]) + "\n" + " ".join(words[best:])


def _imbalance(words: list[str], k: int) -> float:
    upper, lower = len(" ".join(words[:k])), len(" ".join(words[k:]))
    over = max(0, upper - WIDTH) + max(0, lower - WIDTH)
    clause = -8 if words[k - 1][-1] in ",.;:?!—…" else 0
    return over * 100 + abs(lower - upper) + (4 if upper > lower else 0) + clause


def _pieces(words: list[str], label: int) -> list[tuple[int, int]]:
    """Index ranges of captions: whole sentences where they fit, else clauses, else as many words as fit."""
    pieces: list[tuple[int, int]] = []
    first = 0
    while first < len(words):
        fit = first
        size = len(words[first]) + (label if first == 0 else 0)
        while fit + 1 < len(words) and size + 1 + len(words[fit + 1]) <= WIDTH * LINES - 6:
            fit += 1
            size += 1 + len(words[fit])
        last = fit
        if fit + 1 < len(words):
            for marks in (".!?…", ",;:—"):
                ends = [k for k in range(first, fit + 1) if words[k].rstrip("\"'”’").endswith(tuple(marks))]
                if ends and ends[-1] - first >= (fit - first) // 2:
                    last = ends[-1]
                    break
        pieces.append((first, last))
        first = last + 1
    return pieces


def _readable(cues: list[Caption]) -> list[Caption]:
    """Hold every caption long enough to read, without running into the next."""
    out = []
    for index, cue in enumerate(cues):
        need = max(MIN_SECONDS, len(cue.text) / READING_SPEED)
        end = max(cue.end + LINGER, cue.start + need)
        if index + 1 < len(cues):
            following = cues[index + 1].start
            end = min(end, following - GAP) if following - GAP > cue.start + 0.3 else cue.end
        out.append(Caption(cue.start, max(end, cue.start + 0.3), cue.text))
    return out


def _off_screen(speech: PlacedSpeech) -> bool:
    return speech.line.manner.effect in ("recording", "phone")


def _evenly(count: int, seconds: float) -> tuple[tuple[float, float], ...]:
    step = seconds / max(1, count)
    return tuple((i * step, (i + 1) * step) for i in range(count))


def _stamp(seconds: float) -> str:
    ms = max(0, round(seconds * 1000))
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"
