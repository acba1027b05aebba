"""Planning: (checked film, facts, tools, options) → task graph. Pure; the heart of the facts loop.

The runtime runs what a plan asks for, puts what it learned among the facts and plans again; it stops when a
plan asks for nothing new.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from compiler.collecting import uncollected
from compiler.diagnostics import Diagnostic, Report
from compiler.graph.calls import Call
from compiler.graph.choose import Choice, all_takes, choose, cuts
from compiler.graph.demands import Demand, demands, report_demands
from compiler.graph.facts import Facts
from compiler.graph.fragment import Lowered, PlannedShot
from compiler.graph.kept import Shelf
from compiler.graph.keys import Tools
from compiler.graph.lower import SCORES, TAKES, lower_film
from compiler.graph.memo import Memo
from compiler.graph.recut import recut
from compiler.graph.task import Graph
from compiler.identity import as_first_named
from compiler.limits import FILM_SECONDS, TASKS, Limit
from compiler.meaning.film import Film
from compiler.passes.program import Program, Setting
from compiler.passes.run import run_calls, run_tasks, verify_passes
from compiler.profiles import PROFILES
from compiler.shelved import Shelved
from compiler.shelved_plays import ShelvedPlays
from compiler.staging.model import Timeline
from compiler.staging.numbers import find_shot
from compiler.staging.stage import PlayedFilm


class NoSuchShotError(LookupError):
    """A film has no shot of the name asked for; ``known`` are the names it has."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no shot called {name!r}")
        self.name, self.known = name, known


class FilmTooLargeError(ValueError):
    """A film that passes a limit once it is timed and planned; ``limit`` says which."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(f"{limit.what} has at most {limit.value:,} {limit.unit}")
        self.limit = limit


@dataclass(frozen=True)
class Plan:
    """What is to be made: the staged film, its tasks after the passes and their recipe keys."""

    film: Film
    timeline: Timeline
    graph: Graph
    recipes: tuple[str, ...]
    fragments: Lowered = field(repr=False, compare=False)
    """The film as it was lowered."""
    tools: Tools = field(repr=False, compare=False)
    choices: tuple[Choice, ...] = ()
    """Which takes are in the cut, of every shot that has a choice."""
    demands: tuple[Demand, ...] = ()
    """Every requirement, and how it stands."""
    findings: tuple[Diagnostic, ...] = ()
    """What there is to say of picks and requirements; of an unsettled plan, not all of it."""

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Tasks that are best done together, in the order in which they are best begun: advice to a scheduler."""
        singles = tuple((index,) for index in range(len(self.graph.tasks)))
        return run_calls(Program(self.graph, self.recipes, singles), Setting(self.tools)).calls

    @cached_property
    def lowered(self) -> Graph:
        """The graph before the passes."""
        return self.fragments.graph()

    @property
    def shots(self) -> tuple[PlannedShot, ...]:
        """The shots that are planned, for people."""
        return self.fragments.shots

    @property
    def settled(self) -> bool:
        """Whether nothing rests on an estimate any more."""
        return not any(task.provisional for task in self.graph.tasks)


def plan_film(
    film: Film,
    facts: Facts,
    tools: Tools,
    report: Report,
    *,
    profile: str = "previz",
    size: tuple[int, int] | None = None,
    only: str = "",
    verify: bool = False,
    memo: Memo | None = None,
    takes: bool = False,
    shelf: Shelf | None = None,
) -> Plan:
    """Plan a film, or the one shot named, keyed or numbered ``only``. Raises ``NoSuchShotError``, ``FilmTooLargeError``.

    With a ``memo`` what did not change since it was last used is not planned again. ``takes``: nothing of the film, only
    every take that is asked for, with its scores. With a ``shelf`` scenes it has are played and photographed only when
    somebody asks for what is in them: what there is to say of those is then not reported, and whoever reads the plan may
    meet ``KeptWrongError``.
    """
    memo = memo or Memo()
    with uncollected():
        return _planned(film, memo.begin(facts), tools, report, profile, size, only, verify, memo, takes, shelf)


def _planned(
    film: Film,
    facts: Facts,
    tools: Tools,
    report: Report,
    profile: str,
    size: tuple[int, int] | None,
    only: str,
    verify: bool,
    memo: Memo,
    takes: bool,
    shelf: Shelf | None,
) -> Plan:
    named = as_first_named(film)
    plays = ShelvedPlays(shelf, named) if shelf is not None else None
    played = PlayedFilm(named, facts.line, report, size=size, lengths=facts.seconds, memo=memo.staging, resume=plays)
    shelved = Shelved(shelf, played, film, facts, PROFILES[profile], memo) if shelf is not None else None
    timeline = whole = played.timeline() if shelved is None else shelved.timeline()
    if timeline.frames / film.rate.fps > FILM_SECONDS.value:
        raise FilmTooLargeError(FILM_SECONDS)
    key = ""
    if only:
        shot = find_shot(film, timeline.shots, only)
        if shot is None:
            raise NoSuchShotError(only, tuple(s.name for s in timeline.shots))
        key = shot.key
    chosen = Report()
    choices = choose(film, timeline, facts, PROFILES[profile], chosen, only=key, every=takes)
    if takes:
        choices = tuple(all_takes(choice) for choice in choices)
    timeline = recut(timeline, cuts(choices), facts, film.rate)
    lowered = lower_film(film, timeline, facts, PROFILES[profile], key, memo)
    if shelf is not None and shelved is not None and plays is not None:
        new = {**plays.texts(played), **(shelved.texts(whole) if not only else {})}
        if new:
            shelf.put(new)
    if takes:
        lowered = replace(lowered, wanted=tuple(w for w in lowered.wanted if w[0].startswith((SCORES, TAKES))))
    if len(lowered) > TASKS.value:
        raise FilmTooLargeError(TASKS)
    setting = Setting(tools)
    program = run_tasks(lowered, setting, memo.links)
    if verify:
        verify_passes(lowered.graph(), program, setting)
    mixed = next((ref.task for name, ref in program.graph.wanted if name == "loudness"), None)
    sound = facts.values.get(program.keys[mixed]) if mixed is not None and not only else None
    asked = demands(film, timeline, choices, sound, key)
    report_demands(asked, chosen)
    report.items += chosen.items
    found = tuple(chosen.items)
    return Plan(film, timeline, program.graph, program.keys, lowered, tools, choices, asked, found)
