"""Lowering: a timeline becomes fragments of a graph. Each line and each shot is one by itself; this module ties them into a film."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.graph import params as p
from compiler.graph.facts import Facts
from compiler.graph.fragment import Fragment, FragmentBuilder, Lowered, Made, Placed, PlannedShot
from compiler.graph.lower_papers import add_stills, lens_of, want_captions, want_report
from compiler.graph.lower_picture import Frames, PictureLowering
from compiler.graph.lower_sound import lower_master, lower_mix, lower_speech
from compiler.graph.memo import Asked, Handle, LoweredShot, Memo
from compiler.graph.sources import probe
from compiler.graph.task import GraphBuilder, Ref
from compiler.identity import former_names
from compiler.meaning.film import Film, PlateSource, Shot
from compiler.profiles import Profile
from compiler.staging.model import SpokenLine, TimedShot, Timeline

STILL_WIDTH = 480
SCORES, TAKES = "scores-", "take-"
"""How the wanted outputs that judge takes, and that are takes themselves, are called."""


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
    sound = lower_master(build, facts, windows, film.rate, start, count)
    size, fps = shots[0].shot.size, shots[0].shot.fps
    cut = [("segment", build.given(made)) for made in segments]
    video = build.add(p.Conform(fps, size), cut, label="conform", provisional=not exact)
    chapters = () if only else tuple((float(film.rate.seconds(f)), title) for f, title in timeline.chapters)
    mux = p.Mux(film.title, film.author, chapters, count)
    build.want("film", build.add(mux, [("video", video), *(("aac", piece) for piece in sound)], label="film"))
    _want_lengths(build, film, facts)
    now = {former: name for name, former in former_names(film).items()}
    if not only:
        want_captions(build, timeline, exact, facts, now)
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
        want_report(page, film, timeline, pictures, exact, now, memo)
        for timed, picture in zip(shots, pictures, strict=True):
            lowering.place(picture.stills, timed)
        lowering.place(page.fragment())
        wanted += page.wants()
    planned = tuple(_planned(timed, picture, now) for timed, picture in zip(shots, pictures, strict=True))
    return Lowered(tuple(lowering.placed), wanted, planned)


def lower_shot(film: Film, timed: TimedShot, voices: tuple[Made, ...], facts: Facts, profile: Profile) -> LoweredShot:
    """One shot by itself; ``voices`` make the lines that its lips move by."""
    return _Lowering(film, Timeline(0, (timed,), (), (), (), ()), facts, profile, Memo()).lower(timed, voices)


class _Lowering:
    """Lowers a film fragment by fragment; what the memo still has is taken from there."""

    def __init__(self, film: Film, timeline: Timeline, facts: Facts, profile: Profile, memo: Memo) -> None:
        self.film, self.timeline, self.facts, self.profile, self.memo = film, timeline, facts, profile, memo
        self.placed: list[Placed] = []
        self.spoken: dict[SpokenLine, Made] = {}

    def build(self) -> FragmentBuilder:
        return FragmentBuilder(self.facts.tools, self.memo.writer, self.memo.recipes)

    def place(self, steps: Fragment, timed: TimedShot | None = None) -> None:
        """Set a fragment behind those that are placed."""
        self.placed.append(Placed(steps, timed.name, timed.key) if timed else Placed(steps))

    def speak(self) -> None:
        """Every line of the film, in the order in which shots show them."""
        shown = (line for shot in self.timeline.shots for line in shot.lines)
        heard = (speech.line for speech in self.timeline.speeches)
        mouthed = (
            line for shot in self.timeline.shots for line in _lines(shot)
        )  # though a pick may have cut its sound
        for line in dict.fromkeys((*shown, *heard, *mouthed)):
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
            known = self.lower(timed, voices)
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

    def lower(self, timed: TimedShot, voices: tuple[Made, ...]) -> LoweredShot:
        build, files = self.build(), Asked(self.facts.files)
        speak = {line: build.given(made) for line, made in zip(_lines(timed), voices, strict=True)}
        picture = PictureLowering(build, self.film.rate, self.profile.board, speak, files).shot(timed)
        body = tuple(build.made(ref) for ref in picture.body)
        head, tail = (
            Handle(None if frames.clip is None else build.made(frames.clip), frames.encode) if frames else None
            for frames in (picture.head, picture.tail)
        )
        posters = self.build()
        shown = add_stills(posters, timed, body, picture.windows)
        return LoweredShot(
            timed,
            voices,
            build.fragment(timed.name),
            body,
            head,
            tail,
            posters.fragment(timed.name),
            tuple(posters.made(ref) for ref in shown),
            lens_of(timed),
            tuple(actor.person.name for actor in timed.shot.actors if actor.visible),
            tuple(files.asked.items()),
            tuple(build.made(ref) for ref in picture.judged),
            tuple(build.made(ref) for ref in picture.kept),
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


def _planned(timed: TimedShot, picture: LoweredShot, now: Mapping[str, str]) -> PlannedShot:
    people = tuple(now.get(name, name) for name in picture.people)
    return PlannedShot(timed.name, timed.key, timed.first_frame, timed.frames, timed.exact, people)


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


def _lines(timed: TimedShot) -> tuple[SpokenLine, ...]:
    """The lines that lips move by in a shot or in a picture of it."""
    return tuple(dict.fromkeys((*timed.lines, *(line for panel in timed.panels for line in panel.lines))))
