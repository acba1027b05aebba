"""One frame of a segment as a JPEG, for contact sheets, the report and the film's poster."""

from __future__ import annotations

from pathlib import Path

from runtime.edit.ffmpeg import run
from runtime.edit.graphs import still


def poster(segment: Path, frame: int, out_jpg: Path, width: int) -> None:
    """Write frame ``frame`` of ``segment`` (an MP4) ``width`` pixels wide. Raises ``FfmpegError`` if there is none."""
    run(still(segment, frame, width, out_jpg))
    if not out_jpg.exists() or not out_jpg.stat().st_size:
        raise ValueError(f"{segment.name} has no frame {frame}")
