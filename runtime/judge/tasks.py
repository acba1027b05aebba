"""The judge's task: what the scheduler calls to measure one take."""

from __future__ import annotations

import json

from compiler.graph.codec import Plain
from compiler.graph.params import JudgeTake
from runtime.schedule.table import TaskContext


def judge_take(task: TaskContext) -> Plain:
    """Measure the clips of a take, in order; the scores are an artifact and a fact."""
    from runtime.judge.measures import measure
    from runtime.judge.scores import to_plain
    from runtime.judge.standing import standing
    from runtime.judge.view import frames_of

    q = task.params
    assert isinstance(q, JudgeTake)
    bakes = task.inputs.get("bake", ())
    known = standing(bakes, task.inputs.get("person", ()), q.composed) if bakes else None
    scores = to_plain(measure(frames_of(task.inputs["clip"], q.size), q, known))
    task.outputs["scores"].write_text(json.dumps(scores, sort_keys=True), encoding="utf-8")
    return scores
