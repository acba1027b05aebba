"""What a person sees of a build: live progress, what went wrong and what to do, and where the film is."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

from compiler.diagnostics import Severity
from runtime.cli.build import Built, Loaded, Options, build, load, open_store
from runtime.cli.progress import Progress
from runtime.store.store import Store


def build_film(options: Options, form: str) -> int:
    """Build and report; returns the exit code. JSON goes to stdout as one line at the end."""
    loaded = load(options.path)
    if not sound(loaded, options.path, form):
        return 1
    assert loaded.main is not None
    store = _store(loaded.main)
    if store is None:
        return 1
    progress = Progress(quiet=form == "json")
    known = len(loaded.report.items)
    try:
        with progress:
            built = build(loaded, options, store, progress.heard, progress.planned)
    except KeyError:
        say(f"error: there is no shot called {options.shot!r} in this film")
        say("  = help: `film plan` lists the shots by name")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Everything finished so far is kept; the same command goes on from here.")
        return 130
    except OSError as error:
        return _disk_trouble(error)
    finally:
        store.close()
    _staging_words(loaded, known, form)
    if form == "json":
        print(json.dumps(_summary(built), ensure_ascii=False))
    else:
        _tell(built, progress)
    return 1 if built.failed else 0


def sound(loaded: Loaded, path: Path, form: str) -> bool:
    """Print what checking found; whether there is a film to build."""
    from rich.console import Console

    from runtime.cli.diagnostics import diagnostics_json, print_diagnostics

    items = list(loaded.report.sorted())
    bad = loaded.film is None or loaded.report.failed
    if form == "json" and bad:
        print(json.dumps(diagnostics_json(str(path), items, loaded.sources.sources), ensure_ascii=False))
    elif items and form != "json":
        print_diagnostics(Console(stderr=True, highlight=False), str(path), items, loaded.sources.sources)
    return not bad


def _staging_words(loaded: Loaded, known: int, form: str) -> None:
    """Warnings that staging added: shown after the progress, so that they stay on the screen."""
    from rich.console import Console

    from runtime.cli.diagnostics import print_diagnostics

    items = [item for item in loaded.report.items[known:] if item.severity is not Severity.NOTE]
    if items and form != "json":
        print_diagnostics(Console(stderr=True, highlight=False), str(loaded.main), items, loaded.sources.sources)


def _store(main: Path) -> Store | None:
    try:
        return open_store(main)
    except OSError as error:
        say(f"error: the folder {main.parent / '.film'} cannot be used: {error.strerror or error}")
        say("  = help: results are kept beside the film; make its folder writable or copy the film elsewhere")
        return None


def _disk_trouble(error: OSError) -> int:
    if error.errno == errno.ENOSPC:
        say("error: the disk is full")
        say("  = help: free some space and run the same command; everything finished so far is kept")
    else:
        say(f"error: {error.strerror or error}: {error.filename or ''}".rstrip(": "))
        say("  = help: check that the output folder exists and can be written")
    return 1


def _summary(built: Built) -> dict[str, object]:
    return {
        "film": str(built.film) if built.film else None,
        "files": [str(path) for path in built.files],
        "ran": built.ran,
        "cached": built.cached,
        "failed": [
            {"task": label, "kind": kind, "message": text, "log": log} for label, kind, text, log in built.failed
        ],
        "seconds": round(built.seconds, 2),
        "cpu_seconds": {stage: round(seconds, 2) for stage, seconds in sorted(built.cpu.items())},
    }


def _tell(built: Built, progress: Progress) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    for label, kind, message, log in built.failed:
        say(f"error: {label}: {kind}: {message}")
        if kind == "disk full":
            say("  = help: free some space and run the same command; everything finished so far is kept")
        elif Path(log).exists():
            say(f"  = help: details are in {log}; the same command tries again")
    if built.failed:
        return
    assert built.plan is not None
    seconds = float(built.plan.film.rate.seconds(built.plan.timeline.frames))
    if built.ran:
        table = Table(box=None, pad_edge=False, header_style="dim")
        for name, side in (("stage", "left"), ("tasks", "right"), ("CPU", "right")):
            table.add_column(name, justify=side)  # type: ignore[arg-type]
        for stage, cpu in built.cpu.items():
            table.add_row(stage, str(progress.ran_by_stage.get(stage, 0)), f"{cpu:.1f} s")
        console.print(table)
        console.print(f"{built.ran} tasks run, {built.cached} reused, in {_clock(built.seconds)}.")
    else:
        console.print(f"Nothing has changed: 0 tasks run, {built.cached} reused, in {built.seconds:.1f} s.")
    console.print(f"{built.plan.film.title}: {len(built.plan.timeline.shots)} shots, {seconds:.1f} s")
    for path in built.files:
        console.print(f"  {path}", soft_wrap=True)


def _clock(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 90 else f"{int(seconds // 60)} min {int(seconds % 60)} s"


def say(text: str) -> None:
    print(text, file=sys.stderr)
