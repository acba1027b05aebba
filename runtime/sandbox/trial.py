"""A child that tries what a child must not do, and says what it could: ``film doctor`` and the tests run it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from runtime.sandbox.box import Module, Sandbox
from runtime.sandbox.confine import landlock, seccomp
from runtime.sandbox.limits import Limits


def trial() -> dict[str, bool]:
    """What was refused to a child: reading, writing, network, processes. Raises ``ChildError`` when none can be run."""
    box = Sandbox(limits=Limits(wall=30, cpu=10, memory=1 << 30, output=1 << 20))
    refused: dict[str, bool] = json.loads(box.run(Module(__name__), most=4096))
    return refused


def told() -> str:
    """What confines children here, in a line. Raises ``OSError`` when the kernel promises what a child then can do."""
    refused = trial()
    version, filtered = landlock(), seccomp()
    broken = [name for name in ("reading", "writing") if version and not refused[name]]
    broken += [name for name in ("network", "processes") if filtered and not refused[name]]
    if broken:
        raise OSError(f"a child could do what it must not: {', '.join(broken)}")
    parts = [f"files by Landlock {version}" if version else "files are NOT confined (this kernel has no Landlock)"]
    if filtered:
        parts.append("network and processes by a system-call filter")
    else:
        parts.append("no network" if refused["network"] else "the network is NOT shut off (no system-call filter here)")
    return "; ".join([*parts, "memory, time and output by limits"])


def _read() -> None:
    next(path for path in (Path("/etc/passwd"), Path("/etc/hosts")) if path.exists()).read_bytes()


def _write() -> None:
    place = Path(f"/tmp/filmlang-trial-{os.getpid()}")
    place.write_bytes(b"")
    place.unlink()


def _network() -> None:
    import socket

    with socket.socket() as end:
        end.settimeout(1)
        end.bind(("127.0.0.1", 0))


def _processes() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


_TRIED: dict[str, Callable[[], None]] = {
    "reading": _read,
    "writing": _write,
    "network": _network,
    "processes": _processes,
}


def _refused(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


if __name__ == "__main__":
    json.dump({name: _refused(attempt) for name, attempt in _TRIED.items()}, sys.stdout)
