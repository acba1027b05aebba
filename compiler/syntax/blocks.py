"""The indented block of a directive: property lines, and description for everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiler.diagnostics import Span
from compiler.syntax.nodes import Property, Text

PROPERTY = re.compile(r"(?:([a-z][a-z0-9-]*)|([^\W\d_a-z][^:a-z]{0,60}))(?: at ([a-z]+))?:(?=\s|$)\s*(.*)")
"""One bare word or an upper-case NAME, a time of day if any, a colon, the value."""
_BLANKS = re.compile(r'"[^"]*"|\t[ \t]*| [ \t]+')


def parse_block(lines: Sequence[Text], indents: Sequence[int] = ()) -> tuple[tuple[Property, ...], tuple[Text, ...]]:
    """Split block lines into properties (``key[ at time]: value``) and description.

    ``lines`` are without their indentation, which stands in ``indents`` (none: all alike). A line indented deeper than
    the entry above it continues that entry; so does one below a property's value that ends in a comma. A line that is a
    property itself continues nothing but a property that has no value on its own line.
    """
    if not lines:
        return (), ()
    properties: list[Property] = []
    description: list[Text] = []
    for group in _entries(lines, indents):
        match = PROPERTY.match(group[0].text)
        if not match:
            description.append(joined(group))
            continue
        first = _tail(group[0], match.start(4))
        parts = (first, *group[1:])
        value = joined(parts) if first.text else joined(group[1:] or (first,))
        span = group[0].span.join(group[-1].span)
        held = parts if len(parts) > 1 else ()
        properties.append(Property((match[1] or match[2]).strip(), match[3] or "", value, span, held))
    return tuple(properties), tuple(description)


def _entries(lines: Sequence[Text], indents: Sequence[int]) -> list[list[Text]]:
    entries = [[lines[0]]]
    indent = indents[0] if indents else 0
    for index in range(1, len(lines)):
        own = indents[index] if indents else 0
        if goes_on(lines[index].text, own > indent, entries[-1][0].text, entries[-1][-1].text):
            entries[-1].append(lines[index])
        else:
            entries.append([lines[index]])
            indent = own
    return entries


def goes_on(line: str, deeper: bool, entry: str, above: str) -> bool:
    """Whether a line goes on with the ``entry`` above it, whose last line is ``above``."""
    inner, outer = PROPERTY.match(line), PROPERTY.match(entry)
    if inner and outer and (outer[4] or not deeper):
        return False
    return deeper or (outer is not None and above.endswith(","))


def _tail(text: Text, index: int) -> Text:
    begin = text.at(index) if index < len(text.text) else text.span.end
    before = begin - text.span.start - index
    breaks = tuple((at - index, total - before) for at, total in text.breaks if at > index)
    return Text(text.text[index:], Span(begin, text.span.end, text.span.file), breaks)


def joined(group: Sequence[Text]) -> Text:
    """Lines as one text, joined by single spaces; it knows what is left out between them."""
    if len(group) == 1:
        return group[0]
    pieces = [group[0].text]
    breaks = list(group[0].breaks)
    length = len(group[0].text)
    for after in group[1:]:
        pieces.append(after.text)
        total = after.span.start - group[0].span.start - (length + 1)
        breaks.append((length + 1, total))
        breaks.extend((length + 1 + index, total + more) for index, more in after.breaks)
        length += 1 + len(after.text)
    return Text(" ".join(pieces), group[0].span.join(group[-1].span), tuple(breaks))


def block_line(text: str, start: int, file: str) -> Text:
    """A line of a directive from offset ``start`` on: without white space around it, runs of blanks as one space.

    So it says the same however it is spaced and whatever comments stand in it. Strings are kept as they are.
    """
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    span = Span(start + lead, start + lead + len(text), file)
    if "  " not in text and "\t" not in text:
        return Text(text, span)
    pieces: list[str] = []
    breaks: list[tuple[int, int]] = []
    length = position = 0
    for match in _BLANKS.finditer(text):
        if match[0][0] == '"':
            continue
        pieces.append(text[position : match.start()] + " ")
        length += len(pieces[-1])
        position = match.end()
        if match.end() - match.start() > 1:
            breaks.append((length, match.end() - length))
    return Text("".join([*pieces, text[position:]]), span, tuple(breaks))
