"""film.lock kept up to date: after a build has settled, the lengths it was cut by are written beside the film."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.graph.facts import Facts
from compiler.graph.locked import Locked, line_key
from compiler.identity import former_names
from compiler.lock import FILE, Lines, print_lock, read_lock, said_by
from compiler.meaning.film import Film
from compiler.plan import Plan
from compiler.project import project_folder
from compiler.staging.model import SpokenLine, Timeline
from runtime.store.kept import in_turn, write_kept


@dataclass(frozen=True, slots=True)
class Pinned:
    """What became of a film's lines in film.lock."""

    path: Path
    lines: int = 0
    """Lines of the film that it says now."""
    added: int = 0
    changed: int = 0
    dropped: int = 0
    fitted: int = 0
    """Lines whose voice was brought to a length it did not have here."""
    written: bool = False
    trouble: str = ""
    """Why it could not be written."""


def film_lines(film: Film, timeline: Timeline) -> dict[SpokenLine, str]:
    """Every spoken line of a film, with who says it first and how it begins."""
    now = {former: name for name, former in former_names(film).items()}
    found: dict[SpokenLine, str] = {}
    for speech in timeline.speeches:
        found.setdefault(speech.line, said_by(now.get(speech.character, speech.character), speech.line.text))
    return found


def cut_lengths(film: Film, timeline: Timeline, facts: Facts) -> dict[str, Locked]:
    """What film.lock should say of a film's voiced lines: what it says already, where nothing else was asked for."""
    found: dict[str, Locked] = {}
    for line, said in film_lines(film, timeline).items():
        key, slot, beyond = line_key(line, facts.files), facts.slot(line), facts.beyond(line)
        pinned = slot.locked if slot is not None else beyond[1] if beyond is not None else None
        if pinned is None and (timing := facts.measured(line)) is not None:
            pinned = Locked(timing.seconds, timing.words)
        if pinned is not None:
            found[key] = replace(pinned, said=said)
    return found


def report_beyond(plan: Plan, facts: Facts, report: Report) -> None:
    """Lines that are too far from their pinned length to be fitted: the cut is another here."""
    for line, said in film_lines(plan.film, plan.timeline).items():
        if (beyond := facts.beyond(line)) is not None:
            measured, locked = beyond
            report(
                W.BEYOND_LOCK, locked.span, said=said, new=f"{measured.seconds:.2f}", old=f"{locked.seconds:.2f}",
                help="`film lock --update` takes the lengths that lines have here",
            )  # fmt: skip


def pin_lines(
    plan: Plan, facts: Facts, main: Path, store: Path, *, edition: str = "", shot: str = "", relock: bool = False
) -> Pinned:
    """Write film.lock after a settled build, if it says something else.

    An edition, which may leave scenes out, only adds; one shot alone, whose film need not be settled, changes nothing.
    """
    folder = project_folder(main)
    slots = (facts.slot(line) for line in film_lines(plan.film, plan.timeline))
    fitted = sum(slot is not None and slot.fitted is True for slot in slots)
    if shot:
        return Pinned(folder / FILE, fitted=fitted)
    used = cut_lengths(plan.film, plan.timeline, facts)
    try:
        with in_turn(store, FILE):
            over = None if relock else facts.locked
            return replace(write_lines(used, folder, main.name, whole=not edition, over=over), fitted=fitted)
    except OSError as error:
        return Pinned(folder / FILE, fitted=fitted, trouble=error.strerror or str(error))


def write_lines(used: Lines, folder: Path, film: str, *, whole: bool, over: Lines | None) -> Pinned:
    """Write what a film came to into film.lock as it is on disk now. Raises ``OSError``.

    ``over`` is what the plan was made with: a line that was pinned otherwise since, by a pull or another build, stays so;
    ``None`` writes over whatever is there.
    """
    path = folder / FILE
    lock = read_lock(folder, {}, Report())
    if lock.foreign:
        return Pinned(path)
    before = lock.films.get(film, {})
    since = {k: at for k, at in lock.lines(film).items() if k in used and over is not None and over.get(k) != at}
    there = {entry.name for entry in folder.iterdir()} if whole else ()
    updated = lock.updated(film, {**used, **since}, whole=whole, there=there)
    after = updated.films.get(film, {})
    text = print_lock(updated)
    written = write_kept(path, text) if updated.films or path.exists() else False
    return Pinned(
        path,
        lines=len(after),
        added=len(after.keys() - before.keys()),
        changed=sum(before[key] != at for key, at in after.items() if key in before),
        dropped=len(before.keys() - after.keys()),
        written=written,
    )


def pinned_words(pinned: Pinned) -> list[str]:
    """What is said of film.lock after a build; nothing when nothing happened to it."""
    said = []
    if pinned.fitted:
        said.append(f"{_lines(pinned.fitted)} fitted to the length film.lock has for {_it(pinned.fitted)}.")
    if pinned.written:
        parts = (("new", pinned.added), ("changed", pinned.changed), ("dropped", pinned.dropped))
        what = ", ".join(f"{count} {name}" for name, count in parts if count)
        said.append(
            f"  {pinned.path}: {_lines(pinned.lines)} pinned{f' ({what})' if what else ''}; keep it with the film"
        )
    return said


def pinned_json(pinned: Pinned) -> dict[str, object]:
    """The same for programs."""
    return {
        "path": str(pinned.path),
        "lines": pinned.lines,
        "added": pinned.added,
        "changed": pinned.changed,
        "dropped": pinned.dropped,
        "fitted": pinned.fitted,
        "written": pinned.written,
    }


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"


def _it(count: int) -> str:
    return "it" if count == 1 else "them"
