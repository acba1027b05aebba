"""Where a frame's CPU time goes, and a way to watch it pass: both cost nothing while nobody listens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """``seconds``: CPU seconds by stage while ``listening``. ``watch`` is told each stage's name as it begins."""

    listening: bool = False
    seconds: dict[str, float] = field(default_factory=dict)
    watch: Callable[[str], None] | None = None


clock = Clock()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Counts the CPU time of its body."""
    if clock.watch is not None:
        clock.watch(name)
    if not clock.listening:
        yield
        return
    start = time.process_time()
    yield
    clock.seconds[name] = clock.seconds.get(name, 0.0) + time.process_time() - start
