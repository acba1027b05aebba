"""Near-misses are told, and what people ordinarily write is not."""

from __future__ import annotations

import pytest

from tests.diagnostics.test_pages import Block, findings

HALL = "INT. HALL - DAY\n\n{}\n\nAnna waits.\n"
NEAR = {"W151", "W154", "W417", "W418", "W419", "W420", "W421", "W422"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Titel: Dusk\n\n" + HALL.format("Rain."), "W417"),
        ("Title: Dusk\nLok: silver\n\n" + HALL.format("Rain."), "W417"),
        ("Title: Dusk\nFromat: 960x402\n\n" + HALL.format("Rain."), "W417"),
        (HALL.format("DISOLVE TO:"), "W418"),
        (HALL.format("SLOW DISSLOVE TO:"), "W418"),
        (HALL.format("DISSOLVE 2X TO:"), "W418"),
        (HALL.format("DISSOLVE 2S:"), "W418"),
        (HALL.format("FADE OTU."), "W418"),
        (HALL.format("INNT. ATTIC - NIGHT"), "W421"),
        (HALL.format("EXT, BEACH - DAY"), "W421"),
        (HALL.format("EXTERIOR BEACH - DAY"), "W421"),
        (HALL.format("ITN. ATTIC - NIGHT\nRain."), "W421"),
        (HALL.format("ANNA (V.0.)\nHello."), "W422"),
        (HALL.format("[[Shot: wide]]"), "W154"),
        (HALL.format("[[shot arrival: wide, 24mm]]"), "W154"),
        (HALL.format("[[shot wide, 3s]]"), "W154"),
        (HALL.format("[[character ELIAS: a man of sixty]]"), "W154"),
        (HALL.format("music drone in D mnor"), "W419"),
        (HALL.format("sound thunder, qiuet"), "W419"),
        (HALL.format("music drone, 54 bmp"), "W419"),
        (HALL.format("sound rain, lopping"), "W419"),
        (HALL.format('title "Somewhere'), "W420"),
        (HALL.format("ANNA\nHello. [[sound: rain, qiuet]] There."), "W419"),
        (HALL.format("character: ANNA"), "W151"),
        (HALL.format("Shot wide, 35mm"), "W151"),
        (HALL.format("Shot close-up of ANNA"), "W151"),
        (HALL.format("Character ELIAS"), "W151"),
    ],
)
def test_told(text: str, code: str) -> None:
    found = [item for item in findings(Block("film", text)) if item.code in NEAR]
    assert [item.code for item in found] == [code]
    assert found[0].help


@pytest.mark.parametrize(
    "text",
    [
        "Title: Dusk\nCredit: written by\nAuthor: A. Writer\nSource: a story\nDraft date: 1/1/26\nContact:\n    a street\nDate: 2026\n\n"
        + HALL.format("Rain."),
        HALL.format("CUT TO:"), HALL.format("JUMP CUT TO:"), HALL.format("BACK TO SCENE:"), HALL.format("LATER, FLASH TO:"),
        HALL.format("SLOW DISSOLVE TO:"), HALL.format("FADE TO BLACK."), HALL.format("sound distant foghorn, low, hollow"),
        HALL.format("sound footsteps, slow, close"), HALL.format("music drone in D minor, 54 bpm, sparse, swelling"),
        HALL.format('title "Somewhere", lower third'), HALL.format("Shot through with light, the hall is empty."),
        HALL.format("THE END"), HALL.format("BOOM! A SHOT - THEN SILENCE."), HALL.format("EXIT. THE DOOR - CLOSED."),
        HALL.format("[[shot list to be discussed]]"), HALL.format("[[sound is too loud here]]"), HALL.format("[[title idea: Dusk]]"),
        HALL.format("[[character arc: she learns]]"), HALL.format("SLOW FADE OUT."), HALL.format("FADE TO BLACK 2S."),
        HALL.format("ANNA (ON PHONE)\nHello."), HALL.format("music piano in D minor, low"), HALL.format("music strings in the dark"),
        HALL.format("Character is fate."), HALL.format("Shot after shot rings out."), HALL.format("Location unknown."),
    ],
)  # fmt: skip
def test_not_told(text: str) -> None:
    assert not [item for item in findings(Block("film", text)) if item.code in NEAR]


def test_a_bare_directive_in_a_fountain_is_told_with_the_note_it_should_be() -> None:
    told = findings(Block("fountain", HALL.format("shot close-up of ANNA, 85mm")))
    assert [item.code for item in told if item.code in NEAR] == ["W151"]
    quiet = findings(Block("fountain", HALL.format("shot after shot rings out.")))
    assert not [item for item in quiet if item.code in NEAR]
