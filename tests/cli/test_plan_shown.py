"""``film graph``, ``film why`` and ``film plan --explain``: what is shown of a plan, and the line that changed it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest
from typer.testing import CliRunner

from compiler.diagnostics import Report
from compiler.front import load_film
from compiler.graph.facts import Facts
from compiler.graph.text import parse_graph
from compiler.plan import Plan, plan_film
from runtime.cli.build import planned_tasks
from runtime.cli.fieldwords import in_words
from runtime.cli.graph import Node, graph_dot, graph_json, nodes_of
from runtime.cli.graph_page import graph_page
from runtime.cli.main import app
from runtime.cli.planning import Row, critical_path, fates
from runtime.cli.reasons import Reasons, differences
from runtime.cli.why import by_place, changes_of, explain_film, lead
from runtime.store.store import Store
from tests.e2e.films import TALK

NASTY = TALK.replace("Title: Talk", 'Title: <script>alert("x")</script> & co')
Compare = Callable[[str, str], Reasons]


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    """Reasons of a film for being planned as it is now, when it was last built as it was then."""

    def planned(text: str) -> tuple[Plan, Reasons]:
        path = tmp_path / "talk.film"
        path.write_text(text, encoding="utf-8")
        film, sources, report = load_film(path)
        assert film is not None, report.items
        plan = plan_film(film, Facts({}, {}), {}, Report())
        return plan, Reasons(plan, {}, sources, str(path))

    def reasons(then: str, now: str) -> Reasons:
        before = {task.task: task for task in planned_tasks(planned(then)[0])}
        plan, found = planned(now)
        return Reasons(plan, before, found.sources, found.main)

    return reasons


def shown(reasons: Reasons, folder: Path) -> list[Node]:
    store = Store(folder / ".film")
    try:
        return nodes_of(reasons.plan, reasons, fates(reasons.plan, store, lambda task: task.cost))
    finally:
        store.close()


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_the_page_shows_every_task_once_and_fetches_nothing(compare: Compare, tmp_path: Path) -> None:
    reasons = compare(TALK, NASTY)
    nodes = shown(reasons, tmp_path)
    page = graph_page(reasons.plan, nodes)
    svg = re.search(r"<svg.*</svg>", page, re.DOTALL)
    assert svg is not None
    tree = ElementTree.fromstring(svg[0])
    space = "{http://www.w3.org/2000/svg}"
    tiles = [e for e in tree.iter(f"{space}rect") if e.find(f"{space}title") is not None]
    assert len(tiles) == len(nodes)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert re.findall(r"https?://[^\"']*", page) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"\b(src|href)=", page)
    boxes = [(float(e.get("x", "0")), float(e.get("y", "0"))) for e in tiles]
    assert len(set(boxes)) == len(boxes)
    wide, high = float(tree.get("width", "0")), float(tree.get("height", "0"))
    assert all(x + 14 <= wide and y + 14 <= high for x, y in boxes)
    titles = " ".join(e.findtext(f"{space}title") or "" for e in tiles)
    assert all(node.key[:16] in titles for node in nodes)


def test_the_page_says_where_a_change_begins_and_what_a_tile_reads(compare: Compare, tmp_path: Path) -> None:
    reasons = compare(TALK, TALK.replace("TOM, 75mm", "TOM, 85mm"))
    nodes = shown(reasons, tmp_path)
    assert [node.label for node in nodes if node.cause] == ["tom: performance"]
    page = graph_page(reasons.plan, nodes)
    assert page.count('<circle class="cause"') == 2, "the one in the legend, and one in the picture"
    assert "reads tom: performance, " in page
    assert ">1  INT. STUDY - NIGHT</text>" in page


def test_a_long_page_says_its_columns_again(compare: Compare, tmp_path: Path) -> None:
    scene = "INT. STUDY - NIGHT\n\n" + "".join(f"shot s%d-{n}: wide, 1s\n\nAda waits.\n\n" for n in range(12))
    text = TALK[: TALK.index("INT.")] + "".join(scene.replace("%d", str(number)) for number in range(6))
    reasons = compare(text, text)
    page = graph_page(reasons.plan, shown(reasons, tmp_path))
    assert page.count(">performance</text>") == 3
    assert page.count("INT. STUDY - NIGHT</text>") == 6


def test_of_thousands_of_tiles_each_is_small_and_the_shots_are_not_far_below(compare: Compare, tmp_path: Path) -> None:
    reasons = compare(TALK, TALK)
    nodes = shown(reasons, tmp_path)
    few = graph_page(reasons.plan, nodes)
    voice = next(node for node in nodes if node.op == "speak")
    page = graph_page(reasons.plan, [*nodes, *[voice] * 1300])
    assert page.count("<title>") == few.count("<title>") + 1300

    def at(page: str, name: str) -> float:
        (found,) = re.findall(rf'y="([\d.]+)">{name}<title>', page)
        return float(found)

    assert at(few, "room") < 300
    assert at(page, "room") < 600
    assert at(page, "the film as a whole") < 200
    boxes = re.findall(r'<rect class="t \w+" x="([\d.]+)" y="([\d.]+)" width="5"', page)
    assert len(boxes) == len(set(boxes)) > 1300


def test_json_and_dot_hold_the_graph(compare: Compare, tmp_path: Path) -> None:
    reasons = compare(TALK, NASTY)
    nodes, tasks = shown(reasons, tmp_path), reasons.plan.graph.tasks
    told = json.loads(graph_json(reasons.plan, nodes))
    assert [(t["op"], t["recipe"]) for t in told["tasks"]] == [
        (task.op.name, key) for task, key in zip(tasks, reasons.plan.recipes, strict=True)
    ]
    assert sum(len(t["inputs"]) for t in told["tasks"]) == sum(len(task.inputs) for task in tasks)
    assert sorted(i for call in told["calls"] for i in call) == list(range(len(tasks)))
    dot = graph_dot(reasons.plan, nodes)
    assert dot.count(" -> t") == sum(len(task.inputs) for task in tasks)
    assert all(line.replace('\\"', "").count('"') % 2 == 0 for line in dot.split("\n"))
    assert dot.count("{") == dot.count("}")


def test_the_text_parses_back(tmp_path: Path) -> None:
    path = tmp_path / "talk.film"
    path.write_text(TALK, encoding="utf-8")
    done = CliRunner().invoke(app, ["graph", str(path)])
    assert done.exit_code == 0
    assert len(parse_graph(done.stdout).tasks) > 20
    out = tmp_path / "graph.html"
    assert CliRunner().invoke(app, ["graph", str(path), "--format", "html", "--out", str(out)]).exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    done = CliRunner().invoke(app, ["plan", str(path), "--passes", "--verify", "--format", "json"])
    figures = json.loads(done.stdout)["passes"]
    assert [f["after"] for f in figures] == [
        "lowering", "canonicalise", "hoist", "share", "trim", "fuse", "batch", "order",
    ]  # fmt: skip
    assert figures[-1]["tasks"] < figures[0]["tasks"]


@pytest.mark.parametrize(
    ("then", "now", "says", "field"),
    [
        ("wide, 24mm", "wide, 35mm", "shot room", "focal_mm"),
        ("green knit sweater", "red knit sweater", "wears: red", "garments[0].colour"),
        ("Hello my friend.", "Good evening.", "Good evening.", "line.text"),
        ("Look: ember", "Look: noir", "Look: noir", "look"),
    ],
)
def test_a_change_is_told_to_its_line(compare: Compare, then: str, now: str, says: str, field: str) -> None:
    text = TALK.replace(then, now)
    causes = explain_film((found := compare(TALK, text)).plan, found)
    places = {change.place for change, _ in causes if field in change.field}
    if field == "line.text":  # who says what is what the task is called, so another line is another task
        places = {change.place for change, _ in causes if change.field == "new"}
    lines = {int(place.rpartition(":")[2]) for place in places if place}
    assert lines & {line_of(text, says), line_of(text, says) - 1}, (places, causes[:5])


def test_a_shot_says_how_a_change_came_to_it(compare: Compare) -> None:
    reasons = compare(TALK, TALK.replace("green knit", "red knit"))
    ada = [i for i, task in enumerate(reasons.plan.graph.tasks) if task.shot == "ada"]
    change, through = changes_of(reasons, ada)[0]
    assert change.task == "person ADA"
    assert any("frames" in label for label in through)
    tom = [i for i, task in enumerate(reasons.plan.graph.tasks) if task.shot == "tom"]
    assert all(change.place for change, _ in changes_of(reasons, tom))


def test_the_second_person_of_a_shot_has_a_line_of_their_own(compare: Compare) -> None:
    text = TALK.replace("grey wool long coat", "black wool long coat")
    reasons = compare(TALK, text)
    room = [i for i, task in enumerate(reasons.plan.graph.tasks) if task.shot == "room"]
    worn = [change for change, _ in changes_of(reasons, room) if "actors[1].person.garments" in change.field]
    assert worn
    assert {int(change.place.rpartition(":")[2]) for change in worn} == {line_of(text, "wears: black")}


def test_a_new_shot_is_told_once_and_not_by_what_reads_it(compare: Compare) -> None:
    text = TALK.replace("shot last:", "shot between: wide, 28mm, 2s\n\nTom nods.\n\nshot last:")
    reasons = compare(TALK, text)
    new = [change.task for change, _ in explain_film(reasons.plan, reasons) if change.field == "new"]
    assert new == ["between: performance"]


def test_what_only_says_again_what_has_changed_is_no_cause(compare: Compare) -> None:
    reasons = compare(TALK, TALK.replace("TOM, 75mm", "TOM, 85mm"))
    causes = explain_film(reasons.plan, reasons)
    assert {change.task for change, _ in causes} == {"tom: performance"}
    assert [len(group) for group in by_place(causes)] == [len(causes)]
    first = by_place(causes)[0][0][0]
    assert in_words(first.field, first.before, first.after)[1] == "lens 75 → 85 mm"
    report = next(i for i, task in enumerate(reasons.now) if task.op == "report")
    assert any(change.task == "report" for change, _ in changes_of(reasons, [report])), "it was asked for"


def test_what_follows_from_a_change_is_told_last_and_as_one(compare: Compare) -> None:
    reasons = compare(TALK, TALK.replace("24mm, 5s", "24mm, 7s"))
    groups = by_place(explain_film(reasons.plan, reasons))
    told = [lead(group, alone=False) for group in groups]
    assert "length 120 → 168 frames" in told[0]
    assert told[-1] == "what follows from that, in the film as a whole"
    assert [text for text in told if text.startswith("what follows")] == told[-1:]
    assert {change.place for change, _ in groups[-1]} == {""}
    assert lead(groups[-1], alone=True).startswith(groups[-1][0][0].task)


def test_what_is_new_is_told_by_its_name(compare: Compare) -> None:
    reasons = compare(TALK, TALK.replace("Only the two of us.", "Nobody but us."))
    told = [lead(group, alone=False) for group in by_place(explain_film(reasons.plan, reasons))]
    assert any(text.endswith("new: voice “Nobody but us.”") for text in told)


def test_what_all_of_a_list_have_in_common_is_told_once() -> None:
    old = [{"lens": 35.0, "at": float(time)} for time in range(5)]
    longer = [{"lens": 50.0, "at": float(time)} for time in range(7)]
    assert list(differences(old, longer, "keys")) == [
        ("keys[*].lens", "35.0", "50.0"),
        ("keys", "5 of them", "7 of them"),
    ]
    moved = [{"lens": 35.0, "at": time + (time == 3)} for time in range(5)]
    assert list(differences(old, moved, "keys")) == [("keys[3].at", "3.0", "4")]
    assert list(differences(old, old, "keys")) == []
    assert list(differences([{"a": 1}], [{"a": 2}], "keys")) == [("keys[0].a", "1", "2")]


@pytest.mark.parametrize(
    ("field", "before", "after", "words"),
    [
        ("shot.camera.keys[*].focal_mm", "28.0", "35.0", "lens 28 → 35 mm"),
        ("shot.camera.keys", "5 of them", "7 of them", "camera"),
        ("shot.size", "[320, 134]", "[640, 268]", "frame size 320x134 → 640x268"),
        ("look.name", '"ember"', '"noir"', "look ember → noir"),
        ("person.garments[0].colour", "[0.1, 0.2, 0.3]", "[0.3, 0.2, 0.1]", "clothes"),
        ("line.text", '"Hi."', '"\x1b[2JHi."', "words Hi. → \\u{1b}[2JHi."),
        ("line.voice.blend[0][1]", "0.23", "0.2", "voice"),
        ("title", "null", '"Hello"', "title nothing → Hello"),
        ("new", "not there", "bake", "new"),
    ],
)
def test_fields_in_words(field: str, before: str, after: str, words: str) -> None:
    assert in_words(field, before, after)[1] == words


def test_a_comment_changes_nothing(compare: Compare) -> None:
    reasons = compare(TALK, TALK.replace("Ada turns", "/* why */\nAda turns"))
    assert explain_film(reasons.plan, reasons) == []
    assert not any(reasons.changed(index) for index in range(len(reasons.now)))


def test_the_longest_chain_is_the_longest(compare: Compare) -> None:
    plan = compare(TALK, TALK).plan
    rows = [Row(t.label, t.op.name, t.shot, "runs", round(t.cost, 2)) for t in plan.graph.tasks]
    chain: nx.DiGraph[int] = nx.DiGraph()
    for index, task in enumerate(plan.graph.tasks):
        for ref in task.sources():
            chain.add_edge(ref.task, index, weight=rows[ref.task].seconds)
    ends = {ref.task for _, ref in plan.graph.wanted}
    for end in ends:
        chain.add_edge(end, -1, weight=rows[end].seconds)
    assert critical_path(plan, rows)[0] == pytest.approx(nx.dag_longest_path_length(chain, weight="weight"))


def test_long_times_are_told_as_people_tell_them(compare: Compare, tmp_path: Path) -> None:
    reasons = compare(TALK, TALK)
    nodes = [replace(node, seconds=3600.0, state="runs") for node in shown(reasons, tmp_path)]
    assert f"about {len(nodes)} h 0 min of one processor" in graph_page(reasons.plan, nodes)
