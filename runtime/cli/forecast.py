"""What a build is going to take, said before it runs, and how good such forecasts have been."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compiler.plan import Plan
from runtime.cli.machine import Machine
from runtime.cli.sizes import size_text
from runtime.schedule.costs import learned_costs, learned_needs, learned_sizes
from runtime.schedule.forecast import Forecast, foresee, todo
from runtime.schedule.journal import last_foreseen
from runtime.schedule.tools import domain, tools
from runtime.store.store import Store

LOOK_BACK = 5
"""How many builds are looked at to say how good forecasts have been."""


class NotEnoughRoomError(OSError):
    """The disk will not hold what a build is going to write. Sizes in bytes. Trouble of the disk, though nothing was tried."""

    def __init__(self, needed: int, free: int, folder: Path) -> None:
        super().__init__(f"this build will write about {size_text(needed)}, and {size_text(free)} are free")
        self.needed, self.free, self.folder = needed, free, folder


@dataclass(frozen=True, slots=True)
class Kept:
    """What the last forecasts said and what came of them: times and sizes of all those builds, memory on average."""

    builds: int
    said: Forecast
    came: Forecast


def needed_of(plan: Plan, store: Store) -> list[int]:
    """The tasks a build of this plan runs at most, with what the store has."""
    return todo(plan.graph, plan.recipes, store.known(plan.recipes, domain()))


def forecast_of(plan: Plan, store: Store, needed: Sequence[int], jobs: int) -> Forecast:
    """What running these tasks of a plan takes on this machine. Raises ``DeviceSettingError``."""
    if not needed:
        return Forecast()
    lanes = Machine(plan.graph, plan.recipes, tools(), jobs or os.cpu_count() or 1).lanes
    sizes = learned_sizes(store, plan.graph, needed)
    return foresee(plan.graph, needed, lanes, learned_costs(store), learned_needs(store), sizes)


def check_room(forecast: Forecast, folder: Path) -> None:
    """Raises ``NotEnoughRoomError`` when the disk of a folder has less free than a build will write."""
    free = free_bytes(folder)
    if forecast.disk > free:
        raise NotEnoughRoomError(forecast.disk, free, folder)


def free_bytes(folder: Path) -> int:
    """What is free of a folder's disk; without bound when that cannot be told."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 1 << 62


def kept_forecasts(runs: Path) -> Kept | None:
    """How good the forecasts of the last builds were; ``None`` when there have been none."""
    last = last_foreseen(runs, LOOK_BACK)
    pairs = [(run, run.foreseen) for run in last if run.foreseen is not None]
    if not pairs:
        return None
    count = len(pairs)
    said = Forecast(
        sum(f.tasks for _, f in pairs), sum(f.seconds for _, f in pairs), sum(f.work for _, f in pairs),
        sum(f.memory for _, f in pairs) // count, sum(f.disk for _, f in pairs),
    )  # fmt: skip
    came = Forecast(
        sum(r.ran for r, _ in pairs), sum(r.took for r, _ in pairs), sum(r.worked for r, _ in pairs),
        sum(r.memory for r, _ in pairs) // count, sum(r.bytes for r, _ in pairs),
    )  # fmt: skip
    return Kept(count, said, came)


def forecast_lines(forecast: Forecast, kept: Kept | None, minutes: float, free: int) -> list[str]:
    """A forecast in words for a film of so many minutes, and how good the last ones were."""
    lines = []
    if forecast.tasks:
        each = f" ({size_text(round(forecast.disk / minutes))} for each minute of film)" if minutes > 0 else ""
        lines.append(
            f"On this machine: about {clock(forecast.seconds)} ({clock(forecast.work)} of work), "
            f"{size_text(forecast.memory)} of memory, {size_text(forecast.disk)} of disk{each}."
        )
        if forecast.disk > free:
            lines.append(
                f"That is more than the {size_text(free)} that are free: `film cache gc` lets go of what no film needs."
            )
    if kept is not None:
        builds = f"last {kept.builds} builds that ran anything" if kept.builds > 1 else "last build that ran anything"
        said, came = kept.said, kept.came
        lines.append(
            f"The {builds} took {clock(came.seconds)} where {clock(said.seconds)} had been forecast, "
            f"{size_text(came.memory)} of memory where {size_text(said.memory)}, "
            f"{size_text(came.disk)} of disk where {size_text(said.disk)}."
        )
    return lines


def forecast_json(forecast: Forecast, kept: Kept | None) -> dict[str, object]:
    """The same for programs: seconds and bytes."""
    figures = ("tasks", "seconds", "work", "memory", "disk")

    def plain(one: Forecast) -> dict[str, float]:
        return {name: round(getattr(one, name), 2) for name in figures}

    last = None if kept is None else {"builds": kept.builds, "forecast": plain(kept.said), "measured": plain(kept.came)}
    return {"forecast": plain(forecast), "last_forecasts": last}


def clock(seconds: float) -> str:
    """A span of time as people say it."""
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    whole = round(seconds)
    if whole < 5400:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
