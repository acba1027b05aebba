"""What passes work on: a graph, its recipe keys, and the calls its tasks are run in.

Calls stand in the order in which they are best begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from compiler.graph.calls import Call, call_seconds, models_of, working_of
from compiler.graph.codec import Writer
from compiler.graph.keys import Tools, recipe_keys, recipe_of
from compiler.graph.params import Params
from compiler.graph.residency import Need
from compiler.graph.task import Graph, Ref, Task


@dataclass(frozen=True, slots=True)
class Setting:
    """What a plan is made for."""

    tools: Tools = field(default_factory=dict)
    memory: float = 24.0
    """GB of the device that models run on."""
    lanes: int = 2
    """Calls that run side by side."""


@dataclass(frozen=True, slots=True)
class Program:
    graph: Graph
    keys: tuple[str, ...]
    calls: tuple[Call, ...]

    def seconds(self) -> float:
        """Estimated processor seconds of everything, by the ops' priors."""
        return sum(call_seconds(self.graph, call) for call in self.calls)


def program_of(graph: Graph, tools: Tools) -> Program:
    """A graph as it comes from lowering: every task a call of its own, in the graph's order."""
    return Program(graph, recipe_keys(graph, tools), tuple((index,) for index in range(len(graph.tasks))))


def needs_of(program: Program) -> list[Need]:
    """What each call has to have in device memory, in order."""
    return [Need(models_of(program.graph, call), working_of(program.graph, call)) for call in program.calls]


def verify_calls(program: Program) -> list[str]:
    """What is wrong with the calls of a program, in words: each task is in one, and comes after what it reads."""
    wrong = []
    made: set[int] = set()
    for number, call in enumerate(program.calls):
        for index in call:
            if index in made:
                wrong.append(f"call {number}: %{index} is run twice")
            if any(ref.task not in made for ref in program.graph.tasks[index].sources()):
                wrong.append(f"call {number}: %{index} is run before what it reads")
            made.add(index)
    if len(made) != len(program.graph.tasks):
        wrong.append(f"{len(program.graph.tasks) - len(made)} tasks are in no call")
    return wrong


class Rewriter:
    """Grows the graph a pass leaves behind, task by task in the order of the old one, with its keys."""

    def __init__(self, program: Program, setting: Setting) -> None:
        self.old, self.tools = program, setting.tools
        self.tasks: list[Task] = []
        self.keys: list[str] = []
        self._place: list[Ref] = []
        self._writer = Writer()

    def inputs(self, index: int) -> tuple[tuple[str, Ref], ...]:
        """Inputs of an old task in the new graph."""
        return tuple((slot, self._now(ref)) for slot, ref in self.old.graph.tasks[index].inputs)

    def keep(self, index: int, inputs: tuple[tuple[str, Ref], ...], params: Params | None = None) -> None:
        """Carry an old task over, with these inputs and parameters."""
        task = self.old.graph.tasks[index]
        if inputs != task.inputs or (params is not None and params is not task.params):
            task = replace(task, inputs=inputs, params=task.params if params is None else params)
        before = [(slot, self.old.keys[ref.task], ref.output) for slot, ref in self.old.graph.tasks[index].inputs]
        same = task.params is self.old.graph.tasks[index].params and self._read(task) == before
        self.stand(index, Ref(self.add(task, self.old.keys[index] if same else ""), ""))

    def add(self, task: Task, key: str = "") -> int:
        """Append a task; returns its index."""
        self.tasks.append(task)
        self.keys.append(key or self.key(task))
        return len(self.tasks) - 1

    def key(self, task: Task) -> str:
        """Recipe key of a task of the new graph."""
        return recipe_of(task, self._read(task), self.tools, self._writer)

    def stand(self, index: int, ref: Ref) -> None:
        """Say what stands for the next old task: a new task (no output named), or an output of another."""
        assert len(self._place) == index, "old tasks are taken in order, each once"
        self._place.append(ref)

    def program(self) -> Program:
        wanted = tuple((name, self._now(ref)) for name, ref in self.old.graph.wanted)
        graph = Graph(tuple(self.tasks), wanted)
        if graph == self.old.graph and len(self.old.calls) == len(self.tasks):
            return self.old
        return Program(graph, tuple(self.keys), tuple((index,) for index in range(len(self.tasks))))

    def _now(self, ref: Ref) -> Ref:
        place = self._place[ref.task]
        return place if place.output else Ref(place.task, ref.output)

    def _read(self, task: Task) -> Sequence[tuple[str, str, str]]:
        return [(slot, self.keys[ref.task], ref.output) for slot, ref in task.inputs]
