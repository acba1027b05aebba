"""When a cue comes and how long it stays: on a word, with a doing, at a second, until another of these."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from compiler.codes import W
from compiler.staging.timing import Clock, Noise, Spoken


@dataclass(frozen=True, slots=True)
class Span:
    """A scene on the film's clock, seconds."""

    start: Fraction
    end: Fraction


def begin_of(noise: Noise, clock: Clock, span: Span) -> Fraction:
    """When a cue comes: on a word of the speech nearest to where it is written, or with a doing of the scene."""
    cue = noise.item.cue
    found = _named(cue.on_word, cue.when, noise, clock, noise.at)
    if found is not None:
        return found
    if cue.when:
        clock.report(
            W.CUE_NEVER_COMES,
            noise.item.span,
            what=cue.when,
            help="write it as the action has it: a name and what they do",
        )
    return max(noise.at, span.start) if cue.at is None else noise.at


def end_of(noise: Noise, clock: Clock, span: Span, start: Fraction) -> Fraction | None:
    """When a cue says it ends; ``None`` when it does not say. Its seconds count from where those of ``at`` do."""
    cue = noise.item.cue
    if cue.until is not None:
        return max(noise.zero + cue.until, start)
    if cue.until_scene_end:
        return max(span.end, start)
    found = _named(cue.until_word, cue.until_when, noise, clock, start)
    return None if found is None else max(found, start)


def _named(word: str, when: str, noise: Noise, clock: Clock, near: Fraction) -> Fraction | None:
    if word:
        wanted = [plain for w in word.split() if (plain := _plain(w))]
        for speech in sorted(_spoken(clock, noise.scene), key=lambda s: (s.end < near - 5, abs(s.start - near))):
            at = _word(speech, wanted)
            if at is not None:
                return at
    return _doing(when, noise.scene, clock, near) if when else None


def _word(spoken: Spoken, wanted: list[str]) -> Fraction | None:
    words = [_plain(w) for w in spoken.line.text.split()]
    for i in range(len(words) - len(wanted) + 1):
        if wanted and words[i : i + len(wanted)] == wanted and i < len(spoken.timing.words):
            return spoken.start + Fraction(round(spoken.timing.words[i][0] * 10_000), 10_000)
    return None


def _doing(when: str, scene: int, clock: Clock, near: Fraction) -> Fraction | None:
    """``MARA sits``: the doing of the scene whose words share most with the cue's, the next one first."""
    wanted = _stems(when)
    best: tuple[int, bool, Fraction] | None = None
    first = bisect_left(clock.doings, scene, key=lambda d: d[0])
    for number, doing, start in islice(clock.doings, first, None):
        if number != scene:
            break
        score = (len(wanted & _stems(f"{doing.subject} {doing.act} {doing.text}")), start >= near, -start)
        if score[0] >= min(2, len(wanted)) and (best is None or score > best):
            best = score
    return None if best is None else -best[2]


def _spoken(clock: Clock, scene: int) -> list[Spoken]:
    """The speeches of a scene: they lie in the order of the scenes."""
    first = bisect_left(clock.spoken, scene, key=lambda s: s.scene)
    return clock.spoken[first : bisect_right(clock.spoken, scene, key=lambda s: s.scene)]


def _plain(word: str) -> str:
    return re.sub(r"[^\w'’-]", "", word).lower()


def _stems(text: str) -> set[str]:
    return {re.sub(r"s$", "", w) for w in re.findall(r"\w+", text.lower())}
