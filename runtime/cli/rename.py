"""``film rename``: another name for somebody or something, everywhere; who they are stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.front import find_main, load_film
from compiler.meaning.film import Film
from compiler.picks import FILE
from compiler.picks_read import read_picks
from compiler.picks_write import rename_edits
from compiler.project import project_folder
from compiler.rewrite import NOTHING, Rewrite
from compiler.rewrite_cast import BARELY
from compiler.rewrite_check import edited, first_error, load_edited
from compiler.rewrite_declare import person_lines
from compiler.rewrite_rename import rename as renamed
from compiler.syntax.source import Source
from runtime.cli.cast import main_source
from runtime.cli.reporting import carry_out


def rename(path: Path, old: str, new: str, *, spoken: bool = False, dry_run: bool = False, diff: bool = False) -> int:
    """Rename a person, group, place, thing or shot in all the film's own sources; returns the exit code."""
    film, sources, report = load_film(path)
    rewrite = NOTHING if film is None else rename_in(path, film, sources.sources, old, new, report, spoken=spoken)
    main = find_main(path, Report())
    if main is not None and rewrite.edits:
        rewrite = _with_picks(rewrite, main, sources.sources, old, new)
    return carry_out(str(path), rewrite, sources.sources, report, dry_run=dry_run, diff=diff)


def _with_picks(rewrite: Rewrite, main: Path, sources: dict[str, Source], old: str, new: str) -> Rewrite:
    """The same, and film.picks.toml, in which a shot may have been picked by its name."""
    folder = project_folder(main)
    name, report = str(folder / FILE), Report()
    picks = read_picks(folder, sources, report)
    if report.failed or not any(pick.shot == old for pick in picks):
        return rewrite
    edits = rename_edits(picks, sources[name], main.name, old, new)
    return replace(rewrite, edits={**rewrite.edits, name: edits})


def rename_in(
    path: Path, film: Film, sources: dict[str, Source], old: str, new: str, report: Report, *, spoken: bool = False
) -> Rewrite:
    """The edits, proved: the film still checks, with as many people, places, things and shots as before."""
    person = next((c for c in film.characters if c.name.casefold() == old.casefold() and not c.declared), None)
    who = person_lines(person, film.seed, BARELY) if person is not None else ()
    rewrite = renamed(sources, main_source(path, film, sources), old, new, report, spoken=spoken, who=who)
    if report.failed:
        return NOTHING
    after, _, found = load_edited(path, edited(sources, (e for edits in rewrite.edits.values() for e in edits)))
    if after is None or _counts(after) != _counts(film):
        error = first_error(found)
        reason = error.message if error else "it is a word of the screenplay, so the film would read otherwise"
        report(E.RENAME_BAD, None, name=new, reason=reason, help="choose another name")
        return NOTHING
    return rewrite


def _counts(film: Film) -> tuple[int, ...]:
    return (
        *(len(table) for table in (film.characters, film.groups, film.props, film.locations, film.plates)),
        *(len(scene.items) for scene in film.scenes),
    )
