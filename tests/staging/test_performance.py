"""Sentences of action and what bodies make of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.staging.lexicon import lexicon
from compiler.staging.performance import Doing, Prose, understand
from compiler.staging.talk import Talk

THINGS = ("lamp", "lights", "cup", "window", "racks")


def talk() -> Talk:
    return Talk({"MARA": 0.0, "ELIAS": 1.0}, lambda words: any(t in words.lower() for t in THINGS))


def acts(text: str) -> list[tuple[str, str, str]]:
    return [(s.subject, s.act, s.style or s.target) for s in understand(text, talk()) if isinstance(s, Doing)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Mara enters.", [("MARA", "enter", "")]),
        ("Elias leaves the room.", [("ELIAS", "exit", "")]),
        ("Elias walks out.", [("ELIAS", "exit", "")]),
        ("Mara crosses to the window.", [("MARA", "walk", "the window")]),
        ("Mara runs to the door.", [("MARA", "run", "the door")]),
        ("Mara sits at the table.", [("MARA", "sit", "the table")]),
        ("Mara sits down.", [("MARA", "sit", "")]),
        ("MARA, 67, sits alone at the table.", [("MARA", "sit", "the table")]),
        ("Mara stands up.", [("MARA", "stand", "")]),
        ("Mara rises.", [("MARA", "stand", "")]),
        ("Mara stands by the window.", [("MARA", "wait", "the window")]),
        ("Elias kneels beside the chair.", [("ELIAS", "kneel", "the chair")]),
        ("Mara turns to Elias.", [("MARA", "turn", "Elias")]),
        ("Mara turns away from Elias.", [("MARA", "turn away", "Elias")]),
        ("Mara looks at the empty chair for a long moment.", [("MARA", "look", "the empty chair")]),
        ("Mara watches the sea.", [("MARA", "look", "the sea")]),
        ("Mara gazes out of the window.", [("MARA", "look", "the window")]),
        ("Mara looks up.", [("MARA", "look up", "")]),
        ("Mara looks down.", [("MARA", "look down", "")]),
        ("Mara looks away.", [("MARA", "look away", "")]),
        ("Mara lowers her eyes.", [("MARA", "look down", "")]),
        ("Mara reaches for the cup.", [("MARA", "reach", "the cup")]),
        ("Mara puts her hand on the table.", [("MARA", "reach", "the table")]),
        ("Mara touches the lamp gently.", [("MARA", "touch", "the lamp")]),
        ("Mara picks up the cup.", [("MARA", "take", "the cup")]),
        ("Mara nods.", [("MARA", "gesture", "nod")]),
        ("Mara shakes her head.", [("MARA", "gesture", "shake")]),
        ("Mara bows her head.", [("MARA", "gesture", "bow head")]),
        ("Elias shrugs.", [("ELIAS", "gesture", "shrug")]),
        ("Elias waves.", [("ELIAS", "gesture", "wave")]),
        ("Elias points at the window.", [("ELIAS", "gesture", "point")]),
        ("Mara puts a hand to her mouth.", [("MARA", "gesture", "hand to mouth")]),
        ("Mara presses her palm to her chest.", [("MARA", "gesture", "hand to chest")]),
        ("Mara smiles.", [("MARA", "emote", "smile")]),
        ("Mara frowns.", [("MARA", "emote", "anger")]),
        ("Mara weeps.", [("MARA", "emote", "grief")]),
        ("Elias laughs.", [("ELIAS", "emote", "laugh")]),
        ("Mara breathes out.", [("MARA", "breathe", "out")]),
        ("Mara sighs.", [("MARA", "breathe", "out")]),
        ("Mara takes a breath.", [("MARA", "breathe", "in")]),
        ("Mara holds her breath.", [("MARA", "breathe", "held")]),
        ("Mara closes her eyes.", [("MARA", "close eyes", "")]),
        ("Mara's eyes open.", [("MARA", "open eyes", "")]),
        ("Mara waits.", [("MARA", "wait", "")]),
    ],
)
def test_one_verb(text: str, wanted: list[tuple[str, str, str]]) -> None:
    assert acts(text) == wanted


def test_sentences_run_on_and_pronouns_follow() -> None:
    found = acts("Mara enters slowly from the left and sits at the table. She looks at the empty chair. He nods.")
    assert [f[:2] for f in found] == [("MARA", "enter"), ("MARA", "sit"), ("MARA", "look")]


def test_a_pronoun_takes_the_last_that_fits() -> None:
    found = acts("Mara sits. Elias turns to Mara. She smiles. He nods.")
    assert [f[0] for f in found] == ["MARA", "ELIAS", "MARA", "ELIAS"]


@pytest.mark.parametrize(
    "text",
    [
        "Mara crosses to the window while Elias sits.",
        "As Mara turns away, Elias stands up.",
        "Mara walks to the door, smiling.",
    ],
)
def test_overlap(text: str) -> None:
    steps = understand(text, talk())
    assert [s.together for s in steps if isinstance(s, Doing)] == [False, True]


def test_as_if_does_not_overlap() -> None:
    assert len(acts("Mara reaches for the cup as if it could hear her.")) == 1


def test_adverbs_are_dynamics() -> None:
    slow, plain = understand("Mara sits down slowly.", talk())[0], understand("Mara sits down.", talk())[0]
    assert isinstance(slow, Doing)
    assert isinstance(plain, Doing)
    assert slow.tempo < plain.tempo
    assert slow.seconds > plain.seconds


def test_things_change_their_light() -> None:
    assert acts("The lamp goes out.")[0][:2] == ("The lamp", "light")
    step = understand("The racks go dark, row by row.", talk())[0]
    assert isinstance(step, Doing)
    assert (step.value, step.style) == (0.0, "one by one")


def test_the_rest_stays_prose_and_says_why() -> None:
    (step,) = understand("The sea breathes in the dark.", talk())
    assert isinstance(step, Prose)
    assert step.reason
    (step,) = understand("She smiles.", Talk({"ELIAS": 1.0}))
    assert isinstance(step, Prose)
    assert "she" in step.reason


def test_the_library_is_wide_enough() -> None:
    assert len({(v.act, v.style) for v in lexicon().verbs}) >= 30
    assert lexicon().feeling("barely holding back, through tears") == ("grief", 0.65)


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    for step in understand(text, talk()):
        assert isinstance(step, Doing | Prose)


WARD = {
    "DR. COLE": 0.0,
    "NURSE OKAFOR": 0.0,
    "OLD PRIEST": 1.0,
    "YOUNG WALTER": 1.0,
    "WALTER": 1.0,
    "DANIEL": 1.0,
    "RUTH": 0.0,
}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Cole", "DR. COLE"), ("DR. ANNA COLE", "DR. COLE"), ("Okafor", "NURSE OKAFOR"), ("the priest", "OLD PRIEST"),
        ("Walter", "WALTER"), ("WALTER PIKE", "WALTER"), ("Young Walter", "YOUNG WALTER"), ("her son DANIEL", "DANIEL"),
        ("His brother Daniel", "DANIEL"), ("the chair beside Daniel", ""), ("Daniel's mother", ""), ("old", ""), ("nurse", "NURSE OKAFOR"),
    ],
)  # fmt: skip
def test_people_are_known_by_more_or_less_than_their_cue(words: str, name: str) -> None:
    assert Talk(WARD).subjects(words)[0] == ((name,) if name else ())


def test_a_name_two_people_share_is_nobodys_alone() -> None:
    known = Talk({"ANNA PIKE": 0.0, "BEN PIKE": 1.0})
    assert known.subjects("Pike")[0] == ()
    assert known.subjects("Ben")[0] == ("BEN PIKE",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Elias leaves. Mara is alone. She sits down.", ("MARA", "sit", "")),
        ("-- Elias runs to the window.", ("ELIAS", "run", "the window")),
        ("A) Elias runs to the window.", ("ELIAS", "run", "the window")),
        ("Elias comes out of the house.", ("ELIAS", "enter", "the house")),
        ("Elias comes in carrying the cup.", ("ELIAS", "hold", "the cup")),
        ("The cup rings. Elias picks it up.", ("ELIAS", "take", "cup")),
    ],
)  # fmt: skip
def test_what_a_screenplay_says_by_the_way(text: str, wanted: tuple[str, str, str]) -> None:
    assert acts(text)[-1] == wanted
