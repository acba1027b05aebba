"""A confined child that stays: it loads a model once and answers, one request at a time, for as long as we live.

A request is a line of JSON. An answer is a line of JSON, ``{"ok": …, "bytes": n}`` or ``{"refused": why}``, and n bytes.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from runtime.sandbox.box import Child, Module, Sandbox

Answer = tuple[object, bytes]
_FOR_EVER = 10**7
"""Seconds: what limits a resident is how long an answer may take."""


class Resident:
    """Asks a module of ours that runs ``serve``. It is started with the first request, and again after it has ended."""

    def __init__(self, box: Sandbox, program: Module) -> None:
        """``box.limits.wall`` is for each answer."""
        limits = replace(box.limits, wall=_FOR_EVER, cpu=_FOR_EVER)
        self._box, self._program, self._wall = replace(box, limits=limits), program, box.limits.wall
        self._child: Child | None = None
        _ALL.append(self)

    def ask(self, request: object) -> Answer:
        """Raises the sandbox's error when the child ends or takes too long, ``ValueError`` when it refuses the request."""
        if self._child is None:
            self._child = self._box.start(self._program).__enter__()
        child = self._child
        clock = threading.Timer(self._wall, child.stop_late, [self._wall])
        clock.daemon = True
        clock.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                child.input.write(json.dumps(request).encode() + b"\n")
                child.input.flush()
            line = child.output.readline()
            head = None
            with contextlib.suppress(ValueError):
                head = json.loads(line)
            data = child.output.read(head.get("bytes", 0)) if head else b""
            if head is None or len(data) < head.get("bytes", 0):
                child.finish()
                raise self._box.error(f"{child.name} ended without an answer", "crashed")
        except BaseException:
            self.close()
            raise
        finally:
            clock.cancel()
        if "refused" in head:
            raise ValueError(str(head["refused"]))
        return head["ok"], data

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.__exit__(None, None, None)

    def used(self) -> tuple[float, int]:
        """(processor seconds so far, resident bytes) of the running child; zeros where the system does not say."""
        if self._child is None:
            return 0.0, 0
        place = Path(f"/proc/{self._child.pid}")
        with contextlib.suppress(OSError, ValueError, IndexError):
            times = (place / "stat").read_text().rpartition(")")[2].split()
            pages = int((place / "statm").read_text().split()[1])
            ticks = int(times[11]) + int(times[12])
            return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")
        return 0.0, 0


def used_by_residents() -> tuple[float, int]:
    """(processor seconds, resident bytes) of all residents of this process together."""
    all_used = [resident.used() for resident in _ALL]
    return sum(cpu for cpu, _ in all_used), sum(memory for _, memory in all_used)


def serve(answer: Callable[[Any], Answer]) -> None:
    """The child's side: answer until nobody asks any more."""
    out = sys.stdout.buffer
    for line in sys.stdin.buffer:
        try:
            found, data = answer(json.loads(line))
            head: dict[str, object] = {"ok": found, "bytes": len(data)}
        except ValueError as error:
            head, data = {"refused": str(error)}, b""
        out.write(json.dumps(head).encode() + b"\n")
        out.write(data)
        out.flush()


_ALL: list[Resident] = []


@atexit.register
def _close_all() -> None:
    for resident in _ALL:
        resident.close()
