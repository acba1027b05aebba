"""From pattern to hanging cloth: cut out of the tights, let out, extended by a skirt, posed at ease and draped."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy.spatial import cKDTree

from runtime.previz.people.asset import load_asset
from runtime.previz.people.body import Body, canonical_positions
from runtime.previz.people.garments_cut import Cut, arm_place, keep_fields, neck_height
from runtime.previz.people.garments_drape import drape
from runtime.previz.people.garments_sheet import (
    Floats,
    Ints,
    Sheet,
    clip,
    compact,
    dense_weights,
    edges,
    normals,
    refine,
    smooth,
    split,
)
from runtime.previz.people.rig import fk, rest_pose
from runtime.previz.pose import BONE

_HIP_LOOP_Y = 0.063
"""Canonical height, at the front, of the edge loop from which skirts hang."""
LONG = -0.15
"""Hems below this canonical height swing by themselves; those above lie on hips and thighs."""


def body_sheet(body: Body) -> Sheet:
    """The tights as one quad sheet with every attribute, unrefined."""
    span = body.span("tights")
    data = np.concatenate(
        [body.positions[span], body.canonical[span], dense_weights(body.bone_index[span], body.bone_weight[span])],
        axis=1,
    )
    return Sheet(data.astype(np.float64), body.quads["tights"].astype(np.int64) - span.start)


def cut_sheet(base: Sheet, cut: Cut, body: Body) -> Sheet:
    """The garment's cloth lying close on the body: triangles, clipped along its ends. Room not yet added."""
    place, _ = arm_place(base.canonical)
    near = np.min(keep_fields(cut, base.canonical), axis=0) > -0.05
    if cut.legs:
        near &= place < 0.1
    quads = base.faces[near[base.faces].any(axis=1)]
    if cut.skirt is not None:
        loop, quads = _upper_half()
        sheet = _with_skirt(Sheet(base.data, quads), loop, cut, body)
    else:
        sheet = compact(Sheet(base.data, quads))
    sheet = split(refine(sheet))
    for k in range(len(keep_fields(cut, sheet.canonical))):
        field = keep_fields(cut, sheet.canonical)[k]
        if (field <= 0).any():
            sheet, _ = clip(sheet, field)
    return sheet


def let_out(sheet: Sheet, cut: Cut, body: Body) -> Floats:
    """Places (V, 3) of the cloth with its room: eased off the body, sleeves and legs round, the torso hanging free."""
    c = sheet.canonical
    p = smooth(sheet.place, sheet.faces, 6, 0.5)
    n = normals(p, sheet.faces)
    place, _ = arm_place(c)
    sleeve = np.clip((place - 0.02) / 0.2, 0.0, 1.0)
    ease = cut.ease * (1 - sleeve) + cut.sleeve_ease * sleeve
    # Nothing stands off the neck and the tops of the shoulders carry the weight.
    high = np.clip((c[:, 1] - 0.47) / 0.06, 0.0, 1.0) * (1.0 - sleeve)
    p = p + n * (ease * (1.0 - 0.55 * high))[:, None]
    if cut.envelope < 5.0:
        p = _hang(p, c, place, cut, body)
    if cut.sleeve > 0.6 and cut.torso and cut.layer > 0:
        # Evened out, because on the inside of a bent elbow the nearest point of the axis jumps.
        p = p + smooth(_tube_arms(p, place, cut, body) - p, sheet.faces, 8, 0.6)
    if cut.legs and cut.leg_radius:
        p = p + smooth(_tube_legs(p, c, cut, body) - p, sheet.faces, 5, 0.6)
    return smooth(p, sheet.faces, 3, 0.5)


def hang(sheet: Sheet, eased: Floats, cut: Cut, body: Body, under: tuple[Floats, Floats]) -> Floats:
    """Rest places (V, 3) of the cloth after it has been draped on the body standing at ease.

    ``under``: places and normals of what it lies on, already standing at ease.
    """
    matrices = at_ease(body, sheet.weights)
    start = apply(matrices, eased)
    ends, _ = edges(sheet.faces)
    draped = drape(
        start,
        eased,
        sheet.faces,
        under[0],
        under[1],
        cut.clearance,
        slack=_slack(sheet, eased, ends, cut),
        hold=_hold(sheet, cut),
        bend=cut.bend,
    )
    return unapply(matrices, draped)


def at_ease(body: Body, weights: Floats) -> Floats:
    """(V, 3, 4) skinning matrices of the stance clothes are fitted in: arms nearly down, feet under the hips."""
    pose = rest_pose()
    turns = {
        "clavicle": (0.0, 0.0, -2.0), "upperarm01": (0.0, 0.0, -27.0), "lowerarm01": (-6.0, 4.0, 0.0),
        "upperleg01": (0.0, 0.0, -4.0), "foot": (0.0, 0.0, 4.0),
    }  # fmt: skip
    for bone, (x, y, z) in turns.items():
        pose.rotations[BONE[f"{bone}.L"]] = np.radians([x, y, z])
        pose.rotations[BONE[f"{bone}.R"]] = np.radians([x, -y, -z])
    rotation, shift = fk(body.joints, pose)
    bones = np.concatenate([rotation, shift[:, :, None]], axis=2).astype(np.float64)
    total = np.maximum(weights.sum(axis=1), 1e-9)
    return np.asarray(np.tensordot(weights / total[:, None], bones, axes=1))


def apply(matrices: Floats, place: Floats) -> Floats:
    """Rest to posed."""
    return np.asarray(np.einsum("vij,vj->vi", matrices[:, :, :3], place) + matrices[:, :, 3])


def unapply(matrices: Floats, place: Floats) -> Floats:
    """Posed to rest."""
    return np.asarray(np.linalg.solve(matrices[:, :, :3], (place - matrices[:, :, 3])[:, :, None])[:, :, 0])


# --- skirts -----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _upper_half() -> tuple[Ints, Ints]:
    """The hip loop and the quads above it: the same for every body."""
    asset = load_asset()
    span = slice(*asset.groups["tights"])
    data = np.zeros((span.stop - span.start, 6))
    data[:, 3:6] = canonical_positions()[span]
    base = Sheet(data, asset.quads["tights"].astype(np.int64) - span.start)
    loop = _hip_loop(base)
    return loop, _above(base.faces, loop, base.canonical)


def _hip_loop(base: Sheet) -> Ints:
    """The closed edge loop round the hips nearest ``_HIP_LOOP_Y`` at the front, counter-clockwise from above."""
    quads = base.faces
    edge_faces: dict[tuple[int, int], list[int]] = {}
    around: dict[int, set[int]] = {}
    for i, q in enumerate(quads.tolist()):
        for k in range(4):
            a, b = q[k], q[(k + 1) % 4]
            edge_faces.setdefault((min(a, b), max(a, b)), []).append(i)
            around.setdefault(a, set()).add(b)
            around.setdefault(b, set()).add(a)
    c = base.canonical
    front = np.flatnonzero((np.abs(c[:, 0]) < 1e-4) & (c[:, 2] > 0.05) & (np.abs(c[:, 1] - _HIP_LOOP_Y) < 0.03))
    start = int(front[np.argmin(np.abs(c[front, 1] - _HIP_LOOP_Y))])
    first = max(around[start], key=lambda v: (c[v, 0], -abs(c[v, 1] - c[start, 1])))
    loop = [start, first]
    while True:
        a, b = loop[-2], loop[-1]
        beside = set(edge_faces[(min(a, b), max(a, b))])
        ahead = [v for v in sorted(around[b]) if v != a and not beside & set(edge_faces[(min(b, v), max(b, v))])]
        if len(ahead) != 1 or len(loop) > 200:
            raise ValueError("the tights have no closed loop round the hips")
        if ahead[0] == start:
            return np.array(loop)
        loop.append(ahead[0])


def _above(quads: Ints, loop: Ints, canonical: Floats) -> Ints:
    """Quads on the chest's side of a loop."""
    wall = {(int(min(a, b)), int(max(a, b))) for a, b in zip(loop, np.roll(loop, -1), strict=True)}
    edges: dict[tuple[int, int], list[int]] = {}
    for i, q in enumerate(quads.tolist()):
        for k in range(4):
            edges.setdefault((min(q[k], q[(k + 1) % 4]), max(q[k], q[(k + 1) % 4])), []).append(i)
    # The two quads at one loop edge lie either side of it: flood both.
    a, b = sorted(wall)[0]
    sides = []
    for seed in edges[(a, b)]:
        seen, stack = {seed}, [seed]
        while stack:
            q = quads[stack.pop()].tolist()
            for k in range(4):
                key = (min(q[k], q[(k + 1) % 4]), max(q[k], q[(k + 1) % 4]))
                if key in wall:
                    continue
                for other in edges[key]:
                    if other not in seen:
                        seen.add(other)
                        stack.append(other)
        sides.append(sorted(seen))
    # Only the upper side has arms: it is the wider one.
    return quads[max(sides, key=lambda side: float(np.ptp(canonical[np.unique(quads[side]), 0])))]


def _with_skirt(sheet: Sheet, loop: Ints, cut: Cut, body: Body) -> Sheet:
    """Extrude rings down from the hip loop to a level hem, flaring, with weights that follow both thighs."""
    assert cut.skirt is not None
    ring = sheet.data[loop]
    m = len(loop)
    low = float(ring[:, 4].min())
    rows = max(2, round((low - cut.skirt) / 0.042))
    centre = np.array([0.0, 0.0, float(ring[:, 2].mean())])
    centre_c = np.array([0.0, 0.0, float(ring[:, 5].mean())])
    scale = body.scale * float(np.ptp(body.positions[:, 1])) / float(np.ptp(body.canonical[:, 1])) / body.scale
    data, faces = [sheet.data], [sheet.faces]
    before = loop
    count = len(sheet.data)
    for r in range(1, rows + 1):
        t = r / rows
        new = ring.copy()
        level = ring[:, 4] + (cut.skirt - ring[:, 4]) * t
        drop = ring[:, 4] - level
        for place, mid, unit in ((slice(0, 3), centre, scale), (slice(3, 6), centre_c, 1.0)):
            out = ring[:, place] - mid
            out[:, 1] = 0.0
            out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
            # Less in front: a lap full of cloth stands up like a bell when its wearer sits.
            flare = cut.flare * (0.75 - 0.25 * out[:, 2])
            new[:, place] += out * (drop * flare * unit)[:, None]
            new[:, place.start + 1] -= drop * unit
        lying = _leaning(new[:, 3:6], sheet, float(np.clip(t * rows * 0.5, 0.0, 1.0)), ring[:, 6:])
        new[:, 6:] = lying if cut.skirt > LONG else skirt_weights(new[:, 3:6], lying, level)
        after = np.arange(count, count + m)
        # The loop runs counter-clockwise from above, so this order faces outwards.
        data.append(new)
        faces.append(np.stack([before, after, np.roll(after, -1), np.roll(before, -1)], axis=1))
        before = after
        count += m
    out_sheet = compact(Sheet(np.concatenate(data), np.concatenate(faces)))
    return _wound_outwards(out_sheet, len(sheet.faces))


def skirt_weights(canonical: Floats, hip: Floats, level: Floats) -> Floats:
    """Weights (V, 80) of a skirt: as the hips it lies on above, both thighs shared across the middle, shins below."""
    out = np.zeros_like(hip)
    down = np.clip((-0.03 - level) / 0.16, 0.0, 1.0)
    down = down * down * (3 - 2 * down)
    out += hip * (1 - down)[:, None]
    left = np.clip(canonical[:, 0] / 0.22 + 0.5, 0.0, 1.0)
    left = left * left * (3 - 2 * left)
    shin = np.clip((-0.26 - level) / 0.22, 0.0, 1.0)
    shin = shin * shin * (3 - 2 * shin) * 0.85
    for side, share in (("L", left), ("R", 1 - left)):
        out[:, BONE[f"upperleg01.{side}"]] += down * share * (1 - shin) * 0.5
        out[:, BONE[f"upperleg02.{side}"]] += down * share * (1 - shin) * 0.5
        out[:, BONE[f"lowerleg01.{side}"]] += down * share * shin
    return out


def _leaning(ring: Floats, tights: Sheet, amount: float, hip: Floats) -> Floats:
    """Weights (m, 80) of a short hem: those of the legs it lies on, evened out along the ring.

    Jumpers and jackets lie on the trousers, so they must move exactly as those do.
    """
    gap, at = cKDTree(tights.canonical).query(ring, k=10)
    near = np.asarray(1.0 / (gap + 0.01) ** 2)
    near /= near.sum(axis=1, keepdims=True)
    out = np.einsum("mk,mkb->mb", near, tights.weights[at])
    for _ in range(2):
        out = 0.5 * out + 0.25 * (np.roll(out, 1, axis=0) + np.roll(out, -1, axis=0))
    return np.asarray(out * amount + hip * (1.0 - amount))


def _wound_outwards(sheet: Sheet, upper: int) -> Sheet:
    """Turn the skirt's quads if they face the legs."""
    q = sheet.faces[upper:]
    p = sheet.place[q]
    face = np.cross(p[:, 2] - p[:, 0], p[:, 3] - p[:, 1])
    if float((face * (p.mean(axis=1) * [1, 0, 1])).sum()) < 0:
        sheet.faces[upper:] = q[:, ::-1]
    return sheet


# --- room -------------------------------------------------------------------------------------


def _hang(p: Floats, c: Floats, place: Floats, cut: Cut, body: Body) -> Floats:
    """Let the trunk's cloth fall straight from what holds it out: chest, belly, seat, shoulder blades.

    A radius map over angle and height is dilated downwards with a slope, so waists and small of the back bridge.
    """
    trunk = (place < 0.02) & (c[:, 1] < 0.50)
    if cut.legs:
        trunk &= c[:, 1] > -0.02
    if trunk.sum() < 50:
        return p
    mid = float(body.joints[BONE["spine03"]][2]) + 0.02
    angle = np.arctan2(p[:, 0], p[:, 2] - mid)
    radius = np.hypot(p[:, 0], p[:, 2] - mid)
    low, high = float(p[trunk, 1].min()), float(p[trunk, 1].max())
    ny, na = max(8, int((high - low) / 0.015)), 64
    iy = np.clip((p[:, 1] - low) / max(high - low, 1e-6) * (ny - 1), 0, ny - 1)
    ia = (angle / (2 * np.pi) + 0.5) * na
    grid = np.zeros((ny, na))
    for dy in (0, 1):
        for da in (0, 1):
            np.maximum.at(
                grid, (np.minimum(iy[trunk].astype(int) + dy, ny - 1), (ia[trunk].astype(int) + da) % na), radius[trunk]
            )
    step = (high - low) / (ny - 1)
    for r in range(ny - 2, -1, -1):
        grid[r] = np.maximum(grid[r], grid[r + 1] - cut.envelope * step)
    for r in range(1, ny):
        grid[r] = np.maximum(grid[r], grid[r - 1] - 0.9 * step)
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    for _ in range(2):
        grid = np.maximum(grid, sum(k * np.roll(grid, s, axis=1) for k, s in zip(kernel, range(-2, 3), strict=True)))
    y0, a0 = np.minimum(iy.astype(int), ny - 2), ia.astype(int)
    fy, fa = iy - y0, ia - a0
    want = (
        grid[y0, a0 % na] * (1 - fy) * (1 - fa)
        + grid[y0 + 1, a0 % na] * fy * (1 - fa)
        + grid[y0, (a0 + 1) % na] * (1 - fy) * fa
        + grid[y0 + 1, (a0 + 1) % na] * fy * fa
    )
    # Under the arms and at the top the cloth is shaped by seams, not by gravity.
    ramp = np.clip((0.47 - c[:, 1]) / 0.08, 0, 1) * np.clip((0.04 - place) / 0.06, 0, 1) * (c[:, 1] > -0.05)
    if cut.legs:
        ramp *= np.clip((c[:, 1] - 0.0) / 0.05, 0, 1)
    grow = 1.0 + ramp * np.maximum(want / np.maximum(radius, 1e-6) - 1.0, 0.0)
    out = p.copy()
    out[:, 0] *= grow
    out[:, 2] = mid + (p[:, 2] - mid) * grow
    return out


def _from_axis(p: Floats, chain: list[Floats], want: Floats, amount: Floats) -> Floats:
    """Push points (V, 3) out from a polyline to at least ``want`` metres."""
    best = np.full(len(p), np.inf)
    foot = np.zeros_like(p)
    for a, b in pairwise(chain):
        d = b - a
        t = np.clip((p - a) @ d / (d @ d), 0.0, 1.0)
        q = a + t[:, None] * d
        gap = np.linalg.norm(p - q, axis=1)
        near = gap < best
        best = np.where(near, gap, best)
        foot[near] = q[near]
    grow = np.maximum(want - best, 0.0) * amount
    return np.asarray(p + (p - foot) / np.maximum(best, 1e-6)[:, None] * grow[:, None])


def _tube_arms(p: Floats, place: Floats, cut: Cut, body: Body) -> Floats:
    out = p.copy()
    loose = cut.sleeve_ease / 0.015
    want = 0.052 + 0.012 * loose - (0.018 - 0.003 * loose) * np.clip(place, 0, 1)
    for side, sign in (("L", 1), ("R", -1)):
        mine = (place > 0.12) & (p[:, 0] * sign > 0)
        chain = [body.joints[BONE[f"{b}.{side}"]].astype(float) for b in ("upperarm01", "lowerarm01", "wrist")]
        chain.append(chain[2] + (chain[2] - chain[1]) * 0.3)
        out[mine] = _from_axis(p[mine], chain, want[mine], np.clip((place[mine] - 0.12) / 0.25, 0, 1))
    return out


def _tube_legs(p: Floats, c: Floats, cut: Cut, body: Body) -> Floats:
    out = p.copy()
    for side, sign in (("L", 1), ("R", -1)):
        mine = (c[:, 1] < -0.08) & (p[:, 0] * sign > 0)
        chain = [body.joints[BONE[f"{b}.{side}"]].astype(float) for b in ("upperleg01", "lowerleg01", "foot")]
        chain.append(chain[2] + (chain[2] - chain[1]) * 0.3)
        out[mine] = _from_axis(
            p[mine], chain, np.full(int(mine.sum()), cut.leg_radius), np.clip((-0.08 - c[mine, 1]) / 0.2, 0, 1)
        )
    return out


# --- draping ----------------------------------------------------------------------------------


def _slack(sheet: Sheet, eased: Floats, ends: Ints, cut: Cut) -> Floats:
    """Edge length factors: spare length along sleeves and legs, a trace of stretch everywhere else."""
    d = eased[ends[:, 1]] - eased[ends[:, 0]]
    d /= np.maximum(np.linalg.norm(d, axis=1, keepdims=True), 1e-9)
    place, _ = arm_place(sheet.canonical)
    at = place[ends].mean(axis=1)
    side = np.sign(sheet.canonical[ends].mean(axis=1)[:, 0])
    along = np.abs(d[:, 0] * side * 0.69 + d[:, 1] * -0.69 + d[:, 2] * 0.2)
    arm = np.clip((at - 0.1) / 0.3, 0, 1)
    out = 1.0 + (cut.gather - 1.0) * along**2 * arm * 1.6
    if cut.legs:
        y = sheet.canonical[ends].mean(axis=1)[:, 1]
        out += (cut.gather - 1.0) * np.abs(d[:, 1]) ** 2 * np.clip((-0.1 - y) / 0.3, 0, 1) * 1.4
    else:
        out += (cut.gather - 1.0) * 0.5 * np.abs(d[:, 1]) ** 2 * (1 - arm)
    return np.asarray(out)


def _hold(sheet: Sheet, cut: Cut) -> Floats:
    """Sewn firmly at collars and waistbands, lightly at cuffs, not elsewhere."""
    c = sheet.canonical
    out = np.zeros(len(c))
    place, _ = arm_place(c)
    if cut.torso:
        from_neck = np.clip(1.0 - (cut.neck - neck_height(c)) / 0.025, 0, 1)
        out = np.maximum(out, from_neck * 0.5 * (place < 0.05))
        out = np.maximum(out, np.clip((place - cut.sleeve + 0.08) / 0.08, 0, 1) * 0.15)
        if cut.layer == 0:
            out[:] = 0.5
    if cut.legs:
        out = np.maximum(out, np.clip((c[:, 1] - cut.waist + 0.04) / 0.03, 0, 1) * 0.6)
        out = np.maximum(out, np.clip((cut.hem + 0.03 - c[:, 1]) / 0.03, 0, 1) * 0.12)
    return np.asarray(out)


__all__ = ["LONG", "apply", "at_ease", "body_sheet", "cut_sheet", "hang", "let_out", "skirt_weights", "unapply"]
