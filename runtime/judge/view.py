"""The view a take is judged in: log codes under the neutral curve, without grain or glow, so that no look changes a score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.edit.clip import read_clip
from runtime.picture.log import decode_log
from runtime.picture.look import grey_curve
from runtime.picture.scan import encoded

Frame8 = NDArray[np.uint8]
Frame16 = NDArray[np.uint16]


def frames_of(clips: Iterable[Path], size: tuple[int, int]) -> Iterator[Frame8]:
    """The frames of a take's clips one after another, (H, W, 3) uint8. Raises ``FfmpegError`` on a damaged clip."""
    return (viewed(codes) for codes in chain.from_iterable(read_clip(path, size) for path in clips))


def viewed(codes: Frame16) -> Frame8:
    """Log codes 0..1023 as the neutral curve and an sRGB screen show them. Each channel by itself: mid grey stays mid grey."""
    return _table()[codes]


@lru_cache(maxsize=1)
def _table() -> Frame8:
    light = decode_log(np.arange(1024, dtype=np.uint16)).astype(np.float64)
    power, half, top = grey_curve(1.0)
    shown = light**power / (light**power + half) / top
    return np.round(encoded(shown) * 255.0).astype(np.uint8)
