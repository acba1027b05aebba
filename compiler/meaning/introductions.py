"""Who somebody is whom nobody declared: what the screenplay itself says of them, where it first names them and after.

Read are the words of the name, the parenthesis, apposition and clothes of the first mention, and every pronoun that can
mean nobody else; a given name counts when nothing else tells. One pass over the film, the same every time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from compiler.diagnostics import Span
from compiler.meaning import film as f
from compiler.meaning.introductions_words import (
    MAN,
    WOMAN,
    Said,
    age_in,
    describing,
    read_segment,
    said_by_name,
    segments,
)

_WORD = re.compile(r"[^\W_][\w.'’-]*")
_SENTENCE = re.compile(r"(?<=[a-z0-9)\"”'’][.!?])\s+|(?<=[A-Z]{2}[.!?])\s+|(?<=\.\.\.)\s+")
_PRONOUNS = {
    "she": WOMAN,
    "her": WOMAN,
    "hers": WOMAN,
    "herself": WOMAN,
    "he": MAN,
    "his": MAN,
    "him": MAN,
    "himself": MAN,
}
_OF_THEIR_OWN = re.compile(r"\b(?:(him|her)self|(?<!to )(?<!at )(?<!for )(?<!with )(his|her)\s+([a-z]+))")
_TO_ANOTHER = re.compile(
    r"\b(?:tak|touch|hold|grab|squeez|strok|kiss|watch|follow|see|catch|meet|search|read|study|mimick|imitat|interrupt)ing"
    r"(?!\s+(?:off|out|on|up))"
)
_FOLLOWS = re.compile(r"(?:He|She|They)(?:['’]s|\s+is|\s+are|\s+wears?|\s+has)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:an?|the)\s+", re.IGNORECASE)
_BEFORE_NAME = re.compile(r"\s*(,|\(|\bnamed\b|\bcalled\b|[-–—]+|)\s*\Z")
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_COMMA = re.compile(r"\s*[,–—-]+\s+")
_IS = re.compile(r"\s+is\s+(?=an?\s|in\s+h|about\s|\d|the\s)")
_STRONG, _OWNED, _SURE = 100, 3, 4
"""What a noun, a parenthetical of one's own and a pronoun count."""
_SETTLED = 40
"""A lead after which pronouns are no longer counted."""


def introduced(
    people: Mapping[str, Span], scenes: Sequence[f.Scene], declared: Mapping[str, f.Character]
) -> dict[str, f.Character]:
    """The characters of ``people`` (name → first cue), none of whom is declared, as the scenes introduce them.

    Every phrase has the span it was read from. Declared people only help to tell whom a pronoun means.
    """
    if not people:
        return {}
    work = _Reading({name: _Person(name, span) for name, span in people.items()})
    for name, character in declared.items():
        work.known[name] = _gender_of(character)
    work.index()
    for person in work.people.values():
        person.named(person.name, person.span)
    for scene in scenes:
        work.scene(scene)
    return {name: person.character() for name, person in work.people.items()}


@dataclass(slots=True)
class _Person:
    """What has been read of one person so far."""

    name: str
    span: Span
    about: list[f.Phrase] = field(default_factory=list)
    hair: list[f.Phrase] = field(default_factory=list)
    wears: list[f.Phrase] = field(default_factory=list)
    years: float | None = None
    given: tuple[int, f.Phrase] | None = None
    votes: list[int] = field(default_factory=lambda: [0, 0])
    because: list[Span | None] = field(default_factory=lambda: [None, None])
    met: bool = False
    """Introduced: what a first mention says has been read."""

    def named(self, name: str, span: Span) -> None:
        """Read the words of a name."""
        told, given = said_by_name(name)
        if told:
            self.say(told, span)
        if given is not None and self.given is None:
            self.given = (given, f.Phrase("man" if given else "woman", span))

    def say(self, text: str, span: Span) -> None:
        """Take a phrase of description, once."""
        if all(p.text != text for p in self.about):
            self.about.append(f.Phrase(text, span))
            for gender in genders_in(text):
                self.vote(gender, _STRONG, span)

    def vote(self, gender: int, weight: int, span: Span) -> None:
        self.votes[gender] += weight
        self.because[gender] = self.because[gender] or span

    def take(self, said: Said, span: Span) -> None:
        phrase = f.Phrase(said.text, span)
        if said.years is not None and self.years is None:
            self.years = said.years
        match said.kind:
            case "wears":
                self.wears.append(phrase)
            case "hair":
                self.hair.append(phrase)
            case _:
                self.say(said.text, span)

    @property
    def gender(self) -> int | None:
        """As far as anything but the given name tells."""
        woman, man = self.votes
        return None if woman == man else (WOMAN if woman > man else MAN)

    @property
    def settled(self) -> bool:
        """Whether no pronoun to come will change anybody's mind."""
        return abs(self.votes[0] - self.votes[1]) >= _SETTLED

    def character(self) -> f.Character:
        about = list(self.about)
        gender = self.gender
        told = {g for p in about for g in genders_in(p.text)}
        if gender is not None and gender not in told:
            young = self.years is not None and self.years < 14
            word = ("girl" if young else "woman", "boy" if young else "man")[gender]
            about.insert(0, f.Phrase(word, self.because[gender] or self.span))
        elif gender is None and self.given is not None and not told:
            about.insert(0, self.given[1])
        return f.Character(
            self.name,
            tuple(about),
            tuple(self.wears),
            hair=tuple(self.hair),
            age=self.years,
            seed=self.name,
            declared=False,
            span=self.span,
        )


@dataclass(frozen=True, slots=True)
class _Mention:
    """A person named in a paragraph, at [start, end); ``full`` has the capitals that go before: ``DR. AMINA OKAFOR``."""

    name: str
    start: int
    end: int
    full: int
    capitals: bool


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph as one text, whatever stands in the midst of it: its parts with the offsets they begin at."""

    text: str
    parts: tuple[tuple[int, f.Action], ...]

    @classmethod
    def of(cls, parts: Sequence[f.Action]) -> _Paragraph:
        begins = accumulate((len(part.text) + 1 for part in parts), initial=0)
        return cls(" ".join(part.text for part in parts), tuple(zip(begins, parts, strict=False)))

    def span(self, start: int, end: int) -> Span:
        """A stretch of the text; the whole part it begins in where that is not as it stands in the source."""
        begin, part = next((b, p) for b, p in reversed(self.parts) if b <= start)
        whole = part.span
        if whole.end - whole.start != len(part.text):
            return whole
        return Span(whole.start + start - begin, min(whole.start + end - begin, whole.end), whole.file)


@dataclass(slots=True)
class _Reading:
    """A film being read: who there is, by the first word of what they are called."""

    people: dict[str, _Person]
    known: dict[str, int | None] = field(default_factory=dict)
    """Gender of declared people."""
    called: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    here: dict[str, None] = field(default_factory=dict)
    """Who is in the scene so far."""

    def index(self) -> None:
        """Sort names, and the last words of titled names (``Okafor``), by their first word, longest first."""
        names = [*self.people, *self.known]
        aliases: dict[str, set[str]] = {}
        whole = {tuple(map(_folded, name.split())): name for name in names}
        for words, name in whole.items():
            for alias in {words[:1], words[-1:]} if len(words) > 1 else ():
                if alias[0] not in describing().of_names and len(alias[0]) > 2 and not alias[0].isdigit():
                    aliases.setdefault(alias[0], set()).add(name)
        for words, name in whole.items():
            self.called.setdefault(words[0], []).append((words, name))
        for word, owners in aliases.items():
            if len(owners) == 1 and (word,) not in whole:
                self.called.setdefault(word, []).append(((word,), next(iter(owners))))
        for entries in self.called.values():
            entries.sort(key=lambda e: -len(e[0]))

    def scene(self, scene: f.Scene) -> None:
        if all(person.met and person.settled for person in self.people.values()):
            return
        self.here = {}
        parts: list[f.Action] = []
        for item in scene.items:
            # A shot that begins inside a paragraph parts nothing that is said of anybody.
            if parts and (isinstance(item, f.Speech) or (isinstance(item, f.Action) and not item.joined)):
                self._paragraph(_Paragraph.of(parts))
                parts = []
            if isinstance(item, f.Action):
                parts.append(item)
            elif isinstance(item, f.Speech):
                if not item.voice_over:
                    self.here.setdefault(item.character)
                self._manner(item)
        if parts:
            self._paragraph(_Paragraph.of(parts))

    # --- cues ------------------------------------------------------------------------------------

    def _manner(self, speech: f.Speech) -> None:
        """A possessive in one's own parenthetical: ``(taking off her coat)``."""
        person = self.people.get(speech.character)
        if person is None or not speech.manner:
            return
        for text in speech.manner:
            for match in _OF_THEIR_OWN.finditer(text):
                reflexive, owned, _ = match.groups()
                if reflexive or not _TO_ANOTHER.search(text):
                    person.vote(_PRONOUNS[reflexive or owned], _OWNED, speech.span)

    # --- paragraphs ------------------------------------------------------------------------------

    def _paragraph(self, action: _Paragraph) -> None:
        text = action.text
        mentions = list(self._mentions(text))
        for n, mention in enumerate(mentions):
            person = self.people.get(mention.name)
            if person is not None and not person.met:
                end = mentions[n + 1].full if n + 1 < len(mentions) else len(text)
                begin = mentions[n - 1].end if n else 0
                _Introduction(person, action, mention, begin, end).read()
        self._pronouns(text, mentions, action)
        for mention in mentions:
            self.here.setdefault(mention.name)

    def _mentions(self, text: str) -> Iterator[_Mention]:
        words = list(_WORD.finditer(text))
        i = 0
        while i < len(words):
            entries = self.called.get(_folded(words[i][0]))
            found = None
            if entries and (words[i][0][0].isupper() or entries[0][0][-1] in describing().of_names):
                found = next((e for e in entries if _names(words, i, e[0])), None)
            if found is None:
                i += 1
                continue
            size = len(found[0])
            capitals = all(w[0].isupper() or not w[0].isalpha() for w in words[i : i + size])
            if not (capitals or words[i][0][0].isupper()) and not _definite(words, i):
                i += 1
                continue
            full = i
            while capitals and full and _leads(words[full - 1], words[full], text):
                full -= 1
            last = words[i + size - 1]
            end = last.end() - (2 if re.search(r"['’][sS]$", last[0]) else 1 if last[0].endswith(".") else 0)
            yield _Mention(found[1], words[i].start(), end, words[full].start(), capitals)
            i += size

    def _pronouns(self, text: str, mentions: list[_Mention], action: _Paragraph) -> None:
        """Give every pronoun that can mean one person only to that person."""
        unsure = [n for n in {*self.here, *(m.name for m in mentions)} if n in self.people]
        if all(self.people[name].settled for name in unsure):
            return
        named = iter(mentions)
        following = next(named, None)
        seen: dict[str, None] = {}
        subject, begin = "", 0
        strangers: set[int | None] = set()
        starts = {0, *(m.end() for m in _SENTENCE.finditer(text))}
        nouns, others = describing().people, describing().others
        for word in _WORD.finditer(text):
            at = word.start()
            if at in starts:
                subject, begin = "", at
            while following is not None and following.start <= at:
                seen[following.name] = None
                if not subject and text[begin : following.start].count(",") == 0:
                    subject = following.name
                following = next(named, None)
            token = word[0].lower().rstrip(".'’")
            token = token.removesuffix("'s").removesuffix("’s")
            if (token in nouns or token in others) and not any(m.full <= at < m.end for m in mentions):
                strangers.add(nouns.get(token))
            gender = _PRONOUNS.get(token)
            if gender is None:
                continue
            rest = text[word.end() : word.end() + 24]
            as_object = token == "him" or (token == "her" and not re.match(r"\s+[a-z]", rest))
            meant = self._meant(gender, seen or self.here, subject if as_object else "", strangers)
            if meant and meant in self.people:
                span = action.span(at, word.end())
                self.people[meant].vote(gender, _SURE, span)
            if not subject and at == begin and meant:
                subject = meant

    def _meant(self, gender: int, candidates: Iterable[str], apart: str, strangers: set[int | None]) -> str:
        """The one person a pronoun can mean, ``""`` when there are several, or somebody without a name."""
        if strangers & {gender, None}:
            return ""
        left = [name for name in candidates if name != apart and self._gender(name) in (gender, None)]
        if len(left) > 1:
            sure = [name for name in left if self._gender(name) == gender]
            left = [name for name in left if self._guess(name) in (gender, None)]
            left = sure if len(sure) == 1 and left == sure else left
        return left[0] if len(left) == 1 else ""

    def _gender(self, name: str) -> int | None:
        person = self.people.get(name)
        return self.known.get(name) if person is None else person.gender

    def _guess(self, name: str) -> int | None:
        person = self.people.get(name)
        if person is None or person.gender is not None:
            return self._gender(name)
        return person.given[0] if person.given is not None else None


@dataclass(slots=True)
class _Introduction:
    """The first mention of somebody: the words around it, up to the mentions before and after."""

    person: _Person
    action: _Paragraph
    mention: _Mention
    begin: int
    end: int

    def read(self) -> None:
        text, person = self.action.text, self.person
        person.met = True
        if self.mention.full < self.mention.start:
            person.named(text[self.mention.full : self.mention.end], self._span(self.mention.full, self.mention.end))
        self._before()
        at = self.mention.end
        while bracket := _BRACKET.match(text, at):
            self._segments(bracket[1], bracket.start(1), inside=True)
            at = bracket.end()
        limits = [m.start() for m in _SENTENCE.finditer(text, at)]
        stop = min([self.end, *(limits[:1])])
        if comma := _COMMA.match(text, at, stop):
            self._segments(text[comma.end() : stop], comma.end())
        elif being := _IS.match(text, at, stop):
            self._segments(text[being.end() : stop].rstrip("."), being.end(), first=True)
        if not person.wears and (worn := describing().worn.search(text, at, stop)):
            self._take(Said("wears", worn[1], worn.start(1)))
        self._after([*limits, len(text)])

    def _before(self) -> None:
        """``A wiry man in a red jacket, JOE``; ``an elderly JOE``; ``a tall woman named MAYA``."""
        text = self.action.text
        begin = max([self.begin, *(m.end() for m in _SENTENCE.finditer(text, 0, self.mention.full))])
        before = text[begin : self.mention.full]
        end = _BEFORE_NAME.search(before)
        listed = end is not None and end[1] != ""
        for article in _ARTICLE.finditer(before, 0, end.start() if end else len(before)):
            words = before[article.end() : end.start() if end else len(before)]
            told = read_segment(words, begin + article.end())
            plain = all(word in describing().plain for word in words.lower().replace(",", " ").split())
            if told and (plain or (listed and any(said.kind == "about" for said in told))):
                for said in told:
                    self._take(said)
                return

    def _after(self, ends: list[int]) -> None:
        """Sentences that follow at once and only describe: ``He wears a torn coat.``, ``Thirties, tall.``"""
        text = self.action.text
        for start, stop in pairwise(ends):
            if start >= self.end:
                return
            sentence = text[start : min(stop, self.end)]
            begin = start + len(sentence) - len(sentence.lstrip())
            sentence = sentence.strip()
            if follows := _FOLLOWS.match(sentence):
                if "wear" in follows[0] or " has" in follows[0]:
                    self._segments(sentence[follows.end() :], begin + follows.end(), inside=True, first=True)
                else:
                    self._segments(sentence[follows.end() :], begin + follows.end(), first=True)
            elif age_in(sentence.lower().split(",")[0]) is not None and len(sentence.split(",")[0].split()) <= 3:
                self._segments(sentence, begin)
            else:
                return

    def _segments(self, text: str, at: int, *, inside: bool = False, first: bool = False) -> None:
        """Take the phrases of a list up to the first that describes nobody; in a parenthesis, all that describe."""
        for part, begin in segments(text, at):
            told = read_segment(part, begin, inside=inside)
            for said in told:
                self._take(said)
            if pronoun := re.search(r"\bin\s+(his|her)\b", part) if told else None:
                self.person.vote(_PRONOUNS[pronoun[1]], _STRONG, self._span(begin, begin + len(part)))
            short = len(part.split()) <= 3 and not re.match(r"\s*[a-z]+s\b", part)
            if not told and not inside and not (short and not first):
                return

    def _take(self, said: Said) -> None:
        self.person.take(said, self._span(said.at, said.at + len(said.text)))

    def _span(self, start: int, end: int) -> Span:
        return self.action.span(start, end)


def genders_in(text: str) -> set[int]:
    """Genders of the nouns of a phrase that say who somebody is."""
    nouns = describing().people
    return {nouns[t] for t in re.findall(r"[^\W_][\w-]*", text.lower()) if t in nouns}


def _gender_of(character: f.Character) -> int | None:
    """The gender a declaration tells by its nouns, else by the name."""
    told = {g for p in (*character.description, *character.build) for g in genders_in(p.text)}
    if len(told) == 1:
        return next(iter(told))
    by_name, given = said_by_name(character.name)
    return next(iter(genders_in(by_name)), given)


def _folded(word: str) -> str:
    word = word.casefold().replace("’", "'").removesuffix("'s")
    return word.rstrip(".'") or word


def _names(words: list[re.Match[str]], i: int, name: tuple[str, ...]) -> bool:
    return i + len(name) <= len(words) and all(_folded(words[i + n][0]) == part for n, part in enumerate(name))


def _definite(words: list[re.Match[str]], i: int) -> bool:
    return i > 0 and words[i - 1][0].lower() in ("the", "this", "that")


def _leads(word: re.Match[str], following: re.Match[str], text: str) -> bool:
    """Whether a word in capitals belongs to the name after it."""
    between = text[word.end() : following.start()]
    return word[0].isupper() and len(word[0]) > 1 and between.strip() == "" and "\n" not in between
