"""``python -m tests.bench residency``: weights loaded for a generated film, by order and by what is evicted.

Sixty shots of fifteen tasks each (prompt, keyframe, three takes, judging, pick, finish) and fifty-two for the film (people
and places imagined, lines, music): 952 tasks with twelve models of 63 GB. Nothing is run; what is counted is GB.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from compiler.graph.ops import BY_NAME, Determinism, Kind, Op, Stage, declare
from compiler.graph.residency import Loads, Need, furthest, least, least_recent, look_ahead
from compiler.graph.task import Graph, GraphBuilder, Ref
from compiler.graph.traits import Model, Traits
from compiler.passes.program import Setting, needs_of, program_of
from compiler.passes.run import run_passes
from runtime.schedule.costs import learned_needs
from runtime.schedule.devices import GB
from runtime.schedule.execute import execute
from runtime.schedule.lanes import CPU, DEVICE, Lane
from runtime.store.store import Store
from tests.schedule.pretended import PretendedPool

SIZES = (24.0, 48.0, 80.0)
MODELS = {
    "words of stills": 4.9, "stills": 11.9, "decoder of stills": 0.2, "words of clips": 5.7, "clips": 16.0,
    "decoder of clips": 0.5, "judge of likeness": 1.7, "judge of motion": 1.2, "upscaler": 8.9, "interpolator": 1.0,
    "speech": 4.0, "music": 7.0,
}  # fmt: skip
"""GB of weights."""
_WORKING = {"clips": 8.0, "stills": 4.0, "decoder of clips": 3.0, "upscaler": 3.0}
"""GB a task needs beside them, where it is more than one."""
TAKES = 3


@dataclass(frozen=True, slots=True)
class Step:
    """Work of one model; "" for none."""

    model: str
    what: str


def _models(params: Any) -> tuple[Model, ...]:
    return (Model(params.model, MODELS[params.model]),) if params.model else ()


if "xstep" not in BY_NAME:
    declare(
        Op(
            "xstep", 1, Step, (("image", Kind.IMAGE),), lambda _: (("image", Kind.IMAGE),), Determinism.SAMPLED,
            Stage.RENDER, (), lambda _: 10.0,
            Traits(models=_models, working=lambda q: _WORKING.get(q.model, 1.0) if q.model else 0.0),  # type: ignore[union-attr]
        )
    )  # fmt: skip


def generated_film(shots: int = 60, *, chained: int = 0, seed: int = 1) -> GraphBuilder:
    """A film in shot order; ``chained`` of its shots begin on the last frame of the pick before them."""
    build = GraphBuilder()
    links = set(random.Random(seed).sample(range(1, shots), chained))

    def add(model: str, what: str, *inputs: Ref, shot: str = "") -> Ref:
        params: Any = Step(model, what)
        return build.add(params, [("image", ref) for ref in inputs], label=what, shot=shot)

    looks = []
    for who in range(10):
        words = add("words of stills", f"who or where {who}")
        looks.append(add("decoder of stills", f"seen {who}", add("stills", f"imagined {who}", words)))
    for number in range(20):
        build.want(f"line-{number}", add("speech", f"line {number}"))
    for number in range(2):
        build.want(f"music-{number}", add("music", f"music {number}"))
    before: Ref | None = None
    for number in range(shots):
        name = f"shot {number}"
        words = add("words of stills", f"{name}: words", shot=name)
        still = add("stills", f"{name}: still", words, looks[number % 6], looks[6 + number % 4], shot=name)
        still = add("decoder of stills", f"{name}: still seen", still, shot=name)
        motion = add("words of clips", f"{name}: motion", shot=name)
        start = [before] if number in links and before is not None else []
        clips = [add("clips", f"{name}: take {take}", still, motion, *start, shot=name) for take in range(TAKES)]
        seen = [
            add("decoder of clips", f"{name}: take {take} seen", clip, shot=name) for take, clip in enumerate(clips)
        ]
        scores = [
            add(judge, f"{name}: {judge}", *seen, shot=name) for judge in ("judge of likeness", "judge of motion")
        ]
        before = add("", f"{name}: pick", *seen, *scores, shot=name)
        large = add("upscaler", f"{name}: upscaled", before, shot=name)
        build.want(name, add("interpolator", f"{name}: smooth", large, shot=name))
    return build


def loaded(graph: Graph, memory: float) -> tuple[float, Loads]:
    """The least GB any order could load, and what the planner's order loads."""
    program = run_passes(graph, Setting({}, memory))
    needs = needs_of(program)
    return least(needs), look_ahead(needs, memory)


def executed(graph: Graph, memory: float) -> tuple[float, float, int]:
    """(GB of weights loaded, how many times something was loaded, seconds) when the scheduler itself runs a film.

    The ops are pretended, on the clock of their workers: one device of ``memory`` GB, two processors beside it.
    """
    lanes = (Lane(CPU, 2, 1 << 40), Lane("device 0", 1, int(memory * GB), DEVICE, "pretended"))
    pool = PretendedPool(graph, lanes, lambda index: graph.tasks[index].cost)
    program = run_passes(graph, Setting({}, memory))
    assert program.graph == graph, "the pretended machine knows tasks by their place"
    with tempfile.TemporaryDirectory() as folder, mock.patch("os.fsync"):
        store = Store(Path(folder) / ".film")
        needs = learned_needs(store)
        outcome = execute(
            program.graph, {}, "d", store, pool, lambda _: None, lambda task: task.cost,  # type: ignore[arg-type]
            recipes=program.keys, calls=lambda: program.calls, lanes=lambda: lanes, needs=needs, clock=pool.clock,
        )  # fmt: skip
        store.close()
    assert len(outcome.ran) == len(graph.tasks)
    return pool.gigabytes, len(pool.loads), round(pool.now)


def main() -> None:
    """Print GB for each device and way."""
    plain = generated_film().graph()
    weights = sum(MODELS.values())
    print(f"60 shots, {len(plain.tasks)} tasks, {len(MODELS)} models, {weights:.0f} GB of weights; GB loaded (loads)")
    print(f"  {'':<44}" + "".join(f"{size:>15.0f} GB" for size in SIZES))
    for name, rule in (("LRU", least_recent), ("furthest use (Belady)", furthest), ("look-ahead", look_ahead)):
        _row(f"shot order, {name}", [_in_shot_order(plain, size, rule) for size in SIZES])
    _row("planned", [loaded(plain, size)[1] for size in SIZES], weights)
    for seed in range(1, 6):
        chained = generated_film(chained=18, seed=seed).graph()
        _row(f"planned, 30 % of shots chained ({seed})", [loaded(chained, size)[1] for size in SIZES], weights)
    _executed()


def _executed() -> None:
    """The film run by the scheduler, with pretended ops on a pretended device of 24 GB."""
    weights = sum(MODELS.values())
    print("as executed on a device of 24 GB, beside the least that any order loads")
    for name, chained, seeds in (("unchained", 0, (1,)), ("30 % of shots chained", 18, range(1, 6))):
        for seed in seeds:
            loaded, loads, seconds = executed(generated_film(chained=chained, seed=seed).graph(), SIZES[0])
            print(
                f"  {f'{name} ({seed})':<44}{loaded:>11,.0f} ({loads})   {loaded / weights:.2f}× the bound, {seconds:,} s"
            )


def _in_shot_order(graph: Graph, memory: float, rule: Any) -> Loads:
    needs: Sequence[Need] = needs_of(program_of(graph, {}))
    found: Loads = rule(needs, memory)
    return found


def _row(name: str, found: Sequence[Loads], bound: float = 0.0) -> None:
    cells = "".join(f"{f.gigabytes:>11,.0f} ({len(f.loads)})".rjust(18) for f in found)
    worst = f"   at most {max(f.gigabytes for f in found) / bound:.2f}× the bound" if bound else ""
    print(f"  {name:<44}{cells}{worst}")
