"""The pictures of a scene: each of its cuts with its camera, the people who matter to it, its light and its titles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate

from compiler.diagnostics import Diagnostic, Report
from compiler.meaning.film import Composite, Film, Look, Plate, PlateSource, Scene, Shot
from compiler.staging import lints
from compiler.staging.blocking import Body, Stage
from compiler.staging.camera import Camera, View
from compiler.staging.camera_view import nobody_there
from compiler.staging.footage import (
    Lengths,
    check_plate,
    panel_boxes,
    panel_shots,
    picture_time,
    plate_picture,
    remembering,
    still_picture,
)
from compiler.staging.history import FOREVER
from compiler.staging.house import Ask, House
from compiler.staging.model import (
    Actor,
    CameraKey,
    CameraTrack,
    Join,
    Overlay,
    Panel,
    PlatePicture,
    SpokenLine,
    StagedShot,
    TimedShot,
)
from compiler.staging.movement import Moment, moments
from compiler.staging.play import shown
from compiler.staging.reel import Reel
from compiler.staging.slices import actor_in_shot, cues_in_shot
from compiler.staging.space import add, chance
from compiler.staging.timing import Cut, Spoken
from compiler.staging.world_groups import crowds_in_shot
from compiler.staging.world_shot import rider_in_shot, set_in_shot, things_in_shot

Box = tuple[int, int, int, int]
"""Left, top, width and height of a part of the picture, in pixels."""
NEAR = 1.0
"""Metres outside the frame within which a body still matters to the picture, by its shadow."""


@dataclass(frozen=True, slots=True)
class Sight:
    """All that the pictures of a scene hang on besides how it was played. Times are on its clock."""

    size: tuple[int, int]
    tail: int
    """Frames that the next scene takes from its last shot."""
    until: float
    """Seconds of its last speech that are heard before the next scene cuts it off; 0 = all."""
    earlier: tuple[Spoken, ...] = ()
    """Speeches of scenes before it that are heard in it."""
    later: tuple[Spoken, ...] = ()
    titles: tuple[tuple[int, tuple[Overlay, ...]], ...] = ()
    """By cut, titles over it."""
    before: frozenset[str] = frozenset()
    """What is written over the picture before it; ``after``: over the one that follows it."""
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SceneShot:
    """A shot of a scene, all of it but where in the film it is."""

    cut: Cut
    number: int
    """Of its scene, from 1."""
    shot: StagedShot
    lines: tuple[SpokenLine, ...]
    exact: bool
    panels: tuple[Panel, ...]

    def timed(self, scene: Scene, index: int, zero: int) -> TimedShot:
        """The shot in a film whose scene ``index`` has its frame 0 at film frame ``zero``."""
        cut, shot = self.cut, self.cut.shot
        key = shot.key or shot.name or f"{index + 1}.{self.number}"
        name = shot.name or f"{scene.number or index + 1}.{self.number}"
        join = Join(cut.join, cut.join_frames)
        return TimedShot(
            key, name, index, zero + cut.first, self.shot, join, cut.fade_out, self.lines, self.exact, shot.span,
            self.panels,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SeenScene:
    """A scene looked at: its shots (none when it was only looked at for what is to be said), its last camera."""

    shots: tuple[SceneShot, ...]
    camera: Camera | None
    findings: tuple[Diagnostic, ...]
    asked: tuple[Ask, ...]
    measured: tuple[tuple[str, Fraction | None], ...]
    alone: bool
    """Whether it shows nothing of another scene."""


@dataclass(slots=True)
class Views:
    """A film's scenes as cameras find them: each with what is heard and written over it from beyond its ends."""

    reel: Reel
    size: tuple[int, int]
    titles: dict[tuple[int, int], list[Overlay]]
    _begins: list[Fraction] = field(init=False)
    """Film time at which the earliest speech of any scene from each on begins."""
    _ends: list[Fraction] = field(init=False)
    """Film time at which the last speech of any scene up to each is over."""
    _named: dict[str, tuple[int, Cut]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        far = self.reel.seconds(self.reel.frames) + FOREVER
        zeros = [self.reel.zero(scene) for scene in self.reel.scenes]
        heard = [scene.played.heard for scene in self.reel.scenes]
        begins = [far if h is None else zero + h[0] for zero, h in zip(zeros, heard, strict=True)]
        ends = [-far if h is None else zero + h[1] for zero, h in zip(zeros, heard, strict=True)]
        self._begins = list(accumulate(reversed(begins), min))[::-1]
        self._ends = list(accumulate(ends, max))

    def sight(self, index: int) -> Sight:
        """What the pictures of a scene hang on besides how it was played."""
        scene = self.reel.scenes[index]
        cuts = scene.played.cuts
        titles = [(n, self.titles.get((index, n))) for n in range(len(cuts))] if self.titles else []
        earlier, later = self.around(index, *scene.played.shown)
        return Sight(
            self.size,
            scene.tail,
            scene.spoken[-1].until if scene.spoken else 0.0,
            earlier,
            later,
            tuple((n, tuple(laid)) for n, laid in titles if laid),
            self._written(index - 1, -1) if index else frozenset(),
            self._written(index + 1, 0) if index + 1 < len(self.reel.scenes) else frozenset(),
        )

    def around(self, index: int, begin: Fraction, end: Fraction) -> tuple[tuple[Spoken, ...], tuple[Spoken, ...]]:
        """Speeches of the scenes before and after one that are heard in a stretch of it, on its clock."""
        scenes = self.reel.scenes
        zero = self.reel.zero(scenes[index])
        earlier: list[Spoken] = []
        later: list[Spoken] = []
        for way, found, over in ((-1, earlier, self._ends), (1, later, self._begins)):
            at = index + way
            while 0 <= at < len(scenes) and (over[at] > zero + begin if way < 0 else over[at] < zero + end):
                apart = self.reel.zero(scenes[at]) - zero
                heard = [s.later(-apart) for s in scenes[at].spoken]
                heard = [s for s in heard if s.start < end and s.end > begin]
                found[:] = [*heard, *found] if way < 0 else [*found, *heard]
                at += way
        return tuple(earlier), tuple(later)

    def named(self, name: str) -> tuple[int, Cut] | None:
        """The first cut to a shot of that name, and its scene."""
        if self._named is None:
            self._named = {}
            for index, scene in enumerate(self.reel.scenes):
                for cut in scene.played.cuts:
                    if cut.shot.name:
                        self._named.setdefault(cut.shot.name, (index, cut))
        return self._named.get(name)

    def _written(self, index: int, at: int) -> frozenset[str]:
        """What is written over the first (0) or last (-1) cut of a scene."""
        cuts = self.reel.scenes[index].played.cuts
        laid = self.titles.get((index, at % len(cuts)), ())
        return frozenset(o.text for o in (*cuts[at].overlays, *laid))


def shoot_scene(
    house: House, views: Views, index: int, sight: Sight, before: Camera | None, lengths: Lengths
) -> SeenScene:
    """Every cut of a scene as a staged shot; ``before`` is the camera of the picture before it."""
    return _seen(house, views, index, sight, before, lengths, pictures=True)


def look_at_scene(
    house: House, views: Views, index: int, sight: Sight, before: Camera | None, lengths: Lengths
) -> SeenScene:
    """What ``shoot_scene`` would report, without the shots: only cameras that a complaint hangs on are found."""
    return _seen(house, views, index, sight, before, lengths, pictures=False)


def _seen(
    house: House, views: Views, index: int, sight: Sight, before: Camera | None, lengths: Lengths, *, pictures: bool
) -> SeenScene:
    report = Report()
    house.asked = []
    measured: dict[str, Fraction | None] = {}
    laid = views.reel.scenes[index]
    cuts = _whole(laid.played.cuts, sight)
    voices = _Voices.of(laid.spoken, sight.earlier, sight.later)
    studio = _Studio(house, views, index, laid.played.scene, voices, remembering(lengths, measured), report, before)
    seen: list[tuple[Cut, Camera | None]] = []
    shots: list[SceneShot] = []
    laid.played.stage.remember()
    for number, cut in enumerate(cuts, 1):
        if pictures:
            taken = studio.take(cut)
            studio.previous = taken.camera
            end = studio.seconds(cut.first + cut.frames)
            # A line's length moves whatever is done after it in its scene, and so what later shots still show of that.
            certain = voices.uncertain is None or voices.uncertain >= end
            exact = taken.exact and certain and all(s.timing.exact for s in (*taken.heard, *cut.rests_on))
            shots.append(SceneShot(cut, number, taken.shot, taken.lines, exact, taken.panels))
        else:
            studio.previous = studio.look(cut)
        seen.append((cut, studio.previous))
    lints.check_cuts(laid.played.scene, seen, house.film.rate, (sight.before, sight.after), report)
    laid.played.stage.forget()
    return SeenScene(
        tuple(shots), studio.previous, tuple(report.items), tuple(house.asked), tuple(measured.items()), studio.alone
    )


def look_of(film: Film, scene: Scene, shot: Shot) -> Look:
    """The look of a shot: its own, else its scene's, else the film's."""
    wanted = shot.look or scene.look or film.look
    found = next((look for look in reversed(film.looks) if look.name == wanted), Look())
    return replace(found, span=Look().span)


def _whole(cuts: list[Cut], sight: Sight) -> list[Cut]:
    """The cuts of a scene with what its neighbours do to them."""
    whole = list(cuts)
    if sight.tail:
        whole[-1] = replace(whole[-1], tail=sight.tail)
    for number, titles in sight.titles:
        whole[number] = replace(whole[number], overlays=[*whole[number].overlays, *titles])
    return whole


@dataclass(frozen=True, slots=True)
class _Voices:
    """The speeches heard in a scene, to be found by time without looking at all of them."""

    spoken: list[tuple[int, Spoken]]
    """With their number in the scene; those of other scenes have numbers below -1."""
    earliest: list[float]
    """The earliest start of any speech from each on."""
    latest: list[float]
    """The latest end of any speech up to each."""
    uncertain: Fraction | None
    """When the first of the scene's own speeches begins whose length is only estimated."""

    @classmethod
    def of(cls, own: Sequence[Spoken], before: Sequence[Spoken], after: Sequence[Spoken]) -> _Voices:
        spoken = [(-2 - n, s) for n, s in enumerate(before)]
        spoken += enumerate(own)
        spoken += [(-2 - len(before) - n, s) for n, s in enumerate(after)]
        earliest = list(accumulate((float(s.start) for _, s in reversed(spoken)), min))[::-1]
        latest = list(accumulate((float(s.end) for _, s in spoken), max))
        uncertain = min((s.start for s in own if not s.timing.exact), default=None)
        return cls(spoken, earliest, latest, uncertain)

    def between(self, begin: Fraction, end: Fraction) -> list[tuple[int, Spoken]]:
        """Speeches heard in [begin, end), with their number; speeches start nearly in order, so few are looked at."""
        first = bisect_left(self.latest, float(begin) - 0.01)
        last = bisect_right(self.earliest, float(end) + 0.01)
        return [(n, s) for n, s in self.spoken[first:last] if s.start < end and s.end > begin]


@dataclass(frozen=True, slots=True)
class _Window:
    """What a cut shows of its scene's time, handles included, and what is heard then."""

    start: Fraction
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
    """What taking a picture of one scene needs to know."""

    house: House
    views: Views
    index: int
    scene: Scene
    voices: _Voices
    lengths: Lengths
    report: Report
    previous: Camera | None = None
    """The last picture's camera, for what goes on from it or lines up with it."""
    alone: bool = True
    """Whether no picture showed anything of another scene so far."""
    plates: dict[str, Plate] = field(init=False)

    def __post_init__(self) -> None:
        self.plates = {plate.name: plate for plate in self.house.film.plates}

    def seconds(self, frames: int) -> Fraction:
        return self.house.film.rate.seconds(frames)

    def take(self, cut: Cut) -> _Taken:
        """The picture of a cut, whatever it comes from."""
        panels = self._panels(cut)
        return self._composite(cut, panels) if panels else self._picture(cut, self.views.size)

    def look(self, cut: Cut) -> Camera | None:
        """The camera of a cut, if it has one, and every complaint that its picture would come with."""
        panels = self._panels(cut)
        if not panels:
            return self._watch(cut, self.views.size)
        for box, studio, seen in panels:
            studio._watch(seen, (box[2], box[3]))
        return None

    def _watch(self, cut: Cut, size: tuple[int, int]) -> Camera | None:
        if still_picture(cut.shot, 0.0, 0.0) is not None:
            return None
        plate, _ = self._plate(cut)
        if cut.stage is None or (plate is not None and not plate.key):
            return None
        camera, _ = self._camera(cut, cut.stage, size, picture_time(cut.shot).speed)
        if cut.shot.light:
            self.house.place(self.scene, cut.shot.light)  # which tells what it does not understand
        return camera

    def _panels(self, cut: Cut) -> list[tuple[Box, _Studio, Cut]]:
        """The cuts that a composite shows, each with its part of the picture: of this scene as it goes on, of another
        from where that shot began."""
        if not isinstance(cut.shot.source, Composite):
            return []
        named = {name: self.views.named(name) for name in cut.shot.source.shots}
        shots = panel_shots(cut.shot, {name: other[1].shot for name, other in named.items() if other}, self.report)
        found: list[tuple[Box, _Studio, Cut]] = []
        for box, shot in zip(panel_boxes(cut.shot.source.kind, self.views.size), shots, strict=False):
            known = named[shot.name]
            assert known is not None
            index, other = known
            first = cut.first if index == self.index else other.first + other.head - cut.head
            panel = replace(cut, shot=shot, stage=other.stage, first=first, overlays=[])
            found.append((box, self if index == self.index else self._elsewhere(index, panel), panel))
        return found

    def _elsewhere(self, index: int, panel: Cut) -> _Studio:
        """The studio of another scene, of which a panel is shown here."""
        self.alone = False
        laid = self.views.reel.scenes[index]
        around = self.views.around(index, *shown([panel], self.house.film.rate))
        voices = _Voices.of(laid.spoken, *around)
        return _Studio(
            self.house, self.views, index, laid.played.scene, voices, self.lengths, self.report, self.previous
        )

    def _composite(self, cut: Cut, shown: list[tuple[Box, _Studio, Cut]]) -> _Taken:
        """Two pictures in one."""
        panels: list[Panel] = []
        heard: list[Spoken] = []
        exact = True
        for box, studio, seen in shown:
            taken = studio._picture(seen, (box[2], box[3]))
            panels.append(Panel(box, taken.shot, taken.lines))
            heard += taken.heard
            exact = exact and taken.exact
        return _Taken(self._blank(cut, self.views.size), (), tuple(heard), None, exact, tuple(panels))

    def _picture(self, cut: Cut, size: tuple[int, int]) -> _Taken:
        shot = cut.shot
        blank = self._blank(cut, size)
        still = still_picture(shot, 0.0, float(self.seconds(cut.frames)))
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
            body = self.seconds(cut.frames - cut.head - cut.tail)
            check_plate(cut.shot, self.plates, self.lengths, body, self.report)
        return plate, certain

    def _blank(self, cut: Cut, size: tuple[int, int]) -> StagedShot:
        """The frame of a shot without a picture: its length, look and titles."""
        film, shot = self.house.film, cut.shot
        seed = shot.seed if shot.seed is not None else int(chance(film.seed, shot.key) * 2**31)
        look = look_of(film, self.scene, shot)
        fps = (film.rate.fps.numerator, film.rate.fps.denominator)
        frames = cut.frames - cut.head - cut.tail
        camera = CameraTrack((CameraKey(0.0, (0.0, 0.0, 0.0), (0.0, 0.0, -1.0), 50.0, 4.0, 5.0),))
        return StagedShot(
            frames, cut.head, cut.tail, fps, size, None, (), camera, (), tuple(cut.overlays), look, seed,
            time=picture_time(shot),
        )  # fmt: skip

    def _camera(self, cut: Cut, stage: Stage, size: tuple[int, int], speed: Fraction) -> tuple[Camera, _Window]:
        """The camera of a staged cut, not yet solved, and what it sees of its scene's time."""
        # From its first frame to its last, what dissolves take included: how long those are changes no picture.
        start = self.seconds(cut.first)
        # Slow motion sees less of what happens in the time it takes, fast motion more.
        end = start + self.seconds(cut.frames) * speed
        heard = self.voices.between(start, end)
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
            float(self.seconds(cut.frames) * speed),
            size[0] / size[1],
            first.speech.character if first else "",
            max(first.start, start) if first else None,
            None,
            nobody_there if stage.world is None else stage.world.crowd_eyes,
        )
        return Camera(cut.shot, view, self.previous), _Window(start, end, heard)

    def _staged(self, cut: Cut, stage: Stage, blank: StagedShot) -> _Taken:
        """Camera, the actors that matter to it and its light cues, in its own seconds."""
        camera, window = self._camera(cut, stage, blank.size, blank.time.speed)
        start, end, heard = window.start, window.end, window.heard
        solved, view = camera.solved(), camera.view
        gone = self._replaced(cut)
        near = moments(solved.track.keys, start, end, view.aspect)
        speakers = {s.speech.character for _, s in heard if not s.speech.voice_over}
        visible: dict[str, bool] = {}
        for name, body in sorted(stage.bodies.items()):
            if name not in solved.hidden and name != gone and _matters(stage, body, near):
                visible[name] = name in speakers and _face_seen(stage, body, near)
        lines: list[SpokenLine] = []
        index: dict[int, int] = {}
        for number, spoken in heard:
            if not spoken.speech.voice_over and visible.get(spoken.speech.character, False):
                index[number] = len(lines)
                lines.append(spoken.line)
        actors = tuple(_actor(stage, stage.bodies[name], start, end, index, speaks) for name, speaks in visible.items())
        focus = solved.track.focus_on
        track = solved.track if focus in ("", *visible) else replace(solved.track, focus_on="")
        spec = stage.placed.spec
        if cut.shot.light:
            spec = self.house.place(self.scene, cut.shot.light).spec
        cues = cues_in_shot(stage, start, end)
        things = things_in_shot(stage, start, end, near, visible)
        crowds = crowds_in_shot(stage, start, end, near)
        spec = set_in_shot(stage, spec, things)
        shot = replace(blank, set=spec, actors=actors, camera=track, light_cues=cues, things=things, crowds=crowds)
        return _Taken(shot, tuple(lines), tuple(s for _, s in heard), camera)

    def _replaced(self, cut: Cut) -> str:
        """Who gives way to live action."""
        source = cut.shot.source
        plate = self.plates.get(source.plate) if isinstance(source, PlateSource) else None
        return "" if plate is None else plate.replaces or plate.performance_of


def _actor(stage: Stage, body: Body, start: Fraction, end: Fraction, index: dict[int, int], speaks: bool) -> Actor:
    actor = rider_in_shot(stage, actor_in_shot(stage, body, start, end, index, speaks), body, start, end)
    return replace(actor, visible=False) if body.missing(start, end) else actor


def _matters(stage: Stage, body: Body, near: Sequence[Moment]) -> bool:
    """Whether any of a body comes within a metre of the picture at any time of the shot."""
    for t, seen in near:
        if not stage.here(body, t):
            continue
        eyes = stage.eyes(body, t)
        feet = stage.stance_at(body, t).position
        points = (
            add(eyes, (0.0, -0.1, 0.0)),
            ((eyes[0] + feet[0]) / 2, (eyes[1] + feet[1]) / 2, (eyes[2] + feet[2]) / 2),
            feet,
        )
        if any(seen.holds(p, NEAR + 0.3) for p in points):
            return True
    return False


def _face_seen(stage: Stage, body: Body, near: Sequence[Moment]) -> bool:
    """Whether the head is in the picture at any time of the shot."""
    return any(stage.here(body, t) and seen.holds(stage.eyes(body, t), 0.17) for t, seen in near)
