"""Files of the project: taken in byte for byte, through the one door, and only as the plan saw them."""

from __future__ import annotations

import os
from pathlib import Path

from blake3 import blake3

from compiler.graph import params as p
from compiler.paths import Refusal, open_inside
from runtime.schedule.table import TaskContext

BLOCK = 1 << 20


class FileChangedError(ValueError):
    """A file is not what it was when the plan was made."""


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


def digest_file(root: Path, name: str) -> str:
    """blake3 of a project file's bytes, 64 hex digits; "" when it cannot be opened."""
    hasher = blake3()
    try:
        with open_inside(root, name) as opened:
            if isinstance(opened, Refusal):
                return ""
            with os.fdopen(os.dup(opened), "rb") as source:
                while block := source.read(BLOCK):
                    hasher.update(block)
    except OSError:
        return ""
    return hasher.hexdigest()
