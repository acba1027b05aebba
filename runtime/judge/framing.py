"""Whether people are where the composition put them, told from the picture alone.

A figure is laid over its composed place as a template, head and body, and shifted about: where it divides the picture
best into one thing and what is around it (Otsu's criterion, 1979: variance between the two over all variance) somebody
stands. The score is how well it divides at the composed place, against the best place within reach. Nothing is learned
and nothing is known of how the picture was made, so a generated one can be held to it as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from compiler.graph.params import Sitter
from runtime.judge.view import Frame8

F32 = NDArray[np.float32]

LINES = 72
"""Lines of the picture the search is made in."""
ACROSS, DOWN = 25, 11
"""How far figures are looked for, in those lines: about a third of the picture's height sideways, a seventh up and down."""
LEEWAY = (4, 3)
"""Sideways and up and down, what an actor may shift within the frame: a twentieth of the picture's height."""
CLEAR = 0.04
"""Share of variance that a figure has to explain somewhere; in a picture that shows nobody it explains none."""
_SEEN_HEAD, _SEEN_BODY = 0.12, 0.15
"""Heights of the frame from which on a head, or else a whole figure, is large enough to be looked for."""
_MOST = 4
"""People of a frame that are looked at, the nearest."""
_BUSY = 1.5
"""Lines about a pixel over which edges are gathered."""
_OCTAVE = np.float32(20.0)
"""Code values that twice as strong edges count for."""
_BUST = 0.3
"""A bust ends this many heads below the chin."""


class Framing:
    """Gathers evidence over the frames of a take: one map of how well figures fit at every shift."""

    def __init__(self) -> None:
        self._fit: NDArray[np.float64] = np.zeros((2 * DOWN + 1, 2 * ACROSS + 1))
        self._count = 0
        self._aspect = 1.0

    def add(self, frame: Frame8, sitters: Sequence[Sitter]) -> None:
        """One frame (H, W, 3) with the people composed into it."""
        height, width = frame.shape[:2]
        small = (max(2, round(width * LINES / height)), LINES)
        self._aspect = small[0] / LINES
        large = looked_for(sitters)
        if not large:
            return
        picture = np.asarray(cv2.resize(frame, small, interpolation=cv2.INTER_AREA), np.float32)
        colours = _told_apart(picture)
        for sitter in large:
            fits = [_fit(colours, mask, at) for mask, at in _templates(sitter, small)]
            if fits:
                self._fit += np.mean(fits, axis=0)
                self._count += 1

    def score(self) -> float | None:
        """0..1, or ``None`` when nobody was large enough to be looked for."""
        if not self._count:
            return None
        fit = self._fit / self._count
        best = float(fit.max())
        if not best > 0.0:
            return 0.0
        x, y = LEEWAY
        here = float(fit[DOWN - y : DOWN + y + 1, ACROSS - x : ACROSS + x + 1].max())
        return min(1.0, here / best) * min(1.0, best / CLEAR)

    def offset(self) -> tuple[float, float] | None:
        """How far right and down of their places people fit best, in widths and heights of the frame."""
        if not self._count or not self._fit.max() > 0.0:
            return None
        row, column = np.unravel_index(int(self._fit.argmax()), self._fit.shape)
        return (int(column) - ACROSS) / LINES / self._aspect, (int(row) - DOWN) / LINES


def looked_for(sitters: Sequence[Sitter]) -> list[Sitter]:
    """Those of a frame's people who are large enough to be held to their places, the nearest first."""
    return sorted((s for s in sitters if _large(s)), key=lambda s: s.nearness)[:_MOST]


def _large(sitter: Sitter) -> bool:
    left, top, right, bottom = sitter.head
    inside = min(right, 1.0) - max(left, 0.0) > 0.5 * (right - left) and min(bottom, 1.0) - max(top, 0.0) > 0.5 * (
        bottom - top
    )
    return inside and (bottom - top >= _SEEN_HEAD or sitter.body[3] - sitter.body[1] >= _SEEN_BODY)


def _told_apart(picture: F32) -> tuple[F32, F32, F32, F32]:
    """What a figure may differ in from what is around it: luma, two colour differences, and how busy the picture is.

    Light from one side halves a face in luma; busy it is all over, more or less than what is behind it.
    """
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    luma = np.float32(0.2126) * red + np.float32(0.7152) * green + np.float32(0.0722) * blue
    edges = cv2.GaussianBlur(np.abs(cv2.Laplacian(luma, cv2.CV_32F, ksize=3)), (0, 0), _BUSY)
    busy = np.asarray(_OCTAVE * np.log2(edges + np.float32(0.5)), np.float32)
    return luma, red - luma, blue - luma, busy


def _templates(sitter: Sitter, size: tuple[int, int]) -> list[tuple[F32, tuple[int, int]]]:
    """Masks of the figure in the box round it, and where the box's corner is: the bust, and all of it that is in frame."""
    width, height = size
    left, top, right, bottom = (v * s for v, s in zip(sitter.head, (width, height, width, height), strict=True))
    low = min(sitter.body[3], 1.05) * height
    wide, tall = right - left, bottom - top
    middle = (left + right) / 2
    shoulder = min((sitter.body[2] - sitter.body[0]) * width / 2, 1.3 * wide)
    out = max(shoulder, wide / 2) + 0.8 * wide
    found = []
    ends = [low, min(low, bottom + _BUST * tall)] if tall >= _SEEN_HEAD * height else [low]
    for end in dict.fromkeys(ends):
        x0, x1 = max(-width, math.floor(middle - out)), min(2 * width, math.ceil(middle + out))
        y0, y1 = max(-height, math.floor(top - 0.8 * wide)), min(2 * height, math.ceil(end))
        if x1 - x0 < 3 or y1 - y0 < 3:
            continue
        y, x = np.mgrid[y0:y1, x0:x1] + 0.5
        head = ((x - middle) / (wide / 2)) ** 2 + ((y - (top + bottom) / 2) / (tall / 2)) ** 2 <= 1.0
        neck = bottom - 0.1 * tall
        half = shoulder * (0.35 + 0.55 * np.clip((y - neck) / (0.45 * tall), 0.0, 1.0))
        mask = head | ((y > neck) & (y < end) & (np.abs(x - middle) < half))
        if mask.any() and not mask.all():
            found.append((mask.astype(np.float32), (x0, y0)))
    return found


def _fit(colours: Sequence[F32], mask: F32, at: tuple[int, int]) -> NDArray[np.float64]:
    """(2·DOWN+1, 2·ACROSS+1) share of the variance in the mask's box that lies between mask and rest, at every shift."""
    ones = np.ones_like(colours[0])
    rest = 1.0 - mask
    inside, around = _shifted(ones, mask, at), _shifted(ones, rest, at)
    n1, n2 = np.maximum(inside, 1e-3), np.maximum(around, 1e-3)
    between = np.zeros_like(n1)
    whole = np.zeros_like(n1)
    for colour in colours:
        s1, s2 = _shifted(colour, mask, at), _shifted(colour, rest, at)
        mean = (s1 + s2) / (n1 + n2)
        whole += _shifted(colour * colour, np.ones_like(mask), at) - (n1 + n2) * mean * mean
        between += n1 * (s1 / n1 - mean) ** 2 + n2 * (s2 / n2 - mean) ** 2
    # A code value or so of variance is rounding; a figure mostly outside the picture says nothing.
    share = between / np.maximum(whole, n1 + n2)
    return np.where((inside > 0.3 * mask.sum()) & (around > 1.0), np.clip(share, 0.0, 1.0), 0.0)


def _shifted(image: F32, mask: F32, at: tuple[int, int]) -> NDArray[np.float64]:
    """Sums of ``image`` under ``mask`` with its corner at ``at`` and at every shift; nothing lies outside the picture."""
    rows, columns = mask.shape
    height, width = image.shape
    x, y = at[0] - ACROSS, at[1] - DOWN
    need = np.zeros((rows + 2 * DOWN, columns + 2 * ACROSS), np.float32)
    x0, x1, y0, y1 = max(x, 0), min(x + need.shape[1], width), max(y, 0), min(y + need.shape[0], height)
    if x1 > x0 and y1 > y0:
        need[y0 - y : y1 - y, x0 - x : x1 - x] = image[y0:y1, x0:x1]
    return np.asarray(cv2.matchTemplate(need, mask, cv2.TM_CCORR), np.float64)
