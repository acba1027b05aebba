"""``film cache``: what is kept beside a film or in the user's shared store, whether it is sound, and letting go of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from runtime.cli.building import disk_trouble, say
from runtime.cli.columns import columns
from runtime.cli.excerpt import shown
from runtime.cli.runs import folder_of
from runtime.cli.sizes import size_text
from runtime.store import locks, upkeep
from runtime.store.blobs import Blobs
from runtime.store.index import Index
from runtime.store.shared import shared_folder, usual_folder


@dataclass(slots=True)
class _Open:
    root: Path
    blobs: Blobs
    index: Index


class _BusyError(Exception):
    """A build is using the store."""


def stat(path: Path, shared: bool, form: str) -> int:
    """Say what a store holds; returns the exit code."""

    def show(kept: _Open) -> int:
        found = upkeep.survey(kept.root, kept.blobs, kept.index)
        if form == "json":
            print(json.dumps({"folder": str(kept.root), **asdict(found)}, ensure_ascii=False))
            return 0
        print(f"{kept.root}")
        print(f"  {found.blobs} files, {size_text(found.size)}; {found.actions} finished tasks")
        if not shared:
            films = shown(", ".join(found.films)) or "no film yet"
            print(f"  {size_text(found.needed)} needed by {films}" + (f" and {found.pins} picks" if found.pins else ""))
        if found.loose:
            print(f"  {size_text(found.loose)} that no finished task speaks of")
        if found.damaged:
            print(f"  {size_text(found.damaged)} set aside as damaged")
        print(f"  {size_text(found.logs)} of logs and journals")
        if found.by_op:
            rows = [(shown(op), str(number), size_text(size)) for op, number, size in found.by_op]
            print(columns(("op", "tasks", "size"), rows, right=(1, 2)))
        return 0

    return _with(path, shared, show, alone=False)


def verify(path: Path, shared: bool, form: str) -> int:
    """Read every byte again and mend the index; the exit code is 1 when anything was wrong."""

    def show(kept: _Open) -> int:
        found, kept.index = upkeep.verify(kept.blobs, kept.index)
        if form == "json":
            print(json.dumps({"folder": str(kept.root), "sound": found.sound, **asdict(found)}, ensure_ascii=False))
            return 0 if found.sound else 1
        print(f"{found.blobs} files, {size_text(found.size)} read")
        for what, names in (
            ("its bytes were damaged; moved aside", found.damaged),
            ("is no result of ours; moved aside", found.strangers),
            ("cannot be read; moved aside", found.unreadable),
        ):
            for name in names:
                say(f"warning: {name}: {what}")
        for trouble in found.index:
            say(f"warning: the index was damaged and has been begun anew: {trouble}")
        for why in found.lost_pins:
            say(f"warning: a chosen result is lost, and making it again gives a new take: {why}")
        if found.dropped:
            lack = "finished task lacks" if found.dropped == 1 else "finished tasks lack"
            print(f"{found.dropped} {lack} a file: what is needed of that is made again by the next build")
        if found.sound:
            print("everything is sound")
        return 0 if found.sound else 1

    return _with(path, shared, show)


def collect(path: Path, shared: bool, form: str, *, most: int | None, older: float | None, dry: bool) -> int:
    """Let go of what no film's last build and no pick needs; returns the exit code."""

    def show(kept: _Open) -> int:
        gone = [] if shared else upkeep.films_gone(kept.index, kept.root.parent)
        done = upkeep.collect(kept.blobs, kept.index, most=most, older=older, dry=dry, gone=gone)
        if form == "json":
            told = {"folder": str(kept.root), "dry_run": dry, "films_gone": gone, **asdict(done)}
            print(json.dumps(told, ensure_ascii=False))
            return 0
        for film in gone:
            print(f"{shown(film)} is no longer in the folder: what only it needed is not needed any more")
        if done.blobs or done.actions:
            would, stay = ("would let go of", "would stay") if dry else ("let go of", "stay")
            files = f"{done.blobs} file{'' if done.blobs == 1 else 's'}"
            print(f"{would} {files}, {size_text(done.before - done.after)}; {size_text(done.after)} {stay}")
        else:
            print(f"nothing to let go of; {size_text(done.after)} are kept")
        if most is not None and done.after > most:
            print(f"  the films as they were last built need {size_text(done.needed)}: that is never let go")
        return 0

    return _with(path, shared, show)


def _with(path: Path, shared: bool, show: Callable[[_Open], int], alone: bool = True) -> int:
    if shared:
        folder: Path | None = shared_folder(True) or usual_folder()
        if folder is not None and not folder.is_dir():
            say(f"error: there is no shared store in {folder}")
            say('  = help: `film build --shared-cache`, FILM_CACHE=1 or cache = "shared" in film.toml begins one')
            return 1
    else:
        folder = folder_of(path)
    if folder is None:
        return 1
    try:
        with _opened(folder, alone) as kept:
            return show(kept)
    except _BusyError:
        say(f"error: a build is using {folder}")
        say("  = help: run the same command when it has ended")
        return 1
    except BrokenPipeError:
        raise  # whoever read what is printed has gone: no trouble of the disk
    except (OSError, sqlite3.Error) as error:
        return disk_trouble(error)


@contextmanager
def _opened(root: Path, alone: bool) -> Iterator[_Open]:
    lock = locks.alone(root / "lock") if alone else locks.share(root / "lock")
    if lock is None:
        raise _BusyError
    try:
        kept = _Open(root, Blobs(root / "blobs"), Index(root / "index.sqlite"))
        try:
            yield kept
        finally:
            kept.index.close()
    finally:
        lock.release()
