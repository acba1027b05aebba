"""What people and programs are told: excerpts, carets, escapes, JSON, exit codes, and a light start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from compiler.diagnostics import Diagnostic, Severity, Span
from compiler.syntax.source import make_source
from runtime.cli.check import check
from runtime.cli.diagnostics import render, shown
from runtime.cli.show import show
from tests.syntax.sample import SAMPLE


def _render(text: str, marked: str) -> list[str]:
    at = text.index(marked)
    item = Diagnostic("E201", Severity.ERROR, "message", Span(at, at + len(marked), "x.film"), "help me", "because")
    return render(item, "x.film", {"x.film": make_source("x.film", text)}).plain.split("\n")


def test_carets_stand_under_what_is_meant() -> None:
    for text in ("shot of MARTA", "\tshot of MARTA", "漢字 MARTA", "a" * 400 + " MARTA " + "b" * 400):
        lines = _render(text, "MARTA")
        source, carets = lines[3], lines[4]
        wide = sum(2 if ord(c) > 0x2E80 else 1 for c in source[: source.index("MARTA")])
        assert carets.index("^") == wide
        assert carets.count("^") == 5
        assert len(source) < 130


def test_nothing_steers_the_terminal() -> None:
    text = "shot of \x1b[31mMARTA\u202e\x07"
    assert not set("\x1b\u202e\x07") & set("".join(_render(text, "MARTA")))
    assert shown("a\u200db é 漢") == "a\u200db é 漢"


def test_several_files_in_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.film", tmp_path / "bad.film"
    good.write_text(SAMPLE)
    bad.write_text("INT. ROOM - DAY\n\nshot of NOBODY, 85 mmm\n")
    assert check([good]) == 0
    capsys.readouterr()
    assert check([good, bad, tmp_path / "gone.film"], "json") == 1
    clean, wrong, gone = map(json.loads, capsys.readouterr().out.splitlines())
    assert clean["file"] == str(good)
    assert all(d["severity"] != "error" for d in clean["diagnostics"])
    assert [(d["code"], d["line"], d["column"], d["end_column"]) for d in wrong["diagnostics"]] == [
        ("E201", 3, 9, 15), ("E302", 3, 17, 23),
    ]  # fmt: skip
    assert gone["diagnostics"][0]["code"] == "E401"


def test_show_says_what_and_whence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ferry.film"
    path.write_text(SAMPLE)
    assert show(path, "harbour", "lens") == 0
    assert "24mm" in (out := capsys.readouterr().out)
    assert "ferry.film:41" in out
    assert show(path, "1.2", "look", "json") == 0
    assert json.loads(capsys.readouterr().out)["values"][0]["value"] == "ash"
    assert show(path, "harbor") == 1
    assert "`harbour`" in capsys.readouterr().err


def test_checking_loads_nothing_heavy(tmp_path: Path) -> None:
    path = tmp_path / "ferry.film"
    path.write_text(SAMPLE)
    heavy = "('torch', 'numba', 'scipy', 'cv2', 'networkx', 'onnxruntime')"
    code = (
        "import sys; from pathlib import Path; from runtime.cli.check import check; "
        f"assert check([Path(sys.argv[1])]) == 0; print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


_LAYERED = """Look: silver

setup across(front, back)
    shot: medium over {front}'s shoulder of {back}, 50mm

INT. HALL - NIGHT

scene
    mood: waiting

shot first: across(ANNA, BEN), 40mm

ANNA
Hello.

shot as first, 2s

BEN
Hi.

INT. HALL - LATER

ANNA
Still here?

BEN
Yes.
"""


def test_show_tells_shot_set_up_scene_title_page_and_settings_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "film.toml").write_text('main = "a.film"\nlook = "ember"\nseed = 5\n')
    (tmp_path / "a.film").write_text(_LAYERED)

    def said(shot: str, name: str) -> tuple[str, str, str]:
        assert show(tmp_path, shot, name, "json") == 0
        (row,) = json.loads(capsys.readouterr().out)["values"]
        return row["value"], row["origin"], row["place"].rpartition("/")[2]

    assert said("first", "lens") == ("40mm", "shot", "a.film:11:32")
    assert said("first", "size") == ("medium", "set-up across", "a.film:4:11")
    assert said("first", "setup") == ("across", "shot", "a.film:11:13")
    assert said("first", "mood") == ("waiting", "scene", "a.film:9:5")
    assert said("first", "look") == ("silver", "title page", "a.film:1:7")
    assert said("first", "seed") == ("5 with first", "film.toml", "film.toml:3:8")
    assert said("first", "height") == ("eye level", "default", "")
    assert said("1.2", "subject") == ("ANNA, BEN", "as first", "a.film:4:11")
    assert said("2.1", "time")[:2] == ("night", "scene before")
    assert said("2.2", "size")[1] == "coverage"


def test_json_says_all_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.film"
    path.write_text("INT. HALL - DAY\n\nshot 85mm, wide, 50mm, sttic\n\nAnna waits.\n")
    assert check([path], "json") == 1
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["file", "ok", "errors", "warnings", "silenced", "diagnostics", "fixed"]
    twice, unknown = told["diagnostics"]
    place = {
        "file": str(path),
        "line": 3,
        "column": 18,
        "end_line": 3,
        "end_column": 22,
        "span": {"start": 34, "end": 38},
    }
    assert {key: twice[key] for key in place} == place
    assert (twice["code"], twice["name"], twice["severity"], twice["fix"]) == (
        "E304",
        "slot-filled-twice",
        "error",
        None,
    )
    (note,) = twice["notes"]
    assert note["message"] == "first here"
    assert (note["line"], note["column"], note["end_column"]) == (3, 6, 10)
    fix = unknown["fix"]
    assert fix["safe"]
    assert [(edit["text"], edit["span"]) for edit in fix["edits"]] == [("static", unknown["span"])]
    assert all(item["why"] and item["help"] for item in told["diagnostics"])


def test_another_form_is_pointed_to_convert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.fdx"
    path.write_text("<FinalDraft/>")
    assert check([path]) == 1
    assert "film convert" in capsys.readouterr().err
