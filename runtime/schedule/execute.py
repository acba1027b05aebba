"""The local scheduler: brings a graph's wanted outputs up to date and runs exactly what changed.

What must run goes to worker processes: on the processors longest remaining path first, on a device in the plan's order, as far
as each lane's slots and memory go round. Tasks of a call are done together or one right after another, and each is kept by
itself. What fails is tried again only where that can help.
"""

from __future__ import annotations

import heapq
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from compiler.graph.calls import Call
from compiler.graph.keys import Tools, recipe_keys
from compiler.graph.task import Graph, Task
from runtime.schedule import logs, table
from runtime.schedule.calls import Calls
from runtime.schedule.demand import Demand
from runtime.schedule.desk import Desk, Spoilt
from runtime.schedule.events import Event, Listener, Outcome, State
from runtime.schedule.lanes import CPU, Lane, Ledger, Need, Needs
from runtime.schedule.pool import Pool
from runtime.schedule.queues import Queue
from runtime.schedule.trouble import MOST_TRIES, PAUSE, Trouble, kind_of, told
from runtime.store.store import Store

ELSEWHERE = 0.25
"""Seconds between looks at a task that another build is doing."""


def execute(
    graph: Graph,
    tools: Tools,
    domain: str,
    store: Store,
    pool: Pool,
    listen: Listener,
    costs: Callable[[Task], float],
    *,
    recipes: Sequence[str] = (),
    calls: Callable[[], Iterable[Call]] = tuple,
    lanes: Callable[[], Sequence[Lane]] = tuple,
    needs: Needs = lambda _: Need(),
    clock: Callable[[], float] = time.time,
) -> Outcome:
    """Bring every wanted output of ``graph`` up to date, as far as nothing provisional stands in the way.

    ``recipes`` are the plan's (none: they are made). ``calls`` gives the plan's calls (none: every task is one), ``lanes`` the
    devices (none: as many processors as ``pool`` has workers); both are asked for once there is something to run. ``needs`` is what
    each task takes of a lane. Raises ``KeyboardInterrupt`` through; finished work is already in the store then, and nothing is
    claimed any more.
    """
    recipes = recipes or recipe_keys(graph, tools)
    means = _Means(calls, lanes, needs, costs, clock)
    run = _Run(graph, recipes, tools, domain, store, pool, listen, means)
    try:
        run.demand.want((ref.task, ref.output) for _, ref in graph.wanted)
        if any(task.provisional for task in graph.tasks):
            # What is sure already need not wait for what is not.
            run.demand.ask(
                index
                for index, task in enumerate(graph.tasks)
                if not task.provisional and any(graph.tasks[reader].provisional for reader in run.demand.readers[index])
            )
        run.loop()
    except BaseException:
        pool.abandon()
        run.cancelled()
        raise
    finally:
        run.desk.clear_all()
    run.outcome.stranded = [i for i, state in enumerate(run.state) if state in (State.WAITING, State.READY)]
    return run.outcome


@dataclass(frozen=True, slots=True)
class _Means:
    """What a run works with, as ``execute`` is given it."""

    calls: Callable[[], Iterable[Call]]
    lanes: Callable[[], Sequence[Lane]]
    needs: Needs
    costs: Callable[[Task], float]
    clock: Callable[[], float]


class _Run:
    def __init__(
        self,
        graph: Graph,
        recipes: Sequence[str],
        tools: Tools,
        domain: str,
        store: Store,
        pool: Pool,
        listen: Listener,
        means: _Means,
    ) -> None:
        self.graph, self.tools, self.domain, self.store, self.pool = graph, tools, domain, store, pool
        self.recipes, self.listen, self.means, self.clock = recipes, listen, means, means.clock
        self.demand = Demand(graph, recipes, tools, domain, store, self._emit, self._ready, self._unready)
        self.state, self.outcome, self.keys = self.demand.state, self.demand.outcome, self.demand.keys
        self.desk = Desk(graph, recipes, tools, domain, store, self.demand)
        self.tries = [0] * len(graph.tasks)
        self.began: dict[int, float] = {}
        self.jobs: dict[int, tuple[tuple[int, ...], str]] = {}
        """(tasks, lane) of what is running, by its first task."""
        self.where: dict[int, str] = {}
        """Lane of every task that was begun."""
        self.follow: list[tuple[int, str, int]] = []
        """(task, lane, worker) of those that go right after what has just ended there."""
        self.later: list[tuple[float, int]] = []
        """(when, task) of those that try again after a pause."""
        self.waits: set[int] = set()
        """Those that another build was seen to do."""
        self.lonely: set[int] = set()
        """Those that may only run when nothing else does."""
        self.bare: set[int] = set()
        """Those for which their device lets go of everything else first."""
        self.apart: set[int] = set()
        """Those that went wrong in company: tried one by one."""
        self.alone: list[int] = []
        self.solo: int | None = None
        self.full = False
        self.nothing = True
        """Nothing has had to run so far: calls, lanes and queues have not been looked at."""

    @cached_property
    def calls(self) -> Calls:
        return Calls(self.graph, self.means.calls(), table.TOGETHER)

    @cached_property
    def ledger(self) -> Ledger:
        lanes = self.means.lanes() or (Lane(CPU, self.pool.size, 1 << 62),)
        self.pool.equip(lanes)
        return Ledger(lanes)

    @cached_property
    def queue(self) -> Queue:
        expected = [self.means.costs(task) for task in self.graph.tasks]
        return Queue(self.demand, self.calls, self.ledger, self.pool, self.means.needs, expected, self._elapsed)

    @cached_property
    def unfit(self) -> dict[str, dict[str, int]]:
        """By lane: recipes that ran out of memory on such a device."""
        return {name: self.store.index.unfit(self._make(name)) for name in self.ledger.lanes}

    @cached_property
    def most(self) -> dict[str, dict[str, int]]:
        """By lane: how many tasks of a kind go together on such a device."""
        return {name: self.store.index.crowds(self._make(name)) for name in self.ledger.lanes}

    def loop(self) -> None:
        while not self.nothing:
            self._dispatch()
            if self.pool.busy:
                for job, reply in self.pool.replies(timeout=ELSEWHERE if self.later else 0.5):
                    self._heard(job, reply)
            elif self.later and not self.full:
                time.sleep(max(0.0, self.later[0][0] - time.monotonic()))
            else:
                return

    def cancelled(self) -> None:
        """Say of what was running that it was stopped."""
        for index, state in enumerate(self.state):
            if state is State.RUNNING:
                self._emit("cancelled", index, kind=Trouble.CANCELLED.value, finished=self.clock())

    # ---- what starts when

    def _dispatch(self) -> None:
        while self.later and self.later[0][0] <= time.monotonic():
            self._enqueue(heapq.heappop(self.later)[1])
        while self.alone and self.solo is None and self.pool.busy == 0 and not self.full:
            self.pool.rest()  # what idle workers remember is memory, too
            self.solo = self.alone.pop(0)
            kind = self.queue.need(self.solo).lane
            self._start(self.solo, next(name for name, lane in self.ledger.lanes.items() if lane.serves == kind))
            if self.state[self.solo] is not State.RUNNING:
                self.solo = None
        while self.follow and self._open():
            index, lane, worker = self.follow.pop(0)
            waits = self.state[index] is State.READY and index not in self.lonely
            if waits and self.ledger.fits(self._taken((index,), lane), lane):
                self._start(index, lane, worker)
        for lane in self.ledger.lanes:
            while self._open() and self.ledger.has_slot(lane) and self.pool.idle:
                chosen = self.queue.take(lane)
                if chosen is None:
                    break
                self._start(chosen, lane)

    def _open(self) -> bool:
        return not self.full and not self.alone and self.solo is None

    def _ready(self, index: int) -> None:
        self.nothing = False
        need = self.queue.need(index)
        if not self._stays(need) and self.recipes[index] in self.unfit.get(need.lane, {}):
            self.lonely.add(index)
        self._enqueue(index)

    def _enqueue(self, index: int) -> None:
        self.state[index] = State.READY
        if index in self.lonely:
            self.alone.append(index)
        else:
            self.queue.add(index)

    def _unready(self, index: int) -> None:
        self.queue.discard(index)
        self.alone = [i for i in self.alone if i != index]
        self.later = [(when, i) for when, i in self.later if i != index]
        heapq.heapify(self.later)

    def _start(self, index: int, lane: str, worker: int = 0) -> None:
        """Begin a task on a lane, with those of its call that go together with it."""
        if self._stays(self.queue.need(index)) and self.recipes[index] in self.unfit[lane]:
            self.bare.add(index)
        jobs: dict[int, dict[str, Any]] = {}
        for mate in self._company(index, lane):
            if self.state[mate] is State.READY:  # still: preparing one may find the next damaged
                self._unready(mate)
                if (job := self._prepared(mate)) is not None:
                    jobs[mate] = job
        jobs = {task: job for task, job in jobs.items() if self._still(task)}
        if not jobs:
            return
        tasks, first = tuple(jobs), next(iter(jobs))
        need = self.queue.need(first)
        keep = self.queue.keep(tasks, lane, bare=first in self.bare)
        for task in tasks:
            self.state[task] = State.RUNNING
            self.tries[task] += 1
            self.began[task], self.where[task] = self.clock(), lane
        self.jobs[first] = tasks, lane
        self.ledger.take(first, self._taken(tasks, lane), lane)
        message: dict[str, object] = {
            "op": self.graph.tasks[first].op.name,
            "tasks": [*jobs.values()],
            "project": str(self.store.root.parent),
            "keep": sorted(model.name for model in keep),
        }
        self.pool.submit(first, message, self.queue.affinity(first), lane, worker)
        worker = self.pool.worker_of(first)
        if lane in self.queue.residences:
            self.queue.residences[lane].served_by(worker, need.models)
        for task in tasks:
            self._emit("started", task, worker=worker, together=len(tasks))

    def _still(self, index: int) -> bool:
        """Whether a task that was prepared can start still: one of its company may have found what they read damaged."""
        if self.state[index] is not State.READY:
            self.desk.clear(index)
        return self.state[index] is State.READY

    def _company(self, index: int, lane: str) -> list[int]:
        """A task and those that are best done in the same call of its function, as many as go together here."""
        company, mates = [index], self.calls.mates(index)
        if len(mates) > 1 and not {index} & (self.apart | self.lonely | self.bare):
            most = self.most[lane].get(self.calls.crowd(index), len(mates))
            for mate in mates:
                apart = mate in self.apart | self.bare | self.lonely or self.recipes[mate] in self.unfit[lane]
                together = mate != index and self.state[mate] is State.READY and not apart
                if together and len(company) < most and self.ledger.fits(self._taken((*company, mate), lane), lane):
                    company.append(mate)
        return company

    def _taken(self, tasks: Sequence[int], lane: str) -> Need:
        """What a call takes of a lane; a step that follows where it would not have gone by itself takes nothing."""
        needs = [self.queue.need(index) for index in tasks]
        own = needs[0].lane == self.ledger.lanes[lane].serves
        return Need(needs[0].lane, sum(need.memory for need in needs) if own else 0)

    def _prepared(self, index: int) -> dict[str, Any] | None:
        """What a worker is told of a task; ``None`` when it cannot start now, or need not."""
        try:
            told_of = self.desk.prepare(index)
        except OSError as error:
            self._failed(index, kind_of(error), told(error))
            return None
        if told_of is None:
            if index not in self.waits:
                self.waits.add(index)
                self._emit("elsewhere", index)
            heapq.heappush(self.later, (time.monotonic() + ELSEWHERE, index))
            return None
        if isinstance(told_of, Spoilt):
            self._rebuild(told_of.source)
            return None
        if self.demand.found(index):  # by another build, since this one looked
            self.desk.clear(index)
            return None
        return told_of

    def _rebuild(self, source: int) -> None:
        self.queue.again()
        if not self.demand.again(source):
            self._failed(source, Trouble.DAMAGED, "what was stored is not what is read back; is the disk sound?")

    # ---- what comes back

    def _heard(self, job: int, reply: dict[str, Any] | None) -> None:
        self.ledger.give_back(job)
        tasks, lane = self.jobs.pop(job)
        alone, self.solo = self.solo == job, None if self.solo == job else self.solo
        kind, message = self._trouble_of(tasks, reply)
        if reply is None and lane in self.queue.residences:
            self.queue.residences[lane].served_by(0, frozenset())
        if kind is not None:
            for index in tasks:
                self.desk.clear(index)
            self._troubled(tasks, lane, kind, message, alone)
            return
        assert reply is not None
        done = [
            index
            for index, facts in zip(tasks, reply["ok"], strict=True)
            if self._kept(index, facts, reply, tasks, lane, alone)
        ]
        self.follow += [(index, lane, int(reply["pid"])) for index in self.calls.after(done)]

    def _kept(
        self, index: int, facts: Any, reply: dict[str, Any], tasks: Sequence[int], lane: str, alone: bool
    ) -> bool:
        """Take in what one task of a call has made: each is kept by itself, whatever becomes of the others."""
        task, share = self.graph.tasks[index], 1 / len(tasks)
        try:
            action = self.desk.keep(index, facts, float(reply["seconds"]) * share, int(reply.get("memory", 0)))
        except (OSError, sqlite3.Error) as error:
            self.desk.clear(index)
            self._again_or_failed(index, lane, kind_of(error), told(error), alone)
            return False
        self.desk.clear(index)
        cpu, stage = float(reply["cpu"]) * share, task.op.stage.value
        self.outcome.cpu[stage] = self.outcome.cpu.get(stage, 0.0) + cpu
        self.outcome.ran.append(index)
        self.state[index] = State.DONE
        self._emit(
            "ran", index, seconds=float(reply["seconds"]) * share, cpu=cpu, worker=int(reply["pid"]),
            memory=int(reply.get("memory", 0)), finished=self.clock(), size=sum(output.size for output in action.outputs),
            together=len(tasks),
        )  # fmt: skip
        self.demand.done(index, action)
        return True

    def _trouble_of(self, tasks: Sequence[int], reply: dict[str, Any] | None) -> tuple[Trouble | None, str]:
        """What is wrong with an answer, if anything is."""
        if reply is None:
            what = "its process was killed" if self.pool.killed else "its process ended without an answer"
            for index in tasks:
                logs.write(self.desk.log[index], f"\n{what}\n")
            return Trouble.CRASHED, what
        if "error" in reply:
            return Trouble(str(reply["error"])), str(reply["message"])
        if self.desk.changed(tasks):
            # What it read may be neither the old bytes nor the new: such a result belongs under no key.
            return Trouble.TRANSIENT, "something it reads was written to meanwhile"
        return None, ""

    def _troubled(self, tasks: Sequence[int], lane: str, kind: Trouble, message: str, alone: bool) -> None:
        """A call that went wrong: several tasks are tried again as fewer, or one by one, one task by itself."""
        if len(tasks) == 1:
            self._again_or_failed(tasks[0], lane, kind, message, alone)
            return
        if kind is Trouble.MEMORY and len(tasks) > 2:
            most = self.most[lane][self.calls.crowd(tasks[0])] = len(tasks) // 2
            self.store.index.crowd(self.calls.crowd(tasks[0]), self._make(lane), most)
        elif kind is Trouble.MEMORY:
            self.most[lane][self.calls.crowd(tasks[0])] = 1
            self.store.index.crowd(self.calls.crowd(tasks[0]), self._make(lane), 1)
        else:
            self.apart.update(tasks)
        for index in tasks:
            self.tries[index] -= 1  # it has not been tried by itself yet
            self._emit("retried", index, kind=kind.value, message=message, together=len(tasks))
            self._enqueue(index)

    def _again_or_failed(self, index: int, lane: str, kind: Trouble, message: str, alone: bool) -> None:
        stays = self._stays(self.queue.need(index))
        alone = alone or (stays and index in self.bare)
        if self.tries[index] >= MOST_TRIES.get(kind, 1) or (kind is Trouble.MEMORY and alone):
            if kind is Trouble.CRASHED:
                message += ", twice" + ("; has the system run out of memory?" if self.pool.killed else "")
            if kind is Trouble.MEMORY:
                memory = self.ledger.lanes[lane].memory
                self.store.index.did_not_fit(self.recipes[index], self._make(lane), memory)
                message = f"not even alone did it fit the {_bytes(memory)} that are free ({message})"
            self._failed(index, kind, message)
            return
        self._emit("retried", index, kind=kind.value, message=message)
        if kind is Trouble.MEMORY and stays:
            self.bare.add(index)
        elif kind is Trouble.MEMORY or (kind is Trouble.CRASHED and self.pool.killed):
            self.lonely.add(index)
        if kind is Trouble.TRANSIENT:
            self.state[index] = State.READY
            heapq.heappush(self.later, (time.monotonic() + PAUSE * 2 ** (self.tries[index] - 1), index))
        else:
            self._enqueue(index)

    def _failed(self, index: int, kind: Trouble, message: str) -> None:
        self.desk.clear(index)
        self.state[index] = State.FAILED
        self.queue.failed(index)
        self.full |= kind is Trouble.DISK
        self.outcome.failed.append((index, kind.value, message))
        if index in self.desk.log:
            self.outcome.logs[index] = self.desk.log[index]
        self._emit("failed", index, kind=kind.value, message=message, finished=self.clock())

    def _stays(self, need: Need) -> bool:
        """Whether a task works in the memory of a device, where models stay loaded, and not in that of the processors."""
        return bool(need.models) and need.lane != CPU

    def _make(self, lane: str) -> str:
        """What did not fit a lane will not fit another of this make."""
        device = self.ledger.lanes[lane]
        return self.domain if device.serves == CPU else f"{device.device or device.name} {_bytes(device.memory)}"

    def _elapsed(self, index: int) -> float:
        return self.clock() - self.began[index]

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
        together: int = 1,
    ) -> None:
        task = self.graph.tasks[index]
        if what == "hit":
            finished = self.clock()
        self.listen(
            Event(
                what, index, task.label, task.op.stage.value, task.shot, seconds, cpu, message, task.op.name,
                self.recipes[index][: logs.ID], kind, self.began.get(index, finished), finished, worker,
                self.tries[index], self.means.costs(task), memory, size, self.where.get(index, ""), together,
            )
        )  # fmt: skip


def _bytes(size: int) -> str:
    return f"{size / (1 << 30):.1f} GB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MB"
