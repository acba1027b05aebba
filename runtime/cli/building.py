"""What a person sees of a build: live progress, what went wrong and what to do, and where the film is."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from compiler.diagnostics import Report, Severity
from compiler.lock import read_lock
from compiler.names import did_you_mean
from compiler.plan import FilmTooLargeError, NoSuchShotError
from compiler.silence import settle
from runtime.cli.build import Built, Loaded, NoSuchEditionError, Options, build, load, open_store, plan_name
from runtime.cli.columns import columns
from runtime.cli.demanded import demands_json, tell_unmet, unmet
from runtime.cli.excerpt import shown
from runtime.cli.forecast import NotEnoughRoomError
from runtime.cli.leaving import left_cleanly
from runtime.cli.pinning import Pinned, pinned_json, pinned_words
from runtime.cli.progress import Progress
from runtime.cli.receipts import RUN
from runtime.cli.resting import Pending, Said, captured, pending
from runtime.cli.warming import warm_once
from runtime.schedule.costs import learned_costs
from runtime.schedule.machine import DeviceSettingError
from runtime.schedule.trouble import Trouble, kind_of
from runtime.store.shared import shared_folder
from runtime.store.store import Store

_FREE_SPACE = "free some space, or run `film cache gc`, and run the same command; everything finished so far is kept"
_REMEDIES = {
    Trouble.DISK.value: _FREE_SPACE,
    Trouble.MEMORY.value: "close other programs, or build with a smaller --size or with --profile board",
    Trouble.CRASHED.value: "it was tried twice; the same command tries again",
    Trouble.TRANSIENT.value: "it was tried three times; the same command tries again",
    Trouble.TIMEOUT.value: "a file that takes so long is seldom sound: convert it anew, or use a shorter one",
    Trouble.INPUT.value: "nothing is tried again until the file is another",
    Trouble.BUG.value: "this is a fault of ours, not of the film; the same command tries again",
}


def build_film(options: Options, form: str) -> int:
    """Build and report; returns the exit code. JSON goes to stdout as one line at the end."""
    progress = Progress(quiet=form == "json")
    with left_cleanly() as leaving:
        try:
            return _build_film(options, form, progress)
        except KeyboardInterrupt:  # or a request to end, which is the same to us
            leaving.set()
            say(
                f"\nStopped{progress.standing()}. Everything finished so far is kept; the same command goes on from here."
            )
            return 130


def _build_film(options: Options, form: str, progress: Progress) -> int:
    try:
        loaded = load(options.path, options.edition)
    except NoSuchEditionError as error:
        return no_such_edition(error)
    if not sound(loaded, options.path, form):
        return 1
    assert loaded.main is not None
    store = store_of(loaded.main, loaded.sources.shared or options.shared)
    if store is None:
        return 1
    known = len(loaded.report.items)
    kept = pending()
    said = list(kept.said) if kept is not None else []
    try:
        if kept is not None:
            kept.rest_on_film(options.path, loaded.sources, loaded.report.items)
            kept.opened(store)
        progress.reckon_with(learned_costs(store), options.jobs or os.cpu_count() or 1)
        warm_once(quiet=form == "json")
        with progress:
            built = build(loaded, options, store, progress.heard, progress.planned)
        lacking = options.strict and built.plan is not None and bool(unmet(built.plan))
        if kept is not None and not built.failed and not lacking:
            kept.close(store, built.copies, built.blobs)
    except NoSuchShotError as error:
        return no_such_shot(error)
    except FilmTooLargeError as error:
        return too_large(error)
    except (OSError, sqlite3.Error) as error:
        return disk_trouble(error)
    finally:
        store.close()
    _staging_words(loaded, known, form)
    if form == "json":
        print(json.dumps(_summary(built), ensure_ascii=False))
    elif built.failed or not options.takes:
        _tell(built, progress)
    if lacking and not built.failed and form != "json":
        assert built.plan is not None
        tell_unmet(built.plan)
    if kept is not None and not built.failed and not lacking:
        _answer_next_time(kept, said, loaded, known, built, store, options, form)
    return 1 if built.failed or lacking else 0


def _answer_next_time(
    kept: Pending, said: Said, loaded: Loaded, known: int, built: Built, store: Store, options: Options, form: str
) -> None:
    """Keep what a build that finds nothing changed would say: what it ``said`` on the way in, and an empty account."""
    assert built.plan is not None
    assert loaded.main is not None
    pinned = built.pinned
    if pinned is not None and pinned.written and not pinned_by_us(loaded, pinned):
        return
    if pinned is not None and pinned.written:
        kept.wrote(pinned.path, pinned.path.read_bytes())
    calm = pinned and replace(pinned, written=False, added=0, changed=0, dropped=0)
    again = replace(
        built, ran=0, cached=len(built.plan.recipes), seconds=0.0, cpu={}, run=RUN, fetched=0, pinned=calm,
        events_trouble="", shared_trouble="",
    )  # fmt: skip

    def tell() -> None:
        _staging_words(loaded, known, form)
        if form == "json":
            print(json.dumps(_summary(again), ensure_ascii=False))
        else:
            _tell(again, Progress(quiet=True))

    wanted = {ref.task for _, ref in built.plan.graph.wanted}
    film = {
        "runs": str(store.runs.resolve()), "film": plan_name(loaded.main, options), "profile": options.profile,
        "hit": str(len(wanted)),
    }  # fmt: skip
    kept.vouch(said + captured(tell), film)


def pinned_by_us(loaded: Loaded, pinned: Pinned) -> bool:
    """Whether all that film.lock says of the film is what this build was planned with, or what it added itself."""
    assert loaded.main is not None
    before, now = loaded.locked, read_lock(pinned.path.parent, {}, Report()).lines(loaded.main.name)
    same = all(before.get(key, at) == at for key, at in now.items())
    return same and sum(key not in before for key in now) == pinned.added


def sound(loaded: Loaded, path: Path, form: str) -> bool:
    """Print what checking found; whether there is a film to build."""
    from rich.console import Console

    from runtime.cli.diagnostics import diagnostics_json, print_diagnostics

    settled = settle(loaded.report.sorted(), loaded.sources.sources, loaded.sources.allowed, complete=False)
    items = settled.items
    bad = loaded.film is None or loaded.report.failed
    if form == "json" and bad:
        found = diagnostics_json(str(path), items, loaded.sources.sources)
        nothing = {"film": None, "ran": 0, "cached": 0, "failed": 0, "seconds": 0.0}
        print(json.dumps({**nothing, **found}, ensure_ascii=False))
    elif items and form != "json":
        print_diagnostics(Console(stderr=True, highlight=False), str(path), items, loaded.sources.sources)
    return not bad


def _staging_words(loaded: Loaded, known: int, form: str) -> None:
    """Warnings that staging added: shown after the progress, so that they stay on the screen."""
    from rich.console import Console

    from runtime.cli.diagnostics import print_diagnostics

    added = [item for item in loaded.report.items[known:] if item.severity is not Severity.NOTE]
    items = settle(added, loaded.sources.sources, loaded.sources.allowed, complete=False).items
    items = [item for item in items if item in added]  # what is wrong with the silences has been said before
    if items and form != "json":
        print_diagnostics(Console(stderr=True, highlight=False), str(loaded.main), items, loaded.sources.sources)


def store_of(main: Path, shared: bool = False) -> Store | None:
    """The store beside a film, or ``None`` once it has been said why there is none. A shared one that fails is left out."""
    try:
        try:
            return open_store(main, shared)
        except (OSError, sqlite3.Error) as error:
            folder = shared_folder(shared)
            if folder is None:
                raise
            say(f"warning: the shared store {folder} cannot be used: {error}")
            return Store(main.resolve().parent / ".film")
    except (OSError, sqlite3.Error) as error:
        folder = main.parent / ".film"
        if folder.exists() and not folder.is_dir():
            no_folder(folder)
            return None
        reason = (error.strerror if isinstance(error, OSError) else "") or error
        say(f"error: the folder {folder} cannot be used: {reason}")
        say("  = help: results are kept beside the film; make its folder writable or copy the film elsewhere")
        return None


def no_folder(path: Path) -> None:
    """Say that what should be the folder of results is something else."""
    say(f"error: {path} is a file; results are kept in a folder of that name")
    say("  = help: move it away: `film build` begins the folder")


def no_such_shot(error: NoSuchShotError) -> int:
    """Say so, with the nearest name; returns the exit code."""
    say(f"error: {error} in this film")
    say(f"  = help: {did_you_mean(error.name, error.known) or '`film plan` lists the shots by name'}")
    return 1


def no_such_edition(error: NoSuchEditionError) -> int:
    """Say so, with the nearest name; returns the exit code."""
    say(f"error: {error} in this film")
    none = "this film declares none: `edition trailer: scenes 1, 4, limit 60s` is one"
    listed = "it has " + ", ".join(error.known) if error.known else none
    say(f"  = help: {did_you_mean(error.name, error.known) or listed}")
    return 1


def too_large(error: FilmTooLargeError) -> int:
    """Say which limit a film passes; returns the exit code."""
    say(f"error[{error.limit.code.id}]: {error}")
    say(f"  = help: divide it: {error.limit.because}")
    return 1


def _too_little_room(error: NotEnoughRoomError) -> int:
    """Say what a build needs of the disk; returns the exit code."""
    say(f"error: {error} on the disk of {error.folder}")
    say(
        "  = help: `film cache gc` lets go of what no film needs; a smaller --size or --profile board writes less; "
        "--force begins all the same"
    )
    return 1


def _unknown_devices(error: DeviceSettingError) -> int:
    """Say what is wrong with the devices that were named; returns the exit code."""
    say(f"error: {error}")
    say("  = help: FILM_DEVICES is `none`, or names with their memory: `cuda:0=24GB, cuda:1=24GB`")
    return 1


def disk_trouble(error: OSError | sqlite3.Error) -> int:
    """What the disk, the machine or the index beside the film said, in words; returns the exit code."""
    if isinstance(error, NotEnoughRoomError):
        return _too_little_room(error)
    if isinstance(error, DeviceSettingError):
        return _unknown_devices(error)
    if kind_of(error) is Trouble.DISK:
        say("error: the disk is full")
        say(f"  = help: {_FREE_SPACE}")
    elif getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        say(f"error: the index of finished work cannot be written: {error}")
        say("  = help: make the folder .film beside the film writable, or copy the film elsewhere")
    elif isinstance(error, OSError):
        say(f"error: {error.strerror or error}: {error.filename2 or error.filename or ''}".rstrip(": "))
        say("  = help: check that the output folder exists and can be written")
    else:
        say(f"error: the index of finished work: {error}")
        say("  = help: run the same command again; if it stays so, remove .film/index.sqlite: nothing but time is lost")
    return 1


def _summary(built: Built) -> dict[str, object]:
    return {
        "film": str(built.film) if built.film else None,
        "files": [str(path) for path in built.files],
        "ran": built.ran,
        "cached": built.cached,
        "failed": len(built.failed),
        "failures": [
            {"task": label, "kind": kind, "message": text, "log": log} for label, kind, text, log in built.failed
        ],
        "requirements": [] if built.plan is None else demands_json(built.plan),
        "stranded": built.stranded,
        "lock": pinned_json(built.pinned) if built.pinned is not None else None,
        "run": built.run,
        "seconds": round(built.seconds, 2),
        "cpu_seconds": {stage: round(seconds, 2) for stage, seconds in sorted(built.cpu.items())},
    }


def _tell(built: Built, progress: Progress) -> None:
    for label in progress.damaged:
        if label not in progress.lost:
            say(f"warning: {label}: its stored bytes were damaged; it was made again")
    for label in progress.lost:
        say(
            f"warning: {label}: what was kept of it is lost, and it does not come out the same twice: this is a new take"
        )
    if built.pinned is not None and built.pinned.trouble:
        say(f"warning: {built.pinned.path} could not be written: {built.pinned.trouble}")
    for what, trouble in (("file of events", built.events_trouble), ("shared store", built.shared_trouble)):
        if trouble:
            say(f"warning: the {what} could not be written to the end: {trouble}")
    if built.failed:
        tell_unfinished(built)
        return
    assert built.plan is not None
    seconds = float(built.plan.film.rate.seconds(built.plan.timeline.frames))
    shared = f" ({built.fetched} from the shared store)" if built.fetched else ""
    if built.ran:
        rows = [(stage, str(progress.ran_by_stage.get(stage, 0)), f"{cpu:.1f} s") for stage, cpu in built.cpu.items()]
        print(columns(("stage", "tasks", "CPU"), rows, right=(1, 2)))
        print(f"{built.ran} tasks run, {built.cached} reused{shared}, in {_clock(built.seconds)}.")
    else:
        unchanged = "Nothing has to be made" if built.fetched else "Nothing has changed"
        print(f"{unchanged}: 0 tasks run, {built.cached} reused{shared}, in {built.seconds:.1f} s.")
    print(shown(f"{built.plan.film.title}: {len(built.plan.timeline.shots)} shots, {seconds:.1f} s"))
    for path in built.files:
        print(shown(f"  {path}"))
    for words in pinned_words(built.pinned) if built.pinned is not None else ():
        print(shown(words))


def tell_unfinished(built: Built) -> None:
    """Every failure with what can be done, then where the build stands."""
    tell_failures(built.failed)
    waiting = f", {built.stranded} could not run because of that" if built.stranded else ""
    say(
        f"Not finished: {built.ran} tasks run, {built.cached} in place, {len(built.failed)} failed{waiting}. "
        "Everything finished is kept; the same command goes on from here."
    )


def tell_failures(failed: Sequence[tuple[str, str, str, str]]) -> None:
    """Every failure (task, kind, message, log) with what can be done."""
    for label, kind, message, log in failed:
        say(f"error: {label}: {kind}: {message}")
        remedy = _REMEDIES.get(kind, "")
        if kind != Trouble.INPUT and log and Path(log).is_file():
            remedy += f"; what it said is in {log}" if remedy else f"what it said is in {log}"
        if remedy:
            say(f"  = help: {remedy}")


def _clock(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 90 else f"{int(seconds // 60)} min {int(seconds % 60)} s"


def say(text: str) -> None:
    print(text, file=sys.stderr)
