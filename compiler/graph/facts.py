"""Facts: what is only known after work was done, keyed by recipe, never by shot; and the lengths that are pinned."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from compiler.graph.codec import Writer
from compiler.graph.keys import Tools, recipe_key
from compiler.graph.locked import Locked, as_it_is, can_fit, line_key
from compiler.graph.params import Speak
from compiler.graph.sources import Files, probe_recipe, recording_recipe
from compiler.limits import SHOT_SECONDS
from compiler.picks import Pick
from compiler.staging.model import LineTiming, SpokenLine
from compiler.staging.voicing import estimate

T = TypeVar("T")
_LONGEST = 1e6
"""Seconds that any file lasts."""
_FRACTION = re.compile(r"\d{1,18}(/0*[1-9]\d{0,17})?")
_LOUDEST = 120.0
"""dB that any mix is raised or lowered by."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What a pinned line asks of its voice: to be ``fitted``, not to be, or ``None`` while nobody has voiced it here."""

    locked: Locked
    fitted: bool | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Recipe key → JSON, as the store keeps them, the tools those recipes were made with, and the project's files."""

    values: Mapping[str, str]
    tools: Tools
    files: Files = field(default_factory=dict)
    locked: Mapping[str, Locked] = field(default_factory=dict)
    """Line key (``compiler.graph.locked.line_key``) → its length in the cut, as film.lock has it."""
    picks: tuple[Pick, ...] = ()
    """What the director has put into the cut, as film.picks.toml has it."""
    unsound: list[str] = field(default_factory=list, repr=False, compare=False)
    """Recipes under which something stands that no task of ours would have learned: it counts as not known. Filled as facts
    are read, so that whoever keeps them may let go of it."""
    _lines: dict[SpokenLine, tuple[LineTiming | None, Locked | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _writer: Writer = field(default_factory=Writer, init=False, repr=False, compare=False)
    _timings: dict[SpokenLine, LineTiming] = field(default_factory=dict, init=False, repr=False, compare=False)

    def line(self, line: SpokenLine) -> LineTiming:
        """How long a line is: as it is pinned, else measured if it has been voiced, else estimated (``exact`` says which).

        A pinned length is exact before anybody has voiced the line. One that cannot be fitted is cut to the length it
        has here.
        """
        found = self._timings.get(line)
        if found is None:
            measured, locked = self._known(line)
            if locked is not None and (measured is None or can_fit(measured, locked)):
                found = locked.timing
            else:
                found = estimate(line) if measured is None else measured
            self._timings[line] = found
        return found

    def measured(self, line: SpokenLine) -> LineTiming | None:
        """How long a line is as it was voiced here; ``None`` until it has been."""
        return self._known(line)[0]

    def slot(self, line: SpokenLine) -> Slot | None:
        """What is pinned for a line, and whether its voice has to be fitted to that; ``None`` when nothing is."""
        measured, locked = self._known(line)
        if locked is None or (measured is not None and not can_fit(measured, locked)):
            return None
        return Slot(locked, None if measured is None else not as_it_is(measured, locked))

    def beyond(self, line: SpokenLine) -> tuple[LineTiming, Locked] | None:
        """A voiced line that is too far from its pinned length to be fitted, with that length."""
        measured, locked = self._known(line)
        if locked is None or measured is None or can_fit(measured, locked):
            return None
        return measured, locked

    def seconds(self, path: str) -> Fraction | None:
        """How long a media file of the project is; ``None`` until it has been measured."""
        return self._read(probe_recipe(path, self.files, self.tools), _length)

    def gain(self, recipe: str) -> float | None:
        """The gain in dB (steps of 0.5) that brings a measured mix to its loudness; ``None`` until measured."""
        return self._read(recipe, lambda data: _number(data["gain"], -_LOUDEST, _LOUDEST))

    def _known(self, line: SpokenLine) -> tuple[LineTiming | None, Locked | None]:
        """The measured and the pinned length of a line, looked up once."""
        found = self._lines.get(line)
        if found is None:
            found = self._lines[line] = self._measured(line), self._locked(line)
        return found

    def _measured(self, line: SpokenLine) -> LineTiming | None:
        recipe = (
            recording_recipe(line, self.files, self.tools)
            if line.recording
            else recipe_key(Speak(line), self.tools, self._writer)
        )
        return self._read(recipe, _timing)

    def _read(self, recipe: str, read: Callable[[Any], T]) -> T | None:
        """What is known under a recipe; ``None`` also for what cannot have been learned: a store may come with a clone."""
        known = self.values.get(recipe)
        if known is None:
            return None
        try:
            return read(json.loads(known))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self.unsound.append(recipe)
            return None

    def _locked(self, line: SpokenLine) -> Locked | None:
        """What is pinned, if it can be this line's: a length without a place for each of its words is somebody's mistake."""
        locked = self.locked.get(line_key(line, self.files)) if self.locked else None
        return locked if locked is not None and len(locked.words) == len(line.text.split()) else None


def _timing(data: Any) -> LineTiming:
    seconds = _number(data["seconds"], 0.0, SHOT_SECONDS.value)
    words = tuple((_number(a, 0.0, _LONGEST), _number(b, 0.0, _LONGEST)) for a, b in data["words"])
    return LineTiming(seconds, words, True)


def _length(data: Any) -> Fraction:
    said = data["seconds"]
    if not isinstance(said, str) or _FRACTION.fullmatch(said) is None:
        return Fraction(_number(said, 0.0, _LONGEST)).limit_denominator(10_000)
    seconds = Fraction(said)
    _number(float(seconds), 0.0, _LONGEST)
    return seconds.limit_denominator(10_000)


def _number(value: object, least: float, most: float) -> float:
    """A number between two others. Raises ``ValueError``."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"no number from {least} to {most}")
    return float(value)
