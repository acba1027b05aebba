"""What the scheduler promises whatever the graph, the machine and the luck: order, memory, retries, an end."""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph import params as p
from compiler.graph.keys import recipe_keys
from compiler.graph.task import Graph, GraphBuilder
from runtime.sandbox.limits import ChildError
from runtime.schedule.costs import fit, learned_costs
from runtime.schedule.events import Event, Outcome
from runtime.schedule.execute import execute
from runtime.schedule.lanes import Lane, Ledger, Need
from runtime.schedule.ready import Ready
from runtime.schedule.trouble import PAUSE, Trouble, kind_of
from runtime.store.index import Action, CostSums, Measured
from runtime.store.store import Store
from tests.schedule.conftest import TOOLS, line

GPU = "gpu"


class SimPool:
    """A pool whose workers finish in any order and go wrong as told; it watches what runs together."""

    def __init__(self, graph: Graph, needs: dict[int, Need], luck: random.Random, plans: dict[int, list[str]]) -> None:
        self.graph, self.needs, self.luck, self.plans = graph, needs, luck, plans
        self.size, self.killed = 100, False
        self.running: dict[int, dict[str, Any]] = {}
        self.most: Counter[str] = Counter()
        self.slots: Counter[str] = Counter()
        self.order: list[int] = []
        self.crowd: list[tuple[int, int]] = []
        """(task, how many others ran when it began)."""
        self.rested = 0

    @property
    def busy(self) -> int:
        return len(self.running)

    @property
    def idle(self) -> bool:
        return self.busy < self.size

    def idle_affinities(self, lane: str = "cpu") -> set[str]:
        return {self.graph.tasks[i].shot for i in self.order[-2:]}

    def equip(self, lanes: object) -> None:
        pass

    def abandon(self) -> None:
        pass

    def rest(self, lane: str = "cpu") -> None:
        self.rested += 1

    def worker_of(self, job: int) -> int:
        return 1

    def submit(self, job: int, message: dict[str, Any], affinity: str, lane: str = "cpu", worker: int = 0) -> None:
        assert self.needs[job].lane == lane
        self.crowd.append((job, self.busy))
        self.running[job] = message
        self.order.append(job)
        for name in ("cpu", GPU):
            inside = [self.needs[i].memory for i in self.running if self.needs[i].lane == name]
            self.most[name] = max(self.most[name], sum(inside))
            self.slots[name] = max(self.slots[name], len(inside))

    def replies(self, timeout: float) -> Iterator[tuple[int, dict[str, Any] | None]]:
        job = self.luck.choice(sorted(self.running))
        message = self.running.pop(job)
        plan = self.plans.get(job, [])
        what = plan.pop(0) if plan else "ok"
        if what == "killed":
            self.killed = True
            yield job, None
            return
        if what != "ok":
            yield job, {"error": what, "message": "as told", "seconds": 0.0, "cpu": 0.0}
            return
        for task in message["tasks"]:
            for name, suffix in task["outputs"]:
                text = json.dumps([task["params"], [digest for _, _, digest in task["inputs"]]])
                (Path(task["folder"]) / f"{name}{suffix}").write_text(text)
        yield job, {"ok": [None] * len(message["tasks"]), "seconds": 1.0, "cpu": 1.0, "memory": 1000, "pid": 7}


def _graph(sources: list[list[int]]) -> Graph:
    build = GraphBuilder()
    refs = []
    for number, reads in enumerate(sources):
        inputs = [("audio", refs[i]) for i in sorted(set(reads))]
        refs.append(build.add(p.MixWindow(number, 1, 1, (), (), ()), inputs, label=f"t{number}", shot=f"s{number % 3}"))
        build.want(f"w{number}", refs[-1])
    return build.graph()


def _run(pool: SimPool, store: Store, lanes: tuple[Lane, ...]) -> tuple[Outcome, list[Event]]:
    heard: list[Event] = []
    outcome = execute(
        pool.graph,
        TOOLS,
        "d",
        store,
        pool,  # type: ignore[arg-type]
        heard.append,
        lambda t: t.cost,
        lanes=lambda: lanes,
        needs=lambda task: pool.needs[pool.graph.tasks.index(task)],
    )
    return outcome, heard


@st.composite
def _cases(draw: st.DrawFn) -> tuple[list[list[int]], list[tuple[str, int]], list[list[str]], int]:
    count = draw(st.integers(1, 9))
    sources = [draw(st.lists(st.integers(0, i - 1), max_size=3)) if i else [] for i in range(count)]
    needs = draw(st.lists(st.tuples(st.sampled_from(["cpu", GPU]), st.integers(0, 12)), min_size=count, max_size=count))
    once = st.sampled_from(
        [[], [], [], ["transient"], ["killed"], ["out of memory"], ["transient", "transient"], ["bug"]]
    )
    return sources, needs, [draw(once) for _ in range(count)], draw(st.integers(0, 10**6))


@settings(max_examples=25, deadline=None)
@given(_cases())
def test_order_memory_and_an_end(case: tuple[list[list[int]], list[tuple[str, int]], list[list[str]], int]) -> None:
    sources, wants, plans, seed = case
    graph = _graph(sources)
    lanes = (Lane("cpu", 3, 20), Lane(GPU, 2, 16))
    needs = {i: Need(*want) for i, want in enumerate(wants)}
    pool = SimPool(graph, needs, random.Random(seed), {i: list(plan) for i, plan in enumerate(plans)})
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("runtime.schedule.execute.PAUSE", 0.0)
        store = Store(Path(folder))
        outcome, heard = _run(pool, store, lanes)
        store.close()
    assert pool.most["cpu"] <= 20
    assert pool.most[GPU] <= 16
    assert pool.slots["cpu"] <= 3
    assert pool.slots[GPU] <= 2
    bugs = {i for i, plan in enumerate(plans) if plan == ["bug"]}
    lost = set(bugs)
    for index, task in enumerate(graph.tasks):
        if any(ref.task in lost for ref in task.sources()):
            lost.add(index)
    # Everything that a bug is not in the way of is done, once; what is in its way is told apart.
    assert set(outcome.actions) == set(range(len(sources))) - lost
    assert sorted(outcome.ran) == sorted(outcome.actions)
    assert {i for i, _, _ in outcome.failed} | set(outcome.stranded) == lost
    assert {kind for _, kind, _ in outcome.failed} <= {"bug"}
    ended: set[int] = set()
    for event in heard:
        if event.what == "started":
            assert {ref.task for ref in graph.tasks[event.task].sources()} <= ended
        if event.what == "ran":
            ended.add(event.task)
    # A task that ran out of memory, or was killed, began again with nothing beside it.
    again = Counter(task for task, _ in pool.crowd)
    for index, plan in enumerate(plans):
        if plan in (["out of memory"], ["killed"]) and index not in lost:
            assert again[index] == 2
            assert [beside for task, beside in pool.crowd if task == index][1] == 0


@pytest.mark.parametrize(
    ("plan", "kind", "tries"),
    [
        (["transient"] * 3, "transient", 3),
        (["killed"] * 2, "crashed", 2),
        (["out of memory"] * 2, "out of memory", 2),
        (["bad input"], "bad input", 1),
        (["bug"], "bug", 1),
        (["disk full"], "disk full", 1),
    ],
)
def test_each_kind_is_tried_as_often_as_it_helps(
    plan: list[str], kind: str, tries: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.schedule.execute.PAUSE", 0.0)
    graph = _graph([[], [], [0], [1]])
    pool = SimPool(graph, dict.fromkeys(range(4), Need()), random.Random(1), {0: list(plan)})
    pool.size = 1
    outcome, heard = _run(pool, store, (Lane("cpu", 1, 1),))
    assert [(i, k) for i, k, _ in outcome.failed] == [(0, kind)]
    assert pool.order.count(0) == tries
    assert [e.kind for e in heard if e.what == "retried"] == [kind] * (tries - 1)
    assert 2 in outcome.stranded
    assert (sorted(outcome.ran) == [1, 3]) is (kind != "disk full")


def test_what_did_not_fit_is_a_fact_and_runs_alone_the_next_time(store: Store) -> None:
    graph = _graph([[], [], []])
    lanes = (Lane("cpu", 3, 100),)
    pool = SimPool(graph, dict.fromkeys(range(3), Need()), random.Random(1), {0: ["out of memory"] * 2})
    outcome, _ = _run(pool, store, lanes)
    assert "not even alone" in outcome.failed[0][2]
    assert list(store.index.unfit("d").values()) == [100]
    again = SimPool(graph, dict.fromkeys(range(3), Need()), random.Random(1), {0: ["out of memory"]})
    outcome, _ = _run(again, store, lanes)
    assert again.order.count(0) == 1, "it had the machine to itself at once"
    assert again.crowd[-1] == (0, 0)
    assert outcome.failed[0][1] == "out of memory"


def test_an_input_that_changes_while_it_is_read_is_kept_under_no_key(store: Store) -> None:
    graph = _graph([[], [0]])
    pool = SimPool(graph, dict.fromkeys(range(2), Need()), random.Random(1), {})
    written = []

    def meddle(event: Event) -> None:
        if event.what == "started" and event.task == 1 and not written:
            action = store.index.by_recipe(pool_recipes[0], "d")
            assert action is not None
            path = store.path(action, "audio")
            written.append(path.read_bytes())
            path.write_bytes(b"x" * len(written[0]))

    pool_recipes = recipe_keys(graph, TOOLS)
    heard: list[str] = []
    outcome = execute(
        graph, TOOLS, "d", store, pool, lambda e: (heard.append(f"{e.what} {e.label}"), meddle(e))[0], lambda t: t.cost
    )  # type: ignore[arg-type, func-returns-value]
    assert outcome.failed == []
    assert "retried t1" in heard
    assert "damaged t0" in heard
    assert heard[-1] == "ran t1"
    assert store.path(outcome.actions[0], "audio").read_bytes() == written[0]


@given(
    st.lists(st.tuples(st.floats(0, 100), st.sampled_from("abc"), st.integers(0, 9)), max_size=40),
    st.integers(0, 10),
)
def test_the_queue_gives_what_fits_and_loses_nothing(tasks: list[tuple[float, str, int]], room: int) -> None:
    ready = Ready([rank for rank, _, _ in tasks], lambda i: tasks[i][1], lambda _: "cpu")
    for index in range(len(tasks)):
        ready.add(index)
        if index % 5 == 4:
            ready.discard(index)
            ready.add(index)
    out = []
    while (task := ready.take("cpu", {"b"}, lambda i: tasks[i][2] <= room)) is not None:
        assert tasks[task][2] <= room
        out.append(task)
    assert len(set(out)) == len(out)
    assert len(ready) == len(tasks) - len(out)
    rest = [t for t in range(len(tasks)) if t not in out]
    # Only those that do not fit are left, or those behind so many of them that looking on is not worth it.
    assert len(rest) >= 24 or all(tasks[t][2] > room for t in rest)


def test_the_queue_prefers_what_is_warm_only_near_the_top() -> None:
    ready = Ready([10.0, 7.0, 5.0], lambda i: "abb"[i], lambda _: "cpu")
    for index in (0, 1, 2):
        ready.add(index)
    assert [ready.take("cpu", {"b"}, lambda _: True) for _ in range(3)] == [1, 0, 2]


def test_a_large_task_is_not_starved_by_small_ones() -> None:
    ready = Ready([9.0] + [1.0] * 200, str, lambda _: "cpu")
    for index in range(201):
        ready.add(index)
    given_out = 0
    while ready.take("cpu", (), lambda i: i > 0) is not None:
        given_out += 1
    assert 10 < given_out < 60


def test_a_task_larger_than_its_lane_has_it_to_itself() -> None:
    ledger = Ledger((Lane("cpu", 4, 10),))
    ledger.take(1, Need("cpu", 50), "cpu")
    assert not ledger.fits(Need("cpu", 1), "cpu")
    ledger.give_back(1)
    ledger.take(2, Need("cpu", 1), "cpu")
    assert not ledger.fits(Need("cpu", 50), "cpu")


def test_kinds_of_trouble() -> None:
    class OfAFileError(ValueError):
        trouble = "bad input"

    said = [
        kind_of(e)
        for e in (OSError(5, "x"), OSError(28, "x"), MemoryError(), OfAFileError(), ValueError(), OSError(12, "x"))
    ]
    assert said == [Trouble.TRANSIENT, Trouble.DISK, Trouble.MEMORY, Trouble.INPUT, Trouble.BUG, Trouble.MEMORY]
    assert 0 < PAUSE < 1


def test_a_child_that_found_the_disk_full_is_no_fault_of_ours() -> None:
    full = ChildError("ffmpeg ended with 228:\n[out#0/adts] Error writing trailer: No space left on device")
    assert kind_of(full) is Trouble.DISK
    assert kind_of(ChildError("ffmpeg ended with 1:\nno frames")) is Trouble.BUG
    assert kind_of(ChildError("No space left on device", "bad input")) is Trouble.INPUT


@given(st.floats(0.1, 5), st.floats(0, 10), st.lists(st.floats(0.1, 100), min_size=60, max_size=80))
def test_costs_are_learned_by_size(rate: float, fixed: float, sizes: list[float]) -> None:
    n, x, y = len(sizes), sum(sizes), sum(fixed + rate * s for s in sizes)
    sums = CostSums(n, x, sum(s * s for s in sizes), y, sum(s * (fixed + rate * s) for s in sizes), 0)
    a, b = fit(sums)
    assert a >= 0
    assert b >= 0
    mean = x / n
    assert a + b * mean == pytest.approx(fixed + rate * mean, rel=0.35, abs=0.5)
    assert fit(CostSums(0, 0, 0, 0, 0, 0)) == (0.0, 1.0)


def test_a_project_learns_from_its_own_runs(store: Store) -> None:

    task = GraphBuilder()
    task.add(line("a"), label="voice a")
    (voice,) = task.graph().tasks
    before = learned_costs(store)(voice)
    assert before == pytest.approx(voice.cost)
    for number in range(30):
        action = Action(f"a{number}", f"r{number}", "d", "speak", (), "null", "{}", 1.0)
        store.index.record(action, Measured(voice.cost, voice.cost * 3, 5 << 20))
    assert learned_costs(store)(voice) == pytest.approx(3 * voice.cost, rel=0.1)
    assert store.index.costs()["speak"].memory == 5 << 20
