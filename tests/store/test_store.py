"""A store that survives: damage, deletion, two builds at once, a full disk."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runtime.store.blobs import Blobs, deliver, file_digest
from runtime.store.index import Action, Index, Output, PlannedTask
from runtime.store.store import Store

ROOT = Path(__file__).resolve().parents[2]


def _made(folder: Path, text: str, name: str = "made") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def _action(text: str, output: Output, recipe: str = "") -> Action:
    return Action(f"a-{text}", recipe or f"r-{text}", "d", "op", (output,), "null", "{}", 1.0)


def test_a_blob_is_taken_in_by_rename_and_verified(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    made = _made(tmp_path, "hello")
    digest, size = blobs.adopt(made, ".txt")
    assert not made.exists()
    assert (digest, size) == (file_digest(blobs.path(digest, ".txt")), 5)
    assert blobs.sound(digest, ".txt")
    assert blobs.present(digest, ".txt", 5)
    assert not blobs.present(digest, ".txt", 6)


def test_taking_in_what_is_there_keeps_it_and_what_is_damaged_replaces_it(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    digest, _ = blobs.adopt(_made(tmp_path, "hello"), ".txt")
    path = blobs.path(digest, ".txt")
    inode = path.stat().st_ino
    blobs.adopt(_made(tmp_path, "hello"), ".txt")
    assert path.stat().st_ino == inode
    for damage in (b"", b"hell", b"jello"):
        path.write_bytes(damage)
        fresh = Blobs(tmp_path / "blobs")
        assert fresh.adopt(_made(tmp_path, "hello"), ".txt")[0] == digest
        assert path.read_bytes() == b"hello"
        assert (tmp_path / "damaged" / path.name).read_bytes() == damage


def test_a_write_that_fails_leaves_no_blob(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = Blobs(tmp_path / "blobs")
    made = _made(tmp_path, "hello")

    def full(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        blobs.adopt(made, ".txt")
    assert not [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]
    assert made.read_text() == "hello"


def test_a_lost_or_cut_blob_is_no_hit(tmp_path: Path) -> None:
    store = Store(tmp_path / ".film")
    folder = tmp_path / "work"
    _made(folder, "hello", "out.txt")
    (output,) = store.adopt(folder, [("out", ".txt")])
    store.index.record(_action("x", output))
    assert store.find("r-x", "d")
    assert store.find("r-x", "elsewhere") is None
    path = store.blobs.path(output.digest, ".txt")
    path.write_bytes(b"hell")
    assert store.find("r-x", "d") is None
    path.write_bytes(b"")
    assert store.find("r-x", "d") is None
    path.unlink()
    assert store.find("r-x", "d") is None
    _made(folder, "hello", "out.txt")
    store.adopt(folder, [("out", ".txt")])
    assert store.find("r-x", "d")
    store.close()


_ELSEWHERE = [
    '[["out", "../../../precious", ".txt", 5]]', '[["out", "%s", "/../../precious.txt", 5]]' % ("a" * 64), "[[1, 2, 3, 4]]",
    "[[]]", "[7]", "7", "", "{", "null", '[["out", "%s", ".txt", "5"]]' % ("a" * 64), '{"out": "x"}',
]  # fmt: skip


@pytest.mark.parametrize("outputs", _ELSEWHERE)
def test_an_index_that_came_with_a_clone_names_no_file_but_blobs(outputs: str, tmp_path: Path) -> None:
    precious = _made(tmp_path, "hello", "precious")
    store = Store(tmp_path / ".film")
    folder = tmp_path / "work"
    _made(folder, "sound", "out.txt")
    store.index.record(_action("good", store.adopt(folder, [("out", ".txt")])[0]))
    store.index.record(_action("x", Output("out", "0" * 64, ".txt", 5)))
    with store.index._db as db:
        db.execute("update actions set outputs = ? where action = 'a-x'", (outputs,))
    names = ["r-x", "r-good"]
    assert store.known(names, "d") == store.find_all(names, "d").keys() == {"r-good"}
    assert store.find("r-x", "d") is None
    assert [action.action for action, _ in store.index.actions()] == ["a-good"]
    assert precious.read_text() == "hello"
    store.close()


@pytest.mark.parametrize("damage", ["truncated", "noise", "header", "empty", "folder of old wal"])
def test_a_damaged_index_is_set_aside_and_begun_anew(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = Index(path)
    for number in range(300):
        index.record(_action(str(number), Output("out", "0" * 64, ".txt", number)))
    index.close()
    data = path.read_bytes()
    match damage:
        case "truncated":
            path.write_bytes(data[: len(data) // 2 + 100])
        case "noise":
            path.write_bytes(data[:4096] + os.urandom(len(data) - 4096))
        case "header":
            path.write_bytes(b"not a database at all" + data[21:])
        case "empty":
            path.write_bytes(b"")
        case _:
            path.unlink()
            path.with_name("index.sqlite-wal").write_bytes(os.urandom(5000))
    again = Index(path)
    assert again.by_recipe("r-1", "d") is None
    again.record(_action("new", Output("out", "1" * 64, ".txt", 1)))
    assert again.by_recipe("r-new", "d")
    again.close()


def test_an_index_of_another_schema_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    db = sqlite3.connect(path)
    db.execute("pragma user_version = 99")
    db.close()
    Index(path).close()
    assert list(tmp_path.glob("index.sqlite.damaged-*"))


def test_plans_of_different_films_are_kept_apart(tmp_path: Path) -> None:
    index = Index(tmp_path / "index.sqlite")
    index.save_plan("a.film previz", [PlannedTask("t", "s", "op", "r", "{}", "[]")])
    index.save_plan("b.film previz", [])
    assert list(index.plan("a.film previz")) == ["t"]
    assert index.plan("b.film previz") == {}
    index.close()


def test_of_a_plan_only_what_differs_is_written(tmp_path: Path) -> None:
    def tasks(**recipes: str) -> list[PlannedTask]:
        return [PlannedTask(name, "s", "op", recipe, f'"{recipe}"', "[]") for name, recipe in recipes.items()]

    index = Index(tmp_path / "index.sqlite")
    for name in "abcd":
        index.record(_action(name, Output("out", "1" * 64, ".txt", 1)))
    for before, after, written in (
        ({}, {"x": "r-a", "y": "r-b", "z": "r-c"}, 3),
        ({"x": "r-a", "y": "r-b", "z": "r-c"}, {"x": "r-a", "y": "r-b", "z": "r-c"}, 0),
        ({"x": "r-a", "y": "r-b"}, {"x": "r-a", "y": "r-d"}, 2),  # and what was left behind ages from now on
        ({"x": "r-a", "y": "r-b"}, {"x": "r-b", "y": "r-a"}, 2),
        ({"x": "r-a", "y": "r-b"}, {"x": "r-a"}, 2),
    ):
        index.save_plan("film", tasks(**before))
        count = index._db.total_changes
        index.save_plan("film", tasks(**after))
        assert index._db.total_changes - count == written, after
        assert index.plan("film") == {task.task: task for task in tasks(**after)}
        index.save_plan("film", [])
    index.close()


def test_two_plans_of_a_film_saved_at_once_are_one_or_the_other(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    Index(path).close()
    plans = [[PlannedTask(f"{who}{n}", "", "op", f"{who}{n}", "{}", "[]") for n in range(50)] for who in "ab"]

    def save(which: int) -> None:
        index = Index(path)
        for _ in range(20):
            index.save_plan("film", plans[which])
        index.close()

    threads = [threading.Thread(target=save, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    index = Index(path)
    assert list(index.plan("film")) in [sorted(task.task for task in plan) for plan in plans]
    index.close()


_WRITER = """
import sys
from pathlib import Path
from runtime.store.index import Action
from runtime.store.store import Store

store = Store(Path(sys.argv[1]))
for number in range(40):
    text = f"{sys.argv[2] if number % 2 else 'shared'} {number}"
    folder = store.scratch / str(number)
    folder.mkdir(parents=True)
    (folder / "out.txt").write_text(text)
    outputs = store.adopt(folder, [("out", ".txt")])
    store.index.record(Action(f"a-{text}", f"r-{text}", "d", "op", outputs, "null", "{}", 1.0))
    if sys.argv[2] == "killed" and number == 25:
        import os, signal
        os.kill(os.getpid(), signal.SIGKILL)
store.close()
"""


def test_two_builds_at_once_and_one_is_killed(tmp_path: Path) -> None:
    root = tmp_path / ".film"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(root), name], env=environment)
        for name in ("one", "killed")
    ]
    assert [process.wait(60) for process in running] == [0, -9]
    store = Store(root)
    for name, count in (("one", 40), ("killed", 26)):
        for number in range(count):
            action = store.find(f"r-{name if number % 2 else 'shared'} {number}", "d")
            assert action is not None
            assert store.sound(action, "out")
    # The scratch space of the dead is gone.
    assert [p for p in (root / "scratch").iterdir() if not p.name.startswith(store.scratch.name)] == []
    store.close()


def test_delivery_is_whole_or_not_at_all_and_idle_when_nothing_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = _made(tmp_path, "film"), tmp_path / "out" / "film.mp4"
    assert deliver(source, target)
    assert not deliver(source, target)
    source.write_text("new film")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("runtime.store.blobs.shutil.copyfile", full)
    with pytest.raises(OSError, match="No space"):
        deliver(source, target)
    assert target.read_text() == "film"
    assert [p.name for p in target.parent.iterdir()] == ["film.mp4"]
