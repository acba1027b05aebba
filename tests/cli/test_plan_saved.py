"""What is kept of a plan for ``film why``: written when it differs, read when it is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.graph.codec import Writer, canonical, encode
from compiler.graph.facts import Facts
from compiler.plan import Plan, plan_film
from runtime.cli.build import planned_tasks
from runtime.store.index import Index
from tests.e2e.films import TINY


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    path = tmp_path / "tiny.film"
    path.write_text(TINY)
    film, _, _ = load_film(path)
    assert film is not None
    return plan_film(film, Facts({}, {}), {}, Report())


def test_every_task_is_named_once_and_written_in_full(plan: Plan) -> None:
    tasks = planned_tasks(plan)
    assert len({task.task for task in tasks}) == len(tasks) == len(plan.graph.tasks)
    for kept, task, recipe in zip(tasks, plan.graph.tasks, plan.recipes, strict=True):
        assert (kept.shot, kept.op, kept.recipe) == (task.shot, task.op.name, recipe)
        assert kept.params == canonical(encode(task.params))
        assert kept.inputs == canonical([[slot, plan.recipes[ref.task]] for slot, ref in task.inputs])


def test_what_is_kept_already_is_not_written_again(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = Index(tmp_path / "index.sqlite")
    index.save_plan("tiny", planned_tasks(plan))
    first = index.plan("tiny")
    assert {name: task.params for name, task in first.items()} == {t.task: t.params for t in planned_tasks(plan)}
    written: list[object] = []
    monkeypatch.setattr(Writer, "text", lambda _, value: written.append(value) or "")
    index.save_plan("tiny", planned_tasks(plan))
    assert written == []
    assert index.plan("tiny") == first
    index.close()
