"""Ctrl-C and a request to end, said once: what is being done is stopped in order, and that is not stopped again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from runtime.schedule.undisturbed import deferred


@contextmanager
def left_cleanly() -> Iterator[threading.Event]:
    """While the block runs, Ctrl-C and a request to end (SIGTERM) raise ``KeyboardInterrupt`` once; then they wait for the end.

    Whoever sets the event given has begun to leave, and is not interrupted in it.
    """
    leaving = threading.Event()

    def stop(*_: object) -> None:
        if not deferred(stop) and not leaving.is_set():
            leaving.set()
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield leaving
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield leaving
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
