"""The pattern language of verbs: ``<sit> down? (on|in) {target}`` as one regular expression over a predicate.

``<sit>`` is any form of the verb, ``word?`` and ``(a|b)?`` may be missing, ``{target}`` and ``{object}`` are people or
things, ``{own}`` is ``her``, ``his left``, ``a`` or nothing. An adverb may stand before every word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from compiler.meaning.english import verb_forms

ROLES = ("target", "object")
"""Marks that take part in what is done."""
MARKS = (*ROLES, "own")
LONGEST = 400
DEEPEST = 6
_TOKEN = re.compile(r"<[^<>]*>|\{[^{}]*\}|[()|?<>{}]|[^\s()|?<>{}]+")
_OWN = r"(?:(?:her|his|their|its|my|the|a|an|one|both|two)\s+)?(?:(?:own|left|right|two|other|open|bare)\s+)?"
_ADVERB = (
    r"(?:(?:\w+ly|alone|motionless|just|then|still|almost|only|finally|never|now|at last|at once|once more|again|fast"
    r"|hard|both|all)\s+)?"
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read. ``heads`` are the words it may begin with; ``weight`` breaks ties."""

    text: str
    heads: frozenset[str]
    source: str
    roles: frozenset[str]

    def match(self, predicate: str) -> re.Match[str] | None:
        """The match at the beginning of ``predicate``; the rest of a sentence may follow."""
        return _compiled(self.source).match(predicate)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text is no pattern; ``start`` and ``end`` are the characters to blame."""

    reason: str
    start: int
    end: int


def read_pattern(text: str, forms: Mapping[str, tuple[str, ...]] | None = None) -> Pattern | Fault:
    """Reads one pattern. ``forms`` gives forms of verbs that spelling does not. Never raises."""
    if len(text) > LONGEST:
        return Fault(f"it is longer than {LONGEST} characters", 0, len(text))
    tokens = [(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text)]
    if not tokens:
        return Fault("it is empty", 0, len(text))
    reader = _Reader(tokens, forms or {}, len(text))
    try:
        source, heads, certain = reader.sequence(0)
        if reader.at < len(tokens):
            _, start, end = tokens[reader.at]
            raise _FaultError(f"`{tokens[reader.at][0]}` closes nothing", start, end)
    except _FaultError as bad:
        return Fault(bad.reason, bad.start, bad.end)
    if not certain or not heads:
        return Fault("it must begin with a word", tokens[0][1], tokens[0][2])
    return Pattern(text, frozenset(heads), source, frozenset(reader.roles))


class _FaultError(Exception):
    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason, self.start, self.end = reason, start, end


class _Reader:
    """Recursive descent over tokens; every step returns (expression, first words, whether a word is certain)."""

    def __init__(self, tokens: list[tuple[str, int, int]], forms: Mapping[str, tuple[str, ...]], end: int) -> None:
        self.tokens, self.forms, self.end, self.at = tokens, forms, end, 0
        self.roles: set[str] = set()
        self.last_role = max((i for i, (t, _, _) in enumerate(tokens) if t[0] == "{" and t[1:-1] in ROLES), default=-1)

    def sequence(self, depth: int) -> tuple[str, set[str], bool]:
        out, heads, certain = "", set[str](), False
        while self.at < len(self.tokens) and self.tokens[self.at][0] not in "|)":
            step, first, sure = self.item(depth)
            optional = self.at < len(self.tokens) and self.tokens[self.at][0] == "?"
            self.at += optional
            out += f"(?:{step})?" if optional else step
            if not certain:
                heads |= first
                certain = sure and not optional
        return out, heads, certain

    def item(self, depth: int) -> tuple[str, set[str], bool]:
        text, start, end = self.tokens[self.at]
        index = self.at
        self.at += 1
        if text == "(":
            return self.group(depth, start, end)
        if text in "?<>{}":
            raise _FaultError(
                "`?` follows a word or a group" if text == "?" else f"`{text}` is never closed", start, end
            )
        if text[0] == "<":
            base = text[1:-1].strip().lower()
            if not re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*", base):
                raise _FaultError(f"`{text}` names no verb; write `<sit>`", start, end)
            words = (*self.forms.get(base, ()), *verb_forms(base))
            return _word(words), {w.split()[0] for w in words}, True
        if text[0] == "{":
            return self.mark(text, index, start, end)
        word = text.lower()
        return _word((word,)), {m[0] for m in [re.match(r"[\w'’-]+", word)] if m}, True

    def mark(self, text: str, index: int, start: int, end: int) -> tuple[str, set[str], bool]:
        name = text[1:-1].strip()
        if name not in MARKS:
            raise _FaultError(f"`{text}` is no mark; known are " + ", ".join("{" + m + "}" for m in MARKS), start, end)
        if name == "own":
            return _OWN, set(), False
        if name in self.roles:
            raise _FaultError(f"`{text}` stands in it twice", start, end)
        self.roles.add(name)
        if index == self.last_role and not self._words_after(index):
            return rf"(?P<{name}>.+)", set(), False
        return rf"(?P<{name}>.+?)(?:\s+|(?=,)|$)", set(), False

    def _words_after(self, index: int) -> bool:
        return any(t not in "?)|" for t, _, _ in self.tokens[index + 1 :])

    def group(self, depth: int, start: int, end: int) -> tuple[str, set[str], bool]:
        if depth >= DEEPEST:
            raise _FaultError(f"groups go no deeper than {DEEPEST}", start, end)
        parts, heads, certain = [], set[str](), True
        while True:
            out, first, sure = self.sequence(depth + 1)
            if not out:
                raise _FaultError("a choice is empty", start, end)
            parts.append(out)
            heads |= first
            certain &= sure
            if self.at >= len(self.tokens):
                raise _FaultError("`(` is never closed", start, end)
            closer = self.tokens[self.at][0]
            self.at += 1
            if closer == ")":
                return "(?:" + "|".join(parts) + ")", heads, certain


def _word(words: tuple[str, ...]) -> str:
    # Longest first, so that the expression is not cut short.
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    text = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in ordered)
    return rf"(?:{_ADVERB}(?:{text})(?![\w'’])\s*)"


@lru_cache(maxsize=4096)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)
