"""Finishing tasks: conform and mux, each in a sandboxed child, because a store that came with a clone was written by somebody."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from compiler.graph import params as p
from runtime.sandbox.box import Module, Sandbox
from runtime.sandbox.limits import Limits
from runtime.schedule.table import TaskContext

_LIMITS = Limits(wall=3600, cpu=1800, memory=4 << 30, output=256 << 30)


def conform_film(task: TaskContext) -> None:
    q = task.params
    assert isinstance(q, p.Conform)
    segments, out = task.inputs["segment"], task.outputs["video"]
    _run("conform", segments, out, {"segments": [str(path) for path in segments], "fps": q.fps})


def mux_film(task: TaskContext) -> None:
    q = task.params
    assert isinstance(q, p.Mux)
    (video,), sound = task.inputs["video"], task.inputs.get("aac", ())
    asked = {
        "video": str(video),
        "audio": [str(path) for path in sound],
        "samples": q.samples,
        "chapters": q.chapters,
        "title": q.title,
        "author": q.author,
    }
    _run("mux", (video, *sound), task.outputs["film"], asked)


def _run(module: str, inputs: Iterable[Path], out: Path, asked: dict[str, object]) -> None:
    box = Sandbox(tuple(dict.fromkeys(inputs)), out.parent, _LIMITS)
    box.run(Module(f"runtime.edit.{module}"), [json.dumps({**asked, "out": str(out)}).encode()])
