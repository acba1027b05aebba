"""Coverage patterns ready to use: what a situation asks for, as a typed shot with people and things in its slots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from compiler.meaning.define_camera import AGAIN, HOLD, SITUATIONS, filled, shot_template
from compiler.meaning.film import Coverage, Phrase, Shot
from compiler.meaning.library import library

DEFAULT = "classic"
_KIN = {
    "among": "first-line",
    "first-line": "line",
    "reply": "line",
    "alone": "line",
    "enter": "travel",
    "exit": "travel",
    "travel": "action",
    "posture": "action",
    "gesture": "action",
    "handle": "action",
    "travel-together": "together",
    "together": "action",
    "group": "action",
    "off-screen": "reaction",
}
"""A situation a pattern has no rule for is treated as the more general one."""
_Rule = Shot | str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A coverage pattern with its rules typed; ``classic`` stands behind every other one."""

    name: str
    rules: Mapping[str, tuple[_Rule, ...]]
    behind: Pattern | None = None

    def ask(self, situation: str, turn: int, slots: Mapping[str, tuple[str, ...]]) -> Shot | None:
        """The shot for the ``turn``-th time (from 0) of a situation; ``None`` = stay on what is on.

        A rule whose slots nobody and nothing fills is passed over for the next of its list.
        """
        rules = self._rules(situation)
        if not rules:
            return None
        again = rules[-1] == AGAIN
        rules = rules[:-1] if again else rules
        for step in range(len(rules)):
            at = (turn + step) % len(rules) if again else min(turn + step, len(rules) - 1)
            rule = rules[at]
            if isinstance(rule, str):
                return None
            shot = filled(rule, {f"{{{name.upper()}}}": who for name, who in slots.items()})
            if not any(s.startswith("{") for s in shot.subjects) and (shot.subjects or not rule.subjects):
                return shot
        return None

    def _rules(self, situation: str) -> tuple[_Rule, ...]:
        pattern: Pattern | None = self
        while pattern is not None:
            kind: str | None = situation
            while kind is not None:
                if kind in pattern.rules:
                    return pattern.rules[kind]
                kind = _KIN.get(kind)
            if "otherwise" in pattern.rules:
                return pattern.rules["otherwise"]
            pattern = pattern.behind
        return ()


def pattern_named(name: str, coverages: Sequence[Coverage]) -> Pattern:
    """The pattern of that name: the film's latest, else the library's, else the default."""
    found = next((c for c in reversed(coverages) if c.name == name), None) or _library().get(name)
    return _pattern(found) if found is not None else _pattern(_library()[DEFAULT])


def _library() -> dict[str, Coverage]:
    return library().definitions.coverages


@lru_cache(maxsize=256)
def _pattern(source: Coverage) -> Pattern:
    rules: dict[str, list[_Rule]] = {}
    for rule in source.rules:
        made = _rule(rule.phrases, rule.on)
        if made is not None:
            rules.setdefault(rule.on, []).append(made)
    kept = {on: tuple(r for i, r in enumerate(rs) if r != AGAIN or i == len(rs) - 1) for on, rs in rules.items()}
    kept = {on: rs for on, rs in kept.items() if rs and rs != (AGAIN,)}
    return Pattern(source.name, kept, None if source.name == DEFAULT else _pattern(_library()[DEFAULT]))


def _rule(phrases: tuple[Phrase, ...], on: str) -> _Rule | None:
    texts = tuple(p.text for p in phrases)
    if texts in ((HOLD,), (AGAIN,)):
        return texts[0]
    return shot_template(texts, SITUATIONS[on])
