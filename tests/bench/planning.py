"""``python -m tests.bench planning``: what planning costs, and what looking a whole plan up costs, beside other build tools.

CPU seconds of one core, the best of some runs; peak memory in processes of their own. Peers are measured in the same run
when they are installed (``pip install doit snakemake``) and left out with a plain line when not.
"""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from unittest import mock

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.keys import digest
from compiler.graph.lower import lower_film
from compiler.graph.task import Graph, GraphBuilder
from compiler.meaning.film import Film, Look
from compiler.passes.program import Program, Setting
from compiler.passes.run import run_passes
from compiler.plan import plan_film
from compiler.profiles import PROFILES
from compiler.staging.model import Timeline
from runtime.store.index import Action
from runtime.store.store import Store
from tests.bench.language import best

ROOT = Path(__file__).resolve().parents[2]
SIZES = (25_000, 50_000, 100_000)
SHOTS = 1_500
_RUNS = 3
_PEAK = """
import sys
from tests.bench.planning import long_film, planned
from compiler.graph.facts import Facts
def peak():
    # Not getrusage: on Linux that remembers the parent from before the program was started.
    return next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
program = planned(*long_film(int(sys.argv[1])))
print(len(program.graph.tasks), peak())
"""
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
    """Measure and print each."""
    print(f"planning a staged film (lowering, passes, recipe keys); the best of {_RUNS} runs")
    for size in SIZES:
        film, timeline = long_film(size)
        spent = best(lambda: planned(film, timeline), _RUNS if size < SIZES[-1] else 1)  # noqa: B023 - called at once
        print(f"  {size:>7,} tasks {spent:8.2f} s  {1e6 * spent / size:6.0f} µs a task")
    if Path("/proc/self/status").is_file():
        done = subprocess.run(
            [sys.executable, "-c", _PEAK, str(SIZES[-1])], cwd=ROOT, check=True, capture_output=True, text=True
        )
        tasks, peak = (int(number) for number in done.stdout.split())
        print(f"  peak memory of a process that plans {tasks:,} tasks: {peak / 1024:.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        _look_up(Path(folder))


def long_film(tasks: int) -> tuple[Film, Timeline]:
    """A staged film of about that many tasks: four shots over and over, each time another performance."""
    from tests.e2e.films import TALK

    film, _, _ = check_text(TALK, "talk.film")
    assert film is not None
    plan = plan_film(film, Facts({}, {}), {}, Report())
    own = sum(bool(task.shot) for task in plan.graph.tasks) / len(plan.timeline.shots)
    base, seconds = plan.timeline, plan.timeline.frames / float(film.rate.fps)
    rounds = max(1, round(tasks / (own + 0.5) / len(base.shots)))
    shots, speeches, sounds = [], [], []
    for number in range(rounds):
        for shot in base.shots:
            staged = replace(shot.shot, seed=shot.shot.seed + number + 1)
            first = shot.first_frame + number * base.frames
            shots.append(
                replace(shot, name=f"{shot.name}-{number}", key=f"{shot.key}-{number}", shot=staged, first_frame=first)
            )
        speeches += [replace(s, start=s.start + number * seconds) for s in base.speeches]
        sounds += [replace(s, start=s.start + number * seconds) for s in base.sounds]
    return film, replace(
        base, frames=base.frames * rounds, shots=tuple(shots), speeches=tuple(speeches), sounds=tuple(sounds)
    )


def planned(film: Film, timeline: Timeline) -> Program:
    """What ``plan_film`` does once a film is staged."""
    return run_passes(lower_film(film, timeline, Facts({}, {}), PROFILES["previz"]), Setting({}))


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


def _look_up(folder: Path) -> None:
    graph = chains()
    store = Store(folder / ".film")
    data = folder / "made"
    data.mkdir()
    with mock.patch("os.fsync"):  # only the look-up is measured; what is looked up need not outlive a power cut
        _fill(store, graph, data)

    def look() -> None:
        program = run_passes(chains(), Setting({}))
        assert all(store.find(key, "d") is not None for key in program.keys)

    ours = best(look, _RUNS)
    print(f"{len(graph.tasks):,} tasks, nothing changed: planned and looked up in full")
    print(f"  filmlang {ours:29.3f} s")
    store.close()
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
        spent = min(_process(again, here) for _ in range(2))
        print(f"  {name} {spent:{37 - len(name)}.3f} s  {spent / ours:.1f}× ours, as a process")


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
