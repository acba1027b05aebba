"""Files that are not what they say: each is refused as bad input, in words, and harms nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from runtime.edit.ffmpeg import FfmpegError
from runtime.edit.media import pictures_of, probe, sound_of
from runtime.picture.lut import LutError, read_cube
from runtime.picture.still import read_still
from runtime.schedule.trouble import Trouble, kind_of
from runtime.sound.wav import write_wav

PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n"
CONCAT = "ffconcat version 1.0\nfile '/etc/passwd'\n"
BOX = struct.pack(">I4s", 24, b"ftyp") + b"isom" + bytes(4) + b"isomavc1"


def use(path: Path) -> object:
    return probe(path), sound_of(path)


def _box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", 8 + len(body), kind) + body


@pytest.mark.parametrize(
    "content",
    [
        b"", PLAYLIST.encode(), CONCAT.encode(), b"\x00", b"%PDF-1.4", b"<svg><image href='file:///etc/passwd'/></svg>",
        BOX, BOX + b"\xff" * 4096, BOX + _box(b"moov", _box(b"trak", bytes(400))), BOX + PLAYLIST.encode(),
        b"RIFF\xff\xff\xff\xffWAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 65535, 1, 1, 1, 8),
        b"\x1aE\xdf\xa3" + b"\x01\xff\xff\xff\xff\xff\xff\xff" * 8, b"OggS" + b"\xff" * 300, b"fLaC" + b"\xff" * 300,
        b"ID3" + b"\x7f" * 300,
    ],
)  # fmt: skip
def test_what_is_no_media_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "innocent.mp4"
    path.write_bytes(content)
    for attempt in (use, lambda found: list(pictures_of(found, 0, 2, (16, 16), 24))):  # type: ignore[arg-type]
        with pytest.raises(Exception) as caught:  # noqa: PT011 - its kind is what counts
            attempt(path)
        assert kind_of(caught.value) is Trouble.INPUT, caught.value
        assert "root:" not in str(caught.value)


def test_a_sound_that_claims_to_be_hours_is_what_it_is(tmp_path: Path) -> None:
    write_wav(tmp_path / "s.wav", np.full((4800, 2), 0.1, np.float32))
    data = bytearray((tmp_path / "s.wav").read_bytes())
    at = data.index(b"data")
    data[at + 4 : at + 8] = b"\xf0\xff\xff\xff"
    (tmp_path / "s.wav").write_bytes(data)
    assert len(sound_of(tmp_path / "s.wav")) <= 4800 + 64


def test_numbers_that_are_none_do_not_come_through(tmp_path: Path) -> None:
    write_wav(tmp_path / "s.wav", np.zeros((4800, 2), np.float32))
    data = (tmp_path / "s.wav").read_bytes()
    (tmp_path / "s.wav").write_bytes(data[:-8000] + b"\x00\x00\xc0\x7f" * 2000)
    assert np.isfinite(sound_of(tmp_path / "s.wav")).all()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, rows: int) -> bytes:
    """A grey picture that says it is so large, with ``rows`` rows of it packed."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(width + 1)) for _ in range(rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


_PICTURES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a bomb": lambda: png(60_000, 60_000, 20),
    "text in a PNG that unpacks for ever": lambda: (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
        + chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(64 << 20), 1))
    ),
    "a playlist": lambda: PLAYLIST.encode(),
    "a script": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
    "a TIFF of offsets": lambda: b"II*\0" + b"\xff" * 200,
    "a JPEG cut short": lambda: b"\xff\xd8\xff\xe0" + bytes(40),
}


@pytest.mark.parametrize("name", _PICTURES)
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.png").write_bytes(_PICTURES[name]())
    with pytest.raises(Exception) as caught:  # noqa: PT011
        read_still(tmp_path / "x.png")
    assert kind_of(caught.value) is Trouble.INPUT, caught.value
    assert len(str(caught.value)) < 700


def test_a_reader_that_needs_too_much_is_told_from_a_bad_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from runtime.picture import still

    Image.new("RGB", (5000, 5000)).save(tmp_path / "x.png", compress_level=1)
    monkeypatch.setattr(still, "LIMITS", replace(still.LIMITS, memory=160 << 20))
    with pytest.raises(still.StillError, match="memory") as caught:
        read_still(tmp_path / "x.png")
    assert kind_of(caught.value) is Trouble.MEMORY


@pytest.mark.parametrize(
    "text",
    [
        "", "LUT_3D_SIZE 2\n" + "nan 0 0\n" * 8, "LUT_3D_SIZE 2\n" + "0 inf 0\n" * 8, "LUT_3D_SIZE 2\n" + "1e999 0 0\n" * 8,
        "LUT_3D_SIZE 99999999\n", "LUT_3D_SIZE 2\nDOMAIN_MIN nan 0 0\n" + "0 0 0\n" * 8, PLAYLIST, "LUT_3D_SIZE 2\n" + "0 0\n" * 8,
    ],
)  # fmt: skip
def test_what_is_no_lut_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.cube").write_text(text)
    with pytest.raises(LutError) as caught:
        read_cube(tmp_path / "x.cube")
    assert kind_of(caught.value) is Trouble.INPUT


def test_what_ffmpeg_says_of_a_file_is_short(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(BOX + b"\xff" * 4096)
    with pytest.raises(FfmpegError) as caught:
        probe(tmp_path / "x.mp4")
    assert str(caught.value) == "ffmpeg cannot use it: moov atom not found"
