"""``python -m tests.bench planning``: what planning costs, and what looking a whole plan up costs, beside other build tools.

CPU seconds of one core, the best of some runs; peak memory in processes of their own.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from compiler.collecting import uncollected
from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph.facts import Facts
from compiler.graph.lower import lower_film
from compiler.meaning.film import Film
from compiler.passes.program import Program, Setting
from compiler.passes.run import run_calls, run_tasks
from compiler.plan import plan_film
from compiler.profiles import PROFILES
from compiler.staging.model import Timeline
from tests.bench import lookup, replanning
from tests.bench.language import best

ROOT = Path(__file__).resolve().parents[2]
SIZES = (25_000, 50_000, 100_000)
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
    replanning.main()
    lookup.main()


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
    with uncollected():
        lowered = lower_film(film, timeline, Facts({}, {}), PROFILES["previz"])
        return run_calls(run_tasks(lowered, Setting({})), Setting({}))
