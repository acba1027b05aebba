"""``setup`` and ``coverage``: named shots with parameters, and the patterns by which undirected scenes are shot.

Both are written in a shot's own phrases with slots in braces, so whatever a shot understands they understand too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.bases import applied
from compiler.names import hint
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases

_HEAD = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\s*(?:\(\s*([^()]*?)\s*\))?\s*")
_PARAMETER = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SLOT = re.compile(r"\{([^{}]*)\}")
_SPEECH = ("speaker", "other", "listener", "who", "all")
_ACTION = ("who", "other", "listener", "thing", "all")
HOLD, AGAIN = "hold", "again"
"""Rules that are no shot: stay on what is on; begin the list of this situation anew."""
SITUATIONS: dict[str, tuple[str, ...]] = {
    "opening": ("all", "thing"),
    "reopening": ("all", "who"),
    "regroup": _SPEECH,
    "first-line": _SPEECH,
    "among": _SPEECH,
    "line": _SPEECH,
    "reply": _SPEECH,
    "long-speech": _SPEECH,
    "alone": _SPEECH,
    "reaction": _SPEECH,
    "voice": (*_SPEECH, "thing"),
    "off-screen": (*_SPEECH, "thing"),
    "voice-over": (*_SPEECH, "thing"),
    "beat": ("listener", "speaker", "other", "all"),
    "enter": _ACTION,
    "exit": _ACTION,
    "travel": _ACTION,
    "posture": _ACTION,
    "gesture": _ACTION,
    "touch": _ACTION,
    "handle": _ACTION,
    "action": _ACTION,
    "together": _ACTION,
    "travel-together": _ACTION,
    "group": _ACTION,
    "thing": ("thing", "all"),
    "prose": ("all", "thing", "who"),
    "dwell": _ACTION,
    "otherwise": (),
}
"""What a coverage pattern may have rules for, and the slots each fills."""
_TRIES = ("SOMEBODY", "medium", "40mm", "3s", "20deg", "1m", "left", "slowly", "f/2", "window")
"""What a parameter might stand for, tried in turn to see whether a phrase can mean anything."""


def setup(directive: Directive, report: Report, *, trusted: bool = False) -> f.Setup | None:
    """``setup over-shoulder(front, back)`` with its ``shot:`` phrases; ``None`` when it has no name or no shot.

    Every slot must be a parameter and every parameter must have a slot; phrases are a shot's own, and are taken as they
    are when ``trusted``.
    """
    head = _HEAD.fullmatch(directive.head.text)
    if head is None:
        help_text = "write `setup over-shoulder(front, back)`"
        if directive.head.text.strip():
            report(E.BAD_PHRASE, directive.head.span, text=directive.head.text, help=help_text)
        else:
            report(E.MISSING_NAME, directive.span, keyword="setup", help=help_text)
        return None
    parameters = _parameters(head[2] or "", directive, report)
    phrases: list[f.Phrase] = []
    for prop in directive.properties:
        if prop.key == "shot":
            phrases += _phrases(prop)
        elif prop.key not in ("example", "note"):
            _unknown(prop, "setup", ("shot", "example", "note"), report)
    if not phrases:
        report(E.NO_SHOT, directive.span, keyword="setup", name=head[1], help="give it `shot: medium of {who}, 50mm`")
        return None
    used: set[str] = set()
    for phrase in phrases:
        used |= _check_slots(phrase, parameters, "parameter", report)
        if not trusted and not applied(phrase.text):
            _check_phrase(phrase, report)
    for name in parameters:
        if name not in used:
            report(
                E.BAD_PARAMETER, directive.head.span, name=name, reason="no phrase uses it", help=f"write {{{name}}}"
            )
    return f.Setup(head[1], parameters, tuple(phrases), directive.span)


def coverage(directive: Directive, report: Report, *, trusted: bool = False) -> f.Coverage | None:
    """``coverage tableau`` with a rule for each situation; ``None`` when it has no name or no rule.

    A situation given several times is a list: the n-th time it arises takes the n-th rule, and the last one stays.
    Phrases are taken as they are when ``trusted``.
    """
    head = _HEAD.fullmatch(directive.head.text)
    if head is None or head[2] is not None:
        help_text = "write `coverage two-hander` and rules such as `line: close-up of {speaker}`"
        if directive.head.text.strip():
            report(E.BAD_PHRASE, directive.head.span, text=directive.head.text, help=help_text)
        else:
            report(E.MISSING_NAME, directive.span, keyword="coverage", help=help_text)
        return None
    rules: list[f.CoverageRule] = []
    for prop in directive.properties:
        if prop.key in ("example", "note"):
            continue
        if prop.key not in SITUATIONS:
            _unknown(prop, "coverage", (*SITUATIONS, "example", "note"), report)
            continue
        phrases = _phrases(prop)
        if not phrases:
            report(E.NO_SHOT, prop.span, keyword="coverage", name=prop.key, help=f"write `{prop.key}: wide` or `hold`")
            continue
        rules.append(f.CoverageRule(prop.key, phrases))
        if len(phrases) == 1 and phrases[0].text in (HOLD, AGAIN):
            continue
        for phrase in phrases:
            _check_slots(phrase, SITUATIONS[prop.key], "slot of this situation", report)
            if not trusted:
                _check_phrase(phrase, report)
    if not rules:
        help_text = "give it rules: `line: close-up of {speaker}`"
        report(E.NO_SHOT, directive.span, keyword="coverage", name=head[1], help=help_text)
        return None
    return f.Coverage(head[1], tuple(rules), directive.span)


@lru_cache(maxsize=4096)
def shot_template(phrases: tuple[str, ...], slots: tuple[str, ...]) -> f.Shot | None:
    """The typed shot of phrases in which each slot stands for a name; ``None`` when they mean none.

    A slot ``{who}`` becomes the subject ``{WHO}``; ``filled`` puts people in.
    """
    names = {slot: f"SLOT{chr(65 + i)}" for i, slot in enumerate(slots)}
    shot = _typed([_put(text, names) for text in phrases], names.values(), Report())
    if shot is None:
        return None
    return filled(shot, {name: (f"{{{slot.upper()}}}",) for slot, name in names.items()})


def filled(shot: f.Shot, names: Mapping[str, tuple[str, ...]]) -> f.Shot:
    """The shot with every name of ``names`` replaced by those it stands for: subjects, focus and what moves go by."""

    def one(name: str) -> str:
        return next(iter(names.get(name, (name,))), "")

    subjects = tuple(dict.fromkeys(n for s in shot.subjects for n in names.get(s, (s,))))
    moves = tuple(replace(m, target=one(m.target)) if m.target in names else m for m in shot.moves)
    lens = shot.lens
    if lens.focus in names or lens.rack_to in names:
        lens = replace(lens, focus=one(lens.focus), rack_to=one(lens.rack_to))
    return replace(shot, subjects=subjects, moves=moves, lens=lens)


# --- reading and checking ------------------------------------------------------------------------


def _parameters(text: str, directive: Directive, report: Report) -> tuple[str, ...]:
    found: list[str] = []
    for name in (part.strip() for part in text.split(",")):
        if not name and not text:
            continue
        if not _PARAMETER.fullmatch(name):
            reason, help_text = "a parameter is one lower-case word", "write `setup single(who)`"
            report(E.BAD_PARAMETER, directive.head.span, name=name, reason=reason, help=help_text)
        elif name in found:
            help_text = "give one of them another name"
            report(E.BAD_PARAMETER, directive.head.span, name=name, reason="it is there twice", help=help_text)
        else:
            found.append(name)
    return tuple(found)


def _phrases(prop: Property) -> tuple[f.Phrase, ...]:
    return tuple(f.Phrase(t.text, t.span) for t in split_phrases(prop.value))


def _check_slots(phrase: f.Phrase, known: Iterable[str], what: str, report: Report) -> set[str]:
    known = tuple(known)
    used = set(_SLOT.findall(phrase.text))
    for slot in sorted(used - set(known)):
        listed = "there are " + ", ".join(f"`{{{k}}}`" for k in known) if known else "there are none here"
        report(E.UNKNOWN_SLOT, phrase.span, slot=slot, what=what, help=hint(report, slot, known) or listed)
    if used <= set(known) and ("{" in _SLOT.sub("", phrase.text) or "}" in _SLOT.sub("", phrase.text)):
        report(E.UNKNOWN_SLOT, phrase.span, slot=phrase.text, what=what, help="a slot is one word in braces: `{who}`")
    return used


def _check_phrase(phrase: f.Phrase, report: Report) -> None:
    """Reports a phrase that means nothing in a shot, whatever its slots stand for."""
    slots = sorted(set(_SLOT.findall(phrase.text)))
    first: Report | None = None
    for value in _TRIES if slots else ("",):
        tried = Report()
        _typed([_put(phrase.text, dict.fromkeys(slots, value))], ("SOMEBODY",), tried)
        if not tried.failed:
            return
        first = first or tried
    if first is not None and first.items:
        item = first.items[0]
        report.items.append(replace(item, span=phrase.span, notes=(), fix=None))


def _put(text: str, names: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda m: names.get(m[1], m[0]), text)


def _typed(phrases: list[str], people: Iterable[str], report: Report) -> f.Shot | None:
    """The phrases as a shot would read them, with ``people`` known."""
    from compiler.meaning.scope import Scope
    from compiler.meaning.shots import resolve_shot  # a shot's phrases may name a set-up, so shots know this module

    text = ", ".join(phrases)
    nowhere = Span(0, len(text))
    scope = Scope(people={name.casefold(): name for name in people})
    shot = resolve_shot(Directive("shot", Text(text, nowhere), (), (), False, nowhere), scope, report)
    return None if report.failed else replace(shot, span=f.NOWHERE)


def _unknown(prop: Property, keyword: str, known: Iterable[str], report: Report) -> None:
    known = tuple(known)
    help_text = hint(report, prop.key, known) or "it has " + ", ".join(f"`{k}`" for k in known)
    report(E.UNKNOWN_PROPERTY, prop.key_span, keyword=keyword, key=prop.key, help=help_text)
