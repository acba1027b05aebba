"""What runs, what does not, and what happens when something breaks, with a pretended backend."""

from __future__ import annotations

import json
from pathlib import Path

from compiler.graph import params as p
from compiler.graph.task import GraphBuilder, Ref
from runtime.schedule import table
from runtime.store.store import Store
from tests.schedule import fakes
from tests.schedule.conftest import TOOLS, Run, line, talk


def _labels(heard: list[tuple[str, str]], what: str) -> list[str]:
    return [label for event, label in heard if event == what]


def test_a_second_run_finds_everything_and_looks_at_no_inputs(inline: Run) -> None:
    first, _ = inline(talk("a", "b"))
    assert len(first.ran) == 7
    again, heard = inline(talk("a", "b"))
    assert again.ran == []
    assert _labels(heard, "hit") == ["sound", "loudness"]


def test_an_edit_runs_what_it_touches_and_undo_runs_nothing(inline: Run) -> None:
    inline(talk("a", "b"))
    _, heard = inline(talk("a", "c"))
    assert sorted(_labels(heard, "ran")) == ["loudness", "master", "mix 1", "sound", "voice c"]
    assert inline(talk("a", "b"))[0].ran == []


def test_early_cutoff(inline: Run) -> None:
    table.FUNCTIONS["mix"] = "tests.schedule.fakes:never"
    inline(talk("a", "b"))
    _, heard = inline(talk("a", "c"))
    assert sorted(_labels(heard, "ran")) == ["mix 1", "voice c"]
    assert {"loudness", "master", "sound"} <= {*_labels(heard, "hit")}
    # The recipes are linked now: next time they are hits without a look at their inputs.
    assert _labels(inline(talk("a", "c"))[1], "hit") == ["sound", "loudness"]


def test_code_and_domain_are_part_of_the_work(inline: Run) -> None:
    inline(talk("a"))
    _, heard = inline(talk("a"), {**TOOLS, "aac": "newer"})
    assert _labels(heard, "ran") == ["sound"]
    assert len(inline(talk("a"), domain="elsewhere")[0].ran) == 5


def test_provisional_tasks_never_run_and_sure_ones_do_not_wait(inline: Run) -> None:
    outcome, heard = inline(talk("a", gain=None))
    assert sorted(_labels(heard, "ran")) == ["loudness", "mix 0", "voice a"]
    assert len(outcome.blocked) == 1
    # What was measured comes back as a fact, and the next plan is firm.
    assert sorted(_labels(inline(talk("a"))[1], "ran")) == ["master", "sound"]


def test_facts_are_kept_by_recipe(inline: Run, store: Store) -> None:
    inline(talk("a"))
    told = [json.loads(value) for value in store.index.facts().values()]
    assert {"gain": 4.0, "lufs": -20.0, "peak": -6.0} in told
    assert [fact["seconds"] for fact in told if "seconds" in fact]


def test_a_failure_stops_its_readers_only(inline: Run, orders: Path) -> None:
    build = GraphBuilder()
    for name in ("a", "b"):
        spoken = build.add(line(name), label=f"voice {name}")
        window = build.add(p.MixWindow(0, 1, 1, (), (), ()), [("audio", spoken)], label=f"mix {name}")
        build.want(name, window)
    fakes.order(orders, "Speak", "fail")
    outcome, heard = inline(build.graph())
    assert len(outcome.failed) == 1
    assert outcome.failed[0][1:] == ("bug", "ValueError: as ordered")
    assert len(_labels(heard, "ran")) == 2
    # The same command goes on from there.
    assert len(inline(build.graph())[0].ran) == 2
    assert inline(build.graph())[0].ran == []


def test_a_failure_leaves_a_log(inline: Run, orders: Path, store: Store) -> None:
    fakes.order(orders, "Speak", "fail")
    inline(talk("a"))
    (log,) = store.logs.iterdir()
    assert "ValueError: as ordered" in log.read_text()


def test_a_full_disk_stops_the_build_and_keeps_what_is_done(inline: Run, orders: Path) -> None:
    fakes.order(orders, "MeasureLoudness", "full")
    outcome, _ = inline(talk("a", "b"))
    assert [kind for _, kind, _ in outcome.failed] == ["disk full"]
    _, heard = inline(talk("a", "b"))
    assert not [label for label in _labels(heard, "ran") if label.startswith(("voice", "mix"))]


def test_a_damaged_input_is_made_again_before_it_is_read(inline: Run, store: Store) -> None:
    outcome, _ = inline(talk("a", "b"))
    for index in (0, 2):  # both voices: flipped bytes of the same length
        path = store.path(outcome.actions[index], "audio")
        path.write_bytes(b"x" * path.stat().st_size)
    store.blobs._verified.clear()
    # Other windows over the same voices: every reader needs the damaged bytes.
    again, heard = inline(talk("a", "b", count=200))
    assert again.failed == []
    assert sorted(_labels(heard, "damaged")) == ["voice a", "voice b"]
    assert sorted(_labels(heard, "ran")) == ["loudness", "master", "mix 0", "mix 1", "sound", "voice a", "voice b"]


def test_a_damaged_result_is_no_hit(inline: Run, store: Store) -> None:
    outcome, _ = inline(talk("a"))
    path = store.path(outcome.actions[4], "aac")
    good = path.read_bytes()
    for damage in (good[:-1], b"", b"x" * len(good)):
        path.write_bytes(damage)
        store.blobs._verified.clear()
        _, heard = inline(talk("a"))
        assert _labels(heard, "ran") == ["sound"], damage
        assert path.read_bytes() == good


def test_one_source_read_by_many_is_rebuilt_once(inline: Run, store: Store) -> None:
    """Readers that were ready, waiting for something else or not looked at yet all survive a rebuild below them."""

    def many(count: int) -> GraphBuilder:
        build = GraphBuilder()
        spoken, other = build.add(line("a"), label="voice a"), build.add(line(f"b{count}"), label="voice b")
        windows = []
        for number in range(4):
            inputs = [("audio", spoken), *([("audio", other)] if number % 2 else [])]
            window = p.MixWindow(number, count, 9, (), (), ())
            made = build.add(window, inputs, label=f"mix {number}")
            windows.append(("scores", Ref(made.task, "scores")))
        build.want("loudness", build.add(p.MeasureLoudness(), windows, label="loudness"))
        return build

    outcome, _ = inline(many(1).graph())
    path = store.path(outcome.actions[0], "audio")
    path.write_bytes(b"x" * path.stat().st_size)
    store.blobs._verified.clear()
    again, heard = inline(many(2).graph())
    assert again.failed == []
    assert _labels(heard, "damaged") == ["voice a"]
    assert sorted(_labels(heard, "ran")) == ["loudness", "mix 0", "mix 1", "mix 2", "mix 3", "voice a", "voice b"]


def test_bytes_that_never_come_back_right_end_in_a_failure(inline: Run, store: Store) -> None:
    inline(talk("a"))
    store.blobs.sound = lambda digest, suffix: False  # type: ignore[method-assign]
    outcome, _ = inline(talk("a", count=200))
    assert outcome.failed[0][1] == "damaged"
