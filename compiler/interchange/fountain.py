"""``.film`` and ``.fountain``: the same screenplay, with its directives as bare lines or as notes. Everything else stays as typed.

In Fountain a directive is a note ``[[keyword: …]]``, so that the file opens in every screenwriting program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from compiler.codes import E
from compiler.diagnostics import Edit, Report, Span
from compiler.rewrite import apply_edits, insert, line_ending
from compiler.syntax import nodes as n
from compiler.syntax.lines import cue_of, keyword_of
from compiler.syntax.parser import parse
from compiler.syntax.source import Source, make_source

_TITLE_LINE = re.compile(r"[^\s:][^:\r\n]{0,60}:")
_BREAK = re.compile(r"\r\n|\r|\n")


def film_to_fountain(source: Source, report: Report) -> str:
    """A ``.film`` text as Fountain that compiles to the same film; its own text when it cannot be, which is reported."""
    tree = parse(source, report)
    if report.failed:
        return source.text
    edits: list[Edit] = []
    comments = [e for e in _with_parts(tree) if isinstance(e, n.Comment) or (isinstance(e, n.Directive) and e.note)]
    screenplay_begun = False
    directed = False
    for element, after in zip_longest(tree.elements, tree.elements[1:]):
        match element:
            case n.Transition(forced=False) if isinstance(after, n.Directive) and not after.note:
                # A directive's line parts it from what follows; a note's does not, so an empty line has to.
                edits.append(insert(element.span.end, source.text[element.span.end : after.span.start], source.name))
            case n.Directive(note=False):
                inside = [c.span for c in comments if _within(c.span, element.span)] if comments else []
                if edit := _as_note(source, element, inside, report):
                    edits.append(edit)
                directed = True
            case n.Comment() | n.Directive():
                pass
            case n.Dialogue(forced=False) if cue_of(_first_line(source, element.span), frozenset()) is None:
                edits.append(insert(element.name_span.start, "@", source.name))
            case n.Action() if directed and not screenplay_begun and _TITLE_LINE.match(element.lines[0].text):
                edits.append(insert(element.span.start, "!", source.name))
        screenplay_begun = screenplay_begun or not isinstance(element, n.Directive | n.Comment)
    return source.text if report.failed else apply_edits(source.text, edits)


def fountain_to_film(source: Source, report: Report) -> str:
    """A Fountain text as ``.film``: every note that directs and stands alone becomes a bare directive.

    Notes inside a paragraph or a speech stay where they are, for that is their place; action that begins like a
    directive is forced.
    """
    tree = parse(source, report, bare_directives=False)
    if report.failed:
        return source.text
    edits: list[Edit] = []
    bare_line = covered = -1
    page = next((e.span for e in tree.elements if isinstance(e, n.TitlePage)), None)
    if page is not None and keyword_of(source.line(source.place(page.start)[0])):
        edits.append(Edit(Span(page.start, page.start + 1, source.name), source.text[page.start].upper()))
    for element in tree.elements:
        match element:
            case n.Directive() if element.span.start >= covered and _stands_alone(
                source, element.span, bare_line, page
            ):
                bare_line = source.place(element.span.end)[0]
                edits.append(Edit(element.span, _as_lines(source, element.span)))
            case n.Directive() | n.Comment():
                pass
            case _:
                covered = element.span.end
                if isinstance(element, n.Action) and _forced(source, element):
                    edits.append(insert(element.span.start, "!", source.name))
    return apply_edits(source.text, edits)


def fountain_source(name: str, text: str) -> Source:
    """A source that is read as Fountain, whatever text made it."""
    return make_source(name if name.lower().endswith(".fountain") else f"{name}.fountain", text)


# --- bare → note --------------------------------------------------------------------------------


def _as_note(source: Source, directive: n.Directive, inside: list[Span], report: Report) -> Edit | None:
    """A directive's own text between brackets; comments inside it stand after it, for notes do not nest."""
    text = source.text[directive.span.start : directive.span.end]
    pieces, position = [], directive.span.start
    for span in inside:
        pieces.append(source.text[position : span.start])
        position = span.end
    pieces.append(source.text[position : directive.span.end])
    body = "".join(pieces) if inside else text
    head, *block = [line for line in _BREAK.split(body) if line.strip()]
    head = head[len(directive.keyword) :].strip()
    ending = line_ending(source)
    lines = [f"[[{directive.keyword}: {head}".rstrip(), *(line.rstrip() for line in block)]
    note = ending.join(lines)
    if (at := note.find("]]")) >= 0 or "[[" in note[2:]:
        what = "]]" if at >= 0 else "[["
        report(
            E.NOT_A_NOTE, directive.span, what=what, keyword=directive.keyword,
            help="take the brackets out, or write the words another way",
        )  # fmt: skip
        return None
    note += " ]]" if note.endswith("]") else "]]"
    after = [source.text[span.start : span.end] for span in inside]
    return Edit(directive.span, ending.join([note, *after]))


# --- note → bare --------------------------------------------------------------------------------


def _stands_alone(source: Source, span: Span, bare_line: int, page: Span | None) -> bool:
    """Whether a note fills its lines, and what is above it is empty, or was just made a bare directive."""
    if page is not None and span.start < page.end:
        return False
    line, column = source.place(span.start)
    last, end = source.place(span.end)
    if column > 1 or source.line(last)[end - 1 :].strip():
        return False
    return line == 1 or bare_line == line - 1 or not source.line(line - 1).strip()


def _as_lines(source: Source, span: Span) -> str:
    inner = source.text[span.start + 2 : span.end - 2]
    keyword, _, rest = inner.partition(":")
    head, *block = _BREAK.split(rest)
    lines = [f"{keyword.strip()} {head.strip()}".rstrip()]
    lines += [line.rstrip() if line[:1].isspace() else f"    {line.rstrip()}" for line in block if line.strip()]
    below = source.place(span.end)[0] + 1
    following = source.line(below) if below <= len(source.starts) else ""
    if following.strip() and following[0].isspace():
        lines.append("")  # or it would be read as this directive's block
    return line_ending(source).join(lines)


def _forced(source: Source, action: n.Action) -> bool:
    """Whether a paragraph would be read as a directive in a ``.film`` file."""
    line, column = source.place(action.span.start)
    return column == 1 and bool(keyword_of(source.line(line)))


# --- both ---------------------------------------------------------------------------------------


def _with_parts(tree: n.Screenplay) -> Iterator[object]:
    for element in tree.elements:
        yield element
        if isinstance(element, n.Dialogue):
            yield from element.parts


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _first_line(source: Source, span: Span) -> str:
    line, column = source.place(span.start)
    return source.line(line)[column - 1 :]
