"""Coverage: which shot shows what. Written shots keep what stands under them; the rest is covered as an editor would.

Undirected action opens wide, people are shown by what they do, conversation goes from the two-shot over shoulders into
close-ups, things that are touched or speak get their insert. The choice depends only on what came before in the scene.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from compiler.meaning.film import (
    Action,
    Music,
    Pause,
    Relation,
    Scene,
    Shot,
    Side,
    Size,
    Sound,
    Speech,
    TitleCard,
    Transition,
    TransitionKind,
)
from compiler.staging.performance import Doing, Prose


@dataclass(frozen=True, slots=True)
class Played:
    """An action paragraph with what was understood of it."""

    action: Action
    steps: tuple[Doing | Prose, ...]


Item = Played | Speech | Pause | TitleCard | Sound | Music


@dataclass(slots=True)
class Setup:
    """One shot to be: its slots, what happens in it, and how it joins. ``card`` makes it a title on black."""

    shot: Shot
    items: list[Item] = field(default_factory=list)
    inferred: bool = False
    join: Transition | None = None
    fade_out: Transition | None = None
    card: TitleCard | None = None
    leaves: Fraction = Fraction(0)
    """Seconds of dissolve or wipe the next shot takes from this one."""


@dataclass(frozen=True, slots=True)
class Company:
    """Who a scene has: people with bodies, and the test for a thing of the set."""

    people: tuple[str, ...]
    is_thing: Callable[[str], bool]


def cover_scene(
    scene: Scene, items: Sequence[Item | Shot | Transition], company: Company, join: Transition | None = None
) -> tuple[list[Setup], Transition | None]:
    """Every item of the scene in exactly one set-up, in order, at least one set-up; and the transition left at its end.

    ``join`` is the transition left by the scene before.
    """
    desk = _Desk(scene, company, join=join)
    for item in items:
        match item:
            case Shot():
                desk.start(item, inferred=False)
            case Transition():
                desk.transition(item)
            case TitleCard() if not item.over:
                desk.card(item)
            case _:
                desk.take(item)
    setups = desk.finish()
    for before, after in pairwise(setups):
        before.leaves = overlap(after.join)
    setups[-1].leaves = overlap(desk.join)
    return setups, desk.join


def overlap(join: Transition | None) -> Fraction:
    """Seconds two shots share in a transition."""
    return (
        join.seconds
        if join is not None and join.kind in (TransitionKind.DISSOLVE, TransitionKind.WIPE)
        else Fraction(0)
    )


@dataclass(slots=True)
class _Desk:
    scene: Scene
    company: Company
    setups: list[Setup] = field(default_factory=list)
    current: Setup | None = None
    waiting: list[Item] = field(default_factory=list)
    join: Transition | None = None
    established: bool = False
    spoken: dict[str, int] = field(default_factory=dict)
    last_speaker: str = ""
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def start(self, shot: Shot, *, inferred: bool, card: TitleCard | None = None) -> Setup:
        if not shot.key:
            shot = self._keyed(shot)
        self.current = Setup(shot, list(self.waiting), inferred, self.join, None, card)
        self.waiting, self.join = [], None
        self.setups.append(self.current)
        return self.current

    def transition(self, item: Transition) -> None:
        if item.kind is TransitionKind.FADE_OUT:
            if self.current is not None:
                self.current.fade_out = item
        else:
            self.join = item
        self.current = None
        self.established = self.established or bool(self.setups)

    def card(self, item: TitleCard) -> None:
        self.start(Shot(size=Size.WIDE, seconds=item.seconds, span=item.span), inferred=True, card=item)
        self.current = None

    def take(self, item: Item) -> None:
        current = self.current
        if current is not None and not current.inferred:
            current.items.append(item)
        elif isinstance(item, Sound | Music):
            (self.waiting if current is None else current.items).append(item)
        else:
            wanted = self._wanted(item)
            if current is None or (wanted is not None and not _same(current.shot, wanted)):
                current = self.start(wanted or self._wide(item), inferred=True)
            current.items.append(item)
            self.established = True
        if isinstance(item, Speech):
            self.spoken[item.character] = self.spoken.get(item.character, 0) + 1
            self.last_speaker = item.character

    def finish(self) -> list[Setup]:
        if not any(s.card is None for s in self.setups) and (self.waiting or not self.setups):
            self.start(
                Shot(size=Size.WIDE, establishing=True, seconds=Fraction(4), span=self.scene.span), inferred=True
            )
        if self.setups:
            self.setups[-1].items.extend(self.waiting)
        return self.setups

    def _wanted(self, item: Item) -> Shot | None:
        """The shot an item asks for; ``None`` = whatever is on."""
        match item:
            case Played():
                return self._for_action(item)
            case Speech():
                return self._for_speech(item)
            case _:
                return None

    def _wide(self, item: Item) -> Shot:
        return Shot(
            size=Size.WIDE,
            establishing=True,
            span=item.span if isinstance(item, Speech | TitleCard | Pause) else self.scene.span,
        )

    def _for_action(self, item: Played) -> Shot | None:
        span = item.action.span
        if not self.established:
            return Shot(size=Size.WIDE, establishing=True, span=span)
        doings = [s for s in item.steps if isinstance(s, Doing)]
        if not doings:
            return None
        who = tuple(dict.fromkeys(d.subject for d in doings if not d.thing))
        acts = {d.act for d in doings}
        if not who:
            return Shot(size=Size.INSERT, subjects=(doings[0].subject,), span=span)
        if len(who) > 1:
            return Shot(
                size=Size.WIDE if acts & _TRAVEL else Size.MEDIUM,
                relation=Relation.TWO_SHOT,
                subjects=who[:2],
                span=span,
            )
        if acts & _TRAVEL:
            return Shot(size=Size.FULL, subjects=who, span=span)
        if acts & {"sit", "stand", "kneel", "lie", "turn", "turn away", "back"}:
            return Shot(size=Size.MEDIUM, subjects=who, span=span)
        touched = next(
            (d.target for d in doings if d.act in ("reach", "touch") and self.company.is_thing(d.target)), ""
        )
        if touched and len(doings) == 1:
            return Shot(size=Size.INSERT, subjects=(touched,), span=span)
        if touched:
            return Shot(size=Size.MEDIUM, subjects=who, span=span)
        return Shot(size=Size.CLOSE_UP, subjects=who, span=span)

    def _for_speech(self, item: Speech) -> Shot | None:
        name, count = item.character, self.spoken.get(item.character, 0)
        others = tuple(p for p in self.company.people if p != name)
        if name not in self.company.people or item.voice_over or item.off_screen:
            if not self.established:
                return Shot(size=Size.WIDE, establishing=True, span=item.span)
            if item.voice_over and not self.company.is_thing(name):
                return None
            if self.company.is_thing(name) and count % 2 == 0:
                return Shot(size=Size.INSERT, subjects=(name,), span=item.span)
            listener = self.company.people[0] if self.company.people else ""
            return Shot(size=Size.CLOSE_UP, subjects=(listener,), span=item.span) if listener else None
        if not self.established and (others or len(item.text.split()) > 12):
            return Shot(size=Size.WIDE, establishing=True, span=item.span)
        if self.last_speaker == name and self.current is not None and name in self.current.shot.subjects:
            return None
        if not others:
            size = (Size.MEDIUM, Size.MEDIUM_CLOSE_UP, Size.CLOSE_UP)[min(count, 2)]
            return Shot(size=size, subjects=(name,), side=Side.THREE_QUARTER, span=item.span)
        other = self.last_speaker if self.last_speaker in others else others[0]
        if count == 0:
            return Shot(size=Size.MEDIUM, relation=Relation.OVER_SHOULDER, subjects=(other, name), span=item.span)
        size = Size.MEDIUM_CLOSE_UP if count == 1 else Size.CLOSE_UP
        return Shot(size=size, subjects=(name,), span=item.span)

    def _keyed(self, shot: Shot) -> Shot:
        """Seed key of an unnamed shot: scene, size, subjects and which such it is."""
        what = (shot.size.value if shot.size else "auto", "+".join(shot.subjects))
        self.counts[what] = self.counts.get(what, 0) + 1
        key = f"{self.scene.key}/{what[0]}/{what[1]}/{self.counts[what]}"
        return Shot(
            key=key,
            size=shot.size,
            relation=shot.relation,
            subjects=shot.subjects,
            side=shot.side,
            seconds=shot.seconds,
            establishing=shot.establishing,
            span=shot.span,
        )


_TRAVEL = frozenset(["walk", "enter", "exit"])


def _same(a: Shot, b: Shot) -> bool:
    return a.size is b.size and a.subjects == b.subjects and a.relation is b.relation
