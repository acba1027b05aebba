"""Rendered windows kept as 10-bit log clips: written once, read back for every change of grade."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from runtime.edit.ffmpeg import EXACT, frames, raw_source, start
from runtime.edit.graphs import trimmed
from runtime.edit.planes import Frame16, from_444p10, to_444p10

_QUALITY = (
    "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv444p10le", "-threads", "1",
    "-x264-params", "keyint=24:scenecut=0:open-gop=0:bframes=0:threads=1:aq-mode=0",
)  # fmt: skip
"""Without loss: cheaper to write than any lossy setting near it, twice the size of one that is seen to err."""
_COLOUR = ("-color_range", "pc", "-colorspace", "bt709", "-color_primaries", "bt709")


class ClipWriter:
    """Writes (H, W, 3) uint16 frames of 10-bit log RGB (0..1023) to a Matroska clip, the same bytes every time.

    ``with ClipWriter(path, size, fps) as clip: clip.write(frame)``; ``size`` is (width, height). Leaving the block
    by an exception stops the encoder and removes the half-written file. Raises ``FfmpegError``.
    """

    def __init__(self, path: Path, size: tuple[int, int], fps: tuple[int, int]) -> None:
        self.frames = 0
        self._path, self._size = path, size
        self._planes = np.empty((3, size[0] * size[1]), np.uint16)
        out = [*_QUALITY, *_COLOUR, *EXACT, "-f", "matroska", f"file:{path}"]
        self._child = start([*raw_source("yuv444p10le", size, fps, full=True), *out])

    def write(self, frame: Frame16) -> None:
        """Append one frame. Raises ``ValueError`` if its shape or type is wrong."""
        if frame.shape != (self._size[1], self._size[0], 3) or frame.dtype != "uint16":
            raise ValueError(f"a clip of {self._size} takes no frame of {frame.shape} {frame.dtype}")
        try:
            to_444p10(frame, self._planes)
            self._child.input.write(self._planes.data)
        except BrokenPipeError:
            self._child.finish()  # raises with ffmpeg's own words
        self.frames += 1

    def close(self) -> None:
        self._child.finish()

    def __enter__(self) -> ClipWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with self._child:
            if kind is None:
                self.close()
        if kind is not None:
            self._path.unlink(missing_ok=True)


def read_clip(path: Path, size: tuple[int, int], first: int = 0, count: int | None = None) -> Iterator[Frame16]:
    """Frames ``first`` .. ``first + count`` of a clip (to its end if ``None``) as (H, W, 3) uint16, 0..1023.

    Raises ``FfmpegError`` on a damaged file.
    """
    for block in frames(trimmed(path, first, count), size[0] * size[1] * 6):
        yield from_444p10(block, size)
