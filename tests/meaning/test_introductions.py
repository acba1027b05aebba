"""People nobody declared are who the screenplay says they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.meaning.film import Character, Film
from compiler.meaning.introductions import introduced
from compiler.meaning.introductions_words import age_in, read_segment, said_by_name
from compiler.staging.casting import cast_person
from compiler.staging.stage import stage_film
from compiler.staging.understanding import understood
from compiler.staging.voicing import estimate, voice_of, voice_pitch

HOSPITAL = """INT. HOSPITAL - CORRIDOR - CONTINUOUS

DR. OKAFOR (50s) walks quickly toward the desk. NURSE LILY looks up.

NURSE LILY
You're late.

DR. OKAFOR
(taking off her coat)
Traffic on the bridge. Who do we have?

NURSE LILY
Bed four. He won't say his name. He keeps asking for water and then he doesn't drink it, and every time I leave the room he --

DR. OKAFOR
-- He what?

NURSE LILY
He sings.

INT. HOSPITAL - ROOM 4 - LATER

An OLD MAN lies in the bed. Dr. Okafor sits beside him. She takes his hand.

OLD MAN
~Row, row, row your boat

He smiles. He closes his eyes.
"""


def film_of(text: str) -> Film:
    film, _, report = check_text(text, "a.fountain")
    assert film is not None, report.items
    return film


def person(text: str, name: str) -> Character:
    return next(c for c in film_of(text).characters if c.name == name)


def told(text: str, name: str = "JOE") -> list[str]:
    """What is read of somebody: description, hair, clothes."""
    who = person(f"INT. ROOM - DAY\n\n{text}\n\n{name}\nWell.\n", name)
    return [p.text for p in (*who.description, *who.hair, *who.wears)]


def test_an_undirected_scene_is_cast_as_it_is_written() -> None:
    film = film_of(HOSPITAL)
    cast = {c.name: cast_person(c, film.seed) for c in film.characters}
    assert {name: p.gender for name, p in cast.items()} == {"DR. OKAFOR": 0.0, "NURSE LILY": 0.0, "OLD MAN": 1.0}
    assert (cast["DR. OKAFOR"].age, cast["OLD MAN"].age) == (55.0, 71.0)
    rows = {row.text: row for row in understood(film)}
    assert rows["He smiles."].staged
    assert rows["He closes his eyes."].staged
    voices = {c.name: voice_of(c, cast[c.name]) for c in film.characters}
    assert voice_pitch(voices["OLD MAN"]) < 150.0 < voice_pitch(voices["DR. OKAFOR"])


def test_every_phrase_has_the_place_it_was_read_from() -> None:
    film, sources, _ = check_text(HOSPITAL, "a.fountain")
    assert film is not None
    people = {c.name: c for c in film.characters}
    places = {
        (name, p.text): sources.place(p.span)[1] for name, c in people.items() for p in (*c.description, *c.wears)
    }
    assert places["DR. OKAFOR", "fifties"] == 3
    assert places["NURSE LILY", "woman"] == 5
    assert places["OLD MAN", "old man"] == 25


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("JOE (late 60s, grey beard, torn coat) waits.", ["man", "late sixties", "grey beard", "torn coat"]),
        ("JOE, 34, exhausted, in a yellow raincoat, runs in.", ["man", "34", "yellow raincoat"]),
        ("A wiry man in a red jacket, JOE, waits.", ["wiry man", "red jacket"]),
        ("JOE is a wiry man of fifty. He wears a torn coat.", ["a wiry man of fifty", "torn coat"]),
        ("JOE enters. Thirties, tall, short blonde hair.", ["man", "thirties", "tall", "short blonde hair"]),
        ("An elderly JOE sits down.", ["man", "elderly"]),
        ("A tall woman named JOE waits.", ["tall woman"]),
        ("JOE walks in. A dog follows.", ["man"]),
        ("JOE, who knows the old king, waits.", ["man"]),
        ("JOE (not tall, no longer young) waits.", ["man"]),
        ("JOE (carrying an old bag) waits.", ["man"]),
        ("JOE watches ANNA in a red coat.\n\nANNA\nWhat?", ["man"]),
        ("JOE puts a hand in his coat pocket.", ["man"]),
    ],
)
def test_first_mentions(text: str, wanted: list[str]) -> None:
    assert sorted(told(text)) == sorted(wanted)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("OLD MAN", "old man"), ("MARA'S MOTHER", "mother"), ("WOMAN'S VOICE", "woman"), ("MAN IN A HAT", "man"),
        ("YOUNG GIRL", "girl"), ("LITTLE BOY #2", "boy"), ("MR. KING", "man"), ("POLICEWOMAN", "woman"),
        ("TALL WOMAN", "tall woman"), ("GRANDMA", "grandmother"), ("SERGEANT NORMAN", ""), ("SOLDIER", ""), ("Ж", ""),
    ],
)  # fmt: skip
def test_names(name: str, wanted: str) -> None:
    assert said_by_name(name)[0] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("50s", 55), ("late 60s", 68), ("early-30s", 32), ("mid forties", 45), ("20-something", 25), ("thirtysomething", 35),
     ("34", 34), ("8 years old", 8), ("1950", None), ("6 feet", None), ("tall", None)],
)  # fmt: skip
def test_ages(text: str, wanted: float | None) -> None:
    found = age_in(text)
    assert (found and found[0]) == wanted


def test_a_pronoun_counts_only_where_one_person_can_be_meant() -> None:
    def gender(text: str, name: str) -> list[str]:
        return [p.text for p in person(f"INT. ROOM - DAY\n\n{text}\n\nJO\nYes.\n\nKIT\nNo.\n", name).description]

    assert gender("Jo sits down. She looks at the door.", "JO") == ["woman"]
    assert gender("Jo looks at Kit. She smiles.", "JO") == []
    assert gender("Jo looks at Kit. She smiles.", "KIT") == []
    assert gender("A waitress looks at Jo. She smiles.", "JO") == []
    assert gender("The guard looks at Jo. He smiles. She does not.", "JO") == gender("Jo waits.", "JO")
    assert gender("Kit, an old man, looks at Jo. She smiles.", "JO") == ["woman"]
    assert gender("Jo hands him the key. Kit nods.\n\nKIT\n(putting on his hat)\nThanks.", "KIT") == ["man"]
    assert gender("Alex waits.\n\nKIT\n(taking her hand)\nCome.", "KIT") == []


def test_what_is_surely_meant_speaks_over_a_given_name() -> None:
    assert told("Joe sits down. She looks at her hands.") == ["woman"]
    assert told("Joe sits down.") == ["man"]


def test_declared_people_are_who_they_are_declared_to_be() -> None:
    declared = "character OLD MAN\n    a person\n\n"
    film, _, _ = check_text(declared + HOSPITAL, "a.film")
    assert film is not None
    alone, _, _ = check_text(declared + "INT. ROOM - DAY\n\nOLD MAN\nYes.\n", "a.film")
    assert alone is not None
    one, other = (next(c for c in f.characters if c.name == "OLD MAN") for f in (film, alone))
    assert replace(one, span=other.span) == other


def test_moving_words_elsewhere_changes_nobody() -> None:
    film = film_of(HOSPITAL)
    again = film_of(HOSPITAL + "\nEXT. SEA - DAY\n\nWaves. A gull.\n")
    assert again.characters == film.characters


LINES = ["JOE (50s) enters.", "She sits.", "Kim smiles. He nods.", "A man in a coat, KIM, waits.", "KIM (", "DR. KIM, JOE, 9,",
         "JOE\nYes.", "KIM\n(to her)\nNo.", "é’s — Joe's", "BOB (V.O.)\n(his voice)\nHm.", "The OLD JOE is 5 in a", "%$ ((("]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=8), st.text(max_size=12))
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_somebody_is_cast(pieces: list[str], more: str) -> None:
    text = "INT. ROOM - DAY\n\n" + "\n\n".join(pieces) + "\n\nJOE\nWell.\n\n" + more
    film, _, _ = check_text(text, "a.fountain")
    if film is None:
        return
    again, _, _ = check_text(text, "a.fountain")
    assert again == film
    for who in film.characters:
        cast_person(who, film.seed)
        assert all(p.span.file and 0 <= p.span.start <= p.span.end <= len(text) for p in (*who.description, *who.wears))


@given(st.text(max_size=60))
def test_any_words_are_read(text: str) -> None:
    for inside in (True, False):
        for said in read_segment(text, inside=inside):
            assert said.text
    said_by_name(text)
    age_in(text)


def test_nobody_to_introduce_costs_nothing() -> None:
    assert introduced({}, (), {}) == {}


def test_the_scene_is_staged_without_a_word_of_direction() -> None:
    report = Report()
    timeline = stage_film(film_of(HOSPITAL), estimate, report)
    last = timeline.shots[-1].shot
    assert any(actor.person.name == "OLD MAN" and actor.person.gender == 1.0 for actor in last.actors)
