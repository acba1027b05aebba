"""Fuse: a cheap finishing step is done in the call that makes what it reads.

Requires nothing. Ensures no finishing step whose only input comes from one task, which nobody else reads or wants, is
a call of its own, as far as both fit the device together. Idempotent. Tasks and keys stay as they are.
"""

from __future__ import annotations

from compiler.graph.calls import Call, models_of, working_of
from compiler.graph.task import Graph
from compiler.passes.program import Program, Setting


def fuse(program: Program, setting: Setting) -> Program:
    """The same tasks in fewer calls."""
    graph = program.graph
    steps = [index for index, task in enumerate(graph.tasks) if task.op.traits.finishing]
    if not steps:
        return program
    readers = _readers(graph)
    calls: dict[int, Call] = dict(enumerate(program.calls))
    where = {index: number for number, call in calls.items() for index in call}
    for step in steps:
        sources = {ref.task for ref in graph.tasks[step].sources()}
        if len(sources) != 1:
            continue
        (source,) = sources
        before, after = where[source], where[step]
        if readers[source] != 1 or before == after or calls[before][-1] != source or len(calls[after]) != 1:
            continue
        call = (*calls[before], step)
        if graph.tasks[source].provisional != graph.tasks[step].provisional or not fits(graph, call, setting):
            continue
        del calls[before]
        calls[after] = call
        for index in call:
            where[index] = after
    return Program(graph, program.keys, tuple(calls[number] for number in sorted(calls)))


def fits(graph: Graph, call: Call, setting: Setting) -> bool:
    """Whether the weights and the working memory of a call are in the device together."""
    weights = sum(model.gigabytes for model in models_of(graph, call))
    return not weights or weights + working_of(graph, call) <= setting.memory


def _readers(graph: Graph) -> list[int]:
    """How many tasks and wants read each task."""
    readers = [len(found) for found in graph.consumers()]
    for _, ref in graph.wanted:
        readers[ref.task] += 1
    return readers
