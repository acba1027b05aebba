"""``python -m tests.bench matrix``: kinds of edit on a feature of 1,500 shots: what each runs, and what planning it warm costs."""

from __future__ import annotations

import time

from tests.matrix.feature import Feature, text
from tests.matrix.feature_edits import ROWS

_SHOWN = ("bake", "render", "encode", "speak", "music", "sound", "mix")


def main() -> None:
    """Plan the film, then every edit of it; a line each. CPU seconds of this process."""
    film, source = Feature(), text()
    began = time.process_time()
    plan = film.plan(source)
    shots, tasks = len(plan.timeline.shots), len(plan.graph.tasks)
    print(f"{shots:,} shots, {tasks:,} tasks: planned in {time.process_time() - began:.2f} s, with all its facts")
    film.keep()
    print(f"{'edit':<38} {'plan':>7}  {'tasks':>6}  " + "  ".join(f"{op:>6}" for op in _SHOWN))
    for row in ROWS:
        began = time.process_time()
        film.plan(row.edit(source))
        spent = time.process_time() - began
        ran = film.runs()
        counts = "  ".join(f"{ran.get(op, 0) or '–':>6}" for op in _SHOWN)
        print(f"{row.name:<38} {spent:5.2f} s  {sum(ran.values()):>6}  {counts}")


if __name__ == "__main__":
    main()
