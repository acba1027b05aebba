"""The 10-bit log encoding in which rendered windows are stored between the camera and the look.

``code = 1023 · log2(1 + x/a) / log2(1 + m/a)`` with a = 0.01 and m = 48: a little over eight stops above mid grey
(0.18), a code step of 0.83 % in the lights (so at most 0.42 % off), and steps of 0.00008 at black.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TOE, _MOST, _CODES = 0.01, 48.0, 1023
_SCALE = np.float32(_CODES / np.log1p(_MOST / _TOE))
_TABLE: NDArray[np.float32] = (_TOE * np.expm1(np.arange(_CODES + 1) / float(_SCALE))).astype(np.float32)


def encode_log(hdr: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Scene-linear (H, W, 3) float32 to codes 0..1023. Negative and non-finite light is black; 48 and above is white."""
    light = np.clip(np.nan_to_num(hdr, nan=0.0, posinf=_MOST, neginf=0.0), 0.0, _MOST) * np.float32(1.0 / _TOE)
    codes: NDArray[np.uint16] = np.rint(np.log1p(light, dtype=np.float32) * _SCALE).astype(np.uint16)
    return codes


def decode_log(codes: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Codes 0..1023 to scene-linear float32 of the same shape."""
    return _TABLE[np.minimum(codes, _CODES)]
