"""What a worker is told of a task, and what becomes of what it made: claimed, read, looked at again, taken in, recorded.

While a task is on the desk this build claims its action; whatever happens, the task is cleared from it in the end.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

from compiler.graph.codec import canonical, quoted
from compiler.graph.keys import Tools
from compiler.graph.ops import SUFFIX
from compiler.graph.sizes import likely_sizes
from compiler.graph.task import Graph
from runtime.schedule import logs
from runtime.schedule.demand import Demand
from runtime.store.blobs import Token
from runtime.store.index import Action, Measured
from runtime.store.locks import Lock
from runtime.store.store import Store


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A task whose stored bytes are damaged or gone, found when somebody was about to read them."""

    source: int


class Desk:
    """The tasks of a run that are being done. ``log`` has the file of each one's last try, until it is kept."""

    def __init__(
        self, graph: Graph, recipes: Sequence[str], tools: Tools, domain: str, store: Store, demand: Demand
    ) -> None:
        self._graph, self._recipes, self._tools, self._domain = graph, recipes, tools, domain
        self._store, self._demand = store, demand
        self.log: dict[int, Path] = {}
        self._read: dict[int, list[tuple[Action, str, Token | None]]] = {}
        self._params: dict[int, str] = {}
        self._claims: dict[int, Lock] = {}
        self._folders: dict[int, Path] = {}
        self._number = count(1)

    def prepare(self, index: int) -> dict[str, Any] | Spoilt | None:
        """What a worker is told; ``None`` while another build does the very work. Raises ``OSError``."""
        task, store = self._graph.tasks[index], self._store
        claim = store.claim(self._demand.keys[index])
        if claim is None:
            return None
        self._claims[index] = claim
        folder = self._folders[index] = store.scratch / f"{index}-{next(self._number)}"
        folder.mkdir(parents=True)
        inputs, read = [], []
        for slot, ref in task.inputs:
            action = self._demand.outcome.actions[ref.task]
            if not store.sound(action, ref.output):
                self.clear(index)
                return Spoilt(ref.task)
            read.append((action, ref.output, store.token(action, ref.output)))
            inputs.append([slot, str(store.path(action, ref.output)), action.output(ref.output).digest])
        self._read[index] = read
        self.log[index] = logs.log_path(store.logs, self._recipes[index])
        self._params[index] = self._demand.writer.text(task.params)
        return {
            "params": self._params[index],
            "inputs": inputs,
            "outputs": [[name, SUFFIX[kind]] for name, kind in task.outputs],
            "folder": str(folder),
            "log": str(self.log[index]),
        }

    def changed(self, tasks: Sequence[int]) -> bool:
        """Whether anything these tasks read was written to since they were prepared."""
        read = [item for index in tasks for item in self._read[index]]
        return any(self._store.token(action, name) != token for action, name, token in read)

    def keep(self, index: int, facts: Any, seconds: float, memory: int) -> Action:
        """Take in what a task made and record it. Raises ``OSError``, ``sqlite3.Error``."""
        task, demand = self._graph.tasks[index], self._demand
        named = [(name, SUFFIX[kind]) for name, kind in task.outputs]
        outputs = self._store.adopt(self._folders[index], named)
        action = Action(
            demand.keys[index], self._recipes[index], self._domain, task.op.name, outputs, canonical(facts),
            self._provenance(index), seconds,
        )  # fmt: skip
        vouched = all(demand.outcome.actions[ref.task].action in self._store.vouched for ref in task.sources())
        made = sum(output.size for output in outputs)
        measured = Measured(task.cost, seconds, memory, self._likely[index], made)
        self._store.record(action, measured, vouched=vouched)
        del self.log[index]
        return action

    def _provenance(self, index: int) -> str:
        """What a result was made by, as canonical text."""
        task = self._graph.tasks[index]
        inputs = canonical([[slot, digest] for slot, digest in self._demand.input_digests(task)])
        return (
            f'{{"inputs":{inputs},"label":{quoted(task.label)},"op":{quoted(task.op.name)},"params":{self._params[index]},'
            f'"tool":{quoted(self._tools.get(task.op.name, ""))},"version":{task.op.version}}}'
        )

    def clear(self, index: int) -> None:
        """Remove what a try left behind and give up its claim."""
        self._read.pop(index, None)
        self._params.pop(index, None)
        if (folder := self._folders.pop(index, None)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
        if (claim := self._claims.pop(index, None)) is not None:
            claim.give_up()

    def clear_all(self) -> None:
        """Give up everything that is still claimed: another build may do it."""
        for index in [*self._claims]:
            self.clear(index)

    @cached_property
    def _likely(self) -> dict[int, float]:
        """Bytes each task should make by its op's prior."""
        return likely_sizes(self._graph)
