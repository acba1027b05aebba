"""Corners of the screenplay that the manual does not dwell on."""

from __future__ import annotations

import pytest

from compiler.diagnostics import Report
from compiler.syntax import nodes as n
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source


def _parse(text: str) -> list[n.Element]:
    return list(parse(make_source("x", text), Report()).elements)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("INT. HOUSE - DAY", n.Heading), ("int. house - day", n.Heading), ("I/E CAR - NIGHT", n.Heading),
        (".A ROOM", n.Heading), ("...and then", n.Action), (".. wait", n.Action), ("INTERIOR MONOLOGUE", n.Action),
        ("CUT TO:", n.Transition), ("> fade", n.Transition), ("FADE OUT.", n.Transition), ("> END <", n.Centered),
        ("# One", n.Section), ("= idea", n.Synopsis), ("====", n.PageBreak), ("~la", n.Lyric), ("MARA", n.Action),
        ("shot wide", n.Directive), ("!shot wide", n.Action), ("shots are fired", n.Action), ("Shot wide", n.Action),
    ],
)  # fmt: skip
def test_one_line_is_one_element(line: str, kind: type[n.Element]) -> None:
    assert [type(e) for e in _parse("Before.\n\n" + line + "\n\nAfter.")] == [n.Action, kind, n.Action]


def test_a_speech_keeps_its_two_space_lines() -> None:
    (speech,) = _parse("MARA\nOne.\n  \nTwo.\n\n")
    assert isinstance(speech, n.Dialogue)
    assert [p.text for p in speech.parts if isinstance(p, n.SpeechLine)] == ["One.", "", "Two."]


def test_a_block_ends_at_an_empty_line_or_dedent() -> None:
    first, second, action = _parse("character A\n    tall\nshot wide\n    seed: 1\n\n    wears: hat")
    assert isinstance(first, n.Directive)
    assert [t.text for t in first.description] == ["tall"]
    assert isinstance(second, n.Directive)
    assert [p.key for p in second.properties] == ["seed"]
    assert isinstance(action, n.Action)


def test_a_shot_note_inside_action_divides_it() -> None:
    kinds = [
        (type(e), e.lines[0].text if isinstance(e, n.Action) else "")
        for e in _parse("He sits. [[shot: wide]] He stands.")
    ]
    assert kinds == [(n.Action, "He sits."), (n.Directive, ""), (n.Action, "He stands.")]


def test_cues_are_unicode() -> None:
    for name in ("ÉLODIE", "ИВАН", "ΆΝΝΑ", "O'BRIEN", "MR. ØRSTED", "R2-D2"):
        (speech,) = _parse(f"{name} (V.O.)\nHello.")
        assert isinstance(speech, n.Dialogue)
        assert (speech.name, speech.extensions) == (name, ("V.O.",))
