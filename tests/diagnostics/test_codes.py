"""Codes that no example in a page can report, because they need files, settings or bytes; and that none is without a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from compiler.codes import CODES, E, W
from compiler.diagnostics import Code
from compiler.limits import NESTING, TEMPLATE_SOURCE
from compiler.rewrite_expand import NotWritable
from runtime.cli.check import examine
from runtime.cli.main import app
from tests.diagnostics.test_pages import blocks_of, page_names

ROOT = Path(__file__).resolve().parents[2]
SCENE = "INT. HALL - DAY\n\nAnna waits.\n"
_DEEP = {f"a{i}.film": f'use "a{i + 1}.film"\n' for i in range(NESTING.value + 2)}

FILES: dict[str, dict[str, str]] = {
    "E409": {"main.film": 'use "people.film"\n\n' + SCENE},
    "E410": {"main.film": 'use "b.film"\n\n' + SCENE, "b.film": 'use "main.film"\n'},
    "E411": {"main.film": 'use "../people.film"\n\n' + SCENE},
    "E412": {"main.film": SCENE.replace("Anna", 'shot still "harbour.jpg", 3s\n\nAnna')},
    "E413": {"main.film": SCENE.replace("Anna", 'shot still "notes.txt", 3s\n\nAnna'), "notes.txt": "notes"},
    "E416": {"main.film": 'use "a0.film"\n\n' + SCENE, **_DEEP},
    "E418": {"main.film": SCENE.replace("Anna", "shot wide\n    prompt: " + "\n      ".join(["rain and wind"] * 1500) + "\n\nAnna")},
    "W152": {"main.film": SCENE.replace("waits", "w\u202eaits")},
    "W531": {"main.film": SCENE, "film.lock": "version = 2\n"},
    "W532": {"main.film": SCENE, "film.lock": 'version = 1\n\n["main.film"]\nrubbish\n'},
    "W533": {"main.film": SCENE, "film.lock": 'version = 1\n\n["main.film"]\n<<<<<<< HEAD\n=======\n>>>>>>> b\n'},
    "W257": {
        "main.film": "character ANNA\n    a woman\n    reference: \"anna.png\"\n\n" + SCENE,
        "anna.png": "\x89PNG\r\n\x1a\n", "film.toml": 'main = "main.film"\nrights = true\n',
    },
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(FILES))
def test_reported(tmp_path: Path, code: str) -> None:
    for name, text in FILES[code].items():
        (tmp_path / name).write_bytes(text.encode("latin-1" if name.endswith(".png") else "utf-8"))
    checked = examine(tmp_path / "main.film")
    found = [item for item in checked.items if item.code == code]
    assert found, [(item.code, item.message) for item in checked.items]
    assert found[0].help
    assert found[0].span is not None
    assert found[0].span.file in checked.sources.sources
    assert len({item.code for item in checked.items}) <= 3


CONVERSIONS = {
    "E451": ("a.film", "INT. HALL - DAY\n\nsound rain ]] thunder\n\nAnna waits.\n", "b.fountain"),
    "E452": ("a.film", SCENE, "b.docx"),
    "E453": ("a.film", SCENE, "a.film"),
    "E454": ("a.film", SCENE, "nowhere/b.fountain"),
    "E450": ("a.fdx", "<FinalDraft>", "b.film"),
}


@pytest.mark.parametrize("code", sorted(CONVERSIONS))
def test_conversion_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    name, text, target = CONVERSIONS[code]
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)
    done = CliRunner().invoke(app, ["convert", name, target])
    assert f"error[{code}]" in done.stderr
    assert done.exit_code == 1
    assert Path(name).read_text() == text


def test_lost_styles_and_unwritten_shots_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """W450 and W451 guard what should never happen; the cause is put in by hand."""
    monkeypatch.chdir(tmp_path)
    Path("a.film").write_text("INT. HALL - DAY\n\nANNA\nHello.\n")
    CliRunner().invoke(app, ["convert", "a.film", "a.fdx"])
    monkeypatch.setattr(
        "compiler.interchange.fdx_read.marked_text", lambda runs: ("".join(r.text for r in runs), False)
    )
    done = CliRunner().invoke(app, ["convert", "a.fdx", "b.film"])
    assert "warning[W450]" in done.stderr
    assert "Hello." in Path("b.film").read_text()

    def unwritable(*_: object) -> None:
        raise NotWritable("a shot begins inside a sentence")

    monkeypatch.setattr("compiler.rewrite_expand._setup", unwritable)
    done = CliRunner().invoke(app, ["expand", "a.film"])
    assert "warning[W451]" in done.stderr
    assert Path("a.film").read_text() == "INT. HALL - DAY\n\nANNA\nHello.\n"


def test_a_prompt_past_its_limit_is_short_of_the_line_limit() -> None:
    assert len(FILES["E418"]["main.film"]) > TEMPLATE_SOURCE.value


def test_no_code_is_without_a_test() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    names: dict[str, str] = {}
    for room in (*E.__mro__, *W.__mro__):
        names |= {value.id: name for name, value in vars(room).items() if isinstance(value, Code)}
    untested = [
        code
        for code in CODES
        if code in page_names()
        and blocks_of(code)["Example"][0].language == "text"
        and code not in written
        and f".{names[code]}" not in written
    ]
    assert not untested
