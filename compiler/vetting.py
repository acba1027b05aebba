"""What can only be said of a whole film: names that look alike, names too long, and too many of anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from compiler.codes import E, W
from compiler.diagnostics import Report, Span
from compiler.limits import FILM_SECONDS, NAME, NAMES, SCENES, SHOTS, Limit
from compiler.lookalikes import mixed_scripts, skeleton, stranger
from compiler.meaning.film import Film, Shot, Speech
from compiler.vetting_takes import vet_takes


def vet_film(film: Film, report: Report) -> None:
    """Report look-alike and overlong names, and every limit the film passes. Linear in the film."""
    named = list(_names(film))
    vet_names(named, report)
    vet_count(NAMES, (span for _, _, span in named), report)
    vet_count(SCENES, (scene.span for scene in film.scenes), report)
    vet_count(SHOTS, _shots(film), report)
    vet_takes(film, report)


def vet_names(named: Iterable[tuple[str, str, Span]], report: Report) -> None:
    """Report names (kind, name, where declared or first written) that a reader cannot tell apart or take in."""
    seen: dict[tuple[str, str], tuple[str, Span]] = {}
    for kind, name, span in named:
        if len(name) > NAME.value:
            report(E.NAME_TOO_LONG, span, limit=NAME.value, count=len(name), help="shorten it; the rest is description")
            continue
        if not name.isascii():
            _vet_letters(name, span, report)
        other, first = seen.setdefault((kind, skeleton(name)), (name, span))
        if other != name and other.casefold() != name.casefold():
            report(
                W.LOOK_ALIKE,
                span,
                name=name,
                other=other,
                help=f"write `{other}` if the same is meant; {stranger(name, other) or 'type one of them anew'}",
                notes=((first, f"`{other}` is first here"),),
            )


def vet_count(limit: Limit, spans: Iterable[Span], report: Report) -> None:
    """Report the first of ``spans`` past the limit."""
    for count, span in enumerate(spans, 1):
        if count > limit.value:
            report(
                E.TOO_MANY,
                span,
                what=limit.what,
                limit=limit.value,
                unit=limit.unit,
                help=f"divide it: {limit.because}",
            )
            return


def vet_length(seconds: Fraction | float, report: Report) -> None:
    """Report a film that runs longer than any."""
    if seconds > FILM_SECONDS.value:
        reason = f"{FILM_SECONDS.what} runs for at most {FILM_SECONDS.value // 3600} hours"
        said = f"{float(seconds) / 3600:.1f} hours"
        report(E.OUT_OF_RANGE, None, what="the length", text=said, reason=reason, help="divide it into several films")


def _vet_letters(name: str, span: Span, report: Report) -> None:
    for word in name.split():
        scripts = mixed_scripts(word)
        if scripts:
            said = " and ".join(script.capitalize() for script in scripts)
            report(W.MIXED_SCRIPTS, span, name=word, scripts=said, help="type it anew in one alphabet")


def _names(film: Film) -> Iterator[tuple[str, str, Span]]:
    """(kind, name, span) of everything the film itself names; people, groups and props share one kind."""
    for table, kind in (
        (film.characters, "entity"), (film.groups, "entity"), (film.props, "entity"), (film.locations, "place"),
        (film.plates, "plate"),
    ):  # fmt: skip
        for thing in table:
            if not thing.span.file.startswith("stdlib:"):
                yield kind, thing.name, thing.span


def _shots(film: Film) -> Iterator[Span]:
    for scene in film.scenes:
        for item in scene.items:
            if isinstance(item, Shot):
                yield item.span
            elif isinstance(item, Speech):
                yield from (shot.span for _, shot in item.cuts)
