"""Nearest names, for did-you-mean. Work is capped: a hostile vocabulary cannot make a suggestion expensive."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from compiler.diagnostics import Report

MOST_CANDIDATES = 400
LONGEST = 40
MOST_HINTS = 200


def nearest(word: str, names: Iterable[str], limit: int = 3, cutoff: float = 0.62) -> list[str]:
    """Up to ``limit`` of ``names`` that resemble ``word``, best first, case ignored."""
    if not word or len(word) > LONGEST:
        return []
    matcher = SequenceMatcher(None, "", word.casefold())
    scored = []
    for name in list(names)[:MOST_CANDIDATES]:
        if abs(len(name) - len(word)) > max(3, len(word) // 2):
            continue
        matcher.set_seq1(name.casefold())
        if matcher.real_quick_ratio() >= cutoff and (score := matcher.ratio()) >= cutoff:
            scored.append((-score, name))
    return [name for _, name in sorted(scored)[:limit]]


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A help sentence naming the nearest names, or "" when none is near."""
    close = nearest(word, names)
    return "did you mean " + " or ".join(f"`{name}`" for name in close) + "?" if close else ""


def hint(report: Report, word: str, names: Iterable[str]) -> str:
    """``did_you_mean`` while the report is short enough for anyone to read; "" after that."""
    return did_you_mean(word, names) if len(report.items) < MOST_HINTS else ""
