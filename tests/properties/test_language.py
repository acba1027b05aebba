"""Properties of the language: total, sound, lossless, and blind to what must not matter."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report, Span
from compiler.front import check_text
from compiler.meaning.film import Film
from compiler.syntax import nodes as n
from compiler.syntax.format import shape
from compiler.syntax.parser import parse
from compiler.syntax.printer import print_screenplay
from compiler.syntax.source import decode_source, make_source
from tests.syntax.sample import SAMPLE

PIECES = [
    "INT. KITCHEN - NIGHT", ".ROOF", "EXT. SEA - DAWN #4A#", "MARA", "MARA (V.O.)", "@McCoy", "ELIAS ^", "(softly)",
    "Hello there.", "hello", "  ", "~la la", "> FADE <", "> CUT TO:", "CUT TO:", "FADE IN:", "# One", "= what", "===",
    "shot wide, 24mm", "shot a-b: close-up of MARA, 85mm, f/1.8", "shot of MARA, ELIAS and TOM, 3s", "scene",
    "sound gulls, low, at 2s", "music drone in D minor, 54 bpm", "look x", "character MARA", "location KITCHEN",
    "use \"stdlib:looks\"", "use \"x.film\"", "    wears: grey coat", "    a woman of sixty", "    MARA: at door",
    "[[a note]]", "[[shot: cu of MARA]]", "/* gone", "*/", "[[", "]]", "*bold* _under_ \\*not\\*", "!SHOUT", "prop cup",
    "Title: X", "Format: 640x268, 24 fps", "\u00c5SA", "ハンナ", "今日は。", "\t", "shot ,,", "shot \"", "shot 1..2, #fff, 00:00:01:00",
    "shot over MARA's shoulder", "shot two-shot", "shot pov", "shot follow", "shot as", "shot dutch", "shot audio leads",
    "sound on", "sound at", "music in", "sound when", "music out, 3s", "shot rack to", "shot 9999999999mm", "shto wide",
    "SUPER: THREE YEARS LATER", "DISSOLVE 2S TO:", "look y, extends", "shot f/", "shot move and then",
]  # fmt: skip
LINES = st.lists(st.sampled_from(PIECES) | st.text(max_size=30), max_size=24)
SCRIPTS = (
    st.builds(lambda lines, end: end.join(lines), LINES, st.sampled_from(["\n", "\n\n", "\r\n", "\r"])) | st.text()
)


@given(SCRIPTS)
@settings(max_examples=250, deadline=None)
def test_any_text_compiles_to_values(text: str) -> None:
    film, sources, report = check_text(text)
    assert film is not None or report.failed
    for item in report.items:
        assert item.message
        if item.span is not None and item.span.file in sources.sources:
            assert 0 <= item.span.start <= item.span.end <= len(sources.sources[item.span.file].text)


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_decode_or_are_reported(data: bytes) -> None:
    report = Report()
    assert decode_source("x.film", data, report) is not None or report.failed


@given(SCRIPTS)
@settings(max_examples=250, deadline=None)
def test_spans_are_sound_and_in_order(text: str) -> None:
    source = make_source("x", text)
    last = 0
    for element in parse(source, Report()).elements:
        assert element.span.start >= last or isinstance(element, n.Comment | n.Directive)
        last = max(last, element.span.start)
        for inner in _spans(element):
            assert 0 <= inner.start <= inner.end <= len(source.text)


@given(SCRIPTS)
@settings(max_examples=250, deadline=None)
def test_printing_keeps_every_word(text: str) -> None:
    # A stray mark of an unclosed comment may gain its other half; words never change.
    source = make_source("x", text)
    printed = print_screenplay(parse(source, Report()))
    assert _words(printed) == _words(source.text)


@given(SCRIPTS)
@settings(max_examples=250, deadline=None)
def test_printing_is_stable_and_parses_back(text: str) -> None:
    tree = parse(make_source("x", text), Report())
    printed = print_screenplay(tree)
    again = parse(make_source("x", printed), Report())
    assert shape(again.elements) == shape(tree.elements)
    assert print_screenplay(again) == printed


@given(LINES, st.sampled_from(["\r\n", "\r"]))
@settings(max_examples=150, deadline=None)
def test_line_endings_do_not_matter(lines: list[str], ending: str) -> None:
    lines = [re.sub(r"[\r\n]", " ", line) for line in lines]
    assert check_text("\n".join(lines))[0] == check_text(ending.join(lines))[0]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_comments_and_empty_lines_do_not_change_the_film(data: st.DataObject) -> None:
    lines = SAMPLE.split("\n")
    at = data.draw(st.integers(0, len(lines)))
    more = data.draw(st.sampled_from(["[[only a note]]", "/* gone */", "/* gone\n\nINT. NOWHERE - DAY\n\n*/"]))
    assert _film("\n".join([*lines[:at], more, *lines[at:]])) == _film(SAMPLE)
    blank = [i for i, line in enumerate(lines) if not line.strip()]
    at = data.draw(st.sampled_from(blank))
    assert _film("\n".join([*lines[:at], "", *lines[at:]])) == _film(SAMPLE)


@given(st.permutations(["close-up of MARA", "85mm", "f/1.8", "dolly in slowly", "low angle", "3s", "in profile"]))
@settings(max_examples=40, deadline=None)
def test_the_order_of_phrases_does_not_matter(phrases: list[str]) -> None:
    text = "INT. ROOM - DAY\n\nshot {}\n\nMARA\nHello.\n"
    want = _film(text.format("close-up of MARA, 85mm, f/1.8, dolly in slowly, low angle, 3s, in profile"))
    assert _film(text.format(", ".join(phrases))) == want


@given(
    st.lists(st.sampled_from(["Mara", "waits", "by", "the", "window.", "She", "turns"]), min_size=2, max_size=20),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_rewrapping_a_paragraph_does_not_change_the_film(words: list[str], data: st.DataObject) -> None:
    gaps = [data.draw(st.sampled_from([" ", "\n", "  "])) for _ in words[1:]] + [""]
    wrapped = "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    head = "INT. ROOM - DAY\n\n"
    assert _film(head + "Then " + wrapped) == _film(head + "Then " + " ".join(words))


def test_time_grows_with_length_and_no_faster() -> None:
    # Not a clock: each hostile shape is large enough that anything quadratic would be plain to the person waiting.
    for text in ("[[" * 40_000, "/*" * 40_000, "A\n" * 40_000, "shot " + "a," * 9_000, "*a" * 9_000, "(" * 19_000,
                 "[[a\n\n" * 10_000, "MARA\nhi [[shot: x]]\n\n" * 1_500, "_*" * 9_000):  # fmt: skip
        check_text("INT. X - DAY\n\n" + text)


def _film(text: str) -> Film:
    film, _, report = check_text(text)
    assert film is not None, report.items
    return film


def _words(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text))


def _spans(value: object) -> list[Span]:
    if isinstance(value, Span):
        return [value]
    if isinstance(value, tuple):
        return [s for v in value for s in _spans(v)]
    if is_dataclass(value):
        return [s for f in fields(value) for s in _spans(getattr(value, f.name))]
    return []
