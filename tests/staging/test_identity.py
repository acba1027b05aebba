"""A staged shot depends on what it shows and on nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from compiler.diagnostics import Report, Span
from compiler.meaning.film import Action, Film, Lens, Shot, Size, Speech
from compiler.staging.model import StagedShot
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

from .conftest import scene, shot, with_shot


def pictures(film: Film) -> dict[str, StagedShot]:
    return {s.name: s.shot for s in stage_film(film, estimate, Report()).shots}


def changed(a: Film, b: Film) -> set[str]:
    before, after = pictures(a), pictures(b)
    return {n for n in before.keys() | after.keys() if before.get(n) != after.get(n)}


def test_the_same_film_twice(little_film: Film) -> None:
    assert stage_film(little_film, estimate, Report()) == stage_film(little_film, estimate, Report())


def test_a_lens_changes_its_shot_alone(little_film: Film) -> None:
    for name in ("open", "mara", "orb", "face", "hall", "elias"):
        assert changed(little_film, with_shot(little_film, name, lens=Lens(40))) <= {name}


def test_spans_change_nothing(little_film: Film) -> None:
    def moved(item: object) -> object:
        return replace(item, span=Span(900, 950)) if isinstance(item, Shot | Action | Speech) else item  # type: ignore[type-var]

    other = replace(
        little_film,
        scenes=tuple(replace(s, items=tuple(moved(i) for i in s.items), span=Span(1, 2)) for s in little_film.scenes),  # type: ignore[misc]
    )
    assert not changed(little_film, other)


def test_a_later_shot_changes_nothing_before_it(little_film: Film) -> None:
    first = little_film.scenes[0]
    longer = replace(
        first, items=(*first.items, shot("coda", Size.WIDE, seconds=Fraction(3)), Action("Mara stands up."))
    )
    alone, more = replace(little_film, scenes=(first,)), replace(little_film, scenes=(longer,))
    assert changed(alone, more) == {"coda"}


def test_moving_a_scene_re_renders_nothing(little_film: Film) -> None:
    before = scene(shot("first", Size.WIDE, seconds=Fraction(7, 3)), key="new", placements=(), location="ARCHIVE")
    later = replace(little_film, scenes=(before, *little_film.scenes))
    assert changed(little_film, later) == {"first"}


def test_a_word_changes_pictures_of_its_speaker_only(little_film: Film) -> None:
    first = little_film.scenes[0]
    items = tuple(
        replace(i, text="How long do I have?") if isinstance(i, Speech) and i.character == "MARA" else i
        for i in first.items
    )
    other = replace(little_film, scenes=(replace(first, items=items), little_film.scenes[1]))
    assert "mara" not in changed(little_film, other) or changed(little_film, other) <= {"mara", "orb", "face"}


def test_nothing_in_a_picture_tells_where_it_is(little_film: Film) -> None:
    text = repr(pictures(little_film)["mara"])
    assert "'mara'" not in text
    assert "first_frame" not in text
