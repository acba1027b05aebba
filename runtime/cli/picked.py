"""Picked takes are kept: what a person chose is pinned in the store, so that no collection lets go of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from compiler.graph.choose import Choice
from compiler.picks import Picks
from compiler.plan import Plan
from runtime.store.store import Store


def pin_picks(plan: Plan, store: Store, film: str, picks: Picks) -> None:
    """Pin the takes that a film's picks show, as they were looked at; let go of those of picks that are no more.

    A shot that has changed since is not what was picked: the pin stays on what was, and comes to use when the change is
    undone.
    """
    index, pins = store.index, store.index.pins()
    ours = [recipe for recipe, why in pins.items() if why.startswith(f"{film}: ")]
    chosen = [choice for choice in plan.choices if choice.pick is not None]
    still = {_begins(film, pick.key or pick.shot) for pick in picks}
    still |= {_begins(film, choice.key) for choice in chosen}
    for recipe in ours:
        if not pins[recipe].startswith(tuple(still)):
            index.unpin(recipe)
    for choice in chosen:
        assert choice.pick is not None
        if choice.pick.recipe in ("", choice.looked_at):
            keep_takes(store, film, (choice,), choice.shown)


def keep_takes(
    store: Store, film: str, choices: Sequence[Choice], takes: Collection[int], *, alone: bool = False
) -> None:
    """Pin takes of a shot, at each size that a choice of it is given for; ``alone``: and nothing else of it."""
    index, pins, begins = store.index, store.index.pins(), _begins(film, choices[0].key)
    recipes = {
        recipe: take.number
        for choice in choices
        for take in choice.takes
        if take.number in takes
        for recipe in take.clips
    }
    if alone:
        for recipe, why in pins.items():
            if why.startswith(begins) and recipe not in recipes:
                index.unpin(recipe)
    for recipe, number in recipes.items():
        if recipe not in pins:
            index.pin(recipe, f"{begins}take {number} was picked")


def let_go(store: Store, film: str, key: str) -> None:
    """Unpin all takes of a shot."""
    for recipe, why in store.index.pins().items():
        if why.startswith(_begins(film, key)):
            store.index.unpin(recipe)


def _begins(film: str, key: str) -> str:
    """How the reason of a shot's pins begins."""
    return f"{film}: {key}: "
