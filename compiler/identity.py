"""A renamed film, as it was first named: whoever carries a name as ``seed:`` or ``was:`` is that name to all that is made.

``film rename`` leaves the old name as the seed, or as ``was:`` where the seed is another's or no name. Staging goes by names
(who is met first, whose hand it is), so a film is planned under the names its people, places and things began with; only
what shows a name to people shows the new one.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from compiler.diagnostics import Span
from compiler.meaning import film as f
from compiler.naming import Hand, loose

T = TypeVar("T")
N = TypeVar("N", f.Character, f.Group, f.Prop, f.Location)
_NAME = re.compile(r"[^\W\d_a-z][^a-z\"(),:;\[\]]*")
_SHOWN: dict[type, frozenset[str]] = {
    f.Film: frozenset(
        "title author title_page looks plates setups verbs deliveries pieces coverages editions requires said".split()
    ),
    f.Scene: frozenset({"chapter", "number"}),
    f.Speech: frozenset({"text", "recording"}),
    f.TitleCard: frozenset({"text"}),
    f.Title: frozenset({"text"}),
    f.Sound: frozenset({"file"}),
    f.Music: frozenset({"file"}),
    f.Still: frozenset({"file"}),
    f.Character: frozenset({"seed", "was", "reference", "adapter", "consent"}),
    f.Group: frozenset({"seed"}),
    f.Prop: frozenset({"seed", "reference"}),
    f.Location: frozenset({"seed", "was", "reference"}),
    f.Shot: frozenset({"name", "generation", "look"}),
}  # fmt: skip
"""Fields that hold words people see or hear, files and identities: never a name to go by."""


def former_names(film: f.Film) -> dict[str, str]:
    """New name → the name it began with, of everybody and everything that was renamed.

    A seed is such a name when it is written as names are and nothing else in the film is called that; one who extends
    another has that one's seed, and says by ``was:`` what it was called.
    """
    tables = (film.characters, film.groups, film.props, film.locations)
    entities = [entity for table in tables for entity in table]
    current = {entity.name.casefold() for entity in entities}
    first = [_first(entity) for entity in entities]
    return {
        entity.name: name
        for entity, name in zip(entities, first, strict=True)
        if name and name != entity.name and is_name(name) and name.casefold() not in current and first.count(name) == 1
    }


def is_name(text: str) -> bool:
    """Whether a seed is written as names are."""
    return _NAME.fullmatch(text) is not None


def _first(entity: f.Character | f.Group | f.Prop | f.Location) -> str:
    if isinstance(entity, f.Character | f.Location):
        return entity.was or ("" if entity.extends else entity.seed)
    return entity.seed


def as_first_named(film: f.Film) -> f.Film:
    """The film under its former names; the very film when nothing was renamed."""
    former = former_names(film)
    if not former:
        return film
    kinds = {c.name: "character" for c in film.characters}
    every = [e.name for table in (film.characters, film.groups, film.props, film.locations) for e in table]
    hands = []
    for new, old in former.items():
        longer = tuple(name for name in every if name != new and set(new.split()) < set(name.split()))
        hands.append(Hand(new, old, kinds.get(new, "thing"), longer, True))
    made = _Former(hands).of(film)
    return replace(
        made,
        characters=_by_name(made.characters),
        groups=_by_name(made.groups),
        props=_by_name(made.props),
        locations=_by_name(made.locations),
    )


class _Former:
    """Walks a film's values and writes former names for new ones; what holds none is handed on as it is."""

    def __init__(self, hands: list[Hand]) -> None:
        self.hands = hands

    def of(self, value: T) -> T:
        """The value under former names; the very value when it holds none."""
        return cast(T, self._walked(value))

    def _walked(self, value: Any) -> Any:
        match value:
            case Enum() | Span():
                return value
            case str():
                return self.text(value)
            case tuple():
                made = tuple(map(self._walked, value))
                return value if all(a is b for a, b in zip(made, value, strict=True)) else made
            case _ if is_dataclass(value) and not isinstance(value, type):
                return self._record(value)
        return value

    def text(self, text: str) -> str:
        for hand in self.hands:
            text = hand.renamed(text)
        return text

    def _record(self, value: Any) -> Any:
        changed: dict[str, Any] = {}
        kind: Any = type(value)
        for name in _going_by(kind):
            old = getattr(value, name)
            new = tuple(map(self._manner, old)) if name == "manner" else self._walked(old)
            if new is not old:
                changed[name] = new
        if isinstance(value, f.Shot) and "overrides" in changed:
            changed["overrides"] = tuple(sorted(changed["overrides"], key=lambda p: (p.key, p.when)))
        if isinstance(value, f.Scene):  # what a scene keeps by name it keeps by the names it began with
            if "placements" in changed:
                changed["placements"] = tuple(sorted(changed["placements"], key=lambda p: p.entity))
            if "wardrobe" in changed:
                changed["wardrobe"] = tuple(sorted(changed["wardrobe"], key=lambda p: p.key))
        return replace(value, **changed) if changed else value

    def _manner(self, text: str) -> str:
        """Parentheticals are kept in small letters, names and all."""
        for hand in self.hands:
            text = re.sub(rf"(?<!\w){loose(hand.old)}(?!\w)", hand.new.lower(), text, flags=re.IGNORECASE)
        return text


@cache
def _going_by(kind: type[Any]) -> tuple[str, ...]:
    """Fields of a record whose words may be names to go by."""
    shown = _SHOWN.get(kind, frozenset())
    return tuple(field.name for field in fields(kind) if field.compare and field.name not in shown)


def _by_name(table: tuple[N, ...]) -> tuple[N, ...]:
    return tuple(sorted(table, key=lambda entity: entity.name))
