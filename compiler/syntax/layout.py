"""How a directive is laid out: spacing, the order of a block's lines, where a long head breaks."""

from __future__ import annotations

import re

from compiler.diagnostics import Report
from compiler.syntax.blocks import PROPERTY, goes_on
from compiler.syntax.comments import mask_comments
from compiler.syntax.nodes import Directive, Property, Text
from compiler.syntax.phrases import split_phrases

_COMMENTED = re.compile(r'(\[\[.*?\]\]|/\*.*?(?:\*/|\Z)|"[^"\r\n]*"|\([^()\r\n]*\))|\s*,\s*|\s+', re.DOTALL)
"""What is kept as it is, and what is spaced anew."""
INDENT = "    "
LONGEST_HEAD = 110
"""Columns; a longer head breaks after a comma."""
_SORTED = frozenset({"character", "group", "location", "prop", "look", "scene", "shot"})
"""Directives whose block lines mean the same in any order; in the others the order may be told."""
_ORDER = {
    key: place
    for place, key in enumerate(
        "extends kind age height size wears build face hair set mood wardrobe light weather palette sound voice look cover"
        " pace takes seed profile prompt avoid reference lora control mask pose performance require licence consent note"
        .split()
    )
}  # fmt: skip
_VERBATIM = frozenset({"prompt", "avoid", "note", "text", "transcript", "example"})
"""Properties whose value is somebody's prose or a template: not a space of it is touched."""
_SPACING = re.compile(r'("[^"\r\n]*"|\([^()\r\n]*\))|\s*,\s*|\s+')


def print_directive(directive: Directive, *, as_note: bool) -> str:
    """``keyword head`` and its block, or ``[[keyword: head`` and its block and the closing brackets."""
    opening = f"[[{directive.keyword}:" if as_note else directive.keyword
    lines = _head(opening, directive.head, as_note)
    for entry in _entries(directive):
        lines.extend(_property(entry) if isinstance(entry, Property) else [INDENT + _spaced(entry.text)])
    return "\n".join(lines) + ("]]" if as_note else "")


def print_commented(written: str) -> str:
    """A directive and its block that have comments inside, from how they are written: every comment stays put.

    Lines keep their order and their ends; spacing and indentation become canonical, but not within comments.
    """
    lines: list[str] = []
    start = indent = 0
    above, entry, head = "", "", True
    for words in mask_comments(written, "", Report()).text.split("\n"):
        line = written[start : start + len(words)]
        start += len(words) + 1
        lead = line[: len(line) - len(line.lstrip())]
        own, deep = len(lead) + 3 * lead.count("\t"), False
        if lines and words.strip():
            head = head and above.endswith(",") and not PROPERTY.match(words.strip())
            deep = head or (entry != "" and goes_on(words.strip(), own > indent, entry, above))
            indent, entry = (indent, entry) if deep else (own, words.strip())
        spaced = _COMMENTED.sub(lambda m: m[1] or (", " if "," in m[0] else " "), line.strip()).strip()
        lines.append((2 * INDENT if deep else INDENT if lines else "") + spaced)
        above = words.rstrip() or above
    return "\n".join(lines)


def _head(opening: str, head: Text, as_note: bool) -> list[str]:
    phrases = [phrase.text for phrase in split_phrases(head)]
    line = f"{opening} {', '.join(phrases)}".rstrip()
    if len(line) + 2 * as_note <= LONGEST_HEAD:
        return [line]
    lines = [f"{opening} {phrases[0]}"]
    for phrase in phrases[1:]:
        # A phrase that reads as a property would begin the block.
        if len(lines[-1]) + len(phrase) + 2 <= LONGEST_HEAD or PROPERTY.match(phrase):
            lines[-1] += f", {phrase}"
        else:
            lines[-1] += ","
            lines.append(2 * INDENT + phrase)
    return lines


def _entries(directive: Directive) -> list[Property | Text]:
    if directive.keyword not in _SORTED:
        return sorted((*directive.description, *directive.properties), key=lambda entry: entry.span.start)
    return [*directive.description, *sorted(directive.properties, key=_place)]


def _place(item: Property) -> tuple[int, int]:
    """People and things first, in the order written, then keys in their order; unknown ones before the notes."""
    if not item.key.islower():
        return (0, 0)
    place = _ORDER.get(item.key, _ORDER["note"] - 1)
    return (1, place)


def _property(item: Property) -> list[str]:
    key = f"{item.key} at {item.when}" if item.when else item.key
    spaced = str if item.key in _VERBATIM else _spaced
    if not item.lines:
        return [f"{INDENT}{key}: {spaced(item.value.text)}".rstrip()]
    first, *below = item.lines
    return [f"{INDENT}{key}: {spaced(first.text)}".rstrip(), *(2 * INDENT + spaced(line.text) for line in below)]


def _spaced(text: str) -> str:
    """Single spaces, and commas followed by one; strings and parentheses as they are."""
    return _SPACING.sub(lambda m: m[1] or (", " if "," in m[0] else " "), text).strip()
