"""Whatever file is named, the answer is a sentence: a code, a remedy, exit code 1, and never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from runtime.cli.check import Options, check
from runtime.cli.main import app

SCENE = "INT. HALL - DAY\n\nAnna waits.\n"

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "E101"),
    "blank": (b" \n\t\n", "E101"),
    "nul": (b"INT. HALL\0", "E405"),
    "latin-1": ("INT. CAFÉ - DAY".encode("latin-1"), "E404"),
    "half-utf16": (b"\xff\xfeI\x00N", "E404"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "E404"),
    "long line": (b"INT. HALL - DAY\n\n" + b"word " * 200_000, "E406"),
    "too large": (b"x\n" * (5 << 20), "E403"),
    "only declarations": (b"character MARA\n    a woman\n", "E102"),
    "ten thousand open notes": (b"INT. HALL - DAY\n\n" + b"Wait. [[ what\n\n" * 10_000, "E103"),
    "open boneyard": (b"INT. HALL - DAY\n\n/* " * 2000, "E103"),
    "commas": (b"INT. HALL - DAY\n\nshot " + b"," * 5000 + b"\n", ""),
    "an endless number": (b"INT. HALL - DAY\n\nshot wide, " + b"9" * 5000 + b"s\n", "E"),
    "a huge exponent": (b"INT. HALL - DAY\n\nshot wide, 1e999999s\n", "E301"),
    "deep sections": (b"#" * 5000 + b" A\n\nINT. HALL - DAY\n\nAnna waits.\n", ""),
    "one huge block": (b"INT. HALL - DAY\n\nshot wide\n" + b"    takes: 2\n" * 3000 + b"\nAnna waits.\n", "E"),
    "many unknown names": (
        b"INT. HALL - DAY\n\n" + b"".join(b"shot of NAME%d\n\n" % i for i in range(400)) + b"Anna waits.\n", "E201",
    ),
    "bidi": ("INT. HALL - DAY\n\nshot of \u202eARAM\u202c, sttic\n".encode(), "E"),
    "carriage returns": (SCENE.replace("\n", "\r").encode(), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FILES))
def test_any_file_has_an_answer(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    data, code = FILES[name]
    path = tmp_path / "a.film"
    path.write_bytes(data)
    failed = check([path], "json")
    told = json.loads(capsys.readouterr().out)
    codes = [d["code"] for d in told["diagnostics"] if d["severity"] == "error"]
    assert failed == bool(codes)
    assert bool(codes) == bool(code)
    assert not code or any(found.startswith(code) for found in codes), codes
    assert all(d["help"] for d in told["diagnostics"] if d["severity"] == "error")
    assert check([path]) == failed
    said = capsys.readouterr()
    assert len(said.err) < 400_000
    assert not {"\x1b", "\u202e", "\0"} & set(said.err + said.out)


SETTINGS: dict[str, tuple[str, str, int]] = {
    "a setting misspelt": ('title = "x"\nmian = "a.film"\n', "there is no setting `mian`", 2),
    "the wrong type": ('allow = "jump-cut"\n', "`allow`", 1),
    "no TOML": ("main = = 1\n", "Invalid value", 1),
    "deep nesting": ("a = " + "[" * 3000, "nested too deeply", 1),
    "an endless number": ("seed = " + "9" * 5000, "too long", 1),
    "a long dotted key": ("a." * 3000 + "b = 1\n", "there is no setting `a`", 1),
    "too large": ("# " + "x" * 9000, "larger than 8 kB", 1),
    "a film outside": ('main = "../b.film"\n', "outside the project", 1),
    "a film that is not there": ('main = "b.film"\n', "`b.film`", 1),
}


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_bad_settings_have_a_place(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, said, line = SETTINGS[name]
    (tmp_path / "a.film").write_text(SCENE)
    (tmp_path / "film.toml").write_text(text)
    assert check([tmp_path], "json") == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert said in found["message"]
    assert found["line"] == line
    assert found["help"]


def test_a_misspelt_setting_is_mended(tmp_path: Path) -> None:
    (tmp_path / "a.film").write_text(SCENE)
    (tmp_path / "film.toml").write_text('mian = "a.film"\n')
    assert check([tmp_path], "text", Options(fix=True)) == 0
    assert (tmp_path / "film.toml").read_text() == 'main = "a.film"\n'


@pytest.mark.parametrize("name", ["a" * 5000, "a/" * 3000 + ".film", "\x1b[2J.film", "", "."])
@pytest.mark.parametrize("command", ["check", "build", "plan"])
def test_any_name_has_an_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [command, name])
    assert done.exit_code == 1
    assert "error[E4" in done.stderr
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "device", "link to nowhere", "loop", "other suffix"])
def test_what_is_no_file(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.film"
    match kind:
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "link to nowhere":
            path.symlink_to("nowhere")
        case "loop":
            path.symlink_to("a.film")
        case "other suffix":
            path = tmp_path / "a.docx"
            path.write_text(SCENE)
        case _:
            pass
    assert check([path], "json") == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert found["code"].startswith("E4")
    assert found["help"]


def test_a_misspelt_file_is_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "the_ferry.film").write_text(SCENE)
    assert check([tmp_path / "the_fery.film"], "json") == 1
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert "`the_ferry.film`" in found["help"]


def test_explain_finds_codes_by_what_people_type() -> None:
    for word in ("E201", "e201", "unknown-name", "Unknown Name"):
        done = CliRunner().invoke(app, ["explain", word])
        assert done.exit_code == 0
        assert done.stdout.startswith("# E201: unknown name")
        assert "## Write instead" in done.stdout
    listed = CliRunner().invoke(app, ["explain"]).stdout.splitlines()
    assert len(listed) > 40
    assert all(len(line.split(None, 2)) == 3 for line in listed)
    told = json.loads(CliRunner().invoke(app, ["explain", "W602", "--format", "json"]).stdout)
    assert told["name"] == "jump-cut"
    assert told["page"].startswith("# W602")
    for word, meant in (("E2O1", "E201"), ("jumpcut", "jump-cut"), ("\x1b[2J", "lists")):
        done = CliRunner().invoke(app, ["explain", word])
        assert done.exit_code == 1
        assert meant in done.stderr
        assert "\x1b" not in done.stderr


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200))
def test_any_bytes_have_an_answer(tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.film"
    path.write_bytes(data)
    assert check([path], "json") in (0, 1)
    assert json.loads(capsys.readouterr().out)["file"] == str(path)
