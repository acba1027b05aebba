"""Builds in processes of their own, with two workers each, for tests that stop, kill and freeze them."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time

from runtime.schedule.pool import Pool
from tests.machine.world import World
from tests.schedule import fakes


class Forked(Pool):
    """Two worker processes with pretended work, begun as fast as a process can be."""

    def __init__(self, size: int) -> None:
        super().__init__(2, fakes.serve)
        self._context = multiprocessing.get_context("fork")  # type: ignore[assignment]

    def equip(self, lanes: object) -> None:
        pass


class Child:
    """A build in a process of its own; says what has been recorded as it happens."""

    def __init__(self, world: World) -> None:
        reading, writing = os.pipe()
        self.began = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            status = 1
            try:
                os.close(reading)
                os.setpgid(0, 0)
                built = world._run(
                    [], lambda recipe, label: os.write(writing, (json.dumps([recipe, label]) + "\n").encode()) and None
                )
                status = 0 if not built.failed else 2
            finally:
                os._exit(status)
        os.close(writing)
        self._reading = reading

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def freeze(self) -> None:
        """Stop it as Ctrl-Z does, whatever it holds; the workers go on."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def end(self) -> tuple[list[tuple[str, str]], int]:
        """What it recorded, and how it ended: 0, or the signal that ended it."""
        with os.fdopen(self._reading) as pipe:
            lines = [json.loads(line) for line in pipe if line.endswith("\n")]
        status = os.waitpid(self.pid, 0)[1]
        return [(recipe, label) for recipe, label in lines], status
