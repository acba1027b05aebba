"""The local scheduler: brings a graph's wanted outputs up to date and runs exactly what changed.

Demand flows from the wanted outputs: a task whose recipe is in the store is a hit and its inputs are not even
looked at; otherwise its inputs are brought up to date and its action key decides (early cutoff). What must run
goes to worker processes, longest remaining path first.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from compiler.graph.codec import canonical, encode
from compiler.graph.keys import Tools, action_key, recipe_keys
from compiler.graph.ops import SUFFIX
from compiler.graph.task import Graph, Task
from runtime.schedule.pool import Pool
from runtime.store.index import Action, Output
from runtime.store.store import Store


class State(Enum):
    UNSEEN = 0
    WAITING = 1
    READY = 2
    RUNNING = 3
    DONE = 4
    FAILED = 5
    BLOCKED = 6
    """Provisional, or reads something that is."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, for progress and journals. ``what``: wanted, started, hit, ran, failed, damaged."""

    what: str
    task: int
    label: str
    stage: str
    shot: str
    seconds: float = 0.0
    cpu: float = 0.0
    message: str = ""


@dataclass(slots=True)
class Outcome:
    """What a run came to. ``actions`` has an entry for every task that is up to date."""

    actions: dict[int, Action] = field(default_factory=dict)
    ran: list[int] = field(default_factory=list)
    failed: list[tuple[int, str, str]] = field(default_factory=list)
    """(task, kind of failure, message)."""
    blocked: list[int] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    """CPU-seconds by stage."""


_MOST_REBUILDS = 2

Listener = Callable[[Event], None]


def execute(
    graph: Graph, tools: Tools, domain: str, store: Store, pool: Pool, listen: Listener, costs: Callable[[Task], float]
) -> Outcome:
    """Bring every wanted output of ``graph`` up to date, as far as nothing provisional stands in the way.

    Raises ``KeyboardInterrupt`` through; finished work is already in the store then.
    """
    run = _Run(graph, tools, domain, store, pool, listen, costs)
    for _, ref in graph.wanted:
        run.demand(ref.task, (ref.output,))
    for index, task in enumerate(graph.tasks):
        # What is sure already need not wait for what is not.
        if not task.provisional and any(graph.tasks[reader].provisional for reader in run.readers[index]):
            run.demand(index)
    run.loop()
    return run.outcome


class _Run:
    def __init__(
        self,
        graph: Graph,
        tools: Tools,
        domain: str,
        store: Store,
        pool: Pool,
        listen: Listener,
        costs: Callable[[Task], float],
    ) -> None:
        self.graph, self.tools, self.domain, self.store, self.pool, self.listen = (
            graph,
            tools,
            domain,
            store,
            pool,
            listen,
        )
        self.recipes = recipe_keys(graph, tools)
        self.readers = graph.consumers()
        self.state = [State.UNSEEN] * len(graph.tasks)
        self.tries = [0] * len(graph.tasks)
        self.rebuilt = [0] * len(graph.tasks)
        self.keys: dict[int, str] = {}
        self.outcome = Outcome()
        self.rank = self._ranks(costs)

    def demand(self, index: int, outputs: Sequence[str] = ()) -> None:
        """Ask for a task's outputs; iterative, so that depth is no limit.

        ``outputs`` are about to be read by somebody: a hit whose bytes are damaged is no hit.
        """
        if outputs and self.state[index] is State.UNSEEN and not self.graph.tasks[index].provisional:
            self._check_bytes(index, outputs)
        stack = [index]
        while stack:
            current = stack.pop()
            if self.state[current] is not State.UNSEEN:
                continue
            task = self.graph.tasks[current]
            if task.provisional:
                self.state[current] = State.BLOCKED
                self.outcome.blocked.append(current)
                continue
            if hit := self.store.find(self.recipes[current], self.domain):
                self._done(current, hit, "hit")
                continue
            self._emit("wanted", current)
            self.state[current] = State.WAITING
            stack.extend({ref.task for ref in task.sources() if self.state[ref.task] is State.UNSEEN})
            self._wake(current)

    def loop(self) -> None:
        while True:
            self._dispatch()
            if self.pool.busy == 0:
                return
            for index, reply in self.pool.replies(timeout=0.5):
                self._heard(index, reply)

    def _dispatch(self) -> None:
        while self.pool.idle and not any(kind == "disk full" for _, kind, _ in self.outcome.failed):
            ready = [i for i, state in enumerate(self.state) if state is State.READY]
            if not ready:
                return
            warm = self.pool.idle_affinities()
            chosen = max(ready, key=lambda i: (self.rank[i], self._affinity(i) in warm, -i))
            near = [i for i in ready if self._affinity(i) in warm and self.rank[i] > 0.6 * self.rank[chosen]]
            self._start(min(near, default=chosen))

    def _start(self, index: int) -> None:
        task = self.graph.tasks[index]
        folder = self.store.scratch / f"{index}-{self.tries[index]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._failed(index, *_trouble(error))
            return
        inputs = []
        for slot, ref in task.inputs:
            action = self.outcome.actions[ref.task]
            if not self.store.sound(action, ref.output):
                self._rebuild(ref.task)
                return
            output = action.output(ref.output)
            inputs.append([slot, str(self.store.path(action, ref.output)), output.digest])
        self.state[index] = State.RUNNING
        self.tries[index] += 1
        self._emit("started", index)
        message: dict[str, object] = {
            "op": task.op.name,
            "params": encode(task.params),
            "inputs": inputs,
            "outputs": [[name, SUFFIX[kind]] for name, kind in task.outputs],
            "folder": str(folder),
            "log": str(self._log(index)),
            "project": str(self.store.root.parent),
        }
        self.pool.submit(index, message, self._affinity(index))

    def _rebuild(self, source: int) -> None:
        """A task's bytes are damaged or gone: make it again, before whoever reads it and has not begun."""
        self._emit("damaged", source)
        self.outcome.actions.pop(source, None)
        for reader in self.readers[source]:
            if self.state[reader] is State.READY:
                self.state[reader] = State.WAITING
        self.rebuilt[source] += 1
        if self.rebuilt[source] > _MOST_REBUILDS:
            self._failed(source, "damaged", "what was stored is not what is read back; is the disk sound?")
            return
        self.state[source] = State.UNSEEN
        self.demand(source)

    def _check_bytes(self, index: int, outputs: Sequence[str]) -> None:
        """Have the store look at the bytes of a hit; what is damaged is moved aside and found no more."""
        hit = self.store.find(self.recipes[index], self.domain)
        if hit and not all(self.store.sound(hit, name) for name in outputs):
            self._emit("damaged", index)

    def _heard(self, index: int, reply: dict[str, object] | None) -> None:
        task = self.graph.tasks[index]
        folder = self.store.scratch / f"{index}-{self.tries[index] - 1}"
        if reply is None and self.tries[index] < 2:
            self.state[index] = State.READY  # a worker that was killed gets one more try
            return
        if reply is None:
            self._failed(index, "crashed", "its process ended without an answer, twice")
            return
        if "error" in reply:
            self._failed(index, str(reply["error"]), str(reply["message"]))
            return
        try:
            outputs = self.store.adopt(folder, [(name, SUFFIX[kind]) for name, kind in task.outputs])
            action = self._record(index, outputs, reply)
        except (OSError, sqlite3.Error) as error:
            self._failed(index, *_trouble(error))
            return
        shutil.rmtree(folder, ignore_errors=True)
        cpu, stage = float(str(reply["cpu"])), task.op.stage.value
        self.outcome.cpu[stage] = self.outcome.cpu.get(stage, 0.0) + cpu
        self.outcome.ran.append(index)
        self._done(index, action, "ran", seconds=float(str(reply["seconds"])), cpu=cpu)

    def _record(self, index: int, outputs: tuple[Output, ...], reply: dict[str, object]) -> Action:
        task = self.graph.tasks[index]
        record = canonical(
            {
                "op": task.op.name,
                "version": task.op.version,
                "tool": self.tools.get(task.op.name, ""),
                "params": encode(task.params),
                "inputs": [[slot, digest] for slot, digest in self._input_digests(task)],
                "label": task.label,
            }
        )
        action = Action(
            self.keys[index],
            self.recipes[index],
            self.domain,
            task.op.name,
            outputs,
            canonical(reply["ok"]),  # type: ignore[arg-type]
            record,
            float(str(reply["seconds"])),
        )
        self.store.index.record(action)
        return action

    def _done(self, index: int, action: Action, what: str, seconds: float = 0.0, cpu: float = 0.0) -> None:
        self.state[index] = State.DONE
        self.outcome.actions[index] = action
        self._emit(what, index, seconds=seconds, cpu=cpu)
        for reader in self.readers[index]:
            if self.state[reader] is State.WAITING:
                self._wake(reader)

    def _wake(self, index: int) -> None:
        """Let a waiting task go on when all its inputs are there, or give it up when one will never be."""
        states = {self.state[ref.task] for ref in self.graph.tasks[index].sources()}
        if states <= {State.DONE}:
            self._inputs_ready(index)
        elif State.BLOCKED in states:
            self.state[index] = State.BLOCKED

    def _inputs_ready(self, index: int) -> None:
        task = self.graph.tasks[index]
        self.keys[index] = action_key(task, self.tools, self._input_digests(task), self.domain)
        if hit := self.store.find_action(self.keys[index]):
            self.store.index.link(hit, self.recipes[index])
            self._done(index, hit, "hit")
        else:
            self.state[index] = State.READY

    def _failed(self, index: int, kind: str, message: str) -> None:
        self.state[index] = State.FAILED
        self.outcome.failed.append((index, kind, message))
        self._emit("failed", index, message=message)

    def _input_digests(self, task: Task) -> list[tuple[str, str]]:
        return [(slot, self.outcome.actions[ref.task].output(ref.output).digest) for slot, ref in task.inputs]

    def _affinity(self, index: int) -> str:
        return self.graph.tasks[index].shot or self.graph.tasks[index].op.name

    def _log(self, index: int) -> Path:
        return self.store.logs / f"{self.recipes[index][:16]}.log"

    def _ranks(self, costs: Callable[[Task], float]) -> list[float]:
        """Longest remaining path in seconds: what is furthest from the end goes first."""
        rank = [0.0] * len(self.graph.tasks)
        for index in range(len(self.graph.tasks) - 1, -1, -1):
            rank[index] = costs(self.graph.tasks[index]) + max((rank[r] for r in self.readers[index]), default=0.0)
        return rank

    def _emit(self, what: str, index: int, *, seconds: float = 0.0, cpu: float = 0.0, message: str = "") -> None:
        task = self.graph.tasks[index]
        self.listen(Event(what, index, task.label, task.op.stage.value, task.shot, seconds, cpu, message))


def _trouble(error: OSError | sqlite3.Error) -> tuple[str, str]:
    """Kind and message of what the disk or the index said."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    full |= isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    return ("disk full" if full else "failed"), f"{type(error).__name__}: {error}"
