"""RGB frames to the planes an encoder takes, and back. BT.709 throughout; no grading happens here."""

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
_VIDEO8 = np.hstack([_TO_YCC * np.array([[219.0], [224.0], [224.0]]) / 255.0, np.array([[16.0], [128.0], [128.0]])])


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


def to_420p8(frame: Frame8) -> bytes:
    """(H, W, 3) display RGB → video-range planar 4:2:0 with left-sited chroma (the MPEG-2 and H.264 default).

    Height and width are even. A (H·3/2, W) array is taken as planes made already.
    """
    if frame.ndim == 2:
        return frame.tobytes()
    ycc = cv2.transform(frame.astype(np.float32), _VIDEO8)
    luma = np.rint(np.clip(ycc[..., 0], 0.0, 255.0)).astype(np.uint8)
    # Co-sited horizontally (1 2 1), midway vertically (1 1).
    soft = cv2.sepFilter2D(ycc[..., 1:], -1, _ACROSS, _DOWN, anchor=(1, 0), borderType=cv2.BORDER_REPLICATE)[::2, ::2]
    chroma = np.rint(np.clip(soft, 0.0, 255.0)).astype(np.uint8)
    return luma.tobytes() + chroma[..., 0].tobytes() + chroma[..., 1].tobytes()


_ACROSS = np.array([[0.25, 0.5, 0.25]], np.float32)
_DOWN = np.array([[0.5], [0.5]], np.float32)
