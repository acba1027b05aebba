"""How one shot becomes the next: dissolves, wipes and fades over finished frames, mixed as light."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from runtime.edit.planes import Frame8


def dissolve(outgoing: Iterable[Frame8], incoming: Iterable[Frame8], frames: int) -> Iterator[Frame8]:
    """``frames`` frames of overlap, both streams that long, from nearly all outgoing to nearly all incoming."""
    for k, (a, b) in enumerate(zip(outgoing, incoming, strict=True)):
        yield mix(a, b, ease((k + 0.5) / frames))


def wipe(outgoing: Iterable[Frame8], incoming: Iterable[Frame8], frames: int) -> Iterator[Frame8]:
    """A soft-edged wipe from left to right."""
    for k, (a, b) in enumerate(zip(outgoing, incoming, strict=True)):
        width = a.shape[1]
        edge = ((k + 0.5) / frames * 1.2 - 0.1) * width
        mask = np.clip((edge - np.arange(width, dtype=np.float32)) / (0.06 * width) + 0.5, 0.0, 1.0)
        yield _mixed(a, b, np.broadcast_to(mask[None, :, None], a.shape))


def faded(frames: Iterable[Frame8], total: int, fade_in: int = 0, fade_out: int = 0) -> Iterator[Frame8]:
    """The same frames, rising from black over the first ``fade_in``, sinking over the last ``fade_out``."""
    black: Frame8 | None = None
    for k, frame in enumerate(frames):
        level = 1.0
        if k < fade_in:
            level = ease((k + 0.5) / fade_in)
        if k >= total - fade_out:
            level = min(level, 1.0 - ease((k - (total - fade_out) + 0.5) / fade_out))
        if level >= 1.0:
            yield frame
        else:
            black = np.zeros_like(frame) if black is None else black
            yield mix(black, frame, level)


def mix(a: Frame8, b: Frame8, amount: float) -> Frame8:
    """``amount`` of ``b`` over ``a``, both (H, W, 3) uint8."""
    return _mixed(a, b, np.full(a.shape, amount, np.float32))


def ease(t: float) -> float:
    """Smoothstep on 0..1."""
    t = min(1.0, max(0.0, t))
    return t * t * (3.0 - 2.0 * t)


def _mixed(a: Frame8, b: Frame8, amount: NDArray[np.float32]) -> Frame8:
    light = _light()
    x, y = cv2.LUT(a, light), cv2.LUT(b, light)
    code = np.sqrt(x + (y - x) * amount) * np.float32(255.0)
    # Ordered dither instead of rounding: slow fades into black would band.
    h, w = a.shape[:2]
    return np.asarray(np.clip(code + _dither(h, w)[:, :, None], 0.0, 255.0), np.uint8)


@lru_cache(maxsize=1)
def _light() -> NDArray[np.float32]:
    """Code value to light; gamma 2 rather than 2.4 keeps the middle of a dissolve from looking bright."""
    return np.asarray((np.arange(256) / 255.0) ** 2.0, np.float32)


@lru_cache(maxsize=4)
def _dither(height: int, width: int) -> NDArray[np.float32]:
    """A threshold map in 0..1 without visible period (interleaved gradient noise)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    return np.asarray((52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1.0)) % 1.0, np.float32)
