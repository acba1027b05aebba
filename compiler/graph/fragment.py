"""Fragments: stretches of a film's graph, each lowered by itself.

A step names what it reads by recipe, never by place, so a fragment is the same wherever it comes to stand and can be
kept from plan to plan. Fragments set behind each other are the graph; linking them makes equal steps one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from compiler.graph.codec import Writer
from compiler.graph.keys import Tools, recipe_of
from compiler.graph.params import Params
from compiler.graph.task import Graph, GraphBuilder, Ref, Task


class Made(NamedTuple):
    """An output of some step, as others name it."""

    recipe: str
    output: str
    provisional: bool = False


class Step(NamedTuple):
    """A task of a fragment."""

    recipe: str
    params: Params
    inputs: tuple[tuple[str, str, str], ...]
    """(slot, recipe of the source, output) in slot order."""
    label: str
    """Without the shot's name when it is the shot's ``own``."""
    shot: str
    own: bool
    """Whether label and shot are those of the shot the fragment stands for: a shot that is renamed keeps its fragment."""
    provisional: bool


Fragment = tuple[Step, ...]


class Placed(NamedTuple):
    """A fragment at its place in the film, with the name and the key of the shot it stands for."""

    steps: Fragment
    name: str = ""
    shot: str = ""


@dataclass(frozen=True, slots=True)
class PlannedShot:
    """What a plan tells people about a shot. Times in frames of the film."""

    name: str
    key: str
    first_frame: int
    frames: int
    exact: bool
    people: tuple[str, ...]
    """Who is seen in it, by the names they have now."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A film as fragments, in the graph's order, the outputs somebody wants, and its shots."""

    placed: tuple[Placed, ...]
    wanted: tuple[tuple[str, Made], ...]
    shots: tuple[PlannedShot, ...] = ()

    def linked(self) -> tuple[Graph, tuple[str, ...]]:
        """The graph with equal steps made one, and its recipe keys; a firm step stands for a provisional one."""
        index: dict[str, int] = {}
        tasks: list[Task] = []
        for steps, name, key in self.placed:
            for step in steps:
                at = index.get(step.recipe)
                if at is None:
                    index[step.recipe] = len(tasks)
                    tasks.append(_task(step, index, name, key))
                elif tasks[at].provisional and not step.provisional:
                    tasks[at] = replace(tasks[at], provisional=False)
        return Graph(tuple(tasks), self._wanted(index)), tuple(index)

    def graph(self) -> Graph:
        """The graph as it was lowered, with every step a task of its own."""
        index: dict[str, int] = {}
        tasks: list[Task] = []
        for steps, name, key in self.placed:
            for step in steps:
                tasks.append(_task(step, index, name, key))
                index[step.recipe] = len(tasks) - 1
        return Graph(tuple(tasks), self._wanted(index))

    def __len__(self) -> int:
        return sum(len(placed.steps) for placed in self.placed)

    def _wanted(self, index: Mapping[str, int]) -> tuple[tuple[str, Ref], ...]:
        return tuple((name, Ref(index[made.recipe], made.output)) for name, made in self.wanted)


def _task(step: Step, index: Mapping[str, int], name: str, key: str) -> Task:
    inputs = tuple([(slot, Ref(index[recipe], output)) for slot, recipe, output in step.inputs])
    if step.own:
        return Task(step.params, inputs, name + step.label, key, step.provisional)
    return Task(step.params, inputs, step.label, step.shot, step.provisional)


class FragmentBuilder(GraphBuilder):
    """Grows a fragment as a ``GraphBuilder`` grows a graph; what other fragments make is ``given`` to it."""

    def __init__(self, tools: Tools, writer: Writer) -> None:
        super().__init__()
        self._tools, self._writer = tools, writer
        self._given: list[Made] = []
        self._recipes: list[str] = []

    def given(self, made: Made) -> Ref:
        """A reference to what a step of another fragment makes."""
        self._given.append(made)
        return Ref(-len(self._given), made.output)

    def add(
        self,
        params: Params,
        inputs: Sequence[tuple[str, Ref]] = (),
        *,
        label: str,
        shot: str = "",
        provisional: bool = False,
    ) -> Ref:
        ref = super().add(params, inputs, label=label, shot=shot, provisional=provisional)
        self._recipes.append(recipe_of(self._tasks[-1], self._named(inputs), self._tools, self._writer))
        return ref

    def recipe(self, ref: Ref) -> str:
        """Recipe key of the task a reference is to."""
        return self._recipes[ref.task] if ref.task >= 0 else self._given[-1 - ref.task].recipe

    def made(self, ref: Ref) -> Made:
        """What a reference is to, as other fragments name it."""
        return Made(self.recipe(ref), ref.output, self._taints(ref))

    def fragment(self, name: str = "") -> Fragment:
        """What was added; ``name``: of the shot whose own steps' labels begin with it."""
        return tuple(
            Step(
                recipe,
                task.params,
                tuple(self._named(task.inputs)),
                task.label[len(name) :] if name and task.shot else task.label,
                task.shot,
                bool(name and task.shot),
                task.provisional,
            )
            for task, recipe in zip(self._tasks, self._recipes, strict=True)
        )

    def wants(self) -> tuple[tuple[str, Made], ...]:
        return tuple((name, self.made(ref)) for name, ref in self._wanted)

    def _named(self, inputs: Iterable[tuple[str, Ref]]) -> list[tuple[str, str, str]]:
        return [(slot, self.recipe(ref), ref.output) for slot, ref in inputs]

    def _taints(self, ref: Ref) -> bool:
        return super()._taints(ref) if ref.task >= 0 else self._given[-1 - ref.task].provisional
