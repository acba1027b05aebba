"""Content-addressed blobs: named by their blake3, written whole or not at all, verified before they are trusted.

Order of a write: bytes to a private file, fsync, rename into place, fsync the folder. A blob whose bytes no
longer match its name is moved aside and reported as missing, so that whoever needs it makes it again.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from blake3 import blake3

from runtime.store import durable

_CHUNK = 1 << 20
_HOUR = 3600.0
_NAME = re.compile(r"([0-9a-f]{64})(\.[a-z0-9]{1,8})")

Token: TypeAlias = tuple[int, int, int, int, int]
"""(device, inode, size, mtime_ns, ctime_ns): while it stays the same, nobody has written to the file."""


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
        self._verified: dict[str, Token] = {}
        root.mkdir(parents=True, exist_ok=True)
        self._base = f"{root}{os.sep}"

    def path(self, digest: str, suffix: str) -> Path:
        """Where a blob lies, whether it exists or not."""
        return Path(f"{self._base}{digest[:2]}{os.sep}{digest}{suffix}")

    def present(self, digest: str, suffix: str, size: int) -> bool:
        """Whether a blob of that size is there; a cheap look, no bytes read."""
        try:
            # A whole plan is looked up this way: building a Path would take as long as asking the disk.
            return os.stat(f"{self._base}{digest[:2]}{os.sep}{digest}{suffix}").st_size == size  # noqa: PTH116
        except OSError:
            return False

    def whole(self, outputs: Mapping[str, Any]) -> set[str]:
        """Those of many names whose outputs, each [name, digest, suffix, size], are all there. What is shaped otherwise is not."""
        found, base, stat = set(), self._base, os.stat
        for name, blobs in outputs.items():
            try:
                for _, digest, suffix, size in blobs:
                    path = f"{base}{digest[:2]}{os.sep}{digest}{suffix}"
                    if len(digest) != 64 or not digest.isalnum() or stat(path).st_size != size:
                        break
                else:
                    found.add(name)
            except (OSError, TypeError, ValueError, AttributeError):
                continue
        return found

    def sound(self, digest: str, suffix: str) -> bool:
        """Whether a blob is there and its bytes are its name's. A damaged one is moved aside."""
        path = self.path(digest, suffix)
        try:
            token = token_of(path)
            if self._verified.get(digest) == token:
                return True
            if file_digest(path) == digest:
                self._verified[digest] = token
                return True
        except FileNotFoundError:
            return False
        except OSError:
            pass  # what cannot be read is as good as damaged
        self.set_aside(path)
        return False

    def set_aside(self, path: Path) -> None:
        """Move what is no sound blob out of the way, where it can be looked at."""
        with contextlib.suppress(OSError):
            self.quarantine.mkdir(exist_ok=True)
            durable.rename(path, self.quarantine / path.name)

    def token(self, digest: str, suffix: str) -> Token | None:
        """The blob's file as it is now; ``None`` when it is gone."""
        try:
            return token_of(self.path(digest, suffix))
        except OSError:
            return None

    def everything(self) -> Iterator[tuple[Path, str, str]]:
        """(path, digest, suffix) of every file below the folder; digest "" for one that has no blob's name."""
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else ():
            inside = sorted(folder.iterdir()) if folder.is_dir() else [folder]
            for path in inside:
                match = _NAME.fullmatch(path.name)
                ours = match is not None and folder.name == path.name[:2] and path.is_file() and not path.is_symlink()
                yield (path, match[1], match[2]) if match and ours else (path, "", "")

    def adopt(self, made: Path, suffix: str) -> tuple[str, int]:
        """Take a finished file into the store; returns its digest and size. Raises ``OSError`` (a full disk, say)."""
        durable.sync_file(made)
        digest, size = file_digest(made), made.stat().st_size
        target = self.path(digest, suffix)
        if self.sound(digest, suffix):
            made.unlink()
            return digest, size
        fresh = not target.parent.is_dir()
        target.parent.mkdir(parents=True, exist_ok=True)
        durable.rename(made, target)
        durable.sync_folder(target.parent)
        if fresh:
            durable.sync_folder(self.root)
        self._verified[digest] = token_of(target)
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
    # Not named by the process alone: others may have its number in a container of their own.
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        shutil.copyfile(source, draft)
        durable.sync_file(draft)
        durable.rename(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    durable.sync_folder(target.parent)
    _sweep(target)
    return True


def _sweep(target: Path) -> None:
    """Remove drafts of a file that builds left which were killed over an hour ago."""
    for left in target.parent.glob(f".{target.name}.*.part"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR:
                left.unlink()


def token_of(path: Path) -> Token:
    """What stands for a file's bytes while they are not written to. Raises ``OSError``."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
