"""The board profile's picture: one still under a slow 2D move, moved as the planes an encoder takes wherever it can be."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from compiler.graph.params import EncodeBoard
from runtime.edit.dress import dressed, is_bare
from runtime.edit.planes import Frame8

Matrix = NDArray[np.float64]


def drifting(still: Frame8, q: EncodeBoard) -> Iterator[Frame8]:
    """``still`` (H, W, 3) growing by ``zoom`` about its centre, drifting by ``drift`` of its width and height.

    Frames are flat 4:2:0 planes, converted once for the whole still: half the samples of RGB and nothing to convert.
    Frames under a title or in a fade are moved and dressed as RGB, because both are mixed as light.
    """
    from runtime.picture.look import black_out
    from runtime.picture.yuv import to_yuv420

    height, width = still.shape[:2]
    planes = np.frombuffer(to_yuv420(still), np.uint8)
    held = not q.zoom and not any(q.drift)
    for index in range(q.window.count):
        frame = q.window.first + index
        move = _move(q, index, width, height)
        if not is_bare(frame, q.fps, q.overlays, q.fades) or q.look.aspect is not None:
            moved = still if held else _warped(still, move)
            if q.look.aspect is not None:
                moved = moved.copy()
                black_out(moved, q.look.aspect)
            yield dressed(moved, frame, q.fps, q.size, q.overlays, q.fades)
        else:
            yield planes if held else _moved_planes(planes, move, width, height)


def _move(q: EncodeBoard, index: int, width: int, height: int) -> Matrix:
    """(2, 3): where a pixel of the still goes at frame ``index`` of the window."""
    t = index / max(1, q.window.count - 1)
    scale = 1.0 + q.zoom * (0.35 + 0.65 * t)
    x = (1 - scale) * width / 2 + q.drift[0] * width * (t - 0.5)
    y = (1 - scale) * height / 2 + q.drift[1] * height * (t - 0.5)
    return np.array([[scale, 0.0, x], [0.0, scale, y]])


def _moved_planes(planes: Frame8, move: Matrix, width: int, height: int) -> Frame8:
    """The move on flat 4:2:0 planes, H and W even."""
    scale, x, y = move[0, 0], move[0, 2], move[1, 2]
    h, w = height // 2, width // 2
    # Chroma is sited on even columns and between rows: its sample (i, j) lies at (2i, 2j + ½) of the luma grid.
    small = np.array([[scale, 0.0, x / 2], [0.0, scale, y / 2 + (scale - 1.0) / 4]])
    luma, chroma = height * width, h * w
    out = np.empty(luma + 2 * chroma, np.uint8)
    out[:luma] = _warped(planes[:luma].reshape(height, width), move).ravel()
    for first in (luma, luma + chroma):
        out[first : first + chroma] = _warped(planes[first : first + chroma].reshape(h, w), small).ravel()
    return out


def _warped(plane: Frame8, move: Matrix) -> Frame8:
    size = (plane.shape[1], plane.shape[0])
    moved = cv2.warpAffine(plane, move, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.uint8)
