"""``film check``: every problem of every named film, in one run, without generating anything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from compiler.diagnostics import Diagnostic, Report, Severity, Span
from compiler.front import load_film
from compiler.meaning.film import Film
from runtime.cli.diagnostics import diagnostics_json, print_diagnostics, shown, summary

Format = Literal["text", "json"]


def check(paths: Sequence[Path], format: Format = "text") -> int:  # noqa: A002 - the option's name
    """Check films or project folders; prints findings and returns the exit code: 1 when any has an error.

    JSON is one line ``{file, diagnostics}`` for each path, in order.
    """
    failed = False
    for path in paths:
        film, sources, report = load_film(path)
        if film is not None and not report.failed:
            _stage(film, report)
        items = once(report.sorted())
        failed |= film is None or report.failed
        if format == "json":
            print(json.dumps(diagnostics_json(str(path), items, sources.sources), ensure_ascii=False))
            continue
        from rich.console import Console

        errors = any(item.severity is Severity.ERROR for item in items)
        if items:
            print_diagnostics(Console(stderr=True, highlight=False), str(path), items, sources.sources)
        print(f"{shown(str(path))}: {summary(items)}", file=sys.stderr if errors else sys.stdout)
    return int(failed)


def _stage(film: Film, report: Report) -> None:
    """Timing and film grammar, on estimated line lengths; imported only when there is a sound film to stage."""
    from compiler.staging.stage import stage_film
    from compiler.staging.voicing import estimate

    stage_film(film, estimate, report)


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
