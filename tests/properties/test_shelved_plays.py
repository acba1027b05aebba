"""A film whose scenes were taken from a shelf is the film played anew; whatever else stands on the shelf, it never is another."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph.facts import Facts
from compiler.graph.kept_play import FORMAT
from compiler.graph.unread import KeptWrongError
from compiler.meaning.film import Film
from compiler.plan import FilmTooLargeError, Plan, plan_film
from compiler.shelved_plays import ShelvedPlays
from compiler.staging.model import Timeline
from compiler.staging.stage import PlayedFilm
from compiler.staging.unplayed import UnplayedScene
from tests.properties.test_replan import HEAD as WAYS
from tests.properties.test_replan import SCENES as WAYS_SCENES
from tests.properties.test_replan import Shelf
from tests.schedule.conftest import TOOLS
from tests.staging.test_memo import EDITS, HEAD, SCENES, WORDS, film_of, timing_of

_SOME = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def _checked(text: str) -> Film:
    film, _, found = check_text(text, "a.film")
    assert film is not None, found.items
    return film


def _played(film: Film, shelf: Shelf, exact: str = "") -> tuple[Timeline, list[int]]:
    """The film as it is staged with a shelf, and the scenes that had to be played before their pictures were taken."""
    plays = ShelvedPlays(shelf, film)
    played = PlayedFilm(film, timing_of(exact), Report(), resume=plays)
    done = [at for at, scene in enumerate(played.reel.played) if not isinstance(scene, UnplayedScene)]
    digests = played.digests()
    shelf.put(plays.texts(played))
    timeline = played.timeline()
    assert played.digests() == digests, "taking a picture changes nothing of how a scene was played"
    return timeline, done


def _agrees(film: Film, shelf: Shelf, exact: str = "") -> list[int]:
    plain = PlayedFilm(film, timing_of(exact), Report())
    digests = plain.digests()
    made, done = _played(film, shelf, exact)
    cold = plain.timeline()
    assert made == cold
    assert [shot.source for shot in made.shots] == [shot.source for shot in cold.shots]
    assert repr(made.shots) == repr(cold.shots), "to the last sign of a zero"
    kept = PlayedFilm(film, timing_of(exact), Report(), resume=ShelvedPlays(shelf, film))
    assert kept.digests() == digests, "what pictures are looked up by"
    return done


@_SOME
@given(st.lists(st.integers(0, len(SCENES) - 1), min_size=1, max_size=5), st.lists(EDITS, min_size=1, max_size=5))
def test_a_film_from_the_shelf_is_the_film_played_anew(begin: list[int], edits: list[tuple[str, int, int]]) -> None:
    shelf, scenes, head, exact = Shelf(), [SCENES[i] for i in begin], HEAD, ""
    _agrees(_checked(film_of(head, scenes)), shelf, exact)
    for kind, at, other in edits:
        match kind:
            case "insert":
                scenes.insert(at % (len(scenes) + 1), SCENES[other])
            case "delete" if len(scenes) > 1:
                del scenes[at % len(scenes)]
            case "swap":
                i, j = at % len(scenes), other % len(scenes)
                scenes[i], scenes[j] = scenes[j], scenes[i]
            case "word":
                head = head.replace(*WORDS[at], 1)
                i = other % len(scenes)
                scenes[i] = scenes[i].replace(*WORDS[at], 1)
            case "voiced":
                exact = ("", "Never", "he")[at]
        film = _checked(film_of(head, scenes))
        _agrees(film, shelf, exact)
        assert _agrees(film, shelf, exact) == [], "the second time nothing is played"


def test_every_kind_of_scene_can_be_kept() -> None:
    shelf, film = Shelf(), _checked(film_of(HEAD, list(SCENES)))
    assert _agrees(film, shelf) == list(range(len(SCENES)))
    assert len(shelf.texts) == len(SCENES)
    assert _agrees(film, shelf) == []


INFERRED = """\
INT. HALL - DAY

> THE FIRST DAY <

Mara comes in with a lamp. She looks around the hall. She puts the lamp on the table and waits for somebody to say something
about the cold. Elias stands up. He walks to the door. He opens it and looks out into the dark, where nobody is.

ELIAS
There was a time when people came here every day of the year, and stood where you stand now, and asked for bread. We gave it
to them. Nobody does that any more. I cannot say when it ended, or who was the last of them, but I know what he wore.

MARA
(sitting down)
Say it again.

SUPER: Years later

Mara turns away.
"""


@pytest.mark.parametrize(
    ("old", "new", "played"),
    [
        ("\n\nMara turns", "\n\n/* a remark */\n\nMara turns", []),
        ("Mara turns away", "Mara /* slowly */ turns away", [1]),  # its sentences stand elsewhere in it now
        ("He opens it", "He shuts it", [1, 2]),
        ("Say it again.", "Say it again, please.", [1]),
        ("Title: Neighbours", "Title: Friends", []),
        ("Look: neutral", "Look: ember", []),
        ("Format: 960x402", "Format: 640x268", []),
        ("grey coat", "red coat", [0, 1]),
        ("12 people", "9 people", [0, 1, 2]),
        ("table at 0 0", "table at 1 0", [0, 1, 2]),
        ("4s", "5s", [2]),
        ("Seed: 1", "Seed: 2", [0, 1, 2]),
    ],
)
def test_what_is_played_again_is_what_an_edit_touched(old: str, new: str, played: list[int]) -> None:
    head = HEAD.replace("Look:", "Format: 960x402, 24 fps\nSeed: 1\nLook:")
    text, shelf = film_of(head, [SCENES[0].replace("split letter", "wide"), INFERRED, SCENES[2]]), Shelf()
    _agrees(_checked(text), shelf)
    assert len(shelf.texts) == 3
    assert old in text
    assert _agrees(_checked(text.replace(old, new)), shelf) == played
    assert _agrees(_checked(text.replace(old, new)), shelf) == []


def test_another_compiler_takes_nothing_from_the_shelf() -> None:
    shelf, film = Shelf(), _checked(film_of(HEAD, list(SCENES[:3])))
    _played(film, shelf)
    kept = dict(shelf.texts)
    shelf.made_by = "a compiler that was changed"
    assert _agrees(film, shelf) == [0, 1, 2]
    assert len(shelf.texts) == 2 * len(kept)


@settings(_SOME, max_examples=40)
@given(st.randoms(use_true_random=False))
def test_a_shelf_that_lies_about_a_scene_is_found_out(dice: random.Random) -> None:
    """Somebody who can write to the user's own cache, seal and all, can make no other film of this one."""
    shelf, facts = Shelf(), Facts({}, TOOLS)
    film = _checked(WAYS + "\n" + "\n".join(WAYS_SCENES))
    plain = plan_film(film, facts, TOOLS, Report())
    plan_film(film, facts, TOOLS, Report(), shelf=shelf)
    plays = sorted(key for key, text in shelf.texts.items() if json.loads(text)[0] == FORMAT)
    assert len(plays) == 4
    key = dice.choice(plays)
    form, hung_on, row = json.loads(shelf.texts[key])
    _spoil(dice, row)
    shelf.texts[key] = json.dumps([form, hung_on, row])
    try:
        made = plan_film(film, facts, TOOLS, Report(), shelf=shelf)
        _read_all(made)
    except (KeptWrongError, FilmTooLargeError):
        return
    assert made.recipes == plain.recipes
    assert made.graph == plain.graph
    assert made.timeline == plain.timeline


def _read_all(plan: Plan) -> None:
    for task in plan.graph.tasks:
        assert task.params is not None


def _spoil(dice: random.Random, row: list[Any]) -> None:
    """Something in it becomes something else, most often of its own kind."""
    at = dice.randrange(len(row))
    while isinstance(row[at], list) and row[at] and dice.random() < 0.8:
        row = row[at]
        at = dice.randrange(len(row))
    old = row[at]
    if type(old) is int and dice.random() < 0.7:
        row[at] = old + dice.choice([-100, -1, 1, 1000])
    elif isinstance(old, float) and dice.random() < 0.7:
        row[at] = old + dice.choice([-0.5, 0.25])
    elif isinstance(old, list) and old and dice.random() < 0.7:
        dice.choice([old.pop, lambda: old.append(dice.choice(old)), old.reverse])()
    else:
        row[at] = dice.choice([None, 7, -1, 0.5, "x", [], [[1, 2, 3]], {}, True, 10**12])


def test_a_row_that_is_no_row_is_as_if_it_were_not_there() -> None:
    shelf, film = Shelf(), _checked(film_of(HEAD, list(SCENES[:2])))
    _played(film, shelf)
    for wrong in ("", "[", "{}", "[]", "7", '["filmlang kept play 1","x",[]]', "[" * 100_000):
        lying = Shelf()
        lying.texts = dict.fromkeys(shelf.texts, wrong)
        assert _agrees(film, lying) == [0, 1]
