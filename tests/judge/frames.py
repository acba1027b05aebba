"""Pictures to judge: a textured ground that moves a little from frame to frame, and a figure before it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from compiler.graph import params as p
from runtime.judge.view import Frame8

SIZE = (160, 90)
RATE = (24, 1)


def brief(count: int, *, moves: bool = True, composed: tuple[p.Composition, ...] = ()) -> p.JudgeTake:
    return p.JudgeTake((p.Window(0, count),), SIZE, RATE, composed, moves)


def textured(seed: int, size: tuple[int, int] = SIZE, level: float = 110.0) -> Frame8:
    """A picture with detail at every scale, (H, W, 3)."""
    rng = np.random.default_rng(seed)
    out = np.full((size[1], size[0], 3), level)
    for fine in (3, 9, 27):
        coarse = rng.normal(0.0, 18.0, (max(2, size[1] // fine), max(2, size[0] // fine), 3))
        out += cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return np.clip(np.round(out), 12, 240).astype(np.uint8)


def moving(count: int, seed: int = 1) -> Iterator[Frame8]:
    """The same ground under light that changes, so that no two frames within a second or so are one picture."""
    ground = textured(seed).astype(np.float64)
    for i in range(count):
        yield np.clip(np.round(ground + (3 * i) % 97 - 48), 0, 255).astype(np.uint8)


HEAD = (0.46, 0.2, 0.54, 0.44)
BODY = (0.40, 0.2, 0.60, 1.0)


def figure(seed: int, dx: float = 0.0, dy: float = 0.0, there: bool = True) -> Frame8:
    """Somebody light before a ground: head and shoulders, ``dx`` and ``dy`` widths and heights off their place."""
    picture = textured(seed, level=70.0)
    if not there:
        return picture
    width, height = SIZE
    left, top, right, bottom = (v * s for v, s in zip(HEAD, (width, height, width, height), strict=True))
    x, y = (left + right) / 2 + dx * width, (top + bottom) / 2 + dy * height
    skin = (205, 170, 150)
    cv2.ellipse(picture, ((x, y), (right - left, bottom - top), 0.0), skin, -1)
    low, half = bottom + dy * height, (BODY[2] - BODY[0]) * width / 2
    corners = np.array([[x - 5, low - 2], [x + 5, low - 2], [x + half * 0.9, low + 12], [x + half * 0.9, height]])
    corners = np.vstack([corners, [[x - half * 0.9, height], [x - half * 0.9, low + 12]]])
    cv2.fillPoly(picture, [np.round(corners).astype(np.int32)], (190, 180, 168))
    return picture


def lit_from_one_side(seed: int, shadow: float, left: bool) -> Frame8:
    """``figure`` with its left or right half in shadow; the ground behind is as it was."""
    picture, ground = figure(seed), figure(seed, there=False)
    own = (picture != ground).any(2)
    middle = round((HEAD[0] + HEAD[2]) / 2 * SIZE[0])
    own[:, middle:] &= not left
    own[:, :middle] &= left
    return np.where(own[..., None], picture * shadow, picture).astype(np.uint8)


def composed(*frames: int) -> tuple[p.Composition, ...]:
    return tuple(p.Composition(frame, (p.Sitter(HEAD, BODY),)) for frame in frames)
