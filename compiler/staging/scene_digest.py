"""What the pictures of a scene are made of, in one short word that is the same in every process.

Whoever keeps what was made of a scene's shots looks it up by ``SceneDigests``: two scenes of one digest give equal shots.
Values are written without spans, so comments, line breaks and moving a scene change no digest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from compiler.meaning.film import Composite, Scene, Shot, Transition
from compiler.staging.house import House
from compiler.staging.pictures import Views
from compiler.staging.play import Between, PlayedScene
from compiler.staging.timing import Spoken

FORMAT = "filmlang scene 2"
"""Changes when the same values are written otherwise."""
_TABLES = ("groups", "props", "plates", "pieces", "verbs", "deliveries", "coverages")


class SceneWords:
    """Digests of what a film's scenes are played from; each is taken once. 32 hex digits, the same in every process."""

    def __init__(self, house: House) -> None:
        film = house.film
        self.house = house
        self._declared = _hashed(
            FORMAT,
            film.rate,
            film.seed,
            [(c.name, c.seed) for c in film.characters],
            *(getattr(film, table) for table in _TABLES),
        )
        self._written: dict[int, tuple[object, str]] = {}
        self._scenes: dict[tuple[int, int], tuple[object, str]] = {}
        self._hung: dict[int, tuple[object, str]] = {}

    def written(self, scene: Scene, following: Transition | None) -> str:
        """All that a scene is played from and that is known before it is played, but for what it finds: frame rate, seed,
        groups, props, plates, pieces, verbs, deliveries and coverage patterns; everybody's name and seed; its place, the
        scene without its spans, and the transition that the next begins with.
        """
        known = self._scenes.get((id(scene), id(following)))
        if known is None:
            words = _hashed(self._declared, self.of(self.house.location(scene.location)), scene, following)
            known = self._scenes[id(scene), id(following)] = (scene, following), words
        return known[1]

    def hung_on(self, played: PlayedScene) -> str:
        """All else that a scene hung on as it was played: those who are in it or speak in it, and the named shots it
        repeats, each with all that is said of them; measured lengths of its lines and files; and what it noticed of what
        it found (things, clothes, seats, people where they were last seen, a transition, the last words spoken).
        """
        known = self._hung.get(id(played))
        if known is None:
            cast = dict.fromkeys([*played.people, *(s.speech.character for s in played.spoken)])
            words = _hashed(
                *(self.of(self.house.character(name)) for name in cast),
                played.repeated,
                played.measured,
                _noticed(played, played.found),
                [(s.timing.seconds, s.timing.words) if s.timing.exact else None for s in played.spoken],
            )
            known = self._hung[id(played)] = played, words
        return known[1]

    def of(self, value: object) -> str:
        """A declared thing, written once however many scenes have it."""
        known = self._written.get(id(value))
        if known is None:
            known = self._written[id(value)] = (
                value,
                _hashed(value),
            )  # the value too: its identity is its own while it lives
        return known[1]


def scene_digests(words: SceneWords, views: Views) -> tuple[str, ...]:
    """A digest for each scene of a film that was played, before any picture is taken: 32 hex digits.

    It covers all that the scene's shots come from: every ``SceneShot`` (the ``StagedShot``, lines, exactness, panels, join,
    fade and place in the scene) is equal where digests are. That is what it was played from (``SceneWords.written`` and
    ``hung_on``); size, look and looks; what the next scene takes of the last shot and of the last speech; speeches and titles
    of other scenes that reach into it. A scene that begins by matching the picture before it also has that scene's digest in
    its own, and one that shows a shot of another scene that of the whole film.

    Not covered: the code of staging and what the standard library's tables say (a digest of those belongs beside it), and where
    spans are: findings, and ``TimedShot.source``, ``scene`` and ``first_frame``, are not told by it.
    """
    film = words.house.film
    looks = _hashed(film.look, film.looks)
    own = [_own(words, views, index, looks) for index in range(len(views.reel.scenes))]
    whole = _hashed(*own)
    found: list[str] = []
    for digest, laid in zip(own, views.reel.scenes, strict=True):
        shots = [cut.shot for cut in laid.played.cuts]
        chained = found[-1] if found and goes_on(shots[0]) else ""
        found.append(_hashed(digest, chained, whole if any(isinstance(s.source, Composite) for s in shots) else ""))
    return tuple(found)


def goes_on(shot: Shot) -> bool:
    """Whether a shot that begins a scene depends on the picture before it."""
    return bool(shot.match) or shot.continues or isinstance(shot.source, Composite)


def _own(words: SceneWords, views: Views, index: int, looks: str) -> str:
    """The digest of a scene by itself."""
    played, sight = views.reel.scenes[index].played, views.sight(index)
    return _hashed(
        looks,
        words.written(played.scene, played.following),
        words.hung_on(played),
        sight.size,
        sight.tail,
        sight.until,
        [_heard(s) for s in sight.earlier],
        [_heard(s) for s in sight.later],
        sight.titles,
    )


def _noticed(played: PlayedScene, found: Between) -> tuple[object, ...]:
    """Of what was left before a scene, what it notices."""
    place = played.scene.location
    return (
        found.join,
        played.notices_room(found.room),
        played.notices_voice(found),
        [(name, found.seen.get((place, name))) for name in played.people],
        found.world.items,
        sorted((name, p.wears, p.rides, p.seat) for name, p in found.world.people.items() if p.wears or p.rides),
    )


def _heard(spoken: Spoken) -> tuple[object, ...]:
    return spoken.line, spoken.speech.character, spoken.speech.voice_over, spoken.start, spoken.end, spoken.timing.exact


def _hashed(*values: object) -> str:
    out: list[str] = []
    for value in values:
        write(value, out)
    return blake2b("".join(out).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def write(value: Any, out: list[str]) -> None:
    """Writes a value so that different values are written differently; fields that ``==`` passes over are left out."""
    _writer(type(value))(value, out)


_Write = Callable[[Any, list[str]], None]


_WRITERS: dict[type[Any], _Write] = {}


def _writer(kind: type[Any]) -> _Write:
    known = _WRITERS.get(kind)
    if known is None:
        known = _WRITERS[kind] = _made_writer(kind)
    return known


def _made_writer(kind: type[Any]) -> _Write:
    if issubclass(kind, Enum):
        return lambda value, out: out.append(f"{kind.__name__}.{value.name};")
    if is_dataclass(kind):
        return _record(kind)
    if issubclass(kind, tuple | list):
        return _row
    if issubclass(kind, dict | MappingProxyType):
        return _table
    if kind in (str, int, float, bool, type(None)):
        return lambda value, out: out.append(f"{value!r};")
    if kind is Fraction:
        return lambda value, out: out.append(f"{value.numerator}/{value.denominator};")
    raise TypeError(f"nothing to be written: {kind.__name__}")


def _row(value: Sequence[Any], out: list[str]) -> None:
    out.append("[")
    for item in value:
        _writer(type(item))(item, out)
    out.append("]")


def _table(value: Mapping[str, Any], out: list[str]) -> None:
    out.append("{")
    for key in sorted(value):
        out.append(f"{key!r}:")
        _writer(type(value[key]))(value[key], out)
    out.append("}")


def _record(kind: type[Any]) -> _Write:
    """Writes the fields of a dataclass that are not what they are when nothing is said."""
    told = [(f.name, _usual(f), f"{f.name}=") for f in fields(kind) if f.compare]
    begin = f"{kind.__name__}("

    def record(value: Any, out: list[str]) -> None:
        out.append(begin)
        for name, usual, label in told:
            held = getattr(value, name)
            if held is usual or (type(held) is type(usual) and held == usual):
                continue
            out.append(label)
            _writer(type(held))(held, out)
        out.append(")")

    return record


def _usual(field: Field[Any]) -> object:
    return _NEVER if field.default is MISSING else field.default


_NEVER = object()
