"""Lowering: a timeline becomes tasks. Picture here, sound in ``lower_sound``; this module ties them into a film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.keys import recipe_at
from compiler.graph.lower_picture import PictureLowering, ShotPicture
from compiler.graph.lower_sound import lower_mix, lower_speech
from compiler.graph.sources import probe
from compiler.graph.task import Graph, GraphBuilder, Ref
from compiler.identity import former_names
from compiler.meaning.film import Film, PlateSource, Shot
from compiler.profiles import Profile
from compiler.staging.model import PlatePicture, StagedShot, StillPicture, TimedShot, Timeline
from compiler.timebase import timecode

STILL_WIDTH = 480


def lower_film(film: Film, timeline: Timeline, facts: Facts, profile: Profile, only: str = "") -> Graph:
    """The task graph of a film, or of the one shot whose key is ``only`` (picture and its stretch of sound).

    Wanted outputs: ``film``; and for a whole film also ``captions`` and ``report``.
    """
    build = GraphBuilder()
    exact = all(shot.exact for shot in timeline.shots)
    speak = {line: lower_speech(build, line, facts.files) for shot in timeline.shots for line in shot.lines}
    for placed in timeline.speeches:
        speak.setdefault(placed.line, lower_speech(build, placed.line, facts.files))
    picture = PictureLowering(build, film.rate, profile.board, speak, facts.files)
    shots = [s for s in timeline.shots if not only or s.key == only]
    pictures = picture.lower(shots, joined=not only)
    windows = lower_mix(build, timeline, facts, speak, film.rate, exact)
    start, count = _stretch(film, timeline, only)
    sound = _master(build, facts, windows, start, count)
    segments = [("segment", ref) for shot in pictures for ref in shot.segments]
    size, fps = shots[0].shot.size, shots[0].shot.fps
    video = build.add(p.Conform(fps, size), segments, label="conform", provisional=not exact)
    chapters = () if only else tuple((float(film.rate.seconds(f)), title) for f, title in timeline.chapters)
    mux = p.Mux(film.title, film.author, chapters)
    build.want("film", build.add(mux, [("video", video), ("aac", sound)], label="film"))
    _want_lengths(build, film, facts)
    if not only:
        _want_papers(build, film, timeline, pictures, exact, facts)
    return build.graph()


def _want_lengths(build: GraphBuilder, film: Film, facts: Facts) -> None:
    """Measure the plates that are shown: how long they are decides how long their shots can be."""
    shown = {
        s.source.plate
        for scene in film.scenes
        for s in scene.items
        if isinstance(s, Shot) and isinstance(s.source, PlateSource)
    }
    files = sorted({plate.file for plate in film.plates if plate.name in shown})
    for number, path in enumerate(files, 1):
        build.want(f"length-{number}", probe(build, path, facts.files))


def _stretch(film: Film, timeline: Timeline, only: str) -> tuple[int, int]:
    for shot in timeline.shots:
        if shot.key == only:
            first = shot.first_frame + shot.shot.head
            begin, end = film.rate.samples(first), film.rate.samples(first + shot.shot.frames)
            return begin, end - begin
    return 0, film.rate.samples(timeline.frames)


def _master(build: GraphBuilder, facts: Facts, windows: list[Ref], start: int, count: int) -> Ref:
    inputs = [("audio", ref) for ref in windows]
    measured = build.add(p.MeasureLoudness(), inputs, label="measure loudness")
    build.want("loudness", measured)
    gain = facts.gain(recipe_at(build.graph(), measured.task, facts.tools))
    master = build.add(p.MasterSound(gain or 0.0, start, count), inputs, label="master", provisional=gain is None)
    return build.add(p.EncodeSound(), [("audio", master)], label="encode sound")


def _want_papers(
    build: GraphBuilder, film: Film, timeline: Timeline, pictures: list[ShotPicture], exact: bool, facts: Facts
) -> None:
    timings = tuple(facts.line(speech.line) for speech in timeline.speeches)
    now = {former: name for name, former in former_names(film).items()}
    speeches = tuple(replace(s, character=now.get(s.character, s.character)) for s in timeline.speeches)
    build.want("captions", build.add(p.Captions(speeches, timings), label="captions", provisional=not exact))
    rows: list[p.ReportShot] = []
    stills: list[tuple[str, Ref]] = []
    numbers: Counter[int] = Counter()
    for timed, shown in zip(timeline.shots, pictures, strict=True):
        numbers[timed.scene] += 1
        picks = _stills(timed, shown)
        for ref, frame in picks:
            label = f"{timed.name}: still"
            stills.append(
                ("image", build.add(p.Poster(frame, STILL_WIDTH), [("segment", ref)], label=label, shot=timed.key))
            )
        rows.append(_row(film, timed, numbers[timed.scene], now, len(picks)))
    page = p.WriteReport(
        film.title,
        film.author,
        float(film.rate.seconds(timeline.frames)),
        timeline.shots[0].shot.size,
        timeline.shots[0].shot.fps,
        tuple(rows),
    )
    build.want("report", build.add(page, stills, label="report", provisional=not exact))


def _stills(timed: TimedShot, shown: ShotPicture) -> list[tuple[Ref, int]]:
    """Two frames of a shot, a fifth of the way in and out, as (segment, frame within it)."""
    frames = timed.shot.frames
    picks = []
    for frame in sorted({frames // 5, max(0, frames - 1 - frames // 5)}):
        for ref, window in zip(shown.body, shown.windows, strict=True):
            if window.first <= frame < window.first + window.count:
                picks.append((ref, frame - window.first))
    return picks


def _row(film: Film, timed: TimedShot, number: int, now: Mapping[str, str], stills: int) -> p.ReportShot:
    """A shot's row. One that goes by a seed key goes by its number, as it did before ``film expand`` gave it a name."""
    scene = film.scenes[timed.scene].number or str(timed.scene + 1)
    keys = timed.shot.camera.keys
    match timed.shot:
        case _ if timed.panels:
            lens = f"{len(timed.panels)} pictures"
        case StagedShot(still=StillPicture() as still):
            lens = f"still {still.file}"
        case StagedShot(plate=PlatePicture() as plate):
            lens = f"plate {plate.file}"
        case StagedShot(set=None):
            lens = "card"
        case _:
            lens = f"{keys[0].focal_mm:g} mm f/{keys[0].f_stop:g}"
    return p.ReportShot(
        f"{scene}.{number}" if "/" in timed.key or "|" in timed.key else timed.name,
        timed.scene,
        film.scenes[timed.scene].heading if timed.scene < len(film.scenes) else "",
        timecode(film.rate.seconds(timed.first_frame)),
        float(Fraction(timed.shot.frames) / film.rate.fps),
        lens,
        tuple(now.get(a.person.name, a.person.name) for a in timed.shot.actors if a.visible),
        tuple(line.text for line in timed.lines),
        stills,
    )
