"""Planning and looking up 6,001 tasks of which none has changed, beside other build tools: part of the planning bench.

Peers are measured in the same run when they are installed (``pip install doit snakemake``) and left out with a plain line when
not.
"""

from __future__ import annotations

import gc
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

from compiler.graph.task import Graph
from compiler.passes.program import Setting
from compiler.passes.run import run_passes
from runtime.store.index import Action
from runtime.store.store import Store
from tests.bench.chains import SHOTS, chains, looked_up

ROOT = Path(__file__).resolve().parents[2]
_RUNS = 5
_DODO = """
def task_all():
    for shot in range({shots}):
        before = "source-%d" % shot
        for step in range(4):
            made = "made-%d-%d" % (shot, step)
            yield dict(name=made, file_dep=[before], targets=[made], actions=[(write, [made])])
            before = made
    yield dict(name="film", file_dep=["made-%d-3" % shot for shot in range({shots})], targets=["film"],
               actions=[(write, ["film"])])
def write(name):
    with open(name, "w") as out:
        out.write(name)
"""
_SNAKE = """
rule film:
    input: ["made-%d-3" % shot for shot in range({shots})]
    output: "film"
    run: open(output[0], "w").write("film")
rule first:
    input: "source-{{shot}}"
    output: "made-{{shot}}-0"
    run: open(output[0], "w").write(output[0])
rule second:
    input: "made-{{shot}}-0"
    output: "made-{{shot}}-1"
    run: open(output[0], "w").write(output[0])
rule third:
    input: "made-{{shot}}-1"
    output: "made-{{shot}}-2"
    run: open(output[0], "w").write(output[0])
rule fourth:
    input: "made-{{shot}}-2"
    output: "made-{{shot}}-3"
    run: open(output[0], "w").write(output[0])
"""


def main() -> None:
    """Measure and print; files are made in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        _look_up(Path(folder))


def _look_up(folder: Path) -> None:
    graph = chains()
    store = Store(folder / ".film")
    data = folder / "made"
    data.mkdir()
    with mock.patch("os.fsync"):  # only the look-up is measured; what is looked up need not outlive a power cut
        _fill(store, graph, data)
    ours = _best(store)
    store.close()
    whole = min(_process(["-m", "tests.bench.chains", str(folder / ".film")], ROOT) for _ in range(_RUNS))
    modules = min(_process(["-c", "import tests.bench.chains"], ROOT) for _ in range(_RUNS))
    print(f"{len(graph.tasks):,} tasks, nothing changed: planned and looked up in full; CPU seconds")
    print(f"  {'filmlang, planner and store':<30}{ours:8.3f}")
    print(f"  {'filmlang, as a process':<30}{whole:8.3f}   {modules:.3f} of it importing Python modules")
    for name, source, text, first, again in (
        ("doit", "dodo.py", _DODO, ["-m", "doit"], ["-m", "doit"]),
        ("snakemake", "Snakefile", _SNAKE, ["-m", "snakemake", "--touch", "-c1"], ["-m", "snakemake", "-c1", "-n"]),
    ):
        if importlib.util.find_spec(name) is None:
            print(f"  {name} is not installed: not measured")
            continue
        here = folder / name
        here.mkdir()
        (here / source).write_text(text.format(shots=SHOTS), encoding="utf-8")
        for shot in range(SHOTS):
            (here / f"source-{shot}").write_text(str(shot), encoding="utf-8")
        if name == "snakemake":  # it judges by time: made in order, nothing has to be run first
            for made in [f"made-{shot}-{step}" for step in range(4) for shot in range(SHOTS)] + ["film"]:
                (here / made).write_text(made, encoding="utf-8")
        _process(first, here)
        spent = min(_process(again, here) for _ in range(3))
        print(
            f"  {name + ', as a process':<30}{spent:8.3f}   {spent / ours:.1f}× planner and store, {spent / whole:.1f}× the process"
        )


def _best(store: Store) -> float:
    """The least CPU seconds of some runs."""
    found = []
    for _ in range(_RUNS):
        gc.collect()
        began = time.process_time()
        looked_up(store)
        found.append(time.process_time() - began)
    return min(found)


def _fill(store: Store, graph: Graph, data: Path) -> None:
    for task, recipe in zip(graph.tasks, run_passes(graph, Setting({})).keys, strict=True):
        outputs = []
        for name, _ in task.outputs:
            (data / f"{name}.bin").write_bytes(recipe.encode())
            outputs += store.adopt(data, [(name, ".bin")])
        store.record(Action(recipe, recipe, "d", task.op.name, tuple(outputs), "null", "{}", 1.0))


def _process(arguments: list[str], folder: Path) -> float:
    """CPU seconds of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
