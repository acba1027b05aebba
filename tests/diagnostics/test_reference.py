"""The generated pages of the manual are what the code and the library say today."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import docs


def test_generated_pages_are_up_to_date() -> None:
    stale = ", ".join(str(path.relative_to(docs.ROOT)) for path in docs.stale())
    assert not stale, f"run `{docs.COMMAND}`; stale: {stale}"


@pytest.mark.parametrize(("name", "keyword"), [("deliveries", "delivery"), ("pieces", "piece"), ("setups", "setup")])
def test_every_entry_of_the_library_has_an_example(name: str, keyword: str) -> None:
    _, entries = docs._read(name, keyword)
    assert len(entries) >= 10
    assert not [entry.name for entry in entries if not entry.values("example")]


def test_a_stale_page_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = docs.ROOT / "docs" / "reference" / "limits.md"
    monkeypatch.setattr(docs, "pages", lambda: {page: "something else"})
    assert docs.main(["--check"]) == 1
    assert "limits.md" in capsys.readouterr().out
