"""Film → Timeline: everything a director, an operator and a first assistant settle before anything is rendered.

Pure and deterministic. Casting, places and voices come from their own modules; this one runs the scenes in order and
puts the results together so that a ``StagedShot`` holds what its picture shows and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from compiler.diagnostics import Report
from compiler.meaning.film import (
    Film,
    Inpaint,
    Scene,
    Transition,
)
from compiler.staging import lints
from compiler.staging.blocking import Stage
from compiler.staging.casting import eye_height
from compiler.staging.coverage import Company, Setup, cover_scene, overlap, pictured_things
from compiler.staging.cues import Span
from compiler.staging.editions import check_editions
from compiler.staging.footage import Lengths, no_lengths, time_by_source
from compiler.staging.house import House
from compiler.staging.lighting import change_lights
from compiler.staging.model import (
    LineTiming,
    SpokenLine,
    Timeline,
)
from compiler.staging.opening import discovered, faces_anywhere, opening_words, place_person, settle_scene, what_is_held
from compiler.staging.overlays import as_card, check_cards, place_titles
from compiler.staging.paragraphs import first_paragraph, played
from compiler.staging.pictures import look_at, shoot
from compiler.staging.sounds import place_chapters, place_music, place_sounds, place_speeches
from compiler.staging.timing import Clock
from compiler.staging.voicing import room_of
from compiler.staging.world_checks import check_world
from compiler.staging.world_groups import gather
from compiler.staging.world_opening import close_world, open_world, settle_things


def stage_film(
    film: Film,
    timing: Callable[[SpokenLine], LineTiming],
    report: Report,
    *,
    size: tuple[int, int] | None = None,
    lengths: Lengths = no_lengths,
    covered: list[list[Setup]] | None = None,
) -> Timeline:
    """Stages a whole film. ``timing`` says how long a line is (estimated or measured); ``size`` overrides the film's.

    ``lengths`` says how long a media file is, once it has been measured. ``covered`` is given every scene's set-ups, for
    those who ask which shot shows what. Reports film-grammar lints and dialogue that
    outlasts its shot; never raises for what a film says.
    """
    acted = _play(film, timing, report, lengths, covered)
    clock, spans, whole = acted.clock, acted.spans, acted.clock.frame
    shots = shoot(film, clock, acted.house, size or film.size, lengths)
    places = {loc.name: loc for loc in film.locations}
    check_editions(film, acted.first_frames, whole, report)
    return Timeline(
        whole,
        shots,
        place_speeches(clock),
        place_sounds(film, clock, spans, acted.stages, places),
        place_music(film, clock, spans, clock.seconds(whole)),
        place_chapters(film, acted.first_frames),
    )


def rehearse_film(
    film: Film, timing: Callable[[SpokenLine], LineTiming], report: Report, *, lengths: Lengths = no_lengths
) -> int:
    """The length of a film in frames; reports exactly what ``stage_film`` does, and makes no pictures on the way."""
    acted = _play(film, timing, report, lengths, None)
    look_at(film, acted.clock, acted.house, film.size, lengths)
    check_editions(film, acted.first_frames, acted.clock.frame, report)
    return acted.clock.frame


@dataclass(frozen=True, slots=True)
class _Played:
    """A film on the clock, before anybody looks at it: each scene's stage, time and first frame."""

    house: House
    clock: Clock
    stages: list[Stage]
    spans: list[Span]
    first_frames: list[int]


def _play(
    film: Film,
    timing: Callable[[SpokenLine], LineTiming],
    report: Report,
    lengths: Lengths,
    covered: list[list[Setup]] | None,
) -> _Played:
    """Plays all scenes in order."""
    check_world(film, report)
    house = House(film, report)
    clock = Clock(film.rate, timing, report, house.line_of, house.words)
    stages: list[Stage] = []
    spans: list[Span] = []
    first_frames: list[int] = []
    for index, scene in enumerate(film.scenes):
        begin = len(clock.cuts)
        stage, setups = _play_scene(film, index, scene, house, clock, lengths)
        if covered is not None:
            covered.append(setups)
        stages.append(stage)
        first_frames.append(clock.cuts[begin].first)
        spans.append(Span(clock.seconds(clock.cuts[begin].first), clock.seconds(clock.frame)))
    place_titles(clock, spans, report)
    return _Played(house, clock, stages, spans, first_frames)


def _play_scene(
    film: Film, index: int, scene: Scene, house: House, clock: Clock, lengths: Lengths
) -> tuple[Stage, list[Setup]]:
    """Sets people down, covers the scene and plays it on the clock."""
    placed = house.place(scene)
    stage = Stage(placed, eye_height, film.seed)
    house.world = open_world(film, scene, placed, house.world, house.report, stage).world
    names = house.bodies(scene, placed)
    now = clock.seconds(clock.frame)
    talk = house.talk(placed, names)
    items = played([item for item in map(as_card, scene.items) if not isinstance(item, Inpaint)], talk)
    check_cards(scene.items, house.report)
    opening = first_paragraph(items)
    undirected = set()
    placements = list(scene.placements)
    for name in names:
        words = next((p for p in scene.placements if p.entity == name), None)
        before = house.last_seen.get((scene.location, name))
        if words is None and (before is None or not scene.continuous):
            words = opening_words(name, opening) or discovered(name, items)
            placements += [in_hand] if words is not None and (in_hand := what_is_held(words)) is not None else []
        if (words is None and before is None) or (words is not None and faces_anywhere(stage, words)):
            undirected.add(name)
        place_person(stage, name, house.costumed(name), words, before, now)
    settle_things(stage, placements, now)
    if stage.world is not None:
        stage.world.troupes = gather(film, scene, stage, now)
    settle_scene(stage, now, undirected, scene.placements)
    mood = house.words.feeling(scene.mood) if scene.mood else None
    if mood is not None:
        for name in names:
            stage.feel(name, mood, now - 3)
    lints.check_speakers(scene, [i for i in items if not house.is_thing_speaking(i, placed)], house.report)
    company = Company(tuple(names), lambda words: placed.find(words) is not None, pictured_things(placed))
    covered, house.join = cover_scene(scene, items, company, house.join, film.coverages)
    setups = _repeated(covered, house)
    time_by_source(setups, film, lengths)
    following = film.scenes[index + 1].items[:1] if index + 1 < len(film.scenes) else ()
    if following and isinstance(following[0], Transition) and not setups[-1].leaves:
        setups[-1].leaves = overlap(following[0])
    location = next((loc for loc in film.locations if loc.name == scene.location), None)
    described = " ".join([scene.location, *(p.text for p in (location.description if location else ()))])
    heard = len(clock.noises)
    clock.play(index, scene, stage, setups, room_of(scene.interior, described))
    span = Span(now, clock.seconds(clock.frame))
    change_lights(clock, clock.noises[heard:], stage, span, house.report)
    for name, body in stage.bodies.items():
        house.last_seen[(scene.location, name)] = body.stance()
    close_world(stage)
    return stage, setups


def _repeated(setups: list[Setup], house: House) -> list[Setup]:
    """``as NAME``: slots left open come from the shot named."""
    for setup in setups:
        shot, other = setup.shot, house.shots.get(setup.shot.repeats)
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
