"""Files a film names: each wrong one is found before anything is built, each right one is let through."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Report, Span
from compiler.media import form_of, read_cube, vet_file

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
CUBE = b'# a look\nTITLE "x"\nLUT_3D_SIZE 2\n' + b"0.0 0.5 1.0\n" * 8


def _vet(root: Path | None, name: str, kind: str) -> Report:
    report = Report()
    assert vet_file(root, name, kind, Span(10, 10 + len(name), "a.film"), report) == (not report.items)
    return report


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (PNG, "picture", ""), (PNG, "sound", "E413"), (PNG, "footage", "E413"), (b"", "picture", "E413"),
        (b"some text", "picture", "E413"), (b"RIFF\0\0\0\0WAVEfmt ", "sound", ""), (b"RIFF\0\0\0\0WEBPVP8 ", "picture", ""),
        (b"RIFF\0\0\0\0WEBPVP8 ", "sound", "E413"), (b"\0\0\0\x20ftypisom", "footage", ""), (b"#EXTM3U\nfile", "footage", "E413"),
        (b"ID3\x04", "sound", ""), (b"\xff\xfb\x90\x00", "sound", ""), (CUBE, "LUT", ""), (b"anything", "weights", ""),
        (CUBE.replace(b"0.5", b"nan", 1), "LUT", "E413"), (CUBE.replace(b"0.5", b"1e999", 1), "LUT", "E413"),
        (CUBE.replace(b"SIZE 2", b"SIZE 3"), "LUT", "E413"), (CUBE.replace(b"SIZE 2", b"SIZE 9999"), "LUT", "E413"),
        (CUBE.replace(b"3D", b"1D"), "LUT", "E413"), (b"\xff\xfe", "LUT", "E413"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(tmp_path: Path, data: bytes, kind: str, code: str) -> None:
    (tmp_path / "file").write_bytes(data)
    assert [item.code for item in _vet(tmp_path, "file", kind).items] == [code] * bool(code)


def test_missing_and_outside(tmp_path: Path) -> None:
    (tmp_path / "Harbour.png").write_bytes(PNG)
    assert [i.code for i in _vet(tmp_path, "../Harbour.png", "picture").items] == ["E411"]
    assert [i.code for i in _vet(None, "/Harbour.png", "picture").items] == ["E411"]
    assert not _vet(None, "Harbour.png", "picture").items
    (missing,) = _vet(tmp_path, "harbour.png", "picture").items
    assert missing.code == "E412"
    assert missing.fix is not None
    assert missing.fix.safe
    assert missing.fix.edits[0].text == "Harbour.png"
    (missing,) = _vet(tmp_path, "harbor.png", "picture").items
    assert missing.fix is not None
    assert not missing.fix.safe


@given(st.binary(max_size=300))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    assert isinstance(form_of(data[:16]), str)
    cube = read_cube(data)
    assert isinstance(cube, str) or cube[0] ** 3 == len(cube[1])
