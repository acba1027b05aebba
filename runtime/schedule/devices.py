"""A device that models run on: which weights stay in its memory, and ready tasks by what they need loaded."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence

from compiler.graph.residency import Need as Weights
from compiler.graph.residency import victims
from compiler.graph.traits import Model

GB = 1_000_000_000
LOAD_GB_A_SECOND = 1.5
"""How fast weights come from a local disk into a device, roughly: what waiting for the plan's order is weighed against."""


class Residence:
    """What one device's worker keeps loaded, as it was told to."""

    def __init__(self, memory: int) -> None:
        self.memory = memory / GB
        self.models: frozenset[Model] = frozenset()
        self._worker = 0

    def fits(self, need: Weights) -> bool:
        """Whether there is room for a need beside all that is resident."""
        weights = sum(model.gigabytes for model in self.models.union(need.models))
        return weights + need.working <= self.memory + 1e-9

    def make_room(self, coming: Sequence[Weights]) -> None:
        """Load for the first of ``coming``; what has to go for it is chosen by the whole order that is known."""
        needed = frozenset(coming[0].models)
        self.models = (self.models - victims(coming, self.memory, self.models)) | needed

    def clear_for(self, need: Weights) -> None:
        """Load for a need that has to have the device to itself."""
        self.models = frozenset(need.models)

    def served_by(self, worker: int, models: frozenset[Model]) -> None:
        """Which process does a job with these models now: another than before has nothing else loaded."""
        if worker != self._worker:
            self._worker, self.models = worker, models


class InOrder:
    """Ready tasks of one kind of device, by what they need loaded, in the plan's order."""

    def __init__(self, place: Callable[[int], tuple[int, int]], models: Callable[[int], frozenset[Model]]) -> None:
        self._place, self._models = place, models
        self._waiting: set[int] = set()
        self._like: dict[frozenset[Model], list[tuple[int, int]]] = defaultdict(list)

    def __contains__(self, task: int) -> bool:
        return task in self._waiting

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, task: int) -> None:
        if task not in self._waiting:
            self._waiting.add(task)
            heapq.heappush(self._like[self._models(task)], self._place(task))

    def discard(self, task: int) -> None:
        """Not ready any more; its entry is dropped when it comes up."""
        self._waiting.discard(task)

    def first(self, resident: frozenset[Model] | None = None) -> int | None:
        """The first that is ready; of those that need nothing but what is resident, when that is given."""
        tops = [
            top
            for models in [*self._like]
            if (resident is None or models <= resident) and (top := self._top(models)) is not None
        ]
        return min(tops)[1] if tops else None

    def _top(self, models: frozenset[Model]) -> tuple[int, int] | None:
        heap = self._like[models]
        while heap and heap[0][1] not in self._waiting:
            heapq.heappop(heap)
        if not heap:
            del self._like[models]
            return None
        return heap[0]
