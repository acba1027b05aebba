"""Picks: which takes, or stretches of takes, the director has put into the cut. How they are kept as text is said elsewhere.

Nothing here knows a file, or how long a shot is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from compiler.diagnostics import Span
from compiler.limits import TAKES
from compiler.meaning.units import duration

FILE = "film.picks.toml"
"""Kept beside the film, in git."""
_NUMBER = re.compile(r"\w+\.[1-9]\d{0,5}")
_TOKEN = re.compile(r"[^\s,]+")
_BARE = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_UNIT = re.compile(r"[\d.:]+\s?([a-z]+)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a take, as durations of the language from the shot's beginning; "" is its own begin or end."""

    take: int
    begin: str = ""
    end: str = ""

    @property
    def whole(self) -> bool:
        return not self.begin and not self.end

    def frames(self, fps: Fraction) -> tuple[int, int | None]:
        """Its first frame and the one after its last (``None``: to the end), to the nearest whole frame."""
        first = _frame(self.begin, fps) if self.begin else 0
        return first, _frame(self.end, fps) if self.end else None

    def __str__(self) -> str:
        return f"{self.take}" if self.whole else f"{self.take} {self.begin}..{self.end}"


@dataclass(frozen=True, slots=True)
class Pick:
    """What is in the cut of one shot, and who chose it, when and why."""

    shot: str
    """Its name, or its key when it has no name."""
    stretches: tuple[Stretch, ...]
    """In playing order; one whole take, or parts of takes that follow one another in the shot's time."""
    key: str = ""
    """The shot's key where that is not its name: the shot is found by it, whatever it is called now."""
    film: str = ""
    """The film of the folder that it is of; "" = whichever has such a shot."""
    by: str = ""
    when: str = ""
    why: str = ""
    recipe: str = ""
    """What was looked at (``compiler.graph.choose.looked_at``); "" when that was not known."""
    span: Span | None = field(default=None, compare=False)
    """Where it stands."""
    place: Span | None = field(default=None, compare=False)
    """Where its takes stand."""
    named: Span | None = field(default=None, compare=False)
    """Where its shot is named, when it has lines of its own."""
    block: Span | None = field(default=None, compare=False)
    """Those lines, from its first to its last."""

    def __str__(self) -> str:
        return ", ".join(map(str, self.stretches))


Picks = tuple[Pick, ...]


def read_stretches(text: str) -> tuple[Stretch, ...] | str:
    """``3``, ``3 1.2s..4.0s``, ``2 0s..2s, 3 2s..5s``: the stretches, or why it is none, as the end of a sentence."""
    tokens = _TOKEN.findall(re.sub(r"\s*\.\.\s*", "..", text[:2000].strip()))
    made: list[Stretch] = []
    take = 0
    alone = False
    for token in tokens:
        if re.fullmatch(r"#?\d+", token):
            if alone:
                made.append(Stretch(take))
            number = token.lstrip("#")
            take, alone = int(number) if len(number) < 6 else TAKES.value + 1, True
            if not 1 <= take <= TAKES.value:
                return f"takes are numbered from 1 to {TAKES.value}"
        elif ".." in token or "–" in token:
            if not take:
                return f"`{token[:40]}` does not say of which take"
            bounds = _bounds(token)
            if isinstance(bounds, str):
                return bounds
            made.append(Stretch(take, *bounds))
            alone = False
        else:
            return f"`{token[:40]}` is neither a take's number nor a stretch of time"
    if alone:
        made.append(Stretch(take))
    if not made:
        return "it names no take"
    if len(made) > 1 and any(item.whole for item in made):
        return "of several takes it has to say which stretch of each"
    return tuple(made)


def is_number(word: str) -> bool:
    """Whether a word is written as the number of a shot: ``1.3`` is the third of scene 1."""
    return _NUMBER.fullmatch(word) is not None


def disordered(stretches: Iterable[Stretch], fps: Fraction = Fraction(24)) -> tuple[Stretch, Stretch] | None:
    """The first stretch that begins before the one before it has ended, and that one; ``None`` when all are in order."""
    before: Stretch | None = None
    for stretch in stretches:
        if before is not None:
            end = before.frames(fps)[1]
            if end is None or stretch.frames(fps)[0] < end:
                return stretch, before
        before = stretch
    return None


def renamed(picks: Picks, old: str, new: str) -> Picks:
    """The picks after a shot was given another name: they hold by the key it keeps."""
    return tuple(replace(pick, shot=new, key=pick.key or old) if pick.shot == old else pick for pick in picks)


def _bounds(token: str) -> tuple[str, str] | str:
    """Begin and end of ``1.2s..4.0s``, ``1.2..4s``, ``1s..`` or ``..2s``; a sentence's end when it is no stretch."""
    begin, _, end = token.replace("–", "..").partition("..")
    begin, end = begin.strip(), end.strip(" .")
    if _BARE.fullmatch(begin) and (unit := _UNIT.fullmatch(end)):
        begin += unit[1]
    usual = Fraction(24)
    for text in (begin, end):
        length = duration(text, usual) if text else Fraction(0)
        if length is None or length < 0:
            return f"`{text[:40]}` is no time: write `1.2s`, `29f` or `00:00:01:05`"
    if not begin and not end:
        return f"`{token[:40]}` has neither begin nor end"
    if end and _frame(end, usual) <= (_frame(begin, usual) if begin else 0):
        return f"`{token[:40]}` ends before it has begun"
    return begin, end


def _frame(text: str, fps: Fraction) -> int:
    """The whole frame nearest to a duration, halves up."""
    seconds = duration(text, fps)
    return 0 if seconds is None else (2 * seconds * fps + 1).__floor__() // 2


def order_of(pick: Pick) -> tuple[str, str, str]:
    """What picks are sorted by."""
    return pick.film, pick.shot, pick.key
