"""``film check``: every problem of every named film, in one run, without generating anything; and mends on request."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

from compiler.diagnostics import Diagnostic, Report, Severity, Span
from compiler.front import SourceMap, check_text, find_main, load_film
from compiler.meaning.film import Film
from compiler.picks_read import read_picks
from compiler.project import project_folder
from compiler.silence import settle
from compiler.syntax.source import decode_source
from compiler.vetting import vet_length
from compiler.vetting_takes import vet_picks
from runtime.cli.diagnostics import FileJson, diagnostics_json, print_diagnostics, shown, summary
from runtime.cli.fixing import Fixed, Fixes, diff_fixes, plan_fixes, write_fixes
from runtime.cli.resting import pending

if TYPE_CHECKING:
    from rich.console import Console

    from compiler.staging.model import LineTiming, SpokenLine

Format = Literal["text", "json"]
_Key: TypeAlias = tuple[str, Span | None]
STDIN = "-"
_MOST_ROUNDS = 8
"""Looks at a film while it is being mended; each may uncover what a fix made readable."""
_MOST_TRIED = 20
"""Fixes tried one by one when together they did harm."""
_MOST_SHOWN = 200
"""Findings printed as text for one film; JSON has them all."""


@dataclass(frozen=True, slots=True)
class Options:
    """``fix`` writes the safe fixes; ``diff`` shows what ``fix`` would write; ``strict`` lets warnings fail."""

    fix: bool = False
    diff: bool = False
    strict: bool = False


@dataclass(slots=True)
class Checked:
    """What one path came to. ``items`` are in source order, without repeats and without what is silenced."""

    path: str
    film: Film | None
    sources: SourceMap
    items: list[Diagnostic]
    silenced: int = 0
    fixed: list[Fixed] = field(default_factory=list)
    unwritten: dict[str, str] = field(default_factory=dict)
    """File → why its fixes could not be written."""

    def fails(self, strict: bool) -> bool:
        """Whether this path makes the command fail."""
        worst = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
        return self.film is None or bool(self.unwritten) or any(item.severity in worst for item in self.items)


class FixedJson(TypedDict):
    """A fix that was made, where it stood before."""

    code: str
    title: str
    file: str
    line: int
    column: int


class CheckedJson(FileJson):
    """The JSON of one path: its findings after any fixes, and the fixes."""

    fixed: list[FixedJson]


def check(paths: Sequence[Path], format: Format = "text", options: Options = Options()) -> int:  # noqa: A002
    """Check films or project folders; prints findings and returns the exit code: 1 when any has an error.

    JSON is one line for each path, in order (see ``CheckedJson``); ``-`` is standard input.
    """
    failed = False
    kept = pending()
    for path in paths:
        checked = mend(path) if options.fix and str(path) != STDIN else examine(path)
        if kept is not None:
            kept.rest_on_film(path, checked.sources, checked.items)
        failed |= checked.fails(options.strict)
        if options.diff:
            for line in diff_fixes(plan_fixes(checked.items, checked.sources.sources), checked.sources.sources):
                print(shown(line) if not line.isprintable() else line)
        elif format == "json":
            print(json.dumps(_json(checked), ensure_ascii=False))
        else:
            _tell(checked, options)
    if kept is not None:
        kept.vouch()
    return int(failed)


def examine(path: Path) -> Checked:
    """Read, check and stage one film."""
    if str(path) == STDIN:
        film, sources, report = _standard_input()
    else:
        film, sources, report = load_film(path)
    if film is not None and str(path) != STDIN:
        _look_at_picks(path, film, sources, report)
    staged = film is not None and not report.failed
    if film is not None and staged:
        _stage(film, _timing(path, sources, report), report)
    settled = settle(once(report.sorted()), sources.sources, sources.allowed, complete=staged)
    return Checked(str(path), film, sources, _in_order(settled.items, sources), settled.silenced)


def mend(path: Path) -> Checked:
    """Check one film, write its safe fixes, and look again until there are none left to write.

    Fixes that together bring in an error are taken back and tried one by one; those that still do are left out.
    """
    checked, fixed, refused = examine(path), list[Fixed](), set[_Key]()
    for _ in range(_MOST_ROUNDS):
        fixes = plan_fixes((item for item in checked.items if _key(item) not in refused), checked.sources.sources)
        if not fixes.made:
            break
        unwritten = write_fixes(fixes, checked.sources.sources)
        after = examine(path)
        if _errors(after) - _errors(checked):
            _take_back(fixes, checked, after)
            refused |= _harmful(path, fixes.made, checked)
            checked = examine(path)
            continue
        fixed += [fix for fix in fixes.made if fix.file not in unwritten]
        checked = after
        if unwritten:
            checked.unwritten = unwritten
            break
    checked.fixed = fixed
    return checked


def _harmful(path: Path, made: Sequence[Fixed], checked: Checked) -> set[_Key]:
    """Which of several fixes bring in an error, each tried alone and taken back; all, when none does alone."""
    bad = {_key(fix.item) for fix in made[_MOST_TRIED:]}
    for fix in made[:_MOST_TRIED] if len(made) > 1 else ():
        alone = plan_fixes([fix.item], checked.sources.sources)
        write_fixes(alone, checked.sources.sources)
        after = examine(path)
        if _errors(after) - _errors(checked):
            bad.add(_key(fix.item))
        _take_back(alone, checked, after)
    return bad or {_key(fix.item) for fix in made}


def _take_back(fixes: Fixes, before: Checked, after: Checked) -> None:
    texts = {name: before.sources.sources[name].text for name in fixes.texts if name in after.sources.sources}
    write_fixes(Fixes(texts, ()), after.sources.sources)


def _errors(checked: Checked) -> Counter[str]:
    return Counter(item.code for item in checked.items if item.severity is Severity.ERROR)


def _key(item: Diagnostic) -> _Key:
    return item.code, item.span


def _in_order(items: Iterable[Diagnostic], sources: SourceMap) -> list[Diagnostic]:
    """What has no place first, then file by file in the order they were read, each from top to bottom."""
    order = {name: number for number, name in enumerate(sources.sources)}
    nowhere = Span(-1, -1)
    return sorted(
        items,
        key=lambda d: (
            order.get(d.span.file, len(order)) if d.span else -1,
            d.span or nowhere,
            d.severity.value,
            d.code,
        ),
    )


def once(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings without repeats: a film that uses one file twice says what is wrong with it once."""
    seen: set[tuple[str, Span | None, str]] = set()
    kept: list[Diagnostic] = []
    for item in items:
        key = (item.code, item.span, item.message)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def _look_at_picks(path: Path, film: Film, sources: SourceMap, report: Report) -> None:
    """What film.picks.toml says, as far as it can be told before anything is staged."""
    main = find_main(path, Report())
    if main is not None:
        vet_picks(film, read_picks(project_folder(main), sources.sources, report, main.name), report)


def _timing(path: Path, sources: SourceMap, report: Report) -> Callable[[SpokenLine], LineTiming]:
    """How long lines are: as film.lock has them, else as they are estimated."""
    from compiler.staging.voicing import estimate

    main = find_main(path, Report()) if str(path) != STDIN else None
    if main is None or not os.path.lexists(project_folder(main) / "film.lock"):
        return estimate
    from compiler.graph.facts import Facts
    from compiler.lock import read_lock

    lock = read_lock(project_folder(main), sources.sources, report)
    return Facts({}, {}, locked=lock.lines(main.name)).line


def _stage(film: Film, timing: Callable[[SpokenLine], LineTiming], report: Report) -> None:
    """Timing and film grammar; imported only when there is a sound film to stage."""
    from compiler.staging.stage import rehearse_film

    frames = rehearse_film(film, timing, report)
    vet_length(frames / film.rate.fps, report)


def _standard_input() -> tuple[Film | None, SourceMap, Report]:
    report = Report()
    source = decode_source("<stdin>", sys.stdin.buffer.read(), report)
    return (None, SourceMap(), report) if source is None else check_text(source.text, source.name)


def _json(checked: Checked) -> CheckedJson:
    fixed: list[FixedJson] = [
        {"code": f.item.code, "title": f.fix.title, "file": f.file, "line": f.line, "column": f.column}
        for f in checked.fixed
    ]
    found = diagnostics_json(checked.path, checked.items, checked.sources.sources, checked.silenced)
    return {**found, "ok": found["ok"] and checked.film is not None, "fixed": fixed}


def _tell(checked: Checked, options: Options) -> None:
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    for made in checked.fixed:
        console.print(_fixed_line(made), style="green", markup=False, soft_wrap=True)
    for file, why in checked.unwritten.items():
        line = f"error: the fixes of {shown(file)} could not be written: {shown(why)}"
        console.print(line, style="bold red", markup=False, soft_wrap=True)
    items = checked.items
    if items:
        print_diagnostics(console, checked.path, items[:_MOST_SHOWN], checked.sources.sources)
    if len(items) > _MOST_SHOWN:
        console.print(f"… and {len(items) - _MOST_SHOWN} more; --format json prints them all", markup=False)
    _advise(console, checked, options)
    errors = any(item.severity is Severity.ERROR for item in items)
    said = summary(items, checked.silenced) + (f", {len(checked.fixed)} fixed" if checked.fixed else "")
    print(f"{shown(checked.path)}: {said}", file=sys.stderr if errors else sys.stdout)


def _advise(console: Console, checked: Checked, options: Options) -> None:
    """The two things worth knowing next: what can be mended by machine, and where more is said."""
    mendable = len(plan_fixes(checked.items, checked.sources.sources).made)
    errors = [item.code for item in checked.items if item.severity is Severity.ERROR]
    if mendable and not options.fix:
        what = "1 of these is" if mendable == 1 else f"{mendable} of these are"
        console.print(f"{what} mended by `film check --fix {shown(checked.path)}`", markup=False, soft_wrap=True)
    if errors:
        console.print(f"`film explain {errors[0]}` says more", markup=False, soft_wrap=True)


def _fixed_line(made: Fixed) -> str:
    return shown(f"fixed: {made.file}:{made.line}:{made.column}: {made.fix.title} ({made.item.code})")
