"""Emphasis: what is set how, and what a mark is when its other half is missing."""

from __future__ import annotations

import pytest

from compiler.syntax.emphasis import Run, emphasis_runs, plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*slow*", "slow"), ("**loud**", "loud"), ("***both***", "both"), ("_under_ it", "under it"),
        ("2 * 3 * 4", "2 * 3 * 4"), ("a* b", "a* b"), (r"\*not\* \_this\_", "*not* _this_"), ("*open", "*open"),
        ("**a *b* c**", "a b c"), ("***a** b*", "a b"), ("*a\nb*", "*a\nb*"), ("_*x*_", "x"), ("", ""), ("***", "***"),
    ],
)  # fmt: skip
def test_marks_come_off_where_they_are_marks(text: str, words: str) -> None:
    assert plain(text) == words


def test_runs_say_how_each_word_is_set() -> None:
    assert emphasis_runs("a **b *c*** _d_") == (
        Run("a "),
        Run("b ", bold=True),
        Run("c", bold=True, italic=True),
        Run(" "),
        Run("d", underline=True),
    )
