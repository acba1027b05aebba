"""The one door to child processes: a program, or a module of our own, that sees its inputs, one folder, and nothing else.

What confines a child, and what happens where a kernel cannot, is in docs/safety.md. A child is in a process group of its
own, ends when we end, and talks to a file. Start children from the main thread: the kernel ends a child with the *thread*
that started it.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from runtime.sandbox import confine
from runtime.sandbox.limits import ChildError, Limits, ended

ROOT = Path(__file__).resolve().parents[2]
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "AV_LOG_FORCE_NOCOLOR": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
}
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
"""What numeric libraries look at to choose their loops."""
_KEPT_OF_LOG = 1 << 16
_MOST_WORDS = 1 << 16
"""Characters that are handed over as arguments; a film's segments can be more than the system takes."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module of our own run as a program, ``python -m name arguments``, by the interpreter that runs us."""

    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a child may touch: ``inputs`` are read, ``output`` is a folder it may write files in, ``limits`` are its caps.

    ``blame`` is the kind of trouble an ordinary failure is: "bad input" where bytes that people brought are read.
    """

    inputs: tuple[Path, ...] = ()
    output: Path | None = None
    limits: Limits = Limits()
    blame: str = "bug"
    error: type[ChildError] = ChildError
    """What its failures are raised as."""

    def run(self, program: Sequence[str] | Module, feed: Iterable[bytes | memoryview] = (), most: int = 0) -> bytes:
        """Run a program to its end, writing ``feed`` to its standard input; at most ``most`` bytes that it wrote back.

        A program that would say more is stopped. Raises ``self.error``.
        """
        with self.start(program) as child:
            with suppress(BrokenPipeError):  # its exit status and its log say why
                for piece in feed:
                    child.input.write(piece)
                child.input.close()
            answer = child.output.read(most) if most else b""
            if not most or len(answer) < most:
                child.finish()
            return answer

    def blocks(self, program: Sequence[str] | Module, size: int) -> Iterator[memoryview]:
        """Run a program and yield what it writes in blocks of ``size`` bytes. Raises ``self.error``.

        All blocks are one piece of memory: each holds until the next is asked for.
        """
        block = memoryview(bytearray(size))
        with self.start(program) as child:
            child.input.close()
            while got := child.fill(block):
                if got < size:
                    child.finish()
                    raise self.error(f"{child.name} ended within a frame ({got} of {size} bytes)", self.blame)
                yield block
            child.finish()

    def start(self, program: Sequence[str] | Module) -> Child:
        """A running child, to be used in a ``with`` block."""
        return Child(self, program)


class Child:
    """A running child. Leaving the ``with`` block early kills its whole process group."""

    def __init__(self, box: Sandbox, program: Sequence[str] | Module) -> None:
        self.name = program.name.rpartition(".")[2] if isinstance(program, Module) else _short(program[0])
        self._box, self._late = box, 0.0
        self._cpu = _children_cpu()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        words, kept = _words(box, program), list[int]()
        if sum(len(word) for word in words) > _MOST_WORDS:
            words, kept = _by_descriptor(words)
        self._process = subprocess.Popen(
            [*_launcher(), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=_ENVIRONMENT,
            start_new_session=True,
            close_fds=True,
            pass_fds=kept,
        )
        for descriptor in kept:
            os.close(descriptor)
        self._clock = threading.Timer(box.limits.wall, self.stop_late, [box.limits.wall])
        self._clock.daemon = True
        self._clock.start()
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

    @property
    def pid(self) -> int:
        return self._process.pid

    def fill(self, block: memoryview) -> int:
        """Read until ``block`` is full or the child has no more to say; how many bytes came."""
        at = 0
        while at < len(block) and (got := self.output.readinto(block[at:])):  # type: ignore[attr-defined]
            at += got
        return at

    def finish(self) -> None:
        """Close its input and wait for its end. Raises the sandbox's error unless it succeeded."""
        with suppress(BrokenPipeError):
            self.input.close()
        while self.output.read(1 << 16):
            pass
        status = self._process.wait()
        self._clock.cancel()
        if status or self._late:
            box = self._box
            cpu = _children_cpu() - self._cpu
            raise box.error(*ended(self.name, status, self.tail(), box.limits, self._late, cpu, box.blame))

    def tail(self) -> str:
        """The end of what it wrote to standard error."""
        size = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, size - 2000))
        return self._log.read().decode("utf-8", "replace").strip()

    def kill(self) -> None:
        """End the whole process group."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def stop_late(self, wall: float) -> None:
        """End it because ``wall`` seconds have passed."""
        self._late = wall
        self.kill()

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._clock.cancel()
        self.kill()
        self._process.wait()
        _tell_log(self._log)
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()


def _words(box: Sandbox, program: Sequence[str] | Module) -> list[str]:
    limits = box.limits
    words = [f"parent={os.getpid()}", f"memory={limits.memory}", f"cpu={limits.cpu}", f"output={limits.output}"]
    words += [f"read={path}" for path in box.inputs]
    if box.output is not None:
        words.append(f"write={box.output}")
    if isinstance(program, Module):
        words += [f"read={path}" for path in (*_LIBRARIES, *_MACHINE, *_python())]
        words += [f"path={path}" for path in _site()] + [f"package={path}" for path in _own()]
        return [*words, "--", f":{program.name}", *program.arguments]
    return [*words, f"run={program[0]}", *(f"run={path}" for path in _LIBRARIES), "--", *program]


def _by_descriptor(words: list[str]) -> tuple[list[str], list[int]]:
    """The words before the program in a file that is open in the child, and nowhere else."""
    at = words.index("--")
    with tempfile.TemporaryFile() as file:
        file.write("\0".join(words[:at]).encode("utf-8", "surrogateescape"))
        file.seek(0)
        descriptor = os.dup(file.fileno())
    return [f"words={descriptor}", *words[at:]], [descriptor]


@lru_cache(maxsize=1)
def _launcher() -> list[str]:
    """A bare interpreter that runs ``confine.main``; by import, so that its compiled form is kept."""
    folder = str(Path(confine.__file__).parent)
    return [
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"import sys;sys.path.append({folder!r});import confine as c;c.main(sys.argv[1:])",
    ]


@lru_cache(maxsize=1)
def _site() -> tuple[str, ...]:
    return tuple(dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib")))


def _own() -> tuple[str, ...]:
    return tuple(str(ROOT / name) for name in ("compiler", "runtime", "stdlib"))


@lru_cache(maxsize=1)
def _python() -> tuple[str, ...]:
    """Folders a module of ours may read: the interpreter, packages, our own code and data."""
    return (*dict.fromkeys((sys.prefix, sys.base_prefix, sys.exec_prefix)), *_site(), *_own())


def _short(program: str) -> str:
    """``ffmpeg`` of ``/…/ffmpeg-linux-x86_64-v9``."""
    return Path(program).name.partition("-")[0]


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tell_log(said: IO[bytes]) -> None:
    """In a worker, whose standard error is its task's log, keep what the child said there."""
    if multiprocessing.parent_process() is not None:
        said.seek(0)
        with suppress(OSError):
            os.write(2, said.read(_KEPT_OF_LOG))


def _widen(pipe: IO[bytes] | None) -> None:
    """A frame is megabytes: a pipe of the usual 64 KiB makes two processes take turns dozens of times for each."""
    if pipe is not None and sys.platform == "linux":
        with suppress(OSError):  # an unprivileged user may have used up what all pipes together may hold
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)
