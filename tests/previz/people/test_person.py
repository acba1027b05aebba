"""Whole persons: covered, drawable, posable, storable."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from runtime.previz.people import face, rig
from runtime.previz.people.person import Person, load_person, person_meshes, save_person
from runtime.previz.pose import BONE, UNIT
from runtime.previz.scene import Material


def test_meshes_are_well_formed(mara_person: Person) -> None:
    meshes = person_meshes(mara_person, rig.rest_pose())
    assert {"MARA/body", "MARA/eyes", "MARA/teeth", "MARA/tongue"} <= {m.name for m in meshes}
    for mesh in meshes:
        n = len(mesh.positions)
        for array, width in ((mesh.normals, 3), (mesh.rest, 3), (mesh.colour, 3), (mesh.attr, 4), (mesh.tangent, 3)):
            assert array.shape == (n, width)
            assert array.dtype == np.float32
            assert np.isfinite(array).all()
        assert mesh.faces.dtype == np.int32
        assert mesh.faces.min() >= 0
        assert mesh.faces.max() < n
        assert mesh.material.shape == (len(mesh.faces),)
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-3)
        assert mesh.is_person


def test_rest_pose_leaves_parts_where_they_are(mara_person: Person) -> None:
    for part, mesh in zip(mara_person.parts, person_meshes(mara_person, rig.rest_pose()), strict=True):
        moved = np.linalg.norm(mesh.positions - part.positions, axis=1)
        if part.lids is not None:
            # Lids lie a hair closer on the ball as sculpted than the guard lets them.
            assert moved[part.lids.index].max() < 1.2e-3
            moved[part.lids.index] = 0.0
        assert moved.max() < 1e-5


def test_weights_sum_to_one(mara_person: Person) -> None:
    for part in mara_person.parts:
        assert np.allclose(part.bone_weight.sum(axis=1), 1.0, atol=2e-3), part.name
        assert part.bone_index.max() < 80


def test_nobody_is_drawn_unclothed(mara_person: Person) -> None:
    body = next(p for p in mara_person.parts if p.name == "body")
    assert len(body.faces) < 30_000
    height = body.canonical[body.faces].mean(axis=1)
    trunk = (height[:, 1] > -0.10) & (height[:, 1] < 0.40) & (np.abs(height[:, 0]) < 0.16)
    assert not trunk.any()
    assert any(p.name.startswith("garment") for p in mara_person.parts)


def test_the_cavities_of_a_face_are_darker_than_its_forehead(mara_person: Person) -> None:
    body = next(p for p in mara_person.parts if p.name == "body")
    c, openness = body.canonical, body.attr[:, 3]
    forehead = (np.abs(c[:, 0]) < 0.03) & (c[:, 1] > 0.77) & (c[:, 1] < 0.80) & (c[:, 2] > 0.10)
    nostrils = (np.abs(np.abs(c[:, 0]) - 0.007) < 0.004) & (np.abs(c[:, 1] - 0.688) < 0.005) & (c[:, 2] > 0.14)
    assert openness[forehead].mean() > 0.85
    assert openness[nostrils].min() < 0.55


def test_lids_stay_outside_the_eyeball(mara_person: Person) -> None:
    body = next(p for p in mara_person.parts if p.name == "body")
    assert body.lids is not None
    for weight in (0.3, 0.6, 1.0):
        units = np.zeros(52, np.float32)
        units[[UNIT["eyeBlinkLeft"], UNIT["eyeBlinkRight"]]] = weight
        mesh = person_meshes(mara_person, replace(rig.rest_pose(), face=units))[0]
        gap = np.linalg.norm(mesh.positions[body.lids.index] - body.lids.centre, axis=1) - body.lids.radius
        assert gap.min() > -1e-5


def test_breath_lifts_the_chest(mara_person: Person) -> None:
    shirt = next(p for p in mara_person.parts if p.name == "garment.t-shirt")
    out = person_meshes(mara_person, replace(rig.rest_pose(), breath=1.0))
    mesh = next(m for m in out if m.name == f"MARA/{shirt.name}")
    moved = mesh.positions - shirt.positions
    front = (np.abs(shirt.canonical[:, 0]) < 0.05) & (np.abs(shirt.canonical[:, 1] - 0.4) < 0.04)
    front &= shirt.canonical[:, 2] > 0.05
    assert 0.004 < moved[front, 2].mean() < 0.015


def test_eyes_turn_with_their_bones(mara_person: Person) -> None:
    rotations = np.zeros((80, 3), np.float32)
    rotations[BONE["eye.L"], 1] = 0.3
    mesh = person_meshes(mara_person, replace(rig.rest_pose(), rotations=rotations))[1]
    part = mara_person.parts[1]
    half = len(part.positions) // 2
    centre = mara_person.joints[BONE["eye.L"]]
    pupil = mesh.positions[0] - centre
    assert pupil[0] == pytest.approx(np.sin(0.3) * np.linalg.norm(pupil), abs=2e-4)
    assert np.allclose(mesh.positions[half:], part.positions[half:], atol=1e-6)
    assert np.all(part.material == Material.EYE)


def test_a_ghost_is_translucent(mara_person: Person) -> None:
    assert {m.opacity for m in person_meshes(mara_person, replace(rig.rest_pose(), ghost=0.4))} == {0.6}


def test_people_survive_the_store(mara_person: Person, tmp_path: Path) -> None:
    save_person(mara_person, tmp_path / "p.npz")
    back = load_person(tmp_path / "p.npz")
    units = face.combine(face.emotion("sadness"), face.viseme("aa"), 1.0)
    pose = replace(rig.rest_pose(), face=units, breath=0.4, sway=np.full(4, 0.02, np.float32))
    for a, b in zip(person_meshes(mara_person, pose), person_meshes(back, pose), strict=True):
        assert a.name == b.name
        assert np.array_equal(a.positions, b.positions)
        assert np.array_equal(a.normals, b.normals)
        assert np.array_equal(a.colour, b.colour)


@pytest.mark.parametrize("name", face.EMOTIONS)
def test_emotions_are_faces(name: str) -> None:
    weights = face.combine(face.emotion(name), face.viseme("sil"))
    assert weights.shape == (52,)
    assert weights.min() >= 0.0
    assert weights.max() <= 1.0


def test_speech_halves_the_emotions_mouth_and_closures_close() -> None:
    smile = face.emotion("smile")
    speaking = face.combine(smile, face.viseme("sil"), 1.0)
    assert speaking[UNIT["mouthSmileLeft"]] == pytest.approx(smile[UNIT["mouthSmileLeft"]] / 2, abs=1e-6)
    assert face.combine(face.emotion("surprise"), face.viseme("PP"), 1.0)[UNIT["jawOpen"]] < 0.06


def test_half_blinks_are_capped_and_full_ones_are_not() -> None:
    weights = np.zeros(52, np.float32)
    for value, most in ((0.6, 0.58), (1.0, 1.0), (0.3, 0.3)):
        weights[UNIT["eyeBlinkLeft"]] = value
        assert face.cap_blinks(weights)[UNIT["eyeBlinkLeft"]] <= most + 1e-6
    weights[UNIT["eyeBlinkLeft"]] = 1.0
    assert face.cap_blinks(weights)[UNIT["eyeBlinkLeft"]] == 1.0
