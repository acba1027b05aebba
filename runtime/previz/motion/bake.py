"""Baking a shot: staged acts, voices and camera keys become poses, camera and light levels for every frame.

A bake is a pure function of the shot and its speeches; frames can then be drawn in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import Actor, PersonSpec, StagedShot
from runtime.previz.motion.baked import (
    ActorTrack,
    BakedShot,
    camera_at,
    levels_at,
    lights_at,
    load_baked,
    pose_at,
    save_baked,
    slice_window,
)
from runtime.previz.motion.camera import CameraCurves, light_colours, light_levels, make_camera
from runtime.previz.motion.curves import F64, Clock, make_clock
from runtime.previz.motion.figure import Figure, eye_position, finish, make_figure, make_sway, rough, talk_vector
from runtime.previz.motion.readings import read_actor, read_camera
from runtime.previz.motion.skeleton import make_skeleton
from runtime.previz.motion.speech import SpokenTrack, load_track
from runtime.previz.motion.things import ThingTrack, carried, hands_of, make_things
from runtime.previz.people.body import rest_joints

F32 = NDArray[np.float32]

__all__ = [
    "ActorTrack",
    "BakedShot",
    "SpokenTrack",
    "bake_shot",
    "camera_at",
    "levels_at",
    "lights_at",
    "load_baked",
    "load_track",
    "pose_at",
    "save_baked",
    "slice_window",
]


def bake_shot(
    shot: StagedShot,
    speeches: Sequence[SpokenTrack],
    joints: Callable[[PersonSpec], F32] | None = None,
    take: int = 1,
) -> BakedShot:
    """Frames ``-head`` .. ``frames + tail - 1`` of ``shot``.

    ``speeches`` are the voiced lines that SPEAK acts index; a missing one stays silent. ``joints``
    gives a person's rest joints (80, 3), by default those of the built body. ``take`` is another reading of the same
    shot: same length, marks and lines. Deterministic.
    """
    first, last = -shot.head, shot.frames + shot.tail - 1
    clock = make_clock(shot.fps, first, last)
    t = clock.frames(clock.times)
    skeletons = [make_skeleton((joints or rest_joints)(a.person)) for a in shot.actors]
    # The person's own habits carry from shot to shot; only the shot's seed varies their moments.
    seeds = [
        (shot.seed * 1_000_003 + a.person.seed * 8191 + crc32(a.person.name.encode())) & 0xFFFFFFFF for a in shot.actors
    ]
    read = [
        read_actor(a, s, shot.frames * shot.fps[1] / shot.fps[0], take) for a, s in zip(shot.actors, seeds, strict=True)
    ]
    actors, readings = tuple(a for a, _ in read), [r for _, r in read]
    camera, breath = read_camera(shot.camera, shot.seed, take)
    shot = replace(shot, actors=actors, camera=camera)
    parts = [rough(a, k, clock, r) for a, k, r in zip(actors, skeletons, readings, strict=True)]
    names = [a.person.name for a in shot.actors]
    near = {name: part[3] for name, part in zip(names, parts, strict=True)}
    figures = [
        make_figure(a, k, clock, r, part, near.get, speeches)
        for a, k, r, part in zip(actors, skeletons, readings, parts, strict=True)
    ]
    final = {name: figure.eyes for name, figure in zip(names, figures, strict=True)}
    tracks = tuple(_track(a, figure, finish(figure, final.get)) for a, figure in zip(shot.actors, figures, strict=True))
    yaws = {name: clock.frames(figure.trunk.yaw) for name, figure in zip(names, figures, strict=True)}
    things = make_things(shot, t, hands_of(shot, figures), yaws)
    tracks = tuple(_carried(track, actor, things) for track, actor in zip(tracks, shot.actors, strict=True))
    seen = _camera(shot, t, figures, things, breath)
    lights = shot.set.lights if shot.set else ()
    levels = light_levels(lights, shot.light_cues, t, shot.seed)
    return BakedShot(
        first, shot.fps, shot.size, tracks, tuple(light.name for light in lights), _round(seen.position, 4),
        _round(seen.rotation, 6), _round(seen.focal, 3), _round(seen.f_stop, 3), _round(seen.focus, 3),
        _round(seen.exposure, 3), _round(levels, 3), _round(light_colours(lights, shot.light_cues, t), 4),
        things, shot.crowds,
    )  # fmt: skip


def _track(actor: Actor, figure: Figure, face: F64) -> ActorTrack:
    clock: Clock = figure.clock
    trunk = figure.trunk
    n = len(face)
    return ActorTrack(
        actor.person.name,
        actor.visible,
        _round(clock.frames(trunk.place), 4),
        _round((clock.frames(trunk.yaw) + 180.0) % 360.0 - 180.0, 3),
        _round(clock.frames(trunk.hip), 4),
        _round(figure.rotations, 4),
        _round(face, 3),
        _round(make_sway(figure), 4),
        _round(clock.frames(trunk.breath), 3),
        _round(np.full(n, actor.ghost), 3),
        _round(talk_vector(figure), 4),
    )


def _carried(track: ActorTrack, actor: Actor, things: tuple[ThingTrack, ...]) -> ActorTrack:
    """Somebody in a vehicle goes where it goes."""
    carrier = next((thing for thing in things if actor.rides and thing.thing.name == actor.rides), None)
    if carrier is None:
        return track
    position, yaw = carried(track.position.astype(np.float64), track.yaw.astype(np.float64), carrier)
    return replace(track, position=_round(position, 4), yaw=_round((yaw + 180.0) % 360.0 - 180.0, 3))


def _camera(
    shot: StagedShot, t: F64, figures: list[Figure], things: tuple[ThingTrack, ...], breath: int
) -> CameraCurves:
    if not shot.camera.keys:
        n = len(t)
        one = np.ones(n)
        return CameraCurves(np.zeros((n, 3)), np.tile(np.eye(3), (n, 1, 1)), 35 * one, 2.8 * one, 3 * one, 0 * one)
    hero = next((f for f in figures if f.actor.person.name == shot.camera.focus_on), None)
    eyes = (eye_position(hero, "L"), eye_position(hero, "R")) if hero is not None else None
    carrier = next((x for x in things if hero is not None and hero.actor.rides == x.thing.name), None)
    if eyes is not None and carrier is not None:
        eyes = (carried(eyes[0], np.zeros(len(t)), carrier)[0], carried(eyes[1], np.zeros(len(t)), carrier)[0])
    return make_camera(shot.camera, t, breath, eyes)


def _round(values: F64, decimals: int) -> F32:
    """Rounded so that unchanged motion is unchanged bytes; no negative zeros."""
    return (np.round(values, decimals) + 0.0).astype(np.float32)
