"""A warm planner for whoever looks at a film again and again: the same plans as cold ones, at the cost of what was edited.

It keeps the warm checker, what staging remembers of unchanged scenes and the fragments lowering made of unchanged shots.
Nothing of it is written down; whatever is kept is a pure function of what it is looked up by.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from operator import attrgetter
from pathlib import Path

from compiler.collecting import unlooked
from compiler.diagnostics import Report
from compiler.graph.facts import Facts
from compiler.graph.keys import Tools
from compiler.graph.memo import Memo
from compiler.meaning.film import Film
from compiler.plan import Plan, plan_film
from compiler.session import Session, WarmSources, moved
from compiler.staging.model import TimedShot

UNRESTED = 100
"""So many plans are made without a rest, each of which leaves some hundred objects in circles; then there is one."""


@dataclass(slots=True)
class PlanSession:
    """Remembers the last plan of one film, and nothing older. Not for several threads at once."""

    session: Session = field(default_factory=Session)
    sources: WarmSources = field(default_factory=WarmSources)
    """Sources of the last check."""
    memo: Memo = field(default_factory=Memo)
    _plans: int = 0
    """Since it last rested."""

    def check(self, path: Path) -> tuple[Film | None, WarmSources, Report]:
        """What ``load_film`` returns, as ``Session.check``: spans of the film are relative to chunks."""
        film, self.sources, report = self.session.check(path)
        return film, self.sources, report

    def check_text(
        self, text: str, name: str = "<text>", root: Path | None = None
    ) -> tuple[Film | None, WarmSources, Report]:
        """What ``check_text`` returns for a source in memory."""
        film, self.sources, report = self.session.check_text(text, name, root)
        return film, self.sources, report

    def plan(
        self,
        film: Film,
        facts: Facts,
        tools: Tools,
        report: Report,
        *,
        profile: str = "previz",
        size: tuple[int, int] | None = None,
        only: str = "",
    ) -> Plan:
        """What ``plan_film`` returns and reports for the film checked last. Raises as it does."""
        found = Report()
        self._plans += 1
        if self._plans > UNRESTED:
            self.rest()
        with unlooked():
            try:
                plan = plan_film(film, facts, tools, found, profile=profile, size=size, only=only, memo=self.memo)
            finally:
                report.items += [moved(item, self.sources) for item in found.items]
            shots = tuple([_from_file(shot, self.sources) for shot in plan.timeline.shots])
            return replace(plan, timeline=replace(plan.timeline, shots=shots))

    def rest(self) -> None:
        """Between plans, when nobody waits: garbage is collected now, so that it need not be while somebody does."""
        self._plans = 0
        gc.collect()


def _from_file(shot: TimedShot, sources: WarmSources) -> TimedShot:
    """A shot with its source counted from the beginning of its file: ``replace`` for thousands of them."""
    fields = list(_ALL(shot))
    fields[_SOURCE] = sources.absolute(shot.source)
    return TimedShot(*fields)


_NAMES = [f.name for f in dataclass_fields(TimedShot)]
_ALL, _SOURCE = attrgetter(*_NAMES), _NAMES.index("source")
