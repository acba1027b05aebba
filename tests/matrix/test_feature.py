"""Kinds of edit on a feature of 1,500 shots: planned warm, each runs exactly what its row says, undone nothing runs."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.matrix.feature import Feature, text
from tests.matrix.feature_edits import HEARD, ROWS, FeatureRow

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def feature() -> tuple[Feature, str, Counter[str]]:
    """The film as it was made, its text and how many tasks of each op it has."""
    film, source = Feature(), text()
    plan = film.plan(source)
    assert len(plan.timeline.shots) >= 1500
    film.keep()
    return film, source, Counter(task.op.name for task in plan.graph.tasks)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_an_edit_runs_exactly_what_its_row_says(feature: tuple[Feature, str, Counter[str]], row: FeatureRow) -> None:
    film, source, whole = feature
    film.plan(row.edit(source))
    ran = film.runs()
    assert {op: n for op, n in ran.items() if op not in HEARD} == row.expected(whole)
    for op, shots in row.where.items():
        assert film.where(op) == shots
    assert row.kept(ran) == []


def test_undone_nothing_runs(feature: tuple[Feature, str, Counter[str]]) -> None:
    film, source, _ = feature
    film.plan(source)
    assert film.runs() == {}
