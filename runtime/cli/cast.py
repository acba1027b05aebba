"""``film cast``: write the people and places a film has without saying so into its main source."""

from __future__ import annotations

from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.meaning.film import Film
from compiler.rewrite import NOTHING, Rewrite
from compiler.rewrite_cast import BARELY, FULLY, UNDRESSED, cast_film
from compiler.rewrite_check import edited, first_error, load_edited
from compiler.rewrite_expand import changed_scenes
from compiler.staging.model import Timeline
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate
from compiler.syntax.source import Source
from runtime.cli.reporting import carry_out


def cast(path: Path, *, dry_run: bool = False, diff: bool = False) -> int:
    """Declare everybody who speaks and every place that is headed; returns the exit code."""
    film, sources, report = load_film(path)
    rewrite = NOTHING if film is None else cast_of(path, film, sources.sources, report)
    return carry_out(str(path), rewrite, sources.sources, report, dry_run=dry_run, diff=diff)


def cast_of(path: Path, film: Film, sources: dict[str, Source], report: Report) -> Rewrite:
    """The declarations as edits, proved: the film staged with them is the film staged without them."""
    main = sources[main_source(path, film, sources)]
    before: Timeline | None = None
    why = ""
    for much in (FULLY, UNDRESSED, BARELY):
        rewrite = cast_film(film, main, much)
        if not rewrite:
            return rewrite
        after, _, found = load_edited(path, edited(sources, (e for edits in rewrite.edits.values() for e in edits)))
        if after is None:
            error = first_error(found)
            why = why or (error.message if error else "it would not be read")
            continue
        before = before or stage_film(film, estimate, Report())
        if not changed_scenes(before, stage_film(after, estimate, Report())):
            return rewrite
        why = why or "the film would not be the same"
    report(E.NOT_WRITTEN, None, path=path, why=why, help="declare them by hand")
    return NOTHING


def main_source(path: Path, film: Film, sources: dict[str, Source]) -> str:
    """The name of the film's main source: the file itself, or the one of its folder that has the first scene."""
    if str(path) in sources:
        return str(path)
    own = [name for name in sources if not name.startswith("stdlib:") and not name.endswith(".toml")]
    return own[0]
