"""The files a film is made from, looked at until one of them is another.

The system says that something happened in their folders; what happened is told by looking at the files themselves, so that
it does not matter how an editor saves. Where the system says nothing (a folder on a network) they are looked at each second.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from compiler.diagnostics import Diagnostic
from compiler.front import SourceMap
from runtime.cli.receipts import PROJECT_FILES, names, token

QUIET = 0.06
"""Seconds of quiet after which a save is taken to be over."""
_LONGEST = 2.0
"""Seconds after which it is, anyhow."""
_EVERY = 1.0
"""Seconds between looks while nothing is heard."""
_MOST_LISTED = 5000
_SOURCES = (".film", ".fountain")
_FILES = range(401, 419)
"""Numbers of the errors of files: a file that appears anywhere may mend them."""

State = dict[str, object]
"""Path → what stands for its bytes, or the names in it."""


class Sentry:
    """Looks after the files of one film. ``began`` is what they were when they were last read."""

    def __init__(self, path: Path) -> None:
        """``path`` is what the command line names: a source or a project folder."""
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 - links stay what they are
        self._folder = self.path if os.path.isdir(self.path) else self.path.parent  # noqa: PTH112 - Path.is_dir may raise
        self._own = {*self._beside(self._folder)} | ({str(self.path)} if self._folder != self.path else set())
        # Until it is known which of them the film is, every source of the folder may be it.
        self._files: set[str] = self._own | {str(self._folder / name) for name in self._sources()}
        self._deep = False
        self._began: State = {}
        self._heard = threading.Event()
        self._ends: list[threading.Event] = []
        self._watched: frozenset[str] = frozenset()
        self.begin()
        self._listen()

    def begin(self) -> None:
        """What is there now is about to be read."""
        self._heard.clear()
        self._began = self._look()

    def rest_on(self, sources: SourceMap, found: Iterable[Diagnostic] = ()) -> None:
        """Look after these from now on: what was read, and what was looked for in vain."""
        root = Path(os.path.abspath(sources.root)) if sources.root is not None else self._folder  # noqa: PTH100
        own = (name for name in sources.sources if not name.startswith("stdlib:"))
        files = {os.path.abspath(name) for name in own} | {str(root / name) for name in sources.files}  # noqa: PTH100
        files |= self._own | self._beside(root)
        deep = any(item.code[:1] == "E" and int(item.code[1:]) in _FILES for item in found)
        if files == self._files and deep == self._deep:
            return
        before, self._began = self._began, {}
        new, self._files, self._deep = files - self._files, files, deep
        # What has only become known now was read since ``begin``: it counts as it is.
        self._began = {name: now if name in new else before.get(name, now) for name, now in self._look().items()}
        self._listen()

    def absorb(self, path: Path) -> None:
        """A file has been written by ourselves: that is no news."""
        name = os.path.abspath(path)  # noqa: PTH100
        if name in self._began:
            self._began[name] = token(name)

    def changed(self) -> list[str]:
        """Names of the files that are other than they were at ``begin``, in order."""
        now = self._look()
        return sorted(name for name in now.keys() | self._began.keys() if now.get(name) != self._began.get(name))

    def wait(self, seconds: float | None = None) -> list[str]:
        """Wait for a change, and for the end of the save that makes it; [] when there was none within ``seconds``."""
        until = None if seconds is None else time.monotonic() + seconds
        while not (found := self.changed()):
            left = _EVERY if until is None else min(_EVERY, until - time.monotonic())
            if left <= 0:
                return []
            self._heard.wait(left)
            self._heard.clear()
        longest, last = time.monotonic() + _LONGEST, self._look()
        while time.monotonic() < longest:
            time.sleep(QUIET)
            if (now := self._look()) == last:
                break
            last = now
        return self.changed() or found

    def close(self) -> None:
        for end in self._ends:
            end.set()

    def _look(self) -> State:
        found: State = {name: token(name) for name in self._files}
        found[f"{self._folder}{os.sep}"] = self._sources()
        if self._deep:
            found["."] = self._below()
        return found

    def _sources(self) -> list[str]:
        return [name for name in names(str(self._folder)) or [] if name.lower().endswith(_SOURCES)]

    def _below(self) -> list[str]:
        """The names of everything below the folder, as far as it is not hidden."""
        found: list[str] = []
        for place, folders, files in os.walk(self._folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            found += [os.path.join(place, name) for name in sorted(files) if not name.startswith(".")]  # noqa: PTH118
            if len(found) > _MOST_LISTED:
                break
        return found

    def _listen(self) -> None:
        """Hear of what happens in the folders of the files that are looked after."""
        folders = frozenset(_there(os.path.dirname(name)) for name in self._files)  # noqa: PTH120
        if folders == self._watched:
            return
        for end in self._ends:
            end.set()
        end = threading.Event()
        self._ends, self._watched = [end], folders
        threading.Thread(target=_hear, args=(folders, self._heard, end), name="watch", daemon=True).start()

    @staticmethod
    def _beside(folder: Path) -> set[str]:
        return {str(folder / name) for name in PROJECT_FILES}


def _there(folder: str) -> str:
    """The nearest folder above that exists."""
    while not os.path.isdir(folder) and folder != os.path.dirname(folder):  # noqa: PTH112, PTH120
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder


def _hear(folders: Iterable[str], heard: threading.Event, end: threading.Event) -> None:
    from watchfiles import watch

    try:
        for _ in watch(
            *folders, watch_filter=None, debounce=50, step=10, stop_event=end, rust_timeout=500, yield_on_timeout=True,
            raise_interrupt=False, recursive=False, ignore_permission_denied=True,
        ):  # fmt: skip
            if end.is_set():
                return
            heard.set()
    except (OSError, RuntimeError):
        return  # too many watches, or a file system that has none: the look each second remains
