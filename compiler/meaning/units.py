"""Units: words to typed values. Every pattern caps its digits, so no number is expensive to read.

Each function takes text and gives a value or ``None``; who asks says what was expected (``kind_of`` says what was found).
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache, lru_cache

from compiler.limits import DIGITS
from compiler.syntax.phrases import Word

_NUMBER = r"[+-]?\d{1,9}(?:\.\d{1,9})?"
_MEASURE = re.compile(rf"({_NUMBER})\s?(\D+)")
_VALUE = re.compile(rf"({_NUMBER})\s*([a-zA-Z%°/]+)?")
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;](\d{2})")
_RANGE = re.compile(r"(\S.*?)\s*(?:\.\.|–)\s*(\S.*)")
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_RUN = re.compile(r"(?<![\w#])[\d.]{10,}")
_STOP = re.compile(r"[fF]/(\d{1,3}(?:\.\d{1,3})?)")
LEVELS_DB = {
    "faint": -30.0,
    "very-quiet": -28.0,
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
_DURATIONS: dict[str, Fraction] = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), Fraction(1, 1000)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), Fraction(60)),
}
_FRAMES = frozenset({"f", "fr", "frame", "frames"})
_LENGTHS = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), 1.0),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter", "centimeters"), 0.01),
    **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter", "millimeters"), 0.001),
    **dict.fromkeys(("km", "kilometre", "kilometres"), 1000.0),
}
_ANGLES = frozenset({"deg", "°", "degree", "degrees"})
_KINDS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(_DURATIONS) | _FRAMES, "duration"),
    (frozenset(_LENGTHS), "length"),
    (_ANGLES, "angle"),
    (frozenset({"db"}), "level"),
    (frozenset({"lufs"}), "loudness"),
    (frozenset({"bpm"}), "tempo"),
    (frozenset({"fps"}), "frame rate"),
    (frozenset({"%"}), "percentage"),
    (frozenset({"k"}), "colour temperature"),
)


def measure(word: Word) -> tuple[float, str] | None:
    """(number, unit) of a MEASURE lexeme."""
    match = _MEASURE.fullmatch(word.text) if word.kind == "MEASURE" else None
    return (float(match[1]), match[2].strip()) if match else None


def seconds(word: Word, fps: Fraction) -> Fraction | None:
    """Duration of the lexeme ``6s``, ``1.5s``, ``300ms``, ``144f`` or ``00:01:20:00``; ``None`` when it is none."""
    return duration(word.text, fps) if word.kind in ("MEASURE", "TIMECODE") else None


@lru_cache(maxsize=4096)
def duration(text: str, fps: Fraction) -> Fraction | None:
    """Seconds of ``6s``, ``1.5 s``, ``300ms``, ``144f``, ``2 seconds``, ``two seconds`` or ``00:01:20:00``."""
    text = text.strip().lower()
    if code := _TIMECODE.fullmatch(text):
        hours, minutes, secs, frames = (int(part) for part in code.groups())
        if minutes > 59 or secs > 59 or frames >= fps:
            return None
        return Fraction(hours * 3600 + minutes * 60 + secs) + Fraction(frames) / fps
    value, unit = _value_and_unit(text)
    if value is None:
        return None
    if unit in _FRAMES:
        return value / fps
    return value * _DURATIONS[unit] if unit in _DURATIONS else None


def length(text: str) -> float | None:
    """Metres of ``1.64 m``, ``30cm``, ``400 mm``."""
    value, unit = _value_and_unit(text.strip().lower())
    return round(float(value) * _LENGTHS[unit], 9) if value is not None and unit in _LENGTHS else None


def angle(text: str) -> float | None:
    """Degrees of ``10deg``, ``10°``, ``10 degrees``."""
    value, unit = _value_and_unit(text.strip().lower())
    return float(value) if value is not None and unit in _ANGLES else None


def percentage(text: str) -> Fraction | None:
    """``40%`` or ``40 percent`` as 2/5."""
    value, unit = _value_and_unit(text.strip().lower())
    return value / 100 if value is not None and unit in ("%", "percent") else None


def tempo(text: str) -> float | None:
    """Beats per minute of ``54 bpm``."""
    value, unit = _value_and_unit(text.strip().lower())
    return float(value) if value is not None and unit == "bpm" else None


def level(text: str) -> float | None:
    """Decibels of ``-12 dB`` or a level word, relative to speech."""
    text = " ".join(text.lower().split())
    if (known := LEVELS_DB.get(text.replace(" ", "-"))) is not None:
        return known
    value, unit = _value_and_unit(text)
    return float(value) if value is not None and unit == "db" else None


def stop(text: str) -> float | None:
    """Aperture of ``f/1.8``."""
    match = _STOP.fullmatch(text.strip())
    return float(match[1]) if match else None


def time_range(text: str, fps: Fraction) -> tuple[Fraction, Fraction] | None:
    """Two durations of ``2s..5s``, ``2..5s`` or two timecodes, the first not after the second."""
    match = _RANGE.fullmatch(text.strip())
    if not match:
        return None
    first, last = match[1], match[2]
    end = duration(last, fps)
    begin = duration(first, fps)
    if begin is None and end is not None and re.fullmatch(_NUMBER, first):
        begin = duration(first + re.sub(r"[\d.+\s-]", "", last), fps)
    return (begin, end) if begin is not None and end is not None and 0 <= begin <= end else None


@cache
def css_colours() -> dict[str, str]:
    """CSS colour names to ``#rrggbb``, as Pillow lists them."""
    from PIL import ImageColor

    return {
        name: value if isinstance(value, str) else "#{:02x}{:02x}{:02x}".format(*value[:3])
        for name, value in ImageColor.colormap.items()
    }


def colour(text: str) -> str | None:
    """``#rrggbb`` in lower case of ``#d9a441``, ``#da4`` or a CSS name."""
    text = text.strip().lower()
    if _COLOUR.fullmatch(text):
        return text if len(text) == 7 else "#" + "".join(2 * digit for digit in text[1:])
    return css_colours().get(text.replace(" ", "").replace("-", "")) if text and text[0].isalpha() else None


def linear(code: str) -> tuple[float, float, float]:
    """Linear Rec.709 triple of ``#rrggbb`` (a 2.2 curve)."""
    r, g, b = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (round(r**2.2, 6), round(g**2.2, 6), round(b**2.2, 6))


def number(text: str) -> float | None:
    """A bare number, signed."""
    return float(text) if re.fullmatch(_NUMBER, text.strip()) else None


def whole(text: str, digits: int = 9) -> int | None:
    """A whole number of at most ``digits`` digits."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


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


def long_number(text: str) -> bool:
    """Whether a text holds a number of more digits than any value has."""
    return any(sum(c.isdigit() for c in run) > DIGITS.value for run in _RUN.findall(text))


def kind_of(text: str) -> str:
    """What kind of value a text is, for saying what was found: ``a duration``, ``a length`` … or ""."""
    text = text.strip().lower()
    if _TIMECODE.fullmatch(text):
        return "a duration"
    if _STOP.fullmatch(text):
        return "a stop"
    if _COLOUR.fullmatch(text):
        return "a colour"
    if text.startswith('"'):
        return "text"
    match = _VALUE.fullmatch(text)
    if not match:
        return ""
    if match[2] is None:
        return "a bare number"
    kind = next((kind for units, kind in _KINDS if match[2] in units), "")
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}" if kind else ""


def found(text: str, remedy: str) -> str:
    """Help for a value of the wrong kind: what it is, and what to write."""
    kind = kind_of(text)
    return f"`{text}` is {kind}; {remedy}" if kind else remedy


def _value_and_unit(text: str) -> tuple[Fraction | None, str]:
    match = _VALUE.fullmatch(text)
    if match:
        return Fraction(match[1]), (match[2] or "").lower()
    word, _, unit = text.partition(" ")
    spelt = None if not word or word[0].isdigit() else number_in_words(word)
    if spelt is None and word in ("a", "an", "half"):
        spelt = 1
        if word == "half":
            return Fraction(1, 2), unit.removeprefix("a ").strip()
    return (Fraction(spelt), unit.strip()) if spelt is not None else (None, "")
