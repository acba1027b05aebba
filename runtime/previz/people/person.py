"""A whole person: body, eyes, mouth, clothes and hair, built once from a ``PersonSpec`` and posed every frame."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import PersonSpec
from runtime.previz.people.body import Body, build_body
from runtime.previz.people.eyes import build_eyes, build_tongue, eye_ball, select_units
from runtime.previz.people.fit import guard_lids
from runtime.previz.people.garments import build_garments
from runtime.previz.people.hair import build_hair
from runtime.previz.people.occlusion import ambient
from runtime.previz.people.parts import F32, LidGuard, SkinnedPart, UnitDeltas, make_part
from runtime.previz.people.rig import fk
from runtime.previz.people.skin import creased, fold_fields, skin_colour
from runtime.previz.people.skinning import chest_breath, pose_part, vertex_normals
from runtime.previz.people.teeth import build_teeth
from runtime.previz.pose import Pose
from runtime.previz.scene import Material, Mesh

VERSION = 1
_OPTIONAL = ("normals", "sway", "folds")
_ARRAYS = (
    "positions",
    "faces",
    "material",
    "bone_index",
    "bone_weight",
    "canonical",
    "rest",
    "colour",
    "attr",
    "tangent",
    "breath",
)


@dataclass(slots=True)
class Person:
    """Everything needed to draw somebody in any pose."""

    name: str
    joints: F32
    """(80, 3) rest bone heads, as ``rest_joints(spec)``."""
    parts: list[SkinnedPart]


def build_person(spec: PersonSpec) -> Person:
    """Body, clothes and hair of one identity; about a CPU-second. Deterministic."""
    body = build_body(spec)
    hair = build_hair(body, spec)
    garments = build_garments(body, spec)
    skin = _skin_part(body, garments.covered, hair.scalp)
    parts = [skin, build_eyes(body), build_teeth(body), build_tongue(body), *garments.parts, *hair.parts]
    balls = [eye_ball(body, name) for name in ("eye.L", "eye.R")]
    for part in parts:
        if part.breath is None:
            part.breath = chest_breath(part.canonical)
        part.lids = guard_lids(part, balls)
    return Person(spec.name, body.joints, [p for p in parts if len(p.faces)])


def person_meshes(person: Person, pose: Pose) -> list[Mesh]:
    """The person's meshes in world space, named ``NAME/part``."""
    rotations, translations = fk(person.joints, pose)
    out = []
    for part in person.parts:
        positions, normals, tangents = pose_part(part, rotations, translations, pose)
        out.append(
            Mesh(
                name=f"{person.name}/{part.name}",
                positions=positions,
                normals=normals,
                faces=part.faces,
                material=part.material,
                rest=part.rest,
                colour=part.colour,
                attr=creased(part, pose.face),
                tangent=tangents,
                two_sided=part.two_sided,
                is_person=True,
                casts_shadow=part.casts_shadow and pose.ghost < 0.5,
                is_hair=part.is_hair,
                opacity=1.0 - pose.ghost,
            )
        )
    return out


def save_person(person: Person, path: Path) -> None:
    """Write a person as one uncompressed ``.npz`` without pickles: quick to load, the store compresses if it likes."""
    arrays: dict[str, NDArray[np.generic]] = {"joints": person.joints}
    rows = []
    for i, part in enumerate(person.parts):
        for key in _ARRAYS:
            arrays[f"{i}.{key}"] = array_of(part, key)
        for key in _OPTIONAL:
            if getattr(part, key) is not None:
                arrays[f"{i}.{key}"] = array_of(part, key)
        for key, value in asdict(part.units).items():
            arrays[f"{i}.units.{key}"] = value
        if part.lids is not None:
            for key, value in asdict(part.lids).items():
                arrays[f"{i}.lids.{key}"] = value
        rows.append([part.name, part.two_sided, part.is_hair, part.casts_shadow])
    header = json.dumps({"version": VERSION, "name": person.name, "parts": rows})
    arrays["header"] = np.frombuffer(header.encode(), np.uint8)
    with path.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)


def load_person(path: Path) -> Person:
    """Read what ``save_person`` wrote. Raises ``ValueError`` on another version."""
    with np.load(path, allow_pickle=False) as data:
        header = json.loads(data["header"].tobytes())
        if header["version"] != VERSION:
            raise ValueError(f"person file of version {header['version']}, want {VERSION}")
        names = set(data.files)
        parts = []
        for i, (name, two_sided, is_hair, casts_shadow) in enumerate(header["parts"]):
            given = {key: data[f"{i}.{key}"] for key in _ARRAYS}
            given |= {key: data[f"{i}.{key}"] if f"{i}.{key}" in names else None for key in _OPTIONAL}
            units = UnitDeltas(*(data[f"{i}.units.{key}"] for key in ("start", "index", "delta")))
            lids = None
            if f"{i}.lids.index" in names:
                lids = LidGuard(*(data[f"{i}.lids.{key}"] for key in ("index", "centre", "radius")))
            parts.append(
                SkinnedPart(
                    lids=lids,
                    name=name,
                    units=units,
                    two_sided=two_sided,
                    is_hair=is_hair,
                    casts_shadow=casts_shadow,
                    **given,
                )
            )
        return Person(header["name"], data["joints"], parts)


def array_of(part: SkinnedPart, key: str) -> NDArray[np.generic]:
    """One array field of a part by name."""
    value = getattr(part, key)
    assert isinstance(value, np.ndarray)
    return value


def _skin_part(body: Body, covered: NDArray[np.bool_], scalp: F32 | None) -> SkinnedPart:
    """The visible skin: covered faces dropped, unused vertices too, shade baked from the rest shape."""
    faces = body.faces("body")
    normals = np.zeros_like(body.positions)
    vertex_normals(body.positions, faces, normals)
    colour, attr = skin_colour(body, _cavities(body, normals), scalp)
    shown = faces[~covered[faces].all(axis=1)]
    keep = np.unique(shown)
    back = np.full(len(body.positions), -1, np.int32)
    back[keep] = np.arange(len(keep), dtype=np.int32)
    return make_part(
        "body",
        body.positions[keep],
        back[shown],
        Material.SKIN,
        bone_index=body.bone_index[keep],
        bone_weight=body.bone_weight[keep],
        canonical=body.canonical[keep],
        colour=colour[keep],
        attr=attr[keep],
        units=select_units(body.units, keep.astype(np.int32), len(body.positions)),
        folds=fold_fields(body.spec.age)[keep],
    )


def _cavities(body: Body, normals: F32) -> F32:
    """Openness (V,): the head by itself for its small forms, hands and the rest coarser."""
    faces = body.faces("body")
    out = ambient(body.positions, normals, faces, 0.08)
    head = body.canonical[:, 1] > 0.54
    eyes = np.concatenate([body.faces("eye.L"), body.faces("eye.R")])
    fine = np.concatenate([faces[head[faces].all(axis=1)], eyes])
    used = np.unique(fine)
    back = np.zeros(len(head), np.int32)
    back[used] = np.arange(len(used), dtype=np.int32)
    near = ambient(body.positions[used], normals[used], back[fine].astype(np.int32), 0.06)
    blend = np.clip((body.canonical[used, 1] - 0.55) / 0.03, 0.0, 1.0)
    out[used] = out[used] * (1.0 - blend) + near * blend
    return out
