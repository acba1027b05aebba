"""Nodes back to text: canonical layout, every word kept, comments and all. ``parse(print(t)) == t`` up to spacing.

One empty line stands between elements, blocks are indented by four spaces, and a note that directs inside a
speech goes back to the word it stood before.
"""

from __future__ import annotations

from typing import assert_never

from compiler.syntax import nodes as n
from compiler.syntax.lines import TIMED

_INDENT = "    "


def print_screenplay(screenplay: n.Screenplay) -> str:
    """The whole source, ending in one line feed; "" for an empty one."""
    pieces: list[str] = []
    elements = screenplay.elements
    for index, element in enumerate(elements):
        pieces.append(print_element(element))
        pieces.append("\n" if _same_paragraph(elements, index) else "\n\n")
    return "".join(pieces).removesuffix("\n")


def _same_paragraph(elements: tuple[n.Element, ...], index: int) -> bool:
    """Notes that direct inside a paragraph stay in it: what follows them is no line of its own."""
    here, after = elements[index], elements[index + 1 : index + 2]
    if not after or not (isinstance(here, n.Action) or _note(here)):
        return False
    begin, end = index, index + 1
    while begin > 0 and _note(elements[begin]):
        begin -= 1
    while end < len(elements) and _note(elements[end]):
        end += 1
    inside = end - begin > 1 and end < len(elements)
    return inside and isinstance(elements[begin], n.Action) and isinstance(elements[end], n.Action)


def _note(element: n.Element) -> bool:
    return isinstance(element, n.Directive) and element.note and element.keyword in TIMED


def print_element(element: n.Element) -> str:
    """One element without the empty line after it."""
    match element:
        case n.TitlePage():
            return "\n".join(_entry(key, value.text) for key, value in element.entries)
        case n.Heading():
            number = f" #{element.number}#" if element.number else ""
            return f"{'.' if element.forced else ''}{element.text}{number}"
        case n.Action():
            return "\n".join(line.text for line in element.lines)
        case n.Dialogue():
            return "\n".join([_cue(element), *_parts(element.parts)])
        case n.Lyric():
            return f"~{element.text}"
        case n.Transition():
            return f"> {element.text}" if element.forced else element.text
        case n.Centered():
            return f"> {element.text} <"
        case n.Section():
            return f"{'#' * element.level} {element.text}"
        case n.Synopsis():
            return f"= {element.text}"
        case n.PageBreak():
            return "==="
        case n.Comment():
            return f"/*{element.text}*/" if element.boneyard else f"[[{element.text}]]"
        case n.Directive():
            return print_directive(element)
        case _:
            assert_never(element)


def print_directive(directive: n.Directive) -> str:
    """``keyword head`` and its block, description before properties; a directing note in its brackets."""
    if directive.note:
        return f"[[{directive.keyword}: {directive.head.text}]]"
    lines = [f"{directive.keyword} {directive.head.text}".rstrip()]
    lines += [_INDENT + text.text for text in directive.description]
    for item in directive.properties:
        key = f"{item.key} at {item.when}" if item.when else item.key
        lines.append(f"{_INDENT}{key}: {item.value.text}".rstrip())
    return "\n".join(lines)


def _entry(key: str, value: str) -> str:
    if "\n" not in value:
        return f"{key}: {value}".rstrip()
    return "\n".join([f"{key}:", *(_INDENT + line for line in value.split("\n"))])


def _cue(dialogue: n.Dialogue) -> str:
    extensions = "".join(f" ({extension})" for extension in dialogue.extensions)
    return f"{'@' if dialogue.forced else ''}{dialogue.name}{extensions}{' ^' if dialogue.dual else ''}"


def _parts(parts: tuple[n.Parenthetical | n.SpeechLine | n.Directive, ...]) -> list[str]:
    lines: list[str] = []
    spoken: n.SpeechLine | None = None
    shift = 0
    for part in parts:
        match part:
            case n.Parenthetical():
                lines.append(f"({part.text})")
                spoken = None
            case n.SpeechLine():
                lines.append(f"~{part.text}" if part.lyric else part.text or "  ")
                spoken, shift = part, 0
            case n.Directive():
                note = print_directive(part)
                if spoken is None or part.span.start >= spoken.span.end:
                    lines.append(note)
                    spoken = None
                    continue
                # The note's own room in the line is blank: put it back there, so that its word stays its word.
                at = max(0, part.span.start - spoken.span.start) + shift
                room = part.span.end - part.span.start
                old = lines[-1]
                lines[-1] = old[:at] + note + old[at + room :]
                shift += len(lines[-1]) - len(old)
    return lines
