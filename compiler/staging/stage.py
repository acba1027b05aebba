"""Film → Timeline: everything a director, an operator and a first assistant settle before anything is rendered.

Pure and deterministic. Casting, places and voices come from their own modules; this one runs the scenes in order and
puts the results together so that a ``StagedShot`` holds what its picture shows and nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate, pairwise

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import (
    Action,
    Character,
    Film,
    Inpaint,
    LightChange,
    Location,
    Look,
    Scene,
    Shot,
    Speech,
    Title,
    Transition,
)
from compiler.staging import lints
from compiler.staging.blocking import Body, Stage
from compiler.staging.camera import Solved, View, solve_camera
from compiler.staging.casting import cast_person, eye_height
from compiler.staging.coverage import Company, Played, Setup, cover_scene, overlap, pictured_things
from compiler.staging.lens import in_frame
from compiler.staging.lexicon import lexicon
from compiler.staging.model import (
    Actor,
    CameraKey,
    CameraTrack,
    Join,
    LineTiming,
    PersonSpec,
    SpokenLine,
    StagedShot,
    Stance,
    TimedShot,
    Timeline,
)
from compiler.staging.movement import at_time
from compiler.staging.opening import faces_anywhere, opening_words, place_person, settle_scene
from compiler.staging.performance import Doing, Prose, Talk, understand
from compiler.staging.places import PlacedSet, place_set
from compiler.staging.slices import actor_in_shot, cues_in_shot
from compiler.staging.sounds import Span, place_chapters, place_music, place_sounds, place_speeches
from compiler.staging.space import add, chance
from compiler.staging.timing import Clock, Cut, Spoken
from compiler.staging.voicing import delivery_of, room_of, voice_of

NEAR = 1.0
"""Metres outside the frame within which a body still matters to the picture, by its shadow."""


def stage_film(
    film: Film, timing: Callable[[SpokenLine], LineTiming], report: Report, *, size: tuple[int, int] | None = None
) -> Timeline:
    """Stages a whole film. ``timing`` says how long a line is (estimated or measured); ``size`` overrides the film's.

    Reports film-grammar lints and dialogue that outlasts its shot; never raises for what a film says.
    """
    house = _House(film, report)
    clock = Clock(film.rate, timing, report, house.line_of)
    stages: list[Stage] = []
    spans: list[Span] = []
    first_frames: list[int] = []
    for index, scene in enumerate(film.scenes):
        begin = len(clock.cuts)
        stage = _play_scene(film, index, scene, house, clock)
        stages.append(stage)
        first_frames.append(clock.cuts[begin].first)
        spans.append(Span(clock.seconds(clock.cuts[begin].first), clock.seconds(clock.frame)))
    whole = clock.frame
    shots = _shoot(film, clock, report, size or film.size)
    places = {loc.name: loc for loc in film.locations}
    return Timeline(
        whole,
        shots,
        place_speeches(clock),
        place_sounds(film, clock, spans, stages, places),
        place_music(film, clock, spans, clock.seconds(whole)),
        place_chapters(film, first_frames),
    )


def understanding(film: Film) -> tuple[Doing | Prose, ...]:
    """What was understood of every action sentence of a film, in order, for tools that show it."""
    house = _House(film, Report())
    found: list[Doing | Prose] = []
    for scene in film.scenes:
        placed = house.place(scene)
        talk = house.talk(scene, placed)
        found += [
            step for item in scene.items if isinstance(item, Action) for step in understand(item.text, talk, item.span)
        ]
    return tuple(found)


# --- who and where -----------------------------------------------------------------------------


@dataclass(slots=True)
class _House:
    """The cast and the places of a film, made once, and where everybody was last seen in each place."""

    film: Film
    report: Report
    people: dict[str, PersonSpec] = field(default_factory=dict)
    sets: dict[tuple[object, ...], PlacedSet] = field(default_factory=dict)
    last_seen: dict[tuple[str, str], Stance] = field(default_factory=dict)
    join: Transition | None = None
    """A transition written at the end of one scene for the beginning of the next."""

    def character(self, name: str) -> Character:
        return next((c for c in self.film.characters if c.name == name), Character(name, declared=False))

    def person(self, name: str) -> PersonSpec:
        if name not in self.people:
            self.people[name] = cast_person(self.character(name), self.film.seed)
        return self.people[name]

    def line_of(self, speech: Speech) -> SpokenLine:
        voice = voice_of(self.character(speech.character), self.person(speech.character))
        return SpokenLine(" ".join(speech.text.split()), voice, delivery_of(speech.manner))

    def place(self, scene: Scene) -> PlacedSet:
        location = next((loc for loc in self.film.locations if loc.name == scene.location), None)
        location = location or Location(scene.location, declared=False)
        key = (location, scene.light, scene.time_of_day, scene.interior)
        if key not in self.sets:
            self.sets[key] = place_set(
                location, scene.light, scene.time_of_day, scene.interior, self.film.seed, self.report
            )
        return self.sets[key]

    def bodies(self, scene: Scene, placed: PlacedSet) -> list[str]:
        """People seen in a scene: placed, acting or speaking on screen; names of things of the set are no people."""
        names: list[str] = [p.entity for p in scene.placements if self._is_person(p.entity)]
        known = {c.name for c in self.film.characters}
        for item in scene.items:
            if isinstance(item, Speech) and not item.voice_over and not item.off_screen:
                names.append(item.character)
            elif isinstance(item, Action):
                names += [
                    n
                    for n in sorted(known)
                    if re.search(rf"\b{re.escape(n)}\b", item.text, re.IGNORECASE) and self._acts(n, item.text)
                ]
            elif isinstance(item, Shot):
                names += [s for s in item.subjects if s in known and s not in names]
        placed_names = {p.entity for p in scene.placements}
        return [n for n in dict.fromkeys(names) if n in placed_names or not self._is_thing(n, placed)]

    def talk(self, scene: Scene, placed: PlacedSet) -> Talk:
        people = {n: self.person(n).gender for n in self.bodies(scene, placed)}
        # Whoever the scene is about first is who a pronoun means before anybody is named.
        return Talk(
            people, lambda words: bool(placed.lights(words)) or placed.find(words) is not None, list(reversed(people))
        )

    def _is_person(self, name: str) -> bool:
        return any(c.name == name for c in self.film.characters)

    def is_thing_speaking(self, item: object, placed: PlacedSet) -> bool:
        return isinstance(item, Speech) and self._is_thing(item.character, placed)

    def _is_thing(self, name: str, placed: PlacedSet) -> bool:
        """Whether a name is borne by a piece of the set (a lamp that speaks)."""
        plain = re.sub(r"^the\s+", "", name.lower())
        return any(plain == re.sub(r"^the\s+", "", mark.lower()) for mark in placed.marks) or (
            any(plain == p.name.lower() for p in placed.spec.pieces)
        )

    @staticmethod
    def _acts(name: str, text: str) -> bool:
        """Whether a paragraph has ``name`` do something of the lexicon."""
        talk = Talk({name: 0.5})
        return any(isinstance(s, Doing) and s.subject == name for s in understand(text, talk)) and name in talk.last


def _play_scene(film: Film, index: int, scene: Scene, house: _House, clock: Clock) -> Stage:
    """Sets people down, covers the scene and plays it on the clock."""
    placed = house.place(scene)
    stage = Stage(placed, eye_height, film.seed)
    names = house.bodies(scene, placed)
    now = clock.seconds(clock.frame)
    talk = house.talk(scene, placed)
    items = [
        Played(item, understand(item.text, talk, item.span)) if isinstance(item, Action) else item
        for item in scene.items
        if not isinstance(item, Title | LightChange | Inpaint)
    ]
    opening = next((i.steps for i in items if isinstance(i, Played)), ())
    undirected = set()
    for name in names:
        words = next((p for p in scene.placements if p.entity == name), None)
        before = house.last_seen.get((scene.location, name))
        if words is None and before is None:
            words = opening_words(name, opening)
        if (words is None and before is None) or (words is not None and faces_anywhere(stage, words)):
            undirected.add(name)
        place_person(stage, name, house.person(name), words, before, now)
    settle_scene(stage, now, undirected, scene.placements)
    mood = lexicon().feeling(scene.mood) if scene.mood else None
    if mood is not None:
        for name in names:
            stage.feel(name, mood, now - 3)
    lints.check_speakers(scene, [i for i in items if not house.is_thing_speaking(i, placed)], house.report)
    company = Company(tuple(names), lambda words: placed.find(words) is not None, pictured_things(placed))
    covered, house.join = cover_scene(scene, items, company, house.join, film.coverages)
    setups = _repeated(covered, film)
    following = film.scenes[index + 1].items[:1] if index + 1 < len(film.scenes) else ()
    if following and isinstance(following[0], Transition) and not setups[-1].leaves:
        setups[-1].leaves = overlap(following[0])
    location = next((loc for loc in film.locations if loc.name == scene.location), None)
    described = " ".join([scene.location, *(p.text for p in (location.description if location else ()))])
    clock.play(index, scene, stage, setups, room_of(scene.interior, described))
    for name, body in stage.bodies.items():
        house.last_seen[(scene.location, name)] = body.stance()
    return stage


def _repeated(setups: list[Setup], film: Film) -> list[Setup]:
    """``as NAME``: slots left open come from the shot named."""
    named = {s.name: s for scene in film.scenes for s in scene.items if isinstance(s, Shot) and s.name}
    for setup in setups:
        shot, other = setup.shot, named.get(setup.shot.repeats)
        if other is not None and other is not shot:
            setup.shot = replace(
                shot,
                size=shot.size or other.size,
                subjects=shot.subjects or other.subjects,
                relation=other.relation if not shot.subjects else shot.relation,
                height=other.height,
                side=shot.side or other.side,
                lens=other.lens if shot.lens.focal_mm is None else shot.lens,
                dutch_deg=shot.dutch_deg or other.dutch_deg,
            )
    return setups


# --- pictures ----------------------------------------------------------------------------------


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


def _shoot(film: Film, clock: Clock, report: Report, size: tuple[int, int]) -> tuple[TimedShot, ...]:
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
