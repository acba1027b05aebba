"""Shoes and boots, grown on the feet of the tights: a smooth last, a toe cap, a welted sole and a heel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import GarmentSpec
from runtime.previz.people.body import Body
from runtime.previz.people.garments_sheet import Sheet, clip, compact, normals, refine, smooth, sparse_weights, split
from runtime.previz.people.garments_trim import Patch, finish, overlay
from runtime.previz.people.parts import SkinnedPart, make_part
from runtime.previz.scene import Material

_TOPS = {"shoes": -0.735, "boots": -0.60}


def build_footwear(body: Body, base: Sheet, kind: str, garment: GarmentSpec) -> tuple[SkinnedPart, NDArray[np.bool_]]:
    """Both shoes as one part, and the mask (V,) of skin they hide."""
    top = _TOPS[kind]
    near = base.canonical[:, 1] < top + 0.06
    sheet = split(refine(compact(Sheet(base.data, base.faces[near[base.faces].all(axis=1)]))))
    rise = 0.25 if kind == "shoes" else 0.0
    sheet, _ = clip(
        sheet, top + rise * np.clip(sheet.canonical[:, 2] - 0.01, -0.04, 0.05) * -1.0 - sheet.canonical[:, 1]
    )
    p = smooth(sheet.place, sheet.faces, 10, 0.6)
    n = normals(p, sheet.faces)
    y = sheet.canonical[:, 1]
    p = p + n * (0.007 + 0.004 * np.clip((-0.76 - y) / 0.04, 0, 1) + (0.004 if kind == "boots" else 0.0))[:, None]
    # Toes: one rounded cap instead of five, a finger's breadth longer than the foot.
    toe = np.clip((sheet.canonical[:, 2] - 0.11) / 0.08, 0, 1)
    p[:, 2] += toe * 0.012
    p[:, 1] = np.maximum(p[:, 1], 0.001)
    p = smooth(p, sheet.faces, 2, 0.5)
    floor = p[:, 1] < 0.012
    p[floor, 1] = 0.0015
    sheet.data[:, :3] = p
    pieces = [finish(sheet, 0.004)]
    height = p[:, 1]
    heel = np.clip((0.04 - sheet.canonical[:, 2]) / 0.02, 0, 1)
    sole = overlay(sheet, Patch((0.016 + 0.010 * heel - height, height - 0.001), 0.0045, 0.45))
    if sole is not None:
        pieces.append(sole)
    cap = overlay(sheet, Patch((sheet.canonical[:, 2] - 0.145, height - 0.010), 0.0015, 0.95))
    if cap is not None:
        pieces.append(cap)
    data = np.concatenate([x.sheet.data for x in pieces])
    at = np.cumsum([0, *(len(x.sheet.data) for x in pieces)])
    faces = np.concatenate([x.sheet.faces + a for x, a in zip(pieces, at, strict=False)])
    shade = np.concatenate([x.shade for x in pieces])
    index, weight = sparse_weights(data[:, 6:])
    attr = np.zeros((len(data), 4), np.float32)
    attr[:, 0] = 4.0 if garment.material in ("leather", "wool") else 2.0
    attr[:, 1] = np.concatenate([x.open for x in pieces])
    part = make_part(
        "garment." + kind,
        data[:, :3].astype(np.float32),
        faces.astype(np.int32),
        Material.CLOTH,
        bone_index=index,
        bone_weight=weight,
        canonical=data[:, 3:6].astype(np.float32),
        rest=data[:, :3].astype(np.float32),
        colour=(np.array(garment.colour) * shade[:, None]).astype(np.float32),
        attr=attr,
        two_sided=True,
    )
    return part, np.asarray(body.canonical[:, 1] < top - 0.015)
