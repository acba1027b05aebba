"""The properties of passes can fail: passes that are wrong in one way each, as a slip of the hand would make them, are caught."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample

from compiler.graph.calls import Call
from compiler.graph.keys import recipe_keys
from compiler.graph.task import Graph, Ref, Task
from compiler.passes.program import Program, Rewriter, Setting
from compiler.passes.run import PASSES, Pass
from tests.passes.declared import Draw, Picture, Scale, drawn, fanned
from tests.passes.keeps import before_pass, complaints
from tests.schedule.conftest import TOOLS

SETTING = Setting(TOOLS, memory=16.0)
Run = Callable[[Program, Setting], Program]
_REAL: dict[str, Pass] = {step.name: step for step in PASSES}


def _singles(graph: Graph) -> tuple[Call, ...]:
    return tuple((index,) for index in range(len(graph.tasks)))


def _whole(graph: Graph, setting: Setting) -> Program:
    return Program(graph, recipe_keys(graph, setting.tools), _singles(graph))


def _sharing(blind: Callable[[Any], Any]) -> Run:
    """Share that does not see what ``blind`` takes out of a draw."""

    def share(program: Program, setting: Setting) -> Program:
        first: dict[object, int] = {}
        tasks: list[Task] = []
        place: list[int] = []
        for task in program.graph.tasks:
            inputs = tuple((slot, Ref(place[ref.task], ref.output)) for slot, ref in task.inputs)
            key = (task.op.name, blind(task.params), inputs)
            if key in first:
                place.append(first[key])
            else:
                first[key] = len(tasks)
                place.append(len(tasks))
                tasks.append(dataclasses.replace(task, inputs=inputs))
        wanted = tuple((name, Ref(place[ref.task], ref.output)) for name, ref in program.graph.wanted)
        return _whole(Graph(tuple(tasks), wanted), setting)

    return share


def _without(name: str) -> Callable[[Any], Any]:
    fixed = {"seed": 0, "model": "small", "domain": "cuda:a"}[name]

    def blind(params: Any) -> Any:
        if isinstance(params, Draw):
            return dataclasses.replace(params, **{name: fixed})  # type: ignore[arg-type]
        if isinstance(params, Picture):
            return dataclasses.replace(params, draw=blind(params.draw))
        return params

    return blind


def _share_by_parameters(program: Program, setting: Setting) -> Program:
    """Takes tasks of equal parameters for equal, whatever they read."""
    first: dict[object, int] = {}
    place = [first.setdefault((t.op.name, t.params), index) for index, t in enumerate(program.graph.tasks)]

    def now(ref: Ref) -> Ref:
        return Ref(place[ref.task], ref.output)

    tasks = tuple(
        dataclasses.replace(task, inputs=tuple((slot, now(ref)) for slot, ref in task.inputs))
        for task in program.graph.tasks
    )
    return _whole(Graph(tasks, tuple((name, now(ref)) for name, ref in program.graph.wanted)), setting)


def _share_firms(program: Program, setting: Setting) -> Program:
    """Forgets that what it keeps rests on an estimate."""
    made = _REAL["share"].run(program, setting)
    tasks = tuple(dataclasses.replace(task, provisional=False) for task in made.graph.tasks)
    return dataclasses.replace(made, graph=dataclasses.replace(made.graph, tasks=tasks))


def _share_stale_keys(program: Program, setting: Setting) -> Program:
    made = _REAL["share"].run(program, setting)
    return dataclasses.replace(made, keys=tuple(reversed(made.keys)))


def _trim_nothing(program: Program, setting: Setting) -> Program:
    return program


def _trim_moves_a_want(program: Program, setting: Setting) -> Program:
    """Numbers tasks anew, and forgets the wanted ones."""
    made = _REAL["trim"].run(program, setting)
    last = len(made.graph.tasks) - 1
    wanted = tuple(
        (name, ref if ref.task <= last else Ref(last, made.graph.tasks[last].outputs[0][0]))
        for name, ref in program.graph.wanted
    )
    return dataclasses.replace(made, graph=dataclasses.replace(made.graph, wanted=wanted))


def _trim_a_want(program: Program, setting: Setting) -> Program:
    """Drops a wanted output with what leads to it."""
    graph = dataclasses.replace(program.graph, wanted=program.graph.wanted[:-1])
    return _REAL["trim"].run(dataclasses.replace(program, graph=graph), setting)


def _canonicalise_any_order(program: Program, setting: Setting) -> Program:
    """Takes every slot for one whose inputs may come in any order."""
    new = Rewriter(program, setting)
    for index, task in enumerate(program.graph.tasks):
        place = {slot: number for number, (slot, _) in enumerate(task.op.inputs)}
        new.keep(index, tuple(sorted(new.inputs(index), key=lambda i: (place[i[0]], new.keys[i[1].task]))))
    return _REAL["canonicalise"].run(new.program(), setting)


def _canonicalise_drops_scales(program: Program, setting: Setting) -> Program:
    """Takes every scaling for one that does nothing."""
    new = Rewriter(program, setting)
    for index, task in enumerate(program.graph.tasks):
        inputs = new.inputs(index)
        if isinstance(task.params, Scale) and len(inputs) == 1:  # type: ignore[unreachable]
            new.stand(index, inputs[0][1])
        else:
            new.keep(index, inputs)
    return _REAL["canonicalise"].run(new.program(), setting)


def _hoist_loses_inputs(program: Program, setting: Setting) -> Program:
    """Gives the part that is drawn its prompt and nothing else."""
    made = _REAL["hoist"].run(program, setting)
    tasks = tuple(
        dataclasses.replace(task, inputs=task.inputs[:1]) if isinstance(task.params, Draw) else task  # type: ignore[redundant-expr,unreachable]
        for task in made.graph.tasks
    )
    return _whole(dataclasses.replace(made.graph, tasks=tasks), setting)


def _hoist_twice_the_work(program: Program, setting: Setting) -> Program:
    """Leaves what it took apart standing, and somebody reading it."""
    made = _REAL["hoist"].run(program, setting)
    if made is program:
        return program
    tasks = made.graph.tasks
    extra = tuple(dataclasses.replace(task, label="again") for task in tasks if not task.inputs)
    wanted = made.graph.wanted + tuple(
        (f"extra-{i}", Ref(len(tasks) + i, t.outputs[0][0])) for i, t in enumerate(extra)
    )
    return _whole(Graph((*tasks, *extra), wanted), setting)


def _fuse_into_any(program: Program, setting: Setting) -> Program:
    """Does a step in the call before it, ready or not."""
    calls = list(program.calls)
    for index, task in enumerate(program.graph.tasks):
        if task.op.traits.finishing and (sources := {ref.task for ref in task.sources()}):
            at = next(n for n, call in enumerate(calls) if max(sources) in call)
            own = next(n for n, call in enumerate(calls) if index in call)
            if at < own:
                calls[at] = (*calls[at], index)
                del calls[own]
    return dataclasses.replace(program, calls=tuple(calls))


def _batch_whatever(blind: bool, most: int) -> Run:
    def batch(program: Program, setting: Setting) -> Program:
        """Batches by op and inputs alone."""
        calls: list[Call] = []
        for call in program.calls:
            head = program.graph.tasks[call[0]]
            for at, other in enumerate(calls):
                first = program.graph.tasks[other[0]]
                alike = head.op.traits.alike(head.params) == first.op.traits.alike(first.params) or blind
                same = first.op is head.op and first.inputs == head.inputs and first.provisional == head.provisional
                if head.op.traits.batch > 1 and same and alike and len(other) < most and len(call) == 1:
                    calls[at] = (*other, *call)
                    break
            else:
                calls.append(call)
        return dataclasses.replace(program, calls=tuple(calls))

    return batch


def _order_reversed(program: Program, setting: Setting) -> Program:
    return dataclasses.replace(program, calls=tuple(reversed(program.calls)))


def _order_by_worker(program: Program, setting: Setting) -> Program:
    """Deals calls out to its workers, and leaves one out."""
    calls = program.calls
    return dataclasses.replace(program, calls=calls[: -1 or None] if setting.lanes > 1 else calls)


def _order_loads_more(program: Program, setting: Setting) -> Program:
    """Goes from model to model as often as what is read allows."""
    left, made, found, last = list(program.calls), set[int](), list[Call](), ""
    graph = program.graph
    while left:
        ready = [c for c in left if all(r.task in made or r.task in c for i in c for r in graph.tasks[i].sources())]

        def model(call: Call) -> str:
            return str(graph.tasks[call[0]].op.traits.models(graph.tasks[call[0]].params))

        call = next((c for c in ready if model(c) != last), ready[0])
        last = model(call)
        found.append(call)
        left.remove(call)
        made.update(call)
    return dataclasses.replace(program, calls=tuple(found))


_QUICK = settings(max_examples=200, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))

MUTANTS: dict[str, tuple[str, Run]] = {
    "share across seeds": ("share", _sharing(_without("seed"))),
    "share across models": ("share", _sharing(_without("model"))),
    "share across domains": ("share", _sharing(_without("domain"))),
    "share by parameters alone": ("share", _share_by_parameters),
    "share makes an estimate firm": ("share", _share_firms),
    "share leaves keys behind": ("share", _share_stale_keys),
    "trim nothing": ("trim", _trim_nothing),
    "trim points elsewhere": ("trim", _trim_moves_a_want),
    "trim something wanted": ("trim", _trim_a_want),
    "canonicalise orders what is in order": ("canonicalise", _canonicalise_any_order),
    "canonicalise drops what does something": ("canonicalise", _canonicalise_drops_scales),
    "hoist loses inputs": ("hoist", _hoist_loses_inputs),
    "hoist does work twice": ("hoist", _hoist_twice_the_work),
    "fuse into any call": ("fuse", _fuse_into_any),
    "batch across sizes and domains": ("batch", _batch_whatever(True, 4)),
    "batch more than the device holds": ("batch", _batch_whatever(False, 99)),
    "order backwards": ("order", _order_reversed),
    "order leaves one out": ("order", _order_by_worker),
    "order loads weights again and again": ("order", _order_loads_more),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_pass_that_is_wrong_is_caught(name: str) -> None:
    of, run = MUTANTS[name]
    step = dataclasses.replace(_REAL[of], run=_named(of, run))

    def caught(graph: Graph) -> bool:
        return bool(complaints(step, before_pass(step, graph, SETTING), SETTING))

    try:
        find(drawn() | fanned(), caught, settings=_QUICK)
    except NoSuchExample:
        pytest.fail(f"no program was spoilt by: {name}")


def _named(name: str, run: Run) -> Run:
    def mutant(program: Program, setting: Setting) -> Program:
        return run(program, setting)

    mutant.__name__ = name
    return mutant
