"""The camera: a shot's slots and the blocking under it become a solved track of keys in the shot's own seconds.

Composition first (``camera_compose`` says what is framed, ``framing`` finds the place), then movement about it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

from compiler.meaning.film import Relation, Shot
from compiler.staging.camera_compose import compose, moment
from compiler.staging.camera_view import OPEN, Composed, Solved, View, clear_side, scene_line, size_of
from compiler.staging.lens import FRAMING, Lensed, aim, in_frame
from compiler.staging.model import CameraKey, CameraTrack, Vec3
from compiler.staging.movement import Filming, move_camera
from compiler.staging.space import add, distance, r4, yaw_to

__all__ = ["Composed", "Solved", "View", "scene_line", "solve_camera"]


def solve_camera(shot: Shot, view: View) -> Solved:
    """Solves one shot. Never fails: what cannot be shown as asked is shown as nearly as the place allows."""
    at = moment(shot, view)
    c = compose(shot, view, at)
    stop = shot.lens.f_stop or FRAMING[size_of(shot)].f_stop
    film = Filming(
        position=c.spot.position,
        point=c.point,
        u=c.u,
        v=c.v,
        focal_mm=c.spot.focal_mm,
        f_stop=stop,
        focus_point=c.focus_point or c.point,
        aspect=view.aspect,
        roll=shot.dutch_deg,
        seconds=view.seconds,
        head=view.head,
        tail=view.tail,
        inside=lambda p: view.stage.floor.inside(p, 0.18),
        ceiling=view.stage.placed.spec.shell.height - 0.12 if view.stage.placed.spec.interior else 500.0,
        ground=view.stage.floor.ground,
        subject_at=_subject_path(c, view, at),
        rack_to=_rack(shot, view, at),
    )
    keys, ease, handheld = move_camera(film, shot.moves, shot.moves_then)
    focus = "" if film.rack_to is not None else c.focus
    if shot.lens.focus:
        focus, keys = _focus_on(shot.lens.focus, focus, keys, view, at)
    track = CameraTrack(keys, r4(handheld), ease, focus, r4(view.stage.placed.exposure))
    line = scene_line(view.stage, at)
    side = 0 if line is None else clear_side(line[0], line[1], c.spot.position)
    hidden = (*c.hidden, *_stepped_aside(shot, c, view, at))
    return Solved(track, hidden, c.spot.fits, side, yaw_to(c.point, c.spot.position))


def _stepped_aside(shot: Shot, c: Composed, view: View, at: Fraction) -> list[str]:
    """People who leave the set for somebody else's single: they would stand in its foreground as a headless back."""
    if c.follow is None or shot.relation is not Relation.OF or size_of(shot) in OPEN:
        return []
    camera = Lensed(
        c.spot.position, aim(c.spot.position, c.point, c.u, c.v, c.spot.focal_mm, view.aspect), c.spot.focal_mm
    )
    far = distance(c.spot.position, c.point)
    found = []
    for name, body in sorted(view.stage.bodies.items()):
        eyes = view.stage.eyes(body, at)
        if body is not c.follow and distance(c.spot.position, eyes) < 0.7 * far and name not in shot.subjects:
            chest = add(eyes, (0.0, -0.5, 0.0))
            if in_frame(camera, eyes, view.aspect, 0.3) or in_frame(camera, chest, view.aspect, 0.3):
                found.append(name)
    return found


def _subject_path(c: Composed, view: View, at: Fraction) -> list[tuple[float, Vec3]] | None:
    """The followed person's eyes over the shot, sampled four times a second, when they go anywhere; else ``None``."""
    if c.follow is None or not c.travels:
        return None
    first, last = -view.head, view.seconds + view.tail
    count = max(2, math.ceil((last - first) * 4) + 1)
    times = [first + (last - first) * i / (count - 1) for i in range(count)]
    path = [(t, view.stage.eyes(c.follow, view.start + Fraction(round(t * 10_000), 10_000))) for t in times]
    if max(distance(p, c.point) for _, p in path) < 0.16:
        return None
    return path


def _rack(shot: Shot, view: View, at: Fraction) -> Vec3 | None:
    if not shot.lens.rack_to:
        return None
    return view.stage.point(shot.lens.rack_to, (0.0, 0.0, 0.0))


def _focus_on(
    words: str, focus: str, keys: tuple[CameraKey, ...], view: View, at: Fraction
) -> tuple[str, tuple[CameraKey, ...]]:
    body = view.stage.body(words)
    if body is not None and not any(k.focus != keys[0].focus for k in keys):
        return body.name, keys
    point = view.stage.point(words, (0.0, 0.0, 0.0))
    if point is None:
        return focus, keys
    return "", tuple(replace(k, focus=r4(max(0.2, distance(k.position, point)))) for k in keys)
