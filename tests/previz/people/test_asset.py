"""The shipped body: digests, exactness of its targets, and what must not be in it."""

import hashlib
import json
import lzma
from importlib import resources

import numpy as np
import pytest

from runtime.previz.people.asset import load_asset, unpack
from runtime.previz.pose import BONES, FACE_UNITS
from tools.bake_people import collapse_weights, joint_recipes, pack, read_mesh, read_targets


def test_payload_is_the_one_its_provenance_names() -> None:
    folder = resources.files("stdlib.people")
    raw = folder.joinpath("body.xz").read_bytes()
    provenance = json.loads(folder.joinpath("body.json").read_text())
    assert len(raw) < 3_000_000
    assert hashlib.sha256(lzma.decompress(raw)).hexdigest() == provenance["payload_sha256"]
    assert provenance["licence"] == "CC0-1.0"


def test_template_stands_where_the_landmarks_say() -> None:
    asset = load_asset()
    body = asset.vertices[slice(*asset.groups["body"])] * 0.1
    assert asset.vertices.shape == (19158, 3)
    assert body[:, 1].max() == pytest.approx(0.849, abs=0.002)
    assert asset.bone_weight.shape == (19158, 8)
    assert np.allclose(asset.bone_weight.sum(axis=1), 1.0, atol=1e-5)
    assert (np.diff(asset.bone_weight, axis=1) <= 0).all()
    assert asset.bone_index.max() < len(BONES)
    assert len(asset.joint_start) == 2 * len(BONES) + 1


def test_every_face_unit_is_there_and_nothing_intimate_is() -> None:
    slots = load_asset().slots
    assert all(f"unit/{name}" in slots for name in FACE_UNITS)
    words = ("genital", "penis", "nipple", "breast", "buttock", "firmness")
    assert not [name for name in slots if any(word in name for word in words)]


def test_targets_survive_the_round_trip_exactly() -> None:
    """Bake a small made-up source and read it back: every value is the same."""
    obj = "\n".join([*(f"v {i * 0.1:.4f} {i * -0.2:.4f} 0.0001" for i in range(20)), "f 1/1 2/2 3/3 4/4", "f 3 4 5 5"])
    vertices, faces = read_mesh(obj)
    text = b"# made up\n3 0.001 -0.002 1.234\n\n7 -3.2 0 0\n19 0 0 0\n"
    names = ["mpfb2/targets/nose/a.target", "mpfb2/targets/nose/b.target", "mpfb2/targets/genitals/c.target"]
    names += [f"faceunits01/targets/faceunits/{u}.target" for u in FACE_UNITS]
    targets = read_targets(names, lambda name: text)
    bones = {name: {"parent": "", "head": {"strategy": "VERTEX", "vertex_index": 1}} for name in BONES}
    for bone in bones.values():
        bone["tail"] = {"strategy": "MEAN", "vertex_indices": [1, 3]}
    for side in "LR":
        for toe in range(1, 6):
            for part in (1, 3):
                bones[f"toe{toe}-{part}.{side}"] = bones["head"]
    weights = {"head": [[0, 0.75]], "neck01": [[0, 0.25], [1, 0.5]]}
    payload = pack(vertices, faces, targets, joint_recipes(bones, {}), *collapse_weights(bones, weights, 20))
    asset = unpack(payload)
    assert "nose/a" in asset.slots
    assert "genitals/c" not in asset.slots
    assert asset.slots["nose/a"] == asset.slots["nose/b"]  # equal targets are stored once
    index, value = asset.target("nose/a")
    assert index.tolist() == [3, 7]
    assert value.tolist() == [[1, -2, 1234], [-3200, 0, 0]]
    assert np.allclose(asset.vertices[:, 1], -0.2 * np.arange(20), atol=1e-6)
    assert asset.quads["body"].tolist() == [[0, 1, 2, 3], [2, 3, 4, 4]]
    assert asset.bone_weight[0, 0] == pytest.approx(0.75, abs=1e-4)


def test_a_strange_payload_is_refused() -> None:
    with pytest.raises(ValueError, match="not a people asset"):
        unpack(b"PNG..............")
