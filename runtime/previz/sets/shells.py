"""Built envelopes: rooms whose openings are real holes, round rooms, halls. Walls face inward only, so that a camera
may stand behind one, as on a stage with wild walls; they cast shadows all the same.
"""

from __future__ import annotations

import itertools

import numpy as np

from compiler.staging.model import Opening, Shell
from runtime.previz.scene import Material, Mesh
from runtime.previz.sets import fittings
from runtime.previz.sets.fittings import WALL_THICK
from runtime.previz.sets.kit import F64, Kit, quad_faces

WALLS = ("north", "east", "south", "west")
_YAW = {"north": 0.0, "west": 90.0, "south": 180.0, "east": -90.0}
_MATERIAL = {
    "plaster": Material.PLASTER, "wallpaper": Material.PLASTER, "stone": Material.STONE, "planks": Material.PLANK,
    "tile": Material.TILE, "metal": Material.METAL, "concrete": Material.PLASTER, "carpet": Material.FABRIC,
}  # fmt: skip


def build_shell(shell: Shell, seed: int) -> list[Mesh]:
    """Walls, floor, ceiling, skirting, beams, and the windows and doors in their holes."""
    if shell.kind == "none":
        return []
    kits = {name: Kit(seed + i) for i, name in enumerate(("floor", "ceiling", "walls", "trim"))}
    _floor(kits["floor"], shell)
    _ceiling(kits["ceiling"], kits["trim"], shell)
    if shell.kind == "round room":
        _round_wall(kits["walls"], kits["trim"], shell)
    else:
        for wall in WALLS:
            _wall(kits["walls"], kits["trim"], shell, wall)
    meshes = [mesh for name, kit in kits.items() for mesh in kit.meshes(f"shell.{name}") if kit.parts]
    for opening in shell.openings:
        kit = Kit(seed + 77)
        if opening.kind == "window":
            fittings.window(kit, opening)
            if opening.curtains is not None:
                fittings.curtain_rail(kit, opening)
        elif opening.kind == "door":
            fittings.door(kit, opening)
        if kit.parts:
            position, yaw = opening_frame(shell, opening)
            meshes += kit.meshes(opening.name or opening.kind, position, yaw)
    return meshes


def opening_frame(shell: Shell, o: Opening) -> tuple[tuple[float, float, float], float]:
    """Where an opening's own space lies: floor point in the plane of the wall's inner face, and the way it faces."""
    if shell.kind == "round room":
        radius = shell.width / 2
        away = np.sqrt(max(0.0, radius**2 - (abs(o.offset) + o.width / 2) ** 2))
        half_x = half_z = float(away)
    else:
        half_x, half_z = shell.width / 2, shell.depth / 2
    at = {
        "north": (o.offset, -half_z),
        "south": (o.offset, half_z),
        "east": (half_x, o.offset),
        "west": (-half_x, o.offset),
    }
    x, z = at[o.wall]
    return (x, 0.0, z), _YAW[o.wall]


def _floor(k: Kit, shell: Shell) -> None:
    k.use(_MATERIAL.get(shell.floor, Material.PLANK), shell.floor_colour, 0.25)
    if shell.kind == "round room":
        k.disc(0, 0, 0, shell.width / 2 + 0.05, 48)
        k.parts[-1].rest = k.parts[-1].positions.copy()
        return
    nx, nz = max(2, int(shell.width)), max(2, int(shell.depth))
    x, z = np.linspace(-shell.width / 2, shell.width / 2, nx), np.linspace(shell.depth / 2, -shell.depth / 2, nz)
    gx, gz = np.meshgrid(x, z)
    grid = np.stack([gx, np.zeros_like(gx), gz], -1)
    k.sheet(grid, grid)


def _ceiling(k: Kit, trim: Kit, shell: Shell) -> None:
    h, w, d = shell.height, shell.width, shell.depth
    k.use(Material.PLASTER, tuple(np.minimum(np.array(shell.wall_colour) * 1.1, 0.7)))
    if shell.kind == "round room":
        k.disc(0, h, 0, w / 2 + 0.05, 48, up=False)
        k.disc(0, h + 0.2, 0, w / 2 + 0.5, 48, up=False)
    else:
        k.quads([[(-w / 2, h, -d / 2), (w / 2, h, -d / 2), (w / 2, h, d / 2), (-w / 2, h, d / 2)]])
        a, b, c = w / 2 + 0.4, d / 2 + 0.4, h + 0.2
        k.quads([[(-a, c, -b), (a, c, -b), (a, c, b), (-a, c, b)]])
    if shell.kind == "corridor" and d > 16:  # a hall of machines: ribs and ducts give the distance its rhythm
        trim.use(Material.METAL, (0.05, 0.052, 0.056), 0.5)
        for z in np.arange(-d / 2 + 1.0, d / 2, 2.0):
            trim.box(0, h - 0.16, float(z), w, 0.16, 0.12, 0.01)
        trim.rod((-w * 0.3, h - 0.32, -d / 2), (-w * 0.3, h - 0.32, d / 2), 0.11, sides=12)
        trim.rod((w * 0.34, h - 0.26, -d / 2), (w * 0.34, h - 0.26, d / 2), 0.06, sides=10)
        return
    if shell.wall in ("plaster", "planks", "stone") and shell.floor in ("planks", "stone") and shell.kind != "corridor":
        trim.use(Material.WOOD, (0.1, 0.052, 0.028))
        for i in range(n := max(2, round(w / 1.3))):
            x = (i + 0.5) / n * w - w / 2
            reach = d if shell.kind == "room" else 2 * np.sqrt(max(0.1, (w / 2) ** 2 - x * x)) - 0.05
            trim.box(x, h - 0.15, 0, 0.14, 0.16, float(reach), 0.012)


def _wall(k: Kit, trim: Kit, shell: Shell, wall: str) -> None:
    """One wall in its own space (x along, z into the room), cut round its openings, then turned into place."""
    length = shell.width if wall in ("north", "south") else shell.depth
    away = (shell.depth if wall in ("north", "south") else shell.width) / 2
    flip = 1.0 if wall in ("north", "east") else -1.0
    holes = [
        (flip * o.offset - o.width / 2, o.sill, flip * o.offset + o.width / 2, o.sill + o.height)
        for o in shell.openings
        if o.wall == wall
    ]
    since, since_trim = k.mark(), trim.mark()
    split = 0.95 if shell.wall == "wallpaper" else 0.0
    _face(k, shell, length, split, shell.height, holes, striped=bool(split))
    if split:
        _wainscot(k, trim, length, split, holes)
    # A second skin outside, past the corners and seen by nobody, so that no light creeps in where walls meet.
    _face(k, shell, length + 0.9, -0.4, shell.height + 0.4, holes)
    for part in k.parts[k.mark() - 1 :]:
        part.positions = part.positions - [0.0, 0.0, WALL_THICK]
    k.use(Material.PLASTER if shell.wall != "stone" else Material.STONE, tuple(np.array(shell.wall_colour) * 0.95))
    for hole in holes:
        _reveal(k, hole)
    _skirting(trim, shell, length, holes)
    for kit, start in ((k, since), (trim, since_trim)):
        kit.shift(start, z=-away)
        kit.turn(start, 1, _YAW[wall])


Hole = tuple[float, float, float, float]


def _face(
    k: Kit, shell: Shell, length: float, low: float, high: float, holes: list[Hole], striped: bool = False
) -> None:
    """The rectangle ``length`` × (low..high) without its holes, as a grid of quads."""
    step = 0.11 if striped else 1.0
    cuts_u = {-length / 2, length / 2} | {h for hole in holes for h in (hole[0], hole[2])}
    cuts_u |= set(np.round(np.linspace(-length / 2, length / 2, int(length / step) + 1)[1:-1], 4))
    cuts_y = {low, high} | {h for hole in holes for h in (hole[1], hole[3]) if low < h < high}
    us, ys = sorted(cuts_u), sorted(cuts_y)
    keep_u = [us[0]] + [b for a, b in itertools.pairwise(us) if b - a > 1e-5]
    quads, tones = [], []
    for i, (a, b) in enumerate(itertools.pairwise(keep_u)):
        for c, d in itertools.pairwise(ys):
            u, v = (a + b) / 2, (c + d) / 2
            if not any(h[0] < u < h[2] and h[1] < v < h[3] for h in holes):
                quads.append([(a, c, 0), (b, c, 0), (b, d, 0), (a, d, 0)])
                tones.append(i % 2)
    material = _MATERIAL.get(shell.wall, Material.PLASTER)
    k.use(material, shell.wall_colour, 0.6)
    points = np.array(quads).reshape(-1, 3)
    k.quads(quads)
    part = k.parts[-1]
    # Boards stand upright, so the shader's grain (rest x) runs up the wall; other surfaces keep length and height.
    part.rest = points[:, [1, 0, 2]] if material == Material.PLANK else points.copy()
    if striped:
        shade = np.repeat(np.array(tones), 4)[:, None]
        part.colour = part.colour * np.where(shade > 0, 0.72, 1.0)


def _wainscot(k: Kit, trim: Kit, length: float, high: float, holes: list[Hole]) -> None:
    """Painted boards below a dado rail."""
    low_shell = Shell(wall="planks", wall_colour=(0.3, 0.29, 0.25))
    _face(k, low_shell, length, 0.0, high, holes)
    trim.use(Material.WOOD, (0.28, 0.27, 0.23))
    for a, b in _free_runs(length, [h for h in holes if h[1] < high < h[3]]):
        trim.quads(
            [
                [(a, high - 0.02, 0.0), (b, high - 0.02, 0.0), (b, high - 0.012, 0.026), (a, high - 0.012, 0.026)],
                [(a, high - 0.012, 0.026), (b, high - 0.012, 0.026), (b, high + 0.022, 0.03), (a, high + 0.022, 0.03)],
            ]
        )


def _skirting(trim: Kit, shell: Shell, length: float, holes: list[Hole]) -> None:
    if shell.wall in ("tile", "stone", "concrete"):
        return
    trim.use(Material.WOOD, tuple(np.array(shell.wall_colour) * 0.6) if shell.wall != "planks" else (0.1, 0.055, 0.03))
    for a, b in _free_runs(length, [(h[0] - 0.09, h[1], h[2] + 0.09, h[3]) for h in holes if h[1] < 0.1]):
        # Its front only: from behind a wild wall it must vanish with the wall.
        trim.quads([[(a, 0, 0.018), (b, 0, 0.018), (b, 0.115, 0.013), (a, 0.115, 0.013)]])


def _free_runs(length: float, holes: list[Hole]) -> list[tuple[float, float]]:
    runs, start = [], -length / 2
    for hole in sorted(holes):
        if hole[0] > start:
            runs.append((start, hole[0]))
        start = max(start, hole[2])
    return [*runs, (start, length / 2)] if start < length / 2 else runs


def _reveal(k: Kit, hole: Hole) -> None:
    """The thickness of the wall round a hole; its faces look into the hole."""
    a, low, b, high = hole
    t = -WALL_THICK
    k.quads(
        [
            [(a, low, 0), (b, low, 0), (b, low, t), (a, low, t)],
            [(a, high, t), (b, high, t), (b, high, 0), (a, high, 0)],
            [(a, low, t), (a, high, t), (a, high, 0), (a, low, 0)],
            [(b, low, 0), (b, high, 0), (b, high, t), (b, low, t)],
        ]
    )
    part = k.parts[-1]
    centre = np.array([(a + b) / 2, (low + high) / 2, t / 2])
    wrong = ((part.positions - centre) * part.normals).sum(1) > 0
    if wrong.any():
        part.normals = np.where(wrong[:, None], -part.normals, part.normals)
        p = part.positions[part.faces]
        face = np.cross(p[:, 1] - p[:, 0], p[:, 2] - p[:, 0])
        bad = (face * part.normals[part.faces[:, 0]]).sum(1) < 0
        part.faces = np.where(bad[:, None], part.faces[:, ::-1], part.faces)


def _round_wall(k: Kit, trim: Kit, shell: Shell) -> None:
    radius = shell.width / 2
    material = _MATERIAL.get(shell.wall, Material.STONE)
    turn = {"north": np.pi, "east": np.pi / 2, "south": 0.0, "west": -np.pi / 2}
    holes: list[Hole] = []
    for o in shell.openings:
        side = 1.0 if o.wall in ("south", "west") else -1.0
        along = o.offset * (side if o.wall in ("north", "south") else -1.0 if o.wall == "east" else 1.0)
        middle = turn[o.wall] + np.arcsin(np.clip(along / radius, -0.9, 0.9))
        half = np.arcsin(np.clip(o.width / 2 / radius, 0, 0.9))
        for whole in (-2 * np.pi, 0.0, 2 * np.pi):  # the seam of the circle may run through an opening
            holes.append((middle - half + whole, o.sill, middle + half + whole, o.sill + o.height))
    cuts = {h for hole in holes for h in (hole[0], hole[2]) if -np.pi < h < np.pi}
    angles = np.array(sorted(cuts | set(np.linspace(-np.pi, np.pi, 57))))
    ys = sorted({0.0, shell.height} | {h for hole in holes for h in (hole[1], hole[3]) if 0 < h < shell.height})
    k.use(material, shell.wall_colour, 0.6)

    for r, low, high in ((radius, 0.0, shell.height), (radius + WALL_THICK, -0.4, shell.height + 0.4)):
        rows = sorted({low, high} | set(ys[1:-1]))  # the second skin is there to keep light from creeping in
        quads, normals, rest = [], [], []
        for a, b in itertools.pairwise(angles):
            for c, d in itertools.pairwise(rows):
                m, v = (a + b) / 2, (c + d) / 2
                if b - a > 1e-6 and not any(h[0] < m < h[2] and h[1] < v < h[3] for h in holes):
                    quads.append([_ring(b, c, r), _ring(a, c, r), _ring(a, d, r), _ring(b, d, r)])
                    normals += [[-np.sin(t), 0, -np.cos(t)] for t in (b, a, a, b)]
                    rest += [[t * radius, y, 0.0] for t, y in ((b, c), (a, c), (a, d), (b, d))]
        faces = quad_faces(len(quads))
        flat: F64 = np.array(rest)
        flat = flat[:, [1, 0, 2]] if material == Material.PLANK else flat
        k.add(np.array(quads).reshape(-1, 3), np.array(normals), faces, rest=flat)
    for o in shell.openings:
        position, yaw = opening_frame(shell, o)
        since = k.mark()
        k.use(Material.PLASTER if shell.wall != "stone" else Material.STONE, shell.wall_colour)
        _reveal(k, (-o.width / 2, o.sill, o.width / 2, o.sill + o.height))
        k.turn(since, 1, yaw)
        k.shift(since, x=position[0], z=position[2])
    if shell.wall == "metal":  # ribs between plates, bulging inward and open behind
        trim.use(Material.METAL, tuple(np.array(shell.wall_colour) * 0.8), 0.5)
        bulge = np.linspace(-1, 1, 6)
        for a in np.linspace(-np.pi, np.pi, 13)[:-1]:
            if not any(h[0] - 0.06 < a < h[2] + 0.06 for h in holes):
                shape = [(a + 0.035 / radius * t, radius - 0.035 * np.sqrt(1 - t * t)) for t in bulge]
                trim.sheet(np.array([[_ring(b, y, r) for b, r in reversed(shape)] for y in (shell.height, 0.0)])[::-1])


def _ring(angle: float, y: float, r: float) -> tuple[float, float, float]:
    return (r * np.sin(angle), y, r * np.cos(angle))
