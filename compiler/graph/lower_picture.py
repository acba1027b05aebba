"""Lowering of picture: a shot's footage becomes windows of frames, transitions and encoded segments.

A window is keyed by the slice of the performance it shows; a look, a title or a fade touches only the encode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from compiler.graph import params as p
from compiler.graph.lower_footage import FootageLowering
from compiler.graph.lower_takes import Reel, judge, made, pieces, strips
from compiler.graph.sources import Files, source_file
from compiler.graph.task import GraphBuilder, Ref
from compiler.staging.model import Overlay, SpokenLine, TimedShot
from compiler.timebase import FrameRate

WINDOW_FRAMES = 48
SHORTEST_WINDOW = 12
BEAT_SECONDS = 3.2
"""A board shows one still about this often within a shot."""
BOARD_ZOOM = 0.012
"""How much a board still grows per second."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Where a handle's frames come from: a clip (``None`` for a card) and its encode parameters."""

    clip: Ref | None
    encode: p.EncodeWindow


@dataclass(frozen=True, slots=True)
class ShotPicture:
    """A lowered shot: the segments of its ``body`` in playing order with their windows, and its handles."""

    body: tuple[Ref, ...]
    windows: tuple[p.Window, ...]
    head: Frames | None
    tail: Frames | None
    judged: tuple[Ref, ...] = ()
    """What measures those of its takes that are to be judged."""
    kept: tuple[Ref, ...] = ()
    """Clips of takes that are wanted for themselves."""


class PictureLowering:
    """Lowers shots into a builder. ``speak`` gives the voiced lines that lips need."""

    def __init__(
        self, build: GraphBuilder, rate: FrameRate, board: bool, speak: Mapping[SpokenLine, Ref], files: Files
    ) -> None:
        self.build, self.rate, self.board, self.files = build, rate, board, files
        self.footage = FootageLowering(build, speak, files)

    def shot(self, timed: TimedShot) -> ShotPicture:
        """A shot without the transition into it."""
        reels = {take: self.reel(timed, take) for take in made(timed.takes)}
        body = reels[pieces(timed)[0].take].body
        shown = tuple(strips(timed, body))
        encoded = tuple(self._encode(timed, window, reels[take].clip(self.build, window)) for take, window in shown)
        first, last = pieces(timed)[0], pieces(timed)[-1]
        head = p.Window(first.first - timed.shot.head, timed.shot.head)
        tail = p.Window(last.end, timed.shot.tail)
        judged = (judge(self.build, reels[take]) for take in timed.takes.judged)
        # A take is made with its handles, though it is judged without: then whichever is chosen, nothing is rendered.
        handled = timed.takes.judged if timed.shot.head or timed.shot.tail else ()
        wanted = dict.fromkeys((*timed.takes.kept, *handled))
        return ShotPicture(
            encoded,
            tuple(window for _, window in shown),
            self._handle(reels[first.take], head) if head.count else None,
            self._handle(reels[last.take], tail) if tail.count else None,
            tuple(ref for ref in judged if ref is not None),
            tuple(dict.fromkeys(ref for take in wanted for ref in reels[take].clips.values())),
        )

    def reel(self, timed: TimedShot, take: int) -> Reel:
        """Everything that is rendered of one take."""
        shot, boarded = timed.shot, self._boarded(timed)
        body = tuple(_beats(shot.frames, self.rate) if boarded else _split(shot.frames, WINDOW_FRAMES))
        if boarded:
            shown = {w: p.Window(w.first + w.count // 2, 1) for w in body}
        else:  # handles and body are rendered as one: the length of a dissolve renders nothing anew
            whole = _split(shot.head + shot.frames + shot.tail, WINDOW_FRAMES)
            shown = {w: w for w in (p.Window(w.first - shot.head, w.count) for w in whole)}
        clips = self.footage.lower(timed, shown, take)
        still = shot.still is not None and len(shot.still.framing) < 2
        held = boarded or (not timed.panels and (shot.time.freeze or still))
        return Reel(timed, take, body, clips, held)

    def _handle(self, reel: Reel, span: p.Window) -> Frames:
        return Frames(reel.clip(self.build, span), self._look(reel.timed, span))

    def _boarded(self, timed: TimedShot) -> bool:
        """Whether a shot is shown as stills of its beats: a picture that moves by itself is cheap enough to show moving."""
        still = timed.shot.still
        return self.board and (still is None or len(still.framing) < 2)

    def _encode(self, timed: TimedShot, window: p.Window, clip: Ref | None) -> Ref:
        look, boarded = self._look(timed, window), self._boarded(timed)
        provisional = not (timed.exact and timed.takes.settled)
        inputs = [] if clip is None else [("clip", clip), *self._lut(look)]
        label = f"{timed.name}: look {window.first}–{window.first + window.count - 1}"
        if not boarded or clip is None:
            return self.build.add(look, inputs, label=label, shot=timed.key, provisional=provisional)
        seconds = window.count / float(self.rate.fps)
        if timed.panels or timed.shot.still or timed.shot.time.freeze:
            seconds = 0.0  # what holds still in the film does so on the board
        side = 1 if timed.shot.seed % 2 else -1
        board = p.EncodeBoard(
            look.window,
            look.size,
            look.fps,
            look.look,
            look.overlays,
            look.fades,
            round(BOARD_ZOOM * seconds, 4),
            (round(0.3 * side * BOARD_ZOOM * seconds, 4), 0.0),
            look.seed,
        )
        return self.build.add(board, inputs, label=label, shot=timed.key)

    def _look(self, timed: TimedShot, window: p.Window) -> p.EncodeWindow:
        shot = timed.shot
        fades = []
        if timed.join.kind == "fade in" and timed.join.frames:
            fades.append(p.Fade(pieces(timed)[0].first, timed.join.frames, True))
        if timed.fade_out:
            falling = min(timed.fade_out, timed.frames)
            fades.append(p.Fade(pieces(timed)[-1].end - falling, falling, False))
        first, last = window.first, window.first + window.count
        return p.EncodeWindow(
            window,
            shot.size,
            shot.fps,
            shot.look,
            tuple(o for o in shot.overlays if self._overlaps(o, first, last)),
            tuple(f for f in fades if f.first < last and (f.first + f.frames > first or not f.up)),
            shot.seed,
        )

    def _lut(self, encode: p.EncodeWindow) -> list[tuple[str, Ref]]:
        path = encode.look.lut
        return [("lut", source_file(self.build, path, self.files))] if path else []

    def _overlaps(self, overlay: Overlay, first: int, last: int) -> bool:
        fps = float(self.rate.fps)
        return overlay.start * fps < last and overlay.end * fps > first

    def transition(self, timed: TimedShot, leaving: Frames, arriving: Frames) -> Ref:
        """The segment that takes one shot into the next, ``timed``."""
        params = p.EncodeTransition(timed.join.kind, timed.shot.size, timed.shot.fps, leaving.encode, arriving.encode)
        shown = [frames for frames in (leaving, arriving) if frames.clip is not None]
        inputs = [("clip", frames.clip) for frames in shown if frames.clip is not None]
        inputs += [lut for frames in shown for lut in self._lut(frames.encode)]
        label = f"{timed.name}: {timed.join.kind} in"
        return self.build.add(params, inputs, label=label, shot=timed.key, provisional=not timed.exact)


def _split(frames: int, size: int) -> list[p.Window]:
    """Windows of ``size`` frames; a short rest joins the last one, so that edits at the end touch little."""
    starts = list(range(0, frames, size))
    if len(starts) > 1 and frames - starts[-1] < SHORTEST_WINDOW:
        starts.pop()
    ends = [*starts[1:], frames]
    return [p.Window(a, b - a) for a, b in zip(starts, ends, strict=True)]


def _beats(frames: int, rate: FrameRate) -> list[p.Window]:
    """Equal windows of about ``BEAT_SECONDS``, at least one."""
    count = max(1, round(frames / (BEAT_SECONDS * float(rate.fps))))
    starts = [frames * i // count for i in range(count + 1)]
    return [p.Window(a, b - a) for a, b in pairwise(starts)]
