"""A store stopped at every call that makes work durable: nothing half-written is ever read, nothing finished is lost."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime.schedule.trouble import Trouble, kind_of
from runtime.store import durable, upkeep
from runtime.store.index import Index
from runtime.store.store import Store
from tests.store.work import have, planned, put

TEXTS = ("one", "two", "three")


@pytest.fixture
def watch() -> Iterator[list[Callable[[str, Path], None]]]:
    yield durable.WATCH
    durable.WATCH.clear()


def _work(root: Path, say: Callable[[str], None] = lambda _: None) -> None:
    """Three results, a plan of two of them, and a collection of the third."""
    store = Store(root)
    _steps(store, say)
    store.close()


def _steps(store: Store, say: Callable[[str], None] = lambda _: None) -> None:
    for text in TEXTS:
        put(store, text)
        say(text)
    store.index.save_plan("film", planned("one", "two"))
    say("plan")
    upkeep.collect(store.blobs, store.index)


def _calls(root: Path) -> int:
    count = 0

    def tell(_what: str, _path: Path) -> None:
        nonlocal count
        count += 1

    durable.WATCH.append(tell)
    _work(root)
    durable.WATCH.remove(tell)
    return count


def test_a_kill_at_every_durable_call(tmp_path: Path, watch: list[Callable[[str, Path], None]]) -> None:
    calls = _calls(tmp_path / "whole")
    assert calls > 30
    for stop in range(calls):
        root = tmp_path / f"killed-{stop}"
        said = _killed_at(root, stop)
        store = Store(root)
        # What was said to be finished is there, and whatever is found is right.
        for text in said:
            if text in TEXTS and (text != "three" or "plan" not in said):
                assert have(store, text), (stop, text)
        found = {text for text in TEXTS if have(store, text)}
        assert not [p for p in (root / "scratch").iterdir() if not p.name.startswith(store.scratch.name)]
        store.close()
        # The same work goes on and comes to the same end.
        _work(root)
        store = Store(root)
        assert have(store, "one")
        assert have(store, "two")
        result, index = upkeep.verify(store.blobs, store.index)
        store.index = index
        assert (result.damaged, result.strangers, result.index) == ([], [], []), (stop, found)
        store.close()


def _killed_at(root: Path, stop: int) -> list[str]:
    """Do the work in a child that is killed at its ``stop``-th durable call; what it said it had finished."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        left = [stop]

        def tell(_what: str, _path: Path) -> None:
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1

        durable.WATCH[:] = [tell]
        try:
            _work(root, lambda text: os.write(writing, f"{text}\n".encode()) and None)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read().split()
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    return said


def test_a_disk_that_fills_up_at_every_durable_call(tmp_path: Path, watch: list[Callable[[str, Path], None]]) -> None:
    """Every call may be the one that finds no space: it is told, nothing wrong is kept, and a retry succeeds."""
    full = OSError(errno.ENOSPC, "No space left on device")
    for stop in range(_calls(tmp_path / "whole")):
        root, left = tmp_path / f"full-{stop}", [stop]

        def tell(_what: str, _path: Path, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise full

        store = Store(root)
        durable.WATCH[:] = [tell]
        with pytest.raises(OSError, match="No space"):
            _steps(store)
        durable.WATCH.clear()
        for text in TEXTS:
            have(store, text)
        for text in TEXTS:
            put(store, text)
            assert have(store, text)
        store.close()


def test_a_row_is_committed_only_when_its_bytes_cannot_be_lost(
    tmp_path: Path, watch: list[Callable[[str, Path], None]]
) -> None:
    assert _order_holds(tmp_path / "sound")


@pytest.mark.parametrize("broken", ["sync_file", "sync_folder"])
def test_the_check_of_the_order_finds_a_missing_sync(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watch: list[Callable[[str, Path], None]]
) -> None:
    monkeypatch.setattr(durable, broken, lambda _: None)
    assert not _order_holds(tmp_path / "broken")


def _order_holds(root: Path) -> bool:
    """Whether at every commit each file renamed before was synced first, and its folder since."""
    trace: list[tuple[str, Path]] = []
    durable.WATCH.append(lambda what, path: trace.append((what, path)))
    store = Store(root)
    try:
        for text in TEXTS:
            put(store, text)
    finally:
        store.close()
        durable.WATCH.clear()
    synced, loose = False, set()
    for what, path in trace:
        match what:
            case "fsynced":
                synced = True
            case "rename":
                if not synced:
                    return False
                synced = False
            case "renamed":
                loose.add(path.parent)
            case "fsynced folder":
                loose.discard(path)
            case "commit":
                if loose:
                    return False
    return bool(trace)


def test_a_small_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets no test mount a small disk")
    try:
        store = Store(disk / ".film")
        kept, trouble = _fill(store)
        assert kind_of(trouble) is Trouble.DISK
        assert len(kept) > 5
        store.close()
        # The disk is still full: what was finished is found by whoever comes next, and room can be made.
        index = Index(disk / ".film" / "index.sqlite")
        assert index.by_recipe("r-n0", "d") is not None
        index.close()
        store = Store(disk / ".film")
        assert all(have(store, text) for text in kept)
        upkeep.collect(store.blobs, store.index)
        assert not any(have(store, text) for text in kept)
        put(store, "again")
        assert have(store, "again")
        store.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False, capture_output=True)


def _fill(store: Store) -> tuple[list[str], OSError | sqlite3.Error]:
    """Put results in until the disk says no; those that went in, and what it said."""
    kept: list[str] = []
    for number in range(400):
        try:
            folder = store.scratch / str(number)
            folder.mkdir()
            (folder / "out.bin").write_bytes(os.urandom(20_000))
            store.adopt(folder, [("out", ".bin")])
            put(store, f"n{number}")
        except (OSError, sqlite3.Error) as error:
            return kept, error
        kept.append(f"n{number}")
    raise AssertionError("a disk of one megabyte took more than it has")
