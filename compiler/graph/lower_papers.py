"""Lowering of what people read about a film: captions, and the report with its stills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.fragment import FragmentBuilder, Made
from compiler.graph.memo import LoweredShot, Memo
from compiler.graph.recut import captioned
from compiler.graph.task import GraphBuilder, Ref
from compiler.meaning.film import Film
from compiler.staging.model import PlatePicture, StagedShot, StillPicture, TimedShot, Timeline
from compiler.timebase import timecode

STILL_WIDTH = 480


def want_captions(build: GraphBuilder, timeline: Timeline, exact: bool, facts: Facts, now: Mapping[str, str]) -> None:
    """Want captions in film time."""
    heard = [captioned(speech, facts.line(speech.line)) for speech in timeline.speeches]
    timings = tuple(timing for _, timing in heard)
    names = [now.get(s.character, s.character) for s, _ in heard]
    speeches = tuple(
        s if s.character == name else replace(s, character=name) for (s, _), name in zip(heard, names, strict=True)
    )
    build.want("captions", build.add(p.Captions(speeches, timings), label="captions", provisional=not exact))


def want_report(
    build: FragmentBuilder,
    film: Film,
    timeline: Timeline,
    pictures: list[LoweredShot],
    exact: bool,
    now: Mapping[str, str],
    memo: Memo,
) -> None:
    """Want the report page: a row and its stills for every shot."""
    rows: list[p.ReportShot] = []
    stills: list[tuple[str, Ref]] = []
    numbers: Counter[int] = Counter()
    for timed, picture in zip(timeline.shots, pictures, strict=True):
        numbers[timed.scene] += 1
        stills += [("image", build.given(made)) for made in picture.shown]
        rows.append(_row(film, timed, picture, numbers[timed.scene], now, memo))
    page = p.WriteReport(
        film.title,
        film.author,
        float(film.rate.seconds(timeline.frames)),
        timeline.shots[0].shot.size,
        timeline.shots[0].shot.fps,
        tuple(rows),
    )
    build.want("report", build.add(page, stills, label="report", provisional=not exact))


def add_stills(
    build: FragmentBuilder, timed: TimedShot, body: tuple[Made, ...], windows: tuple[p.Window, ...]
) -> list[Ref]:
    """Two stills of a shot, a fifth of the way in and out."""
    frames, stills = timed.frames, []
    for frame in sorted({frames // 5, max(0, frames - 1 - frames // 5)}):
        begin = 0
        for made, window in zip(body, windows, strict=True):
            if begin <= frame < begin + window.count:
                poster = p.Poster(frame - begin, STILL_WIDTH)
                inputs = [("segment", build.given(made))]
                stills.append(build.add(poster, inputs, label=f"{timed.name}: still", shot=timed.key))
            begin += window.count
    return stills


def lens_of(timed: TimedShot) -> str:
    """What a shot was taken with, in a few words."""
    match timed.shot:
        case _ if timed.panels:
            return f"{len(timed.panels)} pictures"
        case StagedShot(still=StillPicture() as still):
            return f"still {still.file}"
        case StagedShot(plate=PlatePicture() as plate):
            return f"plate {plate.file}"
        case StagedShot(set=None):
            return "card"
        case shot:
            key = shot.camera.keys[0]
            return f"{key.focal_mm:g} mm f/{key.f_stop:g}"


def _row(
    film: Film, timed: TimedShot, picture: LoweredShot, number: int, now: Mapping[str, str], memo: Memo
) -> p.ReportShot:
    """A shot's row. One that goes by a seed key goes by its number, as it did before ``film expand`` gave it a name."""
    scene = film.scenes[timed.scene]
    name = f"{scene.number or timed.scene + 1}.{number}" if "/" in timed.key or "|" in timed.key else timed.name
    people = tuple([now.get(who, who) for who in picture.people])
    of = (
        name,
        timed.scene,
        scene.heading,
        timed.first_frame,
        timed.frames,
        people,
        timed.lines,
        timed.takes,
        film.rate,
    )

    def row() -> p.ReportShot:
        return p.ReportShot(
            name,
            timed.scene,
            scene.heading,
            timecode(film.rate.seconds(timed.first_frame)),
            float(film.rate.seconds(timed.frames)),
            picture.lens,
            people,
            tuple(line.text for line in timed.lines),
            len(picture.shown),
            timed.takes.label,
        )

    return memo.row(picture, of, row)
