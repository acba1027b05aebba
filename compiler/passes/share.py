"""Share: tasks with equal recipes become one.

Requires nothing. Ensures no two tasks have the same recipe key. Idempotent. Never merges across seeds,
models or code, because all of them are in the key.
"""

from __future__ import annotations

from dataclasses import replace

from compiler.graph.keys import Tools, recipe_keys
from compiler.graph.task import Graph, Ref, Task


def share(graph: Graph, tools: Tools) -> Graph:
    """The same graph with equal tasks merged into the first of them; a firm one stands for a provisional one."""
    first: dict[str, int] = {}
    tasks: list[Task] = []
    place: list[int] = []
    for task, key in zip(graph.tasks, recipe_keys(graph, tools), strict=True):
        inputs = tuple((slot, Ref(place[ref.task], ref.output)) for slot, ref in task.inputs)
        if key in first:
            kept = first[key]
            if tasks[kept].provisional and not task.provisional:
                tasks[kept] = replace(tasks[kept], provisional=False)
        else:
            kept = first[key] = len(tasks)
            tasks.append(replace(task, inputs=inputs))
        place.append(kept)
    return Graph(tuple(tasks), tuple((name, Ref(place[ref.task], ref.output)) for name, ref in graph.wanted))
