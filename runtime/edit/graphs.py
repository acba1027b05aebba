"""Filter graphs, built as graphs and compiled to arguments for the one door; nothing here starts a process.

A filter's values are numbers and words of our own: paths travel as arguments, text in files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ffmpeg

from runtime.edit.ffmpeg import EXACT, WHITELIST


def trimmed(path: Path, first: int, count: int | None) -> list[str]:
    """Frames ``first`` .. ``first + count`` of a clip (to its end if ``None``), raw 10-bit 4:4:4 to ``pipe:1``."""
    stream = _selected(_input(path, "matroska"), first, count)
    raw = {"format": "rawvideo", "pix_fmt": "yuv444p10le", "color_range": "pc", "fps_mode": "passthrough"}
    return _arguments(stream.output("pipe:1", **raw))


def still(path: Path, frame: int, width: int, out: Path) -> list[str]:
    """One frame of a segment as a JPEG ``width`` wide; video range in, full range out."""
    chosen = _selected(_input(path, "mp4"), frame, 1)
    scaled = chosen.filter("scale", width, -2, flags="lanczos", in_range="tv", out_range="pc")
    picture = {"frames:v": 1, "c:v": "mjpeg", "q:v": 2, "pix_fmt": "yuvj420p", "threads": 1, "update": 1}
    return _arguments(scaled.output(f"file:{out}", format="image2", **picture, **_exact()))


def _input(path: Path, form: str) -> Any:
    """``path`` as ``form`` and as nothing else, decoded on one thread."""
    return ffmpeg.input(f"file:{path}", format=form, threads=1, **_options(WHITELIST)).video


def _selected(stream: Any, first: int, count: int | None) -> Any:
    end = {} if count is None else {"end_frame": first + count}
    return stream.filter("trim", start_frame=first, **end)


def _exact() -> dict[str, str]:
    return _options(EXACT)


def _options(arguments: tuple[str, ...]) -> dict[str, str]:
    """Pairs of arguments as keywords."""
    return {name.removeprefix("-"): value for name, value in zip(arguments[::2], arguments[1::2], strict=True)}


def _arguments(stream: Any) -> list[str]:
    return [str(argument) for argument in stream.get_args()]
