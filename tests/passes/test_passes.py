"""Every pass keeps the film: a symbolic render of each wanted output is the same before and after."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compiler.graph import params as p
from compiler.graph.task import Graph, GraphBuilder, Ref
from compiler.passes.canonicalise import canonicalise
from compiler.passes.program import Program, Setting, program_of
from compiler.passes.run import PASSES, Holds, Pass, measured_passes, run_passes
from compiler.passes.share import share
from compiler.passes.trim import trim
from tests.e2e.films import TALK
from tests.graph.test_graph import plan
from tests.graph.values import graphs
from tests.passes.declared import Blend, Draw, Picture, Prompt, Scale, drawn, fanned, played, render
from tests.passes.keeps import before_pass, complaints, doubled, work
from tests.schedule.conftest import TOOLS, line

SETTING = Setting(TOOLS, memory=16.0)
ROOT = Path(__file__).resolve().parents[2]
_SOME = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@pytest.mark.parametrize("step", PASSES, ids=lambda s: s.name)
def test_a_pass_keeps_the_film_costs_no_more_and_is_done_once(step: Pass) -> None:
    @_SOME
    @given(drawn() | fanned() | graphs(6))
    def check(graph: Graph) -> None:
        assert complaints(step, before_pass(step, graph, SETTING), SETTING) == []

    check()


@settings(_SOME, max_examples=40)
@given(graphs(6) | drawn())
def test_all_passes_together(graph: Graph) -> None:
    before = doubled(graph)
    program = run_passes(before, SETTING, verify=True)
    assert len(set(program.keys)) == len(program.keys)
    assert render(before) == played(program)
    assert run_passes(program.graph, SETTING).graph == program.graph
    after, figures = measured_passes(before, SETTING)
    assert after == program
    if all(task.cost >= 0 for task in graph.tasks):
        assert work(figures[-1]) <= work(figures[0]) + 1e-6


@_SOME
@given(drawn(), st.randoms(use_true_random=False))
def test_sharing_never_crosses_seeds_models_or_domains(graph: Graph, random: Any) -> None:
    """Whatever is different in a draw is still made, each once."""
    whole = dataclasses.replace(
        graph, wanted=tuple((f"t{i}", Ref(i, t.outputs[0][0])) for i, t in enumerate(graph.tasks))
    )
    made = run_passes(whole, SETTING, verify=True).graph
    draws = {t.params.draw if isinstance(t.params, Picture) else t.params for t in whole.tasks}  # type: ignore[unreachable]
    assert {d for d in draws if isinstance(d, Draw)} == {t.params for t in made.tasks if isinstance(t.params, Draw)}
    one = program_of(whole, TOOLS)
    first = [i for i, t in enumerate(whole.tasks) if isinstance(t.params, Draw)]
    for a in first:
        for b in first:
            if whole.tasks[a].params != whole.tasks[b].params:
                assert one.keys[a] != one.keys[b]


def _program(build: GraphBuilder) -> Program:
    return program_of(build.graph(), TOOLS)


def _takes(count: int, **fields: str) -> GraphBuilder:
    build: Any = GraphBuilder()
    for seed in range(count):
        picture = build.add(Picture("a lamp", Draw(seed, "large", **fields)), label=f"take {seed}", shot="s")
        build.want(f"take-{seed}", build.add(Scale(2), [("image", picture)], label=f"scaled {seed}", shot="s"))
    return build  # type: ignore[no-any-return]


def test_takes_share_one_prompt_and_one_call() -> None:
    program = run_passes(_takes(4).graph(), SETTING, verify=True)
    assert [task.op.name for task in program.graph.tasks].count("xprompt") == 1
    # 9 GB of weights and 4 GB of working memory for each: in 16 GB one at a time, in 40 GB all four
    assert len(program.calls) == 1 + 4
    roomy = run_passes(_takes(4).graph(), Setting(TOOLS, memory=40.0), verify=True)
    assert sorted(len(call) for call in roomy.calls) == [1, 8]
    assert roomy.keys == program.keys or set(roomy.keys) == set(program.keys)
    assert len(run_passes(_takes(5).graph(), Setting(TOOLS, memory=40.0), verify=True).calls) == 3


def test_a_take_has_the_same_recipe_whatever_company_it_is_made_in() -> None:
    one, five = (set(run_passes(_takes(n).graph(), Setting(TOOLS, memory=40.0)).keys) for n in (1, 5))
    assert one < five


def test_one_form_for_one_meaning() -> None:
    def blend(mode: str, *seeds: int) -> str:
        build: Any = GraphBuilder()
        drawn = {seed: build.add(Prompt("x"), label="p") for seed in sorted(seeds)}
        images = [("image", build.add(Draw(s, "small"), [("prompt", drawn[s])], label="d")) for s in sorted(seeds)]
        images = [images[sorted(seeds).index(s)] for s in seeds]
        build.want("w", build.add(Scale(1), [("image", build.add(Blend(mode), images, label="b"))], label="s"))
        program = canonicalise(_program(build), SETTING)
        assert "xscale" not in [task.op.name for task in program.graph.tasks]
        return program.keys[program.graph.wanted[0][1].task]

    assert blend("ADD", 1, 2) == blend("add", 2, 1)
    assert blend("add", 1, 2) != blend("max", 1, 2)


def test_what_is_sure_stands_for_what_is_not() -> None:
    build = GraphBuilder()
    build.want("a", build.add(line("x"), label="x", provisional=True))
    build.want("b", build.add(line("x"), label="x"))
    (task,) = share(_program(build), SETTING).graph.tasks
    assert not task.provisional


def test_seeds_are_never_shared() -> None:
    build = GraphBuilder()
    for seed in range(4):
        window = p.EncodeWindow(
            p.Window(0, 8), (128, 72), (24, 1), plan(TALK).timeline.shots[0].shot.look, (), (), seed
        )
        build.want(str(seed), build.add(window, label="card"))
    assert len(share(_program(build), SETTING).graph.tasks) == 4


def test_a_film_shares_its_people_and_place() -> None:
    graph = plan(TALK).graph
    ops = [task.op.name for task in graph.tasks]
    assert ops.count("person") == 2
    assert ops.count("set") == 1
    assert ops.count("bake") == 4


def test_a_film_is_made_shot_by_shot() -> None:
    """What nothing hurries comes in the film's order, so that its beginning can be looked at first."""
    found = plan(TALK)
    shots = [s.key for s in found.timeline.shots]
    encodes = [
        found.graph.tasks[i].shot for call in found.calls for i in call if found.graph.tasks[i].op.name == "encode"
    ]
    assert [shots.index(shot) for shot in encodes] == sorted(shots.index(shot) for shot in encodes)


def test_a_pass_that_breaks_the_program_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(program: Program, setting: Setting) -> Program:
        return dataclasses.replace(program, graph=dataclasses.replace(program.graph, wanted=(("film", Ref(99, "x")),)))

    def idle(program: Program, setting: Setting) -> Program:
        return program

    def lost(program: Program, setting: Setting) -> Program:
        return dataclasses.replace(program, calls=program.calls[1:])

    nothing = frozenset[Holds]()
    monkeypatch.setattr("compiler.passes.run.PASSES", (Pass(broken, nothing, nothing),))
    with pytest.raises(AssertionError, match="after broken"):
        run_passes(GraphBuilder().graph(), SETTING, verify=True)
    monkeypatch.setattr("compiler.passes.run.PASSES", (Pass(idle, nothing, frozenset({Holds.SHARED})),))
    with pytest.raises(AssertionError, match="after idle: not so: no two tasks"):
        run_passes(doubled(_takes(1).graph()), SETTING, verify=True)
    monkeypatch.setattr("compiler.passes.run.PASSES", (Pass(lost, nothing, nothing),))
    with pytest.raises(AssertionError, match="in no call"):
        run_passes(_takes(1).graph(), SETTING, verify=True)


def test_trimming_drops_what_nobody_wants() -> None:
    build = _takes(2)
    build.add(line("unheard"), label="unheard")
    assert len(trim(_program(build), SETTING).graph.tasks) == 4


_PRINT = """
from dataclasses import replace
from hypothesis import HealthCheck, Phase, given, settings
from compiler.graph.text import print_graph
from compiler.passes.program import Setting, program_of
from compiler.passes.run import PASSES
from tests.bench.residency import generated_film
from tests.e2e.films import TALK
from tests.graph.test_graph import plan
from tests.passes.declared import drawn, fanned

def tell(graph):
    found = set()
    for lanes in (1, 2, 16):
        setting = Setting({}, 24.0, lanes)
        program = program_of(graph, setting.tools)
        for step in PASSES:
            program = step.run(program, setting)
            if lanes == 2:
                print(step.name, print_graph(program.graph), program.keys, program.calls)
        found.add((print_graph(program.graph), program.keys, tuple(sorted(program.calls))))
    assert len(found) == 1, "which tasks there are, and which are done together, is the same for any number of workers"

tell(generated_film(12, chained=4).graph())
tell(plan(TALK).lowered)

@settings(max_examples=10, derandomize=True, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(drawn() | fanned())
def some(graph):
    tell(graph)

some()
"""


def test_no_pass_depends_on_the_hash_seed_or_the_number_of_workers() -> None:
    found = set()
    for seed in ("0", "77"):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", _PRINT], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        found.add(done.stdout)
    assert len(found) == 1
    assert found.pop().count("canonicalise ") >= 12


@pytest.mark.parametrize("memory", [13.0, 16.0, 40.0])
def test_every_pass_is_sound_whatever_the_device(memory: float) -> None:
    """From a card on which a model and its work just fit to one that holds everything."""
    setting = Setting(TOOLS, memory=memory)

    @settings(_SOME, max_examples=12)
    @given(fanned() | drawn())
    def check(graph: Graph) -> None:
        for step in PASSES:
            assert complaints(step, before_pass(step, graph, setting), setting) == []

    check()


def test_a_pass_is_free_of_the_tools_but_for_keys() -> None:
    """Another version of the code makes other keys, and the same graph out of the same film."""
    graph = plan(TALK).lowered
    one, other = (run_passes(graph, Setting({**TOOLS, "render": name}), verify=True) for name in "ab")
    assert one.graph == other.graph
    assert {t.op.name for t, a, b in zip(one.graph.tasks, one.keys, other.keys, strict=True) if a == b} >= {
        "bake",
        "speak",
    }
    assert all(a != b for t, a, b in zip(one.graph.tasks, one.keys, other.keys, strict=True) if t.op.name == "render")
