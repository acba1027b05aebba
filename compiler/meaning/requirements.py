"""``require``: what the finished pictures and sound must measure, as ``identity of MARA >= 0.85``."""

from __future__ import annotations

import re

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.meaning import film as f
from compiler.meaning import vocabulary as v
from compiler.meaning.scope import Scope, suggest
from compiler.meaning.units import duration, found, kind_of, percentage
from compiler.syntax.nodes import Text
from compiler.syntax.phrases import split_phrases

OF_TAKES = frozenset({"stability", "sharpness", "exposure", "clipping", "framing", "freeze", "black"})
"""Measures of a picture that need no model: a take is held to them, and another is made when it fails."""
OF_FILM = frozenset({"length", "loudness", "peak"})
"""Measures of the film as a whole; of a scene and a shot only the length."""
_FORM = re.compile(
    r"([a-z][a-z -]*?)(?:\s+(?:of|in)\s+(.+?))?\s*(>=|<=|≥|≤|==|=|>|<|at least|at most|over|under)\s*(\S.*)"
)
_COMPARISONS = {"≥": ">=", "≤": "<=", "==": "=", "at least": ">=", "at most": "<=", "over": ">", "under": "<"}
_DECIBELS = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,3})?)\s*(LUFS|dB|dBTP)", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,6})?")


def requirements(value: Text, scope: Scope, report: Report) -> tuple[f.Requirement, ...]:
    """Every requirement of a comma-separated list; one that cannot be measured is reported and left out."""
    if not value.text.strip():
        help_text = "write `require identity of MARA >= 0.85`"
        report(E.INCOMPLETE, value.span, keyword="require", what="what is required", help=help_text)
    made = (_one(part, scope, report) for part in split_phrases(value))
    return tuple(item for item in made if item is not None)


def _one(part: Text, scope: Scope, report: Report) -> f.Requirement | None:
    form = _FORM.fullmatch(part.text)
    if form is None:
        _bad(part, "it compares nothing", "write `identity of MARA >= 0.85`", report)
        return None
    measure = " ".join(form[1].split())
    if measure not in v.MEASURES:
        where = type(part.span)(part.span.start, part.span.start + len(form[1].rstrip()), part.span.file)
        help_text, fix = suggest(report, measure, where, v.MEASURES)
        listed = "what is measured is " + ", ".join(v.MEASURES)
        reason = f"nothing called `{measure}` is measured"
        report(E.BAD_REQUIREMENT, part.span, text=part.text, reason=reason, help=help_text or listed, fix=fix)
        return None
    subject = ""
    if form[2]:
        start = part.span.start + part.text.find(form[2])
        subject = scope.subject(form[2], type(part.span)(start, start + len(form[2]), part.span.file), report)
        if not subject:
            return None
    elif measure == "identity":
        _bad(part, "it does not say whose identity", f"write `identity of MARA {form[3]} {form[4]}`", report)
        return None
    unit = v.MEASURES[measure][0]
    value = _value(form[4].strip(), unit, scope)
    if value is None:
        expected = {"": "a number from 0 to 1 or a percentage", "s": "a duration", "dB": "decibels"}.get(unit, unit)
        usual = {"": "write `>= 0.85` or `>= 85%`", "s": "write `<= 60s`"}.get(unit, f"write `>= -16 {unit}`")
        reason = f"{measure} is compared with {expected}"
        _bad(part, reason, found(form[4], usual) if kind_of(form[4]) else usual, report)
        return None
    return f.Requirement(measure, subject, _COMPARISONS.get(form[3], form[3]), value, unit, part.span)


def unmeasured(requirement: f.Requirement, level: str) -> str:
    """Why a requirement of a ``film``, ``scene`` or ``shot`` is not measured, as the end of a sentence; "" when it is."""
    measure = requirement.measure
    if measure in OF_TAKES:
        return f"of {requirement.subject} alone, only of a picture as a whole" if requirement.subject else ""
    if measure in OF_FILM:
        return "" if level == "film" or measure == "length" else f"of a {level}, only of the whole film"
    return "here: it needs a model that is not installed"


def _value(text: str, unit: str, scope: Scope) -> float | None:
    if unit == "s":
        length = duration(text, scope.fps)
        return float(length) if length is not None and length > 0 else None
    if unit:
        level = _DECIBELS.fullmatch(text)
        return float(level[1]) if level and level[2].lower().startswith(unit.lower()[:2]) else None
    share = percentage(text)
    value = float(share) if share is not None else float(text) if _PLAIN.fullmatch(text) else None
    return value if value is not None and 0 <= value <= 1 else None


def _bad(part: Text, reason: str, help_text: str, report: Report) -> None:
    report(E.BAD_REQUIREMENT, part.span, text=part.text, reason=reason, help=help_text)
