"""Where a frame's CPU time goes: stages add up here while somebody listens, and cost nothing otherwise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

seconds: dict[str, float] = {}
"""CPU seconds by stage since it was last cleared; filled only while ``listening``."""
listening = [False]


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Counts the CPU time of its body."""
    if not listening[0]:
        yield
        return
    start = time.process_time()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.process_time() - start
