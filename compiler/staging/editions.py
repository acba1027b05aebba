"""Editions: other cuts of a film, by the scenes they keep, and how long each of them runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from compiler.codes import E, W
from compiler.diagnostics import Report
from compiler.meaning.film import Edition, Film, Scene

_REMEDY = "name scenes by number, heading, place or chapter"
_RANGE = re.compile(r"(\d{1,4})\s*(?:\.\.|-|–|to)\s*(\d{1,4})")


def cut_edition(film: Film, name: str, report: Report) -> Film | None:
    """The film with the scenes of one of its editions only; ``None`` when it has none of that name, or no scene is left."""
    edition = next((e for e in film.editions if e.name.casefold() == name.strip().casefold()), None)
    if edition is None:
        return None
    kept = tuple(scene for number, scene in enumerate(film.scenes, 1) if keeps(edition, scene, number))
    if not kept:
        report(E.EMPTY_EDITION, edition.span, name=edition.name, help=_REMEDY)
        return None
    return replace(film, scenes=kept, editions=(replace(edition, scenes=(), without=()),))


def keeps(edition: Edition, scene: Scene, number: int) -> bool:
    """Whether an edition has a scene, the ``number``-th of the film; headings without a time or INT./EXT. are enough."""
    named = not edition.scenes or any(_means(words, scene, number) for words in edition.scenes)
    return named and not any(_means(words, scene, number) for words in edition.without)


def check_editions(film: Film, starts: Sequence[int], frames: int, report: Report) -> None:
    """Report editions without a scene and those over their limit.

    ``starts`` are the scenes' first frames and ``frames`` the film's; lengths are as certain as these.
    """
    seconds = [film.rate.seconds(max(end - start, 0)) for start, end in pairwise((*starts, frames))]
    for edition in film.editions:
        if not any(keeps(edition, scene, number) for number, scene in enumerate(film.scenes, 1)):
            report(E.EMPTY_EDITION, edition.span, name=edition.name, help=_REMEDY)
        if edition.limit is None:
            continue
        long = sum(
            (seconds[i] for i, scene in enumerate(film.scenes) if keeps(edition, scene, i + 1)), start=Fraction(0)
        )
        over = long - edition.limit
        if over > 0:
            report(
                W.EDITION_TOO_LONG, edition.span, name=edition.name, seconds=f"{float(long):.1f}", over=f"{float(over):.1f}",
                help="leave out a scene, shorten one, or raise the limit",
            )  # fmt: skip


def _means(words: str, scene: Scene, number: int) -> bool:
    plain = _plain(words)
    if not plain:
        return False
    if span := _RANGE.fullmatch(plain):
        return _numbered(scene, number).isdecimal() and int(span[1]) <= int(_numbered(scene, number)) <= int(span[2])
    if plain == _numbered(scene, number):
        return True
    heading = _plain(scene.heading)
    short = re.sub(r"^(?:int\.?/ext\.?|ext\.?/int\.?|int\.?|ext\.?|est\.?|i/e\.?)\s+", "", heading)
    return plain in (heading, short, _plain(scene.location), _plain(scene.chapter))


def _numbered(scene: Scene, number: int) -> str:
    """A scene's written number, else its place in the film."""
    return _plain(scene.number) or str(number)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace('"', "").split())
