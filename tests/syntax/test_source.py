"""The door sources come through: what is refused, and how lines are counted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.syntax.source import MAX_BYTES, MAX_LINE, make_source, read_source


def _codes(path: Path) -> list[str]:
    report = Report()
    assert read_source(path, report) is None
    assert all(item.help for item in report.items)
    return [item.code for item in report.items]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E101"),
        (b"  \n\t\n", "E101"),
        (b"\xff\xfeI\x00\x00", "E404"),
        (b"caf\xe9 au lait", "E404"),
        (b"INT. A\0B", "E405"),
        (b"x" * (MAX_LINE + 1), "E406"),
    ],
)
def test_bytes_that_are_no_source_are_refused(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "a.film"
    path.write_bytes(data)
    assert _codes(path) == [code]


def test_paths_that_are_no_file_are_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.film"
    os.mkfifo(pipe)
    assert _codes(pipe) == ["E402"]
    assert _codes(tmp_path) == ["E402"]
    assert _codes(Path("/dev/zero")) == ["E402"]
    assert _codes(tmp_path / "none.film") == ["E401"]
    assert _codes(tmp_path / ("n" * 300)) == ["E402"]


def test_a_sparse_giant_is_refused_by_its_size(tmp_path: Path) -> None:
    path = tmp_path / "giant.film"
    with path.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert _codes(path) == ["E403"]


def test_lines_end_where_editors_end_them() -> None:
    source = make_source("x", "a\r\nb\rc\u2028d\x0be\nf")
    assert [source.line(i) for i in range(1, 5)] == ["a", "b", "c\u2028d\x0be", "f"]
    assert source.place(0) == (1, 1)
    assert source.place(source.text.index("d")) == (3, 3)
    assert source.place(len(source.text)) == (4, 2)


def test_a_byte_order_mark_is_no_text() -> None:
    assert make_source("x", "\ufeffINT. A - DAY").text.startswith("INT")
