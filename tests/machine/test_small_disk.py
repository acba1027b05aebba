"""The command on a disk that is really full, or that nobody may write to: it says so, and goes on once there is room."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from runtime.cli import start
from runtime.cli.building import disk_trouble
from tests.machine.world import World


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets no test mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


@pytest.fixture
def world(disk: Path) -> Iterator[World]:
    with mock.patch("tests.machine.world.MEMORY", disk):
        made = World()
    made.clean()
    yield made
    made.close()


def film(*words: str) -> tuple[int, str]:
    """Exit code and all that was said, by the command in this process."""
    said = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["film", *words]),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        try:
            start.main()
        except SystemExit as end:
            return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def fill(disk: Path, left: int) -> Path:
    """Take all of a disk but so many bytes."""
    filler = disk / "filler"
    stat = os.statvfs(disk)
    with filler.open("wb") as stream:
        stream.write(b"x" * max(0, stat.f_bavail * stat.f_frsize - left))
    return filler


def test_however_little_room_there_is_it_is_told_and_the_next_build_goes_on(disk: Path, world: World) -> None:
    build = ["build", str(world.film), "--out", str(world.out), "--force"]
    codes = []
    for left in (0, 4096, 40_960, 100_000, 150_000, 200_000, 240_000, 280_000, 320_000, 400_000, 600_000):
        world.toggle("a lens")
        filler = fill(disk, left)
        code, said = film(*build)
        codes.append(code)
        if code:
            assert "disk" in said, said
            assert "Traceback" not in said
        world.nothing_half()
        filler.unlink()
        world.kept.clear()  # which of its results were recorded, it could not always say
        world.build()
    assert codes[0] == 1
    assert codes[-1] == 0


def test_a_disk_that_nobody_may_write_to(disk: Path, world: World) -> None:
    for built_before in (False, True):
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True, capture_output=True)
        try:
            assert film("check", str(world.film))[0] == 0
            source = str(world.film)
            for words in (
                ["build", source, "--out", str(world.out)],
                ["plan", source],
                ["why", "ada", source],
                ["graph", source],
                ["lock", source],
            ):
                code, said = film(*words)
                assert (code, "Traceback" in said) == (1, False), said
                assert "cannot be used" in said, (built_before, words, said)
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True, capture_output=True)
        world.build()


@pytest.mark.parametrize("number", ["ENOSPC", "EDQUOT"])
def test_a_quota_is_a_disk_that_is_full(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    kind = getattr(errno, number)
    assert disk_trouble(OSError(kind, os.strerror(kind), "x")) == 1
    assert "the disk is full" in capsys.readouterr().err
