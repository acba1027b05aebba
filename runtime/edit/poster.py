"""One frame of a segment as a JPEG, for contact sheets, the report and the film's poster."""

from __future__ import annotations

from pathlib import Path

from runtime.edit.ffmpeg import EXACT, run, source


def poster(segment: Path, frame: int, out_jpg: Path, width: int) -> None:
    """Write frame ``frame`` of ``segment`` (an MP4) ``width`` pixels wide. Raises ``FfmpegError`` if there is none."""
    graph = f"trim=start_frame={frame}:end_frame={frame + 1},scale={width}:-2:flags=lanczos:in_range=tv:out_range=pc"
    picture = ("-vf", graph, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", "-pix_fmt", "yuvj420p", "-threads", "1")
    run([*source(segment, "mp4", "-threads", "1"), *picture, *EXACT, "-f", "image2", "-update", "1", f"file:{out_jpg}"])
    if not out_jpg.exists() or not out_jpg.stat().st_size:
        raise ValueError(f"{segment.name} has no frame {frame}")
