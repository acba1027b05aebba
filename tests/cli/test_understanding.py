"""``film check --understanding``: as text for people and as JSON for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from runtime.cli.main import app

SOURCE = """INT. KITCHEN - NIGHT

Mara sits down at the table, smiling. Dust hangs in the light.

MARA
(wearily, turning to Elias)
You came.

ELIAS
(in G major)
I did.

Mara looks at the zeppelin. They embrace.
"""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "a.film"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_text(film: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--understanding", str(film)])
    assert result.exit_code == 0
    text = result.stdout
    assert "Dust hangs in the light." in text
    assert ". prose: no verb of the lexicon" in text
    assert "MARA sit → the table" in text
    assert "| MARA emote (smile)  [with the one before]" in text
    assert "speaks: tired and face: weary" in text
    assert "nothing here is called 'the zeppelin'" in text
    assert "sentences are staged" in text


def test_json(film: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--understanding", "--format", "json", str(film)])
    (row,) = (json.loads(line) for line in result.stdout.splitlines())
    sentences = row["sentences"]
    assert [s["line"] for s in sentences] == [3, 3, 5, 9, 13, 13]
    sits, dust, weary, odd, _, embrace = sentences
    assert [(s["act"], s["when"]) for s in sits["steps"]] == [("sit", "first"), ("emote", "with the one before")]
    assert dust["steps"] == [{"prose": "Dust hangs in the light.", "why": "no verb of the lexicon"}]
    assert (weary["delivery"], weary["face"], weary["steps"][0]["act"]) == ("tired", "weary", "turn")
    assert (odd["speaker"], odd["staged"]) == ("ELIAS", False)
    assert {s["subject"] for s in embrace["steps"]} == {"MARA", "ELIAS"}


def test_a_film_with_errors_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "b.film"
    bad.write_text("INT. HALL - DAY\n\nshot close-up of NOBODY\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "--understanding", str(bad)])
    assert result.exit_code == 1
    assert "has errors" in result.stdout


def test_people_nobody_declared_are_told_with_where_that_was_read(tmp_path: Path) -> None:
    path = tmp_path / "c.fountain"
    path.write_text("INT. HALL - DAY\n\nJOE (late 60s, torn coat) waits.\n\nJOE\nHm.\n\nXYL\nHm.\n", encoding="utf-8")
    text = CliRunner().invoke(app, ["check", "--understanding", str(path)]).stdout
    assert "JOE: man (line 5), late sixties (line 3), torn coat (line 3)" in text
    assert "XYL: nothing said; drawn from the name" in text
    result = CliRunner().invoke(app, ["check", "--understanding", "--format", "json", str(path)])
    joe, _ = json.loads(result.stdout)["people"]
    assert joe["read"][1] == {"text": "late sixties", "line": 3}
