"""The pictures of a film: each cut of the clock with its camera, the people who matter to it, its light and its titles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Film, Look
from compiler.staging import lints
from compiler.staging.blocking import Body, Stage
from compiler.staging.camera import Solved, View, solve_camera
from compiler.staging.lens import in_frame
from compiler.staging.model import Actor, CameraKey, CameraTrack, Join, SpokenLine, StagedShot, TimedShot
from compiler.staging.movement import at_time
from compiler.staging.slices import actor_in_shot, cues_in_shot
from compiler.staging.space import add, chance
from compiler.staging.timing import Clock, Cut, Spoken

NEAR = 1.0
"""Metres outside the frame within which a body still matters to the picture, by its shadow."""


@dataclass(frozen=True, slots=True)
class _Voices:
    """A film's speeches, to be found by time and by scene without looking at all of them."""

    spoken: list[Spoken]
    earliest: list[float]
    """The earliest start of any speech from each on."""
    latest: list[float]
    """The latest end of any speech up to each."""
    by_scene: dict[int, list[Spoken]]

    @classmethod
    def of(cls, clock: Clock) -> _Voices:
        by_scene: dict[int, list[Spoken]] = {}
        for s in clock.spoken:
            by_scene.setdefault(s.scene, []).append(s)
        earliest = list(accumulate((float(s.start) for s in reversed(clock.spoken)), min))[::-1]
        latest = list(accumulate((float(s.end) for s in clock.spoken), max))
        return cls(clock.spoken, earliest, latest, by_scene)

    def between(self, begin: Fraction, end: Fraction) -> list[tuple[int, Spoken]]:
        """Speeches heard in [begin, end), with their index; speeches start nearly in order, so few are looked at."""
        first = bisect_left(self.latest, float(begin) - 0.01)
        last = bisect_right(self.earliest, float(end) + 0.01)
        near = enumerate(self.spoken[first:last], first)
        return [(n, s) for n, s in near if s.start < end and s.end > begin]


def shoot(film: Film, clock: Clock, report: Report, size: tuple[int, int]) -> tuple[TimedShot, ...]:
    shots: list[TimedShot] = []
    seen: list[tuple[Cut, Solved | None]] = []
    numbers: dict[int, int] = {}
    used: dict[str, int] = {}
    voices = _Voices.of(clock)
    for cut in clock.cuts:
        numbers[cut.scene] = numbers.get(cut.scene, 0) + 1
        staged, lines, spoken, solved = _staged(film, cut, clock, size, voices)
        seen.append((cut, solved))
        key = cut.shot.key or cut.shot.name or f"{cut.scene + 1}.{numbers[cut.scene]}"
        used[key] = used.get(key, 0) + 1
        key = key if used[key] == 1 else f"{key}#{used[key]}"
        name = cut.shot.name or f"{film.scenes[cut.scene].number or cut.scene + 1}.{numbers[cut.scene]}"
        end = clock.seconds(cut.first + cut.frames)
        # A line's length moves whatever is done after it in its scene, and so what later shots still show of that.
        before = [s for s in voices.by_scene.get(cut.scene, ()) if s.start < end]
        exact = all(s.timing.exact for s in (*spoken, *cut.rests_on, *before))
        shots.append(
            TimedShot(
                key,
                name,
                cut.scene,
                cut.first,
                staged,
                Join(cut.join, cut.join_frames),
                cut.fade_out,
                lines,
                exact,
                (cut.shot.span.start, cut.shot.span.end),
            )
        )
        if solved is not None and not solved.fits and cut.shot.lens.focal_mm is not None:
            report(W.SIZE_DOES_NOT_FIT, cut.shot.span, mm=cut.shot.lens.focal_mm, place=film.scenes[cut.scene].location)
    for (a, sa), (b, sb) in pairwise(seen):
        if (
            sa is not None
            and sb is not None
            and a.scene == b.scene
            and b.join == "cut"
            and not (a.inferred and b.inferred)
        ):
            lints.check_cut((a.shot, sa.side, sa.yaw), (b.shot, sb.side, sb.yaw), report)
    return tuple(shots)


def _staged(
    film: Film, cut: Cut, clock: Clock, size: tuple[int, int], voices: _Voices
) -> tuple[StagedShot, tuple[SpokenLine, ...], list[Spoken], Solved | None]:
    """One picture: camera, the actors that matter to it, its light cues and titles, in its own seconds."""
    rate = film.rate
    body_frames = cut.frames - cut.head - cut.tail
    start = clock.seconds(cut.first + cut.head)
    begin, end = clock.seconds(cut.first), clock.seconds(cut.first + cut.frames)
    look = _look(film, cut)
    fps = (rate.fps.numerator, rate.fps.denominator)
    seed = cut.shot.seed if cut.shot.seed is not None else int(chance(film.seed, cut.shot.key) * 2**31)
    overlays = tuple(cut.overlays)
    if cut.stage is None:
        camera = CameraTrack((CameraKey(0.0, (0.0, 0.0, 0.0), (0.0, 0.0, -1.0), 50.0, 4.0, 5.0),))
        shot = StagedShot(body_frames, cut.head, cut.tail, fps, size, None, (), camera, (), overlays, look, seed)
        return shot, (), [], None
    stage = cut.stage
    heard = voices.between(begin, end)
    first = next(
        (
            s
            for _, s in heard
            if s.speech.character in stage.bodies and not s.speech.voice_over and s.end > start + Fraction(1, 4)
        ),
        None,
    )
    view = View(
        stage,
        start,
        float(clock.seconds(body_frames)),
        float(clock.seconds(cut.head)),
        float(clock.seconds(cut.tail)),
        size[0] / size[1],
        first.speech.character if first else "",
        max(first.start, start) if first else None,
    )
    solved = solve_camera(cut.shot, view)
    times = [begin + (end - begin) * i / 8 for i in range(9)]
    speakers = {s.speech.character for _, s in heard if not s.speech.voice_over}
    visible: dict[str, bool] = {}
    for name, body in sorted(stage.bodies.items()):
        if name not in solved.hidden and _matters(stage, body, solved, times, start, view.aspect):
            visible[name] = name in speakers and _face_seen(stage, body, solved, times, start, view.aspect)
    lines: list[SpokenLine] = []
    index: dict[int, int] = {}
    for number, spoken in heard:
        if not spoken.speech.voice_over and visible.get(spoken.speech.character, False):
            index[number] = len(lines)
            lines.append(spoken.line)
    actors = tuple(_actor(stage, stage.bodies[n], start, begin, end, index, speaks) for n, speaks in visible.items())
    focus = solved.track.focus_on
    track = solved.track if focus in ("", *visible) else replace(solved.track, focus_on="")
    shot = StagedShot(
        body_frames,
        cut.head,
        cut.tail,
        fps,
        size,
        stage.placed.spec,
        actors,
        track,
        cues_in_shot(stage, start, end),
        overlays,
        look,
        seed,
    )
    return shot, tuple(lines), [s for _, s in heard], solved


def _actor(
    stage: Stage, body: Body, start: Fraction, begin: Fraction, end: Fraction, index: dict[int, int], speaks: bool
) -> Actor:
    actor = actor_in_shot(stage, body, start, end, index, speaks)
    if body.enters is not None and body.enters >= end:
        return replace(actor, visible=False)
    if body.leaves is not None and body.leaves <= begin:
        return replace(actor, visible=False)
    return actor


def _matters(stage: Stage, body: Body, solved: Solved, times: list[Fraction], start: Fraction, aspect: float) -> bool:
    """Whether any of a body comes within a metre of the picture at any time of the shot."""
    for t in times:
        if not stage.here(body, t):
            continue
        camera = at_time(solved.track.keys, float(t - start))
        eyes = stage.eyes(body, t)
        feet = stage.stance_at(body, t).position
        points = (
            add(eyes, (0.0, -0.1, 0.0)),
            ((eyes[0] + feet[0]) / 2, (eyes[1] + feet[1]) / 2, (eyes[2] + feet[2]) / 2),
            feet,
        )
        if any(in_frame(camera, p, aspect, NEAR + 0.3) for p in points):
            return True
    return False


def _face_seen(stage: Stage, body: Body, solved: Solved, times: list[Fraction], start: Fraction, aspect: float) -> bool:
    """Whether the head is in the picture at any time of the shot."""
    for t in times:
        camera = at_time(solved.track.keys, float(t - start))
        if stage.here(body, t) and in_frame(camera, stage.eyes(body, t), aspect, 0.17):
            return True
    return False


def _look(film: Film, cut: Cut) -> Look:
    wanted = cut.shot.look or film.scenes[cut.scene].look or film.look
    found = next((look for look in film.looks if look.name == wanted), None)
    return replace(found or Look(), span=Look().span)
