"""``look``: a grade by numbers, by a name of its own, from another that it extends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.scope import FileUse, suggest
from compiler.meaning.units import colour, found, linear, number, percentage
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases

_COLOURS = frozenset({"shadows", "highlights"})
_RANGES: dict[str, tuple[float, float]] = {
    "exposure": (-6, 6), "contrast": (0, 4), "saturation": (0, 4), "temperature": (-1, 1), "lift": (-1, 1),
    "distort": (-1, 1), **dict.fromkeys(("grain", "halation", "bloom", "diffusion", "vignette", "streak"), (0.0, 1.0)),
}  # fmt: skip
PROPERTIES = tuple(sorted({field.name for field in fields(f.Look)} - {"name", "span", "said"} | {"extends", "note"}))
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ASPECT = re.compile(r"(\d{1,2}(?:\.\d{1,3})?)\s*(?:[:/x]\s*(\d{1,2}(?:\.\d{1,3})?))?")


def look(
    directive: Directive, known: Mapping[str, f.Look], report: Report, files: list[FileUse] | None = None
) -> f.Look | None:
    """``look NAME[, extends OTHER]`` with its numbers; ``None`` without a name. ``known`` is what it may extend."""
    heads = split_phrases(directive.head)
    if not heads or not _NAME.fullmatch(heads[0].text):
        span = heads[0].span if heads else directive.span
        report(E.MISSING_NAME, span, keyword="look", help="write `look drowned-memory`, one word in lower case")
        return None
    made = f.Look()
    bases = [_base(phrase) for phrase in heads[1:]]
    bases += [prop.value for prop in directive.properties if prop.key == "extends"]
    for base in bases:
        if base.text in known:
            made = known[base.text]
            continue
        help_text, fix = suggest(report, base.text, base.span, known)
        listed = "the looks above it are " + ", ".join(f"`{name}`" for name in known)
        report(E.UNKNOWN_LOOK, base.span, name=base.text, help=help_text or listed, fix=fix)
    said: dict[str, Span] = {}
    values: dict[str, Any] = {}
    for prop in directive.properties:
        if prop.key in ("extends", "note"):
            continue
        if prop.key not in PROPERTIES:
            help_text, fix = suggest(report, prop.key, prop.key_span, PROPERTIES)
            listed = "known are " + ", ".join(PROPERTIES)
            report(E.UNKNOWN_PROPERTY, prop.key_span, keyword="look", key=prop.key, help=help_text or listed, fix=fix)
            continue
        if prop.key in said and prop.key not in ("style", "avoid", "palette"):
            notes = ((said[prop.key], "first here"),)
            report(E.TWICE, prop.key_span, slot=f"`{prop.key}`", text=prop.value.text, notes=notes, help="say it once")
            continue
        said.setdefault(prop.key, prop.key_span)
        value = _value(prop, values, report, files if files is not None else [])
        if value is not None:
            values[prop.key] = value
    return replace(made, **values, name=heads[0].text, span=directive.span)


def _base(phrase: Text) -> Text:
    name = phrase.text.removeprefix("extends ").strip()
    end = phrase.span.end
    return Text(name, Span(end - len(name), end, phrase.span.file))


def _value(prop: Property, values: dict[str, Any], report: Report, files: list[FileUse]) -> object:
    """The typed value of one property; ``None`` when it was reported."""
    key, text = prop.key, prop.value.text.strip()
    if key in ("style", "avoid"):
        return (*values.get(key, ()), *(p.text for p in split_phrases(prop.value)))
    if key == "lut":
        path = text.strip('"')
        if not path.lower().endswith(".cube"):
            return _bad(prop, "LUT", 'write `lut: "luts/print.cube"`', report)
        files.append(FileUse(path, "LUT", prop.value.span))
        return path
    if key == "aspect":
        return _aspect(prop, text, report)
    if key == "palette":
        colours = [_triple(p.text) for p in split_phrases(prop.value)]
        if any(c is None for c in colours) or not colours:
            return _bad(prop, "list of colours", "write `palette: #1c2a3a, #d9a441, teal`", report)
        return (*values.get(key, ()), *(c for c in colours if c is not None))
    if key in _COLOURS:
        triple = _triple(text)
        return (
            triple if triple else _bad(prop, "colour such as #1c2a3a or three numbers", "see stdlib/looks.film", report)
        )
    share = percentage(text)
    value = float(share) if share is not None else number(text)
    if value is None:
        return _bad(prop, "number", "see stdlib/looks.film", report)
    low, high = _RANGES[key]
    if not low <= value <= high:
        reason = f"it lies between {low:g} and {high:g}"
        help_text = f"write `{key}: {min(max(value, low), high):g}`"
        report(E.OUT_OF_RANGE, prop.value.span, what=key, text=text, reason=reason, help=help_text)
        return None
    return value


def _aspect(prop: Property, text: str, report: Report) -> float | None:
    match = _ASPECT.fullmatch(text)
    if not match or (match[2] and not float(match[2])):
        _bad(prop, "shape of the picture", "write `aspect: 2.39:1` or `aspect: 4:3`", report)
        return None
    value = float(match[1]) / float(match[2] or 1)
    if not 0.4 <= value <= 4:
        reason = "width over height lies between 0.4 and 4"
        report(E.OUT_OF_RANGE, prop.value.span, what="the aspect", text=text, reason=reason, help="write `2.39:1`")
        return None
    return round(value, 4)


def _triple(text: str) -> tuple[float, float, float] | None:
    """Linear Rec.709 of ``#1c2a3a``, a CSS name, or three numbers as they are."""
    if code := colour(text):
        return linear(code)
    numbers = [number(part) for part in text.split()]
    if len(numbers) == 3 and all(n is not None and abs(n) <= 4 for n in numbers):
        return (numbers[0] or 0.0, numbers[1] or 0.0, numbers[2] or 0.0)
    return None


def _bad(prop: Property, expected: str, help_text: str, report: Report) -> object:
    """Report a value of the wrong kind; there is none then."""
    text = prop.value.text
    report(E.BAD_VALUE, prop.value.span, text=text, expected=expected, help=found(text, help_text))
    return None
