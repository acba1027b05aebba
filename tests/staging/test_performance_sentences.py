"""Clauses, subjects, pronouns, what overlaps and what does not happen at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Span
from compiler.staging.lexicon import lexicon
from compiler.staging.performance import Doing, Prose, understand, understand_manner
from compiler.staging.talk import Talk

THINGS = frozenset(
    ["lamp", "cup", "window", "door", "chair", "table", "car", "letter", "book", "tea", "room", "kitchen"]
)


def talk(*more: str, thing: str = "") -> Talk:
    people = {"MARA": 0.0, "ELIAS": 1.0, **dict.fromkeys(more, 0.5)}
    return Talk(people, lambda text: bool(THINGS & set(text.lower().split())), ["ELIAS", "MARA"], thing=thing)


def told(text: str, *more: str, thing: str = "") -> str:
    """``+ MARA sit the table`` for each step; ``|`` begins with the one before, ``.`` is prose."""
    out = []
    for s in understand(text, talk(*more, thing=thing)):
        if isinstance(s, Prose):
            out.append(f". {s.reason}")
        else:
            words = (s.subject, s.act, s.object, s.target)
            out.append(("| " if s.together else "+ ") + " ".join(w for w in words if w))
    return "; ".join(out)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Mara and Elias sit.", "+ MARA sit; | ELIAS sit"),
        ("Mara, Elias and Ida stand up.", "+ MARA stand; | ELIAS stand; | IDA stand"),
        ("They all look up.", "+ MARA look up; | ELIAS look up; | IDA look up"),
        ("Everyone turns to Mara.", "+ MARA turn Mara; | ELIAS turn Mara; | IDA turn Mara"),
        ("The others leave.", "+ ELIAS exit; | IDA exit"),
        ("Mara and Elias look at each other.", "+ MARA look ELIAS; | ELIAS look MARA"),
        ("Mara and Ida sit. They laugh.", "+ MARA sit; | IDA sit; + MARA emote; | IDA emote"),
    ],
)
def test_several_people(text: str, wanted: str) -> None:
    assert told(text, "IDA") == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Mara crosses to the window, smiling.", "+ MARA walk the window; | MARA emote"),
        ("Mara, smiling, sits down.", "+ MARA emote; | MARA sit"),
        ("Smiling, Mara sits down.", "+ MARA sit; | MARA emote"),
        ("Mara (smiling) sits down.", "+ MARA sit; | MARA emote"),
        ("Mara sits, her eyes on Elias.", "+ MARA sit; | MARA look Elias"),
        ("As Mara turns away, Elias stands up.", "+ MARA turn away; | ELIAS stand"),
        ("Mara sits while Elias nods, then looks up.", "+ MARA sit; | ELIAS gesture; + ELIAS look up"),
        ("Before Elias leaves, Mara nods.", "+ MARA gesture; + ELIAS exit"),
        ("Mara waits until Elias enters.", "+ MARA wait; + ELIAS enter"),
        ("Mara enters, sits and opens the book.", "+ MARA enter; + MARA sit; + MARA open the book"),
        ("Mara stops. Turns. Runs.", "+ MARA stop; + MARA turn; + MARA run"),
        ("Elias, who is tired, sits down.", "+ ELIAS sit"),
        ("At the window, Mara turns.", "+ MARA turn"),
        ("Mara quickly crosses to the window and opens it.", "+ MARA walk the window; + MARA open the window"),
    ],
)
def test_clauses_in_time(text: str, wanted: str) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("She embraces him. He cries.", "+ MARA embrace ELIAS; + ELIAS emote"),
        ("Mara picks up the cup and drinks from it.", "+ MARA take the cup; + MARA use the cup"),
        ("Mara takes his hand.", "+ MARA touch ELIAS"),
        ("Mara puts her hand on his shoulder.", "+ MARA reach ELIAS"),
        ("Mara gives Elias the letter.", "+ MARA give letter Elias"),
        ("Mara hands him the letter.", "+ MARA give letter ELIAS"),
        ("The letter is taken by Mara.", "+ MARA take The letter"),
        ("Her eyes close.", "+ MARA close eyes"),
        ("Mara sat at the table.", "+ MARA sit the table"),
        ("Mara has taken the cup.", "+ MARA take the cup"),
        ("Mara starts to cry.", "+ MARA emote"),
        ("Mara tries to open the door.", "+ MARA touch the door"),
        ("Mara glances at him, then at the door.", "+ MARA look ELIAS; + MARA look the door"),
        ("Mara looks at Elias and then at the lamp and sits.", "+ MARA look Elias; + MARA look the lamp; + MARA sit"),
        ("Mara points at Elias and at the lamp.", "+ MARA gesture Elias; + MARA gesture the lamp"),
        ("Mara walks to the door, then to the window.", "+ MARA walk the door; + MARA walk the window"),
        ("Mara gives Elias the letter, then the cup.", "+ MARA give letter Elias"),
    ],
)
def test_who_and_what_is_meant(text: str, wanted: str) -> None:
    assert told(text) == wanted


def test_a_person_is_known_by_a_word_of_the_name_that_nobody_else_bears() -> None:
    cast = ("DR. OKAFOR", "NURSE LILY", "TOM REED", "ANNA REED")
    assert told("Okafor sits. Dr. Okafor smiles.", *cast) == "+ DR. OKAFOR sit; + DR. OKAFOR emote"
    assert told("Lily sits.", *cast) == "+ NURSE LILY sit"
    assert told("Tom sits.", *cast) == "+ TOM REED sit"
    assert told("Reed sits.", *cast).startswith(". nobody")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The lamp goes out. It comes on again.", "+ The lamp light; + The lamp light"),
        ("The door opens.", "+ The door open"),
        ("The door to the kitchen opens.", "+ The door to the kitchen open"),
        ("The door is opened.", "+ The door open"),
        ("The door is opened by Elias.", "+ ELIAS open The door"),
        ("The car drives off.", "+ The car drive"),
    ],
)
def test_things(text: str, wanted: str) -> None:
    assert told(text) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Mara does not sit.", "denied"),
        ("Mara never sits.", "denied"),
        ("Mara would sit.", "would"),
        ("Mara had taken the cup.", "had"),
        ("Mara is about to sit.", "not happened yet"),
        ("If Mara sits, Elias leaves.", "condition"),
        ("Is Mara sitting?", "asked"),
        ("She is like a lamp that goes out.", "no verb"),
        ("Mara's mother sits.", "Mara's mother"),
        ("Doctor Gray leaves.", "Doctor Gray"),
        ("Mara ponders.", "no verb"),
        ("Mara is embraced.", "nobody is said to do it"),
        ('"Sit down," she says.', "no verb"),
    ],
)
def test_what_stays_prose_says_why(text: str, why: str) -> None:
    (step,) = understand(text, talk())
    assert isinstance(step, Prose)
    assert why in step.reason


def test_they_is_ambiguous_among_many() -> None:
    crowd = Talk({"A": 0.5, "B": 0.5, "C": 0.5})
    (step,) = understand("They sit.", crowd)
    assert isinstance(step, Prose)
    assert "several" in step.reason


def test_an_unknown_target_is_doubtful() -> None:
    (step,) = understand("Mara looks at the zeppelin.", talk())
    assert isinstance(step, Doing)
    assert "zeppelin" in step.doubt


@pytest.mark.parametrize("name", ["花子", "ΕΛΈΝΗ", "ЙОСИФ", "ليلى", "ÉLODIE", "O'BRIEN", "ANNE-MARIE", "OLD TOM"])
def test_names_of_any_script(name: str) -> None:
    for shown in (name, name.title(), name.capitalize()):
        (step,) = understand(f"{shown} sits down.", Talk({name: 0.5}))
        assert isinstance(step, Doing), shown
        assert step.subject == name


def test_groups_act_as_one_or_by_their_members() -> None:
    crowd = Talk({"MARA": 0.0}, groups={"CROWD": (), "TWINS": ("ANNA", "BELLA")})
    assert [s.subject for s in understand("The crowd cheers. The twins sit.", crowd) if isinstance(s, Doing)] == [
        "CROWD",
        "ANNA",
        "BELLA",
    ]


@pytest.mark.parametrize(
    ("manner", "wanted"),
    [
        ("sitting down", [("sit", "")]),
        ("turning to Elias", [("turn", "ELIAS")]),
        ("to Elias", [("look", "ELIAS")]),
        ("softly, taking his hand", [("touch", "ELIAS")]),
        ("whispering", []),
        ("with a shrug of defeat", []),
    ],
)
def test_doing_while_speaking(manner: str, wanted: list[tuple[str, str]]) -> None:
    steps = understand_manner(manner, "MARA", talk())
    assert [(s.act, s.target) for s in steps] == wanted
    assert all(s.together for s in steps)


def test_sentences_have_their_own_places() -> None:
    text = "Mara sits. Elias nods."
    spans = [s.span for s in understand(text, talk(), Span(100, 100 + len(text), "a"))]
    assert spans == [Span(100, 110, "a"), Span(111, 122, "a")]


CLAUSES = (
    "Mara sits",
    "Elias enters",
    "the lamp goes out",
    "she smiles",
    "they look up",
    "Ida — tired — leaves",
    "it opens",
)
LINKS = (", ", " and ", " as ", ", while ", ". ", "; ", " — ", ", then ", " before ", " until ")


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(CLAUSES + LINKS + ("(", ")", '"', "--", "if ")), max_size=9).map("".join)
)
def test_understanding_never_raises_and_loses_no_sentence(text: str) -> None:
    for step in understand(text, talk("IDA")):
        assert isinstance(step, Doing | Prose)
        assert step.text.strip()


@settings(max_examples=60)
@given(st.sampled_from(lexicon().verbs), st.sampled_from(lexicon().verbs))
def test_a_sentence_about_somebody_else_changes_nothing(one: object, other: object) -> None:
    first = one.example.replace("Elias", "Ida")  # type: ignore[attr-defined]
    second = other.example.replace("Mara", "Tom").replace("Elias", "Ann")  # type: ignore[attr-defined]
    alone = list(understand(first, talk("IDA", "TOM", "ANN")))
    after = understand(f"{second} {first}", talk("IDA", "TOM", "ANN"))[-len(alone) :]
    assert list(after) == alone
