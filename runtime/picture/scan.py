"""Finished pictures back to scene light, so that the look grades a photograph as it grades everything else.

Under the neutral look a scanned picture comes out as it went in, but for the brightest whites, which are laid where a
print's paper lies (code 236 of 255): lights of the scene stay brighter than paper.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from runtime.picture.look import grey_curve

F32 = NDArray[np.float32]
_KNEE, _ROOM = 0.5, 0.6


def scanned(rgb8: NDArray[np.uint8]) -> F32:
    """sRGB (H, W, 3) uint8 to scene-linear float32 of the same shape."""
    return np.asarray(_codes()[rgb8], np.float32)


def scene_light(display: NDArray[np.float64]) -> F32:
    """Display-linear light 0..1 to the scene light that the neutral curve shows as that."""
    over = np.maximum(display - _KNEE, 0.0)
    paper = np.minimum(display, _KNEE) + _ROOM * (1.0 - np.exp(-over / _ROOM))
    power, half, top = grey_curve(1.0)
    shown = np.clip(paper * top, 0.0, 0.999)
    return ((half * shown / (1.0 - shown)) ** (1.0 / power)).astype(np.float32)


def display_light(code: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB code 0..1 to linear light (IEC 61966-2-1)."""
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


def encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light 0..1 to the sRGB code 0..1."""
    light = np.clip(light, 0.0, 1.0)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@lru_cache(maxsize=1)
def _codes() -> F32:
    return scene_light(display_light(np.arange(256) / 255.0))
