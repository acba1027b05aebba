"""The checks of this folder find what they are for: each seeded bug is caught, and without one nothing is found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from runtime.cli import receipts
from runtime.schedule import sources
from runtime.store import durable, locks
from runtime.store.blobs import Blobs, file_digest
from tests.machine.world import World

Bug = Callable[[], Any]


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def power_cuts(world: World) -> None:
    """The power goes at one durable call after another of a build, and the build is made again."""
    world.build()
    for number, stop in enumerate(range(4, 150, 13)):
        world.toggle("a lens" if number % 2 else "a coat")
        world.build_killed(stop, power=True)
        world.build()


def damage(world: World) -> None:
    """Every blob is damaged in turn; then everything before delivery is made from what is there."""
    world.build()
    world.toggle("a title")
    world.build()
    for which in range(40):
        world.damage_blob(which, "flip")
        world.toggle("a look")
        world.build()


def deliveries(world: World) -> None:
    """A build of a changed film is killed at each of its last calls, those of delivery among them."""
    world.build()
    for stop in range(1, 60, 2):
        world.toggle("a title")
        world.build_killed(stop)


def dates_kept(world: World) -> None:
    """A file of the project becomes another of the same size and date."""
    world.toggle("a look")
    path = world.folder / "look.cube"
    old = path.stat().st_mtime_ns - 10**10
    os.utime(path, ns=(old, old))
    world.build()
    path.write_text("LUT_3D_SIZE 2\n" + "0 0 1\n" * 8)
    os.utime(path, ns=(old, old))
    world.build()


def asked_again(world: World) -> None:
    """The command is run again after what it delivered has come to harm."""
    world.build()
    while not world.ask():
        pass
    world.damage_delivered(1, "flip")
    world.ask()


def together(world: World) -> None:
    """Two builds at once, again and again."""
    for edit in ("a lens", "a coat", "a word", "a look", "a longer shot"):
        world.toggle(edit)
        world.two_at_once()


def _unsynced(path: Path) -> None:
    """Bytes are never made durable."""


def _renamed_first(self: Blobs, made: Path, suffix: str) -> tuple[str, int]:
    """The order of ``Blobs.adopt`` turned round: into place, then made durable."""
    digest, size = file_digest(made), made.stat().st_size
    target = self.path(digest, suffix)
    target.parent.mkdir(parents=True, exist_ok=True)
    durable.rename(made, target)
    durable.sync_folder(target.parent)
    return digest, size


def _in_place(source: Path, target: Path) -> bool:
    """Delivery that writes into the film somebody may be looking at."""
    target.parent.mkdir(parents=True, exist_ok=True)
    data = source.read_bytes()
    target.write_bytes(data[: len(data) // 2])
    durable.sync_file(target)
    shutil.copyfile(source, target)
    return True


def _size_and_date(handle: int) -> tuple[str, int]:
    stat = os.fstat(handle)
    return f"{stat.st_size}:{stat.st_mtime_ns}", stat.st_mtime_ns


BUGS: dict[str, tuple[Callable[[World], None], Bug]] = {
    "bytes are not synced": (power_cuts, lambda: mock.patch.object(durable, "sync_file", _unsynced)),
    "folders are not synced": (power_cuts, lambda: mock.patch.object(durable, "sync_folder", _unsynced)),
    "renamed before it is synced": (power_cuts, lambda: mock.patch.object(Blobs, "adopt", _renamed_first)),
    "bytes are taken on trust": (
        damage,
        lambda: mock.patch.object(Blobs, "sound", lambda self, digest, suffix: self.path(digest, suffix).exists()),
    ),
    "delivered in place": (deliveries, lambda: mock.patch("runtime.cli.build.deliver", _in_place)),
    "size and date stand for a file": (dates_kept, lambda: mock.patch.object(sources, "_token", _size_and_date)),
    "a receipt looks at nothing": (asked_again, lambda: mock.patch.object(receipts, "holds", return_value=True)),
    "nobody claims what they do": (
        together,
        lambda: mock.patch.object(locks, "claim", lambda path: locks.Lock(path, os.open(os.devnull, os.O_RDONLY))),
    ),
}


_LONG = {"folders are not synced", "renamed before it is synced", "nobody claims what they do", "delivered in place"}


@pytest.mark.parametrize("bug", [pytest.param(bug, marks=[pytest.mark.slow] * (bug in _LONG)) for bug in BUGS])
def test_a_seeded_bug_is_caught(world: World, bug: str) -> None:
    scenario, seeded = BUGS[bug]
    with seeded(), pytest.raises(AssertionError):
        scenario(world)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", list(dict.fromkeys(s for s, _ in BUGS.values())), ids=lambda s: s.__name__)
def test_without_one_nothing_is_found(world: World, scenario: Callable[[World], None]) -> None:
    scenario(world)
