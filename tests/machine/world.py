"""A small film that is edited, built, damaged and cut off, beside what a first build in a fresh folder comes to.

Compiler, store, scheduler, locks and delivery are real; the work of each task is pretended and its own pure function.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from runtime.cli import receipts, start
from runtime.cli.build import Built, Options, build, load, make_plan, open_store
from runtime.cli.pick import Order, pick
from runtime.schedule import table
from runtime.schedule.tools import domain
from runtime.store import durable, upkeep
from runtime.store.store import Store
from tests.machine.disk import Disk, lose, spoil
from tests.schedule import fakes

FILM = """\
Title: Tiny
Format: 128x72, 8 fps

character ADA
    a woman of thirty-four, dark bob

look old
    lut: "look.cube"

INT. STUDY - NIGHT

scene
    ADA: standing at window

shot room: wide, 32mm, 1s

Ada turns to the lamp.

shot ada: close-up of ADA, 75mm, 1.5s
    takes: 2

ADA
Hello you.

shot last: medium of ADA, 50mm, 1s

She sits.
"""
EDITS: dict[str, tuple[str, str]] = {
    "a lens": ("ADA, 75mm", "ADA, 85mm"),
    "a word": ("Hello you.", "Hello dear."),
    "a look": ("Format:", "Look: old\nFormat:"),
    "a title": ("Title: Tiny", "Title: Tinier"),
    "a comment": ("Ada turns", "/* a note */ Ada turns"),
    "a coat": ("dark bob", "dark bob\n    wears: blue coat"),
    "a shot less": ("shot last: medium of ADA, 50mm, 1s\n\nShe sits.\n", ""),
    "a longer shot": ("mm, 1s\n\nAda turns", "mm, 2s\n\nAda turns"),
    "one take": ("    takes: 2\n", ""),
}
DAMAGES = ("delete", "cut", "flip", "empty")
LIVE = ("tiny.film", "film.lock", "film.picks.toml", "look.cube")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""What is lost with the power is reckoned here, not tried: waiting for a disk would add nothing."""
Delivered = dict[str, bytes]


@dataclass(frozen=True)
class Clean:
    """What a first build comes to: what it delivers, its plan, and the lengths it pins."""

    delivered: Delivered
    recipes: tuple[str, ...]
    lock: bytes


class World:
    """One film's folder, and what has been promised of it: ``kept`` has been recorded and nobody has harmed it since."""

    def __init__(self) -> None:
        self._tmp = tempfile.TemporaryDirectory(dir=MEMORY)
        base = Path(self._tmp.name)
        self.folder, self.out = base / "film", base / "out"
        self.film = self.folder / "tiny.film"
        self.folder.mkdir()
        self._undo = contextlib.ExitStack()
        self._undo.enter_context(mock.patch.dict(table.FUNCTIONS))
        self._undo.enter_context(mock.patch("runtime.cli.build.Pool", fakes.InlinePool))
        self._undo.enter_context(mock.patch("runtime.cli.building.warm_once"))
        self._undo.enter_context(mock.patch.dict(os.environ, {"XDG_CACHE_HOME": str(base / "cache")}))
        # The code of a project that is being worked on may change while this runs.
        self._undo.enter_context(mock.patch.object(receipts, "tools_digest", return_value="tools"))
        self._real_time, self._real_time_ns, self.offset = time.time, time.time_ns, 0.0
        self._undo.enter_context(mock.patch("time.time", self._time))
        self._undo.enter_context(mock.patch("time.time_ns", self._time_ns))
        fakes.install()
        self.edits: frozenset[str] = frozenset()
        self.lens = 32
        self.kept: dict[str, str] = {}
        """Recipe → label, of every task that was recorded."""
        self.whole: set[tuple[str, bytes]] = set()
        """(name, bytes) of everything that may ever be delivered."""
        self._clean: dict[tuple[bytes, ...], Clean] = {}
        self.write()
        (self.folder / "look.cube").write_text("LUT_3D_SIZE 2\n" + "0 0 0\n" * 8)

    def close(self) -> None:
        self._undo.close()
        self._tmp.cleanup()

    def _time(self) -> float:
        return self._real_time() + self.offset

    def _time_ns(self) -> int:
        return self._real_time_ns() + int(self.offset * 1e9)

    @property
    def text(self) -> str:
        text = FILM.replace("32mm", f"{self.lens}mm")
        for name in sorted(self.edits):
            text = text.replace(*EDITS[name])
        return text

    def write(self) -> None:
        self.film.write_text(self.text)

    def toggle(self, name: str) -> None:
        self.edits ^= {name}
        self.write()

    # --- what should come out -------------------------------------------------------------------

    def clean(self) -> Clean:
        """A first build of the film as it is, in a fresh folder, with nothing of ours but the sources and the picks."""
        given = {name: (self.folder / name).read_bytes() for name in LIVE if (self.folder / name).exists()}
        given.pop("film.lock", None)
        key = tuple(part for name in sorted(given) for part in (name.encode(), given[name]))
        if key not in self._clean:
            with tempfile.TemporaryDirectory(dir=MEMORY) as fresh:
                folder = Path(fresh) / "film"
                folder.mkdir()
                for name, data in given.items():
                    (folder / name).write_bytes(data)
                path = folder / "tiny.film"
                store = open_store(path)
                try:
                    built = build(load(path), Options(path, Path(fresh) / "out"), store, lambda _: None)
                    assert built.failed == []
                    assert built.plan is not None
                    found = {p.name: p.read_bytes() for p in (Path(fresh) / "out").iterdir()}
                    lock = folder / "film.lock"
                    made = Clean(found, built.plan.recipes, lock.read_bytes() if lock.exists() else b"")
                finally:
                    store.close()
            self._clean[key] = made
            self.whole |= set(made.delivered.items())
        return self._clean[key]

    def delivered(self) -> Delivered:
        there = sorted(self.out.iterdir()) if self.out.is_dir() else []
        return {path.name: path.read_bytes() for path in there if not path.name.startswith(".")}

    # --- building -------------------------------------------------------------------------------

    def build(self) -> None:
        """Build, and hold the result against a clean build's."""
        ran: list[tuple[str, str]] = []
        built = self._run(ran)
        assert built.failed == [], built.failed
        self.hold(built, ran)

    def hold(self, built: Built, ran: list[tuple[str, str]]) -> None:
        """What a build came to is what a clean one comes to, and it did nothing again."""
        clean = self.clean()
        assert built.plan is not None
        assert built.plan.recipes == clean.recipes
        assert self.delivered() == clean.delivered
        lock = self.folder / "film.lock"
        assert (lock.read_bytes() if lock.exists() else b"") == clean.lock
        self.nothing_again(ran)

    def nothing_again(self, ran: list[tuple[str, str]]) -> None:
        """No task was run whose result had been recorded and was whole; now these have been recorded, too."""
        again = [label for recipe, label in ran if recipe in self.kept]
        assert not again, f"run again: {again}"
        assert len({recipe for recipe, _ in ran}) == len(ran), "a task was run twice in one build"
        self.kept |= dict(ran)

    def ask(self) -> bool:
        """``film build`` as a person runs it, receipts and all; whether it was answered at once."""
        before = {path.name for path in (self.folder / ".film/runs").glob("*")}
        arguments = ["film", "build", str(self.film), "--out", str(self.out), "--format", "json"]
        said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with mock.patch.object(sys, "argv", arguments), mock.patch("sys.stdout", said), mock.patch("sys.stderr", said):
            try:
                start.main()
                code: object = 0
            except SystemExit as end:
                code = end.code
        said.seek(0)
        told = said.read()
        assert code == 0, told
        assert self.delivered() == self.clean().delivered
        ran = [
            (line["id"], line["label"])
            for path in (self.folder / ".film/runs").glob("*")
            if path.name not in before
            for line in map(json.loads, path.read_text().splitlines())
            if line.get("what") == "ran"
        ]
        full = {recipe[:16]: recipe for recipe in self.clean().recipes}
        self.nothing_again([(full.get(name, name), label) for name, label in ran])
        return json.loads(told.splitlines()[-1])["seconds"] == 0.0

    def pick(self, *words: str) -> None:
        """``film pick ada WORDS``; without words, the pick is taken back."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            code = pick(Options(self.film), Order("ada", words, clear=not words, by="the director", why="so"), "text")
        assert code == 0 or not words

    def plan(self) -> None:
        """The plan is a clean build's as far as it is settled, and planning changes nothing."""
        store = open_store(self.film)
        try:
            loaded = load(self.film)
            assert loaded.film is not None, loaded.report.items
            found = make_plan(loaded.film, store, Options(self.film), loaded.report, loaded.locked, loaded.picks)
        finally:
            store.close()
        if found.settled:
            assert found.recipes == self.clean().recipes

    def _run(self, ran: list[tuple[str, str]], say: Callable[[str, str], None] | None = None) -> Built:
        plans: list[tuple[str, ...]] = []
        store = open_store(self.film)
        try:
            loaded = load(self.film)
            assert loaded.film is not None, loaded.report.items

            def heard(event: fakes.Event) -> None:
                if event.what == "ran":
                    recipe = plans[-1][event.task]
                    ran.append((recipe, event.label))
                    if say is not None:
                        say(recipe, event.label)

            return build(
                loaded, Options(self.film, self.out), store, heard, lambda plan: plans.append(tuple(plan.recipes))
            )
        finally:
            store.close()

    def build_on_a_full_disk(self, stop: int, kind: int = errno.ENOSPC) -> None:
        """The disk is full from the ``stop``-th durable call on, as ``kind`` says; what was recorded before stays."""
        left, ran = [stop], list[tuple[str, str]]()

        def tell(_what: str, _path: Path) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(kind, os.strerror(kind))

        durable.WATCH.append(tell)
        try:
            self._run(ran)
        except (OSError, sqlite3.Error):
            pass
        finally:
            durable.WATCH.remove(tell)
        self.nothing_again(ran)
        self.nothing_half()

    def build_stopped(self, stop: int) -> None:
        """Ctrl-C at the ``stop``-th task that has run."""
        ran = list[tuple[str, str]]()

        def say(_recipe: str, _label: str) -> None:
            if len(ran) > stop:
                raise KeyboardInterrupt

        with contextlib.suppress(KeyboardInterrupt):
            self._run(ran, say)
        self.nothing_again(ran)
        self.nothing_half()

    def build_killed(self, stop: int, *, power: bool = False) -> bool:
        """A build in a process of its own, killed at its ``stop``-th durable call; false when it came to its end before.

        ``power``: the machine goes with it. What was not made durable by then is lost: bytes that were never synced, and
        renames whose folder was not.
        """
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.close(reading)
                disk = Disk()
                left = [stop]

                def tell(what: str, path: Path) -> None:
                    disk.heard(what, path)
                    if not left[0]:
                        os.write(writing, (json.dumps(["lost", disk.lost()]) + "\n").encode())
                        os.kill(os.getpid(), signal.SIGKILL)
                    left[0] -= 1

                durable.WATCH[:] = [tell]
                built = self._run(
                    [],
                    lambda recipe, label: (
                        os.write(writing, (json.dumps(["ran", recipe, label]) + "\n").encode()) and None
                    ),
                )
                status = 0 if not built.failed else 1
            finally:
                os._exit(status)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            lines = [json.loads(line) for line in pipe]
        ended = os.waitpid(child, 0)[1]
        assert ended in (signal.SIGKILL, 0), ended
        ran = [(line[1], line[2]) for line in lines if line[0] == "ran"]
        if power:
            for line in lines:
                if line[0] == "lost":
                    lose(line[1])
        self.nothing_again(ran)
        self.nothing_half()
        return ended == signal.SIGKILL

    def two_at_once(self) -> None:
        """Two builds with stores and connections of their own, at the same time."""
        rans: list[list[tuple[str, str]]] = [[], []]
        builts: list[Built | BaseException] = []

        def one(ran: list[tuple[str, str]]) -> None:
            try:
                builts.append(self._run(ran))
            except BaseException as error:
                builts.append(error)

        threads = [threading.Thread(target=one, args=(ran,)) for ran in rans]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for built in builts:
            if isinstance(built, BaseException):
                raise built
            assert built.failed == []
        # Between them they have done everything once.
        assert isinstance(builts[0], Built)
        self.hold(builts[0], rans[0] + rans[1])

    # --- harm -----------------------------------------------------------------------------------

    def nothing_half(self) -> None:
        """What is delivered is at every moment something whole: of this film or of what it was before."""
        if not self.delivered().items() <= self.whole:
            self.clean()
        for item in self.delivered().items():
            assert item in self.whole, f"{item[0]} is half-written"

    def damage_blob(self, which: int, how: str) -> None:
        blobs = sorted(p for p in (self.folder / ".film/blobs").glob("*/*") if p.is_file())
        if blobs:
            path = blobs[which % len(blobs)]
            spoil(path, how)
            self._harmed({path.name})

    def damage_index(self, how: str) -> None:
        path = self.folder / ".film/index.sqlite"
        if path.exists():
            spoil(path, how)
            self.kept.clear()

    def damage_delivered(self, which: int, how: str) -> None:
        there = sorted(self.out.iterdir()) if self.out.is_dir() else []
        if there:
            path = there[which % len(there)]
            spoil(path, how)
            if path.exists():  # half as it may be: that was not a build
                self.whole.add((path.name, path.read_bytes()))

    def damage_lock(self) -> None:
        (self.folder / "film.lock").unlink(missing_ok=True)

    def collect(self, most: int | None = None) -> None:
        """``film cache gc``; what the last plan stands on stays."""
        needed = self._needed()
        store = open_store(self.film)
        try:
            upkeep.collect(store.blobs, store.index, most=most)
        finally:
            store.close()
        there = {p.name for p in (self.folder / ".film/blobs").glob("*/*")}
        assert needed <= there, "what the last build stands on was collected"
        gone = {name for names in self._names().values() for name in names} - there
        self._harmed(gone)
        store = open_store(self.film)
        try:
            self.kept = {r: label for r, label in self.kept.items() if _known(store, r)}
        finally:
            store.close()

    def _needed(self) -> set[str]:
        store = open_store(self.film)
        try:
            needed = store.index.needed()
            there = {p.name for p in (self.folder / ".film/blobs").glob("*/*")}
            return {
                f"{o.digest}{o.suffix}" for a, _ in store.index.actions() if a.action in needed for o in a.outputs
            } & there
        finally:
            store.close()

    def _names(self) -> dict[str, set[str]]:
        """Recipe → names of its blobs, for all that is kept."""
        store = open_store(self.film)
        try:
            found = {recipe: store.index.by_recipe(recipe, domain()) for recipe in self.kept}
            return {r: {f"{o.digest}{o.suffix}" for o in a.outputs} for r, a in found.items() if a is not None}
        finally:
            store.close()

    def _harmed(self, names: set[str]) -> None:
        """Nothing is promised any more of tasks one of whose results has come to harm."""
        for recipe, blobs in self._names().items():
            if blobs & names:
                del self.kept[recipe]


def _known(store: Store, recipe: str) -> bool:
    return store.find(recipe, domain()) is not None
