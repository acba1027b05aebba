"""What every pass has to keep, as one list of complaints, so that the real passes and wrong ones are held to the same."""

from __future__ import annotations

import dataclasses
from collections import Counter

from compiler.graph.calls import CALL_SECONDS, models_of, working_of
from compiler.graph.keys import recipe_keys
from compiler.graph.task import Graph, Ref
from compiler.graph.verify import verify_graph
from compiler.passes.order import order
from compiler.passes.program import Program, Setting, program_of, verify_calls
from compiler.passes.run import PASSES, Measured, Pass, holds, measure
from tests.passes.declared import Draw, Picture, everything, played, render

CALLS_ONLY = ("fuse", "batch", "order")
"""Passes that change no task."""


def before_pass(step: Pass, graph: Graph, setting: Setting) -> Program:
    """What a pass is given: the graph twice over, so that there is something to share, after the passes before it."""
    program = program_of(doubled(graph), setting.tools)
    for earlier in PASSES[: [p.name for p in PASSES].index(step.name)]:
        program = earlier.run(program, setting)
    return program


def complaints(step: Pass, before: Program, setting: Setting) -> list[str]:
    """Everything a pass did to a program that it must not; empty when it kept the film."""
    wrong = [f"not required: {what.value}" for what in step.requires if not holds(what, before, setting)]
    after = step.run(before, setting)
    wrong += verify_graph(after.graph) + verify_calls(after)
    if wrong:
        return wrong
    if after.keys != recipe_keys(after.graph, setting.tools):
        wrong.append("keys are not the graph's")
    if not render(after.graph) == render(before.graph) == played(after):
        wrong.append("another film")
    wrong += [f"not ensured: {what.value}" for what in step.ensures | step.requires if not holds(what, after, setting)]
    wrong += _costs(step, *(measure("", _settled(step, x, setting), setting) for x in (before, after)), before.graph)
    wrong += unlawful_calls(after, setting) + _firmed(before, after) + _merged(before, after)
    if step.name in CALLS_ONLY and (after.graph, after.keys) != (before.graph, before.keys):
        wrong.append("a pass over calls changed tasks")
    if step.run(after, setting) != after:
        wrong.append("done twice it does more")
    if any(step.run(before, dataclasses.replace(setting, lanes=lanes)).graph != after.graph for lanes in (1, 7)):
        wrong.append("tasks depend on the number of workers")
    return wrong


def _settled(step: Pass, program: Program, setting: Setting) -> Program:
    """A program whose loads mean something: how calls stand before they are ordered is nobody's choice."""
    return order(program, setting) if step.name == "batch" else program


def doubled(graph: Graph) -> Graph:
    """The graph twice over."""
    shift = len(graph.tasks)
    copies = [
        dataclasses.replace(t, inputs=tuple((slot, Ref(ref.task + shift, ref.output)) for slot, ref in t.inputs))
        for t in graph.tasks
    ]
    again = [(f"{name}-again", Ref(ref.task + shift, ref.output)) for name, ref in graph.wanted]
    return Graph((*graph.tasks, *copies), (*graph.wanted, *again))


def work(figures: Measured) -> float:
    """Seconds of the tasks themselves."""
    return figures.seconds - CALL_SECONDS * figures.calls


def unlawful_calls(program: Program, setting: Setting) -> list[str]:
    """Calls that no worker could do, or that take together what is not alike."""
    wrong = []
    for call in program.calls:
        tasks = [program.graph.tasks[index] for index in call]
        head = tasks[0]
        heads = [task for task in tasks if task.op is head.op]
        traits = head.op.traits
        if len({task.provisional for task in tasks}) > 1:
            wrong.append("what waits and what is ready in one call")
        if len(heads) > max(1, traits.batch):
            wrong.append(f"{len(heads)} of {head.op.name} in one call")
        if len({(traits.models(t.params), traits.alike(t.params), t.inputs) for t in heads}) > 1:
            wrong.append(f"{head.op.name}: unlike ones in one call")
        for task in (t for t in tasks if t.op is not head.op):
            if not task.op.traits.finishing or any(ref.task not in call for ref in task.sources()):
                wrong.append(f"{task.op.name} is done in a call it is no end of")
        weights = sum(model.gigabytes for model in models_of(program.graph, call))
        if len(call) > 1 and weights and weights + working_of(program.graph, call) > setting.memory:
            wrong.append("a call that does not fit its device")
    return wrong


def _costs(step: Pass, one: Measured, other: Measured, graph: Graph) -> list[str]:
    if any(task.cost < 0 for task in graph.tasks):  # random parameters are not always of this world
        return []
    wrong = []
    if work(other) > work(one) + 1e-6:
        wrong.append("more work than before")
    if other.seconds > one.seconds + 1e-6 and step.name != "hoist":  # which begins one more call
        wrong.append("more seconds than before")
    if step.name in CALLS_ONLY and other.loaded > one.loaded + 1e-9:
        wrong.append("more weights loaded than before")
    return wrong


def _firmed(before: Program, after: Program) -> list[str]:
    """What rests on an estimate is never made firm, unless the very same is asked for firmly elsewhere."""
    firm = {value for task, value in everything(before.graph) if not task.provisional}
    met = {value for _, value in everything(before.graph)}
    return [
        f"{task.op.name} is firm, and was not"
        for task, value in everything(after.graph)
        if not task.provisional and value in met and value not in firm
    ]


def _merged(before: Program, after: Program) -> list[str]:
    """Seeds, models and domains that were demanded are all still made."""

    def draws(graph: Graph) -> Counter[Draw]:
        needed, stack = set[int](), [ref.task for _, ref in graph.wanted]
        while stack:
            if (at := stack.pop()) not in needed:
                needed.add(at)
                stack += [ref.task for ref in graph.tasks[at].sources()]
        found = (graph.tasks[at].params for at in needed)
        return Counter(q.draw if isinstance(q, Picture) else q for q in found if isinstance(q, Draw | Picture))  # type: ignore[redundant-expr,unreachable]

    lost = draws(before.graph).keys() - draws(after.graph).keys()
    return [f"nobody draws {draw} any more" for draw in sorted(lost, key=repr)]
