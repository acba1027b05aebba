"""What has to run: demand flows from what is wanted down to what is there, and what is done wakes what waited for it.

A task whose recipe is in the store is a hit and its inputs are not even looked at; otherwise its inputs are brought up to
date and its action key decides (early cutoff).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from compiler.graph.codec import Writer
from compiler.graph.keys import Tools, action_key
from compiler.graph.ops import Determinism
from compiler.graph.task import Graph, Task
from runtime.schedule.events import Outcome, State
from runtime.store.index import Action
from runtime.store.store import Store

MOST_REBUILDS = 2


class Emit(Protocol):
    def __call__(self, what: str, index: int, *, size: int = 0) -> None: ...


class Demand:
    """The state of every task. ``ready`` is told of what could start now, ``unready`` of what could not after all."""

    def __init__(
        self,
        graph: Graph,
        recipes: Sequence[str],
        tools: Tools,
        domain: str,
        store: Store,
        emit: Emit,
        ready: Callable[[int], None],
        unready: Callable[[int], None],
    ) -> None:
        self.graph, self.recipes, self.tools, self.domain, self.store = graph, recipes, tools, domain, store
        self.outcome = Outcome()
        self.readers = graph.consumers()
        self.state = [State.UNSEEN] * len(graph.tasks)
        self.keys: dict[int, str] = {}
        """Action key of every task whose inputs are all there."""
        self.writer = Writer()
        self._emit, self._ready, self._unready = emit, ready, unready
        self._missing = [0] * len(graph.tasks)
        """Of a waiting task: how many of those it reads are not done."""
        self._rebuilt = [0] * len(graph.tasks)
        self._settled: list[int] = []
        self._settling = False

    def want(self, wanted: Iterable[tuple[int, str]]) -> None:
        """Ask for outputs that somebody is about to read: a hit whose bytes are damaged is no hit."""
        wanted = list(wanted)
        asked = [(index, name) for index, name in wanted if not self.graph.tasks[index].provisional]
        hits = self._hits(dict.fromkeys(index for index, _ in asked))
        for index, name in asked:
            if (hit := hits.get(index)) is not None and not self.store.sound(hit, name):
                del hits[index]
                self._emit("damaged", index)
        self.ask(index for index, _ in wanted)

    def ask(self, tasks: Iterable[int]) -> None:
        """Ask for tasks. What they read is looked up level by level, each level in one look at the store."""
        wave = list(dict.fromkeys(tasks))
        while wave:
            new = [index for index in wave if self.state[index] is State.UNSEEN]
            for index in (index for index in new if self.graph.tasks[index].provisional):
                self.state[index] = State.BLOCKED
                self.outcome.blocked.append(index)
            firm = [index for index in new if self.state[index] is State.UNSEEN]
            hits = self._hits(firm)
            missed = [index for index in firm if index not in hits]
            for index, hit in hits.items():
                self._hit(index, hit)
            below: dict[int, None] = {}
            begun = []
            for index in missed:
                if self._lost(index):
                    self._emit("lost", index)
                self._emit("wanted", index)
                self.state[index] = State.WAITING
                sources = {ref.task for ref in self.graph.tasks[index].sources()}
                self._missing[index] = sum(self.state[source] is not State.DONE for source in sources)
                below.update(dict.fromkeys(sorted(s for s in sources if self.state[s] is State.UNSEEN)))
                if not self._missing[index]:
                    begun.append(index)
            self._settle(begun)
            wave = list(below)

    def done(self, index: int, action: Action) -> None:
        """A task is up to date: what waited only for it can go on."""
        self.state[index] = State.DONE
        # Of its provenance a build has no use, and that of all tasks together is large.
        self.outcome.actions[index] = replace(action, record="")
        settled = []
        for reader in self.readers[index]:
            if self.state[reader] is State.WAITING:
                self._missing[reader] -= 1
                if not self._missing[reader]:
                    settled.append(reader)
        self._settle(settled)

    def again(self, source: int) -> bool:
        """A task's bytes are damaged or gone: make it again, before whoever reads it and has not begun.

        False when that has been tried often enough.
        """
        self._emit("damaged", source)
        self.outcome.actions.pop(source, None)
        self.state[source] = State.UNSEEN
        for reader in self.readers[source]:
            if self.state[reader] is State.READY:
                self._unready(reader)
                self.state[reader] = State.WAITING
                self._missing[reader] += 1
            elif self.state[reader] is State.WAITING:
                self._missing[reader] += 1
        self._rebuilt[source] += 1
        if self._rebuilt[source] > MOST_REBUILDS:
            return False
        self.ask((source,))
        return True

    def found(self, index: int) -> bool:
        """Whether somebody else has meanwhile done the very work of a task that was about to start."""
        hit = self._sufficient(index, self.store.find_action(self.keys[index]))
        if hit is not None:
            self.store.index.link(hit, self.recipes[index])
            self._hit(index, hit)
        return hit is not None

    def input_digests(self, task: Task) -> list[tuple[str, str]]:
        """(slot, content digest) of what a task reads, all of which is there."""
        return [(slot, self.outcome.actions[ref.task].output(ref.output).digest) for slot, ref in task.inputs]

    def _hits(self, tasks: Iterable[int]) -> dict[int, Action]:
        asked = list(tasks)
        found = self.store.find_all([self.recipes[index] for index in asked], self.domain) if asked else {}
        hits = {index: self._sufficient(index, found.get(self.recipes[index])) for index in asked}
        return {index: hit for index, hit in hits.items() if hit is not None}

    def _lost(self, index: int) -> bool:
        """Whether what a task came out as is gone, though nobody let go of it, and cannot be made a second time."""
        if self.graph.tasks[index].op.determinism is not Determinism.SAMPLED:
            return False
        return self.store.index.by_recipe(self.recipes[index], self.domain) is not None

    def _sufficient(self, index: int, action: Action | None) -> Action | None:
        """An action with every output that the task has: an index that came with a clone may say anything."""
        if action is None:
            return None
        names = {output.name for output in action.outputs}
        return action if all(name in names for name, _ in self.graph.tasks[index].outputs) else None

    def _hit(self, index: int, action: Action) -> None:
        self._emit("hit", index, size=sum(output.size for output in action.outputs))
        self.done(index, action)

    def _settle(self, tasks: Sequence[int]) -> None:
        """Tasks whose inputs are all there: a hit by their action, or ready to run. A hit may settle others: a worklist."""
        self._settled.extend(reversed(tasks))
        if self._settling:
            return
        self._settling = True
        try:
            while self._settled:
                index = self._settled.pop()
                task = self.graph.tasks[index]
                self.keys[index] = action_key(task, self.tools, self.input_digests(task), self.domain, self.writer)
                if not self.found(index):
                    self._ready(index)
        finally:
            self._settling = False
