"""Where people are in a staged picture: boxes round their heads, of the baked performance through the baked camera.

Nothing of light, clothes or a picture comes into it; a window that does not show somebody does not say where they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from compiler.graph.params import Composition
from runtime.previz.motion.baked import BakedShot, camera_at, load_baked, pose_at
from runtime.previz.motion.rotations import F64, matrix, turn_y
from runtime.previz.motion.skeleton import Skeleton, chain, make_skeleton, step
from runtime.previz.people.person import load_person
from runtime.previz.pose import BONE, PARENTS, Pose
from runtime.previz.scene import Camera

Box = tuple[float, float, float, float]
_HALF = (0.095, 0.135)
"""Half the width and half the height of a head of somebody 1.7 m tall, metres, hair counted."""
_BACK = 0.09
"""Metres from between the eyes to the middle of that head."""
_TALL = 1.67 / 1.7
"""Height of the body that ``Skeleton.scale`` counts from, against somebody of 1.7 m."""
_NEAREST = 0.2
"""Metres before the lens within which nobody is seen."""


@dataclass(frozen=True, slots=True)
class Stood:
    """One person in one frame: the box round their head, 0..1 of the picture, and metres from the camera."""

    head: Box
    depth: float


Standing = Mapping[int, Mapping[str, Stood]]
"""By frame of the film and name."""


def standing(bakes: Iterable[Path], people: Iterable[Path], composed: Sequence[Composition]) -> Standing:
    """Where everybody is at the frames of ``composed``; frames that no window of ``bakes`` has are left out."""
    windows = [load_baked(path) for path in bakes]
    bodies = {found.name: make_skeleton(found.joints) for found in map(load_person, people)}
    return stood(windows, bodies, composed)


def stood(windows: Sequence[BakedShot], bodies: Mapping[str, Skeleton], composed: Sequence[Composition]) -> Standing:
    """The same of windows and bodies that are loaded."""
    found = {}
    for view in composed:
        at = view.performed
        window = next((w for w in windows if w.first <= at < w.first + w.count), None)
        if window is not None:
            found[view.frame] = _in_frame(window, bodies, at)
    return found


def _in_frame(window: BakedShot, bodies: Mapping[str, Skeleton], frame: int) -> dict[str, Stood]:
    camera = camera_at(window, frame)
    found = {}
    for number, track in enumerate(window.actors):
        body = bodies.get(track.name)
        if body is None or not track.visible or track.ghost[frame - window.first] >= 0.5:
            continue
        there = _boxed(camera, *_head(body, pose_at(window, number, frame)), window.size[0] / window.size[1])
        if there is not None:
            found[track.name] = there
    return found


def _head(body: Skeleton, pose: Pose) -> tuple[F64, float]:
    """The middle of a head in the world, and its size against that of somebody 1.7 m tall."""
    local = matrix(np.asarray(pose.rotations, np.float64))[None]
    turned, heads = np.empty_like(local), np.empty((1, len(PARENTS), 3))
    hip = np.asarray(pose.hip, np.float64)[None]
    for bone, parent in _TO_HEAD:
        step(body, local[:, bone], hip, bone, parent, turned, heads)
    tall = body.scale * _TALL
    head = BONE["head"]
    inside = body.eyes - np.array([0.0, 0.0, _BACK * tall]) - body.at("head")
    own = heads[0, head] + turned[0, head] @ inside
    return np.asarray(np.asarray(pose.position) + turn_y(np.radians(pose.yaw)) @ own), tall


def _lineage(bone: str) -> tuple[str, ...]:
    """A bone and all that it hangs on, the root first."""
    from runtime.previz.pose import BONES

    names: list[str] = []
    at = BONE[bone]
    while at >= 0:
        names.append(BONES[at])
        at = PARENTS[at]
    return tuple(reversed(names))


_TO_HEAD = chain(*_lineage("head"))


def _boxed(camera: Camera, point: F64, tall: float, aspect: float) -> Stood | None:
    right, up, back = np.asarray(camera.rotation, np.float64) @ (point - np.asarray(camera.position))
    depth = float(-back)
    if depth < _NEAREST:
        return None
    scale = camera.focal_mm / camera.sensor_mm / depth
    u, v = 0.5 + float(right) * scale, 0.5 - float(up) * scale * aspect
    across, down = _HALF[0] * tall * scale, _HALF[1] * tall * scale * aspect
    return Stood((u - across, v - down, u + across, v + down), depth)
