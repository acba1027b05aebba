"""Editing tasks: look and encode, boards, transitions, conform, mux, captions and stills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np

from compiler.graph import params as p
from runtime.edit.planes import Frame8
from runtime.schedule.table import TaskContext


def encode_window(task: TaskContext) -> None:
    """Look, titles and fades over a clip (or black), encoded as one closed segment."""
    from runtime.edit.segment import encode_segment

    q = task.params
    assert isinstance(q, p.EncodeWindow)
    clip = task.inputs["clip"][0] if task.inputs.get("clip") else None
    lut = task.inputs["lut"][0] if task.inputs.get("lut") else None
    encode_segment(finished(q, clip, lut), task.outputs["segment"], q.size, q.fps)


def encode_board(task: TaskContext) -> None:
    """One still under a slow 2D move."""
    from runtime.edit.board import drifting
    from runtime.edit.segment import encode_segment

    q = task.params
    assert isinstance(q, p.EncodeBoard)
    # The picture moves within its shape: the bars are laid on afterwards.
    plain = p.EncodeWindow(q.window, q.size, q.fps, replace(q.look, aspect=None), (), (), q.seed)
    lut = task.inputs["lut"][0] if task.inputs.get("lut") else None
    still = next(finished(plain, task.inputs["clip"][0], lut))
    encode_segment(drifting(still, q), task.outputs["segment"], q.size, q.fps)


def encode_transition(task: TaskContext) -> None:
    """Two handles, each under its own look, mixed frame by frame."""
    from runtime.edit.segment import encode_segment
    from runtime.edit.transitions import dissolve, wipe

    q = task.params
    assert isinstance(q, p.EncodeTransition)
    clips = list(task.inputs.get("clip", ()))
    # A card has no clip: its side of the overlap is titles on black.
    leaving = clips.pop(0) if clips else None
    arriving = clips.pop(0) if clips else None
    luts = list(task.inputs.get("lut", ()))
    from_lut = luts.pop(0) if luts and leaving is not None and q.leaving.look.lut else None
    to_lut = luts.pop(0) if luts and arriving is not None and q.arriving.look.lut else None
    blend = wipe if q.kind == "wipe" else dissolve
    frames = blend(
        finished(q.leaving, leaving, from_lut), finished(q.arriving, arriving, to_lut), q.arriving.window.count
    )
    encode_segment(frames, task.outputs["segment"], q.size, q.fps)


def finished(q: p.EncodeWindow, clip: Path | None, lut: Path | None = None) -> Iterator[Frame8]:
    """Display frames (H, W, 3) uint8 of a window; a clip shorter than it holds its last frame."""
    from runtime.edit.dress import dressed

    for frame, picture in enumerate(_graded(q, clip, lut), q.window.first):
        yield dressed(picture, frame, q.fps, q.size, q.overlays, q.fades)


def captions(task: TaskContext) -> None:
    from runtime.edit.captions import srt

    q = task.params
    assert isinstance(q, p.Captions)
    task.outputs["text"].write_text(srt(q.speeches, q.timings), encoding="utf-8")


def poster_still(task: TaskContext) -> None:
    from runtime.edit.poster import poster

    q = task.params
    assert isinstance(q, p.Poster)
    poster(task.inputs["segment"][0], q.frame, task.outputs["image"], q.width)


def _graded(q: p.EncodeWindow, clip: Path | None, lut: Path | None) -> Iterator[Frame8]:
    if clip is None:
        yield from repeat(np.zeros((q.size[1], q.size[0], 3), np.uint8), q.window.count)
        return
    from runtime.edit.clip import read_clip
    from runtime.picture.log import decode_log
    from runtime.picture.look import apply_look

    codes = None
    source = read_clip(clip, q.size)
    for index in range(q.window.count):
        codes = next(source, codes)
        if codes is None:
            raise ValueError(f"{clip.name} holds no frame")
        yield apply_look(decode_log(codes), q.look, q.window.first + index, q.seed, lut)
