"""A build that is stopped at any instant, once or twice, by the terminal or by a request to end: in order, and as if it had not begun."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.store import upkeep
from runtime.store.store import Store
from tests.e2e.films import TINY
from tests.schedule.test_pool import _alive, _children

ROOT = Path(__file__).resolve().parents[2]
_BUILD = """
import sys
from runtime.cli import build, building, main, start
from runtime.schedule.pool import Pool
from tests.schedule import fakes

class Fake(Pool):
    def __init__(self, size): super().__init__(size, fakes.serve)

if __name__ == "__main__":
    build.Pool = Fake
    building.warm_once = lambda quiet: None
    fakes.install()
    sys.argv = ["film", "build", sys.argv[1], "--out", sys.argv[2], "--jobs", "2"]
    print("begun", flush=True)
    start.main()
"""


def _begin(folder: Path) -> subprocess.Popen[str]:
    (folder / "tiny.film").write_text(TINY)
    (folder / "build.py").write_text(_BUILD)
    running = subprocess.Popen(
        [sys.executable, str(folder / "build.py"), str(folder / "tiny.film"), str(folder / "out")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "FILM_RECEIPTS": "0"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stdout is not None
    assert running.stdout.readline() == "begun\n"
    time.sleep(0.02)  # from "begun" to the first line of the command
    return running


def _stop(folder: Path, luck: random.Random, wait: Callable[[subprocess.Popen[str]], None]) -> int:
    """Begin a build, stop it once or more after ``wait``, look at all it left; its exit code."""
    folder.mkdir()
    running = _begin(folder)
    wait(running)
    workers = _children(running.pid)
    # A terminal tells the whole group, a supervisor the process alone; people press it again.
    how = luck.choice([signal.SIGINT, signal.SIGTERM])
    for _ in range(luck.choice([1, 1, 3])):
        if how is signal.SIGINT:
            os.killpg(running.pid, how)
        else:
            running.send_signal(how)
        time.sleep(luck.uniform(0.0, 0.03))
    _, said = running.communicate(timeout=120)
    assert running.returncode in (0, 130, -how), said  # what comes after the last word is the system's to answer
    assert "Traceback" not in said, said
    deadline = time.monotonic() + 30
    while any(_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(_alive(pid) for pid in workers)
    _left_in_order(folder / ".film", running.returncode)
    return running.returncode


@pytest.mark.slow
def test_a_build_can_be_stopped_at_any_instant(tmp_path: Path) -> None:
    luck = random.Random(4)
    (tmp_path / "whole").mkdir()
    began = time.monotonic()
    _, said = (whole := _begin(tmp_path / "whole")).communicate(timeout=120)
    assert whole.returncode == 0, said
    seconds = time.monotonic() - began
    stopped = 0
    for number in range(40):  # how many come too late depends on what else the machine has to do
        code = _stop(tmp_path / str(number), luck, lambda _: time.sleep(luck.uniform(0.0, seconds)))
        stopped += code == 130
        if stopped >= 6:
            return
    assert stopped


@pytest.mark.slow
def test_a_build_can_be_stopped_while_its_workers_begin(tmp_path: Path) -> None:
    """From the instant a process is there until some time after: its interpreter has not begun to listen to anybody."""
    luck = random.Random(5)
    for number, wanted in enumerate([1, 1, 1, 2, 2, 3, 3, 3]):

        def wait(running: subprocess.Popen[str], wanted: int = wanted) -> None:
            while len(_children(running.pid)) < wanted and running.poll() is None:
                pass
            time.sleep(luck.choice([0.0, 0.001, 0.003, 0.01, 0.1]))

        _stop(tmp_path / str(number), luck, wait)


def _left_in_order(root: Path, code: int) -> None:
    if not root.is_dir():
        return
    for run in (root / "runs").glob("*.jsonl"):
        last = json.loads(run.read_text().splitlines()[-1])
        assert last["how"] in ("stopped", "done"), last
        assert code or last["how"] == "done"
    assert not [*(root / "scratch").glob("*")]
    store = Store(root)
    assert not [*(root / "doing").glob("*")]
    found, store.index = upkeep.verify(store.blobs, store.index)
    assert found.sound, found
    store.close()
