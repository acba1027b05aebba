"""Rewritings are proved before anything is written: the film is checked with the new texts in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from compiler.diagnostics import Diagnostic, Edit, Report, Severity
from compiler.front import SourceMap, load_film, parse_source
from compiler.meaning.film import Film
from compiler.rewrite import apply_edits
from compiler.syntax.nodes import Screenplay
from compiler.syntax.source import Source, make_source


def load_edited(path: Path, texts: Mapping[str, str]) -> tuple[Film | None, SourceMap, Report]:
    """What ``load_film`` would return if the sources named in ``texts`` said that."""

    def parse(source: Source, report: Report) -> Screenplay:
        text = texts.get(source.name)
        return parse_source(source if text is None else make_source(source.name, text), report)

    return load_film(path, parse=parse)


def edited(sources: Mapping[str, Source], edits: Iterable[Edit]) -> dict[str, str]:
    """The texts of every source that edits touch, with them made."""
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.span.file, []).append(edit)
    return {name: apply_edits(sources[name].text, some) for name, some in by_file.items()}


def first_error(report: Report) -> Diagnostic | None:
    """The first error of a report, in source order."""
    return next((item for item in report.sorted() if item.severity is Severity.ERROR), None)
