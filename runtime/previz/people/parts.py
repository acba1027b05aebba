"""The one shape everything on a person has: a skinned part. Body, eyes, hair and garments are all parts.

A part is built once in rest space and cached; ``skinning`` poses it, ``person`` turns it into a ``Mesh``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
U8 = NDArray[np.uint8]

N_UNITS = 52


@dataclass(slots=True)
class UnitDeltas:
    """Sparse displacements by face unit: ``u`` moves vertices ``index[start[u]:start[u+1]]`` by ``delta`` metres."""

    start: I32
    """(53,)"""
    index: I32
    """(N,)"""
    delta: F32
    """(N, 3) metres in rest axes at weight 1."""

    @staticmethod
    def none() -> UnitDeltas:
        return UnitDeltas(np.zeros(N_UNITS + 1, np.int32), np.zeros(0, np.int32), np.zeros((0, 3), np.float32))


@dataclass(slots=True)
class LidGuard:
    """Vertices kept outside an eyeball after the face units: lids, and the lashes on them."""

    index: I32
    """(N,)"""
    centre: F32
    """(N, 3) rest centre of the eye each vertex belongs to."""
    radius: F32
    """(N,) nearest they may come to it."""


@dataclass(slots=True)
class SkinnedPart:
    """One mesh of a person in rest space (metres, floor origin, +y up, facing +z).

    ``bone_index`` (V, 8) uint8 and ``bone_weight`` (V, 8) float32 over the 80 bones, descending, rows
    summing to one: unused slots carry weight 0. ``rest`` is what the shader's procedural noise sees
    (for eyes the unit sphere); ``canonical`` is the template position (landmarks of the people README),
    which breath and scalar fields use. ``normals`` None = recomputed from the faces after skinning
    (body, cloth); given = carried by the bones (hair cards, eyes).
    """

    name: str
    """Short: ``body``, ``eyes``, ``hair``, ``garment.coat`` …; the person's name is put before it."""
    positions: F32
    faces: I32
    material: U8
    """(F,) ``Material`` values."""
    bone_index: U8
    bone_weight: F32
    canonical: F32
    rest: F32
    colour: F32
    attr: F32
    tangent: F32
    """(V, 3); zeros where unused. Carried by the bones."""
    normals: F32 | None = None
    units: UnitDeltas = field(default_factory=UnitDeltas.none)
    sway: F32 | None = None
    """(V,) 0 fixed .. 1 tip: follows the hair spring when ``is_hair``, else the hem spring."""
    breath: F32 | None = None
    """(V, 3) metres at breath 1; None = from the chest field of ``canonical`` (``skinning.chest_breath``)."""
    folds: F32 | None = None
    """(V, 3) how deeply skin creases when brows rise, when they frown, and when eyes smile; added to the wrinkle attr."""
    lids: LidGuard | None = None
    """Filled by ``build_person`` for every part that blinks."""
    two_sided: bool = False
    is_hair: bool = False
    casts_shadow: bool = True


def make_part(name: str, positions: F32, faces: I32, material: int, **given: Any) -> SkinnedPart:
    """A part with everything optional filled in: root-bound, canonical and rest = positions, mid-grey.

    Keyword arguments are ``SkinnedPart`` fields and win over the fillers.
    """
    n = len(positions)
    index = np.zeros((n, 8), np.uint8)
    weight = np.zeros((n, 8), np.float32)
    weight[:, 0] = 1.0
    filled: dict[str, Any] = {
        "bone_index": index,
        "bone_weight": weight,
        "canonical": positions,
        "rest": given.get("canonical", positions),
        "colour": np.full((n, 3), 0.5, np.float32),
        "attr": np.zeros((n, 4), np.float32),
        "tangent": np.zeros((n, 3), np.float32),
    }
    filled.update(given)
    known = {f.name for f in fields(SkinnedPart)}
    unknown = set(filled) - known
    if unknown:
        raise TypeError(f"SkinnedPart has no field {sorted(unknown)[0]}")
    for key in ("canonical", "rest", "colour", "attr", "tangent", "bone_weight"):
        filled[key] = np.ascontiguousarray(filled[key], np.float32)
    return SkinnedPart(
        name=name,
        positions=np.ascontiguousarray(positions, np.float32),
        faces=np.ascontiguousarray(faces, np.int32),
        material=np.full(len(faces), material, np.uint8),
        **filled,
    )


@dataclass(slots=True)
class Garments:
    """What ``garments.build_garments`` returns: always at least a base layer over trunk, hips and thighs."""

    parts: list[SkinnedPart]
    covered: NDArray[np.bool_]
    """(V,) over all template vertices: hidden under cloth. A skin face with three covered corners is dropped."""


@dataclass(slots=True)
class Hair:
    """What ``hair.build_hair`` returns: scalp hair, brows, lashes and beard, each a part (empty for the bald)."""

    parts: list[SkinnedPart]
    scalp: F32 | None = None
    """(V,) 0..1 over all template vertices: how much hair roots darken the scalp (stubble included); None = none."""
