"""A small film in typed form: one kitchen, a hall, two people and a lamp that speaks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from compiler.diagnostics import Report
from compiler.meaning.film import (
    Action,
    Character,
    Film,
    Lens,
    Location,
    Move,
    MoveKind,
    Phrase,
    Placement,
    Scene,
    Shot,
    Size,
    Speech,
    Transition,
    TransitionKind,
)
from compiler.staging.model import Timeline
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate


def phrases(*texts: str) -> tuple[Phrase, ...]:
    return tuple(Phrase(t) for t in texts)


def shot(name: str, size: Size | None = None, *subjects: str, **slots: object) -> Shot:
    slots.setdefault("subjects", subjects)
    return Shot(name=name, key=name, size=size, **slots)  # type: ignore[arg-type]


KITCHEN = Location(
    "KITCHEN",
    phrases("a small kitchen by the sea"),
    phrases(
        "table at 0 0",
        "two chairs at table",
        "window on north wall",
        "glass orb lamp called the keeper on table",
        "cup on table",
        "door on west wall",
    ),
)
HALL = Location("ARCHIVE", phrases("a long dark corridor of server racks"), phrases("racks along both walls"))
PEOPLE = (
    Character("MARA", phrases("a woman of sixty-seven"), age=67),
    Character("ELIAS", phrases("a man of seventy"), age=70),
    Character("THE KEEPER", phrases("a machine")),
)


def scene(*items: object, key: str = "kitchen", location: str = "KITCHEN", **fields: object) -> Scene:
    fields.setdefault("placements", (Placement("MARA", phrases("sitting at table")),))
    return Scene(key, f"INT. {location} - NIGHT", True, location, "night", items=tuple(items), **fields)  # type: ignore[arg-type]


def film(*scenes: Scene, **fields: object) -> Film:
    return Film(title="Test", characters=PEOPLE, locations=(KITCHEN, HALL), scenes=scenes, **fields)  # type: ignore[arg-type]


def staged(*scenes: Scene, report: Report | None = None) -> Timeline:
    return stage_film(film(*scenes), estimate, report or Report())


@pytest.fixture(scope="session")
def little_film() -> Film:
    return film(
        scene(
            shot("open", Size.WIDE, moves=(Move(MoveKind.PUSH_IN),), seconds=Fraction(4)),
            Action("Mara looks at the keeper. She reaches for the cup."),
            shot("mara", Size.MEDIUM, "MARA"),
            Speech("MARA", "How long do we have?", ("quietly",)),
            shot("orb", Size.INSERT, "THE KEEPER"),
            Speech("THE KEEPER", "Until midnight. You may keep one.", off_screen=True),
            shot("face", Size.CLOSE_UP, "MARA", lens=Lens(85)),
            Action("She closes her eyes and breathes out."),
        ),
        scene(
            Transition(TransitionKind.DISSOLVE, Fraction(1)),
            shot("hall", Size.WIDE),
            Action("Mara walks to Elias."),
            Speech("ELIAS", "You kept the light on."),
            shot("elias", Size.CLOSE_UP, "ELIAS"),
            Speech("ELIAS", "Let it go."),
            Transition(TransitionKind.FADE_OUT, Fraction(1)),
            key="hall",
            location="ARCHIVE",
            placements=(
                Placement("ELIAS", phrases("standing at far end", "as a memory")),
                Placement("MARA", phrases("standing at centre", "facing ELIAS")),
            ),
        ),
    )


def with_shot(f: Film, name: str, **slots: object) -> Film:
    """The film with one shot's slots replaced."""
    scenes = tuple(
        replace(s, items=tuple(replace(i, **slots) if isinstance(i, Shot) and i.name == name else i for i in s.items))  # type: ignore[arg-type]
        for s in f.scenes
    )
    return replace(f, scenes=scenes)
