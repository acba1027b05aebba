"""Crowds: a group's few bodies posed for each of its many members, as fine as the picture shows them.

Members share cycles of movement (one walk, one run, one way of standing …), baked once per process on one body and worn
by all; each has its own phase, so no two move alike. Bodies far off are thinned by vertex clustering (Rossignac and
Borrel 1993).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compiler.meaning.film import Look
from compiler.staging.model import (
    Act,
    ActKind,
    Actor,
    CameraTrack,
    Crowd,
    Extra,
    PersonSpec,
    Posture,
    StagedShot,
    Stance,
)
from runtime.previz.people.parts import F32, SkinnedPart, UnitDeltas
from runtime.previz.people.person import Person, person_meshes
from runtime.previz.pose import BONE, FACE_UNITS, Pose
from runtime.previz.scene import Camera, Mesh

_STRIDE = {"walk": 1.2, "run": 2.3}
"""Metres of one whole cycle, two steps."""
_PHASES = 32
_LOOP = 9.0
"""Seconds of an idle cycle, run to and fro."""
_DETAIL = ((230.0, 0.0), (110.0, 0.013), (42.0, 0.028), (0.0, 0.05))
"""(least height in pixels, cell in metres): how coarse a body may be drawn; 0 = as it is."""
_FINEST = 3
_SMALL = ("teeth", "tongue", "lashes", "brows", "eyes")
"""Parts nobody sees from across a street."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """Rotations (P, 80, 3), hip offsets (P, 3) and chest (P,) round one cycle."""

    rotations: F32
    hip: F32
    breath: F32


def crowd_meshes(crowd: Crowd, people: Mapping[str, Person], camera: Camera, width: int, seconds: float) -> list[Mesh]:
    """Every member that the camera may see at ``seconds`` of shot time; ``people`` holds the crowd's bodies by name."""
    found: list[Mesh] = []
    fine = 0
    rows = []
    for number, extra in enumerate(crowd.extras):
        spec = crowd.bodies[extra.body]
        person = people.get(spec.name)
        if person is None:
            continue
        place, yaw, going, gone = _where(extra, seconds)
        away = max(0.3, math.dist(camera.position, (place[0], place[1] + 0.9, place[2])))
        if not _in_view(camera, place):
            continue
        rows.append((away, number, extra, person, spec, place, yaw, going, gone))
    for away, number, extra, person, spec, place, yaw, going, gone in sorted(rows, key=lambda row: row[:2]):
        pixels = spec.height * extra.height * camera.focal_mm / camera.sensor_mm * width / away
        cell = next(c for least, c in _DETAIL if pixels >= least)
        if cell == 0.0:
            fine += 1
            cell = 0.0 if fine <= _FINEST else _DETAIL[1][1]
        body = person if cell == 0.0 else _lean(_Key(person), cell)
        pose = _pose(extra, place, yaw, going, gone, seconds, spec)
        for mesh in person_meshes(body, pose):
            found.append(_as(mesh, f"{crowd.name}/{number}", extra, place))
    return found


def _where(extra: Extra, seconds: float) -> tuple[tuple[float, float, float], float, float, float]:
    """Floor point, yaw, how much it is going 0..1 and metres gone at a time."""
    times = np.array([t for t, _ in extra.path])
    points = np.array([p for _, p in extra.path], dtype=float)
    if len(times) == 1:
        return (float(points[0, 0]), float(points[0, 1]), float(points[0, 2])), extra.yaw, 0.0, 0.0

    def at(t: float) -> NDArray[np.float64]:
        return np.array([np.interp(t, times, points[:, k]) for k in range(3)])

    here, before, after = at(seconds), at(seconds - 0.3), at(seconds + 0.3)
    step = after - before
    speed = math.hypot(step[0], step[2]) / 0.6
    legs = np.hypot(*np.diff(points[:, [0, 2]], axis=0).T)
    gone = float(np.interp(seconds, times, np.concatenate([[0.0], np.cumsum(legs)])))
    # Strollers' ways begin and end with the shot, but they do not.
    if len(times) == 2 and speed > 0.0:
        whole = float(legs[0] / max(times[1] - times[0], 1e-6))
        gone, speed = whole * (seconds - float(times[0])), whole
        part = (seconds - times[0]) / max(times[1] - times[0], 1e-6)
        here = points[0] + (points[1] - points[0]) * part
        step = points[1] - points[0]
    going = min(1.0, max(0.0, (speed - 0.1) / 0.5))
    yaw = extra.yaw
    if going > 0.0:
        heading = math.degrees(math.atan2(step[0], step[2]))
        yaw += ((heading - yaw + 180.0) % 360.0 - 180.0) * min(1.0, going * 1.5)
    return (float(here[0]), float(here[1]), float(here[2])), yaw, going, gone


def _pose(
    extra: Extra, place: tuple[float, float, float], yaw: float, going: float, gone: float, seconds: float, spec: PersonSpec
) -> Pose:  # fmt: skip
    does = extra.does if seconds >= extra.since else "stand"
    still = _cycle("cheer" if does == "cheer" else "sit" if does == "sit" else "stand")
    wave = (seconds / (_LOOP if does != "cheer" else 2.4) + extra.phase * 2.0) % 2.0
    rotations, hip, breath = _at(still, (wave if wave < 1.0 else 2.0 - wave) if does != "cheer" else wave % 1.0)
    if going > 0.0:
        times = [t for t, _ in extra.path]
        quick = gone / max(0.5, seconds - times[0]) > 2.2 or _speed(extra) > 2.2
        gait = "run" if quick else "walk"
        turned, lifted, drawn = _at(_cycle(gait), (gone / (_STRIDE[gait] * extra.height) + extra.phase) % 1.0)
        rotations = rotations + (turned - rotations) * going
        hip = hip + (lifted - hip) * going
        breath = breath + (drawn - breath) * going
    scale = spec.height / 1.7
    face = np.zeros(len(FACE_UNITS), np.float32)
    if does == "cheer":
        for unit in ("mouthSmileLeft", "mouthSmileRight", "jawOpen"):
            face[FACE_UNITS.index(unit)] = 0.5
    if going < 0.5 and does in ("stand", "look"):
        rotations = rotations.copy()
        rotations[BONE["head"], 1] += (
            0.35 * math.sin(seconds * 0.5 + extra.phase * 40.0) * (0.4 if does == "look" else 1.0)
        )
    offset = (float(hip[0]) * scale, float(hip[1]) * scale, float(hip[2]) * scale)
    return Pose(place, yaw, offset, np.asarray(rotations, np.float32), face, np.zeros(4, np.float32), float(breath))


def _speed(extra: Extra) -> float:
    legs = [math.dist(p, q) / max(b - a, 1e-3) for (a, p), (b, q) in zip(extra.path, extra.path[1:], strict=False)]
    return max(legs, default=0.0)


def _at(cycle: Cycle, phase: float) -> tuple[F32, F32, float]:
    at = phase % 1.0 * (len(cycle.rotations) - 1)
    i = min(int(at), len(cycle.rotations) - 2)
    w = np.float32(at - i)
    rotations = cycle.rotations[i] * (1 - w) + cycle.rotations[i + 1] * w
    hip = cycle.hip[i] * (1 - w) + cycle.hip[i + 1] * w
    return rotations, hip, float(cycle.breath[i] * (1 - w) + cycle.breath[i + 1] * w)


@lru_cache(maxsize=8)
def _cycle(what: str) -> Cycle:
    """One cycle of a movement, from the very motion that named people have."""
    from runtime.previz.motion.bake import bake_shot

    start, first, last, frames = Stance((0.0, 0.0, 0.0)), 0.0, _LOOP, int(_LOOP * 24) + 1
    acts: tuple[Act, ...] = ()
    match what:
        case "walk" | "run":
            stride = 0.6 if what == "walk" else 1.15
            seconds = 20 * stride / (1.25 if what == "walk" else 3.2)
            style = "run" if what == "run" else ""
            acts = (Act(ActKind.WALK, 0.0, round(seconds, 4), ((0.0, 0.0, 20 * stride),), 0.0, style=style),)
            beat, frames = seconds / 21, int(seconds * 24)
            first, last = 8 * beat, 10 * beat
        case "cheer":
            acts = (
                Act(ActKind.EMOTE, -2.0, -1.0, style="joy", value=0.9),
                Act(ActKind.GESTURE, 0.0, 2.4, style="clap"),
            )
            first, last, frames = 0.0, 2.4, 60
        case "sit":
            start = Stance((0.0, 0.0, 0.0), 0.0, Posture.SIT, 0.45)
    actor = Actor(PersonSpec("everybody", 7), start, acts)
    shot = StagedShot(
        frames, 0, 0, (24, 1), (64, 36), None, (actor,), CameraTrack(()), (), (), Look(), 11
    )  # fmt: skip
    track = bake_shot(shot, []).actors[0]
    rows = np.linspace(first, last, _PHASES + 1) * 24.0

    def sample(values: F32) -> F32:
        low = np.clip(np.floor(rows).astype(int), 0, len(values) - 2)
        part = (rows - low).reshape(-1, *([1] * (values.ndim - 1))).astype(np.float32)
        return np.asarray(values[low] * (1 - part) + values[low + 1] * part, np.float32)

    hip = sample(track.hip)
    hip[:, 1] += sample(track.position)[:, 1]
    return Cycle(sample(track.rotations), hip, sample(track.breath))


class _Key:
    """A person as a cache key: by identity, since a process keeps the people it has read."""

    __slots__ = ("person",)

    def __init__(self, person: Person) -> None:
        self.person = person

    def __hash__(self) -> int:
        return id(self.person)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.person is self.person


@lru_cache(maxsize=64)
def _lean(key: _Key, cell: float) -> Person:
    person = key.person
    small = cell >= 0.02
    parts = [p for p in person.parts if not (small and (p.name in _SMALL or "buttons" in p.name))]
    return Person(person.name, person.joints, [thinned(p, cell * (1.6 if p.is_hair else 1.0)) for p in parts])


def thinned(part: SkinnedPart, cell: float) -> SkinnedPart:
    """``part`` with the vertices of each ``cell`` (metres, cubes at rest) joined into the one nearest their middle."""
    cubes = np.floor(part.positions / cell).astype(np.int64)
    cubes -= cubes.min(0)
    size = cubes.max(0) + 1
    flat = (cubes[:, 0] * size[1] + cubes[:, 1]) * size[2] + cubes[:, 2]
    _, group, count = np.unique(flat, return_inverse=True, return_counts=True)
    middle = np.stack([np.bincount(group, part.positions[:, k]) for k in range(3)], 1) / count[:, None]
    off = np.linalg.norm(part.positions - middle[group], axis=1)
    order = np.lexsort((np.arange(len(off)), off, group))
    chosen = order[np.concatenate([[0], np.cumsum(count)[:-1]])]
    faces = group[part.faces]
    kept = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
    faces, material = faces[kept], part.material[kept]
    _, first = np.unique(np.sort(faces, axis=1), axis=0, return_index=True)
    first.sort()
    changes: dict[str, Any] = {
        name: np.ascontiguousarray(getattr(part, name)[chosen])
        for name in ("positions", "bone_index", "bone_weight", "canonical", "rest", "colour", "attr", "tangent")
    }
    changes |= {
        name: None if getattr(part, name) is None else np.ascontiguousarray(getattr(part, name)[chosen])
        for name in ("normals", "sway", "breath", "folds")
    }
    return replace(
        part, **changes, faces=np.ascontiguousarray(faces[first], np.int32),
        material=np.ascontiguousarray(material[first]), units=UnitDeltas.none(), lids=None,
        two_sided=part.two_sided or part.is_hair,
    )  # fmt: skip


def _as(mesh: Mesh, name: str, extra: Extra, place: tuple[float, float, float]) -> Mesh:
    base = np.array(place, np.float32)
    part = mesh.name.partition("/")[2]
    positions = (mesh.positions - base) * np.float32(extra.height) + base
    colour = mesh.colour
    if part.startswith("garment") and extra.tint != (1.0, 1.0, 1.0):
        lower = any(word in part for word in ("trousers", "jeans", "shoes", "boots"))
        dye = np.array(extra.tint if not lower else (_tone(extra, 3.7),) * 3, np.float32)
        colour = np.clip(colour * dye, 0.0, 0.85)
    elif mesh.is_hair:
        colour = np.clip(colour * np.float32(_tone(extra, 7.31) * 1.3), 0.0, 0.8)
    return replace(mesh, name=f"{name}/{part}", positions=positions, colour=colour)


def _tone(extra: Extra, turns: float) -> float:
    """A factor 0.5..1.4 of the member's own."""
    return 0.5 + 0.9 * ((extra.phase * turns) % 1.0)


def _in_view(camera: Camera, place: tuple[float, float, float]) -> bool:
    """Whether a body's sphere, and its shadow's reach, meet the picture (frames are at least as tall as 1:1)."""
    local = camera.rotation.astype(np.float64) @ np.subtract((place[0], place[1] + 0.9, place[2]), camera.position)
    if -local[2] < -1.5:
        return False
    half = camera.sensor_mm / (2 * camera.focal_mm)
    return bool((abs(local[0]) + local[2] * half) / math.hypot(1.0, half) < 2.2)
