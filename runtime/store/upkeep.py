"""Keeping a store in order: what it holds, whether it is all sound, and letting go of what nobody needs.

Nothing here runs while a build has the store open: both sides hold its lock. What a film's last plan or a person's
choice stands on is never collected.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from runtime.store import durable
from runtime.store.blobs import Blobs, file_digest
from runtime.store.index import Action, Index
from runtime.store.schema import set_aside

FIRST_TO_GO = (".mkv",)
"""Clips between render and look are large and quickly made again: they go before anything else of their age."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What a store holds. Sizes in bytes."""

    blobs: int
    size: int
    actions: int
    needed: int
    """Bytes that the last plans and pins stand on."""
    loose: int
    """Bytes of files that no action speaks of."""
    by_op: tuple[tuple[str, int, int], ...]
    """(op, actions, bytes), largest first; a blob shared by two ops counts with the first."""
    damaged: int
    """Bytes set aside as damaged."""
    logs: int
    films: tuple[str, ...]
    pins: int


@dataclass(slots=True)
class Verified:
    """What looking at every byte found."""

    blobs: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)
    """Names of blobs whose bytes were not theirs; moved aside."""
    strangers: list[str] = field(default_factory=list)
    """Files that are no blobs; moved aside."""
    unreadable: list[str] = field(default_factory=list)
    dropped: int = 0
    """Actions taken out of the index because an output is gone."""
    lost_pins: list[str] = field(default_factory=list)
    """Why each pin mattered whose bytes are gone: only a new take can stand in."""
    index: list[str] = field(default_factory=list)
    """What was wrong with the index; it is begun anew then."""

    @property
    def sound(self) -> bool:
        return not (self.damaged or self.strangers or self.unreadable or self.index or self.dropped or self.lost_pins)


@dataclass(slots=True)
class Collected:
    """What a collection removed, or would remove. Sizes in bytes."""

    before: int = 0
    after: int = 0
    actions: int = 0
    blobs: int = 0
    needed: int = 0
    """What could not go because a plan or a pin stands on it."""


def survey(root: Path, blobs: Blobs, index: Index) -> Stat:
    """Count what is there; reads no blob."""
    sizes = {f"{digest}{suffix}": _size(path) for path, digest, suffix in blobs.everything() if digest}
    needed = index.needed()
    by_op: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    counted: set[str] = set()
    kept: set[str] = set()
    number = 0
    for action, _ in index.actions():
        number += 1
        by_op[action.op][0] += 1
        for name in _names(action):
            if name not in counted:
                counted.add(name)
                by_op[action.op][1] += sizes.get(name, 0)
            if action.action in needed:
                kept.add(name)
    return Stat(
        len(sizes),
        sum(sizes.values()),
        number,
        sum(sizes.get(name, 0) for name in kept),
        sum(size for name, size in sizes.items() if name not in counted),
        tuple(sorted(((op, n, size) for op, (n, size) in by_op.items()), key=lambda row: (-row[2], row[0]))),
        _tree_size(root / "damaged"),
        _tree_size(root / "logs") + _tree_size(root / "runs"),
        tuple(index.plans()),
        len(index.pins()),
    )


def verify(blobs: Blobs, index: Index) -> tuple[Verified, Index]:
    """Hash every blob and bring the index in line with what is there; goes on after errors.

    Returns the index to go on with: a damaged one has been set aside for a new one.
    """
    found = Verified(index=index.check())
    if found.index:
        index.close()
        set_aside(index.path)
        index = Index(index.path)
    there: set[str] = set()
    for path, digest, suffix in blobs.everything():
        if not digest:
            found.strangers.append(path.name)
            blobs.set_aside(path)
            continue
        try:
            right, size = file_digest(path) == digest, path.stat().st_size
        except OSError as error:
            found.unreadable.append(f"{path.name}: {error.strerror or error}")
            blobs.set_aside(path)
            continue
        found.blobs += 1
        found.size += size
        if right:
            there.add(f"{digest}{suffix}")
        else:
            found.damaged.append(path.name)
            blobs.set_aside(path)
    gone = [action.action for action, _ in index.actions() if not there.issuperset(_names(action))]
    pinned = index.pinned_by_action()
    found.lost_pins = [pinned[action] for action in gone if action in pinned]
    found.dropped = len(gone)
    if gone:
        index.forget(gone)
    return found, index


def collect(
    blobs: Blobs,
    index: Index,
    *,
    most: int | None = None,
    older: float | None = None,
    dry: bool = False,
    now: float | None = None,
    gone: Collection[str] = (),
) -> Collected:
    """Let go of what no plan and no pin needs: all of it that was last needed over ``older`` seconds ago, and the
    longest unused until no more than ``most`` bytes are left. With neither, everything that is not needed.

    The plans of films that are ``gone`` need nothing any more; by age, what they needed is as old as this hour.

    Blobs go before rows: on a disk that is full there is no room to change the index before. A row whose blob is gone is
    a miss, at whatever instant this is stopped.
    """
    now = time.time() if now is None else now
    paths = {f"{digest}{suffix}": path for path, digest, suffix in blobs.everything() if digest}
    sizes = {name: _size(path) for name, path in paths.items()}
    needed = index.needed(gone if older is None else ())
    users: dict[str, int] = defaultdict(int)
    idle: list[tuple[Action, float]] = []
    for action, used in index.actions():
        for name in _names(action):
            users[name] += 1
        if action.action not in needed:
            idle.append((action, used))
    done = Collected(before=sum(sizes.values()))
    loose = [name for name in paths if not users[name]]
    left = done.before - sum(sizes[name] for name in loose)
    idle.sort(key=lambda item: (_turn(item[0]) if older is None else 0, item[1], item[0].action))
    rows, files = [], list(loose)
    for action, used in idle:
        aged = older is not None and now - used >= older
        crowded = most is not None and left > most
        if not (aged or crowded or (older is None and most is None)):
            continue
        rows.append(action.action)
        for name in _names(action):
            users[name] -= 1
            if not users[name] and name in paths:
                files.append(name)
                left -= sizes[name]
    done.actions, done.blobs, done.after = len(rows), len(files), left
    done.needed = sum(
        sizes[name] for name in {n for a, _ in index.actions() if a.action in needed for n in _names(a)} & paths.keys()
    )
    if dry:
        return done
    for name in files:
        durable.remove(paths[name])
    for path, digest, _ in list(blobs.everything()):
        if not digest and path.is_file():
            durable.remove(path)
    shutil.rmtree(blobs.quarantine, ignore_errors=True)
    if rows:
        index.forget(rows)
    for film in gone:
        index.forget_plan(film)
    if rows or gone:
        index.shrink()
    return done


def films_gone(index: Index, folder: Path) -> list[str]:
    """Names of last plans whose film is no longer in its folder. Raises ``OSError``."""
    there = [path.name for path in folder.iterdir()]
    return [plan for plan in index.plans() if not any(plan == name or plan.startswith(f"{name} ") for name in there)]


def _turn(action: Action) -> int:
    return 0 if any(o.suffix in FIRST_TO_GO for o in action.outputs) else 1


def _names(action: Action) -> set[str]:
    return {f"{o.digest}{o.suffix}" for o in action.outputs}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _tree_size(folder: Path) -> int:
    total = 0
    with contextlib.suppress(OSError):
        total = sum(_size(path) for path in folder.rglob("*") if path.is_file())
    return total
