"""Builds as programs and people follow them: events, the journal, logs, the cache; with a pretended backend."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from runtime.cli.main import app
from runtime.cli.sizes import parse_age, parse_size, size_text
from runtime.schedule import journal, logs, table
from runtime.schedule.forecast import Forecast
from runtime.schedule.sources import digest_file
from runtime.store import locks
from runtime.store.store import Store
from tests.e2e.films import TINY
from tests.schedule import fakes

Film = Callable[..., tuple[int, str, str]]


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Film:
    """The command in a folder with one small film; two processes are one, and pictures are pretended."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("FILM_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    monkeypatch.setattr("runtime.cli.build.Pool", fakes.InlinePool)
    monkeypatch.setattr("runtime.cli.building.warm_once", lambda quiet: None)
    fakes.install(fakes.REAL)
    Path("tiny.film").write_text(TINY)

    def run(*arguments: object) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
        assert "Traceback" not in done.output or arguments[0] == "log", "a log may hold one: that is what it is for"
        return done.exit_code, done.stdout, done.stderr

    return run


def _events(path: str = "events.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def test_one_line_for_every_task(film: Film) -> None:
    assert film("build", "tiny.film", "--events", "events.jsonl")[0] == 0
    first = _events()
    code, out, _ = film("build", "tiny.film", "--events", "events.jsonl", "--format", "json")
    again, told = _events(), json.loads(out)
    assert code == 0
    assert len({line["id"] for line in first}) == len(first)
    assert not any(line["hit"] or line["failed"] for line in first)
    assert again
    assert all(line["hit"] and not line["failed"] for line in again)
    assert {line["id"] for line in again} <= {line["id"] for line in first}
    assert told["ran"] == 0
    for line in first:
        assert 0 < line["started"] <= line["finished"] <= time.time() + 1
        assert line["worker"] == os.getpid()
        assert set(line) >= {"id", "op", "label", "shot", "started", "finished", "hit", "failed", "seconds", "bytes"}
    # Only the field's own page says what they mean.
    page = (Path(__file__).resolve().parents[2] / "docs" / "events.md").read_text()
    assert [name for name in first[0] if f"`{name}`" not in page] == []


def test_a_stop_is_told_and_everything_said_before_it_is_there(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(task: table.TaskContext) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fakes, "never", stop)
    table.FUNCTIONS["conform"] = "tests.schedule.fakes:never"
    code, _, err = film("build", "tiny.film", "--events", "events.jsonl")
    assert code == 130
    assert "goes on from here" in err
    lines = _events()
    assert [(line["op"], line["kind"]) for line in lines if line["failed"]] == [("conform", "cancelled")]
    finished = {line["id"] for line in lines if not line["failed"]}
    assert finished
    (run,) = journal.runs(Path(".film/runs"))
    assert (run.how, run.ran, run.failed) == ("stopped", len(finished), 0)
    assert locks.alone(Path(".film/lock")) is not None


def test_failures_are_reported_with_their_kind_and_the_rest_goes_on(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(fakes.ORDERS, str(tmp_path / "orders"))
    (tmp_path / "orders").mkdir()
    fakes.order(tmp_path / "orders", "Speak", "fail")
    code, _, err = film("build", "tiny.film", "--events", "events.jsonl")
    assert code == 1
    assert "bug: ValueError: as ordered" in err
    assert "a fault of ours" in err
    assert "could not run because of that" in err
    assert [line["kind"] for line in _events() if line["failed"]] == ["bug"]
    code, out, _ = film("log", "voice", "tiny.film")
    assert code == 0
    assert "failed, bug" in out
    assert "ValueError: as ordered" in out
    film("build", "tiny.film")
    rows = json.loads(film("log", "voice", "--format", "json")[1])["tries"]
    assert [row["what"] for row in rows] == ["ran", "failed"]
    assert "as ordered" in rows[1]["log"]
    assert film("log", rows[0]["id"][:8])[1] == film("log", "voice")[1]
    assert film("log", "nothing of the kind")[0] == 1


def test_runs_lists_builds_and_how_they_ended(film: Film) -> None:
    assert film("runs")[0] == 1
    film("build", "tiny.film")
    film("build", "tiny.film")
    code, out, _ = film("runs", "--format", "json")
    latest, first = json.loads(out)["runs"]
    assert code == 0
    assert (latest["how"], latest["ran"], latest["failed"]) == ("done", 0, 0)
    assert latest["hit"] > 0
    assert first["ran"] > 10
    assert first["bytes"] > 0
    assert first["ended"] >= first["started"]
    text = film("runs")[1]
    assert first["id"] in text
    assert "done" in text
    header, *rows = text.splitlines()
    assert header.split() == ["begun", "film", "ended", "ran", "found", "took", "wrote", "run"]
    assert len({len(row) for row in rows}) == 1, "columns stand under each other, whole, whoever reads them"
    assert "had been forecast" in film("plan", "tiny.film")[1]


def test_a_log_is_told_without_an_index_and_without_empty_lines(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    film("build", "tiny.film")

    def unreadable(path: Path) -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr("runtime.cli.runs.Index", unreadable)
    code, out, _ = film("log", "film", "tiny.film")
    assert code == 0
    assert out.startswith("film  ")
    assert out.rstrip().endswith("said nothing")
    assert out.count("\n") == 1
    code, _, err = film("log", "wibble", "tiny.film")
    assert code == 1
    assert "name a shot, or a task" in err
    assert film("log", "", "tiny.film")[0] == 1
    assert "there is no file or folder `elsewhere`" in film("runs", "elsewhere")[2]
    assert "there is no file or folder" in film("cache", "stat", "long" * 100)[2]


def test_square_brackets_are_what_they_are(film: Film) -> None:
    """No name or title is ever read as the mark-up of whoever lays out a terminal."""
    Path("tiny.film").write_text(TINY.replace("Title: Tiny", "Title: A [/] in [b]old"))
    code, out, _ = film("build", "tiny.film", "--out", "to [b]")
    assert code == 0
    assert "A [/] in [b]old: 2 shots" in out
    assert "  to [b]/tiny.mp4\n" in out
    assert film("build", "tiny.film", "--out", "to [b]")[0] == 0
    for words in (
        ("plan",),
        ("plan", "--explain"),
        ("why", "film"),
        ("runs",),
        ("takes",),
        ("log", "film"),
        ("cache", "stat"),
    ):
        assert film(*words, "tiny.film")[0] == 0


def test_a_file_where_results_are_kept_is_told(film: Film) -> None:
    Path(".film").write_text("")
    for words in (("build",), ("plan",), ("why", "film"), ("runs",), ("log", "film"), ("cache", "stat")):
        code, _, err = film(*words, "tiny.film")
        assert code == 1
        assert ".film is a file" in err
        assert "move it away" in err


def test_a_build_that_was_killed_is_told_from_one_that_runs(tmp_path: Path) -> None:
    store = Store(tmp_path / ".film")
    living = journal.Journal(store.runs, "film", "previz")
    assert [run.how for run in journal.runs(store.runs)] == ["running"]
    assert living._lock is not None
    living._lock.release()  # as the system does when a process ends, however it ends
    with living.path.open("a") as stream:
        stream.write('{"what": "ran", "finis')
    assert [run.how for run in journal.runs(store.runs)] == ["killed"]
    store.close()


def test_journals_and_logs_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_RUNS", 4)
    for _ in range(7):
        journal.Journal(tmp_path, "film", "previz").end("done")
    assert len(journal.runs(tmp_path)) == 4
    folder = tmp_path / "logs"
    for number in range(9):
        for task in ("a", "b"):
            logs.write(logs.log_path(folder, task * 40), f"{task} {number}")
    logs.prune(folder)
    kept = logs.logs_of(folder, "aaaa")
    assert [path.read_text() for path in kept] == [f"a {n}" for n in (8, 7, 6, 5, 4)]
    long = folder / "long.log"
    long.write_text("begin " + "x" * (3 << 20) + " end")
    logs.trim(long)
    text = long.read_text()
    assert len(text) < logs.MOST_OF_ONE
    assert text.startswith("begin")
    assert text.endswith("end")


def test_what_a_task_prints_is_kept_even_from_a_child(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "task.log"
    with logs.captured(path):
        os.write(1, b"from C\n")
        os.system("echo from a child >&2")
    assert path.read_text() == "from C\nfrom a child\n"
    with logs.captured(path.with_name("quiet.log")):
        pass
    assert not path.with_name("quiet.log").exists()


def test_of_older_runs_only_how_they_ended_is_kept_when_all_are_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(name: str, how: str) -> Path:
        begun = journal.Journal(tmp_path, name, "previz")
        begun.foresaw(Forecast(tasks=1))
        for _ in range(200):
            begun._write({"what": "ran", "label": "x" * 200, "finished": 1.0})
        begun.ran = 200
        if how == "killed":
            begun._lock.release()  # type: ignore[union-attr]
        elif how != "running":
            begun.end(how)
        return begun.path

    paths = {name: run(name, name) for name in ("done", "killed", "running", "stopped")}
    before = {found.film: found for found in journal.runs(tmp_path)}
    sizes = {name: path.stat().st_size for name, path in paths.items()}
    monkeypatch.setattr(journal, "MOST_BYTES", sizes["stopped"] + 1)
    journal.prune(tmp_path)
    assert paths["stopped"].stat().st_size == sizes["stopped"], "the latest is whole"
    assert paths["running"].stat().st_size == sizes["running"]
    assert paths["done"].stat().st_size < 2000
    assert {found.film: found for found in journal.runs(tmp_path)}.keys() == {"done", "running", "stopped"}
    assert next(found for found in journal.runs(tmp_path) if found.film == "done") == before["done"]
    journal.prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(p.name for n, p in paths.items() if n != "killed")


def test_cache_stat_verify_gc(film: Film) -> None:
    film("build", "tiny.film")
    text = Path("tiny.film").read_text()
    Path("tiny.film").write_text(text.replace("32mm", "35mm"))
    film("build", "tiny.film")
    stat = json.loads(film("cache", "stat", "--format", "json")[1])
    assert stat["needed"] < stat["size"]
    assert stat["films"] == ["tiny.film previz"]
    assert film("cache", "gc", "--dry-run")[1].startswith("would let go of ")
    tried = json.loads(film("cache", "gc", "--dry-run", "--format", "json")[1])
    done = json.loads(film("cache", "gc", "--format", "json")[1])
    assert tried["after"] == done["after"] == stat["needed"]
    assert film("cache", "gc")[1].startswith("nothing to let go of; ")
    assert json.loads(film("build", "tiny.film", "--format", "json")[1])["ran"] == 0
    made = Path("build/tiny/tiny.mp4").read_bytes()
    blob = next(p for p in Path(".film/blobs").rglob("*.mp4") if p.read_bytes() == made)
    blob.write_bytes(b"x" * blob.stat().st_size)
    code, _, err = film("cache", "verify")
    assert code == 1
    assert "damaged; moved aside" in err
    assert film("cache", "verify")[0] == 0
    assert json.loads(film("build", "tiny.film", "--format", "json")[1])["ran"] >= 1
    assert film("cache", "gc", "--max-size", "much")[0] == 2
    assert film("cache", "gc", "--older-than", "30d", "--max-size", "5GB")[0] == 0
    held = locks.share(Path(".film/lock"))
    assert film("cache", "gc")[0] == 1
    held.release()


def test_what_a_film_needed_that_is_no_more_is_let_go(film: Film) -> None:
    Path("other film.film").write_text(Path("tiny.film").read_text().replace("32mm", "40mm"))
    Path("elsewhere").mkdir()
    Path("elsewhere/linked.film").symlink_to(Path("tiny.film").resolve())
    film("build", "elsewhere/linked.film")
    film("build", "other film.film", "--profile", "board")
    assert film("cache", "gc")[1].startswith("nothing to let go of; ")
    Path("other film.film").unlink()
    before = json.loads(film("cache", "stat", "--format", "json")[1])
    tried = json.loads(film("cache", "gc", "--dry-run", "--format", "json")[1])
    assert (tried["films_gone"], tried["after"] < before["size"]) == (["other film.film board"], True)
    assert json.loads(film("cache", "stat", "--format", "json")[1]) == before
    aged = film("cache", "gc", "--older-than", "30d")[1]
    assert "other film.film board is no longer in the folder" in aged
    assert "nothing to let go of" in aged, "it is as old as this hour"
    assert json.loads(film("cache", "gc", "--format", "json")[1])["after"] == tried["after"]
    assert json.loads(film("build", "tiny.film", "--format", "json")[1])["ran"] == 0


@pytest.mark.parametrize("words", [("cache", "stat"), ("plan",), ("plan", "--passes"), ("why", "film")])
def test_a_reader_that_has_gone_is_no_trouble_of_the_disk(
    film: Film, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    film("build", "tiny.film")

    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", gone)
    with pytest.raises(BrokenPipeError):
        film(*words, "tiny.film")


def test_films_of_other_folders_share_results_when_asked_to(film: Film) -> None:
    film("build", "tiny.film", "--shared-cache")
    for name, setting, ran in (("asked", 'cache = "shared"', 0), ("not", "", None)):
        Path(name).mkdir()
        Path(name, "tiny.film").write_text(TINY)
        Path(name, "film.toml").write_text(f'main = "tiny.film"\n{setting}\n')
        told = json.loads(film("build", name, "--out", f"{name}/out", "--format", "json")[1])
        assert told["failed"] == 0
        assert (told["ran"] == 0) is (ran == 0), name
    Path("told").mkdir()
    Path("told", "tiny.film").write_text(TINY)
    out = film("build", "told", "--out", "told/out", "--shared-cache")[1]
    assert re.search(r"Nothing has to be made: 0 tasks run, \d+ reused \(\d+ from the shared store\)", out)
    assert json.loads(film("cache", "stat", "--shared", "--format", "json")[1])["blobs"] > 5
    assert film("cache", "gc", "--shared")[0] == 2
    assert film("cache", "gc", "--shared", "--max-size", "0")[0] == 0
    assert json.loads(film("cache", "stat", "--shared", "--format", "json")[1])["blobs"] == 0


def test_a_file_is_read_again_only_when_it_may_have_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / ".film")
    path = tmp_path / "door.wav"
    path.write_bytes(b"one")
    old = time.time() - 100
    first = digest_file(tmp_path, "door.wav", store.index)
    path.write_bytes(b"two")  # the same size, within the grain of clocks
    assert digest_file(tmp_path, "door.wav", store.index) != first
    os.utime(path, (old, old))
    second = digest_file(tmp_path, "door.wav", store.index)
    token, _, taken = store.index.token("door.wav") or ("", "", 0)
    store.index.save_token("door.wav", token, "believed", taken + 10_000_000_000)
    assert digest_file(tmp_path, "door.wav", store.index) == "believed", "the same file is not read again"
    assert digest_file(tmp_path, "door.wav", store.index, verify=True) == second
    store.close()


def test_sizes_and_ages() -> None:
    assert [parse_size(t) for t in ("5GB", "1.5 MiB", "10k", "0", "7")] == [5 * 10**9, 1572864, 10_000, 0, 7]
    assert [parse_size(t) for t in ("", "GB", "-1", "5XB", "1e9")] == [None] * 5
    assert [parse_age(t) for t in ("30d", "12h", "2w", "5", "d")] == [2_592_000, 43_200, 1_209_600, None, None]
    assert [size_text(n) for n in (0, 999, 1000, 99_400, 5 * 10**9)] == ["0 B", "999 B", "1.0 KB", "99.4 KB", "5.0 GB"]


def test_a_build_that_the_disk_will_not_hold_does_not_begin_unless_it_is_forced(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: real._replace(free=100_000))
    code, _, said = film("build", "tiny.film")
    assert code == 1
    assert "error: this build will write about" in said
    assert "100 KB are free" in said
    assert "`film cache gc`" in said
    assert "--force" in said
    assert not Path("build").exists()
    assert [run.ran for run in journal.runs(Path(".film/runs"))] == [0]
    told = json.loads(film("plan", "tiny.film", "--format", "json")[1])
    assert told["forecast"]["disk"] > 100_000
    assert told["last_forecasts"] is None
    assert "more than the 100 KB that are free" in film("plan", "tiny.film")[1]
    assert film("build", "tiny.film", "--force")[0] == 0
    assert film("build", "tiny.film")[0] == 0, "what is there need not be written"
    told = json.loads(film("plan", "tiny.film", "--format", "json")[1])
    assert told["forecast"] == {"tasks": 0, "seconds": 0.0, "work": 0.0, "memory": 0, "disk": 0}
    assert told["last_forecasts"]["builds"] == 1
    assert told["last_forecasts"]["measured"]["disk"] > 0
    assert told["last_forecasts"]["forecast"]["seconds"] > 0


def test_devices_that_cannot_be_understood_are_told(film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILM_DEVICES", "seventeen")
    code, out, _ = film("doctor")
    assert code == 1
    assert "FAIL  devices" in out
