"""Picture and sound stay together to the sample: flashes and clicks through segments, pieces, conform and mux, and out again."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from compiler.graph.soundgrid import AAC_FRAME
from compiler.timebase import FrameRate
from runtime.edit.conform import conform
from runtime.edit.ffmpeg import output, source
from runtime.edit.mux import mux
from runtime.edit.segment import encode_segment
from tests.sound.test_pieces import RATE, encode_in_pieces

SIZE = (64, 36)


def a_film(folder: Path, rate: FrameRate, shots: Sequence[int]) -> Path:
    """A flash and a click at the first frame of every shot; pieces of sound of 200 frames, so that joins fall anywhere."""
    segments, clicks = [], []
    at = 0
    for number, frames in enumerate(shots):
        segments.append(folder / f"s{number}.mp4")
        pictures = [np.full((SIZE[1], SIZE[0], 3), 240 if k == 0 else 20, np.uint8) for k in range(frames)]
        encode_segment(pictures, segments[-1], SIZE, (rate.fps.numerator, rate.fps.denominator))
        clicks.append(rate.samples(at))
        at += frames
    sound = np.zeros((rate.samples(at), 2), np.float32)
    for click in clicks:
        sound[click : click + 24] = 0.7
    conform(segments, folder / "cut.mp4", (rate.fps.numerator, rate.fps.denominator))
    pieces = encode_in_pieces(sound, folder, 200)
    mux(folder / "cut.mp4", pieces, len(sound), [], "Sync", folder / "film.mp4")
    return folder / "film.mp4"


def seen_and_heard(film: Path, fps: Fraction) -> tuple[list[int], list[int], int, int]:
    """(frames that flash, samples at which a click begins, frames, samples) as a player shows them."""
    grey = ["-map", "0:v:0", "-pix_fmt", "gray", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]
    pixels = np.frombuffer(output([*source(film, "mp4"), *grey], 1 << 28), np.uint8)
    means = pixels.reshape(-1, SIZE[0] * SIZE[1]).mean(axis=1)
    pcm = ["-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "f32le", "pipe:1"]
    sound = np.frombuffer(output([*source(film, "mp4"), *pcm], 1 << 28), np.float32).reshape(-1, 2)[:, 0]
    begins: list[int] = []
    for index in np.flatnonzero(sound > 0.35):
        if not begins or index - begins[-1] > 1000:
            begins.append(int(index))
    return [int(i) for i in np.flatnonzero(means > 120)], begins, len(means), len(sound)


# Before and after an edit that takes seven frames off the second shot; every later click moves off the grid.
@pytest.mark.parametrize(
    ("rate", "shots"),
    [("24", (61, 100, 127, 90)), ("24", (61, 93, 127, 90)), ("23.976", (61, 100, 77)), ("30", (50, 31, 1, 120))],
)
def test_flash_and_click_come_out_together(tmp_path: Path, rate: str, shots: tuple[int, ...]) -> None:
    frame_rate = FrameRate.parse(rate)
    film = a_film(tmp_path, frame_rate, shots)
    firsts = [sum(shots[:k]) for k in range(len(shots))]
    flashes, clicks, frames, samples = seen_and_heard(film, frame_rate.fps)
    assert flashes == firsts
    assert clicks == pytest.approx([frame_rate.samples(first) for first in firsts], abs=1)
    assert (frames, samples) == (sum(shots), frame_rate.samples(sum(shots)))


def test_the_file_says_what_is_priming(tmp_path: Path) -> None:
    """One edit each: picture from its first frame shown, sound from sample 1,024 on, both as long as the film."""
    film = a_film(tmp_path, FrameRate.parse("24"), (61, 100))
    (picture, sound) = edits(film.read_bytes())
    assert [media for _, media in sound] == [AAC_FRAME]
    assert len(picture) == 1
    assert picture[0][0] == pytest.approx(161 / 24, abs=1e-6)
    assert sound[0][0] == pytest.approx(161 * 2000 / RATE, abs=1e-6)


def edits(data: bytes) -> list[list[tuple[float, int]]]:
    """For each track its edits: (seconds, where in the media they begin)."""
    scale = 0
    found = []
    for kind, body in _boxes(data, {b"moov", b"trak", b"edts"}):
        if kind == b"mvhd":
            scale = struct.unpack(">I", body[12:16])[0]
        if kind == b"elst":
            count = struct.unpack(">I", body[4:8])[0]
            rows = [struct.unpack_from(">Ii", body, 8 + 12 * k) for k in range(count)]
            found.append([(length / scale, media) for length, media in rows])
    return found


def _boxes(data: bytes, into: set[bytes]) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + size]
        yield kind, body
        if kind in into:
            yield from _boxes(body, into)
        at += max(size, 8)
