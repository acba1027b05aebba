"""Trim: drop what no wanted output needs.

Requires nothing. Ensures every task is reachable from a wanted output. Idempotent.
"""

from __future__ import annotations

from dataclasses import replace

from compiler.graph.keys import Tools
from compiler.graph.task import Graph, Ref


def trim(graph: Graph, tools: Tools) -> Graph:
    """The part of the graph that leads to a wanted output."""
    needed: set[int] = {ref.task for _, ref in graph.wanted}
    for index in range(len(graph.tasks) - 1, -1, -1):
        if index in needed:
            needed.update(ref.task for ref in graph.tasks[index].sources())
    place = {old: new for new, old in enumerate(sorted(needed))}
    return Graph(
        tuple(
            replace(
                graph.tasks[old],
                inputs=tuple((slot, Ref(place[ref.task], ref.output)) for slot, ref in graph.tasks[old].inputs),
            )
            for old in sorted(needed)
        ),
        tuple((name, Ref(place[ref.task], ref.output)) for name, ref in graph.wanted),
    )
