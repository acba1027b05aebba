"""What one body has done in a scene, in the order it was settled, found again by when it was.

A scene may hold thousands of acts and thousands of shots that each ask for a moment of it, so nothing here looks at more
acts than were going on around the moment asked for: each kind of question has a ``Track`` of the acts that can answer it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import inf
from typing import overload

from compiler.staging.model import Act, ActKind, Stance
from compiler.staging.space import floated

FOREVER = Fraction(10**6)
"""Until when that stays which nothing has ended."""
_BRIEF = 20.0
"""Seconds: what may be seen for longer is looked at for every shot, what may not only for those near it."""
_AFTER = 3.0
"""Seconds for which the end of an act may be seen at most: a body settles, a hand goes back."""


@dataclass(frozen=True, slots=True)
class Did:
    """An act on the scene's clock. ``after`` is the stance it leaves; ``until`` is how long its effect stays."""

    act: Act
    start: Fraction
    end: Fraction
    after: Stance | None = None
    until: Fraction | None = None
    speech: int = -1
    begin: float = field(init=False, repr=False, compare=False)
    finish: float = field(init=False, repr=False, compare=False)
    """``start`` and ``end`` as floats: what is searched by, since comparing fractions costs ten times as much."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "begin", floated(self.start))
        object.__setattr__(self, "finish", floated(self.end))


@dataclass(slots=True)
class Track:
    """Some of what a body did, in the order it was settled, which need not be the order of time."""

    over: Callable[[Did], float]
    """When one has no more effect."""
    items: list[Did] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    """Where each stands in the whole history."""
    _over: list[float] = field(default_factory=list)
    """When all up to this one are over."""
    _next: list[float] = field(default_factory=list)
    """When the earliest begins, from this one on."""

    def add(self, did: Did, place: int) -> None:
        self.items.append(did)
        self.places.append(place)
        self._over.append(max(self.over(did), self._over[-1] if self._over else -inf))
        self._next.append(did.begin)
        at = len(self._next) - 2
        while at >= 0 and self._next[at] > did.begin:
            self._next[at] = did.begin
            at -= 1

    def put(self, did: Did, place: int) -> None:
        """Another at the place of one that began when it does, if that is here."""
        first = bisect_left(self.places, place)
        if self.places[first : first + 1] != [place]:
            return
        self.items[first] = did
        most = self._over[first - 1] if first else -inf
        for at in range(first, len(self.items)):
            most = self._over[at] = max(most, self.over(self.items[at]))

    def around(self, first: float, last: float) -> tuple[int, int]:
        """Bounds within ``items``: all before were over before ``first``, all behind begin at ``last`` or later."""
        return bisect_left(self._over, first), bisect_left(self._next, last)

    def between(self, first: float, last: float) -> list[Did]:
        """Those between the bounds: whatever has an effect in [first, last) is among them."""
        begin, end = self.around(first, last)
        return self.items[begin:end]


class History(Sequence[Did]):
    """All that a body did: ``moves`` leave another stance, ``reaches`` are a hand's."""

    __slots__ = (
        "_all",
        "_closed",
        "_faces",
        "_kept",
        "_look_begins",
        "_looks",
        "_looks_by_time",
        "_sight",
        "moves",
        "reaches",
    )

    def __init__(self) -> None:
        self.moves = Track(_moved)
        self.reaches = Track(_let_go)
        self._all: list[Did] = []
        self._looks = Track(_finished)
        self._faces = Track(_finished)
        self._looks_by_time: list[Did] = []
        self._look_begins: list[float] = []
        self._kept: dict[int, None] = {}
        """Places of what stays until something ends it, less looks and faces."""
        self._closed: list[int] = []
        """Places where eyes were closed."""
        self._sight: _Sight | None = None

    @overload
    def __getitem__(self, index: int) -> Did: ...
    @overload
    def __getitem__(self, index: slice) -> list[Did]: ...
    def __getitem__(self, index: int | slice) -> Did | list[Did]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Did]:
        return iter(self._all)

    def append(self, did: Did) -> None:
        place = len(self._all)
        self._all.append(did)
        self._sight = None
        if did.after is not None:
            self.moves.add(did, place)
        match did.act.kind:
            case ActKind.LOOK:
                self._looks.add(did, place)
                at = bisect_left(self._look_begins, did.begin)
                if self._look_begins[at : at + 1] != [did.begin]:
                    self._look_begins.insert(at, did.begin)
                    self._looks_by_time.insert(at, did)
                return
            case ActKind.EMOTE:
                self._faces.add(did, place)
                return
            case ActKind.REACH:
                self.reaches.add(did, place)
            case ActKind.CLOSE_EYES:
                self._closed.append(place)
        if did.until == FOREVER:
            self._kept[place] = None

    def kept(self, *kinds: ActKind) -> list[Did]:
        """What nothing has ended yet, of some kinds, in the order it was done."""
        return [self._all[place] for place in self._kept if self._all[place].act.kind in kinds]

    def end(self, which: Callable[[Did], bool], start: Fraction) -> None:
        """Ends what is meant, of all that nothing has ended yet: at ``start``, or when it is done."""
        for place in [place for place in self._kept if which(self._all[place])]:
            self._put(place, replace(self._all[place], until=max(start, self._all[place].end)))

    def open_eyes(self, start: Fraction) -> None:
        """Eyes that would be closed after ``start`` are open from then on."""
        for place in self._closed:
            did = self._all[place]
            if (did.until or did.end) > start:
                self._put(place, replace(did, until=start))

    def break_off(self, speech: int, end: Fraction) -> None:
        """A speech ends otherwise than was thought when it began."""
        for place in range(len(self._all) - 1, -1, -1):
            if self._all[place].speech == speech:
                self._put(place, replace(self._all[place], end=end))
                return

    def _put(self, place: int, did: Did) -> None:
        self._all[place] = did
        self._sight = None
        self.moves.put(did, place)
        self.reaches.put(did, place)
        if did.until != FOREVER:
            self._kept.pop(place, None)

    def look_at(self, moment: float) -> Did | None:
        """The look that began last at or before a moment; of several that began at once, the first."""
        at = bisect_right(self._look_begins, moment)
        return self._looks_by_time[at - 1] if at else None

    def seen(self, first: float, last: float) -> list[Did]:
        """Whatever may be seen in [first, last], in order; of looks and faces over by ``first``, only the last done."""
        if self._sight is None:
            self._sight = _Sight(self._all)
        places = self._sight.between(first, last)
        for track in (self._looks, self._faces):
            begin, end = track.around(first, last)
            over = begin - 1
            for at in range(begin, end):
                did = track.items[at]
                if did.finish <= first:
                    over = at
                elif did.begin < last:
                    places.append(track.places[at])
            if over >= 0:
                places.append(track.places[over])
        return [self._all[place] for place in sorted(places)]


class _Sight:
    """What may be seen when, of all but looks and faces."""

    __slots__ = ("begins", "brief", "long")

    def __init__(self, did: Sequence[Did]) -> None:
        spans = [(d.begin, _gone(d), place) for place, d in enumerate(did) if d.act.kind not in _FLEETING]
        brief = sorted((begin, place) for begin, gone, place in spans if gone - begin <= _BRIEF)
        self.begins = [begin for begin, _ in brief]
        self.brief = [place for _, place in brief]
        self.long = [span for span in spans if span[1] - span[0] > _BRIEF]

    def between(self, first: float, last: float) -> list[int]:
        """Their places, in no order."""
        near = self.brief[bisect_left(self.begins, first - _BRIEF) : bisect_left(self.begins, last)]
        return near + [place for begin, gone, place in self.long if begin < last and gone >= first]


_FLEETING = (ActKind.LOOK, ActKind.EMOTE)
"""What the next of its kind takes the place of."""


def _finished(did: Did) -> float:
    return did.finish


def _moved(did: Did) -> float:
    return did.finish if did.until is None or did.until == FOREVER else max(did.finish, float(did.until))


def _let_go(did: Did) -> float:
    return inf if did.until is None or did.until == FOREVER else max(did.finish, float(did.until))


def _gone(did: Did) -> float:
    return max(did.finish, 0.0 if did.until is None else float(did.until)) + _AFTER
