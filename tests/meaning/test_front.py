"""Projects, `use`, and what only the whole film shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.front import check_text, load_film
from compiler.meaning.film import Action, Shot, Sound, Speech
from tests.syntax.sample import SAMPLE

SCENE = "INT. ROOM - DAY\n\nRain.\n"


def _codes(path: Path) -> list[str]:
    return sorted(item.code for item in load_film(path)[2].items)


def test_the_sample_is_clean_and_whole() -> None:
    film, _, report = check_text(SAMPLE)
    assert film is not None
    assert not report.items
    assert [(s.key, s.location, s.chapter) for s in film.scenes] == [
        ("#1", "FERRY DECK", "Crossing"), ("INT. CAR - NIGHT~1", "CAR", "Crossing"),
    ]  # fmt: skip
    speech = next(i for i in film.scenes[0].items if isinstance(i, Speech))
    assert [(at, shot.subjects) for at, shot in speech.cuts] == [(4, ("lamp",))]


def test_a_folder_is_a_project(tmp_path: Path) -> None:
    assert _codes(tmp_path) == ["E407"]
    (tmp_path / "a.film").write_text(SCENE)
    assert _codes(tmp_path) == []
    (tmp_path / "b.film").write_text(SCENE)
    assert _codes(tmp_path) == ["E407"]
    (tmp_path / "film.toml").write_text('main = "b.film"')
    assert _codes(tmp_path) == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("main = 3", "E408"), ("main", "E408"), ('main = "../x.film"', "E411"), ('main = "/etc/passwd"', "E411"),
        ("x = " + "[" * 4000, "E408"), ("a." * 3000 + "b = 1", "E408"), ("# " + "x" * 20_000, "E408"),
    ],
)  # fmt: skip
def test_bad_settings_are_values(tmp_path: Path, settings: str, code: str) -> None:
    (tmp_path / "film.toml").write_text(settings)
    assert _codes(tmp_path) == [code]


def test_use_brings_declarations_and_splices_scenes(tmp_path: Path) -> None:
    (tmp_path / "people.film").write_text("character ANNA\n    a woman of forty\n")
    (tmp_path / "second.film").write_text('use "people.film"\n\nINT. TWO - DAY\n\nANNA\nTwo.\n')
    (tmp_path / "main.film").write_text('use "people.film"\n\nINT. ONE - DAY\n\nANNA\nOne.\n\nuse "second.film"\n')
    film, _, report = load_film(tmp_path / "main.film")
    assert film is not None, report.items
    assert [s.location for s in film.scenes] == ["ONE", "TWO"]
    assert [c.name for c in film.characters] == ["ANNA"]


def test_use_refuses_circles_and_what_lies_outside(tmp_path: Path) -> None:
    (tmp_path / "a.film").write_text('use "b.film"\n\n' + SCENE)
    (tmp_path / "b.film").write_text('use "a.film"\n\ncharacter ANNA\n    tall\n')
    assert "E410" in _codes(tmp_path / "a.film")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "link.film").symlink_to(tmp_path / "b.film")
    (tmp_path / "project" / "c.film").write_text('use "link.film"\n\n' + SCENE)
    assert _codes(tmp_path / "project" / "c.film") == ["E411"]
    (tmp_path / "d.film").write_text('use "gone.film"\n\n' + SCENE)
    assert _codes(tmp_path / "d.film") == ["E409"]


def test_notes_direct_at_their_place() -> None:
    film, _, _ = check_text("INT. ROOM - DAY\n\nRain. [[shot: wide]] Wind.\n\nANNA\nOne [[sound: bell]] two, three.\n")
    assert film is not None
    kinds = [type(i) for i in film.scenes[0].items]
    assert kinds == [Action, Shot, Action, Speech, Sound]
    sound = film.scenes[0].items[-1]
    assert isinstance(sound, Sound)
    assert sound.cue.on_word == "two"


def test_a_finding_is_reported_once_with_its_place() -> None:
    _, sources, report = check_text("INT. ROOM - DAY\n\nshot of NOBODY\n")
    (item,) = report.items
    assert item.span is not None
    assert sources.place(item.span) == ("<text>", 3, 9, 3, 15)


def test_one_misspelt_declaration_is_not_ten_findings() -> None:
    text = (
        "prop LETER\n    a folded letter\n\nINT. ROOM - DAY\n\n"
        + "shot insert of LETTER, 2s\n\n" * 10
        + "ANNA\nHere.\n"
    )
    _, _, report = check_text(text)
    (item,) = [d for d in report.items if d.code == "E201"]
    assert len(item.notes) == 3
    assert "6 more places" in item.notes[-1][1]
    assert item.fix is not None
    assert len(item.fix.edits) == 10
