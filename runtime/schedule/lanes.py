"""Where work runs: lanes of a device with so many slots and so much memory, and what each task needs of one.

A device is a row: a name, how many tasks it takes at once, how many bytes it has. What tasks say they need never adds
up to more than a lane has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from compiler.graph.task import Task
from compiler.graph.traits import Model

CPU, DEVICE = "cpu", "device"
"""Kinds of lane: the processors, and what models run on."""
_MB = 1 << 20
_PRIOR_MB = {
    "render": 420,
    "bake": 340,
    "person": 380,
    "speak": 700,
    "music": 420,
    "plate": 420,
    "transition": 420,
    "board": 420,
}
_USUAL_MB = 300
"""Peak resident memory of a worker that runs an op, its libraries included."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A device: how many calls it runs at once and how many bytes of its memory they may take together.

    A device that keeps models loaded has one slot, which is one process: its memory is that process's.
    """

    name: str
    slots: int
    memory: int
    kind: str = ""
    """What tasks ask for; several lanes may be of a kind. "" is the name."""
    device: str = ""
    """The make of the device: what did not fit one of a make will not fit another. "" for the processors."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables its worker starts with, so that it sees this device and no other."""

    @property
    def serves(self) -> str:
        return self.kind or self.name


@dataclass(frozen=True, slots=True)
class Need:
    """What one task takes: a kind of lane, bytes of its memory while it runs, and the models that stay loaded there."""

    lane: str = CPU
    memory: int = 0
    models: frozenset[Model] = frozenset()


Needs = Callable[[Task], Need]


class Ledger:
    """Who has what of the lanes. A task that needs more than a lane has, gets all of it, alone."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = {lane.name: lane for lane in lanes}
        self.kinds = {lane.serves for lane in lanes}
        self._taken: dict[int, tuple[str, int]] = {}
        self._memory = dict.fromkeys(self.lanes, 0)
        self._slots = dict.fromkeys(self.lanes, 0)

    def fits(self, need: Need, lane: str) -> bool:
        own = self.lanes[lane]
        return self._slots[lane] < own.slots and self._memory[lane] + min(need.memory, own.memory) <= own.memory

    def has_slot(self, lane: str) -> bool:
        return self._slots[lane] < self.lanes[lane].slots

    def take(self, job: int, need: Need, lane: str) -> None:
        assert self.fits(need, lane)
        share = min(need.memory, self.lanes[lane].memory)  # what it says, at most all the lane has
        self._taken[job] = lane, share
        self._memory[lane] += share
        self._slots[lane] += 1

    def give_back(self, job: int) -> None:
        lane, memory = self._taken.pop(job)
        self._memory[lane] -= memory
        self._slots[lane] -= 1


def prior_memory(op: str) -> int:
    """Bytes a task of an op takes, before any has been measured here."""
    return _PRIOR_MB.get(op, _USUAL_MB) * _MB
