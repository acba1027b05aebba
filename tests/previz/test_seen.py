"""What of a place a window is given: never less than it can show, bit for bit, and mostly less than all of it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.graph.params import RenderWindow, Window
from compiler.meaning.film import Location, Phrase
from compiler.staging.model import Fog, Light, LightKind, Opening, SetSpec, Shell, Sky, Terrain, Thing, ThingKey
from compiler.staging.places import place_set
from runtime.previz.motion import seen
from runtime.previz.motion.baked import BakedShot, load_baked, save_baked
from runtime.previz.motion.seen import seen_set
from runtime.previz.motion.things import ThingTrack
from runtime.previz.raster import lamps
from runtime.previz.raster.pack import Packer
from runtime.previz.render import ShadowCache, render
from runtime.previz.sets import build_set, load_survey, save_survey, survey_set
from runtime.previz.sets.build import piece_meshes
from runtime.previz.tasks import frame_scene
from tests.previz.test_sets import KINDS, piece

SIZE = (96, 40)
SMALL = ("chair", "table", "crate", "book", "lamp", "plant", "shelf", "barrel", "candle", "clock", "mirror", "rug")
DAY = Sky("day", 140.0, 35.0)


def camera(
    *looks: tuple[tuple[float, float, float], tuple[float, float, float]], focal: float = 35.0
) -> tuple[np.ndarray, ...]:
    """Positions (N, 3), rotations (N, 3, 3) and focal lengths (N,) of a camera at each of (eye, target)."""
    turns = []
    for eye, target in looks:
        back = np.array(eye) - np.array(target)
        back /= np.linalg.norm(back)
        right = np.cross([0.0, 1.0, 0.0], back)
        right /= np.linalg.norm(right)
        turns.append([right, np.cross(back, right), back])
    count = len(looks)
    return (
        np.array([eye for eye, _ in looks], np.float32),
        np.array(turns, np.float32),
        np.full(count, focal, np.float32),
    )


def window(spec: SetSpec, shot: tuple[np.ndarray, ...], **more: object) -> BakedShot:
    """A baked window in which nobody is: the camera's, with every light as it was set."""
    place, turn, focal = shot
    one = np.ones(len(focal), np.float32)
    names = tuple(light.name for light in spec.lights)
    colours = np.array([light.colour for light in spec.lights], np.float32).reshape(-1, 3)
    levels = np.ones((len(one), len(names)), np.float32)
    colour = np.repeat(colours[None], len(one), 0)
    values = (0, (24, 1), SIZE, (), names, place, turn, focal, 5.6 * one, 3 * one, 0 * one, levels, colour)
    return BakedShot(*values, **more)  # type: ignore[arg-type]


def picture(spec: SetSpec, baked: BakedShot) -> bytes:
    """Every frame of a window in a place, as the renderer makes it."""
    built, cache = build_set(spec), ShadowCache()
    params = RenderWindow(Window(0, baked.count), SIZE, (24, 1), 1)
    frames = [frame_scene(params, spec, baked, built, {}, frame) for frame in range(baked.count)]
    return b"".join(render(frame, SIZE, cache).hdr.tobytes() for frame in frames)


def shown(spec: SetSpec, baked: BakedShot) -> SetSpec:
    return seen_set(spec, survey_set(replace(spec, lights=(), fog=Fog(), sky=Sky())), baked)


def room(rng: np.random.Generator) -> SetSpec:
    """A room, or a field, with a dozen things about it and lamps that throw shadows, some of them among the things."""
    inside = rng.random() < 0.7
    wide, deep = (float(v) for v in rng.uniform(3.0, 7.0, 2))
    openings = (Opening("window", "north", 0.0, 1.3, 1.35, 0.85, "window"),)
    shell = Shell(width=wide, depth=deep, openings=openings) if inside else Shell(kind="none")
    names = rng.choice(SMALL, 12)
    pieces = tuple(
        replace(
            piece(str(kind), seed=int(rng.integers(99)), lit=bool(rng.random() < 0.5)),
            name=f"{kind} {number}",
            position=(
                float(rng.uniform(-wide, wide) * 0.45),
                float(rng.choice([0.0, 0.75, rng.uniform(0.0, 2.2)])),
                float(rng.uniform(-deep, deep) * 0.45),
            ),
            yaw=float(rng.uniform(-180, 180)),
        )
        for number, kind in enumerate(names)
    )
    lights = [Light("sky", LightKind.SKY, (1, 1, 1), 0.05, shadows=False)]
    for number in range(int(rng.integers(1, 4))):
        kind = (LightKind.POINT, LightKind.SPOT, LightKind.SUN)[int(rng.integers(3))]
        way = rng.normal(size=3) * np.array([1.0, 0.6, 1.0]) - np.array([0.0, 0.8, 0.0])
        at = rng.uniform((-wide / 2, 0.2, -deep / 2), (wide / 2, 2.6, deep / 2))
        radius = float(rng.choice([0.02, 0.1, 0.4]))
        cone = float(rng.uniform(20, 150))
        lights.append(
            Light(
                f"light {number}", kind, (1.0, 0.9, 0.8), float(rng.uniform(0.2, 4.0)), tuple(at.tolist()),
                tuple(way.tolist()), cone, 0.03 if kind is LightKind.SUN else radius, volumetric=bool(rng.random() < 0.5),
            )
        )  # fmt: skip
    terrain = Terrain("none") if inside else Terrain("field", (0.1, 0.12, 0.05), 3)
    return SetSpec("ROOM", inside, shell, pieces, terrain, DAY, Fog(0.03, 0.0), tuple(lights), 3)


def some_shot(rng: np.random.Generator, spec: SetSpec) -> tuple[np.ndarray, ...]:
    """Somewhere in the place, looking at one of its things or past them, wide or long, standing or going."""
    wide, deep = spec.shell.width, spec.shell.depth
    eye = rng.uniform((-wide / 2, 0.3, -deep / 2), (wide / 2, 2.2, deep / 2))
    target = np.array(spec.pieces[int(rng.integers(len(spec.pieces)))].position) + rng.normal(size=3) * 0.4
    if np.linalg.norm((target - eye)[[0, 2]]) < 0.3:
        target = eye + np.array([1.0, -0.1, 0.4])
    step = rng.normal(size=3) * 0.15 * (rng.random() < 0.3)
    looks = [(tuple((eye + i * step).tolist()), tuple(target.tolist())) for i in range(2 if step.any() else 1)]
    return camera(*looks, focal=float(rng.choice([18.0, 35.0, 85.0])))


@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_a_window_is_given_all_it_can_show(seed: int) -> None:
    """The picture of what is given is that of the whole place, to the bit."""
    rng = np.random.default_rng(seed)
    spec = room(rng)
    baked = window(spec, some_shot(rng, spec))
    assert picture(shown(spec, baked), baked) == picture(spec, baked)


@given(st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_a_window_that_is_given_the_same_shows_the_same(seed: int) -> None:
    """Things are moved, turned, taken away and put in; who is given the same is not rendered again, and need not be."""
    rng = np.random.default_rng(seed)
    spec = room(rng)
    baked = window(spec, some_shot(rng, spec))
    first, was = shown(spec, baked), None
    for _ in range(6):
        pieces = list(spec.pieces)
        at = int(rng.integers(len(pieces)))
        one = pieces.pop(at)
        if rng.random() < 0.8:
            x, y, z = (np.array(one.position) + rng.normal(size=3) * 0.5).tolist()
            pieces.insert(at, replace(one, position=(x, max(y, 0.0), z), yaw=one.yaw + float(rng.normal() * 40)))
        other = replace(spec, pieces=tuple(pieces))
        if shown(other, baked) == first:
            was = picture(spec, baked) if was is None else was
            assert picture(other, baked) == was


def kitchen() -> SetSpec:
    place = Location(
        "KITCHEN", set=(Phrase("table"), Phrase("lamp on table"), Phrase("shelf"), Phrase("stove"), Phrase("clock"))
    )
    spec = place_set(place, (), "night", True, 1).spec
    assert len(spec.pieces) >= 5
    return spec


def test_what_is_behind_the_camera_is_left_out_and_moving_it_changes_nothing() -> None:
    lamp = Light("lamp", LightKind.POINT, (1, 1, 1), 1.0, (0.0, 2.2, 1.0))
    front, behind = (
        replace(piece("crate"), name=name, position=(0.0, 0.0, z)) for name, z in (("front", -1.5), ("behind", 1.8))
    )
    spec = SetSpec("ROOM", True, Shell(width=5.0, depth=5.0), (front, behind), lights=(lamp,), seed=3)
    baked = window(spec, camera(((0.0, 1.4, 0.5), (0.0, 0.6, -1.5))))
    given_ = shown(spec, baked)
    assert [p.name for p in given_.pieces] == ["front"]
    assert shown(replace(spec, pieces=(front, replace(behind, position=(0.8, 0.0, 1.6)))), baked) == given_
    # In the picture it is given, and there it is another slice.
    moved = shown(replace(spec, pieces=(replace(front, position=(0.4, 0.0, -1.5)), behind)), baked)
    assert moved != given_


def test_what_only_throws_its_shadow_into_the_picture_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    lamp = Light("lamp", LightKind.POINT, (1, 1, 1), 6.0, (0.0, 1.0, 2.2), radius=0.02)
    crate = replace(piece("crate"), name="crate", position=(0.0, 0.4, 1.2))
    spec = SetSpec("ROOM", True, Shell(width=5.0, depth=5.0), (crate,), lights=(lamp,), seed=3)
    baked = window(spec, camera(((0.0, 1.2, 0.4), (0.0, 0.9, -2.4))))
    assert shown(spec, baked).pieces == (crate,)
    # And rightly: without it the picture is another. A rule that forgets shadows would be found out.
    assert picture(replace(spec, pieces=()), baked) != picture(spec, baked)
    monkeypatch.setattr(seen, "_apart", lambda picture, lamp, corners, spec, survey: np.ones(len(corners), bool))
    assert shown(spec, baked).pieces == ()
    # A lamp that is out throws none.
    monkeypatch.undo()
    out = replace(baked, levels=np.zeros_like(baked.levels))
    assert shown(spec, out).pieces == ()


def test_by_a_lamp_that_is_carried_everything_is_given() -> None:
    lamp = Light("candle", LightKind.POINT, (1, 1, 1), 1.0, (0.0, 2.2, 1.0))
    behind = replace(piece("crate"), position=(0.0, 0.0, 1.8))
    spec = SetSpec("ROOM", True, Shell(width=5.0, depth=5.0), (behind,), lights=(lamp,), seed=3)
    candle = Thing("candle", replace(piece("candle"), name="candle"), (ThingKey(0.0),))
    track = ThingTrack(
        candle, np.zeros((1, 3), np.float32), np.eye(3, dtype=np.float32)[None], *np.zeros((2, 1), np.float32)
    )
    look = camera(((0.0, 1.4, 0.5), (0.0, 1.2, -1.5)))
    assert shown(spec, window(spec, look)).pieces == ()
    assert shown(spec, window(spec, look, things=(track,))).pieces == (behind,)


def test_a_close_picture_is_given_little_of_a_place() -> None:
    spec = kitchen()
    close = window(spec, camera(((0.6, 1.5, 0.3), (1.4, 1.5, 0.2)), focal=100.0))
    assert len(shown(spec, close).pieces) < len(spec.pieces)


def test_a_survey_holds_all_that_is_drawn_of_a_piece() -> None:
    spec = SetSpec("ROOM", True, Shell(), tuple(piece(kind) for kind in KINDS), seed=3)
    survey = survey_set(spec)
    for own, (low, high), casts in zip(spec.pieces, survey.pieces, survey.casts, strict=True):
        meshes = piece_meshes(own)
        assert casts == any(mesh.casts_shadow for mesh in meshes)
        for mesh in meshes:
            assert (mesh.positions >= low - 1e-6).all()
            assert (mesh.positions <= high + 1e-6).all()
    assert (survey.whole[0] <= survey.pieces[:, 0].min(0)).all()
    assert (survey.whole[1] >= survey.pieces[:, 1].max(0)).all()


def test_surveys_and_slices_keep_on_disk(tmp_path: Path) -> None:
    spec = kitchen()
    survey = survey_set(spec)
    save_survey(tmp_path / "set.json", survey)
    loaded = load_survey(tmp_path / "set.json")
    for field in ("pieces", "casts", "whole"):
        assert np.array_equal(getattr(survey, field), getattr(loaded, field))
    baked = window(spec, camera(((0.6, 1.5, 0.3), (1.4, 1.5, 0.2))))
    save_baked(tmp_path / "a.npz", replace(baked, set=spec))
    assert load_baked(tmp_path / "a.npz").set == spec


def test_the_reach_of_shadows_is_the_rasterisers_own() -> None:
    """No map it draws has coarser texels than are reckoned with, and no penumbra is looked for further away."""
    rng = np.random.default_rng(5)
    for _ in range(12):
        spec = room(rng)
        baked = window(spec, some_shot(rng, spec))
        params = RenderWindow(Window(0, 1), SIZE, (24, 1), 1)
        scene = frame_scene(params, spec, baked, build_set(spec), {}, 0)
        packed = Packer().pack(scene.static, scene.moving)
        made = lamps.light_up(scene, packed, ShadowCache(), np.empty((len(packed.position), 4)))
        burning = [light for light in scene.lights if light.intensity > 1e-5]
        for row, light in zip(made.table, burning, strict=True):
            if row[lamps.MAP] < 0:
                continue
            first = int(row[lamps.MAP])
            for number in range(first, first + int(row[lamps.FACES])):
                texel = made.maps[number, lamps.TEXEL]
                if light.kind is LightKind.SUN:
                    assert texel <= seen._sun(spec, survey_set(spec))[0] + 1e-9
                else:
                    assert texel <= seen._texel(light) + 1e-9
    # Fitted maps have 1,024 texels and are at most as wide as a ball that fills 0.95 of the way to it.
    assert 2 * math.tan(math.asin(0.95)) / lamps._FITTED <= seen.FINE
    assert 14 + (0.6 + 1.6) + math.sqrt(2) < seen.TEXELS
