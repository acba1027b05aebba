"""A worker process: receives one task at a time as plain text, runs it in its own folder, answers in plain text.

It dies with its parent, computes on one thread, and never touches the store: it reads blobs and writes files
into the folder it was given.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import resource
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Set before numpy is imported: parallelism is by task, and results must not depend on it."""


def main(link: Connection, parent: int) -> None:
    """Serve until the link closes. Replies are JSON: ``{"ok": facts, …}`` or ``{"error": kind, "message": …}``."""
    os.environ.update(ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent(parent)
    while True:
        try:
            job = json.loads(link.recv_bytes())
        except (EOFError, OSError):
            return
        link.send_bytes(json.dumps(_run(job)).encode())


def _run(job: dict[str, object]) -> dict[str, object]:
    began, cpu = time.perf_counter(), _cpu()
    log = Path(str(job["log"]))
    try:
        facts = _call(job)
        reply: dict[str, object] = {"ok": facts}
    except OSError as error:
        kind = "disk full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "failed"
        reply = {"error": kind, "message": f"{type(error).__name__}: {error}"}
        _log(log, traceback.format_exc())
    except MemoryError as error:
        reply = {"error": "out of memory", "message": str(error) or "out of memory"}
    except Exception as error:
        reply = {"error": "failed", "message": f"{type(error).__name__}: {error}"}
        _log(log, traceback.format_exc())
    reply["seconds"] = time.perf_counter() - began
    reply["cpu"] = _cpu() - cpu
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


def _log(path: Path, text: str) -> None:
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
