"""What planning remembers from one plan to the next: the scenes and the fragments of the last one, and nothing older.

A fragment is used again only for the very shot it was lowered from, under the same settings and where every file it
asked about has the digest it had then.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter

from compiler.graph import params as p
from compiler.graph.codec import Writer
from compiler.graph.facts import Facts, Slot
from compiler.graph.fragment import Fragment, Links, Made, Recall
from compiler.staging.memo import StagingMemo
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
    lens: str
    """What it was taken with, for people."""
    people: tuple[str, ...]
    """Who is seen in it, by the names they began with."""
    asked: tuple[tuple[str, str | None], ...]
    """Files that were asked about and their digests."""
    judged: tuple[Made, ...] = ()
    """What measures its takes."""
    kept: tuple[Made, ...] = ()
    """Clips of takes that are wanted for themselves."""

    def serves(self, timed: TimedShot, voices: tuple[Made, ...], files: Mapping[str, str]) -> bool:
        """Whether this is what lowering a shot would give."""
        return (
            self.voices == voices
            and _SHOWN(timed) == _SHOWN(self.timed)
            and all(files.get(path) == digest for path, digest in self.asked)
        )


_PLACED = frozenset({"key", "name", "scene", "first_frame", "source"})
"""Where a shot stands and what it goes by: its fragment does not know."""
_SHOWN = attrgetter(*(f.name for f in fields(TimedShot) if f.name not in _PLACED))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as a fragment."""

    slot: Slot | None
    steps: Fragment
    made: Made


@dataclass(frozen=True, slots=True)
class _Row:
    picture: LoweredShot
    of: tuple[object, ...]
    row: p.ReportShot


@dataclass(slots=True)
class Memo:
    """Kept between plans of one film; used for one plan at a time."""

    writer: Writer = field(default_factory=Writer)
    recipes: Recall = field(default_factory=Recall)
    links: Links = field(default_factory=Links)
    staging: StagingMemo = field(default_factory=StagingMemo)
    lowered: int = 0
    """Shots that the last plan had to lower."""
    _setting: Hashable = None
    _facts: Facts | None = None
    _as_before: bool = False
    """Whether all facts are what they were at the last plan."""
    _lines: dict[SpokenLine, _Line] = field(default_factory=dict)
    _shots: dict[int | str, LoweredShot] = field(default_factory=dict)
    _fresh_lines: dict[SpokenLine, _Line] = field(default_factory=dict)
    _fresh_shots: dict[int | str, LoweredShot] = field(default_factory=dict)
    _seeds: dict[int, LoweredShot] = field(default_factory=dict)
    _rows: dict[int, _Row] = field(default_factory=dict)
    _fresh_rows: dict[int, _Row] = field(default_factory=dict)

    def begin(self, facts: Facts) -> Facts:
        """Begin a plan. Returns the facts: those of the last plan, with all that was read out of them, when they are equal.

        They are copied: whoever gave them may write to what they were made of.
        """
        self.lowered = 0
        self._lines, self._fresh_lines = self._fresh_lines, {}
        self._shots, self._fresh_shots = self._fresh_shots, {}
        self._rows, self._fresh_rows = self._fresh_rows, {}
        self._seeds = {}
        self._as_before = facts == self._facts
        if not self._as_before or self._facts is None:
            self._facts = replace(
                facts,
                values=dict(facts.values),
                tools=dict(facts.tools),
                files=dict(facts.files),
                locked=dict(facts.locked),
            )
        return self._facts

    def under(self, setting: Hashable) -> None:
        """Lower under this setting: under another one nothing of the last plan can be used."""
        afresh = setting != self._setting
        if afresh:
            self._setting = setting
            self._lines, self._shots = {}, {}
        self.recipes.begin(afresh=afresh)

    def line(self, line: SpokenLine, facts: Facts) -> tuple[Fragment, Made] | None:
        """The fragment of a line, if it has the slot it had."""
        known = self._lines.get(line)
        if known is None or not (self._as_before or known.slot == facts.slot(line)):
            return None
        self._fresh_lines[line] = known
        return known.steps, known.made

    def keep_line(self, line: SpokenLine, facts: Facts, steps: Fragment, made: Made) -> None:
        self._fresh_lines[line] = _Line(facts.slot(line), steps, made)

    def shot(self, timed: TimedShot, voices: tuple[Made, ...], files: Mapping[str, str]) -> LoweredShot | None:
        """What a shot was lowered to, if it is what it was."""
        for known in (
            self._seeds.get(id(timed.shot)),
            self._shots.get(id(timed.shot)),
            self._shots.get(timed.key),
        ):
            if known is not None and known.serves(timed, voices, files):
                self.keep_shot(timed, known)
                return known
        return None

    def seed(self, lowered: LoweredShot) -> None:
        """Something to be found in this plan, beside what the last one left."""
        self._seeds[id(lowered.timed.shot)] = lowered

    def lowered_as(self, timed: TimedShot) -> LoweredShot | None:
        """What a shot came to in this plan."""
        return self._fresh_shots.get(timed.key)

    def keep_shot(self, timed: TimedShot, lowered: LoweredShot) -> None:
        self._fresh_shots[id(timed.shot)] = self._fresh_shots[timed.key] = lowered

    def row(self, picture: LoweredShot, of: tuple[object, ...], make: Callable[[], p.ReportShot]) -> p.ReportShot:
        """The report's row of a shot, made anew unless it is of what it was of."""
        known = self._rows.get(id(picture))
        if known is None or known.picture is not picture or known.of != of:
            known = _Row(picture, of, make())
        self._fresh_rows[id(picture)] = known
        return known.row


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
