"""Clothes: every pattern fits, hides what it should, keeps skin inside and builds the same twice."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from scipy.spatial import cKDTree

from compiler.staging.model import GarmentSpec, PersonSpec
from runtime.previz.people import garments_shape
from runtime.previz.people.body import Body, build_body
from runtime.previz.people.garments import build_garments
from runtime.previz.people.garments_cut import find_cut, footwear_of
from runtime.previz.people.garments_sheet import Sheet, borders, clip, normals, refine
from runtime.previz.people.parts import Garments, SkinnedPart
from runtime.previz.people.rig import fk, rest_pose
from runtime.previz.people.skinning import pose_part
from runtime.previz.pose import BONE, Pose

GREY = (0.2, 0.2, 0.2)
OUTFITS = {
    "coat": ("long coat", "roll-neck", "trousers", "boots"),
    "cardigan": ("cardigan", "shirt", "jeans", "shoes"),
    "knit": ("knit", "dress", "shoes"),
    "jacket": ("jacket", "t-shirt", "jeans", "boots"),
    "nothing": (),
}
SHAPES = {"old": (0.0, 67.0, 1.63, 0.55), "tall": (1.0, 30.0, 1.86, 0.35)}


@lru_cache(maxsize=2)
def body_of(shape: str) -> Body:
    gender, age, height, weight = SHAPES[shape]
    return build_body(PersonSpec(shape, 7, gender=gender, age=age, height=height, weight=weight))


def spec_of(shape: str, outfit: str) -> PersonSpec:
    gender, age, height, weight = SHAPES[shape]
    worn = tuple(GarmentSpec(kind, GREY) for kind in OUTFITS[outfit])
    return PersonSpec(shape, 7, gender=gender, age=age, height=height, weight=weight, garments=worn)


@lru_cache(maxsize=4)
def dressed(shape: str, outfit: str) -> Garments:
    return build_garments(body_of(shape), spec_of(shape, outfit))


def walking() -> Pose:
    pose = rest_pose()
    for side, sign in (("L", 1.0), ("R", -1.0)):
        pose.rotations[BONE[f"upperarm01.{side}"]] = np.radians([18.0 * sign, 0.0, -30.0 * sign])
        pose.rotations[BONE[f"upperleg01.{side}"]] = np.radians([-24.0 * sign, 0.0, -4.0 * sign])
    pose.rotations[BONE["lowerleg01.R"]] = np.radians([30.0, 0.0, 0.0])
    return pose


def sound(part: SkinnedPart) -> None:
    n = len(part.positions)
    for array in (part.positions, part.canonical, part.colour, part.attr, part.bone_weight):
        assert len(array) == n
        assert np.isfinite(array).all()
    assert np.allclose(part.bone_weight.sum(axis=1), 1.0, atol=1e-4)
    assert part.faces.min() >= 0
    assert part.faces.max() < n
    assert part.colour.min() >= 0.0


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("outfit", sorted(OUTFITS))
def test_every_kind_is_cut_for_every_body(shape: str, outfit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The pattern alone: draping has its own tests and takes most of the time.
    monkeypatch.setattr(garments_shape, "drape", lambda place, *_, **__: place)
    made = build_garments(body_of(shape), spec_of(shape, outfit))
    names = {part.name for part in made.parts}
    for kind in OUTFITS[outfit]:
        assert f"garment.{kind.replace(' ', '-')}" in names
    for part in made.parts:
        sound(part)
    c = body_of(shape).canonical
    assert made.covered[(np.abs(c[:, 0]) < 0.12) & (np.abs(c[:, 1] - 0.3) < 0.05)].all(), "a chest is never bare"
    assert made.covered[(np.abs(c[:, 0]) < 0.15) & (np.abs(c[:, 1] - 0.02) < 0.02)].all(), "nor are hips"
    assert not made.covered[c[:, 1] > 0.62].any(), "clothes leave heads alone"


@pytest.mark.parametrize(("shape", "outfit"), [("old", "coat"), ("tall", "knit")])
@pytest.mark.parametrize("pose", [rest_pose(), walking()], ids=["stand", "walk"])
def test_skin_stays_inside(shape: str, outfit: str, pose: Pose) -> None:
    body, made = body_of(shape), dressed(shape, outfit)
    rotation, shift = fk(body.joints, pose)
    weight = body.bone_weight.astype(np.float64)
    skin = np.einsum("vk,vkij,vj->vi", weight, rotation[body.bone_index], body.positions)
    skin += np.einsum("vk,vki->vi", weight, shift[body.bone_index])
    facing = normals(skin, body.faces("body").astype(np.int64))
    shown = np.arange(body.groups["body"][1])
    shown = shown[~made.covered[shown]]
    moved = skin[shown]
    poking = 0
    for part in made.parts:
        cloth, normal, _ = pose_part(part, rotation, shift, pose)
        gap, at = cKDTree(cloth).query(moved)
        out = ((moved - cloth[at]) * normal[at]).sum(axis=1)
        # The inside of a turned hem faces the skin and does not count.
        outside = (normal[at] * facing[shown]).sum(axis=1) > 0.3
        poking += int(((gap < 0.012) & (out > 0.003) & outside & (out > 0.8 * gap)).sum())
    assert poking / len(shown) < 0.005


def test_same_twice() -> None:
    spec = spec_of("tall", "knit")
    again = build_garments(body_of("tall"), spec)
    for a, b in zip(dressed("tall", "knit").parts, again.parts, strict=True):
        assert a.name == b.name
        assert a.positions.tobytes() == b.positions.tobytes()
        assert a.faces.tobytes() == b.faces.tobytes()


def test_cloth_hangs_without_stretching_away() -> None:
    coat = next(p for p in dressed("old", "coat").parts if p.name == "garment.long-coat")
    edge = coat.positions[coat.faces]
    longest = np.linalg.norm(edge - np.roll(edge, 1, axis=1), axis=2).max()
    assert longest < 0.09
    assert 0.15 < coat.positions[:, 1].min() < 0.55, "the hem is between ankle and knee"
    assert coat.sway is not None
    assert coat.sway.max() > 0.8


def test_kinds_are_found_by_near_names() -> None:
    assert find_cut(GarmentSpec("wool long coat", GREY)) == find_cut(GarmentSpec("Coat", GREY))
    assert find_cut(GarmentSpec("shoes", GREY)) is None
    assert footwear_of(GarmentSpec("boot", GREY)) == "boots"
    assert find_cut(GarmentSpec("halo", GREY)) is None


def test_clip_cuts_on_the_line() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 9), indexing="ij")
    data = np.zeros((81, 86))
    data[:, 0], data[:, 1] = x.ravel(), y.ravel()
    at = np.arange(81).reshape(9, 9)
    quads = np.stack([at[:-1, :-1], at[1:, :-1], at[1:, 1:], at[:-1, 1:]], axis=-1).reshape(-1, 4)
    fine = refine(Sheet(data, quads))
    assert len(fine.faces) == 4 * len(quads)
    assert len(borders(fine.faces)) == 1
    sheet = Sheet(data, np.concatenate([quads[:, :3], quads[:, [0, 2, 3]]]))
    kept, _ = clip(sheet, 0.43 - sheet.data[:, 0] - 0.2 * sheet.data[:, 1])
    edge = 0.43 - kept.data[:, 0] - 0.2 * kept.data[:, 1]
    assert edge.min() > -1e-9
    assert (np.abs(edge) < 1e-9).sum() >= 9
    a, b, c = (kept.place[kept.faces[:, k]] for k in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    assert area.sum() / 2 == pytest.approx(0.33, abs=0.01)
    assert (normals(kept.place, kept.faces)[:, 2] > 0.99).all()
