"""Chroma key: live action taken off its green or blue screen and laid over another picture, as light.

A colour-difference key (Vlahos): how much the screen's primary stands over the other two says how much screen is left.
The screen is measured once, on the plate's first frame, so that every window of a shot agrees about it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from runtime.picture.scan import scanned

F32 = NDArray[np.float32]
_CLEAN, _SOLID = 0.62, 0.10
"""Of the screen's own difference: above the first a pixel is all screen, below the second none of it."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A measured screen: which primary (1 green, 2 blue), how far it stands out, and its scene light."""

    primary: int
    difference: float
    light: tuple[float, float, float]


def measure_screen(rgb8: NDArray[np.uint8], key: str) -> Screen | None:
    """The screen behind a frame (H, W, 3); ``None`` if there is none. ``key``: green, blue or auto."""
    wanted = {"green": (1,), "blue": (2,)}.get(key, (1, 2))
    best: Screen | None = None
    most = 0
    for primary in wanted:
        over = _difference(rgb8, primary)
        found = over > 0.10
        count = int(found.sum())
        if count > max(most, rgb8.shape[0] * rgb8.shape[1] // 50):
            most = count
            strong = found & (over >= np.quantile(over[found], 0.5))
            light = scanned(rgb8)[strong].mean(axis=0)
            difference = float(np.median(over[strong]))
            best = Screen(primary, difference, (float(light[0]), float(light[1]), float(light[2])))
    return best


def keyed(rgb8: NDArray[np.uint8], screen: Screen, behind: F32) -> F32:
    """``rgb8`` (H, W, 3) without its screen over scene light ``behind`` of the same size."""
    part = _difference(rgb8, screen.primary) / max(screen.difference, 1e-3)
    clear = np.clip((part - _SOLID) / (_CLEAN - _SOLID), 0.0, 1.0)
    clear = cv2.GaussianBlur((clear * clear * (3 - 2 * clear)).astype(np.float32), (0, 0), 0.6)[..., None]
    light = scanned(rgb8)
    front = np.maximum(light - clear * np.array(screen.light, np.float32), 0.0)
    return over(_unspilled(front, screen.primary), 1.0 - clear, behind, premultiplied=True)


def matted(rgb8: NDArray[np.uint8], matte: NDArray[np.uint8], behind: F32) -> F32:
    """``rgb8`` over ``behind`` where ``matte`` (H, W, 3) is white."""
    cover = matte.max(axis=2, keepdims=True).astype(np.float32) / np.float32(255.0)
    return over(scanned(rgb8), cover, behind, premultiplied=False)


def over(front: F32, cover: F32, behind: F32, *, premultiplied: bool) -> F32:
    """Porter and Duff's ``over`` (1984), in scene light."""
    shown = front if premultiplied else front * cover
    return np.asarray(shown + behind * (1.0 - cover), np.float32)


def _difference(rgb8: NDArray[np.uint8], primary: int) -> F32:
    code = rgb8.astype(np.float32) / np.float32(255.0)
    others = [k for k in range(3) if k != primary]
    return np.asarray(code[..., primary] - np.maximum(code[..., others[0]], code[..., others[1]]), np.float32)


def _unspilled(light: F32, primary: int) -> F32:
    """No more of the screen's primary than the stronger of the other two: what the screen threw on the subject goes."""
    others = [k for k in range(3) if k != primary]
    limit = np.maximum(light[..., others[0]], light[..., others[1]])
    out = light.copy()
    out[..., primary] = np.minimum(light[..., primary], limit)
    return out
