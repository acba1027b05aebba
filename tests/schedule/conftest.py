"""A small graph of sound, a store and a pool to run it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.graph import params as p
from compiler.graph.ops import OPS
from compiler.graph.task import Graph, GraphBuilder, Ref
from compiler.staging.model import SpokenLine, VoiceSpec
from runtime.schedule import table
from runtime.schedule.events import Outcome
from runtime.schedule.execute import execute
from runtime.schedule.pool import Pool
from runtime.store.store import Store
from tests.schedule import fakes

VOICE = VoiceSpec((("af_heart", 1.0),))
TOOLS = {op.name: "t" for op in OPS}


def line(text: str) -> p.Speak:
    return p.Speak(SpokenLine(text, VOICE))


def talk(*texts: str, count: int = 100, gain: float | None = 4.0) -> Graph:
    """Lines → one mix each → loudness, master → sound; ``gain`` None: not measured yet."""
    build = GraphBuilder()
    mixes, heard = [], []
    for number, text in enumerate(texts):
        spoken = build.add(line(text), label=f"voice {text}", shot=text)
        window = p.MixWindow(number * count, count, count * len(texts), (), (), ())
        made = build.add(window, [("audio", spoken)], label=f"mix {number}")
        mixes.append(("audio", made))
        heard.append(("scores", Ref(made.task, "scores")))
    measured = build.add(p.MeasureLoudness(), heard, label="loudness")
    master = build.add(p.MasterSound(gain or 0.0, 0, count), mixes, label="master", provisional=gain is None)
    build.want("film", build.add(p.EncodeSound(0, 1, 0, count), [("audio", master)], label="sound"))
    build.want("loudness", measured)
    return build.graph()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    kept = Store(tmp_path / ".film")
    yield kept
    kept.close()


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "orders"
    folder.mkdir()
    monkeypatch.setenv(fakes.ORDERS, str(folder))
    return folder


Run = Callable[..., tuple[Outcome, list[tuple[str, str]]]]


@pytest.fixture
def inline(store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a graph without processes; gives the outcome and (event, label) in order."""
    monkeypatch.setattr(table, "FUNCTIONS", dict(table.FUNCTIONS))
    fakes.install()

    def run(graph: Graph, tools: dict[str, str] = TOOLS, domain: str = "d") -> tuple[Outcome, list[tuple[str, str]]]:
        heard: list[tuple[str, str]] = []
        outcome = execute(
            graph, tools, domain, store, fakes.InlinePool(), lambda e: heard.append((e.what, e.label)), lambda t: t.cost
        )  # type: ignore[arg-type]
        return outcome, heard

    return run


@pytest.fixture
def pooled(store: Store) -> Iterator[Run]:
    """The same in two worker processes."""
    pool = Pool(2, fakes.serve)

    def run(graph: Graph) -> tuple[Outcome, list[tuple[str, str]]]:
        heard: list[tuple[str, str]] = []
        outcome = execute(graph, TOOLS, "d", store, pool, lambda e: heard.append((e.what, e.label)), lambda t: t.cost)
        return outcome, heard

    yield run
    pool.close()
