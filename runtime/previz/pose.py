"""The pose contract between motion and bodies: which bones there are and what a frame of pose holds.

Bones are MakeHuman's default rig with the face bones, single toes and finger phalanges it needs
for film, collapsed to 80. Rotations are rotation vectors (axis times angle, radians) in rest model
axes about the bone's head, applied parent first: ``world(b) = world(parent(b)) · R(b)``. Model
axes are the body's own: +x its left, +y up, +z where it faces, origin on the floor between the feet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

_SPINE = ["root", "spine05", "spine04", "spine03", "spine02", "spine01", "neck01", "neck02", "neck03", "head"]
_ARM = ["clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist"]
_LEG = ["pelvis", "upperleg01", "upperleg02", "lowerleg01", "lowerleg02", "foot", "toes"]


def _side(s: str) -> list[tuple[str, str]]:
    bones = [(f"eye.{s}", "head"), (f"breast.{s}", "spine02")]
    parent = "spine01"
    for name in _ARM:
        bones.append((f"{name}.{s}", parent))
        parent = f"{name}.{s}"
    bones += [(f"metacarpal{i}.{s}", f"wrist.{s}") for i in range(1, 5)]
    for finger in range(1, 6):
        parent = f"wrist.{s}" if finger == 1 else f"metacarpal{finger - 1}.{s}"
        for joint in range(1, 4):
            bones.append((f"finger{finger}-{joint}.{s}", parent))
            parent = f"finger{finger}-{joint}.{s}"
    parent = "root"
    for name in _LEG:
        bones.append((f"{name}.{s}", parent))
        parent = f"{name}.{s}"
    return bones


_BONES: list[tuple[str, str]] = [
    *((name, _SPINE[i - 1] if i else "") for i, name in enumerate(_SPINE)),
    *_side("L"),
    *_side("R"),
]

BONES: tuple[str, ...] = tuple(name for name, _ in _BONES)
"""80 bone names, parents before children."""
BONE: dict[str, int] = {name: i for i, name in enumerate(BONES)}
PARENTS: tuple[int, ...] = tuple(BONE[parent] if parent else -1 for _, parent in _BONES)

FACE_UNITS: tuple[str, ...] = (
    *("browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff".split()),
    *("cheekSquintLeft cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight".split()),
    *("eyeLookInLeft eyeLookInRight eyeLookOutLeft eyeLookOutRight eyeLookUpLeft eyeLookUpRight".split()),
    *("eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward jawLeft jawOpen jawRight".split()),
    *("mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel".split()),
    *("mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker".split()),
    *("mouthRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft".split()),
    *("mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight".split()),
    *("noseSneerLeft noseSneerRight tongueOut".split()),
)
"""The 52 ARKit face units, in the order of every face weight vector."""
UNIT: dict[str, int] = {name: i for i, name in enumerate(FACE_UNITS)}


@dataclass(frozen=True, slots=True)
class Pose:
    """One person at one frame. Eye rotations are in ``rotations``; springs move hems and hair.

    ``position``: world metres of the body's floor origin. ``yaw``: degrees about +y. ``hip``:
    offset of the root bone from its rest place in model axes, metres (sitting, walking bob).
    ``rotations``: (80, 3) float32 rotation vectors. ``face``: (52,) float32 weights 0..1.
    ``sway``: (4,) float32 spring state: hair x, hair z, hem x, hem z in metres at the tip.
    ``ghost``: 0 solid .. 1 gone.
    """

    position: tuple[float, float, float]
    yaw: float
    hip: tuple[float, float, float]
    rotations: F32
    face: F32
    sway: F32
    breath: float = 0.0
    """Chest expansion 0..1."""
    ghost: float = 0.0
