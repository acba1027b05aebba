"""``film build``: plan, run, learn, plan again, until the film is done; then deliver it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from compiler.diagnostics import Report
from compiler.front import SourceMap, find_main, load_film
from compiler.graph.codec import Writer, canonical
from compiler.graph.demands import Standing
from compiler.graph.facts import Facts
from compiler.graph.memo import Memo
from compiler.graph.sources import files_of
from compiler.lock import Lines, Lock, read_lock
from compiler.meaning.film import Film
from compiler.picks import Picks
from compiler.picks_read import read_picks
from compiler.plan import Plan, plan_film
from compiler.project import project_folder
from compiler.staging.editions import cut_edition
from compiler.vetting_takes import picks_within
from runtime.cli.forecast import check_room, forecast_of, needed_of
from runtime.cli.machine import Machine
from runtime.cli.picked import pin_picks
from runtime.cli.pinning import Pinned, pin_lines, report_beyond
from runtime.schedule import logs
from runtime.schedule.costs import learned_costs, learned_needs
from runtime.schedule.events import Event, Listener, Outcome
from runtime.schedule.execute import execute
from runtime.schedule.forecast import Forecast
from runtime.schedule.journal import EventFile, Journal
from runtime.schedule.pool import Pool
from runtime.schedule.sources import digest_file
from runtime.schedule.tools import domain, tools
from runtime.store.blobs import deliver
from runtime.store.index import PlannedTask
from runtime.store.shared import Shared, shared_folder
from runtime.store.store import Store

Planner = Callable[..., Plan]
"""``plan_film``, or one that remembers."""
Check = Callable[[Path], tuple[Film | None, SourceMap, Report]]
"""``load_film``, or one that remembers."""

MOST_ROUNDS = 12
"""Speech, takes and as many more as a requirement may ask for, loudness: eight rounds settle any film; more means a fact
that never comes."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    path: Path
    out: Path | None = None
    profile: str = "previz"
    size: tuple[int, int] | None = None
    shot: str = ""
    jobs: int = 0
    edition: str = ""
    events: Path | None = None
    """Where a line is written for every task."""
    verify: bool = False
    """Read every file of the project again, whatever its times say."""
    shared: bool = False
    """Also keep results in, and take them from, the user's shared store."""
    relock: bool = False
    """Lines last as long as they take here, whatever film.lock says; then it says so."""
    strict: bool = False
    """Fail when a requirement is not met, or cannot be told to be."""
    force: bool = False
    """Begin even when the disk seems too small for what will be made."""
    takes: bool = False
    """Make nothing of the film, only every take that its shots, or the one shot, ask for."""


@dataclass(frozen=True, slots=True)
class Warm:
    """What outlives a build, for whoever builds again and again: its worker processes, and a planner that remembers."""

    pool: Pool
    planner: Planner


@dataclass(slots=True)
class Built:
    """What a build came to."""

    film: Path | None = None
    files: list[Path] = field(default_factory=list)
    copies: list[tuple[Path, Path]] = field(default_factory=list)
    """Each delivered file with the blob it is a copy of."""
    blobs: list[Path] = field(default_factory=list)
    """Of everything that was wanted."""
    ran: int = 0
    cached: int = 0
    failed: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(task label, kind, message, log)."""
    stranded: int = 0
    """Tasks that could not run because one they read failed."""
    run: str = ""
    """The build's name in the journal."""
    fetched: int = 0
    """Results taken from the shared store."""
    shared_trouble: str = ""
    events_trouble: str = ""
    """Why the file of events or the shared store could not be written to the end."""
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    plan: Plan | None = None
    pinned: Pinned | None = None
    """What became of film.lock; ``None`` when it was not looked at."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checked film with the place it came from."""

    film: Film | None
    main: Path | None
    sources: SourceMap
    report: Report
    lock: Lock = Lock()
    """What film.lock says beside the film."""
    picks: Picks = ()
    """What film.picks.toml says of this film."""

    @property
    def locked(self) -> Lines:
        """Lengths of this film's lines, as film.lock has them."""
        return self.lock.lines(self.main.name) if self.main is not None else {}


class NoSuchEditionError(LookupError):
    """A film has no edition of the name asked for; ``known`` are those it has."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"there is no edition called {name!r}")
        self.name, self.known = name, known


def load(path: Path, edition: str = "", check: Check = load_film) -> Loaded:
    """Read and check what a path means; diagnostics are in ``report``. Raises ``NoSuchEditionError``."""
    film, sources, report = check(path)
    if film is not None and edition:
        cut = cut_edition(film, edition, report)
        if cut is None and not report.failed:
            raise NoSuchEditionError(edition, tuple(e.name for e in film.editions))
        film = cut
    main = find_main(path, Report())
    if main is None or film is None:
        return Loaded(film, main, sources, report)
    folder = project_folder(main)
    lock = read_lock(folder, sources.sources, report)
    return Loaded(film, main, sources, report, lock, read_picks(folder, sources.sources, report, main.name))


def open_store(main: Path, shared: bool = False) -> Store:
    """The store beside a film; with the user's shared one behind it when that is asked for. Raises ``OSError``."""
    folder = shared_folder(shared)
    behind = Shared(folder) if folder is not None else None
    try:
        return Store(main.resolve().parent / ".film", behind)
    except BaseException:
        if behind is not None:
            behind.close()
        raise


def known_facts(film: Film, store: Store | None, options: Options, locked: Lines, picks: Picks = ()) -> Facts:
    """The facts known so far, the lengths that are pinned, and the takes that are picked."""
    files: dict[str, str] = {}
    if options.edition:
        picks = picks_within(film, picks)
    if store:
        root, index = store.root.parent, store.index
        files = {name: digest_file(root, name, index, verify=options.verify) for name in files_of(film)}
    return Facts(store.index.facts() if store else {}, tools(), files, {} if options.relock else locked, picks)


def make_plan(
    film: Film,
    store: Store | None,
    options: Options,
    report: Report,
    locked: Lines,
    picks: Picks = (),
    planner: Planner = plan_film,
) -> Plan:
    """Plan with the facts known so far. Raises ``NoSuchShotError``."""
    facts = known_facts(film, store, options, locked, picks)
    if options.takes:
        plan = plan_film(film, facts, tools(), report, size=options.size, only=options.shot, takes=True)
    else:
        plan = planner(film, facts, tools(), report, profile=options.profile, size=options.size, only=options.shot)
    if store is not None and facts.unsound:
        store.index.unlearn(facts.unsound)
    return plan


def build(
    loaded: Loaded,
    options: Options,
    store: Store,
    listen: Listener,
    replanned: Callable[[Plan], None] | None = None,
    warm: Warm | None = None,
) -> Built:
    """Bring the film up to date and deliver it. ``KeyboardInterrupt`` passes through, finished work kept.

    ``replanned`` is given each plan before anything of it runs; ``warm`` is left as it is when the build has ended.
    Raises ``NotEnoughRoomError`` before anything runs, ``DeviceSettingError``.
    """
    assert loaded.film is not None
    assert loaded.main is not None
    how = "error"
    journal = Journal(store.runs, plan_name(loaded.main, options), options.profile)
    try:
        logs.prune(store.logs)
        events = EventFile(options.events) if options.events is not None else None
        try:
            hear = _all(journal.heard, events.heard if events else None, listen)
            built = _rounds(loaded, options, store, hear, replanned, warm, journal.foresaw)
        finally:
            if events is not None:
                events.close()
        built.events_trouble = events.trouble if events is not None else ""
        how = "failed" if built.failed else "done"
    except KeyboardInterrupt:
        how = "stopped"
        raise
    finally:
        journal.end(how)
    built.run, built.seconds = journal.id, time.time() - journal.began
    if store.shared is not None:
        built.fetched, built.shared_trouble = store.shared.fetched, store.shared.trouble
    return built


def _rounds(
    loaded: Loaded,
    options: Options,
    store: Store,
    listen: Listener,
    replanned: Callable[[Plan], None] | None,
    warm: Warm | None,
    foreseen: Callable[[Forecast], None],
) -> Built:
    """Plan and run until a plan asks for nothing new, then deliver."""
    assert loaded.film is not None
    assert loaded.main is not None
    built = Built()
    jobs = options.jobs or os.cpu_count() or 1
    pool, planner = (warm.pool, warm.planner) if warm is not None else (Pool(jobs), partial(plan_film, memo=Memo()))
    costs, needs = learned_costs(store), learned_needs(store)
    plan: Plan | None = None
    outcome = Outcome()
    ran: set[str] = set()
    try:
        for round_number in range(MOST_ROUNDS):
            report = loaded.report if round_number == 0 else Report()
            plan = make_plan(loaded.film, store, options, report, loaded.locked, loaded.picks, planner)
            if replanned is not None:
                replanned(plan)
            if round_number == 0:
                foreseen(_foresee(plan, store, options))
            machine = Machine(plan.graph, plan.recipes, tools(), jobs)
            outcome = execute(
                plan.graph, tools(), domain(), store, pool, listen, costs,
                recipes=plan.recipes, calls=lambda: machine.calls, lanes=lambda: machine.lanes, needs=needs,  # noqa: B023 - used in this round
            )  # fmt: skip
            built.ran += len(outcome.ran)
            ran.update(plan.recipes[index] for index in outcome.ran)
            for stage, seconds in outcome.cpu.items():
                built.cpu[stage] = built.cpu.get(stage, 0.0) + seconds
            told = not outcome.ran or all(demand.standing is not Standing.OPEN for demand in plan.demands)
            if outcome.failed or (plan.settled and told):
                break
        else:
            raise RuntimeError(f"the plan is not settled after {MOST_ROUNDS} rounds")
    finally:
        if warm is None:
            pool.close()
    assert plan is not None
    built.plan = plan
    loaded.report.items += (found for found in plan.findings if found not in loaded.report.items)
    lost = {plan.recipes[index] for index, _, _ in outcome.failed}
    if not lost:
        built.cached = sum(recipe not in ran for recipe in plan.recipes)
    else:
        built.cached = sum(plan.recipes[index] not in ran for index in outcome.actions)
    built.stranded = len(outcome.stranded) + (len(outcome.blocked) if outcome.failed else 0)
    built.failed = [
        (plan.graph.tasks[i].label, kind, message, str(outcome.logs.get(i, ""))) for i, kind, message in outcome.failed
    ]
    if not built.failed:
        _deliver(built, plan, outcome, store, loaded.main, options)
        if not options.shot and not options.takes:
            store.index.save_plan(plan_name(loaded.main, options), planned_tasks(plan))
        pin_picks(plan, store, loaded.main.name, loaded.picks)
        facts = known_facts(loaded.film, store, options, loaded.locked, loaded.picks)
        report_beyond(plan, facts, loaded.report)
        built.pinned = pin_lines(
            plan, facts, loaded.main, store.root, edition=options.edition, shot=options.shot, relock=options.relock
        )
    return built


def _foresee(plan: Plan, store: Store, options: Options) -> Forecast:
    """What the build will take. Raises ``NotEnoughRoomError`` when the disk will not hold it, unless that is forced."""
    forecast = forecast_of(plan, store, needed_of(plan, store), options.jobs)
    if not options.force:
        check_room(forecast, store.root)
    return forecast


def _all(*listeners: Listener | None) -> Listener:
    """One listener that tells all of these, in order."""
    there = [listener for listener in listeners if listener is not None]

    def heard(event: Event) -> None:
        for listener in there:
            listener(event)

    return heard


def plan_name(main: Path, options: Options) -> str:
    """What the last plan of a film is kept under: films of one folder share a store, profiles differ in every task."""
    return " ".join(part for part in (main.resolve().name, options.profile, options.edition) if part)


def planned_tasks(plan: Plan) -> list[PlannedTask]:
    """A plan's tasks as kept for ``film why``; names are unique by label and number."""
    seen: dict[str, int] = {}
    tasks: list[PlannedTask] = []
    writer = Writer()
    for index, task in enumerate(plan.graph.tasks):
        count = seen[task.label] = seen.get(task.label, 0) + 1
        tasks.append(_Planned(task.label if count == 1 else f"{task.label} ({count})", plan, index, writer))
    return tasks


class _Planned(PlannedTask):
    """A task of a plan, whose parameters and inputs are written when somebody asks for them: few are asked for."""

    __slots__ = ("_index", "_plan", "_writer")
    _index: int
    _plan: Plan
    _writer: Writer

    def __init__(self, name: str, plan: Plan, index: int, writer: Writer) -> None:
        task = plan.graph.tasks[index]
        said = {"task": name, "shot": task.shot, "op": task.op.name, "recipe": plan.recipes[index]}
        for field_name, value in {**said, "_plan": plan, "_index": index, "_writer": writer}.items():
            object.__setattr__(self, field_name, value)

    @property
    def params(self) -> str:
        return self._writer.text(self._plan.graph.tasks[self._index].params)

    @property
    def inputs(self) -> str:
        inputs = self._plan.graph.tasks[self._index].inputs
        return canonical([[slot, self._plan.recipes[ref.task]] for slot, ref in inputs])


def _deliver(built: Built, plan: Plan, outcome: Outcome, store: Store, main: Path, options: Options) -> None:
    folder = options.out or Path("build") / file_name(main.stem)
    stem = ".".join(file_name(part) for part in (main.stem, options.edition, options.shot) if part)
    names = {"film": f"{stem}.mp4", "captions": f"{stem}.srt", "report": "report.html"}
    for name, ref in plan.graph.wanted:
        source = store.path(outcome.actions[ref.task], ref.output)
        built.blobs.append(source)
        if name not in names:
            continue
        target = folder / names[name]
        deliver(source, target)
        built.files.append(target)
        built.copies.append((target, source))
        if name == "film":
            built.film = target


def file_name(text: str) -> str:
    """A name that is safe in any folder."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._") or "film"
