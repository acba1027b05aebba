"""Where a thing comes to rest: on tops, beside other things, on the floor; clear of what stands there already."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING

from compiler.staging.model import Vec3
from compiler.staging.space import add, flat, heading, turn, v4, yaw_to
from compiler.staging.world import Spot
from compiler.staging.world_things import Made, plain, size_of

if TYPE_CHECKING:
    from compiler.staging.world_scene import SceneWorld

ON = re.compile(
    r"^(?:down|back|up|over)?\s*"
    r"(?:on top of|on to|onto|on|upon|in|into|inside|to|at|by|under|beside|next to|near)\s+"
)
FLOOR = frozenset({"floor", "ground", "road", "street", "pavement", "grass", "sand", "snow", "down", "here"})
_TOPS = (
    (0.0, 0.0),
    (0.5, 0.35),
    (-0.5, 0.35),
    (0.5, -0.35),
    (-0.5, -0.35),
    (0.0, 0.6),
    (0.0, -0.6),
    (0.8, 0.0),
    (-0.8, 0.0),
)
"""Places on a top, in halves of its width and depth."""


def spot_on(world: SceneWorld, where: str, thing: str, who: str = "", time: Fraction | None = None) -> Spot:
    """Where a thing comes to rest for words such as ``on the table``, ``beside LAMP``, ``0.5 -1``, ``on the floor``.

    Without words: on the nearest top within reach of ``who``, else on the floor before them.
    """
    text = ON.sub("", " ".join(where.lower().split()))
    beside = bool(re.match(r"\s*(?:beside|next to|near|by|under|at|to)\b", where.lower()))
    size = size_of(world.made[thing]) if thing in world.made else (0.2, 0.2, 0.2)
    near = world.before(who, time)
    holder = world.find(text, "", time) if plain(text) and plain(text) not in FLOOR else None
    made = world.made.get(holder) if holder else None
    if made is not None and holder is not None and holder != thing:
        if made.entry.holds is not None and not (beside and made.entry.rest == "top"):
            return _top_of(world, holder, made, size, near, time, thing)
        base = world.where(holder, time)
        if base is not None:
            return _next_to(world, holder, made, base, size, near, time, thing)
    mark = world.placed.find(plain(text)) if plain(text) and plain(text) not in FLOOR else None
    if mark is not None:
        grounded = world.ground(mark.position)
        return Spot(v4(grounded), round(mark.yaw, 4))
    if not plain(text) and near is not None:
        tops = [(n, m) for n, m in _tops(world) if m.entry.rest in ("floor", "wall")]
        tops = [(n, m) for n, m in tops if flat(m.piece.position, near) < max(size_of(m)) / 2 + 0.9]
        if tops:
            name, made = min(tops, key=lambda t: flat(t[1].piece.position, near))
            return _top_of(world, name, made, size, near, time, thing)
    body = world.body_of(who)
    if body is not None:
        here = body.stance()
        return Spot(v4(world.ground(add(here.position, heading(here.yaw), 0.45))), round(here.yaw, 4))
    return Spot(v4(world.ground(near or (0.6, 0.0, 0.6))), 0.0)


def _top_of(
    world: SceneWorld, name: str, made: Made, size: Vec3, near: Vec3 | None, time: Fraction | None, thing: str
) -> Spot:
    """A free place on a top: nearest to whoever puts something there, clear of what stands on it already."""
    base, yaw = world.where(name, time) or made.piece.position, world.yaw(name, time)
    width, height, depth = size_of(made)
    top = base[1] + (made.entry.holds or height) * made.piece.scale[1]
    half_x, half_z = max(0.02, width / 2 - size[0] / 2 - 0.05), max(0.02, depth / 2 - size[2] / 2 - 0.05)
    taken = _standing(world, top, time, thing)
    best, score = base, math.inf
    across, ahead = heading(yaw + 90.0), heading(yaw)
    for fx, fz in _TOPS:
        x, z = fx * half_x, fz * half_z
        spot = (base[0] + across[0] * x + ahead[0] * z, top, base[2] + across[2] * x + ahead[2] * z)
        crowd = sum(max(0.0, r + max(size[0], size[2]) / 2 + 0.03 - flat(p, spot)) for p, r in taken)
        far = flat(spot, near) * 0.25 if near is not None else flat(spot, base) * 0.2
        if crowd * 10 + far < score - 1e-9:
            best, score = spot, crowd * 10 + far
    facing = yaw if near is None else yaw_to(best, near)
    return Spot(v4(best), round(turn(facing), 4))


def _next_to(
    world: SceneWorld,
    name: str,
    made: Made,
    base: Vec3,
    size: Vec3,
    near: Vec3 | None,
    time: Fraction | None,
    thing: str,
) -> Spot:
    reach = (max(size_of(made)[0], size_of(made)[2]) + max(size[0], size[2])) / 2 + 0.04
    taken = _standing(world, base[1], time, thing)
    yaw = world.yaw(name, time)
    best, score = add(base, heading(yaw + 90.0), reach), math.inf
    for angle in (90.0, -90.0, 0.0, 180.0, 45.0, -45.0):
        spot = add(base, heading(yaw + angle), reach)
        crowd = sum(max(0.0, r + max(size[0], size[2]) / 2 - flat(p, spot)) for p, r in taken)
        far = flat(spot, near) * 0.1 if near is not None else 0.0
        if crowd * 10 + far < score - 1e-9:
            best, score = spot, crowd * 10 + far
    if base[1] < 0.3:
        best = world.ground(best)
    return Spot(v4((best[0], base[1] if base[1] >= 0.3 else best[1], best[2])), round(turn(yaw), 4))


def _standing(world: SceneWorld, level: float, time: Fraction | None, thing: str) -> list[tuple[Vec3, float]]:
    """Points and radii of what stands at a height: what a new thing must not be put into."""
    found = []
    for name, made in world.made.items():
        if name == thing or (name not in world.home_of and not world.world.at(time).item(name).known):
            continue
        if world.world.at(time).item(name).holder:
            continue
        base = world.where(name, time)
        if base is not None and abs(base[1] - level) < 0.03:
            size = size_of(made)
            found.append((base, max(size[0], size[2]) / 2))
    return found


def _tops(world: SceneWorld) -> list[tuple[str, Made]]:
    return [(n, m) for n, m in world.made.items() if m.entry.holds is not None and n in world.home_of]
