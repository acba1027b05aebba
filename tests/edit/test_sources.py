"""Files people bring: what they are, how long, decoded at the film's rate; clips turned and laid side by side."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from compiler.graph import params as p
from compiler.staging.model import Framing
from runtime.edit.clip import ClipWriter, read_clip
from runtime.edit.media import MediaError, form_of, probe, sound_of
from runtime.edit.sources import decode_plate, develop_still, join_panels, turn_clip
from runtime.picture.log import decode_log
from runtime.picture.scan import scanned
from runtime.schedule.table import TaskContext
from runtime.sound.wav import write_wav

SIZE = (64, 36)
FPS = (24, 1)


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at 12 frames: a grey that steps up by eight each frame, on a green screen from the middle down."""
    path = tmp_path_factory.mktemp("plates") / "plate.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv444p"
        stream.options = {"qp": "0"}
        for index in range(24):
            frame = np.full((36, 64, 3), 20 + 8 * index, np.uint8)
            frame[18:] = (20, 190, 40)
            for packet in stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return path


def task(params: p.Params, tmp_path: Path, **inputs: Path) -> TaskContext:
    return TaskContext(params, {k: (v,) for k, v in inputs.items()}, {}, {"clip": tmp_path / "out.mkv"})


def levels(path: Path, size: tuple[int, int] = SIZE) -> list[float]:
    """Light of the top left corner of every frame."""
    return [float(decode_log(codes)[2:8, 2:8].mean()) for codes in read_clip(path, size)]


def code_of(light: float) -> int:
    table = scanned(np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, 2))[0, :, 0]
    return int(np.argmin(np.abs(table - light)))


def test_a_file_is_what_its_bytes_say(movie: Path, tmp_path: Path) -> None:
    assert form_of(movie) == "mov"
    for name, data in (("list.mp4", b"#EXTM3U\n/etc/passwd\n"), ("a.wav", b"ffconcat version 1.0\n"), ("e.mkv", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MediaError):
            form_of(tmp_path / name)


def test_a_film_is_measured_by_its_packets(movie: Path, tmp_path: Path) -> None:
    found = probe(movie)
    assert (found.seconds, found.size, found.rate, found.sound) == (2, (64, 36), 12, False)
    write_wav(tmp_path / "tone.wav", np.zeros(12_000, np.float32))
    heard = probe(tmp_path / "tone.wav")
    assert (heard.seconds, heard.size, heard.sound) == (Fraction(1, 4), None, True)


def test_a_plate_plays_at_film_rate(movie: Path, tmp_path: Path) -> None:
    """Twelve frames a second become twenty-four: each is shown twice, from the second asked for."""
    q = p.DecodePlate(Fraction(1), None, "", p.Window(0, 8), SIZE, FPS)
    decode_plate(task(q, tmp_path, file=movie))
    steps = [round((code_of(v) - 20) / 8) for v in levels(tmp_path / "out.mkv")]
    assert steps == [12, 12, 13, 13, 14, 14, 15, 15]


def test_a_slow_plate_shows_less_of_the_file(movie: Path, tmp_path: Path) -> None:
    q = p.DecodePlate(Fraction(0), None, "", p.Window(0, 8), SIZE, (48, 1))
    decode_plate(task(q, tmp_path, file=movie))
    assert [round((code_of(v) - 20) / 8) for v in levels(tmp_path / "out.mkv")] == [0, 0, 0, 0, 1, 1, 1, 1]


def test_a_plate_that_is_over_holds_its_last_frame(movie: Path, tmp_path: Path) -> None:
    for window, end in ((p.Window(40, 12), None), (p.Window(96, 3), None), (p.Window(20, 12), Fraction(1))):
        q = p.DecodePlate(Fraction(0), end, "", window, SIZE, FPS)
        decode_plate(task(q, tmp_path, file=movie))
        found = [round((code_of(v) - 20) / 8) for v in levels(tmp_path / "out.mkv")]
        assert len(found) == window.count
        assert found[-1] == (23 if end is None else 11)


def test_a_green_plate_is_laid_over_its_background(movie: Path, tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "back.mkv", SIZE, FPS) as clip:
        clip.write(np.full((36, 64, 3), 500, np.uint16))
    q = p.DecodePlate(Fraction(1, 2), None, "green", p.Window(0, 2), SIZE, FPS)
    decode_plate(task(q, tmp_path, file=movie, clip=tmp_path / "back.mkv"))
    first = next(read_clip(tmp_path / "out.mkv", SIZE))
    behind = next(read_clip(tmp_path / "back.mkv", SIZE))
    assert np.abs(first[26:].astype(int) - behind[26:]).max() <= 6, "where the screen was is the background"
    assert np.abs(first[:10].astype(int) - behind[:10]).max() > 40, "the subject is there"


def test_a_still_is_developed_under_its_move(tmp_path: Path) -> None:
    wide = np.repeat(np.linspace(0, 255, 200).astype(np.uint8)[None, :, None], 36, 0).repeat(3, 2)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    keys = (Framing(0.0, 0.0, 0.5, 1.0), Framing(0.5, 1.0, 0.5, 1.0))
    develop_still(task(p.DevelopStill(keys, p.Window(0, 12), SIZE, FPS), tmp_path, file=tmp_path / "wide.png"))
    found = levels(tmp_path / "out.mkv")
    assert len(found) == 12
    assert found == sorted(found)
    assert found[-1] > 4 * found[0]


def test_clips_are_turned_round_and_joined(tmp_path: Path) -> None:
    for name, size in (("a", (32, 36)), ("b", (30, 36))):
        with ClipWriter(tmp_path / f"{name}.mkv", size, FPS) as clip:
            for index in range(3):
                clip.write(np.full((36, size[0], 3), 200 * (index + 1), np.uint16))
    turn_clip(task(p.TurnClip((32, 36), FPS), tmp_path, clip=tmp_path / "a.mkv"))
    assert [int(c[0, 0, 1]) // 100 for c in read_clip(tmp_path / "out.mkv", (32, 36))] == [6, 4, 2]
    boxes = ((0, 0, 32, 36), (34, 0, 30, 36))
    q = p.JoinPanels("split", boxes, p.Window(0, 5), SIZE, FPS)
    inputs = {"clip": (tmp_path / "a.mkv", tmp_path / "b.mkv")}
    join_panels(TaskContext(q, inputs, {}, {"clip": tmp_path / "joined.mkv"}))
    frames = [codes.copy() for codes in read_clip(tmp_path / "joined.mkv", SIZE)]
    assert len(frames) == 5, "a shorter clip holds its last frame"
    assert frames[4][5, 5, 1] == pytest.approx(600, abs=2)
    assert frames[4][5, 33, 1] == 0, "black between them"
    assert frames[0][5, 40, 1] == pytest.approx(200, abs=2)


def test_sound_is_read_at_48_khz_from_where_it_is_asked_for(tmp_path: Path) -> None:
    t = np.arange(44_100) / 44_100
    write_wav(tmp_path / "tone.wav", (0.4 * np.sin(2 * np.pi * 440 * t)).astype(np.float32), 44_100)
    found = sound_of(tmp_path / "tone.wav", 0.25, 0.5)
    assert found.shape == (24_000, 2)
    assert np.abs(found).max() == pytest.approx(0.4 * 0.5**0.5, abs=0.02), "both sides together are as loud as the one"
