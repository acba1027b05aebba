"""Frames, overlaps and speeches on the film's clock."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.meaning.film import (
    Action,
    Cue,
    Film,
    Music,
    Pause,
    Shot,
    Size,
    Sound,
    Speech,
    TitleCard,
    Transition,
    TransitionKind,
)
from compiler.staging.model import ActKind, LineTiming, SpokenLine, Timeline
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

from .conftest import film, scene, shot, staged


def sound_clock(t: Timeline) -> None:
    """What every timeline must hold."""
    for a, b in zip(t.shots, t.shots[1:], strict=False):
        assert b.first_frame == a.first_frame + a.shot.head + a.shot.frames
        assert b.shot.head == a.shot.tail
        assert b.join.frames == b.shot.head or b.join.kind == "fade in"
    last = t.shots[-1]
    assert t.frames == last.first_frame + last.shot.head + last.shot.frames
    assert all(s.shot.frames > 0 for s in t.shots)
    for shot_ in t.shots:
        for actor in shot_.shot.actors:
            for act in actor.acts:
                assert act.end >= act.start
                assert act.kind is not ActKind.SPEAK or 0 <= act.line < len(shot_.lines)


def test_the_little_film(little_film: Film) -> None:
    t = stage_film(little_film, estimate, Report())
    sound_clock(t)
    assert [s.name for s in t.shots] == ["open", "mara", "orb", "face", "hall", "elias"]
    hall = t.shots[4]
    assert (hall.join.kind, hall.shot.head, t.shots[3].shot.tail) == ("dissolve", 24, 24)
    assert t.shots[-1].fade_out == 24
    assert [a.ghost for s in t.shots for a in s.shot.actors if a.person.name == "ELIAS"] == [0.45, 0.45]


def test_a_dissolve_makes_the_film_shorter() -> None:
    shots = (shot("a", Size.WIDE, seconds=Fraction(4)), shot("b", Size.WIDE, seconds=Fraction(4)))
    cut = staged(scene(*shots))
    soft = staged(scene(shots[0], Transition(TransitionKind.DISSOLVE, Fraction(1)), shots[1]))
    assert soft.frames == cut.frames - 24
    sound_clock(soft)


def test_fixed_and_needed_lengths() -> None:
    t = staged(
        scene(shot("a", Size.WIDE, seconds=Fraction(7, 2)), shot("b", Size.CLOSE_UP, "MARA"), Speech("MARA", "Yes."))
    )
    assert t.shots[0].shot.frames == 84
    end = (t.shots[1].first_frame + t.shots[1].shot.frames) / 24
    assert end > t.speeches[0].start + estimate(t.speeches[0].line).seconds


def test_a_speech_outlasts_a_fixed_shot_and_the_next_waits() -> None:
    report = Report()
    line = "You may keep only one of them and I am afraid that the time to choose has come."
    t = staged(
        scene(
            shot("a", Size.CLOSE_UP, "MARA", seconds=Fraction(2)),
            Speech("MARA", line),
            shot("b", Size.MEDIUM, "MARA"),
            Speech("MARA", "And now."),
        ),
        report=report,
    )
    assert "W501" in [d.code for d in report.items]
    first, second = t.speeches
    assert second.start >= first.start + estimate(first.line).seconds
    assert any(a.kind is ActKind.SPEAK and a.start < 0 for a in t.shots[1].shot.actors[0].acts)


def test_a_cut_inside_a_speech_falls_on_its_word() -> None:
    inner = Shot(key="in", name="in", size=Size.INSERT, subjects=("THE KEEPER",), seconds=Fraction(1))
    speech = Speech("MARA", "You kept the light on. All this time you kept it for me alone.", cuts=((5, inner),))
    t = staged(scene(shot("a", Size.CLOSE_UP, "MARA"), speech))
    assert [s.name for s in t.shots] == ["a", "in", "1.3"]
    word = t.speeches[0].start + estimate(t.speeches[0].line).words[5][0]
    assert abs(t.shots[1].first_frame / 24 - word) < 0.1
    assert len(t.speeches) == 1
    sound_clock(t)


def test_voice_over_runs_on_over_fixed_shots() -> None:
    t = staged(
        scene(
            shot("a", Size.WIDE, seconds=Fraction(2)),
            Speech(
                "MARA", "There is a room in every house where nobody is ever quite alone, she said.", voice_over=True
            ),
            shot("b", Size.INSERT, "cup", seconds=Fraction(2)),
            shot("c", Size.CLOSE_UP, "MARA"),
            Speech("MARA", "Now."),
        )
    )
    voice, now = t.speeches
    assert voice.start < t.shots[1].first_frame / 24 < voice.start + estimate(voice.line).seconds <= now.start
    assert not any(a.kind is ActKind.SPEAK for s in t.shots[:2] for p in s.shot.actors for a in p.acts)


def test_exactness_belongs_to_the_shots_it_touches() -> None:
    def timing(line: SpokenLine) -> LineTiming:
        guess = estimate(line)
        return LineTiming(guess.seconds, guess.words, line.text.startswith("One"))

    f = film(
        scene(
            shot("a", Size.CLOSE_UP, "MARA"),
            Speech("MARA", "One."),
            shot("b", Size.CLOSE_UP, "MARA"),
            Speech("MARA", "Two."),
        )
    )
    assert [s.exact for s in stage_film(f, timing, Report()).shots] == [True, False]


def test_sound_and_music_find_their_moments() -> None:
    t = staged(
        scene(
            Music("drone", under_scene=True),
            Sound("foghorn", cue=Cue(on_word="midnight")),
            shot("a", Size.MEDIUM, "MARA"),
            Speech("MARA", "It ends at midnight, they said."),
            Action("Mara stands up."),
            Sound("chair scrapes", cue=Cue(when="MARA stands")),
            shot("b", Size.WIDE, seconds=Fraction(3)),
            Sound("bell", cue=Cue(at=Fraction(1))),
        )
    )
    at = {s.what: s.start for s in t.sounds}
    words = estimate(t.speeches[0].line).words
    assert at["foghorn"] == pytest.approx(t.speeches[0].start + words[3][0], abs=1e-3)
    assert at["bell"] == pytest.approx(t.shots[1].first_frame / 24 + 1, abs=1e-3)
    assert at["chair scrapes"] > t.speeches[0].start + words[-1][1] - 0.2
    assert t.music[0].seconds == pytest.approx(t.frames / 24, abs=1e-3)
    assert t.music[0].hits
    assert any(s.ambience for s in t.sounds)


def test_titles() -> None:
    t = staged(scene(TitleCard("THE END"), shot("a", Size.WIDE), TitleCard("One year later", over=True)))
    assert t.shots[0].shot.set is None
    assert t.shots[0].shot.overlays[0].style == "card"
    (over,) = t.shots[1].shot.overlays
    assert over.end <= t.shots[1].shot.frames / 24 + 1e-6


ITEMS = st.sampled_from(
    [
        Action("Mara sits at the table."),
        Action("Mara walks to the window and looks at the cup."),
        Action("Elias enters. He turns to Mara."),
        Action("Nothing moves."),
        Speech("MARA", "How long do we have?"),
        Speech("ELIAS", "Not long --"),
        Speech("MARA", "A voice from nowhere.", voice_over=True),
        Speech("THE KEEPER", "One recording.", off_screen=True),
        Pause(),
        TitleCard("LATER", over=True),
        Transition(TransitionKind.DISSOLVE, Fraction(1)),
        Transition(TransitionKind.FADE_OUT, Fraction(1)),
        Shot(size=Size.CLOSE_UP, subjects=("MARA",)),
        Shot(size=Size.WIDE, seconds=Fraction(2)),
        Sound("door"),
        Music("strings"),
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ITEMS, max_size=8), st.lists(ITEMS, max_size=5))
def test_any_scene_holds_together(first: list[object], second: list[object]) -> None:
    t = staged(scene(*first), scene(*second, key="two"))
    sound_clock(t)
    for a, b in zip(t.speeches, t.speeches[1:], strict=False):
        assert b.start >= a.start + (a.until - 0.14 if a.until else estimate(a.line).seconds) - 1e-3


def test_a_film_does_not_wait_for_a_long_way_to_whoever_is_given_something() -> None:
    text = (
        "Title: Far\n\nlocation STREET\n\ncharacter ADA\n\ncharacter TOM\n\nEXT. STREET - DAY\n\nscene\n"
        "    ADA: standing at 0 0, holds cup\n    TOM: standing at 0 -{far}\n\nshot one: wide\n\nAda gives the cup to Tom.\n"
    )

    def seconds(far: int) -> float:
        made, _, _ = check_text(text.format(far=far))
        assert made is not None
        return stage_film(made, estimate, Report()).shots[0].shot.frames / 24

    near, far, farther = seconds(3), seconds(20), seconds(40)
    assert near < far < 9
    assert farther == pytest.approx(far, abs=0.2)
