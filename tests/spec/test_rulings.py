"""Runs the rulings of docs/spec/screenplay.md: a source, and below it the elements ``film parse`` prints for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.syntax.format import format_source
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source
from runtime.cli.parse import elements_json, outline

PAGE = Path(__file__).resolve().parents[2] / "docs" / "spec" / "screenplay.md"
_PAIR = re.compile(
    r"^```(fountain|film-elements)\n((?:(?!```).*\n)*)```\n```elements\n((?:(?!```).*\n)*)```$", re.MULTILINE
)
PAIRS = [(match[1], match[2], match[3]) for match in _PAIR.finditer(PAGE.read_text(encoding="utf-8"))]


def _outline(kind: str, text: str) -> list[str]:
    source = make_source("example", text)
    return [
        outline(item) for item in elements_json(source, parse(source, Report(), bare_directives=kind != "fountain"))
    ]


def _rows(line: str) -> list[str]:
    """A line of an outline, a block's lines in no order: theirs is the formatter's."""
    return sorted(line.split(" / ")) if line.startswith("directive") else [line]


@pytest.mark.parametrize(("kind", "text", "elements"), PAIRS, ids=[text.split("\n")[0] for _, text, _ in PAIRS])
def test_elements_are_what_the_manual_says(kind: str, text: str, elements: str) -> None:
    assert _outline(kind, text) == elements.splitlines()
    laid_out = format_source(make_source("example", text), Report(), bare_directives=kind != "fountain")
    assert laid_out is not None
    assert [_rows(line) for line in _outline(kind, laid_out)] == [_rows(line) for line in _outline(kind, text)]
    crlf = text.replace("\n", "\r\n")
    assert _outline(kind, crlf) == elements.splitlines()


def test_the_manual_has_rulings() -> None:
    assert len(PAIRS) > 12
