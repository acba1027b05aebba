"""``film runs`` and ``film log``: the builds of a film, and what a task said while it ran."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from compiler.diagnostics import Report
from compiler.front import find_main
from compiler.names import did_you_mean
from runtime.cli.building import no_folder, say
from runtime.cli.columns import columns
from runtime.cli.excerpt import shown
from runtime.cli.sizes import size_text
from runtime.schedule import journal, logs
from runtime.store.index import Index

_MOST = 10
_SHOWN_RUNS = 20


@dataclass(frozen=True, slots=True)
class Try:
    """One time that a task ran, failed or was stopped."""

    id: str
    label: str
    op: str
    shot: str
    run: str
    what: str
    started: float
    finished: float
    seconds: float
    worker: int | None
    kind: str
    message: str


def folder_of(path: Path) -> Path | None:
    """The ``.film`` folder of a film or a project folder; ``None``, once it has been said, when there is none."""
    if not os.path.exists(path):  # noqa: PTH110 - Path.exists raises for a name that cannot be
        say(f"error: there is no file or folder `{shown(str(path))}`")
        say("  = help: name a film or its folder; left out, it is this folder")
        return None
    main = find_main(path, Report())
    folder = (main.resolve().parent if main is not None else path if path.is_dir() else path.parent) / ".film"
    if folder.is_dir():
        return folder
    if folder.exists():
        no_folder(folder)
        return None
    say(f"error: nothing has been built in {folder.parent}")
    say("  = help: `film build` makes the film and keeps its results there")
    return None


def show_runs(path: Path, form: str) -> int:
    """List the builds, latest first; returns the exit code."""
    folder = folder_of(path)
    if folder is None:
        return 1
    found = journal.runs(folder / "runs")
    if form == "json":
        print(json.dumps({"runs": [asdict(run) for run in found]}, ensure_ascii=False))
        return 0
    if not found:
        print("No build has been recorded yet.")
        return 0
    rows = [
        (
            _when(run.started), shown(run.film), run.how + (f", {run.failed} tasks" if run.failed else ""), str(run.ran), str(run.hit),
            _length(run.seconds) if run.ended or run.seconds else "–", size_text(run.bytes), run.id,
        )
        for run in found[:_SHOWN_RUNS]
    ]  # fmt: skip
    print(columns(("begun", "film", "ended", "ran", "found", "took", "wrote", "run"), rows, give=7, right=(3, 4, 5, 6)))
    if len(found) > _SHOWN_RUNS:
        print(f"… and {len(found) - _SHOWN_RUNS} earlier ones")
    return 0


def show_log(task: str, path: Path, form: str) -> int:
    """Print what a task said, the latest try first; ``task`` is an id, a label, a shot, or the beginning of one."""
    folder = folder_of(path)
    if folder is None:
        return 1
    tries = list(_tries(folder / "runs"))
    known = {one.id: one.label for one in reversed(tries)} | _planned(folder)
    ids = _matching(task, known, tries)
    if not ids:
        say(f"error: no task `{shown(task)}` has been run here")
        usual = "name a shot, or a task by how its label begins: `voice`, `person`, `place`, `mix`, `conform`"
        say(f"  = help: {shown(did_you_mean(task, sorted(set(known.values())))) or usual}")
        return 1
    meant = [one for one in tries if one.id in ids]
    files = {path for found in ids for path in logs.logs_of(folder / "logs", found)}
    told = [(one, _log_of(one, files)) for one in meant]
    loose = sorted(files - {log for _, log in told if log}, key=lambda p: p.name[logs.ID :], reverse=True)
    if form == "json":
        rows = [{**asdict(one), "log": _text(log) if log else ""} for one, log in told]
        rows += [
            {"id": path.name[: logs.ID], "label": known.get(path.name[: logs.ID], ""), "log": _text(path)}
            for path in loose
        ]
        print(json.dumps({"tries": rows}, ensure_ascii=False))
        return 0
    for one, log in told[:_MOST]:
        silent = "" if log or one.message else ", said nothing"
        print(f"{shown(one.label)}  {one.id}  {_when(one.started)}  {shown(_how(one))}{silent}")
        if log:
            print(_indented(_text(log)))
    for path in loose[: max(0, _MOST - len(told))]:
        print(f"{shown(known.get(path.name[: logs.ID], ''))}  {path.name[: logs.ID]}")
        print(_indented(_text(path)))
    if not told and not loose:
        print(f"{shown(next(iter(known[i] for i in ids)))}: found ready in every build that is kept; it said nothing")
    if len(told) > _MOST:
        print(f"… and {len(told) - _MOST} earlier ones; --format json has them all")
    return 0


def _tries(folder: Path) -> Iterable[Try]:
    """Every try of every task in the journals, latest first."""
    for path in sorted(folder.glob("*.jsonl"), reverse=True):
        rows = [line for line in journal.lines(path) if "what" in line and line["what"] != "damaged"]
        for row in reversed(rows):
            yield Try(
                str(row["id"]), str(row["label"]), str(row["op"]), str(row["shot"]), path.stem, str(row["what"]),
                float(row["started"]), float(row["finished"]), float(row["seconds"]), row["worker"],
                str(row["kind"]), str(row["message"]),
            )  # fmt: skip


def _planned(folder: Path) -> dict[str, str]:
    """Ids and labels of what the films of this folder were last planned to be; none where the index cannot be read."""
    if not (folder / "index.sqlite").exists():
        return {}
    with suppress(OSError, sqlite3.Error), closing(Index(folder / "index.sqlite")) as index:
        return {t.recipe[: logs.ID]: t.task for film in index.plans() for t in index.plan(film).values()}
    return {}


def _matching(task: str, known: dict[str, str], tries: list[Try]) -> set[str]:
    """Ids meant by a text: exactly, else by shot, else by a beginning."""
    wanted = task.casefold().strip()
    if not wanted:
        return set()
    exact = {found for found, label in known.items() if wanted in (found, label.casefold())}
    if exact:
        return exact
    by_shot = {one.id for one in tries if one.shot and one.shot.casefold() == wanted}
    if by_shot:
        return by_shot
    return {
        found for found, label in known.items() if label.casefold().startswith(wanted) or (len(wanted) >= 4 and found.startswith(wanted))
    }  # fmt: skip


def _log_of(one: Try, files: set[Path]) -> Path | None:
    """The log written by a try: the one of its task that was begun right when the try was."""
    begun = one.started * 1e9
    near = [path for path in files if path.name.startswith(one.id) and abs(int(path.stem[logs.ID + 1 :]) - begun) < 2e9]
    return min(near, key=lambda path: abs(int(path.stem[logs.ID + 1 :]) - begun), default=None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").rstrip()
    except OSError as error:
        return f"(its log cannot be read: {error.strerror})"


def _indented(text: str) -> str:
    shown = "".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text)
    return "\n".join(f"  {line}" for line in shown.split("\n"))


def _how(one: Try) -> str:
    took = _length(one.seconds)
    match one.what:
        case "ran":
            return f"ran in {took}"
        case "retried":
            return f"{one.kind}, tried again: {one.message}"
        case "cancelled":
            return "was stopped"
        case _:
            return f"failed, {one.kind}: {one.message}"


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _length(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 90 else f"{int(seconds // 60)} min {int(seconds % 60)} s"
