"""``character``, ``location`` and ``look``: directives to typed declarations."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from compiler.codes import E
from compiler.diagnostics import Report
from compiler.meaning import film as f
from compiler.meaning.units import number_in_words
from compiler.names import hint
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases

_AGE_WORDS = re.compile(r"\b(?:of|aged|age)\s+([a-z-]+|\d{1,3})\b", re.IGNORECASE)
_AGE_PHRASE = re.compile(r"(?:aged?\s+)?(\d{1,3}|[a-z]+(?:-[a-z]+)?)(?:\s*years old)?", re.IGNORECASE)
_HEIGHT = re.compile(r"\b(\d(?:\.\d{1,3})?)\s*m\b|\b(\d{2,3})\s*cm\b")
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})")
_PERSON = ("wears", "build", "face", "hair", "voice", "age", "height", "seed")
_PLACE = ("set", "light", "sound", "weather", "palette")


def character(directive: Directive, report: Report) -> f.Character | None:
    """A declared person; ``None`` when it has no name."""
    name, inline = _name_and_rest(directive, report)
    if not name:
        return None
    made = f.Character(name=name, seed=name, span=directive.span)
    description = [*inline, *(t for line in directive.description for t in split_phrases(line))]
    values: dict[str, list[f.Phrase]] = {}
    for prop in directive.properties:
        match prop.key:
            case "wears" | "build" | "face" | "hair" | "voice":
                values.setdefault(prop.key, []).extend(_phrases(prop.value))
            case "age":
                age = number_in_words(prop.value.text)
                if age is None:
                    report(E.BAD_VALUE, prop.value.span, text=prop.value.text, expected="age", help="write `age: 63`")
                else:
                    made = replace(made, age=float(age))
            case "height":
                made = replace(made, height=_height(prop, report))
            case "seed":
                made = replace(made, seed=prop.value.text)
            case _:
                _unknown(prop, "character", _PERSON, report)
    everything = " ".join([t.text for t in description] + [p.text for p in values.get("build", ())])
    return replace(
        made,
        description=tuple(f.Phrase(t.text, t.span) for t in description),
        age=made.age if made.age is not None else _age(description),
        height=made.height if made.height is not None else _height_in(everything),
        wears=tuple(values.get("wears", ())),
        build=tuple(values.get("build", ())),
        face=tuple(values.get("face", ())),
        hair=tuple(values.get("hair", ())),
        voice=tuple(values.get("voice", ())),
    )


def location(directive: Directive, report: Report) -> f.Location | None:
    """A declared place; ``None`` when it has no name."""
    name, inline = _name_and_rest(directive, report)
    if not name:
        return None
    lists: dict[str, list[f.Phrase]] = {}
    light: list[f.Property] = []
    for prop in directive.properties:
        match prop.key:
            case "light":
                light.append(f.Property("light", _phrases(prop.value), prop.when, prop.span))
            case "set" | "sound" | "weather" | "palette":
                lists.setdefault(prop.key, []).extend(_phrases(prop.value))
            case _:
                _unknown(prop, "location", _PLACE, report)
    description = [*inline, *(t for line in directive.description for t in split_phrases(line))]
    return f.Location(
        name,
        tuple(f.Phrase(t.text, t.span) for t in description),
        set=tuple(lists.get("set", ())),
        light=tuple(light),
        sound=tuple(lists.get("sound", ())),
        weather=tuple(lists.get("weather", ())),
        palette=tuple(lists.get("palette", ())),
        span=directive.span,
    )


def look(directive: Directive, known: dict[str, f.Look], report: Report) -> f.Look | None:
    """A grade: ``look NAME[, extends OTHER]`` and numeric properties."""
    heads = split_phrases(directive.head)
    if not heads:
        report(E.MISSING_NAME, directive.span, keyword="look", help="write `look drowned-memory`")
        return None
    made = f.Look()
    for phrase in heads[1:]:
        base = phrase.text.removeprefix("extends ").strip()
        if base not in known:
            report(E.UNKNOWN_LOOK, phrase.span, name=base, help=hint(report, base, known))
        made = known.get(base, made)
    names = {field.name for field in fields(f.Look)} - {"name", "span"}
    for prop in directive.properties:
        if prop.key not in names:
            _unknown(prop, "look", sorted(names), report)
            continue
        value = _triple(prop.value.text) if prop.key in ("shadows", "highlights") else _number(prop.value.text)
        if value is None:
            expected = "colour such as #1c2a3a or three numbers" if prop.key in ("shadows", "highlights") else "number"
            report(E.BAD_VALUE, prop.value.span, text=prop.value.text, expected=expected, help="see stdlib/looks.film")
        else:
            made = replace(made, **{prop.key: value})  # type: ignore[arg-type]
    return replace(made, name=heads[0].text, span=directive.span)


def _name_and_rest(directive: Directive, report: Report) -> tuple[str, list[Text]]:
    phrases = split_phrases(directive.head)
    if not phrases or phrases[0].text != phrases[0].text.upper():
        what = directive.keyword
        report(
            E.MISSING_NAME,
            directive.head.span if phrases else directive.span,
            keyword=what,
            help=f"write `{what} NAME` with the name in capitals",
        )
        return "", []
    return phrases[0].text, list(phrases[1:])


def _phrases(value: Text) -> tuple[f.Phrase, ...]:
    return tuple(f.Phrase(t.text, t.span) for t in split_phrases(value))


def _unknown(prop: Property, keyword: str, known: tuple[str, ...] | list[str], report: Report) -> None:
    help_text = hint(report, prop.key, known) or "known are " + ", ".join(known)
    report(E.UNKNOWN_PROPERTY, prop.key_span, keyword=keyword, key=prop.key, help=help_text)


def _age(phrases: list[Text]) -> float | None:
    for phrase in phrases:
        match = _AGE_WORDS.search(phrase.text)
        if not match and not (match := _AGE_PHRASE.fullmatch(phrase.text)):
            continue
        age = number_in_words(match[1])
        if age is not None:
            return float(age)
    return None


def _height(prop: Property, report: Report) -> float | None:
    height = _height_in(prop.value.text)
    if height is None or not 0.4 <= height <= 2.6:
        report(E.BAD_VALUE, prop.value.span, text=prop.value.text, expected="height", help="write `height: 1.64 m`")
        return None
    return height


def _height_in(text: str) -> float | None:
    match = _HEIGHT.search(text)
    if not match:
        return None
    return float(match[1]) if match[1] else float(match[2]) / 100


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"[+-]?\d{1,4}(\.\d{1,6})?", text.strip()) else None


def _triple(text: str) -> tuple[float, float, float] | None:
    if colour := _COLOUR.fullmatch(text.strip()):
        r, g, b = (int(colour[1][i : i + 2], 16) / 255 for i in (0, 2, 4))
        return (round(r**2.2, 6), round(g**2.2, 6), round(b**2.2, 6))
    numbers = [_number(part) for part in text.split()]
    if len(numbers) == 3 and all(n is not None for n in numbers):
        return (numbers[0] or 0.0, numbers[1] or 0.0, numbers[2] or 0.0)
    return None
