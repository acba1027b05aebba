"""A request to stop that comes while a process is being begun waits until the process is somebody's."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from runtime.cli.leaving import left_cleanly
from runtime.schedule.pool import Pool
from runtime.schedule.undisturbed import undisturbed
from tests.schedule import fakes


def _bystander(end: threading.Event) -> threading.Thread:
    """A thread that takes signals: the system gives it those the main thread has blocked."""
    thread = threading.Thread(target=end.wait, daemon=True)
    thread.start()
    return thread


def _killed_within(number: signal.Signals, times: int, done: list[str]) -> None:
    with undisturbed():
        with undisturbed():
            for _ in range(times):
                os.kill(os.getpid(), number)
            time.sleep(0.05)
        done.append("all of it")
    done.append("and more")


@pytest.mark.parametrize("others", [False, True])
def test_a_signal_waits_for_the_end_of_the_moment(others: bool) -> None:
    end = threading.Event()
    done: list[str] = []
    if others:
        _bystander(end)
    with left_cleanly() as leaving, pytest.raises(KeyboardInterrupt):
        _killed_within(signal.SIGTERM, 1, done)
    end.set()
    assert leaving.is_set()
    assert done == ["all of it"]
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_what_waited_is_done_once() -> None:
    with left_cleanly():
        with pytest.raises(KeyboardInterrupt):
            _killed_within(signal.SIGINT, 3, [])
        with undisturbed():
            pass


def test_a_worker_is_begun_whole_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    end, pool = threading.Event(), Pool(1, fakes.serve)
    context = pool._context
    begin = context.Process.start

    def interrupted(process: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        begin(process)  # type: ignore[arg-type]

    monkeypatch.setattr(context.Process, "start", interrupted)
    _bystander(end)
    try:
        with left_cleanly(), pytest.raises(KeyboardInterrupt):
            pool.submit(1, {}, "")
        assert [w.process.is_alive() for w in pool._workers] == [True]
    finally:
        end.set()
        pool.close()
