"""The indented block of a directive: property lines, and description for everything else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from compiler.codes import W
from compiler.diagnostics import Report, Span
from compiler.syntax.nodes import Property, Text

PROPERTY = re.compile(r"(?:([a-z][a-z0-9-]*)|([^\W\d_a-z][^:a-z]{0,60}))(?: at ([a-z]+))?:(?=\s|$)\s*(.*)")
"""One bare word or an upper-case NAME, a time of day if any, a colon, the value."""


def parse_block(
    lines: Sequence[Text], indents: Sequence[int] = (), report: Report | None = None
) -> tuple[tuple[Property, ...], tuple[Text, ...]]:
    """Split block lines into properties (``key[ at time]: value``) and description.

    ``lines`` are without their indentation, which stands in ``indents`` (none: all alike). A line indented deeper than
    the entry above it continues that entry; so does one below a property's value that ends in a comma, unless it is a
    property itself.
    """
    if not lines:
        return (), ()
    properties: list[Property] = []
    description: list[Text] = []
    for group in _entries(lines, indents, report):
        match = PROPERTY.match(group[0].text)
        if not match:
            description.append(joined(group))
            continue
        begin, file = group[0].span.start + match.start(4), group[0].span.file
        first = Text(match[4], Span(begin, begin + len(match[4]), file))
        parts = (first, *group[1:])
        value = joined(parts) if first.text else joined(group[1:] or (first,))
        span = group[0].span.join(group[-1].span)
        held = parts if len(parts) > 1 else ()
        properties.append(Property((match[1] or match[2]).strip(), match[3] or "", value, span, held))
    return tuple(properties), tuple(description)


def _entries(lines: Sequence[Text], indents: Sequence[int], report: Report | None) -> list[list[Text]]:
    entries = [[lines[0]]]
    indent = indents[0] if indents else 0
    for index in range(1, len(lines)):
        line, deeper = lines[index], bool(indents) and indents[index] > indent
        above = entries[-1][0].text
        if deeper or (entries[-1][-1].text.endswith(",") and PROPERTY.match(above) and not PROPERTY.match(line.text)):
            if deeper and report is not None:
                _warn_nested(line, above, report)
            entries[-1].append(line)
            continue
        entries.append([line])
        indent = indents[index] if indents else 0
    return entries


def _warn_nested(line: Text, above: str, report: Report) -> None:
    """A property indented deeper than one that has a value already is hardly meant as more of that value."""
    inner, outer = PROPERTY.match(line.text), PROPERTY.match(above)
    if inner and outer and outer[4]:
        span = Span(line.span.start, line.span.start + inner.end(1), line.span.file)
        if inner[1]:
            report(W.NESTED_PROPERTY, span, key=inner[1], above=outer[1] or outer[2], help="indent both alike")


def joined(group: Sequence[Text]) -> Text:
    """Lines as one text, what stands between them blanked, so that every character keeps its offset."""
    if len(group) == 1:
        return group[0]
    pieces = [group[0].text]
    for before, after in itertools.pairwise(group):
        pieces.append(" " * max(1, after.span.start - before.span.end))
        pieces.append(after.text)
    return Text("".join(pieces), group[0].span.join(group[-1].span))
