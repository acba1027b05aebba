"""Order: fewest weights loaded, then what is urgent, then the earliest picture a person can look at.

Requires calls that can be begun in their order. Ensures the same calls in an order that loads no more than they came
with. Idempotent. Tasks and keys stay as they are; the order is advice to a scheduler and never enters a result.

A list scheduler: of the calls whose inputs are there, first those that load nothing; else the model that costs least
beyond the one load it has to cost anyway. Several ways to weigh are tried, and the order that loads least is taken.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

from compiler.graph.calls import call_seconds
from compiler.graph.residency import Need, look_ahead
from compiler.graph.traits import Model
from compiler.passes.program import Program, Setting, needs_of

_Priority = tuple[int, int, int]
_Weigh = Callable[["_Choice"], tuple[float, ...]]


class _Choice:
    """A group of ready calls with one need, as it stands now."""

    def __init__(self, need: Need, load: float, lost: float, last: bool, urgency: _Priority) -> None:
        self.need, self.load, self.lost, self.last, self.urgency = need, load, lost, last, urgency


_WAYS: tuple[_Weigh, ...] = (
    lambda c: (c.lost + (0.0 if c.last else c.load), *c.urgency),
    lambda c: (0.0 if c.last else 1.0, c.lost + c.load, *c.urgency),
    lambda c: (c.load + c.lost, 0.0 if c.last else 1.0, *c.urgency),
    lambda c: (0.0 if c.load + c.lost == 0 else 1.0, *c.urgency),
)
"""How the next model may be chosen: by what it costs beyond its one load, by being done with it, by GB, by urgency."""


def order(program: Program, setting: Setting) -> Program:
    """The same calls in the order in which to begin them."""
    needs = needs_of(program)
    readers, waits = _edges(program)
    urgency = _urgency(program, setting, readers)
    if not any(need.models for need in needs):
        found = _arranged(needs, readers, waits, urgency, setting.memory, _WAYS[0])
        return _in_order(program, found)
    best, least = list(range(len(needs))), look_ahead(needs, setting.memory).gigabytes
    for number, weigh in enumerate(_WAYS):
        found = _arranged(needs, readers, waits, urgency, setting.memory, weigh)
        loaded = look_ahead([needs[at] for at in found], setting.memory).gigabytes
        if loaded < least - 1e-9 or (number == 0 and loaded <= least + 1e-9):
            best, least = found, loaded
    return _in_order(program, best)


def _in_order(program: Program, found: list[int]) -> Program:
    return Program(program.graph, program.keys, tuple(program.calls[at] for at in found))


def _edges(program: Program) -> tuple[list[list[int]], list[int]]:
    """For each call, the calls that read it, and how many it reads."""
    where = {index: number for number, call in enumerate(program.calls) for index in call}
    readers: list[list[int]] = [[] for _ in program.calls]
    waits = [0] * len(program.calls)
    tasks = program.graph.tasks
    for number, call in enumerate(program.calls):
        for source in {where[ref.task] for index in call for ref in tasks[index].sources()}:
            if source != number:
                readers[source].append(number)
                waits[number] += 1
    return readers, waits


def _urgency(program: Program, setting: Setting, readers: list[list[int]]) -> list[_Priority]:
    """What to begin first, smallest first: a chain too long to wait, then the shot it serves, then the graph's order.

    A call is urgent when the longest chain from it is more than half of what each lane has to do in all.
    """
    graph = program.graph
    shots: dict[str, int] = {}
    for task in graph.tasks:
        if task.shot:
            shots.setdefault(task.shot, len(shots))
    seconds = [call_seconds(graph, call) for call in program.calls]
    share = 0.5 * sum(seconds) / max(1, setting.lanes)
    rank = [0.0] * len(seconds)
    place = [len(shots)] * len(seconds)
    for number in range(len(seconds) - 1, -1, -1):
        rank[number] = seconds[number] + max((rank[reader] for reader in readers[number]), default=0.0)
        own = [shots[graph.tasks[index].shot] for index in program.calls[number] if graph.tasks[index].shot]
        place[number] = min(own) if own else min((place[reader] for reader in readers[number]), default=len(shots))
    first = [min(call) for call in program.calls]
    return [(0 if r > share else 1, p, f) for r, p, f in zip(rank, place, first, strict=True)]


def _arranged(
    needs: list[Need],
    readers: list[list[int]],
    waits: list[int],
    urgency: list[_Priority],
    memory: float,
    weigh: _Weigh,
) -> list[int]:
    """Calls in the order one way of weighing gives."""
    waits = list(waits)
    ready: dict[Need, list[tuple[_Priority, int]]] = {}
    left: dict[Model, int] = {}
    at_hand: dict[Model, int] = {}
    for need in needs:
        for model in need.models:
            left[model] = left.get(model, 0) + 1
    resident: set[Model] = set()
    found: list[int] = []

    def wake(number: int) -> None:
        heapq.heappush(ready.setdefault(needs[number], []), (urgency[number], number))
        for model in needs[number].models:
            at_hand[model] = at_hand.get(model, 0) + 1

    for number, count in enumerate(waits):
        if not count:
            wake(number)
    while ready:
        if len(ready) == 1:
            (need,) = ready
        else:
            need = min(
                (_choice(need, calls, resident, left, at_hand, memory) for need, calls in ready.items()), key=weigh
            ).need
        _, number = heapq.heappop(ready[need])
        if not ready[need]:
            del ready[need]
        found.append(number)
        if need.models:
            resident -= _evicted(need, resident, left, at_hand, memory)
            resident |= set(need.models)
            for model in need.models:
                left[model] -= 1
                at_hand[model] -= 1
        for reader in readers[number]:
            waits[reader] -= 1
            if not waits[reader]:
                wake(reader)
    return found


def _choice(
    need: Need,
    calls: list[tuple[_Priority, int]],
    resident: set[Model],
    left: dict[Model, int],
    at_hand: dict[Model, int],
    memory: float,
) -> _Choice:
    if not need.models:
        return _Choice(need, 0.0, 0.0, True, calls[0][0])
    load = sum(model.gigabytes for model in need.models if model not in resident)
    lost = sum(m.gigabytes for m in _evicted(need, resident, left, at_hand, memory) if left[m])
    last = all(left[model] == at_hand[model] for model in need.models if model not in resident)
    return _Choice(need, load, lost, last, calls[0][0])


def _evicted(
    need: Need, resident: set[Model], left: dict[Model, int], at_hand: dict[Model, int], memory: float
) -> set[Model]:
    """What has to make room: what is done with, then the lightest that is enough, what has no call waiting first."""
    over = sum(m.gigabytes for m in resident.union(need.models)) + need.working - memory
    gone: set[Model] = set()
    if over <= 1e-9:
        return gone
    idle = sorted(resident - set(need.models), key=lambda m: (left[m] > 0, at_hand.get(m, 0) > 0, m.gigabytes, m.name))
    for model in idle:
        if over <= 1e-9:
            break
        gone.add(model)
        over -= model.gigabytes
    for model in sorted(gone, key=lambda m: (-m.gigabytes, m.name)):
        if left[model] and over + model.gigabytes <= 1e-9:
            gone.discard(model)
            over += model.gigabytes
    return gone
