"""The plan's calls as a scheduler follows them: who is done together, who right after whom, and in what order.

Calls are advice. How many tasks of a call really go together is learned: what ran out of memory on a kind of device goes
in halves there from then on, down to one by one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from compiler.graph.calls import Call
from compiler.graph.task import Graph


class Calls:
    """The calls of one run. ``together`` are the ops that have a function for several tasks at once."""

    def __init__(self, graph: Graph, calls: Iterable[Call], together: Collection[str]) -> None:
        self._graph = graph
        self._calls: list[Call] = list(calls) or [(index,) for index in range(len(graph.tasks))]
        self._together = together
        self.place = [0] * len(graph.tasks)
        """Where each task's call stands in the plan's order."""
        for number, call in enumerate(self._calls):
            for index in call:
                self.place[index] = number

    def mates(self, index: int) -> Sequence[int]:
        """Tasks that one call of the op's function may do together with this one, itself among them."""
        call, op = self._calls[self.place[index]], self._graph.tasks[index].op
        if len(call) == 1 or op.name not in self._together:
            return (index,)
        return tuple(other for other in call if self._graph.tasks[other].op is op)

    def after(self, done: Collection[int]) -> list[int]:
        """Tasks of the same calls that read what has just been done: best done right after, where that was done."""
        found = []
        for number in sorted({self.place[index] for index in done}):
            call = self._calls[number]
            if len(call) > 1:
                found += [i for i in call if any(ref.task in done for ref in self._graph.tasks[i].sources())]
        return found

    def crowd(self, index: int) -> str:
        """The name under which it is kept how many tasks like this one fit a device together."""
        task = self._graph.tasks[index]
        traits = task.op.traits
        models = [model.name for model in traits.models(task.params)]
        return json.dumps([task.op.name, models, repr(traits.alike(task.params))])
