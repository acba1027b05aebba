"""A build that finds nothing changed: its line in the journal, and what it says."""

from __future__ import annotations

from pathlib import Path

from runtime.schedule.journal import Journal


def journal(build: dict[str, str]) -> str:
    """Write down a build that was answered at once; returns its name."""
    kept = Journal(Path(build["runs"]), build["film"], build["profile"])
    kept.hit = int(build["hit"])
    kept.end("done")
    return kept.id
