"""The ordered list of passes and the one function that runs them."""

from __future__ import annotations

from collections.abc import Callable

from compiler.graph.keys import Tools
from compiler.graph.task import Graph
from compiler.graph.verify import verify_graph
from compiler.passes.share import share
from compiler.passes.trim import trim

Pass = Callable[[Graph, Tools], Graph]

PASSES: tuple[Pass, ...] = (
    share,  # before trim: what sharing orphans, trim drops
    trim,
)


def run_passes(graph: Graph, tools: Tools, *, verify: bool = False) -> Graph:
    """Run every pass in order; with ``verify``, check the graph before the first and after each.

    Raises ``AssertionError`` when a pass breaks the graph: that is our bug, not the user's.
    """
    if verify:
        _check("lowering", graph)
    for step in PASSES:
        graph = step(graph, tools)
        if verify:
            _check(getattr(step, "__name__", "pass"), graph)
    return graph


def _check(after: str, graph: Graph) -> None:
    wrong = verify_graph(graph)
    if wrong:
        raise AssertionError(f"after {after}: " + "; ".join(wrong[:5]))
