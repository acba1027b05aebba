"""The table of what every op makes: complete, readable, and strict where it has to be and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph.ops import BY_NAME, OPS
from compiler.graph.verify import verify_graph
from runtime.schedule import table
from runtime.schedule.table import TaskContext
from tools import ops as guard
from tools.ops import Finding, Row, Table, Verdict, behind, compare, parse_table, print_table, read_table, updated
from tools.ops_golden import Made, differs, golden_graph, run_golden

CODE = {op.name: f"code of {op.name}" for op in OPS}
MADE = Made("e", "i", {"a": (0.5, 0.25), "text x": ()})


def test_every_op_is_in_the_table_under_its_version_and_has_a_golden_task() -> None:
    """Whoever declares an op, or raises a version, runs ``python -m tools.ops`` (``--golden`` first for a new op)."""
    found = read_table()
    assert {name: row.version for name, row in found.rows.items()} == {op.name: op.version for op in OPS}
    graph = golden_graph()
    assert verify_graph(graph) == []
    assert {task.op.name for task in graph.tasks} == {op.name for op in OPS}
    assert read_table().domain
    assert print_table(found) == guard.TABLE.read_text(encoding="utf-8")


def full(**rows: Row) -> Table:
    return Table("here", {op.name: rows.get(op.name, Row(op.name, op.version, CODE[op.name], MADE)) for op in OPS})


def verdicts(found: Table, made: dict[str, Made], here: str = "here") -> dict[str, Verdict]:
    return {f.op: f.verdict for f in compare(found, CODE, made, here) if f.verdict is not Verdict.SAME}


def old(op: str, **fields: object) -> Row:
    """A row whose code has moved since."""
    return replace(Row(op, BY_NAME[op].version, "other code", MADE), **fields)  # type: ignore[arg-type]


def test_code_that_makes_the_same_only_leaves_the_table_behind() -> None:
    found = full(render=old("render"))
    assert [op.name for op in behind(found, CODE)] == ["render"]
    assert verdicts(found, {"render": MADE}) == {"render": Verdict.MOVED}
    after = updated(found, CODE, {"render": MADE}, "here")
    assert behind(after, CODE) == []
    assert after == full()


def test_code_that_makes_something_else_needs_a_version() -> None:
    other = replace(MADE, exact="other", seen={"a": (0.5, 0.26), "text x": ()})
    assert verdicts(full(render=old("render")), {"render": other}) == {"render": Verdict.CHANGED}
    raised = old("render", version=BY_NAME["render"].version - 1)
    assert verdicts(full(render=raised), {"render": other}) == {"render": Verdict.RAISED}
    only_bits = replace(MADE, exact="other")
    (finding,) = (
        f for f in compare(full(render=old("render")), CODE, {"render": only_bits}, "here") if f.op == "render"
    )
    assert "only the bits" in str(finding)
    assert "compiler/graph/ops.py" in str(finding)


def test_another_processor_is_compared_by_what_is_seen() -> None:
    near = replace(MADE, exact="other", inputs="other", seen={"a": (0.52, 0.24), "text x": ()})
    far = replace(near, seen={"a": (0.6, 0.25), "text x": ()})
    assert verdicts(full(render=old("render")), {"render": near}, "there") == {"render": Verdict.MOVED}
    assert verdicts(full(render=old("render")), {"render": far}, "there") == {"render": Verdict.CHANGED}
    assert verdicts(full(speak=old("speak")), {"speak": far}, "there") == {"speak": Verdict.MOVED}, "voices differ more"
    # what is the same bits anywhere is compared so everywhere, as long as it reads the same
    exact = replace(MADE, exact="other", seen={**MADE.seen})
    assert verdicts(full(captions=old("captions")), {"captions": exact}, "there") == {"captions": Verdict.CHANGED}


def test_what_only_reads_something_else_is_not_blamed() -> None:
    moved = replace(MADE, exact="other", inputs="other")
    rows = full(render=old("render", version=0), encode=old("encode"))
    assert verdicts(rows, {"render": moved, "encode": moved}) == {"render": Verdict.RAISED, "encode": Verdict.FOLLOWS}
    # but somebody is: inputs do not change by themselves
    assert verdicts(full(encode=old("encode")), {"encode": moved}) == {"encode": Verdict.CHANGED}


def test_what_changes_without_its_code_reaches_more_than_it_says() -> None:
    found = compare(full(), CODE, {"render": replace(MADE, exact="other")}, "here")
    (finding,) = (f for f in found if f.verdict is Verdict.CHANGED)
    assert "reaches" in finding.what


def test_ops_that_come_and_go() -> None:
    rows = dict(full().rows)
    del rows["render"]
    rows["retired"] = replace(rows["encode"], name="retired")
    assert verdicts(Table("here", rows), {"render": MADE}) == {"retired": Verdict.GONE, "render": Verdict.NEW}
    assert updated(Table("here", rows), CODE, {"render": MADE}, "here") == full()


_NAMES = st.text("abc 0123.x", min_size=1, max_size=8)
_SEEN = st.dictionaries(
    _NAMES, st.lists(st.integers(-2000, 2000).map(lambda n: n / 1000), max_size=4).map(tuple), max_size=4
)


@settings(max_examples=50, deadline=None)
@given(_SEEN, _SEEN)
def test_the_text_reads_back(one: dict[str, tuple[float, ...]], other: dict[str, tuple[float, ...]]) -> None:
    rows = {"a": Row("a", 3, "c", Made("e", "i", one)), "b": Row("b", 1, "d", Made("f", "j", other))}
    text = print_table(Table("somewhere", rows))
    assert parse_table(text) == Table("somewhere", rows)
    assert (differs(one, other, 0.0) == "") == (list(one.items()) == list(other.items()))


def test_a_cheap_op_makes_what_the_table_says_and_a_changed_one_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Captions are the same bits anywhere; a letter more in them is another output."""
    found, code = read_table(), guard.tools()
    graph = golden_graph()
    made = run_golden(graph, ["captions"])["captions"]
    row = found.rows["captions"]
    if row.code == code["captions"]:
        assert made == row.made
    moved = Table("nowhere", {"captions": replace(row, code="other", made=made)})
    only = [BY_NAME["captions"]]
    assert [f.verdict for f in compare(moved, code, {"captions": made}, "here", only)] == [Verdict.MOVED]

    monkeypatch.setitem(table.FUNCTIONS, "captions", f"{__name__}:louder")
    spoilt = run_golden(graph, ["captions"])
    (finding,) = compare(moved, code, spoilt, "here", only)
    assert finding.verdict is Verdict.CHANGED
    assert isinstance(finding, Finding)


def louder(task: TaskContext) -> None:
    """Captions with a mark too many."""
    from runtime.edit.tasks import captions

    captions(task)
    path = task.outputs["text"]
    path.write_text(path.read_text(encoding="utf-8") + "!", encoding="utf-8")


@pytest.mark.slow
def test_every_op_makes_what_the_table_says() -> None:
    """What continuous integration asks: no output has changed under a version that did not."""
    assert guard.main(["--check", "--all"]) == 0
