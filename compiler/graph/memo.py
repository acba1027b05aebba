"""What lowering remembers from one plan to the next: the fragments of the last one, and nothing older.

A fragment is used again only for the very shot it was lowered from, under the same settings and where every file it
asked about has the digest it had then.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter

from compiler.graph import params as p
from compiler.graph.codec import Writer
from compiler.graph.facts import Facts, Slot
from compiler.graph.fragment import Fragment, Made
from compiler.staging.model import SpokenLine, TimedShot


@dataclass(frozen=True, slots=True)
class Handle:
    """A handle's clip (``None`` for a card) and how it is encoded, for the transition it goes into."""

    clip: Made | None
    encode: p.EncodeWindow


@dataclass(frozen=True, slots=True)
class LoweredShot:
    """A shot as fragments: its picture, and the stills of it that the report shows."""

    timed: TimedShot
    voices: tuple[Made, ...]
    """What makes the lines that its lips move by."""
    steps: Fragment
    body: tuple[Made, ...]
    head: Handle | None
    tail: Handle | None
    stills: Fragment
    shown: tuple[Made, ...]
    asked: tuple[tuple[str, str | None], ...]
    """Files that were asked about and their digests."""
    judged: tuple[Made, ...] = ()
    """What measures its takes."""

    def serves(self, timed: TimedShot, voices: tuple[Made, ...], files: Mapping[str, str]) -> bool:
        """Whether this is what lowering a shot would give."""
        return (
            self.voices == voices
            and all(now is was or now == was for now, was in zip(_SHOWN(timed), _SHOWN(self.timed), strict=True))
            and all(files.get(path) == digest for path, digest in self.asked)
        )


_PLACED = frozenset({"key", "name", "scene", "first_frame", "source"})
"""Where a shot stands and what it goes by: its fragment does not know."""
_SHOWN = attrgetter(*(f.name for f in fields(TimedShot) if f.name not in _PLACED))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as a fragment; it holds the line, whose identity it goes by."""

    line: SpokenLine
    slot: Slot | None
    steps: Fragment
    made: Made


@dataclass(slots=True)
class Memo:
    """Kept between plans of one film; used for one plan at a time."""

    writer: Writer = field(default_factory=Writer)
    lowered: int = 0
    """Shots that the last plan had to lower."""
    _setting: Hashable = None
    _facts: Facts | None = None
    _as_before: bool = False
    """Whether all facts are what they were at the last plan."""
    _lines: dict[int, _Line] = field(default_factory=dict)
    _shots: dict[int | str, LoweredShot] = field(default_factory=dict)
    _fresh_lines: dict[int, _Line] = field(default_factory=dict)
    _fresh_shots: dict[int | str, LoweredShot] = field(default_factory=dict)

    def begin(self, setting: Hashable, facts: Facts) -> None:
        """Begin a plan; under another setting nothing of the last one can be used."""
        self.lowered = 0
        self._as_before, self._facts = facts == self._facts, facts
        self._lines, self._fresh_lines = self._fresh_lines, {}
        self._shots, self._fresh_shots = self._fresh_shots, {}
        if setting != self._setting:
            self._setting = setting
            self._lines, self._shots = {}, {}

    def line(self, line: SpokenLine, facts: Facts) -> tuple[Fragment, Made] | None:
        """The fragment of the very line, if it has the slot it had."""
        known = self._lines.get(id(line))
        if known is None or not (self._as_before or known.slot == facts.slot(line)):
            return None
        self._fresh_lines[id(line)] = known
        return known.steps, known.made

    def keep_line(self, line: SpokenLine, facts: Facts, steps: Fragment, made: Made) -> None:
        self._fresh_lines[id(line)] = _Line(line, facts.slot(line), steps, made)

    def shot(self, timed: TimedShot, voices: tuple[Made, ...], files: Mapping[str, str]) -> LoweredShot | None:
        """What a shot was lowered to, if it is what it was."""
        for key in (id(timed.shot), timed.key):
            known = self._shots.get(key)
            if known is not None and known.serves(timed, voices, files):
                self.keep_shot(timed, known)
                return known
        return None

    def keep_shot(self, timed: TimedShot, lowered: LoweredShot) -> None:
        self._fresh_shots[id(timed.shot)] = self._fresh_shots[timed.key] = lowered


class Asked(Mapping[str, str]):
    """A mapping that remembers what it was asked, and what it answered."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values_of, self.asked = values, dict[str, str | None]()

    def __getitem__(self, key: str) -> str:
        found = self.asked[key] = self.values_of.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        raise TypeError("only single values are asked for here")

    def __len__(self) -> int:
        return len(self.values_of)
