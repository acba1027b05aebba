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
from runtime.judge.sheet import Row, contact_sheet, even, stills, timecode
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


def test_timecodes_count_frames_within_the_second() -> None:
    assert [timecode(f, (24, 1)) for f in (0, 23, 24, 59, 24 * 61)] == [
        "0:00+00",
        "0:00+23",
        "0:01+00",
        "0:02+11",
        "1:01+00",
    ]
    assert timecode(30, (30000, 1001)) == "0:01+00"
    assert timecode(29, (30000, 1001)) == "0:00+29"


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
