"""Small vector arithmetic for staging, in the world of ``staging.model`` (x east, y up, z south; yaw 0 faces +z)."""

from __future__ import annotations

import math
from fractions import Fraction
from hashlib import blake2b

from compiler.staging.model import Vec3


def add(a: Vec3, b: Vec3, scale: float = 1.0) -> Vec3:
    return (a[0] + b[0] * scale, a[1] + b[1] * scale, a[2] + b[2] * scale)


def sub(a: Vec3, b: Vec3) -> Vec3:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def dot(a: Vec3, b: Vec3) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec3, b: Vec3) -> Vec3:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def length(a: Vec3) -> float:
    return math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])


def distance(a: Vec3, b: Vec3) -> float:
    x, y, z = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    return math.sqrt(x * x + y * y + z * z)


def flat(a: Vec3, b: Vec3) -> float:
    """Distance over the floor."""
    return math.hypot(a[0] - b[0], a[2] - b[2])


def unit(a: Vec3) -> Vec3:
    size = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2])
    return (0.0, 0.0, 1.0) if size < 1e-9 else (a[0] / size, a[1] / size, a[2] / size)


def mix(a: Vec3, b: Vec3, t: float) -> Vec3:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def heading(yaw: float) -> Vec3:
    """Unit floor vector of a yaw in degrees."""
    angle = math.radians(yaw)
    return (math.sin(angle), 0.0, math.cos(angle))


def yaw_to(origin: Vec3, target: Vec3) -> float:
    """Yaw in degrees, -180..180, from one floor point towards another."""
    return math.degrees(math.atan2(target[0] - origin[0], target[2] - origin[2]))


def turn(degrees: float) -> float:
    """Degrees folded into -180..180."""
    return (degrees + 180.0) % 360.0 - 180.0


def r4(value: float) -> float:
    """Rounded to 1e-4, never minus zero."""
    return round(value, 4) + 0.0


def v4(a: Vec3) -> Vec3:
    return (round(a[0], 4) + 0.0, round(a[1], 4) + 0.0, round(a[2], 4) + 0.0)


def ms(seconds: float | Fraction) -> Fraction:
    """Seconds as an exact number of tenths of milliseconds, so that differences of times are exact."""
    top, bottom = seconds.as_integer_ratio()
    whole, rest = divmod(top * 10_000, bottom)
    if 2 * rest > bottom or (2 * rest == bottom and whole % 2):  # a half goes to the even number
        whole += 1
    return Fraction(whole, 10_000)


def floated(t: Fraction) -> float:
    """``float(t)``, which takes three times as long."""
    return t.numerator / t.denominator


def apart(a: Fraction, b: Fraction) -> float:
    """``float(b - a)``, which takes four times as long."""
    return (b.numerator * a.denominator - a.numerator * b.denominator) / (a.denominator * b.denominator)


def chance(*parts: object) -> float:
    """A number 0..1 that depends on ``parts`` alone, everywhere and always."""
    text = "\x1f".join(str(p) for p in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") / 2**32
