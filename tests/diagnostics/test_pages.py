"""Every diagnostic code has a page of the stated form, and every page is true: its example reports the code, its remedy
does not.

A page is: ``# CODE: name in words``, a paragraph, ``## Why it matters``, ``## Example`` and ``## Write instead``, each of
the last two with one fenced block. Blocks marked ``film`` or ``fountain`` are checked and staged; ``text`` is for what
needs files, options or bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from compiler.codes import CODES
from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.front import check_text
from compiler.silence import settle
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

PAGES = Path(__file__).resolve().parents[2] / "docs" / "diagnostics"
_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(INT|EXT|EST|\.\w)", re.MULTILINE)
_TAIL = "\n\nINT. SOMEWHERE - DAY\n\nSomething happens.\n"
_SECTIONS = ["Why it matters", "Example", "Write instead"]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and text."""

    language: str
    text: str


def page_names() -> list[str]:
    return sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "README")


def blocks_of(code: str) -> dict[str, list[Block]]:
    """The fenced blocks of a page, by section."""
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    parts = _SECTION.split(text)
    return {
        name: [Block(match[1], match[2]) for match in _FENCE.finditer(body)]
        for name, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def findings(block: Block) -> list[Diagnostic]:
    """Everything checking and staging says of an example."""
    film, sources, report = check_text(whole(block), f"page.{block.language}")
    staged = film is not None and not report.failed
    if film is not None and staged:
        stage_film(film, estimate, report)
    return settle(report.sorted(), sources.sources, complete=staged).items


def whole(block: Block) -> str:
    """The text of an example; one without a scene heading is continued with one."""
    return block.text if _HEADING.search(block.text) else block.text + _TAIL


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    missing, strange = sorted(set(CODES) - set(page_names())), sorted(set(page_names()) - set(CODES))
    assert not missing, f"write docs/diagnostics/CODE.md for {', '.join(missing)}"
    assert not strange, f"no such codes: {', '.join(strange)}"


def test_names_are_stable_words() -> None:
    names = [code.name for code in CODES.values()]
    assert len(set(names)) == len(names)
    for code in CODES.values():
        assert re.fullmatch(r"[EW]\d{3}", code.id)
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.name)
        assert (code.id[0] == "E") == (code.severity is Severity.ERROR)
        assert code.why
        assert not code.why.endswith(".")
        assert not code.template.endswith(".")


@pytest.mark.parametrize("code", page_names())
def test_a_page_is_true(code: str) -> None:
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    title = f"# {code}: {CODES[code].name.replace('-', ' ')}"
    first, _, rest = text.partition("\n")
    assert first.replace("-", " ") == title, f"the page begins `{title}`"
    assert _SECTION.findall(text) == _SECTIONS
    opening = _SECTION.split(rest)[0].strip()
    assert len(opening) > 25, "a paragraph says what the code means"
    blocks = blocks_of(code)
    for section in ("Example", "Write instead"):
        assert len(blocks[section]) == 1, f"{section} has one fenced block"
        assert blocks[section][0].language in ("film", "fountain", "text")
    example, remedy = blocks["Example"][0], blocks["Write instead"][0]
    if example.language != "text":
        found = [(item.code, item.message) for item in findings(example)]
        assert code in [name for name, _ in found], f"the example reports {found}"
    if remedy.language != "text":
        found = [(item.code, item.message) for item in findings(remedy)]
        assert code not in [name for name, _ in found]
        assert not [name for name, _ in found if name.startswith("E")], f"the remedy is wrong in another way: {found}"


def test_spans_of_findings_lie_in_their_text() -> None:
    for code in page_names():
        for block in (b for found in blocks_of(code).values() for b in found if b.language in ("film", "fountain")):
            for item in findings(block):
                for span in (item.span, *(span for span, _ in item.notes)):
                    assert span is None or _sound(span, block.text + _TAIL), (code, item)


def _sound(span: Span, text: str) -> bool:
    return span.file.startswith("stdlib:") or 0 <= span.start <= span.end <= len(text)
