"""Where hair grows: scalp, brows and beard as scalar fields of canonical space, in template metres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Hairline height by azimuth about the head's axis: forehead, temple, sideburn, over the ear, behind it, nape.
_AZIMUTH = np.radians([0, 14, 28, 40, 48, 55, 61, 67, 73, 80, 94, 103, 112, 124, 150, 180])
_HEIGHT = 0.001 * np.array([798, 799, 801, 793, 774, 754, 728, 708, 704, 726, 728, 703, 680, 665, 653, 650])
_AXIS_Z = 0.035


def scalp_field(canonical: Floats, recede: float = 0.0) -> Floats:
    """Distance inside the hairline, roughly, positive where hair grows. ``recede`` 0..1 lifts forehead and temples."""
    x, y, z = np.abs(canonical[:, 0]), canonical[:, 1], canonical[:, 2]
    azimuth = np.arctan2(x, z - _AXIS_Z)
    line = np.interp(azimuth, _AZIMUTH, _HEIGHT)
    temple = np.exp(-(((azimuth - np.radians(33)) / np.radians(13)) ** 2))
    line = line + recede * (0.010 + 0.022 * temple) * (azimuth < np.radians(70))
    # Heights measured up the slope of the forehead, where a step in y is longer on the skin.
    field = (y - line) * np.where(azimuth < np.radians(45), 1.5, 1.0)
    return np.asarray(np.minimum(field, ear_distance(canonical) - 0.001))


def ear_distance(canonical: Floats) -> Floats:
    """Positive off the ears: how far beyond a box round them."""
    x, y, z = np.abs(canonical[:, 0]), canonical[:, 1], canonical[:, 2]
    box = np.stack([0.0755 - x, np.abs(y - 0.706) - 0.035, np.abs(z - 0.048) - 0.024], axis=1)
    return np.asarray(box.max(axis=1))


def brow_field(canonical: Floats) -> Floats:
    """Distance inside the brows, positive within."""
    x, y, z = np.abs(canonical[:, 0]), canonical[:, 1], canonical[:, 2]
    centre = np.interp(x, [0.010, 0.022, 0.036, 0.046, 0.055], [0.7415, 0.7475, 0.7515, 0.7500, 0.7440])
    half = np.interp(x, [0.010, 0.016, 0.034, 0.056], [0.0030, 0.0042, 0.0034, 0.0010])
    field = half - np.abs(y - centre)
    return np.where((x > 0.0105) & (x < 0.055) & (z > 0.05), field, -1.0)


def beard_field(canonical: Floats) -> Floats:
    """Distance inside the beard: jaw, chin, upper lip and the sides up to the sideburns; not the lips."""
    x, y, z = np.abs(canonical[:, 0]), canonical[:, 1], canonical[:, 2]
    cheek = np.interp(x, [0.0, 0.022, 0.040, 0.055, 0.066, 0.074], [0.682, 0.680, 0.662, 0.664, 0.690, 0.722])
    upper = cheek - y
    lower = y - np.interp(z, [-0.02, 0.04, 0.10, 0.16], [0.670, 0.628, 0.597, 0.588])
    mouth = np.hypot(x / 0.031, (y - 0.6595) / 0.0115) - 1.0
    front = z - 0.018
    nose = np.maximum(y - 0.680, 0.0)
    return np.asarray(np.minimum.reduce([upper, lower, mouth * 0.01, front, 0.01 - nose]))


__all__ = ["beard_field", "brow_field", "ear_distance", "scalp_field"]
