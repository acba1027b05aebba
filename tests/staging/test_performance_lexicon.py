"""The library's lexicon: every entry does what its own example says; definitions of a film stand beside it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report, Span
from compiler.meaning.acting import ACTS
from compiler.meaning.define_verb import check_verbs, delivery, verb
from compiler.meaning.film import Action, Delivery, Film, Scene, Size, Speech, Verb
from compiler.meaning.patterns import Fault, Pattern, read_pattern
from compiler.staging.acts import perform
from compiler.staging.blocking import Stage
from compiler.staging.casting import eye_height
from compiler.staging.lexicon import compile_lexicon, lexicon
from compiler.staging.performance import Doing, Prose, understand
from compiler.staging.places import place_set
from compiler.staging.stage import stage_film
from compiler.staging.talk import Talk
from compiler.staging.voicing import estimate, manner_of
from compiler.syntax.blocks import parse_block
from compiler.syntax.nodes import Directive, Text

from .conftest import HALL, KITCHEN, PEOPLE, scene, shot, staged

THINGS = frozenset(
    ["lamp", "cup", "window", "door", "chair", "table", "car", "letter", "book", "tea", "room", "floor", "coat"]
)
LIBRARY = lexicon()


def talk(words: tuple[Verb, ...] | None = None) -> Talk:
    people = {"MARA": 0.0, "ELIAS": 1.0}
    own = LIBRARY if words is None else compile_lexicon((*LIBRARY.verbs, *words), LIBRARY.deliveries)
    return Talk(people, lambda text: bool(THINGS & set(text.lower().split())), words=own)


def directive(keyword: str, head: str, *lines: str) -> Directive:
    properties, description = parse_block([Text(line, Span(0, len(line))) for line in lines])
    return Directive(keyword, Text(head, Span(0, 1)), properties, description, False, Span(0, 1))


def defined(name: str, *lines: str) -> Verb:
    report = Report()
    made = verb(directive("verb", name, *lines), report)
    assert made is not None, report.items
    return made


@pytest.mark.parametrize("made", LIBRARY.verbs, ids=lambda v: v.name)
def test_every_verb_is_what_its_example_says(made: Verb) -> None:
    steps = understand(made.example, talk())
    assert steps
    assert not [s for s in steps if isinstance(s, Prose)]
    doings = [s for s in steps if isinstance(s, Doing)]
    assert {d.verb for d in doings} == {made.name}
    assert not [d.doubt for d in doings if d.doubt]
    assert made.note


@pytest.mark.parametrize("made", LIBRARY.verbs, ids=lambda v: v.name)
def test_every_verb_is_played(made: Verb) -> None:
    t = staged(scene(shot("a", Size.WIDE), Action("Mara stands up. Elias nods."), Action(made.example)))
    assert t.frames > 24
    if not made.thing and not made.does and ACTS[made.act].kind in ("eyes", "face", "body") and made.act != "stop":
        acts = [a for s in t.shots for p in s.shot.actors for a in p.acts]
        assert acts


@pytest.mark.parametrize("made", LIBRARY.deliveries, ids=lambda d: d.name)
def test_every_delivery_is_what_its_example_says(made: Delivery) -> None:
    assert LIBRARY.manners(made.example)[0] is made
    assert made.note
    plain, spoken = manner_of(()), manner_of((made.example,))
    if made.face:
        assert LIBRARY.feeling(made.example) == (made.face, made.strength)
    assert spoken != plain or made.face


def test_the_library_is_wide_and_its_acts_are_those_of_the_engine() -> None:
    assert len(LIBRARY.verbs) >= 80
    assert len(LIBRARY.deliveries) >= 30
    assert {v.act for v in LIBRARY.verbs if v.act} == set(ACTS)


def test_a_film_without_definitions_shares_the_librarys_lexicon() -> None:
    assert lexicon(Film()) is LIBRARY
    assert lexicon(Film(verbs=LIBRARY.verbs, deliveries=LIBRARY.deliveries)) is LIBRARY
    own = Film(verbs=(*LIBRARY.verbs, defined("lounges", "pattern: <lounge> on {target}", "act: sit")))
    assert lexicon(own) is lexicon(own) is not LIBRARY


def test_a_verb_of_a_film_is_played_like_the_librarys() -> None:
    lounge = defined("lounges", "pattern: <lounge> (on|in) {target}", "does: walks to {target}, then sits on {target}")
    steps = understand("Mara lounges slowly in the chair.", talk((lounge,)))
    assert [(s.act, s.target, s.verb) for s in steps if isinstance(s, Doing)] == [
        ("walk", "the chair", "lounges"),
        ("sit", "the chair", "lounges"),
    ]
    assert all(isinstance(s, Doing) and s.tempo < 1 for s in steps)
    film = Film(
        characters=PEOPLE,
        locations=(KITCHEN, HALL),
        verbs=(*LIBRARY.verbs, lounge),
        scenes=(scene(shot("a", Size.WIDE), Action("Elias lounges in the chair."), placements=()),),
    )
    (one,) = stage_film(film, estimate, Report()).shots
    assert any(a.kind.value == "sit" for p in one.shot.actors for a in p.acts)


def test_a_later_definition_of_a_name_replaces_the_earlier() -> None:
    nod = defined("nods", "pattern: <nod>", "act: gesture", "style: shrug")
    steps = understand("Mara nods.", talk((nod,)))
    assert [s.style for s in steps if isinstance(s, Doing)] == ["shrug"]
    assert isinstance(understand("Mara agrees.", talk((nod,)))[0], Prose)


def test_circles_are_reported_and_cut() -> None:
    a = defined("sways", "pattern: <sway>", "does: rocks")
    b = defined("rocks", "pattern: <rock>", "does: sways")
    report = Report()
    assert {v.name for v in check_verbs((*LIBRARY.verbs, a, b), report)}.isdisjoint({"sways", "rocks"})
    assert [d.code for d in report.items] == ["E242"]
    assert isinstance(understand("Mara sways.", talk((a, b)))[0], Prose)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("pattern: <sit", "act: sit"), "E240"),
        (("pattern: (a|b {target}", "act: sit"), "E240"),
        (("pattern: <hug> {whom}", "act: embrace"), "E240"),
        (("pattern: {target} sits", "act: sit"), "E240"),
        (("pattern: <hug>", "act: cuddle"), "E241"),
        (("pattern: <hug>",), "E244"),
        (("act: sit",), "E244"),
        (("pattern: <hug>", "act: sit", "does: sits"), "E244"),
        (("pattern: <hug>", "does: hugs {target}"), "E240"),
        (("pattern: <nod>", "act: gesture", "style: wobble"), "E245"),
        (("pattern: <nod>", "act: gesture", "seconds: long"), "E303"),
        (("pattern: <nod>", "act: gesture", "tempo: 900%"), "E305"),
        (("pattern: <nod>", "act: gesture", "act: sit"), "E304"),
        (("pattern: <nod>", "act: gesture", "pace: 2"), "E106"),
    ],
)
def test_what_is_wrong_with_a_verb(lines: tuple[str, ...], code: str) -> None:
    report = Report()
    verb(directive("verb", "hugs", *lines), report)
    assert [d.code for d in report.items] == [code]
    assert report.items[0].help


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("rate: 90%",), "E244"),
        (("words: hoarse", "face: glee"), "E245"),
        (("words: hoarse", "effect: echo"), "E245"),
        (("words: hoarse", "loudness: loud"), "E303"),
        (("words: hoarse", "rate: 900%"), "E305"),
        (("words: hoarse", "speed: 2"), "E106"),
    ],
)
def test_what_is_wrong_with_a_delivery(lines: tuple[str, ...], code: str) -> None:
    report = Report()
    delivery(directive("delivery", "hoarse", *lines), report)
    assert [d.code for d in report.items] == [code]


def test_a_delivery_of_a_film_changes_voice_and_face() -> None:
    report = Report()
    made = delivery(
        directive("delivery", "hoarse", "words: hoarse*", "rate: 80%", "loudness: -26 dB", "face: weary 70%"), report
    )
    assert made is not None
    own = compile_lexicon(LIBRARY.verbs, (*LIBRARY.deliveries, made))
    manner = manner_of(("hoarsely",), own)
    assert (manner.rate, manner.loudness) == (0.8, -26.0)
    assert own.feeling("hoarsely") == ("weary", 0.7)
    assert manner_of(("hoarsely",)) == manner_of(())


def test_a_manner_and_a_face_are_heard_and_seen() -> None:
    def speech(*manner: str) -> Scene:
        return scene(shot("a", Size.CLOSE_UP, "MARA"), Speech("MARA", "I have kept it all these years.", manner))

    plain, low = staged(speech()), staged(speech("through tears"))
    assert low.speeches[0].line.manner.effect == "tremble"
    assert estimate(low.speeches[0].line).seconds > estimate(plain.speeches[0].line).seconds
    faces = [a.style for a in low.shots[0].shot.actors[0].acts if a.kind.value == "emote"]
    assert faces == ["grief"]


@given(st.text(alphabet="<>(){}|? abtarget", max_size=40))
def test_any_pattern_is_read_or_told_why_not(text: str) -> None:
    read = read_pattern(text)
    if isinstance(read, Pattern):
        assert read.compiled().match("nothing of the kind") is None or read.heads
    else:
        assert isinstance(read, Fault)
        assert 0 <= read.start <= read.end <= len(text)
        assert read.reason


@settings(max_examples=6, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_other_verbs_changes_no_meaning(order: list[int]) -> None:
    some = list(LIBRARY.verbs)
    shuffled = [some[i] for i in order] + some[12:]
    words = compile_lexicon(tuple(shuffled), LIBRARY.deliveries)
    for text in ("Mara sits down on the chair.", "Mara gives the cup to Elias.", "Elias runs to the door."):
        one = [replace(s, span=None) for s in understand(text, talk())]
        two = [
            replace(s, span=None)
            for s in understand(text, Talk({"MARA": 0.0, "ELIAS": 1.0}, talk().is_thing, words=words))
        ]
        assert one == two


def test_acts_of_somebody_who_is_not_there_take_time_and_nothing_else() -> None:
    stage = Stage(place_set(KITCHEN, (), "night", True, 1), eye_height, 1)
    start, end = perform(stage, Doing("NOBODY", "sit", seconds=1.5), Fraction(2))
    assert (start, end) == (Fraction(2), Fraction(7, 2))
