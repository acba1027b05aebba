"""Set phrases as requests: ``second chair opposite``, ``racks along both walls``, ``house at 6 -14 with a lit window``.

Reads words only; nothing is placed here. A phrase is *[count or order] [adjectives] noun [called NAME]* followed by any
number of relations (``on X``, ``beside X``, ``at x z``, ``facing X``, ``with …``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from compiler.staging.model import Rgb
from compiler.staging.places_vocabulary import MEMORY, SMALL_WORDS, Vocabulary

WALLS = ("north", "east", "south", "west")
RELATIONS = (
    "in front of", "to the left of", "to the right of", "left of", "right of", "next to", "on top of", "close to",
    "north of", "south of", "east of", "west of", "to the north of", "to the south of", "to the east of", "to the west of",
    "at the foot of", "at the head of", "to the", "in the", "along", "against", "beside", "near", "opposite", "under",
    "behind", "around", "between", "facing", "towards", "toward", "across from", "above", "over", "outside", "inside",
    "with", "holding", "called", "named", "at", "on", "by", "in",
)  # fmt: skip
_RELATION = re.compile(r"(?<![\w-])(" + "|".join(sorted(RELATIONS, key=len, reverse=True)) + r")(?![\w-])")
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_METRES = rf"({_NUMBER})(?:\s*m\b)?"
_NUMBERS = re.compile(rf"^\s*\(?\s*{_METRES}[\s,x]+{_METRES}(?:[\s,x]+{_METRES})?\s*\)?(.*)$")
_COUNTS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twelve": 12,
    "a pair of": 2, "several": 3, "few": 3, "many": 8, "rows of": 0, "row of": 0, "both": 2,
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "other": 2, "another": 2, "third": 3, "fourth": 4, "fifth": 5}
_SIZES = {"small": 0.8, "tiny": 0.7, "low": 0.85, "large": 1.25, "great": 1.3, "huge": 1.6, "big": 1.25, "tall": 1.3}


@dataclass(frozen=True, slots=True)
class Relation:
    """A preposition and what follows it; ``at`` with numbers keeps them as ``x, z`` (or ``x, y, z``)."""

    word: str
    rest: str
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One thing the writer wants in the set. ``kind`` is empty when no known noun was found."""

    text: str
    kind: str = ""
    noun: str = ""
    name: str = ""
    count: int = 1
    ordinal: int = 0
    adjectives: tuple[str, ...] = ()
    colour: Rgb | None = None
    scale: float = 1.0
    relations: tuple[Relation, ...] = ()
    mark: str = ""
    """Set for ``mark by-window at 0.4 -1.2``: the mark's name."""
    sea: str = ""
    """Set for ``sea to the south``: the direction, ``?`` when unsaid."""

    def relation(self, *words: str) -> Relation | None:
        return next((r for r in self.relations if r.word in words), None)

    def has(self, *words: str) -> bool:
        return any(w in self.adjectives for w in words)


def read_phrase(text: str, vocabulary: Vocabulary) -> Request:
    """Reads one phrase; never fails. An unknown noun leaves ``kind`` empty."""
    known: Request | None = vocabulary.memory.get(text)
    if known is None:
        if len(vocabulary.memory) > MEMORY:
            vocabulary.memory.clear()
        known = vocabulary.memory[text] = _read(text, vocabulary)
    return known


def _read(text: str, vocabulary: Vocabulary) -> Request:
    clean = " ".join(text.lower().replace("’", "'").split()).strip(" .;")
    head, relations = _split(clean)
    words = head.split()
    if words and words[0] == "mark":
        return Request(text, mark=" ".join(words[1:]) or "mark", relations=relations)
    if words and words[-1] in ("sea", "ocean", "water", "lake"):
        return Request(text, sea=_direction(relations) or "?")
    count, ordinal, words = _count(words)
    found = vocabulary.find(words)
    named = next((r.rest for r in relations if r.word in ("called", "named")), "")
    if found is None:
        return Request(text, noun=" ".join(words), name=named, relations=relations)
    kind, noun, left = found
    adjectives = tuple(w for w in left if w not in SMALL_WORDS)
    colour = next((vocabulary.colours[w] for w in adjectives if w in vocabulary.colours), None)
    scale = next((_SIZES[w] for w in adjectives if w in _SIZES), 1.0)
    if count == 1 and ordinal == 0 and noun.split()[-1] not in words:
        count = 2  # a plural noun without a number
    return Request(text, kind, noun, named, count, ordinal, adjectives, colour, scale, relations)


def numbers(text: str) -> tuple[float, ...]:
    """``0.5 -1`` or ``(0.5, -1)`` or three of them; empty when ``text`` is not coordinates."""
    match = _NUMBERS.match(text)
    return tuple(float(n) for n in match.groups()[:3] if n is not None) if match else ()


def _split(text: str) -> tuple[str, tuple[Relation, ...]]:
    """The head before the first relation word, and the relations after it. ``called`` takes words up to the next one."""
    pieces = list(_RELATION.finditer(text))
    head = text[: pieces[0].start()] if pieces else text
    relations = []
    for match, after in zip(pieces, [*pieces[1:], None], strict=False):
        rest = text[match.end() : after.start() if after else len(text)].strip(" ,")
        relations.append(Relation(match.group(1), rest, numbers(rest)))
    return head.strip(), tuple(relations)


def _count(words: list[str]) -> tuple[int, int, list[str]]:
    count, ordinal, left = 1, 0, []
    for word in words:
        if word in _COUNTS:
            count = _COUNTS[word]
        elif word.isascii() and word.isdigit():
            count = min(int(word[:4]), 60)
        elif word in _ORDINALS:
            ordinal = _ORDINALS[word]
        else:
            left.append(word)
    return count, ordinal, left


def _direction(relations: tuple[Relation, ...]) -> str:
    for relation in relations:
        for word in relation.rest.replace("-", " ").split():
            if word in WALLS:
                return word
    return ""
