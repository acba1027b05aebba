"""A feature of 1,500 shots for the edit matrix: planned warm, its facts told at once, what a plan would run counted by op."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field

from compiler.diagnostics import Report
from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.picks import Picks
from compiler.plan import Plan
from compiler.replan import PlanSession
from compiler.staging.voicing import estimate
from tests.bench.screenplay import directed

_ROUNDS = 6


OWN = """\
INT. LIBRARY - DAY

scene
    MARA: standing at window
    ELIAS: standing at table

music sparse piano in A minor, 60 bpm, low, under scene

shot rows: wide, 24mm, static, 4s

Dust.

shot lamp-light: insert of lamp, 50mm, static, 2s

Quiet.

shot table-top: insert of table, 50mm, static, 3s

Quiet.

shot says: close-up of MARA, 75mm, static, 6s

MARA
I kept the letter and the key.

shot hears: close-up of ELIAS, 75mm, static, 4s

sound distant foghorn, at 1s, low

Quiet.

DISSOLVE 1S TO:

INT. CHAPEL - DAY

shot chapel-door: wide, 24mm, static, 8s

Dust.

"""
"""Two scenes in the midst of it whose every frame can be counted."""


def text() -> str:
    """The feature: every tenth scene is dissolved into, and the scenes of our own come after the sixtieth."""
    scenes = re.split(r"(?=^(?:INT|EXT)\. )", directed(), flags=re.MULTILINE)
    joined = [scenes[0]]
    for number, scene in enumerate(scenes[1:], 1):
        joined.append(("DISSOLVE 1S TO:\n\n" if number % 10 == 0 else "") + scene)
        if number == 60:
            joined.append(OWN)
    return "".join(joined)


@dataclass(slots=True)
class Feature:
    """A warm planner and everything that was ever made of the film, by recipe."""

    session: PlanSession = field(default_factory=PlanSession)
    facts: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Recipe → (op, shot) of all that was firm in any round of the last plan: a take is made before it is judged."""

    def plan(self, source: str, picks: Picks = (), profile: str = "previz") -> Plan:
        """The settled plan of a text: what a task would have learned is told as soon as it is asked for."""
        film, _, report = self.session.check_text(source, "feature.film")
        assert film is not None, report.items[:3]
        self.asked = {}
        for _ in range(_ROUNDS):
            facts = Facts(dict(self.facts), {}, picks=picks)
            plan = self.session.plan(film, facts, {}, Report(), profile=profile)
            missing = [
                (recipe, told)
                for task, recipe in zip(plan.graph.tasks, plan.recipes, strict=True)
                if not task.provisional and recipe not in self.facts and (told := _told(task.params)) is not None
            ]
            self.facts.update(missing)
            names = {shot.key: shot.name for shot in plan.timeline.shots}
            self.asked |= {
                recipe: (task.op.name, names.get(task.shot, task.shot))
                for task, recipe in zip(plan.graph.tasks, plan.recipes, strict=True)
                if not task.provisional and recipe not in self.made
            }
            if plan.settled and not missing:
                return plan
        raise AssertionError("the plan does not settle")

    def runs(self) -> dict[str, int]:
        """What the last plan runs, by op."""
        return dict(Counter(op for op, _ in self.asked.values()))

    def where(self, op: str) -> dict[str, int]:
        """The same of one op, by the name of the shot."""
        return dict(Counter(shot for of, shot in self.asked.values() if of == op))

    def keep(self) -> None:
        """All that the last plan runs has been made."""
        self.made.update(self.asked)
        self.asked = {}


def _told(params: p.Params) -> str | None:
    match params:
        case p.Speak(line):
            timing = estimate(line)
            return json.dumps({"seconds": round(timing.seconds + 0.25, 4), "words": timing.words})
        case p.MeasureLoudness():
            return json.dumps({"lufs": -20.0, "peak": -6.0, "gain": 4.0})
        case p.JudgeTake():
            return json.dumps({"score": 0.5})
    return None
