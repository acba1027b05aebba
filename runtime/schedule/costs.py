"""What tasks cost: an op's prior, corrected by this project's own finished tasks, by size and not by op alone.

Seconds, and bytes in the same way, are fitted as a + b × prior by least squares, with two imagined observations that say the
prior is right; the more has been measured, the less they count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from compiler.graph.sizes import likely_sizes
from compiler.graph.task import Graph, Task
from runtime.schedule.devices import GB
from runtime.schedule.lanes import CPU, DEVICE, Need, Needs, prior_memory
from runtime.store.index import CostSums
from runtime.store.store import Store

_ROOM = 1.1
"""Measured peaks are taken with a tenth to spare."""


def learned_costs(store: Store) -> Callable[[Task], float]:
    """Seconds of a task by what this project's own runs of its op took."""
    lines = {op: fit(sums) for op, sums in store.index.costs().items()}

    def cost(task: Task) -> float:
        fixed, rate = lines.get(task.op.name, (0.0, 1.0))
        return fixed + rate * task.cost

    return cost


def learned_needs(store: Store) -> Needs:
    """Memory of a task by the largest peak measured for its op, else by its prior."""
    peaks = {op: int(sums.memory * _ROOM) for op, sums in store.index.costs().items() if sums.memory}
    usual: dict[str, Need] = {}

    def need(task: Task) -> Need:
        models = task.models
        if models:  # what a device has to hold is declared; what was measured is the worker's own memory
            return Need(DEVICE, int(task.working * GB), frozenset(models))
        op = task.op.name
        if op not in usual:
            usual[op] = Need(CPU, peaks.get(op) or prior_memory(op))
        return usual[op]

    return need


def learned_sizes(store: Store, graph: Graph, tasks: Iterable[int]) -> dict[int, float]:
    """Bytes of the outputs of these tasks, by what this project's own tasks of their ops made."""
    lines = {op: fit(sums) for op, sums in store.index.sizes().items()}
    chosen = [*tasks]
    likely = likely_sizes(graph, chosen)
    found = {}
    for index in chosen:
        fixed, rate = lines.get(graph.tasks[index].op.name, (0.0, 1.0))
        found[index] = fixed + rate * likely[index]
    return found


def fit(sums: CostSums) -> tuple[float, float]:
    """(what a task of prior 0 takes, what it takes more for each of its prior), both at least 0."""
    if sums.n <= 0:
        return 0.0, 1.0
    mean = sums.x / sums.n
    n, x, xx = sums.n + 2, sums.x + mean, sums.xx + mean * mean
    y, xy = sums.y + mean, sums.xy + mean * mean
    spread = n * xx - x * x
    if spread <= 1e-12 * n * xx or xx <= 0:
        return y / n, 0.0
    rate = (n * xy - x * y) / spread
    fixed = (y - rate * x) / n
    if rate < 0:
        return y / n, 0.0
    if fixed < 0:
        return 0.0, xy / xx
    return fixed, rate
