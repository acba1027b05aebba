"""When a cue comes and how long it stays: on a word, with a doing, at a second, until another of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.staging.performance import Doing
from compiler.staging.timing import Noise, Spoken


@dataclass(frozen=True, slots=True)
class Span:
    """A scene on a clock, seconds."""

    start: Fraction
    end: Fraction


class Told(Protocol):
    """What is said and done in one scene, which its cues go by; on the scene's clock."""

    @property
    def spoken(self) -> Sequence[Spoken]: ...
    @property
    def doings(self) -> Sequence[tuple[Doing, Fraction]]: ...


def begin_of(noise: Noise, told: Told, span: Span, report: Report) -> Fraction:
    """When a cue comes: on a word of the speech nearest to where it is written, or with a doing of the scene."""
    cue = noise.item.cue
    found = _named(cue.on_word, cue.when, told, noise.at)
    if found is not None:
        return found
    if cue.when:
        report(
            W.CUE_NEVER_COMES,
            noise.item.span,
            what=cue.when,
            help="write it as the action has it: a name and what they do",
        )
    return max(noise.at, span.start) if cue.at is None else noise.at


def end_of(noise: Noise, told: Told, span: Span, start: Fraction) -> Fraction | None:
    """When a cue says it ends; ``None`` when it does not say. Its seconds count from where those of ``at`` do."""
    cue = noise.item.cue
    if cue.until is not None:
        return max(noise.zero + cue.until, start)
    if cue.until_scene_end:
        return max(span.end, start)
    found = _named(cue.until_word, cue.until_when, told, start)
    return None if found is None else max(found, start)


def _named(word: str, when: str, told: Told, near: Fraction) -> Fraction | None:
    if word:
        wanted = [plain for w in word.split() if (plain := _plain(w))]
        for speech in sorted(told.spoken, key=lambda s: (s.end < near - 5, abs(s.start - near))):
            at = _word(speech, wanted)
            if at is not None:
                return at
    return _doing(when, told, near) if when else None


def _word(spoken: Spoken, wanted: list[str]) -> Fraction | None:
    words = [_plain(w) for w in spoken.line.text.split()]
    for i in range(len(words) - len(wanted) + 1):
        if wanted and words[i : i + len(wanted)] == wanted and i < len(spoken.timing.words):
            return spoken.start + Fraction(round(spoken.timing.words[i][0] * 10_000), 10_000)
    return None


def _doing(when: str, told: Told, near: Fraction) -> Fraction | None:
    """``MARA sits``: the doing of the scene whose words share most with the cue's, the next one first."""
    wanted = _stems(when)
    best: tuple[int, bool, Fraction] | None = None
    for doing, start in told.doings:
        score = (len(wanted & _stems(f"{doing.subject} {doing.act} {doing.text}")), start >= near, -start)
        if score[0] >= min(2, len(wanted)) and (best is None or score > best):
            best = score
    return None if best is None else -best[2]


def _plain(word: str) -> str:
    return re.sub(r"[^\w'’-]", "", word).lower()


def _stems(text: str) -> set[str]:
    return {re.sub(r"s$", "", w) for w in re.findall(r"\w+", text.lower())}
