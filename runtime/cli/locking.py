"""``film lock``: voice the lines that nobody has voiced yet, and nothing else, and pin how long they are."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import replace

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.graph.facts import Facts
from compiler.graph.locked import line_key
from compiler.graph.sources import files_of
from compiler.graph.task import Graph, Ref
from compiler.lock import FILE
from compiler.passes.program import Setting
from compiler.passes.run import run_passes
from compiler.plan import FilmTooLargeError, Plan, plan_film
from compiler.project import project_folder
from runtime.cli.build import Loaded, NoSuchEditionError, Options, known_facts, load, make_plan
from runtime.cli.building import disk_trouble, no_such_edition, say, sound, store_of, tell_failures, too_large
from runtime.cli.diagnostics import print_diagnostics
from runtime.cli.machine import Machine
from runtime.cli.pinning import Pinned, cut_lengths, film_lines, pin_lines, pinned_json, report_beyond
from runtime.cli.progress import Progress
from runtime.schedule.costs import learned_costs, learned_needs
from runtime.schedule.execute import execute
from runtime.schedule.pool import Pool
from runtime.schedule.sources import digest_file
from runtime.schedule.tools import domain, tools
from runtime.store.store import Store

_MOST_SHOWN = 40


def lock_film(options: Options, form: str, *, update: bool, check: bool) -> int:
    """Bring film.lock up to date and say what became of it; the exit code. With ``check`` nothing is made or written.

    ``update``: lines that are pinned take the length they have here. Fails when a line cannot be voiced, and with
    ``check`` when film.lock says something else than this film.
    """
    options = replace(options, relock=update)
    try:
        loaded = load(options.path, options.edition)
    except NoSuchEditionError as error:
        return no_such_edition(error)
    if not sound(loaded, options.path, form):
        return 1
    assert loaded.main is not None
    store = None
    if not check or (loaded.main.resolve().parent / ".film").is_dir():
        store = store_of(loaded.main, loaded.sources.shared or options.shared)
        if store is None:
            return 1
    try:
        return _lock(loaded, options, store, form) if store and not check else _check(loaded, options, store, form)
    except FilmTooLargeError as error:
        return too_large(error)
    except KeyboardInterrupt:
        say("\nStopped. Every line that was voiced is kept; the same command goes on from here.")
        return 130
    except (OSError, sqlite3.Error) as error:
        return disk_trouble(error)
    finally:
        if store is not None:
            store.close()


def _lock(loaded: Loaded, options: Options, store: Store, form: str) -> int:
    assert loaded.film is not None
    assert loaded.main is not None
    plan = make_plan(loaded.film, store, options, Report(), loaded.locked, loaded.picks)
    spoken = voices_only(plan)
    jobs = options.jobs or os.cpu_count() or 1
    costs = learned_costs(store)
    progress = Progress(quiet=form == "json", costs=costs, jobs=jobs)
    pool = Pool(jobs)
    try:
        with progress:
            progress.planned(spoken)
            machine = Machine(spoken.graph, spoken.recipes, tools(), jobs)
            outcome = execute(
                spoken.graph, tools(), domain(), store, pool, progress.heard, costs,
                recipes=spoken.recipes, lanes=lambda: machine.lanes, needs=learned_needs(store),
            )  # fmt: skip
    finally:
        pool.close()
    if outcome.failed:
        tell_failures(
            [
                (spoken.graph.tasks[i].label, kind, text, str(outcome.logs.get(i, "")))
                for i, kind, text in outcome.failed
            ]
        )
        return 1
    facts = known_facts(loaded.film, store, options, loaded.locked, loaded.picks)
    report_beyond(plan, facts, loaded.report)
    pinned = pin_lines(plan, facts, loaded.main, store.root, edition=options.edition, relock=options.relock)
    return _tell(loaded, pinned, len(outcome.ran), form)


def voices_only(plan: Plan) -> Plan:
    """The part of a plan that voices its lines and takes its recordings in."""
    graph = plan.graph
    wanted = tuple(
        (f"line-{index}", Ref(index, "phones"))
        for index, task in enumerate(graph.tasks)
        if task.op.name in ("speak", "recording")
    )
    program = run_passes(Graph(graph.tasks, wanted), Setting(tools()))
    return replace(plan, graph=program.graph, recipes=program.keys)


def _tell(loaded: Loaded, pinned: Pinned, ran: int, form: str) -> int:
    from rich.console import Console

    if form == "json":
        print(json.dumps({**pinned_json(pinned), "voiced": ran, "trouble": pinned.trouble}, ensure_ascii=False))
        return int(bool(pinned.trouble))
    if loaded.report.items:
        items = [item for item in loaded.report.sorted() if item.code == W.BEYOND_LOCK.id]
        print_diagnostics(Console(stderr=True, highlight=False), str(loaded.main), items, loaded.sources.sources)
    if pinned.trouble:
        say(f"error: {pinned.path} could not be written: {pinned.trouble}")
        return 1
    parts = (("new", pinned.added), ("changed", pinned.changed), ("dropped", pinned.dropped))
    what = ", ".join(f"{count} {name}" for name, count in parts if count) or "nothing new"
    voiced = f", {ran} voiced just now" if ran else ""
    print(f"{pinned.path}: {pinned.lines} line{'' if pinned.lines == 1 else 's'} pinned ({what}{voiced})")
    return 0


def _check(loaded: Loaded, options: Options, store: Store | None, form: str) -> int:
    """Say what a build would change in film.lock, with what is known here; a film that was never built needs no store."""
    assert loaded.film is not None
    assert loaded.main is not None
    folder = project_folder(loaded.main)
    files = {name: digest_file(folder, name) for name in files_of(loaded.film)}
    known = store.index.facts() if store is not None else {}
    facts = Facts(known, tools(), files, {} if options.relock else loaded.locked)
    plan = plan_film(loaded.film, facts, tools(), Report())
    found = differences(plan, facts, loaded, options)
    if form == "json":
        print(json.dumps({"path": str(project_folder(loaded.main) / FILE), **_listed(found)}, ensure_ascii=False))
        return int(bool(found))
    for what, lines in found.items():
        for text in lines[:_MOST_SHOWN]:
            print(f"{what}: {text}")
        if len(lines) > _MOST_SHOWN:
            print(f"{what}: and {len(lines) - _MOST_SHOWN} more")
    path = project_folder(loaded.main) / FILE
    if not found:
        count = len(cut_lengths(plan.film, plan.timeline, facts))
        print(
            f"{path}: "
            + (
                "no line to pin"
                if not count
                else "its line is pinned"
                if count == 1
                else f"all {count} lines are pinned"
            )
        )
        return 0
    say(f"error: {path} is not what this film needs")
    say("  = help: `film lock` voices and pins what is new; `film lock --update` takes the lengths lines have here")
    return 1


def differences(plan: Plan, facts: Facts, loaded: Loaded, options: Options) -> dict[str, list[str]]:
    """Lines that are not pinned, that no longer are this film's, and that take too long or too short here."""
    assert loaded.main is not None
    own = loaded.lock.films.get(loaded.main.name, {})
    own = {} if options.edition else own  # which leaves lines out
    lines = {line_key(line, facts.files): (line, said) for line, said in film_lines(plan.film, plan.timeline).items()}
    found = {
        "not pinned": [said for key, (_, said) in lines.items() if key not in facts.locked],
        "not in the film": sorted(at.said for key, at in own.items() if key not in lines),
        "too far to be fitted": [said for line, said in lines.values() if facts.beyond(line) is not None],
    }
    return {what: texts for what, texts in found.items() if texts}


def _listed(found: dict[str, list[str]]) -> dict[str, object]:
    """The same for programs: every kind, empty or not."""
    return {
        what.replace(" ", "_"): found.get(what, [])
        for what in ("not pinned", "not in the film", "too far to be fitted")
    }
