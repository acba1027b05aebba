"""What is said of a whole film: names nobody can tell apart, and too many of anything."""

from __future__ import annotations

from compiler import vetting
from compiler.codes import E
from compiler.diagnostics import Report, Span
from compiler.limits import LIMITS, Limit
from compiler.vetting import vet_count, vet_names


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
        assert limit.code.id.startswith("E")
        assert limit.because
        assert limit.unit
