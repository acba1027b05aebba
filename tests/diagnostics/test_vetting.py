"""What is said of a whole film: names nobody can tell apart, and too many of anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compiler import plan, vetting
from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.limits import FILM_SECONDS, LIMITS, Limit
from compiler.vetting import vet_count, vet_length, vet_names
from runtime.cli.main import app


def _names(*names: str) -> list[str]:
    report = Report()
    vet_names([("entity", name, Span(i * 10, i * 10 + 5, "a.film")) for i, name in enumerate(names)], report)
    return [item.code for item in report.items]


def test_names_that_look_alike() -> None:
    assert _names("COMA", "СОМА") == ["W412"]
    assert _names("MARA", "MАRA") == ["W413", "W412"]
    assert _names("ZOË", "ZOE\u0308") == ["W412"]
    assert _names("ＭＡＲＡ", "MARA") == ["W412"]
    assert _names("MARA", "MARY", "ÉLIAS", "МАРИЯ", "花子", "مريم", "KANA カナ") == []
    assert _names("MARA", "Mara") == []  # one name, in two cases


def test_long_names() -> None:
    assert _names("M" * 80) == []
    assert _names("M" * 81) == ["E415"]


def test_one_too_many() -> None:
    limit, report = Limit("a film", 3, "shots", E.TOO_MANY, "few have more"), Report()
    spans = [Span(i, i + 1, "a.film") for i in range(9)]
    vet_count(limit, spans[:3], report)
    assert not report.items
    vet_count(limit, spans, report)
    assert [(i.code, i.span) for i in report.items] == [("E414", spans[3])]
    assert vetting.SHOTS in LIMITS


def test_every_limit_has_a_code_and_a_reason() -> None:
    for limit in LIMITS:
        assert limit.value > 0
        assert limit.code.id[0] in "EW"
        assert limit.because
        assert limit.unit


def test_a_film_that_never_ends() -> None:
    report = Report()
    vet_length(FILM_SECONDS.value, report)
    assert not report.items
    vet_length(FILM_SECONDS.value + 1, report)
    assert [item.code for item in report.items] == ["E305"]


def test_a_plan_past_a_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.film").write_text("INT. HALL - DAY\n\nAnna waits.\n")
    for name in ("TASKS", "FILM_SECONDS"):
        with monkeypatch.context() as patch:
            patch.setattr(plan, name, replace(getattr(plan, name), value=0))
            done = CliRunner().invoke(app, ["plan", "a.film"])
        assert done.exit_code == 1
        assert "help: divide it" in done.stderr
