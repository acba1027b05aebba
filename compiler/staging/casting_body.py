"""Where a person's landmarks lie, by rule of proportion: what framing and eyelines need before any body is built.

The ratios were fitted to 260 built bodies (ages 5 to 92, heights, builds and origins at random) and stay within
2 cm of the real ones; ``tests/previz/people/test_landmarks.py`` holds them to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from compiler.staging.model import PersonSpec, Posture

# Share of body height: constant, male (±.5), youth, youth², years over forty, metres over 1.70, muscle, weight,
# African, Asian, youth × metres.
_RATIOS: dict[str, tuple[float, ...]] = {
    "eye": (0.9348, -0.0015, -0.0116, 0.0045, -0.0016, 0.0156, 0.0004, 0.0017, 0.0006, 0.0014, 0.0125),
    "chin": (0.8694, -0.0065, 0.0099, -0.035, -0.006, 0.0303, 0.0012, -0.0005, 0.0011, -0.001, 0.0026),
    "shoulder": (0.7957, 0.0007, -0.0004, 0.0376, 0.0032, 0.0413, 0.0002, 0.0023, -0.0026, 0.0035, 0.0491),
    "waist": (0.5788, 0.0123, 0.0213, 0.0269, 0.012, 0.0435, 0.0006, 0.0012, -0.0033, 0.0063, 0.0684),
    "hip": (0.5254, 0.0028, 0.0816, -0.0538, 0.002, 0.058, 0.0013, -0.0006, -0.0032, 0.0068, 0.0438),
    "knee": (0.2895, 0.0181, -0.0498, 0.0617, 0.0115, -0.0511, 0.0007, 0.0019, 0.0083, -0.007, 0.1101),
    "ankle": (0.0419, -0.0046, -0.0148, 0.018, 0.0027, -0.0028, 0.0, -0.0004, 0.0008, 0.0001, 0.0039),
    "eye_forward": (0.0725, -0.006, -0.0315, -0.0197, 0.0085, -0.0171, -0.0005, -0.0013, -0.0011, -0.0007, -0.0549),
}
# Sitting, the hip joints rest this far over the seat less what the spine gives: metres at 1.70 m.
_SEATED = 0.087
# Nobody stands like a plumb line: knees and spine give this much. Landmarks are of the body drawn up straight.
_EASE = 0.02
_GROWTH = ((1.0, 0.75), (3.0, 0.95), (6.0, 1.15), (9.0, 1.33), (12.0, 1.49), (15.0, 1.64), (18.0, 1.70))


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Heights in metres over the floor, standing upright; ``seated_eye`` over the seat."""

    crown: float
    eye: float
    chin: float
    shoulder: float
    waist: float
    hip: float
    knee: float
    ankle: float
    eye_forward: float
    """How far the eyes lie in front of the body's floor origin."""
    seated_eye: float


def body_landmarks(p: PersonSpec) -> Landmarks:
    """Landmarks of a person without building the body, within 2 cm."""
    youth = max(18.0 - p.age, 0.0) / 18.0
    total = sum(p.ethnicity) or 1.0
    tall = p.height - 1.7
    terms = (
        1.0, p.gender - 0.5, youth, youth * youth, max(p.age - 40.0, 0.0) / 50.0, tall, p.muscle - 0.5, p.weight - 0.5,
        p.ethnicity[0] / total, p.ethnicity[1] / total, tall * youth,
    )  # fmt: skip
    at = {
        name: round(p.height * sum(a * b for a, b in zip(row, terms, strict=True)), 4) for name, row in _RATIOS.items()
    }
    seated = round(at["eye"] - at["hip"] + _SEATED * p.height / 1.7, 4)
    return Landmarks(crown=p.height, seated_eye=seated, **at)


def eye_height(p: PersonSpec, posture: Posture = Posture.STAND, seat_height: float = 0.45) -> float:
    """Height of the eyes over the floor in metres in a posture; ``seat_height`` counts for SIT and LIE."""
    at = body_landmarks(p)
    match posture:
        case Posture.STAND:
            return round(at.eye - _EASE, 4)
        case Posture.SIT:
            return round(seat_height + at.seated_eye, 4)
        case Posture.KNEEL:
            # Up on the knees: the shins lie on the floor, the knees carry.
            return round(at.eye - at.knee + 0.05, 4)
        case Posture.LIE:
            return round(seat_height + 0.12 * p.height / 1.7, 4)


def usual_height(gender: float, age: float) -> float:
    """What people of a sex and age usually measure, in metres."""
    grown = _GROWTH[-1][1]
    for (a, low), (b, high) in pairwise(_GROWTH):
        if age < b:
            grown = low + (high - low) * max(age - a, 0.0) / (b - a)
            break
    adult = min(max((age - 10.0) / 8.0, 0.0), 1.0)
    # Adults differ by sex; spines settle after sixty.
    return grown + (gender - 0.5) * 0.13 * adult - 0.0012 * max(age - 60.0, 0.0)
