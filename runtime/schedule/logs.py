"""What tasks say while they run: a file for each try, bounded in size and number."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

PER_TASK = 5
MOST_BYTES = 64 << 20
"""All logs of a store together."""
MOST_OF_ONE = 1 << 20
"""One log: of a longer one its beginning and its end are kept."""
ID = 16
"""Digits of a recipe key that name a task."""


def log_path(folder: Path, recipe: str) -> Path:
    """Where the next try of a task writes; names sort by time."""
    return folder / f"{recipe[:ID]}-{time.time_ns():020}.log"


def logs_of(folder: Path, task: str) -> list[Path]:
    """The logs of a task by its id or a beginning of it, latest first."""
    found = [path for path in folder.glob("*.log") if path.name.startswith(task)] if folder.is_dir() else []
    return sorted(found, key=lambda path: path.name[ID:], reverse=True)


@contextmanager
def captured(path: Path) -> Iterator[None]:
    """While the block runs, what this process and its children write to standard output and error goes to a file.

    By descriptor, so that libraries written in C are heard too. A file that stays empty is removed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    except OSError:
        yield
        return
    saved = [(number, os.dup(number)) for number in (1, 2)]
    try:
        for number, _ in saved:
            os.dup2(target, number)
        yield
    finally:
        for number, kept in saved:
            os.dup2(kept, number)
            os.close(kept)
        os.close(target)
        trim(path)


def write(path: Path, text: str) -> None:
    """Add to a log; a disk that is full must not hide why."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)


def copy(log: Path, others: Iterable[Path]) -> None:
    """What was said while several tasks were done together is in the log of each."""
    if log.is_file():
        for other in others:
            with contextlib.suppress(OSError):
                shutil.copyfile(log, other)


def trim(path: Path) -> None:
    """Remove an empty log, cut a long one in the middle."""
    with contextlib.suppress(OSError):
        size = path.stat().st_size
        if size == 0:
            path.unlink()
        elif size > MOST_OF_ONE:
            with path.open("rb") as stream:
                head = stream.read(MOST_OF_ONE // 4)
                stream.seek(size - MOST_OF_ONE // 2)
                tail = stream.read()
            left_out = size - len(head) - len(tail)
            path.write_bytes(head + f"\n… {left_out} bytes left out …\n".encode() + tail)


def prune(folder: Path) -> None:
    """Keep the latest few logs of each task, and the latest of all within the bound."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in logs_of(folder, ""):
        found[path.name[:ID]].append(path)
    kept = sorted((p for paths in found.values() for p in paths[:PER_TASK]), key=lambda p: p.name[ID:], reverse=True)
    total = 0
    keep = set()
    for path in kept:
        with contextlib.suppress(OSError):
            total += path.stat().st_size
        if total <= MOST_BYTES:
            keep.add(path)
    for paths in found.values():
        for path in paths:
            if path not in keep:
                with contextlib.suppress(OSError):
                    path.unlink()
