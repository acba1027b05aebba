"""The command as somebody new meets it: every mistake gets a place, a remedy and its exit code, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from runtime.cli.main import app
from tests.e2e.films import TALK, TINY


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


def film(*arguments: object) -> Said:
    done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert "Traceback" not in done.output
    return Said(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def _write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


COMMANDS = (("build",), ("check",), ("plan",))

WRONG: dict[str, tuple[str, str | bytes, str, str]] = {
    "an unknown character in a shot": ("a.film", TINY.replace("of ADA", "of ADDA"), "ADDA", "a.film:17:"),
    "a character like no other": ("a.film", TINY.replace("of ADA", "of ZZZQQ"), "ZZZQQ", "a.film:17:"),
    "a shot in an unknown look": ("a.film", TINY.replace("32mm", "look sepiaaa"), "sepiaaa", "a.film:13:"),
    "a bad format": ("a.film", TINY.replace("128x72", "128 by"), "", "a.film:2:"),
    "a bad frame rate": ("a.film", TINY.replace("8 fps", "0 fps"), "", "a.film:2:"),
    "an endless length": ("a.film", TINY.replace("1.5s", "1e999999s"), "", "a.film:17:"),
    "a bad lens": ("a.film", TINY.replace("32mm", "32mmm"), "32mmm", "a.film:13:"),
    "an empty source": ("a.film", "", "", "a.film"),
    "blanks only": ("a.film", "\n \n\t\n", "", "a.film"),
    "bytes that are no text": ("a.film", b"INT. ROOM - DAY\n\n\xc3\x28\x80", "", "a.film"),
    "zeros": ("a.film", bytes(1000), "", "a.film"),
    "an unknown look": ("a.film", TINY.replace("Format:", "Look: nolook\nFormat:"), "nolook", "a.film:2:"),
}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_wrong_film(here: Path, name: str, command: tuple[str, ...]) -> None:
    path, text, quoted, place = WRONG[name]
    _write(path, text)
    said = film(*command, path)
    assert said.code == 1, said
    assert "error" in said.err
    assert place in said.err
    assert quoted in said.err
    assert "help" in said.err, said.err
    assert not Path("build").exists()
    assert not Path(".film").exists(), "a film that is wrong makes nothing"
    told = json.loads(film(*command, path, "--format", "json").out)
    assert set(told) >= {"file", "ok", "errors", "warnings", "silenced", "diagnostics"}
    assert not told["ok"]
    errors = [d for d in told["diagnostics"] if d["severity"] == "error"]
    assert errors
    for item in errors:
        assert set(item) == {
            "code", "name", "severity", "message", "file", "line", "column", "end_line", "end_column", "span",
            "notes", "help", "why", "fix",
        }  # fmt: skip
        assert item["help"]
        assert item["line"] >= 1
        assert item["column"] >= 1


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_what_is_no_film_at_all(here: Path, command: tuple[str, ...]) -> None:
    Path("folder.film").mkdir()
    Path("empty").mkdir()
    _write("many/one.film", TINY)
    _write("many/two.film", TINY)
    _write("poem.txt", "roses")
    for path in ("gone.film", "folder.film", "empty", "many", "poem.txt", "gone-folder"):
        said = film(*command, path)
        assert said.code == 1, (path, said)
        assert "error" in said.err
        assert "help" in said.err, said.err
        assert path.removesuffix("/") in said.err


def test_wrong_usage_is_told_apart(here: Path) -> None:
    _write("tiny.film", TINY)
    for arguments in (
        ["build", "tiny.film", "--profile", "cinema"],
        ["build", "tiny.film", "--size", "big"],
        ["build", "tiny.film", "--size", "101x57"],
        ["build", "tiny.film", "--size", "2x2"],
        ["build", "tiny.film", "--format", "xml"],
        ["build", "tiny.film", "--nonsense"],
        ["build", "tiny.film", "--jobs", "-1"],
        ["plan", "tiny.film", "--profile", "cinema"],
        ["build", "tiny.film", "--events", "-"],
        ["pick", "", "tiny.film"],
        ["why"],
        ["new"],
        ["nonsense"],
    ):
        assert film(*arguments).code == 2, arguments
    assert "previz, board" in film("build", "tiny.film", "--profile", "cinema").err


@pytest.mark.parametrize("letters", ["ascii", "latin-1", "utf-8"])
def test_letters_that_cannot_be_written_are_spelt_out(here: Path, letters: str) -> None:
    """The plan has arrows and dashes; said anew, and said again by a receipt."""
    _write("tiny.film", TINY)
    command = [sys.executable, "-c", "from runtime.cli.start import main; main()", "plan", "tiny.film"]
    root = str(Path(__file__).parents[2])
    surroundings = {
        **os.environ,
        "PYTHONIOENCODING": letters,
        "PYTHONPATH": root,
        "XDG_CACHE_HOME": str(here / "cache"),
    }
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, env=surroundings, check=False)
        assert done.returncode == 0, done.stderr.decode()
        arrow = "→" if letters == "utf-8" else "\\u2192"
        assert f" {arrow} " in done.stdout.decode(letters)


def test_what_to_type_next_can_be_typed(here: Path) -> None:
    assert film("new", "night train").out.endswith("film build 'night train'\n")
    assert film("check", "night train").code == 0


def test_an_unknown_shot(here: Path) -> None:
    _write("tiny.film", TINY)
    for arguments in (
        ["build", "tiny.film", "--shot", "rooom"],
        ["plan", "tiny.film", "--shot", "rooom"],
        ["why", "rooom", "tiny.film"],
    ):
        said = film(*arguments)
        assert said.code == 1, said
        assert "rooom" in said.err
        assert "room" in said.err.split("help")[1]


def test_an_output_folder_that_cannot_be(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runtime.schedule import table
    from tests.schedule import fakes

    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    monkeypatch.setattr("runtime.cli.build.Pool", fakes.InlinePool)
    fakes.install()
    _write("tiny.film", TINY)
    _write("file", "in the way")
    for out in ("file", "file/below"):
        said = film("build", "tiny.film", "--out", out)
        assert said.code == 1
        assert "file" in said.err
        assert "help" in said.err
    # What was made is kept: the right folder needs nothing but the copy.
    told = json.loads(film("build", "tiny.film", "--out", "out", "--format", "json").out)
    assert told["ran"] == 0
    assert Path("out/tiny.mp4").exists()
    assert set(told) >= {"film", "ran", "cached", "failed", "seconds"}


def test_a_failed_task_is_said_and_exits_1(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runtime.schedule import table
    from tests.schedule import fakes

    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    monkeypatch.setattr("runtime.cli.build.Pool", fakes.InlinePool)
    monkeypatch.setenv(fakes.ORDERS, str(here))
    fakes.install()
    _write("tiny.film", TINY)
    for what, word in (("fail", "as ordered"), ("full", "free some space")):
        fakes.order(here, "BuildPerson", what)
        said = film("build", "tiny.film")
        assert said.code == 1
        assert "person ADA" in said.err
        assert word in said.err
    said = film("build", "tiny.film", "--format", "json")
    assert said.code == 0
    assert json.loads(said.out)["failed"] == 0


def test_a_place_for_results_that_cannot_be(here: Path) -> None:
    _write("tiny.film", TINY)
    _write(".film", "a file where the folder should be")
    for arguments in (["build", "tiny.film"], ["plan", "tiny.film"], ["why", "room", "tiny.film"]):
        said = film(*arguments)
        assert said.code == 1
        assert ".film" in said.err
        assert "help" in said.err


def test_plan_and_why_before_any_build(here: Path) -> None:
    _write("tiny.film", TINY)
    said = film("plan", "tiny.film")
    assert said.code == 0
    assert "room" in said.out
    rows = json.loads(film("plan", "tiny.film", "--format", "json").out)["tasks"]
    assert {row["fate"] for row in rows} <= {"runs", "estimated", "runs unless an input comes out the same"}
    assert film("plan", "tiny.film", "--graph").out.startswith("%0 = ")
    assert "never built" in film("why", "room", "tiny.film").out


def test_a_new_film_checks_and_is_never_written_over(here: Path) -> None:
    assert film("new", "my-film").code == 0
    assert film("check", "my-film").code == 0
    before = Path("my-film/my-film.film").read_text()
    said = film("new", "my-film")
    assert said.code == 1
    assert "help" in said.err
    assert Path("my-film/my-film.film").read_text() == before
    _write("file", "x")
    assert film("new", "file").code == 1
    assert film("new", "file/below").code == 1
    for odd in ("Ünï cödé {x}", "a'b\"c"):
        assert film("new", odd).code == 0
        assert film("check", odd).code == 0


def test_check_knows_time_and_film_grammar(here: Path) -> None:
    """What only staging can see: a speech longer than its shot."""
    line = "This is a very long line that nobody could ever hope to say within a single second of film. " * 3
    _write("talk.film", TALK.replace("75mm, 6s", "75mm, 1s").replace("Is anybody out there tonight?", line))
    said = film("check", "talk.film", "--format", "json")
    assert said.code == 0
    found = json.loads(said.out)["diagnostics"]
    assert any(d["severity"] == "warning" for d in found), found


def test_several_films_are_checked_in_one_run(here: Path) -> None:
    _write("good.film", TINY)
    _write("bad.film", TINY.replace("32mm", "32mmm"))
    said = film("check", "good.film", "bad.film", "gone.film", "--format", "json")
    assert said.code == 1
    assert [json.loads(line)["file"] for line in said.out.splitlines()] == ["good.film", "bad.film", "gone.film"]


def test_help_and_check_start_light(tmp_path: Path) -> None:
    path = tmp_path / "tiny.film"
    path.write_text(TINY)
    heavy = ("torch", "numba", "scipy", "onnxruntime", "cv2", "networkx", "av", "numpy.random")
    for arguments, allowed in ((["--help"], ()), (["check", str(path)], ("numpy.random",)), (["version"], ())):
        code = (
            "import sys, atexit; from runtime.cli.main import main; "
            f"atexit.register(lambda: print('HEAVY', [m for m in {heavy!r} if m in sys.modules])); "
            f"sys.argv = ['film', *{arguments!r}]; main()"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        loaded = eval(done.stdout.rsplit("HEAVY", 1)[1])
        assert set(loaded) <= set(allowed), (arguments, loaded)
    assert "build" in film("--help").out
