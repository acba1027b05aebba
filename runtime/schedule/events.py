"""What is told of a build while it goes on, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from runtime.store.index import Action


class State(Enum):
    UNSEEN = 0
    WAITING = 1
    READY = 2
    RUNNING = 3
    DONE = 4
    FAILED = 5
    BLOCKED = 6
    """Provisional, or reads something that is."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, for progress and journals.

    ``what``: wanted, started, hit, ran, retried, failed, cancelled, damaged, lost for a sampled result that was
    kept and is gone, and elsewhere for a task that another build is doing at this moment. Times in seconds since the epoch.
    """

    what: str
    task: int
    label: str
    stage: str
    shot: str
    seconds: float = 0.0
    cpu: float = 0.0
    message: str = ""
    op: str = ""
    id: str = ""
    """The first digits of the recipe key: the task's name for people and logs."""
    kind: str = ""
    """Of a failure."""
    started: float = 0.0
    finished: float = 0.0
    worker: int = 0
    """Process that ran it."""
    tries: int = 0
    expected: float = 0.0
    """Seconds that were forecast."""
    memory: int = 0
    """Peak resident bytes of the process that ran it."""
    size: int = 0
    """Bytes of its outputs."""
    lane: str = ""
    """Where it ran."""
    together: int = 1
    """Tasks that were done in the same call, at the same time."""


@dataclass(slots=True)
class Outcome:
    """What a run came to. ``actions`` has an entry for every task that is up to date."""

    actions: dict[int, Action] = field(default_factory=dict)
    ran: list[int] = field(default_factory=list)
    failed: list[tuple[int, str, str]] = field(default_factory=list)
    """(task, kind of failure, message)."""
    logs: dict[int, Path] = field(default_factory=dict)
    """Log of the last try of each failed task."""
    stranded: list[int] = field(default_factory=list)
    """What could not run because something it reads failed."""
    blocked: list[int] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    """CPU-seconds by stage."""


Listener = Callable[[Event], None]
