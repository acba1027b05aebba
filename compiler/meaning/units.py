"""Units: words to typed values. Digits are capped by the grammar, so no number is expensive to read."""

from __future__ import annotations

import re
from fractions import Fraction

from compiler.syntax.phrases import Word

_MEASURE = re.compile(r"([+-]?\d+(?:\.\d+)?)\s?(\D+)")
LEVELS_DB = {
    "faint": -30.0,
    "quiet": -24.0,
    "low": -20.0,
    "soft": -20.0,
    "medium": -14.0,
    "loud": -8.0,
    "very-loud": -4.0,
}
"""Level words, in dB relative to speech."""
ONES: tuple[str, ...] = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
"""Number words below twenty, by value."""
TENS: dict[str, int] = {
    word: 10 * i
    for i, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2)
}


def measure(word: Word) -> tuple[float, str] | None:
    """(number, unit) of a MEASURE lexeme."""
    match = _MEASURE.fullmatch(word.text) if word.kind == "MEASURE" else None
    return (float(match[1]), match[2].strip()) if match else None


def seconds(word: Word, fps: Fraction) -> Fraction | None:
    """Duration of ``6s``, ``1.5s``, ``300ms``, ``144f`` or ``00:01:20:00``; ``None`` when it is none."""
    if word.kind == "TIMECODE":
        hours, minutes, secs, frames = (int(part) for part in word.text.split(":"))
        return Fraction(hours * 3600 + minutes * 60 + secs) + Fraction(frames) / fps
    match = _MEASURE.fullmatch(word.text) if word.kind == "MEASURE" else None
    if not match:
        return None
    value = Fraction(match[1])
    match match[2].strip().lower():
        case "s" | "sec" | "second" | "seconds":
            return value
        case "ms":
            return value / 1000
        case "f" | "frame" | "frames":
            return value / fps
    return None


def number_in_words(text: str) -> int | None:
    """``sixty-three`` → 63, ``12`` → 12; ``None`` for anything else below one hundred."""
    word = text.lower().strip()
    if word.isdecimal() and len(word) <= 3:
        return int(word)
    if word in ONES:
        return ONES.index(word)
    tens, _, ones = word.partition("-")
    if tens in TENS and (not ones or ones in ONES[1:10]):
        return TENS[tens] + (ONES.index(ones) if ones else 0)
    return None
