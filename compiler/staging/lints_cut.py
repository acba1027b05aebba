"""What is wrong with a cut: two pictures too alike, the line crossed, eyes that do not meet, a way that turns round."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compiler.codes import W
from compiler.diagnostics import Report, Span
from compiler.meaning.film import Height, Relation, Shot, Size
from compiler.staging.blocking import Body, Stage
from compiler.staging.camera import Camera
from compiler.staging.camera_view import clear_side, scene_line
from compiler.staging.lens import GATE, Lensed, basis, in_frame
from compiler.staging.model import ActKind, Vec3
from compiler.staging.space import distance, dot, flat, sub, turn, unit, yaw_to

ALIKE = 1.2
"""How much larger one picture of a subject must be than another to be another size."""
ANGLE = 30.0
"""Degrees a camera must go round its subject for a cut that keeps the size."""
SAME = 10.0
"""Degrees within which it stands in the same place."""
_SIDEWAYS = 0.3
"""Part of a direction that must lie across the picture to be seen as leftward or rightward."""
_GOING = 0.45
"""The same for a way: nearly towards the camera or away from it, nobody goes left or right."""
_BEFORE = "the shot before it"


@dataclass(frozen=True, slots=True)
class Edge:
    """A shot where it meets a cut: its camera, stage and times on the scene's clock."""

    shot: Shot
    camera: Camera
    stage: Stage
    begin: Fraction
    end: Fraction
    inferred: bool

    def first(self) -> Lensed:
        return self.camera.ends()[0]

    def last(self) -> Lensed:
        return self.camera.ends()[1]

    def people(self) -> tuple[Body, ...]:
        """Subjects with bodies."""
        found = (self.stage.bodies.get(n) for n in self.shot.subjects)
        return tuple(b for b in found if b is not None)


def check_jump(a: Edge, b: Edge, report: Report) -> bool:
    """Two pictures of the same from nearly the same place, or from too near another one, at the same size."""
    if not b.shot.subjects or b.shot.subjects != a.shot.subjects or b.shot.relation is not a.shot.relation:
        return False
    if b.shot.key == f"{a.shot.key}/again" or b.shot.match or a.shot.detail != b.shot.detail:
        return False
    if Height.OVERHEAD in (a.shot.height, b.shot.height) and a.shot.height is not b.shot.height:
        return False
    old, new = a.last(), b.first()
    about, earlier = b.camera.point(), a.camera.point()
    ratio = _height(new, about) / max(_height(old, earlier), 1e-6)
    away = abs(turn(yaw_to(about, new.position) - yaw_to(earlier, old.position)))
    lift = abs(_pitch(new, about) - _pitch(old, earlier))
    if not 1 / ALIKE < ratio < ALIKE or max(away, lift) >= ANGLE:
        return False
    what = " and ".join(b.shot.subjects)
    notes = _note(a.shot.span, f"{_BEFORE} shows {what} like this already")
    if max(away, lift) < SAME:
        help_text = "change the size, the angle or the subject, or make one shot of the two"
        report(W.JUMP_CUT, b.shot.span, what=what, help=help_text, notes=notes)
    else:
        help_text = f"go {ANGLE:.0f}° round {what}, or change the size"
        report(W.THIRTY_DEGREES, b.shot.span, what=what, angle=f"{max(away, lift):.0f}", help=help_text, notes=notes)
    return True


def check_line(a: Edge, b: Edge, report: Report) -> bool:
    """A cut that takes the camera to the other side of the line between two people, one of its pictures showing both."""
    if _loose(a.shot) or _loose(b.shot) or len(a.stage.bodies) < 2:
        return False
    line = b.camera.line()
    if len(line) < 2 or set(a.camera.line()) != set(line):
        return False
    if not (_holds_both(a, a.last(), a.end) or _holds_both(b, b.first(), b.begin)):
        return False
    sides = _sides(a, b)
    if sides[0] * sides[1] >= 0:
        return False
    left, right = line[:2]
    help_text = (
        "place the camera on the other side, or cut to something neutral in between: an insert, a shot along the line, "
        "or a move that carries the camera across"
    )
    notes = _note(a.shot.span, f"{_BEFORE} is seen from the other side of {left} and {right}")
    report(W.LINE_CROSSED, b.shot.span, help=help_text, notes=notes)
    return True


def check_eyes(a: Edge, b: Edge, report: Report) -> bool:
    """Singles of two who look at each other and both look the same way on screen."""
    mine, theirs = a.people(), b.people()
    if len(mine) != 1 or len(theirs) != 1 or mine[0] is theirs[0] or _loose(a.shot) or _loose(b.shot):
        return False
    if not (_meets(a, mine[0], theirs[0], a.end) and _meets(b, theirs[0], mine[0], b.begin)):
        return False
    old = _across(a.last(), a.stage.eyes(mine[0], a.end), a.stage.eyes(theirs[0], a.end))
    new = _across(b.first(), b.stage.eyes(theirs[0], b.begin), b.stage.eyes(mine[0], b.begin))
    if old * new <= 0 or min(abs(old), abs(new)) < _SIDEWAYS:
        return False
    way = "right" if new > 0 else "left"
    one, two = mine[0].name, theirs[0].name
    help_text = f"see {two} from the side of the line that {one} is seen from, or show both of them first"
    notes = _note(a.shot.span, f"{one} looks to the {way} here")
    report(W.EYELINE, b.shot.span, one=one, two=two, way=way, help=help_text, notes=notes)
    return True


def check_direction(a: Edge, b: Edge, report: Report) -> bool:
    """Somebody who goes on walking, but the other way across the screen."""
    for body in a.people():
        if body.name not in b.shot.subjects:
            continue
        way = _walking(body, a.end)
        if way is None or _walking(body, b.begin) is None:
            continue
        old, new = (dot(way, basis(sub(c.target, c.position))[0]) for c in (a.last(), b.first()))
        if old * new < 0 and min(abs(old), abs(new)) > _GOING:
            before, after = ("right", "left") if new < 0 else ("left", "right")
            help_text = f"see {body.name} from the same side of their way, or head-on in between"
            notes = _note(a.shot.span, f"{body.name} goes {before} here")
            report(
                W.SCREEN_DIRECTION, b.shot.span, who=body.name, before=before, after=after, help=help_text, notes=notes
            )
            return True
    return False


def _note(span: Span, text: str) -> tuple[tuple[Span, str], ...]:
    return ((span, text),) if span.end > span.start else ()


def _height(camera: Lensed, point: Vec3) -> float:
    """Metres of the subject's plane that fill the picture, up to a factor common to all of a film."""
    return max(distance(camera.position, point), 1e-3) / camera.focal_mm * GATE


def _pitch(camera: Lensed, point: Vec3) -> float:
    """Degrees a camera stands above what it looks at, roughly."""
    level = max(flat(camera.position, point), 1e-3)
    rise = (camera.position[1] - point[1]) / level
    return max(-80.0, min(80.0, rise * 57.3))


def _loose(shot: Shot) -> bool:
    """Shots that lie outside the line: no subject, on the line itself, from above, or of things."""
    return (
        not shot.subjects
        or shot.relation is Relation.POV
        or shot.height is Height.OVERHEAD
        or shot.size in (Size.INSERT, Size.EXTREME_WIDE)
    )


def _sides(a: Edge, b: Edge) -> tuple[int, int]:
    """The side of the line each camera is on at the cut; 0 near the line."""
    found = []
    for edge, camera, at in ((a, a.last(), a.end), (b, b.first(), b.begin)):
        pair = tuple(edge.stage.bodies[n] for n in b.camera.line() if n in edge.stage.bodies)
        line = scene_line(edge.stage, at, pair)
        found.append(0 if line is None else clear_side(line[0], line[1], camera.position))
    return found[0], found[1]


def _holds_both(edge: Edge, camera: Lensed, at: Fraction) -> bool:
    """Whether both people of the line are in the picture."""
    pair = [edge.stage.bodies[n] for n in edge.camera.line() if n in edge.stage.bodies]
    return (
        len(pair) == 2
        and all(edge.stage.here(b, at) for b in pair)
        and all(in_frame(camera, edge.stage.eyes(b, at), edge.camera.view.aspect, 0.05) for b in pair)
        and not any(b.name in edge.camera.hidden() for b in pair)
    )


def _meets(edge: Edge, body: Body, other: Body, at: Fraction) -> bool:
    """Whether somebody looks at somebody else, with their eyes or at least with their body."""
    gaze = edge.stage.gaze(body, at)
    if gaze is not None:
        return flat(gaze, edge.stage.eyes(other, at)) < 0.6
    stance = edge.stage.stance_at(body, at)
    where = edge.stage.stance_at(other, at).position
    return abs(turn(yaw_to(stance.position, where) - stance.yaw)) < 50.0


def _across(camera: Lensed, eyes: Vec3, seen: Vec3) -> float:
    """How far a look goes to the right of the picture, -1..1."""
    right, _, _ = basis(sub(camera.target, camera.position))
    return dot(unit((seen[0] - eyes[0], 0.0, seen[2] - eyes[2])), right)


def _walking(body: Body, at: Fraction) -> Vec3 | None:
    """The way somebody walks around a cut, as a unit floor vector; ``None`` when they stand."""
    now = float(at)
    moves = body.did.moves
    first, last = moves.around(now - 0.4, now + 0.4)
    before = moves.items[first - 1].after if first else body.start
    here = (before or body.start).position
    for did in moves.items[first:last]:
        if did.act.kind is ActKind.WALK and did.begin - 0.3 <= now <= did.finish + 0.3 and did.act.path:
            goal = did.act.path[-1]
            if flat(here, goal) > 0.4:
                return unit((goal[0] - here[0], 0.0, goal[2] - here[2]))
        if did.after is not None:
            here = did.after.position
    return None
