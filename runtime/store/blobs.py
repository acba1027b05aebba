"""Content-addressed blobs: named by their blake3, written whole or not at all, verified before they are trusted.

Order of a write: bytes to a private file, fsync, rename into place, fsync the folder. A blob whose bytes no
longer match its name is moved aside and reported as missing, so that whoever needs it makes it again.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from blake3 import blake3

_CHUNK = 1 << 20


def file_digest(path: Path) -> str:
    """blake3 of a file's bytes, 64 hex digits. Raises ``OSError``."""
    hasher = blake3()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()


class Blobs:
    """The blobs below one folder. ``verified`` remembers, for this process, whose bytes have been checked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.quarantine = root.parent / "damaged"
        self._verified: dict[str, tuple[int, int, int]] = {}
        root.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str, suffix: str) -> Path:
        """Where a blob lies, whether it exists or not."""
        return self.root / digest[:2] / f"{digest}{suffix}"

    def present(self, digest: str, suffix: str, size: int) -> bool:
        """Whether a blob of that size is there; a cheap look, no bytes read."""
        try:
            return self.path(digest, suffix).stat().st_size == size
        except OSError:
            return False

    def sound(self, digest: str, suffix: str) -> bool:
        """Whether a blob is there and its bytes are its name's. A damaged one is moved aside."""
        path = self.path(digest, suffix)
        try:
            token = _token(path)
            if self._verified.get(digest) == token:
                return True
            if file_digest(path) == digest:
                self._verified[digest] = token
                return True
        except FileNotFoundError:
            return False
        except OSError:
            pass  # what cannot be read is as good as damaged
        self.quarantine.mkdir(exist_ok=True)
        with contextlib.suppress(OSError):
            path.replace(self.quarantine / path.name)
        return False

    def adopt(self, made: Path, suffix: str) -> tuple[str, int]:
        """Take a finished file into the store; returns its digest and size. Raises ``OSError`` (a full disk, say)."""
        with made.open("rb+") as stream:
            os.fsync(stream.fileno())
        digest, size = file_digest(made), made.stat().st_size
        target = self.path(digest, suffix)
        if self.sound(digest, suffix):
            made.unlink()
            return digest, size
        target.parent.mkdir(parents=True, exist_ok=True)
        made.replace(target)
        sync_folder(target.parent)
        self._verified[digest] = _token(target)
        return digest, size


def deliver(source: Path, target: Path) -> bool:
    """Copy a blob to where a person looks for it, atomically; false when the same bytes lie there already."""
    if (
        target.is_file()
        and target.stat().st_size == source.stat().st_size
        and file_digest(target) == file_digest(source)
    ):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, draft)
        with draft.open("rb+") as stream:
            os.fsync(stream.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(target.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _token(path: Path) -> tuple[int, int, int]:
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
