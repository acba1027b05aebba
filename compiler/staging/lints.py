"""Film grammar as lints: what an editor or a camera operator would stop and ask about. Warnings only."""

from __future__ import annotations

from compiler.diagnostics import Code, Report, Severity
from compiler.meaning.film import Shot
from compiler.staging.space import turn

LINE_CROSSED = Code(
    "W501",
    "line-crossed",
    Severity.WARNING,
    "the camera crosses the line between this shot and the one before it",
    "On the other side of the line people change places on screen and seem to look away from each other.",
)
JUMP_CUT = Code(
    "W502",
    "jump-cut",
    Severity.WARNING,
    "this shot shows {what} from nearly the same place and size as the one before it",
    "Less than 30 degrees or one size apart, a cut looks like a mistake.",
)
NOT_IN_SCENE = Code(
    "W503",
    "speaks-unseen",
    Severity.WARNING,
    "{who} speaks on screen without having entered the scene",
    "Nobody can see where the voice comes from.",
)
DIALOGUE_TOO_LONG = Code(
    "W504",
    "dialogue-too-long",
    Severity.WARNING,
    "its dialogue is {over} s longer than this shot{how}",
    "The words are never cut: they go on over the next shot.",
)
SHOT_TOO_SHORT = Code(
    "W505",
    "shot-too-short",
    Severity.WARNING,
    "a shot of {seconds} s is too short to read",
    "An eye needs about ten frames to find what a picture is of.",
)
SPEECH_PAST_SCENE = Code(
    "W506",
    "speech-past-scene",
    Severity.WARNING,
    "{who} is still speaking {over} s after the scene has ended",
    "A voice that runs on into another place is heard as belonging there.",
)
SIZE_DOES_NOT_FIT = Code(
    "W507",
    "size-does-not-fit",
    Severity.WARNING,
    "at {mm:g} mm this size does not fit in {place}; a shorter lens was taken",
    "The camera would stand behind a wall.",
)

CODES = (LINE_CROSSED, JUMP_CUT, NOT_IN_SCENE, DIALOGUE_TOO_LONG, SHOT_TOO_SHORT, SPEECH_PAST_SCENE, SIZE_DOES_NOT_FIT)


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
        report(JUMP_CUT, b.span, what=" and ".join(b.subjects), help="change the size, the angle or the subject")
        return
    if side_a * side_b < 0 and b.side is None and a.side is None and not (_loose(a) or _loose(b)):
        report(LINE_CROSSED, b.span, help="place the camera on the other side, or cut to something neutral in between")


def _loose(shot: Shot) -> bool:
    """Shots that lie outside the line: no subject, on the line itself, or of things."""
    return (
        not shot.subjects
        or shot.relation.value in ("pov",)
        or shot.height.value == "overhead"
        or (shot.size is not None and shot.size.value == "insert")
    )
