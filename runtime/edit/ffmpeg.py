"""The one door to ffmpeg: every encoder, decoder and filter runs as a limited child that dies with us.

Arguments go as a list, inputs name their format, only files and pipes may be opened, and ffmpeg's talk goes to a
file. Nothing here knows what a film is.
"""

from __future__ import annotations

import ctypes
import fcntl
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

WHITELIST = ("-protocol_whitelist", "file,pipe")
EXACT = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1")
"""Output options without which ffmpeg writes its version and the date into files."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use: seconds of processor, bytes of memory, bytes of one output file."""

    cpu: int = 1800
    memory: int = 6 << 30
    output: int = 32 << 30


class FfmpegError(RuntimeError):
    """ffmpeg failed; the message ends with the last lines it wrote."""


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


def run(arguments: Sequence[str], limits: Limits = Limits(), feed: Iterable[bytes | memoryview] = ()) -> None:
    """Run ffmpeg to its end, writing ``feed`` to its input. Raises ``FfmpegError``."""
    with Child(arguments, limits) as child:
        try:
            for piece in feed:
                child.input.write(piece)
        except BrokenPipeError:
            pass  # its exit status and its log say why
        child.finish()


def frames(arguments: Sequence[str], size: int, limits: Limits = Limits()) -> Iterator[memoryview]:
    """Run ffmpeg with ``pipe:1`` as its output and yield blocks of ``size`` bytes. Raises ``FfmpegError``.

    All blocks are one piece of memory: each holds until the next is asked for.
    """
    block = memoryview(bytearray(size))
    with Child(arguments, limits) as child:
        child.input.close()
        while got := _fill(child.output, block):
            if got < size:
                raise FfmpegError(f"ffmpeg ended within a frame ({got} of {size} bytes){child.tail()}")
            yield block
        child.finish()


def output(arguments: Sequence[str], most: int, limits: Limits = Limits()) -> bytes:
    """All that ffmpeg writes to ``pipe:1``, at most ``most`` bytes of it. Raises ``FfmpegError``."""
    with Child(arguments, limits) as child:
        child.input.close()
        data = child.output.read(most)
        if len(data) < most:
            child.finish()
        return data


class Child:
    """A running ffmpeg. Leaving the ``with`` block early kills its whole process group."""

    def __init__(self, arguments: Sequence[str], limits: Limits = Limits()) -> None:
        command = [binary(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y", *arguments]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={"LC_ALL": "C", "AV_LOG_FORCE_NOCOLOR": "1"},
            start_new_session=True,
            preexec_fn=_confinement(limits),
            close_fds=True,
        )
        for pipe in (self._process.stdin, self._process.stdout):
            _widen(pipe)

    @property
    def input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def output(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def finish(self) -> None:
        """Close the input and wait. Raises ``FfmpegError`` unless ffmpeg succeeded."""
        with suppress(BrokenPipeError):
            self.input.close()
        self.output.read()
        status = self._process.wait()
        if status:
            raise FfmpegError(f"ffmpeg ended with {status}{self.tail()}")

    def tail(self) -> str:
        """The end of what it wrote, for an error message."""
        self._log.seek(0)
        text = self._log.read()[-2000:].decode("utf-8", "replace").strip()
        return f":\n{text}" if text else ""

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        _tell_log(self._log)
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


@lru_cache(maxsize=1)
def binary() -> str:
    """Path of the packaged ffmpeg; an environment variable or a system ffmpeg would be a hidden input."""
    import imageio_ffmpeg

    folder = Path(imageio_ffmpeg.__file__).parent / "binaries"
    found = sorted(folder.glob("ffmpeg-*"))
    if not found:
        raise FfmpegError("the imageio-ffmpeg package holds no ffmpeg for this machine")
    return str(found[0])


def _fill(pipe: IO[bytes], block: memoryview) -> int:
    """Read until ``block`` is full or the pipe ends; how many bytes came."""
    at = 0
    while at < len(block) and (got := pipe.readinto(block[at:])):  # type: ignore[attr-defined]
        at += got
    return at


def _tell_log(said: IO[bytes]) -> None:
    """In a worker, whose standard error is its task's log, keep what ffmpeg said there."""
    if multiprocessing.parent_process() is not None:
        said.seek(0)
        with suppress(OSError):
            os.write(2, said.read(1 << 16))


def _widen(pipe: IO[bytes] | None) -> None:
    """A frame is megabytes: a pipe of the usual 64 KiB makes two processes take turns dozens of times for each."""
    if pipe is not None and sys.platform == "linux":
        with suppress(OSError):  # an unprivileged user may have used up what all pipes together may hold
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)


def _confinement(limits: Limits) -> Callable[[], None]:
    """What the child does between fork and exec. Everything it needs is looked up before the fork."""
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    caps = (
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.output),
        (resource.RLIMIT_CORE, 0),
    )

    def confine() -> None:
        for kind, value in caps:
            hard = resource.getrlimit(kind)[1]
            cap = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (cap, cap))
        if prctl is not None:
            prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
            if os.getppid() != parent:  # the parent died before the request took hold
                os._exit(1)

    return confine
