"""The camera: a shot's slots and the blocking under it become a solved track of keys in the shot's own seconds.

Composition first (``camera_compose`` says what is framed, ``framing`` finds the place), then movement about it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from compiler.meaning.film import Move, MoveKind, Relation, Shot, Size
from compiler.staging.blocking import Body
from compiler.staging.camera_compose import compose, moment
from compiler.staging.camera_view import OPEN, Composed, Solved, View, line_of, size_of
from compiler.staging.framing import Spot
from compiler.staging.history import FOREVER
from compiler.staging.lens import FRAMING, Lensed, aim, in_frame, project
from compiler.staging.model import CameraKey, CameraTrack, Vec3
from compiler.staging.movement import Filming, Ridden, at_time, eased, ends, move_camera, share_done
from compiler.staging.space import add, distance, mix, r4, v4

__all__ = ["Camera", "Composed", "Solved", "View"]

SQUEEZE = 5 / 9
"""An anamorphic lens frames as a spherical one of this part of its length: it uses the gate's whole height, 18.7 mm of it
for 10.4, and keeps the depth of field of its own length."""
_WHOLE = (*OPEN, Size.FULL, Size.COWBOY)
"""Sizes in which whoever stands before somebody belongs to the picture."""
_AIMS = (MoveKind.FOLLOW, MoveKind.MOUNTED)


@dataclass(frozen=True, slots=True)
class _Framed:
    """A shot composed: at which moment, of whom, and what its camera then does."""

    shot: Shot
    view: View
    at: Fraction
    composed: Composed
    film: Filming
    people: tuple[Body, ...]
    glides: bool
    """Whether it goes on from the shot before and arrives at a composition of its own."""


@dataclass(slots=True)
class Camera:
    """One shot's camera, composed when it is first asked about and moved when its way is asked for.

    ``before`` is the camera it may go on from. Never fails: what cannot be shown as asked is shown as nearly as the
    place allows.
    """

    shot: Shot
    view: View
    before: Camera | None = None
    _framed: _Framed | None = field(default=None, repr=False)
    _solved: Solved | None = field(default=None, repr=False)
    _ends: tuple[Lensed, Lensed] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not (self.shot.continues or self.shot.match):
            self.before = None

    def solved(self) -> Solved:
        """The whole track and what is known of it."""
        if self._solved is None:
            self._solved = _moved(self._composition())
        return self._solved

    def ends(self) -> tuple[Lensed, Lensed]:
        """The camera on the first and on the last frame of the shot."""
        if self._ends is None:
            framed = self._composition()
            if framed.glides:
                track = self.solved().track
                self._ends = at_time(track.keys, 0.0), at_time(track.keys, self.view.seconds)
            else:
                self._ends = ends(framed.film, framed.shot.moves, framed.shot.moves_then)
        return self._ends

    def fits(self) -> bool:
        """Whether the lens asked for can show the size asked for."""
        return self._composition().composed.spot.fits

    def share(self) -> float:
        """Part of the way of its written moves that the room lets it go."""
        framed = self._composition()
        return share_done(framed.film, framed.shot.moves, framed.shot.moves_then)

    def point(self) -> Vec3:
        """What it is composed on."""
        return self._composition().composed.point

    def line(self) -> tuple[str, ...]:
        """Whom the 180° line runs between."""
        framed = self._composition()
        return tuple(b.name for b in line_of(self.view.stage, framed.at, framed.people))

    def hidden(self) -> tuple[str, ...]:
        """People who are not in the picture: whose eyes it is, who stand in the way."""
        framed = self._composition()
        keys = self.solved().track.keys if _goes_sideways(framed.shot) else ()
        return (
            *framed.composed.hidden,
            *_stepped_aside(framed.shot, framed.composed, framed.view, framed.at, keys),
        )

    def _composition(self) -> _Framed:
        if self._framed is None:
            chain = [self.before] if self.before is not None else []
            while chain and (before := chain[-1].before) is not None:
                chain.append(before)
            for camera in reversed(chain):  # a shot may go on from one that goes on from another, and so on
                camera.solved()
            if self.before is not None:
                self.view, self.before = replace(self.view, before=self.before.solved()), None
            self._framed = _frame(self.shot, self.view)
        return self._framed


def _frame(shot: Shot, view: View) -> _Framed:
    shot = _spherical(shot)
    before = view.before if view.before is not None and view.before.stage is view.stage else None
    if shot.match and view.before is not None and shot.size is None:
        shot = replace(shot, size=view.before.size)
    at = moment(shot, view)
    if shot.continues and before is not None and shot.size is None and not shot.subjects:
        c = _as_it_was(before)
    else:
        c = compose(shot, view, at)
    if shot.match and view.before is not None:
        c = _matched(shot, c, view)
    stays = shot.continues and before is not None and not shot.subjects and shot.size is None
    people = tuple(b for b in (view.stage.body(n) for n in shot.subjects) if b is not None)
    film = Filming(
        position=c.spot.position,
        point=c.point,
        u=c.u,
        v=c.v,
        focal_mm=c.spot.focal_mm,
        f_stop=(shot.lens.f_stop or FRAMING[size_of(shot)].f_stop) * (SQUEEZE if shot.lens.anamorphic else 1.0),
        focus_point=c.focus_point or c.point,
        aspect=view.aspect,
        roll=shot.dutch_deg,
        seconds=view.seconds,
        inside=lambda p: view.stage.floor.inside(p, 0.18),
        ceiling=view.stage.placed.spec.shell.height - 0.12 if view.stage.placed.spec.interior else 500.0,
        ground=view.stage.floor.ground,
        subject_at=_subject_path(c, view, at),
        followed_at=_followed(shot, c, view),
        ridden_at=_ridden(shot, view),
        at=float(at - view.start),
        focus_at=_focus_at(shot, view),
        rack_to=_point_at(shot.lens.rack_to, view) if shot.lens.rack_to else None,
        goals=tuple(_goal(m, view, at) for m in shot.moves),
        centre=_centre(shot, view, at),
        goes_on=stays,
    )
    return _Framed(shot, view, at, c, film, people, shot.continues and before is not None and not stays)


def _moved(framed: _Framed) -> Solved:
    shot, view, at, c, film = framed.shot, framed.view, framed.at, framed.composed, framed.film
    keys, ease, handheld = move_camera(film, shot.moves, shot.moves_then)
    if framed.glides:
        assert view.before is not None
        keys, ease = _glided(_last(view.before), keys, film), "smooth"
    wanted = view.stage.body(shot.lens.focus) if shot.lens.focus else None
    focus = "" if film.rack_to is not None or film.focus_at is not None else c.focus
    if wanted is not None and film.rack_to is None:
        focus = wanted.name
    track = CameraTrack(keys, r4(handheld), ease, focus, r4(view.stage.placed.exposure))
    hidden = (*c.hidden, *_stepped_aside(shot, c, view, at, keys))
    return Solved(track, hidden, view.seconds, view.stage, size_of(shot), (c.u, c.v))


def _spherical(shot: Shot) -> Shot:
    """The shot with its anamorphic focal length told as that of the spherical lens that frames alike."""
    if not shot.lens.anamorphic or shot.lens.focal_mm is None:
        return shot
    return replace(shot, lens=replace(shot.lens, focal_mm=shot.lens.focal_mm * SQUEEZE))


# --- joins -----------------------------------------------------------------------------------------


def _last(before: Solved) -> Lensed:
    """The camera at the end of a shot."""
    return at_time(before.track.keys, before.end)


def _as_it_was(before: Solved) -> Composed:
    """The composition a camera has that goes on from the shot before."""
    camera = _last(before)
    sharp = min(before.track.keys, key=lambda k: abs(k.time - before.end)).focus
    far = max(distance(camera.position, camera.target), 1e-6)
    focus = mix(camera.position, camera.target, sharp / far)
    return Composed(
        camera.target, 0.5, 0.5, Spot(camera.position, camera.focal_mm, True), None, before.track.focus_on, focus
    )


def _matched(shot: Shot, c: Composed, view: View) -> Composed:
    """The composition moved so that its subject lies where the last frame of the shot before had its own."""
    assert view.before is not None
    u, v = view.before.placed_at
    return replace(c, u=u, v=v)


def _glided(start: Lensed, keys: tuple[CameraKey, ...], film: Filming) -> tuple[CameraKey, ...]:
    """A track that leaves another camera's last state and arrives at its own composition over the shot."""
    first, last = 0.0, film.seconds
    count = max(2, math.ceil((last - first) * 4) + 1)
    out = []
    for i in range(count):
        t = first + (last - first) * i / (count - 1)
        now, part = at_time(keys, t), eased(max(0.0, min(1.0, t / max(film.seconds, 0.1))))
        k = min(keys, key=lambda k: abs(k.time - t))
        out.append(
            replace(
                k,
                time=r4(t),
                position=v4(mix(start.position, now.position, part)),
                target=v4(mix(start.target, now.target, part)),
                focal_mm=r4(start.focal_mm * (now.focal_mm / start.focal_mm) ** part),
                roll=r4(start.roll + (now.roll - start.roll) * part),
            )
        )
    return tuple(out)


# --- who is in the way -----------------------------------------------------------------------------


def _stepped_aside(shot: Shot, c: Composed, view: View, at: Fraction, keys: tuple[CameraKey, ...]) -> list[str]:
    """People who leave the set for somebody else's single: they would stand in its foreground as a headless back."""
    if c.follow is None or shot.relation is not Relation.OF or size_of(shot) in OPEN:
        return []
    camera = Lensed(
        c.spot.position, aim(c.spot.position, c.point, c.u, c.v, c.spot.focal_mm, view.aspect), c.spot.focal_mm
    )
    far = distance(c.spot.position, c.point)
    found = []
    for name, body in sorted(view.stage.bodies.items()):
        if body is c.follow or name in shot.subjects:
            continue
        eyes = view.stage.eyes(body, at)
        near = distance(c.spot.position, eyes)
        chest = add(eyes, (0.0, -0.5, 0.0))
        if near < 0.7 * far:
            if in_frame(camera, eyes, view.aspect, 0.3) or in_frame(camera, chest, view.aspect, 0.3):
                found.append(name)
        elif near < far - 0.3 and size_of(shot) not in _WHOLE:
            u, _, _ = project(camera, chest, view.aspect)
            if 0.2 < u < 0.8:
                found.append(name)
    found += [n for n in _met(shot, keys, view) if n not in found]
    return found


def _met(shot: Shot, keys: tuple[CameraKey, ...], view: View) -> list[str]:
    """People whom a camera that goes sideways would run into, or see nothing else but."""
    if not _goes_sideways(shot) or len(keys) < 2:
        return []
    found = []
    for name, body in sorted(view.stage.bodies.items()):
        if name in shot.subjects:
            continue
        for key in keys[:: max(1, len(keys) // 6)]:
            eyes = view.stage.eyes(body, _clock(view, key.time))
            camera = Lensed(key.position, key.target, key.focal_mm)
            far = distance(key.position, key.target)
            if distance(key.position, eyes) < 0.7 * far and in_frame(camera, eyes, view.aspect, 0.3):
                found.append(name)
                break
    return found


def _goes_sideways(shot: Shot) -> bool:
    return any(m.kind in (MoveKind.ORBIT, MoveKind.TRUCK) for m in shot.moves)


# --- what moves while the camera runs --------------------------------------------------------------


def _times(view: View) -> list[float]:
    """Shot times, handles included, four to a second."""
    first, last = 0.0, view.seconds
    count = max(2, math.ceil((last - first) * 4) + 1)
    return [first + (last - first) * i / (count - 1) for i in range(count)]


def _clock(view: View, t: float) -> Fraction:
    return view.start + Fraction(round(t * 10_000), 10_000)


def _subject_path(c: Composed, view: View, at: Fraction) -> list[tuple[float, Vec3]] | None:
    """The followed person's or thing's way over the shot when it goes anywhere; else ``None``."""
    if not c.travels or (c.follow is None and not c.moving):
        return None
    if c.follow is None:
        marks = [(t, view.mark_at(c.moving, _clock(view, t))) for t in _times(view)]
        path = [(t, m.point or m.position) for t, m in marks if m is not None]
    elif _still(c.follow, view):
        return None
    else:
        path = [(t, view.stage.eyes(c.follow, _clock(view, t))) for t in _times(view)]
    if not path or max(distance(p, c.point) for _, p in path) < 0.16:
        return None
    return path


def _still(body: Body, view: View) -> bool:
    """Whether somebody's head stays where it is over a shot: a turn of the head alone moves it by a hand's breadth."""
    first, last = float(view.start) - 1e-6, float(view.start) + view.seconds + 1e-6
    for d in (*body.did.moves.between(first, last), *body.did.reaches.between(first, last)):
        if d.begin >= last:
            continue
        until = d.finish if d.until is None or d.until == FOREVER else max(d.finish, float(d.until))
        if until > first:
            return False
    return view.stage.world is None or view.stage.world.riding(body.name, view.start) is None


def _point_at(name: str, view: View) -> Callable[[float], Vec3] | None:
    """Where somebody's eyes or a thing are over shot time; ``None`` when there is neither."""
    body = view.stage.body(name)
    if body is not None:
        return lambda t: view.stage.eyes(body, _clock(view, t))
    if view.mark_at(name, view.start) is not None:

        def moving(t: float) -> Vec3:
            mark = view.mark_at(name, _clock(view, t))
            return (0.0, 0.0, 0.0) if mark is None else mark.point or mark.position

        return moving
    point = view.stage.point(name, (0.0, 0.0, 0.0))
    return None if point is None else lambda t: point


def _focus_at(shot: Shot, view: View) -> Callable[[float], Vec3] | None:
    """Focus on a thing, or on a person who a rack then leaves."""
    if not shot.lens.focus or (view.stage.body(shot.lens.focus) is not None and not shot.lens.rack_to):
        return None
    return _point_at(shot.lens.focus, view)


def _followed(shot: Shot, c: Composed, view: View) -> list[tuple[float, Vec3]] | None:
    """The way of what is followed when that is somebody or something else than the subject."""
    name = next((m.target for m in shot.moves if m.kind is MoveKind.FOLLOW and m.target), "")
    if not name or (c.follow is not None and c.follow is view.stage.body(name)):
        return None
    where = _point_at(name, view)
    return None if where is None else [(t, where(t)) for t in _times(view)]


def _ridden(shot: Shot, view: View) -> list[Ridden] | None:
    """The way of what the camera is mounted on: a thing that moves, or a person."""
    name = next((m.target for m in shot.moves if m.kind is MoveKind.MOUNTED), "")
    if not name:
        return None
    body = view.stage.body(name)
    found = []
    for t in _times(view):
        if body is not None:
            stance = view.stage.stance_at(body, _clock(view, t))
            found.append(Ridden(t, stance.position, stance.yaw))
        elif (mark := view.mark_at(name, _clock(view, t)) or view.stage.mark(name)) is not None:
            found.append(Ridden(t, mark.position, mark.yaw))
    return found or None


def _goal(move: Move, view: View, at: Fraction) -> Vec3 | None:
    """The point a move goes to, if it names one."""
    if not move.target or move.kind in (*_AIMS, MoveKind.ORBIT):
        return None
    where = _point_at(move.target, view)
    return None if where is None else where(view.seconds)


def _centre(shot: Shot, view: View, at: Fraction) -> Vec3 | None:
    """What an orbit goes round when it names something."""
    name = next((m.target for m in shot.moves if m.kind is MoveKind.ORBIT and m.target), "")
    where = _point_at(name, view) if name else None
    return None if where is None else where(float(at - view.start))
