"""Tasks whose parameters nobody has read yet: what plans tell people of them is known without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compiler.graph.ops import Kind, Op, op_of
from compiler.graph.params import Params
from compiler.graph.task import Ref, Task


class KeptWrongError(Exception):
    """What was kept of a plan is not what the film comes to. Nothing was made of it; without it the plan is right."""


Inputs = tuple[tuple[str, str, str], ...]
Read = Callable[[str, Inputs], Params]
"""Parameters by recipe and what the step reads. Raises ``KeptWrongError`` when there is no such step."""


class Unread:
    """Stands for the parameters of a step until somebody needs them. ``size``: bytes of what the task makes, if told."""

    __slots__ = ("_read", "cost", "inputs", "op", "outputs", "recipe", "size")

    def __init__(
        self,
        recipe: str,
        op: Op,
        inputs: Inputs,
        outputs: tuple[tuple[str, Kind], ...],
        cost: float,
        size: float | None,
        read: Read,
    ) -> None:
        self.recipe, self.op, self.inputs, self.outputs = recipe, op, inputs, outputs
        self.cost, self.size, self._read = cost, size, read

    def read(self) -> Params:
        """The parameters. Raises ``KeptWrongError`` when a step of that recipe is not what is said of it here."""
        params = self._read(self.recipe, self.inputs)
        if (op_of(params), op_of(params).outputs(params)) != (self.op, self.outputs):
            raise KeptWrongError(f"the step {self.recipe} is another")
        return params


class UnreadTask(Task):
    """A task that reads its parameters when it is asked for them; until then it knows its op, outputs, cost and size."""

    __slots__ = ("unread",)
    unread: Unread | None

    def __init__(
        self,
        params: Params | Unread,
        inputs: tuple[tuple[str, Ref], ...] = (),
        label: str = "",
        shot: str = "",
        provisional: bool = False,
    ) -> None:
        unread = params if isinstance(params, Unread) else None
        for name, value in (
            ("inputs", inputs),
            ("label", label),
            ("shot", shot),
            ("provisional", provisional),
            ("unread", unread),
        ):
            object.__setattr__(self, name, value)
        if unread is None:
            object.__setattr__(self, "params", params)

    def __getattr__(self, name: str) -> Any:
        # Only parameters that have not been read lead here.
        if name != "params" or self.unread is None:
            raise AttributeError(name)
        params = self.unread.read()
        object.__setattr__(self, "params", params)
        return params

    @property
    def op(self) -> Op:
        return super().op if self.unread is None else self.unread.op

    @property
    def outputs(self) -> tuple[tuple[str, Kind], ...]:
        return super().outputs if self.unread is None else self.unread.outputs

    @property
    def cost(self) -> float:
        return super().cost if self.unread is None else self.unread.cost

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Task):
            return NotImplemented
        return self is other or (self.inputs, self.params) == (other.inputs, other.params)

    def __hash__(self) -> int:
        return hash((self.params, self.inputs))
