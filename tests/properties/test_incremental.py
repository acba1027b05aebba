"""A warm session says what a cold check says, whatever is edited, and does no more than the edit asks for."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Diagnostic
from compiler.front import check_text
from compiler.session import Session
from tests.bench.screenplay import directed
from tests.syntax.sample import SAMPLE

LINES = [
    *SAMPLE.split("\n"), "", "", "INT. KITCHEN - NIGHT", "INT. KITCHEN - NIGHT", "EXT. SEA - CONTINUOUS #4A#", "shot wide, 24mm",
    "shot harbour: wide", "shot close-up of MARA", "shot as harbour", "character MARA", "location KITCHEN", "    wears: red hat",
    "scene", "    BO: at door", "[[a note", "]]", "/* gone", "*/", "[[shot: medium of BO]]", "@McCoy", "MCCOY.", "Hello.",
    "ハンナ", "今日は。", "  ", "\t", "cover", "music out", "sound gulls, at 2s", "look dusk, extends silver", "    contrast: 9x9",
    "Title: X", "Titel: Y", "sound rain, medum", 'sound "rain', "Shot wide, 35mm", "DISOLVE TO:", "> CARD <",
    "CUT TO:", "# Part", "shto wide", "\u202e", "shot of ZED", "character ZED",
    "[[allow: W252]]", "prop CUP", "Bo takes the cup.",
]  # fmt: skip
EDITS = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 4), st.lists(st.sampled_from(LINES), max_size=4)),
    min_size=1,
    max_size=6,
)


@given(EDITS, st.sampled_from(["a.film", "a.fountain"]), st.sampled_from(["\n", "\n", "\r\n"]))
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_warm_check_is_a_cold_check(edits: list[tuple[int, int, list[str]]], name: str, ending: str) -> None:
    session, lines = Session(), SAMPLE.split("\n")
    for at, gone, new in [(0, 0, []), *edits]:
        at = min(at, len(lines))
        lines[at : at + gone] = new
        text = ending.join(lines)
        film, sources, report = check_text(text, name)
        warm, warm_sources, warm_report = session.check_text(text, name)
        assert warm == film
        assert _order(warm_report.items) == _order(report.items)
        assert [warm_sources.place(d.span) for d in warm_report.items if d.span] == [
            sources.place(d.span) for d in warm_report.items if d.span
        ]
        if film is not None and warm is not None:
            for scene, same in zip(film.scenes, warm.scenes, strict=True):
                assert warm_sources.absolute(same.span) == scene.span
                for item, other in zip(scene.items, same.items, strict=True):
                    assert warm_sources.absolute(other.span) == item.span


def test_an_edited_scene_is_all_that_is_done_again() -> None:
    text = directed(1)
    session = Session()
    session.check_text(text, "a.film")
    assert session.work.parsed == session.work.chunks == 121
    at = text.index("INT.", len(text) // 2)
    at = text.index("\n\n", text.index("\nshot ", at)) + 2
    edited = f"{text[:at]}Mara waits by the window.\n\n{text[at:]}"
    film, _, report = session.check_text(edited, "a.film")
    assert (session.work.parsed, session.work.resolved) == (1, 1)
    cold, _, cold_report = check_text(edited, "a.film")
    assert film == cold
    assert _order(report.items) == _order(cold_report.items)
    session.check_text(text, "a.film")
    assert (session.work.parsed, session.work.resolved) == (1, 1)


def test_a_name_declared_or_a_look_taken_away_is_heard_of_in_every_scene() -> None:
    session = Session()
    scenes = "INT. A - DAY\n\nshot close-up of ZED\n\nINT. B - DAY\n\nRain.\n\nINT. C - DAY\n\nshot wide\n    look: dusk-two\n"
    zed, look = "character ZED\n    a man\n\n", "look dusk-two, extends silver\n\n"
    for declared in (zed + look, zed, look + zed, "prop ZED\n\n" + look, look, ""):
        film, _, report = session.check_text(declared + scenes, "a.film")
        cold, _, cold_report = check_text(declared + scenes, "a.film")
        assert film == cold
        assert _order(report.items) == _order(cold_report.items)


def test_a_name_that_a_whole_film_makes_known_is_known_in_every_scene() -> None:
    session = Session()
    text = "INT. A - DAY\n\nハンナ\n今日は。\n\nINT. B - DAY\n\n誰か。\n"
    for line in ("", "ハンナ\nただいま。\n"):
        film, _, _ = session.check_text(text + "\n" + line, "a.fountain")
        assert film == check_text(text + "\n" + line, "a.fountain")[0]


def _order(items: list[Diagnostic]) -> list[str]:
    """Findings as a set with counts: only their order may differ, for a chunk's stand together."""
    return sorted(map(repr, items))
