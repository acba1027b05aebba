"""A pool of worker processes: start, hand out, hear back, kill. Knows nothing of tasks or keys."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from runtime.schedule import worker
from runtime.schedule.lanes import CPU, Lane
from runtime.schedule.undisturbed import undisturbed


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    link: Connection
    lane: str
    job: int | None = None
    affinity: str = ""


class Pool:
    """``size`` spawned workers, started as they are needed. ``serve`` is what each of them runs."""

    def __init__(self, size: int, serve: Callable[[Connection, int], None] = worker.main) -> None:
        self.size = max(1, size)
        self._serve = serve
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._lanes: dict[str, Lane] = {}
        self.killed = False
        """Whether the worker that died last was killed from outside."""

    @property
    def busy(self) -> int:
        return sum(w.job is not None for w in self._workers)

    @property
    def idle(self) -> bool:
        """Whether another job can be handed out now."""
        return self.busy < self.size

    def equip(self, lanes: Sequence[Lane]) -> None:
        """Be large enough for all these lanes, and let a lane's workers see its own device only."""
        self.size = max(1, sum(lane.slots for lane in lanes))
        self._lanes = {lane.name: lane for lane in lanes}

    def idle_affinities(self, lane: str = CPU) -> set[str]:
        """What a lane's idle workers last worked on: their caches are warm for it."""
        return {w.affinity for w in self._workers if w.job is None and w.lane == lane}

    def rest(self, lane: str = CPU) -> None:
        """End a lane's idle workers: whatever memory their caches hold is free again."""
        for w in [w for w in self._workers if w.job is None and w.lane == lane]:
            self._discard(w)

    def submit(self, job: int, message: dict[str, object], affinity: str, lane: str = CPU, worker: int = 0) -> None:
        """Hand a job to an idle worker of a lane: to ``worker`` (a process id), else to one that last worked on the same thing.

        ``size`` is how many run at once over all lanes; each lane's workers are its own, for what they keep loaded.
        """
        free = [w for w in self._workers if w.job is None and w.lane == lane]
        chosen = next((w for w in free if worker and w.process.pid == worker), None)
        chosen = chosen or next((w for w in free if w.affinity == affinity), None)
        if chosen is None:
            crowded = (
                len(self._workers) >= self.size or lane != CPU
            )  # a device is one worker's: it keeps what it loaded
            chosen = free[0] if free and crowded else self._start(lane)
        data = json.dumps(message).encode()
        try:
            chosen.link.send_bytes(data)
        except OSError:  # it died while it was idle
            self._discard(chosen)
            chosen = self._start(lane)
            chosen.link.send_bytes(data)
        chosen.job, chosen.affinity = job, affinity

    def worker_of(self, job: int) -> int:
        """Process id of the worker that has a job."""
        return next((w.process.pid or 0 for w in self._workers if w.job == job), 0)

    def replies(self, timeout: float) -> Iterator[tuple[int, dict[str, object] | None]]:
        """Finished jobs within ``timeout`` seconds; ``None`` for one whose worker died.

        A worker that was killed by the system (SIGKILL, as when memory ran out) is told by ``killed``.
        """
        links = {w.link: w for w in self._workers if w.job is not None}
        for ready in wait(list(links), timeout):
            owner = links[ready]  # type: ignore[index]
            assert owner.job is not None
            job, owner.job = owner.job, None
            try:
                yield job, json.loads(owner.link.recv_bytes())
            except (EOFError, OSError):
                owner.process.join(5)
                self.killed = owner.process.exitcode == -signal.SIGKILL
                self._discard(owner)
                yield job, None

    def abandon(self) -> None:
        """Kill the workers that are busy: nobody waits for them any more. The idle ones stay."""
        for w in [w for w in self._workers if w.job is not None]:
            self._discard(w)

    def close(self) -> None:
        """Kill whatever runs and wait for it to be gone."""
        for w in self._workers:
            w.process.kill()
        for w in self._workers:
            w.process.join(5)
            w.link.close()
        self._workers.clear()

    def _discard(self, dead: _Worker) -> None:
        self._workers.remove(dead)
        dead.process.kill()
        dead.process.join(5)
        dead.link.close()

    def _start(self, lane: str) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=self._serve, args=(theirs, os.getpid()), daemon=True)
        seen = self._lanes[lane].environment if lane in self._lanes else ()
        wanted = {**worker.ONE_THREAD, **dict(seen)}
        saved = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        resource_tracker.ensure_running()  # to begin it is to unblock both signals, which must not happen behind the mask below
        # A process that is being begun is nobody's yet: whoever wants us to end waits until it is ours. The mask it has from
        # here, too, until it has said what it does about signals.
        try:
            with undisturbed():
                process.start()
                started = _Worker(process, ours, lane)
                self._workers.append(started)
        finally:
            for name, value in saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        theirs.close()
        return started
