"""Ways of things that drive, ride or float: rounded, with a run-up and a stop, sampled often enough to look smooth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from compiler.staging.model import Vec3
from compiler.staging.space import add, flat, heading, mix, ms, turn, v4, yaw_to

_PACE = {"drives": 8.5, "rides": 4.0, "floats": 1.6, "flies": 12.0, "rolls": 1.5}
"""Metres per second at an ordinary tempo."""
_STEP = Fraction(1, 4)
_RUN_UP = 0.28
"""Share of a way's time in which it gathers and loses speed."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way in time: (time, point) rows; ``yaw_in`` and ``yaw_out`` are the headings at its ends."""

    points: tuple[tuple[Fraction, Vec3], ...]
    yaw_in: float
    yaw_out: float

    @property
    def start(self) -> Fraction:
        return self.points[0][0]

    @property
    def end(self) -> Fraction:
        return self.points[-1][0]


def drive_way(
    here: Vec3, yaw: float, goal: Vec3, facing: float | None, start: Fraction, tempo: float, moves: str
) -> Way:
    """A cubic (Hermite) way from a pose to a point, as a steered thing takes it: it leaves along its heading."""
    far = flat(here, goal)
    if far < 0.3:
        return Way(((start, v4(here)), (start + Fraction(1, 2), v4(here))), yaw, yaw)
    bend = min(0.9 * far, 14.0)
    ahead = heading(yaw)
    last = heading(facing if facing is not None else _arrive(here, yaw, goal))
    steps = max(8, int(far / 0.6))
    curve = [_hermite(here, goal, ahead, last, bend, i / steps) for i in range(steps + 1)]
    lengths = [0.0]
    for a, b in pairwise(curve):
        lengths.append(lengths[-1] + flat(a, b))
    seconds = ms(round(max(1.2, lengths[-1] / (_PACE.get(moves, 4.0) * tempo) + 1.0), 2))
    rows: list[tuple[Fraction, Vec3]] = []
    count = max(2, math.ceil(seconds / _STEP))
    for i in range(count + 1):
        part = i / count
        rows.append((start + seconds * i / count, v4(_at(curve, lengths, _eased(part) * lengths[-1]))))
    return Way(tuple(rows), yaw, yaw_to(curve[-2], curve[-1]))


def way_pose(ways: Sequence[Way], time: Fraction) -> tuple[Vec3, float]:
    """Where a thing is and which way it points at ``time``: waiting before its first way and after its last."""
    way = next((w for w in reversed(ways) if w.start <= time), ways[0])
    if time <= way.start:
        return way.points[0][1], way.yaw_in
    if time >= way.end:
        return way.points[-1][1], way.yaw_out
    part = (time - way.start) / (way.end - way.start) * (len(way.points) - 1)
    i = min(int(part), len(way.points) - 2)
    spot = mix(way.points[i][1], way.points[i + 1][1], float(part - i))
    before, behind = way.points[max(0, i - 1)][1], way.points[min(len(way.points) - 1, i + 2)][1]
    if flat(before, behind) < 1e-3:
        return spot, way.yaw_in if i == 0 else way.yaw_out
    return spot, turn(yaw_to(before, behind))


def _arrive(here: Vec3, yaw: float, goal: Vec3) -> float:
    """The heading at the end of a way nobody prescribed: half way between straight on and straight there."""
    return yaw + turn(yaw_to(here, goal) - yaw) * 1.3


def _hermite(a: Vec3, b: Vec3, out: Vec3, into: Vec3, bend: float, t: float) -> Vec3:
    h1, h2 = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t
    h3, h4 = -2 * t**3 + 3 * t**2, t**3 - t**2
    point = add(add((a[0] * h1, a[1] * h1, a[2] * h1), b, h3), out, h2 * bend)
    return add(point, into, h4 * bend)


def _eased(part: float) -> float:
    """Distance covered after a share of the time: gathering speed, even, losing it."""
    top = 1.0 / (1.0 - _RUN_UP)
    if part < _RUN_UP:
        return top * part * part / (2 * _RUN_UP)
    if part > 1.0 - _RUN_UP:
        left = 1.0 - part
        return 1.0 - top * left * left / (2 * _RUN_UP)
    return top * (part - _RUN_UP / 2)


def _at(curve: list[Vec3], lengths: list[float], far: float) -> Vec3:
    for i in range(1, len(curve)):
        if lengths[i] >= far:
            leg = lengths[i] - lengths[i - 1]
            return mix(curve[i - 1], curve[i], (far - lengths[i - 1]) / leg if leg > 1e-9 else 1.0)
    return curve[-1]
