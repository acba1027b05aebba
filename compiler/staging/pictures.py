"""The pictures of a film: each cut of the clock with its camera, the people who matter to it, its light and its titles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate

from compiler.meaning.film import Composite, Film, Look, Plate, PlateSource
from compiler.staging import lints
from compiler.staging.blocking import Body, Stage
from compiler.staging.camera import Camera, Solved, View
from compiler.staging.camera_view import nobody_there
from compiler.staging.footage import (
    Lengths,
    check_plate,
    no_lengths,
    panel_boxes,
    panel_shots,
    picture_time,
    plate_picture,
    still_picture,
)
from compiler.staging.house import House
from compiler.staging.lens import in_frame
from compiler.staging.model import (
    Actor,
    CameraKey,
    CameraTrack,
    Join,
    Panel,
    PlatePicture,
    SpokenLine,
    StagedShot,
    TimedShot,
)
from compiler.staging.movement import at_time
from compiler.staging.slices import actor_in_shot, cues_in_shot
from compiler.staging.space import add, chance
from compiler.staging.timing import Clock, Cut, Spoken
from compiler.staging.world_groups import crowds_in_shot
from compiler.staging.world_shot import rider_in_shot, set_in_shot, things_in_shot

Box = tuple[int, int, int, int]
"""Left, top, width and height of a part of the picture, in pixels."""
NEAR = 1.0
"""Metres outside the frame within which a body still matters to the picture, by its shadow."""


@dataclass(frozen=True, slots=True)
class _Voices:
    """A film's speeches, to be found by time without looking at all of them."""

    spoken: list[Spoken]
    earliest: list[float]
    """The earliest start of any speech from each on."""
    latest: list[float]
    """The latest end of any speech up to each."""
    uncertain: dict[int, Fraction]
    """By scene, when the first of its speeches begins whose length is only estimated."""

    @classmethod
    def of(cls, clock: Clock) -> _Voices:
        uncertain: dict[int, Fraction] = {}
        for s in clock.spoken:
            if not s.timing.exact:
                uncertain[s.scene] = min(s.start, uncertain.get(s.scene, s.start))
        earliest = list(accumulate((float(s.start) for s in reversed(clock.spoken)), min))[::-1]
        latest = list(accumulate((float(s.end) for s in clock.spoken), max))
        return cls(clock.spoken, earliest, latest, uncertain)

    def between(self, begin: Fraction, end: Fraction) -> list[tuple[int, Spoken]]:
        """Speeches heard in [begin, end), with their index; speeches start nearly in order, so few are looked at."""
        first = bisect_left(self.latest, float(begin) - 0.01)
        last = bisect_right(self.earliest, float(end) + 0.01)
        near = enumerate(self.spoken[first:last], first)
        return [(n, s) for n, s in near if s.start < end and s.end > begin]


def shoot(
    film: Film, clock: Clock, house: House, size: tuple[int, int], lengths: Lengths = no_lengths
) -> tuple[TimedShot, ...]:
    """Every cut of the clock as a staged, timed shot of ``size``; lints of what the cuts look like go to the report."""
    studio = _Studio(film, clock, house, size, _Voices.of(clock), lengths)
    shots: list[TimedShot] = []
    seen: list[tuple[Cut, Camera | None]] = []
    numbers: dict[int, int] = {}
    used: dict[str, int] = {}
    for cut in clock.cuts:
        numbers[cut.scene] = numbers.get(cut.scene, 0) + 1
        taken = studio.take(cut)
        studio.previous = taken.camera
        seen.append((cut, taken.camera))
        key = cut.shot.key or cut.shot.name or f"{cut.scene + 1}.{numbers[cut.scene]}"
        used[key] = used.get(key, 0) + 1
        key = key if used[key] == 1 else f"{key}#{used[key]}"
        name = cut.shot.name or f"{film.scenes[cut.scene].number or cut.scene + 1}.{numbers[cut.scene]}"
        end = clock.seconds(cut.first + cut.frames)
        # A line's length moves whatever is done after it in its scene, and so what later shots still show of that.
        certain = studio.voices.uncertain.get(cut.scene, end) >= end
        exact = taken.exact and certain and all(s.timing.exact for s in (*taken.heard, *cut.rests_on))
        join = Join(cut.join, cut.join_frames)
        timed = TimedShot(
            key, name, cut.scene, cut.first, taken.shot, join, cut.fade_out, taken.lines, exact, cut.shot.span, taken.panels
        )  # fmt: skip
        shots.append(timed)
    lints.check_cuts(film, seen, clock, house.report)
    return tuple(shots)


def look_at(film: Film, clock: Clock, house: House, size: tuple[int, int], lengths: Lengths = no_lengths) -> None:
    """Everything that ``shoot`` would report, without the pictures: only cameras that a complaint hangs on are found."""
    studio = _Studio(film, clock, house, size, _Voices.of(clock), lengths)
    seen: list[tuple[Cut, Camera | None]] = []
    for cut in clock.cuts:
        studio.previous = studio.look(cut)
        seen.append((cut, studio.previous))
    lints.check_cuts(film, seen, clock, house.report)


@dataclass(frozen=True, slots=True)
class _Window:
    """What a cut shows of the film's clock: from ``begin`` to ``end``, its own zero ``start``, and what is heard then."""

    start: Fraction
    begin: Fraction
    end: Fraction
    heard: list[tuple[int, Spoken]]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A picture, the lines its lips need, the speeches heard in it, and whether all that it shows is certain."""

    shot: StagedShot
    lines: tuple[SpokenLine, ...] = ()
    heard: tuple[Spoken, ...] = ()
    camera: Camera | None = None
    exact: bool = True
    panels: tuple[Panel, ...] = ()


@dataclass(slots=True)
class _Studio:
    """What taking a picture needs to know of the film."""

    film: Film
    clock: Clock
    house: House
    size: tuple[int, int]
    voices: _Voices
    lengths: Lengths
    previous: Camera | None = None
    """The last picture's camera, for what goes on from it or lines up with it."""
    plates: dict[str, Plate] = field(init=False)
    looks: dict[str, Look] = field(init=False)
    cuts: dict[str, Cut] = field(init=False)

    def __post_init__(self) -> None:
        self.plates = {plate.name: plate for plate in self.film.plates}
        self.looks = {look.name: look for look in self.film.looks}
        self.cuts = {}
        for cut in self.clock.cuts:
            if cut.shot.name:
                self.cuts.setdefault(cut.shot.name, cut)

    def take(self, cut: Cut) -> _Taken:
        """The picture of a cut, whatever it comes from."""
        panels = self._panels(cut)
        return self._composite(cut, panels) if panels else self._picture(cut, self.size)

    def look(self, cut: Cut) -> Camera | None:
        """The camera of a cut, if it has one, and every complaint that its picture would come with."""
        panels = self._panels(cut)
        if not panels:
            return self._watch(cut, self.size)
        for box, seen in panels:
            self._watch(seen, (box[2], box[3]))
        return None

    def _watch(self, cut: Cut, size: tuple[int, int]) -> Camera | None:
        if still_picture(cut.shot, 0.0, 0.0) is not None:
            return None
        plate, _ = self._plate(cut)
        if cut.stage is None or (plate is not None and not plate.key):
            return None
        camera, _ = self._camera(cut, cut.stage, size, picture_time(cut.shot).speed)
        if cut.shot.light:
            self.house.place(self.film.scenes[cut.scene], cut.shot.light)  # which tells what it does not understand
        return camera

    def _panels(self, cut: Cut) -> list[tuple[Box, Cut]]:
        """The cuts that a composite shows, each with its part of the picture: of this scene as it goes on, of another
        from where that shot began."""
        if not isinstance(cut.shot.source, Composite):
            return []
        shots = panel_shots(cut.shot, {name: other.shot for name, other in self.cuts.items()}, self.house.report)
        found: list[tuple[Box, Cut]] = []
        for box, shot in zip(panel_boxes(cut.shot.source.kind, self.size), shots, strict=False):
            other = self.cuts[shot.name]
            first = cut.first if other.scene == cut.scene else other.first + other.head - cut.head
            found.append((box, replace(cut, shot=shot, scene=other.scene, stage=other.stage, first=first, overlays=[])))
        return found

    def _composite(self, cut: Cut, shown: list[tuple[Box, Cut]]) -> _Taken:
        """Two pictures in one."""
        panels: list[Panel] = []
        heard: list[Spoken] = []
        exact = True
        for box, seen in shown:
            taken = self._picture(seen, (box[2], box[3]))
            panels.append(Panel(box, taken.shot, taken.lines))
            heard += taken.heard
            exact = exact and taken.exact
        return _Taken(self._blank(cut, self.size), (), tuple(heard), None, exact, tuple(panels))

    def _picture(self, cut: Cut, size: tuple[int, int]) -> _Taken:
        shot = cut.shot
        blank = self._blank(cut, size)
        seconds = float(self.clock.seconds(cut.frames - cut.head))
        still = still_picture(shot, -float(self.clock.seconds(cut.head)), seconds)
        if still is not None:
            return _Taken(replace(blank, still=still))
        plate, certain = self._plate(cut)
        if plate is not None and (not plate.key or cut.stage is None):
            return _Taken(replace(blank, plate=replace(plate, key="", matte="")), exact=certain)
        if cut.stage is None:
            return _Taken(blank)
        taken = self._staged(cut, cut.stage, blank)
        return replace(taken, shot=replace(taken.shot, plate=plate), exact=certain)

    def _plate(self, cut: Cut) -> tuple[PlatePicture | None, bool]:
        """The live action of a cut, if it is some, and whether its length is certain; complaints go to the report."""
        plate, certain = plate_picture(cut.shot, self.plates, self.lengths)
        if plate is not None:
            body = self.clock.seconds(cut.frames - cut.head - cut.tail)
            check_plate(cut.shot, self.plates, self.lengths, body, self.house.report)
        return plate, certain

    def _blank(self, cut: Cut, size: tuple[int, int]) -> StagedShot:
        """The frame of a shot without a picture: its length, look and titles."""
        film, shot = self.film, cut.shot
        seed = shot.seed if shot.seed is not None else int(chance(film.seed, shot.key) * 2**31)
        wanted = shot.look or film.scenes[cut.scene].look or film.look
        look = replace(self.looks.get(wanted, Look()), span=Look().span)
        fps = (film.rate.fps.numerator, film.rate.fps.denominator)
        frames = cut.frames - cut.head - cut.tail
        camera = CameraTrack((CameraKey(0.0, (0.0, 0.0, 0.0), (0.0, 0.0, -1.0), 50.0, 4.0, 5.0),))
        return StagedShot(
            frames, cut.head, cut.tail, fps, size, None, (), camera, (), tuple(cut.overlays), look, seed,
            time=picture_time(shot),
        )  # fmt: skip

    def _camera(self, cut: Cut, stage: Stage, size: tuple[int, int], speed: Fraction) -> tuple[Camera, _Window]:
        """The camera of a staged cut, not yet solved, and what it sees of the film's clock."""
        clock = self.clock
        start = clock.seconds(cut.first + cut.head)
        # Slow motion sees less of what happens in the time it takes, fast motion more.
        begin = start - clock.seconds(cut.head) * speed
        end = start + clock.seconds(cut.frames - cut.head) * speed
        heard = self.voices.between(begin, end)
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
            float(clock.seconds(cut.frames - cut.head - cut.tail) * speed),
            float(clock.seconds(cut.head) * speed),
            float(clock.seconds(cut.tail) * speed),
            size[0] / size[1],
            first.speech.character if first else "",
            max(first.start, start) if first else None,
            None,
            nobody_there if stage.world is None else stage.world.crowd_eyes,
        )
        return Camera(cut.shot, view, self.previous), _Window(start, begin, end, heard)

    def _staged(self, cut: Cut, stage: Stage, blank: StagedShot) -> _Taken:
        """Camera, the actors that matter to it and its light cues, in its own seconds."""
        camera, window = self._camera(cut, stage, blank.size, blank.time.speed)
        start, begin, end, heard = window.start, window.begin, window.end, window.heard
        solved, view = camera.solved(), camera.view
        gone = self._replaced(cut)
        times = [begin + (end - begin) * i / 8 for i in range(9)]
        speakers = {s.speech.character for _, s in heard if not s.speech.voice_over}
        visible: dict[str, bool] = {}
        for name, body in sorted(stage.bodies.items()):
            if name not in solved.hidden and name != gone and _matters(stage, body, solved, times, start, view.aspect):
                visible[name] = name in speakers and _face_seen(stage, body, solved, times, start, view.aspect)
        lines: list[SpokenLine] = []
        index: dict[int, int] = {}
        for number, spoken in heard:
            if not spoken.speech.voice_over and visible.get(spoken.speech.character, False):
                index[number] = len(lines)
                lines.append(spoken.line)
        actors = tuple(
            _actor(stage, stage.bodies[name], start, begin, end, index, speaks) for name, speaks in visible.items()
        )
        focus = solved.track.focus_on
        track = solved.track if focus in ("", *visible) else replace(solved.track, focus_on="")
        spec = stage.placed.spec
        if cut.shot.light:
            spec = self.house.place(self.film.scenes[cut.scene], cut.shot.light).spec
        cues = cues_in_shot(stage, start, end)
        things = things_in_shot(stage, start, end, times, track, view.aspect, visible)
        crowds = crowds_in_shot(stage, start, end, times, track, view.aspect)
        spec = set_in_shot(stage, spec, things)
        shot = replace(blank, set=spec, actors=actors, camera=track, light_cues=cues, things=things, crowds=crowds)
        return _Taken(shot, tuple(lines), tuple(s for _, s in heard), camera)

    def _replaced(self, cut: Cut) -> str:
        """Who gives way to live action."""
        source = cut.shot.source
        plate = self.plates.get(source.plate) if isinstance(source, PlateSource) else None
        return "" if plate is None else plate.replaces or plate.performance_of


def _actor(
    stage: Stage, body: Body, start: Fraction, begin: Fraction, end: Fraction, index: dict[int, int], speaks: bool
) -> Actor:
    actor = rider_in_shot(stage, actor_in_shot(stage, body, start, end, index, speaks), body, start, end)
    return replace(actor, visible=False) if body.missing(begin, end) else actor


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
