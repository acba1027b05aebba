"""Where a body goes: acts become foot steps and body shifts, planned once and evaluated at any time.

Walking, turning and stepping up to a seat are all lists of ``Step``; the body's travel is a sum of
``Shift`` glides centred on the landings, so that speed is even between steps and eases at the ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import atan2, ceil, cos, degrees, hypot, radians, sin

import numpy as np

from compiler.staging.model import Act, ActKind, Actor, Posture, Vec3
from runtime.previz.motion.curves import F64, ease, glide
from runtime.previz.motion.skeleton import SIGN, Skeleton


@dataclass(frozen=True, slots=True)
class Step:
    """One foot leaves the ground at ``lift`` and lands at ``land`` with its ankle over ``place``; yaw in degrees."""

    side: str
    lift: float
    land: float
    place: Vec3
    yaw: float
    stride: float
    """0 a shuffle on the spot .. 1 a full walking step."""
    run: float = 0.0
    """1 = a running step: both feet leave the ground, the heel swings up behind."""


@dataclass(frozen=True, slots=True)
class Shift:
    """The body moves by ``by`` and turns by ``yaw`` degrees between two times."""

    start: float
    end: float
    by: Vec3
    yaw: float


@dataclass(frozen=True, slots=True)
class Change:
    """A posture weight (sit, kneel, lie) moves by ``by`` between two times."""

    posture: Posture
    start: float
    end: float
    by: float


@dataclass(slots=True)
class Plan:
    """A whole journey. ``feet`` are the opening prints: ankle place and yaw."""

    place: Vec3
    yaw: float
    feet: dict[str, tuple[Vec3, float]]
    posture: Posture
    steps: list[Step] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    seats: list[tuple[float, float]] = field(default_factory=list)
    """(time, seat height) from that time on."""
    rides: list[tuple[float, float, F64, float]] = field(default_factory=list)
    """(start, end, points (N, 3) at equal steps of time, turn in degrees): ways on which everything is carried along."""
    lower: float = 0.08
    """Half the distance between standing ankles."""

    def weight(self, posture: Posture, t: F64) -> F64:
        out = np.full(t.shape, 1.0 if posture is self.posture else 0.0)
        for c in self.changes:
            if c.posture is posture:
                out += c.by * ease(t, c.start, c.end)
        return out

    def body(self, t: F64) -> tuple[F64, F64]:
        """World floor points (G, 3) and unwrapped yaw (G,) in degrees."""
        place = np.tile(np.array(self.place, np.float64), (len(t), 1))
        yaw = np.full(len(t), float(self.yaw))
        for s in self.shifts:
            g = glide(t, s.start, s.end)
            place += g[:, None] * np.array(s.by)
            yaw += g * s.yaw
        far, turned = self.carried(t)
        return place + far, yaw + turned

    def carried(self, t: F64) -> tuple[F64, F64]:
        """How far (G, 3) and by how many degrees (G,) something that drives has taken the body along."""
        far, turned = np.zeros((len(t), 3)), np.zeros(len(t))
        for start, end, points, turn in self.rides:
            times = np.linspace(start, end, len(points))
            for axis in range(3):
                far[:, axis] += np.interp(t, times, points[:, axis] - points[0, axis])
            turned += turn * np.clip((t - start) / max(end - start, 1e-6), 0.0, 1.0)
        return far, turned

    def seat(self, t: F64) -> F64:
        out = np.full(t.shape, float(self.seats[0][1]))
        for when, height in self.seats[1:]:
            out = np.where(t >= when, height, out)
        return out

    def footprint(self, side: str) -> tuple[Vec3, float]:
        """Where a foot stands after everything planned so far."""
        last = next((s for s in reversed(self.steps) if s.side == side), None)
        return (last.place, last.yaw) if last else self.feet[side]


@dataclass(slots=True)
class _Now:
    """The body after what has been planned so far."""

    place: Vec3
    yaw: float
    posture: Posture
    free: float = -1e9


def make_plan(actor: Actor, skeleton: Skeleton) -> Plan:
    """Plans every act that moves the floor point, the facing or the posture of ``actor``."""
    start, half = actor.start, 0.082 * skeleton.scale
    now = _Now(start.position, start.yaw, start.posture)
    reach = _knee_reach(skeleton)
    ahead = reach if start.posture is Posture.SIT else 0.0
    seed = actor.person.seed
    feet = {}
    for side in "LR":
        forward = ahead + (0.022 if (seed & 1) == (side == "L") else -0.012)
        feet[side] = (_beside(now.place, now.yaw, SIGN[side] * half, forward), now.yaw + SIGN[side] * 8.0)
    plan = Plan(start.position, start.yaw, feet, start.posture, lower=half)
    plan.seats.append((-1e9, start.seat_height))
    moves = (ActKind.WALK, ActKind.TURN, ActKind.SIT, ActKind.STAND_UP, ActKind.RIDE)
    for act in sorted((a for a in actor.acts if a.kind in moves), key=lambda a: (a.start, a.end)):
        act = _aboard(plan, act)
        begin = max(act.start, now.free)
        end = max(act.end, begin + 0.3)
        match act.kind:
            case ActKind.WALK:
                if now.posture is Posture.STAND:
                    _walk(plan, now, act, begin, end, _gait(actor, skeleton))
            case ActKind.TURN:
                if now.posture is Posture.STAND:
                    _turn(plan, now, act.yaw, begin, end)
            case ActKind.RIDE:
                _ride(plan, now, act, begin, end)
            case ActKind.SIT:
                _sit(plan, now, act, begin, end, reach)
            case _:
                _stand(plan, now, act, begin, end, half)
        now.free = end
    return plan


@dataclass(frozen=True, slots=True)
class _Gait:
    length: float
    width: float
    run: float
    """Ordinary running step length, metres."""


def _gait(actor: Actor, skeleton: Skeleton) -> _Gait:
    """Ordinary step length and half step width; both change with age (Winter 1991)."""
    age = actor.person.age
    old = min(max((age - 55.0) / 30.0, 0.0), 1.0)
    young = min(max((14.0 - age) / 14.0, 0.0), 1.0)
    return _Gait(
        0.69 * skeleton.scale * (1 - 0.24 * old) * (1 + 0.05 * young),
        (0.045 + 0.02 * old) * skeleton.scale,
        1.16 * skeleton.scale * (1 - 0.22 * old),
    )


def _walk(plan: Plan, now: _Now, act: Act, begin: float, end: float, gait: _Gait) -> None:
    points = _rounded((now.place, *act.path))
    along = _lengths(points)
    total = along[-1]
    if total < 0.06:
        _turn(plan, now, act.yaw, begin, end)
        return
    first = _heading(points, along, min(0.3, total))
    last = _heading(points, along, total)
    run = act.style == "run"
    backwards = abs(_wrap(first - now.yaw)) > 120 and abs(_wrap(act.yaw - now.yaw)) < 60 and total < 1.2
    flip = 180.0 if backwards else 0.0
    turn_in, turn_out = _wrap(first + flip - now.yaw), _wrap(act.yaw - last - flip)
    pivots_in = ceil(abs(turn_in) / 65) if abs(turn_in) > 50 else 0
    pivots_out = max(2, ceil((abs(turn_out) - 40) / 65)) if abs(turn_out) > 50 else 0
    pace = total / max(end - begin, 0.2)
    length = gait.length * min(max((pace / 1.25) ** 0.45, 0.55), 1.25)
    if run:
        pivots_in, pivots_out = min(pivots_in, 1), min(pivots_out, 1)
        length = gait.run * min(max((pace / 2.6) ** 0.6, 0.6), 1.3)
    count = max(1, round(total / length))
    # Short of time, longer steps before quicker feet than anybody has.
    count = max(1, min(count, int((end - begin) / 0.3) - 1 - pivots_in - pivots_out))
    tau = (end - begin) / (count + 1 + pivots_in + pivots_out)
    t = begin
    if pivots_in:
        _pivot(plan, now, turn_in, pivots_in, t, tau, finish=False)
        t += pivots_in * tau
    share = np.ones(count)
    if count >= 3:
        share[0] = share[-1] = 0.62 if run else 0.78
        if run:
            # Nobody stops a run in one step: the last two are shorter each than the one before.
            share[-2:] = 0.85, 0.55
    prints = np.cumsum(share) / share.sum() * total
    side = _first_foot(plan, now, first)
    at, stride = 0.0, min(1.0, total / count / 0.6)
    # What a runner's leg can reach limits how long its foot is down: the faster, the more of a step is flight.
    down = min(0.66, 0.56 * gait.run / (total / share.sum()))
    for k, s in enumerate(prints):
        landing = t + (k + 1) * tau
        here, yaw = _point(points, along, s), _heading(points, along, s) + flip
        before = _point(points, along, at)
        turn = _wrap(yaw - now.yaw)
        if k == count - 1:
            turn += turn_out * (0.45 if not pivots_out else 0.3)
        now.yaw += turn
        width = (gait.width * (0.4 if run else 1.0)) if k < count - 1 else plan.lower
        # A walking foot is in the air for less than a step's time, a running one for longer: nothing holds the body then.
        air = 0.76 if not run else 0.95 if k == 0 else 2.0 - down
        place = _beside(here, now.yaw, SIGN[side] * width, 0.0)
        lift = max(landing - air * tau, t - 0.05)
        gallop = (0.6 if k in (0, count - 1) else 1.0) if run else 0.0
        yaw_out = now.yaw + SIGN[side] * (2 if run else 6)
        plan.steps.append(Step(side, lift, landing, place, yaw_out, min(1.0, stride * share[k]), gallop))
        by = (here[0] - before[0], here[1] - before[1], here[2] - before[2])
        # A runner's foot lands nearly under the body, a walker's half a step before it.
        early = 0.0 if not run else (0.5 - 0.4 * down) * tau
        plan.shifts.append(Shift(max(landing - tau - early, begin), landing + tau - early, by, turn))
        at, side = s, _other(side)
    now.place = _point(points, along, total)
    t += (count + 1) * tau
    rest = _wrap(act.yaw - now.yaw)
    part = rest if not pivots_out else rest / (pivots_out + 1)
    now.yaw += part
    # The closing step: the second of the two in which a walk settles.
    place = _beside(now.place, now.yaw, SIGN[side] * plan.lower, -0.015)
    plan.steps.append(Step(side, t - (1.2 if run else 0.72) * tau, t, place, now.yaw + SIGN[side] * 8, 0.25))
    plan.shifts.append(Shift(t - tau, t + 0.4 * tau, (0.0, 0.0, 0.0), part))
    if pivots_out:
        _pivot(plan, now, _wrap(act.yaw - now.yaw), pivots_out, t, tau, finish=True)


def _turn(plan: Plan, now: _Now, yaw: float, begin: float, end: float) -> None:
    turn = _wrap(yaw - now.yaw)
    if abs(turn) < 3:
        return
    count = max(2, ceil(abs(turn) / 62))
    _pivot(plan, now, turn, count, begin, (end - begin) / (count + 0.35), finish=True)


def _pivot(plan: Plan, now: _Now, turn: float, count: int, t: float, tau: float, finish: bool) -> None:
    """Steps on the spot; the foot on the inside of the turn opens it, both feet end under the body."""
    side = "L" if turn > 0 else "R"
    if plan.steps and t - plan.steps[-1].land < 0.4:
        side = _other(plan.steps[-1].side)
    for k in range(count):
        last = k >= count - 2 and finish
        goal = turn * min(1.0, (k + 1) / max(count - 1, 1)) if finish else turn * (k + 1) / count
        by = turn / count
        landing = t + (k + 1) * tau
        foot_yaw = now.yaw + (goal if last or not finish else min(abs(goal), abs(turn)) * (1 if turn > 0 else -1))
        place = _beside(now.place, foot_yaw, SIGN[side] * plan.lower, 0.01)
        plan.steps.append(Step(side, landing - 0.74 * tau, landing, place, foot_yaw + SIGN[side] * 8, 0.0))
        plan.shifts.append(Shift(landing - 1.05 * tau, landing + 0.35 * tau, (0.0, 0.0, 0.0), by))
        side = _other(side)
    now.yaw += turn


def _sit(plan: Plan, now: _Now, act: Act, begin: float, end: float, reach: float) -> None:
    goal = {"kneel": Posture.KNEEL, "lie": Posture.LIE}.get(act.style, Posture.SIT)
    seat = act.path[0] if act.path else now.place
    if now.posture is goal:
        return
    if goal is Posture.SIT:
        stand = _beside(seat, act.yaw, 0.0, reach)
        far = hypot(stand[0] - now.place[0], stand[2] - now.place[2])
        turn = _wrap(act.yaw - now.yaw)
        if now.posture is Posture.STAND and (far > 0.07 or abs(turn) > 12):
            count = max(2, ceil(abs(turn) / 80) + 1, ceil(far / 0.4) + 1)
            until = begin + (end - begin) * min(0.55, 0.2 * count)
            _shuffle(plan, now, stand, turn, count, begin, until)
            begin = until - 0.08
        plan.seats.append((begin, act.value if act.value > 0.1 else 0.45))
        by = (seat[0] - now.place[0], seat[1] - now.place[1], seat[2] - now.place[2])
        plan.shifts.append(Shift(begin, begin + (end - begin) * 0.9, by, _wrap(act.yaw - now.yaw)))
        now.place, now.yaw = seat, now.yaw + _wrap(act.yaw - now.yaw)
    plan.changes.append(Change(goal, begin, end, 1.0))
    if now.posture is not Posture.STAND:
        plan.changes.append(Change(now.posture, begin, end, -1.0))
    now.posture = goal


def _stand(plan: Plan, now: _Now, act: Act, begin: float, end: float, half: float) -> None:
    if now.posture is Posture.STAND:
        return
    if now.posture is Posture.SIT:
        left, right = plan.footprint("L")[0], plan.footprint("R")[0]
        spot = ((left[0] + right[0]) / 2, now.place[1], (left[2] + right[2]) / 2)
        by = (spot[0] - now.place[0], act.path[-1][1] - now.place[1] if act.path else 0.0, spot[2] - now.place[2])
        plan.shifts.append(Shift(begin, begin + (end - begin) * 0.95, by, 0.0))
        now.place = (spot[0], now.place[1] + by[1], spot[2])
    plan.changes.append(Change(now.posture, begin, end, -1.0))
    now.posture = Posture.STAND


def _aboard(plan: Plan, act: Act) -> Act:
    """The act as seen from what has carried the body so far."""
    if not plan.rides or not (act.path or act.yaw):
        return act
    far = np.sum([points[-1] - points[0] for _, _, points, _ in plan.rides], axis=0)
    turned = sum(turn for _, _, _, turn in plan.rides)
    x, y, z = (float(v) for v in far)
    return replace(act, path=tuple((p[0] - x, p[1] - y, p[2] - z) for p in act.path), yaw=act.yaw - turned)


def _ride(plan: Plan, now: _Now, act: Act, begin: float, end: float) -> None:
    """What is planned goes on in the space of what carries the body; only that space moves."""
    points = np.array((now.place, *act.path), np.float64)
    plan.rides.append((begin, end, points, _wrap(act.yaw - now.yaw)))


def _shuffle(plan: Plan, now: _Now, goal: Vec3, turn: float, count: int, begin: float, end: float) -> None:
    """A few small steps that end with both feet under ``goal``."""
    tau = (end - begin) / count
    side = "L" if turn > 0 else "R"
    start, yaw = now.place, now.yaw
    for k in range(count):
        u = min(1.0, (k + 1) / (count - 1))
        here = (
            start[0] + (goal[0] - start[0]) * u,
            start[1] + (goal[1] - start[1]) * u,
            start[2] + (goal[2] - start[2]) * u,
        )
        place = _beside(here, yaw + turn * u, SIGN[side] * plan.lower, 0.01)
        landing = begin + (k + 1) * tau
        plan.steps.append(Step(side, landing - 0.76 * tau, landing, place, yaw + turn * u + SIGN[side] * 8, 0.15))
        by = ((goal[0] - start[0]) / count, (goal[1] - start[1]) / count, (goal[2] - start[2]) / count)
        plan.shifts.append(Shift(landing - 1.1 * tau, landing + 0.4 * tau, by, turn / count))
        side = _other(side)
    now.place, now.yaw = goal, yaw + turn


def _first_foot(plan: Plan, now: _Now, heading: float) -> str:
    """The foot that stands further back leaves first; a foot that landed last rests."""
    if plan.steps:
        return _other(plan.steps[-1].side)
    d = (sin(radians(heading)), cos(radians(heading)))
    behind = {s: plan.feet[s][0][0] * d[0] + plan.feet[s][0][2] * d[1] for s in "LR"}
    return "L" if behind["L"] < behind["R"] else "R"


def _knee_reach(skeleton: Skeleton) -> float:
    """How far the ankles of a seated body stand in front of its seat point."""
    return skeleton.legs["L"].upper_length * 0.93


def _other(side: str) -> str:
    return "R" if side == "L" else "L"


def _beside(place: Vec3, yaw: float, left: float, ahead: float) -> Vec3:
    a = radians(yaw)
    return (place[0] + left * cos(a) + ahead * sin(a), place[1], place[2] - left * sin(a) + ahead * cos(a))


def _wrap(degrees_: float) -> float:
    return (degrees_ + 180.0) % 360.0 - 180.0


def _rounded(points: tuple[Vec3, ...]) -> F64:
    """The path with its corners cut (Chaikin 1974, twice); ends stay."""
    p = np.array(points, np.float64)
    for _ in range(2):
        if len(p) > 2:
            q, r = p[:-1] * 0.75 + p[1:] * 0.25, p[:-1] * 0.25 + p[1:] * 0.75
            p = np.concatenate([p[:1], np.stack([q, r], 1).reshape(-1, 3)[1:-1], p[-1:]])
    return p


def _lengths(points: F64) -> F64:
    return np.concatenate([[0.0], np.cumsum(np.hypot(*(np.diff(points, axis=0)[:, [0, 2]].T)))])


def _point(points: F64, along: F64, s: float) -> Vec3:
    x, y, z = (float(np.interp(s, along, points[:, i])) for i in range(3))
    return (x, y, z)


def _heading(points: F64, along: F64, s: float) -> float:
    a, b = _point(points, along, max(s - 0.12, 0.0)), _point(points, along, min(s + 0.12, along[-1]))
    return degrees(atan2(b[0] - a[0], b[2] - a[2]))
