"""Film grammar as lints: what an editor or a camera operator would stop and ask about. Warnings only.

Only what somebody wrote is questioned: a cut is looked at when both its shots are written ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import MoveKind, Relation, Scene, Size, Speech
from compiler.staging.camera import Camera
from compiler.staging.coverage import Item, Played
from compiler.staging.lints_cut import Edge, check_direction, check_eyes, check_jump, check_line
from compiler.staging.performance import Doing
from compiler.staging.timing import Cut
from compiler.timebase import FrameRate

_LOOK = {Size.EXTREME_WIDE: 1.6, Size.WIDE: 1.2, Size.FULL: 0.9, Size.INSERT: 0.6}
"""Seconds an eye needs to read a picture of a size; a face is read in less."""
_FACE = 0.5
_SHORTEST = Fraction(2, 5)
"""Below this a shot is too short whatever it shows (W502)."""
_LETTERS = 17.0
"""Letters a second that people read off a screen, after half a second of finding them."""
_GOING = (MoveKind.PUSH_IN, MoveKind.PULL_OUT, MoveKind.DOLLY, MoveKind.TRUCK, MoveKind.CRANE, MoveKind.ORBIT)
_SHARE = 0.85
"""Part of an amount below which a move is told to have been cut short."""


def check_cuts(
    scene: Scene,
    cuts: Sequence[tuple[Cut, Camera | None]],
    rate: FrameRate,
    beyond: tuple[frozenset[str], frozenset[str]],
    report: Report,
) -> None:
    """Checks every written shot of a scene and every cut within it; ``beyond`` is what stands written before and after.

    A camera is asked only for what a complaint hangs on, and composed only when it is.
    """
    edges: list[Edge | None] = []
    for cut, camera in cuts:
        edge = None
        if camera is not None and cut.stage is not None:
            begin = rate.seconds(cut.first + cut.head)
            end = begin + Fraction(camera.view.seconds)
            edge = Edge(cut.shot, camera, cut.stage, begin, end, cut.inferred)
            if not cut.inferred:
                _check_fit(scene, cut, camera, report)
                _check_there(edge, report)
        edges.append(edge)
    for index, (cut, _) in enumerate(cuts):
        if not cut.inferred:
            beside = [other for other, _ in (*cuts[max(0, index - 1) : index], *cuts[index + 1 : index + 2])]
            elsewhere = {o.text for c in beside for o in c.overlays}
            elsewhere |= beyond[0] if index == 0 else frozenset()
            elsewhere |= beyond[1] if index == len(cuts) - 1 else frozenset()
            _check_legible(cut, elsewhere, report)
    for (_, before), (b, after) in pairwise(zip((c for c, _ in cuts), edges, strict=True)):
        if before is None or after is None or b.join != "cut":
            continue
        if not (before.inferred or after.inferred) and not after.shot.continues:
            _check_cut(before, after, report)


def _check_cut(a: Edge, b: Edge, report: Report) -> None:
    """One cut: the first complaint that applies is the one an editor would make."""
    for check in (check_jump, check_line, check_eyes, check_direction):
        if check(a, b, report):
            return


def _check_fit(scene: Scene, cut: Cut, camera: Camera, report: Report) -> None:
    shot = cut.shot
    if shot.lens.focal_mm is not None and not camera.fits():
        place = scene.location
        report(
            W.SIZE_DOES_NOT_FIT,
            shot.span,
            mm=shot.lens.focal_mm,
            place=place,
            help=f"write {camera.ends()[0].focal_mm:.0f}mm or a tighter size, or make {place} larger",
        )
    for move in shot.moves:
        if move.amount and move.kind in _GOING and (share := camera.share()) < _SHARE:
            done = abs(move.amount) * share
            unit = "m" if move.unit == "m" else "°"
            report(
                W.MOVE_CUT_SHORT,
                shot.span,
                move=f"{move.kind.value} {move.direction}".strip(),
                amount=f"{move.amount:g} {unit}".replace(" °", "°"),
                done=f"{done:.1f} {unit}".replace(" °", "°"),
                place=scene.location,
                help="ask for less, turn the move the other way, or make the room larger",
            )


def _check_there(edge: Edge, report: Report) -> None:
    """A shot of somebody who is not there while it runs."""
    for name in edge.shot.subjects[:1] if edge.shot.relation is Relation.POV else edge.shot.subjects:
        body = edge.stage.bodies.get(name)
        if body is None:
            continue
        missing = body.missing(edge.begin, edge.end)
        if missing:
            late = missing == "late"
            how = "has not come in yet" if late else "has left"
            help_text = f"move the shot {'after' if late else 'before'} that, or show somebody who is there"
            report(W.SUBJECT_NOT_THERE, edge.shot.span, who=name, how=how, help=help_text)


def _check_legible(cut: Cut, elsewhere: set[str], report: Report) -> None:
    """A written length in which nobody can see what there is, or read what is written there and not ``elsewhere`` too."""
    shot = cut.shot
    if shot.seconds is None or shot.seconds < _SHORTEST or cut.stage is None or shot.source is not None:
        return
    seconds = float(shot.seconds)
    size = shot.size or (Size.MEDIUM if shot.subjects else Size.WIDE)
    for overlay in cut.overlays:
        need = 0.5 + len(overlay.text) / _LETTERS
        seen = min(overlay.end, seconds) - max(overlay.start, 0.0)
        if overlay.text not in elsewhere and overlay.style != "crawl" and seen < need - 1e-6:
            what = f"“{overlay.text}”" if len(overlay.text) < 40 else f"“{overlay.text[:36]}…”"
            help_text = f"give the shot {seconds + need - seen:.1f}s"
            report(W.UNREADABLE, shot.span, what=what, seconds=f"{seen:.1f}", need=f"{need:.1f}", help=help_text)
            return
    if any(m.kind is MoveKind.PAN and (m.amount or 0.0) / seconds > 120.0 for m in shot.moves):
        return  # a whip pan is not meant to be read
    need = _LOOK.get(size, _FACE)
    if seconds < need - 1e-6:
        what = "an insert" if size is Size.INSERT else f"{'an' if size.value[0] in 'aeiou' else 'a'} {size.value} shot"
        help_text = f"give it {need:.1f}s, or a tighter size"
        report(W.UNREADABLE, shot.span, what=what, seconds=f"{seconds:g}", need=f"{need:.1f}", help=help_text)


def check_speakers(scene: Scene, items: Iterable[Item | object], report: Report) -> None:
    """In a scene whose people are placed, whoever speaks on screen must be placed, or have come in and not left."""
    present = {p.entity for p in scene.placements}
    if not present:
        return
    gone: set[str] = set()
    for item in items:
        if isinstance(item, Played):
            for step in item.steps:
                if isinstance(step, Doing) and not step.thing:
                    (gone.add if step.act == "exit" else gone.discard)(step.subject)
                    present.add(step.subject)
        elif isinstance(item, Speech) and not item.voice_over and not item.off_screen:
            who = item.character
            if who not in present:
                help_text = f"place {who} in the scene block, let them enter, or mark the cue (V.O.) or (O.S.)"
                report(W.NOT_IN_SCENE, item.span, who=who, how="without having entered the scene", help=help_text)
            elif who in gone:
                help_text = f"let {who} come back, or mark the cue (O.S.)"
                report(W.NOT_IN_SCENE, item.span, who=who, how="after leaving the scene", help=help_text)
            present.add(who)
            gone.discard(who)
