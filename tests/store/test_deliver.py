"""Delivery: whole at every moment, whoever else delivers, and nothing left behind."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.store import durable
from runtime.store.blobs import deliver
from runtime.store.kept import write_kept


@pytest.mark.parametrize("kept", [False, True])
def test_two_at_once_in_one_process_do_not_meet(tmp_path: Path, kept: bool) -> None:
    source, target = tmp_path / "blob", tmp_path / "out" / "film.mp4"
    source.write_text("a film")
    target.parent.mkdir()

    def put() -> object:
        return write_kept(target, "a film") if kept else deliver(source, target)

    told: list[str] = []

    def meanwhile(what: str, _path: Path) -> None:
        if what == "fsync" and not told:
            told.append(what)
            put()

    watch: Callable[[str, Path], None] = meanwhile
    durable.WATCH.append(watch)
    try:
        put()
    finally:
        durable.WATCH.remove(watch)
    assert told
    assert target.read_text() == "a film"
    assert [path.name for path in target.parent.iterdir()] == ["film.mp4"]


def test_what_a_killed_delivery_left_goes_after_an_hour(tmp_path: Path) -> None:
    source, target = tmp_path / "blob", tmp_path / "film.mp4"
    source.write_text("a film")
    old, young = tmp_path / ".film.mp4.0123.part", tmp_path / ".film.mp4.4567.part"
    for path, age in ((old, 7200), (young, 60)):
        path.write_text("half")
        os.utime(path, (time.time() - age, time.time() - age))
    assert deliver(source, target)
    assert (old.exists(), young.exists()) == (False, True)
    assert not deliver(source, target)
