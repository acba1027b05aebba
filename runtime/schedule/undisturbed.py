"""A moment in which a request to stop has to wait: half of what is being done there would belong to nobody."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = {signal.SIGINT, signal.SIGTERM}
_depth = 0
_waiting: list[Callable[[], None]] = []


@contextmanager
def undisturbed() -> Iterator[None]:
    """While the block runs in the main thread, what ``deferred`` is given waits. Children begun in it have both signals blocked.

    To block them is not enough for ourselves: the system gives a signal to any thread that takes it, and Python then runs the
    handler in the main thread whatever that thread blocks.
    """
    global _depth
    ours = threading.current_thread() is threading.main_thread()
    _depth += ours
    masked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, masked)
        _depth -= ours
        if ours and not _depth and _waiting:
            act = _waiting[0]
            _waiting.clear()
            act()


def deferred(act: Callable[[], None]) -> bool:
    """Whether ``act`` has to wait, and is done at the end of the undisturbed moment; for signal handlers."""
    if _depth:
        _waiting.append(act)
    return bool(_depth)
