"""The store: blobs and index under one ``.film`` folder, and the scratch space tasks work in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from runtime.store.blobs import Blobs
from runtime.store.index import Action, Index, Output


class Store:
    """Everything kept between builds of the films of one folder. Open one per process."""

    def __init__(self, root: Path) -> None:
        """``root`` is the ``.film`` folder, made when missing. Raises ``OSError`` when it cannot be."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        ignore = root / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
        self.blobs = Blobs(root / "blobs")
        self.index = Index(root / "index.sqlite")
        self.scratch = root / "scratch" / str(os.getpid())
        self.logs = root / "logs"
        self._sweep()

    def close(self) -> None:
        self.index.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def find(self, recipe: str, domain: str) -> Action | None:
        """The action a recipe came out as, if all its outputs are still there."""
        return self._whole(self.index.by_recipe(recipe, domain))

    def find_action(self, key: str) -> Action | None:
        return self._whole(self.index.by_action(key))

    def sound(self, action: Action, name: str) -> bool:
        """Whether the bytes of one output are intact."""
        output = action.output(name)
        return self.blobs.sound(output.digest, output.suffix)

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

    def _whole(self, action: Action | None) -> Action | None:
        if action and all(self.blobs.present(o.digest, o.suffix, o.size) for o in action.outputs):
            return action
        return None

    def _sweep(self) -> None:
        """Remove scratch of builds that are no longer alive."""
        base = self.root / "scratch"
        if not base.is_dir():
            return
        for left in base.iterdir():
            if left.name.isdigit() and not _alive(int(left.name)):
                shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
