"""``film parse``: a source's elements in order, as JSON for other tools to be compared with, or as an outline to read.

Each element is an object with ``type``, ``text`` and ``span``; what else it has depends on its type and is described
in docs/spec/screenplay.md. Emphasis marks stay in ``text``; ``plain`` is the text without them where it has any.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from compiler.codes import E
from compiler.diagnostics import Report, Severity, Span
from compiler.syntax import nodes as n
from compiler.syntax.emphasis import plain
from compiler.syntax.parser import parse
from compiler.syntax.phrases import split_phrases
from compiler.syntax.source import Source
from compiler.syntax.weave import uncommented
from runtime.cli.diagnostics import shown
from runtime.cli.fmt import STDIN, open_source
from runtime.cli.reporting import say

Json: TypeAlias = "str | int | bool | Sequence[Json] | dict[str, Json] | None"


def print_elements(name: str, form: str, read_as: str = "film") -> int:
    """Print the elements of a file or of standard input (``-``); findings go to standard error.

    Returns 1 when the source cannot be read or its syntax is broken; whatever was understood is printed all the same.
    """
    report = Report()
    source = open_source(name, report)
    if source is None:
        empty = all(item.code == E.EMPTY_SOURCE.id for item in report.items)
        if not empty:
            say(name, report, {})
        if empty and form == "json":
            print("[]")
        return int(not empty)
    fountain = name.lower().endswith(".fountain") or (name == STDIN and read_as == "fountain")
    objects = list(elements_json(source, parse(source, report, bare_directives=not fountain)))
    if form == "json":
        print("[\n" + ",\n".join(json.dumps(item, ensure_ascii=False) for item in objects) + "\n]")
    else:
        for item in objects:
            place = item["span"]
            print(f"{place['line'] if isinstance(place, dict) else 0:>5}  {shown(outline(item))}")
    report.items = [item for item in report.items if item.severity is Severity.ERROR]
    say(name, report, {source.name: source})
    return int(report.failed)


def elements_json(source: Source, screenplay: n.Screenplay) -> Iterator[dict[str, Json]]:
    """One object per element, in written order; a speech's directives and comments follow it, marked ``inside``."""
    elements = screenplay.elements
    for index, element in enumerate(elements):
        yield _finished(source, element, _object(element, tuple(_inside(elements, index) if _holds(element) else ())))
        if isinstance(element, n.Dialogue):
            for part in element.parts:
                if isinstance(part, n.Directive):
                    yield _finished(source, part, {**_object(part, ()), "inside": True})


def _holds(element: n.Element) -> bool:
    return not isinstance(element, n.Comment) and bool(element.written)


def _inside(elements: Sequence[n.Element], index: int) -> Iterator[Span]:
    """The spans of the comments within an element: the elements after it that say so."""
    index += 1
    while index < len(elements):
        element = elements[index]
        if not (isinstance(element, n.Comment | n.Directive) and element.inside):
            return
        yield element.span
        index += 1


def _object(element: n.Element, comments: tuple[Span, ...]) -> dict[str, Json]:
    """``type``, ``text`` and what is peculiar to the type."""
    match element:
        case n.TitlePage():
            entries: list[Json] = [{"key": key, "value": _clean(value, comments)} for key, value in element.entries]
            text = "\n".join(f"{key}: {value.text}".rstrip() for key, value in element.entries)
            return {"type": "title_page", "text": text, "entries": entries}
        case n.Heading():
            number = element.number or None
            return {"type": "scene_heading", "text": _one_line(element), "number": number, "forced": element.forced}
        case n.Action():
            text = "\n".join(_clean(line, comments) for line in element.lines)
            return {"type": "action", "text": text, "forced": element.forced}
        case n.Dialogue():
            return _speech(element, comments)
        case n.Lyric():
            return {"type": "lyric", "text": _one_line(element)}
        case n.Transition():
            return {"type": "transition", "text": _one_line(element), "forced": element.forced}
        case n.Centered():
            return {"type": "centered", "text": _one_line(element)}
        case n.Section():
            return {"type": "section", "text": _one_line(element), "level": element.level}
        case n.Synopsis():
            return {"type": "synopsis", "text": _one_line(element)}
        case n.PageBreak():
            return {"type": "page_break", "text": ""}
        case n.Comment():
            kind = "boneyard" if element.boneyard else "note"
            return {"type": kind, "text": element.text.strip(), "inside": element.inside}
        case n.Directive():
            return _directive(element)


def _speech(speech: n.Dialogue, comments: tuple[Span, ...]) -> dict[str, Json]:
    parts: list[Json] = []
    lines: list[Json] = []
    manners: list[Json] = []
    for part in speech.parts:
        match part:
            case n.SpeechLine():
                text = _clean(n.Text(part.text, part.span), (*comments, *_noted(speech)))
                lines.append(text)
                parts.append({"type": "lyric" if part.lyric else "line", "text": text})
            case n.Parenthetical():
                manners.append(part.text)
                parts.append({"type": "parenthetical", "text": part.text})
            case _:
                pass
    extensions: list[Json] = list(speech.extensions)
    return {
        "type": "speech", "text": "\n".join(str(line) for line in lines), "character": speech.name,
        "extension": ", ".join(speech.extensions) or None, "parenthetical": manners[0] if manners else None,
        "dual": speech.dual, "extensions": extensions, "parentheticals": manners, "lines": lines, "parts": parts,
        "forced": speech.forced,
    }  # fmt: skip


def _directive(directive: n.Directive) -> dict[str, Json]:
    properties: list[Json] = [
        {"key": item.key, "when": item.when or None, "value": " ".join(item.value.text.split())}
        for item in directive.properties
    ]
    phrases: list[Json] = [phrase.text for phrase in split_phrases(directive.head)]
    description: list[Json] = [text.text for text in directive.description]
    return {
        "type": "directive", "text": f"{directive.keyword} {', '.join(map(str, phrases))}".rstrip(),
        "keyword": directive.keyword, "phrases": phrases, "properties": properties, "description": description,
        "note": directive.note, "inside": directive.inside,
    }  # fmt: skip


def _finished(source: Source, element: n.Element, item: dict[str, Json]) -> dict[str, Json]:
    text = str(item["text"])
    bare = plain(text)
    if bare != text:
        item["plain"] = bare
    span = element.span
    line, column = source.place(span.start)
    end_line, end_column = source.place(span.end)
    place: dict[str, Json] = {
        "start": span.start, "end": span.end, "line": line, "column": column, "end_line": end_line,
        "end_column": end_column,
    }  # fmt: skip
    item["span"] = place
    return item


def _noted(speech: n.Dialogue) -> tuple[Span, ...]:
    return tuple(part.span for part in speech.parts if isinstance(part, n.Directive))


def _clean(text: n.Text, comments: tuple[Span, ...]) -> str:
    return uncommented(text, comments) if comments else text.text


def _one_line(element: n.Heading | n.Lyric | n.Transition | n.Centered | n.Section | n.Synopsis) -> str:
    return " ".join(element.text.split()) if element.written else element.text


def outline(item: dict[str, Json]) -> str:
    """An element on one line: its type, and its text with line ends as `` / ``. A speech shows its parts in order."""
    kind, words = str(item["type"]), str(item["text"])
    match item:
        case {"type": "speech", "parts": list(parts)}:
            marks = "".join(f" ({extension})" for extension in _strings(item["extensions"]))
            said = [_said(part) for part in parts if isinstance(part, dict)]
            words = f"{item['character']}{marks}{' ^' if item['dual'] else ''}: " + "\n".join(said)
        case {"type": "scene_heading", "number": str(number)}:
            words += f" #{number}#"
        case {"type": "section", "level": int(level)}:
            words = f"{'#' * level} {words}"
        case {"type": "directive"}:
            rows = [*_strings(item["description"]), *(_row(row) for row in _dicts(item["properties"]))]
            words = "\n".join([words, *rows])
    return f"{kind:<14}{words.replace(chr(10), ' / ')}".rstrip()


def _said(part: dict[str, Json]) -> str:
    marks = {"parenthetical": "({})", "lyric": "~{}"}
    return marks.get(str(part["type"]), "{}").format(part["text"])


def _row(row: dict[str, Json]) -> str:
    return f"{row['key']}{' at ' + str(row['when']) if row['when'] else ''}: {row['value']}"


def _strings(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _dicts(value: Json) -> list[dict[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
