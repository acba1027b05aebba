"""What was staged last, so that a scene nothing has touched is neither played nor shot again.

A scene is what it was when it is the very same object (or the same to the last span), finds what it found, and all it looked
up besides (people, its place, named shots, the lengths of lines and of files) is what it was. Only what the last run used is
kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from compiler.meaning.film import Character, Composite, Film, Location, Look, Scene, Transition
from compiler.staging.camera import Camera
from compiler.staging.footage import Lengths, no_lengths
from compiler.staging.house import House
from compiler.staging.identical import identical
from compiler.staging.model import LineTiming, SpokenLine, StagedShot
from compiler.staging.pictures import SeenScene, Sight, Views, look_at_scene, look_of, shoot_scene
from compiler.staging.play import Between, PlayedScene, play_scene
from compiler.staging.unplayed import UnplayedScene
from compiler.staging.world import WorldState


@dataclass(slots=True)
class Work:
    """What the last run had to do: scenes played and looked at, of how many."""

    scenes: int = 0
    played: int = 0
    seen: int = 0


@dataclass(slots=True)
class _View:
    """A scene as it was looked at, and what that hung on."""

    sight: Sight
    before: Camera | None
    seen: SeenScene
    looks: tuple[str, tuple[Look, ...]]
    """The film's look and looks."""


@dataclass(slots=True)
class _Entry:
    """A scene as it was played last, and what that hung on besides its own words."""

    played: PlayedScene
    following: Transition | None
    cast: tuple[Character, ...]
    location: Location | None
    shot: _View | None = None
    looked: _View | None = None
    left: tuple[Between | None, Between] | None = None
    """What was left last, and what had been found then; ``None`` = the scene was another one."""


class StagingMemo:
    """Hand the same one to ``stage_film`` or ``rehearse_film`` again and again: each does only what is new to it."""

    def __init__(self) -> None:
        self.work = Work()
        """What the last run had to do."""
        self._house: House | None = None
        self._timing: Callable[[SpokenLine], LineTiming] | None = None
        self._lengths: Lengths = no_lengths
        self._certain = False
        """Whether lines are known to be as long as they were."""
        self._entries: dict[tuple[int, int], _Entry] = {}
        """By the scene's identity, and which such it is, for a film may have a scene twice."""
        self._kept: dict[tuple[int, int], _Entry] = {}
        self._now: dict[int, _Entry] = {}
        """By the identity of what was played in this run."""
        self._by_key: dict[str, _Entry] | None = None
        self._staged: dict[str, list[StagedShot]] = {}
        """By key, the shots of the last run that took pictures."""
        self._pictured = False
        """Whether this run takes pictures."""

    def begin(self, film: Film, timing: Callable[[SpokenLine], LineTiming], lengths: Lengths) -> House:
        """A new run: the cast and the places of the film."""
        self.work = Work()
        before = self._house
        if before is None or not _declares_the_same(before.film, film):
            self._entries, before = {}, None
        self._certain = before is not None and self._timing is not None and _same_function(self._timing, timing)
        self._house = House(film) if before is None else before.of(film)
        self._timing, self._lengths = timing, lengths
        self._kept, self._now = {}, {}
        self._by_key, self._pictured = None, False
        return self._house

    def play(
        self,
        scene: Scene,
        following: Transition | None,
        found: Between,
        resume: Callable[[], PlayedScene | None] = lambda: None,
    ) -> PlayedScene:
        """The scene as it is played after what is found; ``resume`` may know it without its being played."""
        assert self._house is not None
        assert self._timing is not None
        self.work.scenes += 1
        key = self._key(scene)
        old = self._entries.get(key) or self._of_key(scene)
        if old is None or not self._same_scene(old, scene) or not self._as_it_was(old, following, found):
            resumed = resume()
            self.work.played += resumed is None
            played = resumed or play_scene(self._house, scene, following, found, self._timing, self._lengths)
            names = dict.fromkeys([*played.people, *(s.speech.character for s in played.spoken)])
            cast = tuple(map(self._house.character, names))
            left = None if old is None or old.left is None else (None, old.left[1])
            old = _Entry(played, following, cast, self._house.location(scene.location), left=left)
        self._kept[key] = old
        self._now[id(old.played)] = old
        return old.played

    def left(self, played: PlayedScene, found: Between) -> Between:
        """What a scene played in this run leaves; the very same as last when it is equal, so that what follows is known at once."""
        entry = self._now[id(played)]
        if entry.left is None or entry.left[0] is not found:
            left = played.left(found)
            last = left if entry.left is None else entry.left[1]
            entry.left = found, last if last == left and _same_transition(last.join, left.join) else left
        return entry.left[1]

    def awake(self, unplayed: UnplayedScene) -> PlayedScene:
        """A scene that was resumed in this run, played."""
        real = unplayed.real()
        entry = self._now[id(real)] = self._now[id(unplayed)]
        entry.played = real
        return real

    def see(self, views: Views, index: int, before: Camera | None, *, pictures: bool) -> SeenScene:
        """The scene looked at, after a picture taken by the camera ``before``; with its shots when ``pictures``."""
        assert self._house is not None
        house, film = self._house, self._house.film
        played = views.reel.scenes[index].played
        entry, sight = self._now[id(played)], views.sight(index)
        looks = (film.look, film.looks)
        old = entry.shot if pictures else entry.shot or entry.looked
        self._pictured = self._pictured or pictures
        if old is not None and old.looks != looks and any(shot.panels for shot in old.seen.shots):
            old = None  # a panel has the look of a shot of its own
        if old is not None and self._looks_the_same(old, sight, before, played):
            if pictures and old.looks != looks:
                old.seen, old.looks = _regraded(old.seen, played.scene, film), looks
            return old.seen
        self.work.seen += 1
        if pictures:
            seen = self._interned(shoot_scene(house, views, index, sight, before, self._lengths))
            entry.shot = _View(sight, before, seen, looks)
        else:
            seen = look_at_scene(house, views, index, sight, before, self._lengths)
            entry.shot, entry.looked = None, _View(sight, before, seen, looks)
        return seen

    def finish(self) -> None:
        """The run is over: what it did not use is forgotten."""
        if self._house is not None and self.work.played:
            self._house.forget(
                (entry.played.scene, cut.shot.light) for entry in self._kept.values() for cut in entry.played.cuts
            )
        self._entries, self._by_key = self._kept, None
        if self._pictured:
            self._staged = {}
            for entry in self._entries.values():
                for shot in entry.shot.seen.shots if entry.shot is not None else ():
                    self._staged.setdefault(shot.cut.shot.key, []).append(shot.shot)

    def _key(self, scene: Scene) -> tuple[int, int]:
        turn = 0
        while (id(scene), turn) in self._kept:
            turn += 1
        return id(scene), turn

    def _of_key(self, scene: Scene) -> _Entry | None:
        """What was played last of a scene that was resolved anew."""
        if self._by_key is None:
            self._by_key = {entry.played.scene.key: entry for entry in self._entries.values()}
        return self._by_key.get(scene.key)

    def _same_scene(self, entry: _Entry, scene: Scene) -> bool:
        """Whether a scene is the one that was played, or the same to the last span."""
        return entry.played.scene is scene or identical(entry.played.scene, scene)

    def _as_it_was(self, entry: _Entry, following: Transition | None, found: Between) -> bool:
        house, played = self._house, entry.played
        assert house is not None
        assert self._timing is not None
        return (
            entry.following == following
            and entry.location == house.location(played.scene.location)
            and all(one == house.character(one.name) for one in entry.cast)
            and all(house.shots.get(name) == shot for name, shot in played.repeated)
            and all(self._lengths(path) == length for path, length in played.measured)
            and (self._certain or all(self._timing(s.line) == s.timing for s in played.spoken))
            and finds_the_same(played, found)
        )

    def _looks_the_same(self, old: _View, sight: Sight, before: Camera | None, played: PlayedScene) -> bool:
        first = played.cuts[0].shot
        goes_on = first.continues or first.match or isinstance(first.source, Composite)
        return (
            old.seen.alone
            and old.sight == sight
            and (old.before is before or not goes_on)
            and all(self._lengths(path) == length for path, length in old.seen.measured)
        )

    def _interned(self, seen: SeenScene) -> SeenScene:
        """With the very shots of the last run where they are what they were."""
        shots = []
        for shot in seen.shots:
            old = next((old for old in self._staged.get(shot.cut.shot.key, ()) if old == shot.shot), shot.shot)
            shots.append(replace(shot, shot=old))
        return replace(seen, shots=tuple(shots))


def finds_the_same(played: PlayedScene, found: Between) -> bool:
    """Whether a scene would be played the same after something else: only what it can notice counts."""
    was = played.found
    if was is found:
        return True
    place = played.scene.location
    return (
        _same_transition(was.join, found.join)
        and _same_world(was.world, found.world)
        and all(was.seen.get((place, name)) == found.seen.get((place, name)) for name in played.people)
        and played.notices_room(was.room) == played.notices_room(found.room)
        and played.notices_voice(was) == played.notices_voice(found)
    )


def _same_world(one: WorldState, other: WorldState) -> bool:
    """Whether two states are one to a scene: where people stood is told by ``Between.seen``, the hour by the scene."""
    if one is other:
        return True
    if one.items is not other.items and one.items != other.items:
        return False
    return one.people is other.people or all(
        (a.wears, a.rides, a.seat) == (b.wears, b.rides, b.seat)
        for a, b in ((one.person(n), other.person(n)) for n in {*one.people, *other.people})
    )


def _same_transition(one: Transition | None, other: Transition | None) -> bool:
    return one is other or (one is not None and other is not None and one == other and one.span == other.span)


def _declares_the_same(one: Film, other: Film) -> bool:
    """Whether all is the same that any scene may look up, but for people's and places' own descriptions and the looks."""
    if (one.rate, one.seed) != (other.rate, other.seed):
        return False
    if [(c.name, c.seed) for c in one.characters] != [(c.name, c.seed) for c in other.characters]:
        return False
    return all(
        getattr(one, table) is getattr(other, table) or getattr(one, table) == getattr(other, table)
        for table in ("groups", "props", "plates", "verbs", "deliveries", "pieces", "coverages")
    )


def _same_function(one: Callable[..., object], other: Callable[..., object]) -> bool:
    """Whether two functions answer alike: the same one, or the same method of equal things."""
    if one == other:
        return True
    mine, theirs = getattr(one, "__self__", None), getattr(other, "__self__", None)
    same = getattr(one, "__func__", one) is getattr(other, "__func__", other)
    return same and mine is not None and type(mine) is type(theirs) and bool(mine == theirs)


def _regraded(seen: SeenScene, scene: Scene, film: Film) -> SeenScene:
    """The same pictures under the film's looks as they are now."""
    shots = []
    for shot in seen.shots:
        look = look_of(film, scene, shot.cut.shot)
        shots.append(shot if look == shot.shot.look else replace(shot, shot=replace(shot.shot, look=look)))
    return replace(seen, shots=tuple(shots))
