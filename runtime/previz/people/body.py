"""A body from a ``PersonSpec``: shape, skeleton, skin weights and face units of one distinct person, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import PersonSpec
from runtime.previz.people.asset import Asset, load_asset
from runtime.previz.people.fit import blink_scale, seal_lips
from runtime.previz.people.identity import shape_weights
from runtime.previz.people.parts import F32, I32, N_UNITS, U8, UnitDeltas
from runtime.previz.pose import BONE, BONES, FACE_UNITS

_DM = 0.1
_EYES = ("eye.L", "eye.R")


@dataclass(slots=True)
class Body:
    """One identity at rest: A-pose, floor origin between the feet, +y up, facing +z, metres.

    Arrays run over all 19,158 template vertices, helpers included: clothes grow on ``groups['tights']``
    and ``groups['skirt']``, the scalp on ``groups['hair']``. Only ``body``, ``tongue`` and teeth are drawn as
    they are; the skin under clothes never is.
    """

    spec: PersonSpec
    positions: F32
    """(V, 3)"""
    canonical: F32
    """(V, 3) template positions in metres, the space of every scalar field (lips, hems, hairline)."""
    groups: dict[str, tuple[int, int]]
    """Vertex ranges by name: body, tongue, eye.L, eye.R, lashes, teeth.lower, teeth.upper, tights, skirt, hair."""
    quads: dict[str, I32]
    """(N, 4) per group, absolute vertex indices; a triangle repeats its last corner."""
    joints: F32
    """(80, 3) bone heads."""
    tails: F32
    bone_index: U8
    """(V, 8)"""
    bone_weight: F32
    units: UnitDeltas
    """The 52 face units over all vertices, scaled and fitted to this face."""
    scale: float
    """Metres per template metre after shaping: about 1."""

    def faces(self, group: str) -> I32:
        """Triangles (F, 3) of a group, absolute vertex indices."""
        return triangles(self.quads[group])

    def span(self, group: str) -> slice:
        first, last = self.groups[group]
        return slice(first, last)


def build_body(spec: PersonSpec) -> Body:
    """Shape the template after ``spec``. Deterministic; about 40 ms after the asset is loaded."""
    asset = load_asset()
    vertices, scale = _shaped(spec)
    positions = vertices.astype(np.float32)
    joints, tails = _joint_ends(asset, vertices)
    return Body(
        spec=spec,
        positions=positions,
        canonical=canonical_positions(),
        groups=asset.groups,
        quads=asset.quads,
        joints=joints,
        tails=tails,
        bone_index=asset.bone_index,
        bone_weight=asset.bone_weight,
        units=_fit_units(asset, positions, scale),
        scale=scale,
    )


@lru_cache(maxsize=32)
def rest_joints(spec: PersonSpec) -> F32:
    """Rest bone heads (80, 3) of the person, metres. Cached: motion asks for them once per shot."""
    joints, _ = _joint_ends(load_asset(), _shaped(spec)[0])
    joints.setflags(write=False)
    return joints


@lru_cache(maxsize=1)
def canonical_positions() -> F32:
    """Template positions (V, 3) in metres: eyes at y .728, chin .605, soles −.82."""
    out = load_asset().vertices * np.float32(_DM)
    out.setflags(write=False)
    return out


def triangles(quads: I32) -> I32:
    """Quads (N, 4) to triangles; degenerate halves (repeated last corner) are left out."""
    second = quads[:, [0, 2, 3]]
    return np.ascontiguousarray(np.concatenate([quads[:, [0, 1, 2]], second[quads[:, 2] != quads[:, 3]]]))


def _shaped(spec: PersonSpec) -> tuple[NDArray[np.float64], float]:
    """Vertices (V, 3) in metres standing on y = 0, and the final uniform scale."""
    asset = load_asset()
    fixed, height_parts = shape_weights(spec)
    base = asset.vertices.astype(np.float64)
    for name, weight in fixed.items():
        asset.add(base, name, weight)
    tall = np.zeros_like(base)
    short = np.zeros_like(base)
    for name, weight in height_parts.items():
        asset.add(tall, name.replace("?", "max"), weight)
        asset.add(short, name.replace("?", "min"), weight)
    body = slice(*asset.groups["body"])

    def stature(h: float) -> float:
        y = base[body, 1] + (tall if h > 0.5 else short)[body, 1] * (abs(h - 0.5) * 2.0)
        return float(y.max() - y.min()) * _DM

    low, high = 0.0, 1.0
    for _ in range(18):
        mid = (low + high) * 0.5
        low, high = (mid, high) if stature(mid) < spec.height else (low, mid)
    h = (low + high) * 0.5
    vertices = base + (tall if h > 0.5 else short) * (abs(h - 0.5) * 2.0)
    scale = spec.height / stature(h)
    vertices *= _DM * scale
    vertices[:, 1] -= vertices[body, 1].min()
    seal_lips(vertices, scale)
    return vertices, scale


def _joint_ends(asset: Asset, vertices: NDArray[np.float64]) -> tuple[F32, F32]:
    sums = np.add.reduceat(vertices[asset.joint_vertices], asset.joint_start[:-1], axis=0)
    ends = (sums / np.diff(asset.joint_start)[:, None]).astype(np.float32)
    joints, tails = ends[: len(BONES)], ends[len(BONES) :]
    for name in _EYES:
        # The rig's eye cubes sit a centimetre off: an eyeball must turn about its own centre.
        joints[BONE[name]] = fit_sphere(vertices[slice(*asset.groups[name])])[0]
    return joints, tails


def fit_sphere(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Centre (3,) and radius of the least-squares sphere through points (N, 3)."""
    middle = points.mean(axis=0)
    p = points - middle
    system = np.concatenate([2.0 * p, np.ones((len(p), 1))], axis=1)
    *centre, rest = np.linalg.lstsq(system, (p * p).sum(axis=1), rcond=None)[0]
    c = np.array(centre)
    return c + middle, float(np.sqrt(rest + c @ c))


def _fit_units(asset: Asset, positions: F32, scale: float) -> UnitDeltas:
    """Face units in this person's metres, blinks fitted to its lids."""
    indices, deltas, starts = [], [], [0]
    for name in FACE_UNITS:
        index, value = asset.target(f"unit/{name}")
        delta = value.astype(np.float32) * np.float32(1e-4 * scale)
        if name.startswith("eyeBlink"):
            delta *= blink_scale(positions, index.astype(np.int32), delta, left=name.endswith("Left"))[:, None]
        indices.append(index.astype(np.int32))
        deltas.append(delta)
        starts.append(starts[-1] + len(index))
    assert len(starts) == N_UNITS + 1
    return UnitDeltas(np.array(starts, np.int32), np.concatenate(indices), np.concatenate(deltas))
