"""The index's tables, how an older index becomes one of today, and what happens to one that is damaged."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

SCHEMA = 3
WAIT = 30.0
"""Seconds to wait for whoever writes."""

_TABLES = """
create table if not exists actions (
    action text primary key, recipe text not null, domain text not null, op text not null,
    outputs text not null, facts text not null, record text not null, seconds real not null, finished real not null,
    used real not null default 0);
create table if not exists recipes (
    recipe text not null, domain text not null, action text not null, primary key (recipe, domain));
create index if not exists recipes_of on recipes (action);
create table if not exists facts (recipe text primary key, value text not null);
create table if not exists plans (film text not null, task text not null, shot text not null, op text not null,
    recipe text not null, params text not null, inputs text not null, primary key (film, task));
create table if not exists pins (recipe text primary key, why text not null);
create table if not exists costs (op text primary key, n real not null, x real not null, xx real not null,
    y real not null, xy real not null, memory integer not null);
create table if not exists unfit (recipe text not null, domain text not null, memory integer not null,
    primary key (recipe, domain));
create table if not exists crowds (what text not null, device text not null, most integer not null,
    primary key (what, device));
create table if not exists sizes (op text primary key, n real not null, x real not null, xx real not null,
    y real not null, xy real not null);
create table if not exists files (path text primary key, token text not null, digest text not null,
    taken integer not null);
"""

_STEPS = {
    1: "alter table actions add column used real not null default 0; drop table if exists runs;",
    2: "",  # only tables more
}
"""What makes an index of a schema one of the next."""


def open_database(path: Path) -> sqlite3.Connection:
    """Open an index, or begin one; a damaged or unknown one is set aside. Raises ``OSError``, ``sqlite3.Error``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connect(path)
    except sqlite3.OperationalError:
        raise  # locked, full, unreachable: nothing is wrong with what is stored
    except sqlite3.DatabaseError:
        set_aside(path)
        return _connect(path)


def set_aside(path: Path) -> Path:
    """Move a damaged index out of the way; returns where it is now."""
    aside = path.with_name(f"{path.name}.damaged-{time.time_ns()}")
    path.replace(aside)
    for extra in ("-wal", "-shm"):
        path.with_name(path.name + extra).unlink(missing_ok=True)
    return aside


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=WAIT, isolation_level="DEFERRED")
    try:
        _write_ahead(db)
        db.execute("pragma synchronous = full")
        (version,) = db.execute("pragma user_version").fetchone()
        if version not in (0, SCHEMA):
            _bring_up(db, version)
        if version != SCHEMA:
            db.executescript(f"begin immediate; {_TABLES} pragma user_version = {SCHEMA}; commit;")
        (found,) = db.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _write_ahead(db: sqlite3.Connection) -> None:
    """Choose the write-ahead log. SQLite does not wait for others here, whatever its timeout: two that begin at once would fail."""
    until = time.monotonic() + WAIT
    while True:
        try:
            db.execute("pragma journal_mode = wal")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return


def _bring_up(db: sqlite3.Connection, version: int) -> None:
    """Step by step to today's schema, one transaction, decided under the lock: two may open an old index at once."""
    db.execute("begin immediate")
    try:
        (version,) = db.execute("pragma user_version").fetchone()
        while version != SCHEMA:
            if version not in _STEPS:
                raise sqlite3.DatabaseError(f"index schema {version}")
            for statement in filter(None, (s.strip() for s in _STEPS[version].split(";"))):
                db.execute(statement)
            version += 1
            db.execute(f"pragma user_version = {version}")
        db.commit()
    except BaseException:
        db.rollback()
        raise
