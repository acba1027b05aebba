"""Properties of the syntax: trees are generated, printed and read again; texts of every kind are read and laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib import resources

from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, Token

from compiler.diagnostics import Report, Span
from compiler.front import check_text
from compiler.syntax import nodes as n
from compiler.syntax.emphasis import emphasis_runs, plain
from compiler.syntax.format import format_source, shape
from compiler.syntax.lines import KEYWORDS
from compiler.syntax.lossless import children, pieces
from compiler.syntax.parser import known_speakers, parse, parse_chunk
from compiler.syntax.phrases import parse_head, split_phrases
from compiler.syntax.printer import print_screenplay
from compiler.syntax.source import decode_source, make_source
from tests.properties.test_language import LINES, SCRIPTS, _film
from tests.syntax.sample import SAMPLE

NOWHERE = Span(0, 0)

# --- trees ------------------------------------------------------------------------------------

WORDS = st.sampled_from("door rain walks über naïve είναι дом 猫 قط नमस्ते *slow* _so_ 1.5 don't — “yes” a,b x;y".split())
PROSE = st.lists(WORDS, min_size=1, max_size=6).map(lambda words: "So " + " ".join(words))
HOSTILE = st.sampled_from(
    ["INT. HOUSE - DAY", "MARA", "CUT TO:", "shot wide", "# one", "= two", "> three", "~ four", "!five", "@Six", ".SEVEN",
     "FADE OUT.", "Key: value", "(so)", "===", "> eight <", "    deep", "ハンナ"]
)  # fmt: skip
NAMES = st.sampled_from(["MARA", "ÉLODIE", "ИВАН", "ΆΝΝΑ", "R2-D2", "2ND MAN", "O'BRIEN", "MR. ØRSTED", "JOHN JR."])
ODD_NAMES = st.sampled_from(["McCoy", "ハンナ", "هالة", "रमा", "the dog", "WHO?", "A: B"])
EXTENSIONS = st.lists(st.sampled_from(["V.O.", "O.S.", "CONT'D", "cont'd", "into phone"]), max_size=2).map(tuple)
PHRASES = st.lists(
    st.sampled_from(["wide", "close-up of MARA", "85mm", "f/1.8", '"a, b"', "over-shoulder(MARA, BO)", "2s..5s", "#fa0",
                     "dolly in slowly", "00:01:02:03", "at 2s", "low", "ハンナ", "of MARA and a DOG"]), max_size=4
).map(", ".join)  # fmt: skip
COMMENTS = st.sampled_from(
    ["a note", " two\nlines ", "kept\n  \nempty", "note: not a keyword", "shot without colon", ""]
)


def _text(text: str) -> n.Text:
    return n.Text(text, NOWHERE)


def _action(lines: list[str], forced: bool) -> n.Action:
    return n.Action(tuple(_text(line) for line in lines), NOWHERE, forced)


SPEECH_LINES = st.builds(n.SpeechLine, PROSE, st.booleans(), st.just(NOWHERE))
MANNERS = st.builds(n.Parenthetical, st.sampled_from(["softly", "beat", "to ANNA, low"]), st.just(NOWHERE))
SPEECHES = st.lists(SPEECH_LINES | MANNERS | st.just(n.SpeechLine("", False, NOWHERE)), max_size=4).flatmap(
    lambda parts: st.builds(lambda first, last: (first, *parts, last), SPEECH_LINES | MANNERS, SPEECH_LINES)
)
PROPERTIES = st.builds(
    n.Property,
    st.sampled_from(["takes", "seed", "light", "wears", "MARA", "BIG DOG", "some-key"]),
    st.sampled_from(["", "", "night"]),
    st.sampled_from(["8", "grey coat, boots", "", '"x, y"', "a (b, c) d"]).map(_text),
    st.just(NOWHERE),
)
DIRECTIVES = st.builds(
    n.Directive,
    st.sampled_from(sorted(KEYWORDS)),
    PHRASES.map(_text),
    st.lists(PROPERTIES, max_size=3).map(tuple),
    st.lists(PROSE.map(lambda line: _text(line.replace("x;y", "").replace(",", "").strip())), max_size=2).map(tuple),
    st.booleans(),
    st.just(NOWHERE),
)
ELEMENTS = st.one_of(
    st.builds(n.Heading, st.sampled_from(["INT. HOUSE - DAY", "I/E CAR", "est. sea"]), st.sampled_from(["", "1A", "4-b."]),
              st.just(False), st.just(NOWHERE)),
    st.builds(n.Heading, st.sampled_from(["ROOF", "猫の家 - 夜"]), st.sampled_from(["", "12"]), st.just(True), st.just(NOWHERE)),
    st.builds(_action, st.lists(PROSE, min_size=1, max_size=3), st.booleans()),
    st.builds(lambda first, rest: _action([first, *rest], True), HOSTILE, st.lists(HOSTILE | PROSE, max_size=2)),
    st.builds(n.Dialogue, NAMES, EXTENSIONS, SPEECHES, st.booleans(), st.just(False), st.just(NOWHERE)),
    st.builds(n.Dialogue, ODD_NAMES, EXTENSIONS, SPEECHES, st.booleans(), st.just(True), st.just(NOWHERE)),
    st.builds(n.Lyric, PROSE, st.just(NOWHERE)),
    st.builds(n.Transition, st.sampled_from(["CUT TO:", "FADE IN:", "DISSOLVE 2S TO:"]), st.just(False), st.just(NOWHERE)),
    st.builds(n.Transition, PROSE, st.just(True), st.just(NOWHERE)),
    st.builds(n.Centered, PROSE, st.just(NOWHERE)),
    st.builds(n.Section, st.integers(1, 9), PROSE | st.just(""), st.just(NOWHERE)),
    st.builds(n.Synopsis, PROSE | st.just(""), st.just(NOWHERE)),
    st.builds(n.PageBreak, st.just(NOWHERE)),
    st.builds(n.Comment, COMMENTS, st.booleans(), st.just(NOWHERE)),
    DIRECTIVES,
)  # fmt: skip
ENTRIES = st.tuples(st.sampled_from(["Title", "Draft date", "作者"]), st.sampled_from(["X", "One\nTwo", ""]).map(_text))
PAGES = st.none() | st.lists(ENTRIES, min_size=1, max_size=3).map(lambda rows: n.TitlePage(tuple(rows), NOWHERE))
TREES = st.builds(
    lambda page, elements: n.Screenplay((*([page] if page else []), *elements)), PAGES, st.lists(ELEMENTS, max_size=8)
)


@given(TREES)
@settings(max_examples=200, deadline=None)
def test_a_printed_tree_is_read_as_itself(tree: n.Screenplay) -> None:
    printed = print_screenplay(tree)
    report = Report()
    again = parse(make_source("x", printed), report)
    assert shape(again.elements) == shape(tree.elements)
    assert [e for e in again.elements if not isinstance(e, n.Directive)] == [
        e for e in tree.elements if not isinstance(e, n.Directive)
    ]
    assert print_screenplay(again) == printed
    assert format_source(make_source("x", printed), report) == printed


@given(TREES)
@settings(max_examples=80, deadline=None)
def test_a_fountain_says_by_notes_what_a_film_says_by_lines(tree: n.Screenplay) -> None:
    printed = print_screenplay(tree, bare_directives=False)
    again = parse(make_source("x.fountain", printed), Report(), bare_directives=False)
    notes = tuple(replace(e, note=True) if isinstance(e, n.Directive) else e for e in tree.elements)
    assert shape(again.elements) == shape(notes)


# --- texts ------------------------------------------------------------------------------------

BLOCKS = st.sampled_from(
    ["character MARA,", "  wears: coat,", "      boots", "   hat", "\twears: x", "shot wide,", "24mm", "  takes: 3", "    24mm",
     "[[shot: wide,\n 24mm\n takes: 8\n   more]]", "[[character: BO\nwears: hat]]", "She [[require: x]] waits.",
     "INT. A [[cover: plain]] - DAY", "[[a]] MARA", "MARA [[b]] (V.O.)", "/* x\n\ny */ She", "Hello [[c\n  \nd]] you.",
     "[[sound: gulls]]", "the [[light: out]] end", "\t\tindented", "  two", "!x", "prompt: a,b", "verb X does", "  a: b,", "]] x",
     "  [[x]] takes: 8 [[y]] ,9", "shot wide [[c\n  \nd]] ,24mm", "  [[own\n  line]]", "    /* a */ more", "\"a  b\" , (c ,d)"]
)  # fmt: skip
TEXTS = SCRIPTS | st.builds(
    lambda lines, end: end.join(lines),
    st.lists(BLOCKS | LINES.map(lambda lines: "\n".join(lines[:2])), max_size=16),
    st.sampled_from(["\n", "\n\n", "\r\n"]),
)


@given(TEXTS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_tree_is_lossless_and_its_spans_are_nested(text: str, bare: bool) -> None:
    source = make_source("x", text)
    tree = parse(source, Report(), bare_directives=bare)
    parts = list(pieces(source, tree))
    assert source.mark + "".join(part.text for part in parts) == text
    assert all(part.element is not None or not part.text.strip() for part in parts)
    assert all(part.text[:1].strip() or isinstance(part.element, n.Action) for part in parts if part.element)
    outer = Span(0, 0)
    for element in tree.elements:
        if isinstance(element, n.Comment | n.Directive) and element.inside:
            assert outer.start <= element.span.start <= element.span.end <= outer.end
        else:
            assert outer.end <= element.span.start
            outer = element.span
        _nested(element)


def _nested(node: n.Element | n.Property) -> None:
    last = node.span.start
    for span in children(node):
        assert node.span.start <= span.start <= span.end <= node.span.end
        assert span.start >= last or isinstance(node, n.Property)
        last = span.start
    for item in node.properties if isinstance(node, n.Directive) else ():
        _nested(item)


@given(TEXTS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_text_stands_where_its_span_says(text: str, bare: bool) -> None:
    source = make_source("x", text)
    for node in _texts(parse(source, Report(), bare_directives=bare)):
        if "\n" not in node.text and (node.breaks or len(node.text) == node.span.end - node.span.start):
            under = [source.text[node.at(index)] for index in range(len(node.text))]
            assert all(mine in (theirs, " ") for mine, theirs in zip(node.text, under, strict=True))
            assert not node.text or node.at(len(node.text) - 1) == node.span.end - 1


@given(TREES)
@settings(max_examples=100, deadline=None)
def test_an_element_is_all_that_its_span_holds(tree: n.Screenplay) -> None:
    """Not a letter more or less: what a span holds is how the element is written."""
    source = make_source("x", print_screenplay(tree))
    for element in parse(source, Report()).elements:
        written = source.text[element.span.start : element.span.end]
        assert written == written.strip("\n")
        match element:
            case n.Heading():
                number = f" #{element.number}#" if element.number else ""
                assert written in (f"{element.text}{number}", f".{element.text}{number}")
            case n.Dialogue():
                assert source.text[element.name_span.start : element.name_span.end] == element.name
                lines = [line.strip() for line in written.split("\n")[1:]]
                for line, part in zip(lines, element.parts, strict=True):
                    assert source.text[part.span.start : part.span.end].strip(" ") == line
                    assert not isinstance(part, n.Parenthetical) or line == f"({part.text})"
                    assert not isinstance(part, n.SpeechLine) or line in (part.text, f"~{part.text}")
            case n.Section() | n.Synopsis() | n.Lyric() | n.Centered() | n.Transition():
                assert element.text in written
                assert len(written) - len(element.text) <= 10
            case n.Comment():
                assert (written[:2], written[-2:]) == (("/*", "*/") if element.boneyard else ("[[", "]]"))


def _texts(value: object) -> Iterator[n.Text]:
    if isinstance(value, n.Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


@given(TEXTS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_formatter_is_idempotent_and_keeps_every_word(text: str, bare: bool) -> None:
    source, report = make_source("x", text), Report()
    first = format_source(source, report, bare_directives=bare)
    if first is None:
        assert {item.code for item in report.items} == {"E103"}
        return
    assert format_source(make_source("x", first), report, bare_directives=bare) == first
    assert sorted(re.findall(r"\w+", first)) == sorted(re.findall(r"\w+", source.text))
    assert "\r" not in first
    assert not first or first.endswith("\n")


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_the_formatter_moves_no_comment(text: str) -> None:
    # Without blocks every word keeps its place too; the order of a block's lines is the formatter's.
    text = re.sub(r"(?m)^[ \t]+(?=\w+(-\w+)*( at \w+)?:)", "", text)
    source = make_source("x", text)
    first = format_source(source, Report(), bare_directives=False)
    if first is not None:
        assert re.findall(r"\w+|\[\[|\]\]|/\*|\*/", first) == re.findall(r"\w+|\[\[|\]\]|/\*|\*/", source.text)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_the_formatter_keeps_the_film(text: str) -> None:
    before, _, _ = check_text(text)
    first = format_source(make_source("<text>", text), Report())
    if first is not None and before is not None:
        after, _, again = check_text(first)
        assert after == before, again.items


SPACES = [match.start() for match in re.finditer(r"(?<=\S) (?! )(?![^\[\n]*\]\])", SAMPLE)]
INSERTED = st.sampled_from([" [[c]] ", " /* a\n\n b */ ", " [[x\n  \ny]] ", " /* wears: x */ ", "  ", "[[y]] "])


@given(st.lists(st.tuples(st.sampled_from(SPACES), INSERTED), min_size=1, max_size=4, unique_by=lambda edit: edit[0]))
@settings(max_examples=60, deadline=None)
def test_comments_and_spaces_anywhere_change_nothing_before_or_after_the_formatter(
    edits: list[tuple[int, str]],
) -> None:
    text = SAMPLE
    for at, inserted in sorted(edits, reverse=True):
        text = text[:at] + inserted + text[at + 1 :]
    formatted = format_source(make_source("x", text), Report())
    assert formatted is not None
    assert formatted.count("[[") == text.count("[[")
    assert _film(text) == _film(formatted) == _film(SAMPLE)


@given(st.lists(LINES | st.lists(BLOCKS, max_size=4), max_size=4), st.sampled_from(["\r\n", "\r"]))
@settings(max_examples=150, deadline=None)
def test_line_endings_make_the_same_tree(groups: list[list[str]], ending: str) -> None:
    text = "\n".join(re.sub(r"\r", " ", line) for group in groups for line in group)
    mixed = text.replace("\n", ending)
    assert shape(parse(make_source("x", mixed), Report()).elements) == shape(
        parse(make_source("x", text), Report()).elements
    )
    assert format_source(make_source("x", mixed), Report()) == format_source(make_source("x", text), Report())


@given(st.binary(max_size=300) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    source = decode_source("x.film", data, Report())
    if source is not None:
        parse(source, Report())
        format_source(source, Report())


@given(st.integers(0, 12))
@settings(max_examples=13, deadline=None)
def test_a_part_parses_alone_as_within_the_whole(cut: int) -> None:
    whole = make_source("x", SAMPLE + "\n\nハンナ\nA.\n\nハンナ\nB.\n")
    tree = parse(whole, Report())
    starts = [e.span.start for e in tree.elements if isinstance(e, n.Heading | n.Section | n.Transition)]
    begin = starts[cut % len(starts)]
    part = parse_chunk(whole.text[begin:], "x", Report(), names=known_speakers(whole.text), base=begin)
    expected = [e for e in tree.elements if e.span.start >= begin]
    assert list(part.elements) == expected
    assert [e.span for e in part.elements] == [e.span for e in expected]


# --- lines ------------------------------------------------------------------------------------


@given(st.text(alphabet="a *_\\b\n", max_size=40))
@settings(max_examples=200, deadline=None)
def test_emphasis_loses_no_letter(text: str) -> None:
    assert re.sub(r"[*_\\]", "", plain(text)) == re.sub(r"[*_\\]", "", text)
    for line in text.split("\n"):
        runs = emphasis_runs(line)
        assert all(run.text for run in runs)
        assert "".join(run.text for run in runs) == plain(line)


HEADS = st.text(alphabet="aZé9,\"() .:/#m-\t'+ハ", max_size=40) | PHRASES


@given(HEADS)
@settings(max_examples=200, deadline=None)
def test_a_head_is_read_word_by_word(text: str) -> None:
    head = parse_head(n.Text(text, Span(5, 5 + len(text), "x")))
    words = [word for phrase in head.phrases for word in phrase.words]
    assert all(text[w.span.start - 5 : w.span.end - 5] == w.text for w in words)
    label = head.label.text if head.label else ""
    kept = label + "".join(word.text for word in words)
    assert re.sub(r"[\s,]", "", kept) == re.sub(r"[\s,]", "", text)
    for phrase in split_phrases(n.Text(text, Span(5, 5 + len(text), "x"))):
        assert text[phrase.span.start - 5 : phrase.span.end - 5].split() == phrase.text.split()


@given(HEADS)
@settings(max_examples=100, deadline=None)
def test_the_scanner_agrees_with_the_grammar(text: str) -> None:
    tokens = list(_grammar().parse(text).scan_values(lambda value: isinstance(value, Token)))
    head = parse_head(n.Text(text, Span(0, len(text))))
    words = [*([head.label] if head.label else []), *(w for phrase in head.phrases for w in phrase.words)]
    assert [str(token) for token in tokens] == [word.text for word in words]
    same = [(t.type, w.kind) for t, w in zip(tokens, words, strict=True) if t.type != w.kind]
    assert all(pair == ("NAME", "WORD") for pair in same)


@cache
def _grammar() -> Lark:
    grammar = resources.files("compiler.syntax").joinpath("film.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False)
