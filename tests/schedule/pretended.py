"""Pretended machines: workers that take the time a task is expected to take, on a clock that only they move."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from compiler.graph.task import Graph
from compiler.graph.traits import Model
from runtime.schedule.devices import GB, LOAD_GB_A_SECOND
from runtime.schedule.lanes import CPU, Lane


class PretendedPool:
    """``Pool`` without processes. A device's worker holds models, has to load them, and runs out of memory like a device.

    ``goes_wrong(tasks)`` may name a kind of trouble for a call.
    """

    def __init__(
        self,
        graph: Graph,
        lanes: Sequence[Lane],
        seconds: Callable[[int], float],
        goes_wrong: Callable[[tuple[int, ...]], str] = lambda _: "",
    ) -> None:
        self.graph, self.lanes, self.seconds, self.goes_wrong = (
            graph,
            {lane.name: lane for lane in lanes},
            seconds,
            goes_wrong,
        )
        self.size, self.killed, self.now = sum(lane.slots for lane in lanes), False, 0.0
        self.held: dict[str, set[Model]] = {lane.name: set() for lane in lanes}
        self.loads: list[tuple[str, Model]] = []
        self.calls: list[tuple[str, tuple[int, ...]]] = []
        """(lane, tasks) of everything that was begun, in order."""
        self._running: list[tuple[float, int, str, dict[str, Any] | None]] = []

    @property
    def gigabytes(self) -> float:
        """GB of weights that were loaded."""
        return sum(model.gigabytes for _, model in self.loads)

    def clock(self) -> float:
        return self.now

    @property
    def busy(self) -> int:
        return len(self._running)

    @property
    def idle(self) -> bool:
        return self.busy < self.size

    def equip(self, lanes: Sequence[Lane]) -> None:
        pass

    def idle_affinities(self, lane: str = CPU) -> set[str]:
        return set()

    def abandon(self) -> None:
        self._running.clear()

    def rest(self, lane: str = CPU) -> None:
        pass

    def worker_of(self, job: int) -> int:
        lane = next(lane for _, other, lane, _ in self._running if other == job)
        return 1 + [*self.lanes].index(lane)

    def submit(self, job: int, message: dict[str, Any], affinity: str, lane: str = CPU, worker: int = 0) -> None:
        tasks = tuple(int(Path(task["folder"]).name.split("-")[0]) for task in message["tasks"])
        assert tasks[0] == job
        self.calls.append((lane, tasks))
        models = {model for index in tasks for model in self._models(index)}
        self.held[lane] = {model for model in self.held[lane] if model.name in message["keep"]}
        fresh = sorted(models - self.held[lane])
        self.loads += [(lane, model) for model in fresh]
        self.held[lane] |= models
        spent = sum(self.seconds(index) for index in tasks) + sum(m.gigabytes for m in fresh) / LOAD_GB_A_SECOND
        reply: dict[str, Any] = {
            "seconds": spent,
            "cpu": spent,
            "memory": 1 << 20,
            "pid": 1 + [*self.lanes].index(lane),
        }
        wrong = self.goes_wrong(tasks) or self._overfull(lane, tasks)
        if wrong:
            reply |= {"error": wrong, "message": "as told"}
        else:
            for task in message["tasks"]:
                for name, suffix in task["outputs"]:
                    text = json.dumps([task["params"], [digest for _, _, digest in task["inputs"]]])
                    (Path(task["folder"]) / f"{name}{suffix}").write_text(text)
            reply["ok"] = [None] * len(tasks)
        heapq.heappush(self._running, (self.now + spent, job, lane, reply))

    def replies(self, timeout: float) -> Iterator[tuple[int, dict[str, Any] | None]]:
        """The next that ends; the clock goes to that moment."""
        self.now, job, _, reply = heapq.heappop(self._running)
        yield job, reply

    def close(self) -> None:
        self._running.clear()

    def _overfull(self, lane: str, tasks: tuple[int, ...]) -> str:
        if lane == CPU:
            return ""
        working = sum(self.graph.tasks[index].op.traits.working(self.graph.tasks[index].params) for index in tasks)
        weights = sum(model.gigabytes for model in self.held[lane])
        return "out of memory" if weights + working > self.lanes[lane].memory / GB + 1e-6 else ""

    def _models(self, index: int) -> tuple[Model, ...]:
        task = self.graph.tasks[index]
        return task.op.traits.models(task.params)
