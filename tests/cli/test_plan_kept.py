"""``film plan`` says the same with what it remembers of a film as without, and when that is wrong."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from blake3 import blake3
from typer.testing import CliRunner

from runtime.cli.main import app
from tests.e2e.films import TALK

ASKED = (["plan"], ["plan", "--format", "json"], ["plan", "--graph"], ["graph", "--format", "json"])


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film" / "talk.film"
    path.parent.mkdir()
    path.write_text(TALK)
    return path


def _say(words: list[str], film: Path, plans: Path | str) -> str:
    done = CliRunner().invoke(app, [words[0], str(film), *words[1:]], env={"FILM_PLANS": str(plans)})
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_what_is_remembered_changes_nothing_that_is_said(words: list[str], film: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    for text in (TALK, TALK, TALK.replace("75mm", "85mm"), TALK.replace("Ada turns", "/* so */ Ada turns"), TALK):
        film.write_text(text)
        assert _say(words, film, plans) == _say(words, film, "0")
    assert (plans / "plans.sqlite").is_file()
    assert not list(film.parent.glob(".film/plans*")), "nothing of it lies beside the film"


def test_what_is_remembered_wrongly_is_forgotten_and_planned_again(film: Path, tmp_path: Path) -> None:
    """Somebody who can write to the user's own cache, seal and all, gets no wrong task past anybody who reads it."""
    plans = tmp_path / "plans"
    before = _say(["plan", "--graph"], film, plans)
    with sqlite3.connect(plans / "plans.sqlite") as db:
        (key, text) = db.execute("select key, text from texts").fetchone()
        form, texts, rows = json.loads(text)
        texts = [
            t[::-1] if len(t) == 64 and all(t != texts[v[0]] for row in rows for v in row[7]) else t for t in texts
        ]
        text = json.dumps([form, texts, rows])
        seal = blake3(f"{key}\n{text}".encode()).hexdigest()
        db.execute("update texts set text = ?, seal = ? where key = ?", (text, seal, key))
    assert _say(["plan", "--graph"], film, plans) == before
    assert not (plans / "plans.sqlite").exists(), "forgotten"
    assert _say(["plan", "--graph"], film, plans) == before
