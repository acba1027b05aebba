"""Garbage collection, kept out of the way of work that makes no garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """While the block runs nothing looks for circles of garbage.

    A plan is hundreds of thousands of small values that all stay and never point in circles: looking through them again and
    again took a third of planning. What is let go of is freed as always.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def unlooked() -> Iterator[None]:
    """As ``uncollected``; and what the block made is not looked through for circles at its end, either.

    It counts as old at once. Whoever uses this calls ``gc.collect`` when nobody waits.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()  # takes every young object out of the generations, and
            gc.unfreeze()  # puts it among the old ones: no look at any of them
            gc.enable()
