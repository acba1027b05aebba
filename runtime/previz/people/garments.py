"""Clothes: every garment of a person cut, draped, trimmed and layered, once, when the person is built.

Inner layers are draped first and outer ones fall over them; skin and cloth well inside an outer
layer are dropped, so nothing can poke through. Nobody is ever without a base layer.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from compiler.staging.model import GarmentSpec, PersonSpec
from runtime.previz.people.body import Body
from runtime.previz.people.garments_cut import Cut, arm_place, find_cut, footwear_of, keep_fields
from runtime.previz.people.garments_shape import LONG, apply, at_ease, body_sheet, cut_sheet, hang, let_out
from runtime.previz.people.garments_sheet import Floats, Sheet, compact, normals, refine, sparse_weights, split
from runtime.previz.people.garments_shoes import footwear_part, hidden_by_footwear, make_footwear
from runtime.previz.people.garments_trim import Piece, button_rows, buttons, finish, overlay, patches
from runtime.previz.people.parts import Garments, SkinnedPart, make_part
from runtime.previz.scene import Material

WEAVES = {"wool": 0, "knit": 1, "cotton": 2, "denim": 3, "leather": 4, "linen": 5}
_MARGIN = 0.022
"""How far inside an edge (template metres) what lies under cloth stops being drawn."""


def build_garments(body: Body, spec: PersonSpec) -> Garments:
    """Skinned clothes and the mask (V,) of template vertices they hide. Deterministic; about half a CPU-second each."""
    wanted = _outfit(spec)
    base = body_sheet(body)
    under = split(refine(base))
    stand = at_ease(body, under.weights)
    lies_on = [(apply(stand, under.place), normals(apply(stand, under.place), under.faces), under.canonical)]
    trousers = [cut for cut, _ in wanted if cut.legs and cut.layer]
    shod = [
        (make_footwear(base, kind, garment, trousers[0].hem if trousers else None), kind)
        for garment in spec.garments
        if (kind := footwear_of(garment))
    ]
    for shoe, _ in shod:
        # Trouser legs break over shoes.
        posed = apply(at_ease(body, shoe.sheet.weights), shoe.sheet.place)
        lies_on.append((posed, normals(posed, shoe.sheet.faces), shoe.sheet.canonical))
    worn: list[tuple[Cut, GarmentSpec, Sheet]] = []
    for cut, garment in wanted:
        sheet = cut_sheet(base, cut, body)
        points, facing = _surface(lies_on)
        rest = hang(sheet, let_out(sheet, cut, body), cut, body, (points, facing))
        sheet.data[:, :3] = rest
        posed = apply(at_ease(body, sheet.weights), rest)
        lies_on.append((posed, normals(posed, sheet.faces), sheet.canonical))
        worn.append((cut, garment, sheet))
    parts = []
    for k, (cut, garment, sheet) in enumerate(worn):
        over = [c for c, _, _ in worn[k + 1 :]]
        parts += _made_up(cut, garment, sheet, over)
    covered = np.zeros(len(body.positions), bool)
    canonical = body.canonical.astype(np.float64)
    for cut, _, _ in worn:
        covered |= _hidden(cut, canonical)
    for shoe, kind in shod:
        parts.append(footwear_part(shoe, kind))
        covered |= hidden_by_footwear(body, kind, bool(trousers))
    return Garments(parts, covered)


def _outfit(spec: PersonSpec) -> list[tuple[Cut, GarmentSpec]]:
    """Patterns innermost first, with the base layer wherever nothing else covers."""
    out = [(cut, g) for g in spec.garments if (cut := find_cut(g)) is not None]
    out.sort(key=lambda pair: pair[0].layer)
    dark = (0.06, 0.06, 0.065)
    top = GarmentSpec("base top", dark, "cotton")
    if not any(c.torso and c.vee is None for c, _ in out):
        # An open front needs something under it.
        cut = find_cut(GarmentSpec("t-shirt", dark)) if any(c.torso for c, _ in out) else find_cut(top)
        assert cut is not None
        out.insert(0, (replace(cut, layer=0), top))
    if not any(c.legs or c.skirt is not None for c, _ in out):
        leggings = find_cut(GarmentSpec("base leggings", dark))
        assert leggings is not None
        out.insert(0, (leggings, replace(top, kind="base leggings")))
    return out


def _surface(layers: list[tuple[Floats, Floats, Floats]]) -> tuple[Floats, Floats]:
    points = np.concatenate([p for p, _, _ in layers])
    return points, np.concatenate([n for _, n, _ in layers])


def _hidden(cut: Cut, canonical: Floats, margin: float = _MARGIN) -> NDArray[np.bool_]:
    """Where cloth of this cut surely lies over a point of canonical space."""
    # Shirts are tucked in right up to the waistband, or they would bulge through it when their wearer bends.
    inside = np.min(keep_fields(cut, canonical), axis=0) > (0.008 if cut.legs and cut.layer else margin)
    # A roll-neck's bowl widens into the jaw: above the neck nothing is ever hidden.
    inside &= canonical[:, 1] < min(cut.neck + 0.035, 0.612)
    place, _ = arm_place(canonical)
    if cut.legs:
        return np.asarray(inside & (place < 0.1))
    if cut.skirt is not None:
        # Legs show under a swinging hem: keep a good hand's breadth of them.
        below = canonical[:, 1] > cut.skirt + (0.10 if cut.skirt < LONG else margin)
        return np.asarray(inside & (below | (place > 0.1)))
    return np.asarray(inside)


def _made_up(cut: Cut, garment: GarmentSpec, sheet: Sheet, over: list[Cut]) -> list[SkinnedPart]:
    """One garment as parts: cloth with its overlays, and its buttons."""
    pieces: list[Piece] = []
    for patch in patches(cut, sheet):
        if (piece := overlay(sheet, patch)) is not None:
            pieces.append(piece)
    pieces.insert(0, finish(sheet, cut.thickness))
    sown = buttons(_joined([p.sheet for p in pieces]), button_rows(cut))
    whole = _joined([p.sheet for p in pieces])
    shade = np.concatenate([p.shade for p in pieces])
    opened = np.concatenate([p.open for p in pieces])
    gone = np.zeros(len(whole.data), bool)
    for outer in over:
        # One sees in under lapels and open fronts.
        gone |= _hidden(outer, whole.canonical, _MARGIN * (1.5 if outer.vee is None else 2.6))
        if outer.torso:
            # Behind, collars stay inside the outer neckline; in front they lie open over it.
            gone |= (whole.canonical[:, 2] < 0.045) & _hidden(outer, whole.canonical, -0.002)
    whole.faces = whole.faces[~gone[whole.faces].all(axis=1)]
    keep = np.unique(whole.faces)
    whole, shade, opened = compact(whole), shade[keep], opened[keep]
    weave = float(WEAVES.get(garment.material, 0))
    name = "garment." + garment.kind.replace(" ", "-")
    parts = [_part(name, whole, garment.colour, weave, shade, opened, cut)]
    if sown is not None and len(sown.data):
        hidden = np.zeros(len(sown.data), bool)
        for outer in over:
            hidden |= _hidden(outer, sown.canonical)
        sown.faces = sown.faces[~hidden[sown.faces].any(axis=1)]
        if len(sown.faces):
            sown = compact(sown)
            tone = np.array(garment.colour) * 0.35 + 0.012
            part = _part(
                name + ".buttons",
                sown,
                (float(tone[0]), float(tone[1]), float(tone[2])),
                4.0,
                np.ones(len(sown.data)),
                np.ones(len(sown.data)),
                cut,
            )
            part.material[:] = Material.PLASTIC
            part.attr[:, 0] = 0.35
            parts.append(part)
    return parts


def _part(
    name: str, sheet: Sheet, colour: tuple[float, float, float], weave: float, shade: Floats, opened: Floats, cut: Cut
) -> SkinnedPart:
    index, weight = sparse_weights(sheet.weights)
    n = len(sheet.data)
    sway = None
    if cut.skirt is not None and cut.skirt < LONG:
        sway = np.clip((0.02 - sheet.canonical[:, 1]) / (0.02 - cut.skirt), 0.0, 1.0).astype(np.float32)
    attr = np.zeros((n, 4), np.float32)
    attr[:, 0], attr[:, 1] = weave, opened
    return make_part(
        name,
        sheet.place.astype(np.float32),
        sheet.faces.astype(np.int32),
        Material.CLOTH,
        bone_index=index,
        bone_weight=weight,
        canonical=sheet.canonical.astype(np.float32),
        rest=sheet.place.astype(np.float32),
        colour=(np.array(colour) * shade[:, None]).astype(np.float32),
        attr=attr,
        sway=sway,
        two_sided=True,
    )


def _joined(sheets: list[Sheet]) -> Sheet:
    at, faces = 0, []
    for s in sheets:
        faces.append(s.faces + at)
        at += len(s.data)
    return Sheet(np.concatenate([s.data for s in sheets]), np.concatenate(faces))


__all__ = ["build_garments"]
