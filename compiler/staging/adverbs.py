"""Adverbs as dynamics: how fast something is done, how long a moment is kept, and which words are only manner."""

from __future__ import annotations

import re
from functools import lru_cache

TEMPO = {
    "slowly": 0.65, "gently": 0.7, "softly": 0.75, "carefully": 0.65, "wearily": 0.65, "heavily": 0.7, "gingerly": 0.6,
    "cautiously": 0.6, "stiffly": 0.75, "calmly": 0.85, "quietly": 0.85, "deliberately": 0.75, "unhurried": 0.75,
    "tenderly": 0.7, "hesitantly": 0.65, "reluctantly": 0.65, "lazily": 0.7, "painfully": 0.6, "sleepily": 0.65,
    "absently": 0.8, "tentatively": 0.65, "solemnly": 0.7, "gracefully": 0.85, "steadily": 0.9, "casually": 0.9,
    "quickly": 1.4, "hurriedly": 1.5, "suddenly": 1.5, "sharply": 1.5, "abruptly": 1.5, "briskly": 1.3, "fast": 1.4,
    "at once": 1.4, "swiftly": 1.4, "hastily": 1.5, "instantly": 1.5, "immediately": 1.4, "rapidly": 1.4,
    "frantically": 1.6, "nervously": 1.2, "angrily": 1.3, "violently": 1.5, "eagerly": 1.25, "impatiently": 1.3,
    "in a hurry": 1.4, "without haste": 0.75,
}  # fmt: skip
"""Tempo by adverb; 1 is ordinary."""
HOLD = {
    "for a long moment": 2.4, "for a long time": 3.0, "for a long while": 3.0, "for a while": 2.4, "a long beat": 1.8,
    "for a moment": 1.4, "a moment": 1.2, "for a second": 1.0, "for a beat": 1.0, "a beat": 1.0, "at last": 0.6,
}  # fmt: skip
"""Seconds of stillness a phrase asks for."""

_TEMPO = re.compile(r"\b(" + "|".join(sorted(map(re.escape, TEMPO), key=len, reverse=True)) + r")\b", re.IGNORECASE)
_HOLD = re.compile("(" + "|".join(sorted(map(re.escape, HOLD), key=len, reverse=True)) + ")", re.IGNORECASE)
_SECONDS = re.compile(
    r"\bfor (\d{1,2}(?:\.\d)?|one|two|three|four|five|six|seven|eight|nine|ten) seconds?\b", re.IGNORECASE
)
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@lru_cache(maxsize=4096)
def pace(words: str) -> float:
    """The tempo of the adverbs in ``words``; 1 when there are none."""
    found = _TEMPO.search(words)
    return TEMPO[found[1].lower()] if found else 1.0


@lru_cache(maxsize=4096)
def moment(words: str) -> float:
    """Seconds of stillness asked for (``for a long moment``, ``for three seconds``), else 0."""
    if (exact := _SECONDS.search(words)) is not None:
        number = exact[1].lower()
        return float(_NUMBERS.index(number)) if number in _NUMBERS else float(number)
    return max((HOLD[m.lower()] for m in _HOLD.findall(words)), default=0.0)
