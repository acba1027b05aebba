"""A first build of a tiny film, cut off at each of the calls that make work durable: killed, without power, without room."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.store import durable
from tests.machine.world import World


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.offset = 10.0  # its files were not written to just now: those are hashed, and that is written down, each time
    made.clean()  # what is imported and hashed once is
    yield made
    made.close()


def _afresh(world: World) -> None:
    """The folder as before any build."""
    shutil.rmtree(world.folder / ".film", ignore_errors=True)
    shutil.rmtree(world.out, ignore_errors=True)
    (world.folder / "film.lock").unlink(missing_ok=True)
    world.kept.clear()


def _calls(world: World) -> list[str]:
    """Every durable call of a first build, by what it is and to what."""
    made: list[str] = []

    def tell(what: str, path: Path) -> None:
        made.append(f"{what} {path.name}")

    durable.WATCH.append(tell)
    try:
        world.build()
    finally:
        durable.WATCH.remove(tell)
    _afresh(world)
    return made


def test_every_kind_of_durable_call_is_made(world: World) -> None:
    kinds = {" ".join(call.split()[:-1]) for call in _calls(world)}
    assert kinds == {"fsync", "fsynced", "rename", "renamed", "fsync folder", "fsynced folder", "commit", "committed"}


@pytest.mark.slow
@pytest.mark.parametrize(("power", "step"), [(False, 1), (True, 3)], ids=["killed", "without power"])
def test_a_build_cut_off_at_every_durable_call_is_finished_by_the_next(world: World, power: bool, step: int) -> None:
    count = len(_calls(world))
    assert count > 150
    for stop in range(0, count, step):
        assert world.build_killed(stop, power=power), stop
        world.build()
        _afresh(world)
    assert not world.build_killed(count), "that was all of them"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "step"), [(errno.ENOSPC, 1), (errno.EDQUOT, 7)], ids=["full", "over quota"])
def test_a_build_is_made_good_after_a_disk_that_is_full_from_any_durable_call_on(
    world: World, kind: int, step: int
) -> None:
    for stop in range(0, len(_calls(world)), step):
        world.build_on_a_full_disk(stop, kind)
        world.build()
        _afresh(world)
