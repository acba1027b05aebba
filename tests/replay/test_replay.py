"""Replay: the checked-in plans of films/ stay what they are, unless somebody says why they change.

A plan is a line for each task: op, name, digest of its parameters, what it reads. What it is planned with is fixed: lines last
as long as film.lock says, the mix is as loud as it should be. Digests of code and versions of ops are not in it, so that only
a change of what is to be made shows, and shows in the very lines it concerns.

    FILMLANG_GOLDEN=write FILMLANG_WHY="what changed, and why it should" pytest tests/replay

writes the plans anew, and the reason into WHY.md, without which they do not pass.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from functools import cache
from pathlib import Path

import pytest

from compiler.diagnostics import Report
from compiler.graph import params as p
from compiler.graph.codec import Writer
from compiler.graph.facts import Facts
from compiler.graph.keys import digest
from compiler.graph.sources import files_of
from compiler.graph.text import parse_graph, print_graph
from compiler.graph.verify import verify_graph
from compiler.plan import Plan, plan_film
from runtime.cli.build import MOST_ROUNDS, load
from runtime.schedule.sources import digest_file
from tests.graph.test_graph import TOOLS

HERE = Path(__file__).resolve().parent
FILMS = HERE.parents[1] / "films"
NAMES = sorted(path.name for path in FILMS.iterdir() if path.is_dir() and not path.name.startswith("."))
PROFILES = ("previz", "board")
WHY = HERE / "WHY.md"
_ENTRY = re.compile(r"- `([0-9a-f]{12})` (.+)")
_SHORTEST = 20
"""Characters a reason has at least."""
_SHOWN = 40


@cache
def planned(name: str, profile: str) -> Plan:
    """The settled plan of a film."""
    loaded = load(FILMS / name)
    film = loaded.film
    assert film is not None, [item.message for item in loaded.report.items]
    files = {path: digest_file(FILMS / name, path) for path in files_of(film)}
    known: dict[str, str] = {}
    for _ in range(MOST_ROUNDS):
        facts = Facts(known, TOOLS, files, loaded.locked)
        plan = plan_film(film, facts, TOOLS, Report(), profile=profile)
        if plan.settled:
            return plan
        for task, recipe in zip(plan.graph.tasks, plan.recipes, strict=True):
            match task.params:
                case p.Speak(line):
                    timing = facts.line(line)
                    known[recipe] = json.dumps({"seconds": timing.seconds, "words": [list(w) for w in timing.words]})
                case p.MeasureLoudness():
                    known[recipe] = '{"gain": 0.0}'
                case p.JudgeTake():
                    known[recipe] = '{"score": 0.5, "frames": 1, "measures": {}, "frozen": [], "black": []}'
                case p.Probe():
                    known[recipe] = '{"seconds": 10.0}'
                case _:
                    pass
    raise AssertionError(f"the plan of {name} does not settle")


def told(name: str, profile: str) -> str:
    """The plan as it is checked in."""
    plan, writer = planned(name, profile), Writer()
    count: dict[str, int] = {}
    names: list[str] = []
    for task in plan.graph.tasks:
        number = count[task.label] = count.get(task.label, 0) + 1
        names.append(task.label if number == 1 else f"{task.label} ({number})")
    lines = [f"# films/{name}, profile {profile}: op, task, parameters, what it reads"]
    for task, own in zip(plan.graph.tasks, names, strict=True):
        reads = "; ".join(f"{slot} {names[ref.task]}.{ref.output}" for slot, ref in task.inputs)
        lines.append("\t".join((task.op.name, own, digest(writer.text(task.params))[:12], reads)).rstrip())
    lines += [f"want\t{wanted}\t{names[ref.task]}.{ref.output}" for wanted, ref in plan.graph.wanted]
    return "\n".join(lines) + "\n"


def path_of(name: str, profile: str) -> Path:
    return HERE / f"{name}.{profile}.plan"


def state() -> str:
    """A digest of all checked-in plans."""
    return digest("".join(f"{path.name}\n{path.read_text(encoding='utf-8')}" for path in sorted(HERE.glob("*.plan"))))[
        :12
    ]


def entries() -> list[tuple[str, str]]:
    """(state, reason) of every change, the first first."""
    return [(m[1], m[2]) for line in WHY.read_text(encoding="utf-8").splitlines() if (m := _ENTRY.fullmatch(line))]


def write() -> None:
    """Write the plans, and why."""
    before = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.plan")}
    after = {path_of(name, profile).name: told(name, profile) for name in NAMES for profile in PROFILES}
    if after == before:
        return
    reason = " ".join(os.environ.get("FILMLANG_WHY", "").split())
    if len(reason) < _SHORTEST:
        pytest.fail(f'say why the plans change: FILMLANG_WHY="…", {_SHORTEST} letters or more')
    for name in before.keys() - after.keys():
        (HERE / name).unlink()
    for name, text in after.items():
        (HERE / name).write_text(text, encoding="utf-8")
    with WHY.open("a", encoding="utf-8") as file:
        file.write(f"- `{state()}` {reason}\n")


@pytest.fixture(scope="module", autouse=True)
def _written() -> None:
    if os.environ.get("FILMLANG_GOLDEN") == "write":
        write()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", NAMES)
def test_a_plan_is_what_it_was(name: str, profile: str) -> None:
    path = path_of(name, profile)
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    after = told(name, profile)
    if before != after:
        lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "checked in", "now", n=0, lineterm="")
        found = list(lines)
        more = f"\n… and {len(found) - _SHOWN} lines more" if len(found) > _SHOWN else ""
        pytest.fail(f"the plan of films/{name} is another; tests/replay says how to write it anew\n"
                    + "\n".join(found[:_SHOWN]) + more, pytrace=False)  # fmt: skip


def test_the_last_change_says_why() -> None:
    found = entries()
    assert found, "WHY.md says of every state of the plans why it came about"
    assert found[-1][0] == state(), "the plans are not those of the last entry of WHY.md: write them by the test"
    assert all(len(reason) >= _SHORTEST for _, reason in found)


@pytest.mark.parametrize("name", NAMES)
def test_a_films_graph_prints_and_parses_and_verifies(name: str) -> None:
    for profile in PROFILES:
        plan = planned(name, profile)
        for graph in (plan.graph, plan.lowered):
            assert verify_graph(graph) == []
            text = print_graph(graph)
            again = parse_graph(text)
            assert again == graph
            assert print_graph(again) == text
        assert plan.recipes
