"""A paragraph of action is understood as one, wherever shots begin in it; each of its pieces then has what it tells."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from compiler.meaning.film import Action, Cover, Shot, Speech, Transition
from compiler.meaning.film import Item as Happening
from compiler.staging.coverage import Item, Played
from compiler.staging.performance import Doing, Prose, understand
from compiler.staging.talk import Talk

T = TypeVar("T")


def paragraphs(items: Sequence[T | Action]) -> Iterator[T | str]:
    """What happens in a scene with action as text; a paragraph that shots have parted is whole, where it begins."""
    parted: set[int] = set()
    for index, item in enumerate(items):
        if not isinstance(item, Action):
            yield item
        elif index not in parted:
            pieces = _pieces(items, index)
            parted.update(pieces)
            yield " ".join(piece.text for piece in (items[i] for i in pieces) if isinstance(piece, Action))


def played(items: Sequence[Happening], talk: Talk) -> list[Item | Shot | Transition | Cover]:
    """The items with every action understood, in order. ``talk`` remembers who was spoken of last."""
    made: dict[int, Played] = {}
    for index, item in enumerate(items):
        if not isinstance(item, Action) or index in made:
            continue
        pieces = _pieces(items, index)
        if len(pieces) == 1:
            made[index] = Played(item, understand(item.text, talk, item.span))
            continue
        actions = [piece for piece in (items[i] for i in pieces) if isinstance(piece, Action)]
        told = _apart([action.text for action in actions], talk)
        for i, action, steps in zip(pieces, actions, told, strict=True):
            made[i] = Played(action, tuple(replace(step, span=action.span) for step in steps))
    return [made[i] if isinstance(item, Action) else item for i, item in enumerate(items)]


def first_paragraph(items: Sequence[object]) -> tuple[Doing | Prose, ...]:
    """What the scene's first paragraph of action tells, wherever shots begin in it."""
    told: list[Doing | Prose] = []
    begun = False
    for item in items:
        if isinstance(item, Played):
            if begun and not item.action.joined:
                break
            begun = True
            told += item.steps
    return tuple(told)


def clause_pattern(text: str) -> re.Pattern[str]:
    """Finds a clause as it stands in its paragraph: an aside in parentheses is no part of what is done."""
    return re.compile(r"(?:\s*\([^()]*\))?\s+".join(map(re.escape, text.split())), re.IGNORECASE)


def _pieces(items: Sequence[object], index: int) -> list[int]:
    """Where the pieces of the paragraph stand that begins here."""
    found = [index]
    for later in range(index + 1, len(items)):
        item = items[later]
        if isinstance(item, Speech) or (isinstance(item, Action) and not item.joined):
            break
        if isinstance(item, Action):
            found.append(later)
    return found


def _apart(texts: Sequence[str], talk: Talk) -> list[list[Doing | Prose]]:
    """What a paragraph tells, by the piece in which each clause stands."""
    whole = " ".join(texts)
    begins = [0]
    for text in texts[:-1]:
        begins.append(begins[-1] + len(text) + 1)
    told: list[list[Doing | Prose]] = [[] for _ in texts]
    position = 0
    for step in understand(whole, talk):
        match = clause_pattern(step.text).search(whole, position) if step.text.split() else None
        position = match.start() if match else position
        told[bisect_right(begins, position) - 1].append(step)
    return told
