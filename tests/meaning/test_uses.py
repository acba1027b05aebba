"""``use`` and the layers of settings: files by their own place, selections, clashes and circles with both places shown."""

from __future__ import annotations

from pathlib import Path

from compiler.diagnostics import Diagnostic
from compiler.front import SourceMap, load_film

SCENE = "INT. ROOM - DAY\n\nRain.\n"


def _write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".film")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _found(path: Path, code: str) -> tuple[Diagnostic, SourceMap]:
    _, sources, report = load_film(path)
    (item,) = [d for d in report.items if d.code == code]
    return item, sources


def test_paths_are_relative_to_the_file_that_uses(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='use "parts/cast.film"\n\nINT. ROOM - DAY\n\nANNA\nOne.\n\nBO\nTwo.\n',
        parts__cast='use "children/bo.film"\n\ncharacter ANNA\n    a woman of forty\n',
        parts__children__bo='use "../shared.film"\n\ncharacter BO\n    a boy of nine\n',
        parts__shared="look dusk, extends ember\n    lift: 0.01\n",
    )
    film, _, report = load_film(tmp_path / "main.film")
    assert film is not None, report.items
    assert [(c.name, c.declared) for c in film.characters] == [("ANNA", True), ("BO", True)]
    assert "dusk" in {look.name for look in film.looks}


def test_nothing_outside_the_project_is_used(tmp_path: Path) -> None:
    _write(
        tmp_path,
        project__main='use "parts/a.film"\n\n' + SCENE,
        project__parts__a='use "../../outside.film"\n',
        outside=SCENE,
    )
    assert _found(tmp_path / "project" / "main.film", "E411")


def test_a_selection_takes_declarations_and_no_scenes(tmp_path: Path) -> None:
    cast = "character ANNA\n    a woman of forty\n\ncharacter BO\n    a boy of nine\n\nINT. ELSEWHERE - DAY\n\nDust.\n"
    _write(tmp_path, main='use "cast.film", ANNA\n\nINT. ROOM - DAY\n\nANNA\nOne.\n', cast=cast)
    film, _, report = load_film(tmp_path / "main.film")
    assert film is not None, report.items
    assert [c.name for c in film.characters] == ["ANNA"]
    assert [s.location for s in film.scenes] == ["ROOM"]
    _write(tmp_path, main='use "cast.film", ANNE\n\n' + SCENE)
    item, _ = _found(tmp_path / "main.film", "E214")
    assert item.help == "did you mean `ANNA`?"


def test_a_clash_shows_both_places(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='use "one.film"\n\nuse "two.film"\n\nINT. ROOM - DAY\n\nANNA\nOne.\n',
        one="character ANNA\n    a woman of forty\n",
        two="character ANNA\n    a girl of six\n",
    )
    item, sources = _found(tmp_path / "main.film", "E202")
    assert item.span is not None
    assert [Path(sources.place(span)[0]).name for span in (item.span, item.notes[0][0])] == ["two.film", "one.film"]


def test_a_circle_shows_its_way(tmp_path: Path) -> None:
    _write(tmp_path, a='use "b.film"\n\n' + SCENE, b='use "c.film"\n', c='use "a.film"\n')
    item, sources = _found(tmp_path / "a.film", "E410")
    assert "a.film → b.film → c.film → a.film" in item.message
    assert [Path(sources.place(span)[0]).name for span, _ in item.notes] == ["a.film", "b.film"]


def test_a_file_is_used_once_and_may_be_named_often(tmp_path: Path) -> None:
    _write(
        tmp_path,
        main='use "cast.film"\n\nuse "cast.film", ANNA\n\nuse "./cast.film"\n\n' + SCENE,
        cast="character ANNA\n    tall\n",
    )
    _, _, report = load_film(tmp_path / "main.film")
    assert [d.code for d in report.items] == ["W252"]


def test_a_folder_finds_the_one_film_with_scenes(tmp_path: Path) -> None:
    _write(tmp_path, cast="character ANNA\n    tall\n", film='use "cast.film"\n\nINT. ROOM - DAY\n\nANNA\nOne.\n')
    film, _, report = load_film(tmp_path)
    assert film is not None, report.items


def test_title_page_over_film_toml_over_usual(tmp_path: Path) -> None:
    _write(tmp_path, a="Title: Own\nLook: silver\n\n" + SCENE)
    (tmp_path / "film.toml").write_text(
        'title = "Other"\nlook = "ember"\nseed = 5\nformat = "640x268, 25 fps"\nauthor = "A. Writer"\n'
    )
    film, _, report = load_film(tmp_path)
    assert film is not None, report.items
    assert (film.title, film.look, film.seed, film.size, str(film.rate), film.author) == (
        "Own", "silver", 5, (640, 268), "25", "A. Writer",
    )  # fmt: skip


def test_wrong_settings_are_shown_where_they_stand(tmp_path: Path) -> None:
    _write(tmp_path, a=SCENE)
    (tmp_path / "film.toml").write_text('# settings\nformat = "641x268"\n')
    item, sources = _found(tmp_path, "E305")
    assert item.span is not None
    assert Path(sources.place(item.span)[0]).name == "film.toml"
    assert sources.place(item.span)[1] == 2


def test_rights_ask_for_records(tmp_path: Path) -> None:
    (tmp_path / "anna.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(16))
    text = 'character ANNA\n    reference: "anna.png"\n{}\nINT. ROOM - DAY\n\nANNA\nOne.\n'
    (tmp_path / "film.toml").write_text("rights = true\n")
    _write(tmp_path, a=text.format(""))
    assert [d.code for d in load_film(tmp_path)[2].items] == ["W257"]
    _write(tmp_path, a=text.format("    consent: on file\n"))
    assert not load_film(tmp_path)[2].items
