"""``film check``: every problem of every named film, in one run, without generating anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.front import load_film
from runtime.cli.diagnostics import FileJson, diagnostics_json, print_diagnostics, shown, summary

Format = Literal["text", "json"]


def check(paths: Sequence[Path], format: Format = "text") -> int:  # noqa: A002 - the option's name
    """Check films or project folders; prints findings and returns the exit code: 1 when any has an error.

    JSON is one object ``{file, diagnostics}`` for one path and a list of them for several.
    """
    failed = False
    found: list[FileJson] = []
    for path in paths:
        film, sources, report = load_film(path)
        items = once(report.sorted())
        failed |= film is None or report.failed
        if format == "json":
            found.append(diagnostics_json(str(path), items, sources.sources))
            continue
        from rich.console import Console

        errors = any(item.severity is Severity.ERROR for item in items)
        if items:
            print_diagnostics(Console(stderr=True, highlight=False), str(path), items, sources.sources)
        print(f"{shown(str(path))}: {summary(items)}", file=sys.stderr if errors else sys.stdout)
    if format == "json":
        print(json.dumps(found[0] if len(paths) == 1 else found, ensure_ascii=False))
    return int(failed)


def once(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings without repeats: a film that uses one file twice says what is wrong with it once."""
    seen: set[tuple[str, Span | None, str]] = set()
    kept: list[Diagnostic] = []
    for item in items:
        key = (item.code, item.span, item.message)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept
