"""The tailor's patterns: for each kind of garment, where it ends, how much room it leaves and how it hangs.

Ends are zero lines of fields over canonical space (template metres), so one pattern fits every body.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import GarmentSpec

Floats = NDArray[np.float64]

SHOULDER, ELBOW, WRIST = (0.168, 0.525, 0.015), (0.313, 0.349, 0.013), (0.431, 0.245, 0.176)
_ARM_REACH = 0.13
"""No arm is thicker than this; everything farther from its axis is torso."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One pattern. Lengths in metres; ``sleeve`` 0 shoulder .. 1 wrist, 0 = none; ``hem`` and neck in canonical y."""

    kind_name: str
    torso: bool = True
    legs: bool = False
    layer: int = 1
    """Order of dressing: 0 base, 1 next to skin, 2 bottoms, 3 jumpers, 4 coats."""
    neck: float = 0.537
    """Height of the neckline at the throat, on a plane rising 0.34 towards the back."""
    vee: float | None = None
    """Lowest point of a V opening, and its half width per metre in ``vee_slope``."""
    vee_slope: float = 0.36
    sleeve: float = 1.0
    hem: float = 0.0
    waist: float = 0.2
    """Top of trousers."""
    skirt: float | None = None
    """Hem of an extruded skirt; the torso then ends at the hip."""
    flare: float = 0.16
    ease: float = 0.012
    sleeve_ease: float = 0.010
    leg_radius: float = 0.075
    envelope: float = 0.22
    """How steeply hanging cloth may come back in below a bulge: larger clings more."""
    gather: float = 1.03
    """Length to spare along limbs: becomes folds."""
    bend: float = 0.15
    thickness: float = 0.004
    clearance: float = 0.006

    @property
    def end(self) -> float:
        """Canonical height of the hem, however it is made."""
        return self.hem if self.skirt is None else self.skirt


_TOP = Cut("top")
_CUTS: dict[str, Cut] = {
    "t-shirt": replace(
        _TOP, layer=3, sleeve=0.44, skirt=0.0, flare=0.04, ease=0.010, gather=1.02, thickness=0.0025, bend=0.12
    ),
    "shirt": replace(
        _TOP,
        neck=0.546,
        skirt=-0.03,
        flare=0.05,
        ease=0.012,
        sleeve_ease=0.013,
        gather=1.05,
        thickness=0.0025,
        bend=0.10,
    ),
    "roll-neck": replace(
        _TOP, neck=0.598, hem=0.06, ease=0.007, sleeve_ease=0.006, envelope=0.4, gather=1.02, bend=0.2
    ),
    "knit": replace(
        _TOP,
        layer=3,
        neck=0.541,
        skirt=-0.005,
        flare=0.0,
        ease=0.014,
        sleeve_ease=0.015,
        gather=1.07,
        bend=0.22,
        thickness=0.007,
    ),
    "cardigan": replace(
        _TOP,
        layer=3,
        neck=0.534,
        vee=0.34,
        skirt=-0.05,
        flare=0.03,
        ease=0.016,
        sleeve_ease=0.015,
        gather=1.06,
        bend=0.22,
        thickness=0.007,
    ),
    "long coat": replace(
        _TOP,
        layer=4,
        neck=0.556,
        vee=0.36,
        vee_slope=0.40,
        skirt=-0.47,
        flare=0.17,
        ease=0.020,
        sleeve_ease=0.020,
        sleeve=1.02,
        envelope=0.14,
        gather=1.035,
        bend=0.5,
        thickness=0.008,
    ),
    "jacket": replace(
        _TOP,
        layer=4,
        neck=0.552,
        vee=0.33,
        vee_slope=0.40,
        skirt=-0.06,
        flare=0.10,
        ease=0.018,
        sleeve_ease=0.018,
        sleeve=1.0,
        envelope=0.16,
        gather=1.035,
        bend=0.45,
        thickness=0.007,
    ),
    "dress": replace(
        _TOP,
        neck=0.515,
        sleeve=0.5,
        skirt=-0.30,
        flare=0.30,
        ease=0.011,
        clearance=0.010,
        envelope=0.35,
        gather=1.02,
        bend=0.10,
    ),
    "trousers": replace(
        _TOP,
        torso=False,
        legs=True,
        layer=2,
        hem=-0.715,
        waist=0.19,
        ease=0.009,
        gather=1.03,
        bend=0.18,
        leg_radius=0.082,
    ),
    "jeans": replace(
        _TOP,
        torso=False,
        legs=True,
        layer=2,
        hem=-0.72,
        waist=0.17,
        ease=0.006,
        gather=1.03,
        bend=0.3,
        leg_radius=0.072,
    ),
    "base top": replace(_TOP, layer=0, sleeve=0.35, neck=0.50, hem=0.05, ease=0.003, envelope=9.0),
    "base leggings": replace(_TOP, torso=False, legs=True, layer=0, hem=-0.06, waist=0.16, ease=0.003, leg_radius=0.0),
}
_ALIASES = {
    "coat": "long coat", "overcoat": "long coat", "raincoat": "long coat", "suit": "jacket", "blazer": "jacket",
    "jumper": "knit", "sweater": "knit", "pullover": "knit", "blouse": "shirt", "tee": "t-shirt",
    "roll neck": "roll-neck", "turtleneck": "roll-neck", "polo-neck": "roll-neck", "skirt": "dress", "pants": "trousers",
    "boot": "boots", "shoe": "shoes", "sneakers": "shoes", "slippers": "shoes",
}  # fmt: skip


def find_cut(spec: GarmentSpec) -> Cut | None:
    """The pattern of a garment by its kind, tolerant of near names; ``None`` for footwear and unknown kinds."""
    kind = spec.kind.strip().lower()
    kind = _ALIASES.get(kind, kind)
    name = kind if kind in _CUTS else next((name for name in _CUTS if kind.endswith(name)), "")
    return replace(_CUTS[name], kind_name=name) if name else None


def footwear_of(spec: GarmentSpec) -> str:
    """``boots``, ``shoes`` or ``""``."""
    kind = _ALIASES.get(spec.kind.strip().lower(), spec.kind.strip().lower())
    return "boots" if "boot" in kind else "shoes" if kind.endswith("shoes") else ""


def arm_place(canonical: Floats) -> tuple[Floats, Floats]:
    """How far along the arm each point lies (0 shoulder, 1 wrist, more on the hand), and how far off its axis.

    Torso points get a place of -1.
    """
    p = np.abs(canonical[:, 0]), canonical[:, 1], canonical[:, 2]
    q = np.stack(p, axis=1)
    best = np.full(len(q), np.inf)
    place = np.full(len(q), -1.0)
    joints = np.array([SHOULDER, ELBOW, WRIST])
    lengths = np.linalg.norm(np.diff(joints, axis=0), axis=1)
    total, done = lengths.sum(), 0.0
    for k, length in enumerate(lengths):
        along = (joints[k + 1] - joints[k]) / length
        t = (q - joints[k]) @ along
        t = np.clip(t, 0.0 if k else -0.2, length if k == 0 else length + 0.25)
        gap = np.linalg.norm(q - joints[k] - t[:, None] * along, axis=1)
        near = gap < best
        best = np.where(near, gap, best)
        place = np.where(near, (done + t) / total, place)
        done += length
    return np.where(best < _ARM_REACH, place, -1.0), best


def neck_height(canonical: Floats) -> Floats:
    """Height over a family of necklines, bowls round the neck: equals canonical y at the throat."""
    side = np.abs(canonical[:, 0]) - 0.045
    wide = (np.hypot(side, 0.02) + side) * 0.5
    return canonical[:, 1] + 0.34 * (canonical[:, 2] - 0.092) - 0.9 * wide


def keep_fields(cut: Cut, canonical: Floats) -> list[Floats]:
    """Fields whose common positive side is the garment, in template metres (signed distances, roughly)."""
    x, y, z = np.abs(canonical[:, 0]), canonical[:, 1], canonical[:, 2]
    place, _ = arm_place(canonical)
    fields: list[Floats] = []
    if cut.legs:
        return [cut.waist + 0.10 * np.clip(-z, -0.1, 0.1) - y, y - cut.hem - 0.10 * np.clip(z, -0.02, 0.10)]
    fields.append(cut.neck - neck_height(canonical))
    fields.append((cut.sleeve - place) * 0.43)
    if cut.skirt is None:
        # Arms hang beside the hem in canonical space: they must not be cut by it.
        fields.append(np.where(place > 0.15, 1.0, y - cut.hem))
    if cut.vee is not None:
        half = np.minimum((y - cut.vee) * cut.vee_slope, 0.5)
        opening = np.where((z > 0.035) & (y > cut.vee - 0.05), x - half, np.maximum(x - half, 0.05))
        fields.append(np.where(y > cut.vee - 0.05, opening, 1.0))
    return fields


__all__ = ["Cut", "arm_place", "find_cut", "footwear_of", "keep_fields", "neck_height"]
