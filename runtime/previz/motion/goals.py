"""What a hand may be asked for: a goal of wrist, elbow and palm over time, and the shapes of fingers."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.previz.motion.curves import F64

SHAPES: dict[str, tuple[float, float, float, float, float]] = {
    "relaxed": (0.18, 0.28, 0.36, 0.44, 0.5),
    "flat": (0.05, 0.10, 0.10, 0.12, 0.15),
    "touch": (0.15, 0.12, 0.22, 0.32, 0.42),
    "point": (0.5, 0.04, 1.2, 1.3, 1.35),
    "soft fist": (0.5, 0.95, 1.0, 1.05, 1.1),
    "loose fist": (0.4, 0.75, 0.85, 0.9, 0.95),
    "grip": (0.45, 0.62, 0.72, 0.8, 0.85),
    "cup": (0.2, 0.42, 0.45, 0.5, 0.55),
}
"""Curl of thumb, index, middle, ring and little finger, radians at the middle joint."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What hands may go to, per frame in model axes: head and chest frames, hips and knees, the body's place."""

    times: F64
    place: F64
    yaw: F64
    head: F64
    head_at: F64
    chest: F64
    chest_at: F64
    hips: dict[str, F64]
    knees: dict[str, F64]
    shoulders: dict[str, F64]
    sit: F64


@dataclass(slots=True)
class Goal:
    """A wrist goal with its weight (N,): ``wrist``, ``pole``, ``hand``, ``palm`` (N, 3) and finger ``curl`` (5,)."""

    weight: F64
    wrist: F64
    pole: F64
    hand: F64
    palm: F64
    shape: str
    lift: float = 0.0
    """Metres the path bows out in front and up on its way."""
