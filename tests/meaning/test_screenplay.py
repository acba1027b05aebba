"""What screenplay lines mean for a film: headings and time, speeches, silences, transitions, cards."""

from __future__ import annotations

from fractions import Fraction

import pytest

from compiler.front import check_text
from compiler.meaning.film import Film, Pause, Scene, Speech, Transition, TransitionKind


def _film(text: str) -> Film:
    film, _, report = check_text(text)
    assert film is not None, report.items
    return film


def _speeches(body: str) -> list[Speech]:
    return [i for i in _film(f"INT. HALL - DAY\n\n{body}\n").scenes[0].items if isinstance(i, Speech)]


@pytest.mark.parametrize(
    ("heading", "interior", "location", "time", "note"),
    [
        ("INT. HALL - DAY", True, "HALL", "day", ""),
        ("EXT HALL - NIGHT", False, "HALL", "night", ""),
        ("INT./EXT. CAR - DUSK", True, "CAR", "dusk", ""),
        ("I/E CAR - DUSK", True, "CAR", "dusk", ""),
        ("EST. CITY - DAWN", False, "CITY", "dawn", ""),
        ("INT. HOUSE - KITCHEN - NIGHT", True, "HOUSE - KITCHEN", "night", ""),
        ("INT. HALL - EARLY MORNING", True, "HALL", "morning", ""),
        ("INT. HALL - THE NEXT MORNING", True, "HALL", "morning", ""),
        ("INT. HALL - NIGHT (LATER)", True, "HALL", "night", "later"),
        ("INT. HALL - NIGHT - CONTINUOUS", True, "HALL", "night", "continuous"),
        ("INT. HALL - GOLDEN HOUR", True, "HALL", "golden-hour", ""),
        ("INT. NIGHT CLUB", True, "NIGHT CLUB", "day", ""),
        ("INT. HALL - MARTHA'S CORNER", True, "HALL - MARTHA'S CORNER", "day", ""),
        ("INT. STRASSE 12 — NACHT — NIGHT", True, "STRASSE 12 - NACHT", "night", ""),
        (".UNDER THE STAIRS", True, "UNDER THE STAIRS", "day", ""),
    ],
)
def test_headings(heading: str, interior: bool, location: str, time: str, note: str) -> None:
    scene = _film(f"{heading}\n\nDust.\n").scenes[0]
    assert (scene.interior, scene.location, scene.time_of_day, scene.time_note) == (interior, location, time, note)


@pytest.mark.parametrize(
    ("word", "note", "continuous"),
    [
        ("LATER", "later", False), ("MOMENTS LATER", "moments later", False), ("CONTINUOUS", "continuous", True),
        ("SAME", "same", True), ("SAME TIME", "same", True), ("TEN MINUTES LATER", "later", False),
    ],
)  # fmt: skip
def test_time_goes_on_from_the_scene_before(word: str, note: str, continuous: bool) -> None:
    film = _film(f"INT. HALL - NIGHT\n\nDust.\n\nINT. CELLAR - {word}\n\nDust.\n\nINT. ATTIC - {word}\n\nDust.\n")
    for scene in film.scenes[1:]:
        assert (scene.time_of_day, scene.time_note, scene.continuous) == ("night", note, continuous)


def _place(text: str) -> Scene:
    return _film(text + "\nINT. HOUSE - KITCHEN - NIGHT\n\nDust.\n").scenes[-1]


def test_a_place_inside_a_place() -> None:
    assert _place("").location == "HOUSE - KITCHEN"
    assert _place("location KITCHEN\n    a kitchen\n").location == "KITCHEN"
    film = _film("location HOUSE\n    light: grey morning\n\nINT. HOUSE - KITCHEN - NIGHT\n\nDust.\n")
    kitchen = next(place for place in film.locations if place.name == "HOUSE - KITCHEN")
    assert (kitchen.declared, kitchen.extends) == (False, "HOUSE")
    assert [p.text for light in kitchen.light for p in light.phrases] == ["grey morning"]


@pytest.mark.parametrize(
    ("extension", "off", "over", "manner"),
    [
        ("V.O.", False, True, ()), ("O.S.", True, False, ()), ("O.C.", True, False, ()), ("CONT'D", False, False, ()),
        ("cont'd", False, False, ()), ("ON PHONE", True, False, ("on phone",)), ("voice over", False, True, ()),
        ("O.S., CONT'D", True, False, ()), ("SINGING", False, False, ("singing",)), ("ON RADIO", True, False, ("on radio",)),
    ],
)  # fmt: skip
def test_extensions(extension: str, off: bool, over: bool, manner: tuple[str, ...]) -> None:
    (speech,) = _speeches(f"ANNA ({extension})\nHello.")
    assert (speech.off_screen, speech.voice_over, speech.manner) == (off, over, manner)


def test_silence_inside_a_speech_is_time() -> None:
    (speech,) = _speeches("ANNA\n(softly)\nOne two.\n(beat)\nThree.\n(long pause)\nFour.\n(pause, 2s)\nFive.")
    assert speech.text == "One two. Three. Four. Five."
    assert speech.manner == ("softly",)
    assert speech.pauses == ((2, Fraction(1)), (3, Fraction(3)), (4, Fraction(2)))


def test_silence_around_a_speech_stands_for_itself() -> None:
    items = _film("INT. HALL - DAY\n\nANNA\n(beat)\nOne.\n(pause)\n\n(a long beat)\n").scenes[0].items
    assert [(type(i), i.seconds if isinstance(i, Pause) else None) for i in items] == [
        (Pause, Fraction(1)), (Speech, None), (Pause, Fraction(3, 2)), (Pause, Fraction(2)),
    ]  # fmt: skip


def test_a_new_manner_is_a_new_speech() -> None:
    first, second = _speeches("ANNA\n(softly)\nOne.\n(beat; louder)\nTwo.")
    assert (first.manner, second.manner) == (("softly",), ("louder",))
    assert first.text == "One."


def test_dual_interrupted_and_sung() -> None:
    anna, ben, sung = _speeches("ANNA\nI only wanted to --\n\nBEN ^\nNo.\n\nANNA\n~La la.")
    assert (anna.interrupted, anna.dual) == (True, False)
    assert (ben.interrupted, ben.dual) == (False, True)
    assert sung.lyric


@pytest.mark.parametrize(
    ("text", "kind", "seconds"),
    [
        ("CUT TO:", TransitionKind.CUT, 0), ("DISSOLVE TO:", TransitionKind.DISSOLVE, 1),
        ("SLOW DISSOLVE TO:", TransitionKind.DISSOLVE, 2), ("QUICK DISSOLVE TO:", TransitionKind.DISSOLVE, 0.5),
        ("DISSOLVE 2S TO:", TransitionKind.DISSOLVE, 2), ("DISSOLVE 12F TO:", TransitionKind.DISSOLVE, 0.5),
        ("CROSSFADE TO:", TransitionKind.DISSOLVE, 1), ("WIPE TO:", TransitionKind.WIPE, 1),
        ("SMASH CUT TO:", TransitionKind.SMASH_CUT, 0), ("MATCH CUT TO:", TransitionKind.MATCH_CUT, 0),
        ("FADE OUT.", TransitionKind.FADE_OUT, 2), ("> fade to black", TransitionKind.FADE_OUT, 2),
        ("> SLOW FADE IN", TransitionKind.FADE_IN, 3),
    ],
)  # fmt: skip
def test_transitions(text: str, kind: TransitionKind, seconds: float) -> None:
    film = _film(f"INT. HALL - DAY\n\nDust.\n\n{text}\n\nINT. CELLAR - DAY\n\nDust.\n")
    (found,) = [i for scene in film.scenes for i in scene.items if isinstance(i, Transition)]
    assert (found.kind, float(found.seconds)) == (kind, seconds)


def test_what_stands_above_the_first_heading() -> None:
    assert [s.location for s in _film("FADE IN:\n\nINT. HALL - DAY\n\nDust.\n").scenes] == ["HALL"]
    assert [s.location for s in _film("> A CARD <\n\nINT. HALL - DAY\n\nDust.\n").scenes] == ["HALL"]
    assert [s.location for s in _film("!Dust.\n\nINT. HALL - DAY\n\nDust.\n").scenes] == ["SOMEWHERE", "HALL"]


def test_a_wrong_time_of_day_is_pointed_out() -> None:
    _, _, report = check_text("INT. HALL - NIHGT\n\nDust.\n")
    (item,) = report.items
    assert item.code == "W256"
    assert item.fix is not None
    assert item.fix.edits[0].text == "NIGHT"
