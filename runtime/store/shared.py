"""The shared store: what this user's films have made, by content, behind the stores beside them.

Opt-in. It lies in the user's own cache folder, never where a film's text could name; what is read from it is verified,
and no trouble with it stops a build.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from runtime.store import locks
from runtime.store.blobs import Blobs
from runtime.store.index import Action, Index

VARIABLE = "FILM_CACHE"
_NO = {"", "0", "no", "off", "false"}
_YES = {"1", "yes", "on", "true", "shared"}


def shared_folder(asked: bool) -> Path | None:
    """Where the shared store lies, or ``None`` when nobody asked for one.

    ``FILM_CACHE`` decides before ``asked`` (the command line or film.toml): ``0`` is none, ``1`` the user's cache
    folder, anything else a folder.
    """
    said = os.environ.get(VARIABLE)
    if said is not None and said.lower() not in _YES:
        return None if said.lower() in _NO else Path(said).expanduser()
    if not asked and said is None:
        return None
    return usual_folder()


def usual_folder() -> Path:
    """The user's own cache folder for results of all films."""
    from platformdirs import user_cache_path

    return user_cache_path("filmlang") / "store"


class Shared:
    """An open shared store. Safe for several processes; closed to collection while it is open."""

    def __init__(self, root: Path) -> None:
        """Raises ``OSError``, ``sqlite3.Error``."""
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.root = root
        self._lock = locks.share(root / "lock")
        try:
            self.blobs = Blobs(root / "blobs")
            self.index = Index(root / "index.sqlite")
        except BaseException:
            self._lock.release()
            raise
        self.trouble = ""
        """What went wrong with it first, for a warning."""
        self.fetched = 0

    def close(self) -> None:
        self.index.close()
        self._lock.release()

    def by_recipe(self, recipe: str, domain: str) -> Action | None:
        try:
            return self._whole(self.index.by_recipe(recipe, domain))
        except sqlite3.Error as error:
            self._note(error)
            return None

    def by_recipes(self, recipes: Collection[str], domain: str) -> dict[str, Action]:
        """``by_recipe`` of many at once."""
        try:
            found = self.index.by_recipes(recipes, domain)
        except sqlite3.Error as error:
            self._note(error)
            return {}
        return {recipe: action for recipe, action in found.items() if self._whole(action) is not None}

    def known(self, recipes: Collection[str], domain: str) -> set[str]:
        """Those of many recipes that ``by_recipe`` would find."""
        try:
            return self.blobs.whole(self.index.outputs_of(recipes, domain))
        except sqlite3.Error as error:
            self._note(error)
            return set()

    def by_action(self, action: str) -> Action | None:
        try:
            return self._whole(self.index.by_action(action))
        except sqlite3.Error as error:
            self._note(error)
            return None

    def fetch(self, action: Action, into: Blobs, scratch: Path) -> bool:
        """Copy all outputs of an action; false, with nothing of it trusted, when one is damaged or cannot be read.

        Raises ``OSError`` when the copy cannot be written here.
        """
        for output in action.outputs:
            if into.sound(output.digest, output.suffix):
                continue
            if not self.blobs.sound(output.digest, output.suffix):
                return False
            draft = scratch / f"shared-{secrets.token_hex(8)}{output.suffix}"
            shutil.copyfile(self.blobs.path(output.digest, output.suffix), draft)
            taken, _ = into.adopt(draft, output.suffix)
            if taken != output.digest:  # it was written to between the look and the copy
                return False
        self.fetched += 1
        try:
            self.index.touch(action.action)
        except sqlite3.Error as error:
            self._note(error)
        return True

    def publish(self, action: Action, source: Blobs, *, vouched: bool) -> None:
        """Offer what has just been made. Its recipe is told only when all it stands on is known to be honest."""
        if self.trouble:
            return
        try:
            for output in action.outputs:
                if self.blobs.present(output.digest, output.suffix, output.size):
                    continue
                draft = self.blobs.root / f"{secrets.token_hex(8)}.part"
                try:
                    shutil.copyfile(source.path(output.digest, output.suffix), draft)
                    self.blobs.adopt(draft, output.suffix)
                finally:
                    with suppress(OSError):
                        draft.unlink(missing_ok=True)
            self.index.record(action, linked=vouched)
        except (OSError, sqlite3.Error) as error:
            self._note(error)

    def _whole(self, action: Action | None) -> Action | None:
        if action and all(self.blobs.present(o.digest, o.suffix, o.size) for o in action.outputs):
            return action
        return None

    def _note(self, error: OSError | sqlite3.Error) -> None:
        self.trouble = self.trouble or str(error)
