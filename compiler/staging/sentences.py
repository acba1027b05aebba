"""Sentences of prose: where they end, which clauses they have, and how each could be read. Words only, nobody is known.

What is read of a sentence depends on the sentence and the lexicon, so it is remembered in the lexicon.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import cast

from compiler.staging.lexicon import Lexicon, Reading

_MEMORY = 20_000
_LONGEST = 2_000
"""Characters of a sentence that are looked at; what is longer is prose."""
_SUBJECT = 8
"""Words a subject may have."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read a clause: ``subject`` words (empty = the subject before), what they do, and what speaks against it.

    ``mood`` is "" for what happens, else why it does not: denied, wished, asked … ``passive`` marks a subject that
    suffers the act.
    """

    subject: str
    reading: Reading | None
    thing: Reading | None = None
    mood: str = ""
    passive: bool = False
    tried: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause: ``link`` is the word that joins it to the one before, ``aside`` whether it overlaps by its form."""

    link: str
    text: str
    ways: tuple[Way, ...]
    aside: bool = False
    noun: bool = False
    """Nothing but somebody's name."""


_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])[」』”]*\s*")
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:mr|mrs|ms|dr|st|prof|sgt|lt|capt|int|ext|no|vs|etc|[A-Z])\.$", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"«„][^“”\"«»„]*[”\"»“]")
_ASIDE = re.compile(r"\(([^()]*)\)")
_APPOSITION = re.compile(
    r"^([^\W\d_a-z][\w .'’-]{0,40}?)\s*,\s*(?:\d|(?:an?|the|in|now|early|late|mid)\b)[^,]{0,60},\s+"
)
"""``MARA, 67, …``: what is said beside a name."""
_CONNECT = re.compile(
    r"(\s*[,;:]\s*|\s+[-–—]+\s+|\s+)(and then|then|and|but|as|while|before|after|until|till|when|once|so)\s+"
    r"|(\s*[,;:]\s*|\s*[–—]+\s*|\s+--?\s+)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[,;:–—]|\s-|\b(?:then|and|but|as|while|before|after|until|till|when|once|so)\b", re.IGNORECASE)
_OPENING = re.compile(
    r"^(as|while|when|once|after|before|until|if|unless|whether|though|although|because)\s+", re.IGNORECASE
)
_CONDITION = re.compile(r"^(?:if|unless|whether|had|should|were)\b", re.IGNORECASE)
_LATE = re.compile(r"(?:[\s,]+(?:then|now|just|still|also|again|\w{3,}ly))+$", re.IGNORECASE)
"""Adverbs between a subject and its verb."""
_RELATIVE = re.compile(r"^(?:who|whose|whom|which|that)\b", re.IGNORECASE)
_SIMILE = re.compile(r"\s*,?\s+(?:as (?:if|though)|like|the way)\s+.*$|^(?:as (?:if|though)|like)\s+.*$", re.IGNORECASE)
_ADVERBS = re.compile(
    r"^(?:(?:then|now|and|but|so|again|alone|still|just|even|also|only|almost|suddenly|finally|instead|together"
    r"|after (?:a|one|some) (?:long |short |brief )?\w+|for (?:a|one) (?:long |short |brief )?\w+|at (?:last|once|first)|once more"
    r"|in silence|one by one|without a word|a (?:long )?(?:beat|moment)(?: later)?|(?!(?:fly|rely|reply|apply|supply|bully"
    r"|rally|tally|ally|dally|family|belly|lily|jelly|july|italy|emily|lily|billy|kelly|sally|molly|polly|holly|milly|willy)\b)"
    r"\w{2,}ly)\b\s*,?\s*)+",
    re.IGNORECASE,
)
_DENIED = frozenset(
    {
        *(
            "not",
            "never",
            "cannot",
            "nor",
            "neither",
            "hardly",
            "barely",
            "can't",
            "doesn't",
            "don't",
            "didn't",
            "won't",
        ),
        *("isn't", "aren't", "wasn't", "weren't", "hasn't", "haven't", "hadn't", "couldn't", "wouldn't", "shouldn't"),
    }
)
_WISHED = frozenset(
    {
        *(
            "would",
            "could",
            "should",
            "might",
            "may",
            "must",
            "can",
            "will",
            "shall",
            "ought",
            "wants",
            "want",
            "wanted",
        ),
        *("hopes", "plans", "refuses", "refused", "needs", "wishes", "intends", "longs", "threatens", "decides", "had"),
        *(
            "used",
            "pretends",
            "dreams",
            "imagines",
            "fails",
            "forgets",
            "expects",
            "seems",
            "prepares",
            "unable",
            "almost",
            "nearly",
            "'d",
            "'ll",
        ),
    }
)
_BE = frozenset({"is", "are", "was", "were", "be", "being", "been", "gets", "'s", "'re", "am"})
_HELP = frozenset({"has", "have", "does", "do", "did", "begins", "begin", "began", "starts", "start", "started", "goes",
                   "continues", "manages", "to", "on", "and", "lets", "herself", "himself", "themselves"})  # fmt: skip
_TRY = frozenset({"tries", "try", "tried", "attempts", "struggles"})
_NOT_IN_SUBJECT = frozenset(
    {
        *(
            "that",
            "which",
            "like",
            "than",
            "as",
            "if",
            "is",
            "are",
            "was",
            "were",
            "be",
            "has",
            "have",
            "had",
            "who",
            "whom",
        ),
        *("to", "because", "there", "what", "why", "how", "where", "when", "not", "no", "nothing", "into", "toward"),
    }
)
_BEFORE_SUBJECT = re.compile(
    r"^(?:in|at|by|on|from|behind|beside|across|under|over|near|with|without|outside|inside|upstairs|downstairs|here|there"
    r"|below|above|beyond|through|up|down|opposite|next|elsewhere|meanwhile|tonight|today|back|somewhere)\b",
    re.IGNORECASE,
)
_BEFORE_NOUN = frozenset(
    {
        *(
            "the",
            "a",
            "an",
            "this",
            "these",
            "those",
            "every",
            "each",
            "some",
            "any",
            "no",
            "of",
            "in",
            "at",
            "on",
            "with",
        ),
        *(
            "from",
            "into",
            "by",
            "for",
            "my",
            "his",
            "her",
            "their",
            "its",
            "another",
            "whose",
            "between",
            "under",
            "over",
        ),
    }
)
_BODY = frozenset(
    {
        *(
            "eyes",
            "eye",
            "gaze",
            "hand",
            "hands",
            "fingers",
            "fingertips",
            "palm",
            "palms",
            "head",
            "face",
            "lips",
            "mouth",
        ),
        *("breath", "shoulders", "jaw", "brow", "tears", "voice"),
    }
)
_NOUN = re.compile(
    r"^(?:(?:the|a|an|his|her|their|both|old|young|little|poor)\s+){0,2}[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,2}$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w'’-]*")
_BULLET = re.compile(r"^(?:(?:--|[-–—•*])\s*|\(?(?:[A-Z]|\d{1,2})[.)]\s+)(?=\S)")
"""What numbers or marks the lines of a montage."""


@lru_cache(maxsize=4096)
def split_sentences(text: str) -> tuple[tuple[int, str], ...]:
    """(offset, sentence) pairs in order; abbreviations and initials do not end one."""
    found: list[tuple[int, str]] = []
    begin = 0
    for match in _END.finditer(text):
        if match.start() <= begin or _ABBREVIATION.search(text[max(begin, match.start() - 12) : match.start()]):
            continue
        found.append((begin, text[begin : match.start()] + text[match.start() : match.end()].rstrip()))
        begin = match.end()
    if text[begin:].strip():
        found.append((begin, text[begin:]))
    return tuple(found)


def read_sentence(sentence: str, words: Lexicon) -> tuple[Clause, ...]:
    """The clauses of one sentence and their readings. Never raises; remembered per lexicon."""
    known = words.memory.get(sentence)
    if known is None:
        if len(words.memory) > _MEMORY:
            words.memory.clear()
        known = words.memory[sentence] = tuple(_read(sentence, words)) if len(sentence) <= _LONGEST else ()
    return cast("tuple[Clause, ...]", known)


def _read(sentence: str, words: Lexicon) -> list[Clause]:
    text = _BULLET.sub("", " ".join(sentence.split()))
    asked = text.endswith("?")
    text = text.rstrip("\"'”’)")
    text = text.rstrip(".!?…。！？ ")
    if '"' in text or "“" in text or "«" in text:
        text = _QUOTED.sub(lambda m: "“" + "·" * (len(m[0]) - 2) + "”", text)
    asides = _ASIDE.findall(text) if "(" in text else []
    if asides:
        text = " ".join(_ASIDE.sub(" ", text).split()).replace(" ,", ",")
    text = _APPOSITION.sub(r"\1 ", text) if "," in text else text
    clauses = _clauses(text, words)
    if asides:
        extra = [Clause(",", inner.strip(), _ways(inner.strip(), words), True) for inner in asides]
        clauses[1:1] = [c for c in extra if any(w.reading is not None for w in c.ways)]
    if asked:
        clauses = [_with_mood(c, "it is asked") for c in clauses]
    elif _CONDITION.match(text):
        clauses = [_with_mood(c, "it is only a condition") for c in clauses]
    return clauses


def _with_mood(clause: Clause, mood: str) -> Clause:
    return Clause(clause.link, clause.text, tuple(_against(w, mood) for w in clause.ways), clause.aside)


def _against(way: Way, mood: str) -> Way:
    return Way(way.subject, way.reading, way.thing, way.mood or mood, way.passive)


def _clauses(text: str, words: Lexicon) -> list[Clause]:
    opening = _OPENING.match(text)
    link = opening[1].lower() if opening and not _SIMILE.match(text) else ""
    if link:
        text = text[len(link) :].lstrip()
    found: list[Clause] = []
    for joint, piece in _pieces(_parted(text, words) if "ing " in text or text.endswith("ing") else text, link):
        ways = _ways(piece, words)
        starts = any(w.reading is not None or w.thing is not None for w in ways)
        noun = not starts and len(piece) < 60 and _NOUN.match(piece) is not None and not _BEFORE_SUBJECT.match(piece)
        if found and found[-1].noun and _RELATIVE.match(piece):
            continue  # what is said about them, not what they do
        if found and joint in ("and", ",") and starts and found[-1].noun and not _is_participle(piece):
            # "Mara and Elias sit": names before the clause belong to its subject, if they are names.
            before = found.pop()
            between = " and " if joint == "and" else ", "
            ways = (*(Way(before.text + between + w.subject, w.reading, w.thing, w.mood, w.passive, w.tried) for w in ways if w.subject),
                    *(Way(before.text, w.reading, w.thing, w.mood, w.passive, w.tried) for w in ways if not w.subject), *ways)  # fmt: skip
            found.append(Clause(before.link, piece, ways))
        elif found and not starts and noun and found[-1].noun and not _may_lead(piece):
            continue  # "Mara, tired, sits": how they are
        elif found and not starts and noun and found[-1].noun:
            found[-1] = Clause(
                found[-1].link, f"{found[-1].text}{', ' if joint == ',' else ' and '}{piece}", (), noun=True
            )
        elif found and not starts and not (noun and _may_lead(piece)):
            glue = ", " if joint == "," else f" {joint} "
            found[-1] = _longer(found[-1], glue + piece, words)
        else:
            if noun:
                piece = _LATE.sub("", piece)
            aside = starts and (_is_aside(piece, ways) if joint == "," else not found and _is_participle(piece))
            found.append(Clause(joint, piece, ways, aside, noun))
    return found


_PERCEIVED = re.compile(
    r"\b(?:see|watch|hear|notice|spot|find|observe|catch|leave|keep|imagine|remember|feel|left|saw|found|caught|kept|felt)\w*\b",
    re.IGNORECASE,
)
_GOES_ON = frozenset(
    {
        *(
            "starts",
            "start",
            "started",
            "begins",
            "begin",
            "began",
            "stops",
            "stop",
            "stopped",
            "keeps",
            "keep",
            "kept",
        ),
        *(
            "continues",
            "continue",
            "goes",
            "go",
            "went",
            "comes",
            "come",
            "finishes",
            "avoids",
            "still",
            "now",
            "and",
            "or",
        ),
        *("without", "before", "after", "while", "by", "than", "like", "almost", "not", "never", "then"),
    }
)


def _parted(text: str, words: Lexicon) -> str:
    """``comes in carrying a bottle`` with a comma before the participle, where one of the lexicon follows its clause."""
    if _PERCEIVED.search(text):
        return text
    tokens = list(_WORD.finditer(text))
    for before, token in pairwise(tokens[1:]):
        word, last = token[0].lower(), before[0].lower()
        if (
            not word.endswith("ing")
            or word not in words.heads
            or last in _BE
            or last in _GOES_ON
            or (last in _BEFORE_NOUN and last != "in")
        ):
            continue
        if text[before.end() : token.start()].isspace() and not last.endswith("ly"):
            return text[: before.end()] + ", " + text[token.start() :]
    return text


def _longer(clause: Clause, more: str, words: Lexicon) -> Clause:
    """The clause with words after it that start none of their own."""
    text = clause.text + more
    if clause.noun:
        return Clause(clause.link, text, ())
    joined = any(w.subject and not text.startswith(w.subject) for w in clause.ways)
    return Clause(clause.link, text, clause.ways if joined else _ways(text, words), clause.aside)


def _may_lead(piece: str) -> bool:
    """Whether a bare noun may be the subject of what follows: it looks like a name."""
    first = piece.split()[0]
    return not first[0].islower() or first in ("the", "she", "he", "they", "it")


def _pieces(text: str, link: str) -> list[tuple[str, str]]:
    if not _JOINED.search(text):
        return [(link, text)] if text else []
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in _CONNECT.finditer(text):
        word = (match[2] or "").lower()
        if word in ("as", "so") and re.match(r"(?:if|though|that)\b", text[match.end() :], re.IGNORECASE):
            continue
        piece = text[at : match.start()].strip()
        if piece:
            pieces.append((link, piece))
            link = word or ","
        elif word:
            link = word
        at = match.end()
    last = text[at:].strip()
    if last:
        pieces.append((link, last))
    return pieces


def _is_participle(piece: str) -> bool:
    first = _without_adverbs(piece).split(None, 1)[:1]
    return bool(first) and first[0].lower().endswith("ing")


def _is_aside(piece: str, ways: tuple[Way, ...]) -> bool:
    if _is_participle(piece):
        return True
    return bool(re.match(r"(?:her|his|their)\s", piece, re.IGNORECASE)) and any(w.subject for w in ways)


def _without_adverbs(text: str) -> str:
    found = _ADVERBS.match(text)
    return text[found.end() :] if found else text


def _ways(clause: str, words: Lexicon) -> tuple[Way, ...]:
    """Every place of a clause where a predicate may begin, with what stands before it as its subject."""
    text = _SIMILE.sub("", clause) if "like" in clause or "as " in clause.lower() or "way" in clause else clause
    text = _without_adverbs(text)
    found: list[Way] = []
    tokens = [
        (m[0].lower(), m.start(), m.end()) for m, _ in zip(_WORD.finditer(text), range(_SUBJECT + 4), strict=False)
    ]
    for number in range(min(len(tokens), _SUBJECT)):
        word, start, _ = tokens[number]
        if number and word in _NOT_IN_SUBJECT and word not in _ALL_HELP:
            break
        if word not in words.heads and word not in words.things and word not in _ALL_HELP:
            continue
        if number and tokens[number - 1][0] in _BEFORE_NOUN and word not in _BODY:
            continue  # "in the light": the word is a noun here
        found_at = _predicate(text, tokens, number, words)
        if found_at is None:
            continue
        way, begin = found_at
        subject = text[:start].strip(" ,")
        if " " in subject:
            subject = _LATE.sub("", subject)
        if way.passive:
            way = _suffered(text[begin:], subject, way, words)
            subject = way.subject or subject
        found.append(Way(subject, way.reading, way.thing, way.mood, way.passive, way.tried))
    return tuple(found)


_STATES = frozenset({"sit", "kneel", "lie", "stand", "turn", "turn away", "lean", "exit", "wait", "emote"})
_BY = re.compile(r"^(\S+)(.*?)\s+by\s+(.+)$", re.IGNORECASE)


def _suffered(predicate: str, subject: str, way: Way, words: Lexicon) -> Way:
    """``the letter is taken by Mara`` read as Mara taking the letter; without a doer it happens only to things."""
    agent = _BY.match(predicate)
    if agent is not None and subject:
        reading = words.verb(f"{agent[1]} {subject}{agent[2]}")
        if reading is not None and (reading.target or reading.object):
            return Way(agent[3].strip(" ,"), reading, None, way.mood, True)
    if way.reading is not None and way.reading.verb.act in _STATES:
        return way
    return Way("", way.reading, way.thing, way.mood or ("" if way.thing else "nobody is said to do it"), True)


_ALL_HELP = _DENIED | _WISHED | _BE | _HELP | _TRY


def _predicate(text: str, tokens: list[tuple[str, int, int]], number: int, words: Lexicon) -> tuple[Way, int] | None:
    """The reading of a predicate that begins at a word, and where its verb stands; what auxiliaries say is kept."""
    start = tokens[number][1]
    mood, passive, tried = "", False, False
    for at in range(number, len(tokens)):
        word, start, _ = tokens[at]
        if word in words.heads or word in words.things:
            rest = text[start:]
            reading, thing = words.verb(rest), words.thing(rest)
            if reading is not None or thing is not None:
                passive = passive and not word.endswith("ing") and _participle(word)
                return Way("", reading, thing, mood, passive, tried), start
        if word in _DENIED:
            mood = mood or "it is denied"
        elif word in _WISHED:
            mood = mood or f"it does not happen here ('{word}')"
        elif word in _TRY:
            tried = True
        elif word in _BE:
            passive = True
        elif at > number and word in ("about", "going", "ready", "supposed", "able") and passive:
            mood = mood or f"it has not happened yet ('{word} to')"
        elif (
            word not in _HELP
            and not (word.endswith("ly") and at > number)
            and word not in ("just", "still", "now", "already")
        ):
            return None
    return None


def _participle(word: str) -> bool:
    return not word.endswith("s") or word.endswith("ss")
