"""Film grammar as lints: what an editor or a camera operator would stop and ask about. Warnings only."""

from __future__ import annotations

from collections.abc import Sequence

from compiler.codes import W
from compiler.diagnostics import Report
from compiler.meaning.film import Scene, Shot, Speech
from compiler.staging.coverage import Item, Played
from compiler.staging.performance import Doing
from compiler.staging.space import turn


def check_cut(before: tuple[Shot, int, float], after: tuple[Shot, int, float], report: Report) -> None:
    """Checks two neighbouring shots of a scene, each (shot, side of the line, camera yaw in degrees)."""
    a, side_a, yaw_a = before
    b, side_b, yaw_b = after
    if (
        b.subjects == a.subjects
        and b.size is a.size
        and b.subjects
        and b.key != f"{a.key}/again"
        and abs(turn(yaw_a - yaw_b)) < 30.0
    ):
        report(W.JUMP_CUT, b.span, what=" and ".join(b.subjects), help="change the size, the angle or the subject")
        return
    if side_a * side_b < 0 and b.side is None and a.side is None and not (_loose(a) or _loose(b)):
        report(
            W.LINE_CROSSED, b.span, help="place the camera on the other side, or cut to something neutral in between"
        )


def _loose(shot: Shot) -> bool:
    """Shots that lie outside the line: no subject, on the line itself, or of things."""
    return (
        not shot.subjects
        or shot.relation.value in ("pov",)
        or shot.height.value == "overhead"
        or (shot.size is not None and shot.size.value == "insert")
    )


def check_speakers(scene: Scene, items: Sequence[Item | object], report: Report) -> None:
    """In a scene whose people are placed, whoever speaks on screen must be placed or have done something before."""
    present = {p.entity for p in scene.placements}
    if not present:
        return
    for item in items:
        if isinstance(item, Played):
            present |= {s.subject for s in item.steps if isinstance(s, Doing)}
        elif isinstance(item, Speech) and not item.voice_over and not item.off_screen and item.character not in present:
            present.add(item.character)
            report(
                W.NOT_IN_SCENE,
                item.span,
                who=item.character,
                help=f"place {item.character} in the scene block, let them enter, or mark the cue (V.O.) or (O.S.)",
            )
