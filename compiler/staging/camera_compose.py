"""Composition: what a shot frames, from where, and where in the picture it lies, for one moment of the blocking.

Sizes are body fractions, eyes lie near the upper third, faces get room to look into, and one side of the line is kept.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from compiler.meaning.film import Height, MoveKind, Relation, Shot, Side, Size
from compiler.staging.blocking import Body, Stage
from compiler.staging.camera_view import OPEN, Composed, View, scene_line, size_of
from compiler.staging.framing import Spot, Wish, find_spot, side_of
from compiler.staging.lens import FRAMING, Framing, Lensed, aim, back_off, basis, gate_height, project
from compiler.staging.model import Posture, Vec3
from compiler.staging.places import Mark
from compiler.staging.space import add, distance, dot, flat, heading, sub, turn, unit, yaw_to

_LIFT = {
    Height.EYE: 0.0,
    Height.LOW: -15.0,
    Height.HIGH: 22.0,
    Height.ABOVE: 38.0,
    Height.BELOW: -26.0,
    Height.OVERHEAD: 84.0,
}
_AZIMUTH = {Side.FRONT: 8.0, Side.THREE_QUARTER: 40.0, Side.PROFILE: 86.0, Side.BEHIND: 160.0}
_WHOLE = (*OPEN, Size.FULL, Size.COWBOY)
"""Sizes for which a camera may go all the way round; nearer than that, a face is wanted."""
_DEFAULT_AZIMUTH = {
    Size.EXTREME_CLOSE_UP: 24.0,
    Size.CLOSE_UP: 32.0,
    Size.MEDIUM_CLOSE_UP: 35.0,
    Size.MEDIUM: 38.0,
    Size.COWBOY: 40.0,
}


def moment(shot: Shot, view: View) -> Fraction:
    """When a shot is composed: as its first speech begins, else in its subjects' longest rest, the later of equals.

    Who is on the move for most of a shot is composed half way.
    """
    end = view.start + Fraction(view.seconds)
    if view.talk_at is not None and view.start <= view.talk_at < end:
        return view.talk_at
    names = [n for n in shot.subjects if n in view.stage.bodies] or list(view.stage.bodies)
    near = float(view.start) - 1.0, float(end) + 1.0
    moving = sorted((d.start, d.end) for n in names for d in view.stage.bodies[n].did.moves.between(*near))
    rests, free = [], view.start
    for begins, ends in [*moving, (end, end)]:
        begins, ends = min(max(begins, view.start), end), min(max(ends, view.start), end)
        if begins > free:
            rests.append((free, begins))
        free = max(free, ends)
    walks = [(max(b, view.start), min(e, end)) for b, e in moving if b < end and e > view.start]
    longest = max(walks, key=lambda w: (w[1] - w[0], -w[0]), default=None)
    on_the_move = longest is not None and longest[1] - longest[0] > (end - view.start) * Fraction(3, 5)
    if longest is not None and on_the_move and all(e - b < Fraction(3, 4) for b, e in rests):
        return (longest[0] + longest[1]) / 2
    if not rests:
        return end
    first, last = max(rests, key=lambda r: (min(r[1] - r[0], Fraction(3)), r[0]))
    return first + (last - first) / 2


def compose(shot: Shot, view: View, at: Fraction) -> Composed:
    stage = view.stage
    people = list({b.name: b for b in (stage.body(n) for n in shot.subjects) if b is not None}.values())
    if shot.relation in (Relation.TWO_SHOT, Relation.GROUP) and not shot.subjects:
        people = [b for b in stage.bodies.values() if stage.here(b, at)]
        people = people[:2] if shot.relation is Relation.TWO_SHOT else people
    if shot.relation is Relation.GROUP:
        shot = replace(shot, relation=Relation.TWO_SHOT)
    if shot.relation is Relation.POV and people:
        return _pov(shot, view, at, people)
    if shot.relation is Relation.OVER_SHOULDER and people:
        return _over_shoulder(shot, view, at, people[0], *_beyond_shoulder(shot, view, people, at))
    named = [n for n in shot.subjects if stage.body(n) is None]
    things = [m for m in (_mark(view, n, at) for n in named) if m is not None]
    crowd = [p for n in named for p in view.crowd_at(n, at)]
    if len(people) == 1 and not things and not crowd:
        part = _part(shot, stage, people[0], at)
        if part is not None:
            return _thing(shot, view, at, part)
    if crowd:
        return _group(shot, view, at, people, [stage.eyes(b, at) for b in people] + crowd)
    if len(people) > 1 or (people and things):
        points = [stage.eyes(b, at) for b in people] + [m.point or m.position for m in things]
        return _group(shot, view, at, people, points)
    if people:
        return _person(shot, view, at, people[0])
    if things:
        moving = next((n for n in named if view.mark_at(n, at) is not None), "")
        return replace(_thing(shot, view, at, things[0]), moving=moving, travels=bool(moving))
    return _place(shot, view, at)


def _mark(view: View, name: str, at: Fraction) -> Mark | None:
    """A thing as it is at a time: where it has got to, else where the set has it."""
    return view.mark_at(name, at) or view.stage.mark(name)


_PARTS = {
    "hand": (0.0, -0.62, 0.3), "hands": (0.0, -0.62, 0.34), "fingers": (0.0, -0.62, 0.2), "eyes": (0.0, 0.0, 0.16),
    "eye": (0.0, 0.0, 0.1), "mouth": (0.0, -0.075, 0.14), "lips": (0.0, -0.075, 0.12), "face": (0.0, -0.02, 0.3),
    "feet": (0.05, -1.5, 0.36), "foot": (0.05, -1.5, 0.3), "shoes": (0.05, -1.5, 0.36), "boots": (0.05, -1.45, 0.42),
    "neck": (0.0, -0.2, 0.22), "back": (-0.1, -0.45, 0.6), "chest": (0.0, -0.38, 0.45), "knees": (0.08, -1.1, 0.5),
}  # fmt: skip
"""Parts of a body: how far before and above the eyes of somebody of 1.7 m who stands, and what of it fills an insert."""


def _part(shot: Shot, stage: Stage, body: Body, at: Fraction) -> Mark | None:
    """The part of a person an insert frames: the one it names, else what their hand is on, else their hands."""
    part = shot.detail.split()[-1] if shot.detail else ""
    if part in ("eyes", "eye", "face", "mouth", "lips") and size_of(shot) is not Size.INSERT:
        return None
    if not part and size_of(shot) is not Size.INSERT:
        return None
    if part in ("", "hand", "hands", "fingers") and (held := _hands(stage, body, at)) is not None:
        return held
    ahead, up, size = _PARTS.get(part or "hands", _PARTS["hands"])
    eyes, stance, k = stage.eyes(body, at), stage.stance_at(body, at), body.person.height / 1.7
    point = add(
        add(eyes, heading(stance.yaw), ahead + (0.22 if size >= 0.3 and -0.8 < up < -0.5 else 0.0)), (0.0, up * k, 0.0)
    )
    low = stage.floor.ground(point[0], point[2]) + 0.06
    point = (point[0], max(point[1], low), point[2])
    return Mark(part or "hands", stance.position, stance.yaw, "look", 0.0, point, (size, size * 0.62, size))


def _person(shot: Shot, view: View, at: Fraction, body: Body) -> Composed:
    stage, size = view.stage, size_of(shot)
    frame = FRAMING[size]
    eyes = stage.eyes(body, at)
    stance = stage.stance_at(body, at)
    scale = body.person.height / 1.7
    height = frame.height * scale
    if stance.posture is not Posture.STAND and size in (Size.FULL, Size.COWBOY, Size.WIDE):
        height *= 0.82
    focal = shot.lens.focal_mm or frame.focal_mm
    # Whoever is followed on their way is seen along it, wherever they look; all else is the face's.
    along = any(m.kind is MoveKind.FOLLOW for m in shot.moves)
    look = stance.yaw if along else stage.face_yaw(body, stance, at)
    base, sides = _azimuths(shot, size, look, stage, at, eyes)
    wish = Wish(
        eyes,
        base,
        back_off(height, focal, view.aspect),
        focal,
        min(frame.shortest_mm, focal),
        _LIFT[shot.height],
        _height_of(shot, size, eyes, stage),
        shot.lens.focal_mm is not None,
        24.0 if shot.side is not None else 96.0 if size in _WHOLE else 64.0,
        (body.name,),
        sides,
        _line_for(stage, at, shot),
        tolerance=9.0 if size in OPEN else 1.4,
    )
    spot = find_spot(wish, stage, at)
    u, v = _lead(frame, look, spot.position, eyes), frame.eye_line
    if shot.height is Height.OVERHEAD:
        v = 0.5
    return Composed(eyes, u, v, spot, body, body.name, travels=size not in (Size.EXTREME_WIDE,))


def _azimuths(
    shot: Shot, size: Size, look: float, stage: Stage, at: Fraction, eyes: Vec3
) -> tuple[float, tuple[float, ...]]:
    """The wanted camera yaw and its equals: left and right are the person's own."""
    match shot.side:
        case Side.LEFT:
            return turn(look + 62.0), ()
        case Side.RIGHT:
            return turn(look - 62.0), ()
        case None:
            angle = _DEFAULT_AZIMUTH.get(size, 42.0)
        case side:
            angle = _AZIMUTH[side]
    return turn(look + angle), (turn(look - angle),)


def _line_for(stage: Stage, at: Fraction, shot: Shot) -> tuple[Vec3, Vec3, float] | None:
    people = tuple(b for b in (stage.body(n) for n in shot.subjects) if b is not None)
    return None if shot.side in (Side.LEFT, Side.RIGHT, Side.BEHIND) else scene_line(stage, at, people)


def _height_of(shot: Shot, size: Size, eyes: Vec3, stage: Stage) -> float | None:
    """At eye level wide shots stand a little lower than the eyes, close ones on them."""
    if shot.height is not Height.EYE:
        return None
    ground = stage.floor.ground(eyes[0], eyes[2])
    level = eyes[1] - ground
    drop = {Size.EXTREME_WIDE: -0.1, Size.WIDE: 0.12, Size.FULL: 0.35, Size.COWBOY: 0.22, Size.MEDIUM: 0.08}.get(
        size, 0.02
    )
    return max(0.4, level - drop)


def _lead(frame: Framing, look: float, camera: Vec3, point: Vec3) -> float:
    """u of the eyes: moved away from where the face looks, in proportion to how far it is in profile."""
    right, _, _ = basis(sub(point, camera))
    return 0.5 - frame.lead * dot(heading(look), right)


def _beyond_shoulder(shot: Shot, view: View, people: list[Body], at: Fraction) -> tuple[Vec3, Body | None, float]:
    """(point, person, metres of picture height at a close-up's scale 1): what is seen past the first one's shoulder."""
    stage = view.stage
    owner = people[0]
    mark = next(
        (m for m in (_mark(view, n, at) for n in shot.subjects if stage.body(n) is None) if m is not None), None
    )
    if len(people) == 1 and mark is not None:
        return mark.point or mark.position, None, max(mark.size[1], 0.2) / 0.3
    others = people[1:] or [b for b in stage.bodies.values() if b is not owner and stage.here(b, at)]
    if others:
        seen = min(others, key=lambda b: (flat(stage.eyes(b, at), stage.eyes(owner, at)), b.name))
        return stage.eyes(seen, at), seen, 0.0
    eyes = stage.eyes(owner, at)
    return stage.gaze(owner, at) or add(eyes, heading(stage.stance_at(owner, at).yaw), 2.5), None, 1.0


def _over_shoulder(
    shot: Shot, view: View, at: Fraction, owner: Body, eyes: Vec3, seen: Body | None, extent: float
) -> Composed:
    """Past the first person's shoulder to ``eyes`` (a face, or the point of a thing).

    Of somebody who has turned their back on the other there is nothing to see that way: then both are seen.
    """
    stage = view.stage
    if seen is not None and seen is not owner:
        look = stage.face_yaw(seen, stage.stance_at(seen, at), at)
        if abs(turn(look - yaw_to(eyes, stage.eyes(owner, at)))) > 112.0:
            both = [owner, seen]
            return _group(replace(shot, relation=Relation.TWO_SHOT), view, at, both, [stage.eyes(b, at) for b in both])
    size = shot.size or Size.MEDIUM
    frame = FRAMING[size]
    near = stage.eyes(owner, at)
    away = unit((near[0] - eyes[0], 0.0, near[2] - eyes[2]))
    line = scene_line(stage, at, (owner,) if seen is None else (owner, seen))
    across = heading(yaw_to(eyes, near) + 90.0)
    side = 1.0
    if line is not None and side_of(line[0], line[1], add(near, across)) * line[2] < 0:
        side = -1.0
    # Past somebody who stands over the one seen, further out and higher: else a back fills the frame.
    over = 0.14 if eyes[1] < near[1] - 0.25 else 0.0
    options: list[tuple[int, int, int, Vec3, float]] = []
    for back, out in ((0.8, 0.3), (0.65, 0.28), (0.95, 0.34), (0.5, 0.34), (0.35, 0.5), (0.5, 0.75)):
        for s in (side, -side):
            # The nearer the two, the further out: the line of sight must clear the head in front.
            clear_of = 0.2 * (1.0 + back / max(flat(near, eyes), 0.3))
            p = add(add(near, away, back), across, s * (max(out, clear_of) + over))
            clear = stage.floor.inside(p, 0.2) and not any(
                abs(p[0] - b.x) < b.half_x + 0.15 and abs(p[2] - b.z) < b.half_z + 0.15 and b.top > p[1] - 0.1
                for b in stage.floor.things
            )
            options.append((0 if clear else 1, 0 if s == side else 1, len(options), p, s))
    _, _, _, p, s = min(options)
    p = (
        p[0],
        near[1] + 0.04 + over + 0.5 * math.tan(math.radians(_LIFT[shot.height])) * (shot.height is not Height.OVERHEAD),
        p[2],
    )
    far = distance(p, eyes)
    want = frame.height * seen.person.height / 1.7 if seen else max(extent, frame.height * 0.6)
    focal = shot.lens.focal_mm or max(28.0, min(85.0, far / want * gate_height(view.aspect)))
    right, _, _ = basis(sub(eyes, p))
    shoulder = dot(sub(near, p), right)
    # The shoulder belongs to the edge of the frame; the face takes what room that leaves it.
    sign = 1.0 if shoulder > 0 else -1.0
    centred = Lensed(p, eyes, focal)
    apart = abs(project(centred, near, view.aspect)[0] - 0.5)
    u = 0.5 + sign * max(-0.2, min(0.04, 0.37 - apart))
    return Composed(
        eyes, u, frame.eye_line if seen else 0.5, Spot(p, focal, True), seen, seen.name if seen else "", eyes
    )


def _pov(shot: Shot, view: View, at: Fraction, people: list[Body]) -> Composed:
    stage, owner = view.stage, people[0]
    eyes = stage.eyes(owner, at)
    seen = people[1] if len(people) > 1 else None
    mark = next((m for m in (_mark(view, n, at) for n in shot.subjects[1:]) if m is not None), None)
    point = stage.eyes(seen, at) if seen else (mark.point if mark else None) or stage.gaze(owner, at)
    if point is None:
        point = add(eyes, heading(stage.stance_at(owner, at).yaw), 2.5)
    focal = shot.lens.focal_mm or (35.0 if shot.size is None else min(85.0, FRAMING[shot.size].focal_mm))
    name = (
        seen.name
        if seen
        else next(
            (b.name for b in stage.bodies.values() if b is not owner and distance(stage.eyes(b, at), point) < 0.3), ""
        )
    )
    return Composed(point, 0.5, 0.42, Spot(eyes, focal, True), seen, name, point, (owner.name,))


def _group(shot: Shot, view: View, at: Fraction, people: list[Body], points: list[Vec3]) -> Composed:
    """Two or more: seen across the line between them, all of them in frame."""
    stage = view.stage
    size = shot.size or (Size.MEDIUM if shot.relation is Relation.TWO_SHOT else Size.WIDE)
    frame = FRAMING[size]
    low = [min(p[i] for p in points) for i in range(3)]
    high = [max(p[i] for p in points) for i in range(3)]
    centre = ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2)
    spread = max(flat(a, b) for a in points for b in points)
    height = max(frame.height, (spread + 0.7) / view.aspect, (high[1] - low[1]) / 0.45)
    focal = shot.lens.focal_mm or min(frame.focal_mm, 50.0)
    line = scene_line(stage, at, tuple(people))
    ends = max(((a, b) for a in points for b in points), key=lambda ab: flat(*ab))
    base, sides = _across(shot, stage, at, people, yaw_to(ends[0], ends[1]) + 90.0, line)
    if shot.side is Side.BEHIND and line is not None:
        line = (line[0], line[1], -line[2])
    elif (
        shot.relation is Relation.TWO_SHOT and shot.side is None and len(sides) == 1 and abs(turn(base - sides[0])) < 90
    ):
        line = None  # side by side they have a front, whichever side of them it is
    wish = Wish(
        centre,
        turn(base),
        back_off(height, focal, view.aspect),
        focal,
        min(20.0, focal),
        _LIFT[shot.height],
        _height_of(shot, size, centre, stage),
        shot.lens.focal_mm is not None,
        64.0 if shot.side is None else 24.0,
        tuple(b.name for b in people),
        sides,
        None if shot.side in (Side.LEFT, Side.RIGHT) else line,
        tolerance=9.0 if size in OPEN else 1.4,
    )
    spot = find_spot(wish, stage, at)
    nearest = min(people, key=lambda b: (round(distance(stage.eyes(b, at), spot.position), 2), b.name), default=None)
    focus = view.speaker if view.speaker in [b.name for b in people] else nearest.name if nearest else ""
    u, v, spot = _all_in(spot, centre, points, frame.eye_line, shot.lens.focal_mm is not None, view.aspect)
    return Composed(centre, u, v, spot, None, focus, centre)


def _all_in(
    spot: Spot, centre: Vec3, points: list[Vec3], eye_line: float, fixed: bool, aspect: float
) -> tuple[float, float, Spot]:
    """Where ``centre`` lies and with which lens, so that every head is in the picture: near ones reach further out.

    What is in already stays where it is; a written lens is kept.
    """
    heads = [(add(p, (0.0, 0.14, 0.0)), p) for p in points]

    def seen(focal: float) -> list[tuple[float, float]]:
        camera = Lensed(spot.position, aim(spot.position, centre, 0.5, eye_line, focal, aspect), focal)
        return [project(camera, crown, aspect)[:2] for crown, _ in heads]

    focal = spot.focal_mm
    for _ in range(8):
        us, vs = [u for u, _ in seen(focal)], [v for _, v in seen(focal)]
        wide = max(us) - min(us) > 0.86 or max(vs) - min(vs) > 0.6
        if fixed or focal <= 17.0 or not wide or not all(map(math.isfinite, (*us, *vs))):
            break
        focal *= 0.93
    left, right, top = max(0.0, 0.06 - min(us)), max(0.0, max(us) - 0.94), max(0.0, 0.03 - min(vs))
    if not all(map(math.isfinite, (left, right, top))):
        return 0.5, eye_line, spot
    return (
        0.5 + (left if not right else 0.0) - (right if not left else 0.0),
        eye_line + min(top, 0.3),
        replace(spot, focal_mm=focal),
    )


def _across(
    shot: Shot, stage: Stage, at: Fraction, people: list[Body], base: float, line: tuple[Vec3, Vec3, float] | None
) -> tuple[float, tuple[float, ...]]:
    """From where several are seen, and equals of it: across them, or as far round as the shot says.

    People who face the same way have a front and a back; of people who face each other ``behind`` is the other side of
    the line. Left and right are the first one's own.
    """
    looks = [heading(stage.face_yaw(b, stage.stance_at(b, at), at)) for b in people]
    if not looks:
        return turn(base), (turn(base + 180.0),) if line is None else ()
    if len(people) == 1 and dot(heading(base), looks[0]) < 0:
        base += 180.0
    if shot.side in (Side.LEFT, Side.RIGHT):
        first = stage.face_yaw(people[0], stage.stance_at(people[0], at), at)
        return turn(first + (62.0 if shot.side is Side.LEFT else -62.0)), ()
    # Bodies, not faces, say whether people stand side by side: faces turn to whoever speaks.
    bodies = [heading(stage.stance_at(b, at).yaw) for b in people]
    way = (sum(w[0] for w in bodies), 0.0, sum(w[2] for w in bodies))
    together = math.hypot(way[0], way[2]) / len(bodies)
    if together > 0.75 and len(people) > 1 and shot.side is None and shot.relation is Relation.TWO_SHOT:
        front = math.degrees(math.atan2(way[0], way[2]))
        return turn(front + 20.0), (turn(front - 20.0),)
    if shot.side is not None and together > 0.6:
        front = math.degrees(math.atan2(way[0], way[2]))
        angle = 180.0 if shot.side is Side.BEHIND else _AZIMUTH[shot.side]
        return turn(front + angle), (turn(front - angle),)
    return turn(base), (turn(base + 180.0),) if len(people) > 1 or line is None else ()


def _hands(stage: Stage, body: Body, at: Fraction) -> Mark | None:
    """What a person's hand is on, as a thing to frame."""
    reaches = [d for d in body.did.reaches.items if d.act.target is not None and d.start <= at + 1]
    if not reaches:
        return None
    last = max(reaches, key=lambda d: d.begin)
    return Mark("hands", stage.stance_at(body, at).position, 0.0, "touch", 0.0, last.act.target, (0.3, 0.22, 0.3))


def _thing(shot: Shot, view: View, at: Fraction, mark: Mark) -> Composed:
    """A piece of the set: near and a little from above for an insert, from where one stands before it otherwise."""
    stage, size = view.stage, shot.size or Size.INSERT
    frame = FRAMING[size]
    point = mark.point or add(mark.position, (0.0, 1.2, 0.0))
    extent = max(mark.size)
    if flat(point, mark.position) > 25.0 or extent > 25.0:
        return _vista(shot, view, at, mark, point)
    if size in (Size.INSERT, Size.CLOSE_UP, Size.EXTREME_CLOSE_UP):
        share = {Size.INSERT: 0.62, Size.CLOSE_UP: 0.78, Size.EXTREME_CLOSE_UP: 1.25}[size]
        height = max(mark.size[1], mark.size[0] / view.aspect * 1.3, 0.1) / share
        lift = 14.0 if shot.height is Height.EYE else _LIFT[shot.height]
    else:
        height = max(frame.height, mark.size[1] * 1.25, mark.size[0] / view.aspect * 1.2)
        lift = 4.0 if shot.height is Height.EYE else _LIFT[shot.height]
    focal = shot.lens.focal_mm or frame.focal_mm
    stand = yaw_to(point, mark.position) if flat(point, mark.position) > 0.05 else mark.yaw
    base = turn(stand + 28.0)
    beholder = next((b for n, b in sorted(stage.bodies.items()) if stage.here(b, at)), None)
    if beholder is not None and flat(stage.eyes(beholder, at), point) < 3.0:
        base = turn(yaw_to(point, stage.eyes(beholder, at)) + 62.0)  # beside whoever is near, not through them
        stand = turn(base - 124.0)
    sides: tuple[float, ...] = (turn(stand - 28.0) if beholder is None else stand,)
    sea = stage.placed.marks.get("sea")
    u = 0.5
    if size in OPEN and sea is not None and sea.point is not None and shot.side is None:
        # A landmark by the sea is seen along the shore, off centre, with the water beside it.
        shore = yaw_to(point, sea.point)
        front = yaw_to(point, mark.position)
        base = min((turn(shore + 80.0), turn(shore - 80.0)), key=lambda yaw: (abs(turn(yaw - front)), yaw))
        sides = ()
        lift = lift if shot.height is not Height.EYE else 1.5
        u = 0.64
    wish = Wish(
        point,
        base,
        max(back_off(height, focal, view.aspect), 0.35),
        focal,
        min(frame.shortest_mm, focal),
        lift,
        None,
        shot.lens.focal_mm is not None,
        56.0 if u == 0.5 else 0.0,
        (),
        sides,
        light=u != 0.5,
        tolerance=2.5,
    )
    spot = find_spot(wish, stage, at)
    if u != 0.5 and sea is not None and sea.point is not None:
        right, _, _ = basis(sub(point, spot.position))
        u = 0.36 if dot(right, sub(sea.point, point)) > 0 else 0.64
    return Composed(point, u, 0.52, spot, None, "", point)


def _vista(shot: Shot, view: View, at: Fraction, mark: Mark, point: Vec3) -> Composed:
    """Something as far or as large as a landscape: horizon on a third, from behind the place to look from."""
    way = unit((point[0] - mark.position[0], 0.0, point[2] - mark.position[2]))
    back = {Size.EXTREME_WIDE: 9.0, Size.WIDE: 5.0}.get(size_of(shot), 2.0)
    p = add(add(mark.position, way, -back), heading(yaw_to((0.0, 0.0, 0.0), way) + 90.0), 0.8)
    height = {Height.LOW: 0.5, Height.BELOW: 0.4, Height.HIGH: 4.0, Height.ABOVE: 7.0, Height.OVERHEAD: 12.0}.get(
        shot.height, 1.5
    )
    p = (p[0], view.stage.floor.ground(p[0], p[2]) + height, p[2])
    focal = shot.lens.focal_mm or FRAMING[size_of(shot)].focal_mm
    horizon = (p[0] + way[0] * 200.0, p[1], p[2] + way[2] * 200.0)
    return Composed(horizon, 0.5, 0.38, Spot(p, focal, True), None, "", add(p, way, 30.0))


def _place(shot: Shot, view: View, at: Fraction) -> Composed:
    """No subject: the place itself, and everybody in it."""
    stage = view.stage
    people = [b for _, b in sorted(stage.bodies.items()) if stage.here(b, at)]
    if len(people) > 1:
        return _group(
            shot if shot.size else replace(shot, size=Size.WIDE), view, at, people, [stage.eyes(b, at) for b in people]
        )
    if people:
        return _person(shot if shot.size else replace(shot, size=Size.WIDE), view, at, people[0])
    if not stage.placed.spec.interior:
        mark = next((stage.placed.marks[n] for n in ("sea", "horizon") if n in stage.placed.marks), None)
        built = [m for m in stage.placed.marks.values() if 2.5 < max(m.size) < 25.0]
        house = max(built, key=lambda m: (m.size[0] * m.size[1], m.name), default=None)
        if house is not None:
            return _thing(shot if shot.size else replace(shot, size=Size.WIDE), view, at, house)
        if mark is not None:
            return _vista(shot, view, at, mark, mark.point or add(mark.position, (0.0, 0.0, -50.0)))
    centre = stage.mark("table") or stage.mark("centre")
    point = (0.0, 1.1, 0.0) if centre is None else (centre.point or centre.position)
    point = (point[0] * 0.5, 1.1, point[2] * 0.5)
    frame = FRAMING[size_of(shot)]
    focal = shot.lens.focal_mm or frame.focal_mm
    shell = stage.placed.spec.shell
    base = 0.0 if shell.kind == "corridor" else 35.0
    wish = Wish(
        point,
        base,
        12.0,
        focal,
        min(focal, 20.0),
        _LIFT[shot.height],
        1.45 if shot.height is Height.EYE else None,
        False,
        80.0 if shell.kind != "corridor" else 0.0,
        (),
        (base + 180.0,) if shell.kind != "corridor" else (),
        light=True,
    )
    spot = find_spot(wish, stage, at)
    return Composed(point, 0.5, 0.55, Spot(spot.position, shot.lens.focal_mm or frame.focal_mm, True), None, "", point)
