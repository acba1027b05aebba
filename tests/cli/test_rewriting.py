"""``film convert``, ``cast``, ``expand`` and ``rename`` as commands: what they write, refuse and leave alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from runtime.cli.main import app

FILM = "INT. KITCHEN - NIGHT\n\nMara waits by the window.\n\nMARA\nIt is late.\n"


def film(*arguments: object, stdin: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def test_convert_goes_by_the_ends_of_names_and_never_over_a_file(tmp_path: Path) -> None:
    source, fdx, back = tmp_path / "a.film", tmp_path / "a.fdx", tmp_path / "b.film"
    text = f"character MARA\n    a woman of sixty\n\n{FILM}"
    source.write_text(text, encoding="utf-8")
    assert film("convert", source, fdx)[0] == 0
    assert film("convert", fdx, back)[0] == 0
    assert back.read_text(encoding="utf-8") == text
    code, said = film("convert", source, fdx)
    assert code == 1
    assert "E453" in said
    assert film("convert", "--force", source, fdx)[0] == 0
    code, said = film("convert", source, tmp_path / "a.pdf")
    assert code == 1
    assert "E452" in said
    assert film("convert", source, tmp_path / "no" / "a.fountain")[0] == 1
    assert film("convert", tmp_path / "none.film", tmp_path / "c.fountain")[0] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.fdx", "a.film", "b.film"]


def test_convert_streams() -> None:
    code, said = film("convert", "-", "-", stdin="shot wide\n\nINT. X - DAY\n\nRain.\n")
    assert (code, said) == (0, "[[shot: wide]]\n\nINT. X - DAY\n\nRain.\n")
    code, said = film("convert", "-", "-", "--to", "fdx", stdin=FILM)
    assert code == 0
    assert film("convert", "-", "-", stdin=said) == (0, FILM)


@pytest.mark.parametrize("command", [("cast",), ("expand",), ("rename", "MARA", "NORA")], ids=lambda c: c[0])
def test_a_look_changes_nothing_and_a_change_is_made_once(tmp_path: Path, command: tuple[str, ...]) -> None:
    path = tmp_path / "a.film"
    path.write_text(FILM, encoding="utf-8")
    path.chmod(0o640)
    name, *rest = command
    code, said = film(name, path, *rest, "--dry-run")
    assert code == 0
    assert "would change a.film" in said
    code, said = film(name, path, *rest, "--diff")
    assert code == 0
    assert said.startswith("---")
    assert path.read_text(encoding="utf-8") == FILM
    assert film(name, path, *rest)[0] == 0
    changed = path.read_text(encoding="utf-8")
    assert changed != FILM
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["a.film"]  # noqa: PTH208
    code, said = film(name, path, *rest)
    assert (code == 1) == (name == "rename")
    assert path.read_text(encoding="utf-8") == changed


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.film"
    for command in (("cast",), ("expand",), ("rename", "MARA", "NORA")):
        path.write_bytes(("\ufeff" + FILM).replace("\n", "\r\n").encode())
        assert film(command[0], path, *command[1:])[0] == 0
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\r\n") == data.count(b"\n") > FILM.count("\n")


def test_a_film_with_errors_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.film"
    path.write_text(f"shot close-up of NOBODY\n\n{FILM}", encoding="utf-8")
    for command in (("cast",), ("expand",), ("rename", "MARA", "NORA")):
        code, said = film(command[0], path, *command[1:])
        assert code == 1
        assert "E201" in said
    assert "NOBODY" in path.read_text(encoding="utf-8")
