"""Canonicalise: of several ways to say the same task, the one way.

Requires nothing. Ensures inputs stand in the order of their slots, those of a slot whose order does not matter in the
order of their recipes, parameters are in their op's normal form, and no task merely hands an input through. Idempotent.
"""

from __future__ import annotations

from compiler.graph.ops import Op
from compiler.graph.task import Ref
from compiler.passes.program import Program, Rewriter, Setting


def canonicalise(program: Program, setting: Setting) -> Program:
    """The same film, with every task in its one form."""
    if not any(_touches(task.op, task.inputs) for task in program.graph.tasks):
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


def _touches(op: Op, inputs: tuple[tuple[str, Ref], ...]) -> bool:
    traits = op.traits
    if traits.normal or traits.commutes or traits.same_as.__module__ != "compiler.graph.traits":
        return True
    if len(inputs) < 2:
        return False
    place = {slot: number for number, (slot, _) in enumerate(op.inputs)}
    order = [place[slot] for slot, _ in inputs]
    return order != sorted(order)


def _ordered(op: Op, inputs: tuple[tuple[str, Ref], ...], keys: list[str]) -> tuple[tuple[str, Ref], ...]:
    place = {slot: number for number, (slot, _) in enumerate(op.inputs)}
    commutes = op.traits.commutes

    def order(item: tuple[str, Ref]) -> tuple[int, str, str]:
        slot, ref = item
        return (place[slot], keys[ref.task], ref.output) if slot in commutes else (place[slot], "", "")

    return tuple(sorted(inputs, key=order))
