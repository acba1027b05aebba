"""Share: tasks with equal recipes become one.

Requires nothing. Ensures no two tasks have the same recipe key. Idempotent. Never merges across seeds,
models or code, because all of them are in the key.
"""

from __future__ import annotations

from dataclasses import replace

from compiler.graph.task import Graph, Ref, Task
from compiler.passes.program import Program, Setting


def share(program: Program, setting: Setting) -> Program:
    """The same film with equal tasks merged into the first of them; a firm one stands for a provisional one."""
    if len(set(program.keys)) == len(program.keys):
        return program
    first: dict[str, int] = {}
    tasks: list[Task] = []
    place: list[int] = []
    for task, key in zip(program.graph.tasks, program.keys, strict=True):
        if key in first:
            kept = first[key]
            if tasks[kept].provisional and not task.provisional:
                tasks[kept] = replace(tasks[kept], provisional=False)
        else:
            kept = first[key] = len(tasks)
            inputs = tuple((slot, Ref(place[ref.task], ref.output)) for slot, ref in task.inputs)
            tasks.append(task if inputs == task.inputs else replace(task, inputs=inputs))
        place.append(kept)
    graph = Graph(tuple(tasks), tuple((name, Ref(place[ref.task], ref.output)) for name, ref in program.graph.wanted))
    return Program(graph, tuple(first), tuple((index,) for index in range(len(tasks))))
