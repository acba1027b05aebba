"""Transitions and title lines of the screenplay: cuts, dissolves, fades, wipes, ``SUPER:``."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from compiler.meaning import film as f
from compiler.syntax import nodes as n

SUPER = re.compile(r"(?:SUPER|SUPERIMPOSE|TITLE|CHYRON|INSERT TITLE|TITLE OVER|TITLE CARD)\s*:\s*(.+)", re.DOTALL)
DURATION = re.compile(
    r"(?<![\w.])(\d{1,4}(?:\.\d{1,4})?)\s?-?(SECONDS|SECOND|SECS|SEC|S|FRAMES|FRAME|F|MS)\b", re.IGNORECASE
)
_LONGEST = Fraction(10)
_KINDS: tuple[tuple[tuple[str, ...], f.TransitionKind, Fraction], ...] = (
    (("DISSOLVE", "CROSSFADE", "CROSS FADE", "CROSS-FADE", "MIX TO", "LAP "), f.TransitionKind.DISSOLVE, Fraction(1)),
    (("FADE IN", "FADE UP", "FADE FROM"), f.TransitionKind.FADE_IN, Fraction(3, 2)),
    (("FADE TO:", "FADE TO BLACK", "FADE OUT", "FADE"), f.TransitionKind.FADE_OUT, Fraction(2)),
    (("WIPE", "IRIS"), f.TransitionKind.WIPE, Fraction(1)),
    (("SMASH",), f.TransitionKind.SMASH_CUT, Fraction(0)),
    (("MATCH",), f.TransitionKind.MATCH_CUT, Fraction(0)),
)


def transition(node: n.Transition, fps: Fraction) -> f.Transition:
    """The edit a transition means; ``SLOW`` doubles and ``QUICK`` halves its usual length, a duration sets it."""
    kind, length = _read(node.text, fps)
    return f.Transition(kind, length, node.span)


@lru_cache(maxsize=512)
def _read(text: str, fps: Fraction) -> tuple[f.TransitionKind, Fraction]:
    upper = " ".join(text.upper().rstrip(":. ").split())
    length: Fraction | None = None
    if match := DURATION.search(upper):
        unit = match[2].upper()
        scale = Fraction(1, 1000) if unit == "MS" else 1 / fps if unit.startswith("F") else Fraction(1)
        length = Fraction(match[1]) * scale
    slow, quick = "SLOW" in upper, any(word in upper for word in ("QUICK", "FAST", "RAPID"))
    for words, kind, usual in _KINDS:
        if any(word in upper for word in words):
            default = usual * (2 if slow else Fraction(1, 2) if quick else 1)
            return kind, min(length if length is not None else default, _LONGEST) if usual else Fraction(0)
    return f.TransitionKind.CUT, Fraction(0)
