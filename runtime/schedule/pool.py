"""A pool of worker processes: start, hand out, hear back, kill. Knows nothing of tasks or keys."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from runtime.schedule import worker


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    link: Connection
    job: int | None = None
    affinity: str = ""


class Pool:
    """``size`` spawned workers, started as they are needed. ``serve`` is what each of them runs."""

    def __init__(self, size: int, serve: Callable[[Connection, int], None] = worker.main) -> None:
        self.size = max(1, size)
        self._serve = serve
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []

    @property
    def busy(self) -> int:
        return sum(w.job is not None for w in self._workers)

    @property
    def idle(self) -> bool:
        """Whether another job can be handed out now."""
        return self.busy < self.size

    def idle_affinities(self) -> set[str]:
        """What idle workers last worked on: their caches are warm for it."""
        return {w.affinity for w in self._workers if w.job is None}

    def submit(self, job: int, message: dict[str, object], affinity: str) -> None:
        """Hand a job to an idle worker, to one that last worked on the same thing if there is one."""
        free = [w for w in self._workers if w.job is None]
        chosen = next((w for w in free if w.affinity == affinity), None)
        if chosen is None:
            chosen = self._start() if len(self._workers) < self.size else free[0]
        data = json.dumps(message).encode()
        try:
            chosen.link.send_bytes(data)
        except OSError:  # it died while it was idle
            self._discard(chosen)
            chosen = self._start()
            chosen.link.send_bytes(data)
        chosen.job, chosen.affinity = job, affinity

    def replies(self, timeout: float) -> Iterator[tuple[int, dict[str, object] | None]]:
        """Finished jobs within ``timeout`` seconds; ``None`` for one whose worker died."""
        links = {w.link: w for w in self._workers if w.job is not None}
        for ready in wait(list(links), timeout):
            owner = links[ready]  # type: ignore[index]
            assert owner.job is not None
            job, owner.job = owner.job, None
            try:
                yield job, json.loads(owner.link.recv_bytes())
            except (EOFError, OSError):
                self._discard(owner)
                yield job, None

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

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=self._serve, args=(theirs, os.getpid()), daemon=True)
        saved = {name: os.environ.get(name) for name in worker.ONE_THREAD}
        os.environ.update(worker.ONE_THREAD)
        try:
            process.start()
        finally:
            for name, value in saved.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        theirs.close()
        started = _Worker(process, ours)
        self._workers.append(started)
        return started
