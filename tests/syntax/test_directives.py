"""Directives as written: heads and values that go on, notes with blocks, and what is said of near misses."""

from __future__ import annotations

import pytest

from compiler.diagnostics import Report
from compiler.syntax import format as formatter
from compiler.syntax import nodes as n
from compiler.syntax.format import format_source
from compiler.syntax.parser import parse
from compiler.syntax.phrases import parse_head, split_phrases
from compiler.syntax.source import make_source


def _directive(text: str, report: Report | None = None) -> n.Directive:
    (element,) = [e for e in parse(make_source("x", text), report or Report()).elements if isinstance(e, n.Directive)]
    return element


def _codes(text: str) -> list[str]:
    report = Report()
    parse(make_source("x", text), report)
    return [item.code for item in report.items]


@pytest.mark.parametrize(
    "text",
    [
        "shot a: wide, 24mm\n    takes: 8\n    wears: coat, boots",
        "shot a: wide,\n24mm\n  takes: 8\n  wears: coat,\n  boots",
        "shot a:  wide ,\n        24mm\n\ttakes: 8\n\twears:\n\t\tcoat,\n\t\tboots",
        "[[shot: a: wide, 24mm\ntakes: 8\nwears: coat,\n  boots]]",
        "[[ shot: a: wide,\n  24mm\n  takes: 8\n  wears: coat, boots\n]]",
        "shot a: wide [[so]], 24mm\n  [[what]] takes: 8\n  [[a\n line]]\n  wears: coat, /* no */ boots",
    ],
)
def test_one_directive_however_it_is_written(text: str) -> None:
    shot = _directive(text)
    head = parse_head(shot.head)
    assert head.label is not None
    assert (head.label.text, [p.text for p in head.phrases]) == ("a:", ["wide", "24mm"])
    assert [(p.key, [t.text for t in split_phrases(p.value)]) for p in shot.properties] == [
        ("takes", ["8"]), ("wears", ["coat", "boots"])
    ]  # fmt: skip
    for phrase in (*head.phrases, *split_phrases(shot.properties[1].value)):
        assert text[phrase.span.start : phrase.span.end] == phrase.text


def test_a_trailing_comma_does_not_swallow_the_next_directive() -> None:
    elements = parse(make_source("x", "shot wide,\nsound gulls\nshot close-up,\n    takes: 8"), Report()).elements
    assert [e.head.text for e in elements if isinstance(e, n.Directive)] == ["wide,", "gulls", "close-up,"]


def test_commas_in_strings_and_parentheses_divide_nothing() -> None:
    shot = _directive('shot over-shoulder(MARA, BO), still "a, b.jpg"')
    phrases = parse_head(shot.head).phrases
    assert [p.text for p in phrases] == ["over-shoulder (MARA, BO)", 'still "a, b.jpg"']
    assert [w.kind for w in phrases[0].words] == ["WORD", "ARGUMENTS"]
    assert [t.text for t in split_phrases(shot.head)] == ["over-shoulder(MARA, BO)", 'still "a, b.jpg"']


def test_only_a_property_without_a_value_holds_properties() -> None:
    loose = _directive("piece x\n    a: b\n        c: d\n      e: f\n    g:\n        h: i\n        j\n    k")
    assert [(p.key, p.value.text) for p in loose.properties] == [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h: i j")]
    assert [line.text for line in loose.properties[3].lines] == ["", "h: i", "j"]
    assert [line.text for line in loose.description] == ["k"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[[shto: wide]]", ["W154"]), ("[[idea: wide]]", []), ("[[Shot: wide]]", ["W154"]), ("shto wide", ["W151"]),
        ("!shto wide", []), ("shot x\n\n    a: b", ["W153"]), ("x [[ y", ["E103"]), ("x [[ y\n\nz ]]", ["E103"]),
        ("x /* y", ["E103"]), ("[[a\n  \nb]]", []), ("a\u202eb", ["W152"]), ("[[" * 30, ["E103"] * 20),
    ],
)  # fmt: skip
def test_slips_are_told(text: str, codes: list[str]) -> None:
    assert _codes(text) == codes


def test_a_formatter_that_errs_says_so_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatter, "print_screenplay", lambda tree, bare_directives: "INT. B - DAY\n")
    report = Report()
    assert format_source(make_source("x", "INT. A - DAY\n"), report) is None
    assert [item.code for item in report.items] == ["E108"]


def test_a_line_behind_a_comment_at_the_margin_is_not_indented() -> None:
    for mark in ("/* c */", "[[a note]]"):
        tree = parse(
            make_source("a.film", f"INT. A - DAY\n\nshot wide\n    look: silver\n{mark} Mara waits.\n"), Report()
        )
        shot, action = tree.elements[1], tree.elements[-1]
        assert isinstance(shot, n.Directive)
        assert not shot.description
        assert isinstance(action, n.Action)
        assert action.lines[0].text == "Mara waits."
