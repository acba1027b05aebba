"""Scenes of one digest have equal shots, and what changes no shot changes no digest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.staging.model import LineTiming, SpokenLine
from compiler.staging.stage import PlayedFilm
from compiler.staging.voicing import estimate

ROOT = Path(__file__).parents[2]
FILM = """\
Title: Three rooms
Look: neutral

character MARA
    a woman of sixty
    wears: grey coat

character ELIAS
    a man of seventy

prop LETTER
    kind: letter

location HALL
    a hall
    set: table at 0 0, door on west wall

INT. HALL - DAY

scene
    MARA: standing at table
    LETTER: on table

shot one: wide, 4s

Mara picks up the letter.

MARA
Nobody is here --

INT. KITCHEN - DAY

shot two: medium of ELIAS, 3s

ELIAS
I am.

> DISSOLVE TO:

INT. HALL - NIGHT

shot three: close-up of MARA, match MARA, 3s

Mara waits.

INT. CELLAR - NIGHT

shot four: split one and three, 2s
"""


def digests(text: str, exact: str = "") -> tuple[str, ...]:
    film, _, report = check_text(text, "rooms.film")
    assert film is not None, report.items

    def timing(line: SpokenLine) -> LineTiming:
        guess = estimate(line)
        return LineTiming(guess.seconds, guess.words, True) if exact and exact in line.text else guess

    return PlayedFilm(film, timing, Report()).digests()


def changed(text: str, exact: str = "") -> list[int]:
    """Scenes, counted from 0, whose digests differ from those of ``FILM``."""
    return [i for i, (a, b) in enumerate(zip(digests(FILM), digests(text, exact), strict=True)) if a != b]


def edit(old: str, new: str) -> str:
    assert old in FILM
    return FILM.replace(old, new, 1)


def test_what_changes_no_shot_changes_no_digest() -> None:
    assert changed(edit("INT. KITCHEN", "/* a remark */\n\nINT. KITCHEN")) == []
    assert changed(edit("Mara waits.", "/* hm */ Mara waits.")) == []
    assert changed(edit("Title: Three rooms", "Title: Four rooms")) == []


@pytest.mark.parametrize(
    ("old", "new", "scenes"),
    [
        (
            "ELIAS, 3s",
            "ELIAS, 50mm, 3s",
            [1, 2, 3],
        ),  # the dissolve's next shot matches it; a split shows a shot of two scenes
        ("Mara waits.", "Mara sits.", [2, 3]),
        ("grey coat", "red coat", [0, 2, 3]),
        ("a man of seventy", "a man of thirty", [1, 2, 3]),
        ("split one and three, 2s", "split one and three, 3s", [3]),
        ("Look: neutral", "Look: ember", [0, 1, 2, 3]),
        ("DISSOLVE TO:", "CUT TO:", [1, 2, 3]),
        ("Nobody is here --", "Nobody is here.", [0, 3]),
        ("table at 0 0", "table at 1 0", [0, 2, 3]),
    ],
)
def test_what_is_seen_elsewhere_is_in_the_digest(old: str, new: str, scenes: list[int]) -> None:
    assert changed(edit(old, new)) == scenes


def test_a_measured_length_is_in_the_digest() -> None:
    assert 1 in changed(FILM, exact="I am")


def test_digests_are_the_same_in_every_process() -> None:
    script = "from tests.staging.test_scene_digests import FILM, digests\nprint(' '.join(digests(FILM)))"
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "7"},
    )
    assert tuple(told.stdout.split()) == digests(FILM)
