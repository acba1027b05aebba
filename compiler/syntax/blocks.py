"""The indented block of a directive: property lines, and description for everything else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compiler.diagnostics import Span
from compiler.syntax.nodes import Property, Text

_PROPERTY = re.compile(r"(?:([a-z][a-z-]*)|([^\W\d_a-z][^:a-z]{0,60}))(?: at ([a-z]+))?:(?=\s|$)\s*(.*)")


def parse_block(lines: Sequence[Text]) -> tuple[tuple[Property, ...], tuple[Text, ...]]:
    """Split block lines into properties (``key[ at time]: value``; a key is one bare word or an upper-case NAME) and description."""
    properties: list[Property] = []
    description: list[Text] = []
    for line in lines:
        match = _PROPERTY.fullmatch(line.text)
        if not match:
            description.append(line)
            continue
        value, begin = match[4], line.span.start + match.start(4)
        key = (match[1] or match[2]).strip()
        properties.append(
            Property(key, match[3] or "", Text(value, Span(begin, begin + len(value), line.span.file)), line.span)
        )
    return tuple(properties), tuple(description)
