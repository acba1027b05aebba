"""The contact sheet: the same bytes for the same takes, every take and every frame on it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from compiler.graph import params as p
from runtime.edit.clip import ClipWriter
from runtime.judge.scores import Scores
from runtime.judge.sheet import Row, contact_sheet, cropped, even, moment, nearer, stills
from runtime.judge.tasks import judge_take
from runtime.judge.view import viewed
from runtime.schedule.table import TaskContext
from tests.judge.frames import RATE, SIZE, textured

SCORED = Scores(48, 0.98, 0.3, 0.9, 1.0, 0.8)


def rows() -> list[Row]:
    frames = tuple((frame, textured(frame)) for frame in even(48, 4))
    return [
        Row(1, frames, SCORED),
        Row(2, frames, None, remark="not judged yet"),
        Row(
            3,
            frames,
            SCORED,
            "picked 1.2s–4.0s",
            "sharpest, and a remark that is far too long for the little room it has",
        ),
    ]


def test_the_sheet_is_a_png_with_the_same_bytes_every_time() -> None:
    made = contact_sheet("arrival", rows(), RATE, "3 takes")
    assert made == contact_sheet("arrival", rows(), RATE, "3 takes")
    picture = np.asarray(Image.open(io.BytesIO(made)))
    assert picture.shape[1] > 4 * 200
    assert made != contact_sheet("arrival", rows()[:2], RATE, "3 takes")
    # Only the picked take is marked, at its left edge.
    brass = (np.abs(picture[:, 17].astype(int) - (214, 163, 84)).sum(1) < 12).nonzero()[0]
    assert brass.min() > picture.shape[0] * 0.55
    assert brass.max() < picture.shape[0] - 20


@pytest.mark.parametrize("odd", [[], [Row(1, ())], [Row(1, ((0, np.zeros((2, 2, 3), np.uint8)),), Scores(0))]])
def test_odd_sheets_are_sheets(odd: list[Row]) -> None:
    assert Image.open(io.BytesIO(contact_sheet("ΑΩ — “x”\n\x00", odd, (30000, 1001)))).size[0] > 100


def test_frames_are_spread_evenly() -> None:
    assert even(48, 4) == (6, 18, 30, 42)
    assert even(3, 8) == (0, 1, 2)
    assert even(0, 5) == ()


def test_moments_are_said_as_stretches_are_picked() -> None:
    assert [moment(f, (24, 1)) for f in (0, 6, 59, 24 * 61)] == ["0.00s", "0.25s", "2.46s", "61.00s"]
    assert moment(30, (30000, 1001)) == "1.00s"


def test_people_who_are_small_are_shown_from_nearer() -> None:
    small, middling, large = (0.4, 0.3, 0.44, 0.4), (0.4, 0.2, 0.55, 0.5), (0.3, 0.1, 0.6, 0.8)
    (box,) = nearer([[small]], 16 / 9)
    assert box is not None
    left, top, right, bottom = box
    assert right - left == pytest.approx(bottom - top), "as wide as high in shares of the frame: of its shape"
    assert left < small[0] < small[2] < right
    assert top < small[1] < small[3] < bottom
    assert nearer([[large]], 16 / 9) == [None]
    assert nearer([[]], 16 / 9) == [None]
    assert nearer([], 16 / 9) == []
    assert nearer([[small, (0.9, 0.3, 0.94, 0.4)]], 16 / 9) == [None], "too far apart to be shown from nearer"
    assert [b is None for b in nearer([[small], [small], [middling]], 16 / 9)] == [False] * 3, "all or none"
    assert nearer([[small], [middling], [middling]], 16 / 9) == [None] * 3
    assert [b is None for b in nearer([[small], [small], [large], []], 16 / 9)] == [True] * 4
    (corner,) = nearer([[(0.0, 0.0, 0.04, 0.1)]], 16 / 9)
    assert corner is not None
    assert min(corner) >= 0.0
    picture = cropped(textured(1), box)
    assert picture.shape[1] / picture.shape[0] == pytest.approx(SIZE[0] / SIZE[1], rel=0.1)
    assert cropped(textured(1), (0.0, 0.0, 0.001, 0.001)).size


def test_frames_in_the_cut_are_marked_and_the_nearer_view_is_drawn() -> None:
    def read(*made: Row) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(contact_sheet("arrival", made, RATE)))).astype(int)

    frames = tuple((frame, np.full((90, 160, 3), 90, np.uint8)) for frame in even(48, 4))
    red = np.zeros((40, 71, 3), np.uint8)
    red[..., 0] = 200
    plain, near = read(Row(1, frames)), read(Row(1, frames, near=(red, None, red, red)))
    assert near.shape[0] > plain.shape[0]
    assert int((np.abs(near - (200, 0, 0)).sum(2) < 9).sum()) > 3 * 40_000
    half = read(Row(1, frames, SCORED, "picked 0.0s–1.0s", cut=((0, 24),)))
    marked = (np.abs(half - (214, 163, 84)).sum(2) < 12)[:, 290:].any(0)
    first, second = np.flatnonzero(marked)[[0, -1]]
    assert second - first < half.shape[1] * 0.5, "two of four"


def test_a_take_is_judged_over_its_clips_and_stills_come_from_any(tmp_path: Path) -> None:
    """The seams of windows are no seams of the take."""
    rng = np.random.default_rng(3)
    codes = [rng.integers(200, 700, (SIZE[1], SIZE[0], 3), dtype=np.uint16) for _ in range(6)]

    def written(name: str, part: list[np.ndarray]) -> Path:
        with ClipWriter(tmp_path / name, SIZE, RATE) as clip:
            for frame in part:
                clip.write(frame)
        return tmp_path / name

    def judged(name: str, *clips: Path) -> object:
        windows = tuple(p.Window(0, 1) for _ in clips)
        params = p.JudgeTake(windows, SIZE, RATE)
        return judge_take(TaskContext(params, {"clip": clips}, {}, {"scores": tmp_path / name}))

    whole = written("whole.mkv", codes)
    first, second = written("a.mkv", codes[:2]), written("b.mkv", codes[2:])
    assert judged("one.json", whole) == judged("two.json", first, second)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    found = stills([first, second], [2, 4], SIZE, [1, 4])
    assert [frame for frame, _ in found] == [1, 4]
    for frame, picture in found:
        assert np.abs(picture.astype(int) - viewed(codes[frame])).max() <= 2
