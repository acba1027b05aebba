"""The lexicon of performance: patterns of prose, what bodies and lights do for them, read from ``stdlib/verbs.toml``.

Only words are known here; who is meant and where things stand is ``performance`` and ``blocking``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

_OWN = r"(?:(?:her|his|their|its|my|the|a|an|one|both)\s+)?(?:(?:own|left|right|two)\s+)?"
_TARGET = r"(?P<target>.+)"
_ADVERB = (
    r"(?:(?:\w+ly|alone|motionless|just|then|still|almost|only|finally|never|now|at last|once more|again|fast)\s+)?"
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to say something. ``heads`` are the words it may begin with, so that most patterns are never compiled."""

    heads: frozenset[str]
    source: str

    def match(self, predicate: str) -> re.Match[str] | None:
        # An adverb of up to two words may stand before the verb.
        if self.heads.isdisjoint(_HEAD.findall(predicate.lower())[:3]):
            return None
        return _compiled(self.source).match(predicate)


_HEAD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=512)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verb:
    """What one family of patterns makes a body do."""

    act: str
    style: str
    value: float
    seconds: float
    tempo: float
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class LightVerb:
    """What one family of patterns does to a light: its level afterwards, and whether it comes back."""

    level: float
    seconds: float
    returns: bool
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    verbs: tuple[Verb, ...]
    lights: tuple[LightVerb, ...]
    tempo: Mapping[str, float]
    hold: Mapping[str, float]
    emotion: Mapping[str, tuple[str, float]]

    def verb(self, predicate: str) -> tuple[Verb, str] | None:
        """The verb a predicate (``sits at the table``) begins with and its target's words; the longest match wins."""
        return self._best([(v, p) for v in self.verbs for p in v.patterns], predicate)

    def light(self, predicate: str) -> LightVerb | None:
        return next((v for v in self.lights for p in v.patterns if p.match(predicate)), None)

    @staticmethod
    def _best(entries: list[tuple[Verb, Pattern]], predicate: str) -> tuple[Verb, str] | None:
        best: tuple[int, Verb, str] | None = None
        for verb, pattern in entries:
            match = pattern.match(predicate)
            if match is None:
                continue
            target = (match.groupdict().get("target") or "").strip(" ,.;")
            # Words the pattern itself explains weigh more than those swallowed by a target.
            weight = len(match.group(0)) - len(target) + (1 if target else 0)
            if best is None or weight > best[0]:
                best = (weight, verb, target)
        return None if best is None else (best[1], best[2])

    def feeling(self, words: str) -> tuple[str, float] | None:
        """The emotion meant by a mood or parenthetical; the longest entry found wins."""
        text = words.lower()
        found = [w for w in self.emotion if re.search(rf"\b{re.escape(w)}\b", text)]
        return self.emotion[max(found, key=lambda w: (len(w), w))] if found else None

    def pace(self, words: str) -> float:
        """The tempo of the adverbs in ``words``; 1 when there are none."""
        text = words.lower()
        found = [t for w, t in self.tempo.items() if re.search(rf"\b{w}\b", text)]
        return found[0] if found else 1.0

    def moment(self, words: str) -> float:
        """Seconds of stillness asked for (``for a long moment``), else 0."""
        text = words.lower()
        return max((s for w, s in self.hold.items() if w in text), default=0.0)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The standard lexicon, read and compiled once."""
    data = tomllib.loads(resources.files("stdlib").joinpath("verbs.toml").read_text(encoding="utf-8"))
    forms: Mapping[str, list[str]] = data["forms"]
    return Lexicon(
        tuple(_verb(entry, forms) for entry in data["verb"]),
        tuple(
            LightVerb(
                float(e["level"]),
                float(e["seconds"]),
                bool(e.get("returns", False)),
                tuple(make_pattern(p, forms) for p in e["patterns"]),
            )
            for e in data["light"]
        ),
        {w: float(t) for w, t in data["tempo"].items()},
        {w: float(t) for w, t in data["hold"].items()},
        {w: (str(e[0]), float(e[1])) for w, e in data["emotion"].items()},
    )


def make_pattern(pattern: str, forms: Mapping[str, list[str]]) -> Pattern:
    """``<sit> down? (on|at) {target}`` as a regular expression that matches at a predicate's beginning.

    Words are separated by white space; ``{own}`` may be empty; an adverb may stand before every word.
    """
    text = re.sub(r"<(\w+)>", lambda m: "(?:" + "|".join(_forms(m[1], forms)) + ")", pattern)
    text = re.sub(r"\((?!\?)", "(?:", text)
    out = ""
    pieces = _words(text)
    for piece in pieces:
        optional = piece.endswith("?")
        core = piece[:-1] if optional else piece
        if core == "{target}":
            core = _TARGET
        elif core == "{own}":
            out += _OWN
            continue
        step = rf"(?:{_ADVERB}(?:{core})(?!\w)\s*)" if core != _TARGET else core
        out += f"(?:{step})?" if optional else step
    return Pattern(frozenset(_HEAD.findall(pieces[0].replace(r"\s+", " ").lower())), out)


def _words(pattern: str) -> list[str]:
    """Splits at spaces outside brackets."""
    words, depth, current = [], 0, ""
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if char == " " and depth == 0:
            words.append(current)
            current = ""
        else:
            current += r"\s+" if char == " " else char
    return [w for w in [*words, current] if w]


def _forms(base: str, forms: Mapping[str, list[str]]) -> list[str]:
    """All forms of a verb, longest first so that the expression is not cut short."""
    if base in forms:
        found = list(forms[base])
    elif base.endswith("e"):
        found = [base, base + "s", base[:-1] + "ing", base + "d"]
    elif base.endswith("y") and base[-2] not in "aeiou":
        found = [base, base[:-1] + "ies", base + "ing", base[:-1] + "ied"]
    elif base.endswith(("s", "sh", "ch", "x", "z", "o")):
        found = [base, base + "es", base + "ing", base + "ed"]
    else:
        found = [base, base + "s", base + "ing", base + "ed"]
    return sorted(set(found), key=lambda f: (-len(f), f))


def _verb(entry: Mapping[str, Any], forms: Mapping[str, list[str]]) -> Verb:
    return Verb(
        str(entry["act"]),
        str(entry.get("style", "")),
        float(entry.get("value", 1.0)),
        float(entry["seconds"]),
        float(entry.get("tempo", 1.0)),
        tuple(make_pattern(p, forms) for p in entry["patterns"]),
    )
