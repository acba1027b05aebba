"""Progress of a build: one live line on a terminal, a plain line now and then elsewhere.

A build plans several times, and each plan asks for a part of the work. What is told is of the whole build: what has run stays
counted, and tasks that wait for a fact (how long a line is) are to go, with their forecast in the time that is left.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from runtime.cli.excerpt import shown
from runtime.schedule.events import Event

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from compiler.graph.task import Task
    from compiler.plan import Plan

_PLAIN_EVERY = 10.0
_LIVE_EVERY = 0.1
_PRIOR_WEIGHT = 5.0
"""Seconds of forecast work that this build's own speed has to outweigh before it is believed."""


class Progress:
    """Hears the scheduler's events. ``ran_by_stage`` counts what ran, ``damaged`` names what was spoilt on disk, ``lost`` what
    of that, or of what somebody removed, comes out otherwise when it is made again."""

    def __init__(
        self,
        quiet: bool = False,
        costs: Callable[[Task], float] = lambda task: task.cost,
        jobs: int = 1,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``costs``: seconds a task should take, as learned from earlier builds; ``jobs``: how many run at once."""
        self.quiet = quiet
        self._clock = clock
        self._cost_of = costs
        self._jobs = max(1, jobs)
        self.ran_by_stage: dict[str, int] = {}
        self.damaged: list[str] = []
        self.lost: list[str] = []
        self._began = self._clock()
        self._said = self._began
        self._lock = threading.RLock()
        """A terminal's line is drawn by a thread of its own, so that time goes down while a long task runs."""
        self._hit: set[str] = set()
        self._ran: set[str] = set()
        """Ids of what was found and of what ran, in the whole build: what ran for one plan is found by the next."""
        self._wanted: set[int] = set()
        self._running: dict[int, tuple[str, float]] = {}
        self._elsewhere: dict[int, str] = {}
        """What another build is doing at this moment."""
        self._left: dict[str, float] = {}
        """By op, seconds of work that is wanted and not done, and below, that is done in all."""
        self._later: dict[str, float] = {}
        """By op, seconds of work that waits for a fact, and below, how many tasks do."""
        self._waiting = 0
        self._done = 0.0
        self._shots_open = 0
        self._plan: Plan | None = None
        self._costs: list[float] = []
        self._open_shots: dict[str, set[int]] = {}
        self._bar: Bar | None = None
        self._line: TaskID | None = None
        self._kept: dict[str, tuple[float, float]] = {}
        """By op, seconds that finished tasks took and were expected to take."""

    def reckon_with(self, costs: Callable[[Task], float], jobs: int) -> None:
        """Take what a project has learned, once its store is open."""
        self._cost_of, self._jobs = costs, max(1, jobs)

    def __enter__(self) -> Progress:
        if not self.quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._bar, self._line = _live(self._text)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def planned(self, plan: Plan) -> None:
        """A new plan replaces the last one: what is wanted is told anew, what waits for a fact is to go all the same."""
        tasks = plan.graph.tasks
        keys = {shot.key for shot in plan.timeline.shots}
        with self._lock:
            self._plan = plan
            self._costs = [self._cost_of(task) for task in tasks]
            self._left, self._later, self._waiting = {}, {}, 0
            self._wanted, self._running, self._elsewhere = set(), {}, {}
            self._open_shots = {task.shot: set() for task in tasks if task.shot in keys}
            for index, task in enumerate(tasks):
                if task.provisional:
                    self._waiting += 1
                    self._later[task.op.name] = self._later.get(task.op.name, 0.0) + self._costs[index]
                    if task.shot in keys:
                        self._open_shots[task.shot].add(index)
            self._shots_open = sum(bool(left) for left in self._open_shots.values())

    def standing(self) -> str:
        """How far it came, for the word at a stop."""
        return f" after {sum(self.ran_by_stage.values())} tasks" if self.ran_by_stage else ""

    def heard(self, event: Event) -> None:
        """Take one event in and show where things stand."""
        with self._lock:
            self._take(event)
        self._show()

    def _take(self, event: Event) -> None:
        match event.what:
            case "wanted":
                if event.task not in self._wanted:
                    self._wanted.add(event.task)
                    self._left[event.op] = self._left.get(event.op, 0.0) + self._costs[event.task]
                    self._opened(event)
            case "damaged":
                self.damaged.append(event.label)
            case "lost":
                self.lost.append(event.label)
            case "elsewhere":
                self._elsewhere[event.task] = event.label
            case "started":
                self._elsewhere.pop(event.task, None)
                self._running[event.task] = event.label, self._clock()
            case "retried":
                self._running.pop(event.task, None)
            case "hit" | "ran" | "failed" | "cancelled":
                self._running.pop(event.task, None)
                self._elsewhere.pop(event.task, None)
                self._closed(event)
                if event.what in ("hit", "ran"):
                    (self._ran if event.what == "ran" else self._hit).add(event.id)
                if event.what == "ran":
                    self.ran_by_stage[event.stage] = self.ran_by_stage.get(event.stage, 0) + 1
                    self._done += self._costs[event.task]
                    took, expected = self._kept.get(event.op, (0.0, 0.0))
                    self._kept[event.op] = took + event.seconds, expected + self._costs[event.task]

    def _opened(self, event: Event) -> None:
        tasks = self._open_shots.get(event.shot)
        if tasks is not None:
            self._shots_open += not tasks
            tasks.add(event.task)

    def _closed(self, event: Event) -> None:
        if event.task in self._wanted:
            self._wanted.discard(event.task)
            self._left[event.op] = max(0.0, self._left[event.op] - self._costs[event.task])
        tasks = self._open_shots.get(event.shot)
        if tasks and event.task in tasks:
            tasks.discard(event.task)
            self._shots_open -= not tasks

    def _show(self) -> None:
        if self.quiet or self._plan is None:
            return
        now = self._clock()
        if now - self._said < (_PLAIN_EVERY if self._bar is None else _LIVE_EVERY):
            return
        self._said = now
        if self._bar is not None and self._line is not None:
            total = max(sum(self._left.values()) + sum(self._later.values()) + self._done, 0.01)
            self._bar.update(self._line, total=total, completed=self._done)
        else:
            print(self._text(), file=sys.stderr, flush=True)

    def _text(self) -> str:
        with self._lock:
            if self._plan is None:
                return "planning …"
            parts = []
            if shots := len(self._open_shots):
                parts.append(f"shots {shots - self._shots_open}/{shots}")
            left = self.seconds_left()
            if left is not None:
                parts.append(f"about {int(left // 60)}:{int(left % 60):02} left")
            ran, reused = len(self._ran), len(self._hit - self._ran)
            parts.append(f"tasks {ran}/{ran + len(self._wanted) + self._waiting}")
            if reused:
                parts.append(f"{reused} reused")
            if self._running:
                parts.append(shown(next(iter(self._running.values()))[0])[:44])
            elif self._elsewhere:
                parts.append(f"another build makes {shown(next(iter(self._elsewhere.values())))[:30]}")
            return "  ".join(parts)

    def seconds_left(self) -> float | None:
        """Forecast work left over all workers, at the pace this build's finished tasks have kept to their forecasts.

        What is running counts as done as far as it should be by now. Nothing ends before the longest task that is
        running should. What waits for a fact comes after all that.
        """
        if self._plan is None or not (self._wanted or self._waiting):
            return None
        paces = self._paces()
        tasks, now = self._plan.graph.tasks, self._clock()
        still: dict[int, float] = {}
        waiting = {op: left for op, left in self._left.items() if left > 0}
        for task, (_, began) in self._running.items():
            op = tasks[task].op.name
            still[task] = max(0.0, self._costs[task] * paces(op) - (now - began))
            waiting[op] = waiting.get(op, 0.0) - self._costs[task]
        work = sum(max(0.0, left) * paces(op) for op, left in waiting.items())
        later = sum(left * paces(op) for op, left in self._later.items())
        return max((work + sum(still.values())) / self._jobs, *still.values(), 0.0) + later / self._jobs

    def _paces(self) -> Callable[[str], float]:
        """How each op's tasks keep to their forecasts; one that has hardly run, as all of them do."""
        took, expected = (sum(pair[part] for pair in self._kept.values()) for part in (0, 1))
        usual = (took + _PRIOR_WEIGHT) / (expected + _PRIOR_WEIGHT)

        def pace(op: str) -> float:
            own, said = self._kept.get(op, (0.0, 0.0))
            return (own + _PRIOR_WEIGHT * usual) / (said + _PRIOR_WEIGHT)

        return pace


def _live(text: Callable[[], str]) -> tuple[Bar, TaskID]:
    """A line on the terminal that says a text anew ten times a second."""
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn
    from rich.progress import Progress as Bar
    from rich.progress import Task as Line
    from rich.text import Text

    class Words(ProgressColumn):
        def render(self, task: Line) -> Text:
            return Text(text(), no_wrap=True, overflow="ellipsis")

    bar = Bar(BarColumn(bar_width=12), Words(), console=Console(stderr=True), transient=True)
    return bar, bar.add_task("", total=None)
