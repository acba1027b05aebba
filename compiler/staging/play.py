"""One scene played: its people set down, its shots covered, all that happens laid out on the scene's own clock.

A pure function of what is declared (``House``), the scene, the transition the next one begins with, the lines' lengths and
what the scene before left (``Between``). Where in the film a scene stands changes nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

from compiler.diagnostics import Diagnostic, Report
from compiler.meaning.film import Inpaint, Scene, Shot, Transition, TransitionKind
from compiler.staging import lints
from compiler.staging.blocking import Stage
from compiler.staging.casting import eye_height
from compiler.staging.coverage import Company, Setup, cover_scene, overlap, pictured_things
from compiler.staging.cues import Span
from compiler.staging.footage import Lengths, remembering, time_by_source
from compiler.staging.house import Ask, House
from compiler.staging.lighting import change_lights
from compiler.staging.model import LineTiming, SpokenLine, Stance
from compiler.staging.opening import discovered, faces_anywhere, opening_words, place_person, settle_scene, what_is_held
from compiler.staging.overlays import as_card, check_cards
from compiler.staging.paragraphs import first_paragraph, played
from compiler.staging.performance import Doing
from compiler.staging.sounds import Breath, breaths_of
from compiler.staging.timing import Clock, Cut, Noise, Spoken, Voice, breaks_off
from compiler.staging.voicing import room_of
from compiler.staging.world import World, WorldState
from compiler.staging.world_groups import gather
from compiler.staging.world_opening import close_world, open_world, settle_things, wears
from compiler.timebase import FrameRate


@dataclass(frozen=True, slots=True)
class Between:
    """Everything that crosses the cut from one scene to the next: what is left, and so what is found.

    Times and frames count from where the scene before ends.
    """

    world: WorldState = field(default_factory=WorldState)
    seen: Mapping[tuple[str, str], Stance] = field(default_factory=lambda: MappingProxyType({}))
    """(place, person) → where they were last seen there. Never changed in place."""
    join: Transition | None = None
    """A transition written at the end of the scene before, for the beginning of the next."""
    room: int | None = None
    """Frames that the shot before can give to a transition; ``None``: there is none."""
    voice: Voice | None = None
    """The speech last heard; ``None``: nobody has spoken yet."""
    frame: int = 0
    """Film frames before."""


BEGINNING = Between()
"""What a film's first scene finds."""


@dataclass(frozen=True, slots=True)
class PlayedScene:
    """A scene on its clock, before anybody looks at it. Its parts are not changed any more.

    ``asked``, ``repeated`` and ``measured`` are what it looked up besides its own words.
    """

    scene: Scene
    following: Transition | None
    """The transition that the next scene begins with."""
    people: tuple[str, ...]
    """Who is in it, in the order they were set down."""
    opening: Transition | None
    """The transition into its first shot."""
    stage: Stage
    setups: list[Setup]
    cuts: list[Cut]
    """``tail`` of the last is the next scene's to say."""
    spoken: list[Spoken]
    noises: list[Noise]
    doings: list[tuple[Doing, Fraction]]
    rate: FrameRate
    frames: int
    """From frame 0, where the scene before ends, to where this one ends; its first cut may begin before frame 0."""
    breaths: tuple[Breath, ...]
    cuts_off: Fraction | None
    """When its first speech cuts off the last one before it, if it does."""
    voice: Voice | None
    """The speech last heard in it; ``None``: nobody spoke."""
    join: Transition | None
    """A transition written at its end, for the beginning of the next."""
    found: Between
    """What it found when it was played."""
    findings: tuple[Diagnostic, ...]
    asked: tuple[Ask, ...]
    """Places it asked for of which there is something to say."""
    repeated: tuple[tuple[str, Shot | None], ...]
    """Named shots whose slots it took over."""
    measured: tuple[tuple[str, Fraction | None], ...]
    """Media files it asked the length of."""

    shown: tuple[Fraction, Fraction]
    """From when to when its pictures show something, slow and fast motion counted in."""
    heard: tuple[Fraction, Fraction] | None
    """From when to when somebody speaks; ``None``: nobody does."""
    begins: Fraction
    """A time before anything of it: what was over by then, it does not notice."""

    @property
    def takes(self) -> int:
        """Frames that its first shot takes from the one before."""
        return self.cuts[0].head

    def notices_room(self, room: int | None) -> int | None:
        """Of the frames that the shot before can give, what makes a difference to it."""
        join = self.opening
        if join is None or join.kind not in (TransitionKind.DISSOLVE, TransitionKind.WIPE):
            return 0
        return None if room is None else min(room, self.rate.frames(join.seconds))

    def notices_voice(self, found: Between) -> tuple[Voice | None, Fraction]:
        """Of what was said before, and of how long before it the film began, what makes a difference to it."""
        voice = found.voice
        if voice is not None and voice.free <= self.begins and (not voice.breaks_off or voice.end <= self.begins):
            voice = None
        # Whoever puts down what nobody handed them took it up to a second and a half before (``SceneWorld.give``).
        return voice, min(self.rate.seconds(found.frame), max(-self.begins, Fraction(2)))

    def left(self, found: Between) -> Between:
        """What it leaves to the next scene when it was played after ``found``."""
        over = self.rate.seconds(self.frames)
        world = self.stage.world
        assert world is not None
        before = world.world if found.world is self.found.world else World(found.world, list(world.world.deeds))
        voice = self.voice if self.voice is not None else found.voice
        ends = {(self.scene.location, name): body.stance() for name, body in self.stage.bodies.items()}
        return Between(
            before.at(),
            MappingProxyType({**found.seen, **ends}),
            self.join,
            self.cuts[-1].room,
            None if voice is None else voice.later(over),
            found.frame + self.frames,
        )


def play_scene(
    house: House,
    scene: Scene,
    following: Transition | None,
    found: Between,
    timing: Callable[[SpokenLine], LineTiming],
    lengths: Lengths,
) -> PlayedScene:
    """Plays a scene after what was ``found``; ``following`` is the transition that the next scene begins with."""
    film, report = house.film, Report()
    house.asked = []
    measured: dict[str, Fraction | None] = {}
    placed = house.place(scene)
    stage = Stage(placed, eye_height, film.seed)
    elapsed = film.rate.seconds(found.frame)
    world = open_world(film, scene, placed, found.world, report, stage)
    world.film_begins = -elapsed
    names = house.bodies(scene, placed)
    clock = Clock(film.rate, timing, report, house.line_of, house.words, found.room, found.voice, elapsed)
    talk = house.talk(placed, names)
    items = played([item for item in map(as_card, scene.items) if not isinstance(item, Inpaint)], talk)
    check_cards(scene.items, report)
    company = Company(tuple(names), lambda words: placed.find(words) is not None, pictured_things(placed))
    setups, join = cover_scene(scene, items, company, found.join, film.coverages)
    repeated = _repeated(setups, house.shots)
    # A scene begins with its first picture, under a dissolve as well.
    now = -film.rate.seconds(clock.overlaps(setups[0].join))
    opening = first_paragraph(items)
    undirected = set()
    placements = list(scene.placements)
    for name in names:
        words = next((p for p in scene.placements if p.entity == name), None)
        before = found.seen.get((scene.location, name))
        if words is None and (before is None or not scene.continuous):
            words = opening_words(name, opening) or discovered(name, items)
            placements += [in_hand] if words is not None and (in_hand := what_is_held(words)) is not None else []
        if (words is None and before is None) or (words is not None and faces_anywhere(stage, words)):
            undirected.add(name)
        place_person(stage, name, house.costumed(name, wears(world.world, name)), words, before, now)
    settle_things(stage, placements, now)
    world.troupes = gather(film, scene, stage, now)
    settle_scene(stage, now, undirected, scene.placements)
    mood = house.words.feeling(scene.mood) if scene.mood else None
    if mood is not None:
        for name in names:
            stage.feel(name, mood, now - 3)
    lints.check_speakers(scene, [i for i in items if not house.is_thing_speaking(i, placed)], report)
    time_by_source(setups, film, remembering(lengths, measured))
    if following is not None and not setups[-1].leaves:
        setups[-1].leaves = overlap(following)
    location = house.location(scene.location)
    described = " ".join([scene.location, *(p.text for p in (location.description if location else ()))])
    clock.play(scene, stage, setups, room_of(scene.interior, described))
    change_lights(clock, stage, Span(now, clock.seconds(clock.frame)), report)
    close_world(stage)
    return PlayedScene(
        scene=scene,
        following=following,
        people=tuple(stage.bodies),
        opening=setups[0].join,
        stage=stage,
        setups=setups,
        cuts=clock.cuts,
        spoken=clock.spoken,
        noises=clock.noises,
        doings=clock.doings,
        rate=film.rate,
        frames=clock.frame,
        breaths=breaths_of(stage, clock.noises),
        cuts_off=clock.cuts_off,
        voice=_last_voice(clock),
        join=join,
        found=found,
        findings=tuple(report.items),
        asked=tuple(house.asked),
        repeated=tuple(repeated.items()),
        measured=tuple(measured.items()),
        shown=shown(clock.cuts, film.rate),
        heard=_heard(clock.spoken),
        begins=_earliest(clock, scene, setups),
    )


def shown(cuts: Sequence[Cut], rate: FrameRate) -> tuple[Fraction, Fraction]:
    """From when to when cuts show something on their scene's clock, slow and fast motion counted in."""
    ends = [rate.seconds(max(cut.first + cut.frames for cut in cuts))]
    for cut in cuts:
        if (speed := cut.shot.speed) > 1:
            ends.append(rate.seconds(cut.first) + rate.seconds(cut.frames) * speed)
    return rate.seconds(min(cut.first for cut in cuts)), max(ends)


def _heard(spoken: Sequence[Spoken]) -> tuple[Fraction, Fraction] | None:
    return (min(s.start for s in spoken), max(s.end for s in spoken)) if spoken else None


def _last_voice(clock: Clock) -> Voice | None:
    """The speech last heard in a scene."""
    if not clock.spoken or clock.voice_free is None:
        return None
    last = clock.spoken[-1]
    return Voice(clock.voice_free, last.start, last.end, breaks_off(last.speech))


def _earliest(clock: Clock, scene: Scene, setups: Sequence[Setup]) -> Fraction:
    """A time before anything of a scene begins, or waits for what was said before it."""
    shots = [setup.shot for setup in setups]
    leads = max(shot.audio_leads for shot in shots)
    # Sound that leads waits a breath for the speech before; only shots cut short end before a pause would.
    short = any(shot.speed > 1 or shot.audio_trails for shot in shots)
    wait = Fraction(round(scene.pace * 1000), 1000) if leads or short else Fraction(0)
    return clock.seconds(clock.cuts[0].first) - leads - wait


def _repeated(setups: list[Setup], shots: Mapping[str, Shot]) -> dict[str, Shot | None]:
    """``as NAME``: slots left open come from the shot named; gives what was looked up."""
    looked: dict[str, Shot | None] = {}
    for setup in setups:
        shot = setup.shot
        if not shot.repeats:
            continue
        other = looked[shot.repeats] = shots.get(shot.repeats)
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
    return looked
