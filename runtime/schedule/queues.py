"""What could start now, and what each lane takes of it next.

Processors take what is furthest from the end, near the top what some worker is warm for. A device that models run on takes the
plan's order, because that loads least, and what is not ready yet must not spoil it: it takes the plan's next, else something
that loads nothing, and loads for a later call only when the next will not be ready sooner than that would take.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence

from compiler.graph.residency import Need as Weights
from compiler.graph.traits import Model
from runtime.schedule.calls import Calls
from runtime.schedule.demand import Demand
from runtime.schedule.devices import GB, LOAD_GB_A_SECOND, InOrder, Residence
from runtime.schedule.events import State
from runtime.schedule.lanes import CPU, Ledger, Need, Needs
from runtime.schedule.pool import Pool
from runtime.schedule.ready import Ready

_LOOK = 64
"""How many unfinished tasks below one are looked at to see when it will be ready; with more, it will not be soon."""
_OVERDUE = 0.5
"""What is late is taken to need so much again of the time it has had."""


class Queue:
    """Ready tasks by lane. ``elapsed``: seconds since a running task began."""

    def __init__(
        self,
        demand: Demand,
        calls: Calls,
        ledger: Ledger,
        pool: Pool,
        needs: Needs,
        expected: Sequence[float],
        elapsed: Callable[[int], float],
    ) -> None:
        self._demand, self._calls, self._ledger, self._pool = demand, calls, ledger, pool
        self._tasks, self._state = demand.graph.tasks, demand.state
        self._needs, self._expected, self._elapsed = needs, expected, elapsed
        self._known: dict[int, Need] = {}
        self._plain = Ready(self._ranks(), self.affinity, lambda index: self.need(index).lane)
        self._ordered: dict[str, InOrder] = {}
        self._never: set[int] = set()
        """Those below which something failed."""
        self.residences = {name: Residence(lane.memory) for name, lane in ledger.lanes.items() if lane.serves != CPU}
        self._order: list[int] | None = None
        self._from = 0

    def need(self, index: int) -> Need:
        """What a task takes. Without a device for them, models run on the processors and are their memory."""
        found = self._known.get(index)
        if found is None:
            found = self._needs(self._tasks[index])
            if found.lane not in self._ledger.kinds:
                weights = sum(model.gigabytes for model in found.models)
                found = Need(CPU, found.memory + int(weights * GB), found.models)
            self._known[index] = found
        return found

    def affinity(self, index: int) -> str:
        """What makes a worker warm for a task: its models, else its shot."""
        models = self.need(index).models
        if models:
            return " ".join(sorted(model.name for model in models))
        return self._tasks[index].shot or self._tasks[index].op.name

    def add(self, index: int) -> None:
        need = self.need(index)
        if need.models and need.lane != CPU:
            ordered = self._ordered.setdefault(need.lane, InOrder(self._place, lambda index: self.need(index).models))
            ordered.add(index)
        else:
            self._plain.add(index)

    def discard(self, index: int) -> None:
        need = self.need(index)
        if need.lane in self._ordered:
            self._ordered[need.lane].discard(index)
        self._plain.discard(index)

    def again(self) -> None:
        """Something that was done has to be done again: what is next is looked for from the beginning."""
        self._from = 0

    def failed(self, index: int) -> None:
        """What stands on a failed task is not waited for."""
        stack = [index]
        while stack:
            at = stack.pop()
            if at not in self._never:
                self._never.add(at)
                stack += self._demand.readers[at]

    def take(self, lane: str) -> int | None:
        """The task to start next on a lane that has a slot; ``None`` when none fits, or when it is better to wait."""
        kind = self._ledger.lanes[lane].serves
        ordered = self._ordered.get(kind)
        if ordered and (chosen := self._for_device(lane, ordered)) is not None:
            ordered.discard(chosen)
            return chosen
        return self._plain.take(kind, self._pool.idle_affinities(lane), lambda i: self._ledger.fits(self.need(i), lane))

    def keep(self, jobs: Sequence[int], lane: str, *, bare: bool = False) -> frozenset[Model]:
        """The models a lane's worker is to keep while it does these jobs; what else it has loaded has to go first."""
        models = frozenset(model for index in jobs for model in self.need(index).models)
        residence = self.residences.get(lane)
        if residence is None or not models:
            return models if residence is None else residence.models
        now = Weights(tuple(sorted(models)), sum(self.need(index).memory for index in jobs) / GB)
        if bare:
            residence.clear_for(now)
        elif not residence.fits(now):
            kind = self._ledger.lanes[lane].serves
            rest = [self.need(i) for i in self._coming() if i not in jobs]
            later = [Weights(tuple(sorted(n.models)), n.memory / GB) for n in rest if n.lane == kind]
            residence.make_room([now, *later])
        else:
            residence.models |= models
        return residence.models

    def _for_device(self, lane: str, ordered: InOrder) -> int | None:
        resident = self.residences[lane].models
        kind = self._ledger.lanes[lane].serves
        soon = math.inf
        for index in self._coming():
            if self.need(index).lane != kind:
                continue
            if index in ordered:
                return self._unshared(index, lane, ordered)
            if self._state[index] is State.WAITING:
                soon = self._soon(index)
                break
        free = ordered.first(resident)
        first = ordered.first()
        if free is not None or first is None:
            return free
        load = sum(model.gigabytes for model in self.need(first).models - resident) / LOAD_GB_A_SECOND
        return None if soon <= load and self._pool.busy else first

    def _unshared(self, index: int, lane: str, ordered: InOrder) -> int:
        """The plan's next, unless its models are loaded on another device and there is something to do with those here."""
        models, resident = self.need(index).models, self.residences[lane].models
        if models <= resident or not any(models <= other.models for other in self.residences.values()):
            return index
        free = ordered.first(resident)
        return index if free is None else free

    def _coming(self) -> Iterator[int]:
        """Tasks with models that are still to be begun and can be, in the plan's order."""
        if self._order is None:
            found = [index for index in range(len(self._tasks)) if self.need(index).models]
            self._order = sorted(found, key=self._place)
        order, state = self._order, self._state
        over = {State.DONE, State.FAILED, State.BLOCKED, State.UNSEEN}
        while self._from < len(order) and state[order[self._from]] in over:
            self._from += 1
        for number in range(self._from, len(order)):
            index = order[number]
            if state[index] in (State.READY, State.WAITING) and index not in self._never:
                yield index

    def _soon(self, index: int) -> float:
        """Seconds until a waiting task can start, if what it waits for goes on; inf if not soon."""
        left: dict[int, float] = {}
        stack = [(index, False)]
        while stack:
            at, seen = stack.pop()
            if seen:
                own = 0.0 if at == index else self._left(at)
                left[at] = own + max((left[s] for s in self._below(at)), default=0.0)
            elif at not in left:
                if len(left) > _LOOK or (at != index and self._state[at] is not State.RUNNING and self.need(at).models):
                    return math.inf
                left[at] = 0.0
                stack.append((at, True))
                stack += [(source, False) for source in self._below(at)]
        return left[index]

    def _below(self, index: int) -> Collection[int]:
        if self._state[index] in (State.RUNNING, State.READY):
            return ()
        return {ref.task for ref in self._tasks[index].sources() if self._state[ref.task] is not State.DONE}

    def _left(self, index: int) -> float:
        if self._state[index] is not State.RUNNING:
            return self._expected[index]
        elapsed = self._elapsed(index)
        return max(self._expected[index] - elapsed, _OVERDUE * elapsed)

    def _place(self, index: int) -> tuple[int, int]:
        return self._calls.place[index], index

    def _ranks(self) -> list[float]:
        """Longest remaining path in seconds: what is furthest from the end goes first."""
        rank = [0.0] * len(self._tasks)
        readers = self._demand.readers
        for index in range(len(rank) - 1, -1, -1):
            rank[index] = self._expected[index] + max((rank[r] for r in readers[index]), default=0.0)
        return rank
