"""Every pass keeps the film: a symbolic render of each wanted output is the same before and after."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings

from compiler.graph import params as p
from compiler.graph.keys import recipe_keys
from compiler.graph.task import Graph, GraphBuilder, Ref
from compiler.graph.verify import verify_graph
from compiler.passes.run import PASSES, Pass, run_passes
from compiler.passes.share import share
from compiler.passes.trim import trim
from tests.e2e.films import TALK
from tests.graph.test_graph import plan
from tests.graph.values import graphs
from tests.schedule.conftest import TOOLS, line

_SOME = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def render(graph: Graph) -> dict[str, object]:
    """What each wanted output would be, as one nested value: task over inputs, names and sharing forgotten."""
    made: list[object] = []
    for task in graph.tasks:
        made.append((task.op.name, task.params, tuple((slot, ref.output, made[ref.task]) for slot, ref in task.inputs)))
    return {name: (ref.output, made[ref.task]) for name, ref in graph.wanted}


@pytest.mark.parametrize("step", PASSES, ids=lambda s: s.__name__)
def test_a_pass_keeps_the_film_and_is_done_once(step: Pass) -> None:
    @_SOME
    @given(graphs())
    def check(graph: Graph) -> None:
        doubled = _doubled(graph)
        after = step(doubled, TOOLS)
        assert verify_graph(after) == []
        assert render(after) == render(doubled)
        assert len(after.tasks) <= len(doubled.tasks)
        assert step(after, TOOLS) == after

    check()


def _doubled(graph: Graph) -> Graph:
    """The graph twice over, so that there is something to share."""
    shift = len(graph.tasks)
    copies = [
        dataclasses.replace(t, inputs=tuple((slot, Ref(ref.task + shift, ref.output)) for slot, ref in t.inputs))
        for t in graph.tasks
    ]
    again = [(f"{name}-again", Ref(ref.task + shift, ref.output)) for name, ref in graph.wanted]
    return Graph((*graph.tasks, *copies), (*graph.wanted, *again))


@_SOME
@given(graphs())
def test_all_passes_together_share_everything_and_keep_nothing_idle(graph: Graph) -> None:
    after = run_passes(_doubled(graph), TOOLS, verify=True)
    keys = recipe_keys(after, TOOLS)
    assert len(set(keys)) == len(keys)
    needed = {ref.task for _, ref in after.wanted} | {ref.task for t in after.tasks for ref in t.sources()}
    assert needed == set(range(len(after.tasks)))


def test_what_is_sure_stands_for_what_is_not() -> None:
    build = GraphBuilder()
    build.want("a", build.add(line("x"), label="x", provisional=True))
    build.want("b", build.add(line("x"), label="x"))
    (task,) = share(build.graph(), TOOLS).tasks
    assert not task.provisional


def test_seeds_are_never_shared() -> None:
    build = GraphBuilder()
    for seed in range(4):
        window = p.EncodeWindow(
            p.Window(0, 8), (128, 72), (24, 1), plan(TALK).timeline.shots[0].shot.look, (), (), seed
        )
        build.want(str(seed), build.add(window, label="card"))
    assert len(share(build.graph(), TOOLS).tasks) == 4


def test_a_film_shares_its_people_and_place() -> None:
    graph = plan(TALK).graph
    ops = [task.op.name for task in graph.tasks]
    assert ops.count("person") == 2
    assert ops.count("set") == 1
    assert ops.count("bake") == 4


def test_a_pass_that_breaks_the_graph_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(graph: Graph, tools: object) -> Graph:
        return dataclasses.replace(graph, wanted=(("film", Ref(99, "film")),))

    monkeypatch.setattr("compiler.passes.run.PASSES", (share, broken, trim))
    with pytest.raises(AssertionError, match="after broken"):
        run_passes(GraphBuilder().graph(), TOOLS, verify=True)
