"""``title`` directives on the clock: over every picture they stand on, each in the seconds of its own shot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Item, Title, TitleCard
from compiler.staging.cues import Span, begin_of, end_of
from compiler.staging.model import Overlay
from compiler.staging.space import r4
from compiler.staging.timing import Clock, Cut, reading_time
from stdlib.letters import missing_letters

_LEFT_OVER = Fraction(1)
_SHORTEST = Fraction(3, 2)


def as_card(item: Item) -> Item:
    """A title in the style of a card is a picture of its own, black, as ``> CARD <`` is."""
    if isinstance(item, Title) and item.style == "card" and not item.place:
        return TitleCard("\n".join(item.text), False, item.seconds, item.span)
    return item


def place_titles(clock: Clock, spans: list[Span], report: Report) -> None:
    """Lay every title over the cuts it stands on; a title that runs over a cut is the same title on both sides."""
    firsts = [cut.first for cut in clock.cuts]
    for noise in clock.noises:
        title = noise.item
        if not isinstance(title, Title):
            continue
        span = spans[noise.scene]
        start = begin_of(noise, clock, span)
        end = end_of(noise, clock, span, start) or start + reading_time(title)
        _check(title, report)
        _lay(clock, firsts, title, start, max(end, start + Fraction(1, 2)))


def check_cards(items: Sequence[Item], report: Report) -> None:
    """Letters of cards and supers that no shipped font has."""
    for item in items:
        if isinstance(item, TitleCard):
            _missing(item.text, item, report)


def _lay(clock: Clock, firsts: Sequence[int], title: Title, start: Fraction, end: Fraction) -> None:
    near = _near(clock, firsts, start, end)
    for cut in near:
        # A title that would be left over for a moment after a cut is gone with the picture it belongs to.
        over = end - clock.seconds(cut.first + cut.frames - cut.tail)
        if 0 < over <= _LEFT_OVER and end - over - start >= _SHORTEST:
            end -= over
            break
    text = "\n".join(title.text)
    for cut in near:
        if clock.seconds(cut.first) >= end or clock.seconds(cut.first + cut.frames) <= start:
            continue
        zero = clock.seconds(cut.first + cut.head)
        cut.overlays.append(Overlay(text, r4(float(start - zero)), r4(float(end - zero)), title.style, title.place))


def _near(clock: Clock, firsts: Sequence[int], start: Fraction, end: Fraction) -> list[Cut]:
    """The cuts that a stretch of film time touches, and perhaps one before; ``firsts`` are all cuts' first frames."""
    low = bisect_right(firsts, clock.rate.frames(start)) - 2
    high = bisect_right(firsts, clock.rate.frames_up(end))
    return clock.cuts[max(low, 0) : high]


def _check(title: Title, report: Report) -> None:
    _missing("\n".join(title.text), title, report)
    if title.seconds is not None and title.style != "crawl":
        letters = sum(len(line) for line in title.text)
        need = Fraction(1, 2) + Fraction(letters, 22)
        if title.seconds < need:
            report(
                W.TITLE_TOO_SHORT, title.span, seconds=f"{float(title.seconds):g}",
                help=f"give it {float(need):.1f}s or more, or leave its length out",
            )  # fmt: skip


def _missing(text: str, item: Title | TitleCard, report: Report) -> None:
    missing = missing_letters(text)
    if missing:
        report(W.MISSING_LETTERS, item.span, letters=" ".join(missing[:12]))
