"""``film why``: the fields that changed in a shot since it was last built, or why nothing needs to run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from compiler.diagnostics import Report, Span
from compiler.plan import NoSuchShotError, Plan
from runtime.cli.build import Options, load, make_plan, plan_name, planned_tasks
from runtime.cli.building import disk_trouble, no_such_shot, sound, store_of
from runtime.store.index import PlannedTask

_MOST = 12


def why(options: Options, shot: str, form: str) -> int:
    """Explain one shot; returns the exit code."""
    loaded = load(options.path)
    if not sound(loaded, options.path, form):
        return 1
    assert loaded.film is not None
    assert loaded.main is not None
    store = store_of(loaded.main, loaded.sources.shared)
    if store is None:
        return 1
    try:
        plan = make_plan(loaded.film, store, options, Report())
        before = store.index.plan(plan_name(loaded.main, options))
    except (OSError, sqlite3.Error) as error:
        return disk_trouble(error)
    finally:
        store.close()
    timed = next((s for s in plan.timeline.shots if shot in (s.name, s.key)), None)
    if timed is None:
        return no_such_shot(NoSuchShotError(shot, tuple(s.name for s in plan.timeline.shots)))
    span = Span(*timed.source, str(loaded.main))
    file, line, *_ = loaded.sources.place(span)
    changes = explain(plan, before, timed.key)
    if form == "json":
        print(json.dumps({"shot": timed.name, "file": file, "line": line, "changes": changes}, ensure_ascii=False))
        return 0
    print(f"{timed.name}  {file}:{line}")
    if not before:
        print("  never built: everything it needs runs")
    elif not changes:
        print("  unchanged since it was last built: every task of it is matched by its recipe")
    for change in changes[:_MOST]:
        print(f"  {change['task']}: {change['field']}: {change['before']} → {change['after']}")
    if len(changes) > _MOST:
        print(f"  … and {len(changes) - _MOST} more fields")
    return 0


def explain(plan: Plan, before: dict[str, PlannedTask], key: str) -> list[dict[str, str]]:
    """Changed fields of a shot's tasks and of the tasks they read, causes before their effects."""
    now = planned_tasks(plan)
    wanted = _closure(plan, key)
    changes: list[dict[str, str]] = []
    told: set[tuple[str, str]] = set()
    for index, task in enumerate(now):
        old = before.get(task.task)
        if index not in wanted or (old is not None and old.recipe == task.recipe):
            continue
        if old is None:
            if task.shot == key or task.op in ("speak", "person", "set"):
                changes.append({"task": task.task, "field": "new", "before": "not there", "after": task.op})
            continue
        for field, was, is_now in _differences(json.loads(old.params), json.loads(task.params)):
            leaf = field.split(".")[0] if field.startswith("shot.") is False else field
            if (leaf, is_now) in told:
                continue
            told.add((leaf, is_now))
            changes.append({"task": task.task, "field": field, "before": was, "after": is_now})
    return changes


def _closure(plan: Plan, key: str) -> set[int]:
    found: set[int] = set()
    stack = [i for i, task in enumerate(plan.graph.tasks) if task.shot == key]
    while stack:
        index = stack.pop()
        if index not in found:
            found.add(index)
            stack.extend(ref.task for ref in plan.graph.tasks[index].sources())
    return found


def _differences(old: object, new: object, path: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            yield from _differences(old.get(name), new.get(name), f"{path}.{name}" if path else name)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _differences(a, b, f"{path}[{index}]")
    elif old != new:
        yield path, _short(old), _short(new)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
