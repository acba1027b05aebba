"""``piece``, ``prop`` and ``group``: what a set can hold, things that stay themselves, and people treated as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.meaning import film as f
from compiler.meaning.piece_values import (
    PAINTS,
    read_colour,
    read_count,
    read_glow,
    read_length,
    read_part,
    read_point,
    read_size,
)
from compiler.names import hint
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases

RESTS = ("floor", "wall", "hung", "top", "ceiling", "ground")
"""Where a piece stands: on the floor, with its back to a wall, hung on one, on something that holds, overhead, outdoors."""
MARKS = ("sit", "touch", "look", "stand")
OPENS = ("lid", "cover", "drawer", "doors", "door")
"""How a piece opens: a lid at its back, a book's cover, a drawer that slides, two doors or one on hinges."""
GRIPS = ("upright", "flat", "handle", "ear", "hands", "pocket")
"""How a hand holds a piece: round it, palm under it, by its handle, at the ear, in both hands, lightly between fingers."""
MOVES = ("drives", "rides", "floats", "flies", "rolls")
MOST_PEOPLE = 400
MOST_PARTS = 200

_PIECE_NAME = re.compile(r"[a-z][a-z0-9']*(?:[ -][a-z0-9']+){0,3}")
_GROUP_HEAD = re.compile(r"([^:,a-z]+?)\s*(?:[:,]\s*(.*))?")
_COUNT = re.compile(
    r"(a pair of|a dozen|two dozen|a score of|a hundred|two hundred|a handful of|several|a few|\d+|[a-z]+(?:-[a-z]+)?)\b\s*(?:of )?(.*)",
    re.IGNORECASE,
)
_PROP_KEYS = ("kind", "colour", "size", "reference", "seed", "note")
_GROUP_KEYS = ("count", "wears", "seed", "note")

_LENGTHS: dict[str, str] = {"hang": "1.35 m", "holds": "0.75 m", "seat": "0.45 m", "stand": "0.42 m", "trunk": "0.36 m"}
_WORDS: dict[str, tuple[str, ...]] = {
    "rest": RESTS, "mark": MARKS, "opens": OPENS, "grip": GRIPS, "moves": MOVES, "flat": ("yes", "no"),
}  # fmt: skip
PIECE_KEYS = (
    "words", "like", "size", "rest", "mark", "colour", "parts", "point", "glow", "seats", "example", "note",
    *_LENGTHS, *_WORDS,
)  # fmt: skip


def piece(directive: Directive, report: Report) -> f.PieceKind | None:
    """``piece lectern`` with its block; ``None`` without a name.

    Every property is checked here; staging reads the kept phrases with the same readers (``meaning.piece_values``).
    """
    name = " ".join(directive.head.text.split()).rstrip(":").strip()
    if not _PIECE_NAME.fullmatch(name):
        if name:
            report(
                E.BAD_VALUE, directive.head.span, text=name, expected="name of a piece", help="write `piece lectern`"
            )
        else:
            report(E.MISSING_NAME, directive.span, keyword="piece", help="write `piece lectern`")
        return None
    seen: dict[str, Span] = {}
    kept: list[f.Property] = []
    for prop in directive.properties:
        if prop.key not in PIECE_KEYS:
            _unknown(prop, "piece", PIECE_KEYS, report)
            continue
        if prop.key in seen and prop.key not in ("parts", "words", "example", "note"):
            report(
                E.TWICE, prop.span, slot=f"`{prop.key}`", text=prop.value.text, notes=((seen[prop.key], "first here"),)
            )
            continue
        seen[prop.key] = prop.span
        if _checked(prop, report):
            kept.append(f.Property(prop.key, _phrases(prop.value), "", prop.span))
    if not seen.keys() & {"size", "parts", "like"}:
        report(
            E.INCOMPLETE_PIECE,
            directive.head.span,
            name=name,
            what="size",
            help="write `size: 0.5 x 1.1 x 0.4 m` and `parts:`, or `like: table`",
        )
        return None
    if not seen.keys() & {"parts", "like"} and not directive.span.file.startswith("stdlib:"):
        report(
            E.INCOMPLETE_PIECE,
            directive.head.span,
            name=name,
            what="form",
            help="write `parts: box 0.5 x 1.1 x 0.4 m in oak`, or `like: table` to build it as a table is built",
        )
    return f.PieceKind(name, tuple(kept), _description(directive), directive.span)


def prop(directive: Directive, report: Report) -> f.Prop | None:
    """``prop TAXI: an old yellow cab`` with its block; ``None`` without a name in capitals."""
    name, rest = _name(directive, report)
    if not name:
        return None
    kind, colour, seed = "", "", name
    size: tuple[float, float, float] | None = None
    reference: list[str] = []
    for item in directive.properties:
        text = item.value.text.strip()
        match item.key:
            case "kind":
                kind = " ".join(text.lower().split())
                if not kind:
                    report(E.BAD_VALUE, item.span, text=text, expected="kind of piece", help="write `kind: car`")
            case "colour":
                colour = text.lower()
                if read_colour(text) is None:
                    _bad_colour(item.value, report)
                    colour = ""
            case "size":
                size = read_size(text)
                if size is None:
                    report(E.BAD_VALUE, item.value.span, text=text, expected="size", help=_SIZE_HELP)
            case "seed":
                seed = text or name
            case "reference":
                reference += [t.text.strip('"') for t in split_phrases(item.value)]
            case "note":
                pass
            case _:
                _unknown(item, "prop", _PROP_KEYS, report)
    words = (*(f.Phrase(t.text, t.span) for t in rest), *_description(directive))
    return f.Prop(name, kind, words, colour, size, tuple(reference), seed, directive.span)


def group(directive: Directive, report: Report) -> f.Group | None:
    """``group CROWD: 40 passers-by``; ``None`` without a name in capitals. Counts run from 2 to ``MOST_PEOPLE``."""
    name, rest = _name(directive, report)
    if not name:
        return None
    count, words = _counted(rest)
    where = rest[0].span if rest else directive.head.span
    wears: list[f.Phrase] = []
    seed = name
    for item in directive.properties:
        match item.key:
            case "count":
                count, where = read_count(item.value.text), item.value.span
                if count is None:
                    report(
                        E.BAD_VALUE, where, text=item.value.text, expected="number of people", help="write `count: 40`"
                    )
                    count = 2
            case "wears":
                wears += _phrases(item.value)
            case "seed":
                seed = item.value.text.strip() or name
            case "note":
                pass
            case _:
                _unknown(item, "group", _GROUP_KEYS, report)
    if count is None:
        report(
            E.BAD_COUNT,
            where,
            text=directive.head.text.strip(),
            reason="none is given",
            help=f"write `group {name}: 12 guests`",
        )
        count = 2
    elif not 2 <= count <= MOST_PEOPLE:
        reason = "one person is a `character`" if count < 2 else f"a group has at most {MOST_PEOPLE}"
        report(E.BAD_COUNT, where, text=str(count), reason=reason)
        count = min(max(count, 2), MOST_PEOPLE)
    return f.Group(name, count, (*words, *_description(directive)), tuple(wears), seed, directive.span)


# --- values ------------------------------------------------------------------------------------

_SIZE_HELP = "write width, height and depth: `size: 1.2 x 0.75 x 0.8 m`"


def _checked(prop: Property, report: Report) -> bool:
    """Reports what is wrong with a piece's property; whether it can be kept."""
    key, text, span = prop.key, prop.value.text.strip(), prop.value.span
    if key == "note":
        return False
    if not text:
        report(E.BAD_VALUE, prop.span, text=key, expected="property with a value", help=f"write `{key}: …`")
        return False
    if key in _WORDS:
        if text not in _WORDS[key]:
            help_text = hint(report, text, _WORDS[key]) or "known are " + ", ".join(_WORDS[key])
            report(E.BAD_VALUE, span, text=text, expected=f"value of `{key}`", help=help_text)
            return False
        return True
    if key in _LENGTHS:
        return _read(read_length, prop, "length", f"write `{key}: {_LENGTHS[key]}`", report)
    match key:
        case "size":
            return _read(read_size, prop, "size", _SIZE_HELP, report)
        case "point":
            return _read(read_point, prop, "point", "write right, up and forward: `point: 0 0.7 0.2 m`", report)
        case "seats":
            return _read(read_count, prop, "number of seats", "write `seats: 4`", report)
        case "colour":
            if read_colour(text) is None:
                _bad_colour(prop.value, report)
                return False
        case "glow":
            found = read_glow([p.text for p in split_phrases(prop.value)])
            if isinstance(found, str):
                help_text = "write `glow: at 0 0.3 0 m, orange, intensity 1.2, radius 4 cm, flicker 10%`"
                report(E.BAD_VALUE, span, text=found, expected="phrase of a glow", help=help_text)
                return False
        case "parts":
            return _check_parts(prop, report)
    return True


def _check_parts(prop: Property, report: Report) -> bool:
    phrases = split_phrases(prop.value)
    if len(phrases) > MOST_PARTS:
        report(
            E.BAD_PART,
            phrases[MOST_PARTS].span,
            text=phrases[MOST_PARTS].text,
            reason=f"at most {MOST_PARTS} in a line",
        )
        return False
    good = True
    for phrase in phrases:
        found = read_part(phrase.text)
        if isinstance(found, str):
            report(E.BAD_PART, phrase.span, text=phrase.text, reason=found)
            good = False
    return good


def _read(
    reader: Callable[[str], object | None], prop: Property, expected: str, help_text: str, report: Report
) -> bool:
    if reader(prop.value.text) is None:
        report(E.BAD_VALUE, prop.value.span, text=prop.value.text, expected=expected, help=help_text)
        return False
    return True


def _bad_colour(value: Text, report: Report) -> None:
    near = hint(report, value.text.lower(), PAINTS)
    report(E.BAD_VALUE, value.span, text=value.text, expected="colour", help=near or "write `colour: red` or `#7a1f1f`")


def _name(directive: Directive, report: Report) -> tuple[str, list[Text]]:
    """The name in capitals and the phrases after its colon or comma."""
    head = directive.head
    match = _GROUP_HEAD.fullmatch(head.text.strip())
    lead = len(head.text) - len(head.text.lstrip())
    if match is None or not any(c.isalpha() for c in match[1]):
        what = directive.keyword
        report(
            E.MISSING_NAME,
            head.span if head.text.strip() else directive.span,
            keyword=what,
            help=f"write `{what} NAME` with the name in capitals",
        )
        return "", []
    rest = match[2] or ""
    begin = head.span.start + lead + (match.start(2) if match[2] else 0)
    phrases = split_phrases(Text(rest, Span(begin, begin + len(rest), head.span.file))) if rest else ()
    return " ".join(match[1].split()), list(phrases)


def _counted(phrases: list[Text]) -> tuple[int | None, tuple[f.Phrase, ...]]:
    """The number a group's first phrase begins with, and the phrases without it."""
    if not phrases:
        return None, ()
    first, others = phrases[0], tuple(f.Phrase(t.text, t.span) for t in phrases[1:])
    match = _COUNT.fullmatch(first.text)
    count = None
    if match is not None:
        count = (
            int(match[1])
            if match[1].isdecimal() and match[1].isascii() and len(match[1]) <= 6
            else read_count(match[1])
        )
    if match is None or count is None:
        return None, (f.Phrase(first.text, first.span), *others)
    if not match[2]:
        return count, others
    begin = first.span.start + match.start(2)
    return count, (f.Phrase(match[2], Span(begin, first.span.end, first.span.file)), *others)


def _phrases(value: Text) -> tuple[f.Phrase, ...]:
    return tuple(f.Phrase(t.text, t.span) for t in split_phrases(value))


def _description(directive: Directive) -> tuple[f.Phrase, ...]:
    return tuple(f.Phrase(t.text, t.span) for line in directive.description for t in split_phrases(line))


def _unknown(prop: Property, keyword: str, known: Iterable[str], report: Report) -> None:
    help_text = hint(report, prop.key, known) or "known are " + ", ".join(known)
    report(E.UNKNOWN_PROPERTY, prop.key_span, keyword=keyword, key=prop.key, help=help_text)
