"""The contact sheet of a shot: a row for every take, evenly spaced frames across, with what each came to.

Where people are small in the frame, each frame is shown once more from nearer, cut to the composition, so that faces can
be compared. Pictures are shown in the view they are judged in; type is the project's own, so that the bytes depend on
nothing else.
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
from runtime.judge.scores import WEIGHTS, Scores, Span
from runtime.judge.standing import Box
from runtime.judge.view import Frame8, viewed
from runtime.picture.typesetting import Line, set_lines, wrapped
from stdlib.letters import SANS, SERIF

_PAPER, _CARD = (22, 22, 24), (33, 33, 36)
_INK, _FAINT, _BRASS = (236, 233, 226), (150, 148, 143), (214, 163, 84)
_MARGIN, _GAP, _GUTTER = 28, 8, 250
_AREA = 52_000
"""Pixels of a picture on the sheet, whatever its shape."""
_CAPTION, _HEADER = 25, 76
_NEAR, _NEARLY = 0.5, 0.95
"""Shares of the frame that are shown from nearer: if that is worth while of most frames, then less of the others, too."""
_ROOM = 2.0
"""Height of what is shown from nearer, in heights of the largest head in it."""
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
    near: tuple[Frame8 | None, ...] = ()
    """Each frame once more, from nearer; ``None`` where it is shown large enough."""
    cut: tuple[Span, ...] = ()
    """(first, count) frames of it that are in the cut."""


def contact_sheet(title: str, rows: Sequence[Row], fps: tuple[int, int], note: str = "") -> bytes:
    """The sheet as a PNG. ``title`` stands over it, ``note`` small beside it; rows come in the order given."""
    columns = max((len(row.frames) for row in rows), default=1) or 1
    first = next((picture for row in rows for _, picture in row.frames), None)
    cell = _cell(first)
    strips = 2 if any(picture is not None for row in rows for picture in row.near) else 1
    step = max(strips * (cell[1] + _GAP) + _CAPTION, 172) + _GAP + 10
    width = 2 * _MARGIN + _GUTTER + columns * (cell[0] + _GAP) - _GAP
    sheet = np.empty((_MARGIN + _HEADER + len(rows) * step + _MARGIN - 10, width, 3), np.uint8)
    sheet[:] = _PAPER
    _write(sheet, title, (_MARGIN, _MARGIN - 6), _INK, SERIF, 34, width - 2 * _MARGIN)
    if note:
        _write(sheet, note, (_MARGIN, _MARGIN + 37), _FAINT, SANS, 14.5, width - 2 * _MARGIN)
    for number, row in enumerate(rows):
        _draw_row(sheet, row, _MARGIN + _HEADER + number * step, step - 10, fps, cell)
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


def _draw_row(sheet: Frame8, row: Row, y: int, tall: int, fps: tuple[int, int], cell: tuple[int, int]) -> None:
    sheet[y : y + tall, _MARGIN - 12 : sheet.shape[1] - _MARGIN + 12] = _CARD
    if row.picked:
        sheet[y : y + tall, _MARGIN - 12 : _MARGIN - 8] = _BRASS
    _write(sheet, f"Take {row.take}", (_MARGIN, y + 5), _INK, SERIF, 27, _GUTTER - 96)
    score = "–" if row.scores is None else f"{row.scores.score:.3f}"
    _write(sheet, score, (_MARGIN + _GUTTER - 104, y + 8), _BRASS if row.picked else _INK, SANS, 19, 84, "right")
    at = y + 41
    if row.picked:
        said = " ".join(word.upper() if word.isalpha() else word for word in row.picked.split())
        _write(sheet, said, (_MARGIN, at), _BRASS, SANS, 12, _GUTTER - 20, tracking=0.12)
        at += 19
    if row.scores is not None:
        at = _draw_measures(sheet, row.scores, at)
    for line in wrapped(Line(row.remark.replace(" %", "%"), SANS, 12.5), _GUTTER - 24)[:2] if row.remark else ():
        _write(sheet, line.text, (_MARGIN, at), _FAINT, SANS, 12.5, _GUTTER - 20)
        at += 17
    for number, (frame, picture) in enumerate(row.frames):
        x, at = _MARGIN + _GUTTER + number * (cell[0] + _GAP), y + _GAP
        for shown in (picture, row.near[number] if number < len(row.near) else None):
            if shown is not None:
                sheet[at : at + cell[1], x : x + cell[0]] = _fitted(shown, cell)
                at += cell[1] + _GAP
        if any(begin <= frame < begin + count for begin, count in row.cut):
            sheet[at - _GAP + 2 : at - _GAP + 5, x : x + cell[0]] = _BRASS
        _write(sheet, moment(frame, fps), (x, at - 2), _FAINT, SANS, 13, cell[0])


def _draw_measures(sheet: Frame8, scores: Scores, y: int) -> int:
    """A short bar for every measure there is."""
    for name in WEIGHTS:
        value = getattr(scores, name)
        if value is None:
            continue
        _write(sheet, _SHORT[name], (_MARGIN, y - 1), _FAINT, SANS, 12.5, 84)
        x0, x1 = _MARGIN + 80, _MARGIN + _GUTTER - 24
        sheet[y + 7 : y + 10, x0:x1] = (64, 64, 68)
        sheet[y + 7 : y + 10, x0 : x0 + round((x1 - x0) * min(1.0, max(0.0, value)))] = _INK
        y += 16
    return y + 2


def moment(frame: int, fps: tuple[int, int]) -> str:
    """When a frame begins, in seconds of the shot, as a stretch of a take is picked: ``2.46s``."""
    return f"{float(frame / Fraction(*fps)):.2f}s"


def nearer(heads: Sequence[Sequence[Box]], aspect: float) -> list[Box | None]:
    """What to show of each frame from nearer, in its shape: its ``heads`` and room about them.

    ``None`` of a frame that has nobody; of all, when people are large in most of them.
    """
    sides = [_side(boxes) for boxes in heads]
    if not aspect > 0.0 or 2 * sum(side < _NEAR for side in sides) <= len(sides):
        return [None] * len(sides)
    return [_about(boxes, side) if side < _NEARLY else None for boxes, side in zip(heads, sides, strict=True)]


def _side(heads: Sequence[Box]) -> float:
    """How much of a frame's sides heads with room about them take."""
    if not heads:
        return 1.0
    across, down = (
        max(h[2] for h in heads) - min(h[0] for h in heads),
        max(h[3] for h in heads) - min(h[1] for h in heads),
    )
    return max(_ROOM * max(head[3] - head[1] for head in heads), 1.3 * down, 1.3 * across)


def _about(heads: Sequence[Box], side: float) -> Box:
    largest = max(head[3] - head[1] for head in heads)
    x = (min(head[0] for head in heads) + max(head[2] for head in heads)) / 2
    # The middle is below the heads: there are shoulders.
    y = (min(head[1] for head in heads) + max(head[3] for head in heads)) / 2 + 0.35 * largest
    x, y = (min(max(at, side / 2), 1.0 - side / 2) for at in (x, y))
    return x - side / 2, y - side / 2, x + side / 2, y + side / 2


def cropped(picture: Frame8, box: Box) -> Frame8:
    """The part of a picture that lies in a box, 0..1 of its sides."""
    height, width = picture.shape[:2]
    left, right = math.floor(box[0] * width), max(math.ceil(box[2] * width), 1)
    top, bottom = math.floor(box[1] * height), max(math.ceil(box[3] * height), 1)
    return picture[max(top, 0) : bottom, max(left, 0) : right]


def _cell(picture: Frame8 | None) -> tuple[int, int]:
    """Width and height of a picture on the sheet."""
    height, width = picture.shape[:2] if picture is not None else (9, 16)
    aspect = min(max(width / max(height, 1), 0.25), 4.0)
    across = round(math.sqrt(_AREA * aspect))
    return across, max(1, round(across / aspect))


def _fitted(picture: Frame8, cell: tuple[int, int]) -> Frame8:
    way = cv2.INTER_AREA if picture.shape[1] > cell[0] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, cell, interpolation=way), np.uint8)


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
