"""Forecasts: what is said before anything runs, held against what a pretended machine then takes."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph.facts import Facts
from compiler.graph.sizes import likely_sizes
from compiler.graph.task import Graph
from compiler.passes.program import Setting
from compiler.passes.run import run_passes
from compiler.plan import plan_film
from runtime.cli.forecast import NotEnoughRoomError, check_room, clock, forecast_json, forecast_lines, kept_forecasts
from runtime.cli.progress import Progress
from runtime.schedule.costs import learned_needs, learned_sizes
from runtime.schedule.events import Event
from runtime.schedule.execute import execute
from runtime.schedule.forecast import Forecast, foresee, todo
from runtime.schedule.journal import Journal, last_foreseen, most_held, read_run, runs
from runtime.schedule.lanes import CPU, Lane, Need
from runtime.store.index import Action, Measured
from runtime.store.store import Store
from tests.bench.chains import chains
from tests.e2e.films import TALK
from tests.schedule.conftest import TOOLS
from tests.schedule.pretended import PretendedPool

MB = 1 << 20


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing made here need outlive a power cut."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.mark.parametrize(("jobs", "memory"), [(1, 10_000), (3, 10_000), (4, 900)])
def test_time_and_memory_are_what_the_machine_then_takes(jobs: int, memory: int, store: Store) -> None:
    graph = run_passes(chains(24), Setting(TOOLS)).graph
    lanes = (Lane(CPU, jobs, memory * MB),)
    needs = learned_needs(store)
    pool = PretendedPool(graph, lanes, lambda index: graph.tasks[index].cost + 0.03)
    said = foresee(graph, range(len(graph.tasks)), lanes, lambda t: t.cost, needs, likely_sizes(graph))
    held: list[tuple[float, int]] = []

    def heard(event: Event) -> None:
        if event.what == "ran":
            need = needs(graph.tasks[event.task]).memory
            held.extend([(event.started, need), (event.finished, -need)])

    execute(
        graph, TOOLS, "d", store, pool, heard, lambda t: t.cost,  # type: ignore[arg-type]
        lanes=lambda: lanes, needs=needs, clock=pool.clock,
    )  # fmt: skip
    assert said.seconds == pytest.approx(pool.now, rel=0.05)
    assert said.work == pytest.approx(sum(task.cost + 0.03 for task in graph.tasks))
    assert said.memory == pytest.approx(most_held(held), rel=0.15)
    assert said.memory <= memory * MB


def test_only_what_is_missing_is_forecast(store: Store) -> None:
    program = run_passes(chains(5), Setting(TOOLS))
    graph, keys = program.graph, program.keys
    assert todo(graph, keys, set(keys)) == []
    assert todo(graph, keys, set()) == list(range(len(graph.tasks)))
    assert todo(graph, keys, {*keys} - {keys[3]}) == [], "what only stands behind a hit is not needed"
    assert todo(graph, keys, {*keys} - {keys[3], keys[-1]}) == [3, len(keys) - 1]
    assert foresee(graph, [], (Lane(CPU, 1, MB),), lambda t: t.cost, lambda _: Need(), {}) == Forecast()


def test_sizes_are_learned_from_what_was_made(store: Store) -> None:
    graph = run_passes(chains(30), Setting(TOOLS)).graph
    before = likely_sizes(graph)
    assert learned_sizes(store, graph, before) == pytest.approx(before)
    for index, task in enumerate(graph.tasks):
        made = round(before[index] * 0.5 + 1000)
        action = Action(f"a{index}", f"r{index}", "d", task.op.name, (), "null", "{}", 1.0)
        store.index.record(action, Measured(task.cost, 1.0, 0, before[index], made))
    learned = learned_sizes(store, graph, before)
    assert sum(learned.values()) == pytest.approx(0.5 * sum(before.values()) + 1000 * len(before), rel=0.1)


def test_every_op_has_a_size(store: Store) -> None:
    film, _, _ = check_text(TALK, "talk.film")
    assert film is not None
    plan = plan_film(film, Facts({}, {}), {}, Report())
    sizes = likely_sizes(plan.graph)
    assert len(sizes) == len(plan.graph.tasks)
    assert all(size > 0 for size in sizes.values())
    assert 5e6 < sum(sizes.values()) < 5e9
    last = len(sizes) - 1
    assert likely_sizes(plan.graph, [last])[last] == sizes[last], "asked for by itself, no other is looked at in vain"


def _journal(folder: Path, said: Forecast, ran: int, *, how: str = "done") -> Journal:
    journal = Journal(folder, "a.film", "previz")
    journal.foresaw(said)
    journal.foresaw(Forecast(1, 1.0, 1.0, 1, 1))  # only the first word counts
    now = journal.began
    for number in range(ran):
        journal.heard(
            Event("ran", number, "t", "picture", "", 2.0, 2.0, id=f"i{number}", started=now + number, finished=now + number + 2.0,
                  expected=1.5, memory=100 * MB, size=1000)
        )  # fmt: skip
    journal.end(how)
    return journal


def test_forecasts_are_held_against_what_was_measured(tmp_path: Path) -> None:
    said = Forecast(3, 4.5, 4.5, 250 * MB, 2500)
    journal = _journal(tmp_path, said, 3)
    _journal(tmp_path, said, 2, how="failed")
    _journal(tmp_path, said, 0)
    (run,) = last_foreseen(tmp_path, 5)
    assert run.id == journal.id
    assert (run.foreseen, run.ran, run.bytes, run.memory) == (said, 3, 3000, 200 * MB)
    assert run.took >= 0
    assert len(runs(tmp_path)) == 3
    kept = kept_forecasts(tmp_path)
    assert kept is not None
    assert (kept.builds, kept.said, kept.came.disk, kept.came.memory) == (1, said, 3000, 200 * MB)
    told = forecast_json(Forecast(), kept)["last_forecasts"]
    assert isinstance(told, dict)
    assert told["measured"]["disk"] == 3000
    (line,) = forecast_lines(Forecast(), kept, 1.0, 10**9)
    assert line.startswith("The last build that ran anything took 0.0 s where 4.5 s had been forecast, ")
    assert line.endswith("210 MB of memory where 262 MB, 3.0 KB of disk where 2.5 KB.")
    assert kept_forecasts(tmp_path / "nowhere") is None


def test_a_long_journal_is_read_from_its_ends_and_a_broken_one_as_far_as_it_goes(tmp_path: Path) -> None:
    journal = _journal(tmp_path, Forecast(3, 4.5, 4.5, 1, 1), 300)
    text = journal.path.read_text().splitlines()
    whole = read_run(journal.path)
    assert whole is not None
    assert whole.ran == 300
    (tmp_path / "cut.jsonl").write_text("\n".join([*text[:-1], text[-1][:20]]))
    cut = read_run(tmp_path / "cut.jsonl")
    assert cut is not None
    assert (cut.how, cut.ran, cut.ended) == ("killed", 300, None)
    (tmp_path / "odd.jsonl").write_text(text[0] + "\n" + json.dumps({"foreseen": {"more": 1}}) + "\n" + text[-1])
    odd = read_run(tmp_path / "odd.jsonl")
    assert odd is not None
    assert odd.foreseen is None


def test_a_disk_that_will_not_hold_it_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: real._replace(free=2_000_000))
    check_room(Forecast(1, 1, 1, 1, 1_900_000), tmp_path)
    with pytest.raises(NotEnoughRoomError, match=r"about 3\.0 MB, and 2\.0 MB are free"):
        check_room(Forecast(1, 1, 1, 1, 3_000_000), tmp_path)
    said = forecast_lines(Forecast(1, 100.0, 200.0, 10**9, 3_000_000), None, 2.0, 2_000_000)
    assert said[0].endswith(
        "about 1 min 40 s (3 min 20 s of work), 1.0 GB of memory, 3.0 MB of disk (1.5 MB for each minute of film)."
    )
    assert "`film cache gc`" in said[1]


def test_spans_of_time_in_words() -> None:
    assert [clock(s) for s in (0.04, 12.3, 89.0, 100.0, 7300.0)] == ["0.0 s", "12 s", "89 s", "1 min 40 s", "2 h 1 min"]


@pytest.mark.parametrize("pace", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("jobs", [1, 4])
def test_what_is_left_is_told_well_over_the_course_of_a_build(
    pace: float, jobs: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks take ``pace`` times what was forecast, each with luck of its own."""
    graph = run_passes(chains(60), Setting(TOOLS)).graph
    luck = random.Random(7)
    took = [task.cost * pace * luck.uniform(0.5, 1.5) for task in graph.tasks]
    lanes = (Lane(CPU, jobs, 1 << 40),)
    pool = PretendedPool(graph, lanes, took.__getitem__)
    progress = Progress(quiet=True, jobs=jobs, clock=pool.clock)
    progress.planned(_Plan(graph))  # type: ignore[arg-type]
    told: list[tuple[float, float]] = []

    def heard(event: Event) -> None:
        progress.heard(event)
        if event.what == "ran" and (left := progress.seconds_left()) is not None:
            told.append((pool.now, left))

    execute(
        graph, TOOLS, "d", store, pool, heard, lambda t: t.cost,  # type: ignore[arg-type]
        lanes=lambda: lanes, clock=pool.clock,
    )  # fmt: skip
    whole = pool.now
    off = [abs(left - (whole - now)) / whole for now, left in told if now > 0.1 * whole]
    assert sum(off) / len(off) < 0.08
    assert max(off) < 0.2


class _Plan:
    """As much of a plan as progress looks at."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.timeline: Any = type("Timeline", (), {"shots": ()})
        self.shots = ()
