"""Whom and what a shot is of: names and things after ``of`` and ``on``, over shoulders, points of view, pairs and parts."""

from __future__ import annotations

import re

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Span
from compiler.meaning import film as f
from compiler.meaning import vocabulary as v
from compiler.meaning.scope import BODY, bare
from compiler.meaning.shot_slots import Draft, span_of
from compiler.syntax.phrases import PhraseNode, Word

_AFTER_SIZE = frozenset({"of", "on", "over", "from", "pov", "two-shot", "two", "group", "three-shot"})
_OF_SEVERAL = re.compile(
    r"(?:(two|2|three|3|four|4|five|5)[- ]?(?:shots?|hander)|2s|(group)(?: shot)?)\b", re.IGNORECASE
)
_HOW_MANY = {"two": 2, "three": 3, "four": 4, "five": 5}
_JOINERS = frozenset({"and", "&", "with"})
_OWNER = re.compile(r"(.+?)['’]s\s+(.+)")
_LONGEST_SIZE = 3


def framing(phrase: PhraseNode, draft: Draft) -> bool:
    """Phrases that begin with ``of``, ``on``, ``over``, ``pov``, ``two-shot`` or ``group``; false for any other."""
    words = phrase.words
    if several(phrase, draft):
        return True
    if len(words) > 1 and words[-1].text.lower() == "pov" and words[-2].text.endswith(("'s", "’s")):
        draft.put(phrase, "relation", f.Relation.POV)
        subject(words[:-1], phrase, draft)
        return True
    match words[0].text.lower():
        case "of" | "on":
            subject(words[1:], phrase, draft)
        case "angle" if len(words) > 2 and words[1].text.lower() == "on":
            subject(words[2:], phrase, draft)
        case "pov":
            draft.put(phrase, "relation", f.Relation.POV)
            subject(words[1:], phrase, draft)
        case "over" if any(w.text.lower() in ("shoulder", "shoulders") for w in words):
            over_shoulder(words[1:], phrase, draft)
        case "ots" | "over-the-shoulder" if "over-the-shoulder" not in draft.scope.setups:
            over_shoulder(words[1:], phrase, draft)
        case _:
            return False
    return True


def sized(phrase: PhraseNode, draft: Draft) -> bool:
    """The longest size a phrase begins with, and the framing after it (``close-up of MARA``, ``medium over …``)."""
    words = phrase.words
    for count in range(min(_LONGEST_SIZE, len(words) - 1), 0, -1):
        if words[count].text.lower() not in _AFTER_SIZE:
            continue
        text = " ".join(w.text for w in words[:count]).lower()
        if (size := v.SIZES.get(text)) is None:
            continue
        draft.fill("size", size, span_of(words[:count]), text)
        tail = words[count:]
        rest = PhraseNode(tail, span_of(tail))
        angle = rest.text.lower()
        if angle in v.SIDES:
            draft.put(rest, "side", v.SIDES[angle])
        elif angle in v.HEIGHTS:
            draft.put(rest, "height", v.HEIGHTS[angle])
        elif not framing(rest, draft):
            subject(tail, phrase, draft)
        return True
    return _unjoined(phrase, draft)


def _unjoined(phrase: PhraseNode, draft: Draft) -> bool:
    """``CU MARA``: a size and a name with no ``of`` between them are reported with the word put in."""
    words = phrase.words
    for count in range(min(_LONGEST_SIZE, len(words) - 1), 0, -1):
        if words[count].kind == "NAME" and " ".join(w.text for w in words[:count]).lower() in v.SIZES:
            at = words[count - 1].span.end
            fix = Fix("put `of` between them", (Edit(Span(at, at, phrase.span.file), " of"),), safe=True)
            help_text = (
                f"write `{' '.join(w.text for w in words[:count])} of {' '.join(w.text for w in words[count:])}`"
            )
            draft.report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="shot", help=help_text, fix=fix)
            return True
    return False


def several(phrase: PhraseNode, draft: Draft) -> bool:
    """``two-shot [of A and B]``, ``three-shot …``, ``group [shot] [of A, B and C]``; without names, of who is there."""
    opening = phrase.text
    match = _OF_SEVERAL.match(opening)
    if match is None:
        return False
    counts = range(1, len(phrase.words) + 1)
    told = next((n for n in counts if PhraseNode(phrase.words[:n], phrase.span).text == match[0].strip()), 0)
    if not told:
        return False
    words = phrase.words[told:]
    wanted = match[1] and int(_HOW_MANY.get(match[1].lower(), match[1]))
    pair = not match[2] and wanted in (None, 2)
    draft.put(phrase, "relation", f.Relation.TWO_SHOT if pair else f.Relation.GROUP)
    if words:
        before = len(draft.values.get("subjects", ()))
        subject(words[1:] if words[0].text.lower() in ("of", "on") else words, phrase, draft)
        count = len(draft.values.get("subjects", ())) - before
        if pair and count > 2:
            help_text = "several are a `group of A, B and C`"
            draft.report(E.BAD_VALUE, phrase.span, text=phrase.text, expected="pair", help=help_text)
    return True


def over_shoulder(words: tuple[Word, ...], phrase: PhraseNode, draft: Draft) -> None:
    """``over A's shoulder [of|on|to B]``: the one whose shoulder it is comes first."""
    draft.put(phrase, "relation", f.Relation.OVER_SHOULDER)
    kept = tuple(w for w in words if w.text.lower() not in ("shoulder", "shoulders", "the", "left", "right"))
    at = next((i for i, w in enumerate(kept) if w.text.lower() in ("of", "on", "to", "at", "onto")), len(kept))
    if at == 0:  # over the shoulder of A on B
        kept = kept[1:]
        at = next((i for i, w in enumerate(kept) if w.text.lower() in ("on", "to", "at", "onto")), len(kept))
    front, back = kept[:at], kept[at + 1 :]
    names: list[str] = []
    for part in (front, back):
        names += _listed(part, phrase, draft)
    if names:
        draft.put(phrase, "subjects", tuple(names))


def subject(words: tuple[Word, ...], phrase: PhraseNode, draft: Draft) -> None:
    """Names of people, groups and props in capitals, or words for what stands here, joined by ``and``."""
    if words and words[0].text.lower() in ("of", "on"):
        words = words[1:]
    if words and words[0].text.lower() == "over":
        framing(PhraseNode(words, span_of(words)), draft)
        return
    if not words:
        help_text = "write `close-up of MARA`"
        draft.report(E.UNKNOWN_NAME, phrase.span, name=phrase.text, help=help_text)
        return
    words = _without_angle(words, draft)
    names = _listed(words, phrase, draft)
    if names:
        draft.fill("subjects", tuple(names), span_of(words), phrase.text)


def _without_angle(words: tuple[Word, ...], draft: Draft) -> tuple[Word, ...]:
    """Words without the angle they may end in: ``of MARA from behind``, ``of MARA in profile``."""
    for at in range(1, len(words)):
        if words[at].text.lower() not in ("from", "in", "at"):
            continue
        tail = PhraseNode(words[at:], span_of(words[at:]))
        text = tail.text.lower()
        if text in v.SIDES:
            draft.put(tail, "side", v.SIDES[text])
        elif text in v.HEIGHTS:
            draft.put(tail, "height", v.HEIGHTS[text])
        else:
            continue
        return words[:at]
    return words


def more_subjects(phrase: PhraseNode, draft: Draft) -> bool:
    """``of MARA, ELIAS and a DOG``: a name list goes on over commas. No other phrase begins with a name or an article."""
    words = phrase.words
    first = words[0].text.lower()
    if first == "and":
        words = words[1:]
    if not words or (words[0].kind != "NAME" and first not in ("and", "a", "an", "the")):
        return False
    names = tuple(_listed(words, phrase, draft))
    draft.values["subjects"] = (*draft.values.get("subjects", ()), *names)
    return True


def _listed(words: tuple[Word, ...], phrase: PhraseNode, draft: Draft) -> list[str]:
    """Each name between ``and``s, resolved; what is unknown is reported at its own words."""
    found: list[str] = []
    part: list[Word] = []
    for word in (*words, None):
        if word is not None and word.text.lower() not in _JOINERS:
            part.append(word)
            continue
        if part:
            name = _one(tuple(part), draft)
            if name and name not in found:
                found.append(name)
        part = []
    return found


def _one(words: tuple[Word, ...], draft: Draft) -> str:
    span = span_of(words)
    text = " ".join(w.text for w in words)
    trimmed = text.removesuffix("'s").removesuffix("’s")
    if trimmed != text:
        span = type(span)(span.start, span.end - 2, span.file)
    owner = _OWNER.fullmatch(trimmed)
    if owner and (name := draft.scope.named(owner[1])):
        part = bare(owner[2]).lower()
        thing = draft.scope.named(owner[2])
        if thing:
            return thing
        if part.split()[-1] in BODY:
            draft.fill("detail", part, span, text)
            return name
        return draft.scope.subject(owner[2], span, draft.report)
    named = next((i for i, w in enumerate(words) if w.kind != "NAME"), len(words))
    if 0 < named < len(words) and not draft.scope.named(trimmed):
        first = words[:named]
        name = draft.scope.named(" ".join(w.text for w in first).removesuffix("'s").removesuffix("’s"))
        if name:
            text, help_text = (
                " ".join(w.text for w in words[named:]),
                f"write `of {name}`, and the rest as phrases of their own",
            )
            draft.report(E.UNKNOWN_PHRASE, span_of(words[named:]), text=text, keyword="shot", help=help_text)
            return name
        if owner or not draft.scope.stands_here(trimmed):
            return draft.scope.subject(" ".join(w.text for w in first).removesuffix("'s"), span_of(first), draft.report)
    return draft.scope.subject(trimmed, span, draft.report)
