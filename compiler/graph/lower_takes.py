"""Lowering of takes: the clips of a take as one strip, any stretch of which can be shown, and what it is judged by.

Take 1 is the film as it is without takes, task for task; another take is baked and rendered beside it, in the same windows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.graph import params as p
from compiler.graph.judged import judge_params
from compiler.graph.task import GraphBuilder, Ref
from compiler.staging.model import TimedShot
from compiler.staging.model_takes import Piece, Takes


@dataclass(frozen=True, slots=True)
class Reel:
    """One take of a shot: clips that cover it, handles included; none at all for a title card."""

    timed: TimedShot
    take: int
    body: tuple[p.Window, ...]
    clips: dict[p.Window, Ref]
    held: bool
    """A clip is one picture that is held for its window."""

    def clip(self, build: GraphBuilder, span: p.Window) -> Ref | None:
        """A clip of these frames of the shot; one that is cut from others where they are not a window of their own."""
        if not self.clips or span in self.clips:
            return self.clips.get(span)
        if self.held:
            middle = min(max(span.first + span.count // 2, 0), self.timed.shot.frames - 1)
            return next(clip for w, clip in self.clips.items() if w.first <= middle < w.first + w.count)
        met = sorted(
            (w for w in self.clips if w.first < span.first + span.count and span.first < w.first + w.count),
            key=lambda w: w.first,
        )
        shot = self.timed.shot
        params = p.CutClip(span.first - met[0].first, span.count, shot.size, shot.fps)
        label = f"{self.timed.name}: {of_take(self.take)}cut {span.first}–{span.first + span.count - 1}"
        inputs = [("clip", self.clips[w]) for w in met]
        return build.add(params, inputs, label=label, shot=self.timed.key, provisional=not self.timed.exact)


def made(takes: Takes) -> tuple[int, ...]:
    """Numbers of the takes that a plan asks for, in order."""
    return tuple(
        sorted({piece.take for piece in takes.shown or (Piece(1, 0, 0),)} | set(takes.judged) | set(takes.kept))
    )


def pieces(timed: TimedShot) -> tuple[Piece, ...]:
    """What of a shot is in the cut, piece by piece."""
    return timed.takes.shown or (Piece(1, 0, timed.shot.frames),)


def strips(timed: TimedShot, body: tuple[p.Window, ...]) -> Iterator[tuple[int, p.Window]]:
    """What of a shot is in the cut, as (take, frames) that each lie within one window of ``body``."""
    for piece in pieces(timed):
        for window in body:
            first, end = max(piece.first, window.first), min(piece.end, window.first + window.count)
            if first < end:
                yield piece.take, p.Window(first, end - first)


def judge(build: GraphBuilder, reel: Reel) -> Ref | None:
    """The task that measures a take; ``None`` where there is nothing to look at."""
    timed = reel.timed
    if not reel.clips:
        return None
    inputs = [("clip", clip) for window in reel.body if (clip := reel.clip(build, window)) is not None]
    inputs += _performance(build, reel)
    label = f"{timed.name}: judge take {reel.take}"
    params = judge_params(timed.shot, reel.body)
    return build.add(params, inputs, label=label, shot=timed.key, provisional=not timed.exact)


def _performance(build: GraphBuilder, reel: Reel) -> list[tuple[str, Ref]]:
    """The performance and the people that a take's clips were rendered of: where somebody is need not be guessed.

    Nothing for a picture that was not rendered of one performance.
    """
    found: dict[str, dict[Ref, None]] = {"bake": {}, "person": {}}
    for clip in reel.clips.values():
        rendered = _rendered(build, clip)
        for slot, ref in rendered:
            if slot in found:
                found[slot][ref] = None
        if not rendered:
            return []
    return [(slot, ref) for slot, refs in found.items() for ref in refs]


def _rendered(build: GraphBuilder, clip: Ref) -> tuple[tuple[str, Ref], ...]:
    """What the render that a clip goes back to reads; nothing where there is none, or more than one."""
    read = build.reads(clip)
    while read and not any(slot == "bake" for slot, _ in read):
        clips = [ref for slot, ref in read if slot == "clip"]
        read = build.reads(clips[0]) if len(clips) == 1 else ()
    return read


def of_take(take: int) -> str:
    """How a task's label says which take it is of; nothing for the first."""
    return f"take {take}: " if take > 1 else ""
