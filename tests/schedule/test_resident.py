"""A worker's side of a call: several tasks at once, models that stay, a log for each."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from compiler.graph.codec import Plain
from compiler.passes.program import Setting
from compiler.passes.run import run_passes
from runtime.schedule import logs, table, worker
from runtime.schedule import resident as keeping
from runtime.schedule.execute import execute
from runtime.schedule.lanes import CPU, Lane
from runtime.schedule.resident import keep_only, loaded, resident
from runtime.schedule.table import TaskContext
from runtime.store.store import Store
from tests.schedule import fakes
from tests.schedule.conftest import TOOLS
from tests.schedule.test_calls import takes

_CLOSED: list[str] = []


class Weights:
    def __init__(self, name: str) -> None:
        self.name = name

    def close(self) -> None:
        _CLOSED.append(self.name)
        raise RuntimeError("a model that will not close is let go of all the same")


def several(tasks: Sequence[TaskContext]) -> list[Plain]:
    """Several draws with one model."""
    print(f"{len(tasks)} together with {resident('small', lambda: Weights('small')).name}")
    return [fakes.fake(task) for task in tasks]


def short(tasks: Sequence[TaskContext]) -> list[Plain]:
    """A backend that forgets one."""
    return [fakes.fake(task) for task in tasks[1:]]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_HELD", {})
    monkeypatch.setattr(keeping, "_LOADED", [])
    monkeypatch.setattr(
        table, "FUNCTIONS", {"xdraw": "tests.schedule.fakes:fake", "xprompt": "tests.schedule.fakes:fake"}
    )
    _CLOSED.clear()


def test_models_stay_until_they_may_not() -> None:
    first = resident("a", lambda: Weights("a"))
    assert resident("a", lambda: Weights("other")) is first
    resident("b", lambda: 7)
    assert loaded() == ["a", "b"]
    assert loaded() == []
    keep_only({"b"})
    assert _CLOSED == ["a"]
    assert resident("b", lambda: 8) == 7
    assert resident("a", lambda: Weights("a")) is not first
    assert loaded() == ["a"]


def test_a_worker_does_several_tasks_in_one_call(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    program = run_passes(takes(3), Setting(TOOLS))
    replies: list[dict[str, object]] = []
    whole = worker.run
    monkeypatch.setattr(worker, "run", lambda job: replies.append(whole(job)) or replies[-1])
    lanes = (Lane(CPU, 1, 1 << 50),)
    found = []
    for names in ({"xdraw": f"{__name__}:several"}, {}):
        monkeypatch.setattr(table, "TOGETHER", names)
        replies.clear()
        outcome = execute(
            program.graph, TOOLS, str(len(found)), store, fakes.InlinePool(), lambda _: None, lambda t: t.cost,  # type: ignore[arg-type]
            recipes=program.keys, calls=lambda: program.calls, lanes=lambda: lanes,
        )  # fmt: skip
        assert outcome.failed == []
        found.append([outcome.actions[index].outputs for index in range(4)])
        assert [len(reply["ok"]) for reply in replies] == ([1, 3] if names else [1, 1, 1, 1])  # type: ignore[arg-type]
        assert [reply["loaded"] for reply in replies] == ([[], ["small"]] if names else [[]] * 4)
    assert found[0] == found[1], "and what is made is the same"


def test_a_batch_function_that_forgets_one_is_a_fault_and_the_tasks_are_done_one_by_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = run_passes(takes(3), Setting(TOOLS))
    monkeypatch.setattr(table, "TOGETHER", {"xdraw": f"{__name__}:short"})
    outcome = execute(
        program.graph, TOOLS, "d", store, fakes.InlinePool(), lambda _: None, lambda t: t.cost,  # type: ignore[arg-type]
        recipes=program.keys, calls=lambda: program.calls, lanes=lambda: (Lane(CPU, 1, 1 << 50),),
    )  # fmt: skip
    assert outcome.failed == []
    assert len(outcome.ran) == 4


def test_what_was_said_together_is_in_the_log_of_each(tmp_path: Path) -> None:
    first, *others = (tmp_path / f"{name}.log" for name in "abc")
    with logs.captured(first):
        os.write(1, b"three together\n")
    logs.copy(first, others)
    assert [path.read_text() for path in (first, *others)] == ["three together\n"] * 3
    logs.copy(tmp_path / "silent.log", [tmp_path / "d.log"])
    assert not (tmp_path / "d.log").exists()
