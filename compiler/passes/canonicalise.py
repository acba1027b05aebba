"""Canonicalise: of several ways to say the same task, the one way.

Requires nothing. Ensures inputs stand in the order of their slots, those of a slot whose order does not matter in the
order of their recipes, parameters are in their op's normal form, and no task merely hands an input through. Idempotent.
"""

from __future__ import annotations

from compiler.graph.ops import Op
from compiler.graph.task import Graph, Ref, Task
from compiler.passes.program import Program, Rewriter, Setting


def canonicalise(program: Program, setting: Setting) -> Program:
    """The same film, with every task in its one form."""
    if not _touches(program.graph):
        return program
    new = Rewriter(program, setting)
    for index, task in enumerate(program.graph.tasks):
        traits = task.op.traits
        inputs = _ordered(task.op, new.inputs(index), new.keys)
        params = traits.normal(task.params) if traits.normal else task.params
        slot = traits.same_as(params)
        given = [ref for name, ref in inputs if name == slot]
        if slot and len(given) == 1:
            new.stand(index, given[0])
        else:
            new.keep(index, inputs, params if params != task.params else None)
    return new.program()


def _touches(graph: Graph) -> bool:
    """Whether any task may have another form: found by its op alone for nearly all of them."""
    slots: dict[str | type, dict[str, int]] = {}
    for task in graph.tasks:
        # Nearly all tasks have their parameters at hand, whose type tells the op without a call.
        kind = type(task.params) if type(task) is Task else task.op.name
        place = slots.get(kind)
        if place is None:
            op = task.op
            if op.traits.reforms:
                return True
            place = slots[kind] = {slot: number for number, (slot, _) in enumerate(op.inputs)}
        if len(place) > 1:
            last = 0
            for slot, _ in task.inputs:
                if place[slot] < last:
                    return True
                last = place[slot]
    return False


def _ordered(op: Op, inputs: tuple[tuple[str, Ref], ...], keys: list[str]) -> tuple[tuple[str, Ref], ...]:
    place = {slot: number for number, (slot, _) in enumerate(op.inputs)}
    commutes = op.traits.commutes

    def order(item: tuple[str, Ref]) -> tuple[int, str, str]:
        slot, ref = item
        return (place[slot], keys[ref.task], ref.output) if slot in commutes else (place[slot], "", "")

    return tuple(sorted(inputs, key=order))
