"""The vocabulary of people, read from ``stdlib/people/words.toml``, and how words are found in phrases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from compiler.meaning.units import ONES, TENS
from compiler.staging.model import Rgb

_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "with",
        "and",
        "or",
        "her",
        "his",
        "their",
        "its",
        "my",
        "our",
        "at",
        "on",
        "as",
        "to",
        "who",
        "has",
        "have",
        "is",
        "are",
        "was",
        "by",
        "from",
        "for",
        "very",
        "rather",
        "quite",
        "almost",
        "nearly",
        "about",
        "some",
        "one",
        "late",
        "early",
        "mid",
        "years",
        "year",
        "hair",
        "eyes",
        "eye",
        "face",
        "skin",
        "skinned",
        "build",
        "wears",
        "wearing",
        "under",
        "over",
        "m",
        "cm",
        "long",
        "short",
        "thick",
        "thin",
        "light",
        "heavy",
        "soft",
        "plain",
        "simple",
        "small",
        "big",
    ]
)


@dataclass(frozen=True, slots=True)
class People:
    """The tables of words.toml as they stand; see the file for what each says."""

    tables: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, float] = field(default_factory=dict)
    """Lower-case given name to gender."""

    def find(self, table: str, text: str) -> list[tuple[str, Any]]:
        """Entries of a table named in lower-case ``text``, longest words first, each stretch of text counted once."""
        entries = self.tables[table]
        hits: list[tuple[int, int, str]] = []
        for word in entries:
            if any(part not in text for part in word.split()):
                continue  # compiling a pattern costs more than this look
            for match in re.finditer(_pattern(word, loose=table == "face"), text):
                hits.append((match.start(), match.end(), word))
        taken: list[tuple[int, int]] = []
        out: list[tuple[str, Any]] = []
        for start, end, word in sorted(hits, key=lambda h: (h[0] - h[1], h[2], h[0])):
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                out.append((word, entries[word]))
        return out


@lru_cache(maxsize=1)
def people() -> People:
    """The shipped vocabulary, parsed once."""
    raw = tomllib.loads(resources.files("stdlib.people").joinpath("words.toml").read_text("utf-8"))
    names = raw.pop("names")
    sexes = dict.fromkeys(names["female"].split(), 0.0) | dict.fromkeys(names["male"].split(), 1.0)
    return People(raw, sexes)


def linear(hexadecimal: str, shade: float = 1.0) -> Rgb:
    """sRGB hex (``3a3a40``) to linear Rec.709, times a shade, rounded to 1e-4."""
    out = []
    for i in (0, 2, 4):
        c = int(hexadecimal[i : i + 2], 16) / 255.0
        value = c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        out.append(round(min(value * shade, 0.95), 4))
    return (out[0], out[1], out[2])


def years_in(text: str, words: People) -> float | None:
    """An age in lower-case text: ``67``, ``sixty-seven``, ``in her late sixties``, else an age word, else ``None``."""
    if found := re.search(r"(?<![\d.])(\d{1,3})(?![\d.]|\s*(?:cm|m|kg|feet|ft)\b)", text):
        return float(found[1])
    for decade, middle in words.find("decade", text):
        lean = (
            -3.0 if re.search(rf"\bearly\s+{decade}", text) else 3.0 if re.search(rf"\blate\s+{decade}", text) else 0.0
        )
        return float(middle) + lean
    tokens = re.findall(r"[a-z]+", text)
    for i, token in enumerate(tokens):
        if token in TENS:
            following = tokens[i + 1] if i + 1 < len(tokens) else ""
            return float(TENS[token] + (ONES.index(following) if following in ONES[1:10] else 0))
        if token in ONES[2:] and not re.search(rf"\b{token}\s+(?:feet|foot|metres|meters)", text):
            return float(ONES.index(token))
    found_words = words.find("age", text)
    return max((float(value) for _, value in found_words), default=None)


def metres_in(text: str) -> float | None:
    """A height in lower-case text: ``1.64 m``, ``164 cm``, ``5'6"``, else ``None``."""
    if found := re.search(r"(?<![\d.])([12]\.\d{1,2})\s*m?\b", text):
        return float(found[1])
    if found := re.search(r"(?<![\d.])(\d{2,3})\s*cm\b", text):
        return int(found[1]) / 100.0
    if found := re.search(r"\b([4-7])\s*(?:'|ft|feet|foot)\s*(\d{1,2})?", text):
        return (int(found[1]) * 12 + int(found[2] or 0)) * 0.0254
    return None


def unknown_words(text: str, words: People, tables: tuple[str, ...]) -> list[str]:
    """Words of lower-case text that no named table knows and that are not small talk; numbers are known."""
    left = text
    for table in tables:
        for word, _ in words.find(table, text):
            for part in word.split():
                left = re.sub(_pattern(part), " ", left)
    return [
        token
        for token in re.findall(r"[^\W\d][\w'-]*", left)
        if token not in _SMALL and not all(p in TENS or p in ONES for p in token.split("-"))
    ]


def _pattern(word: str, loose: bool = False) -> str:
    """Whole words only; ``loose`` lets up to two words stand between adjective and noun (``deep-set green eyes``)."""
    parts = [re.escape(part) for part in word.split()]
    gap = r"\s+(?:[\w-]+\s+){0,2}?" if loose else r"\s+"
    return rf"(?<![\w'-]){gap.join(parts)}(?![\w-]|'s)"
