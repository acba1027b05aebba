"""What faces do: named emotions and visemes as weights of the 52 face units, and how they add up.

Tables were tuned on the shipped body; a bare unit stem stands for both sides.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from runtime.previz.people.parts import F32
from runtime.previz.pose import FACE_UNITS, UNIT

# What a face at rest does: without it people stare.
_REST = {"eyeBlink": 0.09, "eyeSquint": 0.10, "mouthPress": 0.10, "mouthRollLower": 0.08}

EMOTIONS: dict[str, dict[str, float]] = {
    "neutral": {},
    "smile": {"mouthSmile": 0.85, "cheekSquint": 0.7, "eyeSquint": 0.45, "mouthUpperUp": 0.5, "jawOpen": 0.13},
    "sadness": {
        "browInnerUp": 0.95,
        "mouthFrown": 0.85,
        "mouthShrugLower": 0.45,
        "eyeLookDown": 0.25,
    },
    "anger": {"browDown": 1.0, "noseSneer": 0.55, "mouthPress": 0.55, "eyeSquint": 0.5},
    "fear": {"eyeWide": 1.0, "browInnerUp": 0.9, "mouthStretch": 0.75, "browOuterUp": 0.45},
    "disgust": {"noseSneer": 1.0, "mouthUpperUp": 0.65, "eyeSquint": 0.6, "browDown": 0.55},
    "surprise": {"browOuterUp": 1.0, "browInnerUp": 0.9, "eyeWide": 0.9, "jawOpen": 0.5},
    "contempt": {
        "mouthDimpleLeft": 0.7,
        "mouthSmileLeft": 0.4,
        "browOuterUpLeft": 0.5,
        "browDownRight": 0.3,
        "eyeSquint": 0.3,
    },
    "grief": {"browInnerUp": 1.0, "eyeBlink": 0.75, "mouthFrown": 0.7, "mouthStretch": 0.5},
    "tender": {"mouthSmile": 0.34, "browInnerUp": 0.32, "cheekSquint": 0.28, "eyeSquint": 0.22, "eyeBlink": 0.12},
    "weary": {"eyeBlink": 0.26, "browInnerUp": 0.25, "mouthFrown": 0.28, "mouthShrugLower": 0.15, "eyeLookDown": 0.15},
    "hopeful": {"browInnerUp": 0.45, "browOuterUp": 0.25, "eyeWide": 0.25, "mouthSmile": 0.3, "jawOpen": 0.04},
}

VISEMES: dict[str, dict[str, float]] = {
    "sil": {},
    "PP": {"mouthPress": 0.55, "mouthShrugLower": 0.2, "mouthRollLower": 0.3, "mouthRollUpper": 0.3},
    "FF": {"mouthRollLower": 0.75, "mouthUpperUp": 0.4},
    "TH": {"tongueOut": 0.9, "jawOpen": 0.24},
    "DD": {"jawOpen": 0.16, "mouthLowerDown": 0.3},
    "kk": {"jawOpen": 0.22, "mouthStretch": 0.2},
    "CH": {"mouthFunnel": 0.65},
    "SS": {"mouthStretch": 0.4, "mouthLowerDown": 0.4},
    "nn": {"jawOpen": 0.13},
    "RR": {"mouthPucker": 0.4, "mouthFunnel": 0.25},
    "aa": {"jawOpen": 0.72},
    "E": {"jawOpen": 0.34, "mouthStretch": 0.35},
    "ih": {"jawOpen": 0.2, "mouthSmile": 0.25},
    "oh": {"jawOpen": 0.42, "mouthFunnel": 0.65},
    "ou": {"mouthPucker": 0.95},
}

_MOUTH = np.array([u.startswith(("mouth", "jaw", "tongue")) for u in FACE_UNITS])
_BLINK = (UNIT["eyeBlinkLeft"], UNIT["eyeBlinkRight"])
_SIDES = ("Left", "Right")


def emotion(name: str, strength: float = 1.0) -> F32:
    """Face weights (52,) of a named emotion at ``strength`` 0..1, resting face included; unknown names are neutral."""
    return _table("rest") * np.float32(1.0) + _table(f"emotion {name}") * np.float32(strength)


def viseme(name: str) -> F32:
    """Face weights (52,) of a mouth shape alone. Unknown names are silence."""
    return _table(f"viseme {name}")


def combine(feeling: F32, mouth: F32, speaking: float = 0.0) -> F32:
    """One face (52,) from an emotion and a viseme; ``speaking`` 0..1 is how much speech owns the mouth.

    Added in full the two over-open the mouth, so speech halves the emotion's mouth and closures keep it shut.
    Partial blinks are capped by how far the eye looks down or squints already.
    """
    share = np.where(_MOUTH, 1.0 - 0.5 * np.clip(speaking, 0.0, 1.0), 1.0)
    out = feeling * share + mouth
    closing = float(np.clip(mouth[UNIT["mouthPressLeft"]] + mouth[UNIT["mouthRollLower"]], 0.0, 1.0))
    out[UNIT["jawOpen"]] = min(float(out[UNIT["jawOpen"]]) * (1.0 - closing), 0.85)
    return cap_blinks(np.clip(out, 0.0, 1.0).astype(np.float32))


def cap_blinks(face: F32) -> F32:
    """Limit half-closed lids: a partial blink over .42 − .42·lookDown − .25·squint reads as drunk, full blinks stay."""
    out = face.copy()
    for blink, side in zip(_BLINK, _SIDES, strict=True):
        value = float(out[blink])
        if value >= 0.7:
            continue
        limit = 0.42 - 0.42 * float(out[UNIT[f"eyeLookDown{side}"]]) - 0.25 * float(out[UNIT[f"eyeSquint{side}"]])
        limit = max(limit, 0.0)
        # Between cap and full blink the limit opens up, so that a blink in motion passes through smoothly.
        open_up = min(max((value - 0.45) / 0.25, 0.0), 1.0)
        out[blink] = min(value, limit + (value - limit) * open_up) if value > limit else value
    return out


@lru_cache(maxsize=64)
def _table(key: str) -> F32:
    kind, _, name = key.partition(" ")
    rows = _REST if kind == "rest" else (EMOTIONS if kind == "emotion" else VISEMES).get(name, {})
    out = np.zeros(len(FACE_UNITS), np.float32)
    for stem, weight in rows.items():
        if stem in UNIT:
            out[UNIT[stem]] += weight
        else:
            for side in _SIDES:
                out[UNIT[f"{stem}{side}"]] += weight
    out.setflags(write=False)
    return out
