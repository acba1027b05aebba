"""``film fmt`` and ``film parse`` as a shell meets them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from runtime.cli import fixing
from runtime.cli.main import app

ROUGH = "\ufeffINT. HALL - DAY\r\nAnna   waits.\r\n\r\nshot wide ,24mm\r\n  takes: 8\r\n"
SMOOTH = "INT. HALL - DAY\n\nAnna   waits.\n\nshot wide, 24mm\n    takes: 8\n"
run = CliRunner().invoke


def test_a_file_is_laid_out_and_keeps_its_mode_and_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.film"
    path.write_bytes(ROUGH.encode())
    path.chmod(0o640)
    assert run(app, ["fmt", "--check", str(path)]).exit_code == 1
    assert path.read_bytes() == ROUGH.encode()
    diff = run(app, ["fmt", "--diff", str(path)])
    assert diff.exit_code == 0
    assert "-shot wide ,24mm\n" in diff.output
    assert "+shot wide, 24mm\n" in diff.output
    assert path.read_bytes() == ROUGH.encode()
    assert run(app, ["fmt", str(path)]).exit_code == 0
    assert path.read_bytes() == ("\ufeff" + SMOOTH).encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    again = run(app, ["fmt", "--check", str(path)])
    assert (again.exit_code, again.output) == (0, "")
    assert [p.name for p in tmp_path.iterdir()] == ["a.film"]


def test_a_pipe_is_laid_out_to_a_pipe() -> None:
    result = run(app, ["fmt", "-"], input=ROUGH.encode())
    assert (result.exit_code, result.output) == (0, SMOOTH)
    fountain = run(app, ["fmt", "--as", "fountain", "-"], input=b"shot   wide ,24mm\n")
    assert fountain.output == "shot   wide ,24mm\n"


def test_broken_syntax_is_left_alone_with_a_reason(tmp_path: Path) -> None:
    broken, fine, empty = tmp_path / "b.film", tmp_path / "c.fountain", tmp_path / "d.film"
    broken.write_text("INT. A - DAY\nx [[ y\n")
    fine.write_text("INT. A - DAY\nx\n")
    empty.write_text("")
    result = run(app, ["fmt", str(tmp_path)])
    assert result.exit_code == 1
    assert "E103" in result.output
    assert "left as it is" in result.output
    assert broken.read_text() == "INT. A - DAY\nx [[ y\n"
    assert fine.read_text() == "INT. A - DAY\n\nx\n"
    assert empty.read_text() == ""
    assert run(app, ["fmt", str(tmp_path / "none.film")]).exit_code == 1


def test_nothing_is_lost_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.film"
    path.write_text("INT. A - DAY\nx\n")

    def full(handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(fixing.os, "fsync", full)
    result = run(app, ["fmt", str(path)])
    assert result.exit_code == 1
    assert "was not changed" in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["a.film"]
    assert path.read_text() == "INT. A - DAY\nx\n"


def test_elements_as_json() -> None:
    text = (
        "Title: X\n\nINT. A - DAY #1A#\n\nMARA (V.O.) ^\n(low)\n*Hello* [[shot: wide]] there.\n  \nYou.\n\n"
        "/* gone */\n\nshot a: wide,\n24mm\n    takes: 8\n\n> END <\n"
    )
    result = run(app, ["parse", "-"], input=text)
    assert result.exit_code == 0
    items = json.loads(result.output)
    kinds = ["title_page", "scene_heading", "speech", "directive", "boneyard", "directive", "centered"]
    assert [item["type"] for item in items] == kinds
    speech = items[2]
    assert (speech["character"], speech["extension"], speech["parenthetical"], speech["dual"]) == (
        "MARA",
        "V.O.",
        "low",
        True,
    )
    assert speech["text"] == "*Hello* there.\n\nYou."
    assert speech["plain"] == "Hello there.\n\nYou."
    assert items[1]["number"] == "1A"
    assert items[1]["span"] == {"start": 10, "end": 27, "line": 3, "column": 1, "end_line": 3, "end_column": 18}
    assert items[5]["phrases"] == ["a: wide", "24mm"]
    assert items[5]["properties"] == [{"key": "takes", "when": None, "value": "8"}]


def test_what_was_understood_is_printed_beside_the_reason() -> None:
    assert run(app, ["parse", "-"], input="").output == "[]\n"
    result = run(app, ["parse", "-", "--format", "text"], input="MARA\nHi. [[ oh\n")
    assert result.exit_code == 1
    assert "speech" in result.output
    assert "E103" in result.output
