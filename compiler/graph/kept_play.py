"""A played scene as text, and back: how long it is, who says what when, what it leaves; not where anybody stands in between.

The scene itself is not in the text, which names its items by their numbers. Lengths of lines and files, and what the scene
finds, are what they are now: whoever reads a text compares what it hung on (``SceneWords.hung_on``). A text that is wrong can
tell wrong times of a plan that is only looked at; whoever asks for more than times gets the scene played, and
``KeptWrongError`` if that is not what the text says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from compiler.diagnostics import Span
from compiler.graph.codec import Plain, canonical, decode, encode
from compiler.graph.unread import KeptWrongError
from compiler.meaning.film import Action, LightChange, Music, Scene, Shot, Sound, Speech, Title, Transition
from compiler.staging.footage import Lengths
from compiler.staging.house import House
from compiler.staging.model import LineTiming, Overlay, SpokenLine
from compiler.staging.model_people import Posture, Stance
from compiler.staging.play import Between, PlayedScene, play_scene
from compiler.staging.sounds import Breath
from compiler.staging.timing import Noise, Spoken, Voice
from compiler.staging.unplayed import Leaves, PersonLeft, UnplayedCut, UnplayedScene, is_as_known
from compiler.staging.world import DeedKind, Item, Spot

FORMAT = "filmlang kept play 1"


@dataclass(frozen=True, slots=True)
class Finds:
    """What a scene is played from besides its own words, as it is now."""

    house: House
    following: Transition | None
    found: Between
    timing: Callable[[SpokenLine], LineTiming]
    lengths: Lengths


def exact_spans(scene: Scene) -> list[Plain]:
    """Of each action, whether its letters stand in the source just as they are in its text: then so do its sentences."""
    return [item.span.end - item.span.start == len(item.text) for item in scene.items if isinstance(item, Action)]


def play_text(played: PlayedScene, hung_on: str, finds: Finds) -> str | None:
    """A scene's text; ``None`` when it has something no text can say, or would not be read back as it is."""
    try:
        text = canonical([FORMAT, hung_on, _row(played)])
        told = played_of(text, played.scene, finds)
    except (_UntoldError, ValueError, TypeError):
        return None
    if not is_as_known(told[0], played):
        return None
    if repr(told[0].left(played.found)) != repr(played.left(played.found)):
        return None  # -0.0 is 0.0 to ==
    return text


def played_of(text: str, scene: Scene, finds: Finds) -> tuple[UnplayedScene, str]:
    """The scene, and what it hung on. Raises ``ValueError`` for anything ``play_text`` did not write of such a scene."""
    try:
        form, hung_on, row = json.loads(text)
        if form != FORMAT or type(hung_on) is not str:
            raise ValueError("not a kept scene")
        return _played(row, scene, finds), hung_on
    except (TypeError, KeyError, IndexError, AttributeError, RecursionError, ZeroDivisionError, OverflowError) as error:
        raise ValueError(f"not a kept scene: {error}") from error


class _UntoldError(Exception):
    """Something of a scene that no text can say."""


# --- writing ----------------------------------------------------------------------------------------


def _row(played: PlayedScene) -> list[Plain]:
    scene, found = played.scene, played.found
    numbers: dict[int, int] = {id(item): number for number, item in enumerate(scene.items)}

    def number(item: object) -> int:
        if id(item) not in numbers:
            raise _UntoldError
        return numbers[id(item)]

    def transition(join: Transition | None) -> Plain:
        return None if join is None else -1 if join is found.join else number(join)

    def shot(shot: Shot) -> Plain:
        return numbers[id(shot)] if id(shot) in numbers else [_shot(shot), _span(shot.span, scene)]

    def speech(speech: Speech) -> Plain:
        if id(speech) in numbers:
            return numbers[id(speech)]
        for at, item in enumerate(scene.items):
            if isinstance(item, Speech) and item.span == speech.span and replace(speech, cuts=item.cuts) == item:
                return [at, [[word, _shot(shot), _span(shot.span, scene)] for word, shot in speech.cuts]]
        raise _UntoldError

    heard, voice = played.heard, played.voice
    return [
        list(played.people),
        transition(played.opening),
        [
            [
                shot(cut.shot), cut.first, cut.frames, cut.head, cut.tail, cut.join, cut.join_frames, cut.fade_out,
                [[o.text, o.start, o.end, o.style, o.place] for o in cut.overlays],
            ]
            for cut in played.cuts
        ],
        [[speech(s.speech), _time(s.start), s.room, s.until] for s in played.spoken],
        [[number(n.item), _time(n.at), _time(n.zero)] for n in played.noises],
        played.frames,
        [[b.what, _time(b.start), b.seconds, b.seed] for b in played.breaths],
        None if played.cuts_off is None else _time(played.cuts_off),
        None if voice is None else [*map(_time, (voice.free, voice.start, voice.end)), voice.breaks_off],
        transition(played.join),
        [name for name, _ in played.repeated],
        [path for path, _ in played.measured],
        list(map(_time, played.shown)),
        None if heard is None else list(map(_time, heard)),
        _time(played.begins),
        _leaves(played),
    ]  # fmt: skip


def _time(time: Fraction) -> list[Plain]:
    return [time.numerator, time.denominator]


def _shot(shot: Shot) -> Plain:
    """A shot without its spans, if it can be read back."""
    data = encode(shot)
    if repr(replace(decode(Shot, data), span=shot.span)) != repr(shot):
        raise _UntoldError
    return data


def _span(span: Span, scene: Scene) -> list[Plain]:
    """Where something stands: the number of an item, or with two offsets a stretch of one; -1 is the scene's own."""
    if span == scene.span:
        return [-1]
    inside = -1
    for number, item in enumerate(scene.items):
        if item.span == span:
            return [number]
        if isinstance(item, Action) and item.span.file == span.file and item.span.start <= span.start <= item.span.end:
            inside = number
    if inside < 0:
        raise _UntoldError
    begin = scene.items[inside].span.start
    return [inside, span.start - begin, span.end - begin]


def _leaves(played: PlayedScene) -> list[Plain]:
    """What a scene changed of the world."""
    assert played.stage.world is not None
    world, before = played.stage.world.world, played.found.world
    after, deeds = world.at(), world.deeds
    stood, dressed, rode = (
        {deed.who for deed in deeds if deed.kind in kinds}
        for kinds in ((DeedKind.STAND,), (DeedKind.WEAR,), (DeedKind.BOARD, DeedKind.ALIGHT))
    )
    hour = any(deed.kind is DeedKind.HOUR for deed in deeds)
    return [
        [[name, *_item(item)] for name, item in after.items.items() if before.items.get(name) != item],
        [
            [
                name,
                [person.place, _stance(person.stance)] if name in stood else None,
                [None if person.wears is None else list(person.wears)] if name in dressed else None,
                [person.rides, person.seat] if name in rode else None,
            ]
            for name, person in after.people.items()
            if name in stood or name in dressed or name in rode
        ],
        [after.hour, list(after.weather)] if hour else None,
        [_stance(body.stance()) for body in played.stage.bodies.values()],
    ]


def _item(item: Item) -> list[Plain]:
    spot: Plain = None if item.spot is None else [list(item.spot.position), item.spot.yaw]
    return [item.place, spot, item.holder, item.hand, item.inside, item.open, item.level]


def _stance(stance: Stance | None) -> Plain:
    if stance is None:
        return None
    return [list(stance.position), stance.yaw, stance.posture.value, stance.seat_height]


# --- reading ----------------------------------------------------------------------------------------


def _played(row: list[Any], scene: Scene, finds: Finds) -> UnplayedScene:
    (
        people, opening, cuts, spoken, noises, frames, breaths, cuts_off, voice, join, repeated, measured, shown, heard,
        begins, leaves,
    ) = row  # fmt: skip
    house, found, items = finds.house, finds.found, scene.items
    _need(len(cuts) > 0 and all(type(name) is str for name in (*people, *repeated, *measured)))
    _need(_whole(frames))

    def transition(number: Any) -> Transition | None:
        if number is None:
            return None
        made = found.join if number == -1 else items[_index(number)]
        _need(isinstance(made, Transition))
        return made if isinstance(made, Transition) else None

    known = {
        "scene": scene,
        "following": finds.following,
        "people": tuple(people),
        "opening": transition(opening),
        "spoken": [_spoken(said, scene, finds) for said in spoken],
        "noises": [
            Noise(_noise(items[_index(number)]), _read_time(at), _read_time(zero)) for number, at, zero in noises
        ],
        "rate": house.film.rate,
        "frames": frames,
        "breaths": tuple(_breath(*breath) for breath in breaths),
        "cuts_off": None if cuts_off is None else _read_time(cuts_off),
        "voice": None if voice is None else _voice(*voice),
        "join": transition(join),
        "found": found,
        "repeated": tuple((name, house.shots.get(name)) for name in repeated),
        "measured": tuple((path, finds.lengths(path)) for path in measured),
        "shown": _two_times(shown),
        "heard": None if heard is None else _two_times(heard),
        "begins": _read_time(begins),
    }

    def play() -> PlayedScene:
        played = play_scene(house, scene, finds.following, found, finds.timing, finds.lengths)
        if not is_as_known(unplayed, played):
            raise KeptWrongError(f"the scene {scene.heading!r} plays otherwise")
        return played

    unplayed = UnplayedScene.of(known, _read_leaves(leaves, len(people)), play)
    made = [_cut(number, cut, scene, unplayed) for number, cut in enumerate(cuts)]
    object.__setattr__(unplayed, "cuts", made)
    return unplayed


def _cut(number: int, row: list[Any], scene: Scene, of: UnplayedScene) -> UnplayedCut:
    shot, first, frames, head, tail, join, join_frames, fade_out, overlays = row
    _need(type(first) is int and abs(first) < _MOST and frames != 0 and join in _JOINS)
    _need(all(map(_whole, (frames, head, tail, join_frames, fade_out))) and frames > head)
    written = scene.items[_index(shot)] if type(shot) is int else _read_shot(shot[0], shot[1], scene)
    _need(isinstance(written, Shot))
    titles = [Overlay(*overlay) for overlay in overlays]
    _need(all(type(v) is kind for o in overlays for v, kind in zip(o, _OVERLAY, strict=True)))
    known = {
        "shot": written, "first": first, "frames": frames, "head": head, "tail": tail, "join": join,
        "join_frames": join_frames, "fade_out": fade_out, "overlays": titles,
    }  # fmt: skip
    return UnplayedCut.of(known, lambda: of.real().cuts[number])


def _spoken(row: list[Any], scene: Scene, finds: Finds) -> Spoken:
    speech, start, room, until = row
    _need(type(room) is str and type(until) in (int, float))
    if type(speech) is int:
        said = scene.items[_index(speech)]
        _need(isinstance(said, Speech))
    else:
        number, cuts = speech
        said = scene.items[_index(number)]
        _need(isinstance(said, Speech) and all(_whole(word) for word, _, _ in cuts))
        if isinstance(said, Speech):
            said = replace(said, cuts=tuple((word, _read_shot(shot, span, scene)) for word, shot, span in cuts))
    assert isinstance(said, Speech)
    line = finds.house.line_of(said)
    return Spoken(said, line, finds.timing(line), _read_time(start), room, until)


def _read_shot(data: Any, span: Any, scene: Scene) -> Shot:
    number, *offsets = span
    at = scene.span if number == -1 else scene.items[_index(number)].span
    if offsets:
        begin, end = offsets
        _need(_whole(begin) and _whole(end) and begin <= end)
        at = Span(at.start + begin, at.start + end, at.file)
    return replace(decode(Shot, data), span=at)


def _noise(item: object) -> Sound | Music | LightChange | Title:
    if not isinstance(item, Sound | Music | LightChange | Title):
        raise ValueError("not heard")
    return item


def _breath(what: Any, start: Any, seconds: Any, seed: Any) -> Breath:
    _need(type(what) is str and type(seconds) in (int, float) and type(seed) is int)
    return Breath(what, _read_time(start), seconds, seed)


def _voice(free: Any, start: Any, end: Any, breaks_off: Any) -> Voice:
    _need(type(breaks_off) is bool)
    return Voice(_read_time(free), _read_time(start), _read_time(end), breaks_off)


def _read_leaves(row: list[Any], count: int) -> Leaves:
    items, people, hour, ends = row
    _need(len(ends) == count and all(type(name) is str for name, *_ in (*items, *people)))
    return Leaves(
        tuple((name, _read_item(*item)) for name, *item in items),
        tuple(_person(*person) for person in people),
        None if hour is None else (_text(hour[0]), tuple(map(_text, hour[1]))),
        tuple(_read_stance(end) for end in ends),
    )


def _person(name: str, stands: Any, wears: Any, rides: Any) -> PersonLeft:
    if rides is not None:
        _need(type(rides[0]) is str and _whole(rides[1]))
    return PersonLeft(
        name,
        None if stands is None else (_text(stands[0]), None if stands[1] is None else _read_stance(stands[1])),
        None if wears is None else (None if wears[0] is None else tuple(map(_text, wears[0])),),
        None if rides is None else (rides[0], rides[1]),
    )


def _read_item(place: Any, spot: Any, holder: Any, hand: Any, inside: Any, opened: Any, level: Any) -> Item:
    _need(all(type(word) is str for word in (place, holder, hand, inside)) and type(opened) in (int, float))
    _need(level is None or type(level) in (int, float))
    at = None if spot is None else Spot(_point(spot[0]), _figure(spot[1]))
    return Item(place, at, holder, hand, inside, opened, level)


def _read_stance(row: Any) -> Stance:
    position, yaw, posture, seat = row
    return Stance(_point(position), _figure(yaw), Posture(posture), _figure(seat))


def _point(row: Any) -> tuple[float, float, float]:
    x, y, z = map(_figure, row)
    return x, y, z


def _figure(value: Any) -> float:
    _need(type(value) in (int, float) and abs(value) < _MOST)
    return value  # type: ignore[no-any-return]


def _read_time(row: Any) -> Fraction:
    over, under = row
    _need(type(over) is int and type(under) is int and under > 0 and abs(over) < _MOST * under)
    return Fraction(over, under)


def _two_times(row: Any) -> tuple[Fraction, Fraction]:
    begin, end = map(_read_time, row)
    return begin, end


def _index(number: Any) -> int:
    _need(_whole(number))
    return number  # type: ignore[no-any-return]


def _text(value: Any) -> str:
    _need(type(value) is str)
    return value  # type: ignore[no-any-return]


def _whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _need(told: bool) -> None:
    if not told:
        raise ValueError("not a kept scene")


_MOST = 10_000_000
"""Frames, seconds and metres are far below this."""
_JOINS = frozenset({"cut", "dissolve", "wipe", "fade in"})
_OVERLAY = (str, float, float, str, str)
