"""A baked shot: arrays of poses, camera and light levels by frame, how to cut a window out of it, and its file."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.graph.codec import decode, encode
from compiler.staging.model import CameraTrack, Crowd, Light, SetSpec, Thing
from runtime.previz.motion.rotations import matrix, vector
from runtime.previz.motion.things import ThingTrack, without_future
from runtime.previz.pose import BONE, BONES, Pose
from runtime.previz.scene import Camera
from runtime.previz.sets.things import thing_size

F32 = NDArray[np.float32]

VERSION = 3
_FINGERS = np.array(["finger" in b or "metacarpal" in b for b in BONES])
_EYES = np.array([b.startswith("eye.") for b in BONES])
_TURNING = [BONE[b] for b in BONES[:10]]
_RADIUS = 1.05
_SHADOW = 1.5
"""Metres outside the picture within which a body may still matter by its shadow."""


@dataclass(frozen=True, slots=True)
class ActorTrack:
    """One actor on N frames.

    ``talk`` (N, 3) is what speech adds to the head, kept apart so that windows that do not show the
    face need not know it.
    """

    name: str
    visible: bool
    position: F32
    yaw: F32
    hip: F32
    rotations: F32
    face: F32
    sway: F32
    breath: F32
    ghost: F32
    talk: F32


@dataclass(frozen=True, slots=True)
class BakedShot:
    """Frames ``first`` .. ``first + N - 1``; frame 0 is the first of the shot's body, handles are outside it."""

    first: int
    fps: tuple[int, int]
    size: tuple[int, int]
    actors: tuple[ActorTrack, ...]
    lights: tuple[str, ...]
    camera_position: F32
    camera_rotation: F32
    focal: F32
    f_stop: F32
    focus: F32
    exposure: F32
    levels: F32
    """(N, L) factor of each light of the set, in its order."""
    colours: F32
    """(N, L, 3) what colour each of them is."""
    things: tuple[ThingTrack, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    set: SetSpec | None = None
    """In a window: the place, with those of its pieces that can show."""

    @property
    def count(self) -> int:
        return len(self.focal)


_ACTOR = tuple(f.name for f in fields(ActorTrack) if f.name not in ("name", "visible"))
_THING = ("position", "rotation", "opening", "roll")
_CAMERA = ("camera_position", "camera_rotation", "focal", "f_stop", "focus", "exposure", "levels", "colours")


def slice_window(baked: BakedShot, first: int, last: int) -> BakedShot:
    """Frames ``first`` .. ``last`` inclusive, holding only what they can show.

    A face that is turned away or out of the picture for the whole window is blank; out of the
    picture fingers and hair rest too; an invisible actor is all zero. Raises ``ValueError`` outside the bake.
    """
    a, b = first - baked.first, last - baked.first + 1
    if a < 0 or b > baked.count or a >= b:
        raise ValueError(f"frames {first}..{last} are not within {baked.first}..{baked.first + baked.count - 1}")
    rows = {name: getattr(baked, name)[a:b].copy() for name in _CAMERA}
    cut = replace(baked, first=first, actors=(), **rows)
    tracks = []
    for track in baked.actors:
        part = replace(track, **{name: getattr(track, name)[a:b].copy() for name in _ACTOR})
        tracks.append(_only_seen(part, cut))
    things = [without_future(track, a, b) for track in baked.things]
    things = [track for track in things if bool(np.any(_near_picture(track, cut)))]
    return replace(cut, actors=tuple(tracks), things=tuple(things))


def pose_at(baked: BakedShot, actor: int, frame: int) -> Pose:
    """The pose of the ``actor``-th actor at a frame of the shot."""
    track, i = baked.actors[actor], frame - baked.first
    rotations = track.rotations[i].copy()
    if np.any(track.talk[i]):
        head = BONE["head"]
        rotations[head] = vector(matrix(np.float64(1) * rotations[head]) @ matrix(np.float64(1) * track.talk[i]))
    x, y, z = (float(v) for v in track.position[i])
    hx, hy, hz = (float(v) for v in track.hip[i])
    return Pose(
        (x, y, z),
        float(track.yaw[i]),
        (hx, hy, hz),
        rotations,
        track.face[i],
        track.sway[i],
        float(track.breath[i]),
        float(track.ghost[i]),
    )


def camera_at(baked: BakedShot, frame: int) -> Camera:
    """The camera at a frame of the shot."""
    i = frame - baked.first
    x, y, z = (float(v) for v in baked.camera_position[i])
    return Camera(
        (x, y, z),
        baked.camera_rotation[i],
        float(baked.focal[i]),
        float(baked.f_stop[i]),
        float(baked.focus[i]),
        float(baked.exposure[i]),
    )


def lights_at(baked: BakedShot, frame: int, set_spec: SetSpec) -> tuple[Light, ...]:
    """The set's lights as they burn at a frame."""
    level = levels_at(baked, frame)
    colours = dict(zip(baked.lights, baked.colours[frame - baked.first], strict=True))
    burning = []
    for light in set_spec.lights:
        r, g, b = (float(v) for v in colours.get(light.name, light.colour))
        burning.append(replace(light, intensity=light.intensity * level.get(light.name, 1.0), colour=(r, g, b)))
    return tuple(burning)


def levels_at(baked: BakedShot, frame: int) -> dict[str, float]:
    """How bright each light is at a frame, by name, against its own intensity."""
    return {name: float(v) for name, v in zip(baked.lights, baked.levels[frame - baked.first], strict=True)}


def save_baked(path: Path, baked: BakedShot) -> None:
    """Writes an ``.npz`` whose bytes depend on nothing but the bake."""
    header = {
        "version": VERSION, "first": baked.first, "fps": baked.fps, "size": baked.size, "lights": baked.lights,
        "actors": [[t.name, t.visible] for t in baked.actors],
        "things": [encode(t.thing) for t in baked.things], "crowds": [encode(c) for c in baked.crowds],
        "set": None if baked.set is None else encode(baked.set),
    }  # fmt: skip
    arrays: dict[str, NDArray[np.generic]] = {"header": np.frombuffer(json.dumps(header).encode(), np.uint8)}
    arrays |= {name: getattr(baked, name) for name in _CAMERA}
    arrays |= {f"{i}.{name}": getattr(track, name) for i, track in enumerate(baked.actors) for name in _ACTOR}
    arrays |= {f"thing{i}.{name}": getattr(track, name) for i, track in enumerate(baked.things) for name in _THING}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(info, buffer.getvalue(), compresslevel=3)


def load_baked(path: Path) -> BakedShot:
    """Reads what ``save_baked`` wrote. Raises ``ValueError`` on another version."""
    with np.load(path, allow_pickle=False) as data:
        header = json.loads(data["header"].tobytes())
        if header["version"] != VERSION:
            raise ValueError(f"bake of version {header['version']}, want {VERSION}")
        actors = tuple(
            ActorTrack(name, visible, **{key: data[f"{i}.{key}"] for key in _ACTOR})
            for i, (name, visible) in enumerate(header["actors"])
        )
        things = tuple(
            ThingTrack(decode(Thing, plain), **{key: data[f"thing{i}.{key}"] for key in _THING})
            for i, plain in enumerate(header["things"])
        )
        crowds = tuple(decode(Crowd, plain) for plain in header["crowds"])
        camera = {name: data[name] for name in _CAMERA}
    place = None if header["set"] is None else decode(SetSpec, header["set"])
    fps, size = tuple(header["fps"]), tuple(header["size"])
    return BakedShot(
        header["first"],
        (fps[0], fps[1]),
        (size[0], size[1]),
        actors,
        tuple(header["lights"]),
        things=things,
        crowds=crowds,
        set=place,
        **camera,
    )


def _only_seen(track: ActorTrack, window: BakedShot) -> ActorTrack:
    if not track.visible or bool(np.all(track.ghost >= 0.999)):
        return replace(track, **{name: np.zeros_like(getattr(track, name)) for name in _ACTOR if name != "ghost"})
    near = _in_picture(track, window, _RADIUS + _SHADOW)
    seen = _in_picture(track, window, _RADIUS)
    face = bool(np.any(seen & _faces_camera(track, window)))
    changes: dict[str, F32] = {}
    if not face:
        rotations = track.rotations.copy()
        rotations[:, _EYES] = 0.0
        changes |= {"face": np.zeros_like(track.face), "talk": np.zeros_like(track.talk), "rotations": rotations}
    if not np.any(near):
        rotations = changes.get("rotations", track.rotations).copy()
        rotations[:, _FINGERS] = 0.0
        changes |= {"rotations": rotations, "sway": np.zeros_like(track.sway), "breath": np.zeros_like(track.breath)}
    return _with(track, changes)


def _with(track: ActorTrack, changes: dict[str, F32]) -> ActorTrack:
    arrays = {name: changes.get(name, getattr(track, name)) for name in _ACTOR}
    return ActorTrack(track.name, track.visible, **arrays)


def _in_picture(track: ActorTrack, window: BakedShot, radius: float) -> NDArray[np.bool_]:
    """(N,) whether a sphere about the body meets the camera's frustum."""
    return _sphere_seen(track.position.astype(np.float64) + np.array([0.0, 0.9, 0.0]), radius, window)


def _sphere_seen(centre: NDArray[np.float64], radius: float, window: BakedShot) -> NDArray[np.bool_]:
    """(N,) whether a sphere meets the camera's frustum."""
    local = np.einsum("nij,nj->ni", window.camera_rotation.astype(np.float64), centre - window.camera_position)
    half = CameraTrack.SENSOR_WIDTH_MM / (2 * window.focal.astype(np.float64))
    inside = -local[:, 2] > -radius
    for axis, slope in ((0, half), (1, half * window.size[1] / window.size[0])):
        # Distance from the frustum's side plane, positive outside.
        out = (np.abs(local[:, axis]) + local[:, 2] * slope) / np.hypot(1.0, slope)
        inside &= out < radius
    return np.asarray(inside)


def _near_picture(track: ThingTrack, window: BakedShot) -> NDArray[np.bool_]:
    """(N,) whether a thing, or its shadow, may show."""
    radius = float(np.linalg.norm(thing_size(track.thing))) + _SHADOW
    return _sphere_seen(track.position.astype(np.float64), radius, window)


def _faces_camera(track: ActorTrack, window: BakedShot) -> NDArray[np.bool_]:
    """(N,) whether any of the face may show: its facing within 125 degrees of the camera, looking from above counts."""
    turn = np.radians(track.yaw.astype(np.float64)) + track.rotations[:, _TURNING, 1].sum(1) + track.talk[:, 1]
    to = (window.camera_position - track.position).astype(np.float64)
    away = np.abs((np.arctan2(to[:, 0], to[:, 2]) - turn + np.pi) % (2 * np.pi) - np.pi)
    return np.asarray((away < np.radians(125.0)) | (np.hypot(to[:, 0], to[:, 2]) < 0.5))
