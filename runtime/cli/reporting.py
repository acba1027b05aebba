"""What commands that change sources say: findings on standard error, as ``film check`` shows them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from compiler.diagnostics import Report
from compiler.rewrite import Rewrite, apply_edits
from compiler.syntax.source import Source
from runtime.cli.diagnostics import print_diagnostics
from runtime.cli.fixing import Fixes, diff_fixes, write_fixes


def say(name: str, report: Report, sources: Mapping[str, Source]) -> None:
    """Print every finding."""
    if report.items:
        from rich.console import Console

        console = Console(stderr=True, highlight=False)
        print_diagnostics(console, name, list(report.sorted()), sources)


def carry_out(
    name: str, rewrite: Rewrite, sources: Mapping[str, Source], report: Report, *, dry_run: bool, diff: bool
) -> int:
    """Make a rewriting's edits in its files, whole and atomically, or show them; returns the exit code."""
    say(name, report, sources)
    if report.failed:
        return 1
    texts = {file: apply_edits(sources[file].text, edits) for file, edits in rewrite.edits.items() if edits}
    fixes = Fixes({file: text for file, text in texts.items() if text != sources[file].text}, ())
    if diff:
        for line in diff_fixes(fixes, sources):
            print(line)
    elif fixes.texts:
        failed = {} if dry_run else write_fixes(fixes, sources)
        for file, why in failed.items():
            print(f"error: {file} was not changed: {why}", file=sys.stderr)
        if failed:
            return 1
    if not diff:
        files = ", ".join(Path(file).name for file in fixes.texts)
        would = "would change" if dry_run else "changed"
        print(
            f"{rewrite.summary}: {would} {files}"
            if files
            else f"{rewrite.summary or 'nothing to do'}: nothing to change"
        )
    return 0
