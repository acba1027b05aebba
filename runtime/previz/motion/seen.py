"""What of a place a window can show: pieces in its picture, and those whose shadow may fall into it.

A piece is left out only where a plane is found, in every frame, that has all the picture can hold on one side and on the
other the piece with all the shadow it may throw. What else the renderer looks at it reads off the picture itself (corners,
wet streets, the lens), or it is kept whole: shell, land, sky, air and every light. So the picture is, bit for bit, that of
the whole place, and a piece that is moved where nobody looks makes no other slice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import HEAD_LAMPS, CameraTrack, Light, LightKind, SetSpec
from runtime.previz.motion.baked import BakedShot
from runtime.previz.sets.build import air_of
from runtime.previz.sets.survey import Survey
from runtime.previz.sets.things import thing_size

F64 = NDArray[np.float64]

TEXELS = 20.0
"""Texels of a shadow map between a point that is lit and the furthest of them that decides its light: 14 of penumbra, the
push off the surface, and rounding, with some to spare."""
FINE = 0.006
"""Metres, a metre from the light, that a texel of a map fitted to somebody is at most; of parallel light, metres."""
CUBE, SPOT, SUN = 320, 512, 1024
"""Texels across the maps of a point light's faces, of a spot and of the sun. A test holds them to the rasteriser's own."""
WIDEST = 32.0
"""Metres that the sun's map spans to either side outdoors, at most."""
_SLACK = 0.05
_WIDER = 1.02
"""The picture is taken that much larger: what is lit is a point of a triangle near the middle of a pixel, not a ray."""
_SOMEBODY = 3.0
"""Metres round where somebody stands within which all of them is."""
_FOG = 60.0
"""Metres to which air is looked through outdoors."""
_SIDES = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)], bool)
_AXES = np.concatenate([np.eye(3), -np.eye(3)])
_PAIRS = [(i, j) for i in range(5) for j in range(i)]


def seen_set(spec: SetSpec, survey: Survey, window: BakedShot) -> SetSpec:
    """``spec`` without the pieces that no frame of ``window`` can show, neither themselves nor by a shadow."""
    if not spec.pieces:
        return spec
    lamps = [light for light in spec.lights if _casts(light, window)]
    moved = {name for track in window.things for name in (track.thing.name, track.thing.name + HEAD_LAMPS)}
    if any(light.name in moved for light in lamps):
        return spec  # a lamp that goes about throws everybody's shadow anywhere
    corners = np.where(_SIDES, survey.pieces[:, None, 1], survey.pieces[:, None, 0])
    low, high = _hull(spec, survey, window)
    kept = np.zeros(len(corners), bool)
    for picture in _pictures(window, low, high):
        left = np.flatnonzero(~kept)
        kept[left] = ~picture.beside(corners[left])
        for lamp in lamps:
            left = np.flatnonzero(~kept & survey.casts)
            if len(left):
                kept[left] = ~_apart(picture, lamp, corners[left], spec, survey)
    return replace(spec, pieces=tuple(piece for piece, keep in zip(spec.pieces, kept, strict=True) if keep))


@dataclass(frozen=True, slots=True)
class _Picture:
    """All that one camera can show: a pyramid of five ``points`` (5, 3), the eye first, cut off behind the last of the place.

    ``faces`` (6, 3): unit normals that point out of it, of its sides, its tip and its base.
    """

    points: F64
    faces: F64

    def beside(self, corners: F64) -> NDArray[np.bool_]:
        """(P,) whether boxes of ``corners`` (P, 8, 3) lie wholly outside one of its faces."""
        out = corners @ self.faces.T - ((self.points @ self.faces.T).max(0) + _SLACK)
        return np.asarray((out.min(1) > 0.0).any(1))


def _pictures(window: BakedShot, low: F64, high: F64) -> Iterator[_Picture]:
    """One for every camera of the window that differs from the others. ``low``, ``high``: box of all there is."""
    rows = np.concatenate(
        [window.camera_position, window.camera_rotation.reshape(-1, 9), window.focal[:, None]], axis=1
    ).astype(np.float64)
    ends = np.where(_SIDES, high, low)
    for row in np.unique(rows, axis=0):
        eye, turn, focal = row[:3], row[3:12].reshape(3, 3), row[12]
        far = max(float((-(ends - eye) @ turn[2]).max()), 1.0)
        wide = _WIDER * CameraTrack.SENSOR_WIDTH_MM / (2.0 * focal)
        tall = wide * window.size[1] / window.size[0]
        base = [far * (x * wide * turn[0] + y * tall * turn[1] - turn[2]) for x in (-1, 1) for y in (-1, 1)]
        sides = [s * turn[0] + wide * turn[2] for s in (-1, 1)] + [s * turn[1] + tall * turn[2] for s in (-1, 1)]
        faces = np.array([*sides, turn[2], -turn[2]])
        yield _Picture(np.array([eye, *(eye + b for b in base)]), faces / np.linalg.norm(faces, axis=1)[:, None])


def _apart(picture: _Picture, lamp: Light, corners: F64, spec: SetSpec, survey: Survey) -> NDArray[np.bool_]:
    """(P,) whether a plane parts the picture from each box of ``corners`` (P, 8, 3) and its shadow by ``lamp``."""
    points, centres = picture.points, corners.mean(1)
    if lamp.kind is LightKind.SUN:
        way = np.array(lamp.direction, np.float64)
        way /= np.linalg.norm(way)
        across = [np.cross(way, points[i] - points[j]) for i, j in _PAIRS]
        own = centres[:, None] - points
        own = own - (own @ way)[..., None] * way
        texel, aside = _sun(spec, survey)

        def parted(normals: F64) -> NDArray[np.bool_]:
            edge = _edge(normals, points) + aside + TEXELS * texel
            gap = np.einsum("pki,pci->pkc", corners, normals).min(1) - edge
            return np.asarray((gap > 0.0) & (normals @ way > -1e-9))
    else:
        light = np.array(lamp.position, np.float64)
        rays, rest = points - light, centres - light
        across = [np.cross(rays[i], rays[j]) for i, j in _PAIRS]
        along = rays / np.maximum(np.linalg.norm(rays, axis=1), 1e-9)[:, None]
        own = rest[:, None] - (rest @ along.T)[..., None] * along
        away = corners - light
        spread = TEXELS * max(_texel(lamp), FINE) * np.linalg.norm(away, axis=2)

        def parted(normals: F64) -> NDArray[np.bool_]:
            # Behind a corner at t times its distance the shadow is t times as far to that side: so it stays apart.
            gap = (np.einsum("pki,pci->pkc", away, normals) - spread[..., None]).min(1)
            return np.asarray((gap >= 0.0) & (normals @ light - _edge(normals, points) + gap > 0.0))

    shared = np.concatenate([picture.faces, _AXES, across, -np.array(across)])
    normals = np.concatenate([np.broadcast_to(_unit(shared), (len(corners), len(shared), 3)), _unit(own)], axis=1)
    return np.asarray(parted(normals).any(1))


def _edge(normals: F64, points: F64) -> F64:
    """(…,) how far the picture reaches along each of ``normals`` (…, 3)."""
    return np.asarray((normals @ points.T).max(-1) + _SLACK)


def _unit(vectors: F64) -> F64:
    long = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(np.where(long > 1e-9, vectors / np.maximum(long, 1e-9), 0.0))


def _texel(lamp: Light) -> float:
    """Metres across a texel of a lamp's own map, a metre before it."""
    if lamp.kind is LightKind.POINT:
        return 2.0 * (1.0 + 3.0 / CUBE) / CUBE
    return 2.0 * 1.05 * math.tan(math.radians(min(lamp.cone_deg, 140.0)) / 2.0) / SPOT


def _sun(spec: SetSpec, survey: Survey) -> tuple[float, float]:
    """Metres of a texel of the sun's map, and how far a point that is lit may be looked up beside where it is."""
    if not spec.interior:
        return max(2.0 * WIDEST / SUN, FINE), 0.0
    low, high = np.array(air_of(spec))
    half = float(np.linalg.norm(high - low)) / 2 * 1.02
    # What is outside the room is lit as the wall it lies behind.
    over = np.maximum(np.maximum(survey.whole[1] - high, low - survey.whole[0]) + _SLACK, 0.0)
    return max(2.0 * half / SUN, FINE), float(np.linalg.norm(over))


def _casts(light: Light, window: BakedShot) -> bool:
    """Whether a light throws shadows in any frame of the window."""
    if not light.shadows or light.kind is LightKind.SKY:
        return False
    if light.name not in window.lights:
        return True
    at = window.lights.index(light.name)
    return bool(light.intensity * window.levels[:, at].max() > 1e-5 and window.colours[:, at].max() > 0.0)


def _hull(spec: SetSpec, survey: Survey, window: BakedShot) -> tuple[F64, F64]:
    """Box of everything that can be lit or looked through: the place, people, things, and the air before the camera."""
    reach = 0.5 if spec.interior else _FOG
    eyes = window.camera_position.astype(np.float64)
    parts = [survey.whole + np.array([[-0.5], [0.5]]), np.stack([eyes.min(0) - reach, eyes.max(0) + reach])]
    for actor in window.actors:
        if actor.visible:
            parts.append(_round(actor.position, _SOMEBODY))
    for crowd in window.crowds:
        parts += [_round(np.array([point for _, point in extra.path]), _SOMEBODY) for extra in crowd.extras]
    for track in window.things:
        there = track.position[track.position[:, 1] > -500.0]
        if len(there):
            parts.append(_round(there, float(np.linalg.norm(thing_size(track.thing)))))
    box = np.array(parts)
    return box[:, 0].min(0), box[:, 1].max(0)


def _round(points: NDArray[np.floating], radius: float) -> F64:
    wide = points.astype(np.float64)
    return np.stack([wide.min(0) - radius, wide.max(0) + radius])
