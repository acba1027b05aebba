"""A scene that is known without being played: how long it is, who says what when, and what it leaves.

Whoever asks for more, such as where somebody stands, has it played then and there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any

from compiler.staging.model import Stance
from compiler.staging.play import Between, PlayedScene
from compiler.staging.timing import Cut
from compiler.staging.world import Item, WorldState


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """What became of somebody in a scene; ``None``: nothing did."""

    name: str
    stands: tuple[str, Stance | None] | None = None
    """Place and stance."""
    wears: tuple[tuple[str, ...] | None] | None = None
    rides: tuple[str, int] | None = None
    """The thing that carries them, and the seat."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """What a scene changes of the world, whatever else it finds, and where everybody in it is last seen."""

    items: tuple[tuple[str, Item], ...]
    people: tuple[PersonLeft, ...]
    hour: tuple[str, tuple[str, ...]] | None
    """The hour and the weather; ``None``: as they were."""
    ends: tuple[Stance, ...]
    """Of the people of the scene, in their order."""

    def world(self, found: WorldState) -> WorldState:
        """The world after the scene."""
        people = dict(found.people)
        for left in self.people:
            person = found.person(left.name)
            if left.stands is not None:
                person = replace(person, place=left.stands[0], stance=left.stands[1])
            if left.wears is not None:
                person = replace(person, wears=left.wears[0])
            if left.rides is not None:
                person = replace(person, rides=left.rides[0], seat=left.rides[1])
            people[left.name] = person
        hour, weather = (found.hour, found.weather) if self.hour is None else self.hour
        items: Mapping[str, Item] = {**found.items, **dict(self.items)} if self.items else found.items
        return WorldState(MappingProxyType(dict(items)), MappingProxyType(people), hour, weather)


class UnplayedCut(Cut):
    """A cut whose stage nobody has set: what its pictures need is asked of its scene, played."""

    __slots__ = ("_real",)
    _real: Callable[[], Cut]

    @classmethod
    def of(cls, known: Mapping[str, Any], real: Callable[[], Cut]) -> UnplayedCut:
        """``known``: its fields but for ``stage``, ``inferred`` and ``rests_on``."""
        cut: UnplayedCut = object.__new__(cls)
        for name, value in known.items():
            setattr(cut, name, value)
        cut._real = real
        return cut

    def __getattr__(self, name: str) -> Any:
        # A slot that has not been filled leads here.
        if name not in _CUT:
            raise AttributeError(name)
        return getattr(self._real(), name)


class UnplayedScene(PlayedScene):
    """Stands for the ``PlayedScene`` that ``play`` gives: the same but for its findings, which nobody is told."""

    __slots__ = ("_leaves", "_play", "_real")
    _leaves: Leaves
    _play: Callable[[], PlayedScene]
    _real: PlayedScene | None

    @classmethod
    def of(cls, known: Mapping[str, Any], leaves: Leaves, play: Callable[[], PlayedScene]) -> UnplayedScene:
        """``known``: its fields but for those that only pictures and a few cues need: ``stage``, ``setups``, ``doings``."""
        scene: UnplayedScene = object.__new__(cls)
        for name, value in {
            **known,
            "findings": (),
            "asked": (),
            "_leaves": leaves,
            "_play": play,
            "_real": None,
        }.items():
            object.__setattr__(scene, name, value)
        return scene

    def real(self) -> PlayedScene:
        """The scene, played when it is first asked for. Raises what ``play`` does."""
        if self._real is None:
            object.__setattr__(self, "_real", self._play())
        assert self._real is not None
        return self._real

    def __getattr__(self, name: str) -> Any:
        # A slot that has not been filled leads here.
        if name not in _SCENE:
            raise AttributeError(name)
        return getattr(self.real(), name)

    def left(self, found: Between) -> Between:
        """What it leaves to the next scene when it was played after ``found``."""
        voice = self.voice if self.voice is not None else found.voice
        ends = {(self.scene.location, name): end for name, end in zip(self.people, self._leaves.ends, strict=True)}
        return Between(
            self._leaves.world(found.world),
            MappingProxyType({**found.seen, **ends}),
            self.join,
            self.cuts[-1].room,
            None if voice is None else voice.later(self.rate.seconds(self.frames)),
            found.frame + self.frames,
        )


def is_as_known(known: UnplayedScene, played: PlayedScene) -> bool:
    """Whether a scene that was played is what is known of it."""
    cuts = zip(known.cuts, played.cuts, strict=False)
    return (
        all(getattr(known, name) == getattr(played, name) for name in _KNOWN)
        and len(known.cuts) == len(played.cuts)
        and all(getattr(a, name) == getattr(b, name) for a, b in cuts for name in KNOWN_OF_CUT)
        and all(a.shot.span == b.shot.span for a, b in zip(known.cuts, played.cuts, strict=True))
        and known.left(known.found) == played.left(known.found)
    )


KNOWN_OF_CUT = ("shot", "first", "frames", "head", "tail", "join", "join_frames", "fade_out", "overlays")
_CUT = frozenset(f.name for f in fields(Cut)) - {*KNOWN_OF_CUT}
_SCENE = frozenset({"stage", "setups", "doings"})
_KNOWN = tuple(f.name for f in fields(PlayedScene) if f.name not in {*_SCENE, "cuts", "findings", "asked"})
