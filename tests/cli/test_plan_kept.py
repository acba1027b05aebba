"""``film plan`` says the same with what it remembers of a film as without, and when that is wrong."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from blake3 import blake3
from typer.testing import CliRunner

from compiler.graph import kept, kept_play
from runtime.cli.main import app
from runtime.schedule import tools as made_of
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


@pytest.mark.parametrize("kind", [kept.FORMAT, kept_play.FORMAT])
def test_what_is_remembered_wrongly_is_forgotten_and_planned_again(kind: str, film: Path, tmp_path: Path) -> None:
    """Somebody who can write to the user's own cache, seal and all, gets no wrong task past anybody who reads it."""
    plans = tmp_path / "plans"
    before = _say(["plan", "--graph"], film, plans)
    with sqlite3.connect(plans / "plans.sqlite") as db:
        rows = [(key, json.loads(text)) for key, text in db.execute("select key, text from texts")]
        key, said = next((key, said) for key, said in rows if said[0] == kind)
        if kind == kept.FORMAT:
            form, texts, shots = said
            texts = [
                t[::-1] if len(t) == 64 and all(t != texts[v[0]] for row in shots for v in row[7]) else t for t in texts
            ]
            text = json.dumps([form, texts, shots])
        else:
            spoken = said[2][3]
            spoken[0][1][0] += spoken[0][1][1]  # a second later
            text = json.dumps(said)
        seal = blake3(f"{key}\n{text}".encode()).hexdigest()
        db.execute("update texts set text = ?, seal = ? where key = ?", (text, seal, key))
    assert _say(["plan", "--graph"], film, plans) == before
    assert not (plans / "plans.sqlite").exists(), "forgotten"
    assert _say(["plan", "--graph"], film, plans) == before


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("words", ASKED[:3], ids=" ".join)
def test_a_damaged_memory_changes_nothing_that_is_said(at: float, words: list[str], film: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    before = _say(words, film, plans)
    path = plans / "plans.sqlite"
    whole = bytearray(path.read_bytes())
    begin = int(len(whole) * at)
    whole[begin : begin + 64] = bytes(byte ^ 0x15 for byte in whole[begin : begin + 64])
    path.write_bytes(whole)
    assert _say(words, film, plans) == before
    path.write_bytes(whole[:begin])
    assert _say(words, film, plans) == before


def test_a_text_without_its_seal_is_not_believed(film: Path, tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    before = _say(["plan"], film, plans)
    with sqlite3.connect(plans / "plans.sqlite") as db:
        db.execute("update texts set text = replace(text, '24', '25')")
    assert _say(["plan"], film, plans) == before


def test_a_changed_compiler_remembers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered is looked up by a digest of all of the compiler's and the library's sources."""
    for place in ("compiler/graph/keys.py", "stdlib/verbs.film"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text("one\n")
    monkeypatch.setattr(made_of, "ROOT", tmp_path)
    said = set()
    for place in ("compiler/graph/keys.py", "compiler/graph/keys.py", "stdlib/verbs.film"):
        made_of._tree.cache_clear()
        said.add(made_of.planner.__wrapped__())
        (tmp_path / place).write_text((tmp_path / place).read_text() + "another line\n")
    made_of._tree.cache_clear()
    said.add(made_of.planner.__wrapped__())
    made_of._tree.cache_clear()
    assert len(said) == 4
