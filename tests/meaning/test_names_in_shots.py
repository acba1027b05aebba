"""A name may hold what names hold: a title's point, an apostrophe, a number, a preposition."""

from __future__ import annotations

import pytest

from compiler.front import check_text
from compiler.meaning.film import Relation, Shot

WHO = [
    "DR. OKAFOR",
    "MR. X",
    "MARA'S MOTHER",
    "BOY #2",
    "J.R.",
    "WOMAN WITH DOG",
    "MAN IN HAT",
    "O'BRIEN",
    "MOTHER-IN-LAW",
]


def shot_of(phrases: str) -> Shot:
    cues = "\n\n".join(f"{name}\nYes." for name in WHO)
    film, _, report = check_text(f"INT. ROOM - DAY\n\nshot a: {phrases}\n\n{cues}\n", "a.film")
    assert film is not None, [(d.message, d.help) for d in report.items]
    first = film.scenes[0].items[0]
    assert isinstance(first, Shot)
    return first


@pytest.mark.parametrize("name", WHO)
def test_anybody_can_be_shot(name: str) -> None:
    assert shot_of(f"close-up of {name}").subjects == (name,)
    assert shot_of(f"insert of {name}'s hands").detail == "hands"
    assert shot_of(f"pov of {name}").subjects == (name,)
    assert shot_of(f"medium, follow {name}").moves[0].target == name
    over = shot_of(f"medium, over {name}'s shoulder of J.R.") if name != "J.R." else None
    assert over is None or (over.subjects, over.relation) == ((name, "J.R."), Relation.OVER_SHOULDER)
    other = "DR. OKAFOR" if name != "DR. OKAFOR" else "MR. X"
    assert shot_of(f"two-shot of {name} and {other}").subjects == (name, other)
    assert shot_of(f"over-shoulder({name}, {other})").subjects == (name, other)


def test_several_in_a_list() -> None:
    assert shot_of("full of DR. OKAFOR, WOMAN WITH DOG and MR. X, 35mm").subjects == (
        "DR. OKAFOR",
        "WOMAN WITH DOG",
        "MR. X",
    )
