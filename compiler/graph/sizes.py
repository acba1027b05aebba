"""How many bytes a task will make, before any like it has been measured: by what it makes, or by what it is handed.

Bytes a sample and a pixel are those of the formats; those of pictures after encoding are what films of this kind came to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from compiler.graph import params as p
from compiler.graph.task import Graph, Task
from compiler.graph.unread import UnreadTask

_SAMPLE = 8
"""Stereo, float32."""
_RATE = 48_000
_CLIP, _SEGMENT = 0.4, 0.05
"""Bytes of a pixel of a frame: a clip between render and look, and a finished segment."""
_USUAL = 100_000.0


def likely_sizes(graph: Graph, tasks: Iterable[int] | None = None) -> dict[int, float]:
    """Bytes of all outputs of these tasks (none named: of all), and of those they are told by."""
    found: dict[int, float] = {}
    stack = [*(range(len(graph.tasks)) if tasks is None else tasks)]
    stack.reverse()
    while stack:
        index = stack[-1]
        task = graph.tasks[index]
        if index in found:
            stack.pop()
        elif (own := _of_task(task)) is not None:
            found[index] = own
        elif missing := [ref.task for ref in task.sources() if ref.task not in found]:
            stack += missing
        else:
            given = sum(found[ref.task] / len(graph.tasks[ref.task].outputs) for ref in task.sources())
            fixed, rate = _BY_INPUTS.get(task.op.params, (0.0, 1.0))
            found[index] = fixed + rate * given or _USUAL
    return found


def own_size(params: p.Params) -> float | None:
    """Bytes of what a task with these parameters makes; ``None`` where that depends on what it is handed."""
    own = _BY_ITSELF.get(type(params))
    return None if own is None else own(params)


def _of_task(task: Task) -> float | None:
    if isinstance(task, UnreadTask) and task.unread is not None:
        return task.unread.size
    return own_size(task.params)


def _pixels(q: Any) -> float:
    return float(q.size[0] * q.size[1] * q.window.count)


_BY_ITSELF: dict[type, Callable[[Any], float]] = {
    p.SourceFile: lambda q: 4e6,
    p.Probe: lambda q: 200.0,
    p.Speak: lambda q: 1_000 + len(q.line.text) * 16_000.0,
    p.FitSpeech: lambda q: q.seconds * _RATE * _SAMPLE / 2,
    p.ImportSound: lambda q: q.seconds * _RATE * _SAMPLE,
    p.MakeSound: lambda q: q.sound.seconds * _RATE * _SAMPLE,
    p.MakeMusic: lambda q: q.music.seconds * _RATE * _SAMPLE,
    p.BuildPerson: lambda q: 10e6,
    p.BuildSet: lambda q: 300.0 + 140.0 * len(q.set.pieces),
    p.BakeShot: lambda q: 3_000 + 420.0 * q.shot.frames * max(1, len(q.shot.actors)),
    p.RenderWindow: lambda q: _CLIP * _pixels(q),
    p.JudgeTake: lambda q: 2_000.0,
    p.DevelopStill: lambda q: _CLIP * _pixels(q),
    p.DecodePlate: lambda q: _CLIP * _pixels(q),
    p.JoinPanels: lambda q: _CLIP * _pixels(q),
    p.CutClip: lambda q: _CLIP * q.size[0] * q.size[1] * q.count,
    p.EncodeWindow: lambda q: _SEGMENT * _pixels(q),
    p.EncodeBoard: lambda q: 0.4 * _SEGMENT * _pixels(q),
    p.EncodeTransition: lambda q: _SEGMENT * _pixels(q.leaving),
    p.CutSound: lambda q: (q.end - q.begin) * _RATE * _SAMPLE,
    p.MixWindow: lambda q: float(q.count * _SAMPLE),
    p.MeasureLoudness: lambda q: 50.0,
    p.MasterSound: lambda q: float(q.count * _SAMPLE),
    p.EncodeSound: lambda q: 500 + q.count * 0.68,
    p.Captions: lambda q: 70.0 * len(q.speeches),
    p.Poster: lambda q: q.width * q.width * 0.12,
}
_BY_INPUTS: dict[type, tuple[float, float]] = {p.WriteReport: (20_000, 1.35)}
"""Bytes of its own, and for each byte it reads; an op that is in neither table makes as much as it reads."""
