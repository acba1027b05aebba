"""The ordered list of passes and the one function that runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from compiler.graph.fragment import Links, Lowered
from compiler.graph.keys import recipe_keys
from compiler.graph.residency import look_ahead
from compiler.graph.task import Graph
from compiler.graph.verify import verify_graph
from compiler.passes.batch import batch
from compiler.passes.canonicalise import canonicalise
from compiler.passes.fuse import fuse
from compiler.passes.hoist import hoist
from compiler.passes.order import order
from compiler.passes.program import Program, Setting, needs_of, program_of, verify_calls
from compiler.passes.share import share
from compiler.passes.trim import trim


class Holds(str, Enum):
    """What can be true of a program."""

    CANONICAL = "every task is in its one form"
    HOISTED = "no task has a part that takes could share"
    SHARED = "no two tasks have the same recipe"
    NEEDED = "every task leads to something wanted"
    FUSED = "no cheap step could be done in the call before it"
    BATCHED = "no two calls could be one"
    ORDERED = "every call comes after what it reads"


@dataclass(frozen=True, slots=True)
class Pass:
    run: Callable[[Program, Setting], Program]
    requires: frozenset[Holds]
    ensures: frozenset[Holds]
    """What is true after it, beside what was and stays true."""

    @property
    def name(self) -> str:
        return self.run.__name__


@dataclass(frozen=True, slots=True)
class Measured:
    """A program in figures, after a pass."""

    after: str
    tasks: int
    calls: int
    seconds: float
    loaded: float
    """GB of weights, in the order the calls stand in."""


_H = Holds
PASSES: tuple[Pass, ...] = (
    Pass(canonicalise, frozenset(), frozenset({_H.CANONICAL})),
    Pass(hoist, frozenset({_H.CANONICAL}), frozenset({_H.HOISTED})),
    Pass(share, frozenset({_H.CANONICAL, _H.HOISTED}), frozenset({_H.SHARED})),
    Pass(trim, frozenset({_H.SHARED}), frozenset({_H.NEEDED})),  # what sharing orphans
    Pass(fuse, frozenset({_H.NEEDED}), frozenset({_H.FUSED})),  # only once it is known who reads what
    Pass(batch, frozenset({_H.FUSED}), frozenset({_H.BATCHED})),  # whole calls, with what was fused to them
    Pass(order, frozenset({_H.BATCHED}), frozenset({_H.ORDERED})),  # the calls there are in the end
)

_OF_TASKS = 4
"""So many passes change tasks; those after them only which tasks are done together."""


def run_passes(graph: Graph, setting: Setting, *, verify: bool = False) -> Program:
    """Run every pass in order; with ``verify``, check the program before the first and what each requires and ensures.

    Raises ``AssertionError`` when a pass breaks the program: that is our bug, not the user's.
    """
    program = program_of(graph, setting.tools)
    if verify:
        _check("lowering", program, setting, frozenset())
    for step in PASSES:
        if verify:
            _check(f"what {step.name} requires", program, setting, step.requires)
        program = step.run(program, setting)
        if verify:
            _check(step.name, program, setting, step.requires | step.ensures)
    return program


def run_tasks(lowered: Lowered, setting: Setting, links: Links | None = None) -> Program:
    """What ``run_passes`` makes of a film's tasks, from its fragments: equal steps are one from the start, calls are single.

    Sharing twice comes to the same as sharing once: canonicalise and hoist look at one task at a time.
    """
    graph, keys = lowered.linked(links)
    program = Program(graph, keys, tuple((index,) for index in range(len(graph.tasks))))
    for step in PASSES[:_OF_TASKS]:
        program = step.run(program, setting)
    return program


def run_calls(program: Program, setting: Setting) -> Program:
    """The passes that say which tasks are done together, and in what order."""
    for step in PASSES[_OF_TASKS:]:
        program = step.run(program, setting)
    return program


def verify_passes(graph: Graph, program: Program, setting: Setting) -> None:
    """Run every pass over a film's whole graph, verified, and see that its fragments came to the same.

    Raises ``AssertionError``.
    """
    whole = run_passes(graph, setting, verify=True)
    if (program.graph, program.keys) != (whole.graph, whole.keys):
        raise AssertionError("the fragments of the film do not come to its graph")


def measured_passes(graph: Graph, setting: Setting) -> tuple[Program, list[Measured]]:
    """Run every pass and say what the program came to before the first and after each."""
    program = program_of(graph, setting.tools)
    figures = [measure("lowering", program, setting)]
    for step in PASSES:
        program = step.run(program, setting)
        figures.append(measure(step.name, program, setting))
    return program, figures


def measure(after: str, program: Program, setting: Setting) -> Measured:
    """Figures of a program."""
    loaded = look_ahead(needs_of(program), setting.memory).gigabytes
    return Measured(after, len(program.graph.tasks), len(program.calls), program.seconds(), loaded)


def holds(what: Holds, program: Program, setting: Setting) -> bool:
    """Whether something is true of a program."""
    match what:
        case Holds.CANONICAL:
            return canonicalise(program, setting) == program
        case Holds.HOISTED:
            return all(task.op.traits.parts(task.params) is None for task in program.graph.tasks)
        case Holds.SHARED:
            return len(set(program.keys)) == len(program.keys)
        case Holds.NEEDED:
            read = {ref.task for _, ref in program.graph.wanted}
            read |= {ref.task for task in program.graph.tasks for ref in task.sources()}
            return read == set(range(len(program.graph.tasks)))
        case Holds.FUSED:
            return len(fuse(program, setting).calls) == len(program.calls)
        case Holds.BATCHED:
            return len(batch(program, setting).calls) == len(program.calls)
        case Holds.ORDERED:
            return not verify_calls(program)


def _check(after: str, program: Program, setting: Setting, expected: frozenset[Holds]) -> None:
    wrong = verify_graph(program.graph) + verify_calls(program)
    if program.keys != recipe_keys(program.graph, setting.tools):
        wrong.append("the keys are not the graph's")
    wrong += [f"not so: {what.value}" for what in sorted(expected) if not wrong and not holds(what, program, setting)]
    if wrong:
        raise AssertionError(f"after {after}: " + "; ".join(wrong[:5]))
