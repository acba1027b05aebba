"""Cues: sounds, lights and titles that come on words, doings and seconds, and stay until others."""

from __future__ import annotations

import pytest

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.staging.model import Timeline
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

HEAD = """\
Title: Cues
Format: 128x72, 24 fps

character ADA
    a woman of thirty

location STUDY
    a study
    set: desk at 0 0, chair behind desk, lamp on desk, window on north wall

INT. STUDY - NIGHT

scene
    ADA: standing at window

"""


def staged(text: str) -> Timeline:
    film, _, report = check_text(HEAD + text)
    assert film is not None
    assert not report.failed, [d.message for d in report.items]
    return stage_film(film, estimate, Report())


def word_at(timeline: Timeline, word: str) -> float:
    speech = next(s for s in timeline.speeches if word in s.line.text)
    index = [w.strip(".,") for w in speech.line.text.split()].index(word)
    return speech.start + estimate(speech.line).words[index][0]


def test_a_sound_comes_on_a_word_and_stays_until_another() -> None:
    timeline = staged(
        'shot medium of ADA, 8s\n\nsound bell, from "lamp" until "window"\n\nADA\nPut out the lamp and look at the window now.\n'
    )
    (bell,) = [s for s in timeline.sounds if s.what == "bell"]
    assert bell.start == pytest.approx(word_at(timeline, "lamp"), abs=0.01)
    assert bell.start + bell.seconds == pytest.approx(word_at(timeline, "window"), abs=0.2)


def test_seconds_count_from_the_shot_and_scenes_end() -> None:
    timeline = staged(
        "shot wide, 3s\n\nAda waits.\n\nshot medium of ADA, 4s\n\n"
        "sound hum, from 1s until 3s\nsound rain, at 2s, until end of scene\n\nAda nods.\n"
    )
    hum, rain = (next(s for s in timeline.sounds if s.what == what) for what in ("hum", "rain"))
    assert (hum.start, hum.seconds) == (pytest.approx(4.0, abs=0.01), pytest.approx(2.0, abs=0.2))
    assert rain.start == pytest.approx(5.0, abs=0.01)
    assert rain.start + rain.seconds == pytest.approx(7.0, abs=0.2)


def test_distance_makes_a_sound_quieter_and_is_told_to_whoever_makes_it() -> None:
    timeline = staged("shot wide, 3s\n\nsound bell, at 1s, -10 dB, distance 24m\n\nAda waits.\n")
    (bell,) = [s for s in timeline.sounds if s.what == "bell"]
    assert bell.distance == 24.0
    assert bell.level_db == pytest.approx(-19.0, abs=0.2)


def test_a_light_changes_when_somebody_does_something() -> None:
    timeline = staged(
        "shot wide, 6s\n\nlight lamp turns red, over 1s, when ADA turns\n\nAda waits. Ada turns to the desk.\n"
    )
    cues = timeline.shots[0].shot.light_cues
    (cue,) = [c for c in cues if c.colour is not None]
    assert cue.light == "lamp"
    assert cue.colour is not None
    assert cue.colour[0] > 4 * cue.colour[1]
    assert cue.start > 0.5
    assert cue.end - cue.start == pytest.approx(1.0, abs=0.01)


def test_a_light_stays_as_it_was_left_in_later_shots_and_scenes() -> None:
    timeline = staged(
        "shot wide, 3s\n\nlight lamp goes out, at 1s\n\nAda waits.\n\n"
        "shot close-up of ADA, 2s\n\nAda nods.\n\nINT. STUDY - CONTINUOUS\n\nshot wide, 2s\n\nAda waits.\n"
    )
    for shot in timeline.shots[1:]:
        assert [c.level for c in shot.shot.light_cues if c.light == "lamp"][-1] == 0.0


def test_a_title_runs_over_a_cut_as_one_title() -> None:
    timeline = staged(
        'shot wide, 3s\n\ntitle "A NAME", at 1s, 5s\n\nAda waits.\n\nshot medium of ADA, 4s\n\nAda nods.\n'
    )
    first, second = (shot.shot.overlays for shot in timeline.shots)
    assert (first[0].start, first[0].end) == (1.0, 6.0)
    assert (second[0].start, second[0].end) == (-2.0, 3.0)


def test_a_title_that_would_be_left_over_goes_with_its_picture() -> None:
    timeline = staged(
        'shot wide, 3s\n\ntitle "A NAME", at 0.5s, 3s\n\nAda waits.\n\nshot medium of ADA, 4s\n\nAda nods.\n'
    )
    assert timeline.shots[0].shot.overlays[0].end == 3.0
    assert not timeline.shots[1].shot.overlays


def test_slow_motion_takes_as_long_as_it_takes() -> None:
    plain = staged("shot full of ADA\n\nAda walks to the desk.\n").shots[0].shot.frames
    slowed = staged("shot full of ADA, speed 50%\n\nAda walks to the desk.\n").shots[0].shot
    assert slowed.frames > 1.4 * plain
    assert slowed.time.speed == 0.5


def test_a_shots_own_light_is_its_alone() -> None:
    timeline = staged(
        "shot wide, 2s\n\nAda waits.\n\n"
        "shot close-up of ADA, 2s\n    light: red key from left\n\nAda nods.\n\nshot wide, 2s\n\nAda waits.\n"
    )
    one, lit, two = (shot.shot.set for shot in timeline.shots)
    assert one == two
    assert one is not None
    assert lit is not None
    assert lit.lights != one.lights
    assert lit.pieces == one.pieces


def test_a_shots_own_light_is_read_and_what_it_does_not_mean_is_said() -> None:
    text = HEAD + "shot wide, 2s\n\nAda waits.\n\nshot close-up of ADA, 2s\n    light: forty wild geese\n\nAda nods.\n"
    film, _, _ = check_text(text)
    assert film is not None
    report = Report()
    stage_film(film, estimate, report)
    assert [text[d.span.start : d.span.end] for d in report.items if d.span and "geese" in d.message] == [
        "forty wild geese"
    ]
