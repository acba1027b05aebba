"""Lowering of footage: where the frames of a shot come from, window by window.

Staged people in a place, a still, live action (keyed over a staged picture or not), or several of these in one frame;
run slow, fast, backwards or not at all. Whatever the source, a window is a clip of scene light.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from compiler.graph import params as p
from compiler.graph.sources import Files, source_file
from compiler.graph.task import GraphBuilder, Ref
from compiler.meaning.film import Look
from compiler.staging.model import Fog, PictureTime, Sky, SpokenLine, StagedShot, TimedShot

Clips = dict[p.Window, Ref]


@dataclass(frozen=True, slots=True)
class FootageLowering:
    """Lowers shots to clips. ``speak`` gives the voiced lines that lips need, ``files`` the project's files."""

    build: GraphBuilder
    speak: Mapping[SpokenLine, Ref]
    files: Files

    def lower(self, timed: TimedShot, shown: Mapping[p.Window, p.Window], take: int = 1) -> Clips:
        """A clip of a take for every key of ``shown``, holding the frames of its value; none for a title card."""
        name = f"{timed.name}: take {take}" if take > 1 else timed.name
        if timed.panels:
            return self._panels(timed, shown, name, take)
        return self._run(_Picture(timed, timed.shot, timed.lines, name, take), shown)

    def _panels(self, timed: TimedShot, shown: Mapping[p.Window, p.Window], name: str, take: int) -> Clips:
        """One frame of several pictures; a picture that is a title card alone is left black."""
        pictures = [
            _Picture(timed, panel.shot, panel.lines, f"{name}: picture {number}", take)
            for number, panel in enumerate(timed.panels, 1)
        ]
        found = [(panel.box, self._run(own, shown)) for panel, own in zip(timed.panels, pictures, strict=True)]
        clips: Clips = {}
        kind = "inset" if _overlap(*(panel.box for panel in timed.panels[:2])) else "split"
        for window, span in shown.items():
            laid = [(box, own[window]) for box, own in found if window in own]
            at = p.Window(span.first + timed.shot.head, span.count)
            params = p.JoinPanels(kind, tuple(box for box, _ in laid), at, timed.shot.size, timed.shot.fps)
            label = f"{name}: {kind} {span.first}–{span.first + span.count - 1}"
            clips[window] = self.build.add(params, [("clip", ref) for _, ref in laid], label=label, shot=timed.key)
        return clips

    def _run(self, picture: _Picture, shown: Mapping[p.Window, p.Window]) -> Clips:
        """A picture in its own time: windows of the film are looked up where its time has got to by then.

        Its time begins with the first frame that is rendered, so that what a dissolve takes of it makes no other picture.
        """
        shot, time = picture.shot, picture.shot.time
        inner = {window: _inner(span, shot) for window, span in shown.items()}
        rate = Fraction(*shot.fps) / (time.speed or 1)
        plain = replace(
            shot,
            fps=(rate.numerator, rate.denominator),
            frames=shot.head + shot.frames + shot.tail,
            head=0,
            tail=0,
            time=PictureTime(),
            look=Look(),
            overlays=(),
        )
        made = self._source(replace(picture, shot=plain), tuple(dict.fromkeys(inner.values())))
        if time.reverse and not time.freeze:
            turn = p.TurnClip(shot.size, shot.fps)
            label = f"{picture.name}: backwards"
            made = {
                w: self.build.add(turn, [("clip", r)], label=label, shot=picture.timed.key) for w, r in made.items()
            }
        return {window: made[span] for window, span in inner.items() if span in made}

    def _source(self, picture: _Picture, spans: tuple[p.Window, ...]) -> Clips:
        shot = picture.shot
        if shot.still is not None:
            return self._still(picture, spans)
        if shot.plate is not None:
            return self._plate(picture, spans)
        return self._staged(picture, spans)

    def _still(self, picture: _Picture, spans: tuple[p.Window, ...]) -> Clips:
        shot = picture.shot
        assert shot.still is not None
        file = source_file(self.build, shot.still.file, self.files)
        held = len(shot.still.framing) < 2
        clips: Clips = {}
        for span in spans:
            window = p.Window(0, 1) if held else span
            params = p.DevelopStill(shot.still.framing, window, shot.size, shot.fps)
            clips[span] = self._add(picture, params, [("file", file)], window)
        return clips

    def _plate(self, picture: _Picture, spans: tuple[p.Window, ...]) -> Clips:
        shot = picture.shot
        assert shot.plate is not None
        plate = shot.plate
        behind = self._staged(picture, spans) if plate.key else {}
        inputs = [("file", source_file(self.build, plate.file, self.files))]
        if plate.matte:
            inputs.append(("matte", source_file(self.build, plate.matte, self.files)))
        clips: Clips = {}
        for span in spans:
            params = p.DecodePlate(plate.begin, plate.end, plate.key, span, shot.size, shot.fps)
            clip = [("clip", behind[span])] if span in behind else []
            clips[span] = self._add(picture, params, [*clip, *inputs], span)
        return clips

    def _staged(self, picture: _Picture, spans: tuple[p.Window, ...]) -> Clips:
        shot, timed, add = picture.shot, picture.timed, self.build.add
        if shot.set is None:
            return {}
        place = add(p.BuildSet(replace(shot.set, lights=(), fog=Fog(), sky=Sky())), label=f"place {shot.set.name}")
        people = [
            add(p.BuildPerson(actor.person), label=f"person {actor.person.name}")
            for actor in shot.actors
            if actor.visible
        ]
        people += [
            add(p.BuildPerson(body), label=f"person {body.name}") for crowd in shot.crowds for body in crowd.bodies
        ]
        phones = [("phones", Ref(self.speak[line].task, "phones")) for line in picture.lines]
        performance = p.BakeShot(replace(shot, still=None, plate=None), spans, picture.take)
        label = f"{picture.name}: performance"
        bake = add(performance, [*phones, ("set", place)], label=label, shot=timed.key, provisional=not timed.exact)
        clips: Clips = {}
        for index, span in enumerate(spans):
            params = p.RenderWindow(span, shot.size, shot.fps, shot.seed)
            inputs = [("bake", Ref(bake.task, f"w{index}")), *(("person", ref) for ref in people)]
            clips[span] = self._add(picture, params, inputs, span)
        return clips

    def _add(self, picture: _Picture, params: p.Params, inputs: list[tuple[str, Ref]], span: p.Window) -> Ref:
        label = f"{picture.name}: frames {span.first}–{span.first + span.count - 1}"
        timed = picture.timed
        return self.build.add(params, inputs, label=label, shot=timed.key, provisional=not timed.exact)


@dataclass(frozen=True, slots=True)
class _Picture:
    """One picture to be made: a shot, or a panel of one."""

    timed: TimedShot
    shot: StagedShot
    lines: tuple[SpokenLine, ...]
    name: str
    take: int = 1


def _inner(span: p.Window, shot: StagedShot) -> p.Window:
    """The frames of the source that a window of the film shows."""
    if shot.time.freeze:
        return p.Window(0, 1)
    if shot.time.reverse:
        return p.Window(shot.frames + shot.tail - span.first - span.count, span.count)
    return p.Window(span.first + shot.head, span.count)


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
