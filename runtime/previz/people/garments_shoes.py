"""Shoes, boots and socks, grown on the feet of the tights: a smooth last, a longer toe, a welted sole and a heel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import GarmentSpec
from runtime.previz.people.body import Body
from runtime.previz.people.garments_sheet import Floats, Sheet, clip, compact, normals, smooth, sparse_weights, split
from runtime.previz.people.garments_trim import Patch, Piece, finish, overlay
from runtime.previz.people.parts import SkinnedPart, make_part
from runtime.previz.scene import Material

_TOPS = {"shoes": -0.738, "boots": -0.60}
_SOCK_TOP = -0.63
_SOCK = (0.03, 0.03, 0.034)


@dataclass(slots=True)
class Footwear:
    """Both shoes (and socks) before they become a part; ``colour`` (V, 3), ``weave`` and ``open`` (V,)."""

    sheet: Sheet
    colour: Floats
    weave: Floats
    open: Floats


def make_footwear(base: Sheet, kind: str, garment: GarmentSpec, trouser_hem: float | None) -> Footwear:
    """Footwear on the tights ``base``. Under trousers (their hem's canonical height) shafts end out of sight and socks show."""
    top = _TOPS[kind] if trouser_hem is None else min(_TOPS[kind], trouser_hem + 0.05)
    sheet = _foot(base, top, slant=kind == "shoes")
    p = smooth(sheet.place, sheet.faces, 4, 0.5)
    n = normals(p, sheet.faces)
    y, z = sheet.canonical[:, 1], sheet.canonical[:, 2]
    shaft = 0.003 if kind == "boots" else 0.0
    p = p + n * (0.006 + 0.005 * np.clip((-0.76 - y) / 0.04, 0, 1) + shaft)[:, None]
    # One rounded cap instead of five toes, a finger's breadth longer than the foot.
    p[:, 2] += np.clip((z - 0.11) / 0.08, 0, 1) * 0.012
    p[:, 1] = np.maximum(p[:, 1], 0.001)
    p = smooth(p, sheet.faces, 1, 0.4)
    p[p[:, 1] < 0.012, 1] = 0.0015
    sheet.data[:, :3] = p
    height = p[:, 1]
    heel = np.clip((0.04 - z) / 0.02, 0, 1)
    pieces = [finish(sheet, 0.004)]
    sole = overlay(sheet, Patch((0.018 + 0.010 * heel - height, height - 0.001), 0.0045, 0.45))
    if sole is not None:
        pieces.append(sole)
    colours = [np.array(garment.colour) * piece.shade[:, None] for piece in pieces]
    weaves = [np.full(len(piece.shade), 4.0 if garment.material in ("leather", "wool") else 2.0) for piece in pieces]
    if kind == "shoes" and trouser_hem is not None:
        sock = _foot(base, _SOCK_TOP, slant=False)
        sock, _ = clip(sock, sock.canonical[:, 1] + 0.79)
        sock.data[:, :3] += normals(sock.place, sock.faces) * 0.003
        pieces.append(Piece(sock, np.ones(len(sock.data)), np.ones(len(sock.data))))
        colours.append(np.tile(np.array(_SOCK), (len(sock.data), 1)))
        weaves.append(np.full(len(sock.data), 1.0))
    at = np.cumsum([0, *(len(x.sheet.data) for x in pieces)])
    whole = Sheet(
        np.concatenate([x.sheet.data for x in pieces]),
        np.concatenate([x.sheet.faces + a for x, a in zip(pieces, at, strict=False)]),
    )
    opened = np.concatenate([x.open for x in pieces])
    return Footwear(whole, np.concatenate(colours), np.concatenate(weaves), opened)


def footwear_part(shoe: Footwear, kind: str) -> SkinnedPart:
    """The shoes as one part."""
    data = shoe.sheet.data
    index, weight = sparse_weights(shoe.sheet.weights)
    attr = np.zeros((len(data), 4), np.float32)
    attr[:, 0], attr[:, 1] = shoe.weave, shoe.open
    return make_part(
        "garment." + kind,
        data[:, :3].astype(np.float32),
        shoe.sheet.faces.astype(np.int32),
        Material.CLOTH,
        bone_index=index,
        bone_weight=weight,
        canonical=data[:, 3:6].astype(np.float32),
        rest=data[:, :3].astype(np.float32),
        colour=shoe.colour.astype(np.float32),
        attr=attr,
        two_sided=True,
    )


def hidden_by_footwear(body: Body, kind: str, trousers: bool) -> NDArray[np.bool_]:
    """Template vertices (V,) whose skin no longer shows."""
    top = _SOCK_TOP if trousers and kind == "shoes" else -0.70 if trousers else _TOPS[kind]
    return np.asarray(body.canonical[:, 1] < top - 0.015)


def _foot(base: Sheet, top: float, slant: bool) -> Sheet:
    """The tights below ``top``; shoes open lower at the instep's sides than at tongue and heel."""
    near = base.canonical[:, 1] < top + 0.06
    sheet = split(compact(Sheet(base.data, base.faces[near[base.faces].all(axis=1)])))
    tilt = np.clip(sheet.canonical[:, 2] - 0.01, -0.04, 0.05) * -0.25 if slant else 0.0
    return clip(sheet, top + tilt - sheet.canonical[:, 1])[0]


__all__ = ["Footwear", "footwear_part", "hidden_by_footwear", "make_footwear"]
