"""Fragments: stretches of a film's graph, each lowered by itself.

A step names what it reads by recipe, never by place, so a fragment is the same wherever it comes to stand and can be
kept from plan to plan. Fragments set behind each other are the graph; linking them makes equal steps one.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from compiler.graph.codec import Writer
from compiler.graph.keys import Tools, recipe_of
from compiler.graph.params import Params
from compiler.graph.task import Graph, GraphBuilder, Ref, Task
from compiler.graph.unread import Unread, UnreadTask


class Made(NamedTuple):
    """An output of some step, as others name it."""

    recipe: str
    output: str
    provisional: bool = False


class Step(NamedTuple):
    """A task of a fragment."""

    recipe: str
    params: Params | Unread
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

    def linked(self, links: Links | None = None) -> tuple[Graph, tuple[str, ...]]:
        """The graph with equal steps made one, and its recipe keys; a firm step stands for a provisional one.

        With ``links`` of the last plan, a fragment that stands where it stood and reads what it read gives the same tasks.
        """
        links = links if links is not None else Links()
        begin, tasks, index = links.begin(self.placed)
        refs: dict[tuple[int, str], Ref] = {}
        for placed in self.placed[begin:]:
            known = links.known(placed, index, tasks, refs)
            if known is None:
                known = _link(placed, index, tasks, refs)
            else:
                index.update(zip(known.own, range(known.base, known.base + len(known.own)), strict=True))
                tasks += known.tasks
            links.keep(placed, known)
        links.finish(tasks, index)
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


class _Link(NamedTuple):
    """A fragment as it was linked: which of its steps became tasks, from ``base`` on, and what else it reads, and where."""

    placed: Placed
    base: int
    own: tuple[str, ...]
    tasks: tuple[Task, ...]
    outside: tuple[tuple[str, int], ...]
    firm: tuple[int, ...]
    """Tasks of other fragments that it needs firm."""
    made_firm: bool
    """Whether one of those was provisional until then."""


class Links:
    """How the fragments of the last plan were linked."""

    def __init__(self) -> None:
        self._last: dict[int, _Link] = {}
        self._now: dict[int, _Link] = {}
        self._order: list[_Link] = []
        """Of the plan being linked, in its order."""
        self._before: tuple[list[_Link], list[Task], list[str]] = [], [], []
        """Of the last plan: its links in order, its tasks and their recipes."""

    def begin(self, placed: Sequence[Placed]) -> tuple[int, list[Task], dict[str, int]]:
        """How many fragments a plan has in common with the last from its first on, their tasks and where each recipe is."""
        self._now, self._order = {}, []
        links, tasks, recipes = self._before
        count = 0
        for link, now in zip(links, placed, strict=False):
            if link.placed[0] is not now[0] or link.placed[1:] != now[1:]:
                break
            count += 1
        if not count:
            return 0, [], {}
        self._order = links[:count]
        self._now = {id(link.placed.steps): link for link in self._order}
        end = links[count - 1].base + len(links[count - 1].own)
        return count, tasks[:end], dict(zip(recipes[:end], range(end), strict=True))

    def known(
        self, placed: Placed, index: Mapping[str, int], tasks: Sequence[Task], refs: dict[tuple[int, str], Ref]
    ) -> _Link | None:
        """The link of a fragment, if linking it here would give that very link, or that link moved; then so it is."""
        link = self._last.get(id(placed.steps))
        if link is None or link.placed.steps is not placed.steps or link.placed[1:] != placed[1:]:
            return None
        if not index.keys().isdisjoint(link.own):
            return None
        now = [index.get(recipe, -1) for recipe, _ in link.outside]
        if link.base == len(tasks) and now == [old for _, old in link.outside]:
            return None if any(tasks[at].provisional for at in link.firm) else link
        return None if -1 in now else _moved(link, now, tasks, refs)

    def keep(self, placed: Placed, link: _Link) -> None:
        self._now[id(placed.steps)] = link
        self._order.append(link)

    def finish(self, tasks: Sequence[Task], index: Mapping[str, int]) -> None:
        """The plan is linked: what it did not use is forgotten."""
        self._last, self._now = self._now, {}
        # Where one fragment made a task of another firm, what came before it cannot be told from the tasks at the end.
        plain = not any(link.made_firm for link in self._order)
        self._before = (self._order, list(tasks), list(index)) if plain else ([], [], [])
        self._order = []


def _moved(link: _Link, now: Sequence[int], tasks: Sequence[Task], refs: dict[tuple[int, str], Ref]) -> _Link | None:
    """A link that begins behind ``tasks``, and for which what it reads of others is where ``now`` says; ``None`` = link anew."""
    base, begin = len(tasks), link.base
    place = {old: at for at, (_, old) in zip(now, link.outside, strict=True)}
    firm = tuple([place[old] for old in link.firm])
    if any(tasks[at].provisional for at in firm):
        return None
    moved = []
    for task in link.tasks:
        if isinstance(task, UnreadTask):
            return None
        read, same = [], True
        for item in task.inputs:
            slot, ref = item
            old = ref.task
            at = old - begin + base if old >= begin else place[old]
            if at != old:
                same, output = False, ref.output
                now_at = refs.get((at, output))
                if now_at is None:
                    now_at = refs[at, output] = Ref(at, output)
                item = slot, now_at
            read.append(item)
        moved.append(task if same else Task(task.params, tuple(read), task.label, task.shot, task.provisional))
    outside = tuple([(recipe, at) for at, (recipe, _) in zip(now, link.outside, strict=True)])
    return _Link(link.placed, base, link.own, tuple(moved), outside, firm, False)


def _link(placed: Placed, index: dict[str, int], tasks: list[Task], refs: dict[tuple[int, str], Ref]) -> _Link:
    """Append the tasks of a fragment that are not there yet. ``refs``: those that were made, for they are read often."""
    steps, name, key = placed
    base, outside, firm, made_firm = len(tasks), dict[str, int](), [], False
    for recipe, params, inputs, label, shot, own, provisional in steps:
        at = index.get(recipe)
        if at is not None:
            if at < base:
                outside[recipe] = at
            if not provisional:
                if at < base:
                    firm.append(at)
                if tasks[at].provisional:
                    made_firm = made_firm or at < base
                    tasks[at] = replace(tasks[at], provisional=False)
            continue
        read = []
        for slot, source, output in inputs:
            at = index[source]
            if at < base:
                outside[source] = at
            ref = refs.get((at, output))
            if ref is None:
                ref = refs[at, output] = Ref(at, output)
            read.append((slot, ref))
        index[recipe] = len(tasks)
        label, shot = (name + label, key) if own else (label, shot)
        if isinstance(params, Unread):
            tasks.append(UnreadTask(params, tuple(read), label, shot, provisional))
        else:
            tasks.append(Task(params, tuple(read), label, shot, provisional))
    recipes = [step.recipe for step in steps if step.recipe not in outside]
    mine, others = tuple(dict.fromkeys(recipes)), tuple(outside.items())
    return _Link(placed, base, mine, tuple(tasks[base:]), others, tuple(firm), made_firm)


def _task(step: Step, index: Mapping[str, int], name: str, key: str) -> Task:
    inputs = tuple([(slot, Ref(index[recipe], output)) for slot, recipe, output in step.inputs])
    label, shot = (name + step.label, key) if step.own else (step.label, step.shot)
    if isinstance(step.params, Unread):
        return UnreadTask(step.params, inputs, label, shot, step.provisional)
    return Task(step.params, inputs, label, shot, step.provisional)


class Recall:
    """Recipes of the last plan, by what their steps go by. A step that reads what it read and is what it was has its recipe."""

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[Params, list[tuple[str, str, str]], str]] = {}
        self._now: dict[Hashable, tuple[Params, list[tuple[str, str, str]], str]] = {}

    def begin(self, *, afresh: bool) -> None:
        """Begin a plan; ``afresh``: under other tools, which forgets everything."""
        self._last, self._now = {} if afresh else self._now, {}

    def __call__(
        self, like: Hashable, task: Task, named: list[tuple[str, str, str]], tools: Tools, writer: Writer
    ) -> str:
        known = self._last.get(like)
        if known is not None and known[1] == named and known[0] == task.params:
            recipe = known[2]
        else:
            recipe = recipe_of(task, named, tools, writer)
        self._now[like] = task.params, named, recipe
        return recipe


class FragmentBuilder(GraphBuilder):
    """Grows a fragment as a ``GraphBuilder`` grows a graph; what other fragments make is ``given`` to it."""

    def __init__(self, tools: Tools, writer: Writer, recalled: Recall | None = None) -> None:
        super().__init__()
        self._tools, self._writer, self._recalled = tools, writer, recalled
        self._given: list[Made] = []
        self._recipes: list[str] = []
        self._reads: list[tuple[tuple[str, str, str], ...]] = []
        """What each task reads, by recipe."""

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
        like: Hashable = None,
    ) -> Ref:
        """``like``: what the step went by in the last plan; it has the same recipe if it is the same."""
        ref = super().add(params, inputs, label=label, shot=shot, provisional=provisional)
        task, named = self._tasks[-1], self._named(inputs)
        self._reads.append(tuple(named))
        if like is None or self._recalled is None:
            self._recipes.append(recipe_of(task, named, self._tools, self._writer))
        else:
            self._recipes.append(self._recalled(like, task, named, self._tools, self._writer))
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
                reads,
                task.label[len(name) :] if name and task.shot else task.label,
                task.shot,
                bool(name and task.shot),
                task.provisional,
            )
            for task, recipe, reads in zip(self._tasks, self._recipes, self._reads, strict=True)
        )

    def wants(self) -> tuple[tuple[str, Made], ...]:
        return tuple((name, self.made(ref)) for name, ref in self._wanted)

    def _named(self, inputs: Iterable[tuple[str, Ref]]) -> list[tuple[str, str, str]]:
        own, given = self._recipes, self._given
        return [
            (slot, own[ref.task] if ref.task >= 0 else given[-1 - ref.task].recipe, ref.output) for slot, ref in inputs
        ]

    def _taints(self, ref: Ref) -> bool:
        return super()._taints(ref) if ref.task >= 0 else self._given[-1 - ref.task].provisional
