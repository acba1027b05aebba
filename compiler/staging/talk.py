"""Who may be meant: names, parts of names, pronouns and the words for several, as the talk of a scene goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from compiler.staging.lexicon import Lexicon, lexicon


@dataclass(slots=True)
class Talk:
    """Who may be meant: names → gender (0 female .. 1 male), known things, groups, and who was last spoken of.

    ``groups`` maps a group's name to its members; without members the group is one subject.
    """

    people: Mapping[str, float]
    is_thing: Callable[[str], bool] = lambda words: False
    last: list[str] = field(default_factory=list)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Lexicon = field(default_factory=lambda: lexicon())
    several: tuple[str, ...] = ()
    """The last subject of more than one."""
    thing: str = ""
    """The last thing spoken of."""
    _names: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._names = _names_of(tuple(self.people), tuple(self.groups))

    def person(self, words: str) -> str:
        """The character or group called ``words``, else ``""``.

        Any case, a leading article, one of several names (``Cole`` of DR. COLE) or more of them (``DR. ANNA COLE``) will do.
        """
        plain = plain_name(words)
        # A fuller name has capitals, which most words of a target have not.
        return self._names.get(plain, "") or (self._fuller(words) if " " in plain and words != words.lower() else "")

    def _fuller(self, words: str) -> str:
        """Whom a fuller name means (``WALTER PIKE``, ``her son DANIEL``): the only person all of whose names are in it."""
        split = words.replace(",", " ").split()
        lead = next(
            (n for n, word in enumerate(split) if word[:1].isupper() and word.casefold() not in _KIN), len(split)
        )
        named = [plain_name(word) for word in split[lead:]]
        if not 0 < len(named) <= 4 or lead > 4 or any(not w[:1].isupper() for w in split[lead:]):
            return ""
        if any(word.casefold() not in _KIN for word in split[:lead]) and not split[lead].isupper():
            return ""
        if _AWAY & {word.casefold() for word in split[:lead]}:
            return ""
        found = [n for n in self.people if {plain_name(w) for w in n.split()} <= set(named)]
        longest = max((len(n.split()) for n in found), default=0)
        found = [n for n in found if len(n.split()) == longest]
        return found[0] if len(found) == 1 else ""

    def pronoun(self, word: str, but: str = "") -> str:
        """The last subject a pronoun of one person fits, else ``""``; never ``but``."""
        for name in reversed(self.last):
            gender = self.people.get(name, 0.5)
            if name != but and (
                word in ("they", "their", "them", "themselves", "who")
                or (word in ("she", "her", "herself") and gender <= 0.5)
                or (word in ("he", "his", "him", "himself") and gender >= 0.5)
            ):
                return name
        return ""

    def mention(self, name: str) -> None:
        if name in self.last:
            self.last.remove(name)
        self.last.append(name)

    def subjects(self, words: str) -> tuple[tuple[str, ...], str]:
        """Everybody meant by the words of a subject, or nobody and the reason."""
        plain = plain_name(words)
        if found := self._names.get(plain):
            return (self.groups[found] or (found,) if found in self.groups else (found,)), ""
        if plain in _ONE:
            name = self.pronoun(plain)
            return ((name,), "") if name else ((), f"nobody fits '{plain}'")
        if plain in _MANY:
            return self._many(plain)
        if plain in _NOBODY:
            return (), "it is denied"
        if plain in ("the others", "others", "everyone else", "everybody else", "the rest"):
            rest = tuple(n for n in self.people if n not in (self.several or tuple(self.last[-1:])))
            return (rest, "") if rest else ((), f"nobody is left for '{plain}'")
        if " " in plain and (fuller := self._fuller(words)):
            return (fuller,), ""
        if " and " in plain or "," in plain:
            everybody: list[str] = []
            for part in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", words.strip(" ,")):
                some, why = self.subjects(part)
                if not some:
                    return (), why
                everybody += [n for n in some if n not in everybody]
            return tuple(everybody), ""
        return (), f"nobody here is called '{words.strip()}'" if plain else "it has no subject"

    def _many(self, plain: str) -> tuple[tuple[str, ...], str]:
        everybody = tuple(self.people)
        if plain in ("everyone", "everybody", "all", "all of them", "they all", "everyone in the room"):
            return (everybody, "") if everybody else ((), "nobody is here")
        if self.several:
            return self.several, ""
        if len(everybody) <= 2 and everybody:
            return everybody, ""
        if plain in ("they", "them", "their") and len(self.last) == 1:
            return (self.last[0],), ""
        return (), f"'{plain}' could be several people" if everybody else f"nobody fits '{plain}'"


_TITLES = frozenset({
    "mr.", "mrs.", "ms.", "dr.", "mr", "mrs", "ms", "dr", "prof", "st", "sir", "lady", "lord", "old", "young", "little", "big",
    "first", "second", "third", "the", "of", "and", "man", "woman", "boy", "girl", "male", "female", "#1", "#2", "#3", "1", "2", "3",
})  # fmt: skip
"""Words of a name by which nobody is called alone."""
_KIN = frozenset({
    "her", "his", "their", "the", "a", "an", "my", "our", "son", "daughter", "wife", "husband", "mother", "father", "brother",
    "sister", "friend", "boss", "uncle", "aunt", "cousin", "partner", "neighbour", "neighbor", "colleague", "lover", "old", "young",
    "younger", "older", "elder", "best", "little", "big", "grandmother", "grandfather", "grandson", "granddaughter", "fiancé",
    "fiancée", "boyfriend", "girlfriend", "girl", "boy", "man", "woman", "tall", "new", "late", "twin", "teenage",
})  # fmt: skip
"""What stands before a name and says who its bearer is to somebody."""
_AWAY = frozenset({
    "beside", "behind", "near", "with", "by", "at", "to", "of", "from", "like", "and", "between", "around", "under", "over", "in",
    "on", "for", "than",
})  # fmt: skip
"""Before these a name is somebody else's."""


@lru_cache(maxsize=256)
def _names_of(people: tuple[str, ...], groups: tuple[str, ...]) -> Mapping[str, str]:
    """Whom a plain name means: a whole one, or one of several names that nobody else bears."""
    found: dict[str, str] = {}
    shared: dict[str, set[str]] = {}
    for name in people:
        found.setdefault(plain_name(name), name)
    for name in people:
        words = plain_name(name).split()
        for part in words if len(words) > 1 else ():
            if part not in _TITLES:
                shared.setdefault(part, set()).add(name)
    for part, bearers in shared.items():
        if len(bearers) == 1:
            found.setdefault(part, next(iter(bearers)))
    for name in groups:
        found[plain_name(name)] = name
    return MappingProxyType(found)


_ONE = frozenset({"she", "he", "her", "his", "him", "who"})
_MANY = frozenset(
    {
        *(
            "they",
            "their",
            "them",
            "both",
            "both of them",
            "the two",
            "the two of them",
            "two of them",
            "two",
            "they two",
            "they both",
            "they all",
        ),
        *("everyone", "everybody", "all", "all of them", "everyone in the room"),
    }
)
_NOBODY = frozenset({"nobody", "no one", "no-one", "neither", "none", "neither of them", "none of them", "nothing"})

_ARTICLE = re.compile(r"^(?:the|a|an)\s+")


@lru_cache(maxsize=4096)
def plain_name(words: str) -> str:
    """A name as it is compared: case folded, without article and outer marks."""
    return _ARTICLE.sub("", " ".join(words.casefold().split())).strip(" ,.")
