"""10-bit log RGB to the full-range planes a clip is stored in, and back. BT.709; no grading happens here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import kernel

Frame8 = NDArray[np.uint8]
Frame16 = NDArray[np.uint16]


def to_444p10(frame: Frame16, planes: Frame16) -> None:
    """(H, W, 3) 10-bit RGB (0..1023) into ``planes`` (3, H·W): full-range Y'CbCr 4:4:4, 10 bits in words of 16."""
    _to_planes(np.ascontiguousarray(frame).reshape(-1, 3), planes[0], planes[1], planes[2])


def from_444p10(block: bytes | memoryview, size: tuple[int, int]) -> Frame16:
    """Inverse of ``to_444p10``; within one code value of what went in, before compression."""
    width, height = size
    frame = np.empty((height, width, 3), np.uint16)
    planes = np.frombuffer(block, np.uint16).reshape(3, height * width)
    _to_rgb(planes[0], planes[1], planes[2], frame.reshape(-1, 3))
    return frame


_F = np.float32


# Flat rows, single precision and 32-bit integers all through: so both loops become vector code.
@kernel
def _to_planes(rgb, luma, blue, red):  # type: ignore[no-untyped-def]
    for i in range(luma.shape[0]):
        r, g, b = _F(rgb[i, 0]), _F(rgb[i, 1]), _F(rgb[i, 2])
        y = _F(0.2126) * r + _F(0.7152) * g + _F(0.0722) * b
        # Over twice one less the weight of blue and of red; half a code more, for what follows cuts off.
        cb = min((b - y) * _F(1 / 1.8556) + _F(512.5), _F(1023.0))
        cr = min((r - y) * _F(1 / 1.5748) + _F(512.5), _F(1023.0))
        luma[i] = np.uint16(np.int32(y + _F(0.5)))
        blue[i] = np.uint16(np.int32(cb))
        red[i] = np.uint16(np.int32(cr))


@kernel
def _to_rgb(luma, blue, red, rgb):  # type: ignore[no-untyped-def]
    zero, top = _F(0.0), _F(1023.0)
    for i in range(luma.shape[0]):
        y = _F(luma[i]) + _F(0.5)
        cb, cr = _F(blue[i]) - _F(512.0), _F(red[i]) - _F(512.0)
        rgb[i, 0] = np.uint16(np.int32(min(max(y + _F(1.5748) * cr, zero), top)))
        rgb[i, 1] = np.uint16(np.int32(min(max(y - _F(0.187324) * cb - _F(0.468124) * cr, zero), top)))
        rgb[i, 2] = np.uint16(np.int32(min(max(y + _F(1.8556) * cb, zero), top)))
