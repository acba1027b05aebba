"""What a child may use, and how its end is told: limits are data, and going over each has its own kind of trouble."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Most seconds of clock and of processor, bytes of address space, bytes of any one file it writes."""

    wall: float = 3600.0
    cpu: int = 1800
    memory: int = 6 << 30
    output: int = 32 << 30


class ChildError(RuntimeError):
    """A child failed or was stopped. ``trouble`` is the kind, in the words of ``runtime.schedule.trouble``."""

    def __init__(self, message: str, trouble: str = "bug") -> None:
        super().__init__(message)
        self.trouble = trouble


REFUSED = 3
"""Exit status of a child that could not use what it was given; the last line it wrote says why, for people."""
UNCONFINED = 125
"""Exit status of a child that could not be confined, and therefore did not run."""
_NO_MEMORY = ("Cannot allocate memory", "MemoryError", "bad_alloc", "Out of memory", "Unable to allocate")


def ended(name: str, status: int, said: str, limits: Limits, late: float, cpu: float, blame: str) -> tuple[str, str]:
    """(message, kind of trouble) of a child that ended with ``status`` (negative: by that signal), having ``said`` things.

    ``late``: it was stopped after so many seconds; ``cpu``: processor seconds it used; ``blame``: the kind of an ordinary failure.
    """
    last = said.strip().rpartition("\n")[2]
    if late:
        return f"{name} was stopped: it took longer than {late:g} s", "timeout"
    if status == -24 or (status and cpu >= limits.cpu):  # SIGXCPU
        return f"{name} was stopped: it used more than {limits.cpu} s of processor", "timeout"
    if status == -25:  # SIGXFSZ
        return f"{name} was stopped: it wrote more than {limits.output / 1e6:,.0f} MB to a file", blame
    if status == UNCONFINED:
        return f"{name} was not run, because it could not be confined: {last}", "bug"
    if any(word in said for word in _NO_MEMORY):
        return f"{name} needs more than the {limits.memory / 1e9:,.1f} GB of memory it may have", "out of memory"
    if status == -9:
        return f"{name} was killed by the system, most likely for want of memory", "out of memory"
    if status == REFUSED and last:
        return last, blame
    if blame == "bad input" and status > 0 and (reason := _reason(said)):
        return f"{name} cannot use it: {reason}", blame
    ending = f"crashed (signal {-status})" if status < 0 else f"ended with {status}"
    return f"{name} {ending}" + (f":\n{said.strip()}" if said.strip() else ""), blame


def _reason(said: str) -> str:
    """The first thing a program complained of, without where in its own works that was: ``[mov @ 0x55…]``."""
    for line in said.splitlines():
        reason = re.sub(r"^(\[[^\]]*\]\s*)+", "", line).strip().rstrip(".")
        if reason:
            return reason[:300]
    return ""
