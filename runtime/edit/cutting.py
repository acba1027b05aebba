"""Stretches of takes: frames out of clips that lie end to end, without loss."""

from __future__ import annotations

from compiler.graph.params import CutClip
from runtime.schedule.table import TaskContext


def cut_clip(task: TaskContext) -> None:
    """Write the frames that are wanted. Raises ``ValueError`` when the clips hold fewer."""
    from runtime.edit.clip import ClipWriter, read_clip

    q = task.params
    assert isinstance(q, CutClip)
    frame = written = 0
    with ClipWriter(task.outputs["clip"], q.size, q.fps) as out:
        for clip in task.inputs["clip"]:
            if written == q.count:
                break
            for codes in read_clip(clip, q.size):
                if q.first <= frame < q.first + q.count:
                    out.write(codes)
                    written += 1
                frame += 1
        if written < q.count:
            raise ValueError(f"{q.count} frames from {q.first} on are wanted, and there are {frame}")
