"""Which take is shown when nobody picked: the best, and among those that cannot be told apart the composed one."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from compiler.diagnostics import Report
from compiler.front import check_text
from compiler.graph.choose import Choice
from compiler.graph.demands import Standing
from compiler.graph.facts import Facts
from compiler.graph.marks import ALIKE, in_order
from compiler.plan import Plan, plan_film
from runtime.judge.scores import Scores, to_plain
from tests.takes.films import TAKEN

scores = st.dictionaries(st.integers(1, 9), st.floats(0.0, 1.0), max_size=9)


@given(scores)
def test_a_later_take_comes_first_only_if_it_is_clearly_better(found: dict[int, float]) -> None:
    order = in_order(found)
    assert sorted(order) == sorted(found)
    for at, number in enumerate(order):
        rest = [found[other] for other in order[at:]]
        assert found[number] >= max(rest) - ALIKE - 1e-6, "nothing after it is clearly better"
        for earlier in (other for other in order[at + 1 :] if other < number):
            assert max(rest) - found[earlier] > ALIKE - 1e-6, "what is passed over is clearly worse than the best"


@given(st.floats(0.05, 0.95), st.lists(st.floats(-1.0, 1.0), min_size=1, max_size=6))
def test_noise_orders_nothing(level: float, noise: list[float]) -> None:
    """What blinks and breath do to a score leaves the order that the takes were made in."""
    close = {number: level + 0.499 * ALIKE * off for number, off in enumerate(noise, 1)}
    assert in_order(close) == sorted(close)


def planned(measures: dict[int, Scores], text: str = TAKEN, profile: str = "previz") -> Plan:
    """The plan once the takes of ``ada`` have been found to be so."""
    film, _, _ = check_text(text)
    assert film is not None
    known: dict[str, str] = {}
    for _ in range(5):
        plan = plan_film(film, Facts(known, {}), {}, Report(), profile="previz")
        for task, recipe in zip(plan.graph.tasks, plan.recipes, strict=True):
            if task.op.name == "speak":
                known[recipe] = json.dumps({"seconds": 2.0, "words": []})
        for choice in plan.choices:
            for take in choice.takes:
                if take.number in measures:
                    known[take.recipe] = json.dumps(to_plain(measures[take.number]))
    return plan_film(film, Facts(known, {}), {}, Report(), profile=profile)


def choice(plan: Plan) -> Choice:
    (found,) = plan.choices
    return found


def test_takes_that_are_alike_leave_the_composed_one_in_the_cut() -> None:
    level = {1: Scores(144, 0.97, 0.400), 2: Scores(144, 0.97, 0.404), 3: Scores(144, 0.97, 0.398)}
    found = choice(planned(level))
    assert (found.shown, found.ranked(), found.alike()) == ((1,), [1, 2, 3], [1, 2, 3])
    assert found.cut.label == "take 1 of 3, none is clearly better"
    clear = choice(planned({**level, 3: Scores(144, 0.97, 0.5)}))
    assert (clear.shown, clear.ranked(), clear.alike()) == ((3,), [3, 1, 2], [3])
    assert clear.cut.label == "take 3 of 3, best score"


def test_a_take_that_freezes_is_passed_over() -> None:
    stuck = Scores(144, 0.99, 0.4, frozen=((20, 12),))
    found = choice(planned({1: stuck, 2: Scores(144, 0.97, 0.4), 3: Scores(144, 0.97, 0.401)}))
    assert found.shown == (2,)
    assert found.cut.label == "take 2 of 3, none is clearly better"


def test_what_is_required_comes_before_any_score() -> None:
    text = TAKEN.replace("    takes: 3\n", "    takes: 3\n    require: sharpness >= 0.5\n")
    takes = {1: Scores(144, 0.99, 0.49), 2: Scores(144, 0.8, 0.5), 3: Scores(144, 0.8, 0.505)}
    found = choice(planned(takes, text))
    assert (found.shown, found.ranked(), found.alike()) == ((2,), [2, 3, 1], [2, 3])


def test_the_board_shows_what_the_rendered_takes_were_found_to_be() -> None:
    """It judges nothing itself: until they have been judged it shows the first."""
    level = {1: Scores(144, 0.97, 0.3), 2: Scores(144, 0.97, 0.5), 3: Scores(144, 0.97, 0.3)}
    board = planned(level, profile="board")
    assert choice(board).shown == (2,)
    assert "judge" not in {task.op.name for task in board.graph.tasks}
    assert {task.params.take for task in board.graph.tasks if task.shot == "ada" and task.op.name == "bake"} == {2}  # type: ignore[union-attr]
    for some in ({}, {2: level[2]}):
        board = planned(some, profile="board")
        assert choice(board).shown == (1,)
        assert choice(board).cut.settled
        assert "judge" not in {task.op.name for task in board.graph.tasks}


def test_on_the_board_a_requirement_is_not_measured_until_rendered_takes_are_judged() -> None:
    text = TAKEN.replace("    takes: 3\n", "    takes: 3\n    require: sharpness >= 0.4\n")
    (demand,) = planned({}, text, profile="board").demands
    assert demand.standing is Standing.UNMEASURED
    assert demand.seen == "not measured on the board, which judges no takes; previz does"
    level = {1: Scores(144, 0.97, 0.3), 2: Scores(144, 0.97, 0.5), 3: Scores(144, 0.97, 0.3)}
    (demand,) = planned(level, text, profile="board").demands
    assert (demand.standing, demand.take) == (Standing.MET, 2)
    (demand,) = planned({}, text).demands
    assert demand.standing is Standing.OPEN
