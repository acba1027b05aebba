"""What cannot be made a second time is precious: if it is gone all the same, the build says so."""

from __future__ import annotations

from pathlib import Path

from compiler.passes.program import program_of
from runtime.schedule.events import Event
from runtime.store.store import Store
from tests.schedule.conftest import TOOLS
from tests.schedule.test_calls import device, run, takes


def _whats(heard: list[Event], label: str) -> list[str]:
    return [event.what for event in heard if event.label == label and event.what in ("damaged", "lost", "ran", "hit")]


def test_a_lost_take_is_said_to_be_a_new_one(tmp_path: Path) -> None:
    program = program_of(takes(3), TOOLS)
    store = Store(tmp_path / ".film")
    try:
        outcome, _, heard = run(program, store, (device(24.0),))
        assert not [event for event in heard if event.what == "lost"]
        gone, spoilt, collected = (outcome.actions[index] for index in (1, 2, 3))
        store.path(gone, "image").unlink()
        path = store.path(spoilt, "image")
        path.write_bytes(b"x" * path.stat().st_size)
        store.index.forget([collected.action])
        store.blobs._verified.clear()
        _, _, heard = run(program, store, (device(24.0),))
        assert _whats(heard, "take 0") == ["lost", "ran"]
        assert _whats(heard, "take 1") == ["damaged", "lost", "ran"]
        assert _whats(heard, "take 2") == ["ran"], "what was let go of on purpose is not lost"
        _, _, heard = run(program, store, (device(24.0),))
        assert _whats(heard, "take 0") == ["hit"]
    finally:
        store.close()
