"""The two keys, over one canonical form.

The *recipe key* is known before anything runs: op, version, parameters, the digests of the code and assets
the op reaches, and the recipe keys of its inputs. The *action key* has the inputs' content digests instead,
and the determinism domain for ops that are not exact: it gives early cutoff. ``SCHEMA`` changes when the form does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blake3 import blake3

from compiler.graph.codec import Writer, quoted
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
    writer = Writer()
    for task in graph.tasks:
        keys.append(recipe_of(task, [(slot, keys[ref.task], ref.output) for slot, ref in task.inputs], tools, writer))
    return tuple(keys)


def recipe_key(params: Params, tools: Tools, writer: Writer | None = None) -> str:
    """Recipe key of a task without inputs. A ``writer`` that is handed on writes what many share once."""
    return recipe_of(Task(params), [], tools, writer or Writer())


def recipe_of(task: Task, inputs: Sequence[tuple[str, str, str]], tools: Tools, writer: Writer) -> str:
    """Recipe key of a task whose inputs are (slot, recipe key of the source, output) in input order."""
    return digest(_form("recipe", task, tools, writer, inputs))


def action_key(
    task: Task, tools: Tools, inputs: Sequence[tuple[str, str]], domain: str, writer: Writer | None = None
) -> str:
    """Key of the very work: ``inputs`` are (slot, content digest) in input order."""
    where = "" if task.op.determinism is Determinism.EXACT else domain
    return digest(_form("action", task, tools, writer or Writer(), inputs, f'"domain":{quoted(where)},'))


def _form(
    kind: str, task: Task, tools: Tools, writer: Writer, inputs: Sequence[tuple[str, ...]], domain: str = ""
) -> str:
    """The canonical text that is hashed: an object with its fields in sorted order, as ``canonical`` writes one."""
    op = task.op
    return (
        f'{{{domain}"inputs":{_inputs(inputs)},"kind":"{kind}","op":{quoted(op.name)},'
        f'"params":{writer.text(task.params)},"schema":{SCHEMA},"tool":{quoted(tools.get(op.name, ""))},'
        f'"version":{op.version}}}'
    )


def _inputs(inputs: Sequence[tuple[str, ...]]) -> str:
    """What a writer writes of them; a film's last tasks read thousands."""
    return "[" + ",".join(["[" + ",".join(map(quoted, read)) + "]" for read in inputs]) + "]"
