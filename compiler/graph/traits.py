"""What an op declares about itself beside its signature, so that passes can be generic: none of them knows an op by name.

A trait never enters a key. One that is wrong costs time or memory; only ``normal``, ``same_as``, ``commutes`` and
``parts`` could change a film, and each states an equality that the op's own tests have to show.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from compiler.graph.params import Params


@dataclass(frozen=True, slots=True, order=True)
class Model:
    """Weights that have to be in device memory while a task runs."""

    name: str
    gigabytes: float


@dataclass(frozen=True, slots=True)
class Parts:
    """An op taken apart: ``own(params, shared(...) in slot, the other inputs)`` is what the whole would have been."""

    shared: Params
    """What does not depend on the draw: a prompt encoded, a reference embedded."""
    takes: frozenset[str]
    """Slots of the whole that only the shared part reads."""
    own: Params
    slot: str
    """Slot of ``own`` that the shared part's first output fills."""


@dataclass(frozen=True, slots=True)
class Traits:
    models: Callable[[Params], tuple[Model, ...]] = lambda _: ()
    working: Callable[[Params], float] = lambda _: 0.0
    """GB of device memory one task needs beside the weights."""
    batch: int = 1
    """Most tasks one call may do together."""
    alike: Callable[[Params], Hashable] = lambda _: None
    """What tasks of one call must have in common beside op, models and inputs: size, steps, never the seed."""
    setup: float = 0.0
    """Seconds of a task's cost that a call spends once, however many tasks it does."""
    finishing: bool = False
    """So cheap that it is done in the call that makes its only input, when nobody else reads that."""
    normal: Callable[[Params], Params] | None = None
    """The one of several parameters that mean the same."""
    same_as: Callable[[Params], str] = lambda _: ""
    """Slot whose single input the result equals, bit for bit, under these parameters; "" for none."""
    commutes: frozenset[str] = frozenset()
    """Slots whose inputs may come in any order."""
    parts: Callable[[Params], Parts | None] = lambda _: None

    @property
    def reforms(self) -> bool:
        """Whether one task may be said in several ways; if not, no parameters have to be looked at to know."""
        return bool(self.normal or self.commutes) or self.same_as is not PLAIN.same_as

    @property
    def parted(self) -> bool:
        """Whether a task may have a part that does not depend on the draw."""
        return self.parts is not PLAIN.parts


PLAIN = Traits()
