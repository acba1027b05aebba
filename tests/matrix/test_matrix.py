"""Kinds of edit on a whole film: each runs exactly what its row says, undone nothing runs, and in another order neither."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiler.graph.codec import Plain
from runtime.cli import build as building
from runtime.schedule import table
from runtime.schedule.table import TaskContext
from tests.matrix.edits import ROWS
from tests.matrix.harness import Bench, Row, pretend
from tests.schedule import fakes

FILM = Path(__file__).resolve().parents[2] / "films" / "the_last_breath" / "the_last_breath.film"
TEXT = FILM.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The film, built once."""
    folder = tmp_path_factory.mktemp("matrix") / "film"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
        patch.setattr(building, "Pool", building.Pool)
        patch.setattr(os, "fsync", os.fsync)
        pretend()
        made = Bench(folder / FILM.name)
        heard = made.run(TEXT)
        assert heard.ops["render"] == 43
        made.keep()
        yield made


def edited(bench: Bench, row: Row) -> dict[str, dict[str, int]]:
    """Make the edit on a fresh copy of the built film; what ran, by op and then by shot."""
    bench.restore()
    text = TEXT
    if row.first is not None:
        text = row.first(text)
        bench.run(text)
    if row.act is not None:
        row.act(bench.main.parent)
    else:
        bench.main.write_text(row.edit(text), encoding="utf-8")
    heard = bench.run(None, row.plays, **row.options)
    return {op: heard.shots(op) for op in heard.ops}


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.name, marks=[pytest.mark.slow] if row.slow else []) for row in ROWS]
)
def test_an_edit_runs_exactly_what_its_row_says(bench: Bench, row: Row) -> None:
    ran = edited(bench, row)
    assert {op: sum(shots.values()) for op, shots in ran.items()} == {op: n for op, n in row.costs.items() if n}
    for op, shots in row.where.items():
        assert ran.get(op, {}) == shots


def test_undone_nothing_runs_whatever_was_done_between(bench: Bench) -> None:
    bench.restore()
    for name in ("a look", "a dissolve is longer", "a voice"):
        row = next(row for row in ROWS if row.name == name)
        assert bench.run(row.edit(TEXT)).ran, name
        assert bench.run(TEXT).ran == [], f"undo: {name}"
    # Done again, it is all there too.
    assert bench.run(next(row for row in ROWS if row.name == "a look").edit(TEXT)).ran == []


def louder(task: TaskContext) -> Plain:
    """Stands for the measure of a mix that has come to need half a dB more."""
    fakes.fake(task)
    return {"lufs": -20.5, "peak": -6.5, "gain": 4.5}


def test_a_step_of_gain_is_mastered_and_encoded_and_no_more(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """One number for the whole film: an edit that moves it masters 11 windows, not its 6, and encodes 7 pieces, not its 4."""
    row = next(row for row in ROWS if row.name == "an effect's level")
    monkeypatch.setitem(table.FUNCTIONS, "loudness", f"{__name__}:louder")
    ran = {op: sum(shots.values()) for op, shots in edited(bench, row).items()}
    assert ran == {**row.costs, "master": 11, "aac": 7}


@pytest.mark.slow
def test_there_and_back_between_profiles_sizes_and_editions(bench: Bench) -> None:
    bench.restore()
    bench.run(None, False, profile="board")
    assert bench.run().ran == []
    assert bench.run(None, False, profile="board").ran == []
    bench.run(None, shot="memory")
    assert bench.run().ran == []
