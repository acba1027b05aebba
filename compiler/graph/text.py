"""The graph as text, one task a line, and back: what is printed parses to the equal graph.

%3 = encode(clip=%2.clip) {"fps":[24,1],…}
want film = %9.film
"""

from __future__ import annotations

import json
import re

from compiler.graph.codec import canonical, decode, encode
from compiler.graph.ops import BY_NAME
from compiler.graph.task import Graph, Ref, Task

_TASK = re.compile(r"%(\d+) = ([a-z]+)\(([^)]*)\) (\{.*\})")
_INPUT = re.compile(r"([a-z]+)=%(\d+)\.([a-z0-9]+)")
_WANT = re.compile(r"want (\S+) = %(\d+)\.([a-z0-9]+)")


def print_graph(graph: Graph) -> str:
    """Text of a graph; labels and provisional marks are not part of it."""
    lines = []
    for index, task in enumerate(graph.tasks):
        inputs = " ".join(f"{slot}=%{ref.task}.{ref.output}" for slot, ref in task.inputs)
        lines.append(f"%{index} = {task.op.name}({inputs}) {canonical(encode(task.params))}")
    lines += [f"want {name} = %{ref.task}.{ref.output}" for name, ref in graph.wanted]
    return "\n".join(lines) + "\n"


def parse_graph(text: str) -> Graph:
    """The graph that ``print_graph`` printed. Raises ``ValueError`` with the line on anything else."""
    tasks: list[Task] = []
    wanted: list[tuple[str, Ref]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        if match := _TASK.fullmatch(line):
            index, name, inputs, params = match.groups()
            if int(index) != len(tasks) or name not in BY_NAME:
                raise ValueError(f"line {number}: not the next task, or no such op: %{index} = {name}")
            found = [_INPUT.fullmatch(part) for part in inputs.split()]
            refs = tuple((m[1], Ref(int(m[2]), m[3])) for m in found if m)
            if len(refs) != len(found):
                raise ValueError(f"line {number}: an input reads slot=%task.output: {inputs}")
            try:
                tasks.append(Task(decode(BY_NAME[name].params, json.loads(params)), refs))
            except ValueError as error:
                raise ValueError(f"line {number}: {error}") from error
        elif match := _WANT.fullmatch(line):
            wanted.append((match[1], Ref(int(match[2]), match[3])))
        else:
            raise ValueError(f"line {number}: neither a task nor a wanted output")
    return Graph(tuple(tasks), tuple(wanted))
