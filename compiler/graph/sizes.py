"""How many bytes a task will make, before any like it has been measured: by what it makes, or by what it is handed.

Bytes a sample and a pixel are those of the formats; those of pictures after encoding are what films of this kind came to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compiler.graph import params as p
from compiler.graph.task import Graph
from compiler.graph.unread import UnreadTask

_SAMPLE = 8
"""Stereo, float32."""
_RATE = 48_000
_CLIP, _SEGMENT = 0.4, 0.05
"""Bytes of a pixel of a frame: a clip between render and look, and a finished segment."""
_USUAL = 100_000.0


def likely_sizes(graph: Graph) -> list[float]:
    """Bytes of all outputs of each task, in task order."""
    sizes: list[float] = []
    for task in graph.tasks:
        if isinstance(task, UnreadTask) and task.unread is not None and task.unread.size is not None:
            sizes.append(task.unread.size)
            continue
        given = (
            sum(sizes[ref.task] / len(graph.tasks[ref.task].outputs) for ref in task.sources()) if task.inputs else 0.0
        )
        own = _SIZES.get(type(task.params))
        sizes.append(own(task.params, given) if own is not None else given or _USUAL)
    return sizes


def own_size(params: p.Params) -> float | None:
    """Bytes of what a task with these parameters makes; ``None`` where that depends on what it is handed."""
    own = _SIZES.get(type(params))
    return None if own is None or type(params) in _BY_WHAT_IS_GIVEN else own(params, 0.0)


def _pixels(q: Any) -> float:
    return float(q.size[0] * q.size[1] * q.window.count)


def _kept(_: Any, given: float) -> float:
    return given


_SIZES: dict[type, Callable[[Any, float], float]] = {
    p.SourceFile: lambda q, _: 4e6,
    p.Probe: lambda q, _: 200.0,
    p.Speak: lambda q, _: 1_000 + len(q.line.text) * 16_000.0,
    p.UseRecording: _kept,
    p.FitSpeech: lambda q, _: q.seconds * _RATE * _SAMPLE / 2,
    p.ImportSound: lambda q, _: q.seconds * _RATE * _SAMPLE,
    p.MakeSound: lambda q, _: q.sound.seconds * _RATE * _SAMPLE,
    p.MakeMusic: lambda q, _: q.music.seconds * _RATE * _SAMPLE,
    p.BuildPerson: lambda q, _: 10e6,
    p.BuildSet: lambda q, _: 2e6,
    p.BakeShot: lambda q, _: 3_000 + 420.0 * q.shot.frames * max(1, len(q.shot.actors)),
    p.RenderWindow: lambda q, _: _CLIP * _pixels(q),
    p.JudgeTake: lambda q, _: 2_000.0,
    p.DevelopStill: lambda q, _: _CLIP * _pixels(q),
    p.DecodePlate: lambda q, _: _CLIP * _pixels(q),
    p.JoinPanels: lambda q, _: _CLIP * _pixels(q),
    p.CutClip: lambda q, _: _CLIP * q.size[0] * q.size[1] * q.count,
    p.EncodeWindow: lambda q, _: _SEGMENT * _pixels(q),
    p.EncodeBoard: lambda q, _: 0.4 * _SEGMENT * _pixels(q),
    p.EncodeTransition: lambda q, _: _SEGMENT * _pixels(q.leaving),
    p.CutSound: lambda q, _: (q.end - q.begin) * _RATE * _SAMPLE,
    p.MixWindow: lambda q, _: float(q.count * _SAMPLE),
    p.MeasureLoudness: lambda q, _: 50.0,
    p.MasterSound: lambda q, _: float(q.count * _SAMPLE),
    p.EncodeSound: lambda q, _: 500 + q.count * 0.68,
    p.Captions: lambda q, _: 70.0 * len(q.speeches),
    p.Poster: lambda q, _: q.width * q.width * 0.12,
    p.WriteReport: lambda _, given: 20_000 + 1.35 * given,
}

_BY_WHAT_IS_GIVEN = (p.UseRecording, p.WriteReport)
