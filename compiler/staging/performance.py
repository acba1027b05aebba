"""Performance from prose: which sentences of an action paragraph are something a body or a light does.

Sentences are split into clauses; a clause whose subject is known and whose verb is in the lexicon becomes a ``Doing``,
everything else stays ``Prose`` with the reason why. No geometry and no time is known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from compiler.diagnostics import Span
from compiler.staging.lexicon import lexicon


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing somebody does. ``together`` starts it with the one before; ``hold`` is stillness after it, seconds."""

    subject: str
    act: str
    target: str = ""
    style: str = ""
    value: float = 1.0
    seconds: float = 1.0
    tempo: float = 1.0
    together: bool = False
    hold: float = 0.0
    thing: bool = False
    text: str = ""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Prose:
    """Words that nobody performs, and why."""

    text: str
    reason: str
    span: Span | None = field(default=None, compare=False)


@dataclass(slots=True)
class Talk:
    """Who may be meant: names → gender (0 female .. 1 male), known things, and the subjects last spoken of."""

    people: Mapping[str, float]
    is_thing: Callable[[str], bool] = lambda words: False
    last: list[str] = field(default_factory=list)

    def person(self, words: str) -> str:
        """The character called ``words`` (any case, a leading article or a first name will do), else ``""``."""
        plain = _plain(words)
        for name in self.people:
            whole = _plain(name)
            if plain == whole or (plain and plain == whole.split()[0] and " " in whole):
                return name
        return ""

    def pronoun(self, word: str) -> str:
        """The last subject a pronoun fits, else ``""``."""
        for name in reversed(self.last):
            gender = self.people.get(name, 0.5)
            if (
                word in ("they", "their", "them")
                or (word in ("she", "her") and gender <= 0.5)
                or (word in ("he", "his", "him") and gender >= 0.5)
            ):
                return name
        return ""

    def mention(self, name: str) -> None:
        if name in self.last:
            self.last.remove(name)
        self.last.append(name)


def understand(text: str, talk: Talk, span: Span | None = None) -> tuple[Doing | Prose, ...]:
    """Reads one action paragraph. ``talk`` remembers the subjects for the next paragraph."""
    steps: list[Doing | Prose] = []
    for sentence in _sentences(text):
        steps += _sentence(sentence, talk, span)
    return tuple(steps)


_APPOSITION = re.compile(r"^([A-Z][\w .'’-]{0,40}?)\s*(?:,\s*(?:\d|an? |the |in )[^,]{0,60},|\([^)]{1,60}\),?)\s+")
"""``MARA, 67, …`` or ``MARA (67) …``: what is said beside a name."""
_ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|dr|st|int|ext|no|vs)\.$", re.IGNORECASE)
_CONNECT = re.compile(
    r"(\s*[,;:]\s*|\s+[-–—]+\s+|\s+)(and then|then|and|but|as|while|before|until|when)\s+|(\s*[,;]\s*|\s*[–—]+\s*)",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(
    r"^(her|his|their|(?P<name>[\w .'-]+?)['’]s)\s+(?P<part>(?:\w+\s+)?"
    r"(?:eyes|eye|gaze|hand|hands|fingers|fingertips|palm|head|face|lips|mouth|breath|shoulders|jaw|brow|tears))\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:then|now|and|but|suddenly|finally|still|after (?:a|one) \w+|for a (?:long )?\w+|at last"
    r"|a (?:long )?(?:beat|moment)|again|\w+ly)\b\s*,?\s*)+",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"^(?:is|are|was|were|begins? to|starts? to|has|have|does|do|lets herself|lets himself|tries to|turns and)\s+",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"\s+(?:for (?:a|the) (?:(?:very )?(?:long|last|first|brief|short) )?(?:moment|time|while|beat)"
    r"|as if .*|as though .*|like .*|in silence|once more|one last time|again|with .*)$",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"\s*,?\s*\b(?:slowly|gently|softly|carefully|quickly|suddenly|quietly|wearily|heavily|briskly|\w{3,}ly)\s*$",
    re.IGNORECASE,
)


def _sentences(text: str) -> list[str]:
    parts: list[str] = []
    for piece in re.split(r"(?<=[.!?…])[\"'”’)]*\s+", text.strip()):
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + piece
        elif piece:
            parts.append(piece)
    return parts


def _sentence(sentence: str, talk: Talk, span: Span | None) -> list[Doing | Prose]:
    subject, together = "", False
    found: list[Doing | Prose] = []
    left: list[str] = []
    reason = ""
    for link, clause in _clauses(sentence):
        step, subject_now, why = _clause(clause, subject, talk, span)
        if step is None:
            left.append(clause)
            reason = reason or why
            # "As the tide turns, she …": an unread opening clause still lets the next one begin at once.
            continue
        overlaps = bool(found) and (link in ("as", "while") or together or _is_participle(clause, link))
        together = link in ("as", "while") and not found
        found.append(_with(step, overlaps))
        subject = subject_now
    if not found:
        return [Prose(sentence, reason or "no verb of the lexicon", span)]
    if left and sum(len(part.split()) for part in left) > 3:
        found.append(Prose(", ".join(left), reason or "no verb of the lexicon", span))
    return found


def _clauses(sentence: str) -> list[tuple[str, str]]:
    """(link, clause) pairs; words that do not start a clause of their own are given back to the one before."""
    text = _APPOSITION.sub(r"\1 ", sentence.strip().rstrip('.!?…"”'))
    opening = re.match(r"^(as|while|when)\s+(?!if\b|though\b)", text, re.IGNORECASE)
    link = opening[1].lower() if opening else ""
    text = text[opening.end() :] if opening else text
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in _CONNECT.finditer(text):
        word = (match[2] or "").lower()
        if word in ("as", "while") and re.match(r"(?:if|though)\b", text[match.end() :], re.IGNORECASE):
            continue
        pieces.append((link, text[at : match.start()]))
        link, at = (word or ","), match.end()
    pieces.append((link, text[at:]))
    merged: list[tuple[str, str]] = []
    for link, piece in pieces:
        piece = piece.strip()
        if not piece:
            continue
        if merged and not _starts_clause(piece):
            joint = ", " if link == "," else f" {link} "
            merged[-1] = (merged[-1][0], merged[-1][1] + joint + piece)
        else:
            merged.append((link, piece))
    return merged


_SUBJECT_WORD = re.compile(r"^(?:she|he|they|it|her|his|their|the|a|an|[A-Z][\w'’-]*)\b")


def _starts_clause(piece: str) -> bool:
    plain = _LEAD.sub("", piece)
    if not plain:
        return False
    if lexicon().verb(plain) is not None or lexicon().verb(_AUXILIARY.sub("", plain)) is not None:
        return True
    match = _SUBJECT_WORD.match(plain)
    if match is None:
        return False
    words = plain.split()
    tails = (" ".join(words[i:]) for i in range(1, min(len(words), 6)))
    return any(lexicon().verb(t) is not None or lexicon().light(t) is not None for t in tails)


def _clause(clause: str, subject: str, talk: Talk, span: Span | None) -> tuple[Doing | None, str, str]:
    """The doing of one clause, its subject, and the reason when there is none."""
    words = lexicon()
    text = _LEAD.sub("", clause).strip()
    who, predicate, why = _subject(text, talk)
    if not who and subject and (words.verb(text) or words.verb(_AUXILIARY.sub("", text))):
        who, predicate, why = subject, text, ""
    if not who:
        thing = _thing(text, talk)
        if thing is None:
            return None, subject, why or "nobody known is its subject"
        name, predicate = thing
        light = words.light(_AUXILIARY.sub("", predicate)) or words.light(predicate)
        if light is None:
            return None, subject, "a thing that does nothing we know"
        rest = 1.0 if not light.returns else -1.0
        by_turns = "one by one" if re.search(r"\b(\w+) by (one|\1)\b", clause) else ""
        tempo = words.pace(clause)
        return (
            Doing(
                name,
                "light",
                predicate,
                by_turns,
                light.level,
                light.seconds / tempo,
                tempo,
                hold=rest,
                thing=True,
                text=clause,
                span=span,
            ),
            subject,
            "",
        )
    talk.mention(who)
    predicate = _LEAD.sub("", predicate)
    match = words.verb(predicate) or words.verb(_LEAD.sub("", _AUXILIARY.sub("", predicate)))
    if match is None:
        return None, who, "no verb of the lexicon"
    verb, target = match
    tempo = verb.tempo * words.pace(clause)
    doing = Doing(
        who,
        verb.act,
        _target(target),
        verb.style,
        verb.value,
        verb.seconds / tempo if verb.seconds else 0.0,
        tempo,
        hold=words.moment(clause),
        text=clause,
        span=span,
    )
    return doing, who, ""


def _subject(text: str, talk: Talk) -> tuple[str, str, str]:
    """(name, predicate, reason). A body part stands for its owner: ``Her eyes close`` is hers."""
    part = _POSSESSIVE.match(text)
    if part is not None:
        owner = talk.person(part["name"]) if part["name"] else talk.pronoun(part[1].lower())
        if owner:
            return owner, part["part"].split()[-1] + text[part.end() :], ""
        return "", text, "nobody known is meant by it"
    words = text.split()
    first = words[0].lower().strip(",") if words else ""
    if first in ("she", "he", "they"):
        name = talk.pronoun(first)
        return name, " ".join(words[1:]), "" if name else f"nobody fits '{first}'"
    for count in range(min(4, len(words) - 1), 0, -1):
        name = talk.person(" ".join(words[:count]).strip(","))
        if name and words[0][:1].isupper() | (words[0].lower() in ("the", "an", "a")):
            return name, " ".join(words[count:]).lstrip(", "), ""
    return "", text, ""


def _thing(text: str, talk: Talk) -> tuple[str, str] | None:
    """A thing of the set as subject: its words and what it does."""
    words = text.split()
    for count in range(min(6, len(words) - 1), 0, -1):
        subject, predicate = " ".join(words[:count]), " ".join(words[count:])
        if (lexicon().light(predicate) or lexicon().light(_AUXILIARY.sub("", predicate))) and talk.is_thing(subject):
            return subject, predicate
    return None


def _target(words: str) -> str:
    text = re.sub(r"^(?:\w{2,}ly\s+|from\s+)+", "", words.strip(" ,.;"), flags=re.IGNORECASE)
    previous = ""
    while text != previous:
        previous = text
        text = _MANNER.sub("", _TRAIL.sub("", text)).strip(" ,.;")
    return text


def _is_participle(clause: str, link: str) -> bool:
    first = _LEAD.sub("", clause).split()[:1]
    return link == "," and bool(first) and first[0].lower().endswith("ing")


def _with(step: Doing, together: bool) -> Doing:
    if not together:
        return step
    return Doing(
        step.subject,
        step.act,
        step.target,
        step.style,
        step.value,
        step.seconds,
        step.tempo,
        True,
        step.hold,
        step.thing,
        step.text,
        step.span,
    )


def _plain(words: str) -> str:
    text = " ".join(words.lower().split())
    return re.sub(r"^(?:the|a|an)\s+", "", text).strip(" ,.")
