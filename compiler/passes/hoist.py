"""Hoist: what takes of a shot share is done once, before them.

Requires canonical tasks and leaves them so. Ensures no task is left whose op declares parts: the part that does not
depend on the draw is a task of its own, one for all that would do the same. An op is taken apart whether or not a
second take is there, so that a take's recipe does not depend on how many there are. Idempotent.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from compiler.graph.ops import op_of
from compiler.graph.task import Ref, Task
from compiler.graph.traits import Parts
from compiler.passes.canonicalise import canonicalise
from compiler.passes.program import Program, Rewriter, Setting


def hoist(program: Program, setting: Setting) -> Program:
    """The same film, with shared parts as tasks of their own."""
    ops = {op.name: op for op in map(attrgetter("op"), program.graph.tasks)}
    if not any(op.traits.parted for op in ops.values()):
        return program
    taken = [task.op.traits.parts(task.params) for task in program.graph.tasks]
    if not any(taken):
        return program
    new = Rewriter(program, setting)
    shared: dict[str, int] = {}
    for index, (task, parts) in enumerate(zip(program.graph.tasks, taken, strict=True)):
        inputs = new.inputs(index)
        if parts is None:
            new.keep(index, inputs)
            continue
        at = _apart(new, shared, task, parts, inputs)
        new.stand(index, Ref(at, ""))
    # Recipes have changed, and with them the one order of inputs that commute; and a part may have parts.
    return hoist(canonicalise(new.program(), setting), setting)


def _apart(new: Rewriter, shared: dict[str, int], task: Task, parts: Parts, inputs: tuple[tuple[str, Ref], ...]) -> int:
    given = tuple((slot, ref) for slot, ref in inputs if slot in parts.takes)
    first = Task(parts.shared, given, f"{task.label}: what takes share", task.shot, task.provisional)
    key = new.key(first)
    at = shared.get(key)
    if at is None:
        at = shared[key] = new.add(first, key)
    elif new.tasks[at].provisional and not task.provisional:
        new.tasks[at] = replace(new.tasks[at], provisional=False)
    place = {slot: number for number, (slot, _) in enumerate(op_of(parts.own).inputs)}
    rest = [item for item in inputs if item[0] not in parts.takes]
    rest.append((parts.slot, Ref(at, first.outputs[0][0])))
    rest.sort(key=lambda item: place[item[0]])
    return new.add(Task(parts.own, tuple(rest), task.label, task.shot, task.provisional))
