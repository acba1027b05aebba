"""Takes that were made at another size than the film's own: people look at them small, and then name no size."""

from __future__ import annotations

import json
from dataclasses import replace

from compiler.diagnostics import Report
from runtime.cli.build import make_plan
from runtime.cli.planned import Planned
from runtime.store.store import Store

_LATEST = 200
"""Of each op that tells of a size, how many actions back it is looked for."""
_MOST = 4
"""Sizes that are tried, the latest first."""


def sizes_made(store: Store) -> list[tuple[int, int]]:
    """Sizes at which takes were judged or shots rendered, the latest first."""
    found: dict[tuple[int, int], None] = {}
    for op in ("judge", "render"):
        for record in store.index.records(op, _LATEST):
            try:
                across, down = json.loads(record)["params"]["size"]
            except (ValueError, TypeError, KeyError, RecursionError):
                continue
            if all(isinstance(side, int) and 64 <= side <= 4096 for side in (across, down)):
                found[across, down] = None
    return list(found)[:_MOST]


def at_other_sizes(planned: Planned) -> list[Planned]:
    """The same plan at each other size at which anything was made; none when a size was asked for."""
    loaded, options = planned.loaded, planned.options
    assert loaded.film is not None
    if options.size is not None:
        return []
    plans = []
    for size in sizes_made(planned.store):
        if size == planned.plan.film.size:
            continue
        small = replace(options, size=size)
        plan = make_plan(loaded.film, planned.store, small, Report(), loaded.locked, loaded.picks)
        plans.append(replace(planned, plan=plan, options=small))
    return plans
