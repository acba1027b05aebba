"""Near-misses are told, and what people ordinarily write is not."""

from __future__ import annotations

import pytest

from tests.diagnostics.test_pages import Block, findings

HALL = "INT. HALL - DAY\n\n{}\n\nAnna waits.\n"
NEAR = {"W151", "W417", "W418", "W419", "W420"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Titel: Dusk\n\n" + HALL.format("Rain."), "W417"),
        ("Title: Dusk\nLok: silver\n\n" + HALL.format("Rain."), "W417"),
        ("Title: Dusk\nFromat: 960x402\n\n" + HALL.format("Rain."), "W417"),
        (HALL.format("DISOLVE TO:"), "W418"),
        (HALL.format("SLOW DISSLOVE TO:"), "W418"),
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
        HALL.format("Character is fate."), HALL.format("Shot after shot rings out."), HALL.format("Location unknown."),
    ],
)  # fmt: skip
def test_not_told(text: str) -> None:
    assert not [item for item in findings(Block("film", text)) if item.code in NEAR]
