"""Real processes, killed at random instants: the next build goes on, comes to a clean build's end, and repeats nothing."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from unittest import mock

import pytest

from tests.machine.processes import Child, Forked
from tests.machine.world import EDITS, World

pytestmark = pytest.mark.slow
KILLS = 200


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    with mock.patch("runtime.cli.build.Pool", Forked):
        yield made
    made.close()


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


def test_three_builds_at_once_of_which_one_is_killed(world: World) -> None:
    chance = random.Random(11)
    for edit in sorted(EDITS):
        world.toggle(edit)
        children = [Child(world) for _ in range(3)]
        time.sleep(chance.uniform(0, 0.4))
        children[0].kill()
        ended = [child.end() for child in children]
        assert [status for _, status in ended[1:]] == [0, 0]
        world.nothing_again([item for ran, _ in ended for item in ran])
        before = dict(world.kept)
        world.build()
        assert world.kept == before


@pytest.mark.parametrize("then", ["killed", "woken"])
def test_a_frozen_build_keeps_others_only_from_what_it_does_itself(world: World, then: str) -> None:
    """Ctrl-Z at any instant, claims, locks and all; another build does what is left and gets the rest in the end."""
    chance = random.Random(12)
    for edit in sorted(EDITS):
        world.toggle(edit)
        frozen = Child(world)
        time.sleep(chance.uniform(0, 0.4))
        frozen.freeze()
        other = Child(world)
        time.sleep(chance.uniform(0, 0.8))
        if then == "killed":
            frozen.kill()
        else:
            frozen.thaw()
        (first, how), (second, status) = frozen.end(), other.end()
        assert (how, status) in ((0, 0), (signal.SIGKILL if then == "killed" else 0, 0))
        world.nothing_again(first + second)
        before = dict(world.kept)
        world.build()
        assert world.kept == before
