"""The verifier: what is true of every graph, before and after each pass."""

from __future__ import annotations

from compiler.graph.task import Graph


def verify_graph(graph: Graph) -> list[str]:
    """Everything wrong with a graph, in words; empty when it is sound.

    Inputs come before their readers and name an existing output of the declared kind, slots are the op's
    own and in its order, and wanted outputs exist under distinct names.
    """
    wrong: list[str] = []
    for index, task in enumerate(graph.tasks):
        slots = [slot for slot, _ in task.op.inputs]
        kinds = dict(task.op.inputs)
        position = 0
        for slot, ref in task.inputs:
            if slot not in kinds:
                wrong.append(f"%{index} {task.op.name}: no input slot {slot}")
                continue
            if slots.index(slot) < position:
                wrong.append(f"%{index} {task.op.name}: slot {slot} out of order")
            position = slots.index(slot)
            if not 0 <= ref.task < index:
                wrong.append(f"%{index} {task.op.name}: reads %{ref.task}, which does not come before it")
                continue
            outputs = dict(graph.tasks[ref.task].outputs)
            if outputs.get(ref.output) is not kinds[slot]:
                wrong.append(
                    f"%{index} {task.op.name}: {slot} wants {kinds[slot].value}, %{ref.task}.{ref.output} is not"
                )
            if graph.tasks[ref.task].provisional and not task.provisional:
                wrong.append(f"%{index} {task.op.name}: firm, but reads provisional %{ref.task}")
    names = [name for name, _ in graph.wanted]
    if len(set(names)) != len(names):
        wrong.append("two wanted outputs share a name")
    for name, ref in graph.wanted:
        if not 0 <= ref.task < len(graph.tasks) or ref.output not in dict(graph.tasks[ref.task].outputs):
            wrong.append(f"wanted {name}: no such output %{ref.task}.{ref.output}")
    return wrong
