"""The two keys, over one canonical form.

The *recipe key* is known before anything runs: op, version, parameters, the digests of the code and assets
the op reaches, and the recipe keys of its inputs. The *action key* has the inputs' content digests instead,
and the determinism domain for ops that are not exact: it gives early cutoff. ``SCHEMA`` changes when the form does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blake3 import blake3

from compiler.graph.codec import Plain, canonical, encode
from compiler.graph.ops import Determinism
from compiler.graph.params import Params
from compiler.graph.task import Graph, Task

SCHEMA = 1

Tools = Mapping[str, str]
"""Op name → digest of the code, fonts, models and assets it reaches."""


def digest(text: str | bytes) -> str:
    """blake3 of bytes or of UTF-8 text, 64 hex digits."""
    data = text.encode() if isinstance(text, str) else text
    return blake3(data).hexdigest()


def recipe_keys(graph: Graph, tools: Tools) -> tuple[str, ...]:
    """Recipe key of every task, in task order."""
    keys: list[str] = []
    for task in graph.tasks:
        inputs: list[Plain] = [[slot, keys[ref.task], ref.output] for slot, ref in task.inputs]
        keys.append(digest(canonical(_form("recipe", task, tools, inputs))))
    return tuple(keys)


def recipe_key(params: Params, tools: Tools) -> str:
    """Recipe key of a task without inputs."""
    return digest(canonical(_form("recipe", Task(params), tools, [])))


def action_key(task: Task, tools: Tools, inputs: Sequence[tuple[str, str]], domain: str) -> str:
    """Key of the very work: ``inputs`` are (slot, content digest) in input order."""
    form = _form("action", task, tools, [[slot, content] for slot, content in inputs])
    form["domain"] = "" if task.op.determinism is Determinism.EXACT else domain
    return digest(canonical(form))


def _form(kind: str, task: Task, tools: Tools, inputs: list[Plain]) -> dict[str, Plain]:
    return {
        "schema": SCHEMA,
        "kind": kind,
        "op": task.op.name,
        "version": task.op.version,
        "tool": tools.get(task.op.name, ""),
        "params": encode(task.params),
        "inputs": inputs,
    }
