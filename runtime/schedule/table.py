"""Which function runs which op. A backend is added by writing its function and naming it here once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from compiler.graph.codec import Plain
from compiler.graph.params import Params


@dataclass(frozen=True, slots=True)
class TaskContext:
    """What a task function gets: typed parameters, input files by slot, and where each output must be written."""

    params: Params
    inputs: Mapping[str, tuple[Path, ...]]
    digests: Mapping[str, tuple[str, ...]]
    """Content digests of the inputs, in the same order: what in-process caches are keyed by."""
    outputs: Mapping[str, Path]
    project: Path = Path()
    """The film's own folder: only the task that takes files in looks at it."""


TaskFunction = Callable[[TaskContext], Plain]
"""Writes every output and returns the facts it learned (``None`` for none). Raises on failure."""

FUNCTIONS: dict[str, str] = {
    "file": "runtime.schedule.sources:take_in",
    "probe": "runtime.edit.sources:probe_media",
    "recording": "runtime.sound.tasks:use_recording",
    "fit": "runtime.sound.tasks:fit_speech",
    "audiofile": "runtime.sound.tasks:import_sound",
    "speak": "runtime.sound.tasks:speak_line",
    "sound": "runtime.sound.tasks:make_sound",
    "music": "runtime.sound.tasks:make_music",
    "cutsound": "runtime.sound.parts:cut_sound",
    "mix": "runtime.sound.tasks:mix",
    "loudness": "runtime.sound.tasks:measure",
    "master": "runtime.sound.tasks:master_sound",
    "aac": "runtime.sound.tasks:encode_sound",
    "person": "runtime.previz.tasks:person",
    "set": "runtime.previz.tasks:place",
    "bake": "runtime.previz.tasks:bake",
    "render": "runtime.previz.tasks:render_window",
    "judge": "runtime.judge.tasks:judge_take",
    "still": "runtime.edit.sources:develop_still",
    "plate": "runtime.edit.sources:decode_plate",
    "turn": "runtime.edit.sources:turn_clip",
    "cutclip": "runtime.edit.cutting:cut_clip",
    "panels": "runtime.edit.sources:join_panels",
    "encode": "runtime.edit.tasks:encode_window",
    "board": "runtime.edit.tasks:encode_board",
    "transition": "runtime.edit.tasks:encode_transition",
    "conform": "runtime.edit.finishing:conform_film",
    "mux": "runtime.edit.finishing:mux_film",
    "captions": "runtime.edit.tasks:captions",
    "poster": "runtime.edit.tasks:poster_still",
    "report": "runtime.studio.report:write_report",
}


BatchFunction = Callable[[Sequence[TaskContext]], Sequence[Plain]]
"""Does several tasks of one op at once: what each would have come to alone, and its facts, in their order."""

TOGETHER: dict[str, str] = {}
"""The batch functions of those ops that have one (``Traits.batch``); the others' tasks are done one by one."""


def function_of(op: str) -> TaskFunction:
    """Import and return the function of an op. Raises ``KeyError`` for an unknown op."""
    function: TaskFunction = _named(FUNCTIONS[op])
    return function


def batch_function_of(op: str) -> BatchFunction:
    """Import and return the batch function of an op. Raises ``KeyError`` for an op without."""
    function: BatchFunction = _named(TOGETHER[op])
    return function


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return vars(import_module(module))[name]
