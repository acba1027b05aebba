"""The graph's own laws: codec, text form, verifier and keys."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import grimp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import params as p
from compiler.graph.codec import Writer, canonical, decode, encode
from compiler.graph.facts import Facts
from compiler.graph.keys import action_key, recipe_keys
from compiler.graph.ops import BY_NAME, OPS, Determinism
from compiler.graph.task import Graph, Ref, Task
from compiler.graph.text import parse_graph, print_graph
from compiler.graph.verify import verify_graph
from compiler.plan import Plan, plan_film
from runtime.schedule.table import FUNCTIONS
from tests.e2e.films import TALK
from tests.graph.values import PARAMS, graphs, records
from tests.schedule.conftest import TOOLS, talk

ROOT = Path(__file__).resolve().parents[2]
_FEW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def plan(text: str, **options: Any) -> Plan:
    film, _, report = check_text(text, "talk.film")
    assert film is not None, report.items
    return plan_film(film, Facts({}, TOOLS), TOOLS, Report(), verify=True, **options)


@pytest.mark.parametrize("kind", PARAMS, ids=lambda k: k.__name__)
def test_codec_round_trip(kind: type) -> None:
    @_FEW
    @given(records(kind))
    def check(value: object) -> None:
        text = canonical(encode(value))
        writer = Writer()
        assert writer.text(value) == text == writer.text(value) == writer.text((value, value))[1 : len(text) + 1]
        assert decode(kind, json.loads(text)) == value
        assert canonical(encode(decode(kind, json.loads(text)))) == text

    check()


def test_codec_refuses_what_the_graph_must_not_carry() -> None:
    for value in (float("nan"), float("inf"), object(), {"a": 1}, b"bytes"):
        with pytest.raises(TypeError):
            encode(value)
        with pytest.raises(TypeError):
            Writer().text((value,))
    assert canonical(encode(-0.0)) == canonical(encode(0.0))
    for data in ({"first": 1}, {"first": 1, "count": 2, "more": 3}, {"first": "1", "count": 2}, [1, 2], None):
        with pytest.raises(ValueError, match=r"expected|not the fields"):
            decode(p.Window, data)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(graphs())
def test_print_then_parse_is_the_same_graph(graph: Graph) -> None:
    assert verify_graph(graph) == []
    again = parse_graph(print_graph(graph))
    assert again == graph
    assert recipe_keys(again, TOOLS) == recipe_keys(graph, TOOLS)


_NO_GRAPH = (
    "nonsense",
    "%0 = nothing() {}",
    "%1 = loudness() {}",
    "%0 = loudness(scores=what) {}",
    '%0 = conform() {"fps":3}',
    "want x = 3",
    "%0 = loudness() []",
)


@pytest.mark.parametrize("line", _NO_GRAPH)
def test_text_that_is_no_graph_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        parse_graph(line + "\n")


def test_a_real_plan_prints_and_parses() -> None:
    graph = plan(TALK).graph
    assert parse_graph(print_graph(graph)) == graph


def _with(graph: Graph, index: int, **fields: Any) -> Graph:
    tasks = list(graph.tasks)
    tasks[index] = dataclasses.replace(tasks[index], **fields)
    return dataclasses.replace(graph, tasks=tuple(tasks))


def _faults(g: Graph) -> dict[str, Graph]:
    return {
        "reads itself": _with(g, 1, inputs=(("audio", Ref(1, "audio")),)),
        "reads ahead": _with(g, 1, inputs=(("audio", Ref(3, "audio")),)),
        "negative": _with(g, 1, inputs=(("audio", Ref(-1, "audio")),)),
        "no such output": _with(g, 1, inputs=(("audio", Ref(0, "video")),)),
        "wrong kind": _with(g, 1, inputs=(("audio", Ref(0, "phones")),)),
        "no such slot": _with(g, 1, inputs=(("clip", Ref(0, "audio")),)),
        "firm on provisional": _with(g, 0, provisional=True),
        "wants nothing": dataclasses.replace(g, wanted=(("film", Ref(99, "aac")),)),
        "wants a missing output": dataclasses.replace(g, wanted=(("film", Ref(0, "aac")),)),
        "wants twice": dataclasses.replace(g, wanted=(g.wanted[0], g.wanted[0])),
        "slots out of order": dataclasses.replace(
            g, tasks=(*g.tasks, Task(p.Mux("", "", ()), (("aac", g.wanted[0][1]), ("video", Ref(0, "audio")))))
        ),
    }


@pytest.mark.parametrize("fault", sorted(_faults(talk("a", "b"))))
def test_the_verifier_sees_seeded_faults(fault: str) -> None:
    graph = talk("a", "b")
    assert verify_graph(graph) == []
    assert verify_graph(_faults(graph)[fault])


def test_every_op_has_a_function_and_reaches_what_exists() -> None:
    assert set(FUNCTIONS) == {op.name for op in OPS}
    assert len({op.params for op in OPS}) == len(OPS)
    for op in OPS:
        for place in op.reaches:
            assert (ROOT / place).exists(), (op.name, place)


@pytest.mark.parametrize(
    "name",
    [
        "file",
        "probe",
        "still",
        "plate",
        "turn",
        "panels",
        "render",
        "judge",
        "encode",
        "board",
        "transition",
        "conform",
        "mux",
        "report",
    ],
)
def test_an_op_reaches_all_the_code_its_function_can(name: str) -> None:
    """Code that can change an op's bytes and is not in its key would give stale hits."""
    graph = grimp.build_graph("runtime")
    entry = FUNCTIONS[name].partition(":")[0]
    plumbing = {"runtime.schedule.table", "runtime.studio.report"}
    # How a child is confined is not what it makes.
    plumbing |= {module for module in graph.modules if module.startswith("runtime.sandbox")}
    needs = {entry, *graph.find_upstream_modules(entry)} - plumbing
    finishing = name in ("conform", "mux")  # remuxing: the edit room only
    for module in sorted(needs):
        place = module.replace(".", "/")
        if finishing and not place.startswith("runtime/edit"):
            continue
        if (ROOT / place).is_dir():
            continue
        reached = any(f"{place}.py" == r or place.startswith(r + "/") for r in BY_NAME[name].reaches)
        assert reached, f"{name} can run {place}.py, which is not among what it reaches"


def test_recipe_keys_change_with_each_thing_that_is_meant() -> None:
    def keys(graph: Graph, tools: dict[str, str] = TOOLS) -> tuple[str, ...]:
        return recipe_keys(graph, tools)

    base = talk("a", "b")
    same = [Task(t.params, t.inputs, "another label", "another shot", True) for t in base.tasks]
    assert keys(Graph(tuple(same), base.wanted)) == keys(base)
    changed = [a != b for a, b in zip(keys(base), keys(talk("a", "c")), strict=True)]
    assert changed == [False, False, True, True, True, True, True]
    newer = [a != b for a, b in zip(keys(base), keys(base, {**TOOLS, "mix": "newer"}), strict=True)]
    assert newer == [False, True, False, True, True, True, True]


@pytest.mark.parametrize("kind", PARAMS, ids=lambda k: k.__name__)
def test_every_field_of_every_op_is_in_its_key(kind: type) -> None:
    """A new field that does not reach the key would be a stale hit; one that should not must say ``compare=False``."""

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @given(records(kind), records(kind))
    def check(one: Any, other: Any) -> None:
        for field in dataclasses.fields(one):
            edited = dataclasses.replace(one, **{field.name: getattr(other, field.name)})
            keys = [recipe_keys(Graph((Task(value),), ()), TOOLS) for value in (one, edited)]
            assert (keys[0] == keys[1]) == (encode(one) == encode(edited))
            if edited != one:
                assert keys[0] != keys[1]

    check()


def test_action_keys_know_the_machine_unless_the_op_is_exact() -> None:
    for op in OPS:
        task = Task(st_example(op.params))
        here, there = action_key(task, TOOLS, [], "here"), action_key(task, TOOLS, [], "there")
        assert (here == there) == (op.determinism is Determinism.EXACT), op.name


def st_example(kind: type) -> Any:
    found: list[Any] = []

    @settings(max_examples=1, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(records(kind))
    def take(value: Any) -> None:
        found.append(value)

    take()
    return found[0]


_KEYS = """
import sys
from pathlib import Path
from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.graph.facts import Facts
from compiler.plan import plan_film
film, _, report = load_film(Path(sys.argv[1]))
tools = {}
print("\\n".join(plan_film(film, Facts({}, tools), tools, Report()).recipes))
"""


def test_keys_do_not_depend_on_hash_seed_place_locale_or_comments(tmp_path: Path) -> None:
    found = set()
    commented = TALK.replace("Ada turns to the lamp.", "/* why\nthis */\nAda turns [[a note]] to the lamp.")
    variants = [
        (TALK, "one", "0"),
        (TALK, "two/deeper", "1"),
        (TALK.replace("\n", "\r\n"), "crlf", "2"),
        (commented, "c", "3"),
    ]
    for text, folder, seed in variants:
        path = tmp_path / folder / "talk.film"
        path.parent.mkdir(parents=True)
        path.write_bytes(text.encode())
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": seed,
            "LC_ALL": "tr_TR.UTF-8",
            "TZ": "Asia/Tokyo",
        }
        done = subprocess.run(
            [sys.executable, "-c", _KEYS, str(path)],
            env=environment,
            cwd=path.parent,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_a_rewrapped_paragraph_is_the_same_film() -> None:
    one = TALK.replace("Ada turns to the lamp.", "Ada turns to the lamp. She waits.")
    two = TALK.replace("Ada turns to the lamp.", "Ada turns\nto the lamp. She\nwaits.")
    assert plan(one).recipes == plan(two).recipes
    said = TALK.replace(
        "Hello my friend. Is anybody out there tonight?", "Hello my friend.\nIs anybody out there tonight?"
    )
    assert plan(TALK).recipes == plan(said).recipes


@given(st.permutations(["wide", "24mm", "5s"]))
@settings(max_examples=6, deadline=None)
def test_the_order_of_phrases_is_not_meant(phrases: list[str]) -> None:
    assert plan(TALK).recipes == plan(TALK.replace("wide, 24mm, 5s", ", ".join(phrases))).recipes
