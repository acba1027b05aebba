"""Files that people keep in git beside their film: written whole or not at all, one build after the other."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.store import durable, locks


def write_kept(path: Path, text: str) -> bool:
    """Write a file atomically and durably; false when it says that already. Raises ``OSError``."""
    data = text.encode("utf-8")
    try:
        if not path.is_symlink() and path.read_bytes() == data:
            return False
    except FileNotFoundError:
        pass
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    try:
        draft.write_bytes(data)
        durable.sync_file(draft)
        durable.rename(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    durable.sync_folder(path.parent)
    return True


@contextmanager
def in_turn(store: Path, name: str) -> Iterator[None]:
    """While the block runs, no other process that works in this store is in such a block of that name. Raises ``OSError``."""
    lock = locks.wait_alone(store / f"{name}.turn")
    try:
        yield
    finally:
        lock.release()
