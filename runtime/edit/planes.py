"""10-bit log RGB to the full-range planes a clip is stored in, and back. BT.709; no grading happens here."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Frame8 = NDArray[np.uint8]
Frame16 = NDArray[np.uint16]

_KR, _KG, _KB = 0.2126, 0.7152, 0.0722
_TO_YCC = np.array(
    [
        [_KR, _KG, _KB],
        [-_KR / (2 * (1 - _KB)), -_KG / (2 * (1 - _KB)), 0.5],
        [0.5, -_KG / (2 * (1 - _KR)), -_KB / (2 * (1 - _KR))],
    ]
)
_FULL10 = np.hstack([_TO_YCC, [[0.0], [512.0], [512.0]]])
_FULL10_BACK = np.hstack([np.linalg.inv(_TO_YCC), -np.linalg.inv(_TO_YCC) @ np.array([[0.0], [512.0], [512.0]])])


def to_444p10(frame: Frame16) -> bytes:
    """(H, W, 3) 10-bit RGB (0..1023) → full-range planar Y'CbCr 4:4:4, 10 bits in little-endian words."""
    planes = cv2.transform(frame, _FULL10)
    return b"".join(np.minimum(plane, 1023).tobytes() for plane in cv2.split(planes))


def from_444p10(block: bytes, size: tuple[int, int]) -> Frame16:
    """Inverse of ``to_444p10``; within one code value of what went in, before compression."""
    width, height = size
    planes = np.frombuffer(block, np.uint16).reshape(3, height, width)
    rgb = cv2.transform(cv2.merge([planes[0], planes[1], planes[2]]), _FULL10_BACK)
    return np.asarray(np.minimum(rgb, 1023), np.uint16)
