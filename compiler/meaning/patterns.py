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
    """A pattern that was read. ``heads`` are the words it may begin with."""

    text: str
    heads: frozenset[str]
    source: str
    roles: frozenset[str]

    def compiled(self) -> re.Pattern[str]:
        """The expression; ``match`` finds it at the beginning of a predicate, and the rest of a sentence may follow."""
        return _compiled(self.source)


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
    reader = _Reader(tokens, forms or {})
    try:
        part = reader.sequence(0)
        if reader.at < len(tokens):
            _, start, end = tokens[reader.at]
            raise _FaultError(f"`{tokens[reader.at][0]}` closes nothing", start, end)
    except _FaultError as bad:
        return Fault(bad.reason, bad.start, bad.end)
    if not part.certain or not part.heads:
        return Fault("it must begin with a word", tokens[0][1], tokens[0][2])
    # Adverbs before the verb are taken off before a predicate is looked up.
    return Pattern(text, frozenset(part.heads), part.source.removeprefix(_ADVERB), frozenset(reader.roles))


class _FaultError(Exception):
    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason, self.start, self.end = reason, start, end


@dataclass(slots=True)
class _Part:
    """A piece of a pattern, never changed once it is returned: its expression, the words it may begin with, whether it
    needs one; ``plain`` if words only."""

    source: str
    heads: set[str]
    certain: bool
    plain: tuple[str, ...] = ()


class _Reader:
    """Recursive descent over tokens."""

    def __init__(self, tokens: list[tuple[str, int, int]], forms: Mapping[str, tuple[str, ...]]) -> None:
        self.tokens, self.forms, self.at = tokens, forms, 0
        self.roles: set[str] = set()

    def sequence(self, depth: int) -> _Part:
        out = _Part("", set(), False)
        count = 0
        while self.at < len(self.tokens) and self.tokens[self.at][0] not in "|)":
            part = self.item(depth)
            optional = self.at < len(self.tokens) and self.tokens[self.at][0] == "?"
            self.at += optional
            out.source += f"(?:{part.source})?" if optional else part.source
            if not out.certain:
                out.heads |= part.heads
                out.certain = part.certain and not optional
            count += 1
            out.plain = part.plain if count == 1 and not optional else ()
        return out

    def item(self, depth: int) -> _Part:
        text, start, end = self.tokens[self.at]
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
            return _words((*self.forms.get(base, ()), *verb_forms(base)))
        if text[0] == "{":
            return self.mark(text, start, end)
        return _words((text.lower(),))

    def mark(self, text: str, start: int, end: int) -> _Part:
        name = text[1:-1].strip()
        if name not in MARKS:
            raise _FaultError(f"`{text}` is no mark; known are " + ", ".join("{" + m + "}" for m in MARKS), start, end)
        if self.at == 1:
            raise _FaultError("it must begin with a word", start, end)
        if name == "own":
            return _Part(_OWN, set(), False)
        if name in self.roles:
            raise _FaultError(f"`{text}` stands in it twice", start, end)
        self.roles.add(name)
        if any(t not in "?)|" for t, _, _ in self.tokens[self.at :]):
            return _Part(rf"(?P<{name}>.+?)(?:\s+|(?=,)|$)", set(), False)
        return _Part(rf"(?P<{name}>.+)", set(), False)

    def group(self, depth: int, start: int, end: int) -> _Part:
        if depth >= DEEPEST:
            raise _FaultError(f"groups go no deeper than {DEEPEST}", start, end)
        parts: list[_Part] = []
        while True:
            part = self.sequence(depth + 1)
            if not part.source:
                raise _FaultError("a choice is empty", start, end)
            parts.append(part)
            if self.at >= len(self.tokens):
                raise _FaultError("`(` is never closed", start, end)
            closer = self.tokens[self.at][0]
            self.at += 1
            if closer == ")":
                break
        if all(p.plain for p in parts):
            return _words(tuple(w for p in parts for w in p.plain))
        heads = set[str]().union(*(p.heads for p in parts))
        return _Part("(?:" + "|".join(p.source for p in parts) + ")", heads, all(p.certain for p in parts))


@lru_cache(maxsize=4096)
def _words(words: tuple[str, ...]) -> _Part:
    # Longest first, so that the expression is not cut short.
    text = "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w)))
    return _Part(rf"{_ADVERB}(?:{text})(?![\w'’])\s*", {w for w in words if w[0].isalnum()}, True, words)


@lru_cache(maxsize=4096)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)
