"""The one door to files that a film names: relative to its project, and never out of it.

A name is followed component by component by descriptor, so that neither ``..``, an absolute path, a symbolic link
that leaves the project, a device nor a pipe gets through, and nothing can be exchanged between look and use.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from compiler.names import nearest

MOST_LINKS = 40
"""Symbolic links followed for one name, as POSIX systems do."""
MOST_LISTED = 2000
"""Folder entries looked at for a did-you-mean."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_BY_DESCRIPTOR = os.open in os.supports_dir_fd and os.readlink in os.supports_dir_fd


class Refused(str, Enum):
    """Why a name is not opened."""

    OUTSIDE = "outside"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A name that was not opened: the kind, the reason as the end of a sentence, what to write instead."""

    kind: Refused
    why: str
    help: str = ""
    near: str = ""
    """The one name of the project that this is surely a misspelling of, or ""."""


ProjectPath: TypeAlias = Path | Refusal
"""What a name in a film means: a regular file inside the project, or why not."""


def project_path(root: Path, name: str) -> ProjectPath:
    """The regular file ``name`` means inside the project folder ``root``; it existed and could be opened just now."""
    with open_inside(root, name) as opened:
        return opened if isinstance(opened, Refusal) else root / _clean(name)


def read_inside(root: Path, name: str, limit: int) -> bytes | Refusal:
    """The bytes of a project file, at most ``limit`` of them; refused when it is larger."""
    with open_inside(root, name) as opened:
        if isinstance(opened, Refusal):
            return opened
        if os.fstat(opened).st_size > limit:
            return Refusal(Refused.UNREADABLE, f"it is larger than {_size(limit)}")
        try:
            with os.fdopen(os.dup(opened), "rb") as stream:
                data = stream.read(limit + 1)
        except OSError as error:
            return Refusal(Refused.UNREADABLE, error.strerror or "reading fails")
        return data if len(data) <= limit else Refusal(Refused.UNREADABLE, f"it is larger than {_size(limit)}")


@contextmanager
def open_inside(root: Path, name: str) -> Iterator[int | Refusal]:
    """A descriptor of a regular file inside ``root``, open for reading while the block runs, or why there is none."""
    refusal = refused_name(name)
    if refusal is not None:
        yield refusal
        return
    opened = _walk(root, _clean(name)) if _BY_DESCRIPTOR else _resolve(root, _clean(name))
    if isinstance(opened, Refusal):
        yield opened if opened.kind is not Refused.MISSING else _suggest(root, _clean(name), opened)
        return
    try:
        mode = os.fstat(opened).st_mode
        if stat.S_ISREG(mode):
            yield opened
        else:
            yield Refusal(Refused.UNREADABLE, "it is a folder" if stat.S_ISDIR(mode) else "it is not a regular file")
    finally:
        os.close(opened)


def _clean(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def refused_name(name: str) -> Refusal | None:
    """Why a name cannot be one of a project's files, whatever the project; ``None`` when it can."""
    if not name.strip("/. \t"):
        return Refusal(Refused.OUTSIDE, "the name is empty", "name a file of the project")
    if any(ord(char) < 32 or ord(char) == 127 for char in name):
        return Refusal(Refused.OUTSIDE, "the name holds control characters", "rename the file")
    if "://" in name:
        return Refusal(Refused.OUTSIDE, "it is an address, not a file", "save it in the project's folder first")
    if "\\" in name:
        return Refusal(Refused.OUTSIDE, "it holds a backslash", "write `/` between folders")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":" and name[0].isalpha()):
        return Refusal(Refused.OUTSIDE, "the path is absolute", "name it from the film's own folder")
    if ".." in name.split("/"):
        return Refusal(Refused.OUTSIDE, "`..` leaves the folder", "move or copy the file into the film's own folder")
    return None


def _walk(root: Path, name: str) -> int | Refusal:
    """Open ``name`` below ``root`` one component at a time; links are followed as far as they stay inside."""
    try:
        folders = [os.open(root, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_DIRECTORY", 0))]
    except OSError as error:
        return Refusal(Refused.UNREADABLE, f"the project's folder cannot be opened: {error.strerror}")
    parts, links = deque(name.split("/")), 0
    try:
        while True:
            part = parts.popleft()
            if part == "..":
                if len(folders) == 1:
                    return Refusal(Refused.OUTSIDE, "a link on the way leaves the project", _COPY)
                os.close(folders.pop())
                if not parts:
                    return Refusal(Refused.UNREADABLE, "it is a folder")
                continue
            try:
                opened = os.open(part, _FLAGS, dir_fd=folders[-1])
            except OSError as error:
                if error.errno not in (errno.ELOOP, errno.EMLINK):
                    return _refusal(error)
                links += 1
                target = os.readlink(part, dir_fd=folders[-1])
                if links > MOST_LINKS:
                    return Refusal(Refused.UNREADABLE, "its links go in a circle")
                if target.startswith("/"):
                    return Refusal(Refused.OUTSIDE, "a link on the way leaves the project", _COPY)
                parts.extendleft(reversed([p for p in target.split("/") if p not in ("", ".")] or ["."]))
                continue
            if not parts:
                return opened
            folders.append(opened)
    except OSError as error:
        return _refusal(error)
    finally:
        for folder in folders:
            os.close(folder)


_COPY = "copy the file into the project"


def _resolve(root: Path, name: str) -> int | Refusal:
    """For systems that cannot open by descriptor: resolve first, then open."""
    try:
        path = (root / name).resolve(strict=True)
        if not path.is_relative_to(root.resolve()):
            return Refusal(Refused.OUTSIDE, "a link on the way leaves the project", _COPY)
        if not path.is_file():
            return Refusal(Refused.UNREADABLE, "it is a folder" if path.is_dir() else "it is not a regular file")
        return os.open(path, _FLAGS | getattr(os, "O_BINARY", 0))
    except (OSError, RuntimeError) as error:
        return _refusal(error if isinstance(error, OSError) else OSError(errno.ELOOP, str(error)))


def _refusal(error: OSError) -> Refusal:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return Refusal(Refused.MISSING, "there is no such file")
        case errno.ENXIO | errno.ENODEV:
            return Refusal(Refused.UNREADABLE, "it is not a regular file")
        case _:
            return Refusal(Refused.UNREADABLE, (error.strerror or "it cannot be opened").lower())


def _suggest(root: Path, name: str, refusal: Refusal) -> Refusal:
    """The same refusal with the file of that folder that was probably meant."""
    folder, _, last = name.rpartition("/")
    try:
        if not (root / folder).resolve().is_relative_to(root.resolve()):
            return refusal
        with os.scandir(root / folder) as entries:
            known = [entry.name for _, entry in zip(range(MOST_LISTED), entries, strict=False) if entry.is_file()]
    except (OSError, RuntimeError):
        return Refusal(refusal.kind, f"there is no folder `{folder}`" if folder else refusal.why, refusal.help)
    near = nearest(last, sorted(known))
    if not near:
        return refusal
    prefix = f"{folder}/" if folder else ""
    alone = near[0] if len(near) == 1 or near[0].casefold() == last.casefold() else ""
    said = " or ".join(f"`{prefix}{other}`" for other in near)
    return Refusal(refusal.kind, refusal.why, f"did you mean {said}?", prefix + alone if alone else "")


def _size(count: int) -> str:
    return f"{count >> 20} MB" if count >= 1 << 20 else f"{count >> 10} kB"
