"""The local scheduler: brings a graph's wanted outputs up to date and runs exactly what changed.

Demand flows from the wanted outputs: a task whose recipe is in the store is a hit and its inputs are not even
looked at; otherwise its inputs are brought up to date and its action key decides (early cutoff). What must run
goes to worker processes, longest remaining path first, as far as each lane's slots and memory go round. What fails is
tried again only where that can help.
"""

from __future__ import annotations

import heapq
import shutil
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from compiler.graph.codec import canonical, encode
from compiler.graph.keys import Tools, action_key, recipe_keys
from compiler.graph.ops import SUFFIX
from compiler.graph.task import Graph, Task
from runtime.schedule import logs
from runtime.schedule.lanes import CPU, Lane, Ledger, Need, Needs
from runtime.schedule.pool import Pool
from runtime.schedule.ready import Ready
from runtime.schedule.trouble import MOST_TRIES, PAUSE, Trouble, kind_of, told
from runtime.store.blobs import Token
from runtime.store.index import Action, Measured, Output
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
    """One thing that happened, for progress and journals.

    ``what``: wanted, started, hit, ran, retried, failed, cancelled, damaged. Times in seconds since the epoch.
    """

    what: str
    task: int
    label: str
    stage: str
    shot: str
    seconds: float = 0.0
    cpu: float = 0.0
    message: str = ""
    op: str = ""
    id: str = ""
    """The first digits of the recipe key: the task's name for people and logs."""
    kind: str = ""
    """Of a failure."""
    started: float = 0.0
    finished: float = 0.0
    worker: int = 0
    """Process that ran it."""
    tries: int = 0
    expected: float = 0.0
    """Seconds that were forecast."""
    memory: int = 0
    """Peak resident bytes of the process that ran it."""
    size: int = 0
    """Bytes of its outputs."""


@dataclass(slots=True)
class Outcome:
    """What a run came to. ``actions`` has an entry for every task that is up to date."""

    actions: dict[int, Action] = field(default_factory=dict)
    ran: list[int] = field(default_factory=list)
    failed: list[tuple[int, str, str]] = field(default_factory=list)
    """(task, kind of failure, message)."""
    logs: dict[int, Path] = field(default_factory=dict)
    """Log of the last try of each failed task."""
    stranded: list[int] = field(default_factory=list)
    """What could not run because something it reads failed."""
    blocked: list[int] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    """CPU-seconds by stage."""


_MOST_REBUILDS = 2

Listener = Callable[[Event], None]


def execute(
    graph: Graph,
    tools: Tools,
    domain: str,
    store: Store,
    pool: Pool,
    listen: Listener,
    costs: Callable[[Task], float],
    *,
    lanes: Sequence[Lane] = (),
    needs: Needs = lambda _: Need(),
) -> Outcome:
    """Bring every wanted output of ``graph`` up to date, as far as nothing provisional stands in the way.

    ``lanes`` are the devices (none: as many processors as ``pool`` has workers), ``needs`` what each task takes of one.
    Raises ``KeyboardInterrupt`` through; finished work is already in the store then.
    """
    run = _Run(graph, tools, domain, store, pool, listen, costs, lanes or (Lane(CPU, pool.size, 1 << 62),), needs)
    try:
        for _, ref in graph.wanted:
            run.demand(ref.task, (ref.output,))
        for index, task in enumerate(graph.tasks):
            # What is sure already need not wait for what is not.
            if not task.provisional and any(graph.tasks[reader].provisional for reader in run.readers[index]):
                run.demand(index)
        run.loop()
    except KeyboardInterrupt:
        run.cancelled()
        raise
    run.outcome.stranded = [i for i, state in enumerate(run.state) if state in (State.WAITING, State.READY)]
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
        lanes: Sequence[Lane],
        needs: Needs,
    ) -> None:
        self.graph, self.tools, self.domain, self.store, self.pool = graph, tools, domain, store, pool
        self.listen, self.needs = listen, needs
        self.recipes = recipe_keys(graph, tools)
        self.readers = graph.consumers()
        self.state = [State.UNSEEN] * len(graph.tasks)
        self.missing = [0] * len(graph.tasks)
        """Of a waiting task: how many of those it reads are not done."""
        self.tries = [0] * len(graph.tasks)
        self.rebuilt = [0] * len(graph.tasks)
        self.keys: dict[int, str] = {}
        self.began: dict[int, float] = {}
        self.read: dict[int, list[tuple[Action, str, Token | None]]] = {}
        self.log: dict[int, Path] = {}
        self.outcome = Outcome()
        self.expected = [costs(task) for task in graph.tasks]
        self.rank = self._ranks()
        self.ledger = Ledger(lanes)
        self.ready = Ready(self.rank, self._affinity, lambda index: self._need(index).lane)
        self.later: list[tuple[float, int]] = []
        """(when, task) of those that try again after a pause."""
        self.unfit = store.index.unfit(domain)
        self.lonely: set[int] = set()
        """Those that may only run when nothing else does."""
        self.alone: list[int] = []
        self.solo: int | None = None
        self.full = False
        self.settled: list[int] = []
        self.settling = False

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
            sources = {ref.task for ref in task.sources()}
            self.missing[current] = sum(self.state[source] is not State.DONE for source in sources)
            stack.extend(sorted(source for source in sources if self.state[source] is State.UNSEEN))
            if not self.missing[current]:
                self._settle([current])

    def loop(self) -> None:
        while True:
            self._dispatch()
            if self.pool.busy:
                for index, reply in self.pool.replies(timeout=0.5):
                    self._heard(index, reply)
            elif self.later and not self.full:
                time.sleep(max(0.0, self.later[0][0] - time.monotonic()))
            else:
                return

    def cancelled(self) -> None:
        """Say of what was running that it was stopped."""
        for index, state in enumerate(self.state):
            if state is State.RUNNING:
                self._emit("cancelled", index, kind=Trouble.CANCELLED.value, finished=time.time())

    def _dispatch(self) -> None:
        while self.later and self.later[0][0] <= time.monotonic():
            self._queue(heapq.heappop(self.later)[1])
        while self.alone and self.solo is None and self.pool.busy == 0 and not self.full:
            self.pool.rest()  # what idle workers remember is memory, too
            self.solo = self.alone.pop(0)
            self._start(self.solo)
            if self.state[self.solo] is not State.RUNNING:
                self.solo = None
        for lane in self.ledger.lanes:
            while (
                not self.full and not self.alone and self.solo is None and self.ledger.has_slot(lane) and self.pool.idle
            ):
                chosen = self.ready.take(lane, self.pool.idle_affinities(lane), self._fits)
                if chosen is None:
                    break
                self._start(chosen)

    def _queue(self, index: int) -> None:
        self.state[index] = State.READY
        if index in self.lonely:
            self.alone.append(index)
        else:
            self.ready.add(index)

    def _unqueue(self, index: int) -> None:
        self.state[index] = State.WAITING
        self.ready.discard(index)
        self.alone = [i for i in self.alone if i != index]
        self.later = [(when, i) for when, i in self.later if i != index]
        heapq.heapify(self.later)

    def _start(self, index: int) -> None:
        task = self.graph.tasks[index]
        folder = self._folder(index)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._failed(index, kind_of(error), told(error))
            return
        inputs, read = [], []
        for slot, ref in task.inputs:
            action = self.outcome.actions[ref.task]
            if not self.store.sound(action, ref.output):
                self._rebuild(ref.task, index)
                return
            output = action.output(ref.output)
            read.append((action, ref.output, self.store.token(action, ref.output)))
            inputs.append([slot, str(self.store.path(action, ref.output)), output.digest])
        need = self._need(index)
        self.state[index] = State.RUNNING
        self.tries[index] += 1
        self.read[index] = read
        self.began[index] = time.time()
        self.log[index] = logs.log_path(self.store.logs, self.recipes[index])
        message: dict[str, object] = {
            "op": task.op.name,
            "params": encode(task.params),
            "inputs": inputs,
            "outputs": [[name, SUFFIX[kind]] for name, kind in task.outputs],
            "folder": str(folder),
            "log": str(self.log[index]),
            "project": str(self.store.root.parent),
        }
        self.ledger.take(index, need)
        self.pool.submit(index, message, self._affinity(index), need.lane)
        self._emit("started", index, worker=self.pool.worker_of(index))

    def _rebuild(self, source: int, reader: int) -> None:
        """A task's bytes are damaged or gone: make it again, before whoever reads it and has not begun."""
        self._emit("damaged", source)
        self.outcome.actions.pop(source, None)
        self.state[source] = State.UNSEEN
        for other in self.readers[source]:
            if self.state[other] is State.READY:
                self._unqueue(other)
                self.missing[other] += 1
            elif self.state[other] is State.WAITING:
                self.missing[other] += 1
        assert self.state[reader] is State.WAITING
        self.rebuilt[source] += 1
        if self.rebuilt[source] > _MOST_REBUILDS:
            what = "what was stored is not what is read back; is the disk sound?"
            self._failed(source, Trouble.DAMAGED, what)
            return
        self.demand(source)

    def _check_bytes(self, index: int, outputs: Sequence[str]) -> None:
        """Have the store look at the bytes of a hit; what is damaged is moved aside and found no more."""
        hit = self.store.find(self.recipes[index], self.domain)
        if hit and not all(self.store.sound(hit, name) for name in outputs):
            self._emit("damaged", index)

    def _heard(self, index: int, reply: dict[str, object] | None) -> None:
        self.ledger.give_back(index)
        was_alone, self.solo = self.solo == index, None if self.solo == index else self.solo
        folder = self._folder(index, -1)
        kind, message = self._trouble_of(index, reply)
        if kind is not None:
            shutil.rmtree(folder, ignore_errors=True)
            self._again_or_failed(index, kind, message, was_alone)
            return
        assert reply is not None
        task = self.graph.tasks[index]
        try:
            outputs = self.store.adopt(folder, [(name, SUFFIX[kind]) for name, kind in task.outputs])
            action = self._record(index, outputs, reply)
        except (OSError, sqlite3.Error) as error:
            shutil.rmtree(folder, ignore_errors=True)
            self._again_or_failed(index, kind_of(error), told(error), was_alone)
            return
        shutil.rmtree(folder, ignore_errors=True)
        cpu, stage = float(str(reply["cpu"])), task.op.stage.value
        self.outcome.cpu[stage] = self.outcome.cpu.get(stage, 0.0) + cpu
        self.outcome.ran.append(index)
        self._done(index, action, "ran", reply)

    def _trouble_of(self, index: int, reply: dict[str, object] | None) -> tuple[Trouble | None, str]:
        """What is wrong with an answer, if anything is."""
        if reply is None:
            what = "its process was killed" if self.pool.killed else "its process ended without an answer"
            logs.write(self.log[index], f"\n{what}\n")
            return Trouble.CRASHED, what
        if "error" in reply:
            return Trouble(str(reply["error"])), str(reply["message"])
        if any(self.store.token(action, name) != token for action, name, token in self.read[index]):
            # What it read may be neither the old bytes nor the new: such a result belongs under no key.
            return Trouble.TRANSIENT, "something it reads was written to meanwhile"
        return None, ""

    def _again_or_failed(self, index: int, kind: Trouble, message: str, was_alone: bool) -> None:
        if self.tries[index] >= MOST_TRIES.get(kind, 1) or (kind is Trouble.MEMORY and was_alone):
            if kind is Trouble.CRASHED:
                message += ", twice" + ("; has the system run out of memory?" if self.pool.killed else "")
            if kind is Trouble.MEMORY:
                memory = self.ledger.lanes[self._need(index).lane].memory
                self.store.index.did_not_fit(self.recipes[index], self.domain, memory)
                message = f"not even alone did it fit the {_bytes(memory)} that are free ({message})"
            self._failed(index, kind, message)
            return
        self._emit("retried", index, kind=kind.value, message=message)
        if kind is Trouble.MEMORY or (kind is Trouble.CRASHED and self.pool.killed):
            self.lonely.add(index)
        if kind is Trouble.TRANSIENT:
            self.state[index] = State.READY
            heapq.heappush(self.later, (time.monotonic() + PAUSE * 2 ** (self.tries[index] - 1), index))
        else:
            self._queue(index)

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
        seconds = float(str(reply["seconds"]))
        action = Action(
            self.keys[index],
            self.recipes[index],
            self.domain,
            task.op.name,
            outputs,
            canonical(reply["ok"]),  # type: ignore[arg-type]
            record,
            seconds,
        )
        vouched = all(self.outcome.actions[ref.task].action in self.store.vouched for ref in task.sources())
        self.store.record(action, Measured(task.cost, seconds, int(str(reply.get("memory", 0)))), vouched=vouched)
        return action

    def _done(self, index: int, action: Action, what: str, reply: dict[str, object] | None = None) -> None:
        self.state[index] = State.DONE
        self.outcome.actions[index] = action
        told = reply or {}
        self._emit(
            what,
            index,
            seconds=float(str(told.get("seconds", 0.0))),
            cpu=float(str(told.get("cpu", 0.0))),
            worker=int(str(told.get("pid", 0))),
            memory=int(str(told.get("memory", 0))),
            finished=time.time(),
            size=sum(output.size for output in action.outputs),
        )
        settled = []
        for reader in self.readers[index]:
            if self.state[reader] is State.WAITING:
                self.missing[reader] -= 1
                if not self.missing[reader]:
                    settled.append(reader)
        self._settle(settled)

    def _settle(self, tasks: Sequence[int]) -> None:
        """Tasks whose inputs are all there: a hit by their action, or ready to run. A hit may settle others: a worklist."""
        self.settled.extend(reversed(tasks))
        if self.settling:
            return
        self.settling = True
        try:
            while self.settled:
                index = self.settled.pop()
                task = self.graph.tasks[index]
                self.keys[index] = action_key(task, self.tools, self._input_digests(task), self.domain)
                if hit := self.store.find_action(self.keys[index]):
                    self.store.index.link(hit, self.recipes[index])
                    self._done(index, hit, "hit")
                    continue
                if self.recipes[index] in self.unfit:
                    self.lonely.add(index)
                self._queue(index)
        finally:
            self.settling = False

    def _failed(self, index: int, kind: Trouble, message: str) -> None:
        self.state[index] = State.FAILED
        self.full |= kind is Trouble.DISK
        self.outcome.failed.append((index, kind.value, message))
        if index in self.log:
            self.outcome.logs[index] = self.log[index]
        self._emit("failed", index, kind=kind.value, message=message, finished=time.time())

    def _input_digests(self, task: Task) -> list[tuple[str, str]]:
        return [(slot, self.outcome.actions[ref.task].output(ref.output).digest) for slot, ref in task.inputs]

    def _affinity(self, index: int) -> str:
        return self.graph.tasks[index].shot or self.graph.tasks[index].op.name

    def _need(self, index: int) -> Need:
        return self.needs(self.graph.tasks[index])

    def _fits(self, index: int) -> bool:
        return self.ledger.fits(self._need(index))

    def _folder(self, index: int, back: int = 0) -> Path:
        return self.store.scratch / f"{index}-{self.tries[index] + back}"

    def _ranks(self) -> list[float]:
        """Longest remaining path in seconds: what is furthest from the end goes first."""
        rank = [0.0] * len(self.graph.tasks)
        for index in range(len(self.graph.tasks) - 1, -1, -1):
            rank[index] = self.expected[index] + max((rank[r] for r in self.readers[index]), default=0.0)
        return rank

    def _emit(
        self,
        what: str,
        index: int,
        *,
        seconds: float = 0.0,
        cpu: float = 0.0,
        message: str = "",
        kind: str = "",
        finished: float = 0.0,
        worker: int = 0,
        memory: int = 0,
        size: int = 0,
    ) -> None:
        task = self.graph.tasks[index]
        self.listen(
            Event(
                what, index, task.label, task.op.stage.value, task.shot, seconds, cpu, message, task.op.name,
                self.recipes[index][: logs.ID], kind, self.began.get(index, finished), finished, worker,
                self.tries[index], self.expected[index], memory, size,
            )
        )  # fmt: skip


def _bytes(size: int) -> str:
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MB"
