"""Diagnostics for people and for programs: excerpts with carets through rich, or plain JSON values.

Source text is untrusted: control characters, bidirectional overrides and terminal escapes are always shown
escaped, never sent to the terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.syntax.source import Source

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

WIDEST = 110
"""Terminal cells of source shown on one line; longer lines are cut around the caret."""
_TAB = "    "
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories that draw nothing or steer the terminal. Joiners inside words (Cf) are kept: see ``shown``."""
_JOINERS = {"\u200c", "\u200d"}


class DiagnosticJson(TypedDict):
    """One diagnostic as programs read it; lines and columns are 1-based, the end is exclusive."""

    code: str
    severity: str
    message: str
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    help: str


class FileJson(TypedDict):
    """What ``film check --format json`` prints per file."""

    file: str
    diagnostics: list[DiagnosticJson]


@dataclass(frozen=True, slots=True)
class Place:
    """A span by 1-based lines and columns; ``end_column`` is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{shown(self.file)}:{self.line}:{self.column}"


def locate(span: Span | None, sources: Mapping[str, Source], file: str) -> Place | None:
    """Where a span lies; ``None`` for a finding about ``file`` as a whole."""
    source = None if span is None else sources.get(span.file)
    if span is None or source is None:
        return None
    line, column = source.place(min(span.start, len(source.text)))
    end_line, end_column = source.place(min(max(span.end, span.start), len(source.text)))
    return Place(span.file or file, line, column, end_line, end_column)


def diagnostics_json(file: str, items: Iterable[Diagnostic], sources: Mapping[str, Source]) -> FileJson:
    """All findings of one film. A finding about a whole file stands at line 1, column 1."""
    found: list[DiagnosticJson] = []
    for item in items:
        place = locate(item.span, sources, file) or Place(file, 1, 1, 1, 1)
        found.append(
            {
                "code": item.code, "severity": item.severity.value, "message": item.message, "file": place.file,
                "line": place.line, "column": place.column, "end_line": place.end_line,
                "end_column": place.end_column, "help": item.help,
            }
        )  # fmt: skip
    return {"file": file, "diagnostics": found}


def print_diagnostics(console: Console, file: str, items: Sequence[Diagnostic], sources: Mapping[str, Source]) -> None:
    """Print each finding with its excerpt, why it matters and what to write instead."""
    for item in items:
        console.print(render(item, file, sources), soft_wrap=True)


def render(item: Diagnostic, file: str, sources: Mapping[str, Source]) -> Text:
    """One finding as styled text of several lines, the last one ended."""
    from rich.text import Text

    place = locate(item.span, sources, file)
    style = _STYLES[item.severity]
    text = Text()
    text.append(f"{item.severity.value}[{item.code}]", style)
    text.append(f": {shown(item.message)}\n", "bold")
    others = [(locate(span, sources, file), label) for span, label in item.notes]
    gutter = max((len(str(p.line)) for p in (place, *(o for o, _ in others)) if p), default=1)
    text.append(" " * gutter + "--> ", "blue")
    text.append(f"{place or shown(file)}\n")
    if place:
        _excerpt(text, place, sources, gutter, style, "^", "")
    for other, label in others:
        if other:
            if place and other.file != place.file:
                text.append(" " * gutter + "::: ", "blue")
                text.append(f"{other}\n")
            _excerpt(text, other, sources, gutter, "bold blue", "-", label)
    for word, body in (("why", item.why), ("help", item.help)):
        if body:
            text.append(" " * gutter + " = ", "blue")
            text.append(f"{word}: ", "bold")
            text.append(shown(body) + "\n")
    return text


def summary(items: Sequence[Diagnostic]) -> str:
    """``2 errors, 1 warning``, or ``no problems``."""
    counts = [(sum(item.severity is severity for item in items), severity.value) for severity in Severity]
    parts = [f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count]
    return ", ".join(parts) or "no problems"


def shown(text: str) -> str:
    """Text safe to print: what cannot be seen, or would steer a terminal, is written as ``\\u{202e}``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char in _JOINERS or unicodedata.category(char) not in _UNSEEN else f"\\u{{{ord(char):x}}}"
        for char in text
    )


def _excerpt(
    text: Text, place: Place, sources: Mapping[str, Source], gutter: int, style: str, mark: str, label: str
) -> None:
    from rich.cells import cell_len

    line = sources[place.file].line(place.line)
    begin = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    end = min(max(end, begin), len(line))
    before, within, after = (_visible(part) for part in (line[:begin], line[begin:end], line[end:]))
    within = within if len(within) <= WIDEST else within[:WIDEST] + "…"
    before, after = _cut(before, within, after)
    text.append(" " * gutter + " |\n", "blue")
    text.append(f"{place.line:>{gutter}} | ", "blue")
    text.append(f"{before}{within}{after}\n")
    text.append(" " * gutter + " | ", "blue")
    carets = mark * max(1, min(cell_len(within), WIDEST))
    goes_on = " …" if place.end_line > place.line else ""
    text.append(" " * cell_len(before) + carets + goes_on + (f" {label}" if label else "") + "\n", style)


def _visible(part: str) -> str:
    return shown(part.replace("\t", _TAB))


def _cut(before: str, within: str, after: str) -> tuple[str, str]:
    """Shorten what stands around the marked text, so that long lines keep their point in view."""
    room = max(20, WIDEST - len(within))
    if len(before) + len(after) <= room:
        return before, after
    keep = min(len(before), max(room // 2, room - len(after)))
    if keep < len(before):
        before = "…" + before[len(before) - keep :]
    if len(after) > room - keep:
        after = after[: max(0, room - keep)] + "…"
    return before, after
