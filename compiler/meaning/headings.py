"""Scene headings: inside or outside, which place, what time, and how much time has passed since the scene before."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from compiler.meaning.vocabulary import TIMES
from compiler.syntax import nodes as n

_PREFIX = re.compile(
    r"(INT\.?\s?/\s?EXT\.?|EXT\.?\s?/\s?INT\.?|I\.?/E\.?|E\.?/I\.?|INT\.?|EXT\.?|EST\.?)(?=[\s.:]|$)[.:]?\s*",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s+[-–—]+\s+|\s*[–—]\s*|\s-(?=\S)")
_PARENTHESIS = re.compile(r"\(([^()]*)\)\s*$")
_QUALIFIERS = frozenset(
    [
        *("the", "next", "that", "same", "early", "late", "later", "pre", "following", "a", "an", "few", "some", "moments"),
        *("moment", "minutes", "minute", "hours", "hour", "days", "weeks", "months", "years", "year", "week", "month"),
        *("mid", "very", "just", "before", "after", "continuous", "continuing", "cont'd", "present", "flashback", "still"),
        *("one", "two", "three", "four", "five", "six", "ten", "first", "second", "third", "last", "almost", "nearly"),
        *("on", "in", "at", "of", "to", "and", "time", "evening", "past", "towards", "toward", "several", "beat"),
    ]
)  # fmt: skip
_WORDS = re.compile(r"[^\W_][\w'’]*")
_ALIASES = {
    "nighttime": "night", "daytime": "day", "sundown": "sunset", "sunup": "sunrise", "daybreak": "dawn", "midday": "noon",
    "nightfall": "dusk", "gloaming": "dusk", "predawn": "dawn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A heading read: ``parts`` of its place from outer to inner; ``time`` "" when it names none."""

    interior: bool
    parts: tuple[str, ...]
    time: str = ""
    note: str = ""
    last: str = ""
    """Its last dash-separated part when that is no time, for a near miss."""

    @property
    def name(self) -> str:
        """The place in capitals, parts joined by dashes."""
        return " - ".join(self.parts) or "SOMEWHERE"


def read_heading(heading: n.Heading) -> Place:
    """What a heading says, its forcing dot and scene number already off."""
    return _read(heading.text, heading.forced)


@lru_cache(maxsize=4096)
def _read(text: str, forced: bool) -> Place:
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :] if prefix else text
    interior = not (prefix and prefix[1].upper().startswith(("EXT", "EST", "E")))
    rest = rest.strip(" .-–—") if not prefix else rest.strip()
    notes: list[str] = []
    times: list[str] = []
    while inner := _PARENTHESIS.search(rest):
        time, note = _time(inner[1])
        if not (time or note):
            break
        times += [time] if time else []
        notes += [note] if note else []
        rest = rest[: inner.start()].rstrip()
    parts = [part.strip() for part in _DASH.split(rest) if part.strip()]
    while len(parts) > 1:
        time, note = _time(parts[-1])
        if not (time or note):
            break
        times += [time] if time else []
        notes += [note] if note else []
        parts.pop()
    if len(parts) == 1 and parts[0].upper() in ("CONTINUOUS", "LATER", "MOMENTS LATER", "SAME"):
        notes.append(parts.pop().lower())
    last = parts[-1] if len(parts) > 1 else ""
    names = tuple(" ".join(part.split()).upper() for part in parts)
    return Place(interior, names, times[0] if times else "", notes[0] if notes else "", last)


def _time(text: str) -> tuple[str, str]:
    """(time of day, note) of a heading's last part; both "" when it is no time."""
    words = [w.replace("’", "'") for w in _WORDS.findall(text.lower().replace("-", " "))]
    if not words or len(words) > 6:
        return "", ""
    joined = "-".join(words)
    for pair in ("golden-hour", "magic-hour"):
        if joined.endswith(pair):
            return pair, ""
    times = [_ALIASES.get(w, w) for w in words if _ALIASES.get(w, w) in TIMES]
    others = [w for w in words if _ALIASES.get(w, w) not in TIMES]
    if any(w not in _QUALIFIERS and not w.isdecimal() for w in others):
        return "", ""
    note = ""
    if "moments" in words or "moment" in words:
        note = "moments later"
    elif "continuous" in words or "continuing" in words:
        note = "continuous"
    elif words[0] == "same" or joined in ("the-same", "same-time"):
        note = "same"
    elif "later" in words or (not times and set(words) & {"next", "after", "following"}):
        note = "later"
    if not times and not note:
        return "", ""
    return (times[-1] if times else ""), note


def nearest_place(place: Place, declared: Collection[str]) -> tuple[str, str]:
    """(location, parent): the declared place a heading means, and the declared place an undeclared part lies in.

    ``HOUSE - KITCHEN`` is the place of that name, else ``KITCHEN``; else a part of ``HOUSE`` when that is declared.
    """
    name = place.name
    if name in declared or len(place.parts) < 2:
        return name, ""
    for first in range(1, len(place.parts)):
        inner = " - ".join(place.parts[first:])
        if inner in declared:
            return inner, ""
    for last in range(len(place.parts) - 1, 0, -1):
        outer = " - ".join(place.parts[:last])
        if outer in declared:
            return name, outer
    return name, ""


def continuous(note: str) -> bool:
    """Whether no time passes before a scene whose heading says ``note``."""
    return note in ("continuous", "same")
