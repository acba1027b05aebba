"""The index beside the blobs: which action made what, which recipe it stood for, and the facts that came back.

SQLite in WAL mode, one row per action, committed after its blobs are durable. A damaged index is set aside
and begun anew: blobs are then found again by running what cannot be looked up.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

SCHEMA = 1

_TABLES = """
create table if not exists actions (
    action text primary key, recipe text not null, domain text not null, op text not null,
    outputs text not null, facts text not null, record text not null, seconds real not null, finished real not null);
create table if not exists recipes (
    recipe text not null, domain text not null, action text not null, primary key (recipe, domain));
create table if not exists facts (recipe text primary key, value text not null);
create table if not exists plans (film text not null, task text not null, shot text not null, op text not null,
    recipe text not null, params text not null, inputs text not null, primary key (film, task));
create table if not exists runs (
    started real primary key, film text, ran integer, cached integer, failed integer, seconds real);
"""


@dataclass(frozen=True, slots=True)
class Output:
    """One stored output: its name within the task, digest, suffix and size in bytes."""

    name: str
    digest: str
    suffix: str
    size: int


@dataclass(frozen=True, slots=True)
class Action:
    """What one finished action left behind. ``record`` is its provenance: params, tool digests, inputs."""

    action: str
    recipe: str
    domain: str
    op: str
    outputs: tuple[Output, ...]
    facts: str
    """Canonical JSON, "null" for none."""
    record: str
    seconds: float

    def output(self, name: str) -> Output:
        return next(item for item in self.outputs if item.name == name)


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task as it was last built, kept so that ``why`` can compare."""

    task: str
    shot: str
    op: str
    recipe: str
    params: str
    inputs: str


class Index:
    """The store's index. Safe for several processes; this one writes from a single connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = _open(path)

    def close(self) -> None:
        self._db.close()

    def by_recipe(self, recipe: str, domain: str) -> Action | None:
        row = self._db.execute(
            "select a.* from recipes r join actions a on a.action = r.action where r.recipe = ? and r.domain = ?",
            (recipe, domain),
        ).fetchone()
        return _action(row)

    def by_action(self, action: str) -> Action | None:
        return _action(self._db.execute("select * from actions where action = ?", (action,)).fetchone())

    def record(self, action: Action) -> None:
        """Commit one finished action, its recipe and its facts together."""
        outputs = json.dumps([[o.name, o.digest, o.suffix, o.size] for o in action.outputs])
        with self._db:
            self._db.execute(
                "insert or replace into actions values (?,?,?,?,?,?,?,?,?)",
                (
                    action.action, action.recipe, action.domain, action.op, outputs,
                    action.facts, action.record, action.seconds, time.time(),
                ),
            )  # fmt: skip
            self._link(action, action.recipe)

    def link(self, action: Action, recipe: str) -> None:
        """Say that a recipe comes out as an action already known (early cutoff)."""
        with self._db:
            self._link(action, recipe)

    def _link(self, action: Action, recipe: str) -> None:
        self._db.execute("insert or replace into recipes values (?,?,?)", (recipe, action.domain, action.action))
        if action.facts != "null":
            self._db.execute("insert or replace into facts values (?,?)", (recipe, action.facts))

    def facts(self) -> dict[str, str]:
        """All facts by recipe, as JSON."""
        return dict(self._db.execute("select recipe, value from facts"))

    def mean_seconds(self) -> dict[str, tuple[float, int]]:
        """Mean wall seconds and number of runs of each op, for the estimate."""
        rows = self._db.execute("select op, avg(seconds), count(*) from actions group by op")
        return {op: (mean, count) for op, mean, count in rows}

    def save_plan(self, film: str, tasks: Iterable[PlannedTask]) -> None:
        with self._db:
            self._db.execute("delete from plans where film = ?", (film,))
            self._db.executemany(
                "insert or replace into plans values (?,?,?,?,?,?,?)",
                [(film, t.task, t.shot, t.op, t.recipe, t.params, t.inputs) for t in tasks],
            )

    def plan(self, film: str) -> dict[str, PlannedTask]:
        rows = self._db.execute("select task, shot, op, recipe, params, inputs from plans where film = ?", (film,))
        return {row[0]: PlannedTask(*row) for row in rows}

    def record_run(self, film: str, counts: Mapping[str, int], started: float) -> None:
        with self._db:
            self._db.execute(
                "insert or replace into runs values (?,?,?,?,?,?)",
                (started, film, counts["ran"], counts["cached"], counts["failed"], time.time() - started),
            )


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(path)
    except sqlite3.OperationalError:
        raise  # locked, full, unreachable: nothing is wrong with what is stored
    except sqlite3.DatabaseError:
        aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
        path.replace(aside)
        for extra in ("-wal", "-shm"):
            path.with_name(path.name + extra).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30, isolation_level="DEFERRED")
    try:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        (version,) = db.execute("pragma user_version").fetchone()
        if version not in (0, SCHEMA):
            raise sqlite3.DatabaseError(f"index schema {version}")
        db.executescript(_TABLES)
        db.execute(f"pragma user_version = {SCHEMA}")
        (found,) = db.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _action(row: tuple[str, str, str, str, str, str, str, float, float] | None) -> Action | None:
    if row is None:
        return None
    action, recipe, domain, op, outputs, facts, record, seconds, _finished = row
    return Action(action, recipe, domain, op, tuple(Output(*o) for o in json.loads(outputs)), facts, record, seconds)
