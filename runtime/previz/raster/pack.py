"""Many meshes laid out as one vertex and one triangle array, the static ones only once per window."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import kernel
from runtime.previz.scene import F32, I32, Material, Mesh

PERSON, TWO_SIDED, HAIR, CASTS, GHOST = 1, 2, 4, 8, 16
"""Bits of ``Packed.flags``. GHOST is anything seen through: memories, panes."""


@dataclass(frozen=True, slots=True)
class Span:
    """One mesh inside the packed arrays, with its box in world space."""

    name: str
    v0: int
    v1: int
    f0: int
    f1: int
    flags: int
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(slots=True)
class Packed:
    """``position`` (V, 3); ``vertex`` (V, 20): position, normal, rest, colour, attr, tangent, pad; ``faces``
    (F, 3); ``mesh`` and ``material`` (F,); ``flags`` and ``opacity`` per mesh. Static meshes come first."""

    position: F32
    vertex: F32
    faces: I32
    mesh: I32
    material: NDArray[np.uint8]
    flags: I32
    opacity: F32
    spans: list[Span]
    static_count: int


@dataclass(slots=True)
class Packer:
    """Keeps the static half of the arrays between frames while the very same mesh objects come back."""

    _static: list[Mesh] = field(default_factory=list)
    _packed: Packed | None = None
    generation: int = 0
    """Counts changes of the static half; caches that depend on it compare this."""

    def pack(self, static: list[Mesh], moving: list[Mesh]) -> Packed:
        """Lay out ``static`` then ``moving``. The result is valid until the next call."""
        kept = self._packed
        same = (
            kept is not None
            and len(static) == len(self._static)
            and all(a is b for a, b in zip(static, self._static, strict=True))
        )
        meshes = static + moving
        vertices = sum(len(m.positions) for m in meshes)
        triangles = sum(len(m.faces) for m in meshes)
        if not same or kept is None or len(kept.position) < vertices or len(kept.faces) < triangles:
            kept = _allocate(int(vertices * 1.2) + 64, int(triangles * 1.2) + 64)
            self._packed = kept
            if not same:
                self.generation += 1
            self._static = list(static)
            spans: list[Span] = []
            for mesh in static:
                spans.append(_append(kept, mesh, spans))
            kept.spans = spans
            kept.static_count = len(spans)
        spans = kept.spans[: kept.static_count]
        for mesh in moving:
            spans.append(_append(kept, mesh, spans))
        kept.spans = spans
        kept.flags = np.array([s.flags for s in spans], np.int32)
        kept.opacity = np.array([m.opacity for m in meshes], np.float32)
        return kept


def _allocate(vertices: int, triangles: int) -> Packed:
    return Packed(
        position=np.empty((vertices, 3), np.float32),
        vertex=np.zeros((vertices, 20), np.float32),
        faces=np.zeros((triangles, 3), np.int32),
        mesh=np.zeros(triangles, np.int32),
        material=np.empty(triangles, np.uint8),
        flags=np.empty(0, np.int32),
        opacity=np.empty(0, np.float32),
        spans=[],
        static_count=0,
    )


def _append(packed: Packed, mesh: Mesh, before: list[Span]) -> Span:
    v0, f0 = (before[-1].v1, before[-1].f1) if before else (0, 0)
    v1, f1 = v0 + len(mesh.positions), f0 + len(mesh.faces)
    flags = (
        PERSON * mesh.is_person
        | TWO_SIDED * (mesh.two_sided or mesh.is_hair)
        | HAIR * mesh.is_hair
        | CASTS * mesh.casts_shadow
        | GHOST * (mesh.opacity < 0.999 or _clear(mesh))
    )
    box = np.empty((2, 3), np.float64)
    if v1 > v0:
        _copy(
            v0,
            f0,
            len(before),
            mesh.positions,
            mesh.normals,
            mesh.rest,
            mesh.colour,
            mesh.attr,
            mesh.tangent,
            mesh.faces,
            mesh.material,
            packed.position,
            packed.vertex,
            packed.faces,
            packed.mesh,
            packed.material,
            box,
        )
    else:
        box[:] = 0.0
    return Span(mesh.name, v0, v1, f0, f1, int(flags), box[0], box[1])


def _clear(mesh: Mesh) -> bool:
    """Window panes, and thin glass that casts no shadow."""
    kind = mesh.material[0] if len(mesh.material) else Material.PLASTER
    return bool(kind == Material.PANE or (kind == Material.GLASS and not mesh.casts_shadow))


@kernel
def _copy(  # type: ignore[no-untyped-def]
    v0, f0, index, pos, nrm, rest, col, attr, tan, faces, material, position, vertex, out_faces, out_mesh, out_mat, box
):
    for k in range(3):
        box[0, k] = 1e30
        box[1, k] = -1e30
    for i in range(pos.shape[0]):
        row = v0 + i
        for k in range(3):
            p = pos[i, k]
            position[row, k] = p
            box[0, k] = min(box[0, k], p)
            box[1, k] = max(box[1, k], p)
            vertex[row, k] = p
            vertex[row, 3 + k] = nrm[i, k]
            vertex[row, 6 + k] = rest[i, k]
            vertex[row, 9 + k] = col[i, k]
            vertex[row, 16 + k] = tan[i, k]
        for k in range(4):
            vertex[row, 12 + k] = attr[i, k]
    for i in range(faces.shape[0]):
        for k in range(3):
            out_faces[f0 + i, k] = faces[i, k] + v0
        out_mesh[f0 + i] = index
        out_mat[f0 + i] = material[i]
