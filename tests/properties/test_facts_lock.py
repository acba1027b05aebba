"""film.lock as text: what is printed reads back the same; whatever else it is, it is told, and never stops a film."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report, Severity
from compiler.graph.locked import KEY_DIGITS, Locked, as_it_is, can_fit, line_key
from compiler.limits import LOCK_BYTES
from compiler.lock import FILE, Lock, parse_lock, print_lock, read_lock, said_by
from compiler.staging.model import LineTiming, Manner, SpokenLine, VoiceSpec
from compiler.syntax.source import make_source

VOICE = VoiceSpec((("jm_kumo", 1.0),))
_TIMES = st.integers(0, 4000).map(lambda n: round(n / 1000, 4))


@st.composite
def pinned(draw: st.DrawFn) -> Locked:
    times = sorted(draw(st.lists(_TIMES, max_size=8)))
    times = times[: len(times) // 2 * 2]
    seconds = max([*times, draw(_TIMES)]) + 0.1
    return Locked(round(seconds, 4), tuple(zip(times[::2], times[1::2], strict=True)), draw(st.text(max_size=12)))


_KEYS = st.text("0123456789abcdef", min_size=KEY_DIGITS, max_size=KEY_DIGITS)
LOCKS = st.dictionaries(st.text(max_size=8), st.dictionaries(_KEYS, pinned(), min_size=1, max_size=4), max_size=3)


def parsed(text: str) -> tuple[Lock, list[str]]:
    report = Report()
    lock = parse_lock(make_source(FILE, text), report)
    assert all(item.severity is Severity.WARNING and item.help for item in report.items)
    for item in report.items:
        assert item.span is None or 0 <= item.span.start <= item.span.end <= len(text)
    return lock, [item.code for item in report.items]


@settings(max_examples=150, deadline=None)
@given(LOCKS)
def test_what_is_printed_reads_back_the_same(films: dict[str, dict[str, Locked]]) -> None:
    text = print_lock(Lock(films))
    lock, codes = parsed(text)
    assert codes == []
    assert lock.films == films
    assert print_lock(lock) == text
    text.encode("utf-8")
    assert not any(ord(c) < 32 and c != "\n" for c in text)
    read = tomllib.loads(text)  # any TOML reader says the same
    assert read.pop("version") == 1
    assert {n: {k: v["seconds"] for k, v in lines.items()} for n, lines in read.items()} == {
        n: {k: v.seconds for k, v in lines.items()} for n, lines in lock.films.items()
    }


@settings(max_examples=200, deadline=None)
@given(LOCKS, st.data())
def test_whatever_it_was_made_into_it_is_told_and_the_rest_is_used(
    films: dict[str, dict[str, Locked]], data: st.DataObject
) -> None:
    text = print_lock(Lock(films))
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(len(text), begin + 60)))
    put = data.draw(
        st.text(max_size=10) | st.sampled_from(["\n<<<<<<< HEAD\n", "\n=======\n", "\n>>>>>>> x\n", "\x00", "\r\n"])
    )
    lock, _ = parsed(text[:begin] + put + text[end:])
    again, codes = parsed(print_lock(lock))
    if not lock.foreign:
        assert codes == []
        assert lock.films == again.films


A, B = "a" * KEY_DIGITS, "b" * KEY_DIGITS
ONE, OTHER = Locked(1.5, ((0.1, 0.5),), "ADA: Yes."), Locked(1.75, ((0.1, 0.6),), "ADA: Yes.")


def _entry(key: str, at: Locked) -> str:
    return print_lock(Lock({"x": {key: at}})).splitlines()[-1]


def test_a_merge_that_was_not_finished() -> None:
    head = print_lock(Lock({"f.film": {}}))
    text = (
        f'{head}\n["f.film"]\n<<<<<<< HEAD\n{_entry(A, ONE)}\n||||||| base\n{_entry(A, Locked(9.0, ()))}\n=======\n'
        f"{_entry(A, OTHER)}\n{_entry(B, OTHER)}\n>>>>>>> other\n"
    )
    lock, codes = parsed(text)
    assert codes == ["W533"]
    assert lock.films == {"f.film": {A: ONE, B: OTHER}}
    assert lock.mended
    assert parsed(print_lock(lock)) == (Lock(lock.films), [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "W531"), ("hello", "W531"), ("version = 2\n", "W531"), ("version = 999999999999\n", "W531"),
        ("version = 1\n" * 100_002, "W531"), (f"version = 1\n{_entry(A, ONE)}\n", "W532"),
        ('version = 1\n["f"]\nrubbish\n', "W532"),
        ('version = 1\n["f"]\n' + _entry(A, ONE).replace("1.5", "1e400") + "\n", "W532"),
        ('version = 1\n["f"]\n' + _entry(A, ONE).replace("1.5", "nan") + "\n", "W532"),
        ('version = 1\n["f"]\n' + _entry(A, ONE).replace("1.5", "0.0") + "\n", "W532"),
        ('version = 1\n["f"]\n' + _entry(A, ONE).replace("1.5", "9999.0") + "\n", "W532"),
        ('version = 1\n["f"]\n' + _entry(A, ONE).replace("[0.1, 0.5]", "[0.5, 0.1]") + "\n", "W532"),
        ('version = 1\n["f"]\n' + _entry(A, ONE).replace("[0.1, 0.5]", "[0.1]") + "\n", "W532"),
        ('version = 1\n["f"]\n' + _entry(A, ONE).replace("[0.1, 0.5]", "[0.1, 7.5]") + "\n", "W532"),
        (f'version = 1\n["f"]\n{_entry(A, ONE)}\n{_entry(A, OTHER)}\n', "W532"),
        ('version = 1\n["f"]\n<<<<<<< HEAD\n', "W533"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(text: str, code: str) -> None:
    lock, codes = parsed(text)
    assert codes == [code]
    assert lock.foreign == (code == "W531")


def test_many_wrong_lines_are_told_in_three() -> None:
    lock, codes = parsed('version = 1\n["f"]\n' + "rubbish\n" * 40 + _entry(A, ONE))
    assert codes == ["W532"] * 3
    assert lock.films == {"f": {A: ONE}}


def test_files_that_are_no_lock(tmp_path: Path) -> None:
    def codes() -> list[str]:
        report = Report()
        assert read_lock(tmp_path, {}, report).foreign
        return [item.code for item in report.items]

    path = tmp_path / FILE
    assert read_lock(tmp_path, {}, Report()) == Lock()
    path.mkdir()
    assert codes() == ["W531"]
    path.rmdir()
    path.write_bytes(b"version = 1\n\xff\xfe")
    assert codes() == ["W531"]
    path.write_bytes(b"#" * (LOCK_BYTES.value + 1))
    assert codes() == ["W531"]
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert codes() == ["W531"]
    path.unlink()
    os.mkfifo(path)
    assert codes() == ["W531"]


def test_a_line_is_known_by_what_is_said_and_how_and_never_by_a_tool() -> None:
    line = SpokenLine("Hello there.", VOICE)
    assert line_key(line, {}) == line_key(SpokenLine("Hello there.", VOICE), {"other.wav": "1"})
    others = [
        SpokenLine("Hello here.", VOICE),
        SpokenLine("Hello there.", VoiceSpec((("jm_kumo", 1.0),), rate=1.1)),
        SpokenLine("Hello there.", VOICE, Manner(rate=0.9)),
        SpokenLine("Hello there.", VOICE, pauses=((1, 0.5),)),
        SpokenLine("Hello there.", VOICE, recording="a.wav"),
    ]
    assert len({line_key(x, {"a.wav": "1"}) for x in (line, *others)}) == 6
    assert line_key(others[-1], {"a.wav": "1"}) != line_key(others[-1], {"a.wav": "2"})
    assert line_key(line, {}) == "d4a01a3be0b5e822f305d0f530a717ed"


def test_the_bound_of_fitting() -> None:
    locked = Locked(2.0, ((0.1, 0.5),))

    def at(seconds: float, start: float = 0.1) -> LineTiming:
        return LineTiming(seconds, ((start, 0.5),), True)

    assert can_fit(at(2.66), locked)
    assert not can_fit(at(2.68), locked)
    assert can_fit(at(1.51), locked)
    assert not can_fit(at(1.49), locked)
    assert as_it_is(at(2.019), locked)
    assert not as_it_is(at(2.03), locked)
    assert not as_it_is(at(2.0, 0.15), locked)
    assert not can_fit(LineTiming(2.0, (), True), locked)
    assert not can_fit(at(0.0), locked)


def test_sections_of_a_folder_with_several_films() -> None:
    lock = Lock({"a.film": {A: ONE}, "b.film": {A: OTHER, B: OTHER}})
    assert lock.lines("a.film") == {A: ONE, B: OTHER}
    assert lock.lines("b.film") == {A: OTHER, B: OTHER}
    assert lock.lines("renamed.film").keys() == {A, B}
    part = lock.updated("b.film", {B: ONE}, whole=False)
    assert part.films == {"a.film": {A: ONE}, "b.film": {A: OTHER, B: ONE}}
    whole = lock.updated("b.film", {B: ONE}, whole=True, there=["a.film"])
    assert whole.films == {"a.film": {A: ONE}, "b.film": {B: ONE}}
    assert lock.updated("b.film", {}, whole=True).films == {}


def test_half_a_character_of_a_file_name_is_no_trouble() -> None:
    text = print_lock(Lock({"\udcff.film": {A: Locked(1.0, (), "ADA: \ud800\u202e\x7f")}}))
    assert text.encode("utf-8").isascii()
    assert parsed(text)[1] == []


def test_said_is_short_and_ends_at_a_word() -> None:
    assert said_by("ADA", "Hello.") == "ADA: Hello."
    said = said_by("ADA", "word " * 40)
    assert said.endswith("word…")
    assert len(said) < 60
