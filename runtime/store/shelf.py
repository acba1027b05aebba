"""Plans' own memory between processes: texts by key in the user's cache folder, which may lose any of them at any time.

It never lies beside a film: a folder that came with a clone must not be able to say what a plan is. What is read was
written by this user, is whole, and was put under the very key it is asked for by; anything else is as if it were not there.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from blake3 import blake3

VARIABLE = "FILM_PLANS"
MOST_BYTES = 256_000_000
"""What is kept of all films together; what has not been asked for longest goes first."""
_NO = {"", "0", "no", "off", "false"}
_TABLE = """
create table if not exists texts (
    key text primary key, seal text not null, text text not null, bytes integer not null, day integer not null);
create index if not exists texts_by_day on texts (day);
"""
_AT_ONCE = 400


def plans_file() -> Path | None:
    """Where plans are remembered; ``None`` when ``FILM_PLANS`` is ``0``. Anything else it says is a folder."""
    said = os.environ.get(VARIABLE)
    if said is not None:
        return None if said.lower() in _NO else Path(said).expanduser() / "plans.sqlite"
    from platformdirs import user_cache_path

    return user_cache_path("filmlang") / "plans.sqlite"


class PlanShelf:
    """A shelf (``compiler.graph.kept.Shelf``) in one SQLite file. Trouble of any kind means that nothing is there."""

    def __init__(self, path: Path, made_by: str) -> None:
        """``made_by``: a digest of everything besides the film that decides what is put here."""
        self.path, self._made_by = path, made_by

    @property
    def made_by(self) -> str:
        return self._made_by

    def take(self, keys: Sequence[str]) -> Mapping[str, str]:
        """The texts of these keys that are here and as they were put."""
        found: dict[str, str] = {}
        with suppress(_Nothing), self._open(write=False) as db:
            wanted, stale, today = list(dict.fromkeys(keys)), [], _today()
            for at in range(0, len(wanted), _AT_ONCE):
                some = wanted[at : at + _AT_ONCE]
                asked = f"select key, seal, text, day from texts where key in ({','.join('?' * len(some))})"
                for key, seal, text, day in db.execute(asked, some):
                    if isinstance(text, str) and seal == _seal(key, text):
                        found[key] = text
                        if day != today:
                            stale.append((today, key))
            if stale:
                db.executemany("update texts set day = ? where key = ?", stale)
                db.commit()
        return found

    def put(self, texts: Mapping[str, str]) -> None:
        """Keep these texts, and let go of what nobody has asked for longest when it is too much."""
        rows = [(key, _seal(key, text), text, len(text), _today()) for key, text in texts.items()]
        with suppress(_Nothing), self._open(write=True) as db:
            db.executemany("insert or replace into texts values (?,?,?,?,?)", rows)
            (held,) = db.execute("select coalesce(sum(bytes), 0) from texts").fetchone()
            if held > MOST_BYTES:
                for key, size in db.execute("select key, bytes from texts order by day, rowid").fetchall():
                    if held <= MOST_BYTES // 2:
                        break
                    db.execute("delete from texts where key = ?", (key,))
                    held -= size
            db.commit()

    def forget(self) -> None:
        """Let go of everything: something here was wrong."""
        for end in ("", "-journal"):
            with suppress(OSError):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)

    @contextmanager
    def _open(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        """The file, opened. Raises ``_Nothing`` whatever is wrong with it, then or later; a damaged one is let go of."""
        db: sqlite3.Connection | None = None
        try:
            if write:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _own(self.path.parent.stat()) or (self.path.is_symlink() or not self._mine(missing=write)):
                raise _Nothing
            db = sqlite3.connect(self.path, timeout=2.0)
            self.path.chmod(0o600)
            db.execute("pragma synchronous = off")  # what a power cut takes is made again
            db.executescript(_TABLE)
            yield db
        except sqlite3.OperationalError as error:  # locked, full, unreachable: nothing is wrong with what is there
            raise _Nothing from error
        except sqlite3.Error as error:
            self.forget()
            raise _Nothing from error
        except OSError as error:
            raise _Nothing from error
        finally:
            if db is not None:
                with suppress(sqlite3.Error):
                    db.close()

    def _mine(self, *, missing: bool) -> bool:
        try:
            return _own(self.path.stat())
        except FileNotFoundError:
            return missing


class _Nothing(Exception):  # noqa: N818 - not an error to anybody
    """There is nothing to be had here."""


def _today() -> int:
    return int(time.time()) // 86_400


def _seal(key: str, text: str) -> str:
    return blake3(f"{key}\n{text}".encode()).hexdigest()


def _own(found: os.stat_result) -> bool:
    """Whether only this user can have written a file or folder."""
    mine = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return mine and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
