"""Silences: for a line, a scene, a project; by id or name; only of warnings; and never without use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.silence import settle
from compiler.syntax.source import make_source
from runtime.cli.check import check

TEXT = "one\ntwo\n\nINT. A - DAY\n\nthree\nfour\n\nINT. B - DAY\n\nfive\n"


def _settle(text: str, marked: str, code: str = "W602", project: tuple[str, ...] = ()) -> tuple[int, list[str]]:
    source = make_source("a.film", text)
    at = text.index(marked)
    item = Diagnostic(code, Severity.WARNING, "message", Span(at, at + len(marked), "a.film"))
    settled = settle([item], {"a.film": source}, [(word, None) for word in project])
    return settled.silenced, [i.code for i in settled.items]


@pytest.mark.parametrize("word", ["W602", "w602", "jump-cut", "Jump-Cut", "jump cut", "jump-cut (the flashback)"])
@pytest.mark.parametrize("keyword", ["allow", "silence"])
def test_by_id_or_name_on_the_line_and_above(word: str, keyword: str) -> None:
    note = f"[[{keyword}: {word}]]"
    assert _settle(TEXT.replace("three", f"three {note}"), "three") == (1, [])
    assert _settle(TEXT.replace("three", f"{note} three"), "three") == (1, [])
    assert _settle(TEXT.replace("three", f"{note}\nthree"), "three") == (1, [])
    assert _settle(TEXT.replace("three", f"{note}\n\nthree"), "three") == (1, [])
    assert _settle(TEXT.replace("three", f"{note}\n[[another note]]\nthree"), "three") == (1, [])
    assert _settle(TEXT.replace("three", f"three {note}"), "four") == (
        1,
        [],
    )  # the line above, when it needs none itself
    assert _settle(TEXT.replace("three", f"three {note}"), "five") == (0, ["W602", "W415"])
    shot = TEXT.replace("three", f"shot three\n    takes: 2\n    {note}\n")
    assert _settle(shot, "shot three") == (1, [])  # in the block of the shot
    assert _settle(TEXT.replace("three", f"{note}\nthree"), "four") == (0, ["W602", "W415"])


def test_several_words_and_what_is_wrong_with_them() -> None:
    assert _settle(TEXT.replace("three", "three [[allow: W601, jump-cut]]"), "three") == (1, ["W415"])
    assert _settle(TEXT.replace("three", "three [[allow: jmp-cut]]"), "three") == (0, ["W602", "W414"])
    assert _settle(TEXT.replace("three", "three [[allow: E201]]"), "three") == (0, ["W602", "W416"])
    assert _settle(TEXT.replace("three", "/* three [[allow: W602]] */ three"), "three") == (0, ["W602"])
    assert _settle(TEXT.replace("three", "three [[allow of W602]]"), "three") == (0, ["W602"])


def test_a_note_speaks_for_the_line_below_only_when_its_own_needs_none() -> None:
    source = make_source("a.film", TEXT.replace("three", "three [[allow: W602]]"))
    at = [source.text.index(word) for word in ("three", "four")]
    items = [
        Diagnostic("W602", Severity.WARNING, word, Span(i, i + 4, "a.film")) for i, word in zip(at, "ab", strict=True)
    ]
    settled = settle(items, {"a.film": source})
    assert [(i.code, i.message) for i in settled.items] == [("W602", "b")]


def test_by_scene() -> None:
    scene = "INT. A - DAY\n\nscene\n    allow: W602\n"
    text = TEXT.replace("INT. A - DAY\n", scene)
    assert _settle(text, "four") == (1, [])
    assert _settle(text, "five") == (0, ["W602", "W415"])
    assert _settle(text, "one") == (0, ["W602", "W415"])
    for scene in ("scene allow jump-cut\n", "[[scene: allow W602]]\n"):
        assert _settle(TEXT.replace("INT. A - DAY\n", f"INT. A - DAY\n\n{scene}"), "four") == (1, [])


def test_by_project() -> None:
    assert _settle(TEXT, "four", project=("W602",)) == (1, [])
    assert _settle(TEXT, "four", project=("W601",)) == (0, ["W602", "W415"])
    assert _settle(TEXT, "four", project=("W602", "nonsense", "unknown-silence")) == (1, [])


def test_errors_stay() -> None:
    item = Diagnostic("E201", Severity.ERROR, "message", Span(0, 3, "a.film"))
    source = make_source("a.film", TEXT.replace("one", "one [[allow: E201]]"))
    settled = settle([item], {"a.film": source})
    assert [i.code for i in settled.items] == ["E201", "W416"]


def test_a_film_that_is_not_staged_keeps_its_silences() -> None:
    source = make_source("a.film", TEXT.replace("three", "three [[allow: W602]]"))
    assert settle([], {"a.film": source}, complete=False).items == []


def test_many_of_both_are_quick() -> None:
    lines = [f"line {i} [[allow: W602]]" for i in range(3000)]
    source = make_source("a.film", "\n".join(lines))
    items = [Diagnostic("W602", Severity.WARNING, "m", Span(s, s + 4, "a.film")) for s in source.starts]
    assert settle(items, {"a.film": source}).silenced == 3000


def test_film_toml_speaks_for_the_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.film").write_text("character MARA\n    a woman\n\nINT. HALL - DAY\n\nThe door closes.\n")
    (tmp_path / "film.toml").write_text('allow = ["unused", "jump-cut"]\n')
    for path in (tmp_path, tmp_path / "a.film"):
        assert check([path], "json") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["silenced"] == 1
        (unused,) = told["diagnostics"]
        assert (unused["code"], unused["line"], unused["column"]) == ("W415", 1, 21)
        assert unused["file"].endswith("film.toml")
