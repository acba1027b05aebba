"""Performance from prose: which sentences of an action paragraph are something a body or a thing does.

Sentences are split into clauses (``sentences``); a clause whose subject is known and whose verb is in the lexicon
becomes a ``Doing``, everything else stays ``Prose`` with the reason why. No geometry and no time is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from compiler.diagnostics import Span
from compiler.meaning.acting import ACTS
from compiler.meaning.define_verb import does_steps
from compiler.staging.adverbs import moment, pace
from compiler.staging.lexicon import Lexicon, Reading
from compiler.staging.sentences import Clause, Way, read_sentence, split_sentences
from compiler.staging.talk import Talk, plain_name


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
    object: str = ""
    """What is given, put, thrown, poured: the thing that changes place or hands."""
    verb: str = ""
    """The definition of the lexicon that was meant."""
    doubt: str = ""
    """What could not be told: a target nobody knows."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Words that nobody performs, and why."""

    text: str
    reason: str
    span: Span | None = field(default=None, compare=False)


_LONGEST_MANNER = 600
"""Characters of a parenthetical that are looked at."""
_EACH_OTHER = frozenset({"each other", "one another"})
_PARTS = r"(?:eyes?|gaze|hands?|fingers|fingertips|palms?|head|face|lips|mouth|breath|shoulders|jaw|brow|tears|voice)"
_OWNED = re.compile(r"^(her|his|their|(?P<name>.+?)['’]s?)(?:\s+\w+)?\s*$", re.IGNORECASE)
_PART = re.compile(rf"^{_PARTS}\b", re.IGNORECASE)
_TRAILING = re.compile(r"([^\W\d_][\w'’-]*(?:\s+[^\W\d_][\w'’-]*)?)$")


def understand(text: str, talk: Talk, span: Span | None = None) -> tuple[Doing | Prose, ...]:
    """Reads one action paragraph. ``talk`` remembers the subjects for the next paragraph. Never raises."""
    steps: list[Doing | Prose] = []
    exact = span is not None and span.end - span.start == len(text)
    for offset, sentence in split_sentences(text):
        where = span
        if exact and span is not None:
            where = Span(span.start + offset, span.start + offset + len(sentence), span.file)
        steps += _sentence(sentence, talk, where)
    return tuple(steps)


def understand_manner(text: str, speaker: str, talk: Talk, span: Span | None = None) -> tuple[Doing, ...]:
    """What somebody does while speaking, by a parenthetical: ``(sitting down)``, ``(to Elias)``; none for a mere manner."""
    found: list[Doing] = []
    talk.mention(speaker)
    for part in re.split(r"\s*[,;]\s*", text[:_LONGEST_MANNER].strip("() ")):
        addressed = re.match(r"^(?:to|at|towards?)\s+(.+)$", part, re.IGNORECASE)
        name = talk.person(_known_target(addressed[1], speaker, talk)[0]) if addressed else ""
        if name:
            found.append(Doing(speaker, "look", name, seconds=0.5, together=True, text=part, span=span, verb="looks"))
            continue
        if not part or (" " not in part and talk.words.manners(part)):
            continue
        found += [
            replace(s, together=True, target=talk.person(s.target) or s.target)
            for s in _sentence(part, talk, span, (speaker,))
            if isinstance(s, Doing)
        ]
    return tuple(found)


def doers(text: str, people: Mapping[str, float], words: Lexicon) -> list[str]:
    """Who of ``people`` is named in a paragraph and does something of the lexicon in it, in order of name."""
    told = text.casefold()
    if not any(part in told for name in people for part in _name_parts(name)):
        return []
    talk = Talk(people, words=words)
    found = {s.subject for s in understand(text, talk) if isinstance(s, Doing)}
    return sorted(found & set(people))


@lru_cache(maxsize=4096)
def _name_parts(name: str) -> tuple[str, ...]:
    """What is in every text that names somebody: one of the words of their name at least."""
    return tuple(re.findall(r"\w+", name.casefold())) or ("",)


def _sentence(sentence: str, talk: Talk, span: Span | None, subject: tuple[str, ...] = ()) -> list[Doing | Prose]:
    found: list[Doing | Prose] = []
    late: list[Doing | Prose] = []
    left: list[str] = []
    reason, together, given = "", False, bool(subject)
    waiting: list[Clause] = []
    clauses = read_sentence(sentence, talk.words)
    if not subject and clauses and _goes_on(clauses[0]):
        subject = talk.several or tuple(talk.last[-1:])
    for clause in clauses:
        if clause.noun and not clause.ways:
            meant = talk.subjects(clause.text)[0]
            if not meant and (named := _leading_person(clause.text, talk)):
                talk_about((named,), talk)  # "Ruth is alone": nothing is done, but she is who is spoken of
                subject = (named,)
                left.append(clause.text)
                continue
            subject = meant or subject
            if subject:
                talk_about(subject, talk)
            else:
                talk.thing = _leading_thing(clause.text, talk) or talk.thing
                left.append(clause.text)
            continue
        if clause.aside and not subject and not found and any(not w.subject and w.reading for w in clause.ways):
            waiting.append(clause)  # "Smiling, Mara sits": whose smile it is comes next
            continue
        steps, subject, why = _clause(clause, subject, talk, span)
        if not steps:
            left.append(clause.text)
            reason = reason or why
            continue
        if given and not found:
            talk.mention(subject[0])
        overlaps = bool(found) and (clause.link in ("as", "while") or together or clause.aside)
        together = (clause.link in ("as", "while") or clause.aside) and not found
        if overlaps:
            steps[0] = replace(steps[0], together=True)
        if clause.link == "before" and not found:
            late = list(steps)
        else:
            found += steps
        for early in waiting:
            found += [replace(s, together=True) for s in _clause(early, subject, talk, span)[0]]
        waiting.clear()
    found += late
    if not found:
        if sentence.rstrip("\"'”’)").endswith("?"):
            reason = "it is asked"
        return [Prose(sentence, reason or "no verb of the lexicon", span)]
    if left and sum(len(part.split()) for part in left) > 3:
        found.append(Prose(", ".join(left), reason or "no verb of the lexicon", span))
    return found


def _goes_on(clause: Clause) -> bool:
    """``Turns. Runs.``: a sentence that is nothing but what somebody does goes on about the subject before."""
    way = clause.ways[0] if clause.ways else None
    first = clause.text.split()[0] if clause.text else ""
    if way is None or way.subject or way.reading is None or first[-1:] != "s" or clause.noun:
        return False
    return not any(w.thing is not None and w.subject for w in clause.ways)


def _clause(
    clause: Clause, subject: tuple[str, ...], talk: Talk, span: Span | None
) -> tuple[list[Doing], tuple[str, ...], str]:
    """The doings of one clause, its subjects, and the reason when there are none."""
    reason = ""
    for way in clause.ways:
        if not way.subject:
            if not subject or way.reading is None:
                continue
            who = subject
        else:
            who, why = _who(way, talk)
            if not who:
                thing = _thing(clause, way, talk, span)
                if thing is not None:
                    return [thing], subject, ""
                reason = reason or why
                continue
        if way.mood or clause.link in ("if", "unless", "whether"):
            talk_about(who, talk)
            return [], who, way.mood or "it is only a condition"
        if way.reading is None:
            reason = reason or "no verb of the lexicon"
            continue
        talk_about(who, talk)
        steps = _doings(way, way.reading, who, clause.text, talk, span)
        return (steps, who, "") if steps else ([], who, "it comes back to itself")
    if reason:
        return [], subject, reason
    named = _leading_person(clause.text, talk)
    if named:
        talk_about((named,), talk)
        return [], (named,), "no verb of the lexicon"
    talk.thing = _leading_thing(clause.text, talk) or talk.thing  # "Her phone rings. She picks it up."
    return [], subject, "no verb of the lexicon" if clause.ways or subject else "no verb of the lexicon, nobody known"


def talk_about(who: tuple[str, ...], talk: Talk) -> None:
    """Remembers the subjects, for pronouns to come."""
    for name in who:
        talk.mention(name)
    if len(who) > 1:
        talk.several = who
    elif who and who[0] not in talk.several:
        talk.several = ()


def _who(way: Way, talk: Talk) -> tuple[tuple[str, ...], str]:
    """Whom a way's subject means. A part of the body stands for its owner: ``Her eyes close`` is hers."""
    reading = way.reading
    if reading is not None and (owned := _OWNED.match(way.subject)) and _part_leads(reading):
        if owned["name"]:
            name = talk.person(owned["name"])
            return ((name,), "") if name else ((), f"nobody here is called '{owned['name']}'")
        pronoun = owned[1].lower()
        return talk.subjects("they") if pronoun == "their" else talk.subjects(pronoun)
    plain = plain_name(way.subject)
    if plain in ("her", "his", "him", "them", "their"):
        return (), "it is about something of theirs"
    who, why = talk.subjects(way.subject)
    if who or "," in way.subject:
        return who, why
    # "At the window Mara turns": the name stands last, after what says where.
    words = way.subject.split()
    if len(words) > 1 and words[0].lower() in _PLACING:
        for count in (1, 2, 3):
            if count < len(words) and (some := talk.subjects(" ".join(words[-count:]))[0]):
                return some, ""
    return (), why


_PLACING = frozenset(
    {
        *(
            "in",
            "at",
            "by",
            "on",
            "from",
            "behind",
            "beside",
            "across",
            "under",
            "over",
            "near",
            "with",
            "without",
            "outside",
        ),
        *(
            "inside",
            "upstairs",
            "downstairs",
            "here",
            "there",
            "below",
            "above",
            "beyond",
            "through",
            "opposite",
            "next",
        ),
        *("meanwhile", "tonight", "today", "somewhere", "elsewhere", "old", "young", "little", "poor", "dear"),
    }
)


def _part_leads(reading: Reading) -> bool:
    return any(_PART.match(p.lstrip("(")) for p in reading.verb.patterns)


def _leading_person(text: str, talk: Talk) -> str:
    words = text.split()
    for count in range(min(4, len(words)), 0, -1):
        name = talk.person(" ".join(words[:count]).strip(","))
        if name:
            return name
    return ""


_OWNED_THING = re.compile(r"^(?:the|an?|his|her|their|\S+['’]s)\s+((?:[\w-]+\s+){0,2}?[\w-]+)(?=\s+\w+)", re.IGNORECASE)


def _leading_thing(text: str, talk: Talk) -> str:
    """The thing a clause begins with, when it is one that is known here."""
    match = _OWNED_THING.match(text)
    return match[1] if match is not None and talk.is_thing(match[1]) else ""


def _thing(clause: Clause, way: Way, talk: Talk, span: Span | None) -> Doing | None:
    """What a thing of the set does: its light goes out, its door opens, it drives off."""
    if way.thing is None or way.mood or clause.link in ("if", "unless"):
        return None
    name = talk.thing if plain_name(way.subject) == "it" else way.subject
    if not name or len(name.split()) > 6 or not talk.is_thing(name):
        return None
    talk.thing = name
    made, tempo = way.thing.verb, way.thing.verb.tempo * pace(clause.text)
    by_turns = "one by one" if re.search(r"\b(\w+) by (one|\1)\b", clause.text) else ""
    back = made.style == "flicker"
    return Doing(
        name,
        made.act,
        _trimmed(way.thing.target),
        by_turns or ("" if back else made.style),
        made.value,
        made.seconds / tempo,
        tempo,
        hold=(-1.0 if back else 1.0) if made.act == "light" else moment(clause.text),
        thing=True,
        text=clause.text,
        span=span,
        verb=made.name,
    )


def _doings(way: Way, reading: Reading, who: tuple[str, ...], text: str, talk: Talk, span: Span | None) -> list[Doing]:
    """What each of ``who`` does; composed verbs are taken apart, and several people act together."""
    first_target, *others_too = _FURTHER.split(reading.target) if not reading.object else [reading.target]
    further = []
    for words in others_too:
        name, doubt = _known_target(_trimmed(words), who[0], talk)
        if not name or doubt:
            break
        further.append(words)
    if further:  # "glances at him, then at the door": the same once more, to somebody or something else
        one_by_one = [replace(reading, target=words) for words in (first_target, *further)]
        return [step for once in one_by_one for step in _doings(way, once, who, text, talk, span)]
    tempo = pace(text)
    steps = list(_composed(reading, tempo, talk.words, 0))
    found: list[Doing] = []
    for made, target, thing, first in steps:
        for number, name in enumerate(who):
            others = [n for n in who if n != name]
            meant, doubt = (
                (others[0], "") if target.lower() in _EACH_OTHER and others else _known_target(target, name, talk)
            )
            what, odd = _known_target(thing, name, talk)
            if target.lower() in _EACH_OTHER and not others:
                meant = talk.pronoun("they", name)
            speed = made.tempo * tempo
            act, seconds = made.act, made.seconds
            if way.tried and ACTS[act].kind == "hands":
                act = "touch"
            found.append(
                Doing(
                    name, act, meant, made.style, made.value, seconds / speed if seconds else 0.0, speed,
                    together=number > 0 or not first, hold=moment(text), text=text, span=span, object=what, verb=made.name,
                    doubt=doubt or odd,
                )
            )  # fmt: skip
            if meant and not talk.person(meant) and talk.is_thing(meant):
                talk.thing = meant
            if what and talk.is_thing(what):
                talk.thing = what
    return found


_FURTHER = re.compile(
    r"\s*,?\s+(?:(?:and\s+)?then(?:\s+(?:at|to|towards?|into|on|over|through))?|and\s+(?:at|to|towards?))\s+",
    re.IGNORECASE,
)
"""Between what is meant first and what is meant next, when nothing else is done to it."""


def _composed(reading: Reading, tempo: float, words: Lexicon, depth: int) -> Iterator[tuple[_Part, str, str, bool]]:
    """(what, target, object, in sequence) of each act of a reading; ``does`` is followed, circles are cut."""
    made = reading.verb
    if not made.does:
        yield (
            _Part(made.name, made.act, made.style, made.value, made.seconds, made.tempo),
            _trimmed(reading.target),
            _trimmed(reading.object),
            True,
        )
        return
    if depth > 6:
        return
    for sentence in made.does:
        for step in does_steps(sentence):
            filled = step.replace("{target}", _trimmed(reading.target)).replace("{object}", _trimmed(reading.object))
            for clause in read_sentence(filled, words):
                way = next((w for w in clause.ways if not w.subject and w.reading is not None), None)
                if way is None or way.reading is None:
                    continue
                again = pace(filled) * made.tempo
                for part, target, thing, first in _composed(way.reading, tempo, words, depth + 1):
                    named = _Part(made.name, part.act, part.style, part.value, part.seconds, part.tempo * again)
                    yield named, target, thing, first and not (clause.aside or clause.link in ("as", "while"))


@dataclass(frozen=True, slots=True)
class _Part:
    """One act of a verb, before anybody does it."""

    name: str
    act: str
    style: str
    value: float
    seconds: float
    tempo: float


_THEIRS = re.compile(
    r"^(his|her|their)\s+(?:eyes?|gaze|side|shoulders?|arms?|hands?|face|cheek|back|neck|forehead)$", re.IGNORECASE
)
_OWNERS = re.compile(
    r"^(.+?)['’]s\s+(?:eyes?|face|hands?|shoulders?|arms?|side|gaze|chair|seat|back|cheek)$", re.IGNORECASE
)
_SELF = re.compile(r"^(?:him|her|them|it)sel(?:f|ves)$", re.IGNORECASE)


def _known_target(words: str, subject: str, talk: Talk) -> tuple[str, str]:
    """What a target's words mean: pronouns resolved to names, else as they stand; and what is doubtful about them."""
    plain = words.lower()
    if plain in ("him", "her", "them", "his", "their"):
        name = talk.pronoun(plain, subject)
        return (name, "") if name else ("", f"nobody fits '{plain}'")
    if plain in ("it", "this", "that"):
        return (talk.thing, "") if talk.thing else ("", f"nothing fits '{plain}'")
    owned = _OWNERS.match(words) if "'" in words or "’" in words else None
    if owned and (name := talk.person(owned[1])):
        return name, ""
    owned = _THEIRS.match(words)
    if owned and (name := talk.pronoun(owned[1].lower(), subject)):
        return name, ""
    named = words.split(None, 2)
    if len(named) > 1 and named[1].endswith("ing") and talk.person(named[0]):
        return named[0], ""  # "Elias standing at the door"
    if not words or talk.person(words) or _SELF.match(words) or talk.is_thing(words):
        return words, ""
    return words, f"nothing here is called '{words}'"


_TRAIL = re.compile(
    r"\s+(?:for (?:a|the|one|two|three|\d+) (?:(?:very )?(?:long|last|first|brief|short) )?(?:moment|time|while|beat|seconds?)"
    r"|as if .*|as though .*|like .*|in silence|once more|one last time|again|with .*|to (?:see|hear|get|find|make|be|do) .*"
    r"|without .*|who .*|that .*|which .*|at once|at last|in a hurry|by (?:his|her|their) side|then .*|and|but|then|or)$",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"\s*,?\s*\b(?:fast|hard|alone|(?!(?:family|belly|lily|jelly|july|italy|emily|billy|kelly|sally|molly|polly|holly|reply|butterfly)\b)"
    r"\w{3,}ly)\s*$",
    re.IGNORECASE,
)
_LEADING = re.compile(r"^(?:\w{3,}ly\s+|from\s+|just\s+|then\s+)+", re.IGNORECASE)


def _trimmed(words: str) -> str:
    """A target without what only says how or how long."""
    if not words:
        return ""
    # What stands after a comma says how, not what: "against the wall, arms crossed".
    text = _LEADING.sub("", words.split(",", 1)[0].strip(" ,.;"))
    if text.count(" ") < 2 and not text.endswith(("ly", " and", " but", " fast", " hard", " alone", " again")):
        return text
    previous = ""
    while text != previous:
        previous = text
        text = _MANNER.sub("", _TRAIL.sub("", text)).strip(" ,.;")
    return text
