"""Weights that a worker keeps loaded between tasks. What has to go, the scheduler says: it knows what comes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from typing import TypeVar

T = TypeVar("T")

_HELD: dict[str, object] = {}
_LOADED: list[str] = []


def resident(name: str, load: Callable[[], T]) -> T:
    """The model of that name (one of the op's ``models``), loaded by ``load`` unless this process has it already."""
    if name not in _HELD:
        _HELD[name] = load()
        _LOADED.append(name)
    return _HELD[name]  # type: ignore[return-value]


def keep_only(names: Collection[str]) -> None:
    """Drop every other model. One that has a ``close`` is closed first: what it holds of a device is free then."""
    for name in [name for name in _HELD if name not in names]:
        held = _HELD.pop(name)
        close = getattr(held, "close", None)
        if callable(close):
            with contextlib.suppress(Exception):
                close()


def loaded() -> list[str]:
    """What has been loaded since this was last asked."""
    found = [*_LOADED]
    _LOADED.clear()
    return found
