"""What could start now: by lane, longest remaining path first, without ever looking at all tasks."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence

NEAR = 0.6
"""A task for which some idle worker is warm goes before one that has at most so much more left to do."""
_LOOK = 32
"""How many that do not fit are passed over in search of one that does."""
_PATIENCE = 24
"""How often one may be passed over before its lane is kept free for it."""

_Heap = list[tuple[float, int]]


class Ready:
    """A priority queue of tasks by rank (seconds to the end), with those of each affinity apart."""

    def __init__(self, ranks: Sequence[float], affinity: Callable[[int], str], lane: Callable[[int], str]) -> None:
        self._ranks, self._affinity, self._lane = ranks, affinity, lane
        self._waiting: set[int] = set()
        self._all: dict[str, _Heap] = defaultdict(list)
        self._like: dict[tuple[str, str], _Heap] = defaultdict(list)
        self._passed: dict[int, int] = defaultdict(int)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, task: int) -> None:
        if task in self._waiting:
            return
        self._waiting.add(task)
        entry, lane = (-self._ranks[task], task), self._lane(task)
        heapq.heappush(self._all[lane], entry)
        heapq.heappush(self._like[lane, self._affinity(task)], entry)

    def discard(self, task: int) -> None:
        """Not ready after all; its entries are dropped when they come up."""
        self._waiting.discard(task)

    def take(self, lane: str, warm: Collection[str], fits: Callable[[int], bool]) -> int | None:
        """The task to start next on a lane: a warm one near the top, else the top; ``None`` when none fits.

        One that does not fit is passed over for smaller ones, but not for ever: then the lane waits for it.
        """
        heap = self._all[lane]
        top = self._top(heap)
        if top is None:
            return None
        if not fits(top):
            return self._behind(heap, fits)
        near = [
            found
            for like in sorted(warm)
            if (found := self._warm(lane, like, fits, NEAR * self._ranks[top])) is not None
        ]
        return self._start(min(near, key=lambda task: (-self._ranks[task], task)) if near else top)

    def _warm(self, lane: str, like: str, fits: Callable[[int], bool], least: float) -> int | None:
        found = self._top(self._like[lane, like]) if (lane, like) in self._like else None
        return found if found is not None and self._ranks[found] >= least and fits(found) else None

    def _behind(self, heap: _Heap, fits: Callable[[int], bool]) -> int | None:
        passed: list[tuple[float, int]] = []
        chosen = None
        while heap and len(passed) < _LOOK:
            entry = heapq.heappop(heap)
            if entry[1] not in self._waiting:
                continue
            passed.append(entry)
            if fits(entry[1]):
                chosen = entry[1]
                break
            if self._passed[entry[1]] >= _PATIENCE:
                break
        for entry in passed:
            heapq.heappush(heap, entry)
            if chosen is not None and entry[1] != chosen:
                self._passed[entry[1]] += 1
        return None if chosen is None else self._start(chosen)

    def _start(self, task: int) -> int:
        self._waiting.discard(task)
        self._passed.pop(task, None)
        return task

    def _top(self, heap: _Heap) -> int | None:
        while heap and heap[0][1] not in self._waiting:
            heapq.heappop(heap)
        return heap[0][1] if heap else None
