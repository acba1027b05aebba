"""The rasteriser against geometry worked out by hand, and its promises: no holes, no drift, no leaks."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scenes import LAMP, SIZE, camera, floor, mesh, scene, sphere

from compiler.staging.model import Fog, Light, LightKind
from runtime.previz.raster.lens import focus
from runtime.previz.raster.veil import lay_over
from runtime.previz.render import ShadowCache, render
from runtime.previz.scene import F32, Material

FINE = (320, 200)


def rays(size: tuple[int, int]) -> np.ndarray:
    """Directions through pixel centres of ``camera()``, one unit long along the view axis."""
    width, height = size
    focal = width * 30.0 / 24.9
    x, y = np.meshgrid(np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2)
    return np.stack([x / focal, -y / focal, -np.ones_like(x)], -1)


def test_depth_and_ids_of_a_sphere_are_those_of_the_ray_equation() -> None:
    passes = render(scene([], [sphere()]), FINE)
    d = rays(FINE)
    o = np.array([0.0, 0.0, 3.0])
    a, b, c = (d**2).sum(-1), d @ o, o @ o - 0.25
    disc = b * b - a * c
    inside, outside = disc > 0.02, disc < -0.02
    assert (passes.ids[inside] == 0).all()
    assert (passes.ids[outside] == -1).all()
    assert passes.names == ("ball",)
    t = (-b - np.sqrt(np.maximum(disc, 0))) / a
    assert np.abs(passes.depth - t)[disc > 0.1].max() < 0.004
    assert np.isinf(passes.depth[outside]).all()
    hit = np.array([0.0, 1.0, 3.0]) + d * t[..., None]
    normal = (hit - np.array([0.0, 1.0, 0.0])) / 0.5
    assert ((passes.normal * normal).sum(-1)[disc > 0.1] > 0.999).all()


def test_floor_depth_reaches_under_the_camera_without_clipping() -> None:
    passes = render(scene([floor(50.0)], [], camera=camera((0.0, 0.3, 0.0))), SIZE)
    d = rays(SIZE)
    below = d[..., 1] < -0.05
    assert np.allclose(passes.depth[below], (0.3 / -d[..., 1])[below], rtol=1e-4)


@pytest.mark.parametrize("turn", [0.0, 0.37, 1.1, 2.9])
def test_no_holes_in_a_sheet_of_many_triangles(turn: float) -> None:
    n = 60
    u, v = np.meshgrid(np.linspace(-4, 4, n), np.linspace(-4, 4, n))
    x, y = u * np.cos(turn) - v * np.sin(turn), u * np.sin(turn) + v * np.cos(turn)
    points = np.stack([x, y + 1, 0.05 * np.sin(3 * u) * np.cos(2 * v)], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(n - 1), np.arange(n - 1))
    k = (i * n + j).ravel()
    faces = np.concatenate([np.stack([k, k + 1, k + n + 1], 1), np.stack([k, k + n + 1, k + n], 1)])
    sheet = mesh("sheet", points, np.tile([0.0, 0.0, 1.0], (n * n, 1)), faces, two_sided=True)
    passes = render(scene([], [sheet], lights=(Light("s", LightKind.SKY, (1, 1, 1), 1.0),)), (160, 100))
    assert (passes.ids == 0).all()
    # Lit evenly, a speck would stand out.
    assert passes.hdr.min() > 0.5 * np.median(passes.hdr)


def test_same_scene_same_bits_whatever_the_cache_holds() -> None:
    lights = (LAMP, Light("moon", LightKind.SUN, (0.5, 0.6, 1.0), 0.5, direction=(0.3, -1.0, -0.4), volumetric=True))
    build = scene([floor()], [sphere()], lights, fog=Fog(0.05), camera=camera(f_stop=2.0, focus=2.0))
    cache = ShadowCache()
    first = render(build, SIZE, cache)
    render(dataclasses.replace(build, moving=[sphere("ball", (0.4, 1.2, 0.0))]), SIZE, cache)
    again = render(build, SIZE, cache)
    fresh = render(build, SIZE)
    for other in (again, fresh):
        assert first.hdr.tobytes() == other.hdr.tobytes()
        assert first.depth.tobytes() == other.depth.tobytes()


def test_static_and_moving_shadows_add_up_to_the_whole() -> None:
    parts = [floor(), sphere("a", (-0.5, 1.0, 0.0), 0.3), sphere("b", (0.5, 0.8, 0.0), 0.3)]
    split = render(scene(parts[:2], parts[2:]), SIZE)
    whole = render(scene([], parts), SIZE)
    assert np.array_equal(split.hdr, whole.hdr)


def test_a_ball_throws_its_shadow_where_the_lamp_says() -> None:
    lamp = dataclasses.replace(LAMP, position=(0.0, 3.0, 0.0))
    view = camera((0.0, 0.9, 5.0))
    lit = render(scene([floor()], [], (lamp,), camera=view), SIZE).hdr.sum(-1)
    ball = sphere("ball", (0.0, 1.2, 0.0), 0.3)
    dark = render(scene([floor()], [ball], (lamp,), camera=view), SIZE)
    below = dark.ids == dark.names.index("floor")
    point = np.array([0.0, 0.9, 5.0]) + rays(SIZE) * np.where(np.isfinite(dark.depth), dark.depth, 0)[..., None]
    gap = np.hypot(point[..., 0], point[..., 2])
    # The shadow's edge lies at 0.3 / sqrt(1.8² - 0.3²) · 3 = 0.507 m.
    ratio = dark.hdr.sum(-1) / np.maximum(lit, 1e-6)
    assert ratio[below & (gap < 0.42)].max() < 0.35
    assert ratio[below & (gap > 1.2)].min() > 0.9


def test_air_indoors_stays_within_its_box() -> None:
    lamp = dataclasses.replace(LAMP, volumetric=True)
    far = camera((0.0, 1.0, 20.0))
    inside = ((-1.0, 0.0, -1.0), (1.0, 2.0, 1.0))
    clear = render(scene([], [], (lamp,), camera=far), SIZE).hdr
    foggy = render(scene([], [], (lamp,), camera=far, fog=Fog(0.5), bounds=inside), SIZE).hdr
    changed = np.abs(foggy - clear).max(-1) > 1e-6
    assert changed[SIZE[1] // 2, SIZE[0] // 2]
    assert not changed[:, :16].any()
    assert not changed[:, -16:].any()


def test_blur_spreads_light_and_keeps_it() -> None:
    hdr = np.zeros((80, 120, 3), np.float32)
    hdr[40:42, 60:62] = 10.0
    far = np.full((80, 120), 20.0, np.float32)
    blurred = focus(hdr, far, camera(f_stop=0.9, focus=2.0))
    assert blurred.max() < 8.0
    assert blurred.sum() == pytest.approx(hdr.sum(), rel=0.06)
    assert focus(hdr, np.full_like(far, 2.0), camera(f_stop=0.9, focus=2.0)) is hdr


def test_sharp_foreground_does_not_smear_into_the_blur_behind_it() -> None:
    hdr = np.zeros((60, 120, 3), np.float32)
    depth = np.full((60, 120), 30.0, np.float32)
    hdr[:, :60], depth[:, :60] = 5.0, 2.0
    out = focus(hdr, depth, camera(f_stop=0.9, focus=2.0))
    assert out[:, 64:].max() < 0.3
    assert out[:, :56].min() > 4.5


def test_memories_let_the_background_through_and_glow_at_the_edge() -> None:
    wall = mesh("wall", [[-4, -4, -1], [4, -4, -1], [4, 6, -1], [-4, 6, -1]], [[0, 0, 1]] * 4, [[0, 1, 2], [0, 2, 3]])
    solid = sphere()
    ghost = dataclasses.replace(solid, opacity=0.4)
    plain, full, thin = (render(scene([wall], m), SIZE) for m in ([], [solid], [ghost]))
    centre = (SIZE[1] // 2, SIZE[0] // 2)
    assert not np.allclose(thin.hdr[centre], full.hdr[centre], rtol=0.02)
    assert not np.allclose(thin.hdr[centre], plain.hdr[centre], rtol=0.02)
    assert thin.names[thin.ids[centre]] == "wall"


def test_a_memory_is_focused_at_its_own_depth_and_holds_back_what_is_bright() -> None:
    camera = dataclasses.replace(scene([], []).camera, focal_mm=85.0, f_stop=1.4, focus=2.0)
    layer = np.zeros((40, 96, 4), np.float32)
    layer[:, 48:] = (0.2, 0.2, 0.2, 0.8)

    def laid(metres: float) -> F32:
        hdr = np.full((40, 96, 3), 4.0, np.float32)
        lay_over(hdr, layer, np.where(layer[..., 3] > 0, np.float32(metres), np.float32(np.inf)), camera)
        return hdr[20, :, 0]

    near, far = laid(2.0), laid(20.0)
    assert near[47] == 4.0
    assert near[48] < 0.2 + 0.2 * 4.0 * 0.2
    assert far[47] < 3.9
    assert far[48] > near[48]


@pytest.mark.parametrize("material", list(Material))
def test_every_material_gives_finite_light(material: Material) -> None:
    ball = dataclasses.replace(sphere(), material=np.full(len(sphere().faces), material, np.uint8))
    ball.attr[:] = 0.5
    ball.tangent[:] = (1.0, 0.0, 0.0)
    hdr = render(scene([floor()], [ball], interior=False, fog=Fog(0.01, 5.0)), (32, 20)).hdr
    assert np.isfinite(hdr).all()
    assert hdr.min() >= 0.0


def test_masks_cover_what_ids_show() -> None:
    passes = render(scene([floor()], [sphere()]), SIZE, extra=frozenset({"masks"}))
    ball = passes.names.index("ball")
    assert (passes.masks["ball"][passes.ids == ball] >= 0.5).all()
    assert 0.0 < passes.masks["ball"].mean() < 0.5
