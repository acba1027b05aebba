"""film.picks.toml: what is written reads back, by hand or by a command, and nothing that stands in it raises."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.codes import E, W
from compiler.diagnostics import Report, Severity
from compiler.limits import PICKS_BYTES
from compiler.picks import FILE, Pick, Stretch, disordered, read_stretches, renamed
from compiler.picks_read import parse_picks, read_picks
from compiler.picks_write import print_picks
from compiler.syntax.source import make_source

GOLDEN = """\
# The director's picks: which takes are in the cut. `film pick` writes this file, and it may be edited by hand.
# A take is a number, or stretches of takes: take = 3, take = "3 1.2s..4s", take = ["2 0s..2s", "3 2s..5s"].

[[pick]]
shot = "#7|close-up/MARA|1"
take = 2

[[pick]]
shot = "arrival"
take = ["2 0s..2s", "3 2s..5s"]
by = "Ada"
when = 2026-11-23T05:12:00Z
why = "she breathes \\"before\\" the line"
recipe = "0123456789abcdef"

[[pick]]
shot = "listening"
take = "3 1.2s..4s"
key = "#7|wide/|1"
film = "lighthouse.film"
"""
PICKS = (
    Pick("listening", (Stretch(3, "1.2s", "4s"),), key="#7|wide/|1", film="lighthouse.film"),
    Pick(
        "arrival", (Stretch(2, "0s", "2s"), Stretch(3, "2s", "5s")), by="Ada", when="2026-11-23T05:12:00Z",
        why='she breathes "before" the line', recipe="0123456789abcdef",
    ),
    Pick("#7|close-up/MARA|1", (Stretch(2),)),
)  # fmt: skip


def read(text: str) -> tuple[tuple[Pick, ...], Report]:
    report = Report()
    return parse_picks(make_source(FILE, text), report), report


def codes(text: str) -> list[str]:
    return [item.code for item in read(text)[1].items]


def marked(text: str) -> str:
    """What the one finding of a file points at."""
    (item,) = read(text)[1].items
    assert item.span is not None
    return text[item.span.start : item.span.end]


def test_the_file_is_sorted_and_reads_back() -> None:
    text = print_picks(PICKS)
    assert text == GOLDEN
    picks, report = read(text)
    assert report.items == []
    assert set(picks) == set(PICKS)
    assert print_picks(picks) == text


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30).map(
    lambda t: " ".join(t.split())
)
TIMES = st.integers(0, 400).map(lambda n: f"{n / 10:g}s")


@st.composite
def stretches(draw: st.DrawFn) -> tuple[Stretch, ...]:
    ends = sorted(set(draw(st.lists(st.integers(0, 400), min_size=2, max_size=8))))
    takes = draw(st.lists(st.integers(1, 64), min_size=len(ends), max_size=len(ends)))
    parts = tuple(
        Stretch(take, f"{a / 10:g}s", f"{b / 10:g}s") for take, a, b in zip(takes, ends, ends[1:], strict=False)
    )
    return parts or (Stretch(takes[0]),)


@given(
    st.lists(
        st.builds(Pick, WORDS.filter(bool), stretches(), WORDS, st.just(""), WORDS, WORDS, WORDS, WORDS), max_size=5
    )
)
def test_any_picks_are_read_as_they_were_written(picks: list[Pick]) -> None:
    single = {pick.key or pick.shot: pick for pick in picks}
    text = print_picks(single.values())
    found, report = read(text)
    assert report.items == []
    assert set(found) == set(single.values())
    assert print_picks(found) == text


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
def test_nothing_in_the_file_raises(text: str) -> None:
    for whole in (
        text,
        f"[[pick]]\nshot = {text}\ntake = 3\n",
        f"[[pick]]\nshot = 'x'\ntake = {text}\n",
        f"[[pick]]\n{text}",
    ):
        picks, report = read(whole)
        assert isinstance(picks, tuple)
        for item in report.items:
            assert item.span is None or 0 <= item.span.start <= item.span.end <= len(whole) + 1


@pytest.mark.parametrize(
    ("text", "code", "mark"),
    [
        ('[[pick]]\nshot = "a\ntake = 3\n', "E470", ""),
        ("<<<<<<< HEAD\n[[pick]]\nshot = 'a'\ntake = 3\n=======\n", "E470", "<<<<<<< "),
        ("pick = 3\n", "E470", "pick"),
        ("a." * 20_000 + "b = 1\n", "E470", "a." * 10),
        ("x = " + "[" * 100_000 + "\n", "E470", "[" * 20),
        ("[[pick]]\nshot = 'a'\ntake = " + "9" * 6000 + "\n", "E470", ""),
        ("[[pick]]\nshot = 'a'\ntake = 0\n", "E471", "0"),
        ("[[pick]]\nshot = 'a'\ntake = 65\n", "E471", "65"),
        ("[[pick]]\nshot = 'a'\ntake = 3.5\n", "E471", "3.5"),
        ("[[pick]]\nshot = 'a'\ntake = 'third'  # that one\n", "E471", "'third'"),
        ("[[pick]]\nshot = 'a'\ntake = '3 2s..1s'\n", "E471", "'3 2s..1s'"),
        ("[[pick]]\nshot = 'a'\ntake = '3 2kg..5kg'\n", "E471", "'3 2kg..5kg'"),
        ("[[pick]]\nshot = 'a'\ntake = [3, 2]\n", "E471", "[3, 2]"),
        ("[[pick]]\nshot = 'a'\n", "E471", "[[pick]]"),
        ("[[pick]]\ntake = 3\n", "E471", "[[pick]]"),
        ("[[pick]]\nshot = 7\ntake = 3\n", "E471", "7"),
        ("[[pick]]\nshot = 'a'\ntake = ['2 0s..3s',\n  '3 2s..5s']\n", "E472", "['2 0s..3s',\n  '3 2s..5s']"),
        ("[[pick]]\nshot = 'a'\ntake = 3\n\n[[pick]]\nshot = 'a'\ntake = 2\n", "E473", "[[pick]]"),
        ("[[pick]]\nshot = 'a'\ntake = 3\nbecuase = 'x'\n", "W522", "becuase"),
        ("[[picks]]\nshot = 'a'\n", "W522", "picks"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, code: str, mark: str) -> None:
    assert codes(text) == [code]
    assert marked(text) == mark


def test_a_hostile_file_is_read_in_no_time() -> None:
    """As many as fit of what would cost most: no pattern may look at all of the file for each of them."""
    size = PICKS_BYTES.value // 10
    for text in (
        "x" * size,
        "\n".join(f"k{n} = 1" for n in range(size // 12)),
        "[[pick]]\n" + "\n".join(f"k{n} = 1" for n in range(size // 12)),
        "pick = [" + "{ shot = 'a' }," * (size // 20) + "]",
        "[[pick]]\ntake=0\n" * (size // 20),
        "a " * (size // 2),
        "\n" * size,
    ):
        _, report = read(text)
        assert report.items or not text.strip()


def test_a_wrong_pick_costs_no_other() -> None:
    picks, report = read("[[pick]]\nshot = 'a'\ntake = 0\n\n[[pick]]\nshot = 'b'\ntake = 3\n")
    assert [pick.shot for pick in picks] == ["b"]
    assert report.failed


def test_hands_may_write_it_otherwise() -> None:
    text = """
pick = [
  { shot = 'b', take = "3 1.2..4s", when = 2026-01-02 },
  { shot = 'a', take = ["#2 0f..48f", "3 00:00:02:00..5s 5s.."] },
]
"""
    picks, report = read(text)
    assert report.items == []
    a, b = picks
    assert a.stretches == (Stretch(2, "0f", "48f"), Stretch(3, "00:00:02:00", "5s"), Stretch(3, "5s", ""))
    assert b.stretches == (Stretch(3, "1.2s", "4s"),)
    assert b.when == "2026-01-02"


def test_the_file_is_opened_by_the_one_door(tmp_path: Path) -> None:
    def codes_of() -> list[str]:
        report = Report()
        assert read_picks(tmp_path, {}, report) == ()
        return [item.code for item in report.items]

    assert codes_of() == []
    path = tmp_path / FILE
    path.mkdir()
    assert codes_of() == [E.BAD_PICKS.id]
    path.rmdir()
    path.write_bytes(b"\xff\xfe\x00")
    assert codes_of() == [E.BAD_PICKS.id]
    path.write_bytes(b"#" * (PICKS_BYTES.value + 1))
    assert codes_of() == [E.BAD_PICKS.id]
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert codes_of() == [E.BAD_PICKS.id]


def test_picks_of_another_film_of_the_folder_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(print_picks([Pick("a", (Stretch(2),), film="b.film"), Pick("c", (Stretch(3),))]))
    found = read_picks(tmp_path, {}, Report(), "a.film")
    assert [pick.shot for pick in found] == ["c"]


@given(
    st.integers(0, 10_000),
    st.integers(200, 10_000),
    st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(8)]),
)
def test_a_stretch_is_whole_frames_and_stretches_that_meet_stay_met(begin: int, length: int, fps: Fraction) -> None:
    a, b, c = (f"{n}ms" for n in (begin, begin + length, begin + 2 * length))
    first, second = Stretch(2, a, b), Stretch(3, b, c)
    assert first.frames(fps)[1] == second.frames(fps)[0]
    start, end = first.frames(fps)
    assert end is not None
    assert abs(Fraction(start) - Fraction(begin, 1000) * fps) <= Fraction(1, 2)
    assert disordered((first, second), fps) is None
    assert disordered((second, first), fps) is not None


@given(st.text(max_size=60))
def test_words_of_a_take_never_raise(text: str) -> None:
    found = read_stretches(text)
    assert found if isinstance(found, str) else all(1 <= item.take <= 64 for item in found)


def test_a_renamed_shot_keeps_its_pick() -> None:
    (pick,) = renamed((Pick("listening", (Stretch(3),)),), "listening", "hearing")
    assert (pick.shot, pick.key) == ("hearing", "listening")
    assert renamed((pick,), "other", "else") == (pick,)


def test_codes_of_the_file_have_their_severity() -> None:
    assert {code.severity for code in (E.BAD_PICKS, E.BAD_PICK, E.PICK_ORDER, E.PICKED_TWICE)} == {Severity.ERROR}
    assert {W.UNKNOWN_WORD.id, W.UNKNOWN_PICK.id} == {"W522", "W521"}
