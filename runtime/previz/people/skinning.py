"""Skinning: parts at rest to world space under a pose, with face units, breath and spring sway.

Linear blend over at most eight bones; the kernels are serial, float32 and deterministic.
"""

from __future__ import annotations

import numpy as np

from runtime.previz.jit import kernel
from runtime.previz.people.parts import F32, I32, SkinnedPart
from runtime.previz.pose import Pose


def pose_part(part: SkinnedPart, rotations: F32, translations: F32, pose: Pose) -> tuple[F32, F32, F32]:
    """World positions, normals and tangents (V, 3) of a part; ``rotations``, ``translations`` come from ``rig.fk``.

    Sway is in model axes (x the body's left, z its front), quadratic in the part's sway weight so that
    roots stay put; hair parts follow the hair spring, all others the hem.
    """
    source = part.positions
    breath = part.breath if part.breath is not None else chest_breath(part.canonical)
    moved = source.copy()
    if pose.breath != 0.0:
        moved += breath * np.float32(pose.breath)
    units = part.units
    if len(units.index):
        _add_units(moved, units.start, units.index, units.delta, np.asarray(pose.face, np.float32))
    if part.lids is not None:
        _keep_outside(moved, part.lids.index, part.lids.centre, part.lids.radius)
    out = np.empty_like(source)
    tangents = np.zeros_like(source)
    normals = np.empty_like(source)
    carried = part.normals if part.normals is not None else source[:0]
    twisted = part.tangent if part.is_hair else source[:0]
    _skin(moved, carried, twisted, part.bone_index, part.bone_weight, rotations, translations, out, normals, tangents)
    if part.sway is not None:
        yaw = np.radians(pose.yaw)
        c, s = float(np.cos(yaw)), float(np.sin(yaw))
        x, z = (float(v) for v in (pose.sway[:2] if part.is_hair else pose.sway[2:4]))
        shift = np.array([c * x + s * z, 0.0, -s * x + c * z], np.float32)
        out += (part.sway * part.sway)[:, None] * shift
    if part.normals is None:
        vertex_normals(out, part.faces, normals)
    return out, normals, tangents


def chest_breath(canonical: F32) -> F32:
    """How far (V, 3) metres a full breath moves each vertex: ribs out and up, belly out, shoulders a little up."""
    x, y, z = canonical[:, 0], canonical[:, 1], canonical[:, 2]
    trunk = 1.0 - _smooth(0.12, 0.19, np.abs(x))
    front = _smooth(-0.06, 0.10, z)
    ribs = np.exp(-(((y - 0.40) / 0.095) ** 2)) * trunk
    belly = np.exp(-(((y - 0.20) / 0.085) ** 2)) * trunk
    shoulders = np.exp(-(((y - 0.53) / 0.06) ** 2)) * _smooth(0.03, 0.12, np.abs(x))
    out = np.zeros_like(canonical)
    out[:, 0] = ribs * x * 0.030
    out[:, 1] = ribs * front * 0.0035 + shoulders * 0.004
    out[:, 2] = ribs * (front * 0.0085 - 0.001) + belly * front * 0.005
    return np.asarray(out, np.float32)


def vertex_normals(positions: F32, faces: I32, out: F32) -> None:
    """Area-weighted unit vertex normals written into ``out`` (V, 3)."""
    # One layout only, so that one compiled kernel serves every caller.
    normals = out if out.flags.c_contiguous else np.empty(out.shape, np.float32)
    _vertex_normals(np.ascontiguousarray(positions, np.float32), np.ascontiguousarray(faces, np.int32), normals)
    if normals is not out:
        out[:] = normals


@kernel
def _vertex_normals(positions, faces, out):  # type: ignore[no-untyped-def]
    out[:, :] = np.float32(0.0)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        ux, uy, uz = (
            positions[b, 0] - positions[a, 0],
            positions[b, 1] - positions[a, 1],
            positions[b, 2] - positions[a, 2],
        )
        vx, vy, vz = (
            positions[c, 0] - positions[a, 0],
            positions[c, 1] - positions[a, 1],
            positions[c, 2] - positions[a, 2],
        )
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for k in (a, b, c):
            out[k, 0] += nx
            out[k, 1] += ny
            out[k, 2] += nz
    _normalise(out)


def _smooth(low: float, high: float, value: F32) -> F32:
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


@kernel
def _normalise(v):  # type: ignore[no-untyped-def]
    for i in range(v.shape[0]):
        n = np.sqrt(v[i, 0] * v[i, 0] + v[i, 1] * v[i, 1] + v[i, 2] * v[i, 2])
        if n > np.float32(1e-20):
            inv = np.float32(1.0) / n
            v[i, 0] *= inv
            v[i, 1] *= inv
            v[i, 2] *= inv
        else:
            v[i, 1] = np.float32(1.0)


@kernel
def _add_units(moved, start, index, delta, weights):  # type: ignore[no-untyped-def]
    for u in range(weights.shape[0]):
        w = weights[u]
        if w != np.float32(0.0):
            for k in range(start[u], start[u + 1]):
                v = index[k]
                moved[v, 0] += w * delta[k, 0]
                moved[v, 1] += w * delta[k, 1]
                moved[v, 2] += w * delta[k, 2]


@kernel
def _keep_outside(moved, index, centre, radius):  # type: ignore[no-untyped-def]
    # A lid moves on a chord from open to shut; the eye is round. Push it out along the radius, and a
    # little further before the cornea.
    for k in range(index.shape[0]):
        v = index[k]
        x, y, z = moved[v, 0] - centre[k, 0], moved[v, 1] - centre[k, 1], moved[v, 2] - centre[k, 2]
        d = np.sqrt(x * x + y * y + z * z)
        if d <= np.float32(1e-6):
            continue
        off = np.float32(1.0) - (np.float32(1.0) - max(z / d, np.float32(0.0))) * np.float32(11.0)
        want = radius[k] * (np.float32(1.0) + np.float32(0.022) * max(off, np.float32(0.0)))
        if d < want:
            s = want / d
            moved[v, 0] = centre[k, 0] + x * s
            moved[v, 1] = centre[k, 1] + y * s
            moved[v, 2] = centre[k, 2] + z * s


@kernel
def _skin(rest, normal, tangent, index, weight, r, t, out, out_n, out_t):  # type: ignore[no-untyped-def]
    has_n = normal.shape[0] > 0
    has_t = tangent.shape[0] > 0
    m = np.empty((3, 4), np.float32)
    for v in range(rest.shape[0]):
        m[:, :] = np.float32(0.0)
        for k in range(8):
            w = weight[v, k]
            if w <= np.float32(0.0):
                break
            b = index[v, k]
            for i in range(3):
                m[i, 0] += w * r[b, i, 0]
                m[i, 1] += w * r[b, i, 1]
                m[i, 2] += w * r[b, i, 2]
                m[i, 3] += w * t[b, i]
        x, y, z = rest[v, 0], rest[v, 1], rest[v, 2]
        for i in range(3):
            out[v, i] = m[i, 0] * x + m[i, 1] * y + m[i, 2] * z + m[i, 3]
        if has_n:
            x, y, z = normal[v, 0], normal[v, 1], normal[v, 2]
            for i in range(3):
                out_n[v, i] = m[i, 0] * x + m[i, 1] * y + m[i, 2] * z
        if has_t:
            x, y, z = tangent[v, 0], tangent[v, 1], tangent[v, 2]
            for i in range(3):
                out_t[v, i] = m[i, 0] * x + m[i, 1] * y + m[i, 2] * z
    if has_n:
        _normalise(out_n)
    if has_t:
        _normalise(out_t)
