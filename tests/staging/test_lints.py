"""Film grammar: what is warned of, and what is not."""

from __future__ import annotations

from fractions import Fraction

from compiler.diagnostics import Report
from compiler.meaning.film import Action, Lens, Placement, Scene, Side, Size, Speech

from .conftest import phrases, scene, shot, staged

TWO = (
    Placement("MARA", phrases("standing at 0.9 1.2, facing ELIAS")),
    Placement("ELIAS", phrases("standing at -0.6 1.2, facing MARA")),
)


def codes(s: Scene) -> list[str]:
    report = Report()
    staged(s, report=report)
    return [d.code for d in report.items if d.code.startswith(("W5", "W6"))]


def test_a_good_cut_is_quiet() -> None:
    assert not codes(
        scene(
            shot("a", Size.WIDE),
            shot("b", Size.CLOSE_UP, "MARA"),
            Speech("MARA", "Stay."),
            shot("c", Size.CLOSE_UP, "ELIAS"),
            Speech("ELIAS", "No."),
            placements=TWO,
        )
    )


def test_jump_cut() -> None:
    assert codes(scene(shot("a", Size.MEDIUM, "MARA"), shot("b", Size.MEDIUM, "MARA"))) == ["W602"]


def test_speaks_unseen() -> None:
    assert codes(scene(shot("a", Size.MEDIUM, "MARA"), Speech("ELIAS", "Hello."))) == ["W603"]
    assert not codes(scene(shot("a", Size.MEDIUM, "MARA"), Speech("ELIAS", "Hello.", off_screen=True)))
    assert not codes(scene(shot("a", Size.MEDIUM, "MARA"), Action("Elias enters."), Speech("ELIAS", "Hello.")))


def test_time() -> None:
    assert codes(scene(shot("a", Size.WIDE, seconds=Fraction(1, 5)))) == ["W502"]
    long = Speech("MARA", "One two three four five six seven eight nine ten eleven twelve.", voice_over=True)
    assert codes(scene(shot("a", Size.WIDE, seconds=Fraction(2)), long)) == ["W503"]


def test_a_lens_too_long_for_the_room() -> None:
    assert "W604" in codes(scene(shot("a", Size.FULL, "MARA", lens=Lens(135), side=Side.FRONT)))
