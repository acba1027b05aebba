"""Built sets on disk: one npz of plain arrays, read without pickle."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from runtime.previz.scene import Mesh
from runtime.previz.sets.build import BuiltSet

_ARRAYS = ("positions", "normals", "faces", "material", "rest", "colour", "attr", "tangent")


def save_set(path: Path, built: BuiltSet) -> None:
    """Writes ``built`` to ``path`` (npz, uncompressed); the same set gives the same arrays."""
    arrays: dict[str, np.ndarray] = {
        "names": np.array([m.name for m in built.static]),
        "flags": np.array([(m.two_sided, m.casts_shadow) for m in built.static], dtype=bool).reshape(-1, 2),
        "bounds": np.array(built.bounds),
    }
    for i, mesh in enumerate(built.static):
        arrays |= {f"{i}.{field}": getattr(mesh, field) for field in _ARRAYS}
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def load_set(path: Path) -> BuiltSet:
    """Reads what ``save_set`` wrote. Raises ``ValueError`` or ``OSError`` for anything else."""
    with np.load(path, allow_pickle=False) as data:
        flags = data["flags"]
        meshes = [
            Mesh(
                name=str(name),
                **{field: data[f"{i}.{field}"] for field in _ARRAYS},
                two_sided=bool(flags[i, 0]),
                casts_shadow=bool(flags[i, 1]),
            )
            for i, name in enumerate(data["names"])
        ]
        low, high = (tuple(float(v) for v in row) for row in data["bounds"])
    return BuiltSet(meshes, ((low[0], low[1], low[2]), (high[0], high[1], high[2])))
