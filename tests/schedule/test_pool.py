"""Worker processes: death, retry, order, and nobody left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.schedule.execute import execute
from runtime.schedule.pool import Pool
from runtime.store.index import Index
from runtime.store.store import Store
from tests.schedule import fakes
from tests.schedule.conftest import TOOLS, Run, talk

ROOT = Path(__file__).resolve().parents[2]


def test_a_worker_that_dies_gets_one_more_try(orders: Path, pooled: Run) -> None:
    fakes.order(orders, "MeasureLoudness", "die")
    outcome, _ = pooled(talk("a", "b"))
    assert outcome.failed == []
    assert (orders / "ran.log").read_text().split().count("MeasureLoudness") == 2


def test_a_task_that_kills_two_workers_has_failed_and_the_rest_goes_on(orders: Path, pooled: Run) -> None:
    fakes.order(orders, "MeasureLoudness", "die", times=2)
    outcome, heard = pooled(talk("a", "b"))
    assert [kind for _, kind, _ in outcome.failed] == ["crashed"]
    assert ("ran", "sound") in heard


def test_a_worker_killed_while_idle_is_replaced(store: Store) -> None:
    pool = Pool(1, fakes.serve)
    try:
        for text in ("a", "b"):
            outcome = execute(talk(text), TOOLS, "d", store, pool, lambda _: None, lambda t: t.cost)
            assert outcome.failed == []
            process = pool._workers[0].process
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            process.join()
    finally:
        pool.close()


def test_results_do_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    found = []
    for jobs in (1, 3):
        store, pool = Store(tmp_path / str(jobs)), Pool(jobs, fakes.serve)
        try:
            graph = talk("a", "b", "c", "d")
            outcome = execute(graph, TOOLS, "d", store, pool, lambda _: None, lambda t: t.cost)
            found.append([outcome.actions[i].outputs for i in range(len(graph.tasks))])
        finally:
            pool.close()
            store.close()
    assert found[0] == found[1]


_BUILD = """
import sys
from pathlib import Path
from runtime.cli import build
from runtime.cli.build import Options
from runtime.cli.building import build_film
from runtime.schedule.pool import Pool
from tests.schedule import fakes

class Fake(Pool):
    def __init__(self, size): super().__init__(size, fakes.serve)

if __name__ == "__main__":
    build.Pool = Fake
    fakes.install()
    sys.exit(build_film(Options(Path(sys.argv[1]), Path(sys.argv[2]), jobs=2), "text"))
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_build_that_is_stopped_leaves_no_process_and_goes_on(
    how: signal.Signals, tmp_path: Path, orders: Path
) -> None:
    from tests.e2e.films import TINY

    film = tmp_path / "tiny.film"
    film.write_text(TINY)
    script = tmp_path / "build.py"
    script.write_text(_BUILD)
    fakes.order(orders, "RenderWindow", "60", times=4)
    command = [sys.executable, str(script), str(film), str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    _until(lambda: "RenderWindow" in _log(orders), running)
    workers = _children(running.pid)
    assert workers
    running.send_signal(how)
    _, said = running.communicate(timeout=60)
    if how is signal.SIGINT:
        assert running.returncode == 130
        assert "goes on from here" in said
        assert "Traceback" not in said
    _until(lambda: not any(_alive(pid) for pid in workers), None)
    for left in orders.glob("RenderWindow.*"):
        left.unlink()
    before, finished = _log(orders), _actions(tmp_path)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    # What was in the store is not made again: only what was in flight is.
    assert len(_log(orders)) - len(before) == _actions(tmp_path) - finished


def _actions(folder: Path) -> int:
    index = Index(folder / ".film" / "index.sqlite")
    try:
        assert index._db.execute("pragma integrity_check").fetchall() == [("ok",)]
        return int(index._db.execute("select count(*) from actions").fetchone()[0])
    finally:
        index.close()


def _log(orders: Path) -> list[str]:
    path = orders / "ran.log"
    return path.read_text().split() if path.exists() else []


def _until(true: object, running: subprocess.Popen[str] | None) -> None:
    for _ in range(1200):
        if true():  # type: ignore[operator]
            return
        if running is not None and running.poll() is not None:
            pytest.fail(f"the build ended early: {running.communicate()[1]}")
        time.sleep(0.05)
    pytest.fail("waited in vain")


def _children(pid: int) -> list[int]:
    found = []
    for task in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((task / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        if parent == pid:
            found.append(int(task.name))
    return found


def _alive(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


_FIRST = """
import signal, sys
from runtime.schedule.pool import Pool

def serve(link, parent):
    link.send_bytes(b'"%s"' % " ".join(sorted(s.name for s in signal.pthread_sigmask(signal.SIG_BLOCK, ()))).encode())

if __name__ == "__main__":
    pool = Pool(1, serve)
    pool.submit(1, {}, "")
    for job, said in pool.replies(30):
        print(said)
    pool.close()
"""


def test_the_first_worker_of_a_process_cannot_be_stopped_before_it_has_begun(tmp_path: Path) -> None:
    # The first one brings the resource tracker, whose start unblocks the signals.
    (tmp_path / "first.py").write_text(_FIRST)
    told = subprocess.run(
        [sys.executable, str(tmp_path / "first.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert told.stdout == "SIGINT SIGTERM\n"
