"""What an edit costs, counted in tasks: compiler, store and scheduler are real, and so is the performance; voices, pictures and
sound are pretended, because only their keys matter here. The numbers are written by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.cli.build import Built, Options, build, load, open_store
from runtime.cli.why import why
from runtime.schedule import table
from tests.e2e.films import TALK
from tests.schedule import fakes
from tests.schedule.fakes import InlinePool, Recorder

Make = Callable[..., tuple[Recorder, Built]]

EVERYTHING = {
    "speak": 2, "music": 1, "sound": 2, "person": 2, "set": 1, "bake": 4,
    "render": 11, "encode": 11, "mix": 2, "loudness": 1, "master": 2, "aac": 2,
    "conform": 1, "mux": 1, "captions": 1, "poster": 8, "report": 1,
}  # fmt: skip
"""5 s, 6 s, 5 s and 4 s at 24 fps in windows of 48 frames: 2 + 3 + 2 + 2, the odd 24 frames of 5 s being a third. The room is heard for
20 s, in two pieces."""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    fakes.install(fakes.REAL)
    monkeypatch.setattr("runtime.cli.build.Pool", InlinePool)
    path = tmp_path / "talk.film"

    def run(text: str, **options: object) -> tuple[Recorder, Built]:
        path.write_text(text)
        loaded, heard = load(path), Recorder()
        assert loaded.film is not None, loaded.report.items
        store = open_store(path)
        try:
            built = build(loaded, Options(path, tmp_path / "out", **options), store, heard.heard, heard.planned)  # type: ignore[arg-type]
        finally:
            store.close()
        assert built.failed == []
        assert heard.plan is not None
        # Nothing is ever made that the film as it stands does not need.
        assert set(heard.recipes) <= set(heard.plan.recipes), [label for _, _, label in heard.ran]
        return heard, built

    return run


def test_a_clean_build_runs_each_task_once_and_a_second_runs_none(make: Make) -> None:
    heard, built = make(TALK)
    assert heard.ops == EVERYTHING
    assert (built.ran, built.cached) == (sum(EVERYTHING.values()), 0)
    heard, built = make(TALK)
    assert heard.ran == []
    assert (built.ran, built.cached) == (0, sum(EVERYTHING.values()))


PICTURE = {"conform": 1, "mux": 1, "report": 1}
"""What any change of picture ends in."""
SOUND = {"loudness": 1, "master": 2, "aac": 2, "mux": 1}
"""What a change of sound all through 20 s ends in: both windows mastered, both pieces encoded."""

EDITS: dict[str, tuple[str, str, dict[str, int]]] = {
    "a word of a line: its voice, its speaker's windows, the two stretches of mix it reaches, the cut": (
        "out there tonight", "out there today",
        {**PICTURE, **SOUND, "speak": 1, "bake": 1, "render": 3, "encode": 3, "poster": 2, "mix": 2, "captions": 1},
    ),
    "a comment": ("Ada turns", "/* a note */ Ada turns [[another]]", {}),
    "a paragraph wrapped otherwise": ("friend. Is anybody out there tonight?", "friend. Is\nanybody out\nthere tonight?", {}),
    "a blank line, spaces at an end": ("shot tom", "\n\nshot tom", {}),
    "one shot's lens": (
        "shot tom: close-up of TOM, 75mm", "shot tom: close-up of TOM, 85mm",
        {**PICTURE, "bake": 1, "render": 3, "encode": 3, "poster": 2},
    ),
    "the look of the film renders nothing": ("Look: ember", "Look: silver", {**PICTURE, "encode": 11, "poster": 8}),
    "a title over the last shot": (
        "She closes her eyes.", "She closes her eyes.\n\nSUPER: THE END", {**PICTURE, "encode": 2, "poster": 2},
    ),
    "a voice": (
        "voice: deep", "voice: bright",
        {**PICTURE, **SOUND, "speak": 1, "bake": 1, "render": 3, "encode": 3, "poster": 2, "mix": 2, "captions": 1},
    ),
    "the level of the music": ("60 bpm, low", "60 bpm, quiet", {**SOUND, "mix": 2}),
    "an effect": ("TOM\nOnly", "sound door slam\n\nTOM\nOnly", {**SOUND, "sound": 1, "mix": 1}),
    "a coat: its person, and the shots he is in": (
        "grey wool long coat", "blue wool long coat",
        {**PICTURE, "person": 1, "bake": 4, "render": 11, "encode": 11, "poster": 8},
    ),
    "light builds no place": (
        "set: table", "light: warm lamp as key, little fill\n    set: table",
        {**PICTURE, "bake": 4, "render": 11, "encode": 11, "poster": 8},
    ),
    "a longer last shot: its new frames, and the music to its new end": (
        "50mm, 4s", "50mm, 5s",
        {**PICTURE, **SOUND, "bake": 1, "render": 2, "encode": 2, "poster": 2, "music": 1, "mix": 3, "master": 3},
    ),
    "a longer first shot: later shots only move": (
        "24mm, 5s", "24mm, 6s",
        {**PICTURE, **SOUND, "bake": 1, "render": 1, "encode": 1, "poster": 2, "music": 1, "mix": 3, "master": 3, "captions": 1},
    ),
    "the film's title": ("Title: Talk", "Title: Talks", {"mux": 1, "report": 1}),
}  # fmt: skip


def test_an_edit_runs_what_it_touches_and_undo_runs_nothing(make: Make) -> None:
    make(TALK)
    for name, (old, new, expected) in EDITS.items():
        assert old in TALK, name
        heard, built = make(TALK.replace(old, new, 1))
        assert heard.ops == expected, name
        assert built.ran == sum(expected.values()), name
        assert make(TALK)[0].ran == [], f"undo: {name}"


def test_a_word_touches_its_own_shot_only(make: Make) -> None:
    make(TALK)
    heard, _ = make(TALK.replace("tonight", "today"))
    assert heard.shots("render") == {"ada": 3}
    assert heard.shots("bake") == {"ada": 1}
    assert heard.shots("encode") == {"ada": 3}


def test_a_word_that_moves_the_cut_renders_only_what_moved(make: Make) -> None:
    """With lengths left to the performance, a longer line makes its shot longer, and its answer comes later."""
    text = TALK.replace("75mm, 6s", "75mm").replace("75mm, 5s", "75mm")
    make(text)
    heard, _ = make(text.replace("Is anybody out there tonight?", "Is anybody at all out there in the dark tonight?"))
    assert set(heard.shots("render")) <= {"ada", "tom"}
    assert heard.ops["speak"] == 1
    assert "person" not in heard.ops


def test_other_sizes_and_profiles_share_what_has_no_size(make: Make) -> None:
    make(TALK)
    heard, _ = make(TALK, size=(192, 108))
    assert not {"speak", "person", "set", "music", "sound", "mix", "loudness", "master", "aac"} & set(heard.ops)
    heard, _ = make(TALK, profile="board")
    assert heard.ops == {**PICTURE, "bake": 4, "render": 7, "board": 7, "poster": 8}
    assert make(TALK)[0].ran == []


def test_one_shot_alone_is_shared_with_the_whole(make: Make) -> None:
    make(TALK)
    heard, built = make(TALK, shot="tom")
    assert heard.ops == {"conform": 1, "aac": 1, "mux": 1}
    assert built.film is not None
    assert built.film.name == "talk.tom.mp4"


def test_why_names_the_field(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "talk.film"
    path.write_text(TALK)
    assert why(Options(path), "tom", "text") == 0
    assert "never built" in capsys.readouterr().out
    make(TALK)
    assert why(Options(path), "tom", "text") == 0
    assert "unchanged" in capsys.readouterr().out
    path.write_text(TALK.replace("TOM, 75mm", "TOM, 85mm"))
    assert why(Options(path), "tom", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["shot"] == "tom"
    assert why(Options(path), "1.3", "json") == 0
    assert json.loads(capsys.readouterr().out) == told, "a shot goes by its number, too"
    assert path.read_text().split("\n")[told["line"] - 1].startswith("shot tom")
    fields = {change["field"]: (change["before"], change["after"]) for change in told["changes"]}
    assert fields["shot.camera.keys[0].focal_mm"] == ("75.0", "85.0")
    assert why(Options(path), "ada", "text") == 0
    assert "unchanged" in capsys.readouterr().out
    path.write_text(TALK.replace("tonight", "today"))
    assert why(Options(path), "ada", "text") == 0
    assert "line.text" in capsys.readouterr().out
    path.write_text(TALK.replace("ember", "silver"))
    assert why(Options(path), "ada", "text") == 0
    told = capsys.readouterr().out
    assert "talk.film:3  look ember → silver\n" in told
    assert 'look.name: "ember" → "silver"' in told
