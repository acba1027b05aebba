"""A take measured frame by frame, in one pass and in memory that does not grow with its length.

Definitions, with their sources, are in docs/judging.md. All are on 8-bit frames of the neutral view.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from compiler.graph.params import Composition, JudgeTake
from runtime.judge.composed import Placed
from runtime.judge.framing import Framing
from runtime.judge.scores import Scores, Span
from runtime.judge.standing import Box, Standing
from runtime.judge.view import Frame8

cv2.setNumThreads(1)  # One task, one thread: the scheduler decides how many run.

WORST_STABILITY = 0.6293
"""The flicker score that normalises to nothing (VBench)."""
LUMA = np.array([0.2126, 0.7152, 0.0722])
HEIGHT = 480
"""Lines a picture is brought down to before its edges are looked at, so that sensor-fine noise is no sharpness."""
EDGES = 0.1
"""Share of the picture, its steepest, by which sharpness goes: a background out of focus is no fault."""
CRISP = 0.16
"""Root mean square slope of a picture's edges, in the code range per pixel, that counts as half sharp."""
CRUSHED, BLOWN = 2, 253
"""Luma codes up to which, and from which on, there is no detail left."""
TOLERATED = 0.25
"""Share of pixels without detail at which clipping counts as total."""
HELD_SECONDS = 0.25
"""Frames that are one picture for at least this long are a freeze; shorter is how animation is shot on twos."""
DARK, ALL = 5, 0.995
"""Luma up to which a pixel is black, and the share of such pixels from which on a frame is."""


def measure(frames: Iterable[Frame8], brief: JudgeTake, standing: Standing | None = None) -> Scores:
    """The scores of a take whose frames are (H, W, 3) uint8. Frames the brief lacks count; frames too many are left.

    ``standing`` says where people are, if that is known; else they are looked for in the picture.
    """
    meter = Meter(brief, standing)
    for frame in frames:
        meter.add(frame)
    return meter.scores()


class Meter:
    """Takes frames in order and keeps sums, one histogram and the frame before."""

    def __init__(self, brief: JudgeTake, standing: Standing | None = None) -> None:
        self._brief, self._standing = brief, standing
        self._composed: dict[int, Composition] = {view.frame: view for view in brief.composed}
        self._framing, self._placed = Framing(), Placed()
        self._count = 0
        self._before: Frame8 | None = None
        self._flicker = self._edges = self._faces = 0.0
        self._looked = 0
        self._levels: NDArray[np.int64] = np.zeros(256, np.int64)
        rate = brief.fps[0] / brief.fps[1]
        self._held, self._black = _Runs(max(2, math.ceil(HELD_SECONDS * rate))), _Runs(1)

    def add(self, frame: Frame8) -> None:
        """One more frame of the take."""
        if self._before is not None:
            self._flicker += change(self._before, frame)
            self._held.add(self._count, same(self._before, frame))
        luma = luma_of(frame)
        levels = np.bincount(luma.ravel(), minlength=256)
        self._levels += levels
        self._black.add(self._count, bool(levels[: DARK + 1].sum() >= ALL * luma.size))
        self._edges += steepness(luma)
        view = self._composed.get(self._count)
        if view is not None and view.sitters:
            heads = [sitter.head for sitter in view.sitters]
            if self._standing is None:
                self._framing.add(frame, view.sitters)
            else:
                stood = self._standing.get(view.frame, {})
                self._placed.add(view.sitters, stood, frame.shape[1] / frame.shape[0])
                heads = [stood[s.name].head if s.name in stood else s.head for s in view.sitters]
            self._faces += _level_of(luma, heads)
            self._looked += 1
        self._before = frame
        self._count += 1

    def scores(self) -> Scores:
        """What the frames so far come to."""
        count = self._count
        if not count:
            return Scores(0)
        total = int(self._levels.sum())
        level = self._faces / self._looked if self._looked else float(self._levels @ np.arange(256)) / total / 255.0
        crushed = float(self._levels[: CRUSHED + 1].sum()) / total
        blown = float(self._levels[BLOWN:].sum()) / total
        slope = self._edges / count
        framing = self._framing if self._standing is None else self._placed
        return Scores(
            count,
            stability(self._flicker / (count - 1)) if count > 1 else None,
            slope / (slope + CRISP),
            exposure(level),
            max(0.0, 1.0 - (crushed + blown) / TOLERATED),
            framing.score(),
            self._held.spans() if self._brief.moves else (),
            self._black.spans(),
            level,
            crushed,
            blown,
            framing.offset(),
        )


def change(before: Frame8, after: Frame8) -> float:
    """Mean absolute difference of two frames' values, 0..255. Summed as integers, so it is exact."""
    return float(cv2.norm(before, after, cv2.NORM_L1)) / before.size


def stability(flicker: float) -> float:
    """Temporal flickering (VBench) of a mean ``change`` over all pairs of neighbours, normalised and kept to 0..1."""
    raw = (255.0 - flicker) / 255.0
    return min(1.0, max(0.0, (raw - WORST_STABILITY) / (1.0 - WORST_STABILITY)))


def same(before: Frame8, after: Frame8) -> bool:
    """Whether two frames are one picture: no value further apart than rounding."""
    return float(cv2.norm(before, after, cv2.NORM_INF)) <= 1.0


def luma_of(frame: Frame8) -> Frame8:
    """(H, W) BT.709 luma of display values, rounded."""
    return np.asarray(np.round(frame @ LUMA), np.uint8)


def steepness(luma: Frame8) -> float:
    """Root mean square slope of the steepest tenth of a picture, in the code range per pixel of a ``HEIGHT``-line picture.

    Slopes are differences of neighbours: any blur that only averages lowers every sum of the largest of them.
    """
    height, width = luma.shape
    if height > HEIGHT:
        luma = np.asarray(
            cv2.resize(luma, (max(1, round(width * HEIGHT / height)), HEIGHT), interpolation=cv2.INTER_AREA)
        )
    picture = luma.astype(np.float32)
    squares = np.zeros(picture.shape, np.float32)
    across, down = (picture[:, 1:] - picture[:, :-1]) ** 2 / 2, (picture[1:] - picture[:-1]) ** 2 / 2
    squares[:, :-1] += across
    squares[:, 1:] += across
    squares[:-1] += down
    squares[1:] += down
    flat = squares.ravel()
    most = max(1, round(EDGES * flat.size))
    largest = np.partition(flat, flat.size - most)[flat.size - most :]
    return math.sqrt(float(largest.astype(np.float64).mean())) / 255.0


def exposure(level: float) -> float:
    """How near a mean brightness 0..1 of display values is to a well-lit one: a plateau, falling off in stops of light."""
    light = ((level + 0.055) / 1.055) ** 2.4 if level > 0.04045 else level / 12.92
    if light <= 0.0:
        return 0.0
    off = abs(math.log2(light / 0.18))
    return math.exp(-(max(0.0, off - 1.0) ** 2) / 8.0)


def _level_of(luma: Frame8, heads: Iterable[Box]) -> float:
    """Mean brightness 0..1 of the heads in the frame, or of all of it when none is."""
    height, width = luma.shape
    found = []
    for left, top, right, bottom in heads:
        part = luma[
            max(0, math.floor(top * height)) : max(0, math.ceil(bottom * height)),
            max(0, math.floor(left * width)) : max(0, math.ceil(right * width)),
        ]
        if part.size:
            found.append(float(part.mean()))
    return (math.fsum(found) / len(found) if found else float(luma.mean())) / 255.0


class _Runs:
    """Runs of frames for which something holds, those that are at least ``least`` long.

    Of a run of frames equal to the one before, that one is the first and still moved: it does not count.
    """

    def __init__(self, least: int) -> None:
        self._least, self._found, self._open = least, list[Span](), (0, 0)

    def add(self, frame: int, holds: bool) -> None:
        if not holds:
            return
        first, count = self._open
        if first + count == frame:
            self._open = (first, count + 1)
        else:
            self._found, self._open = [*self.spans()], (frame, 1)

    def spans(self) -> tuple[Span, ...]:
        return (*self._found, self._open) if self._open[1] >= self._least else tuple(self._found)
