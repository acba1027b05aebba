"""Hair: scalp, brows, lashes and beard as ribbons with a tinted cap beneath, built once per person."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from compiler.staging.model import PersonSpec
from runtime.previz.people.body import Body
from runtime.previz.people.garments_sheet import Sheet, clip, dense_weights, refine, sparse_weights, split
from runtime.previz.people.hair_face import beard, brows, lashes, ride
from runtime.previz.people.hair_fields import beard_field, brow_field, scalp_field
from runtime.previz.people.hair_strands import (
    Floats,
    Ints,
    Ribbons,
    Roots,
    Skin,
    head_weights,
    ribbons,
    root_weights,
    skin_of,
    thin_hair,
)
from runtime.previz.people.hair_styles import Growth, style_of
from runtime.previz.people.parts import F32, Hair, SkinnedPart, make_part
from runtime.previz.scene import Material

_GREY = np.array([0.40, 0.395, 0.385])


def build_hair(body: Body, spec: PersonSpec) -> Hair:
    """All of a person's hair and the shade of its roots on the skin. Deterministic; about half a CPU-second."""
    skin = skin_of(body)
    recede = float(np.clip((spec.age - 38.0) / 45.0, 0.0, 1.0)) * (0.25 + 0.75 * spec.gender)
    parts: list[SkinnedPart] = []
    make = style_of(spec.hair.style)
    if make is not None:
        parts.append(_scalp_part(skin, spec, make(skin, recede, spec.seed), recede))
    heavy = 0.35 + 0.5 * spec.gender
    roots, curves, width = brows(skin, spec.seed, heavy)
    parts.append(_face_part("brows", skin, spec, roots, curves, width, grey=spec.hair.grey * 0.55))
    parts.append(_lash_part(skin, spec))
    grown = beard(skin, spec.hair.beard, spec.seed)
    if grown is not None:
        parts.append(
            _face_part(
                "beard", skin, spec, *grown, grey=spec.hair.grey * (0.5 if spec.hair.beard == "stubble" else 1.0)
            )
        )
    return Hair(parts, _tint(body, spec, recede, make is not None))


def _tint(body: Body, spec: PersonSpec, recede: float, hairy: bool) -> F32:
    """Roots showing through skin (V,): soft at the hairline, under brows and beard, a shadow on the shaven."""
    c = body.canonical.astype(np.float64)
    edge = 0.024 if hairy else 0.02
    out = np.clip((scalp_field(c, recede) + 0.004) / edge, 0.0, 1.0) * (1.0 if hairy else 0.25)
    out = np.maximum(out, np.clip((brow_field(c) + 0.0035) / 0.005, 0.0, 1.0) * 0.32)
    strength = {"stubble": 0.55, "short": 0.8, "full": 0.9}.get(spec.hair.beard, 0.0)
    out = np.maximum(out, np.clip((beard_field(c) + 0.003) / 0.014, 0.0, 1.0) * strength)
    out[body.groups["body"][1] :] = 0.0
    return np.asarray(out, np.float32)


def _colours(spec: PersonSpec, chance: Floats, along: Floats, strand: Ints, grey: float, roots: Roots | None) -> Floats:
    """Strand colours: grey by the strand (temples first), a little lighter and darker each, deeper at the root."""
    share = np.full(len(chance), grey)
    if roots is not None and 0.02 < grey < 0.98:
        temple = np.exp(-(((np.abs(roots.canonical[:, 0]) - 0.07) / 0.03) ** 2)) - 0.35
        share = np.clip(share + 0.35 * temple * min(grey, 1 - grey) * 2, 0, 1)
    # Locks mix: none is wholly dark beside one wholly white.
    silver = np.clip((share - chance[:, 3]) / 0.7 + share, 0.0, 1.0)[:, None]
    base = np.array(spec.hair.colour)
    one = base * (1 - silver) + _GREY * (0.85 + 0.25 * chance[:, 4:5]) * silver
    one = one * (0.80 + 0.40 * chance[:, 2:3])
    return np.asarray(one[strand] * (0.72 + 0.36 * along**0.7)[:, None])


def _scalp_part(skin: Skin, spec: PersonSpec, growth: Growth, recede: float) -> SkinnedPart:
    """The head of hair: its cap first, so that a thinned prefix keeps it, then the strands."""
    n, k, _ = growth.curves.shape
    flat = growth.curves.reshape(-1, 3)
    mid = skin.place[skin.near[skin.canonical[skin.near][:, 1] > 0.70]].mean(axis=0)
    outward = _outward(skin, flat, mid).reshape(n, k, 3)
    if growth.core is not None:
        centre, radius = growth.core
        from_knot = flat - centre
        near = np.linalg.norm(from_knot, axis=1) < radius * 1.25
        outward.reshape(-1, 3)[near] = from_knot[near] / radius
    roll = (growth.roots.chance[:, 6] - 0.5) * 0.7
    # The first strands are broad and carry the head of hair when only they are drawn; the last are its fine detail.
    broad = growth.width * np.linspace(growth.broad, 0.75, n)
    strips = ribbons(growth.curves, broad, outward, growth.curl, roll)
    strand = strips.strand
    root_c = growth.roots.canonical
    canonical = root_c[strand] + (strips.place - growth.roots.place[strand]) / skin.scale
    fall = (root_c[strand, 1] - canonical[:, 1]) / 0.10
    held = root_weights(skin, growth.roots)[strand]
    hanging = head_weights(canonical[:, 1], np.clip(fall, 0, 1))
    # Hair combed up from the nape starts on the neck and ends on the skull.
    climb = np.clip((canonical[:, 1] - root_c[strand, 1]) / 0.05, 0.0, 1.0)[:, None]
    held = held * (1 - climb) + head_weights(np.ones(len(strand)), np.zeros(len(strand))) * climb
    loose = growth.loose[strand][:, None]
    weights = held * (1 - loose) + hanging * loose
    colour = _colours(spec, growth.roots.chance, strips.along, strand, spec.hair.grey, growth.roots)
    sway = growth.sway[strand] * strips.along

    cap = _cap(skin, spec, recede, growth)
    m = len(cap[0])
    attr = np.zeros((m + len(strand), 4), np.float32)
    attr[:m, 0], attr[:m, 1] = 0.15, 0.5
    attr[m:, 0] = strips.along
    attr[m:, 1] = growth.roots.chance[strand, 1]
    attr[m:, 2] = strand + 1
    attr[m:, 3] = _half(strips, growth.curves)
    index, weight = sparse_weights(np.concatenate([cap[5], weights]))
    place = np.concatenate([cap[0], strips.place])
    return make_part(
        "hair",
        place.astype(np.float32),
        np.concatenate([cap[1], strips.faces + m]).astype(np.int32),
        Material.HAIR,
        bone_index=index,
        bone_weight=weight,
        canonical=np.concatenate([cap[4], canonical]),
        rest=place.astype(np.float32),
        colour=np.clip(np.concatenate([cap[3], colour]), 0.002, 0.9),
        attr=attr,
        tangent=np.concatenate([cap[6], strips.tangent]),
        normals=np.concatenate([cap[2], strips.normal]).astype(np.float32),
        sway=np.concatenate([np.zeros(m), sway]).astype(np.float32),
        breath=np.zeros((len(place), 3), np.float32),
        two_sided=True,
        is_hair=True,
    )


def _half(strips: Ribbons, curves: Floats) -> Floats:
    """Signed distance (V,) of ribbon vertices from their strand's middle."""
    n, k, _ = curves.shape
    middle = np.concatenate([np.repeat(curves[:, :-1], 2, axis=1), curves[:, -1:]], axis=1).reshape(-1, 3)
    sign = np.tile(np.concatenate([np.tile([-1.0, 1.0], k - 1), [0.0]]), n)
    return np.asarray(np.linalg.norm(strips.place - middle, axis=1) * sign)


def _outward(skin: Skin, p: Floats, mid: Floats) -> Floats:
    """Which way hair faces: as the skull under it where close, away from the head's middle where it stands off."""
    gap, at = skin.tree.query(p)
    n = skin.normal[skin.near[at]]
    away = p - mid
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    f = np.clip(gap / 0.05, 0, 1)[:, None]
    out = n * (1 - f) + away * f
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9))


def _cap(
    skin: Skin, spec: PersonSpec, recede: float, growth: Growth
) -> tuple[Floats, Ints, Floats, Floats, Floats, Floats, Floats]:
    """A dark sheet just over the scalp, fading to skin at the hairline, and a solid under a bun.

    Returns place, faces, normal, colour, canonical, weights, tangent.
    """
    body = skin.body
    quads = body.quads["body"].astype(np.int64)
    quads = quads[(skin.canonical[quads][:, :, 1] > 0.62).all(axis=1)]
    used = np.unique(quads)
    back = np.zeros(len(skin.place), np.int64)
    back[used] = np.arange(len(used))
    data = np.concatenate(
        [
            skin.place[used],
            skin.canonical[used],
            dense_weights(body.bone_index[used], body.bone_weight[used]),
            skin.normal[used],
        ],
        axis=1,
    )
    sheet = split(refine(Sheet(data, back[quads])))
    sheet, _ = clip(sheet, scalp_field(sheet.data[:, 3:6], recede) - 0.015)
    place, canonical, weights, n = sheet.data[:, :3], sheet.data[:, 3:6], sheet.data[:, 6:86], sheet.data[:, 86:89]
    n = n / np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-9)
    inside = scalp_field(canonical, recede)
    place = place + n * (0.0002 + 0.0016 * np.clip((inside - 0.016) / 0.02, 0, 1))[:, None]
    shade = _base(spec) * 0.50
    fade = np.clip((inside - 0.015) / 0.02, 0, 1)[:, None]
    # At its rim the cap has the colour the tinted skin has there.
    rim = 0.34 * _base(spec) + 0.44 * np.array(spec.skin)
    colour = rim * (1 - fade) + shade * fade
    tangent = _flow_of(growth, place)
    faces = sheet.faces
    if growth.core is not None:
        centre, radius = growth.core
        ball, ball_faces = _ball()
        faces = np.concatenate([faces, ball_faces + len(place)])
        place = np.concatenate([place, centre + ball * radius * 0.93])
        n = np.concatenate([n, ball])
        colour = np.concatenate([colour, np.tile(shade * 1.4, (len(ball), 1))])
        root = int(np.argmin(np.linalg.norm(canonical - np.array([0.0, 0.792, -0.09]), axis=1)))
        canonical = np.concatenate([canonical, np.tile(canonical[root], (len(ball), 1))])
        weights = np.concatenate([weights, np.tile(weights[root], (len(ball), 1))])
        tangent = np.concatenate([tangent, _flow_of(growth, centre + ball * radius)])
    return place, faces, n, colour, canonical, weights, tangent


def _base(spec: PersonSpec) -> Floats:
    return np.asarray(np.array(spec.hair.colour) * (1 - spec.hair.grey) + _GREY * 0.95 * spec.hair.grey)


def _flow_of(growth: Growth, place: Floats) -> Floats:
    """Direction of the hair above each place: that of the nearest strand points."""
    curves = growth.curves
    tangent = np.gradient(curves, axis=1).reshape(-1, 3)
    _, at = cKDTree(curves.reshape(-1, 3)).query(place, k=6)
    out = tangent[at].sum(axis=1)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9))


def _ball() -> tuple[Floats, Ints]:
    """A unit sphere, 10 rings of 18."""
    rings, around = 10, 18
    a = np.linspace(0.05, np.pi - 0.05, rings)
    b = np.arange(around) * (2 * np.pi / around)
    p = np.stack(
        [np.sin(a)[:, None] * np.cos(b), np.repeat(np.cos(a)[:, None], around, 1), np.sin(a)[:, None] * np.sin(b)],
        axis=2,
    ).reshape(-1, 3)
    faces = []
    for r in range(rings - 1):
        for k in range(around):
            i, j = r * around + k, r * around + (k + 1) % around
            faces += [(i, j, j + around), (i, j + around, i + around)]
    return p, np.array(faces)


def _face_part(
    name: str, skin: Skin, spec: PersonSpec, roots: Roots, curves: Floats, width: Floats, grey: float
) -> SkinnedPart:
    """Brows or beard: bound to the skin they stand on, bones and face units both."""
    outward = np.repeat(roots.normal[:, None], curves.shape[1], axis=1)
    broad = width * np.linspace(1.9, 0.75, len(width))
    strips = ribbons(curves, broad, outward, 0.4, (roots.chance[:, 6] - 0.5) * 0.8)
    weights = root_weights(skin, roots)[strips.strand]
    colour = _colours(spec, roots.chance, strips.along, strips.strand, grey, None) * 0.8
    return _strip_part(
        name, strips, curves, weights, colour, roots.chance[:, 1], roots.canonical, skin, roots.corner, roots.share
    )


def _lash_part(skin: Skin, spec: PersonSpec) -> SkinnedPart:
    bound, share, curves, width, outward = lashes(skin.body, spec.seed)
    strips = ribbons(curves, width, outward, 0.2)
    pair = np.stack([1 - share, share], axis=1)
    flat = dense_weights(skin.body.bone_index[bound].reshape(-1, 8), skin.body.bone_weight[bound].reshape(-1, 8))
    weights = np.asarray(np.einsum("nk,nkb->nb", pair, flat.reshape(-1, 2, 80))[strips.strand], np.float64)
    dark = np.asarray(np.minimum(np.array(spec.hair.colour), 0.05) * 0.6 + 0.03 * spec.hair.grey, np.float64)
    colour: Floats = np.tile(dark, (len(strips.place), 1)).astype(np.float64)
    canonical = np.asarray(skin.canonical[bound[:, 0]])
    chance = np.asarray((np.arange(len(bound)) * 0.618) % 1.0, np.float64)
    return _strip_part("lashes", strips, curves, weights, colour, chance, canonical, skin, bound, pair)


def _strip_part(
    name: str,
    strips: Ribbons,
    curves: Floats,
    weights: Floats,
    colour: Floats,
    chance: Floats,
    canonical: Floats,
    skin: Skin,
    corner: Ints,
    share: Floats,
) -> SkinnedPart:
    index, weight = sparse_weights(weights)
    attr = np.zeros((len(strips.place), 4), np.float32)
    attr[:, 0] = strips.along
    attr[:, 1] = chance[strips.strand]
    attr[:, 2] = strips.strand
    attr[:, 3] = _half(strips, curves)
    return make_part(
        name,
        strips.place.astype(np.float32),
        strips.faces.astype(np.int32),
        Material.HAIR,
        bone_index=index,
        bone_weight=weight,
        canonical=canonical[strips.strand],
        rest=strips.place.astype(np.float32),
        colour=np.clip(colour, 0.002, 0.9),
        attr=attr,
        tangent=strips.tangent,
        normals=strips.normal.astype(np.float32),
        units=ride(skin.body, corner, share, strips.strand),
        breath=np.zeros((len(strips.place), 3), np.float32),
        two_sided=True,
        is_hair=True,
        casts_shadow=name == "beard",
    )


__all__ = ["build_hair", "thin_hair"]
