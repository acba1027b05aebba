"""How the values of a ``piece`` are written: measures, places, paints, lights and parts. Readers return ``None`` for bad text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum

from compiler.meaning.units import number_in_words

Vec3 = tuple[float, float, float]
Rgb = tuple[float, float, float]

LARGEST = 400.0
"""Metres; nothing a set holds is larger."""
_UNITS = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001}
_NUMBER = r"[+-]?\d{1,4}(?:\.\d{1,6})?"
_LENGTH = re.compile(rf"({_NUMBER})\s*(m|cm|mm)?")
_SIZE = re.compile(
    rf"({_NUMBER})\s*(m|cm|mm)?(?:\s*(?:x|×|by)\s*({_NUMBER})\s*(m|cm|mm)?)?(?:\s*(?:x|×|by)\s*({_NUMBER})\s*(m|cm|mm)?)?"
)
_POINT = re.compile(rf"({_NUMBER})\s*(m|cm|mm)?\s+({_NUMBER})\s*(m|cm|mm)?(?:\s+({_NUMBER})\s*(m|cm|mm)?)?")
_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_TRIPLE = re.compile(r"(\d{1,2}(?:\.\d{1,6})?) (\d{1,2}(?:\.\d{1,6})?) (\d{1,2}(?:\.\d{1,6})?)")
_PERCENT = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)\s?(%?)")
_PART = re.compile(
    rf"(?:(two|four|\d) )?(box|boxes|cylinder|cylinders|sphere|spheres|cone|cones) "
    rf"({_SIZE.pattern})"
    rf"(?: at ({_POINT.pattern}))?"
    rf"(?: (?:turned|tilted) ({_NUMBER})\s?deg(?: about ([xyz]))?)?"
    r"(?: (?:in|of) (.+))?"
)  # fmt: skip

PAINTS: dict[str, Rgb] = {
    "white": (0.72, 0.7, 0.66), "cream": (0.6, 0.53, 0.4), "ivory": (0.62, 0.57, 0.45), "grey": (0.2, 0.2, 0.2),
    "gray": (0.2, 0.2, 0.2), "black": (0.015, 0.015, 0.016), "brown": (0.16, 0.08, 0.04), "red": (0.3, 0.03, 0.025),
    "crimson": (0.22, 0.015, 0.02), "burgundy": (0.13, 0.012, 0.018), "pink": (0.5, 0.24, 0.25), "orange": (0.5, 0.17, 0.03),
    "yellow": (0.55, 0.38, 0.06), "gold": (0.45, 0.29, 0.07), "brass": (0.36, 0.23, 0.08), "green": (0.05, 0.15, 0.06),
    "olive": (0.13, 0.13, 0.04), "teal": (0.03, 0.16, 0.16), "turquoise": (0.06, 0.3, 0.3), "blue": (0.04, 0.09, 0.26),
    "navy": (0.015, 0.025, 0.08), "purple": (0.12, 0.03, 0.18), "violet": (0.17, 0.06, 0.28), "silver": (0.42, 0.42, 0.42),
    "rust": (0.22, 0.07, 0.025), "beige": (0.5, 0.42, 0.3), "khaki": (0.3, 0.25, 0.13), "tan": (0.36, 0.23, 0.12),
    "maroon": (0.12, 0.01, 0.012), "mint": (0.35, 0.55, 0.42), "lavender": (0.42, 0.38, 0.6), "charcoal": (0.04, 0.04, 0.045),
    "copper": (0.4, 0.17, 0.08), "bronze": (0.25, 0.15, 0.06), "oak": (0.23, 0.13, 0.06), "walnut": (0.12, 0.06, 0.03),
    "mahogany": (0.16, 0.04, 0.025), "pine": (0.38, 0.24, 0.12), "ebony": (0.02, 0.016, 0.014),
}  # fmt: skip
"""Paint and wood names as linear Rec.709 albedo: what a set painter means by them, darker than a screen's."""
MATERIALS: dict[str, str] = {
    "wood": "wood", "wooden": "wood", "timber": "wood", "oak": "wood", "walnut": "wood", "mahogany": "wood", "pine": "wood",
    "ebony": "wood", "metal": "metal", "iron": "metal", "steel": "metal", "brass": "metal", "copper": "metal", "bronze": "metal",
    "chrome": "metal", "tin": "metal", "glass": "glass", "fabric": "fabric", "cloth": "fabric", "velvet": "fabric", "wool": "fabric",
    "leather": "leather", "stone": "stone", "marble": "stone", "concrete": "stone", "plaster": "plaster", "paper": "paper",
    "card": "paper", "plastic": "plastic", "rubber": "plastic", "enamel": "plastic", "glow": "glow", "light": "glow",
}  # fmt: skip
"""Words for what something is made of → the material that is rendered."""
_NATURAL: dict[str, Rgb] = {
    "wood": (0.2, 0.1, 0.05), "metal": (0.3, 0.3, 0.31), "glass": (0.2, 0.22, 0.22), "fabric": (0.16, 0.12, 0.1),
    "leather": (0.1, 0.05, 0.03), "stone": (0.26, 0.25, 0.23), "plaster": (0.6, 0.57, 0.52), "paper": (0.68, 0.62, 0.5),
    "plastic": (0.03, 0.03, 0.032), "glow": (1.0, 0.72, 0.42),
}  # fmt: skip


class Shape(str, Enum):
    BOX = "box"
    CYLINDER = "cylinder"
    SPHERE = "sphere"
    CONE = "cone"


@dataclass(frozen=True, slots=True)
class Part:
    """A form of a built piece. ``size`` is width, height, depth in metres; ``at`` is its base centre from the piece's."""

    shape: Shape
    size: Vec3
    at: Vec3 = (0.0, 0.0, 0.0)
    colour: Rgb | None = None
    """``None`` = the piece's own colour."""
    material: str = "wood"
    turn: float = 0.0
    """Degrees about ``axis`` through the part's base centre."""
    axis: str = "y"


@dataclass(frozen=True, slots=True)
class Shine:
    """What a lit piece shines with, relative to its base centre."""

    at: Vec3
    colour: Rgb
    intensity: float
    radius: float
    flicker: float


def read_length(text: str) -> float | None:
    """``0.75 m``, ``75 cm``, ``0.75`` → metres."""
    match = _LENGTH.fullmatch(text.strip())
    value = _metres(match[1], match[2]) if match else None
    return value if value is not None and abs(value) <= LARGEST else None


def read_size(text: str) -> Vec3 | None:
    """``1.2 x 0.75 x 0.8 m`` → (width, height, depth); a unit at the end is the unit of all."""
    match = _SIZE.fullmatch(text.strip())
    if match is None or match[5] is None:
        return None
    found = _metres_of(match.groups()[:6])
    return (found[0], found[1], found[2]) if all(0.001 <= v <= LARGEST for v in found) else None


def read_point(text: str) -> Vec3 | None:
    """``0 0.7 0.2 m``: right, up and forward of the base centre."""
    match = _POINT.fullmatch(text.strip())
    if match is None or match[5] is None:
        return None
    x, y, z = _metres_of(match.groups()[:6])
    return (x, y, z) if max(abs(x), abs(y), abs(z)) <= LARGEST else None


def read_colour(text: str) -> Rgb | None:
    """A paint name, ``#d9a441``, a CSS name, or three linear numbers 0..1."""
    plain = text.strip().lower()
    if plain in PAINTS:
        return PAINTS[plain]
    if match := _HEX.fullmatch(plain):
        digits = match[1] if len(match[1]) == 6 else "".join(c * 2 for c in match[1])
        return _linear(digits)
    if match := _TRIPLE.fullmatch(" ".join(plain.split())):
        found = (float(match[1]), float(match[2]), float(match[3]))
        return found if max(found) <= 1.0 else None
    return _shaded(plain)


def read_fraction(text: str, most: float = 1.0) -> float | None:
    """``12%`` or ``0.12`` → 0.12."""
    match = _PERCENT.fullmatch(text.strip())
    if match is None:
        return None
    value = float(match[1]) / (100.0 if match[2] else 1.0)
    return value if value <= most else None


def read_glow(phrases: list[str]) -> Shine | str:
    """``at 0 0.23 0, 1 0.6 0.27, intensity 1.2, radius 4 cm, flicker 12%``; a text says which phrase is bad."""
    at: Vec3 = (0.0, 0.0, 0.0)
    colour: Rgb = (1.0, 0.66, 0.36)
    intensity, radius, flicker = 1.0, 0.05, 0.0
    for phrase in phrases:
        word, _, rest = phrase.partition(" ")
        value: object | None
        if word == "at":
            value = read_point(rest)
            at = value or at
        elif word == "intensity":
            value = read_fraction(rest, 1000.0)
            intensity = value if value is not None else intensity
        elif word == "radius":
            value = read_length(rest)
            radius = value if value is not None else radius
        elif word == "flicker":
            value = read_fraction(rest)
            flicker = value if value is not None else flicker
        else:
            value = read_colour(phrase)
            colour = value or colour
        if value is None:
            return phrase
    return Shine(at, colour, intensity, radius, flicker)


def read_part(text: str) -> tuple[Part, ...] | str:
    """``four boxes 0.06 x 0.7 x 0.06 m at 0.5 0 0.3 of oak`` → one part, or two or four mirrored; a text says what is wrong."""
    match = _PART.fullmatch(" ".join(text.lower().split()))
    if match is None:
        return "write a form, its measures and its place, such as `box 1.2 x 0.04 x 0.7 m at 0 0.72 0 in oak`"
    count = {None: 1, "two": 2, "four": 4, "1": 1, "2": 2, "4": 4}.get(match[1])
    if count is None:
        return "forms come alone, by two (left and right) or by four (every corner)"
    shape = Shape(match[2].removesuffix("es") if match[2] == "boxes" else match[2].rstrip("s"))
    measures = _metres_of(match.groups()[3:9])
    size = _size_of(shape, measures)
    if size is None or not all(0.001 <= v <= LARGEST for v in size):
        wanted = {Shape.BOX: "width x height x depth", Shape.SPHERE: "its diameter"}.get(shape, "diameter x height")
        return f"a {shape.value} is measured by {wanted}"
    place = _metres_of(match.groups()[10:16])
    at = (0.0, 0.0, 0.0)
    if len(place) == 2:
        at = (place[0], 0.0, place[1])
    elif len(place) == 3:
        at = (place[0], place[1], place[2])
    if max(abs(v) for v in at) > LARGEST:
        return "it lies too far away"
    material, colour = "wood", None
    if match[19]:
        stuff = _stuff(match[19])
        if stuff is None:
            return f"`{match[19]}` is neither a colour nor a material"
        material, colour = stuff
    part = Part(shape, size, at, colour, material, float(match[17] or 0.0), match[18] or "y")
    return _mirrored(part, count)


def _mirrored(part: Part, count: int) -> tuple[Part, ...]:
    x, y, z = part.at
    places = {1: [(x, z)], 2: [(x, z), (-x, z)], 4: [(x, z), (-x, z), (x, -z), (-x, -z)]}[count]
    found = []
    for px, pz in places:
        over_x, over_z = (-1.0 if px != x else 1.0), (-1.0 if pz != z else 1.0)
        turn = part.turn * {"x": over_z, "y": over_x * over_z, "z": over_x}[part.axis]
        found.append(replace(part, at=(px, y, pz), turn=turn + 0.0))
    return tuple(found)


def _size_of(shape: Shape, measures: list[float]) -> Vec3 | None:
    match (shape, measures):
        case (Shape.BOX, [w, h, d]):
            return (w, h, d)
        case (Shape.SPHERE, [d]):
            return (d, d, d)
        case (Shape.CYLINDER | Shape.CONE, [d, h]):
            return (d, h, d)
    return None


def _stuff(words: str) -> tuple[str, Rgb | None] | None:
    """``dark red leather``, ``oak``, ``#222222 metal`` → material and colour."""
    split = words.split()
    material = MATERIALS.get(split[-1], "")
    rest = " ".join(split[:-1]) if material else words
    if not rest:
        return material, PAINTS.get(split[-1], _NATURAL[material])
    colour = read_colour(rest)
    if colour is None:
        return None
    return material or "wood", colour


def _shaded(words: str) -> Rgb | None:
    shade, _, rest = words.partition(" ")
    factor = {"dark": 0.4, "deep": 0.55, "pale": 1.6, "light": 1.5, "bright": 1.3}.get(shade)
    if factor is None:
        return None
    base = PAINTS.get(rest)
    if base is None:
        return None
    r, g, b = (round(min(0.85, v * factor), 4) for v in base)
    return (r, g, b)


def read_count(text: str) -> int | None:
    """``40``, ``a dozen``, ``forty``, ``four`` → the number."""
    plain = text.lower().strip()
    special = {"a pair of": 2, "a dozen": 12, "two dozen": 24, "a score of": 20, "a hundred": 100, "two hundred": 200,
               "a handful of": 5, "several": 5, "a few": 4}  # fmt: skip
    return special.get(plain) or number_in_words(plain)


def _linear(digits: str) -> Rgb:
    r, g, b = (round((int(digits[i : i + 2], 16) / 255) ** 2.2, 4) for i in (0, 2, 4))
    return (r, g, b)


def _metres(number: str, unit: str | None) -> float:
    return round(float(number) * _UNITS[unit or ""], 6)


def _metres_of(groups: tuple[str | None, ...]) -> list[float]:
    """Numbers and units in turn; a number without one takes the next one's."""
    numbers = [(groups[i], groups[i + 1]) for i in range(0, len(groups), 2) if groups[i] is not None]
    last = next((u for _, u in reversed(numbers) if u), None)
    return [_metres(n or "0", u or last) for n, u in numbers]
