"""What describes a person: the vocabulary of casting seen from the page, and phrases of an introduction read by it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

WOMAN, MAN = 0, 1
_YOUNG = frozenset({"child", "kid", "toddler", "teenager"})
_PRONOUNS = frozenset({"she", "her", "he", "his"})
_PLAIN = frozenset(
    "a an the of in with and or but very rather quite almost nearly about around his her their its late early mid some just"
    " barely years year old still well build built face faced skin skinned hair haired eyes eyed body by now".split()
)
_OPENERS = frozenset(
    "a an the in wearing dressed wears clad his her their with late early mid about around very rather quite aged almost"
    " nearly just barely of".split()
)
_GOES_ON = ("in", "of", "with", "wearing", "dressed", "and", "about", "aged", "barely", "around", "nearly", "from")
"""What may follow the noun of a description."""
_MARKS = re.compile(r"[^\w\s'’-]")
_NOT = re.compile(r"\b(?:not|no|never|without|nor|isn't|wasn't)\b")
_DECADE = re.compile(r"\b(?:(early|mid|late)(?:\s*-\s*|\s+))?(?:(\d)0['’]?s|(\d)0-?something|([a-z]+ty)-?something)\b")
_WORDED = re.compile(
    r"\b(?:(early|mid|late)(?:\s*-\s*|\s+))?(twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)\b"
)
_YEARS = re.compile(r"(?<![\d.'’])(\d{1,3})(?![\d.%]|\s*(?:cm|m|kg|feet|ft|st|nd|rd|th|lbs?|pounds|[ap]m)\b|['’:])")
_DECADES = ("", "", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties")
_MIDDLES = {name: 10.0 * i + 5.0 for i, name in enumerate(_DECADES) if name} | {"eighties": 84.0, "nineties": 91.0}
_LEAN = {"early": -3.0, "late": 3.0}
_NOT_WORN = r"(?!\s+(?:pockets?|sleeves?|collars?|shop|store|factory|rack|box|hanger)\b)"


@dataclass(frozen=True, slots=True)
class Describing:
    """The vocabulary: words of names, given names, and what the casting of ``stdlib/people/words.toml`` understands."""

    of_names: Mapping[str, str]
    given: Mapping[str, int]
    people: Mapping[str, int]
    """Nouns of a person, ``waitress``, by gender."""
    others: frozenset[str]
    """Nouns of a person of any gender: a guard, a nurse."""
    ages: Mapping[str, float]
    plain: frozenset[str]
    """Words that may stand in a description beside others."""
    parts: frozenset[str]
    """Nouns that make a phrase one of description, whatever its other words: hair, eyes, a beard."""
    clothes: re.Pattern[str]
    """A garment with up to four words before it."""
    worn: re.Pattern[str]
    """Clothing as it stands in a sentence: ``in a yellow raincoat and boots``; group 1 is what is worn."""


@lru_cache(maxsize=1)
def describing() -> Describing:
    """The shipped vocabulary, read once."""
    folder = resources.files("stdlib.people")
    own = tomllib.loads(folder.joinpath("introductions.toml").read_text("utf-8"))
    words: dict[str, Any] = tomllib.loads(folder.joinpath("words.toml").read_text("utf-8"))
    gender = {w: int(v) for w, v in words["gender"].items() if v in (0.0, 1.0) and w not in _PRONOUNS}
    tables = ("gender", "age", "decade", "build", "skin", "hair_style", "beard")
    plain = {part for table in tables for entry in words[table] for part in entry.split()} | _PLAIN
    garments = sorted(words["garment"], key=len, reverse=True)
    garment = rf"(?:{'|'.join(re.escape(g) for g in garments)})(?:e?s)?(?![\w-]){_NOT_WORN}"
    some = rf"(?:[\w'’-]+\s+){{0,4}}?{garment}"
    several = rf"{some}(?:(?:\s*,\s*|\s+and\s+|\s+over\s+|\s+with\s+)(?:(?:a|an|the|his|her|their)\s+)?{some})*"
    article = r"(?:(?:a|an|the|his|her|their)\s+)?"
    return Describing(
        own["words"],
        dict.fromkeys(own["names"]["women"].split(), WOMAN) | dict.fromkeys(own["names"]["men"].split(), MAN),
        gender,
        frozenset(own["others"]["nouns"].split())
        | {w for w, meant in own["words"].items() if meant.split()[-1] in {*gender, *_YOUNG}},
        {w: float(v) for w, v in words["age"].items()},
        frozenset(plain - _PRONOUNS | {"his", "her"}),
        frozenset({"hair", "haired", "eyes", "eyed", "beard", "bearded", "moustache", "stubble", "bald", "balding",
                   "curls", "ponytail", "bun", "bob", "chignon", "afro", "nose", "jaw", "cheekbones", "freckles"}),
        re.compile(some, re.IGNORECASE),
        re.compile(rf"\b(?:in|wearing|wears|dressed in|clad in)\s+{article}({several})", re.IGNORECASE),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One phrase of an introduction: what it is about (``about``, ``hair``, ``wears``), in which words, and an age."""

    kind: str
    text: str
    at: int
    """Its offset in the text it was read from."""
    years: float | None = None


def age_in(text: str) -> tuple[float, str] | None:
    """An age in lower-case text and its plain name: ``late 60s`` → 68, ``late sixties``; ``34`` → 34."""
    if found := (_DECADE.search(text) or _WORDED.search(text)):
        lean, *ways = found.groups()
        word = next(w for w in ways if w)
        name = _DECADES[int(word)] if word.isdigit() else f"{word[:-1]}ies" if word.endswith("ty") else word
        if name not in _MIDDLES:
            return None
        return _MIDDLES[name] + _LEAN.get(lean or "", 0.0), f"{lean} {name}" if lean in _LEAN else name
    if found := _YEARS.search(text):
        years = float(found[1])
        return (years, found[1]) if 1.0 <= years <= 110.0 else None
    return None


def read_segment(text: str, at: int = 0, *, inside: bool = False) -> list[Said]:
    """What a phrase between commas says of a person, ``[]`` when it is not a description.

    ``inside``: it stands in a parenthesis after a name, where nothing but description does.
    """
    words = describing()
    clean = text.strip(" \t.;:-–—")
    at += len(text) - len(text.lstrip(" \t.;:-–—"))
    lower = clean.lower().replace("’", "'")
    tokens = re.findall(r"[^\W_][\w'-]*", lower)
    if not tokens or len(tokens) > 12 or _MARKS.search(clean) or _NOT.search(lower):
        return []
    known = tokens[0] in _OPENERS or tokens[0] in words.plain or tokens[0][0].isdigit() or "'s" in tokens[0]
    if not known and not inside and age_in(tokens[0]) is None and words.clothes.match(lower) is None:
        return []
    worn = words.worn.search(clean)
    if worn is not None:
        rest = read_segment(clean[: worn.start()], at, inside=inside) if worn.start() else []
        return [*rest, Said("wears", worn[1], at + worn.start(1))]
    if inside and (found := words.clothes.search(clean)):
        return [Said("wears", _bare(clean[found.start() : found.end()]), at + found.start())]
    if inside and any(token in words.parts for token in tokens):
        return [Said("hair" if _hairy(tokens) else "about", clean, at)]
    if any(token.split("-")[-1] in words.parts or token in words.parts for token in tokens):
        return [Said("hair" if _hairy(tokens) else "about", clean, at)] if _mostly(tokens, words) else []
    aged = age_in(lower)
    noun = next((t for t in tokens if t in words.people), "")
    if noun and tokens[tokens.index(noun) + 1 :][:1] not in ([], *([word] for word in _GOES_ON)):
        return []  # "a man enters": something happens
    plain = all(t in words.plain or age_in(t) is not None for t in tokens)
    if aged is None and not noun and not plain:
        return []
    if aged is None and not noun and all(t in _PLAIN for t in tokens):
        return []
    if aged is not None and not noun and len(tokens) > 7:
        return []
    if aged is None:
        return [Said("about", lower, at)]
    years, name = aged
    if noun or not plain or len(tokens) > 3:
        told = _YEARS.sub(lambda m: m[1], _DECADE.sub(name, lower))
        return [Said("about", told if _says_more(tokens, words) else name, at, years)]
    return [Said("about", name, at, years)]


def segments(text: str, at: int = 0) -> Iterator[tuple[str, int]]:
    """The parts of a text between its commas and semicolons, with their offsets."""
    begin = 0
    for mark in re.finditer(r"[,;]|\s[-–—]+\s", text):
        yield text[begin : mark.start()], at + begin
        begin = mark.end()
    yield text[begin:], at + begin


def said_by_name(name: str) -> tuple[str, int | None]:
    """What the words of a name say of who bears it (``OLD MAN`` → ``old man``, ``""`` for nothing), and the gender its
    given name is taken for."""
    words = describing()
    head = re.split(r"\s+(?:in|with|at|from|on|of|by|behind|outside|inside)\s+", f"{name.lower()} ", maxsplit=1)[0]
    tokens = [t.rstrip(".'’") for t in re.findall(r"[^\W\d_][\w.'’-]*", head.replace("’", "'"))]
    if not tokens:
        return "", None
    if tokens[-1] == "voice" and len(tokens) > 1:
        tokens = [t.removesuffix("'s") for t in tokens[:-1]]
    owner = max((i for i, t in enumerate(tokens) if t.endswith("'s")), default=-1)
    tokens = tokens[owner + 1 :]
    told: list[str] = []
    given: int | None = None
    for token in tokens:
        meant = words.of_names.get(token) or _compound(token)
        if meant:
            told.append(meant)
            if token in ("mr", "mrs", "ms", "miss", "mister", "mme", "madame", "monsieur", "herr", "frau"):
                break
        elif given is None and token in words.given:
            given = words.given[token]
    nouns = [t for t in told if t.split()[-1] in words.people]
    if nouns:
        told += [t for t in tokens if t in words.plain and t in _BODILY and t not in told]
    young = any(t in ("boy", "girl", "child", "kid", "toddler") for t in told)
    told = [t for t in dict.fromkeys(told) if not (young and t == "young")]
    return " ".join(sorted(told, key=lambda t: t in nouns)), given


_BODILY = frozenset(
    "tall short thin fat skinny slim burly stocky heavyset big plump frail lanky muscular wiry gaunt bald bearded blonde"
    " black asian white".split()
)


def _compound(token: str) -> str:
    """``policewoman``, ``watchman``: the person a noun ends in."""
    for end, meant in (("woman", "woman"), ("women", ""), ("men", ""), ("man", "man")):
        if len(token) > len(end) + 2 and token.endswith(end):
            return "" if token in ("german", "roman", "norman", "human", "herman", "sherman", "truman") else meant
    return ""


def _bare(text: str) -> str:
    return re.sub(r"^(?:a|an|the|his|her|their)\s+", "", text, flags=re.IGNORECASE)


def _hairy(tokens: list[str]) -> bool:
    return bool({"hair", "haired", "beard", "bearded", "bald", "balding", "stubble", "moustache"} & {
        part for token in tokens for part in (token, token.split("-")[-1])
    })  # fmt: skip


def _mostly(tokens: list[str], words: Describing) -> bool:
    """Whether a phrase about hair or a face is no more than that: no verb, no stranger's."""
    return tokens[0] in _OPENERS or tokens[0] in words.plain or len(tokens) <= 3


def _says_more(tokens: list[str], words: Describing) -> bool:
    """Whether an aged phrase says anything beside the age."""
    return any(t in words.people or (t in words.plain and t not in _PLAIN and t not in _MIDDLES) for t in tokens)
