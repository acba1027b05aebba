"""Batch: tasks that one model can do in one call are one call.

Requires nothing. Ensures no two calls are left that one could do: same op, models, inputs and what the op says must be
alike, as many as the op takes and the device holds. Tasks that read the same cannot read each other, so no circle
arises. What a batch works with beside the weights may push other weights out: where even the best order would then load
more of them, nothing is batched. Idempotent. Tasks and keys stay as they are: a fifth take does not make the first four again.
"""

from __future__ import annotations

from collections.abc import Hashable

from compiler.graph.calls import Call
from compiler.graph.residency import look_ahead
from compiler.graph.task import Graph
from compiler.passes.fuse import fits
from compiler.passes.order import order
from compiler.passes.program import Program, Setting, needs_of


def batch(program: Program, setting: Setting) -> Program:
    """The same tasks in fewer calls."""
    graph = program.graph
    if not any(task.op.traits.batch > 1 for task in graph.tasks):
        return program
    open_calls: dict[Hashable, int] = {}
    calls: list[Call] = []
    for call in program.calls:
        together = _together(graph, call)
        if together is None:
            calls.append(call)
            continue
        at = open_calls.get(together)
        if at is not None and (joined := _joined(graph, calls[at], call, setting)):
            calls[at] = joined
            continue
        open_calls[together] = len(calls)
        calls.append(call)
    made = Program(graph, program.keys, tuple(calls))
    return made if len(calls) == len(program.calls) or _loaded(made, setting) <= _loaded(program, setting) else program


def _loaded(program: Program, setting: Setting) -> float:
    """GB of weights that the best order known loads, to a thousandth."""
    return round(look_ahead(needs_of(order(program, setting)), setting.memory).gigabytes, 3)


def _together(graph: Graph, call: Call) -> Hashable:
    """What calls must have in common to be joined; ``None`` for one that is done alone."""
    head = graph.tasks[call[0]]
    traits = head.op.traits
    if traits.batch < 2:
        return None
    heads = sum(graph.tasks[index].op is head.op for index in call)
    rest = call[heads:]
    steps = tuple(graph.tasks[index].op.name for index in rest[: len(rest) // heads])
    return head.op.name, traits.models(head.params), traits.alike(head.params), head.inputs, steps, head.provisional


def _joined(graph: Graph, one: Call, other: Call, setting: Setting) -> Call | None:
    """Both calls as one: all heads, then what was fused behind them; ``None`` when it would be too much."""
    op = graph.tasks[one[0]].op
    heads = [index for index in (*one, *other) if graph.tasks[index].op is op]
    rest = [index for index in (*one, *other) if graph.tasks[index].op is not op]
    call = (*heads, *rest)
    return call if len(heads) <= op.traits.batch and fits(graph, call, setting) else None
