"""The skeleton in motion: forward kinematics over the 80 bones and the small rotation algebra that poses them.

Rotations follow ``runtime.previz.pose``: rotation vectors in rest model axes about each bone's head,
``world(b) = world(parent(b)) · R(b)``. Nothing here knows about meshes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.previz.jit import kernel
from runtime.previz.people.body import rest_joints
from runtime.previz.pose import BONE, BONES, PARENTS, Pose

__all__ = [
    "aim",
    "bone_directions",
    "finger_axes",
    "fk",
    "frame_rotation",
    "heads",
    "local_frames",
    "matrix",
    "rest_joints",
    "rest_pose",
    "rotvec",
    "split_twist",
    "to_local",
    "two_bone",
]

F32 = NDArray[np.float32]
Floats = NDArray[Any]
_PARENTS = np.array(PARENTS, np.int32)


def fk(joints: F32, pose: Pose) -> tuple[F32, F32]:
    """Rest model points to world: ``world = R[b] @ rest + t[b]`` for a point bound to bone ``b``.

    ``joints`` (80, 3) are the rest bone heads. Returns R (80, 3, 3) and t (80, 3) float32, yaw,
    floor position and hip offset included. The rest pose gives identity and zero exactly.
    """
    yaw = np.radians(pose.yaw)
    posed: tuple[F32, F32] = _fk(
        np.ascontiguousarray(joints, np.float64),
        _PARENTS,
        np.ascontiguousarray(pose.rotations, np.float64),
        np.array(pose.hip, np.float64),
        np.array(pose.position, np.float64),
        float(np.cos(yaw)),
        float(np.sin(yaw)),
    )
    return posed


def heads(joints: F32, rotations: F32, translations: F32) -> F32:
    """World bone heads (80, 3) of a posed skeleton: where each joint went."""
    return np.asarray(np.einsum("bij,bj->bi", rotations, joints) + translations, np.float32)


def rest_pose(position: tuple[float, float, float] = (0.0, 0.0, 0.0), yaw: float = 0.0) -> Pose:
    """The A-pose with a blank face: what ``fk`` maps to itself."""
    return Pose(
        position=position,
        yaw=yaw,
        hip=(0.0, 0.0, 0.0),
        rotations=np.zeros((len(BONES), 3), np.float32),
        face=np.zeros(52, np.float32),
        sway=np.zeros(4, np.float32),
    )


# --- rotation algebra -------------------------------------------------------------------------


def matrix(rotvecs: Floats) -> NDArray[np.float64]:
    """Rotation vectors (..., 3) to matrices (..., 3, 3), Rodrigues' formula."""
    v = np.asarray(rotvecs, np.float64)
    angle = np.linalg.norm(v, axis=-1)
    small = angle < 1e-9
    axis = v / np.where(small, 1.0, angle)[..., None]
    k = np.zeros((*v.shape[:-1], 3, 3))
    k[..., 0, 1], k[..., 0, 2], k[..., 1, 2] = -axis[..., 2], axis[..., 1], -axis[..., 0]
    k[..., 1, 0], k[..., 2, 0], k[..., 2, 1] = axis[..., 2], -axis[..., 1], axis[..., 0]
    s, c = np.sin(angle)[..., None, None], np.cos(angle)[..., None, None]
    return np.asarray(np.eye(3) + s * k + (1.0 - c) * (k @ k))


def rotvec(rotation: Floats) -> NDArray[np.float64]:
    """One rotation matrix (3, 3) to its rotation vector (3,), angle in [0, π]."""
    r = np.asarray(rotation, np.float64)
    skew = np.array([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]]) * 0.5
    sine = float(np.linalg.norm(skew))
    cosine = float(np.clip((np.trace(r) - 1.0) * 0.5, -1.0, 1.0))
    angle = float(np.arctan2(sine, cosine))
    if sine > 1e-7:
        return skew * (angle / sine)
    if cosine > 0.0:
        return skew
    # Half a turn: the axis is the largest column of (R + 1) / 2.
    half = (r + np.eye(3)) * 0.5
    axis = half[:, int(np.argmax(np.diag(half)))]
    return axis / np.linalg.norm(axis) * np.pi


def aim(source: Floats, target: Floats) -> NDArray[np.float64]:
    """Shortest-arc rotation vector (3,) that turns direction ``source`` into direction ``target``."""
    a, b = _unit(source), _unit(target)
    axis = np.cross(a, b)
    sine, cosine = float(np.linalg.norm(axis)), float(a @ b)
    if sine < 1e-9:
        if cosine > 0.0:
            return np.zeros(3)
        return _unit(np.cross(a, [1.0, 0.0, 0.0] if abs(a[0]) < 0.9 else [0.0, 1.0, 0.0])) * np.pi
    return axis / sine * float(np.arctan2(sine, cosine))


def frame_rotation(rest_direction: Floats, rest_hinge: Floats, direction: Floats, hinge: Floats) -> NDArray[np.float64]:
    """Matrix (3, 3) that carries the frame (direction, hinge) from rest to where it should be.

    Hinges need not be orthogonal to their directions; only their orthogonal part counts.
    """
    return _frame(direction, hinge) @ _frame(rest_direction, rest_hinge).T


def to_local(parent: Floats, wanted: Floats) -> NDArray[np.float64]:
    """Rotation vector of a bone so that its model-space rotation becomes ``wanted`` under ``parent`` (both 3×3)."""
    return rotvec(np.asarray(parent, np.float64).T @ wanted)


def split_twist(rotation: Floats, axis: Floats, share: float = 0.5) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share a bone's rotation vector with its twist bone.

    Returns rotation vectors for the bone (swing and ``1 - share`` of the twist about ``axis``, its
    rest direction) and for the twist bone after it (the rest), so that the chain ends where one bone
    turning alone would have ended. Swing-twist decomposition.
    """
    v = np.asarray(rotation, np.float64)
    along = _unit(axis)
    angle = float(np.linalg.norm(v))
    if angle < 1e-9:
        return np.zeros(3), np.zeros(3)
    w, xyz = np.cos(angle / 2), v / angle * np.sin(angle / 2)
    twist = 2.0 * float(np.arctan2(xyz @ along, w))
    twist = (twist + np.pi) % (2 * np.pi) - np.pi
    swing = matrix(v) @ matrix(along * twist).T
    return rotvec(swing @ matrix(along * twist * (1.0 - share))), along * (twist * share)


def two_bone(
    root: Floats, target: Floats, upper: float, lower: float, pole: Floats
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Two-bone reach: unit directions of the upper and the lower bone, and the hinge axis between them.

    ``pole`` is the direction the middle joint bends towards. A target out of reach is approached
    with the limb all but straight, one too close with it all but folded.
    """
    offset = np.asarray(target, np.float64) - np.asarray(root, np.float64)
    distance = float(np.clip(np.linalg.norm(offset), abs(upper - lower) + 1e-4, (upper + lower) * 0.9995))
    forward = _unit(offset)
    bend = np.asarray(pole, np.float64) - forward * float(forward @ np.asarray(pole, np.float64))
    if np.linalg.norm(bend) < 1e-6:
        bend = np.cross(forward, [1.0, 0.0, 0.0])
    bend = _unit(bend)
    cosine = (upper * upper + distance * distance - lower * lower) / (2.0 * upper * distance)
    angle = float(np.arccos(np.clip(cosine, -1.0, 1.0)))
    upper_dir = forward * np.cos(angle) + bend * np.sin(angle)
    lower_dir = _unit(forward * distance - upper_dir * upper)
    return upper_dir, lower_dir, _unit(np.cross(bend, forward))


# --- rest frames ------------------------------------------------------------------------------

_NEXT = {"head": "", "wrist": "metacarpal2", "foot": "toes", "lowerleg02": "foot"}


def bone_directions(joints: F32) -> F32:
    """Unit rest direction (80, 3) of every bone: towards the child that continues its chain."""
    out = np.zeros((len(BONES), 3))
    for i, name in enumerate(BONES):
        stem, dot, side = name.partition(".")
        follow = _NEXT.get(stem)
        child = BONE[f"{follow}{dot}{side}"] if follow else _first_child(i)
        if name == "head":
            out[i] = (0.0, 1.0, 0.0)
        elif stem in ("eye", "breast", "toes"):
            out[i] = (0.0, 0.0, 1.0)
        elif child >= 0:
            out[i] = joints[child] - joints[i]
        else:  # finger tips continue their last segment
            out[i] = joints[i] - joints[PARENTS[i]]
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return out.astype(np.float32)


def local_frames(joints: F32) -> F32:
    """Rest frames (80, 3, 3); columns are hinge, direction and their cross product.

    Hinges: positive turns flex. The arm's is the axis its A-pose elbow bends about, the leg's lies
    across the way its foot points, fingers curl about direction × palm; the rest nods about +x.
    """
    directions = bone_directions(joints).astype(np.float64)
    hinges = np.tile(np.array([1.0, 0.0, 0.0]), (len(BONES), 1))
    for side in "LR":
        shoulder, elbow, wrist, knee, ankle, toes = (
            joints[BONE[f"{stem}.{side}"]].astype(np.float64)
            for stem in ("upperarm01", "lowerarm01", "wrist", "lowerleg01", "foot", "toes")
        )
        arm = _unit(np.cross(elbow - shoulder, wrist - elbow))
        for stem in ("clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist"):
            hinges[BONE[f"{stem}.{side}"]] = arm
        leg = _unit(np.cross(knee - ankle, (toes - ankle) * [1.0, 0.0, 1.0]))
        for stem in ("upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot"):
            hinges[BONE[f"{stem}.{side}"]] = leg
        for bone, axis in finger_axes(joints, side).items():
            hinges[bone] = axis
    frames = np.empty((len(BONES), 3, 3))
    for i in range(len(BONES)):
        frames[i] = _frame(directions[i], hinges[i])
    return frames.astype(np.float32)


def finger_axes(joints: F32, side: str) -> dict[int, NDArray[np.float64]]:
    """Curl axes of one hand's finger bones: cross(direction, palm); positive angles close the hand."""
    wrist = joints[BONE[f"wrist.{side}"]].astype(np.float64)
    index, little = joints[BONE[f"finger2-1.{side}"]], joints[BONE[f"finger5-1.{side}"]]
    palm = np.cross(index - wrist, little - wrist)
    # Out of the palm, which in the A-pose faces the thighs and a little backwards.
    palm = _unit(palm) if side == "R" else -_unit(palm)
    directions = bone_directions(joints).astype(np.float64)
    out: dict[int, NDArray[np.float64]] = {}
    for finger in range(1, 6):
        for joint in range(1, 4):
            bone = BONE[f"finger{finger}-{joint}.{side}"]
            facing = palm
            if finger == 1:  # the thumb closes across the palm, towards the little finger
                facing = _unit(palm * 0.5 + _unit(little - index))
            out[bone] = _unit(np.cross(directions[bone], facing))
    return out


def _first_child(bone: int) -> int:
    return next((i for i, parent in enumerate(PARENTS) if parent == bone and "breast" not in BONES[i]), -1)


def _unit(v: Floats) -> NDArray[np.float64]:
    a = np.asarray(v, np.float64)
    return a / max(float(np.linalg.norm(a)), 1e-12)


def _frame(direction: Floats, hinge: Floats) -> NDArray[np.float64]:
    d = _unit(direction)
    h = np.asarray(hinge, np.float64)
    h = _unit(h - d * float(h @ d))
    return np.stack([h, d, np.cross(h, d)], axis=1)


@kernel
def _fk(joints, parents, rotations, hip, position, c, s):  # type: ignore[no-untyped-def]
    n = joints.shape[0]
    g = np.zeros((n, 3, 3))
    p = np.zeros((n, 3))
    out_r = np.empty((n, 3, 3), np.float32)
    out_t = np.empty((n, 3), np.float32)
    r = np.zeros((3, 3))
    for b in range(n):
        x, y, z = rotations[b, 0], rotations[b, 1], rotations[b, 2]
        angle = np.sqrt(x * x + y * y + z * z)
        if angle < 1e-9:
            r[:, :] = 0.0
            r[0, 0] = r[1, 1] = r[2, 2] = 1.0
        else:
            x, y, z = x / angle, y / angle, z / angle
            ca, sa = np.cos(angle), np.sin(angle)
            k = 1.0 - ca
            r[0, 0], r[0, 1], r[0, 2] = ca + x * x * k, x * y * k - z * sa, x * z * k + y * sa
            r[1, 0], r[1, 1], r[1, 2] = y * x * k + z * sa, ca + y * y * k, y * z * k - x * sa
            r[2, 0], r[2, 1], r[2, 2] = z * x * k - y * sa, z * y * k + x * sa, ca + z * z * k
        q = parents[b]
        if q < 0:
            g[b] = r
            p[b] = joints[b] + hip
        else:
            for i in range(3):
                p[b, i] = p[q, i]
                for j in range(3):
                    p[b, i] += g[q, i, j] * (joints[b, j] - joints[q, j])
                    g[b, i, j] = g[q, i, 0] * r[0, j] + g[q, i, 1] * r[1, j] + g[q, i, 2] * r[2, j]
        tx, ty, tz = p[b, 0], p[b, 1], p[b, 2]
        for j in range(3):
            tx -= g[b, 0, j] * joints[b, j]
            ty -= g[b, 1, j] * joints[b, j]
            tz -= g[b, 2, j] * joints[b, j]
            out_r[b, 0, j] = c * g[b, 0, j] + s * g[b, 2, j]
            out_r[b, 1, j] = g[b, 1, j]
            out_r[b, 2, j] = -s * g[b, 0, j] + c * g[b, 2, j]
        out_t[b, 0] = c * tx + s * tz + position[0]
        out_t[b, 1] = ty + position[1]
        out_t[b, 2] = -s * tx + c * tz + position[2]
    return out_r, out_t
