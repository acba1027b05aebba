"""What is told of a build while it goes on: of the whole of it, over all the plans it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.graph.facts import Facts
from compiler.plan import Plan, plan_film
from runtime.cli.progress import Progress
from runtime.schedule.events import Event
from tests.e2e.films import TALK


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A film none of whose lines has been voiced: most of it waits for that."""
    path = tmp_path / "talk.film"
    path.write_text(TALK, encoding="utf-8")
    film, _, report = load_film(path)
    assert film is not None, report.items
    return plan_film(film, Facts({}, {}), {}, Report())


def _event(what: str, plan: Plan, index: int) -> Event:
    task = plan.graph.tasks[index]
    return Event(what, index, task.label, "", task.shot, seconds=task.cost, op=task.op.name, id=plan.recipes[index])


def _firm(plan: Plan) -> list[int]:
    return [index for index, task in enumerate(plan.graph.tasks) if not task.provisional]


def test_what_waits_for_a_length_is_to_go_and_takes_its_time(plan: Plan) -> None:
    progress = Progress(quiet=True, clock=lambda: 0.0)
    progress.planned(plan)
    firm = _firm(plan)
    assert 0 < len(firm) < len(plan.graph.tasks)
    for index in firm:
        progress.heard(_event("wanted", plan, index))
    whole = sum(task.cost for task in plan.graph.tasks)
    assert progress.seconds_left() == pytest.approx(whole)
    assert f"tasks 0/{len(plan.graph.tasks)}" in progress._text()
    for index in firm:
        progress.heard(_event("ran", plan, index))
    later = sum(task.cost for task in plan.graph.tasks if task.provisional)
    assert progress.seconds_left() == pytest.approx(later)
    shots = {task.shot for task in plan.graph.tasks if task.shot}
    waiting = {task.shot for task in plan.graph.tasks if task.shot and task.provisional}
    assert f"shots {len(shots) - len(waiting)}/{len(shots)}  " in progress._text()


def test_what_ran_for_one_plan_is_not_reused_by_the_next(plan: Plan) -> None:
    progress = Progress(quiet=True)
    progress.planned(plan)
    first, second, third = _firm(plan)[:3]
    waiting = len(plan.graph.tasks) - len(_firm(plan))
    progress.heard(_event("hit", plan, first))
    for index in (second, third):
        progress.heard(_event("wanted", plan, index))
        progress.heard(_event("ran", plan, index))
    assert f"tasks 2/{2 + waiting}  1 reused" in progress._text()
    progress.planned(plan)
    for index in (first, second, third):
        progress.heard(_event("hit", plan, index))
    assert f"tasks 2/{2 + waiting}  1 reused" in progress._text()


def test_labels_are_harmless(plan: Plan) -> None:
    progress = Progress(quiet=True)
    progress.planned(plan)
    index = _firm(plan)[0]
    progress.heard(Event("started", index, "voice “\x1b[2Jhi”", "", ""))
    assert "\x1b" not in progress._text()


@pytest.mark.parametrize(("term", "live"), [("xterm", True), ("dumb", False)])
def test_a_terminal_that_cannot_move_has_plain_lines(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], term: str, live: bool
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    times = iter(range(0, 10_000, 60))
    with Progress(clock=lambda: float(next(times))) as progress:
        progress.planned(plan)
        progress.heard(_event("wanted", plan, _firm(plan)[0]))
    told = capsys.readouterr().err
    assert ("\x1b[" in told) is live
    assert "tasks 0/" in told
