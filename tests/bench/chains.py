"""1,500 chains of four tasks and one assembly: 6,001 tasks that other build tools can be given, too.

``python -m tests.bench.chains FOLDER`` plans them and looks them all up in a store that was filled before: a whole process.
"""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.collecting import uncollected
from compiler.graph import params as p
from compiler.graph.keys import digest
from compiler.graph.task import Graph, GraphBuilder
from compiler.meaning.film import Look
from compiler.passes.program import Setting
from compiler.passes.run import run_passes
from runtime.store.store import Store

SHOTS = 1_500


def chains(shots: int = SHOTS) -> Graph:
    """Four tasks for each shot and one assembly: 6,001 tasks."""
    build = GraphBuilder()
    look, ends = Look(), []
    for shot in range(shots):
        source = build.add(p.SourceFile(f"source-{shot}", digest(str(shot))), label=f"source {shot}", shot=str(shot))
        still = p.DevelopStill((), p.Window(0, 24), (1280, 536), (24, 1))
        clip = build.add(still, [("file", source)], label=f"still {shot}", shot=str(shot))
        turned = build.add(p.TurnClip((1280, 536), (24, 1)), [("clip", clip)], label=f"turn {shot}", shot=str(shot))
        encode = p.EncodeWindow(p.Window(0, 24), (1280, 536), (24, 1), look, (), (), shot)
        ends.append(("segment", build.add(encode, [("clip", turned)], label=f"encode {shot}", shot=str(shot))))
    build.want("film", build.add(p.Conform((24, 1), (1280, 536)), ends, label="conform"))
    return build.graph()


def looked_up(store: Store) -> None:
    """Plan the chains from nothing, every pass included, and look every task up: 6,001 hits."""
    with uncollected():
        program = run_passes(chains(), Setting({}))
        assert len(store.known(program.keys, "d")) == len(program.keys)


if __name__ == "__main__":
    opened = Store(Path(sys.argv[1]))
    looked_up(opened)
    opened.close()
