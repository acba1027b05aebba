"""Takes that were looked at in another size than the film's own: they are found, and what is picked of them is kept."""

from __future__ import annotations

import json
from pathlib import Path

from runtime.cli.build import open_store
from runtime.cli.elsewhere import sizes_made
from tests.takes.test_commands import Film, film

__all__ = ["film"]

SMALL = ("--size", "64x64")


def test_takes_made_small_are_shown_without_naming_the_size(film: Film) -> None:
    assert film("takes", "ada", "--make", *SMALL)[0] == 0
    _, out, _ = film("takes", "ada")
    assert "made at 64x64" in out
    assert "not made" not in out
    assert "contact sheet: " in out
    assert json.loads(film("takes", "ada", "--format", "json")[1])["size"] == [64, 64]
    assert [row["takes"][0]["made"] for row in json.loads(film("takes", "--format", "json")[1])["shots"]] == [True]
    _, out, _ = film("takes", "ada", "--size", "128x72")
    assert out.count("not made") == 3, "a size that is asked for is not passed over"
    assert film("takes", "ada", "--make")[0] == 0
    _, out, _ = film("takes", "ada")
    assert "made at" not in out, "the film's own size comes first"


def test_what_is_picked_of_small_takes_is_kept(film: Film, tmp_path: Path) -> None:
    assert film("build", *SMALL)[0] == 0
    code, out, _ = film("pick", "ada", "2")
    assert code == 0
    assert "looked at in 64x64: the next build in the film's own size makes take 2 in that" in out
    store = open_store(tmp_path / "talk.film")
    try:
        assert sizes_made(store) == [(64, 64)]
        pinned = {recipe for recipe in store.index.pins() if store.index.by_recipe(recipe, _domain()) is not None}
        assert len(pinned) == 3, "three windows of the take that was looked at"
    finally:
        store.close()
    _, out, err = film("takes", "ada")
    assert ("changed" in out, err) == (False, ""), "another size is no other shot"
    assert json.loads(film("takes", "ada", "--format", "json")[1])["pick"]["changed"] is False
    assert film("pick", "ada", "--clear")[0] == 0
    store = open_store(tmp_path / "talk.film")
    try:
        assert store.index.pins() == {}
    finally:
        store.close()


def test_before_anything_is_made_it_is_said_so(film: Film) -> None:
    assert "not made yet: take 2; the next build makes it" in film("pick", "ada", "2")[1]


def test_what_came_with_a_clone_names_no_size(film: Film, tmp_path: Path) -> None:
    """Records of actions are read as a stranger's: sizes that nobody can ask for are none."""
    assert film("build", *SMALL)[0] == 0
    store = open_store(tmp_path / "talk.film")
    try:
        for number, params in enumerate(
            ('{"size": [99999, 2]}', '{"size": 3}', "[]", "x", '{"size": ["a", 64]}', "{}")
        ):
            store.index._db.execute(
                "insert into actions select action || ?, recipe, domain, op, outputs, facts, ?, seconds, finished, used"
                " from actions where op = 'judge' limit 1",
                (str(number), f'{{"params": {params}}}'),
            )
        assert sizes_made(store) == [(64, 64)]
    finally:
        store.close()


def _domain() -> str:
    from runtime.schedule.tools import domain

    return domain()
