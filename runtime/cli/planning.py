"""``film plan``: what a build would run, without running it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from compiler.graph.task import Task
from compiler.graph.text import print_graph
from compiler.plan import Plan
from runtime.cli.build import Options
from runtime.cli.columns import columns
from runtime.cli.excerpt import shown
from runtime.cli.forecast import clock, forecast_json, forecast_lines, forecast_of, free_bytes, kept_forecasts
from runtime.cli.planned import Planned, with_plan
from runtime.cli.reasons import Reasons
from runtime.cli.resting import pending
from runtime.schedule.costs import learned_costs
from runtime.schedule.forecast import todo
from runtime.schedule.tools import domain, tools
from runtime.store.store import Store

_TOLD_ONCE = frozenset({"judge"})
"""Ops that a plan has no more once what they found is known."""
_MOST_NAMED = 8


class Row(NamedTuple):
    """What would happen to one task: ``cached``, ``runs``, ``runs unless an input comes out the same``, ``estimated``."""

    label: str
    op: str
    shot: str
    fate: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Wish:
    """What ``film plan`` is asked beside the plan itself."""

    graph: bool = False
    passes: bool = False
    explain: bool = False
    verify: bool = False


def show_plan(options: Options, form: str, wish: Wish) -> int:
    """Print the plan; returns the exit code."""
    return with_plan(options, form, lambda planned: _show(planned, form, wish))


def _show(planned: Planned, form: str, wish: Wish) -> int:
    plan, store = planned.plan, planned.store
    if wish.passes or wish.verify:
        return _passes(plan, wish, form)
    if wish.explain:
        return _explain(plan, planned.reasons(), form)
    if wish.graph:
        print(print_graph(plan.graph), end="")
        return 0
    rows = fates(plan, store, learned_costs(store))
    needed = [index for index, row in enumerate(rows) if row.fate != "cached"]
    forecast, kept = forecast_of(plan, store, needed, planned.options.jobs), kept_forecasts(store.runs)
    if form == "json":
        fields = ("label", "op", "shot", "fate", "seconds")
        tasks = [{name: getattr(row, name) for name in fields} for row in rows]
        print(json.dumps({"tasks": tasks, **forecast_json(forecast, kept)}, ensure_ascii=False))
    else:
        _tell(plan, rows)
        minutes = sum(shot.frames for shot in plan.shots) / float(plan.film.rate.fps) / 60
        free = free_bytes(store.root)
        if (answer := pending()) is not None:
            answer.rest_on_room(store.root, forecast.disk)
            if forecast.disk > free:
                answer.doubt()
        for line in forecast_lines(forecast, kept, minutes, free):
            print(line)
    return 0


def fates(plan: Plan, store: Store, costs: Callable[[Task], float]) -> list[Row]:
    """The fate of every task some wanted output still needs; tasks behind a hit are cached."""
    graph = plan.graph
    known = store.known(plan.recipes, domain())
    runs = set(todo(graph, plan.recipes, known))
    rows = []
    for index, task in enumerate(graph.tasks):
        if index not in runs:
            fate = "cached"
        elif task.provisional:
            fate = "estimated"
        elif not runs.isdisjoint([ref.task for _, ref in task.inputs]):
            fate = "runs unless an input comes out the same"
        else:
            fate = "runs"
        rows.append(Row(task.label, task.op.name, task.shot, fate, 0.0 if fate == "cached" else round(costs(task), 2)))
    return rows


def critical_path(plan: Plan, rows: list[Row]) -> tuple[float, list[str]]:
    """Seconds and labels of the longest chain of work left: no number of processors beats it."""
    longest = [0.0] * len(rows)
    before = [-1] * len(rows)
    for index, row in enumerate(rows):
        if row.fate == "cached":
            continue
        for _, ref in plan.graph.tasks[index].inputs:
            if longest[ref.task] > longest[index]:
                longest[index], before[index] = longest[ref.task], ref.task
        longest[index] += row.seconds
    at = max(range(len(rows)), key=longest.__getitem__)
    seconds, path = longest[at], []
    while at >= 0 and longest[at]:
        path.append(rows[at].label)
        at = before[at]
    return seconds, path[::-1]


def _passes(plan: Plan, wish: Wish, form: str) -> int:
    """What each pass did, in figures; with ``--verify``, everything it requires and ensures is looked at first."""
    from compiler.passes.program import Setting
    from compiler.passes.run import PASSES, measured_passes, run_passes

    setting = Setting(tools())
    if wish.verify:
        run_passes(plan.lowered, setting, verify=True)
    _, figures = measured_passes(plan.lowered, setting)
    if form == "json":
        fields = ("after", "tasks", "calls", "seconds", "loaded")
        rows = [{name: getattr(figure, name) for name in fields} for figure in figures]
        print(json.dumps({"passes": rows, "verified": wish.verify}, ensure_ascii=False))
        return 0
    ensures = {step.name: "; ".join(sorted(what.value for what in step.ensures)) for step in PASSES}
    table = [
        (
            figure.after, f"{figure.tasks:,}", f"{figure.calls:,}", f"{figure.seconds:,.1f}", f"{figure.loaded:,.1f}",
            ensures.get(figure.after, ""),
        )
        for figure in figures
    ]  # fmt: skip
    header = ("after", "tasks", "calls", "seconds", "GB of weights", "ensures")
    print(columns(header, table, give=5, right=(1, 2, 3, 4)))
    print("Everything, by what its ops are expected to cost; what is kept already is counted too.")
    if wish.verify:
        print("Verified: the graph before the passes, and what each requires and ensures.")
    return 0


def _explain(plan: Plan, reasons: Reasons, form: str) -> int:
    """Every cause of change since the last build, with the line that says it and the shots it reaches."""
    from runtime.cli.why import by_place, explain_film, lead

    causes = explain_film(plan, reasons) if reasons.before else []
    gone = sorted(reasons.before.keys() - {task.task for task in reasons.now})
    gone = [task for task in gone if reasons.before[task].op not in _TOLD_ONCE]
    if form == "json":
        rows = [
            {
                "task": c.task,
                "field": c.field,
                "before": c.before,
                "after": c.after,
                "place": c.place,
                "reaches": reaches,
            }
            for c, reaches in causes
        ]
        print(json.dumps({"built": bool(reasons.before), "causes": rows, "gone": gone}, ensure_ascii=False))
        return 0
    if not reasons.before:
        print("This film has not been built yet: everything runs.")
    elif not causes and not gone:
        print("Nothing has changed since the last build.")
    groups = by_place(causes)
    for group in groups:
        first = group[0][0]
        print(shown(lead(group, alone=len(groups) == 1)))
        if not first.place and len(groups) > 1:
            print(shown(f"    {_few(list(dict.fromkeys(change.task for change, _ in group)))}"))
            continue
        more = f", and {len(group) - 1} more field{'' if len(group) == 2 else 's'}" if len(group) > 1 else ""
        print(shown(f"    {first.task}: {first.field}: {first.before} → {first.after}{more}"))
        for reaches in _widest([reaches for _, reaches in group]):
            print(shown(f"    reaches {reaches}"))
    if gone:
        print(shown(f"no longer made: {_few(_by_shot(gone, reasons))}"))
    return 0


def _widest(reaches: list[str]) -> list[str]:
    """What several changes reach, without what is within another."""
    names = {text: set(text.split(", ")) for text in reaches}
    return [text for text in names if not any(names[text] < other for other in names.values())]


def _by_shot(gone: list[str], reasons: Reasons) -> list[str]:
    """Tasks that are gone; those of a shot that is gone, as that shot."""
    there = {task.shot for task in reasons.now}
    said = []
    for name in gone:
        shot = reasons.before[name].shot
        said.append(f"shot {name.partition(': ')[0]}" if shot and shot not in there else name)
    return list(dict.fromkeys(said))


def _few(names: list[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (
        f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    )


def _tell(plan: Plan, rows: list[Row]) -> None:
    by_shot: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_shot[row.shot].append(row)
    fps = float(plan.film.rate.fps)
    table = []
    for shot in plan.shots:
        todo = [row for row in by_shot[shot.key] if row.fate != "cached"]
        length = f"{shot.frames / fps:.1f} s" + ("" if shot.exact else " est.")
        work = (
            f"{len(todo)} task{'' if len(todo) == 1 else 's'}, {clock(sum(row.seconds for row in todo))}"
            if todo
            else "cached"
        )
        table.append((shown(shot.name), f"{shot.first_frame / fps:.1f} s", length, shown(", ".join(shot.people)), work))
    lines = [columns(("shot", "at", "length", "people", "to do"), table, give=3)]
    others = [row for row in by_shot[""] if row.fate != "cached"]
    lines += [f"  {_line(row.label)}: {row.fate}" for row in others[:12]]
    if len(others) > 12:
        lines.append(f"  … and {len(others) - 12} more for the film as a whole")
    todo = [row for row in rows if row.fate != "cached"]
    seconds = sum(row.seconds for row in todo)
    count = f"{len(rows):,} tasks: {len(rows) - len(todo):,} cached, {len(todo):,} to run"
    lines.append(f"{count}, about {clock(seconds)} of one processor" if todo else f"{count}: nothing has changed")
    if todo:
        longest, labels = critical_path(plan, rows)
        chain = " → ".join([*map(_line, labels[:2]), "…", _line(labels[-1])][: len(labels) + 1])
        lines.append(f"The longest chain of work takes about {clock(longest)}: {chain}")
    if any(not shot.exact for shot in plan.shots):
        lines.append(
            "Lengths marked est. rest on speech that has not been voiced; those shots are planned again once it has."
        )
    if open_takes := [choice.name for choice in plan.choices if not choice.cut.settled]:
        few = ", ".join(map(shown, open_takes[:6])) + (
            f" and {len(open_takes) - 6} more" if len(open_takes) > 6 else ""
        )
        lines.append(f"Which take is in the cut of {few} is known once all have been judged.")
    print("\n".join(lines))


def _line(label: str) -> str:
    """A task's label on one line, safe to print: it may hold words of the film."""
    return shown(" ".join(label.split()))
