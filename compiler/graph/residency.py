"""Residency: which weights are in device memory when, and what loading them comes to, for a known order of calls.

Evicting the model whose next use is furthest is best only for models of one size. Here the whole order is known, so a
few dozen of the cheapest histories are carried along, each with another choice of what to evict, and the best is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from compiler.graph.traits import Model

HISTORIES = 24
"""How many are carried along; with a dozen models more find nothing better."""
FEW = 6
"""Up to so many residents every choice is looked at, beyond it only those named in ``_choices``."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one call has to have in device memory."""

    models: tuple[Model, ...]
    working: float = 0.0

    @property
    def gigabytes(self) -> float:
        return sum(model.gigabytes for model in self.models)


@dataclass(frozen=True, slots=True)
class Loads:
    """What was loaded: (position in the order, model) in order."""

    loads: tuple[tuple[int, Model], ...]

    @property
    def gigabytes(self) -> float:
        return sum(model.gigabytes for _, model in self.loads)


@dataclass(frozen=True, slots=True)
class _History:
    spent: float
    resident: frozenset[Model]
    last: _Step | None
    first: frozenset[Model] = frozenset()
    """What was resident after the first need."""


@dataclass(frozen=True, slots=True)
class _Step:
    at: int
    model: Model
    before: _Step | None


Evict = Callable[[list[Model], float, int], set[Model]]
"""Residents that are not needed now, GB to free, position → what to evict."""


def least(needs: Sequence[Need]) -> float:
    """No order and no eviction loads less: every model once."""
    return sum(model.gigabytes for model in {model for need in needs for model in need.models})


def look_ahead(needs: Sequence[Need], memory: float) -> Loads:
    """The least loading found for this order in ``memory`` GB. A need that is larger than the memory has it alone."""
    return Loads(_path(_cheapest(needs, memory, frozenset()).last))


def victims(needs: Sequence[Need], memory: float, resident: frozenset[Model]) -> frozenset[Model]:
    """What of the resident models has to go for the first of ``needs``, so that the rest of this order loads least."""
    first = needs[0]
    over = sum(model.gigabytes for model in resident.union(first.models)) + first.working - memory
    if over <= 1e-9 or resident.issubset(first.models):
        return frozenset()
    return resident - _cheapest(needs, memory, resident).first


def _cheapest(needs: Sequence[Need], memory: float, resident: frozenset[Model]) -> _History:
    stretches = _stretches(needs)
    following = _following(stretches)
    histories = [_History(0.0, resident, None)]
    for number, (at, need) in enumerate(stretches):
        found: dict[frozenset[Model], _History] = {}
        for history in histories:
            missing = [model for model in need.models if model not in history.resident]
            step = history.last
            for model in missing:
                step = _Step(at, model, step)
            spent = history.spent + sum(model.gigabytes for model in missing)
            idle = sorted(model for model in history.resident if model not in need.models)
            over = sum(m.gigabytes for m in idle) + need.gigabytes + need.working - memory
            for gone in _choices(idle, over, following[number]):
                resident = frozenset((*need.models, *(model for model in idle if model not in gone)))
                known = found.get(resident)
                if known is None or spent < known.spent:
                    found[resident] = _History(spent, resident, step, history.first if number else resident)
        histories = sorted(found.values(), key=lambda h: (h.spent, sorted(h.resident)))[:HISTORIES]
    return min(histories, key=lambda h: (h.spent, sorted(h.resident)))


def by_rule(needs: Sequence[Need], memory: float, evict: Evict) -> Loads:
    """Loading under a rule that evicts as it goes: what others do, to compare with."""
    resident: set[Model] = set()
    loads: list[tuple[int, Model]] = []
    for at, need in enumerate(needs):
        loads += [(at, model) for model in need.models if model not in resident]
        idle = sorted(resident - set(need.models))
        over = sum(model.gigabytes for model in idle) + need.gigabytes + need.working - memory
        if need.models and over > 0:
            resident -= evict(idle, over, at)
        resident |= set(need.models)
    return Loads(tuple(loads))


def least_recent(needs: Sequence[Need], memory: float) -> Loads:
    """Evict what was used longest ago (LRU)."""
    used: dict[Model, int] = {}
    past = iter(enumerate(needs))
    seen = -1

    def evict(idle: list[Model], over: float, at: int) -> set[Model]:
        nonlocal seen
        while seen < at:
            seen, need = next(past)
            used.update(dict.fromkeys(need.models, seen))
        return _until(sorted(idle, key=lambda model: used.get(model, -1)), over)

    return by_rule(needs, memory, evict)


def furthest(needs: Sequence[Need], memory: float) -> Loads:
    """Evict what is used again last (Belady)."""
    following = _following(list(enumerate(needs)))
    return by_rule(
        needs,
        memory,
        lambda idle, over, at: _until(sorted(idle, key=lambda m: -following[at].get(m, len(needs))), over),
    )


def _choices(idle: list[Model], over: float, following: dict[Model, int]) -> list[set[Model]]:
    """Sets of idle models to evict, each enough. What is never used again goes first and for nothing."""
    dead = {model for model in idle if model not in following}
    live = [model for model in idle if model in following]
    over -= sum(model.gigabytes for model in dead)
    if over <= 1e-9:
        return [dead]
    if len(live) <= FEW:
        sets = [set(some) for size in range(1, len(live) + 1) for some in combinations(live, size)]
        enough = [some for some in sets if sum(m.gigabytes for m in some) >= over - 1e-9]
        lean = [some for some in enough if not any(other < some for other in enough)]
        return [dead | some for some in lean] or [set(idle)]
    far = sorted(live, key=lambda m: (-following[m], m))
    light = sorted(live, key=lambda m: (m.gigabytes, -following[m], m.name))
    one = [m for m in light if m.gigabytes >= over][:1]
    orders = [far, light, sorted(live, key=lambda m: (m.gigabytes / following[m], m)), one or light]
    return [dead | _until(order, over) for order in orders]


def _until(order: Sequence[Model], over: float) -> set[Model]:
    """Models in this order until enough is free."""
    gone: set[Model] = set()
    for model in order:
        if over <= 1e-9:
            break
        gone.add(model)
        over -= model.gigabytes
    return gone


def _stretches(needs: Sequence[Need]) -> list[tuple[int, Need]]:
    """Runs of calls with equal needs as one; calls without models need nothing."""
    found: list[tuple[int, Need]] = []
    for at, need in enumerate(needs):
        if need.models and (not found or found[-1][1] != need):
            found.append((at, need))
    return found


def _following(stretches: Sequence[tuple[int, Need]]) -> list[dict[Model, int]]:
    """For each stretch, where each model is needed next after it; a model that is not, is not there."""
    following: list[dict[Model, int]] = []
    after: dict[Model, int] = {}
    for number in range(len(stretches) - 1, -1, -1):
        following.append(after)
        if stretches[number][1].models:
            after = {**after, **dict.fromkeys(stretches[number][1].models, number + 1)}
    return following[::-1]


def _path(step: _Step | None) -> tuple[tuple[int, Model], ...]:
    loads = []
    while step is not None:
        loads.append((step.at, step.model))
        step = step.before
    return tuple(loads[::-1])
