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
    from runtime.judge.view import frames_of

    q = task.params
    assert isinstance(q, JudgeTake)
    scores = to_plain(measure(frames_of(task.inputs["clip"], q.size), q))
    task.outputs["scores"].write_text(json.dumps(scores, sort_keys=True), encoding="utf-8")
    return scores
