"""A worker process: receives one task at a time as plain text, runs it in its own folder, answers in plain text.

It dies with its parent, computes on one thread, and never touches the store: it reads blobs and writes files
into the folder it was given. What it and its children say goes to the task's log.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import json
import os
import resource
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

from runtime.schedule import logs
from runtime.schedule.trouble import Trouble, kind_of, told

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Set before numpy is imported: parallelism is by task, and results must not depend on it."""


def main(link: Connection, parent: int) -> None:
    """Serve until the link closes. Replies are JSON: ``{"ok": facts, …}`` or ``{"error": kind, "message": …}``."""
    os.environ.update(ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent(parent)
    faulthandler.enable(2)
    while True:
        try:
            job = json.loads(link.recv_bytes())
        except (EOFError, OSError):
            return
        with logs.captured(Path(str(job["log"]))):
            reply = run(job)
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
        link.send_bytes(json.dumps(reply).encode())


def run(job: dict[str, object]) -> dict[str, object]:
    """Do one job; whatever its function raises becomes part of the answer and of the log."""
    began, cpu = time.perf_counter(), _cpu()
    _forget_peak()
    reply: dict[str, object]
    try:
        reply = {"ok": _call(job)}
    except Exception as error:
        kind = kind_of(error)
        reply = {"error": kind.value, "message": told(error)}
        if kind is not Trouble.INPUT:
            logs.write(Path(str(job["log"])), traceback.format_exc())
    reply["seconds"] = time.perf_counter() - began
    reply["cpu"] = _cpu() - cpu
    reply["memory"] = _peak()
    reply["pid"] = os.getpid()
    return reply


def _call(job: dict[str, object]) -> object:
    from compiler.graph.codec import decode
    from compiler.graph.ops import BY_NAME
    from runtime.schedule.table import TaskContext, function_of

    op = str(job["op"])
    inputs: dict[str, list[Path]] = {}
    digests: dict[str, list[str]] = {}
    for slot, path, content in job["inputs"]:  # type: ignore[attr-defined]
        inputs.setdefault(slot, []).append(Path(path))
        digests.setdefault(slot, []).append(content)
    folder = Path(str(job["folder"]))
    context = TaskContext(
        decode(BY_NAME[op].params, job["params"]),  # type: ignore[arg-type]
        {slot: tuple(paths) for slot, paths in inputs.items()},
        {slot: tuple(names) for slot, names in digests.items()},
        {name: folder / f"{name}{suffix}" for name, suffix in job["outputs"]},  # type: ignore[attr-defined]
        Path(str(job.get("project", "."))),
    )
    return function_of(op)(context)


def _cpu() -> float:
    """CPU-seconds of this process and its finished children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _forget_peak() -> None:
    """Begin measuring peak memory anew (Linux; elsewhere the peak of the process's whole life is what is known)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """Peak resident bytes of this process since ``_forget_peak``."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
