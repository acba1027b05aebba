"""Nearest names, for did-you-mean. Work is capped: a hostile vocabulary cannot make a suggestion expensive.

Resemblance is edit distance in which a swap of neighbours counts once (Damerau, as optimal string alignment), helped
by what people do to words: plurals, word order, hyphens, accents, letters of another alphabet, unfinished words.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from compiler.diagnostics import Report
from compiler.lookalikes import skeleton, stranger

MOST_CANDIDATES = 5000
MOST_COMPARED = 400
"""Names per suggestion that are compared letter by letter."""
LONGEST = 40
MOST_HINTS = 100
"""Diagnostics of one report that get a suggestion; nobody reads more."""
_UNFINISHED = 0.65
"""Score of a name of which the word is the beginning."""


def nearest(word: str, names: Iterable[str], limit: int = 3, cutoff: float = 0.62) -> list[str]:
    """Up to ``limit`` of ``names`` that resemble ``word``, best first, case ignored; 1 is equality, ``cutoff`` the least."""
    if not word.strip() or len(word) > LONGEST:
        return []
    seen = _features(word)
    scored = []
    compared = 0
    for name in islice(names, MOST_CANDIDATES):
        if len(name) > LONGEST:
            continue
        features = _features(name)
        score = _likeness(seen, features)
        if compared < MOST_COMPARED and (most := _slips_allowed(seen, features, cutoff)):
            compared += 1
            score = max(score, _closeness(seen[0], features[0], most))
        if score >= cutoff:
            scored.append((-score, name))
    scored.sort()
    return list(dict.fromkeys(name for _, name in scored))[:limit]


def misspelling(word: str, names: Iterable[str]) -> str:
    """The one name that ``word`` is surely a misspelling of, or "": a slip or two, no digit in it, and no rival.

    One slip in words of four letters or more, two in words of eight or more; in words of up to five another letter in
    one's place may be another word (``side``, ``wide``) and is no slip. This is the test of a safe fix.
    """
    slips = 2 if len(word) >= 8 else 1 if len(word) >= 4 else 0
    if not slips:
        return ""
    key = skeleton(word)
    near: dict[str, str] = {}
    for name in nearest(word, names, limit=4, cutoff=0.6):
        steps = distance(key, skeleton(name), slips)
        if steps < slips:
            slips, near = steps, {}  # nearer than all before
        if steps == slips:
            near.setdefault(_features(name)[0], name)  # `low angle` and `low-angle` are one
    if len(near) != 1:
        return ""
    ((other, name),) = near.items()
    if _digits(word) != _digits(name) or (len(key) <= 5 and len(key) == len(other) and sorted(key) != sorted(other)):
        return ""
    return name


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A help sentence naming the nearest names, or "" when none is near."""
    close = nearest(word, names)
    if not close:
        return ""
    strange = stranger(word, close[0])
    return "did you mean " + " or ".join(f"`{name}`" for name in close) + "?" + (f" {strange}" if strange else "")


def hint(report: Report, word: str, names: Iterable[str]) -> str:
    """``did_you_mean`` while the report is short enough for anyone to read; "" after that."""
    return did_you_mean(word, names) if len(report.items) < MOST_HINTS else ""


def distance(a: str, b: str, most: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours from ``a`` to ``b``; ``most + 1`` when more."""
    if a == b:
        return 0
    if abs(len(a) - len(b)) > most:
        return most + 1
    start, shorter = 0, min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    end = 0
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[start : len(a) - end], b[start : len(b) - end]
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, above, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


_Features = tuple[str, int, tuple[str, ...]]
"""How a name looks, the set of its letters as bits, and its words in order of the alphabet, singular."""


@lru_cache(maxsize=16384)
def _features(name: str) -> _Features:
    look = skeleton(" ".join(name.replace("-", " ").replace("_", " ").split()))
    letters = 0
    for char in look:
        letters |= 1 << (ord(char) % 61)
    return look, letters, tuple(sorted(_singular(word) for word in look.split()))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("ses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _likeness(word: _Features, name: _Features) -> float:
    """0 to 1, by what can be told without comparing letters."""
    if word[0] == name[0]:
        return 1.0
    if word[2] == name[2]:
        return 0.97
    if len(word[0]) >= 3 and name[0].startswith(word[0]):
        return _UNFINISHED + 0.3 * len(word[0]) / len(name[0])
    return 0.0


def _slips_allowed(word: _Features, name: _Features, cutoff: float) -> int:
    """How many slips a likeness of ``cutoff`` has room for; 0 when there are surely more: most names resemble nothing."""
    longer = max(len(word[0]), len(name[0]))
    most = int((1 - cutoff) * longer + 1e-9)
    if abs(len(word[0]) - len(name[0])) > most or (word[1] ^ name[1]).bit_count() > 2 * most:
        return 0
    return most


def _closeness(word: str, name: str, most: int) -> float:
    steps = distance(word, name, most)
    if steps > most:
        return 0.0
    return 1 - steps / max(len(word), len(name)) + (0.02 if word[:1] == name[:1] else 0)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
