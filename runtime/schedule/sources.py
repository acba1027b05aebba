"""Files of the project: taken in byte for byte, through the one door, and only as the plan saw them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from blake3 import blake3

from compiler.graph import params as p
from compiler.paths import Refusal, open_inside
from runtime.schedule.table import TaskContext
from runtime.store.index import Index

BLOCK = 1 << 20
_RACY_NS = 2_000_000_000
"""A file that was written to so shortly before it was hashed may have been written to again unseen."""


class FileChangedError(ValueError):
    """A file is not what it was when the plan was made."""

    trouble = "bad input"


def take_in(task: TaskContext) -> None:
    """Copy a project file. Raises ``FileChangedError`` when it is gone, refused, or other bytes than were planned with."""
    q = task.params
    assert isinstance(q, p.SourceFile)
    hasher = blake3()
    with open_inside(task.project, q.path) as opened:
        if isinstance(opened, Refusal):
            raise FileChangedError(f"{q.path}: {opened.why}")
        with os.fdopen(os.dup(opened), "rb") as source, task.outputs["file"].open("wb") as target:
            while block := source.read(BLOCK):
                hasher.update(block)
                target.write(block)
    if hasher.hexdigest() != q.digest:
        raise FileChangedError(f"{q.path} was changed while the film was being built; the same command goes on with it")


def digest_file(root: Path, name: str, index: Index | None = None, *, verify: bool = False) -> str:
    """blake3 of a project file's bytes, 64 hex digits; "" when it cannot be opened.

    A file that is (device, inode, size, both times) as it was when ``index`` last knew its digest is not read again,
    unless it had just been written to then, or ``verify`` asks for it.
    """
    try:
        with open_inside(root, name) as opened:
            if isinstance(opened, Refusal):
                return ""
            before, known = _token(opened), index.token(name) if index is not None else None
            if known is not None and not verify and known[0] == before[0] and before[1] < known[2] - _RACY_NS:
                return known[1]
            taken, hasher = time.time_ns(), blake3()
            with os.fdopen(os.dup(opened), "rb") as source:
                while block := source.read(BLOCK):
                    hasher.update(block)
            found = hasher.hexdigest()
            if index is not None and _token(opened) == before:
                index.save_token(name, before[0], found, taken)
    except OSError:
        return ""
    return found


def _token(handle: int) -> tuple[str, int]:
    """What stands for an open file's bytes, and when it was last written to or changed (ns)."""
    stat = os.fstat(handle)
    token = f"{stat.st_dev}:{stat.st_ino}:{stat.st_size}:{stat.st_mtime_ns}:{stat.st_ctime_ns}"
    return token, max(stat.st_mtime_ns, stat.st_ctime_ns)
