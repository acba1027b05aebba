"""``film takes`` and ``film pick`` as somebody new to them meets them: right words, slips, and what each leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from compiler.picks import FILE
from runtime.cli.main import app
from runtime.cli.pick import split_words
from runtime.schedule import table
from tests.schedule import fakes
from tests.schedule.fakes import InlinePool
from tests.takes.films import TAKEN

Film = Callable[..., tuple[int, str, str]]


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Film:
    """The command, in a folder with a film of which everything is pretended."""
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    fakes.install()
    monkeypatch.setattr("runtime.cli.build.Pool", InlinePool)
    monkeypatch.setattr("runtime.cli.building.warm_once", lambda quiet: None)
    monkeypatch.setattr("runtime.cli.takes.sheet_bytes", lambda *_: b"PNG")
    monkeypatch.setenv("FILM_RECEIPTS", "0")
    monkeypatch.delenv("FILM_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk.film").write_text(TAKEN)
    runner = CliRunner()

    def run(*words: str) -> tuple[int, str, str]:
        result = runner.invoke(app, list(words))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout, result.stderr

    return run


def test_takes_are_shown_before_and_after_they_are_made(film: Film, tmp_path: Path) -> None:
    code, out, _ = film("takes")
    assert (code, "open: they are judged when they are made" in out) == (0, True)
    code, out, _ = film("takes", "ada")
    assert (code, out.count("not made")) == (0, 3)
    assert "contact sheet" not in out
    assert film("takes", "ada", "--make")[0] == 0
    code, out, _ = film("takes", "ada")
    assert code == 0
    assert "not made" not in out
    assert "contact sheet: build/talk/ada.takes.png" in out
    assert (tmp_path / "build/talk/ada.takes.png").read_bytes() == b"PNG"
    assert film("takes", "ada", "--sheet", "sheet.png")[0] == 0
    assert (tmp_path / "sheet.png").exists()
    told = json.loads(film("takes", "ada", "--format", "json")[1])
    assert told["asked"] == 3
    assert sorted(take["rank"] for take in told["takes"]) == [1, 2, 3]
    assert [take["made"] for take in told["takes"]] == [True] * 3
    assert [take["take"] for take in told["takes"] if take["chosen"] == "best"] == [
        take["take"] for take in told["takes"] if take["rank"] == 1
    ]
    assert json.loads(film("takes", "--format", "json")[1])["shots"][0]["shot"] == "ada"
    assert not (tmp_path / "build/talk/talk.mp4").exists(), "nothing of the film is made"


def test_takes_of_a_film_named_as_one_likes(film: Film) -> None:
    for words in (("takes", "ada", "talk.film"), ("takes", "talk.film", "ada"), ("takes", "ada", ".")):
        assert film(*words)[1].startswith("ada: 6.0 s"), words
    for words in (("takes", "talk.film"), ("takes", ".")):
        assert "ada " in film(*words)[1], words
    assert film("takes", "--make")[0] == 2


def test_a_shot_that_asks_for_one_take_has_one(film: Film) -> None:
    assert "asks for 1 take," in film("takes", "room")[1]
    code, _, err = film("pick", "room", "2")
    assert code == 1
    assert "room has 1 take" in err
    assert "takes: 2" in err


def test_slips_are_told_and_change_nothing(film: Film, tmp_path: Path) -> None:
    slips = {
        ("pick", "adda", "2"): "did you mean `ada`?",
        ("pick", "ada", "4"): "ada has 3 takes",
        ("pick", "ada", "0"): "numbered from 1 to 64",
        ("pick", "ada", "99"): "numbered from 1 to 64",
        ("pick", "ada", "two"): "`two` is neither a take's number nor a stretch of time",
        ("pick", "ada", "2", "3s..1s"): "ends before it has begun",
        ("pick", "ada", "2", "1kg..2kg"): "is no time",
        ("pick", "ada", "1s..2s"): "does not say of which take",
        ("pick", "ada", "2", "0s..3s", "3", "2s..6s"): "begins before `2 0s..3s` has ended",
        ("pick", "ada", "2", "3"): "which stretch of each",
        ("pick", "ada", "2", "nosuch.film"): "there is no file `nosuch.film`",
    }
    for words, told in slips.items():
        code, _, err = film(*words)
        assert (code, told in err) == (1, True), (words, err)
        assert " = help: " in err, words
    assert film("pick", "ada", "2", "--clear")[0] == 2
    assert not (tmp_path / FILE).exists()


def test_a_shot_that_comes_back_shows_what_it_left_with(film: Film, tmp_path: Path) -> None:
    text = TAKEN.replace("Is anybody", "[[shot: insert of lamp, 1s]] Is anybody").replace("75mm, 6s", "75mm")
    (tmp_path / "talk.film").write_text(text)
    assert "1.4 is ada come back" in film("takes", "1.4")[1]
    code, _, err = film("pick", "1.4", "2")
    assert (code, "1.4 is ada come back" in err) == (1, True)


def test_a_shot_of_one_take_has_no_others_to_pick(film: Film) -> None:
    code, _, err = film("pick", "room", "2")
    assert code == 1
    assert "write `takes: 2` below the shot to have so many\n" in err
    assert "or pick one of 1 to 3" in film("pick", "ada", "4")[2]


def test_a_picker_with_square_brackets_is_shown_as_written(film: Film) -> None:
    assert film("pick", "ada", "2", "--by", "[/]Jo", "--why", "[b]old")[0] == 0
    for words in (("takes",), ("takes", "--all"), ("takes", "ada"), ("pick", "ada")):
        code, out, _ = film(*words)
        assert code == 0
        assert "[/]Jo" in out


def test_a_pick_is_written_with_who_when_and_why(film: Film, tmp_path: Path) -> None:
    film("build")
    code, out, _ = film("pick", "ada", "2", "1.2s..4.0s", "--why", 'the "breath"', "--by", "Ada  L.")
    assert code == 0
    assert "2.79 s long in the cut, 3.21 s shorter" in out
    text = (tmp_path / FILE).read_text()
    assert 'shot = "ada"\ntake = "2 1.2s..4.0s"\nby = "Ada L."\nwhen = 20' in text
    assert 'why = "the \\"breath\\""' in text
    assert "recipe = " in text
    code, out, _ = film("pick", "ada")
    assert "take 2 1.2s..4.0s was picked by Ada L. on 20" in out
    _, out, _ = film("takes", "ada")
    assert "picked" in out
    code, _, err = film("pick", "ada", "2", "0s..9s")
    assert (code, "lies outside the shot, which is 6 s long" in err) == (1, True)
    assert (tmp_path / FILE).read_text() == text
    told = json.loads(film("pick", "ada", "3", "--format", "json")[1])
    assert told["take"] == "3"
    assert film("pick", "ada", "--clear")[1] == "ada: the pick is taken back\n"
    assert "[[pick]]" not in (tmp_path / FILE).read_text()
    assert film("pick", "ada", "--clear")[1] == "ada: nothing was picked\n"


def test_what_is_said_outside_the_stretch_is_told(film: Film) -> None:
    film("build")
    _, out, _ = film("pick", "ada", "1", "3s..6s")
    assert "words of ADA: “Hello my friend." in out


def test_hands_leave_slips_in_the_file(film: Film, tmp_path: Path) -> None:
    film("build")
    entry = '[[pick]]\nshot = "ada"\ntake = {}\n'
    for take, code in (("5", "W523"), ('"2 4s..9s"', "W525"), ('"2 7s..9s"', "W525")):
        (tmp_path / FILE).write_text(entry.format(take))
        status, _, err = film("build")
        assert (status, code in err, f"{FILE}:3:8" in err) == (0, True, True), err
    (tmp_path / FILE).write_text(entry.format(2).replace('"ada"', '"adda"'))
    for command in ("build", "check"):
        status, _, err = film(command)
        assert (status, "W521" in err, "did you mean `ada`?" in err) == (0, True, True), command
    (tmp_path / FILE).write_text(entry.format(2) + "[[pick]\n")
    for command in ("build", "check", "plan"):
        status, _, err = film(command)
        assert (status, "E470" in err) == (1, True), command
    status, _, err = film("pick", "ada", "2")
    assert (status, "E470" in err) == (1, True)
    assert (tmp_path / FILE).read_text().endswith("[[pick]\n"), "what cannot be read is not written over"


def test_rename_takes_the_pick_along(film: Film, tmp_path: Path) -> None:
    film("pick", "last", "1", "0s..2s", "--by", "Ada")
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text().replace('shot = "last"', 'shot = "last" # mine'))
    assert film("rename", "talk.film", "last", "final")[0] == 0
    text = (tmp_path / FILE).read_text()
    assert 'shot = "final"\nkey = "last" # mine\n' in text
    assert "1 0s..2s was picked" in film("pick", "final")[1]


def test_other_picks_and_comments_stay_when_one_is_made(film: Film, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('# ours\n\n[[pick]]\nshot = "room" # look again\ntake = "1 0s..2s"\n')
    assert film("pick", "ada", "2", "--by", "A")[0] == 0
    assert film("pick", "last", "1", "--by", "A")[0] == 0
    text = (tmp_path / FILE).read_text()
    assert text.startswith("# ours\n\n")
    assert 'shot = "room" # look again' in text
    assert [line for line in text.split("\n") if line.startswith("shot")] == [
        'shot = "ada"', 'shot = "last"', 'shot = "room" # look again',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "shot", "take"),
    [
        (["a", "3"], "a", ("3",)),
        (["a", "3", "1s..2s", "films/b.film"], "a", ("3", "1s..2s")),
        (["films/b.film", "a", "3"], "a", ("3",)),
        (["a", "3", "1s..", "..4s"], "a", ("3", "1s..", "..4s")),
        (["a"], "a", ()),
        (["a", "3", "../other"], "a", ("3",)),
        (["a", "3", ".."], "a", ("3",)),
    ],
)
def test_words_are_told_apart(words: list[str], shot: str, take: tuple[str, ...]) -> None:
    assert split_words(words)[:2] == (shot, take)
