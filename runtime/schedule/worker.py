"""A worker process: receives one call at a time as plain text, runs its tasks each in its own folder, answers in plain text.

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
from typing import TYPE_CHECKING, Any

from runtime.sandbox.resident import used_by_residents
from runtime.schedule import logs
from runtime.schedule.resident import keep_only, loaded
from runtime.schedule.trouble import Trouble, kind_of, told

if TYPE_CHECKING:
    from runtime.schedule.table import TaskContext

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Set before numpy is imported: parallelism is by task, and results must not depend on it."""


def main(link: Connection, parent: int) -> None:
    """Serve until the link closes. Replies are JSON: ``{"ok": facts, …}`` or ``{"error": kind, "message": …}``."""
    os.environ.update(ONE_THREAD)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})  # blocked since before we began
    _die_with_parent(parent)
    faulthandler.enable(2)
    while True:
        try:
            job = json.loads(link.recv_bytes())
        except (EOFError, OSError):
            return
        first, *others = (Path(task["log"]) for task in job["tasks"])
        with logs.captured(first):
            reply = run(job)
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    stream.flush()
        logs.copy(first, others)
        link.send_bytes(json.dumps(reply).encode())


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do one call; whatever its function raises becomes part of the answer and of the log.

    ``job``: ``op``, ``tasks`` (``params``, ``inputs``, ``outputs``, ``folder``, ``log`` of each), ``project``, and ``keep``, the
    models that may stay loaded. The answer's ``ok`` has the facts of each task.
    """
    began, cpu = time.perf_counter(), _cpu()
    _forget_peak()
    reply: dict[str, Any]
    try:
        keep_only(job.get("keep", ()))
        reply = {"ok": _call(job)}
    except Exception as error:
        kind = kind_of(error)
        reply = {"error": kind.value, "message": told(error)}
        if kind is not Trouble.INPUT:
            logs.write(Path(job["tasks"][0]["log"]), traceback.format_exc())
    reply["seconds"] = time.perf_counter() - began
    reply["cpu"] = _cpu() - cpu
    reply["memory"] = _peak()
    reply["pid"] = os.getpid()
    reply["loaded"] = loaded()
    return reply


def _call(job: dict[str, Any]) -> list[Any]:
    from runtime.schedule.table import batch_function_of, function_of

    op, contexts = str(job["op"]), [_context(job, task) for task in job["tasks"]]
    if len(contexts) == 1:
        return [function_of(op)(contexts[0])]
    facts = [*batch_function_of(op)(contexts)]
    if len(facts) != len(contexts):
        raise AssertionError(f"{op}: {len(contexts)} tasks gave {len(facts)} results")
    return facts


def _context(job: dict[str, Any], task: dict[str, Any]) -> TaskContext:
    from compiler.graph.codec import decode
    from compiler.graph.ops import BY_NAME
    from runtime.schedule.table import TaskContext

    inputs: dict[str, list[Path]] = {}
    digests: dict[str, list[str]] = {}
    for slot, path, content in task["inputs"]:
        inputs.setdefault(slot, []).append(Path(path))
        digests.setdefault(slot, []).append(content)
    folder = Path(str(task["folder"]))
    return TaskContext(
        decode(BY_NAME[str(job["op"])].params, json.loads(task["params"])),
        {slot: tuple(paths) for slot, paths in inputs.items()},
        {slot: tuple(names) for slot, names in digests.items()},
        {name: folder / f"{name}{suffix}" for name, suffix in task["outputs"]},
        Path(str(job.get("project", "."))),
    )


def _cpu() -> float:
    """CPU-seconds of this process, its finished children and its residents."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime + used_by_residents()[0]


def _forget_peak() -> None:
    """Begin measuring peak memory anew (Linux; elsewhere the peak of the process's whole life is what is known)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """Peak resident bytes of this process since ``_forget_peak``, and what its residents hold now."""
    residents = used_by_residents()[1]
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return (int(line.split()[1]) << 10) + residents
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) + residents


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
