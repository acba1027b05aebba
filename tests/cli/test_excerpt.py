"""Excerpts as people see them: golden text, and carets under the right cells whatever the letters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from compiler.diagnostics import Diagnostic, Edit, Fix, Severity, Span
from compiler.syntax.source import make_source
from runtime.cli.diagnostics import render
from runtime.cli.excerpt import WIDEST, shown


def _show(text: str, main: str | Span, *notes: tuple[str, str], width: int = WIDEST, fix: Fix | None = None) -> str:
    def span(part: str | Span) -> Span:
        return part if isinstance(part, Span) else Span(text.rindex(part), text.rindex(part) + len(part), "x.film")

    labels = tuple((span(part), label) for part, label in notes)
    item = Diagnostic("E304", Severity.ERROR, "the lens is given twice", span(main), "say it once", "", labels, fix)
    return render(item, "x.film", {"x.film": make_source("x.film", text)}, width).plain


def test_both_places_stand_in_one_excerpt() -> None:
    fix = Fix("delete the second", (Edit(Span(9, 15), ""),), safe=True)
    assert _show("shot 85mm, wide, 50mm", "50mm", ("85mm", "first here"), fix=fix) == (
        "error[E304]: the lens is given twice\n"
        " --> x.film:1:18\n"
        "  |\n"
        "1 | shot 85mm, wide, 50mm\n"
        "  |      ----        ^^^^\n"
        "  |      first here\n"
        "  = help: say it once\n"
        "  = fix: delete the second (`film check --fix` does it)\n"
    )


def test_several_labels_on_one_line() -> None:
    assert _show("shot of MARA over ELIAS's shoulder, 85mm", "85mm", ("MARA", "one"), ("ELIAS", "two")).split("\n")[
        3:7
    ] == [
        "1 | shot of MARA over ELIAS's shoulder, 85mm",
        "  |         ----      -----             ^^^^",
        "  |         |         two",
        "  |         one",
    ]


def test_spans_over_lines_and_gaps() -> None:
    text = "character MARA\n    a woman\n    of sixty\n\n\n\ncharacter MARA\n"
    assert _show(text, Span(text.rindex("MARA"), text.rindex("MARA") + 4, "x.film"), (text[:39], "first here")).split(
        "\n"
    )[2:12] == [
        "  |",
        "1 | character MARA",
        "  | --------------",
        "2 |     a woman",
        "3 |     of sixty",
        "  |     -------- first here",
        " ...",
        "7 | character MARA",
        "  |           ^^^^",
        "  = help: say it once",
    ]


def test_long_lines_are_cut_around_what_is_marked() -> None:
    lines = _show("x" * 3000 + " MARTA " + "y" * 3000, "MARTA", width=60).split("\n")
    assert lines[3].startswith("1 | …x")
    assert lines[3].endswith("y…")
    assert cell_len(lines[3]) <= 64
    assert lines[3][lines[4].index("^") :].startswith("MARTA")
    lines = _show("z" * 5000, Span(100, 4000, "x.film"), width=60).split("\n")
    assert cell_len(lines[3]) <= 64
    assert cell_len(lines[4]) <= 64


_LETTERS = st.text(st.sampled_from("ab漢é\u0301\t\u202e\x1bﾊ\U0001f469 "), max_size=40)


@given(_LETTERS, _LETTERS, st.integers(40, 110))
def test_carets_stand_under_what_is_meant(before: str, after: str, width: int) -> None:
    lines = _show(before + "MARTA" + after, Span(len(before), len(before) + 5, "x.film"), width=width).split("\n")
    source, carets = lines[3], lines[4]
    assert carets.count("^") == 5
    assert cell_len(source[: source.index("MARTA")]) == carets.index("^")
    assert source.isprintable() or not {"\x1b", "\u202e", "\t"} & set(source)


@given(st.text(max_size=60), st.integers(0, 70), st.integers(0, 70), st.integers(0, 70))
def test_any_text_and_spans_render(text: str, a: int, b: int, c: int) -> None:
    text = text.replace("\0", "")
    end, begin = max(a, b), min(a, b)
    item = Diagnostic(
        "E201", Severity.WARNING, text, Span(begin, end, "x.film"), text, text, ((Span(c, c, "x.film"), text),)
    )
    plain = render(item, "x.film", {"x.film": make_source("x.film", text)}).plain
    assert plain.endswith("\n")
    assert "\x1b" not in plain
    assert shown(plain.replace("\n", "")) == plain.replace("\n", "")
