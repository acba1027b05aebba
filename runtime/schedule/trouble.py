"""What can go wrong with a task, and what is done about each kind."""

from __future__ import annotations

import errno
import os
import sqlite3
from enum import Enum


class Trouble(str, Enum):
    """Kinds of failure. The value is what people and programs read."""

    TRANSIENT = "transient"
    """A hiccup of the machine: the same work may well succeed a moment later."""
    CRASHED = "crashed"
    """Its process ended without an answer."""
    MEMORY = "out of memory"
    TIMEOUT = "timeout"
    """A child went over its limit of clock or of processor, and was stopped."""
    INPUT = "bad input"
    """A file of the project is not what the work needs: only its author can help."""
    DISK = "disk full"
    DAMAGED = "damaged"
    """What was stored is not what is read back."""
    BUG = "bug"
    """Everything else: ours."""
    CANCELLED = "cancelled"


MOST_TRIES = {Trouble.TRANSIENT: 3, Trouble.CRASHED: 2, Trouble.MEMORY: 2}
"""How often a task is tried in all when it fails this way; other kinds are not tried again."""

PAUSE = 0.2
"""Seconds before the first new try after a hiccup; twice that before the next."""

_HICCUPS = {
    errno.EIO, errno.EAGAIN, errno.EINTR, errno.EBUSY, errno.ETXTBSY, errno.EMFILE, errno.ENFILE, errno.ESTALE,
    errno.ETIMEDOUT, errno.ECONNRESET, errno.EPIPE,
}  # fmt: skip
_FULL = {errno.ENOSPC, errno.EDQUOT}


def kind_of(error: BaseException) -> Trouble:
    """The kind of an exception. One that names its own (``trouble = "bad input"``) is believed."""
    said = getattr(error, "trouble", None)
    if said == Trouble.BUG and os.strerror(errno.ENOSPC) in str(error):
        return Trouble.DISK  # a child can only say so in words
    if isinstance(said, str) and said in {kind.value for kind in Trouble}:
        return Trouble(said)
    match error:
        case MemoryError():
            return Trouble.MEMORY
        case RuntimeError() if type(error).__name__ == "OutOfMemoryError":  # torch's, without importing it
            return Trouble.MEMORY
        case OSError() if error.errno in _FULL:
            return Trouble.DISK
        case OSError() if error.errno == errno.ENOMEM:
            return Trouble.MEMORY
        case OSError() if error.errno in _HICCUPS or isinstance(error, TimeoutError):
            return Trouble.TRANSIENT
        case sqlite3.Error() if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            return Trouble.DISK
        case sqlite3.OperationalError():
            return Trouble.TRANSIENT
        case _:
            return Trouble.BUG


def told(error: BaseException) -> str:
    """An exception in one line. What is the author's to mend is said without the name of a class."""
    text = str(error).strip()
    return text if text and kind_of(error) is Trouble.INPUT else f"{type(error).__name__}: {text}".removesuffix(": ")
