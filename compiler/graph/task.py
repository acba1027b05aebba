"""Task and Graph: frozen, typed, in topological order. Knows no film and no backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from compiler.graph.ops import Kind, Op, op_of
from compiler.graph.params import Params
from compiler.graph.traits import PLAIN, Model


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """An output of a task, by the task's index in its graph."""

    task: int
    output: str


@dataclass(frozen=True, slots=True)
class Task:
    """``op(params, inputs) -> outputs``. Fields with ``compare=False`` serve people and planning, never keys."""

    params: Params
    inputs: tuple[tuple[str, Ref], ...] = ()
    """(slot, source) in slot order; a slot may repeat."""
    label: str = field(default="", compare=False)
    shot: str = field(default="", compare=False)
    """Key of the shot it serves, "" for the film as a whole."""
    provisional: bool = field(default=False, compare=False)
    """Rests on an estimate: shown, never run."""

    @property
    def op(self) -> Op:
        return op_of(self.params)

    @property
    def outputs(self) -> tuple[tuple[str, Kind], ...]:
        return self.op.outputs(self.params)

    @property
    def cost(self) -> float:
        """Prior CPU-seconds."""
        return self.op.cost(self.params)

    @property
    def models(self) -> tuple[Model, ...]:
        """Weights it needs. Parameters are looked at only where the op has any."""
        traits = self.op.traits
        return () if traits.models is PLAIN.models else traits.models(self.params)

    @property
    def working(self) -> float:
        """GB of device memory it needs beside the weights."""
        traits = self.op.traits
        return 0.0 if traits.working is PLAIN.working else traits.working(self.params)

    def sources(self) -> Iterator[Ref]:
        return (ref for _, ref in self.inputs)


@dataclass(frozen=True, slots=True)
class Graph:
    """Tasks in topological order and the named outputs somebody wants."""

    tasks: tuple[Task, ...]
    wanted: tuple[tuple[str, Ref], ...]

    def consumers(self) -> list[list[int]]:
        """For each task, the indices of those that read it."""
        readers: list[list[int]] = [[] for _ in self.tasks]
        for index, task in enumerate(self.tasks):
            for source in {ref.task for ref in task.sources()}:
                readers[source].append(index)
        return readers


class GraphBuilder:
    """Grows a graph bottom-up; an input must exist before its reader, so the order is topological by construction."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []
        self._wanted: list[tuple[str, Ref]] = []

    def add(
        self,
        params: Params,
        inputs: Sequence[tuple[str, Ref]] = (),
        *,
        label: str,
        shot: str = "",
        provisional: bool = False,
    ) -> Ref:
        """Append a task; returns a reference to its first output. Provisional inputs make it provisional."""
        tainted = provisional or any(self._taints(ref) for _, ref in inputs)
        task = Task(params, tuple(inputs), label, shot, tainted)
        self._tasks.append(task)
        return Ref(len(self._tasks) - 1, task.outputs[0][0])

    def reads(self, ref: Ref) -> tuple[tuple[str, Ref], ...]:
        """What the task a reference is to reads; nothing is known of one that is not of this graph."""
        return self._tasks[ref.task].inputs if ref.task >= 0 else ()

    def want(self, name: str, ref: Ref) -> None:
        self._wanted.append((name, ref))

    def graph(self) -> Graph:
        return Graph(tuple(self._tasks), tuple(self._wanted))

    def _taints(self, ref: Ref) -> bool:
        return self._tasks[ref.task].provisional
