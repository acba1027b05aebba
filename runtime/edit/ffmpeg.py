"""The one door to ffmpeg: every encoder, decoder and filter runs as a sandboxed child.

Arguments go as a list, inputs name their format, only files and pipes may be opened. What a child may read is what its
arguments name after ``-i``; what it may write is the folder of the file they end with. Nothing here knows what a film is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from runtime.sandbox.box import Child, Sandbox
from runtime.sandbox.limits import ChildError, Limits

WHITELIST = ("-protocol_whitelist", "file,pipe")
EXACT = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1")
"""Output options without which ffmpeg writes its version and the date into files."""
OURS = Limits()
BROUGHT = Limits(wall=1800, cpu=900, memory=3 << 30, output=16 << 20)
"""For files that people bring: what is decoded comes by pipe, so that only what ffmpeg says is written to a file."""


class FfmpegError(ChildError):
    """ffmpeg failed or was stopped; the message ends with the last lines it wrote."""


def source(path: Path, form: str, *options: str) -> list[str]:
    """Arguments that read ``path`` as ``form`` and as nothing else."""
    return [*WHITELIST, *options, "-f", form, "-i", f"file:{path}"]


def raw_source(pixels: str, size: tuple[int, int], fps: tuple[int, int], full: bool = False) -> list[str]:
    """Arguments that read raw BT.709 frames from the pipe; ``full``: full-range code values, else video range.

    The range must be said on both sides, or ffmpeg quietly rescales the picture.
    """
    colour = ["-color_range", "pc" if full else "tv", "-colorspace", "bt709"]
    shape = ["-video_size", f"{size[0]}x{size[1]}", "-framerate", f"{fps[0]}/{fps[1]}"]
    return ["-f", "rawvideo", "-pix_fmt", pixels, *shape, *colour, "-i", "pipe:0"]


def run(arguments: Sequence[str], feed: Iterable[bytes | memoryview] = (), limits: Limits = OURS) -> None:
    """Run ffmpeg to its end, writing ``feed`` to its input. Raises ``FfmpegError``."""
    _box(arguments, limits).run(_command(arguments), feed)


def frames(arguments: Sequence[str], size: int, limits: Limits = OURS) -> Iterator[memoryview]:
    """Run ffmpeg with ``pipe:1`` as its output and yield blocks of ``size`` bytes. Raises ``FfmpegError``.

    All blocks are one piece of memory: each holds until the next is asked for.
    """
    return _box(arguments, limits).blocks(_command(arguments), size)


def output(arguments: Sequence[str], most: int, limits: Limits = OURS) -> bytes:
    """All that ffmpeg writes to ``pipe:1``, at most ``most`` bytes of it. Raises ``FfmpegError``."""
    return _box(arguments, limits).run(_command(arguments), most=most)


def start(arguments: Sequence[str], limits: Limits = OURS) -> Child:
    """A running ffmpeg, to be used in a ``with`` block."""
    return _box(arguments, limits).start(_command(arguments))


@lru_cache(maxsize=1)
def binary() -> str:
    """Path of the packaged ffmpeg; an environment variable or a system ffmpeg would be a hidden input."""
    import imageio_ffmpeg

    folder = Path(imageio_ffmpeg.__file__).parent / "binaries"
    found = sorted(folder.glob("ffmpeg-*"))
    if not found:
        raise FfmpegError("the imageio-ffmpeg package holds no ffmpeg for this machine")
    return str(found[0])


def _command(arguments: Sequence[str]) -> list[str]:
    return [binary(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]


def _box(arguments: Sequence[str], limits: Limits) -> Sandbox:
    read = [Path(a.removeprefix("file:")) for before, a in pairwise(arguments) if before == "-i"]
    written = Path(arguments[-1].removeprefix("file:")).parent if arguments[-1].startswith("file:") else None
    blame = "bad input" if limits is BROUGHT else "bug"
    return Sandbox(tuple(path for path in read if path != Path("pipe:0")), written, limits, blame, FfmpegError)
