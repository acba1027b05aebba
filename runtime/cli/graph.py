"""``film graph``: the task graph of a film as text that parses back, JSON, DOT, or a page to look at."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from compiler.graph.text import print_graph
from compiler.plan import Plan
from runtime.cli.build import Options
from runtime.cli.building import say
from runtime.cli.planned import Planned, with_plan
from runtime.cli.planning import Row, fates
from runtime.cli.reasons import ECHOES, Reasons
from runtime.schedule.costs import learned_costs


@dataclass(frozen=True, slots=True)
class Node:
    """One task as it is shown. ``state``: cached, runs, maybe (unless an input comes out the same), provisional."""

    index: int
    label: str
    op: str
    stage: str
    shot: str
    """Key of its shot, "" for the film as a whole."""
    state: str
    changed: bool
    """It was part of the last build, as something else."""
    cause: bool
    """Something in it is not what it was, not only in what it reads."""
    key: str
    seconds: float
    reason: str
    reads: tuple[tuple[str, int, str], ...]
    """(slot, index, output)."""


_STATES = {"cached": "cached", "runs": "runs", "estimated": "provisional"}


def show_graph(options: Options, form: str, out: Path | None) -> int:
    """Print the graph, or write it to ``out``; returns the exit code."""
    return with_plan(options, "json" if form == "json" else "text", lambda planned: _show(planned, form, out))


def _show(planned: Planned, form: str, out: Path | None) -> int:
    plan, store = planned.plan, planned.store
    if form == "text":
        if out is None and sys.stdout.isatty():
            say("note: this form is for programs; `film graph --format html --out graph.html` draws a picture")
        text = print_graph(plan.graph)
    else:
        text = _written(plan, nodes_of(plan, planned.reasons(), fates(plan, store, learned_costs(store))), form)
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
    return 0


def nodes_of(plan: Plan, reasons: Reasons, rows: list[Row]) -> list[Node]:
    """Every task as it is shown, in the plan's order."""
    return [_node(plan, reasons, index, row.fate, row.seconds) for index, row in enumerate(rows)]


def graph_json(plan: Plan, nodes: list[Node]) -> str:
    """Tasks, what is wanted, and the calls tasks are best done in."""
    tasks = [
        {
            "id": node.index, "op": node.op, "version": plan.graph.tasks[node.index].op.version, "label": node.label,
            "stage": node.stage, "shot": node.shot, "state": node.state, "changed": node.changed, "cause": node.cause,
            "recipe": node.key, "seconds": node.seconds, "reason": node.reason,
            "inputs": [{"slot": slot, "task": task, "output": output} for slot, task, output in node.reads],
        }
        for node in nodes
    ]  # fmt: skip
    wanted = [{"name": name, "task": ref.task, "output": ref.output} for name, ref in plan.graph.wanted]
    return json.dumps({"tasks": tasks, "wanted": wanted, "calls": plan.calls}, ensure_ascii=False) + "\n"


def graph_dot(plan: Plan, nodes: list[Node]) -> str:
    """The graph for Graphviz, shots as clusters."""
    from runtime.cli.graph_page import COLOURS

    lines = ["digraph film {", "  rankdir=LR;", '  node [shape=box, style=filled, fontname="sans-serif"];']
    names = {timed.key: timed.name for timed in plan.timeline.shots}
    shots = dict.fromkeys(node.shot for node in nodes)
    for number, shot in enumerate(shots):
        if shot:
            lines.append(f"  subgraph cluster_{number} {{ label={_quoted(names.get(shot, shot))};")
        for node in nodes:
            if node.shot == shot:
                colour = COLOURS["changed" if node.changed and node.state != "cached" else node.state]
                lines.append(
                    f'  t{node.index} [label={_quoted(node.label)}, tooltip={_quoted(node.reason)}, fillcolor="{colour}"];'
                )
        if shot:
            lines.append("  }")
    for node in nodes:
        lines += [f"  t{source} -> t{node.index} [label={_quoted(slot)}];" for slot, source, _ in node.reads]
    for number, (name, ref) in enumerate(plan.graph.wanted):
        lines.append(f"  w{number} [label={_quoted(name)}, shape=ellipse, fillcolor=white]; t{ref.task} -> w{number};")
    return "\n".join([*lines, "}"]) + "\n"


def _node(plan: Plan, reasons: Reasons, index: int, fate: str, seconds: float) -> Node:
    task = plan.graph.tasks[index]
    state = _STATES.get(fate, "maybe")
    reason = reasons.reason(index)
    match state:
        case "cached":
            reason = "its recipe is known, and what it made is there"
        case "provisional":
            reason = "rests on an estimate: it is planned again once that is known"
        case _ if reason == "unchanged":
            reason = "unchanged, but what it made is not there"
    reads = tuple((slot, ref.task, ref.output) for slot, ref in task.inputs)
    changed = reasons.now[index].task in reasons.before and reasons.changed(index)
    cause = state != "cached" and task.op.name not in ECHOES and bool(reasons.own(index))
    return Node(
        index, task.label, task.op.name, task.op.stage.value, task.shot, state, changed, cause, plan.recipes[index], seconds,
        reason, reads,
    )  # fmt: skip


def _written(plan: Plan, nodes: list[Node], form: str) -> str:
    match form:
        case "json":
            return graph_json(plan, nodes)
        case "dot":
            return graph_dot(plan, nodes)
    from runtime.cli.graph_page import graph_page

    return graph_page(plan, nodes)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
