"""Speeches cut off, spoken together, with silences and acts inside them; pace; what is checked about time."""

from __future__ import annotations

from fractions import Fraction

import pytest

from compiler.diagnostics import Report
from compiler.meaning.film import (
    Action,
    Character,
    Film,
    Location,
    Placement,
    Property,
    Scene,
    Shot,
    Size,
    Sound,
    Speech,
    Transition,
    TransitionKind,
)
from compiler.staging.model import ActKind, Posture
from compiler.staging.performance import Doing, Prose
from compiler.staging.stage import stage_film
from compiler.staging.understanding import Understood, understood, when_of
from compiler.staging.voicing import estimate

from .conftest import KITCHEN, PEOPLE, phrases, scene, shot, staged

BOTH = (Placement("MARA", phrases("standing at table")), Placement("ELIAS", phrases("standing at window")))


def test_a_speech_that_breaks_off_is_cut_off_by_the_next() -> None:
    wide = shot("a", Size.WIDE)
    t = staged(
        scene(
            wide,
            Speech("MARA", "I only wanted to tell you that --", interrupted=True),
            Speech("ELIAS", "No."),
            placements=BOTH,
        )
    )
    cut, no = t.speeches
    whole = estimate(cut.line).seconds
    assert cut.start < no.start < cut.start + whole
    assert no.start < cut.start + cut.until < cut.start + whole
    (mara,) = [a for a in t.shots[0].shot.actors if a.person.name == "MARA"]
    (lips,) = [a for a in mara.acts if a.kind is ActKind.SPEAK]
    assert lips.end - lips.start == pytest.approx(cut.until, abs=1e-3)


def test_dual_speeches_begin_together() -> None:
    t = staged(
        scene(
            shot("a", Size.WIDE),
            Speech("MARA", "Stop it, both of you!"),
            Speech("ELIAS", "No!", dual=True),
            Speech("MARA", "Now."),
            placements=BOTH,
        )
    )
    one, two, three = t.speeches
    assert one.start == two.start
    assert three.start >= max(s.start + estimate(s.line).seconds for s in (one, two))


def test_a_beat_inside_a_speech_is_silence_in_its_voice() -> None:
    text = "I have kept it. All these years."
    plain = staged(scene(shot("a", Size.CLOSE_UP, "MARA"), Speech("MARA", text))).speeches[0].line
    slow = (
        staged(scene(shot("a", Size.CLOSE_UP, "MARA"), Speech("MARA", text, pauses=((4, Fraction(2)),))))
        .speeches[0]
        .line
    )
    assert slow.pauses == ((4, 2.0),)
    before, after = estimate(plain), estimate(slow)
    assert after.seconds == pytest.approx(before.seconds + 2.0, abs=1e-3)
    assert after.words[3] == before.words[3]
    assert after.words[4][0] == pytest.approx(before.words[4][0] + 2.0, abs=1e-3)


def test_what_a_parenthetical_does_plays_under_the_words() -> None:
    line = Speech("MARA", "You may as well sit down too, this will take a while.", ("sitting down",))
    t = staged(scene(shot("a", Size.WIDE), line, placements=BOTH))
    (mara,) = [a for a in t.shots[0].shot.actors if a.person.name == "MARA"]
    sit = next(a for a in mara.acts if a.kind is ActKind.SIT)
    speak = next(a for a in mara.acts if a.kind is ActKind.SPEAK)
    assert speak.start <= sit.start < speak.end


def test_what_is_done_between_two_halves_does_not_stop_the_speaker() -> None:
    halves = (Speech("MARA", "You never said a word."), Action("Mara sits down."), Speech("MARA", "Not one."))
    t = staged(scene(shot("a", Size.WIDE), *halves, placements=BOTH))
    first, second = t.speeches
    assert second.start < first.start + estimate(first.line).seconds + 1.2


def test_pace_is_a_factor_on_what_nobody_gave_a_length() -> None:
    items = (
        shot("a", Size.WIDE),
        Action("Dust hangs in the air, and the clock on the wall has stopped."),
        Speech("MARA", "Well?"),
    )
    ordinary, brisk = staged(scene(*items)), staged(scene(*items, pace=0.5))
    assert brisk.frames < ordinary.frames
    assert brisk.speeches[0].line == ordinary.speeches[0].line


def test_bodies_run_hold_and_embrace() -> None:
    t = staged(scene(shot("a", Size.WIDE), Action("Mara embraces Elias."), placements=BOTH))
    held = {a.person.name: [x for x in a.acts if x.kind is ActKind.EMBRACE] for a in t.shots[0].shot.actors}
    assert all(len(acts) == 1 for acts in held.values())
    assert {held["MARA"][0].at, held["ELIAS"][0].at} == {"MARA", "ELIAS"}
    shore = Location("SHORE", phrases("a long beach"))
    there = (Placement("MARA", phrases("standing at 0 2")),)
    items = (shot("b", Size.WIDE), Action("Mara runs to 0 -9."))
    runs = Scene("s", "EXT. SHORE - DAY", False, "SHORE", items=items, placements=there)
    film = Film(characters=PEOPLE, locations=(KITCHEN, shore), scenes=(runs,))
    walks = [
        a
        for s in stage_film(film, estimate, Report()).shots
        for p in s.shot.actors
        for a in p.acts
        if a.kind is ActKind.WALK
    ]
    assert [w.style for w in walks] == ["run"]
    assert 2.0 < 11.0 / (walks[0].end - walks[0].start) < 5.0


def test_who_falls_lies() -> None:
    after = shot("b", Size.WIDE, "MARA", seconds=Fraction(9))
    items = (shot("a", Size.WIDE), Action("Mara falls to the ground."), after, shot("c", Size.WIDE, "MARA"))
    t = staged(scene(*items, placements=BOTH))
    (mara,) = [a for a in t.shots[2].shot.actors if a.person.name == "MARA"]
    assert mara.start.posture is Posture.LIE


def codes(*items: object) -> list[str]:
    report = Report()
    staged(scene(*items), report=report)
    return [d.code for d in report.items if d.code.startswith(("W5", "W7"))]


def test_what_is_checked_about_time() -> None:
    soft = Transition(TransitionKind.DISSOLVE, Fraction(4))
    short = shot("a", Size.WIDE, seconds=Fraction(2))
    assert "W701" in codes(short, soft, shot("b", Size.WIDE))
    one = Transition(TransitionKind.DISSOLVE, Fraction(1))
    assert "W702" in codes(
        shot("a", Size.WIDE, seconds=Fraction(4)),
        one,
        shot("b", Size.MEDIUM, seconds=Fraction(3, 2)),
        one,
        shot("c", Size.WIDE),
    )
    assert codes(shot("a", Size.WIDE, seconds=Fraction(400))) == ["W703"]
    assert codes(shot("a", Size.WIDE, seconds=Fraction(6))) == []


def test_a_direction_nobody_can_follow_is_told() -> None:
    def line(*texts: str) -> Shot:
        return shot("a", Size.MEDIUM, "MARA", overrides=(Property("MARA", phrases(*texts)),))

    assert codes(line("gaze window", "smiles")) == []
    assert codes(line("gazze window")) == ["W704"]


def test_understanding_tells_every_sentence() -> None:
    film = Film(
        characters=(*PEOPLE, Character("IDA", declared=False)),
        locations=(KITCHEN,),
        scenes=(
            scene(
                Action("Mara sits down, smiling. Dust hangs in the light."),
                Speech("MARA", "Well?", ("wearily", "turning to Elias", "in G major")),
                Sound("door"),
                placements=BOTH,
            ),
        ),
    )
    rows = understood(film)
    assert [r.staged for r in rows] == [True, False, True, True, False]
    sits, dust, weary, turning, odd = rows
    assert [when_of(s, i == 0) for i, s in enumerate(sits.steps) if isinstance(s, Doing)] == [
        "first",
        "with the one before",
    ]
    assert isinstance(dust.steps[0], Prose)
    assert (weary.delivery, weary.face) == ("tired", "weary")
    assert [s.act for s in turning.steps if isinstance(s, Doing)] == ["turn"]
    assert isinstance(odd.steps[0], Prose)
    assert all(isinstance(r, Understood) and r.text for r in rows)
