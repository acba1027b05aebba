"""This machine as lanes: its processors, and the devices that models run on.

Devices are looked for only when a plan has work for them. ``FILM_DEVICES`` says what there is instead: ``none``, or names with
their memory, as ``cuda:0=24GB, cuda:1=24GB``.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from runtime.schedule.devices import GB
from runtime.schedule.lanes import CPU, DEVICE, Lane

VARIABLE = "FILM_DEVICES"
_MB = 1 << 20
_SHARE = 0.85
"""Of the memory that is there, what tasks may have: the rest is the system's and ours."""
_DEVICE_SHARE = 0.95
"""Of a device's free memory: its driver and libraries take some hundred MB of their own."""
_SECONDS = 20.0
"""How long a look at the devices may take."""
_SAID = re.compile(r"\s*([\w:.-]+?)\s*=\s*(\d+(?:\.\d+)?)\s*(?:GB)?\s*", re.IGNORECASE)
_TORCH = """
import json, torch
rows = []
for number in range(torch.cuda.device_count()):
    free, _ = torch.cuda.mem_get_info(number)
    rows.append([str(number), torch.cuda.get_device_name(number), free])
print(json.dumps(rows))
"""


class DeviceSettingError(OSError):
    """``FILM_DEVICES`` says nothing that can be understood. Trouble of the machine, as a disk's is."""


def local_lanes(jobs: int, *, models: bool = False) -> tuple[Lane, ...]:
    """This machine's processors, as far as memory goes round; with ``models``, every device they can run on, too.

    Raises ``DeviceSettingError``.
    """
    processors = Lane(CPU, max(1, jobs), int(free_memory() * _SHARE))
    return (processors, *devices()) if models else (processors,)


def devices() -> tuple[Lane, ...]:
    """A lane for each device, with what is free of its memory now. Raises ``DeviceSettingError``."""
    said = os.environ.get(VARIABLE)
    if said is not None:
        return said_devices(said)
    rows = _from_driver() or _from_torch()
    return tuple(
        Lane(f"cuda:{number}", 1, int(free * _DEVICE_SHARE), DEVICE, make, _visible(name))
        for number, (name, make, free) in enumerate(rows)
    )


def said_devices(text: str) -> tuple[Lane, ...]:
    """What ``FILM_DEVICES`` says. Raises ``DeviceSettingError``."""
    if text.strip().lower() in ("", "0", "no", "none", "off"):
        return ()
    lanes: list[Lane] = []
    for part in text.split(","):
        match = _SAID.fullmatch(part)
        if match is None or float(match[2]) <= 0 or match[1] == CPU or any(lane.name == match[1] for lane in lanes):
            raise DeviceSettingError(f"{VARIABLE}: {part.strip()!r} is no device with its memory")
        kind, _, number = match[1].partition(":")
        seen = _visible(number) if kind == "cuda" and number else ()
        lanes.append(Lane(match[1], 1, int(float(match[2]) * GB), DEVICE, kind, seen))
    return tuple(lanes)


def _visible(name: str) -> tuple[tuple[str, str], ...]:
    return (("CUDA_DEVICE_ORDER", "PCI_BUS_ID"), ("CUDA_VISIBLE_DEVICES", name))


def _from_driver() -> list[tuple[str, str, int]]:
    """(name for CUDA_VISIBLE_DEVICES, make, free bytes) as the driver's own program has it; nothing without one."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return []
    query = [program, "--query-gpu=index,uuid,name,memory.free", "--format=csv,noheader,nounits"]
    return driver_rows(_said_by(query), os.environ)


def driver_rows(text: str, environment: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """The lines of the driver's program, as far as ``CUDA_VISIBLE_DEVICES`` lets this process see them."""
    rows = []
    for row in csv.reader(text.splitlines(), skipinitialspace=True):
        if len(row) == 4 and row[3].strip().isdigit():
            rows.append((row[0], row[1], row[2], int(row[3]) * _MB))
    allowed = environment.get("CUDA_VISIBLE_DEVICES")
    if allowed is not None:
        wanted = [name.strip() for name in allowed.split(",") if name.strip()]
        rows = [row for name in wanted for row in rows if row[0] == name or row[1].startswith(name)]
    return [(uuid, make, free) for _, uuid, make, free in rows]


def _from_torch() -> list[tuple[str, str, int]]:
    """The same by torch, in a process of its own: what it takes of a device to look at it is given back."""
    if find_spec("torch") is None:
        return []
    try:
        rows = json.loads(_said_by([sys.executable, "-c", _TORCH]) or "[]")
    except ValueError:
        return []
    return [(str(name), str(make), int(free)) for name, make, free in rows]


def _said_by(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def free_memory() -> int:
    """Bytes that can still be had, by the kernel's reckoning and within this container's limit; 2 GiB if unknown."""
    found = []
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                found.append(int(line.split()[1]) << 10)
    for most, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        with contextlib.suppress(OSError, ValueError):
            found.append(max(0, int(Path(most).read_text()) - int(Path(used).read_text())))
    if not found and hasattr(os, "sysconf"):
        with contextlib.suppress(OSError, ValueError):
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)
    return max(256 * _MB, min(found, default=2048 * _MB))
