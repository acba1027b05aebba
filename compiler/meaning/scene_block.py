"""The ``scene`` directive: who stands where, what they wear, and the scene's light, mood, look, cover, pace and weather."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.requirements import requirements
from compiler.meaning.scope import Scope, suggest, unknown_name
from compiler.meaning.shot_block import light_of, phrases_of
from compiler.meaning.units import found, percentage
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases

KEYS = ("mood", "look", "light", "wardrobe", "cover", "pace", "weather", "require", "note", "allow")
_ASIDE = frozenset({"note", "allow"})
"""Properties that change nothing: a note, and what `compiler.silence` reads."""
PACES = {
    "very slow": 1.5, "slow": 1.25, "slowly": 1.25, "leisurely": 1.25, "measured": 1.12, "normal": 1.0, "brisk": 0.85,
    "quick": 0.75, "fast": 0.75, "very fast": 0.6, "frantic": 0.6,
}  # fmt: skip
_PACE = (0.25, 4.0)
_FACTOR = re.compile(r"(\d{1,2}(?:\.\d{1,3})?)\s?x?")
_WEARS = re.compile(r"(?:wears|wearing|dressed in|in costume)\s+(.+)", re.IGNORECASE)
_WARDROBE = re.compile(r"wardrobe\s+(.+?):\s*(.+)")


@dataclass(slots=True)
class Opening:
    """What the ``scene`` directives of one scene have said so far: fields of ``Scene``, and where each stands."""

    fields: dict[str, Any] = field(default_factory=dict)
    placements: list[f.Placement] = field(default_factory=list)
    wardrobe: list[f.Property] = field(default_factory=list)
    light: list[f.Property] = field(default_factory=list)
    weather: list[f.Phrase] = field(default_factory=list)
    requires: list[f.Requirement] = field(default_factory=list)
    said: dict[str, Span] = field(default_factory=dict)

    def scene_fields(self) -> dict[str, object]:
        """Keyword arguments of ``Scene``; placements and wardrobe by name, for their order means nothing."""
        return {
            **self.fields,
            "placements": tuple(sorted(self.placements, key=lambda p: p.entity)),
            "wardrobe": tuple(sorted(self.wardrobe, key=lambda p: p.key)),
            "light": tuple(sorted(self.light, key=lambda p: p.when)),
            "weather": tuple(self.weather),
            "requires": tuple(self.requires),
            "said": tuple(self.said.items()),
        }


def read_scene(directive: Directive, opening: Opening, scope: Scope, report: Report) -> None:
    """Add what one ``scene`` directive says; each property is said once, and names must exist."""
    for prop in (*_head_properties(directive, report), *directive.properties):
        _property(prop, opening, scope, report)
    for line in directive.description:
        match = _WARDROBE.fullmatch(line.text)
        if match is None:
            help_text = "write `MARA: standing at door` or `mood: waiting`"
            report(E.UNKNOWN_PHRASE, line.span, text=line.text, keyword="scene", help=help_text)
            continue
        start = line.span.start
        value = Text(match[2], Span(start + match.start(2), line.span.end, line.span.file))
        who = Text(match[1], Span(start + match.start(1), start + match.end(1), line.span.file))
        _dress(who, value, line.span, opening, scope, report)


def _head_properties(directive: Directive, report: Report) -> list[Property]:
    """``scene look ember, pace brisk``: phrases on the line itself are properties too."""
    made = []
    for phrase in split_phrases(directive.head):
        key, _, value = phrase.text.partition(" ")
        key = key.rstrip(":")
        if key in KEYS and value.strip():
            at = phrase.span.end - len(value)
            made.append(Property(key, "", Text(value, Span(at, phrase.span.end, phrase.span.file)), phrase.span))
        else:
            help_text = "positions and states stand below it: `MARA: standing at door`"
            report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="scene", help=help_text)
    return made


def _property(prop: Property, opening: Opening, scope: Scope, report: Report) -> None:
    key, value = prop.key, prop.value
    if key in ("mood", "look", "cover", "pace") and key in opening.said:
        notes = ((opening.said[key], "first here"),)
        report(E.TWICE, prop.key_span, slot=f"`{key}`", text=value.text, notes=notes, help="say it once")
        return
    if key in KEYS and key not in _ASIDE and not value.text:
        report(E.INCOMPLETE, prop.key_span, keyword=key, what="anything", help=f"say what after `{key}:`")
        return
    match key:
        case "note" | "allow":
            return
        case "mood":
            opening.fields["mood"] = value.text
        case "look":
            if scope.need_look(value, report):
                opening.fields["look"] = value.text
        case "cover":
            if scope.need("coverage", value, scope.coverages, report):
                opening.fields["cover"] = value.text
        case "pace":
            pace = _pace(value, report)
            if pace is not None:
                opening.fields["pace"] = pace
        case "light":
            lit = light_of(prop, report)
            opening.light += [lit] if lit else []
        case "weather":
            opening.weather += phrases_of(value)
        case "require":
            opening.requires += requirements(value, scope, report)
        case "wardrobe":
            _wardrobe(prop, opening, scope, report)
        case _:
            _place(prop, opening, scope, report)
            return
    opening.said.setdefault(key, prop.span)


def _place(prop: Property, opening: Opening, scope: Scope, report: Report) -> None:
    """``MARA: standing at door, holds LETTER, wears yellow raincoat``; also for groups, props and pieces of the set."""
    known = scope.named(prop.key)
    if not known and scope.stands_here(prop.key):
        known = prop.key
    if not known:
        if prop.key.isupper() or not prop.key.islower():
            unknown_name(prop.key, prop.key_span, scope.people.values(), report)
            return
        near = scope.people.get(prop.key.casefold())
        help_text, fix = suggest(report, prop.key, prop.key_span, [near] if near else KEYS)
        listed = "known are " + ", ".join(KEYS) + " and names"
        report(E.UNKNOWN_PROPERTY, prop.key_span, keyword="scene", key=prop.key, help=help_text or listed, fix=fix)
        return
    phrases: list[f.Phrase] = []
    clothes: list[f.Phrase] = []
    dressing = False
    for phrase in phrases_of(prop.value):
        wears = _WEARS.fullmatch(phrase.text)
        if wears:
            clothes.append(f.Phrase(wears[1], phrase.span))
            dressing = True
        elif dressing and phrase.text.lower().startswith(("and ", "with ")):
            clothes.append(f.Phrase(phrase.text.split(" ", 1)[1], phrase.span))
        else:
            dressing = False
            phrases.append(phrase)
    if known in opening.said:
        notes = ((opening.said[known], "first here"),)
        report(
            E.TWICE,
            prop.key_span,
            slot=f"the opening of {known}",
            text=prop.key,
            notes=notes,
            help="join the two lines",
        )
        return
    opening.said[known] = prop.span
    if clothes:
        opening.wardrobe.append(f.Property(known, tuple(clothes), "", prop.span))
    if phrases:
        opening.placements.append(f.Placement(known, tuple(phrases), prop.span))


def _wardrobe(prop: Property, opening: Opening, scope: Scope, report: Report) -> None:
    """``wardrobe: MARA yellow raincoat, boots; ELIAS pyjamas``."""
    position = prop.value.span.start
    for part in prop.value.text.split(";"):
        text = part.strip()
        start = position + len(part) - len(part.lstrip())
        position += len(part) + 1
        if not text:
            continue
        name, rest = _leading_name(text, scope)
        span = Span(start, start + len(text), prop.span.file)
        if not name:
            help_text = "write `wardrobe: MARA yellow raincoat, boots`"
            first = text.split()[0].rstrip(":,")
            if first.isupper():
                unknown_name(first, Span(start, start + len(first), prop.span.file), scope.people.values(), report)
            else:
                report(E.BAD_VALUE, span, text=text, expected="wardrobe of somebody", help=help_text)
            continue
        offset = start + len(text) - len(rest)
        value = Text(rest, Span(offset, span.end, prop.span.file))
        _dress(Text(name, Span(start, start + len(name), prop.span.file)), value, prop.span, opening, scope, report)


def _dress(who: Text, value: Text, span: Span, opening: Opening, scope: Scope, report: Report) -> None:
    known = scope.named(who.text)
    if not known:
        unknown_name(who.text, who.span, scope.people.values(), report)
        return
    if any(p.key == known for p in opening.wardrobe):
        report(E.TWICE, span, slot=f"the wardrobe of {known}", text=value.text, help="join the two lines")
        return
    phrases = phrases_of(value)
    if phrases:
        opening.wardrobe.append(f.Property(known, phrases, "", span))


def _leading_name(text: str, scope: Scope) -> tuple[str, str]:
    """The longest declared name a text begins with, and the rest without ``in``, ``wears`` or a colon."""
    words = text.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        candidate = " ".join(words[:count]).rstrip(":,")
        if candidate.isupper() and scope.named(candidate):
            rest = re.sub(r"^(?:in|wears|wearing|:)\s+", "", " ".join(words[count:]))
            return candidate, rest
    return "", text


def _pace(value: Text, report: Report) -> float | None:
    """A factor on lengths: a word, ``0.8``, ``0.8x``, or a speed in percent (125 % is 0.8 of the time)."""
    text = value.text.lower().strip()
    factor = PACES.get(text)
    if factor is None and (share := percentage(text)) is not None and share > 0:
        factor = round(float(1 / share), 4)
    if factor is None and (match := _FACTOR.fullmatch(text)):
        factor = float(match[1])
    if factor is None:
        help_text = found(value.text, "write slow, brisk, quick, or a factor such as `0.8`")
        report(E.BAD_VALUE, value.span, text=value.text, expected="pace", help=help_text)
        return None
    if not _PACE[0] <= factor <= _PACE[1]:
        reason = f"a factor lies between {_PACE[0]:g} and {_PACE[1]:g}"
        report(E.OUT_OF_RANGE, value.span, what="the pace", text=value.text, reason=reason, help="1 is the usual pace")
        return None
    return factor
