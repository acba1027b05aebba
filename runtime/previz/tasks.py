"""Picture tasks: what the scheduler calls to build people and places, bake performances and render windows."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from compiler.graph import params as p
from compiler.staging.model import HEAD_LAMPS, Light, SetSpec
from runtime.previz.crowd import crowd_meshes
from runtime.previz.motion.bake import (
    bake_shot,
    camera_at,
    lights_at,
    load_baked,
    load_track,
    pose_at,
    save_baked,
    slice_window,
)
from runtime.previz.motion.baked import BakedShot
from runtime.previz.motion.seen import seen_set
from runtime.previz.people.person import Person, build_person, load_person, person_meshes, save_person
from runtime.previz.scene import F32, Camera, FrameScene, Mesh
from runtime.previz.sets.build import BuiltSet, build_set, moving
from runtime.previz.sets.survey import load_survey, save_survey, survey_set
from runtime.previz.sets.things import thing_meshes
from runtime.schedule.table import TaskContext

_T = TypeVar("_T")
_KEPT = 16
_LAMPS_AT, _LAMPS_TO = np.array([0.0, 0.62, 2.3]), np.array([0.0, -0.07, 1.0])
"""Between the head lamps of something that drives, in its own space, and the way they shine."""
_loaded: OrderedDict[str, object] = OrderedDict()
"""People this process has read, by content digest: the shots of a scene share them."""


def person(task: TaskContext) -> None:
    """Build a person's meshes."""
    assert isinstance(task.params, p.BuildPerson)
    save_person(build_person(task.params.person), task.outputs["person"])


def place(task: TaskContext) -> None:
    """Measure how far the things of a set reach."""
    assert isinstance(task.params, p.BuildSet)
    save_survey(task.outputs["set"], survey_set(task.params.set))


def bake(task: TaskContext) -> None:
    """Bake a shot's performance and camera; one slice per window, holding only what that window can show."""
    assert isinstance(task.params, p.BakeShot)
    spec = task.params.shot.set
    assert spec is not None
    survey = load_survey(task.inputs["set"][0])
    tracks = [load_track(path) for path in task.inputs.get("phones", ())]
    baked = bake_shot(task.params.shot, tracks, take=task.params.take)
    for index, window in enumerate(task.params.windows):
        part = slice_window(baked, window.first, window.first + window.count - 1)
        save_baked(task.outputs[f"w{index}"], replace(part, set=seen_set(spec, survey, part)))


def render_window(task: TaskContext) -> None:
    """Render the frames of one window to a log-encoded clip."""
    from runtime.edit.clip import ClipWriter
    from runtime.picture.log import encode_log
    from runtime.previz.render import ShadowCache, render

    params = task.params
    assert isinstance(params, p.RenderWindow)
    baked = load_baked(task.inputs["bake"][0])
    assert baked.set is not None
    built = build_set(baked.set)
    people = {
        found.name: found
        for found in (
            _kept(digest, path, load_person)
            for digest, path in zip(task.digests.get("person", ()), task.inputs.get("person", ()), strict=True)
        )
    }
    cache = ShadowCache()
    with ClipWriter(task.outputs["clip"], params.size, params.fps) as clip:
        for frame in range(params.window.first, params.window.first + params.window.count):
            scene = frame_scene(params, baked.set, baked, built, people, frame)
            clip.write(encode_log(render(scene, params.size, cache).hdr))


def frame_scene(
    params: p.RenderWindow, spec: SetSpec, baked: BakedShot, built: BuiltSet, people: dict[str, Person], frame: int
) -> FrameScene:
    """One frame of a baked window as the renderer wants it."""
    seconds = frame * params.fps[1] / params.fps[0]
    camera = camera_at(baked, frame)
    lights = lights_at(baked, frame, spec)
    levels = {
        now.name: now.intensity / was.intensity for now, was in zip(lights, spec.lights, strict=True) if was.intensity
    }
    meshes: list[Mesh] = list(moving(spec, seconds, levels))
    nearest, hero = float("inf"), ""
    for index, actor in enumerate(baked.actors):
        if not actor.visible or actor.name not in people:
            continue
        pose = pose_at(baked, index, frame)
        meshes += person_meshes(people[actor.name], pose)
        distance = _distance(camera, pose.position)
        if distance < nearest:
            nearest, hero = distance, actor.name
    for crowd in baked.crowds:
        meshes += crowd_meshes(crowd, people, camera, params.size[0], seconds)
    for track in baked.things:
        i = frame - baked.first
        level = levels.get(track.thing.name, 1.0)
        opening, roll = float(track.opening[i]), float(track.roll[i])
        drawn = thing_meshes(track.thing, track.position[i], track.rotation[i], opening, roll, level)
        meshes += drawn
        lights = tuple(_carried(light, track.thing.name, drawn) for light in lights)
        lights = tuple(_driven(light, track.thing.name, track.position[i], track.rotation[i]) for light in lights)
    return FrameScene(
        built.static,
        meshes,
        lights,
        spec.sky,
        spec.fog,
        camera,
        seconds,
        spec.interior,
        built.bounds,
        hero,
    )


def _carried(light: Light, name: str, drawn: list[Mesh]) -> Light:
    """The light of a lamp that is carried shines from where the lamp is."""
    if light.name != name:
        return light
    glow = next((mesh for mesh in drawn if mesh.name.endswith(".glow")), None)
    if glow is None:
        return light if drawn else replace(light, intensity=0.0)
    low, high = glow.positions.min(0), glow.positions.max(0)
    x, y, z = (round(float(v), 3) for v in (low + high) / 2)
    near = math.dist((x, y, z), light.position) < 0.02
    return light if near else replace(light, position=(x, y, z))


def _driven(light: Light, name: str, position: F32, rotation: F32) -> Light:
    """Head lamps light the road before what drives, wherever it has got to."""
    if light.name != name + HEAD_LAMPS:
        return light
    x, y, z = (round(float(v), 3) for v in position + rotation @ _LAMPS_AT)
    a, b, c = (round(float(v), 4) for v in rotation @ _LAMPS_TO)
    return replace(light, position=(x, y, z), direction=(a, b, c))


def _distance(camera: Camera, point: tuple[float, float, float]) -> float:
    return math.dist(camera.position, point)


def _kept(digest: str, path: Path, load: Callable[[Path], _T]) -> _T:
    found = _loaded.get(digest)
    if found is None:
        found = _loaded[digest] = load(path)
        while len(_loaded) > _KEPT:
            _loaded.popitem(last=False)
    _loaded.move_to_end(digest)
    return found  # type: ignore[return-value]
