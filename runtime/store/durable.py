"""The four calls that make work outlive a crash, in one place, so that a test can stop the machine at each of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

WATCH: list[Callable[[str, Path], None]] = []
"""Called before and after every durable call with what it is (``fsync``, ``fsynced``, …) and its file."""


def sync_file(path: Path) -> None:
    """Make a file's bytes durable. Raises ``OSError``."""
    _tell("fsync", path)
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
    _tell("fsynced", path)


def rename(source: Path, target: Path) -> None:
    """Put a finished file in its place, whole or not at all. Raises ``OSError``."""
    _tell("rename", target)
    source.replace(target)
    _tell("renamed", target)


def sync_folder(folder: Path) -> None:
    """Make the renames in a folder durable. Raises ``OSError``."""
    _tell("fsync folder", folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    _tell("fsynced folder", folder)


def remove(path: Path) -> None:
    """Remove a file that nothing points to any more; one that is gone already is fine. Raises ``OSError``."""
    _tell("remove", path)
    path.unlink(missing_ok=True)
    _tell("removed", path)


@contextmanager
def commit(db: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction: committed at the end of the block, rolled back when it raises."""
    try:
        yield db
        _tell("commit", path)
        db.commit()
    except BaseException:
        db.rollback()
        raise
    _tell("committed", path)


def _tell(what: str, path: Path) -> None:
    for watch in WATCH:
        watch(what, path)
