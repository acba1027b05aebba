"""Clips, segments and the cut: what goes in comes out, in order, the same bytes every time, and hostile text stays text."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from compiler.graph import params as p
from compiler.graph.soundgrid import aac_frames
from compiler.meaning.film import Look
from compiler.staging.model import Overlay
from runtime.edit.clip import ClipWriter, read_clip
from runtime.edit.conform import conform
from runtime.edit.ffmpeg import FfmpegError, run, source
from runtime.edit.graphs import still, trimmed
from runtime.edit.mux import mux
from runtime.edit.poster import poster
from runtime.edit.segment import encode_segment
from runtime.edit.tasks import encode_board, encode_window
from runtime.edit.transitions import dissolve, faded, wipe
from runtime.schedule.table import TaskContext
from runtime.sound.aac import encode_piece
from runtime.sound.filters import noise
from runtime.sound.wav import write_wav

SIZE, FPS = (96, 40), (24, 1)


def log_frames(count: int) -> list[np.ndarray]:
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    return [
        np.stack([x * 8 + 4 * k, y * 20 + 60, 900 - x * 6], axis=2).clip(0, 1023).astype(np.uint16)
        for k in range(count)
    ]


def grey_frames(levels: list[int]) -> list[np.ndarray]:
    return [np.full((SIZE[1], SIZE[0], 3), level, np.uint8) for level in levels]


def decoded(path: Path) -> list[float]:
    with av.open(str(path)) as file:
        return [float(f.to_ndarray(format="gray").mean()) for f in file.decode(video=0)]


def test_a_clip_keeps_its_frames(tmp_path: Path) -> None:
    frames = log_frames(9)
    for name in ("a.mkv", "b.mkv"):
        with ClipWriter(tmp_path / name, SIZE, FPS) as clip:
            for frame in frames:
                clip.write(frame)
    assert clip.frames == 9
    assert (tmp_path / "a.mkv").read_bytes() == (tmp_path / "b.mkv").read_bytes()
    back = list(read_clip(tmp_path / "a.mkv", SIZE))
    assert len(back) == 9
    errors = [np.abs(a.astype(int) - b) for a, b in zip(frames, back, strict=True)]
    assert max(e.max() for e in errors) <= 2
    assert max(e.mean() for e in errors) < 0.4
    some = list(read_clip(tmp_path / "a.mkv", SIZE, 4, 3))
    assert len(some) == 3
    assert all(np.array_equal(a, b) for a, b in zip(some, back[4:7], strict=True))


def test_a_clip_refuses_other_frames(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="takes no frame"), ClipWriter(tmp_path / "a.mkv", SIZE, FPS) as clip:
        clip.write(np.zeros((4, 4, 3), np.uint16))
    assert not (tmp_path / "a.mkv").exists()


def test_segments_join_without_recoding(tmp_path: Path) -> None:
    levels = [20, 40, 60, 80, 100, 120, 140, 160, 180]
    cuts = [(0, 4), (4, 5), (5, 9)]
    paths = []
    for k, (a, b) in enumerate(cuts):
        paths.append(tmp_path / f"{k}.mp4")
        assert encode_segment(grey_frames(levels[a:b]), paths[-1], SIZE, FPS) == b - a
    again = tmp_path / "again.mp4"
    encode_segment(grey_frames(levels[0:4]), again, SIZE, FPS)
    assert again.read_bytes() == paths[0].read_bytes()
    assert conform(paths, tmp_path / "cut.mp4", FPS) == 9
    luma = decoded(tmp_path / "cut.mp4")
    assert luma == pytest.approx(levels, abs=2.5)
    with av.open(str(tmp_path / "cut.mp4")) as file:
        packets = [p for p in file.demux(file.streams.video[0]) if p.size]
        steps = np.diff([float(p.dts * p.time_base) for p in packets])
        assert steps == pytest.approx([1 / 24] * 8)


@pytest.mark.parametrize("fps", [(24000, 1001), (25, 1), (60, 1)])
def test_any_rate_conforms(tmp_path: Path, fps: tuple[int, int]) -> None:
    paths = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for path in paths:
        encode_segment(grey_frames([50, 90, 130]), path, SIZE, fps)
    assert conform(paths, tmp_path / "cut.mp4", fps) == 6
    with av.open(str(tmp_path / "cut.mp4")) as file:
        track = file.streams.video[0]
        assert float(track.duration * track.time_base) == pytest.approx(6 * fps[1] / fps[0], abs=1e-3)


def test_the_film_has_sound_chapters_and_a_safe_title(tmp_path: Path) -> None:
    encode_segment(grey_frames([30] * 24), tmp_path / "a.mp4", SIZE, FPS)
    conform([tmp_path / "a.mp4"], tmp_path / "cut.mp4", FPS)
    tone = (noise(48_000, 1) * 0.05).astype(np.float32)
    write_wav(tmp_path / "s.wav", np.stack([tone, tone], axis=1))
    encode_piece([tmp_path / "s.wav"], tmp_path / "s.aac", 0, aac_frames(48_000), 0, 48_000)
    title = "It's; a=film, 'really'\\\n[CHAPTER]\ntitle=#no"
    for name in ("x.mp4", "y.mp4"):
        mux(
            tmp_path / "cut.mp4",
            [tmp_path / "s.aac"],
            48_000,
            [(0.0, "One = 1"), (0.5, "Zwei; 二")],
            title,
            tmp_path / name,
            "Ann",
        )
    data = (tmp_path / "x.mp4").read_bytes()
    assert data == (tmp_path / "y.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(tmp_path / "x.mp4")) as film:
        assert film.metadata["title"] == "It's; a=film, 'really'\\ [CHAPTER] title=#no"
        assert [c["metadata"]["title"] for c in film.chapters()] == ["One = 1", "Zwei; 二"]
        assert film.streams.audio[0].codec_context.name == "aac"
        assert film.streams.audio[0].channels == 2
        assert film.streams.video[0].frames == 24


def test_a_poster(tmp_path: Path) -> None:
    encode_segment(grey_frames([30, 60, 200]), tmp_path / "a.mp4", SIZE, FPS)
    poster(tmp_path / "a.mp4", 2, tmp_path / "p.jpg", 48)
    with av.open(str(tmp_path / "p.jpg")) as file:
        picture = next(file.decode(video=0)).to_ndarray(format="rgb24")
    assert picture.shape == (20, 48, 3)
    assert picture.mean() == pytest.approx(200, abs=4)
    with pytest.raises((ValueError, FfmpegError)):
        poster(tmp_path / "a.mp4", 9, tmp_path / "q.jpg", 48)


def test_transitions_ease_between() -> None:
    a, b = grey_frames([40] * 6), grey_frames([200] * 6)
    means = [float(f.mean()) for f in dissolve(a, b, 6)]
    assert means == sorted(means)
    assert 38 < means[0] < 60
    assert 180 < means[-1] <= 200
    middle = list(wipe(a, b, 6))[3]
    assert middle[0, 0, 0] > 190
    assert middle[0, -1, 0] < 50
    levels = [float(f.mean()) for f in faded(grey_frames([100] * 8), 8, fade_in=3, fade_out=3)]
    assert levels[0] < 30
    assert levels[4] == 100.0
    assert levels[-1] < 30


def test_a_playlist_in_disguise_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n")
    with pytest.raises(FfmpegError):
        run([*source(tmp_path / "x.mp4", "mp4"), "-f", "null", "-"])


def test_a_segment_needs_frames_and_even_sizes(tmp_path: Path) -> None:
    with pytest.raises((ValueError, FfmpegError)):
        encode_segment([], tmp_path / "a.mp4", SIZE, FPS)
    with pytest.raises(ValueError, match="even"):
        encode_segment(grey_frames([1]), tmp_path / "a.mp4", (95, 40), FPS)


def test_one_frame_is_a_film(tmp_path: Path) -> None:
    encode_segment(grey_frames([90]), tmp_path / "a.mp4", SIZE, FPS)
    assert conform([tmp_path / "a.mp4"], tmp_path / "cut.mp4", FPS) == 1
    mux(tmp_path / "cut.mp4", [], 0, [], "", tmp_path / "x.mp4")
    with av.open(str(tmp_path / "x.mp4")) as film:
        assert film.streams.video[0].frames == 1
        assert film.chapters() == []
    assert decoded(tmp_path / "x.mp4") == pytest.approx([90], abs=2.5)


def test_one_frame_among_others(tmp_path: Path) -> None:
    paths = []
    for k, levels in enumerate(([40, 60], [90], [120], [150, 180, 200])):
        paths.append(tmp_path / f"{k}.mp4")
        encode_segment(grey_frames(levels), paths[-1], SIZE, FPS)
    assert conform(paths, tmp_path / "cut.mp4", FPS) == 7
    assert decoded(tmp_path / "cut.mp4") == pytest.approx([40, 60, 90, 120, 150, 180, 200], abs=2.5)


def test_a_film_whose_sound_is_short_is_refused(tmp_path: Path) -> None:
    encode_segment(grey_frames([30] * 24), tmp_path / "a.mp4", SIZE, FPS)
    conform([tmp_path / "a.mp4"], tmp_path / "cut.mp4", FPS)
    write_wav(tmp_path / "s.wav", np.zeros((24_000, 2), np.float32))
    encode_piece([tmp_path / "s.wav"], tmp_path / "s.aac", 0, aac_frames(24_000), 0, 24_000)
    with pytest.raises(ValueError, match="48 make up 48000 samples"):
        mux(tmp_path / "cut.mp4", [tmp_path / "s.aac"], 48_000, [], "", tmp_path / "x.mp4")


def test_a_film_of_cards_only(tmp_path: Path) -> None:
    """A card has no clip; it is titles on black, and a film may be nothing else."""
    segments = []
    for k, text in enumerate(("A TITLE", "The end\nof it")):
        words = (Overlay(text, 0.0, 1.0, "card"),)
        q = p.EncodeWindow(p.Window(0, 24), SIZE, FPS, Look(), words, (p.Fade(12, 12, False),), 1)
        segments.append(tmp_path / f"{k}.mp4")
        encode_window(TaskContext(q, {}, {}, {"segment": segments[-1]}))
    assert conform(segments, tmp_path / "cut.mp4", FPS) == 48
    tone = (noise(96_000, 1) * 0.05).astype(np.float32)
    write_wav(tmp_path / "s.wav", np.stack([tone, tone], axis=1))
    encode_piece([tmp_path / "s.wav"], tmp_path / "s.aac", 0, aac_frames(96_000), 0, 96_000)
    mux(tmp_path / "cut.mp4", [tmp_path / "s.aac"], 96_000, [], "Cards", tmp_path / "x.mp4")
    levels = decoded(tmp_path / "x.mp4")
    assert len(levels) == 48
    assert max(levels) > 0.3
    assert levels[23] < 0.1


def test_a_board_moves_and_is_the_same_twice(tmp_path: Path) -> None:
    with ClipWriter(tmp_path / "c.mkv", SIZE, FPS) as clip:
        clip.write(log_frames(1)[0])
    title = (Overlay("Now", 0.3, 0.6),)
    for name, overlays in (("a", title), ("b", title), ("bare", ())):
        q = p.EncodeBoard(p.Window(0, 24), SIZE, FPS, Look(grain=0.0), overlays, (), 0.05, (0.02, 0.0), 1)
        encode_board(TaskContext(q, {"clip": (tmp_path / "c.mkv",)}, {}, {"segment": tmp_path / f"{name}.mp4"}))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    bare = decoded(tmp_path / "bare.mp4")
    assert len(bare) == 24
    assert max(bare) - min(bare) < 12.0
    # The frames moved as planes and those moved as colour are one picture: no jump where a title comes or goes.
    assert decoded(tmp_path / "a.mp4")[:6] == pytest.approx(bare[:6], abs=1.5)


def test_graphs_hold_no_text_of_ours(tmp_path: Path) -> None:
    odd = tmp_path / "a;b,[c]='d'.mp4"
    for arguments in (trimmed(odd, 3, 4), still(odd, 2, 48, tmp_path / "o.jpg")):
        graph = arguments[arguments.index("-filter_complex") + 1]
        assert "d'" not in graph
        assert f"file:{odd}" in arguments
        assert arguments[arguments.index("-protocol_whitelist") + 1] == "file,pipe"
