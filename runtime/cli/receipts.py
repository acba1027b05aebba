"""Answers kept: what a command said last time, given again at once while everything it rested on is what it was.

As git does, a file is taken to be what it was while its device, inode, size and both its times are, unless it was
written to so shortly before that its times cannot tell. A receipt is written by ``runtime.cli.resting``; this half only
reads, and imports almost nothing: it runs before the command line is even parsed. docs/receipts.md says why it is safe.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from typing import Any, NamedTuple

SCHEMA = 2
"""Of a receipt's file. Another one is no receipt."""
OFF = "FILM_RECEIPTS"
"""Environment variable: ``0`` gives no answer from receipts and keeps none."""
COMMANDS = frozenset({"build", "plan", "check"})
_NEVER = ("-", "--fix", "--relock", "--events", "--help")
"""Words of a command line that asks for more than an answer."""
_READ_AGAIN = "--verify"
PROJECT_FILES = ("film.toml", "film.lock", "film.picks.toml")
"""Files beside a film that count even while they are not there."""
TICK = 20_000_000
"""Nanoseconds within which two writes may leave the same time: twice the slowest clock tick of a kernel."""
COARSE_TICK = 2_000_000_000
"""The same on file systems that keep whole seconds, or every other one."""
RUN = "\ue000run\ue001"
"""Stands in a kept answer where the name of the build goes."""
_ENVIRONMENT = frozenset(
    {"COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE",
     "LANG", "LANGUAGE", "HOME", "UNICODE_VERSION"}
)  # fmt: skip
_FAMILIES = ("FILM", "NUMBA_", "LC_", "PYTHON", "JUPYTER_", "XDG_")
"""Beginnings of further names of variables that something here reads."""
_CODE = ("compiler", "runtime", "stdlib")
_LARGEST = 64 << 20
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120


class Question(NamedTuple):
    """A command line that may have been asked before, and what stands when it is asked."""

    command: str
    path: str
    """Where its receipt lies."""
    tools: str
    """Digest of the state of our own code and data, of the installed packages and of this kind of machine."""
    began: int
    """Wall clock, ns; below, how far it is ahead of the steady one."""
    ahead: int
    before: dict[str, list[str]]
    """Folders that are named, and the names of the files in them before anything was read."""
    read_again: bool = False
    """Asks not to be answered from a receipt; its answer may become one."""


def ask(arguments: list[str]) -> Question | None:
    """The question a command line is; ``None`` for one that is never answered from a receipt."""
    if not arguments or arguments[0] not in COMMANDS or os.environ.get(OFF) == "0":
        return None
    if any(word in _NEVER or word.startswith("--events=") for word in arguments[1:]):
        return None
    if arguments[0] == "plan" and _READ_AGAIN in arguments:
        return None  # there it asks for the graph to be looked through
    try:
        words = [word for word in arguments if word != _READ_AGAIN]
        folder = _folder()
        if folder is None:
            return None
        name = digest([SCHEMA, words, os.getcwd(), _surroundings()])  # noqa: PTH109
        named = [word for word in arguments[1:] if not word.startswith("-")] or ["."]
        before = {place: found for word in named for place in _places(word) if (found := names(place)) is not None}
        now = time.time_ns()
        ahead = now - time.monotonic_ns()
        path = os.path.join(folder, f"{name}.json")  # noqa: PTH118
        return Question(arguments[0], path, tools_digest(), now, ahead, before, _READ_AGAIN in arguments)
    except (OSError, ValueError):
        return None


def answer(question: Question) -> int | None:
    """Say again what was said when nothing has changed since; the exit code, or ``None`` when the command has to run."""
    kept = None if question.read_again else read(question.path)
    if kept is None or kept.get("tools") != question.tools or not holds(kept):
        return None
    run = ""
    if (build := kept.get("build")) is not None:
        from runtime.cli.unchanged import journal

        run = journal(build)
    for number, text in kept["said"]:
        (sys.stderr if number == 2 else sys.stdout).write(text.replace(RUN, run) if run else text)
    sys.stdout.flush()
    sys.stderr.flush()
    return int(kept["exit"])


def holds(kept: dict[str, Any]) -> bool:
    """Whether everything a kept answer rested on is what it was."""
    try:
        return (
            all(token(path) == found for path, found in kept["files"])
            and all(names(folder) == found for folder, found in kept["folders"])
            and all(tree_digest(folder) == found for folder, found in kept["trees"])
            and all(free(folder) >= needed for folder, needed in kept["room"])
        )
    except (OSError, ValueError, TypeError, KeyError):
        return False


def token(path: str) -> list[int] | None:
    """(device, inode, size, mtime, ctime) of a file, times in ns; ``None`` when there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return [stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]


def names(folder: str) -> list[str] | None:
    """The files of a folder whose name begins with no dot, sorted; ``None`` when it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in entries if not e.name.startswith(".") and not e.is_dir(follow_symlinks=False))
    except OSError:
        return None


def tree_digest(folder: str) -> str:
    """Digest of the names and sizes of all files in the folders below a folder, one level deep; "" when there is none."""
    try:
        found = []
        for name in sorted(os.listdir(folder)):  # noqa: PTH208
            with os.scandir(os.path.join(folder, name)) as entries:  # noqa: PTH118
                found += sorted((entry.name, entry.stat(follow_symlinks=False).st_size) for entry in entries)
        return digest(found)
    except FileNotFoundError:
        return ""


def free(folder: str) -> int:
    """Bytes that are free of a folder's disk."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


def racy(found: list[int] | None, when: int) -> bool:
    """Whether a file was written to so near to, or after, ``when`` that another write might not show in its token."""
    return found is not None and max(found[3], found[4]) >= when - tick_of(found)


def tick_of(found: list[int]) -> int:
    """How far apart two writes have to be to be told apart, by the times a file system keeps."""
    return TICK if found[4] % 1_000_000_000 else COARSE_TICK


def read(path: str) -> dict[str, Any] | None:
    """A receipt; ``None`` when there is none, or it is damaged or of another schema."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            said, _, body = stream.read(_LARGEST + 1).partition(b"\n")
        if said.decode("ascii") != hashlib.blake2b(body, digest_size=16).hexdigest():
            return None
        kept = json.loads(body)
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and kept.get("schema") == SCHEMA else None


def digest(value: Any) -> str:
    """32 hex digits of any plain value."""
    text = json.dumps(value, separators=(",", ":")).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def tools_digest() -> str:
    """Digest of the state of every file of ours, of the folders packages are installed in, and of this machine."""
    found: list[Any] = [sys.version, sys.executable, os.uname()[1:], os.cpu_count(), _processor()]
    found += [(place, token(place)) for place in sys.path if place]
    waiting = [os.path.join(_ROOT, name) for name in _CODE]  # noqa: PTH118
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != "__pycache__":
                        waiting.append(entry.path)
                else:
                    stat = entry.stat()
                    found.append(
                        (entry.path, stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
                    )
    return digest(found)


def _folder() -> str | None:
    """The user's own folder of receipts; ``None`` when others may write to it, for then it vouches for nothing."""
    from platformdirs import user_cache_dir

    folder = os.path.join(user_cache_dir("filmlang"), "receipts")  # noqa: PTH118
    try:
        stat = os.stat(folder)  # noqa: PTH116
    except FileNotFoundError:
        return folder
    return folder if stat.st_uid == os.geteuid() and not stat.st_mode & 0o022 else None


def _surroundings() -> list[Any]:
    """What of the terminal and the environment may show in an answer."""
    variables = sorted(
        (name, value)
        for name, value in os.environ.items()
        if (name in _ENVIRONMENT or name.startswith(_FAMILIES)) and name != OFF
    )
    terminals = []
    for number in (0, 1, 2):
        try:
            terminals.append(list(os.get_terminal_size(number)) if os.isatty(number) else [])
        except OSError:
            terminals.append([])
    return [variables, terminals, sys.stdout.encoding, sys.stdout.errors, sys.flags.utf8_mode]


def _places(word: str) -> list[str]:
    """The folder that an argument is or lies in, as far as it is one."""
    place = word if os.path.isdir(word) else os.path.dirname(word) or "."  # noqa: PTH112, PTH120
    return [os.path.abspath(place)]  # noqa: PTH100


def _processor() -> list[str]:
    """Model and features of the first processor: results of one kind of machine are not those of another."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
            lines = stream.read(4096).split("\n\n", 1)[0].splitlines()
    except OSError:
        return []
    return [line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))]
