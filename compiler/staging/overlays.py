"""``title`` directives on the clock: over every picture they stand on, each in the seconds of its own shot."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Item, Title, TitleCard
from compiler.staging.cues import begin_of, end_of
from compiler.staging.model import Overlay
from compiler.staging.space import r4
from compiler.staging.timing import Cut, reading_time
from stdlib.letters import missing_letters

if TYPE_CHECKING:
    from compiler.staging.reel import Reel

_LEFT_OVER = Fraction(1)
_SHORTEST = Fraction(3, 2)


def as_card(item: Item) -> Item:
    """A title in the style of a card is a picture of its own, black, as ``> CARD <`` is."""
    if isinstance(item, Title) and item.style == "card" and not item.place:
        return TitleCard("\n".join(item.text), False, item.seconds, item.span)
    return item


def place_titles(reel: Reel, report: Report) -> dict[tuple[int, int], list[Overlay]]:
    """Titles over the cuts they stand on, by scene and cut; one that runs over a cut is the same title on both sides."""
    laid: dict[tuple[int, int], list[Overlay]] = {}
    titles = [(scene, noise) for scene in reel.scenes for noise in scene.played.noises if isinstance(noise.item, Title)]
    if not titles:
        return laid
    cuts = [
        _Placed(index, number, cut, scene.zero + cut.first, scene.tail if cut is scene.played.cuts[-1] else cut.tail)
        for index, scene in enumerate(reel.scenes)
        for number, cut in enumerate(scene.played.cuts)
    ]
    firsts = [placed.first for placed in cuts]
    for scene, noise in titles:
        title = noise.item
        assert isinstance(title, Title)
        zero, span = reel.zero(scene), reel.span(scene)
        start = zero + begin_of(noise, scene, span, report)
        until = end_of(noise, scene, span, start - zero)
        # An end at the film's very first moment is no end.
        end = zero + until if until is not None and zero + until else start + reading_time(title)
        end = max(end, start + Fraction(1, 2))
        _check(title, report)
        _lay(reel, _near(reel, cuts, firsts, start, end), title, start, end, laid)
    return laid


def check_cards(items: Sequence[Item], report: Report) -> None:
    """Letters of cards and supers that no shipped font has."""
    for item in items:
        if isinstance(item, TitleCard):
            _missing(item.text, item, report)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cut in film time: its scene, its number there, its first frame and what the next takes of its end."""

    scene: int
    number: int
    cut: Cut
    first: int
    tail: int


def _lay(
    reel: Reel,
    near: Sequence[_Placed],
    title: Title,
    start: Fraction,
    end: Fraction,
    laid: dict[tuple[int, int], list[Overlay]],
) -> None:
    for placed in near:
        # A title that would be left over for a moment after a cut is gone with the picture it belongs to.
        over = end - reel.seconds(placed.first + placed.cut.frames - placed.tail)
        if 0 < over <= _LEFT_OVER and end - over - start >= _SHORTEST:
            end -= over
            break
    text = "\n".join(title.text)
    for placed in near:
        if reel.seconds(placed.first) >= end or reel.seconds(placed.first + placed.cut.frames) <= start:
            continue
        zero = reel.seconds(placed.first + placed.cut.head)
        overlay = Overlay(text, r4(float(start - zero)), r4(float(end - zero)), title.style, title.place)
        laid.setdefault((placed.scene, placed.number), []).append(overlay)


def _near(
    reel: Reel, cuts: Sequence[_Placed], firsts: Sequence[int], start: Fraction, end: Fraction
) -> Sequence[_Placed]:
    """The cuts that a stretch of film time touches, and perhaps one before; ``firsts`` are all cuts' first frames."""
    low = bisect_right(firsts, reel.film.rate.frames(start)) - 2
    high = bisect_right(firsts, reel.film.rate.frames_up(end))
    return cuts[max(low, 0) : high]


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
