"""The shelf of plans gives back what was put, or nothing: never anything else, and never an error."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from runtime.store import shelf as shelves
from runtime.store.shelf import PlanShelf, plans_file

TEXTS = {"a" * 64: "one", "b" * 64: "twö", "c" * 64: ""}


def _shelf(folder: Path) -> PlanShelf:
    return PlanShelf(folder / "cache" / "plans.sqlite", "these tests")


def test_what_is_put_is_there_for_the_next_process(tmp_path: Path) -> None:
    shelf = _shelf(tmp_path)
    assert shelf.take(list(TEXTS)) == {}
    assert not shelf.path.parent.exists(), "looking makes nothing"
    shelf.put(TEXTS)
    assert _shelf(tmp_path).take([*TEXTS, "d" * 64, "a" * 64]) == TEXTS
    shelf.put({"a" * 64: "another"})
    assert _shelf(tmp_path).take(["a" * 64]) == {"a" * 64: "another"}
    assert [oct(path.stat().st_mode & 0o777) for path in (shelf.path, shelf.path.parent)] == ["0o600", "0o700"]


def test_a_text_that_was_written_to_or_moved_to_another_key_is_not_there(tmp_path: Path) -> None:
    shelf = _shelf(tmp_path)
    shelf.put(TEXTS)
    one, other, third = TEXTS
    with sqlite3.connect(shelf.path) as db:
        db.execute("update texts set text = 'wrong' where key = ?", (one,))
        db.execute("delete from texts where key = ?", (third,))
        db.execute("insert into texts select ?, seal, text, bytes, day from texts where key = ?", (third, other))
    assert shelf.take(list(TEXTS)) == {other: TEXTS[other]}


@pytest.mark.parametrize("left", [0, 1, 100, 2000, 5000])
def test_a_file_that_was_cut_short_is_begun_anew(tmp_path: Path, left: int) -> None:
    shelf = _shelf(tmp_path)
    shelf.put({f"{n:064d}": "text" * 200 for n in range(30)})
    whole = shelf.path.read_bytes()
    shelf.path.write_bytes(whole[:left])
    found = shelf.take([f"{n:064d}" for n in range(30)])
    assert all(text == "text" * 200 for text in found.values())
    for _ in range(2):  # a file that is found to be damaged may only be let go of when it is next written
        shelf.put(TEXTS)
    assert shelf.take(list(TEXTS)) == TEXTS


@pytest.mark.parametrize("at", [0, 30, 90, 110, 4200, 9000])
def test_a_file_that_was_written_into_says_nothing_wrong(tmp_path: Path, at: int) -> None:
    shelf = _shelf(tmp_path)
    texts = {f"{n:064d}": f"text {n} " * 100 for n in range(40)}
    shelf.put(texts)
    whole = bytearray(shelf.path.read_bytes())
    whole[at : at + 40] = bytes(40)
    shelf.path.write_bytes(whole)
    assert shelf.take(list(texts)).items() <= texts.items()


def test_another_kind_of_file_or_a_folder_in_its_place_is_no_trouble(tmp_path: Path) -> None:
    shelf = _shelf(tmp_path)
    shelf.path.parent.mkdir(mode=0o700)
    shelf.path.write_text("not a database, whatever its name is " * 50)
    assert shelf.take(list(TEXTS)) == {}
    shelf.put(TEXTS)
    assert shelf.take(list(TEXTS)) == TEXTS
    shelf.forget()
    shelf.path.mkdir()
    shelf.put(TEXTS)
    assert shelf.take(list(TEXTS)) == {}


def test_what_others_may_have_written_is_not_read(tmp_path: Path) -> None:
    shelf = _shelf(tmp_path)
    shelf.put(TEXTS)
    shelf.path.chmod(0o666)
    assert shelf.take(list(TEXTS)) == {}
    shelf.path.chmod(0o600)
    assert shelf.take(list(TEXTS)) == TEXTS
    shelf.path.parent.chmod(0o777)
    assert shelf.take(list(TEXTS)) == {}
    shelf.path.parent.chmod(0o700)
    elsewhere = tmp_path / "elsewhere.sqlite"
    shelf.path.rename(elsewhere)
    shelf.path.symlink_to(elsewhere)
    assert shelf.take(list(TEXTS)) == {}


def test_what_nobody_asks_for_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "MOST_BYTES", 10_000)
    shelf, day = _shelf(tmp_path), 20_000
    for number in range(12):
        monkeypatch.setattr(shelves, "_today", lambda day=day + number: day)
        shelf.put({f"{number:064d}": "x" * 1000})
        shelf.take([f"{0:064d}"])
    found = shelf.take([f"{n:064d}" for n in range(12)])
    assert f"{0:064d}" in found
    assert f"{11:064d}" in found
    assert f"{1:064d}" not in found


def test_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FILM_PLANS", "0")
    assert plans_file() is None
    monkeypatch.setenv("FILM_PLANS", str(tmp_path))
    assert plans_file() == tmp_path / "plans.sqlite"
    monkeypatch.delenv("FILM_PLANS")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if os.name == "posix" and os.uname().sysname == "Linux":
        assert plans_file() == tmp_path / "cache" / "filmlang" / "plans.sqlite"
