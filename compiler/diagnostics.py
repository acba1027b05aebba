"""Diagnostics: errors as values, each with a stable code, a place, a reason and a remedy.

Every room reports through a ``Report``; nothing raises for bad input. Codes are declared once
in ``compiler.codes``; this module knows neither film nor terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum


class Severity(str, Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters ``[start, end)`` of one source, by offset into its text."""

    start: int
    end: int
    file: str = ""

    def join(self, other: Span) -> Span:
        """The smallest span that covers both; both lie in the same file."""
        return Span(min(self.start, other.start), max(self.end, other.end), self.file)


@dataclass(frozen=True, slots=True)
class Code:
    """A stable diagnostic code such as ``E101``: its name, default severity and message template."""

    id: str
    name: str
    severity: Severity
    template: str
    why: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of ``span`` by ``text``."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A machine-applicable remedy. ``safe``: certain to be meant, so ``film check --fix`` applies it unasked."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding, ready to be shown or serialised. ``help`` says what to write instead."""

    code: str
    severity: Severity
    message: str
    span: Span | None = None
    help: str = ""
    why: str = ""
    notes: tuple[tuple[Span, str], ...] = ()
    fix: Fix | None = None


@dataclass(slots=True)
class Report:
    """Collects diagnostics. ``report(E.UNKNOWN_NAME, span, name=…, help=…)`` is all it takes."""

    items: list[Diagnostic] = field(default_factory=list)

    def __call__(
        self,
        code: Code,
        span: Span | None,
        *,
        help: str = "",  # noqa: A002 - the field's own name
        notes: tuple[tuple[Span, str], ...] = (),
        fix: Fix | None = None,
        **values: object,
    ) -> None:
        self.items.append(
            Diagnostic(code.id, code.severity, code.template.format(**values), span, help, code.why, notes, fix)
        )

    @property
    def failed(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.items)

    def sorted(self) -> Iterator[Diagnostic]:
        """Diagnostics in source order; those without a place first."""
        return iter(sorted(self.items, key=lambda d: (d.span is not None, d.span or Span(0, 0), d.code)))
