"""Which shape targets make a person: macro shape, ageing, and the handful of hashed features nobody else has."""

from __future__ import annotations

import hashlib
from itertools import pairwise, product

from compiler.staging.model import PersonSpec

# Paired targets a hash may push either way; {s} stands for both sides of the face. Third number: how far at most.
FEATURES: tuple[tuple[str, str, float], ...] = (
    ("nose/nose-hump-decr", "nose/nose-hump-incr", 0.4),
    ("nose/nose-scale-vert-decr", "nose/nose-scale-vert-incr", 0.35),
    ("nose/nose-scale-horiz-decr", "nose/nose-scale-horiz-incr", 0.35),
    ("nose/nose-scale-depth-decr", "nose/nose-scale-depth-incr", 0.35),
    ("nose/nose-point-down", "nose/nose-point-up", 0.35),
    ("nose/nose-point-width-decr", "nose/nose-point-width-incr", 0.35),
    ("nose/nose-width1-decr", "nose/nose-width1-incr", 0.4),
    ("nose/nose-width2-decr", "nose/nose-width2-incr", 0.35),
    ("nose/nose-curve-concave", "nose/nose-curve-convex", 0.35),
    ("nose/nose-greek-decr", "nose/nose-greek-incr", 0.3),
    ("nose/nose-nostrils-width-decr", "nose/nose-nostrils-width-incr", 0.35),
    ("nose/nose-volume-decr", "nose/nose-volume-incr", 0.35),
    ("mouth/mouth-scale-horiz-decr", "mouth/mouth-scale-horiz-incr", 0.4),
    ("mouth/mouth-upperlip-volume-decr", "mouth/mouth-upperlip-volume-incr", 0.4),
    ("mouth/mouth-lowerlip-volume-decr", "mouth/mouth-lowerlip-volume-incr", 0.4),
    ("mouth/mouth-lowerlip-height-decr", "mouth/mouth-lowerlip-height-incr", 0.35),
    ("mouth/mouth-upperlip-height-decr", "mouth/mouth-upperlip-height-incr", 0.3),
    ("mouth/mouth-cupidsbow-decr", "mouth/mouth-cupidsbow-incr", 0.4),
    ("mouth/mouth-trans-down", "mouth/mouth-trans-up", 0.3),
    ("mouth/mouth-angles-down", "mouth/mouth-angles-up", 0.25),
    ("mouth/mouth-philtrum-volume-decr", "mouth/mouth-philtrum-volume-incr", 0.4),
    ("chin/chin-width-decr", "chin/chin-width-incr", 0.4),
    ("chin/chin-height-decr", "chin/chin-height-incr", 0.4),
    ("chin/chin-prominent-decr", "chin/chin-prominent-incr", 0.4),
    ("chin/chin-bones-decr", "chin/chin-bones-incr", 0.4),
    ("chin/chin-jaw-drop-decr", "chin/chin-jaw-drop-incr", 0.3),
    ("cheek/{s}-cheek-bones-decr", "cheek/{s}-cheek-bones-incr", 0.4),
    ("cheek/{s}-cheek-volume-decr", "cheek/{s}-cheek-volume-incr", 0.35),
    ("cheek/{s}-cheek-inner-decr", "cheek/{s}-cheek-inner-incr", 0.35),
    ("eyes/{s}-eye-scale-decr", "eyes/{s}-eye-scale-incr", 0.3),
    ("eyes/{s}-eye-trans-in", "eyes/{s}-eye-trans-out", 0.35),
    ("eyes/{s}-eye-corner1-down", "eyes/{s}-eye-corner1-up", 0.35),
    ("eyes/{s}-eye-corner2-down", "eyes/{s}-eye-corner2-up", 0.35),
    ("eyes/{s}-eye-height2-decr", "eyes/{s}-eye-height2-incr", 0.25),
    ("eyes/{s}-eye-push1-in", "eyes/{s}-eye-push1-out", 0.3),
    ("eyes/{s}-eye-eyefold-concave", "eyes/{s}-eye-eyefold-convex", 0.4),
    ("eyes/{s}-eye-eyefold-down", "eyes/{s}-eye-eyefold-up", 0.3),
    ("eyebrows/eyebrows-angle-down", "eyebrows/eyebrows-angle-up", 0.4),
    ("eyebrows/eyebrows-trans-backward", "eyebrows/eyebrows-trans-forward", 0.4),
    ("eyebrows/eyebrows-trans-down", "eyebrows/eyebrows-trans-up", 0.35),
    ("forehead/forehead-scale-vert-decr", "forehead/forehead-scale-vert-incr", 0.35),
    ("forehead/forehead-temple-decr", "forehead/forehead-temple-incr", 0.35),
    ("forehead/forehead-nubian-decr", "forehead/forehead-nubian-incr", 0.3),
    ("head/head-scale-horiz-decr", "head/head-scale-horiz-incr", 0.25),
    ("head/head-scale-depth-decr", "head/head-scale-depth-incr", 0.25),
    ("head/head-fat-decr", "head/head-fat-incr", 0.25),
    ("ears/{s}-ear-scale-decr", "ears/{s}-ear-scale-incr", 0.35),
    ("ears/{s}-ear-wing-decr", "ears/{s}-ear-wing-incr", 0.25),
    ("neck/neck-scale-horiz-decr", "neck/neck-scale-horiz-incr", 0.3),
)
_FACE_SHAPES = ("oval", "round", "rectangular", "square", "diamond", "triangular", "invertedtriangular")
_ASYM = ("brown-1", "brown-2", "cheek-1", "eye-1", "eye-4", "jaw-1", "mouth-1", "nose-1", "temple-1")
_KNOTS = (("baby", 0.0), ("child", 0.1875), ("young", 0.5), ("old", 1.0))

# What years do to a face beyond the macro target, at full strength.
_AGEING: tuple[tuple[str, float], ...] = (
    ("head/head-age-incr", 1.0),
    ("mouth/mouth-laugh-lines-in", 0.6),
    ("mouth/mouth-laugh-lines-out", 0.55),
    ("mouth/mouth-angles-down", 0.45),
    ("mouth/mouth-upperlip-volume-decr", 0.4),
    ("mouth/mouth-lowerlip-volume-decr", 0.2),
    ("eyes/{s}-eye-bag-incr", 1.25),
    ("eyes/{s}-eye-bag-out", 0.4),
    ("eyes/{s}-eye-eyefold-down", 0.6),
    ("eyes/{s}-eye-corner1-down", 0.2),
    ("cheek/{s}-cheek-volume-decr", 0.5),
    ("cheek/{s}-cheek-trans-down", 0.5),
    ("cheek/{s}-cheek-inner-decr", 0.25),
    ("forehead/forehead-temple-decr", 0.4),
    ("nose/nose-point-down", 0.25),
    ("ears/{s}-ear-lobe-incr", 0.25),
    ("ears/{s}-ear-scale-incr", 0.1),
    ("neck/neck-double-incr", 0.45),
)

# The macro targets leave grown women, and old women most, with a man's jaw and brow.
_FEMININE: tuple[tuple[str, float], ...] = (
    ("chin/chin-bones-decr", 0.50),
    ("chin/chin-width-decr", 0.32),
    ("chin/chin-jaw-drop-decr", 0.25),
    ("chin/chin-prominent-decr", 0.12),
    ("head/head-scale-horiz-decr", 0.12),
    ("eyes/{s}-eye-scale-incr", 0.30),
    ("eyes/{s}-eye-height2-incr", 0.15),
    ("eyebrows/eyebrows-trans-backward", 0.50),
    ("eyebrows/eyebrows-trans-up", 0.25),
    ("mouth/mouth-upperlip-volume-incr", 0.22),
    ("mouth/mouth-lowerlip-volume-incr", 0.2),
    ("nose/nose-volume-decr", 0.34),
    ("nose/nose-scale-horiz-decr", 0.18),
    ("nose/nose-scale-vert-decr", 0.15),
    ("nose/nose-point-up", 0.12),
    ("neck/neck-scale-horiz-decr", 0.30),
    ("cheek/{s}-cheek-bones-incr", 0.28),
    ("cheek/{s}-cheek-volume-incr", 0.12),
)


def shape_weights(spec: PersonSpec) -> tuple[dict[str, float], dict[str, float]]:
    """Target weights of a person, and the height targets with ``?`` for min or max, for the caller's bisection."""
    out: dict[str, float] = {}
    gender = (("female", 1.0 - spec.gender), ("male", spec.gender))
    age = _age_weights(spec.age)
    muscle = _three(spec.muscle, "muscle")
    weight = _three(spec.weight, "weight")
    total = sum(spec.ethnicity) or 1.0
    races = zip(("african", "asian", "caucasian"), (e / total for e in spec.ethnicity), strict=True)
    for (race, a), (sex, b), (years, c) in product(races, gender, age):
        _put(out, f"macrodetails/{race}-{sex}-{years}", a * b * c)
    heights: dict[str, float] = {}
    # Kept narrow: staging frames people by rules of proportion before any body is built.
    ideal = 0.6 + 0.12 * _hash(spec.seed, "proportions")
    kind = "ideal" if ideal > 0.5 else "uncommon"
    for (sex, a), (years, b), (brawn, c), (fat, d) in product(gender, age, muscle, weight):
        part = a * b * c * d
        _put(out, f"macrodetails/universal-{sex}-{years}-{brawn}-{fat}", part)
        _put(heights, f"macrodetails/{sex}-{years}-{brawn}-{fat}-?height", part)
        if years != "baby":
            _put(out, f"macrodetails/{sex}-{years}-{brawn}-{fat}-{kind}proportions", part * abs(ideal - 0.5) * 2.0)
    local = _features(spec)
    for name, value in (*_ageing(spec.age).items(), *_feminine(spec).items()):
        local[name] = local.get(name, 0.0) + value
    for name, value in spec.face:
        for sided in _sides(name):
            local[sided] = value
    for name, value in local.items():
        _put(out, name, value)
    return out, heights


def _features(spec: PersonSpec) -> dict[str, float]:
    """Ten to fourteen features pushed one way or the other, one face shape, and a little asymmetry."""
    wanted = {name for name, _ in spec.face}
    ranked = sorted(FEATURES, key=lambda f: _hash(spec.seed, f[0]))
    count = 10 + int(_hash(spec.seed, "count") * 4.999)
    out: dict[str, float] = {}
    for low, high, most in ranked[:count]:
        if {low, high} & wanted:
            continue
        push = _hash(spec.seed, f"push {low}") * 2.0 - 1.0
        # Away from the middle: a push too small to see is a feature wasted.
        size = (0.4 + 0.6 * abs(push)) * most
        for sided in _sides(low if push < 0 else high):
            out[sided] = size
    shape = _FACE_SHAPES[int(_hash(spec.seed, "shape") * len(_FACE_SHAPES)) % len(_FACE_SHAPES)]
    out[f"head/head-{shape}"] = 0.15 + 0.25 * _hash(spec.seed, "shape size")
    for stem in _ASYM:
        lean = _hash(spec.seed, f"asym {stem}") * 2.0 - 1.0
        out[f"asym/asym-{stem}-{'l' if lean < 0 else 'r'}"] = abs(lean) * 0.22
    return out


def _ageing(years: float) -> dict[str, float]:
    strength = min(max((years - 40.0) / 29.0, 0.0), 1.35)
    return {sided: value * strength for name, value in _AGEING for sided in _sides(name)} if strength else {}


def _feminine(spec: PersonSpec) -> dict[str, float]:
    grown = min(max((spec.age - 12.0) / 8.0, 0.0), 1.0)
    strength = (1.0 - spec.gender) * grown * (0.4 + 0.75 * min(max((spec.age - 25.0) / 40.0, 0.0), 1.0))
    return {sided: value * strength for name, value in _FEMININE for sided in _sides(name)} if strength else {}


def _age_weights(years: float) -> list[tuple[str, float]]:
    # The macro targets age bodies faster than faces: past forty, borrow a quarter more years.
    y = years + 0.27 * max(years - 40.0, 0.0)
    x = min(max((y - 1.0) / 48.0 if y < 25.0 else 0.5 + (y - 25.0) / 130.0, 0.0), 1.0)
    for (low, a), (high, b) in pairwise(_KNOTS):
        if x <= b:
            t = (x - a) / (b - a)
            return [(low, 1.0 - t), (high, t)]
    return [("old", 1.0)]


def _three(value: float, noun: str) -> list[tuple[str, float]]:
    v = min(max(value, 0.0), 1.0)
    if v < 0.5:
        return [(f"min{noun}", 1.0 - v * 2.0), (f"average{noun}", v * 2.0)]
    return [(f"average{noun}", 2.0 - v * 2.0), (f"max{noun}", v * 2.0 - 1.0)]


def _sides(name: str) -> tuple[str, ...]:
    return (name.replace("{s}", "l"), name.replace("{s}", "r")) if "{s}" in name else (name,)


def _put(out: dict[str, float], name: str, weight: float) -> None:
    if abs(weight) > 1e-6:
        out[name] = out.get(name, 0.0) + weight


def _hash(seed: int, what: str) -> float:
    """Uniform 0..1 from a seed and a label, the same everywhere."""
    digest = hashlib.blake2b(f"{seed}:{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2.0**64
