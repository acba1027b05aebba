"""Weights are loaded as seldom as the devices allow, and what is counted can be counted by hand."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph.residency import Need, furthest, least, least_recent, look_ahead
from compiler.graph.traits import Model
from compiler.passes.program import Setting, needs_of, verify_calls
from compiler.passes.run import run_passes
from tests.bench.residency import MODELS, generated_film, loaded

A, B, C = Model("a", 6.0), Model("b", 5.0), Model("c", 4.0)


def test_by_hand() -> None:
    order = [Need((m,)) for m in (A, B, A, C, B)]
    assert least(order) == 15
    assert least_recent(order, 12).gigabytes == 6 + 5 + 4 + 5
    assert furthest(order, 12).gigabytes == 15  # after its last use a costs nothing to lose
    assert look_ahead(order, 12).gigabytes == 15
    assert [(at, m.name) for at, m in look_ahead(order, 12).loads] == [(0, "a"), (1, "b"), (3, "c")]
    assert look_ahead([Need((A,), 6.0), Need((B,)), Need((A,), 6.0), Need((B,))], 12).gigabytes == 16  # with its work


def test_size_is_looked_at_not_distance_alone() -> None:
    big, small, new = Model("big", 10.0), Model("small", 2.0), Model("new", 2.0)
    order = [Need((m,)) for m in (big, small, new, small, big)]
    assert furthest(order, 12).gigabytes == 24  # big is needed last, so it goes
    assert look_ahead(order, 12).gigabytes == 16  # small goes, and is loaded again


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([Model(n, g) for n, g in zip("abcd", (5.0, 3.0, 2.0, 4.0), strict=True)]), max_size=9))
def test_nothing_loads_less_than_the_look_ahead(models: list[Model]) -> None:
    """Against every possible choice of evictions."""
    order = [Need((model,)) for model in models]
    found = look_ahead(order, 9.0).gigabytes
    assert found <= min(least_recent(order, 9.0).gigabytes, furthest(order, 9.0).gigabytes)
    states = {frozenset[Model](): 0.0}
    for need in order:
        after: dict[frozenset[Model], float] = {}
        for resident, spent in states.items():
            cost = spent + sum(m.gigabytes for m in need.models if m not in resident)
            for size in range(len(resident) + 1):
                for kept in itertools.combinations(sorted(resident), size):
                    state = frozenset((*kept, *need.models))
                    if sum(m.gigabytes for m in state) <= 9.0:
                        after[state] = min(cost, after.get(state, cost))
        states = after
    assert found == pytest.approx(min(states.values()))


@pytest.mark.parametrize("memory", [24.0, 48.0, 80.0])
def test_a_generated_film_loads_little_more_than_it_must(memory: float) -> None:
    graph = generated_film().graph()
    assert len(graph.tasks) == 952
    assert sum(MODELS.values()) == pytest.approx(63)
    bound, found = loaded(graph, memory)
    assert found.gigabytes <= 1.05 * bound
    bound, found = loaded(generated_film(chained=18, seed=4).graph(), memory)
    assert found.gigabytes <= 1.6 * bound


def test_what_is_planned_fits_the_device() -> None:
    program = run_passes(generated_film(20, chained=6).graph(), Setting({}, 24.0), verify=True)
    needs = needs_of(program)
    assert verify_calls(program) == []
    assert all(need.gigabytes + need.working <= 24.0 for need in needs)
