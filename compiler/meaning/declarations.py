"""``character``, ``location``, ``plate`` and ``edition``: directives to typed declarations, each from itself alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from compiler.codes import E
from compiler.diagnostics import Edit, Fix, Report, Span
from compiler.meaning import film as f
from compiler.meaning.scope import FileUse, suggest
from compiler.meaning.shot_block import files_of, light_of, phrases_of
from compiler.meaning.units import colour, duration, found, length, number_in_words, time_range
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases
from compiler.timebase import FrameRate

_AGE_WORDS = re.compile(r"\b(?:of|aged|age)\s+([a-z-]+|\d{1,3})\b", re.IGNORECASE)
_AGE_PHRASE = re.compile(r"(?:aged?\s+)?(\d{1,3}|[a-z]+(?:-[a-z]+)?)(?:\s*years old)?", re.IGNORECASE)
_HEIGHT = re.compile(r"\b(\d(?:\.\d{1,3})?)\s*m\b|\b(\d{2,3})\s*cm\b")
_STRING = re.compile(r'"([^"\r\n]*)"')
_PERSON = (
    *("wears", "build", "face", "hair", "voice", "age", "height", "seed", "reference", "lora", "adapter", "consent"),
    *("extends", "was", "note"),
)  # fmt: skip
_PLACE = ("set", "light", "sound", "weather", "palette", "reference", "seed", "extends", "was", "note")
_PLATE = ("file", "in", "out", "key", "replaces", "performance", "transcript", "consent", "licence", "license", "note")
_EDITION = ("scenes", "sections", "without", "limit", "note")
_FREE = frozenset({"wears", "build", "face", "hair", "voice"})
KEYS = ("green", "blue", "auto")
"""What a plate can be keyed by, besides a matte file."""
_AS = re.compile(r"(?:as )?(?:a |the )?performance of (.+)")
_KEYED = re.compile(r"(?:key(?:ed)?(?: on| by)? )?(green|blue|auto)(?: ?screen)?(?: key)?")
_LONGEST_EDITION = 6 * 3600


@dataclass(slots=True)
class _Block:
    """A declaration's properties while they are read: single values once, lists joined."""

    keyword: str
    known: tuple[str, ...]
    report: Report
    files: list[FileUse]
    said: dict[str, Span] = field(default_factory=dict)

    def once(self, prop: Property) -> bool:
        if prop.key in self.said:
            notes = ((self.said[prop.key], "first here"),)
            self.report(
                E.TWICE, prop.key_span, slot=f"`{prop.key}`", text=prop.value.text, notes=notes, help="say it once"
            )
            return False
        self.said[prop.key] = prop.key_span
        return self.worded(prop)

    def worded(self, prop: Property) -> bool:
        """Whether a property says anything, and no time of day that would mean nothing."""
        if prop.when and prop.key != "light":
            help_text = "only `light at night:` has a time of day"
            self.report(
                E.BAD_VALUE, prop.key_span, text=f"{prop.key} at {prop.when}", expected="property", help=help_text
            )
            return False
        if not prop.value.text:
            help_text = f"say what after `{prop.key}:`"
            self.report(E.INCOMPLETE, prop.key_span, keyword=prop.key, what="anything", help=help_text)
            return False
        return True

    def unknown(self, prop: Property) -> None:
        help_text, fix = suggest(self.report, prop.key, prop.key_span, self.known)
        listed = "known are " + ", ".join(self.known)
        self.report(
            E.UNKNOWN_PROPERTY, prop.key_span, keyword=self.keyword, key=prop.key, help=help_text or listed, fix=fix
        )


def character(directive: Directive, report: Report, files: list[FileUse] | None = None) -> f.Character | None:
    """A declared person; ``None`` when it has no name. ``files`` takes note of the pictures and weights it names."""
    name, rest = name_and_rest(directive, report)
    if not name:
        return None
    block = _Block("character", _PERSON, report, files if files is not None else [])
    values: dict[str, Any] = {}
    lists: dict[str, list[f.Phrase]] = {}
    extends, inline = _extends(rest)
    for prop in directive.properties:
        key = prop.key
        if key in _FREE:
            if block.worded(prop):
                lists.setdefault(key, []).extend(phrases_of(prop.value))
        elif key == "note":
            continue
        elif key in ("reference", "lora", "adapter"):
            if block.worded(prop):
                slot, kind = ("reference", "picture") if key == "reference" else ("adapter", "weights")
                values[slot] = (*values.get(slot, ()), *files_of(prop.value, kind, block.files))
        elif key not in _PERSON:
            block.unknown(prop)
        elif block.once(prop):
            _person_value(prop, values, report)
    extends = values.pop("extends", "") or extends
    description = [*inline, *(t for line in directive.description for t in split_phrases(line))]
    everything = " ".join([t.text for t in description] + [p.text for p in lists.get("build", ())])
    values.setdefault("age", _age(description))
    values.setdefault("height", _height_in(everything))
    values.setdefault("seed", "" if extends else name)
    return f.Character(
        name,
        tuple(f.Phrase(t.text, t.span) for t in description),
        extends=extends,
        span=directive.span,
        **{**values, **{key: tuple(said) for key, said in lists.items()}},
    )


def location(directive: Directive, report: Report, files: list[FileUse] | None = None) -> f.Location | None:
    """A declared place; ``None`` when it has no name."""
    name, rest = name_and_rest(directive, report)
    if not name:
        return None
    block = _Block("location", _PLACE, report, files if files is not None else [])
    extends, inline = _extends(rest)
    lists: dict[str, list[f.Phrase]] = {}
    light: list[f.Property] = []
    values: dict[str, Any] = {}
    for prop in directive.properties:
        match prop.key:
            case "note":
                continue
            case "light":
                if block.worded(prop):
                    lit = light_of(prop, report)
                    light += [lit] if lit else []
            case "set" | "sound" | "weather" | "palette":
                if block.worded(prop):
                    lists.setdefault(prop.key, []).extend(phrases_of(prop.value))
                if prop.key == "palette":
                    _check_colours(prop.value, report)
            case "reference":
                if block.worded(prop):
                    values["reference"] = (*values.get("reference", ()), *files_of(prop.value, "picture", block.files))
            case "seed" | "extends" | "was":
                if block.once(prop):
                    values[prop.key] = prop.value.text
            case _:
                block.unknown(prop)
    extends = values.pop("extends", "") or extends
    description = [*inline, *(t for line in directive.description for t in split_phrases(line))]
    return f.Location(
        name,
        tuple(f.Phrase(t.text, t.span) for t in description),
        light=tuple(sorted(light, key=lambda p: p.when)),
        extends=extends,
        span=directive.span,
        **{**values, **{key: tuple(said) for key, said in lists.items()}},
    )


def plate(directive: Directive, report: Report, rate: FrameRate, files: list[FileUse] | None = None) -> f.Plate | None:
    """``plate NAME "file", in..out, green``: live-action footage. Times are in the file's own seconds."""
    files = files if files is not None else []
    name, rest = name_and_rest(directive, report)
    quoted = _STRING.search(name)
    if quoted:  # plate ANA "footage/ana.mov"
        rest = [Text(quoted[0], directive.head.span), *rest]
        name = name[: quoted.start()].strip().rstrip(":")
    if not name:
        return None
    block = _Block("plate", _PLATE, report, files)
    values: dict[str, Any] = {}
    span = directive.span
    for phrase in rest:
        text = phrase.text
        if quoted := _STRING.fullmatch(text):
            _once(block, "file", phrase, values, quoted[1])
        elif pair := time_range(text, rate.fps):
            if _once(block, "in", phrase, values, pair[0], "begin"):
                values["end"] = pair[1]
        elif keyed := _KEYED.fullmatch(text.lower()):
            _once(block, "key", phrase, values, keyed[1])
        elif acted := _AS.fullmatch(text):
            _once(block, "performance", phrase, values, acted[1], "performance_of")
        elif text.lower().startswith("replaces "):
            _once(block, "replaces", phrase, values, text[9:].strip())
        else:
            help_text = 'write `plate ANA "footage/ana.mov", 00:12:04:10..00:12:31:02, green`'
            report(E.UNKNOWN_PHRASE, phrase.span, text=text, keyword="plate", help=help_text)
    for prop in directive.properties:
        if prop.key == "note":
            continue
        if prop.key not in _PLATE:
            block.unknown(prop)
        elif block.once(prop):
            _plate_value(prop, values, block, rate)
    path = values.get("file", "")
    if not path:
        help_text = 'write `plate ANA "footage/ana.mov"`'
        report(E.INCOMPLETE, directive.head.span, keyword=f"plate {name}", what="its file", help=help_text)
        return None
    files.append(FileUse(path, "footage", block.said.get("file", span)))
    if values.get("key") and values["key"] not in KEYS:
        files.append(FileUse(values["key"], "footage", block.said.get("key", span)))
    begin, end = values.get("begin"), values.get("end")
    if begin is not None and end is not None and end <= begin:
        help_text = "the out point comes after the in point"
        report(
            E.BAD_VALUE,
            block.said.get("out", block.said.get("in", span)),
            text=name,
            expected="stretch of a plate",
            help=help_text,
        )
        values.pop("end")
    return f.Plate(name, span=span, **values)


def _check_colours(value: Text, report: Report) -> None:
    """A palette is of colours in words, too; what begins with `#` is a colour by numbers."""
    for part in split_phrases(value):
        if part.text.startswith("#") and colour(part.text) is None:
            report(E.BAD_VALUE, part.span, text=part.text, expected="colour", help="write `#d9a441`, or its name")


def edition(directive: Directive, report: Report, rate: FrameRate) -> f.Edition | None:
    """``edition trailer: scenes 1, 4, The Crossing, without 3, limit 60s``; the same as properties of its block."""
    head = directive.head
    match = re.fullmatch(r"([a-z0-9]+(?:-[a-z0-9]+)*)\s*(?::\s*(.*)|,\s*(.*))?", head.text, re.DOTALL)
    if match is None:
        help_text = "write `edition trailer: limit 60s`"
        report(E.MISSING_NAME, head.span if head.text else directive.span, keyword="edition", help=help_text)
        return None
    block = _Block("edition", _EDITION, report, [])
    chosen: dict[str, list[f.Phrase]] = {"scenes": [], "without": []}
    values: dict[str, Any] = {}
    rest = match[2] if match[2] is not None else match[3] or ""
    start = head.span.end - len(rest)
    slot = ""
    for phrase in split_phrases(Text(rest, Span(start, head.span.end, head.span.file))):
        key, _, tail = phrase.text.partition(" ")
        key = key.rstrip(":")
        if key in ("scenes", "scene", "section", "sections", "without", "only") and tail:
            slot = "without" if key == "without" else "scenes"
            _chosen(Text(tail, Span(phrase.span.end - len(tail), phrase.span.end, phrase.span.file)), chosen[slot])
        elif key == "limit" or duration(phrase.text, rate.fps) is not None:
            slot = ""
            text = tail if key == "limit" else phrase.text
            _limit(Text(text, phrase.span), values, block, rate)
        elif slot:
            _chosen(phrase, chosen[slot])
        else:
            help_text = "write `scenes 1, 4`, `without 3` or `limit 60s`"
            report(E.UNKNOWN_PHRASE, phrase.span, text=phrase.text, keyword="edition", help=help_text)
    for prop in directive.properties:
        match prop.key:
            case "note":
                continue
            case "scenes" | "sections" | "without":
                slot = "without" if prop.key == "without" else "scenes"
                if block.worded(prop):
                    for part in split_phrases(prop.value):
                        _chosen(part, chosen[slot])
            case "limit":
                if block.worded(prop):
                    _limit(prop.value, values, block, rate)
            case _:
                block.unknown(prop)
    if not rest and not directive.properties:
        help_text = f"write `edition {match[1]}: scenes 1, 4, limit 60s`"
        report(
            E.INCOMPLETE, head.span, keyword="edition", what="which scenes it has, or how long it is", help=help_text
        )
    return f.Edition(
        match[1],
        tuple(p.text for p in chosen["scenes"]),
        tuple(p.text for p in chosen["without"]),
        span=directive.span,
        said=tuple((p.text, p.span) for p in (*chosen["scenes"], *chosen["without"])),
        **values,
    )


def name_and_rest(directive: Directive, report: Report) -> tuple[str, list[Text]]:
    """The name in capitals a declaration begins with, and the phrases after it; "" when it has none (reported)."""
    head = directive.head
    name, colon, after = head.text.partition(":")
    if colon and "," not in name and not name.count('"') % 2:
        start = head.span.start + len(name) + 1
        rest = list(split_phrases(Text(after, Span(start, head.span.end, head.span.file))))
        first = Text(name.strip(), Span(head.span.start, head.span.start + len(name.rstrip()), head.span.file))
    else:
        phrases = split_phrases(head)
        first, rest = (phrases[0], list(phrases[1:])) if phrases else (head, [])
    bare = _STRING.sub("", first.text)
    what = directive.keyword
    if not first.text or bare != bare.upper() or not any(c.isalpha() for c in bare):
        fix = None
        if first.text and re.fullmatch(r"[^\W\d_][\w' -]*", first.text) and len(first.text.split()) <= 3:
            name = first.text.upper()
            fix = Fix(f"write `{name}`", (Edit(first.span, name),), safe=len(name.split()) == 1)
        help_text = f"write `{what} NAME` with the name in capitals"
        report(E.MISSING_NAME, first.span if first.text else directive.span, keyword=what, help=help_text, fix=fix)
        return "", []
    return " ".join(first.text.split()), rest


def _extends(phrases: list[Text]) -> tuple[str, list[Text]]:
    """``character YOUNG MARA, extends MARA``: the name, and the phrases that are left."""
    named = [p for p in phrases if p.text.startswith("extends ")]
    return (named[0].text[8:].strip() if named else ""), [p for p in phrases if not p.text.startswith("extends ")]


def _person_value(prop: Property, values: dict[str, Any], report: Report) -> None:
    text = prop.value.text
    match prop.key:
        case "age":
            age = number_in_words(text.removesuffix(" years old").removesuffix(" years").strip())
            if age is None:
                help_text = found(text, "write `age: 63`")
                report(E.BAD_VALUE, prop.value.span, text=text, expected="age", help=help_text)
            elif age > 120:
                reason = "up to 120 years"
                report(
                    E.OUT_OF_RANGE, prop.value.span, what="the age", text=text, reason=reason, help="write `age: 63`"
                )
            else:
                values["age"] = float(age)
        case "height":
            height = length(text)
            if height is None or not 0.4 <= height <= 2.6:
                help_text = found(text, "write `height: 1.64 m`")
                report(E.BAD_VALUE, prop.value.span, text=text, expected="height", help=help_text)
            else:
                values["height"] = height
        case _:
            values[prop.key] = text.strip('"')


def _plate_value(prop: Property, values: dict[str, Any], block: _Block, rate: FrameRate) -> None:
    text = prop.value.text
    quoted = _STRING.fullmatch(text)
    plain = quoted[1] if quoted else text
    match prop.key:
        case "file":
            values["file"] = plain
            block.said["file"] = prop.value.span
        case "in" | "out":
            time = duration(text, rate.fps)
            if time is None or time < 0:
                help_text = found(text, f"write `{prop.key}: 00:12:04:10`")
                block.report(E.BAD_VALUE, prop.value.span, text=text, expected="time", help=help_text)
            else:
                values["begin" if prop.key == "in" else "end"] = time
        case "key":
            if plain not in KEYS and "." not in plain:
                help_text, fix = suggest(block.report, plain, prop.value.span, KEYS)
                usual = "write green, blue, auto or a matte file"
                block.report(E.BAD_VALUE, prop.value.span, text=text, expected="key", help=help_text or usual, fix=fix)
            else:
                values["key"] = plain
                block.said["key"] = prop.value.span
        case "performance":
            acted = _AS.fullmatch(plain) or re.fullmatch(r"(?:of )?(.+)", plain)
            values["performance_of"] = acted[1] if acted else plain
        case "transcript":
            values["transcript"] = plain
        case "license":
            values["licence"] = plain
        case key:
            values[key] = plain


def _once(block: _Block, slot: str, phrase: Text, values: dict[str, Any], value: object, name: str = "") -> bool:
    if slot in block.said:
        notes = ((block.said[slot], "first here"),)
        block.report(E.TWICE, phrase.span, slot=f"`{slot}`", text=phrase.text, notes=notes, help="say it once")
        return False
    block.said[slot] = phrase.span
    values[name or slot] = value
    return True


def _chosen(phrase: Text, into: list[f.Phrase]) -> None:
    """Scene numbers, ranges of them (``1..4``), headings, section names; ``and`` joins like a comma."""
    for part in (
        re.split(r"\s+and\s+", phrase.text)
        if re.match(r"[\w.#-]{1,6}(\s+and\s+[\w.#-]{1,6})+$", phrase.text)
        else [phrase.text]
    ):
        text = part.strip().strip('"').strip()
        if text:
            into.append(f.Phrase(text, phrase.span))


def _limit(value: Text, values: dict[str, Any], block: _Block, rate: FrameRate) -> None:
    if "limit" in values:
        block.report(E.TWICE, value.span, slot="`limit`", text=value.text, help="say it once")
        return
    time = duration(value.text, rate.fps)
    if time is None or not 0 < time <= _LONGEST_EDITION:
        help_text = found(value.text, "write `limit: 60s`")
        block.report(E.BAD_VALUE, value.span, text=value.text, expected="running time", help=help_text)
        return
    values["limit"] = time


def _age(phrases: list[Text]) -> float | None:
    for phrase in phrases:
        match = _AGE_WORDS.search(phrase.text)
        if not match and not (match := _AGE_PHRASE.fullmatch(phrase.text)):
            continue
        age = number_in_words(match[1])
        if age is not None:
            return float(age)
    return None


def _height_in(text: str) -> float | None:
    match = _HEIGHT.search(text)
    if not match:
        return None
    return float(match[1]) if match[1] else float(match[2]) / 100
