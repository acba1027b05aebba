"""Calls as they are followed: together, right after one another, on devices that keep their models; never a matter of results."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph import params as p
from compiler.graph.task import Graph, GraphBuilder
from compiler.passes.program import Program, Setting
from compiler.passes.run import run_passes
from runtime.schedule import table
from runtime.schedule.calls import Calls
from runtime.schedule.costs import learned_needs
from runtime.schedule.devices import GB
from runtime.schedule.events import Event, Outcome
from runtime.schedule.execute import execute
from runtime.schedule.lanes import CPU, DEVICE, Lane
from runtime.schedule.pool import Pool
from runtime.store.store import Store
from tests.bench.residency import MODELS, executed, generated_film
from tests.passes.declared import Draw, Prompt, Scale, drawn
from tests.schedule import fakes
from tests.schedule.conftest import TOOLS
from tests.schedule.pretended import PretendedPool


def device(memory: float, number: int = 0) -> Lane:
    return Lane(f"device {number}", 1, int(memory * GB), DEVICE, "pretended")


def takes(count: int, model: str = "small", *, scaled: bool = False) -> Graph:
    """Takes of one prompt: what a batch is for."""
    build: Any = GraphBuilder()
    prompt = build.add(Prompt("p"), label="prompt")
    for seed in range(count):
        take = build.add(Draw(seed, model), [("prompt", prompt)], label=f"take {seed}")
        take = build.add(Scale(2), [("image", take)], label=f"scaled {seed}") if scaled else take
        build.want(f"take {seed}", take)
    graph: Graph = build.graph()
    return graph


def run(
    program: Program, store: Store, lanes: tuple[Lane, ...], goes_wrong: Callable[[tuple[int, ...]], str] = lambda _: ""
) -> tuple[Outcome, PretendedPool, list[Event]]:
    graph = program.graph
    pool = PretendedPool(graph, lanes, lambda index: graph.tasks[index].cost, goes_wrong)
    heard: list[Event] = []
    outcome = execute(
        graph, TOOLS, "d", store, pool, heard.append, lambda task: task.cost,  # type: ignore[arg-type]
        recipes=program.keys, calls=lambda: program.calls, lanes=lambda: lanes, needs=learned_needs(store), clock=pool.clock,
    )  # fmt: skip
    return outcome, pool, heard


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        table, "TOGETHER", {"xdraw": "tests.schedule.fakes:fakes", "xprompt": "tests.schedule.fakes:fakes"}
    )


@pytest.mark.usefixtures("together")
def test_takes_of_one_model_are_done_in_one_call_and_kept_one_by_one(store: Store) -> None:
    program = run_passes(takes(4), Setting(TOOLS))
    outcome, pool, heard = run(program, store, (Lane(CPU, 1, 1), device(24)))
    assert [len(tasks) for _, tasks in pool.calls] == [1, 4]
    ran = [event for event in heard if event.what == "ran"]
    assert [event.together for event in ran] == [1, 4, 4, 4, 4]
    assert sum(event.seconds for event in ran) == pytest.approx(pool.now)
    assert len({store.index.by_recipe(recipe, "d") for recipe in program.keys}) == 5
    # A fifth take makes the first four not again.
    outcome, pool, _ = run(run_passes(takes(5), Setting(TOOLS)), store, (Lane(CPU, 1, 1), device(24)))
    assert [len(tasks) for _, tasks in pool.calls] == [1]
    assert len(outcome.ran) == 1


def test_an_op_without_a_function_for_several_is_done_one_by_one(store: Store) -> None:
    _, pool, _ = run(run_passes(takes(4), Setting(TOOLS)), store, (Lane(CPU, 1, 1), device(24)))
    assert [len(tasks) for _, tasks in pool.calls] == [1, 1, 1, 1, 1]


@pytest.mark.usefixtures("together")
def test_what_runs_out_of_memory_together_goes_in_halves_and_that_is_a_fact_of_the_make(store: Store) -> None:
    def wrong(tasks: tuple[int, ...]) -> str:
        return "out of memory" if len(tasks) > 1 else ""

    program = run_passes(takes(4), Setting(TOOLS))
    outcome, pool, heard = run(program, store, (Lane(CPU, 1, 1), device(24)), wrong)
    assert outcome.failed == []
    assert [len(tasks) for _, tasks in pool.calls] == [1, 4, 2, 1, 1, 1, 1]
    assert {event.tries for event in heard if event.what == "ran"} == {1}, "no take was tried by itself before"
    assert {event.kind for event in heard if event.what == "retried"} == {"out of memory"}
    more = run_passes(takes(8), Setting(TOOLS))
    _, pool, _ = run(more, store, (Lane(CPU, 1, 1), device(24)), wrong)
    assert [len(tasks) for _, tasks in pool.calls] == [1] * 4, "known from the last time"
    _, pool, _ = run(run_passes(takes(12), Setting(TOOLS)), store, (Lane(CPU, 1, 1), device(48)))
    assert max(len(tasks) for _, tasks in pool.calls) == 4, "a larger device is another make"


@pytest.mark.usefixtures("together")
def test_company_that_goes_wrong_is_tried_one_by_one_and_only_the_culprit_fails(store: Store) -> None:
    culprit = 2

    def wrong(tasks: tuple[int, ...]) -> str:
        return "bug" if culprit in tasks else ""

    outcome, pool, _ = run(run_passes(takes(4), Setting(TOOLS)), store, (Lane(CPU, 1, 1), device(24)), wrong)
    assert [(index, kind) for index, kind, _ in outcome.failed] == [(culprit, "bug")]
    assert [len(tasks) for _, tasks in pool.calls] == [1, 4, 1, 1, 1, 1]
    assert len(outcome.ran) == 4


def test_one_that_fits_no_device_is_tried_with_all_of_it_and_then_said_so(store: Store) -> None:
    outcome, pool, _ = run(run_passes(takes(1, "large"), Setting(TOOLS, 9.0)), store, (Lane(CPU, 1, 1), device(9)))
    assert [kind for _, kind, _ in outcome.failed] == ["out of memory"]
    assert "not even alone" in outcome.failed[0][2]
    _, pool, _ = run(run_passes(takes(1, "large"), Setting(TOOLS, 9.0)), store, (Lane(CPU, 1, 1), device(9)))
    assert len(pool.calls) == 1, "it had the device to itself at once"
    assert len(run(run_passes(takes(1, "large"), Setting(TOOLS)), store, (Lane(CPU, 1, 1), device(24)))[0].ran) == 1


def test_without_a_device_models_run_on_the_processors(store: Store) -> None:
    outcome, pool, _ = run(run_passes(takes(3, scaled=True), Setting(TOOLS)), store, (Lane(CPU, 2, 100 * GB),))
    assert outcome.failed == []
    assert {lane for lane, _ in pool.calls} == {CPU}


def test_a_finishing_step_is_done_right_after_what_it_reads_where_that_was_done(store: Store) -> None:
    program = run_passes(takes(3, scaled=True), Setting(TOOLS))
    assert any(len(call) > 1 for call in program.calls)
    _, pool, heard = run(program, store, (Lane(CPU, 3, GB), device(24)))
    order = [tasks[0] for lane, tasks in pool.calls if lane != CPU]
    for call in program.calls:
        if len(call) == 2:
            take, step = call
            assert order.index(step) == order.index(take) + 1
    workers = {event.task: event.worker for event in heard if event.what == "ran"}
    assert all(workers[call[0]] == workers[index] for call in program.calls for index in call)


def test_two_devices_share_the_work_without_sharing_the_models(store: Store) -> None:
    build: Any = GraphBuilder()
    for shot in range(6):
        prompt = build.add(Prompt(f"p{shot}"), label=f"prompt {shot}")
        for model in ("small", "large"):
            build.want(f"{shot}{model}", build.add(Draw(shot, model), [("prompt", prompt)], label=f"{model} {shot}"))
    program = run_passes(build.graph(), Setting(TOOLS, 14.0))
    lanes = (Lane(CPU, 1, 1), device(14, 0), device(14, 1))
    _, pool, _ = run(program, store, lanes)
    assert {lane for lane, _ in pool.calls} == {"device 0", "device 1"}
    assert pool.gigabytes <= 2 * (3 + 9 + 4)
    assert pool.now < 0.75 * sum(task.cost for task in program.graph.tasks)


@settings(max_examples=16, deadline=None)
@given(drawn(), st.sampled_from([14.0, 17.0, 30.0]), st.integers(1, 3), st.booleans(), st.integers(0, 3))
def test_results_do_not_depend_on_calls_or_devices(
    graph: Graph, memory: float, devices: int, several: bool, bad: int
) -> None:
    program = run_passes(graph, Setting(TOOLS, memory))
    graph, found = program.graph, []
    names = {"xdraw": "tests.schedule.fakes:fakes", "xprompt": "tests.schedule.fakes:fakes"}
    lanes = (Lane(CPU, 2, 1 << 40), *(device(memory, n) for n in range(devices)))
    for given_calls, given_lanes in ((program.calls, lanes), ((), (Lane(CPU, 1, 1 << 40),))):
        told = Program(program.graph, program.keys, given_calls)
        upset = {bad} if given_calls else set()
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch("os.fsync"),
            mock.patch.object(table, "TOGETHER", names if several else {}),
        ):
            store = Store(Path(folder) / ".film")

            def wrong(tasks: tuple[int, ...], upset: set[int] = upset) -> str:
                hit = upset & set(tasks)
                upset -= hit
                return "out of memory" if hit else ""

            outcome, pool, heard = run(told, store, given_lanes, wrong)
            store.close()
        assert outcome.failed == []
        ended: set[int] = set()
        for event in heard:
            if event.what == "started":
                assert {ref.task for ref in graph.tasks[event.task].sources()} <= ended
            if event.what == "ran":
                ended.add(event.task)
        assert sorted(outcome.ran) == sorted(ended)
        assert {ref.task for _, ref in graph.wanted if not graph.tasks[ref.task].provisional} <= ended
        found.append({program.keys[i]: action.outputs for i, action in outcome.actions.items()})
        assert pool.busy == 0
    assert found[0] == found[1]


def test_a_real_step_runs_in_the_very_process_that_made_what_it_reads(store: Store) -> None:
    build = GraphBuilder()
    for name in ("a", "b", "c"):
        source = build.add(p.SourceFile(name, "0" * 64), label=f"file {name}")
        developed = p.DevelopStill((), p.Window(0, 24), (1280, 536), (24, 1))
        still = build.add(developed, [("file", source)], label=f"still {name}")
        build.want(name, build.add(p.TurnClip((1280, 536), (24, 1)), [("clip", still)], label=f"turned {name}"))
    program = run_passes(build.graph(), Setting(TOOLS))
    assert (1, 2) in program.calls
    pool = Pool(2, fakes.serve)
    heard: list[Event] = []
    try:
        execute(
            program.graph, TOOLS, "d", store, pool, heard.append, lambda t: t.cost, recipes=program.keys, calls=lambda: program.calls
        )  # fmt: skip
    finally:
        pool.close()
    workers = {event.label: event.worker for event in heard if event.what == "ran"}
    assert all(workers[f"still {name}"] == workers[f"turned {name}"] for name in "abc")
    assert len({event.id for event in heard if event.what == "ran"}) == 9, "each is kept and told by itself"


@pytest.mark.slow
def test_a_film_on_one_device_loads_hardly_more_than_it_has_to() -> None:
    """The scheduler itself, not only its plan: the film of the residency bench on 24 GB."""
    weights = sum(MODELS.values())
    assert executed(generated_film().graph(), 24.0)[0] <= 1.05 * weights
    assert executed(generated_film(chained=18, seed=4).graph(), 24.0)[0] <= 1.6 * weights


def test_calls_name_the_crowd_by_op_models_and_what_is_alike() -> None:
    graph = takes(2)
    calls = Calls(graph, [(0,), (1, 2)], {"xdraw"})
    assert calls.mates(1) == (1, 2)
    assert calls.mates(0) == (0,)
    assert calls.crowd(1) == calls.crowd(2) != calls.crowd(0)
    assert calls.after([0]) == []
