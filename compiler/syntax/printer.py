"""Nodes back to text: canonical layout, every word kept, every comment where it was. ``parse(print(t)) == t``.

One empty line stands between paragraphs, blocks are indented by four spaces, lines end in LF. An element that has
comments inside it is printed as it was written, so that they keep their places. A mark is added where a line would
otherwise be read as something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import assert_never

from compiler.syntax import nodes as n
from compiler.syntax.layout import print_commented, print_directive
from compiler.syntax.lines import begins_title_page, cue_of, heading_of, is_transition, keyword_of

_PARAGRAPH = "\n\n"
_INDENT = "    "
_NOBODY: frozenset[str] = frozenset()
_MARKS = ("", *"#=>~!")
"""What a line of action below the first needs ``!`` to begin with; "" is an empty one."""
_STACKED = (n.Section, n.Synopsis), (n.Lyric,), (n.Centered,)
"""Elements that may stand directly below one another."""


def print_screenplay(screenplay: n.Screenplay, *, bare_directives: bool = True) -> str:
    """The whole source, ending in one line feed; "" for an empty one. Without ``bare_directives`` all direct by notes."""
    pieces: list[str] = []
    before: n.Element | None = None
    paragraph = False  # whether an action goes on, with nothing but comment since
    known = len(screenplay.seams) == len(screenplay.elements)
    for index, element in enumerate(screenplay.elements):
        if isinstance(element, n.Comment | n.Directive) and element.inside:
            continue
        seam = _seam(before, element, screenplay.seams[index] if known else _PARAGRAPH, bare_directives)
        paragraph = paragraph and seam != _PARAGRAPH
        place = _Place.FIRST if before is None else _Place.FRESH if not paragraph else _Place.BELOW
        pieces.append(seam)
        pieces.append(_print(element, place if seam.startswith("\n") else _Place.BESIDE, bare_directives))
        paragraph = isinstance(element, n.Action) or (paragraph and _is_note(element))
        before = element
    return "".join(pieces).lstrip("\n") + "\n" if pieces else ""


def print_element(element: n.Element, *, bare_directives: bool = True) -> str:
    """One element without the empty line after it."""
    return _print(element, _Place.FRESH, bare_directives)


class _Place(Enum):
    """Where an element is printed: what its first line could be misread as depends on it."""

    FIRST = 1
    FRESH = 2
    BELOW = 3
    """On a line of its own within a paragraph."""
    BESIDE = 4


def _seam(before: n.Element | None, after: n.Element, written: str, bare: bool) -> str:
    """What joins two elements: what is written where a comment is beside it or where they stack, else an empty line."""
    if before is None or written == _PARAGRAPH:
        return _PARAGRAPH
    if _is_note(before) or _is_note(after):
        return written
    if isinstance(before, n.Directive) and isinstance(after, n.Directive) and bare:
        return _PARAGRAPH if _has_block(before) or _has_block(after) else "\n"
    stacked = any(isinstance(before, kinds) and isinstance(after, kinds) for kinds in _STACKED)
    return "\n" if stacked else _PARAGRAPH


def _has_block(directive: n.Directive) -> bool:
    return bool(directive.properties or directive.description)


def _is_note(element: n.Element) -> bool:
    return isinstance(element, n.Comment) or (isinstance(element, n.Directive) and element.note)


def _print(element: n.Element, place: _Place, bare: bool) -> str:
    if not isinstance(element, n.Comment) and element.written:
        bare_line = isinstance(element, n.Directive) and not element.note
        return print_commented(element.written) if bare_line else _tidy(element.written)
    match element:
        case n.TitlePage():
            return "\n".join(_entry(key, value.text) for key, value in element.entries)
        case n.Heading():
            number = f" #{element.number}#" if element.number else ""
            forced = element.forced or not heading_of(element.text)
            return f"{'.' if forced else ''}{element.text}{number}"
        case n.Action():
            return _action(element, place, bare)
        case n.Dialogue():
            return "\n".join([_cue(element), *_parts(element.parts)])
        case n.Lyric():
            return f"~{element.text}"
        case n.Transition():
            return element.text if is_transition(element.text) and not element.forced else f"> {element.text}".rstrip()
        case n.Centered():
            return f"> {element.text} <"
        case n.Section():
            return f"{'#' * element.level} {element.text}".rstrip()
        case n.Synopsis():
            return f"= {element.text}".rstrip()
        case n.PageBreak():
            return "==="
        case n.Comment():
            return f"/*{element.text}*/" if element.boneyard else f"[[{_note_text(element.text)}]]"
        case n.Directive():
            return print_directive(element, as_note=element.note or not bare)
        case _:
            assert_never(element)


def _tidy(written: str) -> str:
    """Text as written without white space at line ends, but for the two spaces that keep an empty line."""
    return "\n".join(_tidy_line(line) for line in written.split("\n"))


def _tidy_line(line: str) -> str:
    stripped = line.rstrip()
    return stripped if stripped or (len(line) < 2 and line != "\t") else "  "


def _note_text(text: str) -> str:
    """A note's text: an empty line inside it is kept by two spaces."""
    if "\n" not in text:
        return text
    first, *middle, last = text.split("\n")
    return "\n".join([first, *(line if len(line) > 1 or line.strip() else "  " for line in middle), last])


def _action(action: n.Action, place: _Place, bare: bool) -> str:
    lines = [line.text for line in action.lines]
    forced = action.forced or _misread(lines, place, bare)
    marked = [f"!{line}" if line.lstrip()[:1] in _MARKS else line for line in lines[1:]]
    return "\n".join([f"!{lines[0]}" if forced else lines[0], *marked])


def _misread(lines: Sequence[str], place: _Place, bare: bool) -> bool:
    """Whether a paragraph would not be read as action without ``!``."""
    line = lines[0]
    text = line.strip()
    if place is _Place.BESIDE:
        return False
    if text[:1] in _MARKS:
        return True
    if place is _Place.BELOW:
        return False
    if heading_of(text) or (bare and keyword_of(line)):
        return True
    if place is _Place.FIRST and begins_title_page(line, bare):
        return True
    if is_transition(text):
        after = lines[1].strip() if len(lines) > 1 else ""
        return not after or after[0] in "#=>~" or bool(heading_of(after)) or (bare and bool(keyword_of(lines[1])))
    return len(lines) > 1 and cue_of(line, _NOBODY) is not None


def _entry(key: str, value: str) -> str:
    if "\n" not in value:
        return f"{key}: {value}".rstrip()
    return "\n".join([f"{key}:", *(_INDENT + line for line in value.split("\n"))])


def _cue(dialogue: n.Dialogue) -> str:
    extensions = "".join(f" ({extension})" for extension in dialogue.extensions)
    line = f"{dialogue.name}{extensions}{' ^' if dialogue.dual else ''}"
    plain = not dialogue.forced and cue_of(line, frozenset((dialogue.name,))) is not None
    return line if plain else f"@{line}"


def _parts(parts: tuple[n.Parenthetical | n.SpeechLine | n.Directive, ...]) -> list[str]:
    lines: list[str] = []
    for part in parts:
        match part:
            case n.Parenthetical():
                lines.append(f"({part.text})")
            case n.SpeechLine():
                lines.append(f"~{part.text}" if part.lyric else part.text or "  ")
            case n.Directive():
                lines.append(print_directive(part, as_note=True))
    return lines
