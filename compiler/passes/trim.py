"""Trim: drop what no wanted output needs.

Requires nothing. Ensures every task is reachable from a wanted output. Idempotent.
"""

from __future__ import annotations

from dataclasses import replace

from compiler.graph.task import Graph, Ref
from compiler.passes.program import Program, Setting


def trim(program: Program, setting: Setting) -> Program:
    """The part of the program that leads to a wanted output."""
    graph = program.graph
    read = {ref.task for task in graph.tasks for _, ref in task.inputs}.union(ref.task for _, ref in graph.wanted)
    if len(read) == len(graph.tasks):  # readers come later: whoever reads the last leads to something wanted
        return program
    needed: set[int] = {ref.task for _, ref in graph.wanted}
    for index in range(len(graph.tasks) - 1, -1, -1):
        if index in needed:
            needed.update(ref.task for ref in graph.tasks[index].sources())
    kept = sorted(needed)
    place = {old: new for new, old in enumerate(kept)}
    tasks = tuple(
        replace(
            graph.tasks[old],
            inputs=tuple((slot, Ref(place[ref.task], ref.output)) for slot, ref in graph.tasks[old].inputs),
        )
        for old in kept
    )
    wanted = tuple((name, Ref(place[ref.task], ref.output)) for name, ref in graph.wanted)
    keys = tuple(program.keys[old] for old in kept)
    return Program(Graph(tasks, wanted), keys, tuple((index,) for index in range(len(kept))))
