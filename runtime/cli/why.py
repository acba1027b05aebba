"""``film why``: what changed in a shot or an artifact since it was last built, or what it is reused for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TypeVar

from compiler.names import did_you_mean
from compiler.plan import Plan
from compiler.staging.numbers import find_shot
from runtime.cli.build import Options
from runtime.cli.building import say
from runtime.cli.choices import in_words as take_in_words
from runtime.cli.columns import columns
from runtime.cli.diagnostics import locate, shown
from runtime.cli.fieldwords import in_words
from runtime.cli.planned import Planned, with_plan
from runtime.cli.reasons import ECHOES, Change, Reasons
from runtime.schedule.tools import domain, tools
from runtime.store.store import Store

_MOST = 12
_MOST_FIELDS = 4
_With = TypeVar("_With")
"""What a change is told with: the tasks it came through, or what it reaches."""


def why(options: Options, what: str, form: str) -> int:
    """Explain a shot (its name or key), something delivered (film, captions, report) or a task by its label."""
    return with_plan(options, form, lambda planned: _why(planned, what, form))


def _why(planned: Planned, what: str, form: str) -> int:
    plan, reasons = planned.plan, planned.reasons()
    asked = _asked(reasons, what)
    if not asked:
        return _unknown(plan, what)
    changes = changes_of(reasons, asked)
    hits = [found for index in asked if (found := matched(plan, planned.store, index, reasons.now[index].task))]
    timed = find_shot(plan.film, plan.timeline.shots, what)
    name = timed.name if timed else what
    place = _first_place(reasons, asked)
    if form == "json":
        file, _, line = place.rpartition(":")
        rows = [
            {
                "task": c.task,
                "field": c.field,
                "before": c.before,
                "after": c.after,
                "place": c.place,
                "through": through,
            }
            for c, through in changes
        ]
        told: dict[str, object] = {"shot": name, "file": file, "line": int(line or 0), "changes": rows, "matched": hits}
        told["cut"] = _cut(planned, what)
        print(json.dumps(told, ensure_ascii=False))
        return 0
    print(f"{shown(name)}  {shown(place)}".rstrip())
    if cut := _cut(planned, what):
        print(shown(f"  in the cut: {cut}"))
    if not reasons.before:
        print("  never built: everything it needs runs")
    elif not changes:
        print("  unchanged since it was last built: every task of it is matched by its recipe")
    for line in _told(changes):
        print(f"  {line}")
    if hits:
        _tell_hits(hits)
    return 0


def _told(changes: list[tuple[Change, list[str]]]) -> Iterator[str]:
    """Changes by the source line that says them: in words, then the fields, then the tasks it came through."""
    groups = by_place(changes)
    for group in groups[:_MOST]:
        yield shown(lead(group, alone=len(groups) == 1))
        for change, _ in group[:_MOST_FIELDS]:
            yield shown(f"    {change.task}: {change.field}: {change.before} → {change.after}")
        if len(group) > _MOST_FIELDS:
            more = len(group) - _MOST_FIELDS
            yield f"    … and {more} more field{'' if more == 1 else 's'}; --format json has them all"
        if through := max((path for _, path in group), key=len):
            yield shown(f"    and so {_path(through)}")
    if len(groups) > _MOST:
        yield f"… and {len(groups) - _MOST} more places; --format json has them all"


def by_place(changes: list[tuple[Change, _With]]) -> list[list[tuple[Change, _With]]]:
    """Changes of one source line together, the most telling first; then, as one, those that no line says."""
    groups: dict[str, list[tuple[Change, _With]]] = {}
    for item in changes:
        groups.setdefault(item[0].place, []).append(item)
    for place, group in groups.items():
        if place:
            group.sort(key=lambda item: in_words(item[0].field, item[0].before, item[0].after)[0])
    return sorted(groups.values(), key=lambda group: not group[0][0].place)


def lead(group: list[tuple[Change, _With]], alone: bool) -> str:
    """What a group of changes comes to, in a line; ``alone``: nothing else has changed."""
    first = group[0][0]
    if not first.place and not alone:
        return "what follows from that, in the film as a whole"
    what = f"new: {first.task}" if first.field == "new" else in_words(first.field, first.before, first.after)[1]
    return f"{first.place or first.task}  {what}"


def _tell_hits(hits: list[dict[str, str]]) -> None:
    rows = [
        (shown(f"  {h['task']}"), f"{h['op']} {h['version']}", h["recipe"][:12], h["tool"][:12], h["inputs"], f"{h['seconds']} s")
        for h in hits[:_MOST]
    ]  # fmt: skip
    header = ("  kept, and matched on", "op, version", "recipe", "code and assets", "inputs", "made in")
    print(columns(header, rows, give=0, right=(4, 5)))
    if len(hits) > _MOST:
        print(f"  … and {len(hits) - _MOST} more that are kept")


def explain_film(plan: Plan, reasons: Reasons) -> list[tuple[Change, str]]:
    """Every cause of change in a film, each once, with what it reaches: shots by name, or the film's own tasks."""
    names = {timed.key: timed.name for timed in plan.timeline.shots}
    readers = plan.graph.consumers()
    causes: list[tuple[Change, str]] = []
    told: set[tuple[str, str, str]] = set()
    for index in range(len(reasons.now)):
        for change in reasons.own(index):
            mark = (change.field.rpartition(".")[2], change.before, change.after)
            if mark in told:
                continue
            told.add(mark)
            causes.append((change, _reached(plan, readers, index, names)))
    return without_echoes(reasons, causes)


def without_echoes(
    reasons: Reasons, changes: list[tuple[Change, _With]], asked: Collection[int] = ()
) -> list[tuple[Change, _With]]:
    """Without what the report, the captions and the conform only say after others, unless it is all there is or is asked for."""
    own = {reasons.now[index].task for index in asked}
    echoes = {task.task for task in reasons.now if task.op in ECHOES} - own
    rest = [item for item in changes if item[0].task not in echoes]
    return rest or changes


def changes_of(reasons: Reasons, asked: list[int]) -> list[tuple[Change, list[str]]]:
    """Changed fields of some tasks and of what they read, causes before effects, with the tasks between."""
    found: dict[tuple[str, str], tuple[Change, list[str]]] = {}
    for index in asked:
        for changes, path in reversed(reasons.chain(index)) if reasons.before else ():
            for change in changes:
                leaf = change.field if change.field.startswith("shot.") else change.field.split(".")[0]
                known = found.get((leaf, change.after))
                if known is None or len(path) - 1 > len(known[1]):
                    found[leaf, change.after] = (known[0] if known else change, path[1:])
    order = {task.task: number for number, task in enumerate(reasons.now)}
    ordered = sorted(found.values(), key=lambda item: order[item[0].task])
    return without_echoes(reasons, ordered, asked)


def matched(plan: Plan, store: Store, index: int, name: str) -> dict[str, str] | None:
    """What a hit was matched on; ``None`` for a task that has to run. ``name`` is its label, or that with a number."""
    action = store.find(plan.recipes[index], domain())
    if action is None:
        return None
    task = plan.graph.tasks[index]
    return {
        "task": name,
        "op": task.op.name,
        "version": str(task.op.version),
        "recipe": plan.recipes[index],
        "tool": tools().get(task.op.name, ""),
        "action": action.action,
        "domain": action.domain,
        "inputs": str(len(task.inputs)),
        "seconds": f"{action.seconds:.2f}",
    }


def _asked(reasons: Reasons, what: str) -> list[int]:
    plan = reasons.plan
    keys = {shot.key for shot in plan.timeline.shots if what in (shot.name, shot.key)}
    if not keys and (numbered := find_shot(plan.film, plan.timeline.shots, what)) is not None:
        keys = {numbered.key}
    if keys:
        return [i for i, task in enumerate(plan.graph.tasks) if task.shot in keys]
    wanted = [ref.task for name, ref in plan.graph.wanted if name == what]
    return wanted or [i for i, task in enumerate(reasons.now) if what in (task.task, task.recipe[: max(8, len(what))])]


def _cut(planned: Planned, what: str) -> str:
    """Which take of a shot is in the cut, and where that is said; "" for what has no takes."""
    timed = find_shot(planned.plan.film, planned.plan.timeline.shots, what)
    choice = next((c for c in planned.plan.choices if timed is not None and c.key == timed.key), None)
    if choice is None:
        return ""
    span = choice.pick.place if choice.pick is not None else None
    place = locate(span, planned.loaded.sources.sources, "") if span is not None else None
    return take_in_words(choice) + (f"  ({Path(place.file).name}:{place.line})" if place is not None else "")


def _unknown(plan: Plan, what: str) -> int:
    names = [shot.name for shot in plan.timeline.shots]
    names += [name for name, _ in plan.graph.wanted] + sorted({task.label for task in plan.graph.tasks})
    say(f"error: there is no shot called `{shown(what)}` in this film, and nothing that is made goes by that name")
    say(
        f"  = help: {shown(did_you_mean(what, names)) or '`film plan` lists the shots by name, `film graph` every task'}"
    )
    return 1


def _first_place(reasons: Reasons, asked: list[int]) -> str:
    return next((place for index in asked if (place := reasons.place(index, ""))), "")


def _reached(plan: Plan, readers: list[list[int]], index: int, names: dict[str, str]) -> str:
    seen, stack = {index}, [index]
    while stack:
        for reader in readers[stack.pop()]:
            if reader not in seen:
                seen.add(reader)
                stack.append(reader)
    shots = list(dict.fromkeys(names[s] for i in sorted(seen) if (s := plan.graph.tasks[i].shot) in names))
    if shots:
        return ", ".join(shots[:6]) + (f" and {len(shots) - 6} more shots" if len(shots) > 6 else "")
    return "the film as a whole"


def _path(labels: list[str]) -> str:
    return " → ".join(labels if len(labels) <= 4 else [*labels[:2], "…", labels[-1]])
