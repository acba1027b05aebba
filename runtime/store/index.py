"""The index beside the blobs: which action made what, which recipe it stood for, and the facts that came back.

SQLite in WAL mode, one row per action, committed after its blobs are durable. A damaged index is set aside
and begun anew: blobs are then found again by running what cannot be looked up.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from runtime.store import durable
from runtime.store.schema import open_database


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


@dataclass(frozen=True, slots=True)
class Measured:
    """What a finished task cost: the seconds expected by its op's prior, those it took, its peak memory in bytes.

    ``likely``: bytes of outputs expected by the op's prior, ``size`` those that there are; no size is learned when it is 0.
    """

    prior: float
    seconds: float
    memory: int = 0
    likely: float = 0.0
    size: int = 0


@dataclass(frozen=True, slots=True)
class CostSums:
    """Sums over an op's finished tasks, older ones fading: number, priors, their squares, seconds, products, peak.

    Of sizes the same, with bytes for seconds and no peak.
    """

    n: float
    x: float
    xx: float
    y: float
    xy: float
    memory: int = 0

    def with_one(self, prior: float, seen: float, memory: int = 0) -> CostSums:
        """One more task; those before count a little less."""
        n, x, xx, y, xy = (old * _FADE for old in (self.n, self.x, self.xx, self.y, self.xy))
        peak = max(int(self.memory * _FADE), memory)
        return CostSums(n + 1, x + prior, xx + prior * prior, y + seen, xy + prior * seen, peak)


_FADE = 0.99
"""A task counts half after about seventy more of its op: machines change, and so does the code."""
_NONE = CostSums(0, 0, 0, 0, 0)


class Index:
    """The store's index. Safe for several processes; this one writes from a single connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = open_database(path)

    def close(self) -> None:
        self._db.close()

    def version(self) -> int:
        """A number that is another one as soon as anybody but this connection has written to the index."""
        (number,) = self._db.execute("pragma data_version").fetchone()
        return int(number)

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return durable.commit(self._db, self.path)

    def by_recipe(self, recipe: str, domain: str) -> Action | None:
        row = self._db.execute(
            f"select {_ACTION} from recipes r join actions a on a.action = r.action where r.recipe = ? and r.domain = ?",
            (recipe, domain),
        ).fetchone()
        return _action(row)

    def by_recipes(self, recipes: Iterable[str], domain: str) -> dict[str, Action]:
        """``by_recipe`` of many at once; those that are not known are left out."""
        rows = self._db.execute(f"select j.value, {_ACTION} {_ASKED}", (json.dumps(list(recipes)), domain))
        return {row[0]: found for row in rows if (found := _action(row[1:])) is not None}

    def outputs_of(self, recipes: Iterable[str], domain: str) -> dict[str, Any]:
        """[name, digest, suffix, size] of every output of what many recipes came out as, and nothing else of it.

        As it is written there: whoever uses it has to look at its shape.
        """
        asked = list(recipes)
        (there,) = self._db.execute("select count(*) from recipes").fetchone()
        if 2 * len(asked) > there:  # reading all of it is sooner done than looking for most of it
            wanted = set(asked)
            every = self._db.execute(f"select r.recipe, a.outputs {_EVERY}", (domain,))
            rows = [row for row in every if row[0] in wanted]
        else:
            rows = self._db.execute(f"select j.value, a.outputs {_ASKED}", (json.dumps(asked), domain)).fetchall()
        names, texts = [row[0] for row in rows], [row[1] for row in rows]
        try:
            # One text is parsed in a third of the time of thousands.
            return dict(zip(names, json.loads(f"[{','.join(texts)}]"), strict=True))
        except ValueError:
            return {name: _plain(text) for name, text in zip(names, texts, strict=True)}

    def by_action(self, action: str) -> Action | None:
        return _action(self._db.execute(f"select {_ACTION} from actions a where a.action = ?", (action,)).fetchone())

    def record(self, action: Action, measured: Measured | None = None, *, linked: bool = True) -> None:
        """Commit one finished action, its facts and what it cost together; with its recipe unless not ``linked``."""
        outputs = json.dumps([[o.name, o.digest, o.suffix, o.size] for o in action.outputs])
        now = time.time()
        with self._writing() as db:
            db.execute(
                "insert or replace into actions (action, recipe, domain, op, outputs, facts, record, seconds, finished, used)"
                " values (?,?,?,?,?,?,?,?,?,?)",
                (
                    action.action, action.recipe, action.domain, action.op, outputs,
                    action.facts, action.record, action.seconds, now, now,
                ),
            )  # fmt: skip
            if linked:
                self._link(action, action.recipe)
            if measured is not None:
                self._learn(action.op, measured)

    def link(self, action: Action, recipe: str) -> None:
        """Say that a recipe comes out as an action already known (early cutoff)."""
        with self._writing():
            self._link(action, recipe)

    def _link(self, action: Action, recipe: str) -> None:
        self._db.execute("insert or replace into recipes values (?,?,?)", (recipe, action.domain, action.action))
        if action.facts != "null":
            self._db.execute("insert or replace into facts values (?,?)", (recipe, action.facts))

    def facts(self) -> dict[str, str]:
        """All facts by recipe, as JSON."""
        return dict(self._db.execute("select recipe, value from facts"))

    def _learn(self, op: str, seen: Measured) -> None:
        known = self._db.execute("select n, x, xx, y, xy, memory from costs where op = ?", (op,)).fetchone()
        spent = (CostSums(*known) if known else _NONE).with_one(seen.prior, seen.seconds, seen.memory)
        self._db.execute("insert or replace into costs values (?,?,?,?,?,?,?)", (op, *astuple(spent)))
        if seen.likely > 0:
            known = self._db.execute("select n, x, xx, y, xy from sizes where op = ?", (op,)).fetchone()
            made = (CostSums(*known) if known else _NONE).with_one(seen.likely, seen.size)
            self._db.execute("insert or replace into sizes values (?,?,?,?,?,?)", (op, *astuple(made)[:-1]))

    def costs(self) -> dict[str, CostSums]:
        """What the tasks of each op cost so far."""
        return {op: CostSums(*sums) for op, *sums in self._db.execute("select op, n, x, xx, y, xy, memory from costs")}

    def sizes(self) -> dict[str, CostSums]:
        """How many bytes the tasks of each op made so far."""
        return {op: CostSums(*sums) for op, *sums in self._db.execute("select op, n, x, xx, y, xy from sizes")}

    def did_not_fit(self, recipe: str, domain: str, memory: int) -> None:
        """Keep as a fact of this machine that a task ran out of memory with ``memory`` bytes to itself."""
        with self._writing() as db:
            db.execute("insert or replace into unfit values (?,?,?)", (recipe, domain, memory))

    def unfit(self, domain: str) -> dict[str, int]:
        """Recipes that ran out of memory on this kind of machine, and how many bytes were not enough."""
        return dict(self._db.execute("select recipe, memory from unfit where domain = ?", (domain,)))

    def crowd(self, what: str, device: str, most: int) -> None:
        """Keep as a fact of a make of device how many tasks of a kind fit it together."""
        with self._writing() as db:
            db.execute("insert or replace into crowds values (?,?,?)", (what, device, most))

    def crowds(self, device: str) -> dict[str, int]:
        """Kinds of task of which no more than so many go together on a make of device, as was found out."""
        return dict(self._db.execute("select what, most from crowds where device = ?", (device,)))

    def save_plan(self, film: str, tasks: Iterable[PlannedTask]) -> None:
        """Replace the last plan of a film; what only the old one needed ages from now on.

        Only what differs is written, and read of ``tasks``: a recipe stands for op, parameters and inputs.
        """
        now = {t.task: t for t in tasks}
        needed = {t.recipe for t in now.values()}
        with self._writing() as db:
            db.execute("begin immediate")  # what is there is looked at while nobody else writes
            rows = db.execute("select task, shot, recipe from plans where film = ?", (film,))
            known = {task: (shot, recipe) for task, shot, recipe in rows}
            fresh = [t for t in now.values() if known.get(t.task) != (t.shot, t.recipe)]
            gone = known.keys() - now.keys()
            left = {recipe for _, recipe in known.values() if recipe not in needed}
            db.executemany(
                "update actions set used = ? where action in (select action from recipes where recipe = ?)",
                [(time.time(), recipe) for recipe in sorted(left)],
            )
            db.executemany("delete from plans where film = ? and task = ?", [(film, task) for task in sorted(gone)])
            db.executemany(
                "insert or replace into plans values (?,?,?,?,?,?,?)",
                [(film, t.task, t.shot, t.op, t.recipe, t.params, t.inputs) for t in fresh],
            )

    def plan(self, film: str) -> dict[str, PlannedTask]:
        rows = self._db.execute("select task, shot, op, recipe, params, inputs from plans where film = ?", (film,))
        return {row[0]: PlannedTask(*row) for row in rows}

    def plans(self) -> list[str]:
        """Names of the films whose last plan is kept."""
        return [name for (name,) in self._db.execute("select distinct film from plans order by film")]

    def forget_plan(self, film: str) -> None:
        """Let go of a film that is no more: what only it needed may be collected, and ages from now on."""
        self.save_plan(film, ())

    def pin(self, recipe: str, why: str) -> None:
        """Never collect what a recipe came out as: a person chose it."""
        with self._writing() as db:
            db.execute("insert or replace into pins values (?,?)", (recipe, why))

    def unpin(self, recipe: str) -> None:
        with self._writing() as db:
            db.execute("delete from pins where recipe = ?", (recipe,))

    def pins(self) -> dict[str, str]:
        """Pinned recipes and why they are."""
        return dict(self._db.execute("select recipe, why from pins"))

    def pinned_by_action(self) -> dict[str, str]:
        """Actions that pins stand on, and why they are pinned."""
        return dict(self._db.execute("select r.action, p.why from pins p join recipes r on r.recipe = p.recipe"))

    def needed(self, without: Collection[str] = ()) -> set[str]:
        """Actions that the last plan of some film but these, or a pin, stands on."""
        pinned = "select r.action from pins p join recipes r on r.recipe = p.recipe"
        others = f"{_PLANNED} where p.film not in (select value from json_each(?))"
        return {action for (action,) in self._db.execute(f"{others} union {pinned}", (json.dumps([*without]),))}

    def actions(self) -> Iterator[tuple[Action, float]]:
        """Every action, and when it was last needed (seconds since the epoch)."""
        for row in self._db.execute(f"select {_ACTION}, max(a.used, a.finished) from actions a order by a.action"):
            if (found := _action(row[:-1])) is not None:
                yield found, float(row[-1])

    def records(self, op: str, most: int) -> list[str]:
        """Provenance, as JSON, of the latest finished actions of an op, no more than ``most``."""
        asked = "select record from actions where op = ? order by finished desc limit ?"
        return [record for (record,) in self._db.execute(asked, (op, most))]

    def touch(self, action: str) -> None:
        """Somebody needed this action just now."""
        with self._writing() as db:
            db.execute("update actions set used = ? where action = ?", (time.time(), action))

    def forget(self, actions: Collection[str]) -> None:
        """Drop actions and the recipes that came out as them; their facts stay."""
        with self._writing() as db:
            db.executemany("delete from recipes where action = ?", [(action,) for action in actions])
            db.executemany("delete from actions where action = ?", [(action,) for action in actions])

    def unlearn(self, recipes: Collection[str]) -> None:
        """Drop facts that cannot be so, and the actions they came from: whoever asks makes them again."""
        made = "select action from actions where recipe = ?1 union select action from recipes where recipe = ?1"
        with self._writing() as db:
            for recipe in recipes:
                found = db.execute(made, (recipe,)).fetchall()
                db.executemany("delete from recipes where action = ?", found)
                db.executemany("delete from actions where action = ?", found)
                db.execute("delete from facts where recipe = ?", (recipe,))

    def token(self, path: str) -> tuple[str, str, int] | None:
        """(file token, digest, when it was taken in ns) of a project file as last hashed."""
        row = self._db.execute("select token, digest, taken from files where path = ?", (path,)).fetchone()
        return None if row is None else (str(row[0]), str(row[1]), int(row[2]))

    def save_token(self, path: str, token: str, digest: str, taken: int) -> None:
        with self._writing() as db:
            db.execute("insert or replace into files values (?,?,?,?)", (path, token, digest, taken))

    def check(self) -> list[str]:
        """What SQLite finds wrong with the index itself; nothing for a sound one."""
        try:
            found = [str(row[0]) for row in self._db.execute("pragma integrity_check(20)")]
        except sqlite3.DatabaseError as error:
            return [str(error)]
        return [] if found == ["ok"] else found

    def shrink(self) -> None:
        """Give the disk back what removed rows held, if there is room to do it."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._db.execute("vacuum")
            self._db.execute("pragma wal_checkpoint(truncate)")


_ACTION = "a.action, a.recipe, a.domain, a.op, a.outputs, a.facts, a.record, a.seconds"
_PLANNED = "select r.action from plans p join recipes r on r.recipe = p.recipe"


_ASKED = (
    "from json_each(?) j join recipes r on r.recipe = j.value and r.domain = ? join actions a on a.action = r.action"
)

_EVERY = "from recipes r join actions a on a.action = r.action where r.domain = ?"

_Row = tuple[str, str, str, str, str, str, str, float]


def is_blob(digest: object, suffix: object, size: object) -> bool:
    """Whether these name a blob, and nothing else that may lie on a disk."""
    named = isinstance(digest, str) and len(digest) == 64 and digest.isalnum() and digest.isascii()
    return named and isinstance(suffix, str) and suffix[:1] == "." and suffix[1:].isalnum() and type(size) is int


def _action(row: _Row | None) -> Action | None:
    """A row as an action; ``None`` for one that this program did not write, as an index that came with a clone may hold."""
    if row is None:
        return None
    action, recipe, domain, op, outputs, facts, record, seconds = row
    try:
        made = tuple(Output(*output) for output in _plain(outputs))
    except TypeError:
        return None
    if not all(is_blob(o.digest, o.suffix, o.size) for o in made):
        return None
    return Action(action, recipe, domain, op, made, facts, record, seconds)


def _plain(text: str) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
