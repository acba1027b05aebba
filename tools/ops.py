"""Guards the versions of ops: ``python -m tools.ops`` brings the table up to date, ``--check`` only says what is wrong.

The table, ``runtime/schedule/ops.lock``, has for each op its version, the digest of the code it reaches and what it made of
its golden tasks. Code may change as it likes while it makes the same; once it makes something else the op's version has to
be raised, and neither the check nor the writer lets it pass without. An op whose code is what it was is not run.

On a machine like the one that wrote the table (``runtime.schedule.tools.domain``) outputs are compared to the bit; elsewhere
by numbers that would be noticed if they changed. ``--all`` runs every op, and so finds code that an op reaches and does not
name. ``--golden`` makes the tasks themselves anew, for new ops and parameters.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: results do not depend on threads, time does

from compiler.graph.ops import OPS, Determinism, Op  # noqa: E402
from compiler.graph.task import Graph  # noqa: E402
from runtime.schedule.tools import domain, tools  # noqa: E402
from tools.ops_golden import GRAPH, Made, compose, differs, golden_graph, run_golden  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "runtime" / "schedule" / "ops.lock"
COMMAND = "python -m tools.ops"
TOLERANCE = 0.04
"""How far the same code may be off on another processor: a hundredth is not seen, three decibels are heard."""
_SPOKEN = frozenset({"speak", "fit", "recording"})
"""Ops whose lengths another processor may choose otherwise: the voice models count in steps of 25 ms."""
_HEAD = f"# What every op makes: written by `{COMMAND}`, which says why. op, version, code, output, inputs, and what is seen of it.\n"


@dataclass(frozen=True, slots=True)
class Row:
    """What the table says of an op."""

    name: str
    version: int
    code: str
    made: Made


@dataclass(frozen=True, slots=True)
class Table:
    """``domain``: the kind of machine on which outputs are these to the bit."""

    domain: str = ""
    rows: Mapping[str, Row] = field(default_factory=dict)


class Verdict(str, Enum):
    """How an op stands against the table."""

    SAME = "its code is what it was"
    MOVED = "its code moved, and makes the same"
    NEW = "it is not in the table"
    RAISED = "its version was raised"
    FOLLOWS = "what it reads is made otherwise"
    CHANGED = "it makes something else, and its version is what it was"
    GONE = "there is no such op any more"


_WRONG = {Verdict.NEW, Verdict.RAISED, Verdict.GONE, Verdict.CHANGED, Verdict.FOLLOWS}
"""What a check does not let pass: a table that is behind, or an op that should have a new version."""


@dataclass(frozen=True, slots=True)
class Finding:
    op: str
    verdict: Verdict
    what: str = ""

    def __str__(self) -> str:
        remedy = {
            Verdict.CHANGED: "raise its version in compiler/graph/ops.py",
            Verdict.MOVED: f"`{COMMAND}` brings the table up to date",
            Verdict.SAME: "",
        }.get(self.verdict, f"run `{COMMAND}`")
        return (
            f"{self.op}: {self.verdict.value}{f' ({self.what})' if self.what else ''}{f'; {remedy}' if remedy else ''}"
        )


def read_table() -> Table:
    """The checked-in table; an empty one where there is none."""
    return parse_table(TABLE.read_text(encoding="utf-8")) if TABLE.is_file() else Table()


def parse_table(text: str) -> Table:
    """The table that ``print_table`` printed. Raises ``ValueError`` on anything else."""
    place, rows = "", {}
    for line in text.splitlines():
        if line.startswith("domain "):
            place = line.removeprefix("domain ")
        elif line and not line.startswith("#"):
            name, version, code, exact, inputs, seen = line.split("\t")
            parts = (part.split("=", 1) for part in seen.split(";") if part)
            told = {what: tuple(float(n) for n in numbers.split(",") if n) for what, numbers in parts}
            rows[name] = Row(name, int(version), code, Made(exact, inputs, told))
    return Table(place, rows)


def print_table(table: Table) -> str:
    """The text of a table: a line for each op, in the order of their names."""
    lines = [_HEAD, f"domain {table.domain}\n"]
    for row in sorted(table.rows.values(), key=lambda row: row.name):
        seen = ";".join(f"{what}={','.join(f'{n:g}' for n in numbers)}" for what, numbers in row.made.seen.items())
        lines.append("\t".join((row.name, str(row.version), row.code, row.made.exact, row.made.inputs, seen)) + "\n")
    return "".join(lines)


def behind(table: Table, code: Mapping[str, str], ops: Iterable[Op] = OPS) -> list[Op]:
    """Ops that have to be run to know how they stand."""
    return [
        op
        for op in ops
        if (row := table.rows.get(op.name)) is None or (row.version, row.code) != (op.version, code[op.name])
    ]


def compare(
    table: Table, code: Mapping[str, str], made: Mapping[str, Made], here: str, ops: Iterable[Op] = OPS
) -> list[Finding]:
    """How every op stands; ``made`` has what those that are ``behind`` made on a machine of the kind ``here``."""
    found = [Finding(name, Verdict.GONE) for name in table.rows if name not in {op.name for op in ops}]
    for op in ops:
        row = table.rows.get(op.name)
        if row is None:
            found.append(Finding(op.name, Verdict.NEW))
        elif row.version != op.version:
            found.append(Finding(op.name, Verdict.RAISED, f"{row.version} to {op.version}"))
        elif row.code == code[op.name]:
            found.append(_same(op, row, made.get(op.name), here == table.domain))
        else:
            found.append(_moved(op, row, made[op.name], to_the_bit=here == table.domain))
    raised = {f.op for f in found if f.verdict in (Verdict.RAISED, Verdict.NEW)}
    return [
        replace(f, verdict=Verdict.CHANGED, what=f"{f.what}, though nothing it reads has a new version")
        if f.verdict is Verdict.FOLLOWS and not raised and not _blamed(found)
        else f
        for f in found
    ]


def _same(op: Op, row: Row, made: Made | None, to_the_bit: bool) -> Finding:
    """Where code is what it was, so is what it makes; or it reaches code that it does not name, or no two runs are alike."""
    if made is None or not to_the_bit or made.inputs != row.made.inputs or made.exact == row.made.exact:
        return Finding(op.name, Verdict.SAME)
    what = differs(row.made.seen, made.seen, 0.0) or "in a way that only the bits show"
    return Finding(op.name, Verdict.CHANGED, f"{what}, though its code is what it was: does `reaches` name all of it?")


def _moved(op: Op, row: Row, made: Made, *, to_the_bit: bool) -> Finding:
    """Where code moved: whether that shows. What an op reads is not its own doing."""
    exact = op.determinism is Determinism.EXACT and row.made.inputs == made.inputs
    if to_the_bit or exact:
        if row.made.exact == made.exact:
            return Finding(op.name, Verdict.MOVED)
        what = differs(row.made.seen, made.seen, 0.0) or "in a way that only the bits show"
        return Finding(op.name, Verdict.CHANGED if row.made.inputs == made.inputs else Verdict.FOLLOWS, what)
    what = differs(row.made.seen, made.seen, 4 * TOLERANCE if op.name in _SPOKEN else TOLERANCE)
    return Finding(op.name, Verdict.CHANGED if what else Verdict.MOVED, what)


def _blamed(found: Iterable[Finding]) -> bool:
    return any(f.verdict is Verdict.CHANGED for f in found)


def updated(
    table: Table, code: Mapping[str, str], made: Mapping[str, Made], here: str, ops: Iterable[Op] = OPS
) -> Table:
    """The table with everything that was run, on this kind of machine."""
    rows = {}
    for op in ops:
        run = made.get(op.name)
        rows[op.name] = table.rows[op.name] if run is None else Row(op.name, op.version, code[op.name], run)
    return Table(here, rows)


def main(arguments: list[str]) -> int:
    """Check or write; the exit code is 1 when an op needs a new version, or with ``--check`` when the table is behind."""
    if "--golden" in arguments:
        GRAPH.write_text(compose(), encoding="utf-8")
        print(GRAPH.relative_to(ROOT))
    checks = "--check" in arguments
    table, code, here = read_table(), tools(), domain()
    graph = golden_graph()
    whole = "--all" in arguments or (not checks and here != table.domain)
    run = list(OPS) if whole else behind(table, code)
    made = run_golden(graph, with_descendants(graph, [op.name for op in run], checks=checks))
    found = compare(table, code, made, here)
    for finding in found:
        if finding.verdict is Verdict.CHANGED or (checks and finding.verdict is not Verdict.SAME):
            print(finding)
        elif finding.verdict is not Verdict.SAME:
            print(f"{finding.op}: {finding.verdict.value}")
    if any(f.verdict is Verdict.CHANGED for f in found):
        return 1
    if checks:
        return int(any(f.verdict in _WRONG for f in found))
    TABLE.write_text(print_table(updated(table, code, made, here)), encoding="utf-8")
    print(f"{TABLE.relative_to(ROOT)}: {len(OPS)} ops, {len(made)} run")
    return 0


def with_descendants(graph: Graph, names: list[str], *, checks: bool) -> list[str]:
    """Ops to run: to write the table also those that read what others make, whose golden inputs may be new."""
    if checks:
        return names
    found = set(names)
    for task in graph.tasks:
        if any(graph.tasks[ref.task].op.name in found for ref in task.sources()):
            found.add(task.op.name)
    return sorted(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
