"""Sets as meshes: every piece builds, faces outward, is finite and the size the vocabulary says."""

from __future__ import annotations

import numpy as np
import pytest

from compiler.meaning.film import Location, Phrase
from compiler.staging.model import Opening, Piece, SetSpec, Shell, Terrain
from compiler.staging.places import place_set
from compiler.staging.places_dressing import form_of
from compiler.staging.places_ground import ground_height
from compiler.staging.places_vocabulary import vocabulary
from runtime.previz.scene import Material, Mesh
from runtime.previz.sets import build_set, moving
from runtime.previz.sets.build import BUILDERS, build_piece
from runtime.previz.sets.terrain import height

KINDS = sorted(vocabulary().pieces)


def piece(kind: str, **changes: object) -> Piece:
    entry = vocabulary().pieces[kind]
    model, fit, parts = form_of(entry)
    fields: dict[str, object] = {
        "kind": kind,
        "name": kind,
        "position": (0.0, 0.0, 0.0),
        "colour": entry.colour,
        "lit": True,
        "model": model,
        "fit": fit,
        "parts": parts,
    }
    return Piece(**{**fields, "seed": 7, **changes})  # type: ignore[arg-type]


def check(mesh: Mesh) -> None:
    n = len(mesh.positions)
    for values in (mesh.positions, mesh.normals, mesh.rest, mesh.colour, mesh.tangent):
        assert values.shape == (n, 3)
        assert values.dtype == np.float32
        assert values.flags.c_contiguous
        assert np.isfinite(values).all()
    assert mesh.attr.shape == (n, 4)
    assert mesh.faces.dtype == np.int32
    assert mesh.material.dtype == np.uint8
    assert len(mesh.material) == len(mesh.faces)
    assert mesh.faces.min() >= 0
    assert mesh.faces.max() < n
    assert (mesh.colour >= 0).all()
    assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-3)


def agreement(mesh: Mesh) -> float:
    """Share of the area whose winding agrees with its normals."""
    p = mesh.positions[mesh.faces].astype(np.float64)
    face = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
    area = np.linalg.norm(face, axis=1)
    good = (face * mesh.normals[mesh.faces].sum(1)).sum(1) > 0
    return float(area[good].sum() / max(area.sum(), 1e-12))


@pytest.mark.parametrize("kind", KINDS)
def test_every_piece_builds(kind: str) -> None:
    assert (piece(kind).model or kind) in BUILDERS
    meshes = build_piece(piece(kind))
    for mesh in meshes:
        check(mesh)
        if not mesh.two_sided:
            assert agreement(mesh) > 0.985, mesh.name
    everything = np.concatenate([m.positions for m in meshes])
    low, high = everything.min(0), everything.max(0)
    low[1] = max(low[1], 0.0)  # roots, footings and posts go into the ground
    size = np.array(vocabulary().pieces[kind].size)
    assert ((high - low) < size * 1.35 + 0.12).all(), (high - low, size)
    assert ((high - low)[[0, 2]] > size[[0, 2]] * 0.6 - 0.03).all(), (high - low, size)
    assert sum(len(m.faces) for m in meshes) < 8000


@pytest.mark.parametrize("kind", ["table", "chair", "bed", "house", "rock", "cup", "stove", "car"])
def test_solid_faces_look_outward(kind: str) -> None:
    """The signed volume of a piece made of closed parts is positive, and near what its parts' boxes allow."""
    volume = 0.0
    for mesh in build_piece(piece(kind, lit=False)):
        p = mesh.positions[mesh.faces].astype(np.float64)
        volume += float(np.einsum("ij,ij->i", p[:, 0], np.cross(p[:, 1], p[:, 2])).sum() / 6)
    assert volume > 0


def test_unlit_pieces_do_not_shine() -> None:
    for kind in KINDS:
        for mesh in build_piece(piece(kind, lit=False)):
            shine = mesh.attr[mesh.faces[mesh.material == Material.EMISSIVE], 0]
            assert kind in ("radio",) or shine.size == 0 or shine.max() <= 0.05, kind


def room(**changes: object) -> SetSpec:
    window = Opening("window", "north", -0.4, 1.3, 1.35, 0.85, "window", (0.2, 0.03, 0.03))
    door = Opening("door", "west", 0.2, 0.9, 2.05, 0.0, "door")
    shell = Shell(openings=(window, door), **changes)  # type: ignore[arg-type]
    return SetSpec("ROOM", True, shell, seed=3)


def crosses(meshes: list[Mesh], start: tuple[float, float, float], end: tuple[float, float, float]) -> bool:
    """Whether the segment meets any triangle."""
    a, d = np.array(start), np.array(end) - np.array(start)
    for mesh in meshes:
        p = mesh.positions[mesh.faces].astype(np.float64)
        e1, e2 = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
        h = np.cross(d, e2)
        det = (e1 * h).sum(1)
        ok = np.abs(det) > 1e-9
        inv = 1.0 / np.where(ok, det, 1.0)
        s = a - p[:, 0]
        u = (s * h).sum(1) * inv
        q = np.cross(s, e1)
        v, t = (q @ d) * inv, (e2 * q).sum(1) * inv
        if (ok & (u >= 0) & (v >= 0) & (u + v <= 1) & (t >= 0) & (t <= 1)).any():
            return True
    return False


@pytest.mark.parametrize("kind", ["room", "round room", "corridor"])
def test_openings_are_holes(kind: str) -> None:
    spec = room(kind=kind, width=5.0, depth=5.0)
    walls = [m for m in build_set(spec).static if m.name == "shell.walls"]
    inside, through = (-0.4, 1.3, 0.0), (-0.4, 1.3, -4.0)
    assert not crosses(walls, inside, through)
    assert crosses(walls, (1.2, 1.3, 0.0), (1.2, 1.3, -4.0))
    assert not crosses(walls, (0.0, 1.0, 0.2), (-4.0, 1.0, 0.2))
    assert crosses(walls, (0.0, 2.4, 0.2), (-4.0, 2.4, 0.2))


@pytest.mark.parametrize("wall", ["plaster", "wallpaper", "stone", "planks", "tile", "metal", "concrete"])
def test_walls_face_inward(wall: str) -> None:
    for kind in ("room", "round room"):
        for mesh in build_set(room(kind=kind, wall=wall, width=4.6, depth=4.6)).static:
            check(mesh)
            assert mesh.two_sided or agreement(mesh) > 0.99, mesh.name
            if mesh.name == "shell.floor":
                assert (mesh.normals[:, 1] > 0.99).all()
            if mesh.name == "shell.ceiling":
                assert (mesh.normals[:, 1] < -0.99).all()


@pytest.mark.parametrize("kind", ["shore", "hill", "street", "field", "cliff", "snow"])
def test_the_ground_is_where_staging_believes_it(kind: str) -> None:
    terrain = Terrain(kind, (0.1, 0.1, 0.08), 5, 40.0)
    rng = np.random.default_rng(4)
    x, z = rng.uniform(-40, 40, (2, 60))
    assert np.allclose(height(terrain, x, z), [ground_height(terrain, a, b) for a, b in zip(x, z, strict=True)])
    ground = next(
        m for m in build_set(SetSpec("X", False, Shell(kind="none"), terrain=terrain)).static if m.name == "ground"
    )
    check(ground)
    near = np.hypot(ground.positions[:, 0], ground.positions[:, 2]) < 3.0
    assert np.abs(ground.positions[near, 1]).max() < 0.05
    assert (ground.normals[near, 1] > 0.8).all()


PLACES = [("KITCHEN", True, 25_000), ("ARCHIVE", True, 45_000), ("SHORE", False, 42_000), ("STREET", False, 90_000)]


@pytest.mark.parametrize(("name", "interior", "most"), PLACES)
def test_whole_sets_are_light_and_repeat(name: str, interior: bool, most: int) -> None:
    spec = place_set(Location(name), (), "night", interior, 1).spec
    first, again = build_set(spec), build_set(spec)
    assert sum(len(m.faces) for m in first.static) <= most
    for a, b in zip(first.static, again.static, strict=True):
        assert a.name == b.name
        assert a.positions.tobytes() == b.positions.tobytes()
        assert a.colour.tobytes() == b.colour.tobytes()
    for mesh in first.static + moving(spec, 1.0):
        check(mesh)


def test_cues_dim_what_shines() -> None:
    location = Location(
        "ARCHIVE", (Phrase("a long hall"),), set=(Phrase("racks along both walls"), Phrase("lamp at 0 0"))
    )
    spec = place_set(location, (), "night", True, 1).spec
    names = {m.name for m in moving(spec, 0.0)}
    assert {"rack.1.leds", "rack.2.leds", "lamp.glow"} <= names
    dark = {m.name: m for m in moving(spec, 0.0, {"rack.1": 0.0, "rack.2": 0.5})}
    assert "rack.1.leds" not in dark
    full = next(m for m in moving(spec, 0.0) if m.name == "rack.2.leds")
    assert np.allclose(dark["rack.2.leds"].attr[:, 0], full.attr[:, 0] * 0.5)


def test_curtains_breathe_and_nothing_else_moves() -> None:
    spec = room()
    first, later = moving(spec, 0.0), moving(spec, 1.5)
    assert [m.name for m in first] == ["window.curtains"]
    shift = np.abs(first[0].positions - later[0].positions).max()
    assert 0.002 < shift < 0.2
    assert np.array_equal(first[0].rest, later[0].rest)
