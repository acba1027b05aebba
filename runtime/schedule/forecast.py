"""What a build will take, before anything runs: time with the lanes as they are, memory, disk.

The tasks that are to run are played through on the lanes, the longest remaining path first, each taking the seconds, the memory
and the bytes it is expected to.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from compiler.graph.calls import CALL_SECONDS
from compiler.graph.task import Graph, Task
from runtime.schedule.lanes import CPU, Lane, Ledger, Need, Needs

_LOOK = 16
"""How many ready tasks that do not fit are passed over for one that does."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a build takes: seconds by the clock, seconds of work of all workers, bytes."""

    tasks: int = 0
    seconds: float = 0.0
    work: float = 0.0
    memory: int = 0
    """The most that running tasks hold together."""
    disk: int = 0
    """Bytes that are written and kept."""


def todo(graph: Graph, recipes: Sequence[str], known: Collection[str]) -> list[int]:
    """Tasks that some wanted output still needs when the recipes ``known`` are there, in task order."""
    found: set[int] = set()
    stack = [ref.task for _, ref in graph.wanted]
    while stack:
        index = stack.pop()
        if index not in found and recipes[index] not in known:
            found.add(index)
            stack += [ref.task for _, ref in graph.tasks[index].inputs]
    return sorted(found)


def foresee(
    graph: Graph,
    todo: Collection[int],
    lanes: Sequence[Lane],
    costs: Callable[[Task], float],
    needs: Needs,
    sizes: Mapping[int, float],
) -> Forecast:
    """The forecast for the tasks ``todo``; what they read besides each other is there."""
    if not todo:
        return Forecast()
    tasks, ledger = graph.tasks, Ledger(lanes)
    chosen = sorted(todo)
    seconds = {index: costs(tasks[index]) + CALL_SECONDS for index in chosen}
    need = {index: _placed(needs(tasks[index]), ledger) for index in chosen}
    readers: dict[int, list[int]] = {index: [] for index in chosen}
    waits = dict.fromkeys(chosen, 0)
    for index in chosen:
        for source in {ref.task for _, ref in tasks[index].inputs}:
            if source in readers:
                readers[source].append(index)
                waits[index] += 1
    rank = dict.fromkeys(chosen, 0.0)
    for index in reversed(chosen):
        rank[index] = seconds[index] + max([rank[reader] for reader in readers[index]], default=0.0)
    ready: dict[str, list[tuple[float, int]]] = {kind: [] for kind in ledger.kinds}
    for index in chosen:
        if not waits[index]:
            ready[need[index].lane].append((-rank[index], index))
    for heap in ready.values():
        heapq.heapify(heap)
    running: list[tuple[float, int]] = []
    now, held, most = 0.0, 0, 0
    while True:
        for lane in ledger.lanes:
            kind = ledger.lanes[lane].serves
            while ledger.has_slot(lane) and (index := _first(ready[kind], need, ledger, lane)) >= 0:
                ledger.take(index, need[index], lane)
                held += need[index].memory if kind == CPU else 0
                heapq.heappush(running, (now + seconds[index], index))
        most = max(most, held)
        if not running:
            break
        now, done = heapq.heappop(running)
        ledger.give_back(done)
        held -= need[done].memory if need[done].lane == CPU else 0
        for reader in readers[done]:
            waits[reader] -= 1
            if not waits[reader]:
                heapq.heappush(ready[need[reader].lane], (-rank[reader], reader))
    disk = sum(sizes[index] for index in chosen)
    return Forecast(len(chosen), now, sum(seconds.values()), most, int(disk))


def _placed(need: Need, ledger: Ledger) -> Need:
    """A need on a lane there is: without a device, models are the processors' work."""
    return need if need.lane in ledger.kinds else Need(CPU, need.memory)


def _first(heap: list[tuple[float, int]], need: dict[int, Need], ledger: Ledger, lane: str) -> int:
    """The first ready task that fits a lane, taken off the heap; -1 when none near the top does."""
    passed: list[tuple[float, int]] = []
    found = -1
    while heap and len(passed) < _LOOK:
        entry = heapq.heappop(heap)
        if ledger.fits(need[entry[1]], lane):
            found = entry[1]
            break
        passed.append(entry)
    for entry in passed:
        heapq.heappush(heap, entry)
    return found
