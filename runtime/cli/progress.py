"""Progress of a build: one live line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from runtime.schedule.execute import Event

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from compiler.plan import Plan

_PLAIN_EVERY = 10.0


class Progress:
    """Hears the scheduler's events. ``ran_by_stage`` counts what ran, ``damaged`` names what was spoilt on disk."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.ran_by_stage: dict[str, int] = {}
        self.damaged: list[str] = []
        self._began = time.monotonic()
        self._said = self._began
        self._hit: set[int] = set()
        self._ran: set[int] = set()
        self._wanted: set[int] = set()
        self._running: dict[int, str] = {}
        self._plan: Plan | None = None
        self._costs: list[float] = []
        self._open_shots: dict[str, set[int]] = {}
        self._bar: Bar | None = None
        self._line: TaskID | None = None
        self._spent = 0.0
        self._spent_cost = 0.0

    def __enter__(self) -> Progress:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (BarColumn(bar_width=24), TextColumn("{task.description}"))
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._line = self._bar.add_task("planning …", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def planned(self, plan: Plan) -> None:
        """A new plan replaces the last one: its tasks count from nothing, what is known shows up as hits."""
        self._plan = plan
        self._costs = [task.cost for task in plan.graph.tasks]
        self._hit, self._ran, self._wanted, self._running = set(), set(), set(), {}
        self._open_shots = {shot.key: set() for shot in plan.timeline.shots}

    def heard(self, event: Event) -> None:
        """Take one event in and show where things stand."""
        match event.what:
            case "wanted":
                self._wanted.add(event.task)
                if event.shot in self._open_shots:
                    self._open_shots[event.shot].add(event.task)
            case "damaged":
                self.damaged.append(event.label)
            case "started":
                self._running[event.task] = event.label
            case "hit" | "ran" | "failed":
                self._running.pop(event.task, None)
                self._wanted.discard(event.task)
                self._open_shots.get(event.shot, set()).discard(event.task)
                (self._ran if event.what == "ran" else self._hit).add(event.task)
                if event.what == "ran":
                    self.ran_by_stage[event.stage] = self.ran_by_stage.get(event.stage, 0) + 1
                    self._spent += event.seconds
                    self._spent_cost += self._costs[event.task]
        self._show()

    def _show(self) -> None:
        if self.quiet or self._plan is None:
            return
        if self._bar is not None and self._line is not None:
            left = sum(self._costs[i] for i in self._wanted)
            done = sum(self._costs[i] for i in self._ran)
            self._bar.update(self._line, description=self._text(), total=max(left + done, 0.01), completed=done)
        elif time.monotonic() - self._said >= _PLAIN_EVERY:
            self._said = time.monotonic()
            print(self._text(), file=sys.stderr, flush=True)

    def _text(self) -> str:
        assert self._plan is not None
        shots = len(self._open_shots)
        done = sum(not tasks for tasks in self._open_shots.values())
        parts = [
            f"shots {done}/{shots}",
            f"run {len(self._ran)}",
            f"cached {len(self._hit)}",
            f"to go {len(self._wanted)}",
        ]
        left = self._seconds_left()
        if left is not None:
            parts.append(f"about {int(left // 60)}:{int(left % 60):02} left")
        if self._running:
            parts.append(next(iter(self._running.values()))[:44])
        return "  ".join(parts)

    def _seconds_left(self) -> float | None:
        """Estimated cost left, scaled by how this build's finished tasks compare with their estimates."""
        if self._spent_cost <= 0:
            return None
        elapsed = time.monotonic() - self._began
        speed = self._spent_cost / max(elapsed, 0.1)
        return sum(self._costs[i] for i in self._wanted) / max(speed, 1e-3)
