"""Locks between processes: flock on an empty file, so that whoever dies lets go and nobody has to clean up."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class Lock:
    """A held lock. Builds share one; whoever collects wants it alone."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path, self._handle = path, handle

    def current(self) -> bool:
        """Whether the file that is locked is the one that lies there now."""
        try:
            ours, there = os.fstat(self._handle), self.path.stat()
        except OSError:
            return False
        return (ours.st_dev, ours.st_ino) == (there.st_dev, there.st_ino)

    def give_up(self) -> None:
        """Remove the file, then let go: only who holds the lock may remove it."""
        if self._handle >= 0:
            self.path.unlink(missing_ok=True)
            self.release()

    def hold_alone(self) -> bool:
        """Hold a shared lock alone from now on; false, and perhaps no longer held at all, when others hold it too."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def share(path: Path) -> Lock:
    """Hold a lock together with others, waiting for one who has it alone. Raises ``OSError``."""
    handle = _open(path)
    fcntl.flock(handle, fcntl.LOCK_SH)
    return Lock(path, handle)


def alone(path: Path) -> Lock | None:
    """Hold a lock that nobody else holds, or ``None`` at once. Raises ``OSError`` for other trouble."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return Lock(path, handle)


def wait_alone(path: Path) -> Lock:
    """Hold a lock that nobody else holds, waiting for whoever has it: for blocks that take moments. Raises ``OSError``."""
    handle = _open(path)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return Lock(path, handle)


def claim(path: Path) -> Lock | None:
    """Hold the lock of something nobody else works on, or ``None`` at once. The file goes with ``Lock.give_up``.

    Raises ``OSError`` for other trouble.
    """
    while (lock := alone(path)) is not None:
        if lock.current():
            return lock
        lock.release()  # whoever had it removed the file between our opening it and our locking it
    return None


def held(path: Path) -> bool:
    """Whether a living process holds the lock of a file; false when there is no such file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
