"""``film check --fix``: certain fixes are written, whole or not at all, and nothing else is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic, Edit, Fix, Severity, Span
from compiler.syntax.source import make_source
from runtime.cli.check import Options, check
from runtime.cli.fixing import apply_edits, plan_fixes, write_fixes

WRONG = "INT. HALL - DAY\n\nAnna waits. [[allow: jump-cut]]\n\n[[allow: line-crossed]]\nShe sits. [[allow: jump-cut, W601]]\n"


def _fix(code: str, *edits: tuple[int, int, str], safe: bool = True, file: str = "a.film") -> Diagnostic:
    made = tuple(Edit(Span(begin, end, file), text) for begin, end, text in edits)
    return Diagnostic(code, Severity.ERROR, "message", made[0].span, fix=Fix(f"fix {code}", made, safe))


def test_silences_that_silence_nothing_are_deleted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.film"
    path.write_text(WRONG)
    assert check([path], "json") == 0
    before = json.loads(capsys.readouterr().out)
    assert [d["code"] for d in before["diagnostics"]] == ["W415"] * 4
    assert check([path], "json", Options(strict=True)) == 1
    capsys.readouterr()
    assert check([path], "text", Options(diff=True)) == 0
    shown = capsys.readouterr().out
    assert "-Anna waits. [[allow: jump-cut]]\n+Anna waits.\n" in shown
    assert path.read_text() == WRONG
    assert check([path], "json", Options(fix=True)) == 0
    after = json.loads(capsys.readouterr().out)
    assert path.read_text() == "INT. HALL - DAY\n\nAnna waits.\n\nShe sits. [[allow: jump-cut, W601]]\n"
    assert [(f["code"], f["line"]) for f in after["fixed"]] == [("W415", 3), ("W415", 5)]
    assert len(after["diagnostics"]) == 2  # two words in one note are not deleted by themselves
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"], ids=["plain", "utf8", "le", "be"])
def test_marks_line_ends_modes_and_links_are_kept(
    tmp_path: Path, mark: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(mark, "utf-8")
    real, link = tmp_path / "real.film", tmp_path / "a.film"
    real.write_bytes(mark + "INT. HÅLL - DAY\r\n\r\nAnna waits. [[allow: jump-cut]]\r\n".encode(encoding))
    real.chmod(0o640)
    link.symlink_to(real)
    assert check([link], "text", Options(fix=True)) == 0
    assert real.read_bytes() == mark + "INT. HÅLL - DAY\r\n\r\nAnna waits.\r\n".encode(encoding)
    assert real.stat().st_mode & 0o777 == 0o640
    assert link.is_symlink()
    out = capsys.readouterr()
    assert "fixed: " in out.err
    assert "1 fixed" in out.out


def test_edits_never_overlap() -> None:
    sources = {"a.film": make_source("a.film", "0123456789")}
    items = [
        _fix("E001", (2, 5, "x")), _fix("E002", (4, 6, "y")), _fix("E003", (5, 5, "z")), _fix("E004", (7, 8, "w"), safe=False),
        _fix("E005", (8, 9, ""), (9, 10, "!")), _fix("E006", (0, 1, "a"), (9, 10, "b")), _fix("E007", (2, 5, "x")),
        _fix("E008", (0, 99, "")), _fix("E009", (1, 1, "s"), file="stdlib:looks"),
    ]  # fmt: skip
    fixes = plan_fixes(items, sources)
    assert [made.item.code for made in fixes.made] == ["E001", "E003", "E005", "E007"]
    assert fixes.texts["a.film"] == "01xz567!"


def test_a_file_that_changed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.film"
    path.write_text("0123456789")
    sources = {str(path): make_source(str(path), "0123456789")}
    fixes = plan_fixes([_fix("E001", (2, 5, "x"), file=str(path))], sources)
    path.write_text("something else")
    assert "changed" in write_fixes(fixes, sources)[str(path)]
    assert path.read_text() == "something else"
    path.unlink()
    assert write_fixes(fixes, sources)
    assert list(tmp_path.iterdir()) == []


@given(
    st.text("abc", max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 5), st.text("xyz", max_size=3)))
)
def test_edits_that_are_made_are_made_exactly(text: str, wanted: list[tuple[int, int, str]]) -> None:
    sources = {"a.film": make_source("a.film", text)}
    fixes = plan_fixes([_fix("E001", (at, at + size, new)) for at, size, new in wanted], sources)
    edits = {edit for made in fixes.made for edit in made.fix.edits}
    changed = fixes.texts.get("a.film", text)
    assert changed == apply_edits(text, edits)
    assert len(changed) == len(text) + sum(len(e.text) - (e.span.end - e.span.start) for e in edits)
    covered = [i for e in edits for i in range(e.span.start, e.span.end)]
    assert len(covered) == len(set(covered))


def test_a_fix_that_brings_in_an_error_is_taken_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.film"
    path.write_text(
        "INT. HALL - DAY\n\nshot wide, static, sttic\n\nAnna waits.\n\nshot wide, handhled\n\nAnna waits.\n"
    )
    assert check([path], "json", Options(fix=True)) == 1
    told = json.loads(capsys.readouterr().out)
    assert "shot wide, static, sttic\n" in path.read_text()
    assert "shot wide, handheld\n" in path.read_text()
    assert [f["title"] for f in told["fixed"]] == ["write `handheld`"]
    assert [d["code"] for d in told["diagnostics"] if d["severity"] == "error"] == ["E301"]


def test_fixes_in_used_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people.film").write_text("character MARA\n    a woman\n    hight: 1.7 m\n")
    (tmp_path / "a.film").write_text('use "people.film"\n\nINT. HALL - DAY\n\nshot wide, sttic\n\nMARA\nHello.\n')
    assert check([tmp_path / "a.film"], "text", Options(fix=True)) == 0
    assert "height: 1.7 m" in (tmp_path / "people.film").read_text()
    assert "shot wide, static" in (tmp_path / "a.film").read_text()
    assert "2 fixed" in capsys.readouterr().out
