"""Shots by scene and number: any shot can be called so, and what is picked by it stays with its shot."""

from __future__ import annotations

import json
from pathlib import Path

from compiler.picks import FILE
from tests.takes.films import TAKEN
from tests.takes.test_commands import Film, film

__all__ = ["film"]

NAMELESS = TAKEN.replace("shot ada: close-up", "shot close-up").replace("shot last: ", "shot ")
NEW = "shot medium of ADA, 50mm, 2s\n\nShe waits.\n\nshot close-up of ADA, 75mm, 6s"


def take_of(told: str, number: str) -> str:
    """The row of a shot in the list of takes."""
    return next((line for line in told.split("\n") if line.startswith(number + " ")), "")


def test_every_shot_is_listed_by_number_and_called_by_it(film: Film, tmp_path: Path) -> None:
    (tmp_path / "talk.film").write_text(NAMELESS)
    _, out, _ = film("takes")
    assert "(close-up of ADA)" in take_of(out, "1.2")
    assert "`film pick 1.2 2`" in out
    assert "2 other shots have one take: `film takes --all` lists every shot." in out
    _, out, _ = film("takes", "--all")
    assert [line.split()[:2] for line in out.split("\n") if line.startswith("1.")] == [
        ["1.1", "room"], ["1.2", "(close-up"], ["1.3", "(medium"],
    ]  # fmt: skip
    told = json.loads(film("takes", "--all", "--format", "json")[1])["shots"]
    assert [(row["number"], row["asked"]) for row in told] == [("1.1", 1), ("1.2", 3), ("1.3", 1)]
    assert film("takes", "1.2")[1].startswith("1.2: 6.0 s")
    assert film("takes", "1.1")[1].startswith("room: 3.0 s"), "a shot with a name, too"
    code, _, err = film("pick", "1.9", "2")
    assert (code, "there is no shot called '1.9'" in err) == (1, True)


def test_what_is_picked_by_number_goes_where_the_shot_goes(film: Film, tmp_path: Path) -> None:
    (tmp_path / "talk.film").write_text(NAMELESS)
    code, out, _ = film("pick", "1.2", "3", "--by", "Ada")
    assert (code, "1.2: take 3 is in the cut" in out) == (0, True)
    text = (tmp_path / FILE).read_text()
    assert 'shot = "1.2"' not in text, "the number is written nowhere: it would go to another shot"
    (tmp_path / "talk.film").write_text(NAMELESS.replace("shot close-up of ADA, 75mm, 6s", NEW))
    _, out, err = film("takes")
    assert "take 3, picked by Ada" in take_of(out, "1.3")
    assert take_of(out, "1.2") == ""
    assert err == ""
    assert "take 3 was picked by Ada" in film("pick", "1.3")[1]
    assert "nothing is picked" in film("pick", "1.2")[1]


def test_a_named_shot_that_is_picked_by_number_is_picked_by_name(film: Film, tmp_path: Path) -> None:
    assert film("pick", "1.2", "2")[0] == 0
    assert 'shot = "ada"\ntake = 2\n' in (tmp_path / FILE).read_text()
    assert film("pick", "1.2", "--clear")[1] == "ada: the pick is taken back\n"


def test_a_number_in_the_file_holds_and_is_warned_of(film: Film, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[[pick]]\nshot = "1.2"\ntake = 2\n')
    code, _, err = film("check")
    assert (code, "W521" in err) == (0, False), err
    code, _, err = film("build")
    assert (code, "W528" in err, f"{FILE}:2:8" in err, 'write `shot = "ada"`' in err) == (0, True, True, True), err
    assert "take 2, picked" in take_of(film("takes")[1], "1.2")
    assert film("pick", "1.2", "2")[0] == 0
    assert (tmp_path / FILE).read_text().count("[[pick]]") == 1, "it takes the place of what the number meant"
    (tmp_path / FILE).write_text('[[pick]]\nshot = "1.2"\ntake = 2\n\n[[pick]]\nshot = "ada"\ntake = 3\n')
    _, out, err = film("takes")
    assert "take 3, picked" in take_of(out, "1.2"), "a name says more surely which shot is meant"
    assert "remove it: `ada`, which it means, has a pick of its own" in err
    (tmp_path / FILE).write_text('[[pick]]\nshot = "7.1"\ntake = 2\n')
    code, _, err = film("build")
    assert (code, "W521" in err) == (0, True), err


def test_a_pick_of_a_shot_that_is_gone_is_told_and_can_be_taken_back(film: Film, tmp_path: Path) -> None:
    """Also where some shots have no name, which is no name that a pick could have."""
    (tmp_path / "talk.film").write_text(NAMELESS)
    gone = '# ours\n\n[[pick]]\nshot = "gone"\ntake = 2\n'
    (tmp_path / FILE).write_text(gone)
    for command in (("check",), ("takes",), ("takes", "--all")):
        code, _, err = film(*command)
        assert (code, "W521" in err, f"{FILE}:3:1" in err) == (0, True, True), (command, err)
    code, out, _ = film("pick", "gone", "--clear")
    assert (code, out) == (0, "gone: the pick is taken back, and there is no such shot any more\n")
    assert (tmp_path / FILE).read_text() == "# ours\n"
    code, _, err = film("pick", "gone", "--clear")
    assert (code, "there is no shot called 'gone'" in err) == (1, True)
    assert film("check")[2] == ""


def test_taking_back_by_a_key_that_is_gone(film: Film, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[[pick]]\nshot = "old"\nkey = "#7|wide/|1"\nfilm = "talk.film"\ntake = 2\n')
    told = film("pick", "#7|wide/|1", "--clear", "--format", "json")[1]
    assert '"changed": true' in told
    assert (tmp_path / FILE).read_text() == ""
    (tmp_path / FILE).write_text('[[pick]]\nshot = "old"\nfilm = "other.film"\ntake = 2\n')
    assert film("pick", "old", "--clear")[0] == 1, "another film's"


def test_what_is_wrong_with_a_pick_is_told_where_takes_are_looked_at(film: Film, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[[pick]]\nshot = "room"\ntake = "1 0s..9s"\n\n[[pick]]\nshot = "gone"\ntake = 1\n')
    _, _, err = film("takes")
    assert "W525" in err
    assert "W521" in err
    _, _, err = film("takes", "room")
    assert "W525" in err
    assert "W521" not in err, "that is of another shot"


def test_of_one_take_a_part_can_be_picked(film: Film) -> None:
    assert film("pick", "room")[1] == (
        "room: nothing is picked, and it has one take; `film pick room 1 0s..2s` keeps a part of it\n"
    )
    assert film("pick", "ada")[1] == "ada: nothing is picked; `film pick ada 2` picks take 2\n"
    assert " = help: `film pick ada 2`" in film("pick", "ada", "0")[2]
