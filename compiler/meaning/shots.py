"""A ``shot`` directive to a typed ``Shot``: every phrase fills one slot, and none is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report
from compiler.limits import DIGITS, NAME
from compiler.meaning import film as f
from compiler.meaning import vocabulary as v
from compiler.meaning.scope import Scope
from compiler.meaning.shot_block import read_block
from compiler.meaning.shot_moves import begins_move, moves
from compiler.meaning.shot_phrases import BY_WORD, SPLIT_EDIT, contradictions, joins, one_value, source, unknown
from compiler.meaning.shot_setup import MOST_NESTED, call_of, filled_phrases
from compiler.meaning.shot_slots import Draft
from compiler.meaning.shot_subjects import framing, more_subjects, sized
from compiler.meaning.units import long_number
from compiler.names import misspelling
from compiler.syntax.nodes import Directive
from compiler.syntax.phrases import PhraseNode, Word, parse_head

_WHOLE: dict[str, tuple[str, object]] = {
    **{text: ("size", size) for text, size in v.SIZES.items()},
    **{text: ("height", height) for text, height in v.HEIGHTS.items()},
    **{text: ("side", side) for text, side in v.SIDES.items()},
    "establishing": ("establishing", True), "establishing shot": ("establishing", True),
    "anamorphic": ("anamorphic", True), "anamorphic lens": ("anamorphic", True), "spherical": ("anamorphic", False),
    "auto": ("seconds", None), "staged": ("source", None),
}  # fmt: skip
"""Phrases that are one slot's value as they stand."""


def resolve_shot(directive: Directive, scope: Scope, report: Report) -> f.Shot:
    """The typed shot; whatever is wrong with a phrase is reported and the phrase left out."""
    head = parse_head(directive.head, scope.unplain)
    draft = Draft(scope, report)
    more: dict[str, object] = {"span": directive.span}
    if head.label:
        more["name"] = _name(head.label, draft)
    phrases = head.phrases
    if not head.label and ":" in directive.head.text and phrases:
        phrases = _misnamed(phrases, draft)
    called = _read(phrases, draft)
    more |= read_block(directive, draft)
    if called:
        more["setup"] = called
    _settle(draft)
    return draft.shot(**more)


def _name(label: Word, draft: Draft) -> str:
    name = label.text.removesuffix(":")
    if name in v.shot_words() or name in draft.scope.setups:
        help_text = "give it a word that is not a size, angle, move or set-up"
        draft.report(E.BAD_SHOT_NAME, label.span, name=name, help=help_text)
    elif len(name) > NAME.value:
        draft.report(NAME.code, label.span, limit=NAME.value, count=len(name), help="shorten it")
    return name


def _misnamed(phrases: tuple[PhraseNode, ...], draft: Draft) -> tuple[PhraseNode, ...]:
    """The phrases without the words before a colon that cannot be a name, which are reported."""
    words = phrases[0].words
    colon = next((i for i, w in enumerate(words) if w.text == ":"), 0)
    if not colon:
        return phrases
    name = " ".join(w.text for w in words[:colon])
    made = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    span = words[0].span.join(words[colon - 1].span)
    fix = Fix(f"write `{made}`", (Edit(span.join(words[colon].span), f"{made}:"),)) if made[:1].isalpha() else None
    help_text = f"one word in lower case, with hyphens: `{made}:`" if fix else "one word in lower case, with hyphens"
    draft.report(E.BAD_SHOT_NAME, span, name=name, help=help_text, fix=fix)
    rest = words[colon + 1 :]
    return (PhraseNode(rest, rest[0].span.join(rest[-1].span)), *phrases[1:]) if rest else phrases[1:]


def _read(phrases: tuple[PhraseNode, ...] | list[PhraseNode], draft: Draft, depth: int = 0) -> str:
    """Read phrases in order, then what a set-up among them says; the set-up's name, or ""."""
    calls: list[PhraseNode] = []
    subjects_open = False
    for phrase in _rejoined(phrases):
        draft.place = phrase.span if depth else None
        if long_number(phrase.text):
            help_text = "nobody times a shot to the billionth of a second"
            draft.report(DIGITS.code, phrase.span, limit=DIGITS.value, help=help_text)
            continue
        if subjects_open and not _in_capitals(phrase, draft) and more_subjects(phrase, draft):
            continue
        before = draft.values.get("subjects")
        if not _phrase(phrase, draft):
            calls.append(phrase)
        subjects_open = draft.values.get("subjects") is not before
    name = ""
    for phrase in calls:
        call = call_of(phrase, draft)
        if call is None:
            unknown(phrase, (*v.all_shot_phrases(), *draft.scope.setups), "shot", draft)
            continue
        setup, arguments = call
        if not setup.name:
            continue
        draft.scope.used.add(("setup", setup.name))
        if depth >= MOST_NESTED:
            help_text = "take one of them out of the circle"
            draft.report(
                E.EXTENDS_CYCLE, phrase.span, name=setup.name, chain="set-ups that apply each other", help=help_text
            )
            return name
        if depth == 0:
            if name:
                draft.twice("setup", phrase.span, phrase.text)
                continue
            draft.said["setup"], draft.texts["setup"] = phrase.span, phrase.text
        name = name or setup.name
        inner = filled_phrases(setup, arguments, phrase, draft)
        was, own = draft.soft, draft.own
        draft.soft, draft.own = True, frozenset(draft.said)
        _read(inner, draft, depth + 1)
        draft.soft, draft.own = was, own
    return name


def _rejoined(phrases: Iterable[PhraseNode]) -> list[PhraseNode]:
    """Phrases with moves put together that a comma parts before ``and`` or ``then``: ``dolly in, then pan left``."""
    made: list[PhraseNode] = []
    for phrase in phrases:
        words = phrase.words
        if made and words[0].text.lower() in ("and", "then") and words[1:] and begins_move(words[1:]):
            before = made[-1]
            if begins_move(before.words):
                made[-1] = PhraseNode((*before.words, *words), before.span.join(phrase.span))
                continue
        made.append(phrase)
    return made


def _in_capitals(phrase: PhraseNode, draft: Draft) -> bool:
    """Whether a phrase is vocabulary that looks like a name: ``of MARA, CU``, ``of MARA, L-cut 1s``."""
    text = phrase.text.lower()
    return (text in _WHOLE and not draft.scope.named(phrase.text)) or SPLIT_EDIT.match(text) is not None


def _phrase(phrase: PhraseNode, draft: Draft) -> bool:
    """Fill what a phrase says; false for one that may be a set-up, or means nothing."""
    words = phrase.words
    text = phrase.text.lower()
    if (whole := _WHOLE.get(text)) is not None:
        if len(words) == 1 and words[0].text in draft.scope.setups:
            return False
        draft.put(phrase, *whole)
        return True
    first = words[0].text.lower()
    if (rule := BY_WORD.get(first)) is not None and rule(phrase, draft):
        return True
    if first == "sound" and (joins(phrase, draft) or source(phrase, draft)):
        return True
    if one_value(phrase, draft) or framing(phrase, draft) or sized(phrase, draft):
        return True
    if moves(phrase, draft):
        return True
    if first == "pull" and BY_WORD["focus"](phrase, draft):
        return True
    return _bare_name(phrase, draft)


def _bare_name(phrase: PhraseNode, draft: Draft) -> bool:
    """A name alone is nearly a subject: say how it is written."""
    if phrase.words[0].kind != "NAME" or phrase.words[-1].kind == "ARGUMENTS":
        return False
    name = draft.scope.named(phrase.text)
    near = "" if name else misspelling(phrase.text.casefold(), draft.scope.people)
    if not name and not near:
        return False
    name = name or draft.scope.people[near]
    help_text = f"write `of {name}`"
    draft.report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="shot", help=help_text)
    return True


def _settle(draft: Draft) -> None:
    """What only the whole shot shows: contradictions, and slots that belong to others."""
    contradictions(draft)
    values = draft.values
    sound = values.pop("plate_sound", None)
    if sound is not None:
        origin = values.get("source")
        if isinstance(origin, f.PlateSource):
            values["source"] = f.PlateSource(origin.plate, origin.begin, origin.end, bool(sound))
        else:
            help_text = "write `plate ANA, sound on`"
            span = draft.said["plate_sound"]
            draft.report(
                E.CONTRADICTION, span, text=draft.texts["plate_sound"], other="a staged picture", help=help_text
            )
    length = values.get("seconds")
    times = [t for m in values.get("moves", ()) for t in (m.start, m.end) if t is not None]
    if length is not None and any(t > length for t in times):
        reason = f"the shot ends at {float(length):g}s"
        draft.report(
            E.OUT_OF_RANGE, draft.said["moves"], what="the time of a move", text=draft.texts["moves"], reason=reason,
            help="move it into the shot, or make the shot longer",
        )  # fmt: skip
