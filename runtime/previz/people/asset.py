"""The shipped body asset, unpacked once per process: template mesh, shape targets, joints and skin weights.

Written by ``tools/bake_people.py`` from CC0 data (``stdlib/people/CREDITS.md``). Distances stay in the
source's decimetres here; ``body`` turns them into metres.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.previz.people.parts import F32, I32, U8

MAGIC = b"FPB1"


@dataclass(frozen=True, slots=True)
class Asset:
    """``vertices`` (19158, 3) decimetres; targets as index and int16 thousandths of a decimetre."""

    vertices: F32
    groups: dict[str, tuple[int, int]]
    """Vertex ranges: body, tongue, eye.L, eye.R, lashes, teeth.lower, teeth.upper, tights, skirt, hair."""
    quads: dict[str, I32]
    """(N, 4) per group; triangles repeat their last corner."""
    slots: dict[str, int]
    """Target name (``nose/nose-hump-incr``, ``unit/jawOpen``) to its place in ``starts``."""
    starts: I32
    index: NDArray[np.uint16]
    value: NDArray[np.int16]
    """(3, N)."""
    joint_vertices: I32
    joint_start: I32
    """Heads of the 80 bones, then their tails: means of the listed vertices, CSR over 160 rows."""
    bone_index: U8
    bone_weight: F32

    def target(self, name: str) -> tuple[NDArray[np.uint16], NDArray[np.int16]]:
        """Indices (N,) and displacements (N, 3) in 0.001 dm. Raises ``KeyError`` for an unknown target."""
        slot = self.slots[name]
        span = slice(int(self.starts[slot]), int(self.starts[slot + 1]))
        return self.index[span], self.value[:, span].T

    def add(self, vertices: NDArray[np.float64], name: str, weight: float) -> None:
        """``vertices += weight · target`` in place, decimetres."""
        index, value = self.target(name)
        vertices[index] += value * (weight * 0.001)


@lru_cache(maxsize=1)
def load_asset() -> Asset:
    """The asset; about a third of a second the first time in a process, free afterwards."""
    return unpack(lzma.decompress(resources.files("stdlib.people").joinpath("body.xz").read_bytes()))


def unpack(payload: bytes) -> Asset:
    """Inverse of the bake's ``pack``. Raises ``ValueError`` if the payload is not ours."""
    if payload[:4] != MAGIC:
        raise ValueError("not a people asset")
    length = int.from_bytes(payload[4:8], "little")
    header: dict[str, Any] = json.loads(payload[8 : 8 + length])
    arrays: dict[str, NDArray[Any]] = {}
    at = 8 + length
    for name, dtype, shape in header["arrays"]:
        kind = np.dtype(dtype)
        size = int(np.prod(shape)) * kind.itemsize
        planes = np.frombuffer(payload, np.uint8, size, at).reshape(kind.itemsize, -1)
        arrays[name] = np.ascontiguousarray(planes.T).view(kind).reshape(shape)
        at += size
    counts = arrays["counts"].astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    # Steps restart from zero at every target: undo the running sum of the targets before.
    total = np.cumsum(arrays["steps"], dtype=np.int64)
    before = np.concatenate([[0], total])[starts[:-1]]
    recipes = header["joints"]["heads"] + header["joints"]["tails"]
    return Asset(
        vertices=(np.cumsum(arrays["vertices"], axis=1).T / 10000.0).astype(np.float32),
        groups={name: (first, last) for name, (first, last) in header["groups"].items()},
        quads={
            name: np.ascontiguousarray(np.cumsum(arrays[f"quads/{name}"], axis=1, dtype=np.int32).T)
            for name in header["groups"]
        },
        slots=header["targets"],
        starts=starts.astype(np.int32),
        index=(total - np.repeat(before, counts)).astype(np.uint16),
        value=arrays["values"],
        joint_vertices=np.array([v for recipe in recipes for v in recipe], np.int32),
        joint_start=np.cumsum([0, *map(len, recipes)]).astype(np.int32),
        bone_index=np.ascontiguousarray(arrays["bone_index"].T),
        bone_weight=np.ascontiguousarray(arrays["bone_weight"].T / np.float32(65535.0), np.float32),
    )
