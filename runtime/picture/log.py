"""The 10-bit log encoding in which rendered windows are stored between the camera and the look.

``code = 1023 · log2(1 + x/a) / log2(1 + m/a)`` with a = 0.01 and m = 48: a little over eight stops above mid grey
(0.18), a code step of 0.83 % in the lights (so at most 0.42 % off), and steps of 0.00008 at black.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import kernel

_TOE, _MOST, _CODES = 0.01, 48.0, 1023
_SCALE = np.float32(_CODES / np.log1p(_MOST / _TOE))
_TABLE: NDArray[np.float32] = (_TOE * np.expm1(np.arange(_CODES + 1) / float(_SCALE))).astype(np.float32)
_EDGES: NDArray[np.float32] = np.append(_TOE * np.expm1((np.arange(_CODES) + 0.5) / float(_SCALE)), np.nan).astype(
    np.float32
)
"""Light from which on the next code is nearer; there is none after the last."""
_SHIFT = 15
"""A float's exponent and eight bits of its mantissa stay: bins far narrower than a code, so that one comparison settles it."""
_FIRST = int(np.float32(2.0**-15).view(np.int32)) >> _SHIFT
_LAST = int(np.float32(64.0).view(np.int32)) >> _SHIFT
_FLOOR: NDArray[np.uint16] = np.searchsorted(
    _EDGES, (np.arange(_FIRST, _LAST + 1, dtype=np.int32) << _SHIFT).view(np.float32), side="right"
).astype(np.uint16)
"""Code of the darkest light of each bin."""


def encode_log(hdr: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Scene-linear (H, W, 3) float32 to codes 0..1023. Negative and non-finite light is black; 48 and above is white."""
    light = np.ascontiguousarray(hdr, np.float32)
    codes = np.empty(light.shape, np.uint16)
    _encode(light.reshape(-1).view(np.int32), light.reshape(-1), _FLOOR, _EDGES, codes.reshape(-1))
    return codes


def decode_log(codes: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Codes 0..1023 to scene-linear float32 of the same shape."""
    given = np.ascontiguousarray(codes, np.uint16)
    light = np.empty(given.shape, np.float32)
    _decode(given.reshape(-1), _TABLE, light.reshape(-1))
    return light


@kernel
def _encode(bits, light, floor, edges, out):  # type: ignore[no-untyped-def]
    for i in range(bits.shape[0]):
        b = bits[i]
        if b > 0x7F800000:
            b = np.int32(0)
        bin_ = min(max((b >> _SHIFT) - _FIRST, 0), _LAST - _FIRST)
        code = floor[bin_]
        if b > 0 and light[i] >= edges[code]:
            code += np.uint16(1)
        out[i] = code


@kernel
def _decode(codes, table, out):  # type: ignore[no-untyped-def]
    for i in range(codes.shape[0]):
        out[i] = table[min(codes[i], np.uint16(_CODES))]
