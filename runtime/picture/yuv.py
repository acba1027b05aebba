"""RGB pictures to the planes an encoder takes: BT.709, limited range, 4:2:0 with chroma sited left (as H.264 assumes)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import inline, kernel


def to_yuv420(rgb8: NDArray[np.uint8]) -> bytes:
    """Planes Y (H·W), then U and V (⌈H/2⌉·⌈W/2⌉ each) of ``rgb8`` (H, W, 3), one after the other."""
    height, width = rgb8.shape[:2]
    h, w = (height + 1) // 2, (width + 1) // 2
    out = np.empty(height * width + 2 * h * w, np.uint8)
    luma = out[: height * width].reshape(height, width)
    u = out[height * width : height * width + h * w].reshape(h, w)
    v = out[height * width + h * w :].reshape(h, w)
    _planes(np.ascontiguousarray(rgb8), luma, u, v)
    return out.tobytes()


@inline
def _chroma(r, g, b, cr, cg, cb):  # type: ignore[no-untyped-def]
    """``r``, ``g``, ``b`` are sums of eight; weights are 16-bit fixed point."""
    value = 128 + ((cr * r + cg * g + cb * b + (1 << 18)) >> 19)
    return np.uint8(min(max(value, 16), 240))


@kernel
def _planes(rgb, luma, u, v):  # type: ignore[no-untyped-def]
    height, width = luma.shape
    for y in range(height):
        for x in range(width):
            r, g, b = np.int64(rgb[y, x, 0]), np.int64(rgb[y, x, 1]), np.int64(rgb[y, x, 2])
            # 65536 · 219/255 · (0.2126, 0.7152, 0.0722)
            luma[y, x] = np.uint8(16 + ((11966 * r + 40254 * g + 4064 * b + 32768) >> 16))
    h, w = u.shape
    for j in range(h):
        y0, y1 = 2 * j, min(2 * j + 1, height - 1)
        for i in range(w):
            r, g, b = np.int64(0), np.int64(0), np.int64(0)
            for k in range(-1, 2):
                # Sited on the even column: 1 2 1 across, both rows down.
                x = min(max(2 * i + k, 0), width - 1)
                m = 2 if k == 0 else 1
                r += m * (np.int64(rgb[y0, x, 0]) + rgb[y1, x, 0])
                g += m * (np.int64(rgb[y0, x, 1]) + rgb[y1, x, 1])
                b += m * (np.int64(rgb[y0, x, 2]) + rgb[y1, x, 2])
            # 65536 · 224/255 / 2 / (1 − weight) · …
            u[j, i] = _chroma(r, g, b, -6596, -22189, 28784)
            v[j, i] = _chroma(r, g, b, 28784, -26145, -2639)
