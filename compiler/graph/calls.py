"""Calls: one or more tasks that one worker does together, what they cost and what they need of a device.

Tasks and keys do not know their call: a take keeps its key whatever company it was made in.
"""

from __future__ import annotations

from compiler.graph.task import Graph
from compiler.graph.traits import Model

CALL_SECONDS = 0.03
"""What it costs to begin a call: handing over, opening inputs, taking in what was made."""

Call = tuple[int, ...]
"""Indices of the tasks done together, in the order in which they are done."""


def call_seconds(graph: Graph, call: Call) -> float:
    """Estimated seconds of one call: what a batch does only once is counted once."""
    if len(call) == 1:
        return CALL_SECONDS + graph.tasks[call[0]].cost
    seconds, met = CALL_SECONDS, set()
    for index in call:
        task = graph.tasks[index]
        op = task.op
        together = (op.name, op.traits.alike(task.params)) if op.traits.batch > 1 else None
        seconds += task.cost - (op.traits.setup if together in met else 0.0)
        if together is not None:
            met.add(together)
    return seconds


def models_of(graph: Graph, call: Call) -> tuple[Model, ...]:
    """Weights a call needs, each once, sorted."""
    found = {model for index in call for model in graph.tasks[index].models}
    return tuple(sorted(found)) if found else ()


def working_of(graph: Graph, call: Call) -> float:
    """GB a call needs beside the weights: tasks of one op stand side by side, different ops follow each other."""
    if len(call) == 1:
        return graph.tasks[call[0]].working
    by_op: dict[str, float] = {}
    for index in call:
        task = graph.tasks[index]
        by_op[task.op.name] = by_op.get(task.op.name, 0.0) + task.working
    return max(by_op.values())
