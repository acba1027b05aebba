"""Interchange keeps every element: ``.film`` ↔ Fountain ↔ Final Draft, over screenplays nobody wrote.

Two syntax trees are equal here when their elements are equal in kind, order and every field but: where they stand;
whether a directive is a bare line or a note (``note``); white space at the ends of and within runs of text; emphasis,
which is compared as styled runs and not as marks; Final Draft is given
texts of characters that XML can hold; others become U+FFFD there.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report, Span
from compiler.interchange.emphasis import marked_text, plainly, styled_runs
from compiler.interchange.fdx_read import fdx_to_fountain
from compiler.interchange.fdx_write import fountain_to_fdx
from compiler.interchange.fountain import film_to_fountain, fountain_to_film
from compiler.syntax import nodes as n
from compiler.syntax.emphasis import Run
from compiler.syntax.parser import parse
from compiler.syntax.source import make_source

PIECES = [
    "INT. KITCHEN - NIGHT", ".ROOF", ".INT. X", "EXT. SEA - DAWN #4A#", "MARA", "MARA (V.O.)", "@McCoy", "ELIAS ^", "BO^",
    "(softly)", "(beat)", "Hello there.", "You kept *the* ticket. [[shot: insert of lamp, 2s]] All this way.", "  ", "   x",
    "~la la", "> FADE <", "> CUT TO:", "CUT TO:", "FADE IN:", "# One", "### Deep", "###### Deeper", "= what", "===", "=====", "A [[x]] b",
    "[[a note]]", "[[two\nlines]]", "[[shot: close-up of MARA]]", "[[sound: gulls, low]]", "[[music: out]]", "/* gone */",
    "/* far\n\n\ngone */", "*bold* _under_ \\*not\\*", "**a** *b* ***c*** _**d**_", "*open", "snake_case_name", "!SHOUT",
    "!  far in", "    indented", "Title: X", "Title:\n    **Two**\n    lines", "Draft: 3", "\u00c5SA", "ハンナ", "今日は。",
    "Mara sits. [[sound: thud]] She looks.", "One line\n[[a note between]]\nand another", "shot is a word", "<&> \"'", "]]",
    "[[character: MARA\n    a woman of sixty\n    wears: grey coat]]", "[[scene:\n    MARA: at door]]", "Hi [[a]][[b]] there [[c]]",
]  # fmt: skip
BARE = [
    "shot wide, 24mm", "shot a-b: close-up of MARA, 85mm\n    look: ash\n    note: keep", "scene\n    MARA: at door",
    "character MARA\n    a woman of sixty\n    wears: grey coat [[or blue]], boots", "sound gulls, low, at 2s", "use \"stdlib:looks\"",
    "character ハンナ\n    a girl", "music drone in D minor", "shot wide [[why?]]", "location KITCHEN\n    set: table",
]  # fmt: skip


ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _texts(pieces: list[str]) -> st.SearchStrategy[str]:
    words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    line = st.sampled_from(pieces) | words
    gap = st.sampled_from(["\n\n", "\n", "\n\n\n", "\n\n", "\r\n\r\n"])
    return st.lists(st.tuples(line, gap), max_size=14).map(lambda parts: "".join(a + b for a, b in parts))


@given(_texts(PIECES))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_final_draft_keeps_every_element(text: str) -> None:
    source, report = make_source("a.fountain", text), Report()
    assume(not ILLEGAL.search(text))
    tree = parse(source, report, bare_directives=False)
    assume(not report.failed)
    document = fountain_to_fdx(source, report)
    again = fdx_to_fountain("a.fdx", document.encode(), report)
    assert not report.failed
    back = parse(make_source("a.fountain", again), Report(), bare_directives=False)
    assert _shape(back, xml=True) == _shape(tree, xml=True)


@given(_texts(PIECES + BARE))
@example("CUT TO:\nshot wide, 24mm\nMARA\n\n")
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_fountain_keeps_every_element_of_a_film(text: str) -> None:
    source, report = make_source("a.film", text), Report()
    tree = parse(source, report)
    assume(not report.failed)
    fountain = film_to_fountain(source, report)
    assume(not report.failed)
    there = parse(make_source("a.fountain", fountain), Report(), bare_directives=False)
    assert _shape(there, forced=False) == _shape(tree, forced=False)
    film = fountain_to_film(make_source("a.fountain", fountain), report)
    assert not report.failed
    assert _shape(parse(make_source("a.film", film), Report()), forced=False) == _shape(tree, forced=False)


@given(_texts(PIECES))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_film_keeps_every_element_of_a_fountain(text: str) -> None:
    source, report = make_source("a.fountain", text), Report()
    tree = parse(source, report, bare_directives=False)
    assume(not report.failed)
    film = fountain_to_film(source, report)
    back = parse(make_source("a.film", film), Report())
    assert _shape(back, forced=False) == _shape(tree, forced=False)


WORN = st.builds(
    Run,
    st.sampled_from(["a", "b c", " ", "x*y", "_", "d ", " e", "**", "\\"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(WORN))
@settings(max_examples=120, deadline=None)
def test_styles_survive_as_marks_or_say_that_they_cannot(runs: list[Run]) -> None:
    text, whole = marked_text(runs)
    told = styled_runs(text)
    assert "".join(run.text for run in told) == "".join(run.text for run in runs)
    assert not whole or plainly(told) == plainly(runs)


def _shape(value: object, *, xml: bool = False, forced: bool = True) -> object:
    """What must survive, as nested tuples."""
    match value:
        case Span():
            return None
        case str():
            runs = plainly(styled_runs(value))
            return tuple(
                (" ".join(run.text.split()), run.bold, run.italic, run.underline) for run in runs if run.text.strip()
            )
        case tuple():
            return tuple(_shape(item, xml=xml, forced=forced) for item in value)
        case n.Comment():
            return ("Comment", value.boneyard, " ".join(value.text.split()) if not xml else None)
        case _ if is_dataclass(value):
            kept = [
                f.name
                for f in fields(value)
                if f.compare and f.name not in ("note", "inside", "written") and (forced or f.name != "forced")
            ]
            return (type(value).__name__, *(_shape(getattr(value, name), xml=xml, forced=forced) for name in kept))
    return value
