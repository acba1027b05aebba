"""Film grammar: what is warned of and what is not, with both shots shown; nothing that nobody wrote is questioned."""

from __future__ import annotations

import pytest

from compiler.diagnostics import Diagnostic
from compiler.front import check_text
from compiler.silence import settle
from compiler.staging.stage import stage_film
from compiler.staging.voicing import estimate

PEOPLE = "character ANNA\n    a woman of thirty\n\ncharacter BEN\n    a man of forty\n\n"
FACING = "scene\n    ANNA: standing at -1 0, facing BEN\n    BEN: standing at 1 0, facing ANNA\n\n"


def found(body: str, place: str = "EXT. FIELD - DAY") -> list[Diagnostic]:
    film, sources, report = check_text(f"{PEOPLE}{place}\n\n{body}\n\nANNA\nHere.\n\nBEN\nHere.\n", "t.film")
    assert film is not None, report.items
    stage_film(film, estimate, report)
    items = settle(report.items, sources.sources).items
    return [d for d in items if d.code.startswith(("W6", "W5"))]


def codes(body: str, place: str = "EXT. FIELD - DAY") -> list[str]:
    return [d.code for d in found(body, place)]


def test_a_good_scene_is_quiet() -> None:
    assert not codes(
        FACING + "shot wide\n\nANNA\nStay.\n\nshot close-up of ANNA\n\nANNA\nWhy?\n\nshot close-up of BEN\n\nBEN\nNo."
    )


LINE = "shot two-shot of ANNA and BEN, 35mm, 3s\n\n{between}shot two-shot of ANNA and BEN, {side}50mm, 3s\n\nshot wide"


@pytest.mark.parametrize(
    ("between", "side", "warned"),
    [
        ("", "from behind, ", True),
        ("", "", False),
        ("shot insert of ANNA, 2s\n\n", "from behind, ", False),
        ("shot overhead, 3s\n\n", "from behind, ", False),
        ("CUT TO:\n\n", "from behind, ", True),
        ("DISSOLVE TO:\n\n", "from behind, ", False),
    ],
)
def test_the_line(between: str, side: str, warned: bool) -> None:
    assert ("W601" in codes(FACING + LINE.format(between=between, side=side))) == warned


def test_a_move_across_the_line_carries_it_along() -> None:
    over = "shot two-shot of ANNA and BEN, 35mm, {move}3s\n\nshot medium, over ANNA's shoulder of BEN, 3s\n\nshot wide"
    assert "W601" not in codes(FACING + over.format(move=""))
    assert "W601" in codes(FACING + over.format(move="orbit left 240deg, "))


def test_eyelines() -> None:
    singles = "shot close-up of ANNA, from left, 85mm, 3s\n\nshot close-up of BEN, from {side}, 85mm, 3s\n\nshot wide"
    assert "W606" in codes(FACING + singles.format(side="left"))
    assert "W606" not in codes(FACING + singles.format(side="right"))


SIDES = ("left", "right")


def test_jump_cuts_and_thirty_degrees() -> None:
    two = "shot medium of ANNA, {first}50mm, 3s\n\nshot {size} of ANNA, {second}50mm, 3s\n\nshot wide"
    apart = {"first": "from left, ", "size": "medium"}
    assert "W602" in codes(FACING + two.format(first="", size="medium", second=""))
    round_them = [FACING + two.format(first=f"from {side}, ", size="medium", second="in profile, ") for side in SIDES]
    assert any("W605" in codes(text) for text in round_them)
    assert not {"W602", "W605"} & set(codes(FACING + two.format(**apart, second="front, ")))
    assert not {"W602", "W605"} & set(codes(FACING + two.format(first="", size="close-up", second="")))
    again = "shot a: medium of ANNA, 3s\n\nshot continues, push in, 3s\n\nshot wide"
    assert not {"W602", "W605"} & set(codes(FACING + again))


def test_screen_direction() -> None:
    walk = (
        "scene\n    ANNA: standing at -6 0\n\nshot full of ANNA, from left, 35mm, 2s\n\nAnna walks to 6 0.\n\n"
        "shot medium of ANNA, from {side}, 85mm, 2s\n\nshot wide"
    )
    assert "W607" in codes(walk.format(side="right"))
    assert "W607" not in codes(walk.format(side="left"))


def test_what_can_be_read() -> None:
    assert "W608" in codes("shot wide, 0.8s\n\nshot wide of ANNA")
    assert "W608" not in codes("shot close-up of ANNA, 0.8s\n\nshot wide of ANNA")
    long = "shot medium of ANNA, 2s\n\nSUPER: Three days before the storm reached the harbour\n\nshot wide of ANNA"
    assert "W608" in codes(long)
    assert "W608" not in codes(long.replace("2s", "4s"))
    assert "W502" in codes("shot wide, 0.2s\n\nshot wide of ANNA")


def test_who_is_there() -> None:
    gone = FACING + "shot wide\n\nBen exits.\n\nANNA\nBen?\n\nshot close-up of {who}, 2s\n\nshot wide"
    assert "W609" in codes(gone.format(who="BEN"))
    assert "W609" not in codes(gone.format(who="ANNA"))
    alone = "scene\n    ANNA: standing at 0 0\n\nBEN{ext}\nOnly me.\n"
    assert "W603" in codes(alone.format(ext=""))
    assert "W603" in codes("scene\n    ANNA: standing at 0 0\n\nBen enters.\n\nBen exits.\n\nBEN\nBack.")


def test_what_there_is_room_for() -> None:
    assert "W604" in codes("shot full of ANNA, 135mm, front, 3s\n\nshot wide", "INT. CLOSET - DAY")
    assert "W610" in codes("shot medium of ANNA, truck left 12m, 5s\n\nshot wide", "INT. CLOSET - DAY")
    assert "W610" not in codes("shot medium of ANNA, truck left 0.2m, 5s\n\nshot wide", "INT. CLOSET - DAY")


def test_both_shots_are_shown_and_a_remedy_is_named() -> None:
    [finding] = [d for d in found(FACING + LINE.format(between="", side="from behind, ")) if d.code == "W601"]
    assert finding.span is not None
    assert finding.help
    assert finding.why
    [(span, text)] = finding.notes
    assert span < finding.span
    assert "other side" in text


@pytest.mark.parametrize("allow", ["line", "scene"])
def test_grammar_can_be_silenced(allow: str) -> None:
    body = FACING + LINE.format(between="", side="from behind, ")
    if allow == "line":
        body = body.replace("from behind, 50mm, 3s", "from behind, 50mm, 3s [[allow: W601]]")
    else:
        body = body.replace("scene\n", "scene\n    allow: line-crossed\n")
    assert "W601" not in codes(body)
