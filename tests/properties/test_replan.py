"""A warm plan, and a cold one from a shelf, are the plan that is made without either, whatever was edited before."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import kept, kept_play
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.keys import recipe_keys
from compiler.graph.text import print_graph
from compiler.graph.unread import KeptWrongError, UnreadTask
from compiler.meaning.film import Film
from compiler.plan import FilmTooLargeError, Plan, plan_film
from compiler.replan import PlanSession
from tests.schedule.conftest import TOOLS

HEAD = """\
Title: Ways
Format: 128x72, 24 fps
Look: ember

character ADA
    a woman of thirty-four, dark bob
    wears: green knit sweater, blue jeans
    voice: warm

character TOM
    a man of forty, short dark hair
    wears: grey wool long coat
    voice: deep

location STUDY
    a small study
    set: table at 0 0, lamp on table, window on north wall, chair beside table
    sound: rain, low

prop LETTER
    a folded letter

look dusk, extends silver
"""
SCENES = """\
INT. STUDY - NIGHT

scene
    ADA: standing at window
    TOM: standing at table, facing ADA
    LETTER: on table

music sparse piano in A minor, 60 bpm, low, under scene

shot room: wide, 24mm

Ada takes the letter.

shot close-up of ADA, 75mm

ADA
Hello my friend. Is anybody out there?

TOM
Nobody is.

DISSOLVE TO:

EXT. SEA - DAY

shot wide, 18mm, pan left slowly

SUPER: Years later

TOM (V.O.)
I remember the rain.

Tom walks to the rock.

INT. STUDY - CONTINUOUS #3#

shot as room

Ada sits down. Tom looks at her.

shot medium of TOM, match room

TOM
Read it to me, slowly.

sound gulls, at 1s

INT. STUDY - NIGHT

card The end
""".split("\n")
LINES = [
    "", "", "INT. STUDY - DAY", "EXT. SEA - DUSK #9#", "INT. KITCHEN - MORNING", "shot wide, 24mm", "shot close-up of TOM, 50mm",
    "shot harbour: medium of ADA, dolly in slowly", "shot as room", "shot wide, match room", "shot two-shot of ADA and TOM, 3s",
    "    takes: 2", "    speed: 50%", "    look: dusk", "    note: quiet", "/* a word to myself */", "[[another]]",
    "ADA", "TOM", "TOM (V.O.)", "Come in.", "Come in, and close the door behind you --", "(whispering)", "DISSOLVE TO:", "FADE OUT.",
    "CUT TO:", "Ada puts the letter on the chair.", "Tom takes off his coat.", "Ada walks to the window and looks out.",
    "sound a door far off", "music out", "SUPER: Later", "# Part two", "scene", "    ADA: at door", "    mood: tense",
]  # fmt: skip
EDITS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 3), st.lists(st.sampled_from(LINES), max_size=3), st.integers(0, 5)),
    min_size=1,
    max_size=5,
)
_SOME = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


class Shelf:
    """A shelf in memory, which believes whatever is put on it."""

    made_by = "these tests"

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def take(self, keys: Sequence[str]) -> Mapping[str, str]:
        return {key: self.texts[key] for key in keys if key in self.texts}

    def put(self, texts: Mapping[str, str]) -> None:
        self.texts.update(texts)


@_SOME
@given(EDITS)
def test_a_warm_plan_is_a_cold_plan(edits: list[tuple[int, int, list[str], int]]) -> None:
    session, lines, facts = PlanSession(), list(SCENES), Facts({}, TOOLS)
    for text, way in _versions(lines, edits):
        film, _, _ = check_text(text, "ways.film")
        warm, _, _ = session.check_text(text, "ways.film")
        if film is None or warm is None:
            assert film is warm
            continue
        profile, only = ("board" if way == 4 else "previz"), ("room" if way == 5 and "shot room" in text else "")
        said, told = Report(), Report()
        try:
            cold = plan_film(film, facts, TOOLS, said, profile=profile, only=only)
        except FilmTooLargeError:
            continue
        made = session.plan(warm, facts, TOOLS, told, profile=profile, only=only)
        _same(made, cold)
        assert made.timeline == cold.timeline
        assert [s.source for s in made.timeline.shots] == [s.source for s in cold.timeline.shots]
        assert sorted(map(repr, told.items)) == sorted(map(repr, said.items))
        if way == 3:
            facts = _learned(cold, facts)
        elif way == 2:
            facts = replace(facts, files={"rain.wav": str(len(text))})


@_SOME
@given(EDITS)
def test_a_plan_from_a_shelf_is_the_plan_without_one(edits: list[tuple[int, int, list[str], int]]) -> None:
    shelf, lines, facts = Shelf(), list(SCENES), Facts({}, TOOLS)
    for text, way in _versions(lines, edits):
        film, _, _ = check_text(text, "ways.film")
        if film is None:
            continue
        profile = "board" if way == 4 else "previz"
        try:
            plain = plan_film(film, facts, TOOLS, Report(), profile=profile)
        except FilmTooLargeError:
            continue
        for _ in range(2):
            made = plan_film(film, facts, TOOLS, Report(), profile=profile, shelf=shelf)
            _tells_the_same(made, plain)
        _same(made, plain)
        assert made.timeline == plain.timeline
        assert [s.source for s in made.timeline.shots] == [s.source for s in plain.timeline.shots]
        if way == 3:
            facts = _learned(plain, facts)


def test_a_shelf_saves_the_pictures_of_scenes_it_has() -> None:
    shelf, text = Shelf(), HEAD + "\n" + "\n".join(SCENES)
    film = _checked(text)
    plan_film(film, Facts({}, TOOLS), TOOLS, Report(), shelf=shelf)
    assert _scenes(shelf) == (4, 4)
    again = plan_film(film, Facts({}, TOOLS), TOOLS, Report(), shelf=shelf)
    unread = [task for task in again.graph.tasks if isinstance(task, UnreadTask) and task.unread]
    assert {task.op.name for task in unread} >= {"bake", "render", "encode", "poster"}
    # A lens is one scene's; a comment is nobody's.
    plan_film(_checked(text.replace("18mm", "21mm")), Facts({}, TOOLS), TOOLS, Report(), shelf=shelf)
    assert _scenes(shelf) == (5, 5)
    plan_film(
        _checked(text.replace("\n\nAda takes", "\n\n/* now */\n\nAda takes")),
        Facts({}, TOOLS),
        TOOLS,
        Report(),
        shelf=shelf,
    )
    assert _scenes(shelf) == (5, 5)


def _scenes(shelf: Shelf) -> tuple[int, int]:
    """How many scenes a shelf has lowered, and played."""
    forms = [json.loads(text)[0] for text in shelf.texts.values()]
    return forms.count(kept.FORMAT), forms.count(kept_play.FORMAT)


@_SOME
@given(st.randoms(use_true_random=False), st.integers(0, 5))
def test_a_shelf_that_lies_never_becomes_a_picture(dice: random.Random, way: int) -> None:
    shelf, facts = Shelf(), Facts({}, TOOLS)
    text = HEAD + "\n" + "\n".join(SCENES)
    film, other = _checked(text), _checked(text.replace("24mm", "35mm").replace("Nobody is.", "Somebody is, perhaps."))
    plain = plan_film(film, facts, TOOLS, Report())
    plan_film(film, facts, TOOLS, Report(), shelf=shelf)
    keys = sorted(key for key, text in shelf.texts.items() if json.loads(text)[0] == kept.FORMAT)
    key = dice.choice(keys)
    stray = Shelf()
    plan_film(other, facts, TOOLS, Report(), shelf=stray)
    shelf.texts[key] = _spoiled(dice, way, shelf.texts[key], dice.choice(sorted(_lowered(stray))))
    try:
        made = plan_film(film, facts, TOOLS, Report(), shelf=shelf)
        tasks = made.graph.tasks
        params = [task.params for task in tasks]
    except KeptWrongError:
        return  # refused
    # Whatever is said of them, tasks that can be run are those whose recipes they have: nothing is kept under another's.
    assert recipe_keys(made.graph, TOOLS) == made.recipes
    known = dict(zip(plain.recipes, plain.graph.tasks, strict=True))
    for recipe, value in zip(made.recipes, params, strict=True):
        if recipe in known:
            assert value == known[recipe].params


def _lowered(shelf: Shelf) -> list[str]:
    return [text for text in shelf.texts.values() if json.loads(text)[0] == kept.FORMAT]


def _spoiled(dice: random.Random, way: int, text: str, other: str) -> str:
    if way == 0:
        return text[: dice.randrange(len(text))]
    if way == 1:
        return other
    if way == 2:
        at = dice.randrange(len(text))
        return text[:at] + chr(32 + dice.randrange(90)) + text[at + 1 :]
    form, texts, rows = json.loads(text)
    if way == 3:
        dice.shuffle(texts)
    elif way == 4:
        row = dice.choice(rows)
        row[dice.randrange(len(row))] = dice.choice([None, 7, "x", [], [[1, 2, 3]], {}])
    else:
        step = dice.choice([step for row in rows for step in row[8]])
        step[dice.randrange(len(step))] = dice.choice([0, 1, 2, True, "x", [], [[0, 1, 2]]])
    return json.dumps([form, texts, rows])


def _versions(lines: list[str], edits: list[tuple[int, int, list[str], int]]) -> list[tuple[str, int]]:
    texts = []
    for at, gone, new, way in [(0, 0, list[str](), 0), *edits]:
        at = min(at, len(lines))
        lines[at : at + gone] = new
        texts.append((HEAD + "\n" + "\n".join(lines), way))
    return texts


def _checked(text: str) -> Film:
    film, _, _ = check_text(text, "ways.film")
    assert film is not None
    return film


def _learned(plan: Plan, facts: Facts) -> Facts:
    """Facts with some of the plan's lines voiced, each a little longer than was thought."""
    values = dict(facts.values)
    for task, recipe in zip(plan.graph.tasks, plan.recipes, strict=True):
        if isinstance(task.params, p.Speak) and recipe not in values:
            words = [[at * 0.5, at * 0.5 + 0.4] for at, _ in enumerate(task.params.line.text.split())]
            values[recipe] = json.dumps({"seconds": len(words) * 0.5, "words": words})
            break
    return replace(facts, values=values)


def _tells_the_same(made: Plan, plain: Plan) -> None:
    """What a plan is asked for most, none of which needs parameters."""
    assert made.recipes == plain.recipes
    assert made.shots == plain.shots
    for one, other in zip(made.graph.tasks, plain.graph.tasks, strict=True):
        for field in ("label", "shot", "provisional", "inputs", "op", "cost", "outputs", "models"):
            assert getattr(one, field) == getattr(other, field)
    assert made.graph.wanted == plain.graph.wanted
    assert made.calls == plain.calls


def _same(made: Plan, plain: Plan) -> None:
    _tells_the_same(made, plain)
    assert made.graph == plain.graph
    assert print_graph(made.graph) == print_graph(plain.graph)
    assert made.lowered == plain.lowered


@pytest.mark.parametrize("edit", [("75mm", "85mm"), ("Nobody is.", "Nobody is here."), ("Ada sits down.", "")])
def test_one_edit_lowers_its_scene_alone(edit: tuple[str, str]) -> None:
    text = HEAD + "\n" + "\n".join(SCENES)
    session = PlanSession()
    for version in (text, text.replace(*edit)):
        film, _, _ = session.check_text(version, "ways.film")
        assert film is not None
        session.plan(film, Facts({}, TOOLS), TOOLS, Report())
    assert 0 < session.memo.lowered <= 3
