"""Still pictures: read under caps, brought to sRGB, fitted to the frame and moved as a rostrum camera moves.

Files are unpacked by a sandboxed child (``unpack``); nothing here touches their bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import Framing
from runtime.picture.scan import scanned
from runtime.picture.unpack import HEADER
from runtime.sandbox.box import Module, Sandbox
from runtime.sandbox.limits import ChildError, Limits

F32 = NDArray[np.float32]
MOST_PIXELS = 120_000_000
MOST_BYTES = 64 << 20
LIMITS = Limits(wall=300, cpu=120, memory=3 << 30, output=1 << 20)


class StillError(ChildError):
    """A picture file that cannot be used; the message says why."""

    def __init__(self, message: str, trouble: str = "bad input") -> None:
        super().__init__(message, trouble)


def read_still(path: Path) -> NDArray[np.uint8]:
    """The picture of a file as sRGB (H, W, 3) uint8, turned upright, transparency over black. Raises ``StillError``."""
    if path.stat().st_size > MOST_BYTES:
        raise StillError(f"it is larger than {MOST_BYTES >> 20} MB")
    box = Sandbox((path.resolve(),), None, LIMITS, "bad input", StillError)
    data = box.run(
        Module("runtime.picture.unpack", (str(path.resolve()), str(MOST_PIXELS))),
        most=HEADER.size + MOST_PIXELS * 3 + 1,
    )
    width, height = HEADER.unpack_from(data) if len(data) >= HEADER.size else (0, 0)
    if not width or len(data) != HEADER.size + width * height * 3:
        raise StillError("its reader stopped half-way")
    return np.frombuffer(data, np.uint8, offset=HEADER.size).reshape(height, width, 3)


def covering(picture: NDArray[np.uint8], size: tuple[int, int], closest: float) -> F32:
    """Scene light of ``picture`` at the size at which it just covers ``size`` (width, height) when ``closest``-fold enlarged."""
    height, width = picture.shape[:2]
    cover = max(size[0] / width, size[1] / height) * closest
    light = scanned(picture)
    if cover >= 1.0:
        return light
    smaller = (max(1, round(width * cover)), max(1, round(height * cover)))
    return np.asarray(cv2.resize(light, smaller, interpolation=cv2.INTER_AREA), np.float32)


def framed(light: F32, framing: Framing, size: tuple[int, int]) -> F32:
    """What ``framing`` shows of scene light (h, w, 3): (H, W, 3) of ``size``; the frame never leaves the picture."""
    height, width = light.shape[:2]
    scale = max(size[0] / width, size[1] / height) * max(framing.scale, 1.0)
    half_x, half_y = size[0] / scale / 2, size[1] / scale / 2
    x = half_x + min(max(framing.x, 0.0), 1.0) * max(width - 2 * half_x, 0.0)
    y = half_y + min(max(framing.y, 0.0), 1.0) * max(height - 2 * half_y, 0.0)
    # Pixel centres: the middle of the frame looks at (x, y) of the picture.
    move = np.array(
        [[1 / scale, 0.0, x - half_x + 0.5 / scale - 0.5], [0.0, 1 / scale, y - half_y + 0.5 / scale - 0.5]]
    )
    how = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_LINEAR
    out = cv2.warpAffine(light, move, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    return np.maximum(np.asarray(out, np.float32), 0.0)


def framing_at(keys: Sequence[Framing], seconds: float) -> Framing:
    """The framing at a second of the shot: eased from key to key, closeness by its logarithm."""
    if len(keys) == 1 or seconds <= keys[0].time:
        return keys[0]
    for a, b in pairwise(keys):
        if seconds < b.time:
            u = (seconds - a.time) / max(b.time - a.time, 1e-6)
            # Soft at the ends, even between: a rostrum move that eases all the way looks like two moves.
            u = u * u * (3 - 2 * u) * 0.45 + u * 0.55
            scale = a.scale ** (1 - u) * b.scale**u
            return Framing(seconds, a.x + (b.x - a.x) * u, a.y + (b.y - a.y) * u, scale)
    return keys[-1]
