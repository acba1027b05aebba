"""The store: blobs and index under one ``.film`` folder, the scratch space tasks work in, a shared store behind it."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Collection, Sequence
from pathlib import Path

from runtime.store import locks
from runtime.store.blobs import Blobs, Token
from runtime.store.index import Action, Index, Measured, Output
from runtime.store.shared import Shared

_HOUR = 3600.0


class Store:
    """Everything kept between builds of the films of one folder. Open one per process.

    While it is open, nobody collects. With ``shared`` what is missing here is looked for there, verified and copied.
    """

    def __init__(self, root: Path, shared: Shared | None = None) -> None:
        """``root`` is the ``.film`` folder, made when missing. Raises ``OSError``, ``sqlite3.Error``."""
        self.root = root
        self.shared = shared
        self.vouched: set[str] = set()
        """Actions made by this process from what is vouched for, or taken from the shared store."""
        root.mkdir(parents=True, exist_ok=True)
        ignore = root / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        self._lock = locks.share(root / "lock")
        self._scratch_lock: locks.Lock | None = None
        try:
            self.blobs = Blobs(root / "blobs")
            self.index = Index(root / "index.sqlite")
            self.logs = root / "logs"
            self.runs = root / "runs"
            self._doing = root / "doing"
            self._doing.mkdir(exist_ok=True)
            base = root / "scratch"
            base.mkdir(exist_ok=True)
            self.scratch = base / f"{os.getpid()}-{secrets.token_hex(4)}"
            # Locked before it exists: a folder without a living lock is one of the dead.
            self._scratch_lock = locks.share(base / f"{self.scratch.name}.lock")
            self.scratch.mkdir()
            _sweep(base)
            _unclaim(self._doing)
        except BaseException:
            self._let_go()
            raise

    def close(self) -> None:
        self.index.close()
        shutil.rmtree(self.scratch, ignore_errors=True)
        self._let_go()
        if self.shared is not None:
            self.shared.close()

    def hold_alone(self) -> bool:
        """Keep everybody else out until it is closed; false when somebody else has it open: then it is only to be closed."""
        return self._lock.hold_alone()

    def find(self, recipe: str, domain: str) -> Action | None:
        """The action a recipe came out as, if all its outputs are here, or can be had from the shared store."""
        found = self._whole(self.index.by_recipe(recipe, domain))
        if found is None and self.shared is not None and (known := self.shared.by_recipe(recipe, domain)):
            found = self._fetch(known, recipe)
        return found

    def find_action(self, key: str) -> Action | None:
        found = self._whole(self.index.by_action(key))
        if found is None and self.shared is not None and (known := self.shared.by_action(key)):
            found = self._fetch(known, "")
        return found

    def find_all(self, recipes: Collection[str], domain: str) -> dict[str, Action]:
        """``find`` of many recipes in one look at the index; those that are not there are left out."""
        known = self.index.by_recipes(recipes, domain)
        found = {recipe: action for recipe, action in known.items() if self._whole(action) is not None}
        if self.shared is not None and len(found) < len(recipes):
            for recipe, action in self.shared.by_recipes([r for r in recipes if r not in found], domain).items():
                if (fetched := self._fetch(action, recipe)) is not None:
                    found[recipe] = fetched
        return found

    def known(self, recipes: Collection[str], domain: str) -> set[str]:
        """Those of many recipes that ``find`` would find, without fetching anything."""
        found = self.blobs.whole(self.index.outputs_of(recipes, domain))
        if self.shared is not None and len(found) < len(recipes):
            found |= self.shared.known([recipe for recipe in recipes if recipe not in found], domain)
        return found

    def claim(self, key: str) -> locks.Lock | None:
        """Say that this build now does an action; ``None`` while another one does. Raises ``OSError``.

        The claim ends with the process, whatever ends that, or with ``Lock.give_up`` once the action is recorded.
        """
        return locks.claim(self._doing / key)

    def sound(self, action: Action, name: str) -> bool:
        """Whether the bytes of one output are intact."""
        output = action.output(name)
        return self.blobs.sound(output.digest, output.suffix)

    def token(self, action: Action, name: str) -> Token | None:
        """The file of one output as it is now, to see afterwards that nobody wrote to it."""
        output = action.output(name)
        return self.blobs.token(output.digest, output.suffix)

    def path(self, action: Action, name: str) -> Path:
        output = action.output(name)
        return self.blobs.path(output.digest, output.suffix)

    def adopt(self, folder: Path, outputs: Sequence[tuple[str, str]]) -> tuple[Output, ...]:
        """Take the files ``name + suffix`` of a finished task's folder in. Raises ``OSError``."""
        taken = []
        for name, suffix in outputs:
            digest, size = self.blobs.adopt(folder / f"{name}{suffix}", suffix)
            taken.append(Output(name, digest, suffix, size))
        return tuple(taken)

    def record(self, action: Action, measured: Measured | None = None, *, vouched: bool = False) -> None:
        """Commit a finished action whose outputs have been adopted, and offer it to the shared store.

        ``vouched``: everything it stands on was made in this very build or came from the shared store, so that its
        recipe, too, may be told to others. A folder that came with a clone vouches for nothing.
        """
        self.index.record(action, measured)
        if vouched:
            self.vouched.add(action.action)
        if self.shared is not None:
            self.shared.publish(action, self.blobs, vouched=vouched)

    def _fetch(self, action: Action, recipe: str) -> Action | None:
        assert self.shared is not None
        if not self.shared.fetch(action, self.blobs, self.scratch):
            return None
        self.index.record(action, linked=False)
        self.vouched.add(action.action)
        if recipe:
            self.index.link(action, recipe)
        return action

    def _whole(self, action: Action | None) -> Action | None:
        if action and all(self.blobs.present(o.digest, o.suffix, o.size) for o in action.outputs):
            return action
        return None

    def _let_go(self) -> None:
        if self._scratch_lock is not None:
            self._scratch_lock.path.unlink(missing_ok=True)
            self._scratch_lock.release()
        self._lock.release()


def _sweep(base: Path) -> None:
    """Remove scratch of builds that are no longer alive."""
    for left in base.iterdir():
        if left.is_dir():
            lock = base / f"{left.name}.lock"
            if not locks.held(lock):
                shutil.rmtree(left, ignore_errors=True)
                lock.unlink(missing_ok=True)
        elif not locks.held(left) and _age(left) > _HOUR:
            left.unlink(missing_ok=True)


def _unclaim(folder: Path) -> None:
    """Remove the files of claims whose builds are no longer alive: a claim that is made meanwhile is made once more."""
    for left in folder.iterdir():
        if (lock := locks.claim(left)) is not None:
            lock.give_up()


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
