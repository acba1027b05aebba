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

from compiler.meaning.film import Composite, Shot, Transition
from compiler.staging.house import House
from compiler.staging.pictures import Views
from compiler.staging.play import Between, PlayedScene
from compiler.staging.timing import Spoken

FORMAT = "filmlang scene 1"
"""Changes when the same values are written otherwise."""
_TABLES = ("groups", "props", "plates", "looks", "pieces", "verbs", "deliveries", "coverages")


def scene_digests(house: House, views: Views) -> tuple[str, ...]:
    """A digest for each scene of a film that was played, before any picture is taken: 32 hex digits.

    It covers all that the scene's shots come from: every ``SceneShot`` (the ``StagedShot``, lines, exactness, panels, join,
    fade and place in the scene) is equal where digests are. That is: frame rate, seed, size, look and looks; groups, props,
    plates, pieces, verbs, deliveries and coverage patterns; everybody's name and seed; those who are in the scene or speak in
    it, its place, and the named shots it repeats, each with all that is said of them; the scene without its spans; what it
    found (things, clothes, seats, people where they were last seen, a transition, the last words spoken, as far as it notices
    them); measured lengths of its lines and files; the next scene's transition, what it takes of the last shot and of the last
    speech; speeches and titles of other scenes that reach into it. A scene that begins by matching the picture before it also
    has that scene's digest in its own, and one that shows a shot of another scene that of the whole film.

    Not covered: the code of staging and what the standard library's tables say (a digest of those belongs beside it), and where
    spans are: findings, and ``TimedShot.source``, ``scene`` and ``first_frame``, are not told by it.
    """
    film = house.film
    declared = _hashed(
        FORMAT,
        film.rate,
        film.seed,
        film.look,
        [(c.name, c.seed) for c in film.characters],
        *(getattr(film, table) for table in _TABLES),
    )
    written: dict[int, tuple[object, str]] = {}
    own = [_own(house, views, index, declared, written) for index in range(len(views.reel.scenes))]
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


def _own(house: House, views: Views, index: int, declared: str, written: dict[int, tuple[object, str]]) -> str:
    """The digest of a scene by itself."""
    played, sight = views.reel.scenes[index].played, views.sight(index)
    cast = dict.fromkeys([*played.stage.bodies, *(s.speech.character for s in played.spoken)])
    following = views.reel.played[index + 1].scene.items[:1] if index + 1 < len(views.reel.played) else ()
    return _hashed(
        declared,
        *(_remembered(house.character(name), written) for name in cast),
        _remembered(house.location(played.scene.location), written),
        played.scene,
        played.repeated,
        played.measured,
        _noticed(played, played.found),
        following if following and isinstance(following[0], Transition) else (),
        [(s.timing.seconds, s.timing.words) if s.timing.exact else None for s in played.spoken],
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
        [(name, found.seen.get((place, name))) for name in played.stage.bodies],
        found.world.items,
        sorted((name, p.wears, p.rides, p.seat) for name, p in found.world.people.items() if p.wears or p.rides),
    )


def _heard(spoken: Spoken) -> tuple[object, ...]:
    return spoken.line, spoken.speech.character, spoken.speech.voice_over, spoken.start, spoken.end, spoken.timing.exact


def _remembered(value: object, written: dict[int, tuple[object, str]]) -> str:
    """A declared thing, written once however many scenes have it."""
    known = written.get(id(value))
    if known is None:
        known = written[id(value)] = value, _hashed(value)  # the value too: its identity is its own while it lives
    return known[1]


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
