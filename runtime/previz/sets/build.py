"""From a SetSpec to meshes: what stands still, what moves, and how light cues reach what shines.

Deterministic: equal specs give equal bytes. Meshes that shine are named ``PIECE.glow`` (racks: ``rack.N.leds``) and carry
the level of the light of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from compiler.staging.model import Piece, SetSpec, Shell, Terrain
from runtime.previz.scene import Material, Mesh
from runtime.previz.sets import fittings, furniture, lamps, outdoors, smalls, vehicles
from runtime.previz.sets.kit import GLOW, Kit, Rgb
from runtime.previz.sets.parts import built_of_parts
from runtime.previz.sets.shells import build_shell, opening_frame
from runtime.previz.sets.terrain import build_terrain

Bounds = tuple[tuple[float, float, float], tuple[float, float, float]]
Builder = Callable[[Kit, Rgb, Piece], None]

BUILDERS: Mapping[str, Builder] = {
    **furniture.PIECES, **smalls.PIECES, **lamps.PIECES, **fittings.PIECES, **outdoors.PIECES, **vehicles.PIECES, "parts": built_of_parts,
}  # fmt: skip
_PLAIN: Rgb = (0.2, 0.15, 0.1)


@dataclass(frozen=True, slots=True)
class BuiltSet:
    """A set's unmoving meshes and the box the air inside is bound to."""

    static: list[Mesh]
    bounds: Bounds


def build_set(spec: SetSpec) -> BuiltSet:
    """Everything of ``spec`` that never moves or changes its light. Unknown piece kinds become plain crates."""
    static = [*ground(spec)[0]]
    for piece in spec.pieces:
        static += _piece(piece)[0]
    return BuiltSet(static, air_of(spec))


def ground(spec: SetSpec) -> tuple[tuple[Mesh, ...], tuple[Mesh, ...]]:
    """What a place has besides its pieces, shell and land: what never moves, and what shines."""
    still, shining = _land(spec.terrain)
    return (*_shell(spec.shell, spec.seed), *still), shining


def piece_meshes(piece: Piece) -> tuple[Mesh, ...]:
    """All that is ever drawn of one piece that stands where it is, its small lights too."""
    still, shining = _piece(piece)
    return (*still, *((_leds(piece.name, [piece]),) if piece.kind == "rack" and piece.lit else shining))


def moving(spec: SetSpec, seconds: float, levels: Mapping[str, float] | None = None) -> list[Mesh]:
    """What moves or shines, at one time: curtains in the draught, lamp cores, LEDs, lit windows.

    ``levels`` are light-cue levels by light name (1 = as built); a glow at level 0 is left out.
    """
    meshes = []
    for mesh in _glows(spec):
        level = _level(mesh.name, levels or {})
        if level <= 0.001:
            continue
        meshes.append(mesh if level == 1.0 else _dimmed(mesh, level))
    for i, opening in enumerate(spec.shell.openings):
        if opening.kind == "window" and opening.curtains is not None and spec.interior:
            breath = 0.6 * np.sin(seconds * 0.9 + i * 2.1) + 0.4 * np.sin(seconds * 1.73 + 1.0 + spec.seed % 5)
            kit = Kit(spec.seed + i)
            fittings.curtains(kit, opening, opening.curtains, float(breath))
            position, yaw = opening_frame(spec.shell, opening)
            meshes += [
                _named(mesh, f"{opening.name or 'window'}.curtains") for mesh in kit.meshes("curtains", position, yaw)
            ]
    return meshes


def build_piece(piece: Piece) -> list[Mesh]:
    """The meshes of one piece in the world, by layer."""
    kit = Kit(piece.seed)
    BUILDERS.get(piece.model or piece.kind, smalls.crate)(kit, piece.colour or _PLAIN, piece)
    (a, b, c), (u, v, w) = piece.scale, piece.fit
    return kit.meshes(piece.name, piece.position, piece.yaw, (a * u, b * v, c * w))


@lru_cache(maxsize=8)
def _shell(shell: Shell, seed: int) -> tuple[Mesh, ...]:
    return _apart(build_shell(shell, seed))[0]


@lru_cache(maxsize=8)
def _land(terrain: Terrain) -> tuple[tuple[Mesh, ...], tuple[Mesh, ...]]:
    return _apart(build_terrain(terrain))


@lru_cache(maxsize=512)
def _piece(piece: Piece) -> tuple[tuple[Mesh, ...], tuple[Mesh, ...]]:
    """Windows of a place show now these and now those of its pieces: each is built once in a process, not each choice."""
    return _apart(build_piece(piece))


def _apart(meshes: list[Mesh]) -> tuple[tuple[Mesh, ...], tuple[Mesh, ...]]:
    """Meshes that never change, and those that shine."""
    shines = [mesh.name.endswith(f".{GLOW}") for mesh in meshes]
    return (
        tuple(mesh for mesh, glow in zip(meshes, shines, strict=True) if not glow),
        tuple(mesh for mesh, glow in zip(meshes, shines, strict=True) if glow),
    )


@lru_cache(maxsize=8)
def _glows(spec: SetSpec) -> tuple[Mesh, ...]:
    meshes = [*ground(spec)[1]]
    for piece in spec.pieces:
        if piece.kind != "rack":
            meshes += _piece(piece)[1]
    rows: dict[str, list[Piece]] = {}
    for piece in spec.pieces:
        if piece.kind == "rack" and piece.lit:
            row = piece.name.rsplit(".", 1)[0] if piece.name.count(".") == 2 else piece.name
            rows.setdefault(row, []).append(piece)
    return (*meshes, *(_leds(name, racks) for name, racks in rows.items()))


def _leds(name: str, racks: list[Piece]) -> Mesh:
    """All the small lights of one row as one mesh, ``NAME.leds``."""
    positions, normals, colours, faces, count = [], [], [], [], 0
    for piece in racks:
        quads, paint = fittings.rack_lights(piece.seed)
        kit = Kit()
        kit.use(Material.EMISSIVE, (1, 1, 1), 2.6, "leds").quads(quads)
        kit.parts[-1].colour = np.repeat(paint, 4, 0)
        mesh = kit.meshes(name, piece.position, piece.yaw, piece.scale)[0]
        positions.append(mesh.positions)
        normals.append(mesh.normals)
        colours.append(mesh.colour)
        faces.append(mesh.faces + count)
        count += len(mesh.positions)
    points = np.concatenate(positions)
    attr = np.zeros((count, 4), np.float32)
    attr[:, 0] = 2.6
    face = np.concatenate(faces).astype(np.int32)
    return Mesh(
        f"{name}.leds", points, np.concatenate(normals), face, np.full(len(face), Material.EMISSIVE, np.uint8),
        points.copy(), np.concatenate(colours), attr, np.zeros_like(points), casts_shadow=False,
    )  # fmt: skip


def _level(name: str, levels: Mapping[str, float]) -> float:
    base = name.rsplit(".", 1)[0]
    return levels.get(base, levels.get(base.split(".")[0], 1.0))


def _dimmed(mesh: Mesh, level: float) -> Mesh:
    attr = mesh.attr.copy()
    attr[:, 0] *= np.float32(level)
    return replace(mesh, attr=attr)


def _named(mesh: Mesh, name: str) -> Mesh:
    return replace(mesh, name=name)


def air_of(spec: SetSpec) -> Bounds:
    """The box, low and high, that the air inside is bound to."""
    if spec.shell.kind == "none":
        return ((-60.0, -2.0, -60.0), (60.0, 25.0, 60.0))
    w, d, h = spec.shell.width / 2, spec.shell.depth / 2, spec.shell.height
    return ((-w, 0.0, -d), (w, h, d))
