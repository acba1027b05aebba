"""Stretches of every kind of shot: slow, held, backwards, a still, a split, under titles, fades and dissolves."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.lower import lower_film
from compiler.graph.verify import verify_graph
from compiler.meaning.film import Film
from compiler.picks import Pick, Stretch
from compiler.plan import plan_film
from compiler.profiles import PROFILES

KINDS = """\
Format: 128x72, 12 fps

character ADA
    a woman of thirty

character TOM
    a man of forty

plate ANA: "ana.mp4"
    key: green

INT. STUDY - NIGHT

scene
    ADA: standing at window
    TOM: standing at door

FADE IN:

shot opening: wide, 3s

Ada waits. Tom waits.

DISSOLVE 1S TO:

shot drifts: medium of ADA, 4s, speed 40%

shot stays: close-up of ADA, 3s, freeze

shot turned: medium of TOM, 4s, reverse

DISSOLVE 1S TO:

shot picture: still "a.jpg", 3s

shot keyed: plate ANA, 3s

shot both: split of drifts and turned, 3s

ADA
Hello there.

SUPER: LATER

shot end: wide, 4s

FADE OUT.
"""


def checked() -> Film:
    film, _, report = check_text(KINDS)
    assert film is not None, report.items
    return film


FILM = checked()
NAMES = ("opening", "drifts", "stays", "turned", "picture", "keyed", "both", "end")
PIECES = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 60)), min_size=2, max_size=4)


@st.composite
def picks(draw: st.DrawFn) -> tuple[Pick, ...]:
    made = []
    for name in draw(st.sets(st.sampled_from(NAMES))):
        ends = sorted({frame for _, frame in draw(PIECES)})
        takes = draw(st.lists(st.integers(1, 3), min_size=len(ends), max_size=len(ends)))
        parts = tuple(Stretch(t, f"{a}f", f"{b}f") for t, a, b in zip(takes, ends, ends[1:], strict=False))
        made.append(Pick(name, parts or (Stretch(takes[0]),)))
    return tuple(sorted(made, key=lambda pick: pick.shot))


@given(picks(), st.sampled_from(["previz", "board"]))
@settings(max_examples=25, deadline=None)
def test_any_stretch_of_any_kind_of_shot_is_shown_frame_for_frame(chosen: tuple[Pick, ...], profile: str) -> None:
    facts = Facts({}, {}, {"a.jpg": "1", "ana.mp4": "2"}, picks=chosen)
    plan = plan_film(FILM, facts, {}, Report(), profile=profile)
    assert verify_graph(plan.graph) == []
    shown = 0
    lengths: dict[int, int] = {}
    for index, task in enumerate(plan.graph.tasks):
        match task.params:
            case p.EncodeWindow() | p.EncodeBoard():
                lengths[index] = task.params.window.count
            case p.EncodeTransition():
                assert task.params.leaving.window.count == task.params.arriving.window.count
                lengths[index] = task.params.leaving.window.count
            case p.CutClip():
                given_frames = sum(_frames(plan.graph.tasks[ref.task].params) for _, ref in task.inputs)
                assert task.params.first >= 0
                assert task.params.first + task.params.count <= given_frames
            case p.Conform():
                shown = sum(lengths[ref.task] for _, ref in task.inputs)
    assert shown == plan.timeline.frames
    assert plan.timeline.frames == sum(timed.shot.head + timed.frames for timed in plan.timeline.shots)


def _frames(params: p.Params) -> int:
    match params:
        case p.RenderWindow() | p.DevelopStill() | p.DecodePlate() | p.JoinPanels():
            return params.window.count
        case p.TurnClip():
            return 10**6  # as long as what it turns
    raise AssertionError(params)


def test_a_film_without_picks_is_lowered_as_it_was() -> None:
    plan = plan_film(FILM, Facts({}, {}), {}, Report())
    assert plan.choices == ()
    assert all(timed.takes.shown == () for timed in plan.timeline.shots)
    again = lower_film(FILM, plan.timeline, Facts({}, {}), PROFILES["previz"])
    assert again.linked()[1] == plan.recipes


def test_a_take_is_judged_with_the_performance_it_was_rendered_of() -> None:
    """Slow, held, backwards, keyed: whatever frame is looked at, the windows that are read have the moment it shows."""
    text = re.sub(r"^(shot .*)$", r"\1\n    takes: 2", KINDS, flags=re.MULTILINE)
    film, _, _ = check_text(text)
    assert film is not None
    facts = Facts({}, {}, {"a.jpg": "1", "ana.mp4": "2"})
    tasks = plan_film(film, facts, {}, Report(), takes=True).graph.tasks
    seen: dict[str, int] = {}
    for task in tasks:
        if not isinstance(task.params, p.JudgeTake):
            continue
        bakes = [(tasks[ref.task].params, int(ref.output[1:])) for slot, ref in task.inputs if slot == "bake"]
        windows = [q.windows[number] for q, number in bakes if isinstance(q, p.BakeShot)]
        seen[task.shot] = len(windows)
        if not windows:
            continue
        people = {tasks[ref.task].params.person.name for slot, ref in task.inputs if slot == "person"}  # type: ignore[union-attr]
        assert task.params.composed
        for view in task.params.composed:
            assert any(w.first <= view.performed < w.first + w.count for w in windows), (task.label, view.performed)
            assert {sitter.name for sitter in view.sitters} <= people
    assert {name for name, count in seen.items() if count} == {"opening", "drifts", "stays", "turned", "keyed", "end"}
    assert seen["stays"] == 1
    assert seen["both"] == 0, "two performances in one frame"
