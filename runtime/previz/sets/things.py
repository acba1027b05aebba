"""Things that move: drawn once in their own space, opened as far as they are, and put where a frame has them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import Piece, Thing
from runtime.previz.scene import F32, Mesh
from runtime.previz.sets import fittings, openers, vehicles
from runtime.previz.sets.kit import GLOW, Kit, Rgb, rotation

F64 = NDArray[np.float64]
Opener = Callable[[Kit, Rgb, Piece, float], None]
OPENERS: Mapping[str, Opener] = openers.OPENERS
_STEPS = 48
"""Openings are drawn in this many positions from shut to wide."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Meshes in the thing's own space; of wheels, hub (3,) and radius."""

    meshes: tuple[Mesh, ...]
    wheels: tuple[tuple[tuple[Mesh, ...], F64, float], ...] = ()


def thing_meshes(
    thing: Thing, position: F32, turned: F32, opening: float, roll: float, level: float = 1.0
) -> list[Mesh]:
    """The meshes of ``thing`` in the world: base centre at ``position`` (3,), axes the columns of ``turned`` (3, 3)."""
    if position[1] < -500.0:
        return []
    drawn = _drawn(_bare(thing), round(opening * _STEPS))
    matrix, place = turned.astype(np.float64), position.astype(np.float64)
    found = [
        _placed(mesh, matrix, place) for mesh in drawn.meshes if level > 0.001 or not mesh.name.endswith(f".{GLOW}")
    ]
    for meshes, hub, radius in drawn.wheels:
        spun = matrix @ rotation(0, float(np.degrees(roll * vehicles.ROLL_RADIUS / radius)))
        centre = place + matrix @ hub
        found += [_placed(mesh, spun, centre) for mesh in meshes]
    return found


@lru_cache(maxsize=512)
def thing_size(thing: Thing) -> tuple[float, float, float]:
    """Width, height and depth in metres of a thing as it is drawn shut."""
    drawn = _drawn(_bare(thing), 0)
    if not drawn.meshes:
        return (0.1, 0.1, 0.1)
    low = np.min([mesh.positions.min(0) for mesh in drawn.meshes], axis=0)
    high = np.max([mesh.positions.max(0) for mesh in drawn.meshes], axis=0)
    w, h, d = (float(v) for v in high - low)
    return (w, h, d)


_kept: OrderedDict[tuple[Thing, int], _Drawn] = OrderedDict()


def _drawn(thing: Thing, step: int) -> _Drawn:
    """Drawn things are kept: the frames of a window ask for the same ones again and again."""
    key = (thing, step)
    if key not in _kept:
        _kept[key] = _draw(thing, step / _STEPS)
        while len(_kept) > 96:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _draw(thing: Thing, opening: float) -> _Drawn:
    from runtime.previz.sets.build import build_piece

    piece = thing.piece
    if piece.kind == "door leaf":
        kit = Kit(piece.seed)
        fittings.door_leaf(kit, piece.scale[0], piece.scale[1], 96.0 * opening)
        return _Drawn(tuple(kit.meshes(piece.name)))
    opener = OPENERS.get(piece.model or piece.kind)
    if opener is None and thing.opens and piece.model == "parts":
        opener = openers.parts_open
    if opener is not None and opening > 0.0:
        kit = Kit(piece.seed)
        opener(kit, piece.colour or (0.2, 0.15, 0.1), piece, opening)
        (a, b, c), (u, v, w) = piece.scale, piece.fit
        return _Drawn(tuple(kit.meshes(piece.name, scale=(a * u, b * v, c * w))))
    wheels = vehicles.WHEELS.get(piece.model or piece.kind)
    if wheels is None:
        return _Drawn(tuple(build_piece(piece)))
    body = Kit(piece.seed)
    vehicles.BODIES[piece.model or piece.kind](body, piece.colour or (0.2, 0.15, 0.1), piece)
    (a, b, c), (u, v, w) = piece.scale, piece.fit
    scale = (a * u, b * v, c * w)
    found = []
    for hub, radius, draw in wheels:
        kit = Kit(piece.seed)
        draw(kit, radius, 1.0 if hub[0] >= 0 else -1.0)
        found.append((tuple(kit.meshes(f"{piece.name}.wheel", scale=scale)), np.array(hub) * scale, radius * scale[1]))
    return _Drawn(tuple(body.meshes(piece.name, scale=scale)), tuple(found))


def _bare(thing: Thing) -> Thing:
    """A thing without its plans: what its looks depend on."""
    return thing if not thing.keys and not thing.opening else replace(thing, keys=(), opening=())


def _placed(mesh: Mesh, turned: F64, place: F64) -> Mesh:
    m = turned.astype(np.float32)
    return replace(
        mesh,
        positions=np.ascontiguousarray(mesh.positions @ m.T + place.astype(np.float32)),
        normals=np.ascontiguousarray(mesh.normals @ m.T),
        tangent=np.ascontiguousarray(mesh.tangent @ m.T),
    )
