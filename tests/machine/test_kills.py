"""Real processes, killed at random instants: the next build goes on, comes to a clean build's end, and repeats nothing."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from unittest import mock

import pytest

from runtime.schedule.pool import Pool
from tests.machine.world import EDITS, World
from tests.schedule import fakes

pytestmark = pytest.mark.slow
KILLS = 200


class Forked(Pool):
    """Two worker processes with pretended work, begun as fast as a process can be."""

    def __init__(self, size: int) -> None:
        super().__init__(2, fakes.serve)
        self._context = multiprocessing.get_context("fork")  # type: ignore[assignment]

    def equip(self, lanes: object) -> None:
        pass


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    with mock.patch("runtime.cli.build.Pool", Forked):
        yield made
    made.close()


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

    def end(self) -> tuple[list[tuple[str, str]], int]:
        """What it recorded, and how it ended: 0, or the signal that ended it."""
        with os.fdopen(self._reading) as pipe:
            lines = [json.loads(line) for line in pipe if line.endswith("\n")]
        status = os.waitpid(self.pid, 0)[1]
        return [(recipe, label) for recipe, label in lines], status


def test_200_kills_at_random_instants(world: World) -> None:
    chance = random.Random(4)
    world.clean()  # what is imported and hashed once is, before children are timed
    first = Child(world)
    ran, status = first.end()
    assert status == 0
    world.nothing_again(ran)
    whole = time.monotonic() - first.began
    killed = rebuilt = 0
    while killed < KILLS:
        world.lens = chance.randint(18, 200)
        world.toggle(chance.choice(sorted(EDITS)))
        child = Child(world)
        time.sleep(chance.uniform(0, whole))
        child.kill()
        ran, status = child.end()
        assert status in (0, signal.SIGKILL)
        killed += status == signal.SIGKILL
        world.nothing_again(ran)
        world.nothing_half()
        if chance.random() < 0.1:
            rebuilt += 1
            world.build()
    world.build()
    assert rebuilt > 9


def test_two_real_builds_at_once(world: World) -> None:
    for edit in sorted(EDITS):
        world.toggle(edit)
        children = [Child(world), Child(world)]
        ended = [child.end() for child in children]
        assert [status for _, status in ended] == [0, 0]
        # Between them they did everything once.
        world.nothing_again([item for ran, _ in ended for item in ran])
        world.build()


def test_one_of_two_builds_is_killed_and_the_other_goes_on(world: World) -> None:
    chance = random.Random(9)
    for edit in sorted(EDITS) * 2:
        world.toggle(edit)
        children = [Child(world), Child(world)]
        time.sleep(chance.uniform(0, 0.3))
        children[0].kill()
        (first, _), (second, status) = (child.end() for child in children)
        assert status == 0
        world.nothing_again(first + second)
        before = dict(world.kept)
        world.build()
        assert world.kept == before, "the one that was left had done everything"
