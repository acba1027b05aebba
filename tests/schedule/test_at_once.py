"""Two builds of the same films at once: each task is done by one of them, and nobody waits who has other work."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from compiler.graph.keys import action_key
from compiler.graph.task import Graph
from runtime.schedule.events import Event, Outcome
from runtime.schedule.execute import execute
from runtime.schedule.pool import Pool
from runtime.store import locks
from runtime.store.store import Store
from tests.schedule import fakes
from tests.schedule.conftest import TOOLS, talk

ROOT = Path(__file__).resolve().parents[2]


_HOLD = """
import sys, time
from pathlib import Path
from runtime.store.store import Store
store = Store(Path(sys.argv[1]))
claim = store.claim(sys.argv[2])
print("held", flush=True)
time.sleep(60)
"""


def _build(root: Path, graph: Graph, heard: list[Event], outcomes: list[Outcome]) -> None:
    store, pool = Store(root), Pool(2, fakes.serve)
    try:
        outcomes.append(execute(graph, TOOLS, "d", store, pool, heard.append, lambda t: t.cost))
    finally:
        pool.close()
        store.close()


def test_two_builds_do_each_task_once_between_them(tmp_path: Path, orders: Path) -> None:
    graph = talk("a", "b", "c", "d")
    for op in ("Speak", "MixWindow"):
        fakes.order(orders, op, "0.15", times=4)
    heard: list[list[Event]] = [[], []]
    outcomes: list[list[Outcome]] = [[], []]
    both = [threading.Thread(target=_build, args=(tmp_path / ".film", graph, heard[n], outcomes[n])) for n in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    done = [outcome for (outcome,) in outcomes]
    assert [outcome.failed for outcome in done] == [[], []]
    assert done[0].actions == done[1].actions, "both have everything"
    assert len((orders / "ran.log").read_text().split()) == len(graph.tasks), "and nothing was made twice"
    assert sum(len(outcome.ran) for outcome in done) == len(graph.tasks)
    assert {event.what for events in heard for event in events} >= {"ran", "hit", "elsewhere"}
    assert not [*(tmp_path / ".film" / "doing").iterdir()]


def test_a_build_does_other_work_while_another_does_a_task(store: Store, orders: Path) -> None:
    graph = talk("a", "b")
    elsewhere = Store(store.root)
    held: list[locks.Lock] = []
    order: list[str] = []

    def heard(event: Event) -> None:
        order.append(f"{event.what} {event.label}")
        if event.what == "ran" and event.label == "mix 1":
            assert "ran voice a" not in order
            held.pop().give_up()

    pool = Pool(2, fakes.serve)
    key = _key_of(graph, 0)
    claim = elsewhere.claim(key)
    assert claim is not None
    held.append(claim)
    try:
        outcome = execute(graph, TOOLS, "d", store, pool, heard, lambda t: t.cost)
    finally:
        pool.close()
        elsewhere.close()
    assert outcome.failed == []
    assert order.count("elsewhere voice a") == 1, "said once"
    assert order.index("ran mix 1") < order.index("ran voice a")


@pytest.mark.parametrize("frozen", [False, True])
def test_whoever_waits_takes_over_when_the_other_is_killed(store: Store, frozen: bool) -> None:
    graph, order = talk("a", "b"), list[str]()
    command = [sys.executable, "-c", _HOLD, str(store.root), _key_of(graph, 0)]
    pool = Pool(2, fakes.serve)
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        if frozen:
            other.send_signal(signal.SIGSTOP)

        def heard(event: Event) -> None:
            order.append(f"{event.what} {event.label}")
            if order[-1] == "ran mix 1":
                other.send_signal(signal.SIGKILL)

        try:
            outcome = execute(graph, TOOLS, "d", store, pool, heard, lambda t: t.cost)
        finally:
            other.kill()
            pool.close()
    assert outcome.failed == []
    assert order.count("elsewhere voice a") == 1
    assert order.index("ran mix 1") < order.index("ran voice a")
    assert not [*(store.root / "doing").iterdir()]


def _key_of(graph: Graph, index: int) -> str:
    return action_key(graph.tasks[index], TOOLS, [], "d")


def test_a_claim_is_one_builds_until_it_gives_it_up_or_dies(store: Store) -> None:
    other = Store(store.root)
    first = store.claim("k")
    assert first is not None
    assert other.claim("k") is None
    assert other.claim("l") is not None
    first.give_up()
    first.give_up()
    again = other.claim("k")
    assert again is not None
    again.give_up()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(store.root), "m"], stdout=subprocess.PIPE, cwd=ROOT
    ) as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == b"held\n"
        assert store.claim("m") is None
        dying.send_signal(signal.SIGKILL)
        dying.wait(10)
    taken = store.claim("m")
    assert taken is not None, "nobody has to clean up after the dead"
    taken.give_up()
    other.close()


def test_whoever_finds_the_file_of_a_claim_gone_asks_again(tmp_path: Path) -> None:
    """Between opening a lock's file and locking it, whoever held it may have removed it: that lock would be nobody's."""
    path = tmp_path / "k"
    stale = locks.alone(path)
    assert stale is not None
    path.unlink()
    assert not stale.current()
    fresh = locks.claim(path)
    assert fresh is not None
    assert fresh.current()
    assert locks.claim(path) is None
    stale.release()
    fresh.give_up()
    assert not path.exists()


def test_an_interrupted_run_claims_nothing_and_leaves_nobody_busy(store: Store, orders: Path) -> None:
    fakes.order(orders, "Speak", "60", times=2)
    pool = Pool(2, fakes.serve)
    told: list[str] = []

    def heard(event: Event) -> None:
        told.append(event.what)
        if told.count("started") == 2 and event.what == "started":
            raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            execute(talk("a", "b"), TOOLS, "d", store, pool, heard, lambda t: t.cost)
        assert pool.busy == 0, "whoever builds again with these workers hears no answers to old questions"
        assert told[-2:] == ["cancelled", "cancelled"]
        assert not [*(store.root / "doing").iterdir()]
        for left in orders.glob("Speak.*"):
            left.unlink()
        outcome = execute(talk("a", "b"), TOOLS, "d", store, pool, lambda _: None, lambda t: t.cost)
        assert len(outcome.ran) == 7
    finally:
        pool.close()
