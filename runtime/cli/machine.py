"""What a plan is run on: this machine's lanes, and the plan's calls for them. Nothing is looked at before there is something to run."""

from __future__ import annotations

from functools import cached_property

from compiler.graph.calls import Call
from compiler.graph.keys import Tools
from compiler.graph.task import Graph
from compiler.passes.program import Program, Setting
from compiler.passes.run import run_calls
from runtime.schedule.devices import GB
from runtime.schedule.lanes import DEVICE, Lane
from runtime.schedule.machine import local_lanes


class Machine:
    """Lanes and calls of one plan, each found when it is asked for."""

    def __init__(self, graph: Graph, recipes: tuple[str, ...], tools: Tools, jobs: int) -> None:
        self._graph, self._recipes, self._tools, self._jobs = graph, recipes, tools, jobs

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """The processors; the devices, too, when any task of the plan needs weights. Raises ``DeviceSettingError``."""
        return local_lanes(self._jobs, models=any(task.models for task in self._graph.tasks))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The plan's calls for the devices there are: the smallest has to hold what is done together."""
        found = [lane for lane in self.lanes if lane.serves == DEVICE]
        memory = min((lane.memory / GB for lane in found), default=Setting().memory)
        singles = tuple((index,) for index in range(len(self._graph.tasks)))
        setting = Setting(self._tools, memory, max(1, len(found)))
        return run_calls(Program(self._graph, self._recipes, singles), setting).calls
