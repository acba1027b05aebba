"""A pretended backend: every op writes a text that depends on its parameters and inputs, and on nothing else.

Ops that tests want slow, broken or fatal are told so by files in a folder named in the environment, because they
run in worker processes.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from blake3 import blake3

from compiler.graph import params as p
from compiler.graph.codec import Plain, canonical, encode
from compiler.plan import Plan
from compiler.staging.voicing import estimate
from runtime.judge.scores import Scores, to_plain
from runtime.schedule import table, worker
from runtime.schedule.events import Event
from runtime.schedule.table import TaskContext

ORDERS = "FILMLANG_TEST_ORDERS"
REAL = ("set", "bake")
"""What ``InlinePool`` runs for real when asked to: which windows change is the performance's to say, by what it sees of a place."""


def content(task: TaskContext) -> str:
    """What a fake task writes to any output: a digest of all it may depend on."""
    known: Plain = [encode(task.params), [[slot, list(found)] for slot, found in sorted(task.digests.items())]]
    return blake3(canonical(known).encode()).hexdigest()


def fake(task: TaskContext) -> Plain:
    """Write every output; obey orders left for this very content or for its op."""
    name = type(task.params).__name__
    _obey(name)
    for output, path in task.outputs.items():
        path.write_text(f"{name} {output} {content(task)}")
    match task.params:
        case p.Speak(line):
            timing = estimate(line)
            seconds = round(timing.seconds + 0.25, 4)
            words = [[a, b] for a, b in timing.words]
            named = [[w, a, b] for w, (a, b) in zip(line.text.split(), timing.words, strict=True)]
            if "phones" in task.outputs:
                spoken = {
                    "seconds": seconds,
                    "words": named,
                    "phones": [["a", 0.1, seconds - 0.1]],
                    "loudness": [0.5] * 10,
                }
                task.outputs["phones"].write_text(json.dumps(spoken))
            return {"seconds": seconds, "words": words}  # type: ignore[dict-item]
        case p.JudgeTake(windows=windows):
            worth = int(content(task)[:6], 16) / 0xFFFFFF
            return to_plain(Scores(max(1, sum(w.count for w in windows)), stability=worth, sharpness=worth))
        case p.MeasureLoudness():
            return {"lufs": -20.0, "peak": -6.0, "gain": 4.0}
    return None


def fakes(tasks: Sequence[TaskContext]) -> list[Plain]:
    """Several at once: each as it would have been alone."""
    return [fake(task) for task in tasks]


def never(task: TaskContext) -> Plain:
    """Stands for an op whose output does not change with its parameters: early cutoff."""
    for output, path in task.outputs.items():
        path.write_text(f"always the same {output}")
    return None


def serve(link: Connection, parent: int) -> None:
    """A worker process with the pretended backend."""
    install()
    worker.main(link, parent)


def install(real: tuple[str, ...] = ()) -> None:
    for op in table.FUNCTIONS:
        if op not in real:
            table.FUNCTIONS[op] = f"{__name__}:fake"


def order(folder: Path, op: str, what: str, times: int = 1) -> None:
    """Leave an order for the next ``times`` runs of an op (by its parameters' class): die, fail, full, or seconds."""
    for number in range(times):
        (folder / f"{op}.{number}").write_text(what)


def _obey(op: str) -> None:
    folder = os.environ.get(ORDERS)
    if not folder:
        return
    (Path(folder) / "ran.log").open("a").write(f"{op}\n")
    for found in sorted(Path(folder).glob(f"{op}.*")):
        try:
            what = found.read_text()
            found.unlink()
        except FileNotFoundError:
            continue
        match what:
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "fail":
                raise ValueError("as ordered")
            case "full":
                raise OSError(28, "No space left on device")
            case _:
                time.sleep(float(what))
        return


class InlinePool:
    """``runtime.schedule.pool.Pool`` without processes."""

    def __init__(self, size: int = 1, serve: object = None) -> None:
        self._job: tuple[int, dict[str, object]] | None = None
        self.size, self.killed = 1, False

    @property
    def busy(self) -> int:
        return int(self._job is not None)

    @property
    def idle(self) -> bool:
        return self._job is None

    def idle_affinities(self, lane: str = "cpu") -> set[str]:
        return set()

    def equip(self, lanes: object) -> None:
        pass

    def rest(self, lane: str = "cpu") -> None:
        pass

    def worker_of(self, job: int) -> int:
        return os.getpid()

    def submit(self, job: int, message: dict[str, object], affinity: str, lane: str = "cpu", worker: int = 0) -> None:
        self._job = job, json.loads(json.dumps(message))

    def replies(self, timeout: float) -> Iterator[tuple[int, dict[str, Any]]]:
        assert self._job is not None
        job, message = self._job
        self._job = None
        yield job, json.loads(json.dumps(worker.run(message)))

    def abandon(self) -> None:
        self._job = None

    def close(self) -> None:
        self._job = None


class Recorder:
    """Hears a build and counts what ran, by op and by (op, shot)."""

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.ran: list[tuple[str, str, str]] = []
        """(op, shot key, label)."""
        self.recipes: list[str] = []
        self.damaged: list[str] = []

    def planned(self, plan: Plan) -> None:
        self.plan = plan

    def heard(self, event: Event) -> None:
        assert self.plan is not None
        if event.what == "ran":
            self.ran.append((self.plan.graph.tasks[event.task].op.name, event.shot, event.label))
            self.recipes.append(self.plan.recipes[event.task])
        if event.what == "damaged":
            self.damaged.append(event.label)

    @property
    def ops(self) -> dict[str, int]:
        return dict(Counter(op for op, _, _ in self.ran))

    def shots(self, op: str) -> dict[str, int]:
        return dict(Counter(shot for name, shot, _ in self.ran if name == op))
