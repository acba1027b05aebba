"""What a store lets go of and what it never does, and how it is put right."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.store import locks, upkeep
from runtime.store.index import Action, Index
from runtime.store.shared import Shared, shared_folder
from runtime.store.store import Store
from tests.store.work import DOMAIN, content, have, planned, put, spoil

DAY = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    kept = Store(tmp_path / ".film")
    yield kept
    kept.close()


def _age(store: Store, text: str, days: float) -> None:
    with store.index._db as db:
        db.execute(
            "update actions set used = used - ?, finished = finished - ? where action = ?",
            (days * DAY, days * DAY, f"a-{text}"),
        )


def test_what_no_plan_and_no_pin_needs_is_let_go(store: Store) -> None:
    for text in ("planned", "pinned", "idle"):
        put(store, text)
    store.index.save_plan("film", planned("planned"))
    store.index.pin("r-pinned", "the director's choice")
    tried = upkeep.collect(store.blobs, store.index, dry=True)
    assert have(store, "idle")
    done = upkeep.collect(store.blobs, store.index)
    assert (done.actions, done.blobs, done.after) == (tried.actions, tried.blobs, tried.after) == (1, 1, done.needed)
    assert [have(store, text) for text in ("planned", "pinned", "idle")] == [True, True, False]
    store.index.unpin("r-pinned")
    upkeep.collect(store.blobs, store.index)
    assert not have(store, "pinned")


def test_what_films_needed_that_are_gone_is_let_go(store: Store) -> None:
    for text in ("mine", "both", "theirs"):
        put(store, text)
    store.index.save_plan("a.film previz", planned("mine", "both"))
    store.index.save_plan("b c.film previz trailer", planned("both", "theirs"))
    (store.root.parent / "a.film").touch()
    gone = upkeep.films_gone(store.index, store.root.parent)
    assert gone == ["b c.film previz trailer"]
    tried = upkeep.collect(store.blobs, store.index, gone=gone, dry=True)
    assert have(store, "theirs")
    assert upkeep.films_gone(store.index, store.root.parent) == gone
    done = upkeep.collect(store.blobs, store.index, gone=gone)
    assert (done.actions, done.after) == (tried.actions, tried.after) == (1, done.needed)
    assert [have(store, text) for text in ("mine", "both", "theirs")] == [True, True, False]
    assert store.index.plans() == ["a.film previz"]


def test_by_age_only_what_is_old_goes(store: Store) -> None:
    for text in ("old", "new", "planned"):
        put(store, text)
    _age(store, "old", 31)
    _age(store, "planned", 300)
    store.index.save_plan("film", planned("planned"))
    upkeep.collect(store.blobs, store.index, older=30 * DAY)
    assert [have(store, text) for text in ("old", "new", "planned")] == [False, True, True]


def test_what_a_new_plan_leaves_behind_is_young(store: Store) -> None:
    put(store, "first")
    store.index.save_plan("film", planned("first"))
    _age(store, "first", 300)
    store.index.save_plan("film", [])
    upkeep.collect(store.blobs, store.index, older=30 * DAY)
    assert have(store, "first")


def test_by_size_clips_go_first_then_the_longest_unused(store: Store) -> None:
    for text, days in (("a", 3), ("b", 2), ("c", 1)):
        put(store, text)
        _age(store, text, days)
    put(store, "clip", ".mkv")
    each = len(content("a"))
    upkeep.collect(store.blobs, store.index, most=3 * each)
    assert [have(store, text) for text in ("clip", "a", "b", "c")] == [False, True, True, True]
    upkeep.collect(store.blobs, store.index, most=2 * each)
    assert [have(store, text) for text in ("a", "b", "c")] == [False, True, True]


def test_a_blob_that_two_share_stays_while_one_needs_it(store: Store) -> None:
    output = put(store, "shared")
    store.index.record(Action("a-other", "r-other", DOMAIN, "op", (output,), "null", "{}", 1.0))
    store.index.save_plan("film", planned("other"))
    upkeep.collect(store.blobs, store.index)
    assert store.find("r-other", DOMAIN) is not None
    assert store.find("r-shared", DOMAIN) is None


def test_files_that_no_row_speaks_of_go(store: Store) -> None:
    folder = store.scratch / "x"
    folder.mkdir()
    (folder / "out.txt").write_text("never recorded")
    store.adopt(folder, [("out", ".txt")])
    (store.blobs.root / "left.part").write_text("half")
    assert upkeep.survey(store.root, store.blobs, store.index).loose == len("never recorded")
    upkeep.collect(store.blobs, store.index)
    assert [p for p in store.blobs.root.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("how", ["flip", "cut", "empty", "delete"])
def test_verify_finds_every_damage_and_mends_the_index(how: str, store: Store) -> None:
    good, bad = put(store, "good"), put(store, "bad")
    store.index.pin("r-bad", "take 3 of shot ada")
    spoil(store.blobs.path(bad.digest, bad.suffix), how)
    (store.blobs.root / "ab").mkdir(exist_ok=True)
    (store.blobs.root / "ab" / "notes.txt").write_text("mine")
    found, store.index = upkeep.verify(store.blobs, store.index)
    assert found.damaged == ([] if how == "delete" else [f"{bad.digest}.txt"])
    assert found.strangers == ["notes.txt"]
    assert (found.dropped, found.lost_pins) == (1, ["take 3 of shot ada"])
    assert not found.sound
    assert have(store, "good")
    assert store.index.by_recipe("r-bad", DOMAIN) is None
    assert store.blobs.present(good.digest, ".txt", good.size)
    again, store.index = upkeep.verify(store.blobs, store.index)
    assert again.sound


def test_nobody_collects_while_a_build_is_on(store: Store) -> None:
    assert locks.alone(store.root / "lock") is None
    other = f"from runtime.store import locks; from pathlib import Path; print(locks.alone(Path({str(store.root / 'lock')!r})))"
    root = Path(__file__).resolve().parents[2]
    said = subprocess.run([sys.executable, "-c", other], cwd=root, capture_output=True, text=True)
    assert said.stdout.strip() == "None", said.stderr


def test_an_index_of_the_first_schema_is_brought_up(tmp_path: Path) -> None:

    path = tmp_path / "index.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(
            "create table actions (action text primary key, recipe text not null, domain text not null, op text not null,"
            "outputs text not null, facts text not null, record text not null, seconds real not null, finished real not null);"
            "create table recipes (recipe text not null, domain text not null, action text not null, primary key (recipe, domain));"
            "create table runs (started real primary key, film text);"
            "insert into actions values ('a', 'r', 'd', 'op', '[]', 'null', '{}', 1.0, 5.0);"
            "insert into recipes values ('r', 'd', 'a'); pragma user_version = 1;"
        )
    db.close()
    index = Index(path)
    assert index.by_recipe("r", "d") is not None
    assert [used for _, used in index.actions()] == [5.0]
    index.close()
    assert not list(tmp_path.glob("*.damaged-*"))


def test_the_shared_store_gives_what_another_film_made_and_only_sound_bytes(tmp_path: Path) -> None:
    first = Store(tmp_path / "one", Shared(tmp_path / "shared"))
    outputs = {text: put(first, text, vouched=True) for text in ("good", "bad")}
    put(first, "hearsay", vouched=False)
    first.close()
    second = Store(tmp_path / "two", Shared(tmp_path / "shared"))
    assert second.shared is not None
    bad = outputs["bad"]
    spoil(second.shared.blobs.path(bad.digest, bad.suffix), "flip")
    assert second.known(["r-good", "r-none"], DOMAIN) == {"r-good"}
    assert [have(second, text) for text in ("good", "bad", "hearsay")] == [True, False, False]
    # What nobody vouched for is known by the very work only: its inputs' bytes and not a recipe.
    assert second.find_action("a-hearsay") is not None
    second.close()
    alone = Store(tmp_path / "two")
    assert have(alone, "good")
    alone.close()


def test_a_shared_store_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    shared = Shared(tmp_path / "shared")
    store = Store(tmp_path / "one", shared)
    shared.index.close()  # as good as a disk that is gone
    put(store, "a", vouched=True)
    assert have(store, "a")
    assert not have(store, "b")
    assert shared.trouble
    store.close()


def test_who_asks_for_the_shared_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FILM_CACHE", raising=False)
    assert shared_folder(False) is None
    usual = shared_folder(True)
    assert usual is not None
    monkeypatch.setenv("FILM_CACHE", "0")
    assert shared_folder(True) is None
    monkeypatch.setenv("FILM_CACHE", "1")
    assert shared_folder(False) == usual
    monkeypatch.setenv("FILM_CACHE", str(tmp_path))
    assert shared_folder(False) == tmp_path
