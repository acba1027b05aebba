"""``film cast``: write the people and places a film has without saying so into its main source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.meaning.film import Film
from compiler.rewrite import NOTHING, Rewrite
from compiler.rewrite_cast import cast_film
from compiler.rewrite_check import edited, first_error, load_edited
from compiler.syntax.source import Source
from runtime.cli.reporting import carry_out


def cast(path: Path, *, dry_run: bool = False, diff: bool = False) -> int:
    """Declare everybody who speaks and every place that is headed; returns the exit code."""
    film, sources, report = load_film(path)
    rewrite = NOTHING if film is None else cast_of(path, film, sources.sources, report)
    return carry_out(str(path), rewrite, sources.sources, report, dry_run=dry_run, diff=diff)


def cast_of(path: Path, film: Film, sources: dict[str, Source], report: Report) -> Rewrite:
    """The declarations as edits, proved: the film with them is the film without them."""
    rewrite = cast_film(film, sources[main_source(path, film, sources)])
    after, _, found = load_edited(path, edited(sources, (e for edits in rewrite.edits.values() for e in edits)))
    if after is None or _undeclared(after) != _undeclared(film):
        error = first_error(found)
        why = error.message if error else "the film would not be the same"
        report(E.NOT_WRITTEN, None, path=path, why=why, help="declare them by hand")
        return NOTHING
    return rewrite


def main_source(path: Path, film: Film, sources: dict[str, Source]) -> str:
    """The name of the film's main source: the file itself, or the one of its folder that has the first scene."""
    if str(path) in sources:
        return str(path)
    own = [name for name in sources if not name.startswith("stdlib:") and not name.endswith(".toml")]
    return own[0]


def _undeclared(film: Film) -> Film:
    """A film as it is whether or not its people and places are declared."""
    return replace(
        film,
        characters=tuple(replace(c, declared=True) for c in film.characters),
        locations=tuple(replace(place, declared=True) for place in film.locations),
    )
