"""A film and its store in a folder: edits are made, built for real with pretended ops, and what ran is counted."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.front import load_film
from compiler.graph.codec import Plain
from compiler.plan import Plan
from compiler.replan import PlanSession
from runtime.cli import build as building
from runtime.judge.scores import Scores, to_plain
from runtime.schedule import table
from runtime.schedule.table import TaskContext
from tests.schedule import fakes
from tests.schedule.fakes import InlinePool, Recorder

Edit = Callable[[str], str]
Counts = Mapping[str, int]


_BAKE = table.FUNCTIONS["bake"]


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of edit and exactly what it may run.

    ``edit`` changes the text, or is given the folder when it ``acts``; ``costs`` are tasks by op, ``where`` the shots in
    which an op runs. ``first`` is an edit that is built before and not counted. ``options`` are the build's.
    """

    name: str
    edit: Edit
    costs: Counts
    where: Mapping[str, Counts] = field(default_factory=dict)
    first: Edit | None = None
    act: Callable[[Path], None] | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    plays: bool = True
    """Whether the performance is played for real; no need where every window of it changes."""
    slow: bool = False
    """Left to the slower tier."""


@dataclass(slots=True)
class Bench:
    """One film's folder with a store; ops are pretended, but for the performance: which windows change is its to say."""

    main: Path
    session: PlanSession = field(default_factory=PlanSession)

    def keep(self) -> None:
        """Remember the folder as it is now."""
        shutil.copytree(self.main.parent, self._kept, dirs_exist_ok=True)

    def restore(self) -> None:
        """The folder as it was kept: what one edit left in the store helps no other."""
        shutil.rmtree(self.main.parent)
        shutil.copytree(self._kept, self.main.parent)

    @property
    def _kept(self) -> Path:
        return self.main.parent.with_name(self.main.parent.name + ".kept")

    def run(self, text: str | None = None, plays: bool = True, **options: object) -> Recorder:
        """Build the film, as ``text`` if that is given, and hear what ran. Nothing may run that the film does not need."""
        if text is not None:
            self.main.write_text(text, encoding="utf-8")
        edition = str(options.get("edition", ""))
        warm = None if edition else building.Warm(InlinePool(), self.session.plan)  # type: ignore[arg-type]
        check = load_film if edition else self.session.check
        loaded, heard = building.load(self.main, edition, check), Recorder()
        assert loaded.film is not None, loaded.report.items
        table.FUNCTIONS["bake"] = _BAKE if plays else "tests.schedule.fakes:fake"
        store = building.open_store(self.main)
        try:
            asked = building.Options(self.main, self.main.parent / "out", **options)  # type: ignore[arg-type]
            built = building.build(loaded, asked, store, heard.heard, heard.planned, warm)
        finally:
            store.close()
        assert built.failed == []
        assert heard.plan is not None
        return heard


def pretend() -> None:
    """Let ops be pretended in this process, the performance apart, and the disk be trusted; for good, so only under a patch."""
    os.fsync = lambda _: None  # type: ignore[assignment, misc]
    table.FUNCTIONS = dict(table.FUNCTIONS)
    fakes.install(fakes.REAL)
    table.FUNCTIONS["judge"] = f"{__name__}:all_as_good"
    building.Pool = InlinePool  # type: ignore[misc, assignment]


def all_as_good(task: TaskContext) -> Plain:
    """Stands for the judge: no take is better than the first."""
    fakes.fake(task)
    return to_plain(Scores(24, stability=0.5))


def by_op(plan: Plan, known: set[str]) -> dict[str, int]:
    """What a plan would run, by op, of all that is not among the ``known`` recipes."""
    fresh = (t.op.name for t, recipe in zip(plan.graph.tasks, plan.recipes, strict=True) if recipe not in known)
    return dict(Counter(fresh))


def swapped(*pairs: tuple[str, str]) -> Edit:
    """An edit that replaces the first of each pair, which has to be there, by the second."""

    def edit(text: str) -> str:
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    return edit
