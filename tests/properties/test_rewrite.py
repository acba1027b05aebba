"""``cast``, ``expand`` and ``rename`` write into a source and change nothing that is made from it.

Every recipe key of the plan is the same before and after; after a renaming, all but those of what shows the name to
people: captions and the report.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report, Span
from compiler.front import load_film
from compiler.graph.facts import Facts
from compiler.meaning.film import Film
from compiler.plan import plan_film
from compiler.rewrite import Rewrite, apply_edits
from compiler.rewrite_check import edited, load_edited
from runtime.cli.cast import cast_of
from runtime.cli.expand import expanded
from runtime.cli.rename import rename_in
from tests.schedule.conftest import TOOLS

FILM = """Title: The Letter

character ELIAS
    a man of seventy  [[who waits]]
    wears: grey coat

location KITCHEN
    set: table at 0 0, chair beside table, window on north wall, door on west wall

INT. KITCHEN - NIGHT

/* MARA was BEA once */
Rain. Mara sits at the table. Elias enters and walks to the window.

MARA
(to Elias)
You kept it. Mara, they said. *Mara* keeps nothing.

ELIAS
I kept all of it. [[shot: close-up of MARA, 85mm]] Every page.

Mara's hand rests on the table. Elias looks at Mara. MARA turns to the door.

MARA
Why?

EXT. SHORE - DAWN

shot far: wide, 24mm
    ELIAS: gaze MARA

Mara and Elias walk to the sea.

MARA (V.O.)
I never asked for a letter. It was a long one, and it came in the rain, and nobody was there to take it in but me. So I
took it. I did not read it until the winter. By then it had dried.
"""
PIECES = [
    "MARA\nYou came.", "ELIAS\nI came.", "BEA (O.S.)\nWho is it?", "Mara sits down. Elias looks at Mara.", "Rain.",
    "Elias walks to the window. He turns. Mara stands up and walks to the door.", "(beat)", "sound thunder, low", "CUT TO:",
    "shot close-up of MARA, 85mm", "shot wide, 24mm", "INT. HALL - NIGHT", "EXT. PIER - DAY #7#", "SUPER: LATER", "[[a note]]",
    "The door opens. Bea enters. Bea smiles. Elias nods slowly. Mara leaves.", "MARA (V.O.)\nIt was late.", "cover oner",
]  # fmt: skip


def _load(folder: Path, text: str, name: str = "a.film") -> tuple[Path, Film, dict[str, object]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    film, sources, report = load_film(path)
    assert film is not None, report.items
    return path, film, sources.sources  # type: ignore[return-value]


def _keys(film: Film, without: tuple[str, ...] = ()) -> list[str]:
    plan = plan_film(film, Facts({}, TOOLS), TOOLS, Report())
    return sorted(key for key, task in zip(plan.recipes, plan.graph.tasks, strict=True) if task.op.name not in without)


def _after(path: Path, sources: dict[str, object], rewrite: Rewrite) -> tuple[Film, str]:
    texts = edited(sources, (e for edits in rewrite.edits.values() for e in edits))  # type: ignore[arg-type]
    film, _, report = load_edited(path, texts)
    assert film is not None, report.items
    return film, texts.get(str(path), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["a.film", "a.fountain"])
def test_cast_declares_everybody_and_changes_nothing(tmp_path: Path, name: str) -> None:
    text = FILM if name == "a.film" else FILM[FILM.index("INT.") :].replace("shot far", "!shot far")
    path, film, sources = _load(tmp_path, text, name)
    after, written = _after(path, sources, cast_of(path, film, sources, Report()))  # type: ignore[arg-type]
    assert _keys(after) == _keys(film)
    assert all(person.declared for person in after.characters)
    assert all(place.declared for place in after.locations)
    path, film, sources = _load(tmp_path, written, name)
    assert not cast_of(path, film, sources, Report())  # type: ignore[arg-type]


def test_expand_writes_every_shot_and_changes_nothing(tmp_path: Path) -> None:
    path, film, sources = _load(tmp_path, FILM)
    report = Report()
    rewrite = expanded(path, film, sources, "", report)  # type: ignore[arg-type]
    assert not report.items
    after, written = _after(path, sources, rewrite)
    assert _keys(after) == _keys(film)
    assert written.count("key: ") == len([e for edits in rewrite.edits.values() for e in edits]) > 6
    path, film, sources = _load(tmp_path, written)
    assert not expanded(path, film, sources, "", Report())  # type: ignore[arg-type]


def test_expand_takes_one_scene(tmp_path: Path) -> None:
    path, film, sources = _load(tmp_path, FILM)
    for scene in ("1", "INT. KITCHEN - NIGHT"):
        after, written = _after(path, sources, expanded(path, film, sources, scene, Report()))  # type: ignore[arg-type]
        assert "key: " not in written[written.index("EXT. SHORE") :]
        assert _keys(after) == _keys(film)
    report = Report()
    expanded(path, film, sources, "99", report)  # type: ignore[arg-type]
    assert [d.code for d in report.items] == ["E458"]


@pytest.mark.parametrize(
    ("old", "new"), [("MARA", "NORA"), ("ELIAS", "OLD TOM"), ("KITCHEN", "GALLEY"), ("far", "far-off")]
)
def test_rename_keeps_who_they_are(tmp_path: Path, old: str, new: str) -> None:
    path, film, sources = _load(tmp_path, FILM)
    after, _ = _after(path, sources, rename_in(path, film, sources, old, new, Report()))  # type: ignore[arg-type]
    assert _keys(after, ("captions", "report")) == _keys(film, ("captions", "report"))


VERSIONS = """character MARA
    a woman of sixty

character YOUNG MARA, extends MARA
    a girl of nineteen

character BO
    seed: bo-the-younger

location HALL
    set: table at 0 0, door on north wall

location HALL BY NIGHT, extends HALL
    light: moonlight

INT. HALL BY NIGHT - NIGHT

Young Mara sits at the table. Bo looks at Young Mara.

YOUNG MARA
Here.

BO
There.
"""


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [("YOUNG MARA", "GIRL", "was: YOUNG MARA"), ("HALL BY NIGHT", "VAULT", "was: HALL BY NIGHT"), ("BO", "TIM", "was: BO"),
     ("MARA", "NORA", "seed: MARA")],
)  # fmt: skip
def test_rename_of_a_version_of_another_keeps_who_it_is(tmp_path: Path, old: str, new: str, kept: str) -> None:
    path, film, sources = _load(tmp_path, VERSIONS)
    after, text = _after(path, sources, rename_in(path, film, sources, old, new, Report()))  # type: ignore[arg-type]
    assert f"    {kept}\n" in text
    assert _keys(after, ("captions", "report")) == _keys(film, ("captions", "report"))
    path, film, sources = _load(tmp_path, text)
    again, text = _after(path, sources, rename_in(path, film, sources, new, "SOMEONE ELSE", Report()))  # type: ignore[arg-type]
    assert f"    {kept}\n" in text
    assert _keys(again, ("captions", "report")) == _keys(film, ("captions", "report"))


def test_rename_writes_the_name_as_it_stood_and_leaves_the_rest(tmp_path: Path) -> None:
    path, film, sources = _load(tmp_path, FILM)
    rewrite = rename_in(path, film, sources, "MARA", "OLD NORA", Report())  # type: ignore[arg-type]
    _, text = _after(path, sources, rewrite)
    changed = difflib.ndiff(FILM.splitlines(), text.splitlines())
    assert [line[2:].strip() for line in changed if line[0] == "+"] == [
        "character OLD NORA", "woman", "seed: MARA", "", "/* OLD NORA was BEA once */",
        "Rain. Old Nora sits at the table. Elias enters and walks to the window.", "OLD NORA",
        "I kept all of it. [[shot: close-up of OLD NORA, 85mm]] Every page.",
        "Old Nora's hand rests on the table. Elias looks at Old Nora. OLD NORA turns to the door.", "OLD NORA",
        "ELIAS: gaze OLD NORA", "Old Nora and Elias walk to the sea.", "OLD NORA (V.O.)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("MRAA", "NORA", "E455"), ("MARA", "ELIAS", "E456"), ("MARA", "Nora, x", "E457"), ("far", "Far Off", "E457"),
     ("MARA", "MARA", "E457")],
)  # fmt: skip
def test_rename_refuses_what_would_read_otherwise(tmp_path: Path, old: str, new: str, code: str) -> None:
    path, film, sources = _load(tmp_path, FILM)
    report = Report()
    assert not rename_in(path, film, sources, old, new, report)  # type: ignore[arg-type]
    assert [d.code for d in report.items] == [code]


def test_rename_reaches_every_used_file(tmp_path: Path) -> None:
    (tmp_path / "people.film").write_text("character MARA\n    a woman of sixty\n", encoding="utf-8")
    path, film, sources = _load(tmp_path, 'use "people.film"\n\n' + FILM[FILM.index("INT.") :])
    rewrite = rename_in(path, film, sources, "MARA", "NORA", Report())  # type: ignore[arg-type]
    texts = edited(sources, (e for edits in rewrite.edits.values() for e in edits))  # type: ignore[arg-type]
    assert texts[str(tmp_path / "people.film")] == "character NORA\n    a woman of sixty\n    seed: MARA\n"
    after, _, _ = load_edited(path, texts)
    assert after is not None
    assert _keys(after, ("captions", "report")) == _keys(film, ("captions", "report"))


@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=9))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_film_says_nothing_generated_changes(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    path = folder / "some.film"
    path.write_text("INT. KITCHEN - NIGHT\n\nMara waits.\n\n" + "\n\n".join(pieces) + "\n", encoding="utf-8")
    film, found, _ = load_film(path)
    if film is None:
        return
    sources = found.sources
    keys = _keys(film)
    for rewrite in (cast_of(path, film, sources, Report()), expanded(path, film, sources, "", Report())):
        after, _ = _after(path, sources, rewrite)  # type: ignore[arg-type]
        assert _keys(after) == keys
    after, _ = _after(path, sources, rename_in(path, film, sources, "MARA", "ZOE", Report()))  # type: ignore[arg-type]
    papers = ("captions", "report")
    assert _keys(after, papers) == _keys(film, papers)


UNDIRECTED = [
    "DR. OKAFOR (50s) walks to the desk. NURSE LILY looks up.", "Dr. Okafor sits beside him. She takes his hand.",
    "An OLD MAN lies in the bed. He smiles. Dr. Okafor stands up, crosses the room and opens the door. She leaves.",
    "NURSE LILY\nYou're late.", "DR. OKAFOR\n(taking off her coat)\nWho do we have?\n(beat)\nWell?",
    "NURSE LILY\nBed four. He won't say his name. He keeps asking for water and then he doesn't drink it, and every time I "
    "leave the room he sings. He sings all night long. I heard him yesterday, and the day before, and nobody came. Not one.",
    "OLD MAN (V.O.)\nIt was a long winter, and nobody came. I kept the fire. I kept the letters. I kept everything you ever "
    "sent me, and then one day I burned it all. Do you hear me? All of it. There was nothing left but ash.",
    "O'BRIEN (O.S.)\nWho is it?", "INT. WARD - LATER", "EXT. CAR PARK - NIGHT #12A#", "SUPER: LATER", "> THE END <", "CUT TO:",
    "DISSOLVE TO:", "A CAR stops outside. The door opens. Joe (30s, in a red coat) runs in. They look at each other.", "(beat)",
    "GUARD #2\nStop!", "Guard #2 and O'Brien walk to the window. Rain. The lamp goes out.", "Mara's mother enters. She nods.",
    "MARA'S MOTHER\n~Row, row, row your boat", "[[a note]]", "The phone rings. Nothing moves. O'Brien picks up the cup. He waits.",
]  # fmt: skip


@given(st.lists(st.sampled_from(UNDIRECTED), min_size=2, max_size=10))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_undirected_script_is_written_down_whole(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    """Cast, then expanded: every person, place and shot stands in the source, and every recipe key is what it was."""
    text = "INT. HOSPITAL - CORRIDOR - CONTINUOUS\n\nRain.\n\n" + "\n\n".join(pieces) + "\n"
    path, film, sources = _load(tmp_path_factory.getbasetemp(), text, "undirected.fountain")
    keys, report = _keys(film), Report()
    rewrite = cast_of(path, film, sources, report)  # type: ignore[arg-type]
    after, text = _after(path, sources, rewrite)
    assert _keys(after) == keys
    assert text.count("[[character: ") == text.count("    voice: ") == len(film.characters)
    path, film, sources = _load(path.parent, text, path.name)
    rewrite = expanded(path, film, sources, "", report)  # type: ignore[arg-type]
    after, text = _after(path, sources, rewrite)
    assert not report.items, text
    assert _keys(after) == keys
    path, film, sources = _load(path.parent, text, path.name)
    assert not expanded(path, film, sources, "", report)  # type: ignore[arg-type]


@given(
    st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), st.text(max_size=3)), max_size=5)
)
def test_edits_change_what_they_name_and_nothing_else(text: str, wanted: list[tuple[int, int, str]]) -> None:
    from compiler.diagnostics import Edit

    edits, end = [], 0
    for start, length, new in sorted(wanted):
        start = max(start, end)
        end = start + length
        if end > len(text):
            break
        edits.append(Edit(Span(start, end, "x"), new))
    made = apply_edits(text, sorted(edits, key=lambda edit: -edit.span.end))
    position = 0
    for edit in edits:
        kept = text[position : edit.span.start]
        assert made.startswith(kept + edit.text)
        made, position = made[len(kept + edit.text) :], edit.span.end
    assert made == text[position:]
