"""Lowering: a timeline becomes fragments of a graph. Each line and each shot is one by itself; this module ties them into a film."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.fragment import Fragment, FragmentBuilder, Lowered, Made, Placed
from compiler.graph.lower_picture import Frames, PictureLowering
from compiler.graph.lower_sound import lower_mix, lower_speech
from compiler.graph.memo import Asked, Handle, LoweredShot, Memo
from compiler.graph.recut import captioned
from compiler.graph.sources import probe
from compiler.graph.task import GraphBuilder, Ref
from compiler.identity import former_names
from compiler.meaning.film import Film, PlateSource, Shot
from compiler.profiles import Profile
SCORES, TAKES = "scores-", "take-"
"""How the wanted outputs that judge takes, and that are takes themselves, are called."""
from compiler.staging.model import PlatePicture, SpokenLine, StagedShot, StillPicture, TimedShot, Timeline
from compiler.timebase import timecode

STILL_WIDTH = 480


def lower_film(
    film: Film, timeline: Timeline, facts: Facts, profile: Profile, only: str = "", memo: Memo | None = None
) -> Lowered:
    """A film as fragments, or the one shot whose key is ``only`` (picture and its stretch of sound).

    Wanted outputs: ``film``; and for a whole film also ``captions`` and ``report``. With a ``memo``, a shot that is what it
    was when the memo was last used is not lowered again.
    """
    memo = memo or Memo()
    memo.under((film.rate, profile, tuple(sorted(facts.tools.items()))))
    lowering = _Lowering(film, timeline, facts, profile, memo)
    shots = [s for s in timeline.shots if not only or s.key == only]
    lowering.speak()
    pictures = [lowering.shot(timed) for timed in shots]
    segments = lowering.segments(shots, pictures, joined=not only)
    build = lowering.build()
    exact = all(shot.exact for shot in timeline.shots)
    windows = lower_mix(build, timeline, facts, lowering.voices(build), film.rate, exact)
    start, count = _stretch(film, timeline, only)
    sound = _master(build, facts, windows, start, count)
    size, fps = shots[0].shot.size, shots[0].shot.fps
    cut = [("segment", build.given(made)) for made in segments]
    video = build.add(p.Conform(fps, size), cut, label="conform", provisional=not exact)
    chapters = () if only else tuple((float(film.rate.seconds(f)), title) for f, title in timeline.chapters)
    mux = p.Mux(film.title, film.author, chapters)
    build.want("film", build.add(mux, [("video", video), ("aac", sound)], label="film"))
    _want_lengths(build, film, facts)
    if not only:
        now = {former: name for name, former in former_names(film).items()}
        _want_captions(build, timeline, exact, facts, now)
    lowering.place(build.fragment())
    judged = [made for picture in pictures for made in picture.judged]
    kept = [made for picture in pictures for made in picture.kept]
    wanted = (
        *build.wants(),
        *((f"{SCORES}{number}", made) for number, made in enumerate(judged, 1)),
        *((f"{TAKES}{number}", made) for number, made in enumerate(kept, 1)),
    )
    if not only:
        page = lowering.build()
        _want_report(page, film, timeline, pictures, exact, now)
        for timed, picture in zip(shots, pictures, strict=True):
            lowering.place(picture.stills, timed)
        lowering.place(page.fragment())
        wanted += page.wants()
    return Lowered(tuple(lowering.placed), wanted)


class _Lowering:
    """Lowers a film fragment by fragment; what the memo still has is taken from there."""

    def __init__(self, film: Film, timeline: Timeline, facts: Facts, profile: Profile, memo: Memo) -> None:
        self.film, self.timeline, self.facts, self.profile, self.memo = film, timeline, facts, profile, memo
        self.placed: list[Placed] = []
        self.spoken: dict[SpokenLine, Made] = {}

    def build(self) -> FragmentBuilder:
        return FragmentBuilder(self.facts.tools, self.memo.writer)

    def place(self, steps: Fragment, timed: TimedShot | None = None) -> None:
        """Set a fragment behind those that are placed."""
        self.placed.append(Placed(steps, timed.name, timed.key) if timed else Placed(steps))

    def speak(self) -> None:
        """Every line of the film, in the order in which shots show them."""
        shown = (line for shot in self.timeline.shots for line in shot.lines)
        for line in dict.fromkeys((*shown, *(speech.line for speech in self.timeline.speeches))):
            known = None if line.recording else self.memo.line(line, self.facts)
            if known is None:
                build = self.build()
                ref = lower_speech(build, line, self.facts)
                known = build.fragment(), build.made(ref)
                self.memo.keep_line(line, self.facts, *known)
            self.place(known[0])
            self.spoken[line] = known[1]

    def voices(self, build: FragmentBuilder) -> dict[SpokenLine, Ref]:
        """The film's lines, as what is built now may read them."""
        return {line: build.given(made) for line, made in self.spoken.items()}

    def shot(self, timed: TimedShot) -> LoweredShot:
        """A shot's picture, placed."""
        voices = tuple(self.spoken[line] for line in _lines(timed))
        known = self.memo.shot(timed, voices, self.facts.files)
        if known is None:
            known = self._lower(timed, voices)
            self.memo.keep_shot(timed, known)
            self.memo.lowered += 1
        self.place(known.steps, timed)
        return known

    def segments(self, shots: list[TimedShot], pictures: list[LoweredShot], *, joined: bool) -> list[Made]:
        """The film's segments in playing order; the transitions between shots are placed when ``joined``."""
        segments: list[Made] = []
        for index, (timed, picture) in enumerate(zip(shots, pictures, strict=True)):
            if joined and index and timed.shot.head:
                segments.append(self._transition(timed, pictures[index - 1].tail, picture.head))
            segments += picture.body
        return segments

    def _lower(self, timed: TimedShot, voices: tuple[Made, ...]) -> LoweredShot:
        build, files = self.build(), Asked(self.facts.files)
        speak = {line: build.given(made) for line, made in zip(_lines(timed), voices, strict=True)}
        picture = PictureLowering(build, self.film.rate, self.profile.board, speak, files).shot(timed)
        body = tuple(build.made(ref) for ref in picture.body)
        head, tail = (
            Handle(None if frames.clip is None else build.made(frames.clip), frames.encode) if frames else None
            for frames in (picture.head, picture.tail)
        )
        posters = self.build()
        shown = [
            posters.add(
                p.Poster(frame, STILL_WIDTH),
                [("segment", posters.given(made))],
                label=f"{timed.name}: still",
                shot=timed.key,
            )
            for made, frame in _stills(timed, body, picture.windows)
        ]
        return LoweredShot(
            timed,
            tuple(build.made(ref) for ref in picture.kept),
            voices,
            build.fragment(timed.name),
            body,
            head,
            tail,
            posters.fragment(timed.name),
            tuple(posters.made(ref) for ref in shown),
            tuple(files.asked.items()),
            tuple(build.made(ref) for ref in picture.judged),
        )

    def _transition(self, timed: TimedShot, leaving: Handle | None, arriving: Handle | None) -> Made:
        assert leaving is not None
        assert arriving is not None
        build = self.build()
        picture = PictureLowering(build, self.film.rate, self.profile.board, {}, self.facts.files)
        before, after = (
            Frames(None if handle.clip is None else build.given(handle.clip), handle.encode)
            for handle in (leaving, arriving)
        )
        made = build.made(picture.transition(timed, before, after))
        self.place(build.fragment(timed.name), timed)
        return made


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
            begin, end = film.rate.samples(first), film.rate.samples(first + shot.frames)
            return begin, end - begin
    return 0, film.rate.samples(timeline.frames)


def _master(build: FragmentBuilder, facts: Facts, windows: list[Ref], start: int, count: int) -> Ref:
    inputs = [("audio", ref) for ref in windows]
    measured = build.add(p.MeasureLoudness(), inputs, label="measure loudness")
    build.want("loudness", measured)
    gain = facts.gain(build.recipe(measured))
    master = build.add(p.MasterSound(gain or 0.0, start, count), inputs, label="master", provisional=gain is None)
    return build.add(p.EncodeSound(), [("audio", master)], label="encode sound")


def _want_captions(build: GraphBuilder, timeline: Timeline, exact: bool, facts: Facts, now: Mapping[str, str]) -> None:
    heard = [captioned(speech, facts.line(speech.line)) for speech in timeline.speeches]
    timings = tuple(timing for _, timing in heard)
    speeches = tuple(replace(s, character=now.get(s.character, s.character)) for s, _ in heard)
    build.want("captions", build.add(p.Captions(speeches, timings), label="captions", provisional=not exact))


def _want_report(
    build: FragmentBuilder,
    film: Film,
    timeline: Timeline,
    pictures: list[LoweredShot],
    exact: bool,
    now: Mapping[str, str],
) -> None:
    rows: list[p.ReportShot] = []
    stills: list[tuple[str, Ref]] = []
    numbers: Counter[int] = Counter()
    for timed, picture in zip(timeline.shots, pictures, strict=True):
        numbers[timed.scene] += 1
        stills += [("image", build.given(made)) for made in picture.shown]
        rows.append(_row(film, timed, numbers[timed.scene], now, len(picture.shown)))
    page = p.WriteReport(
        film.title,
        film.author,
        float(film.rate.seconds(timeline.frames)),
        timeline.shots[0].shot.size,
        timeline.shots[0].shot.fps,
        tuple(rows),
    )
    build.want("report", build.add(page, stills, label="report", provisional=not exact))


def _lines(timed: TimedShot) -> tuple[SpokenLine, ...]:
    """The lines that lips move by in a shot or in a picture of it."""
    return tuple(dict.fromkeys((*timed.lines, *(line for panel in timed.panels for line in panel.lines))))


def _stills(timed: TimedShot, body: tuple[Made, ...], windows: tuple[p.Window, ...]) -> list[tuple[Made, int]]:
    """Two frames of a shot, a fifth of the way in and out, as (segment, frame within it)."""
    frames = timed.frames
    picks = []
    for frame in sorted({frames // 5, max(0, frames - 1 - frames // 5)}):
        begin = 0
        for made, window in zip(body, windows, strict=True):
            if begin <= frame < begin + window.count:
                picks.append((made, frame - begin))
            begin += window.count
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
        float(Fraction(timed.frames) / film.rate.fps),
        lens,
        tuple(now.get(a.person.name, a.person.name) for a in timed.shot.actors if a.visible),
        tuple(line.text for line in timed.lines),
        stills,
        timed.takes.label,
    )
