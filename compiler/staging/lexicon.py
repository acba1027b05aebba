"""The lexicon of performance: which words mean which act, compiled from the ``verb`` and ``delivery`` definitions of a film.

Only words are known here; who is meant and where things stand is ``performance`` and ``blocking``. The library's
definitions (stdlib/verbs.film, stdlib/deliveries.film) are read once per process; a film without its own shares them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from compiler.diagnostics import Report
from compiler.meaning.define_verb import check_verbs, read_patterns
from compiler.meaning.film import Delivery, Film, Verb
from compiler.meaning.library import library
from compiler.meaning.patterns import Pattern

_LONGEST = 600
"""Characters of a parenthetical that are looked at."""
_KEPT = 8
"""Lexicons remembered: films that are checked by turns."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A predicate that was recognised: its verb, and the words of target and object."""

    verb: Verb
    target: str = ""
    object: str = ""


@dataclass(slots=True)
class _Entry:
    """A pattern of a verb; ``match`` is compiled when the first predicate meets it."""

    verb: Verb
    pattern: Pattern
    match: Callable[[str], re.Match[str] | None] | None = None


@dataclass(slots=True)
class Lexicon:
    """Verbs by the words they begin with, and ways of speaking by theirs. Compiled by ``lexicon``; never changed after."""

    verbs: tuple[Verb, ...]
    deliveries: tuple[Delivery, ...]
    heads: dict[str, list[_Entry]]
    things: dict[str, list[_Entry]]
    _manners: re.Pattern[str]
    _by_word: dict[str, tuple[Delivery, ...]]
    memory: dict[object, object] = field(default_factory=dict)
    """What ``sentences`` has read already; it depends on words only."""

    def verb(self, predicate: str) -> Reading | None:
        """What a person does who ``sits at the table``; the pattern that explains most words wins."""
        return _best(self.heads, predicate)

    def thing(self, predicate: str) -> Reading | None:
        """What a thing does that ``goes out``."""
        return _best(self.things, predicate)

    def manners(self, words: str) -> tuple[Delivery, ...]:
        """The deliveries meant by a parenthetical or mood, the most telling first: those with an effect, then longest words."""
        if not words:
            return ()
        found: dict[str, tuple[tuple[bool, int, int], Delivery]] = {}
        text = words[:_LONGEST].lower()
        for match in self._manners.finditer(text):
            word = " ".join(match[0].split())
            whole = not text[match.end() : match.end() + 1].isalnum() and text[match.end() : match.end() + 1] != "_"
            for made in self._by_word.get(word if whole else "", ()) or self._by_word.get(f"{word}*", ()):
                rank = (bool(made.effect), len(match[0]), self.deliveries.index(made))
                if made.name not in found or found[made.name][0] < rank:
                    found[made.name] = (rank, made)
        return tuple(made for _, made in sorted(found.values(), key=lambda pair: pair[0], reverse=True))

    def feeling(self, words: str) -> tuple[str, float] | None:
        """The face meant by a mood or parenthetical and its strength; the longest word found wins."""
        faces = [d for d in self.manners(words) if d.face]
        if not faces:
            return None
        text = words.lower()
        best = max(faces, key=lambda d: max((len(w) for w in d.words if w.rstrip("*") in text), default=0))
        return best.face, best.strength


def lexicon(film: Film | None = None) -> Lexicon:
    """The lexicon of a film; the library's for a film without definitions of its own. Compiled once per set of definitions."""
    if film is None or not (film.verbs or film.deliveries):
        return _standard()
    for verbs, deliveries, made in _kept:
        if verbs is film.verbs and deliveries is film.deliveries:
            return made
    standard = _standard()
    if (film.verbs or standard.verbs) == standard.verbs and (
        film.deliveries or standard.deliveries
    ) == standard.deliveries:
        made = standard
    else:
        made = compile_lexicon(film.verbs or standard.verbs, film.deliveries or standard.deliveries)
    _kept.append((film.verbs, film.deliveries, made))
    del _kept[:-_KEPT]
    return made


def compile_lexicon(verbs: Sequence[Verb], deliveries: Sequence[Delivery]) -> Lexicon:
    """A lexicon of these definitions: of one name the later counts, and what ``does`` cannot do is left out."""
    last = {made.name: made for made in verbs}
    known = library().definitions.verbs
    own = [made for made in last.values() if known.get(made.name) is not made and known.get(made.name) != made]
    sound = check_verbs(tuple(last.values()), Report()) if own else tuple(last.values())
    spoken = tuple({made.name: made for made in deliveries}.values())
    manners, by_word = _manner_index(spoken)
    return Lexicon(
        sound,
        spoken,
        _index(v for v in sound if not v.thing),
        _index(v for v in sound if v.thing),
        manners,
        by_word,
    )


_kept: list[tuple[tuple[Verb, ...], tuple[Delivery, ...], Lexicon]] = []


@lru_cache(maxsize=1)
def _standard() -> Lexicon:
    made = library().definitions
    return compile_lexicon(tuple(made.verbs.values()), tuple(made.deliveries.values()))


def _index(verbs: Iterable[Verb]) -> dict[str, list[_Entry]]:
    found: dict[str, list[_Entry]] = {}
    for made in verbs:
        for pattern in read_patterns(made):
            entry = _Entry(made, pattern)
            for head in sorted(pattern.heads):
                found.setdefault(head, []).append(entry)
    return found


_HEAD = re.compile(r"[^\W_][\w'’-]*")


def _best(index: dict[str, list[_Entry]], predicate: str) -> Reading | None:
    head = _HEAD.match(predicate)
    entries = None if head is None else index.get(head[0].lower())
    if entries is None:
        return None
    best, weight = None, -1
    for entry in entries:
        if entry.match is None:
            entry.match = entry.pattern.compiled().match
        match = entry.match(predicate)
        if match is None:
            continue
        made, roles = entry.verb, match.groupdict()
        target, thing = (roles.get("target") or "").strip(" ,.;"), (roles.get("object") or "").strip(" ,.;")
        # Words the pattern itself explains weigh more than those swallowed by a role; of equals, the later definition.
        explained = 2 * (len(match[0].rstrip()) - len(target) - len(thing)) + bool(target) + bool(thing)
        if explained >= weight:
            best, weight = Reading(made, target, thing), explained
    return best


def _manner_index(deliveries: tuple[Delivery, ...]) -> tuple[re.Pattern[str], dict[str, tuple[Delivery, ...]]]:
    """One expression over every word of every delivery, and their deliveries by word."""
    by_word: dict[str, list[Delivery]] = {}
    for made in deliveries:
        for word in made.words:
            by_word.setdefault(word, []).append(made)
    ordered = sorted(by_word, key=lambda w: (-len(w.rstrip("*")), w))
    parts = []
    for word in ordered:
        stem = r"\s+".join(re.escape(part) for part in word.rstrip("*").split())
        parts.append(stem if word.endswith("*") else rf"{stem}(?!\w)")
    expression = re.compile(r"(?<!\w)(?:" + ("|".join(parts) or r"(?!)") + ")")
    return expression, {word: tuple(meant) for word, meant in by_word.items()}
