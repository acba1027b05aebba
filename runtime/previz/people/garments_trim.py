"""What makes cloth a garment: turned hems, collars, lapels, plackets, pockets, cuffs, waistbands and buttons.

Everything is a patch of the hanging garment itself, clipped by fields and lifted off it, so it moves with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from runtime.previz.people.garments_cut import Cut, arm_place, neck_height
from runtime.previz.people.garments_sheet import Floats, Ints, Sheet, borders, clip, normals, smooth


@dataclass(slots=True)
class Piece:
    """A finished piece of cloth: ``shade`` (V,) multiplies the garment's colour, ``open`` (V,) is fold occlusion."""

    sheet: Sheet
    shade: Floats
    open: Floats


@dataclass(frozen=True, slots=True)
class Patch:
    """An overlay: where all ``fields`` over canonical space are positive, lifted ``lift`` metres."""

    fields: tuple[Floats, ...]
    lift: float
    shade: float = 1.0
    crease: float = 0.0
    """Extra lift (metres) halfway between the edges: a rolled fold."""


def finish(sheet: Sheet, thickness: float) -> Piece:
    """Turn every border inwards with a round edge, and find where folds keep the light out."""
    n = normals(sheet.place, sheet.faces)
    calm = smooth(sheet.place, sheet.faces, 10, 0.6)
    depth = ((calm - sheet.place) * n).sum(axis=1)
    shut = np.clip(1.0 - np.maximum(depth - 0.0003, 0.0) / 0.006, 0.25, 1.0)
    shut = smooth(shut[:, None], sheet.faces, 2, 0.4)[:, 0]
    hemmed = _hem(sheet, n, thickness)
    extra = len(hemmed.data) - len(sheet.data)
    # The turned-in edge lies in the garment's own shade.
    return Piece(
        hemmed, np.concatenate([np.ones(len(shut)), np.full(extra, 0.85)]), np.concatenate([shut, np.full(extra, 0.6)])
    )


def overlay(sheet: Sheet, patch: Patch) -> Piece | None:
    """A patch of the sheet lifted off it with a rounded, closed edge; ``None`` where nothing is left."""
    n = normals(sheet.place, sheet.faces)
    joined = Sheet(np.concatenate([sheet.data, n, np.stack(patch.fields, axis=1)], axis=1), sheet.faces)
    inside = np.full(len(n), np.inf)
    for k in range(len(patch.fields)):
        field = joined.data[:, 89 + k]
        if (field > 0).sum() < 4:
            return None
        if (field <= 0).any():
            joined, _ = clip(joined, field)
        if len(joined.faces) < 4:
            return None
    inside = joined.data[:, 89:].min(axis=1)
    out = joined.data[:, 86:89]
    out = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    roll = np.clip(inside / 0.012, 0.0, 1.0)
    data = joined.data[:, :86].copy()
    data[:, :3] += (
        out * (patch.lift * (0.75 + 0.25 * roll) + patch.crease * np.sin(np.clip(inside / 0.03, 0, 1) * np.pi))[:, None]
    )
    top = Sheet(data, joined.faces)
    closed = _hem(top, out, patch.lift * 1.3, tuck=0.0)
    extra = len(closed.data) - len(data)
    shade = np.concatenate([np.full(len(data), patch.shade), np.full(extra, patch.shade * 0.8)])
    return Piece(closed, shade, np.concatenate([0.75 + 0.25 * roll, np.full(extra, 0.45)]))


def patches(cut: Cut, sheet: Sheet) -> list[Patch]:
    """The overlays a kind of garment wears."""
    c = sheet.canonical
    rims = _rims(sheet)
    x, y, z = c[:, 0], c[:, 1], c[:, 2]
    ax = np.abs(x)
    front = z - 0.03
    place, _ = arm_place(c)
    height = neck_height(c)
    trunk = 0.05 - place
    out: list[Patch] = []
    match cut.kind_name:
        case "long coat" | "jacket":
            assert cut.vee is not None
            coat = cut.kind_name == "long coat"
            edge = (y - cut.vee) * cut.vee_slope
            # Lapel: from the V's edge outwards, widest below the collar, nothing at the button.
            top = 0.492
            width = np.clip((y - cut.vee + 0.012) / (top - cut.vee), 0, 1) ** 0.75 * 0.062
            notch = np.minimum(top - y - 0.25 * (ax - 0.06), 0.2)
            out.append(Patch((edge + width - ax, front, notch, y - cut.vee + 0.01), 0.006, 1.0, 0.002))
            # Collar: falls from the neckline at the back and the sides down to the lapels.
            fall = height - (cut.neck - 0.058)
            out.append(Patch((fall, trunk, y - top - 0.004 + 0.25 * (ax - 0.06)), 0.009, 1.0, 0.004))
            # The left front laps over the right from the button down.
            lap = np.where(front > 0, x + 0.020, -1.0)
            low = y - cut.end - 0.002
            out.append(Patch((lap, 0.055 - x, cut.vee + 0.012 - y, low), 0.004))
            for side in (1, -1):
                s = x * side
                tilt = y - 0.35 * (s - 0.10)
                if coat:
                    out.append(Patch((front - 0.02, s - 0.085, 0.150 - s, 0.078 - tilt + 0.02, tilt - 0.042), 0.005))
                else:
                    out.append(Patch((front - 0.02, s - 0.075, 0.140 - s, 0.075 - y, y - 0.035), 0.004))
            out.append(Patch((0.075 - rims.cuff, rims.cuff - 0.012), 0.003))
        case "shirt":
            out.append(
                Patch(
                    (
                        height - (cut.neck - 0.030),
                        trunk,
                        np.where(z > 0.05, ax - 0.006 - 0.25 * np.maximum(cut.neck - height, 0), 1.0),
                    ),
                    0.007,
                    1.0,
                    0.003,
                )
            )
            out.append(Patch((front, 0.016 - ax, cut.neck - 0.004 - height, y - cut.end - 0.002), 0.003))
            out.append(Patch((0.055 - rims.cuff,), 0.003))
        case "cardigan":
            assert cut.vee is not None
            edge = np.maximum((y - cut.vee) * cut.vee_slope, 0.0)
            band = np.where(y > cut.vee, edge + 0.026 - ax, 0.018 - np.abs(x - 0.008))
            out.append(Patch((np.where(front > 0, band, height - (cut.neck - 0.026)), trunk), 0.004, 0.9))
            out.append(Patch((0.055 - rims.cuff,), 0.003, 0.9))
            out.append(Patch((0.045 - rims.hem,), 0.003, 0.9))
        case "knit":
            out.append(Patch((0.026 - rims.neck,), 0.004, 0.92, 0.002))
            out.append(Patch((0.060 - rims.cuff,), 0.003, 0.92))
            out.append(Patch((0.055 - rims.hem,), 0.003, 0.92))
        case "t-shirt":
            out.append(Patch((0.018 - rims.neck,), 0.002, 0.95))
            out.append(Patch((0.020 - rims.cuff,), 0.002, 0.96))
            out.append(Patch((0.020 - rims.hem,), 0.002, 0.96))
        case "roll-neck":
            out.append(Patch((height - 0.553, 0.592 - height, trunk), 0.006, 0.97, 0.005))
            out.append(Patch((0.045 - rims.cuff,), 0.002, 0.95))
        case "dress":
            out.append(Patch((0.05 - place, 0.018 - np.abs(sheet.place[:, 1] - _level(sheet, 0.215))), 0.004, 0.7))
        case "trousers" | "jeans":
            fly = cut.waist + 0.10 * np.clip(-z, -0.1, 0.1) - y
            out.append(Patch((0.036 - rims.waist,), 0.003, 0.95))
            out.append(Patch((front, 0.014 - np.abs(x - 0.006), fly - 0.03, y - 0.075), 0.003))
            for side in (1, -1):
                s = x * side
                out.append(Patch((-0.02 - z, s - 0.045, 0.115 - s, 0.10 - y, y + 0.005), 0.0025))
        case _:
            pass
    return out


@dataclass(frozen=True, slots=True)
class _Rims:
    """Distance (V,) metres of every vertex from the garment's edges; far off where there is no such edge."""

    neck: Floats
    cuff: Floats
    hem: Floats
    waist: Floats


def _rims(sheet: Sheet) -> _Rims:
    """Bands of even width follow the edges themselves, whatever the body did to canonical space between them."""
    far = np.full(len(sheet.data), 1.0)
    out = {"neck": far, "cuff": far, "hem": far, "waist": far}
    torso = sheet.canonical[:, 1].max() > 0.45
    for loop in borders(sheet.faces):
        p, c = sheet.place[loop], sheet.canonical[loop]
        x, y = float(np.abs(c[:, 0].mean())), float(c[:, 1].mean())
        if torso:
            which = "cuff" if x > 0.15 else "neck" if y > 0.35 else "hem"
        else:
            which = "waist" if y > 0.0 else "hem"
        points = np.concatenate([p, (p + np.roll(p, -1, axis=0)) * 0.5])
        gap, _ = cKDTree(points).query(sheet.place)
        out[which] = np.minimum(out[which], gap)
    return _Rims(**out)


def _level(sheet: Sheet, y: float) -> float:
    """Height on this body of a canonical height of the trunk."""
    near = np.argsort(np.abs(sheet.canonical[:, 1] - y) + (np.abs(sheet.canonical[:, 0]) > 0.16), kind="stable")[:40]
    return float(sheet.place[near, 1].mean())


def button_rows(cut: Cut) -> list[tuple[float, float, float]]:
    """Where buttons sit in canonical (x, y) and their radius in metres."""
    match cut.kind_name:
        case "long coat":
            assert cut.vee is not None
            return [(0.018, cut.vee - 0.015 - 0.105 * k, 0.0125) for k in range(5)]
        case "jacket":
            assert cut.vee is not None
            return [(0.015, cut.vee - 0.015 - 0.095 * k, 0.010) for k in range(3)]
        case "cardigan":
            assert cut.vee is not None
            return [(0.008, cut.vee - 0.012 - 0.072 * k, 0.009) for k in range(5)]
        case "shirt":
            return [(0.0, 0.50 - 0.085 * k, 0.0055) for k in range(6)]
        case "trousers" | "jeans":
            return [(0.002, cut.waist - 0.03, 0.008)]
        case _:
            return []


def buttons(top: Sheet, rows: list[tuple[float, float, float]]) -> Sheet | None:
    """Small domes with a rim standing on the frontmost cloth, bound to the vertex they are sewn to."""
    if not rows:
        return None
    n = normals(top.place, top.faces)
    turn = np.arange(12) * (2 * np.pi / 12)
    data, faces, count = [], [], 0
    for x, y, radius in rows:
        c = top.canonical
        gap = np.hypot(c[:, 0] - x, c[:, 1] - y) - 0.4 * (c[:, 2] > 0.03) - 3.0 * top.place[:, 2] * 0.02
        near = np.argsort(gap, kind="stable")[:4]
        centre, out = top.data[near].mean(axis=0), n[near].mean(axis=0)
        out /= max(float(np.linalg.norm(out)), 1e-9)
        # The topmost layer near the spot carries the button.
        centre[:3] += out * (float(((top.place[near] - centre[:3]) @ out).max()) + 0.001)
        u = np.cross([0.0, 1.0, 0.0], out)
        u /= max(float(np.linalg.norm(u)), 1e-9)
        v = np.cross(out, u)
        rings = []
        for share, height in ((1.0, -0.002), (1.0, 0.003), (0.78, 0.0038), (0.62, 0.0026)):
            rings.append(radius * share * (np.cos(turn)[:, None] * u + np.sin(turn)[:, None] * v) + out * height)
        place = np.concatenate([*rings, out[None] * 0.0026]) + centre[:3]
        rows_ = np.tile(centre, (len(place), 1))
        rows_[:, :3] = place
        data.append(rows_)
        for r in range(3):
            for k in range(12):
                a, b = count + r * 12 + k, count + r * 12 + (k + 1) % 12
                faces += [(a, b, b + 12), (a, b + 12, a + 12)]
        faces += [(count + 36 + k, count + 36 + (k + 1) % 12, count + 48) for k in range(12)]
        count += len(place)
    return Sheet(np.concatenate(data), np.array(faces))


def _hem(sheet: Sheet, n: Floats, thickness: float, tuck: float = 0.016) -> Sheet:
    """Rows along every border: round the edge, then back along the inside by ``tuck`` metres."""
    data: list[Floats] = [sheet.data]
    faces: list[Ints] = [sheet.faces]
    count = len(sheet.data)
    for loop in borders(sheet.faces):
        p = sheet.place[loop]
        along = np.roll(p, -1, axis=0) - np.roll(p, 1, axis=0)
        outward = np.cross(along, n[loop])
        outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-9)
        rows = [p + outward * thickness * 0.35 - n[loop] * thickness * 0.5, p - n[loop] * thickness]
        if tuck:
            rows.append(p - n[loop] * thickness - outward * tuck)
        before = loop
        for row in rows:
            new = sheet.data[loop].copy()
            new[:, :3] = row
            after = np.arange(count, count + len(loop))
            a, b, c, d = before, np.roll(before, -1), np.roll(after, -1), after
            faces.append(np.concatenate([np.stack([b, a, d], axis=1), np.stack([b, d, c], axis=1)]))
            data.append(new)
            before = after
            count += len(loop)
    return Sheet(np.concatenate(data), np.concatenate(faces))


__all__ = ["Patch", "Piece", "button_rows", "buttons", "finish", "overlay", "patches"]
