"""The contact sheet of a shot: a row for every take, evenly spaced frames across, with what each came to.

Pictures are shown in the view they are judged in; type is the project's own, so that the bytes depend on nothing else.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from runtime.edit.clip import read_clip
from runtime.judge.scores import WEIGHTS, Scores
from runtime.judge.view import Frame8, viewed
from runtime.picture.typesetting import Line, set_lines, wrapped
from stdlib.letters import SANS, SERIF

_PAPER, _CARD = (22, 22, 24), (33, 33, 36)
_INK, _FAINT, _BRASS = (236, 233, 226), (150, 148, 143), (214, 163, 84)
_MARGIN, _GAP, _GUTTER = 28, 8, 214
_CELL = 248
_CAPTION, _HEADER = 22, 66
_SHORT = {
    "framing": "framing",
    "sharpness": "sharp",
    "stability": "steady",
    "exposure": "exposed",
    "clipping": "unclipped",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One take: frames of it by their number in the shot; ``scores`` is ``None`` while it has not been judged."""

    take: int
    frames: tuple[tuple[int, Frame8], ...]
    scores: Scores | None = None
    picked: str = ""
    """What the film uses of it: ``picked``, ``picked 1.2s–4.0s``, ``best``; "" for nothing."""
    remark: str = ""


def contact_sheet(title: str, rows: Sequence[Row], fps: tuple[int, int], note: str = "") -> bytes:
    """The sheet as a PNG. ``title`` stands over it, ``note`` small beside it; rows come in the order given."""
    columns = max((len(row.frames) for row in rows), default=1) or 1
    tall = max((_height(picture) for row in rows for _, picture in row.frames), default=_CELL * 9 // 16)
    step = max(tall + _CAPTION, 128) + 2 * _GAP + 10
    width = 2 * _MARGIN + _GUTTER + columns * (_CELL + _GAP) - _GAP
    sheet = np.empty((_MARGIN + _HEADER + len(rows) * step + _MARGIN - 10, width, 3), np.uint8)
    sheet[:] = _PAPER
    _write(sheet, title, (_MARGIN, _MARGIN - 4), _INK, SERIF, 30, width - 2 * _MARGIN)
    if note:
        _write(sheet, note, (_MARGIN, _MARGIN + 33), _FAINT, SANS, 12.5, width - 2 * _MARGIN)
    for number, row in enumerate(rows):
        _draw_row(sheet, row, _MARGIN + _HEADER + number * step, step - 10, fps)
    out = io.BytesIO()
    Image.fromarray(sheet).save(out, "PNG", compress_level=6)
    return out.getvalue()


def even(frames: int, count: int) -> tuple[int, ...]:
    """``count`` frames of a shot, fewer if it has fewer, each in the middle of its share."""
    count = max(0, min(frames, count))
    return tuple((2 * i + 1) * frames // (2 * count) for i in range(count))


def stills(
    clips: Sequence[Path], counts: Sequence[int], size: tuple[int, int], wanted: Sequence[int]
) -> tuple[tuple[int, Frame8], ...]:
    """Frames of a take by number: ``counts`` has how many each of its clips holds. Raises ``FfmpegError``."""
    found = []
    first = 0
    for path, count in zip(clips, counts, strict=True):
        for frame in wanted:
            if first <= frame < first + count:
                codes = next(read_clip(path, size, frame - first, 1), None)
                if codes is not None:
                    found.append((frame, viewed(codes)))
        first += count
    return tuple(sorted(found, key=lambda item: item[0]))


def _draw_row(sheet: Frame8, row: Row, y: int, tall: int, fps: tuple[int, int]) -> None:
    sheet[y : y + tall, _MARGIN - 12 : sheet.shape[1] - _MARGIN + 12] = _CARD
    if row.picked:
        sheet[y : y + tall, _MARGIN - 12 : _MARGIN - 8] = _BRASS
    _write(sheet, f"Take {row.take}", (_MARGIN, y + 6), _INK, SERIF, 23, _GUTTER - 90)
    score = "–" if row.scores is None else f"{row.scores.score:.3f}"
    _write(sheet, score, (_MARGIN + _GUTTER - 96, y + 8), _BRASS if row.picked else _INK, SANS, 17, 76, "right")
    at = y + 37
    if row.picked:
        _write(sheet, row.picked.upper(), (_MARGIN, at), _BRASS, SANS, 11, _GUTTER - 20, tracking=0.12)
        at += 17
    if row.scores is not None:
        at = _draw_measures(sheet, row.scores, at)
    for line in wrapped(Line(row.remark.replace(" %", "%"), SANS, 11.5), _GUTTER - 24)[:2] if row.remark else ():
        _write(sheet, line.text, (_MARGIN, at), _FAINT, SANS, 11.5, _GUTTER - 20)
        at += 15
    x = _MARGIN + _GUTTER
    for frame, picture in row.frames:
        cell = _fitted(picture)
        sheet[y + _GAP : y + _GAP + cell.shape[0], x : x + _CELL] = cell
        code = timecode(frame, fps)
        _write(sheet, code, (x, y + _GAP + cell.shape[0] + 2), _FAINT, SANS, 11, _CELL)
        x += _CELL + _GAP


def _draw_measures(sheet: Frame8, scores: Scores, y: int) -> int:
    """A short bar for every measure there is."""
    for name in WEIGHTS:
        value = getattr(scores, name)
        if value is None:
            continue
        _write(sheet, _SHORT[name], (_MARGIN, y - 1), _FAINT, SANS, 10.5, 70)
        x0, x1 = _MARGIN + 66, _MARGIN + _GUTTER - 24
        sheet[y + 6 : y + 9, x0:x1] = (64, 64, 68)
        sheet[y + 6 : y + 9, x0 : x0 + round((x1 - x0) * min(1.0, max(0.0, value)))] = _INK
        y += 14
    return y + 2


def timecode(frame: int, fps: tuple[int, int]) -> str:
    """Seconds and frame within the second, ``0:02+11``."""
    rate = Fraction(*fps)
    seconds = math.floor(frame / rate)
    return f"{seconds // 60}:{seconds % 60:02}+{frame - math.ceil(seconds * rate):02}"


def _fitted(picture: Frame8) -> Frame8:
    way = cv2.INTER_AREA if picture.shape[1] > _CELL else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (_CELL, _height(picture)), interpolation=way), np.uint8)


def _height(picture: Frame8) -> int:
    height, width = picture.shape[:2]
    return max(1, round(int(height) * _CELL / int(width)))


def _write(
    sheet: Frame8, text: str, at: tuple[int, int], ink: tuple[int, int, int], font: str, size: float, room: float,
    align: str = "left", tracking: float = 0.0,
) -> None:  # fmt: skip
    """One line with its top left corner at ``at``; ``right``: ending ``room`` further on. Cut off at the sheet's edge."""
    cover: NDArray[np.uint8] = set_lines([Line(text, font, size, tracking)], "left", room)
    x = at[0] - round(0.25 * size) + (round(room) - cover.shape[1] if align == "right" else 0)
    height, width = min(cover.shape[0], sheet.shape[0] - at[1]), min(cover.shape[1], sheet.shape[1] - x)
    part = cover[:height, :width, None].astype(np.float32) / 255.0
    under = sheet[at[1] : at[1] + height, x : x + width]
    under[:] = np.round(under * (1.0 - part) + np.array(ink, np.float32) * part).astype(np.uint8)
