"""Diagnostics for people and for programs: excerpts with carets through rich, or plain JSON values.

Everything printed goes through ``shown``: text of a film never reaches the terminal as control characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from compiler.codes import CODES
from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.syntax.source import Source
from runtime.cli.excerpt import WIDEST, Mark, excerpt, shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["Place", "diagnostics_json", "locate", "print_diagnostics", "render", "shown", "summary"]

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_SECOND = "bold blue"


class SpanJson(TypedDict):
    """A half-open range of characters of the file's text, counted from 0 after any byte-order mark."""

    start: int
    end: int


class PlaceJson(TypedDict):
    """A place in a file: lines and columns count characters from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    span: SpanJson | None


class NoteJson(PlaceJson):
    """A second place that explains the first."""

    message: str


class EditJson(PlaceJson):
    """Replace the text of the place by ``text``."""

    text: str


class FixJson(TypedDict):
    """A remedy by machine; ``safe`` ones are applied by ``film check --fix``."""

    title: str
    safe: bool
    edits: list[EditJson]


class DiagnosticJson(PlaceJson):
    """One diagnostic as programs read it; ``span`` is null for a finding about a whole file."""

    code: str
    name: str
    severity: str
    message: str
    notes: list[NoteJson]
    help: str
    why: str
    fix: FixJson | None


class FileJson(TypedDict):
    """What ``film check --format json`` prints per path."""

    file: str
    ok: bool
    errors: int
    warnings: int
    silenced: int
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


def diagnostics_json(
    file: str, items: Iterable[Diagnostic], sources: Mapping[str, Source], silenced: int = 0
) -> FileJson:
    """All findings of one film. A finding about a whole file stands at line 1, column 1."""
    found: list[DiagnosticJson] = []
    counts = dict.fromkeys(Severity, 0)
    for item in items:
        counts[item.severity] += 1
        code = CODES.get(item.code)
        found.append(
            {
                "code": item.code, "name": code.name if code else "", "severity": item.severity.value,
                "message": item.message, **_place_json(item.span, sources, file),
                "notes": [{"message": label, **_place_json(span, sources, file)} for span, label in item.notes],
                "help": item.help, "why": item.why, "fix": _fix_json(item, sources, file),
            }
        )  # fmt: skip
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    return {
        "file": file, "ok": not errors, "errors": errors, "warnings": warnings, "silenced": silenced,
        "diagnostics": found,
    }  # fmt: skip


def _fix_json(item: Diagnostic, sources: Mapping[str, Source], file: str) -> FixJson | None:
    if item.fix is None:
        return None
    edits: list[EditJson] = [{**_place_json(e.span, sources, file), "text": e.text} for e in item.fix.edits]
    return {"title": item.fix.title, "safe": item.fix.safe, "edits": edits}


def _place_json(span: Span | None, sources: Mapping[str, Source], file: str) -> PlaceJson:
    place = locate(span, sources, file)
    if span is None or place is None:
        name = span.file if span and span.file else file
        return {"file": name, "line": 1, "column": 1, "end_line": 1, "end_column": 1, "span": None}
    return {
        "file": place.file, "line": place.line, "column": place.column, "end_line": place.end_line,
        "end_column": place.end_column, "span": {"start": span.start, "end": span.end},
    }  # fmt: skip


def print_diagnostics(console: Console, file: str, items: Sequence[Diagnostic], sources: Mapping[str, Source]) -> None:
    """Print each finding with its excerpt, why it matters and what to write instead."""
    width = console.width - 8 if console.is_terminal else WIDEST
    for item in items:
        console.print(render(item, file, sources, width), soft_wrap=True)


def render(item: Diagnostic, file: str, sources: Mapping[str, Source], width: int = WIDEST) -> Text:
    """One finding as styled text of several lines, the last one ended."""
    from rich.text import Text

    place = locate(item.span, sources, file)
    style = _STYLES[item.severity]
    text = Text()
    text.append(f"{item.severity.value}[{item.code}]", style)
    text.append(f": {shown(item.message)}\n", "bold")
    marks = _marks(item, sources, style)
    gutter = max((len(str(_last_line(m.span, sources))) for group in marks.values() for m in group), default=1)
    text.append(" " * gutter + "--> ", "blue")
    text.append(f"{place or shown(file)}\n")
    first = item.span.file if item.span and place else ""
    for name in sorted(marks, key=lambda name: name != first):
        group = marks[name]
        if name != first:
            text.append(" " * gutter + "::: ", "blue")
            text.append(f"{locate(group[0].span, sources, file)}\n")
        excerpt(text, sources[name], group, gutter, width)
    for word, body in (("why", item.why), ("help", item.help), ("fix", _fix_text(item))):
        if body:
            text.append(" " * gutter + " = ", "blue")
            text.append(f"{word}: ", "bold")
            text.append(shown(body) + "\n")
    return text


def _marks(item: Diagnostic, sources: Mapping[str, Source], style: str) -> dict[str, list[Mark]]:
    marks: dict[str, list[Mark]] = {}
    if item.span is not None and item.span.file in sources:
        marks[item.span.file] = [Mark(item.span, True, style)]
    for span, label in item.notes:
        if span.file in sources:
            marks.setdefault(span.file, []).append(Mark(span, False, _SECOND, label))
    return marks


def _last_line(span: Span, sources: Mapping[str, Source]) -> int:
    source = sources[span.file]
    return source.place(min(max(span.end, span.start), len(source.text)))[0]


def _fix_text(item: Diagnostic) -> str:
    if item.fix is None:
        return ""
    return f"{item.fix.title} (`film check --fix` does it)" if item.fix.safe else item.fix.title


def summary(items: Sequence[Diagnostic], silenced: int = 0) -> str:
    """``2 errors, 1 warning, 3 silenced``, or ``no problems``."""
    counts = [(sum(item.severity is severity for item in items), severity.value) for severity in Severity]
    parts = [f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count]
    said = ", ".join(parts) or "no problems"
    return f"{said} ({silenced} silenced)" if silenced else said
